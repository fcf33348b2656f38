package report

import (
	"strconv"

	"fengqiao/internal/page"
	"fengqiao/internal/tally"
)

// survivalView is the curves with their drawing.
type survivalView struct {
	tally.Question
	Survival
	By     []page.Option
	Chosen string
	Charts []survivalChart
	Known  string // share of what fell due of which something is known
	Empty  bool
}

// survivalChart is one curve as a flight of stairs.
type survivalChart struct {
	Curve
	Path, Last string
	Ticks      []tick
	Days       []tick // Y holds the place from the left
	Rows       []survivalRow
}

// survivalRow is the curve at a day that people ask for.
type survivalRow struct {
	Day            int
	AtRisk         int64
	Share, Between string
}

const mostCurves = 6 // drawn; the file has all

func (s *Service) showSurvival(r *page.Request) (page.Reply, error) {
	v := &survivalView{Question: tally.Question{Path: survivalPath}, Chosen: r.Query("by")}
	o, err := tally.Answer(r, &v.Question, func(a tally.Ask) (Survival, error) { return s.SurvivalOf(r.Context(), r.Grant, a, r.Query("by")) })
	for _, by := range []string{"", "form", "confirmed", "category", "complex", "helped"} {
		v.By = append(v.By, page.Option{Value: by, Text: survivals[by].In(r.Lang)})
	}
	if err != nil {
		return page.Again("report/survival", v, err), nil
	}
	v.Survival = o.In(r.Lang, tally.Pages)
	if reply, is, err := tally.Sheet(r, v.Survival); is {
		return reply, err
	}
	v.Settled(r, o.Head)
	if v.Chosen != "" {
		v.More = "&by=" + v.Chosen
	}
	v.Empty = len(v.Curves) == 0
	v.Known = tally.Percent(v.Due-v.Unknown, v.Due)
	for i, c := range v.Curves {
		if i < mostCurves {
			v.Charts = append(v.Charts, drawSurvival(c))
		}
	}
	return page.Show("report/survival", v), nil
}

// drawSurvival draws a curve from its first day to where it is cut.
func drawSurvival(c Curve) survivalChart {
	out := survivalChart{Curve: c}
	wide, high := float64(chartWidth-chartLeft), float64(chartHeight-chartTop-chartFoot)
	x := func(day int) string { return places(chartLeft + wide*float64(day)/float64(max(1, c.Until))) }
	y := func(share float64) string { return places(chartTop + high*(1-share)) }
	out.Path = "M" + x(0) + " " + y(1)
	share := 1.0
	for _, p := range c.Points {
		out.Path += "H" + x(p.Day) + "V" + y(p.Share)
		share = p.Share
	}
	out.Path += "H" + x(c.Until)
	out.Last = percentOf(share)
	for _, n := range []int{0, 25, 50, 75, 100} {
		out.Ticks = append(out.Ticks, tick{y(float64(n) / 100), strconv.Itoa(n) + "%"})
	}
	for _, day := range []int{30, 90, 180, 365, 730, 1095} {
		if day > c.Until {
			break
		}
		out.Days = append(out.Days, tick{x(day), strconv.Itoa(day)})
		out.Rows = append(out.Rows, c.at(day))
	}
	return out
}

// at reads the curve at a day.
func (c Curve) at(day int) survivalRow {
	row := survivalRow{day, c.watchedAfter(day), "100.00", "–"}
	for _, p := range c.Points {
		if p.Day > day {
			break
		}
		row.Share, row.Between = percentOf(p.Share), percentOf(p.Low)+"–"+percentOf(p.High)
	}
	return row
}

func percentOf(share float64) string { return strconv.FormatFloat(100*share, 'f', 2, 64) }

// yearlyView is the report of a year as a document.
type yearlyView struct {
	tally.Question
	Yearly
	Before, After string
}

func (s *Service) showYearly(r *page.Request) (page.Reply, error) {
	v := &yearlyView{Question: tally.Question{Path: yearlyPath}}
	year, _ := strconv.Atoi(r.Query("year")) // none is this one
	y, err := tally.Answer(r, &v.Question, func(a tally.Ask) (Yearly, error) { return s.YearlyOf(r.Context(), r.Grant, a, year) })
	if err != nil {
		return page.Again("report/yearly", v, err), nil
	}
	v.Yearly = y.In(r.Lang, tally.Pages)
	if reply, is, err := tally.Sheet(r, v.Yearly); is {
		return reply, err
	}
	v.Settled(r, y.Head)
	v.More = "&year=" + strconv.Itoa(y.Year)
	at := func(year int) string { return v.Here() + "&year=" + strconv.Itoa(year) }
	v.Before, v.After = at(y.Year-1), at(y.Year+1)
	return page.Show("report/yearly", v), nil
}
