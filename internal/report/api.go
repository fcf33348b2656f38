package report

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/rest"
	"fengqiao/internal/tally"
)

// Routes mounts the API of reports.
func (s *Service) Routes(a *rest.API) {
	tally.Serve(a, briefingPath, "report.brief", "议案答复：村居调委会、调解员、案件、小区覆盖和五在场", "The paragraph of a reply: committees, mediators, cases, coverage, presence",
		func(ctx context.Context, g authz.Grant, in tally.PeriodIn) (Briefing, error) {
			return s.Brief(ctx, g, in.Ask())
		})
	tally.Serve(a, funnelPath, "report.funnel", "参与漏斗：从邀请、送达、打开、答复、到场、达成协议到履行", "The funnel: how many respondents were asked, reached, came to look, answered, met, agreed and kept it",
		func(ctx context.Context, g authz.Grant, in tally.PeriodIn) (Funnel, error) {
			return s.Funnel(ctx, g, in.Ask())
		})
	tally.Serve(a, "/reports/trend", "report.read", "逐月受理、结案，各项比率及其分子分母，按类别和地区", "Months, rates with their parts, by category and by area",
		func(ctx context.Context, g authz.Grant, in tally.PeriodIn) (Overview, error) {
			return s.Overview(ctx, g, in.Ask())
		})
}
