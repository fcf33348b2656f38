package calendar_test

import (
	"testing"

	"github.com/6tail/lunar-go/HolidayUtil"
	"pgregory.net/rapid"

	"fengqiao/internal/calendar"
)

var cal = calendar.New(calendar.Published())

// The vectors of the handbook of codes, §9.
func TestLastDayOfALegalPeriod(t *testing.T) {
	for _, v := range []struct {
		start, rule, last calendar.Day
	}{
		{"2025-04-07", "+30 days", "2025-05-07"},
		{"2025-05-23", "+30 days", "2025-06-23"}, // 22 June is a Sunday
		{"2025-05-02", "+30 days", "2025-06-03"}, // Sunday, holiday to 2 June
		{"2025-09-01", "+30 days", "2025-10-09"}, // holiday from 1 to 8 October
		{"2025-09-26", "+3 working days", "2025-09-30"},
		{"2025-06-30", "+2 years", "2027-06-30"},
		{"2024-02-29", "+1 year", "2025-02-28"},
		{"2025-01-31", "+1 month", "2025-02-28"},
		{"2024-01-31", "+1 month", "2024-02-29"},
		{"2024-12-31", "+2 months", "2025-02-28"},
		{"2025-03-31", "+1 month", "2025-04-30"},
		{"2025-04-10", "+1 month", "2025-05-12"}, // 10 May is a Saturday
		{"2024-05-04", "+2 years", "2026-05-06"}, // holiday from 1 to 5 May 2026
		{"2026-01-26", "+3 working days", "2026-01-29"},
		{"2026-02-12", "+3 working days", "2026-02-24"}, // 14 February works, then the festival to the 23rd
	} {
		if got := period(cal, v.start, v.rule); got != v.last {
			t.Errorf("%s %s: the last day is %s, want %s", v.start, v.rule, got, v.last)
		}
	}
}

// rules are the periods of the vectors; all of them go through the one function that every clock uses.
var rules = map[calendar.Day]calendar.Period{"+30 days": {N: 30, Unit: calendar.Days}, "+3 working days": {N: 3, Unit: calendar.WorkingDays},
	"+1 month": {N: 1, Unit: calendar.Months}, "+2 months": {N: 2, Unit: calendar.Months},
	"+1 year": {N: 1, Unit: calendar.Years}, "+2 years": {N: 2, Unit: calendar.Years}}

func period(c *calendar.Calendar, d calendar.Day, rule calendar.Day) calendar.Day {
	p, ok := rules[rule]
	if !ok {
		return "no such rule"
	}
	return c.Last(d, p)
}

func TestWeekendsMayBeKeptButHolidaysStillRoll(t *testing.T) {
	keep := calendar.New(calendar.Published(), calendar.KeepWeekends())
	for _, v := range []struct{ start, last calendar.Day }{
		{"2025-05-23", "2025-06-22"}, // a plain Sunday stays
		{"2025-05-02", "2025-06-03"}, // the holiday rolls
		{"2025-09-01", "2025-10-09"},
	} {
		if got := keep.AddDays(v.start, 30); got != v.last {
			t.Errorf("%s +30 days: %s, want %s", v.start, got, v.last)
		}
	}
}

func TestWorkingDays(t *testing.T) {
	for day, want := range map[calendar.Day]bool{
		"2025-09-28": true,  // a Sunday made a working day
		"2025-10-11": true,  // a Saturday made a working day
		"2025-10-01": false, // National Day
		"2025-10-08": false, // a Wednesday of the same holiday
		"2025-10-09": true,
		"2025-06-22": false, // Sunday
		"2027-10-01": true,  // no table yet: a Friday like any other
		"2027-10-02": false, // a Saturday
	} {
		if got := cal.IsWorking(day); got != want {
			t.Errorf("%s works: %v, want %v", day, got, want)
		}
	}
	if got := cal.AddWorkingDays("2025-10-09", -1); got != "2025-09-30" {
		t.Errorf("the working day before 9 October 2025 is %s", got)
	}
	if got := cal.AddWorkingDays("2025-10-01", 0); got != "2025-10-01" {
		t.Errorf("no working day on from a day is %s", got)
	}
}

func TestAYearWithoutAPublishedTableIsProvisional(t *testing.T) {
	for day, want := range map[calendar.Day]bool{
		"2023-12-31": true, "2024-01-01": false, "2025-06-30": false, "2026-12-31": false, "2027-01-01": true, "": true,
	} {
		if got := cal.Provisional(day); got != want {
			t.Errorf("%q is provisional: %v, want %v", day, got, want)
		}
	}
	// Days before New Year belong to the next year's table and publish nothing of their own year.
	early := calendar.New([]calendar.Holiday{{Day: "2027-12-31", Kind: calendar.Rest, Name: "元旦"}})
	if !early.Provisional("2027-06-01") {
		t.Error("one day before New Year published the whole year before it")
	}
}

func TestNoDayHasNoPeriods(t *testing.T) {
	for name, got := range map[string]calendar.Day{
		"days": cal.AddDays("", 1), "months": cal.AddMonths("", 1), "years": cal.AddYears("", 1),
		"working days": cal.AddWorkingDays("", 1),
	} {
		if got != "" {
			t.Errorf("%s from no day: %q", name, got)
		}
	}
}

// The table is a copy of the library's, which is needed for nothing else; this is the only place that loads it.
func TestPublishedTablesAgreeWithTheLibrary(t *testing.T) {
	ours := map[string]calendar.Holiday{}
	for _, h := range calendar.Published() {
		ours[string(h.Day)] = h
	}
	theirs := 0
	for year := 2024; year <= 2026; year++ {
		for e := HolidayUtil.GetHolidaysByYear(year).Front(); e != nil; e = e.Next() {
			h := e.Value.(*HolidayUtil.Holiday)
			theirs++
			kind := calendar.Rest
			if h.IsWork() {
				kind = calendar.Work
			}
			want := calendar.Holiday{Day: calendar.Day(h.GetDay()), Kind: kind, Name: h.GetName()}
			if got := ours[h.GetDay()]; got != want {
				t.Errorf("%s: we hold %+v, the library %+v", h.GetDay(), got, want)
			}
		}
	}
	if theirs == 0 || theirs != len(ours) {
		t.Errorf("the library has %d days, we hold %d", theirs, len(ours))
	}
}

func someDay(t *rapid.T) calendar.Day {
	return calendar.Day("2023-01-01").Plus(rapid.IntRange(0, 5*365).Draw(t, "day"))
}

func TestPeriodsBehave(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, n := someDay(t), rapid.IntRange(1, 400).Draw(t, "n")
		for name, last := range map[string]calendar.Day{
			"days": cal.AddDays(d, n), "months": cal.AddMonths(d, n%36+1), "years": cal.AddYears(d, n%5+1),
			"working days": cal.AddWorkingDays(d, n),
		} {
			if !cal.IsWorking(last) {
				t.Fatalf("%s +%d %s ends on a rest day, %s", d, n, name, last)
			}
			if !last.After(d) {
				t.Fatalf("%s +%d %s ends before it begins, %s", d, n, name, last)
			}
		}
		plain, last := d.Plus(n), cal.AddDays(d, n)
		for x := plain; x.Before(last); x = x.Plus(1) {
			if cal.IsWorking(x) {
				t.Fatalf("%s +%d days rolled over the working day %s to %s", d, n, x, last)
			}
		}
		if later := cal.AddDays(d.Plus(1), n); later.Before(last) {
			t.Fatalf("the period that began a day after %s ends earlier: %s before %s", d, later, last)
		}
	})
}

func TestWorkingDaysThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, n := someDay(t), rapid.IntRange(1, 250).Draw(t, "n")
		last := cal.AddWorkingDays(d, n)
		count := 0
		for x := d.Plus(1); !x.After(last); x = x.Plus(1) {
			if cal.IsWorking(x) {
				count++
			}
		}
		if count != n {
			t.Fatalf("%d working days lie after %s up to %s, want %d", count, d, last, n)
		}
		if cal.IsWorking(d) && cal.AddWorkingDays(last, -n) != d {
			t.Fatalf("%s, %d working days on and back, is %s", d, n, cal.AddWorkingDays(last, -n))
		}
	})
}

func TestDayArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, n := someDay(t), rapid.IntRange(-4000, 4000).Draw(t, "n")
		if got := calendar.Between(d, d.Plus(n)); got != n {
			t.Fatalf("%s and %d days on are %d days apart", d, n, got)
		}
		if got := calendar.DayOf(d.Start()); got != d {
			t.Fatalf("%s starts on %s", d, got)
		}
		if got := calendar.DayOf(d.End()); got != d.Plus(1) {
			t.Fatalf("%s ends as %s begins", d, got)
		}
		m := d.PlusMonths(n % 100)
		if m[8:] > d[8:] {
			t.Fatalf("%s and %d months on is %s, a later date in the month", d, n%100, m)
		}
	})
}
