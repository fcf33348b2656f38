package filing

import (
	"slices"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// matter is something that this very person has under way already.
type matter struct {
	ID        ident.ID
	Path      string // where they follow it
	About     string
	Reference string
	At        time.Time
	near      int // how much it looks like what is being told: the place and the kind
}

// underWay are the matters under way of whoever files: of their account, of the code they came in with, and what was
// filed from this browser in the last day. Others' cases are none of their business, and nothing is looked up by what
// they typed: a telephone number is no proof of being somebody.
func (s *Service) underWay(r *page.Request, a *Answers) ([]matter, error) {
	out, err := s.ofAccount(r, a)
	if err != nil {
		return nil, err
	}
	one, err := s.ofVisit(r, a)
	if err != nil {
		return nil, err
	}
	out = append(out, one...)
	if receipt, found := s.receipt(r); found && !slices.ContainsFunc(out, func(m matter) bool { return m.ID == receipt.Case }) {
		out = append(out, matter{ID: receipt.Case, Path: "/file/done", About: called(r, receipt.Title, receipt.Category), Reference: receipt.Reference, At: receipt.FiledAt, near: 1})
	}
	slices.SortStableFunc(out, func(m, n matter) int { return n.near - m.near })
	return out, nil
}

// ofAccount are the open cases of a resident who is signed in, in the county of the filing.
func (s *Service) ofAccount(r *page.Request, a *Answers) (out []matter, err error) {
	by := r.By()
	if by.Person.IsZero() || by.IsStaff() || !by.Case.IsZero() {
		return nil, nil
	}
	if !r.May("case.list") { // a resident who takes part in nothing
		return nil, nil
	}
	g, err := s.policy.Allow(by, "case.list")
	if err != nil {
		return nil, err
	}
	lines, _, err := s.cases.List(r.Context(), g, casework.Filter{Area: a.County})
	for _, l := range lines {
		if l.State.Alive() && l.Seen == authz.Party {
			out = append(out, matterOf(r, a, l.ID, l.Category, l.Reference, l.AreaCode, l.RegisteredAt))
		}
	}
	return out, err
}

// ofVisit is the case of whoever came in by reference and code.
func (s *Service) ofVisit(r *page.Request, a *Answers) ([]matter, error) {
	by := r.By()
	if by.Case.IsZero() {
		return nil, nil
	}
	g, err := s.policy.Allow(by, "case.read")
	if err != nil {
		return nil, err
	}
	v, err := s.cases.See(r.Context(), g, by.Case)
	if err != nil || !v.State.Alive() {
		return nil, err
	}
	return []matter{matterOf(r, a, v.ID, v.Category, v.Reference, v.AreaCode, v.RegisteredAt)}, nil
}

func matterOf(r *page.Request, a *Answers, id ident.ID, category, reference string, at ident.Area, filed time.Time) matter {
	m := matter{ID: id, Path: "/mine/" + id.String(), About: r.Say("mine.about", codes.Categories.Name(category, r.Lang)),
		Reference: ident.Reference(reference).Grouped(), At: filed}
	if at == a.Place() {
		m.near++
	}
	if category == a.Category {
		m.near++
	}
	return m
}

// askSame asks whether it is one of the matters that they have under way already; whoever has none is led on.
func (s *Service) askSame(r *page.Request) (page.Reply, error) {
	a, found, err := s.answersOf(r.Context(), r.Cookie(draftCookie))
	if err != nil {
		return page.Reply{}, err
	}
	same, err := s.askedSame(r, &a, found)
	if err != nil || len(same) == 0 {
		return page.SeeOther("/file/check"), err
	}
	return page.Show("filing/same", same), nil
}

// askedSame are the matters to be asked about before the check page: once, when every question is answered.
func (s *Service) askedSame(r *page.Request, a *Answers, found bool) ([]matter, error) {
	if _, open := a.open(); !found || open || a.Receipt != nil || a.Another {
		return nil, nil
	}
	return s.underWay(r, a)
}

// takeAnother keeps that it is another matter.
func (s *Service) takeAnother(r *page.Request) (page.Reply, error) {
	a, found, err := s.answersOf(r.Context(), r.Cookie(draftCookie))
	if err != nil {
		return page.Reply{}, err
	}
	if !found || a.Receipt != nil {
		return page.SeeOther(s.withoutDraft(r)), nil
	}
	a.Another = true
	if _, err := s.keepAnswers(r.Context(), r.Cookie(draftCookie), a); err != nil {
		return page.Reply{}, err
	}
	return page.SeeOther("/file/check"), nil
}
