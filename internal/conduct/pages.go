package conduct

import (
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

const pageComplaints = "/complaints"

// Pages mounts complaints for people: those who make them and those who handle them.
func (s *Service) Pages(site *page.Site) {
	for _, home := range []string{"/mine/", "/desk/cases/"} {
		site.Handle("GET", home+":id/complain", Complaining, s.asker(home))
		site.Handle("POST", home+":id/complain", Complaining, s.taker(home))
	}
	site.Handle("GET", pageComplaints, Reading, s.showList)
	site.Handle("GET", pageComplaints+"/:id", Reading, s.showOne)
	site.Handle("POST", pageComplaints+"/:id/take-up", Handling, s.takeUp)
	site.Handle("POST", pageComplaints+"/:id/decide", Handling, s.decide)
	site.Handle("POST", pageComplaints+"/:id/tell", Handling, s.tell)
}

// askView is the form of a complaint, with what the party complained of before.
type askView struct {
	Home                      string // of the case
	Staff                     bool
	Mediators, Parties, Kinds []page.Option
	Before                    []line
	MayRecuse                 bool
}

// line is a complaint in words.
type line struct {
	Seen
	About, Status, Result, Shade, Committee string
}

func lineOf(r *page.Request, c Seen) line {
	out := line{Seen: c, About: codes.Complaints.Name(c.Complaint.Kind, r.Lang), Status: codes.ComplaintStates.Name(c.State, r.Lang), Shade: tags[c.State]}
	if c.Outcome != "" {
		out.Result = codes.ComplaintOutcomes.Name(c.Outcome, r.Lang)
	}
	return out
}

var tags = map[string]string{Received: "warn", Looking: "info", Decided: "ok"}

func (s *Service) askView(r *page.Request, home string) (*askView, ident.ID, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, id, fault.NoSuch()
	}
	v := &askView{Home: home + id.String(), Staff: home != "/mine/", Kinds: page.Coded(codes.Complaints, r.Lang)}
	err = s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		asked, err := s.Cases.AskedOf(tx, r.Grant, id)
		for _, m := range asked.Mediators {
			v.Mediators = append(v.Mediators, page.Option{Value: m.MediatorID.String(), Text: m.Name})
			v.MayRecuse = v.MayRecuse || !v.Staff && asked.MayRecuse(m.MediatorID)
		}
		for _, p := range asked.Parties {
			v.Parties = append(v.Parties, page.Option{Value: p.ID.String(), Text: p.Name})
		}
		return err
	})
	return v, id, err
}

func (s *Service) asker(home string) func(*page.Request) (page.Reply, error) {
	return func(r *page.Request) (page.Reply, error) {
		v, id, err := s.askView(r, home)
		if err == nil && !v.Staff {
			err = s.before(r, v, id)
		}
		return page.Show("conduct/complain", v), err
	}
}

// before adds what the party complained of before, with how it stands.
func (s *Service) before(r *page.Request, v *askView, caseID ident.ID) error {
	rows, _, err := s.List(r.Context(), r.Grant, Asked{Case: caseID, Limit: 100})
	for _, c := range rows {
		if c.Own {
			v.Before = append(v.Before, lineOf(r, c))
		}
	}
	return err
}

func (s *Service) taker(home string) func(*page.Request) (page.Reply, error) {
	return func(r *page.Request) (page.Reply, error) {
		v, id, err := s.askView(r, home)
		if err != nil {
			return page.Reply{}, err
		}
		in := NewComplaint{Kind: r.Form("kind"), Text: r.Form("text")}
		var bad fault.Check
		choose := func(name string, to *ident.ID) {
			if text := r.Form(name); text != "" {
				chosen, err := ident.ParseID(text)
				bad.Take(name, err)
				*to = chosen
			}
		}
		choose("mediator_id", &in.Mediator)
		choose("party_id", &in.Party)
		err = bad.Err()
		if err == nil {
			_, err = s.Complain(r.Context(), r.Grant, id, in)
		}
		switch {
		case err != nil:
			return page.Again("conduct/complain", v, err), nil
		case v.Staff:
			return page.SeeOther(pageComplaints + "?done=complaint_recorded"), nil
		}
		return page.SeeOther(v.Home + "/complain?done=complained"), nil
	}
}

type listView struct {
	Lines    []line
	Next     string
	Narrowed bool
	From, To calendar.Day
	Upheld   bool
}

// asked reads how a figure's list of complaints is narrowed.
func asked(r *page.Request) (ask Asked, err error) {
	var bad fault.Check
	day := func(name string) (d calendar.Day) {
		if text := r.Query(name); text != "" {
			var err error
			d, err = calendar.ParseDay(text)
			bad.Take(name, err)
		}
		return d
	}
	ask = Asked{Area: ident.Widen(r.Query("area")), From: day("received_from"), To: day("received_to"), Upheld: r.Query("upheld") == "true"}
	if text := r.Query("committee_id"); text != "" {
		ask.Committee, err = ident.ParseID(text)
		bad.Take("committee_id", err)
	}
	return ask, bad.Err()
}

func (s *Service) showList(r *page.Request) (page.Reply, error) {
	after, err := r.After()
	if err != nil {
		return page.Reply{}, err
	}
	ask, err := asked(r)
	if err != nil {
		return page.Reply{}, err
	}
	ask.After = after
	rows, next, err := s.List(r.Context(), r.Grant, ask)
	if err != nil {
		return page.Reply{}, err
	}
	v := &listView{Narrowed: ask != Asked{After: after}, From: ask.From, To: ask.To, Upheld: ask.Upheld}
	if !next.IsZero() {
		v.Next = next.String()
	}
	v.Lines, err = s.dress(r, rows)
	return page.Show("conduct/complaints", v), err
}

func (s *Service) dress(r *page.Request, rows []Seen) (out []line, err error) {
	err = s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		for _, c := range rows {
			l := lineOf(r, c)
			if l.Committee, _, err = registry.NameOf(tx, c.CommitteeID); err != nil {
				return err
			}
			out = append(out, l)
		}
		return nil
	})
	return out, err
}

// oneView is one complaint, with what the reader may do about it now.
type oneView struct {
	line
	Handles, Sees      bool
	Outcomes, Channels []page.Option
	Done               []page.Moment
}

func (s *Service) oneView(r *page.Request) (*oneView, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	read := r.Grant
	if r.Grant.Action() != Reading {
		if read, err = s.Policy.Allow(r.By(), Reading); err != nil {
			return nil, err
		}
	}
	seen, err := s.See(r.Context(), read, id)
	if err != nil {
		return nil, err
	}
	lines, err := s.dress(r, []Seen{seen})
	if err != nil {
		return nil, err
	}
	v := &oneView{line: lines[0], Sees: !seen.Own, Outcomes: page.Coded(codes.ComplaintOutcomes, r.Lang), Channels: page.Coded(codes.Channels, r.Lang)}
	if handle, err := s.Policy.Allow(r.By(), Handling); err == nil {
		v.Handles = mayHandle(handle, seen.Complaint) && !seen.Own
	}
	for _, step := range seen.History {
		v.Done = append(v.Done, page.Moment{At: step.At, Title: r.Say("conduct.step." + step.Event), By: r.Say("conduct.role." + step.Role)})
	}
	return v, nil
}

func (s *Service) showOne(r *page.Request) (page.Reply, error) {
	v, err := s.oneView(r)
	return page.Show("conduct/complaint", v), err
}

// acted leads back to the complaint, or shows it again with what was wrong.
func (s *Service) acted(r *page.Request, err error, done string) (page.Reply, error) {
	if err == nil {
		return page.SeeOther(pageComplaints + "/" + r.Param("id") + "?done=" + done), nil
	}
	v, fails := s.oneView(r)
	if fails != nil {
		return page.Reply{}, fails
	}
	return page.Again("conduct/complaint", v, err), nil
}

func (s *Service) takeUp(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err == nil {
		_, err = s.TakeUp(r.Context(), r.Grant, id, r.Version())
	}
	return s.acted(r, err, "complaint_taken_up")
}

func (s *Service) decide(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err == nil {
		_, err = s.Decide(r.Context(), r.Grant, id, r.Version(), Decision{Outcome: r.Form("outcome"), Reason: r.Form("reason"), Unit: r.Form("unit"),
			DecidedOn: calendar.Day(r.Form("decided_on"))})
	}
	return s.acted(r, err, "complaint_decided")
}

func (s *Service) tell(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err == nil {
		_, err = s.Tell(r.Context(), r.Grant, id, r.Version(), r.Form("channel"))
	}
	return s.acted(r, err, "complaint_told")
}
