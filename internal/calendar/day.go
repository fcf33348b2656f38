// Package calendar knows legal days: how periods of law run in days, working days, months and years, and which days
// the State Council has made rest days or working days. Everything here is pure.
package calendar

import (
	"database/sql/driver"
	"fmt"
	"time"

	"fengqiao/internal/fault"
)

// Day is a legal day in Asia/Shanghai, written 2006-01-02, so that days sort as text. The zero value is no day.
type Day string

const layout = "2006-01-02"

// shanghai is UTC+8 all year: China has kept no summer time since 1991, and no instant here is older.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// DayOf is the legal day on which an instant falls; the zero instant falls on none.
func DayOf(t time.Time) Day {
	if t.IsZero() {
		return ""
	}
	return Day(t.In(shanghai).Format(layout))
}

// ParseDay reads YYYY-MM-DD. The day must exist: 30 February does not.
func ParseDay(s string) (Day, error) {
	if _, err := time.Parse(layout, s); err != nil || len(s) != len(layout) {
		return "", fault.New(fault.Invalid, "date", "请填写真实存在的日期，例如 2025-04-07。",
			"Give a date that exists, for example 2025-04-07.")
	}
	return Day(s), nil
}

// Given takes a day that has to be given, and tells whether it is one.
func (d Day) Given(bad *fault.Check, at string) bool {
	_, err := ParseDay(string(d))
	bad.Take(at, err)
	return err == nil
}

// Span takes two days that have to be given, of fields from and to: the second not before the first, and a year apart at most.
func Span(from, to Day) error {
	var bad fault.Check
	begins, ends := from.Given(&bad, "from"), to.Given(&bad, "to")
	if begins && ends && (to.Before(from) || Between(from, to) > 366) {
		bad.Add("to", "最后一天不能早于第一天，最长一年。", "The last day lies not before the first, and a year is the most.")
	}
	return bad.Err()
}

// IsZero tells whether this is no day.
func (d Day) IsZero() bool { return d == "" }

// Start is the instant at which the day begins; zero for no day.
func (d Day) Start() time.Time {
	t, err := time.ParseInLocation(layout, string(d), shanghai)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// End is the instant at which the day is over: a period that ends on it has run out from then on.
func (d Day) End() time.Time {
	if d.Start().IsZero() {
		return time.Time{}
	}
	return d.Start().Add(24 * time.Hour)
}

// Before tells whether d lies before o. No day lies before every day.
func (d Day) Before(o Day) bool { return d < o }

// After tells whether d lies after o.
func (d Day) After(o Day) bool { return d > o }

// Year is the calendar year; 0 for no day.
func (d Day) Year() int {
	if t := d.utc(); !t.IsZero() {
		return t.Year()
	}
	return 0
}

// DayOfMonth is the day within its month, from 1; 0 for no day.
func (d Day) DayOfMonth() int {
	if t := d.utc(); !t.IsZero() {
		return t.Day()
	}
	return 0
}

// Weekday is the day of the week.
func (d Day) Weekday() time.Weekday { return d.utc().Weekday() }

// Plus counts n days on, or back when n is negative; plain arithmetic that asks for no holidays.
func (d Day) Plus(n int) Day {
	t, err := time.Parse(layout, string(d))
	if err != nil {
		return ""
	}
	return Day(t.AddDate(0, 0, n).Format(layout))
}

// Since is how many days lie between an earlier day and this one; negative where this is the earlier.
func (d Day) Since(o Day) int {
	a, b := d.utc(), o.utc()
	if a.IsZero() || b.IsZero() {
		return 0
	}
	return int(a.Sub(b).Hours() / 24)
}

// PlusMonths is the same date n months on (or back), or the last day of that month where the date does not exist.
func (d Day) PlusMonths(n int) Day {
	t, err := time.Parse(layout, string(d))
	if err != nil {
		return ""
	}
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Day(first.AddDate(0, 0, min(t.Day(), last)-1).Format(layout))
}

// Local is a moment as clocks in China show it.
func Local(t time.Time) time.Time { return t.In(shanghai) }

// FirstOfMonth is the first day of the day's month.
func (d Day) FirstOfMonth() Day {
	if d.IsZero() {
		return d
	}
	return d[:8] + "01"
}

// PlusYears is the same date n years on (or back), or the last day of that month: 29 February becomes the 28th.
func (d Day) PlusYears(n int) Day { return d.PlusMonths(12 * n) }

// Between is how many days lie from a to b: 1 when b is the next day, negative when b lies before a.
func Between(a, b Day) int { return int(b.utc().Sub(a.utc()).Hours() / 24) }

// AgeOn is the full years of age (周岁), on a day, of somebody born on d; 0 before the birth. A year is full on the
// birthday itself; for somebody born on 29 February, on 1 March of a common year.
func (d Day) AgeOn(on Day) int {
	b, t := d.utc(), on.utc()
	if b.IsZero() || t.Before(b) {
		return 0
	}
	years := t.Year() - b.Year()
	if t.Month() < b.Month() || t.Month() == b.Month() && t.Day() < b.Day() {
		years--
	}
	return years
}

// utc is the day as a midnight without time zones, for arithmetic only.
func (d Day) utc() time.Time {
	t, err := time.Parse(layout, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// UnmarshalText reads what a client sent; empty text is no day.
func (d *Day) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = ""
		return nil
	}
	v, err := ParseDay(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// Value stores the text, and no day as NULL.
func (d Day) Value() (driver.Value, error) {
	if d == "" {
		return nil, nil
	}
	return string(d), nil
}

// Scan reads a date column: PostgreSQL gives an instant at midnight, SQLite the text.
func (d *Day) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = ""
		return nil
	case time.Time:
		*d = Day(v.Format(layout))
		return nil
	case []byte:
		return d.scanText(string(v))
	case string:
		return d.scanText(v)
	}
	return fmt.Errorf("calendar: cannot read a day from %T", src)
}

func (d *Day) scanText(s string) error {
	if len(s) > len(layout) { // a driver may append a midnight
		s = s[:len(layout)]
	}
	if err := d.UnmarshalText([]byte(s)); err != nil {
		return fmt.Errorf("calendar: stored day: %w", err)
	}
	return nil
}
