package seal

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/rest"
)

// Reading is looking at the digests of sealed days: they tell nothing of any case.
const Reading authz.Action = "seal.read"

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "GET", "/seals", Reading, s.listDays, rest.Says("记录的日摘要，最近的在前", "The digest of the record for each sealed day, newest first"))
}

func (s *Service) listDays(ctx context.Context, _ authz.Grant, in *rest.PageIn) (*rest.Listed[Day], error) {
	var before calendar.Day
	if _, err := in.After(ctx, &before); err != nil {
		return nil, err
	}
	days, err := s.Days(ctx, before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	if len(days) > in.Limit {
		days = days[:in.Limit]
		return rest.List(ctx, days, days[in.Limit-1].On)
	}
	return rest.List(ctx, days, nil)
}
