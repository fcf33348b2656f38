package review_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/migrations"
)

const numberOfLin = "11010519491231002X"

// drawn is a case with a file whose dossier the other chair reviews, and where they do.
func drawn(town *housetest.Town) (c *housetest.Case, file, item string) {
	su, c := town.As(town.Su), town.As(nil).Files()
	su.Performed(c, town.Su)
	file = su.SendAny(http.MethodPost, "/cases/"+c.ID+"/attachments", housetest.File{Name: "a.png", Content: housetest.Pixel}).Is(http.StatusCreated).Text("id")
	su.Sees(c)
	su.Does(c, "close", nil).Is(http.StatusOK)
	county := town.As(town.County)
	made := county.Post("/review/rounds", round(town, m{"rate_rest": 100})).Is(http.StatusCreated)
	path := "/review/rounds/" + made.Text("id")
	named := at(county, made).Post(path+"/reviewers", m{"logins": []string{town.OtherChair.Login}}).Is(http.StatusOK)
	town.Later(24 * time.Hour)
	at(town.Again(town.County), named).Post(path+"/draw", nil).Is(http.StatusOK)
	return c, file, "/review/items/" + town.Again(town.OtherChair).Get("/review/items").Is(http.StatusOK).Text("items.0.id")
}

// Openings of reviews from before they were noted as looks come among the looks of their case with the step that copies them: one a
// reviewer and day, from the office that they held, and what was noted since is not doubled.
func TestReviewsFromBeforeAreToldOf(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c, file, item := drawn(town)
		pool, err := town.Store.Pool()
		if err != nil {
			t.Fatal(err)
		}
		does := func(statement string) {
			t.Helper()
			if _, err := pool.ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		told := func() (out []string) {
			for _, i := range town.Party(c, c.Code).Get("/cases/" + c.ID + "/reads").Is(http.StatusOK).Value("items").([]any) {
				if one := i.(map[string]any); one["kind"] == "review" {
					out = append(out, fmt.Sprint(one["role"], " ", one["office"], " ", one["name"]))
				}
			}
			return out
		}
		text, err := migrations.FS.ReadFile(town.Store.Dialect() + "/00061_reviews_looked.sql")
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // twice on one day
			town.As(town.OtherChair).Get(item).Is(http.StatusOK)
		}
		town.Later(24 * time.Hour)
		town.Again(town.OtherChair).Page("GET", item+"/files/"+file, nil).Is(http.StatusOK)
		if town.Store.Dialect() == "sqlite" {
			does("DROP TRIGGER case_reads_no_delete")
		}
		does("DELETE FROM case_reads") // as it was before
		if got := told(); len(got) != 0 {
			t.Fatalf("before the step: %q", got)
		}
		for range 2 { // a look that stands there stays one
			does(string(text))
			if got := told(); len(got) != 2 || got[0] != "chair "+town.Other.Name+" " || got[1] != got[0] {
				t.Errorf("after the step: %q", got)
			}
		}
	})
}

// Whoever opens a dossier to review it looked at the case: the audit administrator is told by name, the party from which office and not
// who, and no identity number is shown whole.
func TestAReviewIsALookAtTheCase(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c, file, item := drawn(town)
		chair, audit := town.As(town.OtherChair), town.Again(town.Audit)
		looks := func(h housetest.Hand, path string) (out []string) {
			for _, i := range h.Get(path).Is(http.StatusOK).Value("items").([]any) {
				one := i.(map[string]any)
				if name := one["name"].(string); one["kind"] == "review" && one["role"] == "chair" && one["office"] == town.Other.Name {
					out = append(out, name)
				}
			}
			return out
		}
		if got := looks(audit, "/reads"); len(got) != 0 {
			t.Errorf("before it was opened: %q", got)
		}
		for _, page := range []string{item, item + "/papers/f9", item + "/papers/f13", item + "/files/" + file, item + "/papers"} {
			if got := chair.Page("GET", page, nil).Is(http.StatusOK); got.Holds(numberOfLin) {
				t.Errorf("%s shows a number whole", page)
			}
			if got := strings.Join(looks(audit, "/reads"), " "); got != town.OtherChair.Name {
				t.Fatalf("after %s: %q", page, got)
			}
		}
		if got := chair.Get(item).Is(http.StatusOK); got.Holds(numberOfLin) {
			t.Errorf("the API shows a number whole: %s", got.Body)
		}
		if got := looks(town.Party(c, c.Code), "/cases/"+c.ID+"/reads"); len(got) != 1 || got[0] != "" {
			t.Errorf("the party is told %q", got)
		}
		if got := town.Party(c, c.Code).Page("GET", "/mine/"+c.ID+"/reads", nil).Is(http.StatusOK); !got.Holds("评查") || got.Holds(town.OtherChair.Name) {
			t.Errorf("on the party's page: %s", got.Body)
		}
		// Who comes to a post in the committee that leads the case while they review it goes on reviewing it: its numbers stay masked.
		if err := town.Store.Do(t.Context(), actor.System, town.Home.CountyCode, func(tx *db.Tx) error {
			_, err := town.App.Accounts.GivePost(tx, account.Post{Person: town.OtherChair.ID, Role: actor.Chair, Committee: town.Home.ID})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		chair = town.Again(town.OtherChair)
		for _, page := range []string{item, item + "/papers/f13"} {
			if got := chair.Page("GET", page, nil).Is(http.StatusOK); got.Holds(numberOfLin) {
				t.Errorf("%s shows a number whole to a reviewer who came to the committee", page)
			}
		}
		if got := chair.Get("/cases/" + c.ID + "/papers/f13").Is(http.StatusOK); !got.Holds(numberOfLin) {
			t.Errorf("the committee's chair prints no number: the rest proves nothing: %s", got.Body)
		}
	})
}
