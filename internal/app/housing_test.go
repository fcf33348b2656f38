package app_test

import (
	"strings"
	"testing"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
)

// The housing bureau supervises property; it looks at counts, and never at a case, a paper or a name.
func TestW5_HousingSeesCountsAndNoCase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		a := newAviary(t, s)
		housing := map[string]housetest.Hand{"housing": a.As(a.Housing)}
		for _, told := range []string{"陈志强", kept, a.c.Reference, a.c.ID, a.c.Applicant} {
			for _, where := range a.crawl(told, housing) {
				if !strings.Contains(where, a.c.ID) { // what stands in an address that it asked for itself
					t.Errorf("%s is heard by %s", told, where)
				}
			}
		}
		a.As(a.Housing).Get("/cases/" + a.c.ID).Is(404)
		if got := a.As(a.Housing).Get("/cases").Is(200); len(got.Value("items").([]any)) != 0 {
			t.Errorf("it lists %s", got.Body)
		}
		if !a.heard["/registry/compounds"] && !a.heard["/registry/lookup?area="+string(housetest.Shaolin)] {
			t.Error("it reads nothing at all: the rest proves nothing")
		}
	})
}

// Each bureau has its part: housing counts, justice looks over committees and complaints, a court follows its own referrals.
func TestW5_NoRowOfThePolicyGivesHousingACase(t *testing.T) {
	town := one(t)
	for _, action := range town.App.Policy.Actions() {
		rows, err := town.App.Policy.RowsFor(actor.HousingViewer, action)
		if err != nil {
			t.Fatal(err)
		}
		public, err := town.App.Policy.RowsFor(actor.Anyone, action)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if len(public) == 0 && r.Level != authz.LevelAny && r.View != authz.Counts {
				t.Errorf("housing has %s %s %s", action, r.Level, r.View)
			}
		}
		about := strings.HasPrefix(string(action), "case.") || strings.HasPrefix(string(action), "conduct.") || strings.HasPrefix(string(action), "screening.")
		if about && len(rows) > 0 && len(public) == 0 {
			t.Errorf("housing has %s", action)
		}
	}
}
