package calendar_test

import (
	"testing"

	"fengqiao/internal/calendar"
)

// What is read as a day is one, and going on and back from it leads to it again.
func FuzzParseDay(f *testing.F) {
	for _, s := range []string{"2026-03-06", "2024-02-29", "2023-02-29", "0000-01-01", "0001-01-01", "1899-12-31", "9999-12-31", "2026-3-6", "２０２６-03-06", ""} {
		f.Add(s, 27)
	}
	f.Fuzz(func(t *testing.T, s string, n int) {
		d, err := calendar.ParseDay(s)
		if err != nil {
			return
		}
		n %= 100_000
		if d.IsZero() || d.Plus(0) != d || d.Year() > 1000 && d.Year() < 9000 && (d.Plus(n).Plus(-n) != d || d.Plus(n).Since(d) != n) {
			t.Errorf("%q was read as %q; %d days on is %q, and back is %q", s, d, n, d.Plus(n), d.Plus(n).Plus(-n))
		}
	})
}
