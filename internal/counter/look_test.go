package counter_test

import (
	"fmt"
	"net/http"
	"os"
	"testing"

	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
)

// TestLookAtResidentPages serves the pages over a small town to look at, when asked:
// FENGQIAO_LOOK=127.0.0.1:8099 go test -run TestLookAtResidentPages ./internal/counter
func TestLookAtResidentPages(t *testing.T) {
	listen := os.Getenv("FENGQIAO_LOOK")
	if listen == "" {
		t.Skip("only for looking at")
	}
	town := housetest.New(t, dbtest.New(t, "sqlite"))
	d := housetest.OnDoorstep(town)
	for name, k := range gallery(t, d) {
		for who, r := range map[string]*housetest.Reader{"lin": k.lin, "chen": k.chen} {
			for _, c := range r.Cookies() {
				if c.Name == "fengqiao" {
					fmt.Printf("LOOK %s-%s %s %s\n", name, who, k.home(), c.Value)
				}
			}
		}
	}
	if err := http.ListenAndServe(listen, town.App.Handler()); err != nil { //nolint:gosec // for a look on one's own machine
		t.Fatal(err)
	}
}

// gallery are cases as they stand at each step.
func gallery(t *testing.T, d *housetest.Doorstep) map[string]*known {
	out := map[string]*known{"asked": invited(t, d), "refused": invited(t, d), "met": invited(t, d), "pending": invited(t, d), "performing": invited(t, d)}
	su := d.As(d.Su)
	su.Does(out["refused"].Case, "record-consent", housetest.M{"party_id": out["refused"].Respondent, "consent": "refused", "channel": "phone"}).Is(200)
	for _, name := range []string{"met", "pending", "performing"} {
		out[name].met(t, d)
	}
	out["met"].lin.Opens(out["met"].home()+"/attach").Uploads("天花板.png", pixel, "kind", "2", "shared", "yes")
	for _, name := range []string{"pending", "performing"} {
		k := out[name]
		su.Does(k.Case, "fix-agreement", k.Terms()).Is(200)
		if name == "pending" {
			continue
		}
		hash := k.Last.Text("agreements.0.text_hash")
		for _, who := range []housetest.M{{"party_id": k.Applicant}, {"party_id": k.Respondent}, {"mediator_id": d.Su.Mediator}, {"seal": true}} {
			who["kind"], who["text_hash"] = "wet_ink", hash
			su.Does(k.Case, "sign", who).Is(200)
		}
	}
	return out
}
