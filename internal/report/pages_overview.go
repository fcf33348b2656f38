package report

import (
	"cmp"
	"slices"

	"fengqiao/internal/page"
	"fengqiao/internal/tally"
)

// overviewView is the overview with its chart.
type overviewView struct {
	tally.Question
	Overview
	Chart       chart
	Cards       []card
	Kinds       []kindLine
	Parts       []areaLine
	Nine        []knownLine
	Due         []knownLine
	Median, P90 int // days; of a period with closed cases

	Ranks bool // the areas stand by their rates; otherwise in the order of their codes
	Other string
	Empty bool
}

// card is a headline rate.
type card struct {
	Name string // of its texts
	Rate tally.Rate
	Bar  bar
}

// kindLine is a category with the bar of its share in all closed cases.
type kindLine struct {
	Kind
	Share string
	Width string // of 100
}

// areaLine is an area below with the bar of its rate, and the address of its own overview.
type areaLine struct {
	AreaRate
	Bar  bar
	Href string
}

// knownLine is a count with its share of the first, or of all.
type knownLine struct {
	Known
	Share, Width string
}

func (s *Service) showOverview(r *page.Request) (page.Reply, error) {
	v := &overviewView{Question: tally.Question{Path: overviewPath}}
	o, err := tally.Answer(r, &v.Question, func(a tally.Ask) (Overview, error) { return s.Overview(r.Context(), r.Grant, a) })
	if err != nil {
		return page.Again("report/overview", v, err), nil
	}
	v.Overview = o.In(r.Lang, tally.Pages)
	if reply, is, err := tally.Sheet(r, v.Overview); is {
		return reply, err
	}
	v.Settled(r, o.Head)
	v.Ranks = r.Query("order") != "code"
	v.Other = v.At(v.Ask.Area, v.From, v.To) + map[bool]string{true: "&order=code", false: ""}[v.Ranks]
	v.Empty = o.Totals.Accepted.Value+o.Totals.Closed.Value+o.Totals.Pending.Value == 0
	v.Chart = draw(v.Months)
	if v.Took.N > 0 {
		v.Median, v.P90 = *v.Took.Median, *v.Took.P90
	}
	v.arrange()
	return page.Show("report/overview", v), nil
}

func (v *overviewView) arrange() {
	for _, n := range v.Rates.named() {
		v.Cards = append(v.Cards, card{Name: n.key, Rate: *n.rate, Bar: barOf(*n.rate)})
	}
	var most int64
	for _, k := range v.Categories {
		most = max(most, k.Success.N)
	}
	for _, k := range v.Categories {
		v.Kinds = append(v.Kinds, kindLine{k, tally.Percent(k.Success.N, v.Totals.Closed.Value), share(k.Success.N, most)})
	}
	for _, a := range v.Areas {
		line := areaLine{AreaRate: a, Bar: barOf(a.Success)}
		if !a.Itself {
			line.Href = v.At(a.Area, v.From, v.To)
		}
		v.Parts = append(v.Parts, line)
	}
	if v.Ranks {
		rank(v.Parts)
	}
	for _, k := range v.Overview.Nine {
		v.Nine = append(v.Nine, knownLine{k, tally.Percent(k.Value, v.Overview.Nine[0].Value), share(k.Value, v.Overview.Nine[0].Value)})
	}
	var due int64
	for _, k := range v.Promises {
		due += k.Value
	}
	for _, k := range v.Promises {
		v.Due = append(v.Due, knownLine{k, tally.Percent(k.Value, due), share(k.Value, due)})
	}
}

// rank puts areas in the order of their rates, never of their counts; those without cases last, equal ones as their codes go.
func rank(areas []areaLine) {
	slices.SortStableFunc(areas, func(a, b areaLine) int {
		x, y := a.Success, b.Success
		if x.Denominator == 0 || y.Denominator == 0 {
			return cmp.Compare(min(y.Denominator, 1), min(x.Denominator, 1))
		}
		return cmp.Compare(y.Numerator*x.Denominator, x.Numerator*y.Denominator)
	})
}
