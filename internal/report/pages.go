package report

import (
	"fengqiao/internal/page"
	"fengqiao/internal/tally"
)

// Pages mounts the reports for people. Each figure leads to the list behind it.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", overviewPath, "report.read", s.showOverview, page.Patient(tally.Patience))
	site.Handle("GET", briefingPath, "report.brief", s.showBriefing, page.Patient(tally.Patience))
	site.Handle("GET", survivalPath, "report.read", s.showSurvival, page.Patient(tally.Patience))
	site.Handle("GET", yearlyPath, "report.read", s.showYearly, page.Patient(tally.Patience))
	site.Handle("GET", funnelPath, "report.funnel", s.showFunnel, page.Patient(tally.Patience))
}

const overviewPath, briefingPath, survivalPath, yearlyPath = "/reports", "/reports/briefing", "/reports/survival", "/reports/yearly"

// briefingView is the paragraph as a document.
type briefingView struct {
	tally.Question
	Briefing
	Note []Span
}

func (s *Service) showBriefing(r *page.Request) (page.Reply, error) {
	v := &briefingView{Question: tally.Question{Path: briefingPath}}
	b, err := tally.Answer(r, &v.Question, func(a tally.Ask) (Briefing, error) { return s.Brief(r.Context(), r.Grant, a) })
	if err != nil {
		return page.Again("report/briefing", v, err), nil
	}
	v.Briefing = b.In(r.Lang, tally.Pages)
	if reply, is, err := tally.Sheet(r, v.Briefing); is {
		return reply, err
	}
	v.Note = b.told.spans(footnote.In(r.Lang), r.Lang, tally.Pages)
	v.Settled(r, b.Head)
	return page.Show("report/briefing", v), nil
}
