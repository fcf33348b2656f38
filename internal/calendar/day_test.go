package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
)

func TestParseDay(t *testing.T) {
	for _, s := range []string{"2025-04-07", "2024-02-29", "1900-01-01"} {
		if d, err := calendar.ParseDay(s); err != nil || d != calendar.Day(s) {
			t.Errorf("%s: %q, %v", s, d, err)
		}
	}
	for _, s := range []string{"", "2025-02-29", "2025-13-01", "2025-4-7", "2025/04/07", "20250407", "2025-04-07T00:00:00Z", "昨天"} {
		if d, err := calendar.ParseDay(s); !fault.Is(err, fault.Invalid) || d != "" {
			t.Errorf("%q was read as %q, %v", s, d, err)
		}
	}
}

func TestTheLegalDayIsTheDayInShanghai(t *testing.T) {
	for instant, want := range map[string]calendar.Day{
		"2025-04-06T15:59:59Z": "2025-04-06",
		"2025-04-06T16:00:00Z": "2025-04-07",
		"2025-12-31T16:00:00Z": "2026-01-01",
	} {
		at, err := time.Parse(time.RFC3339, instant)
		if err != nil {
			t.Fatal(err)
		}
		if got := calendar.DayOf(at); got != want {
			t.Errorf("%s falls on %s, want %s", instant, got, want)
		}
	}
	if got := calendar.DayOf(time.Time{}); got != "" {
		t.Errorf("no instant falls on %q", got)
	}
	if got := calendar.Day("").Start(); !got.IsZero() {
		t.Errorf("no day starts at %v", got)
	}
}

func TestDaysPassThroughBothDatabases(t *testing.T) {
	midnight := time.Date(2025, 4, 7, 0, 0, 0, 0, time.UTC)
	for _, src := range []any{"2025-04-07", []byte("2025-04-07"), midnight, "2025-04-07T00:00:00Z", "2025-04-07 00:00:00+00:00"} {
		var d calendar.Day
		if err := d.Scan(src); err != nil || d != "2025-04-07" {
			t.Errorf("%v was read as %q, %v", src, d, err)
		}
	}
	var none calendar.Day = "2025-01-01"
	if err := none.Scan(nil); err != nil || none != "" {
		t.Errorf("NULL was read as %q, %v", none, err)
	}
	for _, src := range []any{7, "2025-02-30", "soon"} {
		var d calendar.Day
		if err := d.Scan(src); err == nil {
			t.Errorf("%v was read as %q", src, d)
		}
	}
	if v, err := calendar.Day("").Value(); v != nil || err != nil {
		t.Errorf("no day is stored as %v, %v", v, err)
	}
	if v, err := calendar.Day("2025-04-07").Value(); v != "2025-04-07" || err != nil {
		t.Errorf("a day is stored as %v, %v", v, err)
	}
}

func TestDaysInJSON(t *testing.T) {
	var in struct{ On, Off calendar.Day }
	if err := json.Unmarshal([]byte(`{"On":"2025-04-07","Off":""}`), &in); err != nil || in.On != "2025-04-07" || in.Off != "" {
		t.Errorf("%+v, %v", in, err)
	}
	if err := json.Unmarshal([]byte(`{"On":"2025-02-30"}`), &in); err == nil {
		t.Error("30 February was accepted")
	}
}

func TestAge(t *testing.T) {
	for _, v := range []struct {
		born, on calendar.Day
		age      int
	}{
		{"2007-11-20", "2025-11-19", 17}, {"2007-11-20", "2025-11-20", 18}, {"2008-02-29", "2026-02-28", 17},
		{"2008-02-29", "2026-03-01", 18}, {"2025-01-01", "2024-01-01", 0}, {"", "2024-01-01", 0},
	} {
		if got := v.born.AgeOn(v.on); got != v.age {
			t.Errorf("born %s, on %s: %d, want %d", v.born, v.on, got, v.age)
		}
	}
}
