package hotspot

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/rest"
	"fengqiao/internal/tally"
)

// looking is the action of who looks where disputes gather.
const looking authz.Action = "report.hot_spots"

// Routes mounts the API.
func (s *Service) Routes(a *rest.API) {
	tally.Serve(a, path, looking, "纠纷集中的小区和物业企业：件数、预期、偶然概率", "Compounds and property firms with more disputes than chance explains",
		func(ctx context.Context, g authz.Grant, in tally.PeriodIn) (Report, error) {
			return s.Look(ctx, g, in.Ask())
		})
}
