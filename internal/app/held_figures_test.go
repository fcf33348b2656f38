package app_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
)

// floods lays down filings that wait, or were dropped, as many: copies of the one there is.
func (a *aviary) floods(n int) {
	a.t.Helper()
	one, err := ident.ParseID(a.held)
	if err != nil {
		a.t.Fatal(err)
	}
	var ids []ident.ID
	err = a.Store.Do(context.Background(), actor.System, one.County(), func(tx *db.Tx) error {
		for range n {
			ids = append(ids, tx.NewID())
		}
		return nil
	})
	if err != nil {
		a.t.Fatal(err)
	}
	pool, err := a.Store.Pool()
	if err != nil {
		a.t.Fatal(err)
	}
	tx, err := pool.BeginTx(context.Background(), nil)
	if err != nil {
		a.t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	columns := "version, committee_id, area_code, came_at, due_at, bound, urgent, applicant_id, code_hash, filing_sealed, reason"
	for i, id := range ids {
		state := []string{"waiting", "waiting", "waiting", "dropped", "destroyed"}[i%5]
		_, err := tx.ExecContext(context.Background(), "INSERT INTO held_filings (county_code, id, state, "+columns+") SELECT county_code, $1, $2, "+columns+" FROM held_filings WHERE county_code = $3 AND id = $4",
			id, state, one.County(), one)
		if err != nil {
			a.t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		a.t.Fatal(err)
	}
}

var passing = regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:.]+Z|"next_cursor":"[^"]*"|value="[0-9A-Za-z_=-]{20,}"|nonce[^ >]*|\d\d:\d\d(:\d\d)?`)

// figures are what some readers are answered everywhere but at what waits, and at the desk and in the log of looks, which tell of it.
func (a *aviary) figures(as map[string]housetest.Hand) map[string]string {
	out := map[string]string{}
	api, pages := a.paths()
	for who, hand := range as {
		look := func(method string, path string, ask func() housetest.Answer) {
			for _, not := range []string{"held-filings", "/papers/", "/dossier", "/seals", "/reads", "/healthz", "/messages/", "openapi"} {
				if strings.Contains(path, not) {
					return
				}
			}
			if path == "/desk" {
				return
			}
			if got := ask(); got.Status == http.StatusOK {
				out[who+" "+method+" "+path] = passing.ReplaceAllString(string(got.Body), "*")
			}
			a.Later(20 * time.Millisecond)
		}
		for _, p := range api {
			look("api", p, func() housetest.Answer { return hand.Get(p) })
		}
		for _, p := range pages {
			look("page", p, func() housetest.Answer { return hand.Page(http.MethodGet, p, nil) })
		}
	}
	return out
}

// Held filings are no cases: with a thousand of them every list, count, report and export says what it said before, to whoever works
// and supervises. One more case changes many of them: so they are looked at indeed.
func TestAThousandHeldFilingsChangeNoFigure(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		a := newAviary(t, s)
		as := map[string]housetest.Hand{"su": a.As(a.Su), "station": a.As(a.Station), "county": a.As(a.County), "housing": a.As(a.Housing)}
		roll := func() {
			t.Helper()
			if _, err := a.App.Rollup.Roll(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		roll()
		before := a.figures(as)
		same := a.figures(as)
		steady := 0
		for at, body := range before {
			if same[at] != body { // what differs by itself, with nothing done, shows nothing
				delete(before, at)
				t.Logf("differs by itself: %s", at)
				continue
			}
			steady++
		}
		if steady < 300 {
			t.Errorf("only %d answers can be compared", steady)
		}
		a.floods(1000)
		roll()
		after := a.figures(as)
		for at, body := range before {
			if after[at] != body {
				t.Errorf("%s changed", at)
			}
		}
		if got := a.As(a.Su).Get("/held-filings/counts").Is(200); !strings.Contains(string(got.Body), "601") {
			t.Errorf("they are not there: %s", got.Body)
		}
		a.As(nil).Files()
		roll()
		changed := map[string]bool{}
		for at, body := range a.figures(map[string]housetest.Hand{"su": a.As(a.Su), "county": a.As(a.County)}) {
			if was, known := before[at]; known && was != body {
				changed[at] = true
			}
		}
		for _, at := range []string{"su api /cases", "su page /desk/cases", "county api /reports/funnel?area=350503", "county api /cases"} {
			if !changed[at] {
				t.Errorf("one more case does not change %s", at)
			}
		}
		t.Log(fmt.Sprint(steady, " answers compared, ", len(changed), " change with one more case"))
	})
}
