package report

import (
	"context"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// PeriodIn is which area and which days a report is about.
type PeriodIn struct {
	Area ident.Area   `query:"area" doc:"12-digit code, or its leading digits: 3505 for the city. Default: the area of your post."`
	From calendar.Day `query:"from" doc:"Default: 1 January of the year in which the period ends"`
	To   calendar.Day `query:"to" doc:"Default: today"`
}

func (in PeriodIn) ask() Ask {
	return Ask{Area: ident.Widen(string(in.Area)), From: in.From, To: in.To}
}

// tableIn adds by which day and in which groups cases are counted.
type tableIn struct {
	PeriodIn
	Basis Basis  `query:"basis" doc:"closed (default) or accepted"`
	Group string `query:"group" doc:"area or committee"`
}

func (in tableIn) ask() Ask {
	a := in.PeriodIn.ask()
	a.Basis, a.Group = in.Basis, in.Group
	return a
}

// inAPI are the lists as the API has them.
var inAPI = Lists{Base: rest.Base, Cases: rest.Base + "/cases"}

// Routes mounts the API of reports.
func (s *Service) Routes(a *rest.API) {
	slow := rest.Patient(30 * time.Second)
	rest.Handle(a, "GET", "/reports/case-table", "report.read", func(ctx context.Context, g authz.Grant, in *tableIn) (*rest.Seen[Table], error) {
		t, err := s.CaseTable(ctx, g, in.ask())
		if err != nil {
			return nil, err
		}
		return rest.See(0, t.In(rest.Lang(ctx), inAPI)), nil
	}, rest.Says("人民调解案件情况统计表（第 1–39 栏）", "The case table, columns 1–39"), slow)
	rest.Handle(a, "GET", "/reports/briefing", "report.brief", func(ctx context.Context, g authz.Grant, in *PeriodIn) (*rest.Seen[Briefing], error) {
		b, err := s.Brief(ctx, g, in.ask())
		if err != nil {
			return nil, err
		}
		return rest.See(0, b.In(rest.Lang(ctx), inAPI)), nil
	}, rest.Says("议案答复：村居调委会、调解员、案件、小区覆盖和五在场", "The paragraph of a reply: committees, mediators, cases, coverage, presence"), slow)
	rest.Handle(a, "GET", "/reports/funnel", "report.funnel", func(ctx context.Context, g authz.Grant, in *PeriodIn) (*rest.Seen[Funnel], error) {
		f, err := s.Funnel(ctx, g, in.ask())
		if err != nil {
			return nil, err
		}
		return rest.See(0, f.In(rest.Lang(ctx), inAPI)), nil
	}, rest.Says("参与漏斗：从邀请、送达、打开、答复、到场、达成协议到履行", "The funnel: how many respondents were asked, reached, came to look, answered, met, agreed and kept it"), slow)
	rest.Handle(a, "GET", "/reports/trend", "report.read", func(ctx context.Context, g authz.Grant, in *PeriodIn) (*rest.Seen[Overview], error) {
		o, err := s.Overview(ctx, g, in.ask())
		if err != nil {
			return nil, err
		}
		return rest.See(0, o.In(rest.Lang(ctx), inAPI)), nil
	}, rest.Says("逐月受理、结案，各项比率及其分子分母，按类别和地区", "Months, rates with their parts, by category and by area"), slow)
}
