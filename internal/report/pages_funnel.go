package report

import (
	"bytes"
	"encoding/csv"
	"fmt"

	"fengqiao/internal/page"
	"fengqiao/internal/sheet"
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
	CSV   string
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
	if r.Query("format") == "csv" {
		return funnelSheet(r, v.Funnel)
	}
	v.Settled(r, f.Head)
	for _, w := range v.Funnel.Ways {
		if w.People > 0 {
			v.Ways = append(v.Ways, w)
		}
	}
	v.Empty, v.CSV = v.All.People+v.Own.People == 0, v.At(v.Ask.Area, v.From, v.To)+"&format=csv"
	v.Chart = drawFunnel(v.All, r.Say("report.respondents"))
	return page.Show("report/funnel", v), nil
}

// funnelSheet answers the funnel as a sheet: a line for each group and step.
func funnelSheet(r *page.Request, f Funnel) (page.Reply, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	lines := [][]string{{sheet.Safe(r.Say("report.funnel")), sheet.Safe(f.AreaName), r.Say("report.period", page.Day(f.From, r.Lang), page.Day(f.To, r.Lang))},
		{r.Say("report.says.asked"), r.Say("report.snapshot", page.When(f.Snapshot, r.Lang))},
		{r.Say("report.funnel_group"), r.Say("report.funnel_step"), r.Say("report.people"), r.Say("report.of_before")}}
	add := func(group string, s Stages) {
		lines = append(lines, []string{sheet.Safe(group), sheet.Safe(r.Say("report.respondents")), fmt.Sprint(s.People), ""})
		for _, p := range s.Steps {
			n := fmt.Sprint(p.People)
			if p.Hidden {
				n = r.Say("report.few", f.Smallest)
			}
			lines = append(lines, []string{sheet.Safe(group), sheet.Safe(p.Name), n, p.Share.Percent})
		}
	}
	add(r.Say("report.funnel_all"), f.All)
	for _, w := range f.Ways {
		add(w.Name, w.Stages)
	}
	add(r.Say("report.funnel_own"), f.Own)
	if err := csv.NewWriter(&b).WriteAll(lines); err != nil {
		return page.Reply{}, err
	}
	return page.Download(fmt.Sprintf("funnel-%s-%s-%s.csv", f.Area, f.From, f.To), "text/csv; charset=utf-8", &b), nil
}
