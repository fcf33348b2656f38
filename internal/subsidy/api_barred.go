package subsidy

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

func (s *Service) barRoutes(a *rest.API) {
	rest.Handle(a, "GET", "/subsidy/barred", Barring, s.listBarred, rest.Says("不得兼职取酬的人员", "Who must not be paid for part-time work"))
	rest.Handle(a, "POST", "/subsidy/barred", Barring, s.postBar, rest.Says("登记不得兼职取酬的人员", "Enter somebody who must not be paid"))
	rest.Handle(a, "POST", "/subsidy/barred/{id}/end", Barring, s.postUnbar, rest.Says("结束不得兼职取酬的登记", "End such an entry"))
}

// BarredOut is somebody who must not be paid.
type BarredOut struct {
	ID         ident.ID     `json:"id"`
	Version    int64        `json:"version"`
	MediatorID ident.ID     `json:"mediator_id"`
	Name       string       `json:"name"`
	From       calendar.Day `json:"from"`
	To         calendar.Day `json:"to,omitempty"`
	Reason     string       `json:"reason"`
}

func barredOut(b Barred) BarredOut {
	return BarredOut{b.ID, b.Version, b.MediatorID, b.Name, b.FromOn, b.ToOn, b.Reason}
}

func (s *Service) listBarred(ctx context.Context, g authz.Grant, in *struct{ rest.PageIn }) (*rest.Listed[BarredOut], error) {
	var after ident.ID
	if _, err := in.After(ctx, &after); err != nil {
		return nil, err
	}
	rows, next, err := s.BarredIn(ctx, g, after, in.Limit)
	if err != nil {
		return nil, err
	}
	items := make([]BarredOut, 0, len(rows))
	for _, b := range rows {
		items = append(items, barredOut(b))
	}
	return rest.List(ctx, items, position(next))
}

type barBody struct{ Body NewBar }

func (s *Service) postBar(ctx context.Context, g authz.Grant, in *barBody) (*rest.Made[BarredOut], error) {
	b, err := s.Bar(ctx, g, in.Body)
	return rest.MakeAnswer("/subsidy/barred", b.Version, barredOut(b)), err
}

type unbarBody struct {
	ByID
	rest.IfMatch
	Body struct {
		To calendar.Day `json:"to" doc:"The last day"`
	}
}

func (s *Service) postUnbar(ctx context.Context, g authz.Grant, in *unbarBody) (*rest.Seen[BarredOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	b, err := s.Unbar(ctx, g, in.ID, expect, in.Body.To)
	return rest.See(b.Version, barredOut(b)), err
}
