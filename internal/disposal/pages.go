package disposal

import (
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

const pageLists = "/disposals"

// Pages mounts the lists for the bureau.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", pageLists, Reading, s.showLists)
	site.Handle("GET", pageLists+"/new", Proposing, s.askNew)
	site.Handle("POST", pageLists+"/new", Proposing, s.takeNew)
	site.Handle("GET", pageLists+"/:id", Reading, s.showOne)
	site.Handle("POST", pageLists+"/:id/approve", Approving, s.takeApprove)
	site.Handle("POST", pageLists+"/:id/refuse", Approving, s.takeRefuse)
	site.Handle("POST", pageLists+"/:id/withdraw", Proposing, s.takeWithdraw)
	site.Handle("POST", pageLists+"/:id/paper", Approving, s.takePaper)
}

// listLine is a list in words.
type listLine struct {
	List
	Where, Status, Shade string
}

var shades = map[string]string{Proposed: "info", Approved: "info", Done: "ok", Refused: "warn", Withdrawn: "warn"}

type listsView struct {
	Lists []listLine
	Next  string
	May   bool
}

func (s *Service) dress(r *page.Request, l List) (out listLine, err error) {
	out = listLine{List: l, Status: r.Say("disposal.state." + l.State), Shade: shades[l.State]}
	err = s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) (err error) {
		out.Where, err = registry.FullName(tx, l.CountyCode.Area())
		return err
	})
	return out, err
}

func (s *Service) showLists(r *page.Request) (page.Reply, error) {
	var after ident.ID
	var err error
	if text := r.Query("cursor"); text != "" {
		if after, err = ident.ParseID(text); err != nil {
			return page.Reply{}, fault.NoSuch()
		}
	}
	rows, next, err := s.Lists(r.Context(), r.Grant, after, 0)
	if err != nil {
		return page.Reply{}, err
	}
	v := &listsView{May: r.May(Proposing)}
	if !next.IsZero() {
		v.Next = next.String()
	}
	for _, l := range rows {
		line, err := s.dress(r, l)
		if err != nil {
			return page.Reply{}, err
		}
		v.Lists = append(v.Lists, line)
	}
	return page.Show("disposal/lists", v), nil
}

// newView is what can go on a list.
type newView struct {
	Counties []page.Option
	County   string
	Free     []page.Option // dossiers to choose from, all chosen at first
	Chosen   []string
	Kept     []candidateLine // by something
	Most     int
}

type candidateLine struct {
	Candidate
	Class, Kind, Says string
}

// counties are those that somebody may draw up lists for, when there are several; what belongs to a city itself comes after its counties.
func (s *Service) counties(r *page.Request) (out []page.Option, err error) {
	home, err := countyOf(r.Grant, "")
	if err != nil {
		return nil, err
	}
	err = s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) (err error) {
		out, err = registry.CountyOptions(tx, home.Area())
		return err
	})
	if len(out) > 1 && out[0].Value == string(home) {
		own := out[0]
		own.Text = r.Say("disposal.city_itself", own.Text)
		out = append(out[1:], own)
	}
	return out, err
}

func (s *Service) newView(r *page.Request, county string) (*newView, error) {
	v := &newView{County: county, Most: Most}
	var err error
	if v.Counties, err = s.counties(r); err != nil {
		return nil, err
	}
	if v.County == "" && len(v.Counties) > 0 {
		v.County = v.Counties[0].Value
	}
	all, err := s.Candidates(r.Context(), r.Grant, ident.County(v.County))
	for _, c := range all {
		l := candidateLine{c, codes.Retentions.Name(c.Retention, r.Lang), codes.Categories.Name(c.Category, r.Lang), Bars.Name(c.Bar, r.Lang)}
		if c.Bar != "" {
			v.Kept = append(v.Kept, l)
			continue
		}
		v.Free = append(v.Free, page.Option{Value: c.CaseID.String(), Text: c.CaseNo, Hint: r.Say("disposal.candidate", c.Committee, l.Kind, l.Class, c.Until)})
		v.Chosen = append(v.Chosen, c.CaseID.String())
	}
	return v, err
}

func (s *Service) askNew(r *page.Request) (page.Reply, error) {
	v, err := s.newView(r, r.Query("county_code"))
	return page.Show("disposal/new", v), err
}

func (s *Service) takeNew(r *page.Request) (page.Reply, error) {
	in := NewList{County: ident.County(r.Form("county_code"))}
	var err error
	for _, text := range r.Forms("case") {
		id, bad := ident.ParseID(text)
		if bad != nil {
			return page.Reply{}, fault.NoSuch()
		}
		in.Cases = append(in.Cases, id)
	}
	var l Seen
	if len(in.Cases) == 0 {
		err = fault.New(fault.Invalid, "", "请选择要列入清册的卷宗。", "Please choose the dossiers that go on the list.").At("case")
	} else {
		l, err = s.Propose(r.Context(), r.Grant, in)
	}
	if err != nil {
		v, fails := s.newView(r, string(in.County))
		if fails != nil {
			return page.Reply{}, fails
		}
		return page.Again("disposal/new", v, err), nil
	}
	return page.SeeOther(pageLists + "/" + l.ID.String() + "?done=disposal_proposed"), nil
}

// oneView is a list with its lines, and what its reader may do.
type oneView struct {
	listLine
	Lines                           []lineView
	MayDecide, MayWithdraw, MayNote bool
	Today                           calendar.Day
}

type lineView struct {
	Line
	Class, Kind, End, Standing, Shade, Says string
}

var lineShades = map[string]string{Waiting: "info", Destroyed: "ok", Stopped: "warn"}

func (s *Service) oneView(r *page.Request) (*oneView, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	l, err := s.See(r.Context(), r.Grant, id)
	if err != nil {
		return nil, err
	}
	dressed, err := s.dress(r, l.List)
	mine := l.ProposedBy == r.By().Person
	v := &oneView{listLine: dressed, Today: calendar.DayOf(s.Store.Now()), MayDecide: l.State == Proposed && !mine && r.May(Approving),
		MayWithdraw: l.State == Proposed && mine && r.May(Proposing), MayNote: l.State == Done && l.PaperOn == "" && r.May(Approving)}
	for _, d := range l.Lines {
		v.Lines = append(v.Lines, lineView{d, codes.Retentions.Name(d.Retention, r.Lang), codes.Categories.Name(d.Category, r.Lang), codes.Outcomes.Name(string(d.Outcome), r.Lang),
			r.Say("disposal.line." + d.State), lineShades[d.State], Bars.Name(d.Why, r.Lang)})
	}
	return v, err
}

func (s *Service) showOne(r *page.Request) (page.Reply, error) {
	v, err := s.oneView(r)
	return page.Show("disposal/one", v), err
}

// acted answers an act on a list: the list with what was done, or again with what is wrong.
func (s *Service) acted(r *page.Request, err error, done string) (page.Reply, error) {
	if err == nil {
		return page.SeeOther(pageLists + "/" + r.Param("id") + "?done=" + done), nil
	}
	v, fails := s.oneView(r)
	if fails != nil {
		return page.Reply{}, fails
	}
	return page.Again("disposal/one", v, err), nil
}

func (s *Service) takeApprove(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	if r.Form("read") == "" {
		return s.acted(r, fault.New(fault.Invalid, "", "请核对以后勾选。", "Please look through the list and tick this.").At("read"), "")
	}
	_, err = s.Approve(r.Context(), r.Grant, id, r.Version(), r.Form("sha256"))
	return s.acted(r, err, "disposal_approved")
}

func (s *Service) takeRefuse(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	_, err = s.Refuse(r.Context(), r.Grant, id, r.Version(), r.Form("reason"))
	return s.acted(r, err, "disposal_refused")
}

func (s *Service) takeWithdraw(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	_, err = s.Withdraw(r.Context(), r.Grant, id, r.Version())
	return s.acted(r, err, "disposal_withdrawn")
}

func (s *Service) takePaper(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	_, err = s.NotePaper(r.Context(), r.Grant, id, r.Version(), Paper{calendar.Day(r.Form("destroyed_on")), r.Form("first_watcher"), r.Form("second_watcher")})
	return s.acted(r, err, "disposal_paper")
}
