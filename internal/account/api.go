package account

import (
	"context"
	"net/http"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

type signInBody struct {
	Login    string `json:"login" maxLength:"200"`
	Password string `json:"password" maxLength:"512"`
	Code     string `json:"code,omitempty" maxLength:"40" doc:"Where a second factor is set: the six digits of the app, or a recovery code. Without it the answer is 401 second_factor."`
}

type openedBody struct {
	Token     string    `json:"token" doc:"Send it as Authorization: Bearer. It is told once."`
	ExpiresAt time.Time `json:"expires_at"`
	Actor     actorBody `json:"actor"`

	MustChange bool `json:"must_change_password,omitempty" doc:"The password was chosen by somebody else: until it is changed, the posts are not held."`
	MustEnrol  bool `json:"must_enrol_second_factor,omitempty" doc:"Whoever works here has a second factor: until it is set, the posts are not held."`
}

type currentBody struct {
	ExpiresAt time.Time   `json:"expires_at"`
	Actor     actorBody   `json:"actor"`
	Owes      actor.Owing `json:"owes,omitempty" enum:"password,second_factor" doc:"What must be done before the posts are held."`
}

type actorBody struct {
	ID    ident.ID   `json:"id,omitzero" doc:"The person; absent for a party by access code."`
	Name  string     `json:"name"`
	Posts []postBody `json:"posts"`
	Case  ident.ID   `json:"case_id,omitzero" doc:"The one case that a party by access code reaches."`
	Party ident.ID   `json:"party_id,omitzero"`
	Part  actor.Role `json:"part,omitempty"`
}

type postBody struct {
	Role      actor.Role `json:"role"`
	Committee *ident.ID  `json:"committee_id" nullable:"true"`
	Area      *string    `json:"area_code" nullable:"true"`
}

func bodyOf(a actor.Actor) actorBody {
	out := actorBody{ID: a.Person, Name: a.Name, Case: a.Case, Party: a.Party, Part: a.Part}
	for _, p := range a.Posts {
		b := postBody{Role: p.Role}
		if !p.Committee.IsZero() {
			b.Committee = &p.Committee
		}
		if area := string(p.Area); area != "" {
			b.Area = &area
		}
		out.Posts = append(out.Posts, b)
	}
	return out
}

// signInRate is for one address, whatever the login: each try costs a hash.
var signInRate = rest.Rate{PerSecond: 20, Burst: 200, Wait: 2 * time.Second}

// Routes mounts the sessions.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, http.MethodPost, "/sessions", "session.open", s.postSession, rest.Throttled(rest.NewThrottle(signInRate, s.Store.Now)),
		rest.Says("登录：每次都开启新的会话，不受一次性编号影响。", "Sign in. Each time opens a new session, whatever the Idempotency-Key."))
	rest.Handle(a, http.MethodGet, "/sessions/current", "session.read", s.getSession,
		rest.Says("查看当前会话是谁、到何时为止。", "Who is signed in, and until when."))
	rest.Handle(a, http.MethodDelete, "/sessions/current", "session.end", s.deleteSession,
		rest.Says("退出登录。", "Sign out."))
	rest.Handle(a, http.MethodPost, "/sessions/current/password", "session.end", s.postPassword,
		rest.Says("修改自己的密码，并结束自己的所有会话。", "Change one's own password, and end all one's own sessions."))
	s.ownRoutes(a)
	s.keeperRoutes(a)
}

func (s *Service) postSession(ctx context.Context, _ authz.Grant, in *struct{ Body signInBody }) (*rest.Made[openedBody], error) {
	held, err := s.SignIn(ctx, Credentials{Login: in.Body.Login, Password: in.Body.Password, Code: in.Body.Code, Address: rest.Client(ctx), Agent: rest.Agent(ctx)})
	if err != nil {
		return nil, err
	}
	return rest.MakeAnswer("/sessions/current", 0, openedOf(held)), nil
}

func openedOf(held Session) openedBody {
	return openedBody{Token: held.Token, ExpiresAt: held.EndsAt, Actor: bodyOf(held.Actor),
		MustChange: held.Owes == actor.OwesPassword, MustEnrol: held.Owes == actor.OwesFactor}
}

func (s *Service) getSession(ctx context.Context, _ authz.Grant, _ *struct{}) (*rest.Seen[currentBody], error) {
	if rest.Token(ctx) == "" {
		return nil, fault.New(fault.Unauthenticated, "", "请先登录。", "Please sign in first.")
	}
	held, err := s.Session(ctx, rest.Token(ctx))
	if err != nil {
		return nil, err
	}
	return rest.See(0, currentBody{ExpiresAt: held.EndsAt, Actor: bodyOf(held.Actor), Owes: held.Owes}), nil
}

func (s *Service) deleteSession(ctx context.Context, _ authz.Grant, _ *struct{}) (*struct{}, error) {
	return nil, s.SignOut(ctx, rest.Token(ctx))
}

type passwordBody struct {
	Old string `json:"old" maxLength:"512"`
	New string `json:"new" maxLength:"512"`
}

func (s *Service) postPassword(ctx context.Context, g authz.Grant, in *struct{ Body passwordBody }) (*struct{}, error) {
	return nil, s.ChangePassword(ctx, g.By(), in.Body.Old, in.Body.New, rest.Client(ctx))
}
