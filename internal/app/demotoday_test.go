package app

import (
	"testing"
	"time"
)

// The city is the same all day long, and nothing in it lies ahead of the clock.
func TestTheDemoOpensOnTheEveningBefore(t *testing.T) {
	morning, night := time.Date(2026, 11, 24, 16, 5, 0, 0, time.UTC), time.Date(2026, 11, 25, 15, 55, 0, 0, time.UTC) // of 25 November in Shanghai
	want := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	for _, now := range []time.Time{morning, night} {
		if got, err := (&App{}).demoToday(now); err != nil || !got.Equal(want) || got.After(now) {
			t.Errorf("at %s: %s, %v", now, got, err)
		}
	}
	if got, err := (&App{Options: Options{DemoDate: "2026-03-06"}}).demoToday(night); err != nil || !got.Equal(time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)) {
		t.Errorf("on a day that was asked for: %s, %v", got, err)
	}
}
