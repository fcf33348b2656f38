package casework_test

import (
	"net/http"
	"slices"
	"testing"

	"fengqiao/internal/housetest"
)

// inParts is an agreement paid in three instalments.
func inParts(town *housetest.Town, c *housetest.Case) m {
	terms := c.Terms()
	promise := terms["clauses"].([]m)[0]["obligation"].(m)
	delete(promise, "due")
	promise["instalments"] = []m{{"due": town.Today().Plus(10), "amount_fen": 60000}, {"due": town.Today().Plus(40), "amount_fen": 60000}, {"due": town.Today().Plus(70), "amount_fen": 60000}}
	return terms
}

func TestG7_C10_APaymentInParts(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		for what, spoil := range map[string]func(promise m, parts []m){
			"the sum":       func(p m, _ []m) { p["amount_fen"] = 180001 },
			"the order":     func(_ m, parts []m) { parts[1]["due"] = town.Today().Plus(5) },
			"nothing":       func(_ m, parts []m) { parts[2]["amount_fen"] = 0 },
			"no day":        func(_ m, parts []m) { delete(parts[0], "due") },
			"not a payment": func(p m, _ []m) { p["kind"] = "do" },
			"the last day":  func(p m, _ []m) { p["due"] = town.Today().Plus(10) },
		} {
			terms := inParts(town, c)
			promise := terms["clauses"].([]m)[0]["obligation"].(m)
			spoil(promise, promise["instalments"].([]m))
			if a := su.Does(c, "fix-agreement", terms); a.Status != http.StatusUnprocessableEntity || !a.Holds("clauses[0].obligation") {
				t.Errorf("%s: %s", what, a.Body)
			}
		}
		su.Does(c, "fix-agreement", inParts(town, c)).Is(200)
		hash := c.Last.Text("agreements.0.text_hash")
		if c.Last.Text("agreements.0.amount_fen") != "180000" || c.Last.Text("obligations.2.due") != string(town.Today().Plus(70)) {
			t.Fatalf("fixed: %s", c.Last.Text("obligations"))
		}
		su.Does(c, "reopen-agreement", m{"reason": "改一期"}).Is(200)
		other := inParts(town, c) // one day of the middle part is another text
		other["clauses"].([]m)[0]["obligation"].(m)["instalments"].([]m)[1]["due"] = town.Today().Plus(41)
		other["clauses"].([]m)[0]["text"] = c.Terms()["clauses"].([]m)[0]["text"]
		su.Does(c, "fix-agreement", other).Is(200)
		if c.Last.Text("agreements.0.text_hash") == hash {
			t.Error("the hash does not hold the parts")
		}
		for _, who := range []m{{"party_id": c.Applicant}, {"party_id": c.Respondent}, {"mediator_id": town.Su.Mediator}, {"seal": true}} {
			who["kind"], who["text_hash"] = "wet_ink", c.Last.Text("agreements.0.text_hash")
			su.Does(c, "sign", who).Is(200)
		}
		su.Does(c, "record-performance", m{"obligation_id": c.Last.Text("obligations.0.id"), "state": "performed", "on": town.Today(), "confirmed_by": "creditor"}).Is(200)
		su.Does(c, "close", nil).Refuses("rule.G7")
		sweep(t, town, 38, func() housetest.Hand { return town.Again(town.Su) }, c)
		if got := kinds(c); !slices.Equal(got, []string{"remind_obligation"}) || c.Last.Text("tasks.0.subject") != c.Last.Text("obligations.1.id") {
			t.Errorf("the next part: %s", c.Last.Text("tasks"))
		}
		if c.Last.Text("clocks.0.due") != "2026-04-16" || c.Last.Holds("confirmation_window") { // which ended on the 7th
			t.Errorf("clocks %s", c.Last.Text("clocks"))
		}
	})
}
