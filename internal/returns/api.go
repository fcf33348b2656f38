package returns

import (
	"context"

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
	tally.Serve(a, "/reports/case-table", "report.read", "人民调解案件情况统计表（第 1–49 栏）", "The case table, columns 1–49",
		func(ctx context.Context, g authz.Grant, in tableIn) (Table, error) {
			return s.CaseTable(ctx, g, in.ask())
		})
}
