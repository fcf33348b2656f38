package appointment

import (
	"context"
	"net/http"
	"net/url"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

const (
	accountsPath = "/accounts"
	postsPath    = "/posts"
)

// Pages mounts the list of accounts, and the posts of others and of oneself.
func (s *Service) Pages(site *page.Site) {
	site.Handle(http.MethodGet, accountsPath, account.Keeping, s.showList)
	site.Handle(http.MethodGet, accountsPath+"/new", account.Keeping, s.showNew)
	site.Handle(http.MethodPost, accountsPath+"/new", account.Keeping, s.takeNew)
	site.Handle(http.MethodGet, accountsPath+"/:id/posts", account.Keeping, s.showPosts)
	site.Handle(http.MethodPost, accountsPath+"/:id/posts", account.Keeping, s.takeGive)
	site.Handle(http.MethodPost, accountsPath+"/:id/posts/end", account.Keeping, s.takeEnd)
	site.Handle(http.MethodPost, accountsPath+"/:id/state", account.Keeping, s.takeState)
	site.Handle(http.MethodGet, postsPath, Owning, s.showMine)
	site.Handle(http.MethodGet, postsPath+"/:id/deputy", Deputising, s.showDeputy)
	site.Handle(http.MethodPost, postsPath+"/:id/deputy", Deputising, s.takeDeputy)
	site.Handle(http.MethodPost, postsPath+"/:id/end-deputy", Owning, s.takeEndDeputy)
}

type listView struct {
	Guard account.Guard // of the reader's area
	Lacks bool          // it ends before long
	Audit calendar.Day  // from which on nobody administers its audit, where that is before long
	Lines []Line
	Roles []page.Option
	Ends  []page.Option
	Next  string
	Today calendar.Day
}

func roleOptions(r *page.Request) (out []page.Option) {
	for _, one := range actor.Staff {
		out = append(out, page.Option{Value: string(one), Text: r.Say("role." + string(one))})
	}
	return out
}

func (s *Service) showList(r *page.Request) (page.Reply, error) {
	after, err := r.After()
	if err != nil {
		return page.Reply{}, err
	}
	lines, more, err := s.List(r.Context(), r.Grant, Asked{Role: actor.Role(r.Query("role")), Soon: r.Query("ends") == "soon", Text: r.Query("q"), After: after})
	if err != nil {
		return page.Reply{}, err
	}
	guard, err := s.Accounts.Guarded(r.Context(), actor.AdminSecurity, r.Grant.Home())
	v := &listView{Guard: guard, Lines: lines, Roles: roleOptions(r), Ends: []page.Option{{Value: "soon", Text: r.Say("appointment.soon")}}, Today: calendar.DayOf(s.Store.Now())}
	v.Lacks = guard.Lacks(v.Today, warned)
	if err == nil {
		guard, err = s.Accounts.Guarded(r.Context(), actor.AdminAudit, r.Grant.Home())
	}
	if guard.Lacks(v.Today, warned) {
		v.Audit = guard.Until
	}
	if !more.IsZero() {
		v.Next = more.String()
	}
	return page.Show("appointment/list", v), err
}

// newView is where somebody is given a way in: of a committee's register, or by name.
type newView struct {
	Counties  []page.Option
	County    ident.County
	Committee string // as it was typed
	Of        registry.Committee
	People    []page.Option
	None      bool // whoever is registered has a way in already
}

func (s *Service) newView(r *page.Request, county, committee string) (*newView, error) {
	v := &newView{County: ident.County(county), Committee: committee}
	counties, err := s.counties(r)
	if err != nil {
		return nil, err
	}
	v.Counties = counties
	if len(counties) == 1 {
		v.County = ident.County(counties[0].Value)
	}
	if committee == "" {
		return v, nil
	}
	of, people, err := s.RegisteredIn(r.Context(), r.Grant, v.County, committee)
	if err != nil {
		return v, err
	}
	v.Of = of
	for _, p := range people {
		if p.Entered {
			continue
		}
		text := r.Say("appointment.mediator_since", page.Day(p.Since, r.Lang))
		if p.Office != "" {
			text = r.Say("appointment.office."+string(p.Office), page.Day(p.Since, r.Lang))
		}
		v.People = append(v.People, page.Option{Value: p.Person.String(), Text: p.Name, Hint: text})
	}
	v.None = len(v.People) == 0
	return v, nil
}

// counties are those in which the reader may enter people.
func (s *Service) counties(r *page.Request) (out []page.Option, err error) {
	err = s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) (err error) {
		out, err = registry.CountyOptions(tx, r.Grant.Home())
		return err
	})
	return out, err
}

func (s *Service) showNew(r *page.Request) (page.Reply, error) {
	v, err := s.newView(r, r.Query("in"), r.Query("committee"))
	if err != nil && v != nil && fault.Is(err, fault.Invalid) {
		return page.Again("appointment/new", v, err), nil
	}
	return page.Show("appointment/new", v), err
}

// newAccount is an account that was just made, with the password that is told once.
type newAccount struct {
	Line
	Password string
}

func (s *Service) takeNew(r *page.Request) (page.Reply, error) {
	v, err := s.newView(r, r.Form("county"), r.Form("committee"))
	if err != nil && (v == nil || !fault.Is(err, fault.Invalid)) {
		return page.Reply{}, err
	}
	if err != nil {
		return page.Again("appointment/new", v, err), nil
	}
	in := Newcomer{Login: r.Form("login"), Name: r.Form("name"), County: v.County}
	if !v.Of.ID.IsZero() {
		in.Committee = v.Of.ID
		if in.Person, err = ident.ParseID(r.Form("person")); err != nil {
			return page.Again("appointment/new", v, fault.New(fault.Invalid, "person", "请选择给谁开通账号。", "Choose who gets the account.").At("person")), nil //nolint:nilerr // nobody was chosen, and that is said
		}
	}
	id, password, err := s.Enter(r.Context(), r.Grant, in)
	if err != nil {
		return page.Again("appointment/new", v, err), nil
	}
	l, err := s.See(r.Context(), r.Grant, id)
	return page.Show("appointment/entered", newAccount{l, password}), err
}

// postsView is an account with its posts, and what could be given.
type postsView struct {
	Line
	Today  calendar.Day
	Mine   bool
	Roles  []page.Option
	Areas  []page.Option
	Passed []Held // ended
}

func (s *Service) postsView(r *page.Request) (*postsView, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	l, err := s.See(r.Context(), r.Grant, id)
	if err != nil {
		return nil, err
	}
	v := &postsView{Line: l, Today: calendar.DayOf(s.Store.Now()), Mine: l.Person == r.By().Person, Roles: roleOptions(r)}
	v.Posts = nil
	for _, h := range l.Posts {
		if over(h.Post, v.Today) {
			v.Passed = append(v.Passed, h)
		} else {
			v.Posts = append(v.Posts, h)
		}
	}
	v.Areas, err = s.areas(r.Context(), r.By(), id.County())
	return v, err
}

// areas are those over which a post can be held by somebody of a county: the county and its townships.
func (s *Service) areas(ctx context.Context, by actor.Actor, county ident.County) (out []page.Option, err error) {
	err = s.Store.Read(ctx, by, func(tx *db.Tx) error {
		whole, err := registry.FindArea(tx, county.Area())
		if err != nil {
			return err
		}
		out = append(out, page.Option{Value: string(whole.Code), Text: whole.Name})
		below, err := registry.AreasBelow(tx, whole.Code)
		for _, a := range below {
			if a.Code.County() == county {
				out = append(out, page.Option{Value: string(a.Code), Text: a.Name})
			}
		}
		return err
	})
	return out, err
}

func (s *Service) showPosts(r *page.Request) (page.Reply, error) {
	v, err := s.postsView(r)
	return page.Show("appointment/posts", v), err
}

func (s *Service) takeGive(r *page.Request) (page.Reply, error) {
	v, err := s.postsView(r)
	if err != nil {
		return page.Reply{}, err
	}
	p := account.Post{Role: actor.Role(r.Form("role")), From: calendar.Day(r.Form("from")), Until: dayAfter(r.Form("until"))}
	if ofCommittee(p.Role) {
		of, _, err := s.RegisteredIn(r.Context(), r.Grant, v.ID.County(), r.Form("committee"))
		if err != nil {
			return page.Again("appointment/posts", v, err), nil
		}
		p.Committee = of.ID
	} else {
		p.Area = ident.Area(r.Form("area_code"))
	}
	_, err = s.Give(r.Context(), r.Grant, v.ID, p)
	return acted(v, err, "post_given")
}

// dayAfter is the first day on which a post is held no more whose last day was typed; what is no day stays as it is, to be refused.
func dayAfter(last string) calendar.Day {
	d, err := calendar.ParseDay(last)
	if err != nil {
		return calendar.Day(last)
	}
	return d.Plus(1)
}

func acted(v *postsView, err error, done string) (page.Reply, error) {
	if err != nil {
		return page.Again("appointment/posts", v, err), nil
	}
	return page.SeeOther(accountsPath + "/" + v.ID.String() + "/posts?" + url.Values{"done": {done}}.Encode()), nil
}

func (s *Service) takeEnd(r *page.Request) (page.Reply, error) {
	v, err := s.postsView(r)
	if err != nil {
		return page.Reply{}, err
	}
	id, err := ident.ParseID(r.Form("post"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	return acted(v, s.End(r.Context(), r.Grant, id, ""), "post_ended")
}

func (s *Service) takeState(r *page.Request) (page.Reply, error) {
	v, err := s.postsView(r)
	if err != nil {
		return page.Reply{}, err
	}
	to, done := account.Disabled, "account_closed"
	if r.Form("state") == string(account.Active) {
		to, done = account.Active, "account_opened"
	}
	return acted(v, s.SetState(r.Context(), r.Grant, v.ID, to), done)
}
