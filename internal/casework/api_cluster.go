package casework

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/rest"
)

// besideOut is what may be handled beside a case; nothing where there is none.
type besideOut struct {
	Cluster *Cluster `json:"cluster,omitempty" doc:"The cases beside this one, and why; left out where there are none"`
}

func (s *Service) clustering(a *rest.API) {
	rest.Handle(a, "GET", "/clusters", "case.list", func(ctx context.Context, g authz.Grant, _ *struct{}) (*rest.Listed[Cluster], error) {
		found, err := s.Clusters(ctx, g)
		if err != nil {
			return nil, err
		}
		return rest.List(ctx, append([]Cluster{}, found...), nil)
	}, rest.Says("可以一起调解的在办案件", "Cases in hand that may be handled jointly"))
	rest.Handle(a, "GET", "/cases/{id}/beside", "case.list", func(ctx context.Context, g authz.Grant, in *caseIn) (*rest.Seen[besideOut], error) {
		found, ok, err := s.Beside(ctx, g, in.ID)
		if err != nil || !ok {
			return rest.See(0, besideOut{}), err
		}
		return rest.See(0, besideOut{&found}), nil
	}, rest.Says("和这件案件可以一起调解的案件", "The cases that may be handled jointly with this one"))
}
