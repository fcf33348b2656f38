package casework_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

const day = 24 * time.Hour

// sweep lets days pass and the sweep run, and reads the case anew as somebody.
func sweep(t *testing.T, town *housetest.Town, days int, h func() housetest.Hand, c *housetest.Case) housetest.Hand {
	t.Helper()
	town.Later(time.Duration(days) * day)
	if _, err := town.App.Cases.Sweep(context.Background()); err != nil {
		t.Fatal(err)
	}
	hand := h()
	hand.Sees(c).Is(http.StatusOK)
	return hand
}

func kinds(c *housetest.Case) []string {
	list, _ := c.Last.Value("tasks").([]any)
	out := []string{}
	for _, one := range list {
		out = append(out, one.(map[string]any)["kind"].(string))
	}
	return out
}

func texts(town *housetest.Town, c *housetest.Case, kinds ...string) (out []string) {
	for _, m := range town.Messages(c, kinds...) {
		out = append(out, m.To+" "+m.Kind)
	}
	return out
}

func TestTheSweepAsksAgainWhoeverHasNotAnswered(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := func() housetest.Hand { return town.Again(town.Su) }
		c := town.As(nil).Files()
		su().Does(c, "ask-consent", nil).Is(200)
		for _, step := range []struct {
			days  int
			tasks string
		}{{1, ""}, {1, "consent_nudge"}, {1, "consent_nudge"}, {2, "consent_nudge"}, {2, "consent_nudge"}, {2, "consent_nudge consent_overdue"}} {
			sweep(t, town, step.days, su, c)
			if got := strings.Join(kinds(c), " "); got != step.tasks {
				t.Errorf("%s: tasks %q, want %q", town.Today(), got, step.tasks)
			}
		}
		if c.Last.Text("clocks.0.overdue") != "true" {
			t.Errorf("clock %s", c.Last.Text("clocks"))
		}
		entries := su().Get("/cases/" + c.ID + "/timeline").Is(200)
		if n := strings.Count(string(entries.Body), `"event":"remind"`); n != 3 {
			t.Errorf("%d entries of the sweep: %s", n, entries.Body)
		}
		if n, err := town.App.Cases.Sweep(context.Background()); n != 0 || err != nil {
			t.Errorf("swept again: %d %v", n, err)
		}
		su().Does(c, "record-consent", m{"party_id": c.Respondent, "consent": "agreed", "channel": "phone"}).Is(200)
		if got := strings.Join(kinds(c), " "); got != "consent_overdue" {
			t.Errorf("after the answer: %q", got)
		}
		su().Does(c, "accept", nil).Is(200)
		if got := kinds(c); len(got) != 0 {
			t.Errorf("after acceptance: %q", got)
		}
	})
}

func TestM6_ExpiryProposesTermination(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, _ housetest.Hand, c *housetest.Case) {
		su := func() housetest.Hand { return town.Again(town.Su) }
		sweep(t, town, 32, su, c) // Tuesday 7 April is the last day
		if got := kinds(c); len(got) != 0 {
			t.Errorf("on the last day: %q", got)
		}
		hand := sweep(t, town, 1, su, c)
		if got := strings.Join(kinds(c), " "); got != "propose_termination" {
			t.Errorf("on the day after: %q", got)
		}
		hand.Does(c, "extend", m{"days": 20, "reason": "等待鉴定", "consents": []string{c.Applicant, c.Respondent}}).Is(200)
		if c.Last.Text("clocks.0.due") != "2026-04-27" || c.Last.Text("clocks.0.overdue") != "false" {
			t.Errorf("extended: %s", c.Last.Text("clocks"))
		}
	})
}

// Promises are reminded of three days before, on the day and three days after, by messages that do not say what they are
// about; then both sides are called, and meet.
func TestG7_TheLadderOfAPromise(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := func() housetest.Hand { return town.Again(town.Su) }
		body := housetest.Leak()
		body["respondents"].([]m)[0]["phone"] = "13900139000"
		c := town.As(nil).Files(body)
		su().Signed(c, town.Su) // on 6 March; due on the 16th
		for _, step := range []struct {
			days     int
			tasks    string
			messages int
		}{{6, "", 0}, {1, "remind_obligation", 1}, {3, "obligation_due", 2}, {3, "check_performance", 4}, {4, "check_performance follow_up", 4}, {3, "repair follow_up", 4}} {
			sweep(t, town, step.days, su, c)
			got := slices.Sorted(slices.Values(kinds(c)))
			if strings.Join(got, " ") != strings.Join(slices.Sorted(slices.Values(strings.Fields(step.tasks))), " ") || len(texts(town, c, "reminder")) != step.messages {
				t.Errorf("%s: tasks %q, want %q; %d messages, want %d", town.Today(), got, step.tasks, len(texts(town, c, "reminder")), step.messages)
			}
		}
		if got := strings.Join(slices.Sorted(slices.Values(texts(town, c, "reminder"))), ", "); got != "13800138000 reminder, 13900139000 reminder, 13900139000 reminder, 13900139000 reminder" {
			t.Errorf("messages: %s", got)
		}
		for _, message := range town.Messages(c, "reminder") {
			if strings.Contains(message.Text, "漏水") || strings.Contains(message.Text, "林秀英") || strings.Contains(message.Text, "陈志强") {
				t.Errorf("it says what it is about: %s", message.Text)
			}
		}
		hand := su()
		hand.Does(c, "record-performance", m{"obligation_id": c.Last.Text("obligations.0.id"), "state": "performed", "on": town.Today(), "confirmed_by": "debtor"}).Is(200)
		if got := strings.Join(kinds(c), " "); got != "follow_up confirm_performance" {
			t.Errorf("said by the debtor alone: %q", got)
		}
		hand.Does(c, "record-performance", m{"obligation_id": c.Last.Text("obligations.0.id"), "state": "performed", "on": town.Today(), "confirmed_by": "creditor"}).Is(200)
		if got := strings.Join(kinds(c), " "); got != "follow_up" {
			t.Errorf("confirmed: %q", got)
		}
	})
}

func TestR6_AVisitIsDueAWeekAfterPerformance(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := func() housetest.Hand { return town.Again(town.Su) }
		c := town.As(nil).Files()
		su().Performed(c, town.Su)
		hand := sweep(t, town, 17, su, c) // due on 16 March, a week on is the 23rd
		if got := strings.Join(kinds(c), " "); got != "follow_up" || c.Last.Text("tasks.0.due") != "2026-04-15" {
			t.Errorf("tasks %s", c.Last.Text("tasks"))
		}
		hand.Does(c, "follow-up", m{"visited_on": town.Today(), "visitor": "洪国荣", "performed": true}).Is(200)
		if got := kinds(c); len(got) != 0 {
			t.Errorf("after the visit: %q", got)
		}
	})
}

// Safe contact: nothing is sent to whoever asked for nothing, and otherwise only in the hours that are safe.
func TestMessagesKeepToWhatIsSafe(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := func() housetest.Hand { return town.Again(town.Su) }
		body := housetest.Leak()
		body["respondents"].([]m)[0]["phone"] = "13900139000"
		c := town.As(nil).Files(body)
		lin := town.Party(c, c.Code)
		lin.Post("/cases/"+c.ID+"/record-needs", m{"contact": "hours", "from_hour": 19, "to_hour": 21, "language": "闽南语", "help": []string{"read_aloud"}, "hide_address": true}).Is(200)
		lin.Post("/cases/"+c.ID+"/record-needs", m{"contact": "hours", "from_hour": 21, "to_hour": 19}).Is(http.StatusUnprocessableEntity)
		lin.Post("/cases/"+c.ID+"/record-needs", m{"party_id": c.Respondent, "contact": "no_message"}).Is(http.StatusForbidden)
		su().Sees(c)
		if c.Last.Text("parties.0.needs.language") != "闽南语" || c.Last.Text("parties.0.needs.from_hour") != "19" {
			t.Errorf("needs: %s", c.Last.Text("parties.0"))
		}
		su().Does(c, "record-needs", m{"party_id": c.Respondent, "contact": "no_message"}).Is(200)
		su().Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "sms"}).Refuses("no_messages")
		su().Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201)
		su().Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Applicant, "channel": "sms"}).Is(201)
		if got := texts(town, c); len(got) != 0 { // it is ten in the morning
			t.Errorf("sent at once: %q", got)
		}
		town.Later(9 * time.Hour)
		if got := texts(town, c); len(got) != 1 || got[0] != "13800138000 invitation" {
			t.Errorf("at seven in the evening: %q", got)
		}
		other := town.Party(c, su().Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201).Text("letter.code"))
		seen := other.Get("/cases/" + c.ID).Is(200)
		if seen.Holds("闽南语") || seen.Holds("from_hour\":19") {
			t.Errorf("the other side sees it: %s", seen.Body)
		}
		if times := other.Get("/cases/" + c.ID + "/timeline").Is(200); strings.Count(string(times.Body), "record_needs") != 1 {
			t.Errorf("the other side's timeline: %s", times.Body)
		}
	})
}

func TestASettingOfThePlaceSetsTheClock(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		admin := town.As(town.System)
		admin.Send("PUT", "/registry/settings", m{"area_code": housetest.Street, "name": "period.mediation", "value": "20"}).Is(http.StatusNoContent)
		admin.Send("PUT", "/registry/settings", m{"area_code": housetest.Street, "name": "period.tier_ordinary", "value": "7"}).Is(http.StatusNoContent)
		admin.Send("PUT", "/registry/settings", m{"area_code": housetest.Fengze, "name": "period.mediation", "value": "31"}).Is(http.StatusUnprocessableEntity)
		town.As(town.Su).Send("PUT", "/registry/settings", m{"area_code": housetest.Street, "name": "period.mediation", "value": "20"}).Is(http.StatusForbidden)
		shown := admin.Get("/registry/settings?area=" + string(housetest.Shaolin)).Is(200)
		if shown.Text("items.3.name") != "period.mediation" || shown.Text("items.3.value") != "20" || shown.Text("items.3.area_code") != string(housetest.Street) || shown.Text("items.3.default") != "30" {
			t.Errorf("shown: %s", shown.Text("items.3"))
		}
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Accepted(c)
		if got := c.Last.Text("clocks.0.name") + " " + c.Last.Text("clocks.0.due") + " " + c.Last.Text("clocks.1.name") + " " + c.Last.Text("clocks.1.due"); got != "tier_clock 2026-03-13 mediation 2026-03-26" {
			t.Errorf("clocks %s", got)
		}
	})
}
