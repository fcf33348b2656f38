package appointment

import (
	"context"
	"net/http"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/rest"
)

// HeldPostOut is a post in the API's words.
type HeldPostOut struct {
	ID        ident.ID     `json:"id"`
	Person    ident.ID     `json:"person_id"`
	Holder    string       `json:"name"`
	Role      actor.Role   `json:"role"`
	Committee ident.ID     `json:"committee_id,omitzero"`
	Area      ident.Area   `json:"area_code,omitempty"`
	Place     string       `json:"place" doc:"The committee's name, or the area's"`
	From      calendar.Day `json:"from"`
	Until     calendar.Day `json:"until,omitempty" doc:"The first day on which it is held no more"`
	DeputyFor ident.ID     `json:"deputy_for,omitzero" doc:"The post of somebody who is away"`
	For       string       `json:"deputy_for_name,omitempty"`
	Deputies  []StandInOut `json:"deputies,omitempty"`
	Soon      bool         `json:"ends_soon" doc:"Within 14 days"`
}

// StandInOut is somebody who stands in for the holder of a post, or will.
type StandInOut struct {
	ID     ident.ID     `json:"id" doc:"The post that they hold meanwhile"`
	Person ident.ID     `json:"person_id"`
	Holder string       `json:"name"`
	From   calendar.Day `json:"from"`
	Until  calendar.Day `json:"until"`
}

// StaffAccountOut is an account with its posts in the API's words.
type StaffAccountOut struct {
	ID     ident.ID      `json:"id"`
	Person ident.ID      `json:"person_id"`
	Login  string        `json:"login"`
	Name   string        `json:"name"`
	State  account.State `json:"state" enum:"active,disabled,invited"`
	Posts  []HeldPostOut `json:"posts" nullable:"false"`
}

func postOut(h Held) HeldPostOut {
	out := HeldPostOut{ID: h.ID, Person: h.Person, Holder: h.Holder, Role: h.Role, Committee: h.Committee, Area: h.Area, Place: h.Place, From: h.From, Until: h.Until,
		DeputyFor: h.DeputyFor, For: h.For, Soon: h.Ends}
	for _, d := range h.Deputies {
		out.Deputies = append(out.Deputies, StandInOut{d.ID, d.Person, d.Holder, d.From, d.Until})
	}
	return out
}

func postsOut(in []Held) []HeldPostOut {
	out := make([]HeldPostOut, len(in))
	for i, h := range in {
		out[i] = postOut(h)
	}
	return out
}

func lineOut(l Line) StaffAccountOut {
	return StaffAccountOut{l.ID, l.Person, l.Login, l.Name, l.State, postsOut(l.Posts)}
}

// ByID names a thing in an address.
type ByID struct {
	ID ident.ID `path:"id"`
}

type accountsIn struct {
	rest.PageIn
	Role actor.Role `query:"role" doc:"Who holds this, or will"`
	Soon bool       `query:"ends_soon" doc:"A post of theirs ends within 14 days"`
	Text string     `query:"q" maxLength:"60" doc:"The beginning of a name or a login"`
}

type newAccountIn struct {
	Body struct {
		Login    string       `json:"login" maxLength:"200"`
		Name     string       `json:"name,omitempty" maxLength:"60" doc:"Of somebody whom the register does not know"`
		County   ident.County `json:"county,omitempty" doc:"Six digits: the county that keeps them"`
		Mediator ident.ID     `json:"mediator_id,omitzero" doc:"Of somebody of the register, instead of name and county"`
	}
}

// EnteredAccountOut is a new account.
type EnteredAccountOut struct {
	StaffAccountOut
	Password string `json:"password,omitempty" doc:"Told once: good for seven days, to be changed at the first sign-in"`
}

type givePostIn struct {
	ByID
	Body struct {
		Role      actor.Role   `json:"role"`
		Committee ident.ID     `json:"committee_id,omitzero" doc:"For mediator and chair"`
		Area      ident.Area   `json:"area_code,omitempty" doc:"For everybody else"`
		From      calendar.Day `json:"from,omitempty" doc:"Today when absent"`
		Until     calendar.Day `json:"until,omitempty" doc:"The first day on which it is held no more; absent: until further notice"`
	}
}

type endPostIn struct {
	ByID
	Body struct {
		On calendar.Day `json:"on,omitempty" doc:"The first day on which it is held no more; today when absent"`
	}
}

type accountStateIn struct {
	ByID
	Body struct {
		State account.State `json:"state" enum:"active,disabled"`
	}
}

type nameDeputyIn struct {
	ByID
	Body struct {
		Person ident.ID     `json:"person_id"`
		From   calendar.Day `json:"from,omitempty" doc:"Today when absent"`
		Until  calendar.Day `json:"until" doc:"The first day on which they stand in no more, at most 30 days after the first"`
	}
}

type endDeputyIn struct {
	ByID
	Body struct{}
}

// HeldPostsOut are posts.
type HeldPostsOut struct {
	Items []HeldPostOut `json:"items" nullable:"false"`
}

// DeputyCandidatesOut are persons who could stand in.
type DeputyCandidatesOut struct {
	Items []DeputyCandidateOut `json:"items" nullable:"false"`
}

// DeputyCandidateOut is one of them.
type DeputyCandidateOut struct {
	Person ident.ID `json:"person_id"`
	Name   string   `json:"name"`
}

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, http.MethodGet, "/accounts", account.Keeping, s.list, rest.Says("本地区工作人员的账号和岗位", "Accounts of those who work in the area, with their posts"))
	rest.Handle(a, http.MethodPost, "/accounts", account.Keeping, s.enter, rest.Says("开通账号", "Give somebody a way in"))
	rest.Handle(a, http.MethodPost, "/accounts/{id}/posts", account.Keeping, s.postGive, rest.Says("授予岗位", "Give a post"))
	rest.Handle(a, http.MethodPost, "/posts/{id}/end", account.Keeping, func(ctx context.Context, g authz.Grant, in *endPostIn) (*struct{}, error) {
		return nil, s.End(ctx, g, in.ID, in.Body.On)
	}, rest.Says("结束岗位，立即生效", "End a post; it holds at once"))
	rest.Handle(a, http.MethodPut, "/accounts/{id}/state", account.Keeping, func(ctx context.Context, g authz.Grant, in *accountStateIn) (*struct{}, error) {
		return nil, s.SetState(ctx, g, in.ID, in.Body.State)
	}, rest.Says("停用或者恢复账号", "Close an account, or open it again"))
	rest.Handle(a, http.MethodGet, "/posts", Owning, func(ctx context.Context, g authz.Grant, _ *struct{}) (*rest.Seen[HeldPostsOut], error) {
		mine, err := s.Mine(ctx, g.By())
		return rest.See(0, HeldPostsOut{postsOut(mine)}), err
	}, rest.Says("我的岗位", "One's own posts"))
	rest.Handle(a, http.MethodGet, "/posts/{id}/candidates", Deputising, s.getCandidates, rest.Says("可以代行的人", "Who could stand in"))
	rest.Handle(a, http.MethodPost, "/posts/{id}/deputies", Deputising, s.postDeputy, rest.Says("请人代行", "Name somebody who stands in"))
	rest.Handle(a, http.MethodPost, "/posts/{id}/end-deputy", Owning, func(ctx context.Context, g authz.Grant, in *endDeputyIn) (*struct{}, error) {
		return nil, s.EndDeputy(ctx, g, in.ID)
	}, rest.Says("结束代行，立即生效", "End standing in; it holds at once"))
}

func (s *Service) list(ctx context.Context, g authz.Grant, in *accountsIn) (*rest.Listed[StaffAccountOut], error) {
	ask := Asked{Role: in.Role, Soon: in.Soon, Text: in.Text, Limit: in.Limit}
	if _, err := in.After(ctx, &ask.After); err != nil {
		return nil, err
	}
	lines, more, err := s.List(ctx, g, ask)
	if err != nil {
		return nil, err
	}
	items := make([]StaffAccountOut, len(lines))
	for i, l := range lines {
		items[i] = lineOut(l)
	}
	if more.IsZero() {
		return rest.List(ctx, items, nil)
	}
	return rest.List(ctx, items, more)
}

func (s *Service) enter(ctx context.Context, g authz.Grant, in *newAccountIn) (*rest.Made[EnteredAccountOut], error) {
	who := Newcomer{Login: in.Body.Login, Name: in.Body.Name, County: in.Body.County}
	if !in.Body.Mediator.IsZero() {
		m, err := db.Look(ctx, s.Store, g.By(), func(tx *db.Tx) (registry.Mediator, error) { return registry.FindMediator(tx, in.Body.Mediator) })
		if err != nil {
			return nil, err
		}
		who.Committee, who.Person = m.CommitteeID, m.PersonID
	}
	id, password, err := s.Enter(ctx, g, who)
	if err != nil {
		return nil, err
	}
	l, err := s.See(ctx, g, id)
	return rest.MakeAnswer("/accounts/"+id.String(), 0, EnteredAccountOut{lineOut(l), password}), err
}

func (s *Service) postGive(ctx context.Context, g authz.Grant, in *givePostIn) (*rest.Made[HeldPostOut], error) {
	id, err := s.Give(ctx, g, in.ID, account.Post{Role: in.Body.Role, Committee: in.Body.Committee, Area: in.Body.Area, From: in.Body.From, Until: in.Body.Until})
	if err != nil {
		return nil, err
	}
	l, err := s.See(ctx, g, in.ID)
	return madeOf(l.Posts, id), err
}

// madeOf is the answer of what made a post.
func madeOf(posts []Held, id ident.ID) *rest.Made[HeldPostOut] {
	for _, h := range posts {
		if h.ID == id {
			return rest.MakeAnswer("/posts", 0, postOut(h))
		}
		for _, d := range h.Deputies {
			if d.ID == id {
				return rest.MakeAnswer("/posts", 0, postOut(d))
			}
		}
	}
	return nil
}

func (s *Service) getCandidates(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[DeputyCandidatesOut], error) {
	_, all, err := s.Candidates(ctx, g, in.ID)
	out := DeputyCandidatesOut{[]DeputyCandidateOut{}}
	for _, c := range all {
		out.Items = append(out.Items, DeputyCandidateOut(c))
	}
	return rest.See(0, out), err
}

func (s *Service) postDeputy(ctx context.Context, g authz.Grant, in *nameDeputyIn) (*rest.Made[HeldPostOut], error) {
	id, err := s.Name(ctx, g, in.ID, in.Body.Person, in.Body.From, in.Body.Until)
	if err != nil {
		return nil, err
	}
	mine, err := s.Mine(ctx, g.By())
	return madeOf(mine, id), err
}
