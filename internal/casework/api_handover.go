package casework

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// handOverRoutes are about a mediator, not about one case: whoever leaves hands all of them over.
func (s *Service) handOverRoutes(a *rest.API) {
	rest.Handle(a, "GET", "/registry/mediators/{id}/hand-over", handOverAction, s.getLeaver, rest.Says("离任调解员的未结案件", "The open cases of a mediator who leaves"))
	rest.Handle(a, "POST", "/registry/mediators/{id}/hand-over", handOverAction, s.postHandOver, rest.Says("把未结案件移交给接手的调解员", "Hand the open cases of a mediator to a successor (R8)"))
}

const handOverAction authz.Action = "case.hand_over_host"

func (s *Service) getLeaver(ctx context.Context, g authz.Grant, in *caseIn) (*rest.Seen[Leaver], error) {
	l, err := s.LeaverOf(ctx, g, in.ID)
	return rest.See(0, l), err
}

type handOverBody struct {
	ID   ident.ID `path:"id"`
	Body HandingHost
}

func (s *Service) postHandOver(ctx context.Context, g authz.Grant, in *handOverBody) (*rest.Seen[HandOverResult], error) {
	out, err := s.HandOverHost(ctx, g, in.ID, in.Body)
	for i := range out.LeftOut {
		out.LeftOut[i].Why = out.LeftOut[i].Text.In(rest.Lang(ctx))
	}
	return rest.See(0, out), err
}
