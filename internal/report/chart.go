package report

import (
	"strconv"
	"strings"

	"fengqiao/internal/tally"
)

// The sizes of the chart of months, in its own units: it is drawn to fit.
const chartWidth, chartHeight, chartLeft, chartTop, chartFoot = 480, 200, 44, 10, 26

// chart is the bars of accepted and closed cases by month. The page's table says the same in figures.
type chart struct {
	Width, Height int
	Ticks         []tick
	Months        []bars
}

// tick is a line across with what it stands for.
type tick struct {
	Y    string
	Text string
}

// bars are one month: what was accepted and what was closed.
type bars struct {
	X                string // of the label, in its middle
	Label            string // the month's number; "" where the labels would stand too close
	Accepted, Closed rect
}

type rect struct{ X, Y, W, H string }

// draw places the bars of some months.
func draw(months []Month) chart {
	c := chart{Width: chartWidth, Height: chartHeight}
	var most int64
	for _, m := range months {
		most = max(most, m.Accepted.Value, m.Closed.Value)
	}
	step := stepFor(most)
	top := max(step, (most+step-1)/step*step)
	high := float64(chartHeight - chartTop - chartFoot)
	y := func(n int64) float64 { return chartTop + high*(1-float64(n)/float64(top)) }
	for n := int64(0); n <= top; n += step {
		c.Ticks = append(c.Ticks, tick{places(y(n)), tally.Thousands(n)})
	}
	slot := float64(chartWidth-chartLeft) / float64(max(1, len(months)))
	every := (len(months) + 11) / 12
	for i, m := range months {
		x := chartLeft + slot*float64(i)
		bar := func(n int64, at float64) rect {
			return rect{places(x + slot*at), places(y(n)), places(slot * 0.36), places(y(0) - y(n))}
		}
		b := bars{X: places(x + slot/2), Accepted: bar(m.Accepted.Value, 0.12), Closed: bar(m.Closed.Value, 0.52)}
		if i%every == 0 {
			b.Label = strings.TrimPrefix(m.Month[5:], "0")
		}
		c.Months = append(c.Months, b)
	}
	return c
}

// stepFor is the distance of lines across, so that at most five of them reach a number: 1, 2 or 5 times a power of ten.
func stepFor(most int64) int64 {
	for unit := int64(1); ; unit *= 10 {
		for _, n := range []int64{1, 2, 5} {
			if unit*n*4 >= most {
				return unit * n
			}
		}
	}
}

// bar is a rate between 0 and 100 with its interval.
type bar struct {
	Width     string // the rate
	Low, High string // where the interval begins and ends
}

// barOf draws a rate; nothing where there is none.
func barOf(r tally.Rate) bar {
	if r.Denominator == 0 {
		return bar{}
	}
	return bar{Width: share(r.Numerator, r.Denominator), Low: r.Low, High: r.High}
}

// share is part of whole, of 100.
func share(part, whole int64) string {
	if whole <= 0 {
		return "0"
	}
	return places(100 * float64(part) / float64(whole))
}

func places(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }
