package casework_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

// arranged is a case with a session so many hours from now, of which both sides have been told.
func arranged(t *testing.T, hours int, more m, then func(*housetest.Town, *housetest.Case)) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files(both())
		su := town.As(town.Su)
		su.Hosted(c, town.Su)
		if k, ok := more["kind"]; ok && k == "caucus" {
			more["attending"] = []string{c.Respondent}
		}
		su.Does(c, "schedule-session", meets(town, hours, more)()).Is(200)
		came(town, c)
		then(town, c)
	})
}

// later lets hours pass and the sweep run, and tells what came of it.
func later(town *housetest.Town, c *housetest.Case, pass time.Duration) string {
	town.Later(pass)
	if _, err := town.App.Cases.Sweep(context.Background()); err != nil {
		return err.Error()
	}
	return came(town, c)
}

const bothReminded = "C session_reminder, L session_reminder"

func TestASessionIsRemindedOfThreeTimes(t *testing.T) {
	arranged(t, 100, nil, func(town *housetest.Town, c *housetest.Case) {
		version := town.As(town.Su).Sees(c).Text("version")
		var at []string
		for hour := 1; hour <= 104; hour++ {
			if got := later(town, c, time.Hour); got == bothReminded {
				at = append(at, (time.Duration(100-hour) * time.Hour).String())
			} else if got != "" {
				t.Errorf("%d hours before: %q", 100-hour, got)
			}
		}
		if got := strings.Join(at, " "); got != "72h0m0s 24h0m0s 2h0m0s" {
			t.Errorf("reminded %s before", got)
		}
		if town.Again(town.Su).Sees(c).Text("version") != version {
			t.Error("a reminder made a version of the case")
		}
	})
}

func TestALateSweepSendsTheNearestReminderAlone(t *testing.T) {
	arranged(t, 100, nil, func(town *housetest.Town, c *housetest.Case) {
		for _, s := range []struct {
			pass time.Duration
			want string
		}{{80 * time.Hour, bothReminded}, {time.Hour, ""}, {18*time.Hour + 59*time.Minute, bothReminded}, {time.Second, ""}, {59 * time.Second, ""}, {time.Hour, ""}} {
			if got := later(town, c, s.pass); got != s.want {
				t.Errorf("%s: came %q, want %q", town.Clock.Now(), got, s.want)
			}
		}
	})
	arranged(t, 100, nil, func(town *housetest.Town, c *housetest.Case) {
		if got := later(town, c, 100*time.Hour); got != "" {
			t.Errorf("it has begun: %q", got)
		}
	})
	arranged(t, 20, nil, func(town *housetest.Town, c *housetest.Case) { // told on the day before: not again at once
		if a, b := later(town, c, time.Minute), later(town, c, 18*time.Hour); a != "" || b != bothReminded {
			t.Errorf("arranged on the day before: %q, then %q", a, b)
		}
	})
}

// What waits for a safe hour is replaced by the nearer reminder, and is pointless once the session began.
func TestRemindersKeepSafeHours(t *testing.T) {
	arranged(t, 100, nil, func(town *housetest.Town, c *housetest.Case) { // for Tuesday 10 March, 14:00
		town.As(town.Su).Does(c, "record-needs", m{"party_id": c.Applicant, "contact": "hours", "from_hour": 18, "to_hour": 20}).Is(200)
		for _, s := range []struct {
			pass time.Duration
			want string
		}{{28 * time.Hour, "C session_reminder"}, {48 * time.Hour, "C session_reminder"}, {4 * time.Hour, "L session_reminder"}, {18 * time.Hour, "C session_reminder"}, {10 * time.Hour, ""}} {
			if got := later(town, c, s.pass); got != s.want {
				t.Errorf("%s: came %q, want %q", town.Clock.Now(), got, s.want)
			}
		}
	})
}

func TestTwoSweepsAtOnceRemindOnce(t *testing.T) {
	arranged(t, 100, nil, func(town *housetest.Town, c *housetest.Case) {
		town.Later(30 * time.Hour)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := town.App.Cases.Sweep(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got := came(town, c); got != bothReminded {
			t.Errorf("came %q", got)
		}
	})
}

// A session that was moved is reminded of at its new time alone, one that was cancelled or whose case has ended never.
func TestRemindersFollowTheSession(t *testing.T) {
	for name, change := range map[string]struct {
		event string
		body  m
		want  string
	}{
		"moved":     {"schedule-session", m{"starts_at": "2026-03-20T02:00:00Z"}, bothReminded},
		"cancelled": {"schedule-session", m{"cancelled": true, "reason": "x"}, ""},
		"ended":     {"terminate", m{"reason": "T1", "guidance": "可以起诉。"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			arranged(t, 100, nil, func(town *housetest.Town, c *housetest.Case) {
				su := town.As(town.Su)
				su.Does(c, "record-needs", m{"party_id": c.Respondent, "contact": "hours", "from_hour": 19, "to_hour": 20}).Is(200)
				if got := later(town, c, 28*time.Hour); got != "L session_reminder" { // Chen's waits for the evening
					t.Errorf("before: %q", got)
				}
				body := change.body
				if su = town.Again(town.Su); change.event == "schedule-session" {
					body = changes(c, "0", body)()
				}
				su.Does(c, change.event, body).Is(200)
				town.Later(12 * time.Hour)
				if got := came(town, c); strings.Contains(got, "session_reminder") {
					t.Errorf("of the old time: %q", got)
				}
				if got := later(town, c, 58*time.Hour); got != "" {
					t.Errorf("two hours before the old time: %q", got)
				}
				for town.Clock.Now().Before(time.Date(2026, 3, 18, 11, 0, 0, 0, time.UTC)) {
					town.Later(time.Hour)
				}
				if got := later(town, c, 0); got != change.want {
					t.Errorf("of the new time: %q, want %q", got, change.want)
				}
			})
		})
	}
}

// Of a caucus nobody else hears.
func TestACaucusIsRemindedOfToItsPartyAlone(t *testing.T) {
	arranged(t, 100, m{"kind": "caucus"}, func(town *housetest.Town, c *housetest.Case) {
		if got := later(town, c, 30*time.Hour); got != "C session_reminder" {
			t.Errorf("came %q", got)
		}
	})
}
