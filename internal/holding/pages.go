package holding

import (
	"errors"
	"slices"

	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

const pageHeld = "/held-filings"

// Pages mounts what a committee clears, and what the station over it sees.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", pageHeld, Reading, s.showList)
	site.Handle("POST", pageHeld, Clearing, s.clearTicked)
	site.Handle("GET", pageHeld+"/:id", Reading, s.showOne)
	site.Handle("POST", pageHeld+"/:id", Clearing, s.clearOne)
}

type listView struct {
	Lines           []Held
	States, Reasons []page.Option
	State, Next     string
	May             bool // clear what is listed
	Sums            []sumLine
}

type sumLine struct {
	Text string
	N    int64
}

func (s *Service) listView(r *page.Request) (v *listView, err error) {
	v = &listView{State: r.Query("state")}
	if !slices.Contains([]string{Dropped, Destroyed, Released}, v.State) {
		v.State = Waits
	}
	ask := Asked{State: v.State, Limit: shownAtOnce}
	if ask.After, err = r.After(); err != nil {
		return nil, err
	}
	for _, one := range []string{Waits, Dropped, Destroyed, Released} {
		v.States = append(v.States, page.Option{Value: one, Text: r.Say("held.state." + one)})
	}
	v.Reasons = reasons(r)
	v.May = r.May(Clearing) && v.State == Waits
	all, err := s.Sums(r.Context(), r.Grant)
	if err != nil {
		return nil, err
	}
	for _, sum := range all {
		text := r.Say("held.state." + sum.State)
		if sum.Reason != "" {
			text += " · " + r.Say("held.reason."+sum.Reason)
		}
		v.Sums = append(v.Sums, sumLine{text, sum.N})
	}
	lines, next, err := s.List(r.Context(), r.Grant, ask)
	v.Lines = lines
	if next != nil {
		v.Next = next.String()
	}
	return v, err
}

func reasons(r *page.Request) (out []page.Option) {
	for _, one := range Reasons {
		out = append(out, page.Option{Value: one, Text: r.Say("held.reason." + one)})
	}
	return out
}

func (s *Service) showList(r *page.Request) (page.Reply, error) {
	v, err := s.listView(r)
	return page.Show("holding/list", v), err
}

var errNoneTicked = fault.New(fault.Invalid, "", "请先勾选来件。", "Please tick at least one.").At("id")

var errSomeStuck = fault.New(fault.Conflict, "held_stuck", "有的来件现在还不能登记：它的地点或类别已经没有了，打开它改了再登记。其余勾选的已经处理。",
	"Some cannot be entered yet: their place or kind is no longer there. Open them and choose another. The others that were ticked are done.")

// clearTicked releases or drops all that are ticked. One that somebody else has dealt with meanwhile is left as it is.
func (s *Service) clearTicked(r *page.Request) (page.Reply, error) {
	err := s.ticked(r)
	if err == nil {
		return page.SeeOther(pageHeld + "?done=held_cleared"), nil
	}
	v, fails := s.listView(r)
	if fails != nil {
		return page.Reply{}, fails
	}
	return page.Again("holding/list", v, err), nil
}

func (s *Service) ticked(r *page.Request) error {
	ids := r.Forms("id")
	if len(ids) == 0 {
		return errNoneTicked
	}
	drops := r.Form("do") == "drop"
	if err := dropOf(r).check(); drops && err != nil {
		return err
	}
	stuck := false
	for _, text := range ids[:min(len(ids), mostTicked)] {
		id, err := ident.ParseID(text)
		if err != nil {
			return fault.NoSuch()
		}
		if drops {
			err = s.Drop(r.Context(), r.Grant, id, dropOf(r))
		} else {
			err = s.Release(r.Context(), r.Grant, id, Mending{})
		}
		if troubleOf(err) != "" { // it says on the list what is wrong with it; the others go on
			stuck = true
			continue
		}
		if err != nil && !isDone(err) && fault.Of(err).Code != errSettled.Code {
			return err
		}
	}
	if stuck {
		return errSomeStuck
	}
	return nil
}

// clearOne does with one filing what its button says.
func (s *Service) clearOne(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	done := released
	switch r.Form("do") {
	case "drop":
		done, err = dropped, s.Drop(r.Context(), r.Grant, id, dropOf(r))
	case "restore":
		done, err = restored, s.Restore(r.Context(), r.Grant, id)
	default:
		err = s.Release(r.Context(), r.Grant, id, Mending{AreaCode: ident.Area(r.Form("area_code")), Category: r.Form("category")})
	}
	if err == nil || isDone(err) {
		return page.SeeOther(pageHeld + "/" + id.String() + "?done=held_" + done), nil
	}
	v, fails := s.oneView(r, id)
	if fails != nil {
		return page.Reply{}, fails
	}
	return page.Again("holding/one", v, err), nil
}

func dropOf(r *page.Request) Drop { return Drop{Reason: r.Form("reason"), Words: r.Form("words")} }

// isDone tells that the same was sent before and is done.
func isDone(err error) bool {
	var done *db.Done
	return errors.As(err, &done)
}

type oneView struct {
	Held
	Place, Kind string
	Reasons     []page.Option
	May         bool
	Case        string // where the case is, once it is one
	Happened    []happened
	Places      []page.Option // where else it may have arisen, and what else it may be about, of one that cannot be entered as it is
	Kinds       []page.Option
}

type happened struct {
	Event
	Says string
}

func (s *Service) oneView(r *page.Request, id ident.ID) (*oneView, error) {
	h, err := s.See(r.Context(), r.Grant, id)
	if err != nil {
		return nil, err
	}
	v := &oneView{Held: h, Reasons: reasons(r), May: r.May(Clearing)}
	if h.State == Released {
		v.Case = "/desk/cases/" + id.String()
	}
	for _, e := range h.Events {
		v.Happened = append(v.Happened, happened{e, r.Say("held.event." + e.Event)})
	}
	if h.Filing != nil {
		v.Kind = codes.Categories.Name(h.Filing.Category, r.Lang)
	}
	err = s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		if v.Place, err = registry.FullName(tx, h.AreaCode); fault.Is(err, fault.Missing) {
			v.Place, err = string(h.AreaCode), nil // it is there no more
		}
		if err == nil && v.May && h.mendable() {
			err = v.choices(tx, r)
		}
		return err
	})
	return v, err
}

// mendable tells whether a filing may be entered under another place or kind.
func (h Held) mendable() bool { return h.Trouble != "" && h.Trouble != Unopened && h.Filing != nil }

// choices are the places of the committee's township and the kinds of dispute.
func (v *oneView) choices(tx *db.Tx, r *page.Request) error {
	around := v.AreaCode.Wider()
	for _, at := range around {
		known, err := registry.FindArea(tx, at)
		if fault.Is(err, fault.Missing) {
			continue
		}
		if err != nil {
			return err
		}
		below, err := registry.AreasBelow(tx, at)
		if err != nil {
			return err
		}
		if len(below) == 0 && known.Level != ident.Of6 { // a village: its township has more to choose from
			continue
		}
		for _, a := range append([]registry.Area{known}, below...) {
			v.Places = append(v.Places, page.Option{Value: string(a.Code), Text: a.Name})
		}
		break
	}
	for _, c := range codes.Categories {
		v.Kinds = append(v.Kinds, page.Option{Value: c.Code, Text: codes.Categories.Name(c.Code, r.Lang)})
	}
	return nil
}

func (s *Service) showOne(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	v, err := s.oneView(r, id)
	return page.Show("holding/one", v), err
}
