package subsidy

import (
	"context"
	"strconv"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
	"fengqiao/internal/scheme"
)

const pageBarred = "/subsidy/barred"

func (s *Service) managePages(site *page.Site) {
	site.Handle("GET", "/subsidy/posts", Barring, s.askPosts)
	site.Handle("POST", "/subsidy/posts", Barring, s.takePosts)
	site.Handle("GET", pageBarred, Barring, s.showBarred)
	site.Handle("GET", pageBarred+"/new", Barring, s.askBar)
	site.Handle("POST", pageBarred+"/new", Barring, s.takeBar)
	site.Handle("GET", pageBarred+"/:id/end", Barring, s.askUnbar)
	site.Handle("POST", pageBarred+"/:id/end", Barring, s.takeUnbar)
}

// postsView is the form of a year's allowance for posts.
type postsView struct {
	Counties []page.Option
	Year     int
	Result   *Gathered
}

// Counties are those that a post covers, to choose from.
func Counties(tx *db.Tx, home ident.Area) (out []page.Option, err error) {
	own, err := registry.FindArea(tx, home)
	if err != nil {
		return nil, err
	}
	if own.Code.Level() != ident.City {
		return []page.Option{{Value: string(own.Code.County()), Text: own.Name}}, nil
	}
	below, err := registry.AreasBelow(tx, home)
	for _, a := range below {
		out = append(out, page.Option{Value: string(a.Code.County()), Text: a.Name})
	}
	return out, err
}

func (s *Service) postsView(r *page.Request) (*postsView, error) {
	v := &postsView{Year: calendar.DayOf(s.Store.Now()).Year()}
	return v, s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) (err error) {
		v.Counties, err = Counties(tx, scheme.HomeOf(r.Grant))
		return err
	})
}

func (s *Service) askPosts(r *page.Request) (page.Reply, error) {
	v, err := s.postsView(r)
	return page.Show("subsidy/posts", v), err
}

func (s *Service) takePosts(r *page.Request) (page.Reply, error) {
	v, err := s.postsView(r)
	if err != nil {
		return page.Reply{}, err
	}
	year, _ := strconv.Atoi(r.Form("year")) // what is no number is refused as a year
	got, err := s.ClaimPosts(r.Context(), r.Grant, Posts{ident.County(r.Form("county_code")), year})
	if err != nil {
		return page.Again("subsidy/posts", v, err), nil
	}
	v.Result = &got
	return page.Show("subsidy/posts", v), nil
}

// barredView is who must not be paid.
type barredView struct {
	Lines []Barred
	Next  string
}

func (s *Service) showBarred(r *page.Request) (page.Reply, error) {
	after, err := r.After()
	if err != nil {
		return page.Reply{}, err
	}
	rows, next, err := s.BarredIn(r.Context(), r.Grant, after, 0)
	v := &barredView{Lines: rows}
	if !next.IsZero() {
		v.Next = next.String()
	}
	return page.Show("subsidy/barred", v), err
}

// barForm is the form by which somebody is barred: a committee first, then one of its mediators.
type barForm struct {
	Committees, Mediators []page.Option
	Committee             string
}

func (s *Service) barForm(r *page.Request, chosen string) (*barForm, error) {
	v := &barForm{Committee: chosen}
	return v, s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		all, err := committeesWithin(tx, r.Grant)
		if err != nil {
			return err
		}
		for _, c := range all {
			v.Committees = append(v.Committees, page.Option{Value: c.ID.String(), Text: c.Name})
			if c.ID.String() != chosen {
				continue
			}
			team, err := registry.MediatorsOf(tx, c.ID)
			if err != nil {
				return err
			}
			for _, m := range team {
				v.Mediators = append(v.Mediators, page.Option{Value: m.ID.String(), Text: m.Name})
			}
		}
		return nil
	})
}

func (s *Service) askBar(r *page.Request) (page.Reply, error) {
	v, err := s.barForm(r, r.Query("committee_id"))
	return page.Show("subsidy/bar", v), err
}

func (s *Service) takeBar(r *page.Request) (page.Reply, error) {
	v, err := s.barForm(r, r.Form("committee_id"))
	if err != nil {
		return page.Reply{}, err
	}
	in := NewBar{From: calendar.Day(r.Form("from")), Reason: r.Form("reason")}
	if in.Mediator, err = ident.ParseID(r.Form("mediator_id")); err != nil {
		return page.Again("subsidy/bar", v, fault.New(fault.Invalid, "", "请选择调解员。", "Please choose a mediator.").Because(err).At("mediator_id")), nil
	}
	if _, err := s.Bar(r.Context(), r.Grant, in); err != nil {
		return page.Again("subsidy/bar", v, err), nil
	}
	return page.SeeOther(pageBarred + "?done=barred"), nil
}

func (s *Service) barOf(r *page.Request) (*Barred, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	b, err := db.Look(r.Context(), s.Store, r.By(), func(tx *db.Tx) (Barred, error) { return barWithin(tx, r.Grant, id) })
	return &b, err
}

func (s *Service) askUnbar(r *page.Request) (page.Reply, error) {
	b, err := s.barOf(r)
	return page.Show("subsidy/unbar", b), err
}

func (s *Service) takeUnbar(r *page.Request) (page.Reply, error) {
	b, err := s.barOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	if _, err := s.Unbar(r.Context(), r.Grant, b.ID, r.Version(), calendar.Day(r.Form("to"))); err != nil {
		return page.Again("subsidy/unbar", b, err), nil
	}
	return page.SeeOther(pageBarred + "?done=unbarred"), nil
}

// caseCalled finds a claimed case by its number, as people know it.
func (s *Service) caseCalled(ctx context.Context, by actor.Actor, county ident.County, number string) (ident.ID, error) {
	id, err := db.Look(ctx, s.Store, by, func(tx *db.Tx) (ident.ID, error) { return claimCalled(tx, county, number) })
	if err == nil && id.IsZero() {
		err = fault.New(fault.Invalid, "", "没有按这个案号申报的案件。", "No case of this number was claimed for.").At("same_case_id")
	}
	return id, err
}
