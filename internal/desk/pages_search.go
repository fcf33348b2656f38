package desk

import (
	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// searching mounts the search. It posts what is sought: a name or a number of a person stands in no address, in no history
// of a browser and in no log of what lies between.
func (s *Service) searching(site *page.Site) {
	site.Handle("GET", "/desk/search", "case.list", s.askSearch)
	site.Handle("POST", "/desk/search", "case.list", s.search)
}

// searchView is the search and what it found.
type searchView struct {
	Text    string
	Asked   bool
	Names   bool // the reader may search by names
	Refused string
	Cases   []deskCase
	Next    string
}

func (s *Service) searchView(r *page.Request) *searchView {
	return &searchView{Text: r.Form("q"), Names: len(r.Grant.Seeing(authz.Full).Reaches()) > 0}
}

func (s *Service) askSearch(r *page.Request) (page.Reply, error) {
	if !r.By().IsStaff() {
		return page.SeeOther("/mine"), nil
	}
	return page.Show("desk/search", s.searchView(r)), nil
}

func (s *Service) search(r *page.Request) (page.Reply, error) {
	v := s.searchView(r)
	if v.Text == "" || !r.By().IsStaff() {
		return page.SeeOther("/desk/search"), nil
	}
	f := casework.Filter{Query: v.Text}
	if text := r.Form("after"); text != "" {
		after, err := ident.ParseID(text)
		if err != nil {
			return page.Reply{}, fault.NoSuch()
		}
		f.After = after
	}
	v.Asked = true
	lines, next, err := s.cases.Search(r.Context(), r.Grant, f)
	switch {
	case fault.Is(err, fault.Denied):
		v.Refused = fault.Of(err).Text.In(r.Lang)
	case err != nil:
		return page.Again("desk/search", v, err), nil
	}
	if !next.IsZero() {
		v.Next = next.String()
	}
	v.Cases, err = s.dress(r, lines)
	return page.Show("desk/search", v), err
}
