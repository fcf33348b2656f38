package casework_test

import (
	"testing"

	"fengqiao/internal/housetest"
)

func TestWhoeverKeepsTheRecordWorksTheCaseAndSignsNothingAsItsMediator(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		su := town.As(town.Su)
		su.Sees(c)
		su.Accepted(c)
		su.Does(c, "assign", m{"host_mediator_id": town.Su.Mediator, "recorder_mediator_id": town.Su.Mediator, "chosen_by": "parties"}).Is(422)
		su.Does(c, "assign", m{"host_mediator_id": town.Su.Mediator, "recorder_mediator_id": town.Hong.Mediator, "chosen_by": "parties"}).Is(200)
		hong := town.As(town.Hong)
		hong.Sees(c)
		hong.Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(200)
		hong.Does(c, "open-session", c.Sitting()).Is(200)
		hong.Does(c, "fix-agreement", c.Terms()).Is(200)
		hash := c.Last.Text("agreements.0.text_hash")
		if a := hong.Does(c, "sign", m{"mediator_id": town.Hong.Mediator, "kind": "wet_ink", "text_hash": hash}); a.Status != 422 || !a.Holds("mediator_id") {
			t.Errorf("the recorder signs as the mediator: %d %s", a.Status, a.Body)
		}
	})
}
