package report

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
	"fengqiao/internal/tally"
)

// survivalIn adds how agreements are told apart.
type survivalIn struct {
	tally.PeriodIn
	By string `query:"by" doc:"form, confirmed, category, complex or helped"`
}

// yearlyIn is which area or committee, and which year, a report is about.
type yearlyIn struct {
	tally.PlaceIn
	Year int `query:"year" minimum:"1950" maximum:"2200" doc:"This year so far when left out"`
}

func (in yearlyIn) ask() tally.Ask {
	return tally.Ask{Area: ident.Widen(string(in.Area)), Only: in.Only}
}

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
	tally.Serve(a, survivalPath, "report.read", "协议存续：生效后多少天仍然有效", "How long agreements hold",
		func(ctx context.Context, g authz.Grant, in survivalIn) (Survival, error) {
			return s.SurvivalOf(ctx, g, in.Ask(), in.By)
		})
	tally.Serve(a, yearlyPath, "report.read", "年度报告：经费、来源、类别、结果、履行、再起纠纷、用时", "The report of a year: budget, sources, categories, endings, compliance, returnees, duration",
		func(ctx context.Context, g authz.Grant, in yearlyIn) (Yearly, error) {
			return s.YearlyOf(ctx, g, in.ask(), in.Year)
		})
}
