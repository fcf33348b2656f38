package report

import (
	"context"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/rest"
	"fengqiao/internal/tally"
)

// Routes mounts the API of reports.
func (s *Service) Routes(a *rest.API) {
	slow := rest.Patient(30 * time.Second)
	rest.Handle(a, "GET", "/reports/briefing", "report.brief", func(ctx context.Context, g authz.Grant, in *tally.PeriodIn) (*rest.Seen[Briefing], error) {
		b, err := s.Brief(ctx, g, in.Ask())
		if err != nil {
			return nil, err
		}
		return rest.See(0, b.In(rest.Lang(ctx), tally.InAPI)), nil
	}, rest.Says("议案答复：村居调委会、调解员、案件、小区覆盖和五在场", "The paragraph of a reply: committees, mediators, cases, coverage, presence"), slow)
	rest.Handle(a, "GET", "/reports/funnel", "report.funnel", func(ctx context.Context, g authz.Grant, in *tally.PeriodIn) (*rest.Seen[Funnel], error) {
		f, err := s.Funnel(ctx, g, in.Ask())
		if err != nil {
			return nil, err
		}
		return rest.See(0, f.In(rest.Lang(ctx), tally.InAPI)), nil
	}, rest.Says("参与漏斗：从邀请、送达、打开、答复、到场、达成协议到履行", "The funnel: how many respondents were asked, reached, came to look, answered, met, agreed and kept it"), slow)
	rest.Handle(a, "GET", "/reports/trend", "report.read", func(ctx context.Context, g authz.Grant, in *tally.PeriodIn) (*rest.Seen[Overview], error) {
		o, err := s.Overview(ctx, g, in.Ask())
		if err != nil {
			return nil, err
		}
		return rest.See(0, o.In(rest.Lang(ctx), tally.InAPI)), nil
	}, rest.Says("逐月受理、结案，各项比率及其分子分母，按类别和地区", "Months, rates with their parts, by category and by area"), slow)
}
