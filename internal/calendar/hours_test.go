package calendar_test

import (
	"testing"
	"time"

	"fengqiao/internal/calendar"
)

func TestTheNextMomentWithinHours(t *testing.T) {
	at := func(s string) time.Time {
		out, err := time.ParseInLocation("2006-01-02 15:04:05", s, time.FixedZone("", 8*3600))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, c := range []struct {
		h         calendar.Hours
		now, want string
	}{
		{calendar.Hours{}, "2026-03-06 03:00:00", "2026-03-06 03:00:00"},
		{calendar.Hours{From: 9, To: 18}, "2026-03-06 08:59:59", "2026-03-06 09:00:00"},
		{calendar.Hours{From: 9, To: 18}, "2026-03-06 09:00:00", "2026-03-06 09:00:00"},
		{calendar.Hours{From: 9, To: 18}, "2026-03-06 17:59:59", "2026-03-06 17:59:59"},
		{calendar.Hours{From: 9, To: 18}, "2026-03-06 18:00:00", "2026-03-07 09:00:00"},
		{calendar.Hours{From: 0, To: 24}, "2026-03-06 23:59:59", "2026-03-06 23:59:59"},
		{calendar.Hours{From: 22, To: 24}, "2026-12-31 21:00:00", "2026-12-31 22:00:00"},
		{calendar.Hours{From: 0, To: 1}, "2026-12-31 01:00:00", "2027-01-01 00:00:00"},
	} {
		if got := c.h.Next(at(c.now)); !got.Equal(at(c.want)) {
			t.Errorf("%v after %s: %v, want %s", c.h, c.now, got, c.want)
		}
	}
}
