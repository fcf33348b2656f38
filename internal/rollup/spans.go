package rollup

import (
	"slices"

	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Span is some days of some counties, both days in. Of months it holds the first day of the first and of the last.
type Span struct {
	From, To calendar.Day
	Counties []ident.County
}

// place is a month of a county.
type place struct {
	County ident.County
	Month  calendar.Day
}

// Spans divides a period of some counties into months that are added up and days that must be counted from rows: the ends of
// the period that are no whole months, the running month, and months that changed since they were added up. Of months it gives the
// first days.
func Spans(tx *db.Tx, counties []ident.County, from, to calendar.Day) (months, days []Span, err error) {
	first := from.FirstOfMonth()
	if first != from {
		first = first.PlusMonths(1)
	}
	end := to.Plus(1).FirstOfMonth() // the first month that is not whole
	if this := calendar.DayOf(tx.Now).FirstOfMonth(); end > this {
		end = this
	}
	if first >= end {
		return nil, []Span{{from, to, counties}}, nil
	}
	believed, err := believedOf(tx, counties, first, end)
	if err != nil {
		return nil, nil, err
	}
	days = appendSpan(days, from, first.Plus(-1), counties)
	for m := first; m < end; m = m.PlusMonths(1) {
		yes, no := parted(counties, m, believed)
		months, days = appendMonth(months, m, yes), appendSpan(days, m, m.PlusMonths(1).Plus(-1), no)
	}
	return months, appendSpan(days, end, to, counties), nil
}

// DaySpans divides a period alike where lines are kept by the day: the ends of a period within a month that is added up are read
// from there too. Of both it gives days.
func DaySpans(tx *db.Tx, counties []ident.County, from, to calendar.Day) (added, days []Span, err error) {
	believed, err := believedOf(tx, counties, from.FirstOfMonth(), to.Plus(1))
	if err != nil {
		return nil, nil, err
	}
	this := calendar.DayOf(tx.Now).FirstOfMonth()
	for m := from.FirstOfMonth(); m <= to && m < this; m = m.PlusMonths(1) {
		yes, no := parted(counties, m, believed)
		first, last := max(from, m), min(to, m.PlusMonths(1).Plus(-1))
		added, days = appendSpan(added, first, last, yes), appendSpan(days, first, last, no)
	}
	return added, appendSpan(days, max(from, this), to, counties), nil
}

// parted are the counties of which a month is believed, and the others.
func parted(counties []ident.County, month calendar.Day, believed map[place]bool) (yes, no []ident.County) {
	for _, c := range counties {
		if believed[place{c, month}] {
			yes = append(yes, c)
		} else {
			no = append(no, c)
		}
	}
	return yes, no
}

// appendSpan adds days to spans, to the last where they follow it in the same counties.
func appendSpan(spans []Span, from, to calendar.Day, counties []ident.County) []Span {
	if len(counties) == 0 || from > to {
		return spans
	}
	if n := len(spans); n > 0 && spans[n-1].To.Plus(1) == from && slices.Equal(spans[n-1].Counties, counties) {
		spans[n-1].To = to
		return spans
	}
	return append(spans, Span{from, to, counties})
}

func appendMonth(spans []Span, month calendar.Day, counties []ident.County) []Span {
	if len(counties) == 0 {
		return spans
	}
	if n := len(spans); n > 0 && spans[n-1].To.PlusMonths(1) == month && slices.Equal(spans[n-1].Counties, counties) {
		spans[n-1].To = month
		return spans
	}
	return append(spans, Span{month, month, counties})
}
