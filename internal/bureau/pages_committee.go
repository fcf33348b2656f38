package bureau

import (
	"slices"
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

func areasOf(all []registry.Committee) []ident.Area {
	out := make([]ident.Area, 0, len(all))
	for _, c := range all {
		out = append(out, c.AreaCode)
	}
	return out
}

func stateTag(r *page.Request, st registry.State) page.Tag {
	kind := map[registry.State]string{registry.Active: "ok", registry.Draft: "info", registry.Ended: "plain"}[st]
	return page.Tag{Kind: kind, Text: r.Say("registry.state." + string(st))}
}

// committeeView is one committee with everything about it, and the way to each act.
type committeeView struct {
	registry.Committee
	Tag       page.Tag
	Rows      []page.Row
	Lacks     []mindLine // rules that forbid it to serve
	Warns     []mindLine
	Terms     []termLine
	Members   []registry.Member
	Mediators []registry.Mediator
	Serves    []serveLine
	Seals     []sealLine
	Sealed    bool // one is in use
}

// Ready tells whether it may be made active.
func (v *committeeView) Ready() bool { return v.State == registry.Draft && len(v.Lacks) == 0 }

// Open tells whether anything may be entered for it.
func (v *committeeView) Open() bool { return v.State != registry.Ended && v.Type != registry.Desk }

// Home is its own address.
func (v *committeeView) Home() string { return at(committees, v.ID) }

type termLine struct {
	registry.Term
	How     string
	Minutes string // where the file is; "" for none
	Over    bool
}

type serveLine struct {
	registry.ServiceArea
	At string
}

type sealLine struct {
	Seal
	How, Print string
}

func (s *Service) showCommittee(r *page.Request) (page.Reply, error) {
	id, err := IDOf(r, "id")
	if err != nil {
		return page.Reply{}, err
	}
	v := &committeeView{}
	err = s.read(r, func(tx *db.Tx) (err error) {
		if v.Committee, err = keeps(tx, r.Grant, id); err != nil {
			return err
		}
		for _, read := range []func(*db.Tx, *page.Request) error{v.rows, v.mind, v.terms, v.people, v.serves, v.seals} {
			if err := read(tx, r); err != nil {
				return err
			}
		}
		return nil
	})
	v.Tag = stateTag(r, v.State)
	return page.Show("bureau/committee", v), err
}

func (v *committeeView) rows(tx *db.Tx, r *page.Request) error {
	where, err := registry.FullName(tx, v.AreaCode)
	if err != nil {
		return err
	}
	kind := codes.CommitteeTypes.Name(string(v.Type), r.Lang)
	if v.Type == registry.Desk {
		kind = r.Say("registry.desk")
	}
	out := []page.Row{{Label: r.Say("registry.type"), Value: kind}, {Label: r.Say("bureau.f.short_name"), Value: v.ShortName}}
	if v.Sector != "" {
		out = append(out, page.Row{Label: r.Say("registry.sector"), Value: codes.Sectors.Name(v.Sector, r.Lang)})
	}
	var words []string
	for _, a := range v.Attributes {
		words = append(words, r.Say("bureau.attribute."+a))
	}
	if len(words) > 0 {
		out = append(out, page.Row{Label: r.Say("bureau.f.attributes"), Value: joined(r, words)})
	}
	if !v.ParentID.IsZero() {
		above, err := registry.FindCommittee(tx, v.ParentID)
		if err != nil {
			return err
		}
		out = append(out, page.Row{Label: r.Say("registry.parent"), Value: page.Link{Path: at(committees, above.ID), Text: above.Name}})
	}
	out = append(out, page.Row{Label: r.Say("registry.place"), Value: where}, page.Row{Label: r.Say("registry.phone"), Value: v.Phone}, page.Row{Label: r.Say("registry.address"), Value: v.Address})
	if !v.ActivatedOn.IsZero() {
		out = append(out, page.Row{Label: r.Say("registry.since"), Value: page.Day(v.ActivatedOn, r.Lang)})
	}
	if !v.EndedOn.IsZero() {
		out = append(out, page.Row{Label: r.Say("registry.until"), Value: page.Day(v.EndedOn, r.Lang)})
	}
	v.Rows = out
	return nil
}

// mind says what the law wants of it, each with the way to the form that mends it.
func (v *committeeView) mind(tx *db.Tx, r *page.Request) error {
	lacks, warns, err := mindOf(tx, v.Committee)
	lines := func(in []registry.Warning) (out []mindLine) {
		for _, w := range in {
			out = append(out, lineOf(r, Mind{Committee: v.Committee, Rule: w.Rule, Text: w.Text, Mends: mends[w.Rule]}))
		}
		return out
	}
	v.Lacks, v.Warns = lines(lacks), lines(warns)
	if err != nil || v.State != registry.Active {
		return err
	}
	found, err := registry.AttentionOf(tx, v.ID)
	for _, a := range found {
		if a.Rule == "O6" {
			v.Warns = append(v.Warns, lineOf(r, Mind{a.Committee, a.Rule, a.Text, a.Due, mends[a.Rule]}))
		}
	}
	return err
}

func (v *committeeView) terms(tx *db.Tx, r *page.Request) error {
	all, err := registry.TermsOf(tx, v.ID)
	if err != nil {
		return err
	}
	var ids []ident.ID
	for _, t := range all {
		if !t.MinutesID.IsZero() {
			ids = append(ids, t.MinutesID)
		}
	}
	here, err := keptHere(tx, v.CountyCode, ids)
	for _, t := range all {
		l := termLine{Term: t, How: codes.ElectionMethods.Name(string(t.Method), r.Lang), Over: t.Expired(today(tx))}
		if here[t.MinutesID] {
			l.Minutes = home + "/documents/" + t.MinutesID.String()
		}
		v.Terms = append(v.Terms, l)
	}
	return err
}

func (v *committeeView) people(tx *db.Tx, _ *page.Request) (err error) {
	if v.Members, err = registry.MembersOf(tx, v.ID); err != nil {
		return err
	}
	v.Mediators, err = registry.MediatorsOf(tx, v.ID)
	return err
}

func (v *committeeView) serves(tx *db.Tx, _ *page.Request) error {
	all, err := registry.ServiceAreasOf(tx, v.ID)
	if err != nil {
		return err
	}
	for _, a := range all {
		where, err := placeServed(tx, a)
		if err != nil {
			return err
		}
		v.Serves = append(v.Serves, serveLine{a, where})
	}
	return nil
}

func (v *committeeView) seals(tx *db.Tx, r *page.Request) error {
	all, err := sealsOf(tx, v.ID)
	for _, s := range all {
		l := sealLine{Seal: s}
		if s.EndedHow != "" {
			l.How = codes.SealEnds.Name(s.EndedHow, r.Lang)
		}
		if !s.SpecimenID.IsZero() {
			l.Print = home + "/documents/" + s.SpecimenID.String()
		}
		v.Seals, v.Sealed = append(v.Seals, l), v.Sealed || s.InUse()
	}
	return err
}

// historyView is what changed in a committee, the latest first.
type historyView struct {
	registry.Committee
	Moments []moment
	Next    string
}

// moment is a line of the history.
type moment struct {
	On          calendar.Day
	Entered     time.Time
	What, About string
	Told        *registry.Notice
}

func (s *Service) showHistory(r *page.Request) (page.Reply, error) {
	id, err := IDOf(r, "id")
	if err != nil {
		return page.Reply{}, err
	}
	after, err := AfterOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	v := &historyView{}
	err = s.read(r, func(tx *db.Tx) (err error) {
		if v.Committee, err = keeps(tx, r.Grant, id); err != nil {
			return err
		}
		rows, more, err := registry.ChangesOf(tx, id, registry.Page{After: after, Limit: linesOfPage})
		if err != nil {
			return err
		}
		if more {
			v.Next = rows[len(rows)-1].ID.String()
		}
		return v.tell(tx, r, rows, after.IsZero())
	})
	return page.Show("bureau/history", v), err
}

// tell puts changes into words; the seals, which are few, stand on the first page.
func (v *historyView) tell(tx *db.Tx, r *page.Request, rows []registry.Change, first bool) error {
	err := describe(tx, []Part{{Lines: rows}}, nil)
	if err != nil {
		return err
	}
	told := map[ident.ID]*registry.Notice{}
	for _, c := range rows {
		m := moment{On: c.HappenedOn, Entered: c.ID.Time(), What: codes.RegisterChanges.Name(c.Kind, r.Lang), About: joined(r, slices.DeleteFunc([]string{c.PersonName, c.Detail}, func(t string) bool { return t == "" }))}
		if !c.NoticeID.IsZero() {
			if told[c.NoticeID] == nil {
				n, err := registry.FindNotice(tx, c.NoticeID)
				if err != nil {
					return err
				}
				told[c.NoticeID] = &n
			}
			m.Told = told[c.NoticeID]
		}
		v.Moments = append(v.Moments, m)
	}
	if !first {
		return nil
	}
	return v.seals(tx, r)
}

func (v *historyView) seals(tx *db.Tx, r *page.Request) error {
	all, err := sealsOf(tx, v.ID)
	for _, s := range all {
		v.Moments = append(v.Moments, moment{On: s.MadeOn, Entered: s.ID.Time(), What: r.Say("bureau.seal.made"), About: r.Say("bureau.seal.kept_by", s.Keeper)})
		if !s.InUse() {
			v.Moments = append(v.Moments, moment{On: s.EndedOn, Entered: s.ID.Time(), What: r.Say("bureau.seal.ended", codes.SealEnds.Name(s.EndedHow, r.Lang)), About: s.EndedWhy})
		}
	}
	slices.SortStableFunc(v.Moments, func(a, b moment) int {
		switch {
		case b.On.Before(a.On):
			return -1
		case a.On.Before(b.On):
			return 1
		}
		return 0
	})
	return err
}
