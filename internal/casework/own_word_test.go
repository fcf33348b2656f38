package casework_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

// toSign brings both sides, by their codes, to an agreement that waits for signatures.
func toSign(town *housetest.Town) (c *housetest.Case, su, lin, chen housetest.Hand) {
	c, lin, chen = invites(town)
	su = town.As(town.Su)
	for _, p := range []string{c.Applicant, c.Respondent} {
		su.Does(c, "record-consent", m{"party_id": p, "consent": "agreed", "channel": "phone"}).Is(200)
	}
	su.Does(c, "accept", nil).Is(200)
	su.Does(c, "assign", m{"host_mediator_id": town.Su.Mediator, "co_mediator_ids": []string{}, "chosen_by": "parties"}).Is(200)
	su.Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(200)
	su.Does(c, "open-session", c.Sitting()).Is(200)
	su.Does(c, "fix-agreement", c.Terms()).Is(200)
	return c, su, lin, chen
}

// Ink and fingerprints are what somebody else has seen: a party that signs by itself from afar cannot have its signature
// recorded as one.
func TestP8_NobodySignsInInkFromAfar(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c, _, lin, _ := toSign(town)
		hash := c.Last.Text("agreements.0.text_hash")
		lin.Post("/cases/"+c.ID+"/signing-codes", m{}).Is(201)
		code := town.LastMessage(c, "signing_code")
		for _, kind := range []string{"wet_ink", "fingerprint"} {
			lin.Post("/cases/"+c.ID+"/sign", m{"kind": kind, "text_hash": hash, "code": code}).Is(http.StatusUnprocessableEntity)
		}
		lin.Post("/cases/"+c.ID+"/sign", m{"kind": "code", "text_hash": hash, "code": code}).Is(200)
	})
}

// Six digits are guessed by whoever may guess often: asking for another code gives no new guesses.
func TestP8_ANewCodeGivesNoNewGuesses(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c, _, lin, _ := toSign(town)
		path, hash := "/cases/"+c.ID, c.Last.Text("agreements.0.text_hash")
		signs := func(code string) housetest.Answer {
			return lin.Post(path+"/sign", m{"kind": "code", "text_hash": hash, "code": code})
		}
		for range 2 {
			lin.Post(path+"/signing-codes", m{}).Is(201)
			for range 5 {
				signs("wrong").Is(http.StatusUnprocessableEntity)
			}
		}
		signs(town.LastMessage(c, "signing_code")).Is(http.StatusUnprocessableEntity)
		lin.Post(path+"/signing-codes", m{}).Refuses("signing_code_guessed")
		town.Later(71 * time.Minute)
		lin.Post(path+"/signing-codes", m{}).Is(201)
		signs(town.LastMessage(c, "signing_code")).Is(200)
	})
}

// A code costs money and rings somebody's telephone: so many are sent to a party in an hour and in a day, and so many to one
// telephone, whoever they are for; then it is told from when on another can be had.
func TestP8_CodesAreNotSentWithoutEnd(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c, su, lin, chen := toSign(town)
		path := "/cases/" + c.ID + "/signing-codes"
		for range 5 {
			lin.Post(path, m{}).Is(201)
			town.Later(time.Second)
		}
		a := lin.Post(path, m{}).Is(http.StatusTooManyRequests)
		if a.Text("code") != "signing_codes_sent" || !a.Holds("11:00") || a.Text("retry_after") != "3595" {
			t.Errorf("the sixth: %s", a.Body)
		}
		if n := len(town.Messages(c, "signing_code")); n != 5 {
			t.Errorf("%d codes were sent", n)
		}
		lin.Post("/cases/"+c.ID+"/sign", m{"kind": "code", "text_hash": c.Last.Text("agreements.0.text_hash"), "code": town.LastMessage(c, "signing_code")}).Is(200)
		su.Sees(c)
		su.Does(c, "record-needs", m{"party_id": c.Respondent, "contact": "any", "channel": "email", "email": "chen@example.com"}).Is(200)
		chen.Post(path, m{}).Is(201) // another party, elsewhere
	})
	housetest.Each(t, func(t *testing.T, town *housetest.Town) { // three cases, one telephone
		var hands []housetest.Hand
		var paths []string
		for range 3 {
			town.Later(time.Second)
			c, _, lin, _ := toSign(town)
			hands, paths = append(hands, lin), append(paths, "/cases/"+c.ID+"/signing-codes")
		}
		for i, want := range []int{201, 201, 201, 201, 201, 201, 201, 201, 201, 201, 429} {
			if got := hands[i%3].Post(paths[i%3], m{}); got.Status != want {
				t.Errorf("code %d: %d, want %d: %s", i+1, got.Status, want, got.Body)
			}
		}
	})
}

// Whoever owes something cannot unsay what the other side said of it, nor make the mediator's task go away.
func TestG7_TheDebtorDoesNotUnsayTheCreditorsWord(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c, su, lin, chen := toSign(town)
		for _, who := range []m{{"party_id": c.Applicant}, {"party_id": c.Respondent}, {"mediator_id": town.Su.Mediator}, {"seal": true}} {
			who["kind"], who["text_hash"] = "wet_ink", c.Last.Text("agreements.0.text_hash")
			su.Does(c, "sign", who).Is(200)
		}
		promise := c.Last.Text("obligations.0.id")
		says := func(who housetest.Hand, state string) housetest.Answer {
			return who.Post("/cases/"+c.ID+"/record-performance", m{"obligation_id": promise, "state": state, "on": town.Today()})
		}
		says(chen, "in_progress").Is(200)
		says(lin, "partly").Is(200)
		says(chen, "partly").Refuses("said_by_creditor")
		says(chen, "not_due").Refuses("said_already")
		says(chen, "x").Is(422) // no state: that is what is told
		su.Sees(c)
		if got := strings.Join(kinds(c), " "); got != "repair" {
			t.Errorf("tasks %q, want the mediator to look into it", got)
		}
		says(chen, "performed").Is(200)
		says(chen, "in_progress").Refuses("said_already")
		su.Sees(c)
		if got := strings.Join(kinds(c), " "); got != "confirm_performance" {
			t.Errorf("tasks %q, want the mediator to ask", got)
		}
		says(lin, "performed").Is(200)
		says(chen, "partly").Refuses("confirmed")
	})
}
