package reads

import (
	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

const (
	pageLooks = "/reads"
	shown     = 50
)

// Pages mounts what the auditor and parties are shown.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", pageLooks, Auditing, s.showLooks)
	site.Handle("GET", "/mine/:id/reads", OfCase, s.showOfCase)
}

// looksView is the auditor's list.
type looksView struct {
	Lines                     []Told
	Next                      string
	Name, Reference, From, To string
	Narrowed                  bool
}

func (s *Service) showLooks(r *page.Request) (page.Reply, error) {
	v := &looksView{Name: r.Query("name"), Reference: r.Query("reference"), From: r.Query("from"), To: r.Query("to")}
	v.Narrowed = v.Name+v.Reference+v.From+v.To != ""
	f := Filter{Name: v.Name, Reference: v.Reference, Limit: shown}
	var slips fault.Check
	for name, into := range map[string]*calendar.Day{"from": &f.From, "to": &f.To} {
		if r.Query(name) != "" {
			day, err := calendar.ParseDay(r.Query(name))
			slips.Take(name, err)
			*into = day
		}
	}
	if err := slips.Err(); err != nil {
		return page.Again("reads/looks", v, err), nil
	}
	after, err := r.After()
	if err != nil {
		return page.Reply{}, err
	}
	f.After = after
	rows, next, err := s.Looks(r.Context(), r.Grant, f)
	v.Lines = rows
	if !next.IsZero() {
		v.Next = next.String()
	}
	return page.Show("reads/looks", v), err
}

// mineView is what a party is told of its case.
type mineView struct {
	Home  string
	Lines []Told
	Most  int // more than these are not shown
}

func (s *Service) showOfCase(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	rows, err := s.Of(r.Context(), r.Grant, id)
	v := &mineView{Home: "/mine/" + id.String() + "/data", Lines: rows}
	if len(rows) == mostOfCase {
		v.Most = mostOfCase
	}
	return page.Show("reads/mine", v), err
}
