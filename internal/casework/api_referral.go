package casework

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

type referralBody struct {
	When
	ReferralIn
}

type referOutBody struct {
	When
	ReferringOut
}

type referralsIn struct {
	rest.PageIn
	State  State  `query:"state"`
	Number string `query:"number" maxLength:"100" doc:"Of the organ's own letter, or a part of it"`
}

func (s *Service) referralRoutes(a *rest.API) {
	event(a, RecordReferral, "登记移送情况", "Record how the case was referred", func(ctx context.Context, g authz.Grant, o Order, b referralBody) (View, error) {
		return s.RecordReferral(ctx, g, o, b.ReferralIn)
	})
	event(a, ReferOut, "转交其他机关", "Refer the case on to an organ", func(ctx context.Context, g authz.Grant, o Order, b referOutBody) (View, error) {
		return s.ReferOut(ctx, g, o, b.ReferringOut)
	})
	rest.Handle(a, "GET", "/referrals", "referral.list", func(ctx context.Context, g authz.Grant, in *referralsIn) (*rest.Listed[Referred], error) {
		var after ident.ID
		if _, err := in.After(ctx, &after); err != nil {
			return nil, err
		}
		items, next, err := s.Referrals(ctx, g, Filter{State: in.State, Letter: in.Number, After: after, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		if next.IsZero() {
			return rest.List(ctx, items, nil)
		}
		return rest.List(ctx, items, &next)
	}, rest.Says("本单位移送的案件和结果", "One's own referrals with state and result"))
	rest.Handle(a, "GET", "/referrals/{id}/result", "referral.result", func(ctx context.Context, g authz.Grant, in *caseIn) (*rest.Seen[Referred], error) {
		out, err := s.ReferralResult(ctx, g, in.ID)
		return rest.See(0, out), err
	}, rest.Says("移送案件的结果", "The result of a referral"))
}
