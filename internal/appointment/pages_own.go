package appointment

import (
	"slices"

	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// mineView are one's own posts.
type mineView struct {
	Posts []ownPost
	Today calendar.Day
}

type ownPost struct {
	Held
	MayName bool // somebody who stands in
}

func (s *Service) mineView(r *page.Request) (*mineView, error) {
	posts, err := s.Mine(r.Context(), r.By())
	v := &mineView{Today: calendar.DayOf(s.Store.Now())}
	for _, h := range posts {
		v.Posts = append(v.Posts, ownPost{h, h.DeputyFor.IsZero() && slices.Contains(deputised, h.Role) && r.May(Deputising)})
	}
	return v, err
}

func (s *Service) showMine(r *page.Request) (page.Reply, error) {
	v, err := s.mineView(r)
	return page.Show("appointment/mine", v), err
}

// deputyView is who could stand in for a post of one's own.
type deputyView struct {
	Held
	People []page.Option
	Today  calendar.Day
	Last   calendar.Day // the last day that can be named when it begins today
}

func (s *Service) deputyView(r *page.Request) (*deputyView, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	p, all, err := s.Candidates(r.Context(), r.Grant, id)
	if err != nil {
		return nil, err
	}
	mine, err := s.Mine(r.Context(), r.By())
	if err != nil {
		return nil, err
	}
	today := calendar.DayOf(s.Store.Now())
	v := &deputyView{Today: today, Last: today.Plus(MostAway - 1)}
	for _, h := range mine {
		if h.ID == p.ID {
			v.Held = h
		}
	}
	for _, c := range all {
		v.People = append(v.People, page.Option{Value: c.Person.String(), Text: c.Name})
	}
	return v, nil
}

func (s *Service) showDeputy(r *page.Request) (page.Reply, error) {
	v, err := s.deputyView(r)
	return page.Show("appointment/deputy", v), err
}

func (s *Service) takeDeputy(r *page.Request) (page.Reply, error) {
	v, err := s.deputyView(r)
	if err != nil {
		return page.Reply{}, err
	}
	person, err := ident.ParseID(r.Form("person"))
	if err != nil {
		return page.Again("appointment/deputy", v, fault.New(fault.Invalid, "person", "请选择代行的人。", "Choose who stands in.").At("person")), nil //nolint:nilerr // nobody was chosen, and that is said
	}
	if _, err := s.Name(r.Context(), r.Grant, v.ID, person, calendar.Day(r.Form("from")), dayAfter(r.Form("until"))); err != nil {
		return page.Again("appointment/deputy", v, err), nil
	}
	return page.SeeOther(postsPath + "?done=deputy_named"), nil
}

func (s *Service) takeEndDeputy(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	if err := s.EndDeputy(r.Context(), r.Grant, id); err != nil {
		v, fails := s.mineView(r)
		if fails != nil {
			return page.Reply{}, fails
		}
		return page.Again("appointment/mine", v, err), nil
	}
	return page.SeeOther(postsPath + "?done=deputy_ended"), nil
}
