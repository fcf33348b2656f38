package casework_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/casework"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
)

// Acts in any order, over HTTP: one that succeeds goes where the table says and leaves its entries, one that does not
// leaves no trace; in the end every chain holds.
func TestActsInAnyOrderKeepTheTable(t *testing.T) {
	for _, dialect := range dbtest.Dialects() {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			town := housetest.New(t, dbtest.New(t, dialect))
			for seed := range 25 {
				wander(t, town, rand.New(rand.NewPCG(uint64(seed), 7)))
			}
			found, err := town.App.Verify(context.Background())
			if err != nil || len(found.Breaks) > 0 || found.Cases != 25 {
				t.Errorf("%d cases, breaks %v, %v", found.Cases, found.Breaks, err)
			}
		})
	}
}

func wander(t *testing.T, town *housetest.Town, chance *rand.Rand) {
	c := town.As(town.Su).Files()
	for range 30 {
		town.Later(2 * time.Second)
		chair := town.As(town.Zheng)
		chair.Sees(c).Is(200)
		event := pick(chance, []string{"ask-consent", "record-consent", "record-consent", "accept", "assign", "give-notice", "give-notice", "open-session", "fix-agreement",
			"sign", "sign", "sign", "oral-agreement", "record-performance", "close", "archive", "pause", "resume", "terminate", "request-end", "amend", "retract", "reopen-agreement"})
		was, version := casework.State(c.State), c.Version
		answer := town.As(pick(chance, []*housetest.Person{town.Su, town.Zheng})).Does(c, event, body(chance, town, c, event))
		chair.Sees(c).Is(200)
		moved := c.Version != version
		switch {
		case answer.Status >= 500:
			t.Fatalf("%s in %s: %s", event, was, answer.Body)
		case answer.Status != 200 && moved:
			t.Fatalf("%s in %s failed with %d and left version %s", event, was, answer.Status, c.Version)
		case answer.Status == 200 && !leads(event, was, casework.State(c.State)):
			t.Fatalf("%s led from %s to %s", event, was, c.State)
		}
	}
	entries, _ := town.As(town.Zheng).Get("/cases/" + c.ID + "/timeline").Is(200).Value("items").([]any)
	if fmt.Sprint(len(entries)) != c.Version {
		t.Fatalf("%d entries at version %s", len(entries), c.Version)
	}
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// leads asks the table whether an event, or what it may turn into, leads from one state to another.
func leads(route string, from, to casework.State) bool {
	event := casework.Event(strings.ReplaceAll(route, "-", "_"))
	turns := map[casework.Event][]casework.Event{casework.RecordConsent: {casework.PartyRefuses}, casework.Assign: {casework.Choose},
		casework.Sign: {casework.BecomeEffective}, casework.Retract: {casework.RetractRefusal}}
	for _, tr := range casework.Lifecycle {
		possible := tr.Event == event || slices.Contains(turns[event], tr.Event)
		if possible && slices.Contains(tr.From, from) && (tr.To == to || tr.To == "" && from == to) {
			return true
		}
	}
	return false
}

func body(chance *rand.Rand, town *housetest.Town, c *housetest.Case, event string) m {
	party := pick(chance, []string{c.Applicant, c.Respondent})
	switch event {
	case "record-consent":
		return m{"party_id": party, "consent": pick(chance, []string{"agreed", "agreed", "agreed", "refused", "unreached"}), "channel": "phone"}
	case "assign":
		return m{"host_mediator_id": pick(chance, []*housetest.Person{town.Zheng, town.Hong}).Mediator, "chosen_by": "parties"}
	case "give-notice":
		return m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}
	case "open-session":
		return c.Sitting()
	case "fix-agreement", "oral-agreement":
		return c.Terms()
	case "sign":
		who := pick(chance, []m{{"party_id": c.Applicant}, {"party_id": c.Respondent}, {"mediator_id": town.Zheng.Mediator}, {"seal": true}})
		who["kind"], who["text_hash"] = "wet_ink", c.Last.Text("agreements.0.text_hash")
		return who
	case "record-performance":
		if id := c.Last.Text("obligations.0.id"); id != "" {
			return m{"obligation_id": id, "state": "performed", "on": town.Today(), "confirmed_by": "creditor"}
		}
		return m{"obligation_id": c.Applicant, "state": "performed", "on": town.Today()}
	case "pause":
		return m{"reason": "鉴定", "until": town.Today().Plus(9)}
	case "terminate":
		return m{"reason": "T1", "guidance": "可以起诉。"}
	case "request-end":
		return m{"party_id": party}
	case "amend":
		return m{"set": m{"difficulty": 1 + chance.IntN(4)}, "reason": "更正"}
	case "retract":
		return m{"entry": fmt.Sprint(1 + chance.IntN(9)), "reason": "误记"}
	case "reopen-agreement":
		return m{"reason": "改"}
	}
	return m{}
}
