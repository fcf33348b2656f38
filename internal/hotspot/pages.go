package hotspot

import (
	"fengqiao/internal/page"
	"fengqiao/internal/tally"
)

const path = "/reports/hot-spots"

// Pages mounts the page.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", path, looking, s.show, page.Patient(tally.Patience))
}

// spotsView is the report with the question it answers.
type spotsView struct {
	tally.Question
	Report
	Shown []Spot // the first compounds
	Rest  int    // in the file beside those shown
}

const mostShown = 20 // compounds on the page; the file has all

func (s *Service) show(r *page.Request) (page.Reply, error) {
	v := &spotsView{Question: tally.Question{Path: path}}
	found, err := tally.Answer(r, &v.Question, func(a tally.Ask) (Report, error) { return s.Look(r.Context(), r.Grant, a) })
	if err != nil {
		return page.Again("hotspot/spots", v, err), nil
	}
	v.Report = found.In(r.Lang, tally.Pages)
	if reply, is, err := tally.Sheet(r, v.Report); is {
		return reply, err
	}
	v.Shown = v.Compounds.Found[:min(len(v.Compounds.Found), mostShown)]
	v.Rest = len(v.Compounds.Found) - len(v.Shown)
	basis := v.Ask.Basis
	v.Settled(r, found.Head)
	v.Ask.Basis = basis // there is but one
	return page.Show("hotspot/spots", v), nil
}
