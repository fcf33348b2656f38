package ledger

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/rest"
)

type lineIn struct {
	Body Line
}

// Routes puts this room's operation on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "POST", "/ledger", Entering, func(ctx context.Context, g authz.Grant, in *lineIn) (*rest.Made[casework.Done], error) {
		v, err := s.Enter(ctx, g, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.MakeAnswer("/cases/"+v.ID.String(), v.Version, v.Told(rest.Lang(ctx))), nil
	}, rest.Says("快速登记一件已经调解完的简单纠纷", "Enter a simple dispute that has been mediated already, in ten fields"))
}
