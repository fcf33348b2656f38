package holding

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

type listIn struct {
	rest.PageIn
	State string `query:"state" enum:"waiting,dropped,destroyed,released" default:"waiting"`
}

// ByID names a filing in an address.
type ByID struct {
	ID ident.ID `path:"id"`
}

type dropIn struct {
	ByID
	Body Drop
}

// SumsOut are the filings by state and reason.
type SumsOut struct {
	Items []Sum `json:"items" nullable:"false"`
}

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "GET", "/held-filings", Reading, s.listOut, rest.Says("待核实的来件", "Filings that wait for a look"))
	rest.Handle(a, "GET", "/held-filings/counts", Reading, func(ctx context.Context, g authz.Grant, _ *struct{}) (*rest.Seen[SumsOut], error) {
		all, err := s.Sums(ctx, g)
		return rest.See(0, SumsOut{append([]Sum{}, all...)}), err
	}, rest.Says("待核实来件的数目", "How many wait, were dropped or became cases"))
	rest.Handle(a, "GET", "/held-filings/{id}", Reading, func(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[Held], error) {
		h, err := s.See(ctx, g, in.ID)
		return rest.See(0, h), err
	}, rest.Says("查看一份待核实的来件（留记录）", "Read one; the look is noted"))
	rest.Handle(a, "POST", "/held-filings/{id}/release", Clearing, func(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[Held], error) {
		return s.answer(ctx, g, in.ID, s.Release(ctx, g, in.ID))
	}, rest.Says("登记为案件", "Make a case of it"))
	rest.Handle(a, "POST", "/held-filings/{id}/drop", Clearing, func(ctx context.Context, g authz.Grant, in *dropIn) (*rest.Seen[Held], error) {
		return s.answer(ctx, g, in.ID, s.Drop(ctx, g, in.ID, in.Body))
	}, rest.Says("不登记，7 天内可以恢复", "Put it aside; seven days to undo"))
	rest.Handle(a, "POST", "/held-filings/{id}/restore", Clearing, func(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[Held], error) {
		return s.answer(ctx, g, in.ID, s.Restore(ctx, g, in.ID))
	}, rest.Says("恢复为待核实", "Take a dropping back"))
}

// answer shows a filing as an act left it; sent again it shows the same.
func (s *Service) answer(ctx context.Context, g authz.Grant, id ident.ID, err error) (*rest.Seen[Held], error) {
	if err != nil && !isDone(err) {
		return nil, err
	}
	h, err := s.See(ctx, g, id)
	return rest.See(0, h), err
}

func (s *Service) listOut(ctx context.Context, g authz.Grant, in *listIn) (*rest.Listed[Held], error) {
	ask := Asked{State: in.State, Limit: in.Limit}
	if _, err := in.After(ctx, &ask.After); err != nil {
		return nil, err
	}
	items, next, err := s.List(ctx, g, ask)
	if err != nil {
		return nil, err
	}
	items = append([]Held{}, items...)
	if next == nil {
		return rest.List(ctx, items, nil)
	}
	return rest.List(ctx, items, next)
}
