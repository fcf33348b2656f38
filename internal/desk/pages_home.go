package desk

import (
	"fmt"
	"slices"
	"strconv"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/duty"
	"fengqiao/internal/fault"
	"fengqiao/internal/holding"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
	"fengqiao/internal/review"
)

// group is what must be done, and the cases for which it must.
type group struct {
	Name  string
	Cases []deskCase // the first of them
	Count int
	All   string // where the others are listed; "" when all are here
}

const mostShown = 8 // cases of a group; the others are a press away

type homeView struct {
	Groups   []group
	Count    int  // of what is to be done now
	Works    bool // takes cases on, not only looks
	List     bool // may see a list of cases
	Full     bool // the desk holds more than is shown
	Alerts   []page.Link
	Reviews  []page.Link // dossiers to look at, and what became of one's own
	Unsealed []deskCase  // agreements that lack nothing but the seal
	Held     []page.Link // filings that wait for a look
	Own      string      // the reader's committee, with its members and term
}

// home is what to do next: somebody who comes once a month finds the work, not a menu.
func (s *Service) home(r *page.Request) (page.Reply, error) {
	g, err := s.policy.Allow(r.By(), "case.list")
	if fault.Is(err, fault.Denied) { // an administrator has no cases
		return page.Show("desk/home", homeView{}), nil
	}
	if err != nil {
		return page.Reply{}, err
	}
	v := homeView{Works: works(r.By()), List: true}
	lines, err := s.cases.Waiting(r.Context(), g, v.Works)
	if err != nil {
		return page.Reply{}, err
	}
	v.Full = len(lines) == casework.MostWaiting
	cases, err := s.dress(r, lines)
	if err != nil {
		return page.Reply{}, err
	}
	for _, name := range todos {
		in := slices.DeleteFunc(slices.Clone(cases), func(c deskCase) bool { return c.Todo != name })
		if len(in) > 0 {
			v.Groups = append(v.Groups, group{Name: name, Cases: in[:min(len(in), mostShown)], Count: len(in), All: listOfGroup(name, in)})
		}
		if isWork(name) {
			v.Count += len(in)
		}
	}
	if v.Reviews, err = s.reviews(r); err != nil {
		return page.Reply{}, err
	}
	if v.Held, err = s.waiting(r); err != nil {
		return page.Reply{}, err
	}
	return page.Show("desk/home", &v), s.leads(r, g, &v)
}

// waiting says how many filings wait for the reader's committee, or a committee of their township, to look at them.
func (s *Service) waiting(r *page.Request) (out []page.Link, err error) {
	g, err := s.policy.Allow(r.By(), holding.Reading)
	if fault.Is(err, fault.Denied) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	w, err := s.held.Waiting(r.Context(), g)
	if err != nil || w.All == 0 {
		return nil, err
	}
	line := func(key string, args ...any) {
		out = append(out, page.Link{Path: "/held-filings", Text: r.Say(key, args...)})
	}
	switch {
	case w.Urgent > holding.FearsAnHour: // more than become cases by themselves in an hour
		line("desk.held_urgent_many", many(w.All), many(w.Urgent), holding.FearsAnHour)
	case w.Urgent > 0:
		line("desk.held_urgent", many(w.All), many(w.Urgent))
	default:
		line("desk.held_n", many(w.All))
	}
	if w.Stuck > 0 {
		line("desk.held_stuck", many(w.Stuck))
	}
	return out, err
}

// many is a number that is counted only so far.
func many(n int) string {
	if n > holding.MostCounted {
		return fmt.Sprintf("%d+", holding.MostCounted)
	}
	return strconv.Itoa(n)
}

// reviews says which dossiers wait for the reader's look, and what a review made of the reader's own: until when it may be answered,
// or that it was decided.
func (s *Service) reviews(r *page.Request) (out []page.Link, err error) {
	news, err := s.review.News(r.Context(), r.By())
	if news.ToDo > 0 {
		out = append(out, page.Link{Path: "/review/mine", Text: r.Say("desk.review.to_do", news.ToDo)})
	}
	for _, o := range news.Own {
		line := page.Link{Path: "/review/results/" + o.ID.String(), Text: r.Say("desk.review.decided", o.CaseNo, review.GradeName(o.Grade, r.Lang), o.Score)}
		if o.May {
			line.Text = r.Say("desk.review.answer", o.CaseNo, review.GradeName(o.Grade, r.Lang), o.Score, page.Day(o.AppealBy, r.Lang))
		}
		out = append(out, line)
	}
	return out, err
}

// listOfGroup is where all cases of a long group are listed.
func listOfGroup(name string, in []deskCase) string {
	switch {
	case len(in) <= mostShown:
		return ""
	case name == "overdue":
		return "/desk/cases?overdue=true"
	}
	return "/desk/cases?state=" + string(in[0].State)
}

// leads adds what a chair looks after beside the cases: the term and the members of the committee (O1 to O6, O14), and
// agreements that wait for nothing but its seal (G4).
func (s *Service) leads(r *page.Request, g authz.Grant, v *homeView) error {
	mine := chairOf(r.By())
	if len(mine) == 0 {
		return nil
	}
	v.Own = committeePage(mine[0])
	unsealed, err := s.cases.Unsealed(r.Context(), g)
	if err != nil {
		return err
	}
	if v.Unsealed, err = s.dress(r, unsealed); err != nil {
		return err
	}
	return s.store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		for _, committee := range mine {
			if err := v.alert(tx, r, committee); err != nil {
				return err
			}
		}
		return nil
	})
}

// alert adds what a committee's chair is to see to.
func (v *homeView) alert(tx *db.Tx, r *page.Request, committee ident.ID) error {
	found, err := registry.AttentionOf(tx, committee)
	for _, a := range found {
		v.Alerts = append(v.Alerts, page.Link{Path: committeePage(committee), Text: a.Text.In(r.Lang)})
	}
	if err != nil {
		return err
	}
	late, err := duty.Overdue(tx, committee)
	for _, name := range late {
		v.Alerts = append(v.Alerts, page.Link{Path: "/desk/team", Text: r.Say("duty.overdue", name)})
	}
	return err
}

func committeePage(id ident.ID) string { return "/registry/committees/" + id.String() }

// chairOf are the committees that somebody chairs.
func chairOf(by actor.Actor) (out []ident.ID) {
	for _, p := range by.Posts {
		if p.Role == actor.Chair {
			out = append(out, p.Committee)
		}
	}
	return out
}

// goOn leads to the form of the step for which a case waits, or to the case where there is none to be taken.
func (s *Service) goOn(r *page.Request) (page.Reply, error) {
	v, err := s.look(r.Context(), r)
	if err != nil {
		return page.Reply{}, err
	}
	d := &deskView{View: v, Home: "/desk/cases/" + v.ID.String()}
	d.offer(r)
	if len(d.First) == 0 {
		return page.SeeOther(d.Home), nil
	}
	return page.SeeOther(d.First[0].Path), nil
}

// ageBand is how long cases have been open, and which.
type ageBand struct {
	Name  string
	Cases []agedCase
}

type agedCase struct {
	Line deskCase
	Days int
}

// ageBands are counted in days since a case was registered: past what the law gives, near it, and the rest.
var ageBands = []struct {
	name string
	from int
}{{"over_60", 61}, {"over_30", 31}, {"over_15", 16}, {"fresh", 0}}

type ageingView struct {
	Bands []ageBand
	Full  bool
}

// ageing lists the open cases by how long they have been open, the oldest first.
func (s *Service) ageing(r *page.Request) (page.Reply, error) {
	lines, err := s.cases.Ageing(r.Context(), r.Grant)
	if err != nil {
		return page.Reply{}, err
	}
	cases, err := s.dress(r, lines)
	v := &ageingView{Full: len(lines) == casework.MostWaiting}
	for _, band := range ageBands {
		in := ageBand{Name: band.name}
		for _, c := range cases {
			days := calendar.Between(calendar.DayOf(c.RegisteredAt), calendar.DayOf(s.store.Now()))
			if days >= band.from && !slices.ContainsFunc(v.Bands, func(b ageBand) bool { return b.holds(c) }) {
				in.Cases = append(in.Cases, agedCase{c, days})
			}
		}
		v.Bands = append(v.Bands, in)
	}
	v.Bands = slices.DeleteFunc(v.Bands, func(b ageBand) bool { return len(b.Cases) == 0 })
	return page.Show("desk/ageing", v), err
}

func (b ageBand) holds(c deskCase) bool {
	return slices.ContainsFunc(b.Cases, func(one agedCase) bool { return one.Line.ID == c.ID })
}
