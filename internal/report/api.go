package report

import (
	"context"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

type tableIn struct {
	Area  ident.Area   `query:"area" doc:"12-digit code, or its leading digits: 3505 for the city. Default: the area of your post."`
	From  calendar.Day `query:"from" doc:"Default: 1 January of the year in which the period ends"`
	To    calendar.Day `query:"to" doc:"Default: today"`
	Basis Basis        `query:"basis" doc:"closed (default) or accepted"`
	Group string       `query:"group" doc:"area or committee"`
}

// Routes mounts the API of reports.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "GET", "/reports/case-table", "report.read", func(ctx context.Context, g authz.Grant, in *tableIn) (*rest.Seen[Table], error) {
		t, err := s.CaseTable(ctx, g, Ask{Area: ident.Widen(string(in.Area)), From: in.From, To: in.To, Basis: in.Basis, Group: in.Group})
		if err != nil {
			return nil, err
		}
		return rest.See(0, t.In(rest.Lang(ctx), rest.Base+"/cases")), nil
	}, rest.Says("人民调解案件情况统计表（第 1–14 栏）", "The case table, columns 1–14"), rest.Patient(30*time.Second))
}
