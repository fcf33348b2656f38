package account

import (
	"context"
	"net/http"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// keeperRoutes are what administrators do about the ways in of others, and the log of them.
func (s *Service) keeperRoutes(a *rest.API) {
	rest.Handle(a, http.MethodPost, "/accounts/find", Keeping, s.postFind, rest.Says("按账号查找", "Find an account by its login"), rest.Answers(http.StatusOK))
	rest.Handle(a, http.MethodGet, "/accounts/{id}", Keeping, s.getAccount, rest.Says("账号情况", "An account, and what happened to it"))
	rest.Handle(a, http.MethodPost, "/accounts/{id}/end-sessions", Keeping, func(ctx context.Context, g authz.Grant, in *actIn) (*struct{}, error) {
		return nil, s.EndAll(ctx, g, in.ID)
	}, rest.Says("结束这个人的所有会话", "End all sessions of a person"))
	rest.Handle(a, http.MethodPost, "/accounts/{id}/remove-second-factor", Keeping, func(ctx context.Context, g authz.Grant, in *actIn) (*struct{}, error) {
		return nil, s.DropFactor(ctx, g, in.ID)
	}, rest.Says("手机丢失：解除动态验证码，由本人重新绑定", "Remove a lost second factor; the person enrols anew"))
	rest.Handle(a, http.MethodPost, "/accounts/{id}/reset-password", Keeping, s.postReset,
		rest.Says("重置密码，动态验证码保留", "Draw a new password; the second factor stays"), rest.Answers(http.StatusOK))
	rest.Handle(a, http.MethodGet, "/account-events", Logging, s.listEvents, rest.Says("登录记录，最近的在前", "What happened to ways in, newest first"))
}

type actIn struct {
	ID   ident.ID `path:"id"`
	Body struct{}
}

func (s *Service) postFind(ctx context.Context, g authz.Grant, in *struct {
	Body struct {
		Login string `json:"login" maxLength:"200"`
	}
}) (*rest.Seen[Kept], error) {
	k, err := s.FindAccount(ctx, g, in.Body.Login)
	if err != nil {
		return nil, err
	}
	return rest.See(0, k), nil
}

func (s *Service) getAccount(ctx context.Context, g authz.Grant, in *idIn) (*rest.Seen[Kept], error) {
	k, err := s.Account(ctx, g, in.ID)
	if err != nil {
		return nil, err
	}
	return rest.See(0, k), nil
}

type resetBody struct {
	Password string `json:"password" doc:"Told once; to be changed at the first sign-in."`
}

func (s *Service) postReset(ctx context.Context, g authz.Grant, in *actIn) (*rest.Seen[resetBody], error) {
	password, err := s.ResetPassword(ctx, g, in.ID)
	if err != nil {
		return nil, err
	}
	return rest.See(0, resetBody{password}), nil
}

// place is where a page of the log ends.
type place struct {
	At time.Time
	ID ident.ID
}

func (s *Service) listEvents(ctx context.Context, g authz.Grant, in *rest.PageIn) (*rest.Listed[Happened], error) {
	var before place
	if _, err := in.After(ctx, &before); err != nil {
		return nil, err
	}
	events, err := s.EventsBefore(ctx, g, Happened{ID: before.ID, At: before.At}, in.Limit+1)
	if err != nil {
		return nil, err
	}
	if len(events) > in.Limit {
		last := events[in.Limit-1]
		return rest.List(ctx, events[:in.Limit], place{last.At, last.ID})
	}
	return rest.List(ctx, events, nil)
}
