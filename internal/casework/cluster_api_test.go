package casework_test

import (
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

// By the API whoever may handle cases jointly finds them together, and nobody else is told of any.
func TestClustersByTheAPI(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		files := func(kind, phone string) *housetest.Case {
			town.Later(time.Second)
			c := town.As(nil).Files(housetest.M{"category": kind, "respondents": []housetest.M{{"kind": "person", "name": "陈志强", "phone": phone}}})
			su.Sees(c)
			return c
		}
		one, two, alone := files("02", "13700137001"), files("04", "13700137001"), files("02", "13700137002")
		a := su.Get("/clusters").Is(200)
		if a.Text("items.0.why.0") != "respondent" || a.Text("items.0.cases.0.id") != two.ID || a.Text("items.0.cases.1.id") != one.ID || a.Text("items.0.cases.2.id") != "" || a.Text("items.1") != "" {
			t.Errorf("the clusters: %s", a.Body)
		}
		if b := su.Get("/cases/" + one.ID + "/beside").Is(200); b.Text("cluster.cases.0.id") != two.ID || b.Text("cluster.cases.1.id") != "" {
			t.Errorf("beside the one: %s", b.Body)
		}
		if b := su.Get("/cases/" + alone.ID + "/beside").Is(200); b.Holds("cluster") {
			t.Errorf("beside nothing: %s", b.Body)
		}
		for _, other := range []*housetest.Person{town.OtherMediator, town.Wang, town.Court} {
			if got := town.As(other).Get("/clusters").Is(200); got.Holds(one.ID) || got.Holds(two.ID) {
				t.Errorf("%s reads %s", other.Name, got.Body)
			}
			town.As(other).Get("/cases/" + one.ID + "/beside").Is(404)
		}
		if got := town.As(town.County).Get("/clusters").Is(200); got.Holds(one.ID) {
			t.Errorf("the bureau handles none: %s", got.Body)
		}
		town.As(nil).Get("/clusters").Is(401)
		su.Get("/cases/none/beside").Is(404)
	})
}
