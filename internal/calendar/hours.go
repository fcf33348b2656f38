package calendar

import "time"

// Hours are the hours of a day in Shanghai between which something may be done: From 9 to 18 is from nine until six. The
// zero value is any time.
type Hours struct{ From, To int }

// Next is t if it lies within the hours, else the next moment that does.
func (h Hours) Next(t time.Time) time.Time {
	if h.To <= h.From {
		return t
	}
	day := DayOf(t)
	begins, ends := day.Start().Add(time.Duration(h.From)*time.Hour), day.Start().Add(time.Duration(h.To)*time.Hour)
	switch {
	case t.Before(begins):
		return begins
	case t.Before(ends):
		return t
	}
	return day.Plus(1).Start().Add(time.Duration(h.From) * time.Hour)
}
