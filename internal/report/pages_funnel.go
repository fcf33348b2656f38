package report

import (
	"fengqiao/internal/calendar"
	"fengqiao/internal/page"
	"fengqiao/internal/tally"
)

const funnelPath = "/reports/funnel"

// funnelView is the funnel as bars and as tables.
type funnelView struct {
	tally.Question
	Funnel
	Chart funnelChart
	Ways  []Way // with somebody in them
	Empty bool
}

// funnelChart is a bar a step, one below the other; the table beside it says the same in figures.
type funnelChart struct {
	Width, Height int
	Bars          []funnelBar
}

type funnelBar struct {
	Rect          rect
	TextY, ValueX string
	Label, Value  string
}

const barLeft, barHigh, barSlot, barRoom = 128, 18, 28, 296 // in the units of the drawing

// drawFunnel places the bars; the longest is everybody.
func drawFunnel(s Stages, everybody string) funnelChart {
	c := funnelChart{Width: 480, Height: (len(s.Steps) + 1) * barSlot}
	add := func(label string, n int64) {
		y, w := float64(len(c.Bars)*barSlot), 0.0
		if s.People > 0 {
			w = barRoom * float64(n) / float64(s.People)
		}
		c.Bars = append(c.Bars, funnelBar{Rect: rect{places(barLeft), places(y + 5), places(w), places(barHigh)}, TextY: places(y + 19),
			ValueX: places(barLeft + w + 6), Label: label, Value: tally.Thousands(n)})
	}
	add(everybody, s.People)
	for _, p := range s.Steps {
		add(p.Name, p.People)
	}
	return c
}

func (s *Service) showFunnel(r *page.Request) (page.Reply, error) {
	v := &funnelView{Question: tally.Question{Path: funnelPath}}
	f, err := tally.Answer(r, &v.Question, func(a tally.Ask) (Funnel, error) { return s.Funnel(r.Context(), r.Grant, a) })
	if err != nil {
		return page.Again("report/funnel", v, err), nil
	}
	v.Funnel = f.In(r.Lang, tally.Pages)
	if reply, is, err := tally.Sheet(r, v.Funnel); is {
		return reply, err
	}
	v.Settled(r, f.Head)
	if countsOnly(r.By()) {
		v.Choose, v.Wider = nil, ""
		for first := quarterOf(calendar.DayOf(f.Snapshot)); len(v.Choose) < 4; {
			last := first.Plus(-1)
			first = quarterOf(last)
			v.Choose = append(v.Choose, tally.Choice{Text: r.Say("report.period", page.Day(first, r.Lang), page.Day(last, r.Lang)), Href: v.At("", first, last), Chosen: first == f.From})
		}
	}
	for _, w := range v.Funnel.Ways {
		if w.People > 0 {
			v.Ways = append(v.Ways, w)
		}
	}
	v.Empty = v.All.People+v.Own.People == 0
	v.Chart = drawFunnel(v.All, r.Say("report.respondents"))
	return page.Show("report/funnel", v), nil
}
