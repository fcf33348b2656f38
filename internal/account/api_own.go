package account

import (
	"context"
	"net/http"

	"fengqiao/internal/authz"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// ownRoutes are what everybody does about their own way in.
func (s *Service) ownRoutes(a *rest.API) {
	rest.Handle(a, http.MethodGet, "/sessions", Owning, s.listVisits, rest.Says("自己现有的会话", "One's own open sessions"))
	rest.Handle(a, http.MethodDelete, "/sessions/{id}", Owning, s.deleteVisit, rest.Says("结束自己的一个会话", "End one of one's own sessions"))
	rest.Handle(a, http.MethodPost, "/sessions/end-others", Owning, s.postEndOthers, rest.Says("结束自己的其他会话", "End all one's own sessions but this"))
	rest.Handle(a, http.MethodGet, "/sessions/events", Owning, s.listOwnEvents, rest.Says("自己账号最近 20 条登录记录", "The last 20 things that happened to one's own account"))
	rest.Handle(a, http.MethodPost, "/sessions/current/confirm", Owning, s.postConfirm,
		rest.Says("再确认一次是本人：密码或者验证码，15 分钟内有效", "Show once more that it is you, by password or code; good for 15 minutes"), rest.Answers(http.StatusNoContent))
	rest.Handle(a, http.MethodGet, "/sessions/current/second-factor", Owning, s.getFactor, rest.Says("自己的动态验证码", "How one's own second factor stands"))
	rest.Handle(a, http.MethodPost, "/sessions/current/second-factor", Factoring, s.postFactor,
		rest.Says("生成密钥，输入手机应用", "Draw a secret to be entered into an app"))
	rest.Handle(a, http.MethodPost, "/sessions/current/second-factor/confirm", Factoring, s.postFirstCode,
		rest.Says("用第一个验证码绑定；结束所有会话，开启新的会话，给出备用码", "Set it by its first code: ends all sessions, opens a new one, tells the recovery codes"))
	rest.Handle(a, http.MethodDelete, "/sessions/current/second-factor", Factoring, s.deleteFactor,
		rest.Says("关闭动态验证码（工作人员不能关闭）", "Remove it; not for staff where it is required"))
	rest.Handle(a, http.MethodPost, "/sessions/current/recovery-codes", Factoring, s.postRecovery,
		rest.Says("换一组备用码，旧的作废", "New recovery codes; the old ones are void"))
}

func (s *Service) listVisits(ctx context.Context, g authz.Grant, _ *struct{}) (*rest.Listed[Visit], error) {
	visits, err := s.Visits(ctx, g.By(), rest.Token(ctx))
	if err != nil {
		return nil, err
	}
	return rest.List(ctx, visits, nil)
}

// emptyIn says nothing, as JSON: what a form of another site could send is refused.
type emptyIn struct{ Body struct{} }

type idIn struct {
	ID ident.ID `path:"id"`
}

func (s *Service) deleteVisit(ctx context.Context, g authz.Grant, in *idIn) (*struct{}, error) {
	return nil, s.EndVisit(ctx, g.By(), in.ID)
}

func (s *Service) postEndOthers(ctx context.Context, g authz.Grant, _ *emptyIn) (*struct{}, error) {
	if _, err := s.own(ctx, g.By()); err != nil {
		return nil, err
	}
	return nil, s.EndOthers(ctx, g.By(), rest.Token(ctx))
}

func (s *Service) listOwnEvents(ctx context.Context, g authz.Grant, _ *struct{}) (*rest.Listed[Happened], error) {
	events, err := s.OwnEvents(ctx, g)
	if err != nil {
		return nil, err
	}
	return rest.List(ctx, events, nil)
}

type confirmBody struct {
	Password string `json:"password,omitempty" maxLength:"512"`
	Code     string `json:"code,omitempty" maxLength:"40"`
}

func (s *Service) postConfirm(ctx context.Context, g authz.Grant, in *struct{ Body confirmBody }) (*struct{}, error) {
	return nil, s.Confirm(ctx, g.By(), Credentials{Password: in.Body.Password, Code: in.Body.Code, Address: rest.Client(ctx)})
}

func (s *Service) getFactor(ctx context.Context, g authz.Grant, _ *struct{}) (*rest.Seen[Factor], error) {
	f, err := s.FactorOf(ctx, g.By())
	if err != nil {
		return nil, err
	}
	return rest.See(0, f), nil
}

func (s *Service) postFactor(ctx context.Context, g authz.Grant, _ *emptyIn) (*rest.Made[Enrolling], error) {
	e, err := s.BeginFactor(ctx, g.By())
	if err != nil {
		return nil, err
	}
	return rest.MakeAnswer("/sessions/current/second-factor", 0, e), nil
}

type codeBody struct {
	Code string `json:"code" maxLength:"40"`
}

type recoveryBody struct {
	Codes []string `json:"recovery_codes" doc:"Each works once in place of a code. They are told once."`
}

type enrolledBody struct {
	openedBody
	recoveryBody
}

func (s *Service) postFirstCode(ctx context.Context, g authz.Grant, in *struct{ Body codeBody }) (*rest.Made[enrolledBody], error) {
	codes, held, err := s.ConfirmFactor(ctx, g.By(), Credentials{Code: in.Body.Code, Address: rest.Client(ctx), Agent: rest.Agent(ctx)})
	if err != nil {
		return nil, err
	}
	return rest.MakeAnswer("/sessions/current", 0, enrolledBody{openedOf(held), recoveryBody{codes}}), nil
}

func (s *Service) deleteFactor(ctx context.Context, g authz.Grant, _ *struct{}) (*struct{}, error) {
	return nil, s.RemoveFactor(ctx, g.By())
}

func (s *Service) postRecovery(ctx context.Context, g authz.Grant, _ *emptyIn) (*rest.Made[recoveryBody], error) {
	codes, err := s.RenewRecovery(ctx, g.By())
	if err != nil {
		return nil, err
	}
	return rest.MakeAnswer("/sessions/current/second-factor", 0, recoveryBody{codes}), nil
}
