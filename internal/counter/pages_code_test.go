package counter_test

import (
	"testing"

	"fengqiao/internal/housetest"
)

// Whoever is written to by e-mail gets the code for signing there, and is told to look there.
func TestThePageSaysWhereTheCodeForSigningWent(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		k := invited(t, d)
		k.met(t, d)
		su := d.As(d.Su)
		su.Sees(k.Case)
		su.Does(k.Case, "record-needs", housetest.M{"party_id": k.Respondent, "email": "chenzhiqiang@example.org", "channel": "email", "contact": "any"}).Is(200)
		su.Does(k.Case, "fix-agreement", k.Terms()).Is(200)
		k.chen.Opens(k.home()+"/sign").Says().Is(200, k.home()+"/sign/code").Reads("@example.org，10 分钟内有效").ReadsNot("chenzhiqiang", "短信")
		k.lin.Opens(k.home()+"/sign").Says().Is(200, k.home()+"/sign/code").Reads("138****8000")
	})
}
