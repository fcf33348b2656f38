package returns

import (
	"context"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/rest"
	"fengqiao/internal/tally"
)

// tableIn adds by which day and in which groups cases are counted.
type tableIn struct {
	tally.PeriodIn
	Basis tally.Basis `query:"basis" doc:"closed (default) or accepted"`
	Group string      `query:"group" doc:"area or committee"`
}

func (in tableIn) ask() tally.Ask {
	a := in.PeriodIn.Ask()
	a.Basis, a.Group = in.Basis, in.Group
	return a
}

// Routes mounts the API of the official tables.
func (s *Service) Routes(a *rest.API) {
	slow := rest.Patient(30 * time.Second)
	rest.Handle(a, "GET", "/reports/case-table", "report.read", func(ctx context.Context, g authz.Grant, in *tableIn) (*rest.Seen[Table], error) {
		t, err := s.CaseTable(ctx, g, in.ask())
		if err != nil {
			return nil, err
		}
		return rest.See(0, t.In(rest.Lang(ctx), tally.InAPI)), nil
	}, rest.Says("人民调解案件情况统计表（第 1–39 栏）", "The case table, columns 1–39"), slow)
}
