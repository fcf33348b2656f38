package app_test

import (
	"context"
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

// passing is what an answer says of the moment it was asked at, and the one-time keys of its forms.
var passing = regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:.]+Z|"next_cursor":"[^"]*"|<input type="hidden"[^>]*>|\d\d:\d\d(:\d\d)?`)

// untold are the addresses that tell nothing of cases together: what waits itself, the desk that counts it, the log of who looked, one
// case or committee and its forms.
var untold = regexp.MustCompile(`held-filings|/papers|/dossier|/seals|/reads|/messages|openapi|/docs|/desk$|cases/[0-9a-f-]{36}|/mine|committees/|^/file|/new$|/follow|/second-factor|/password|/confirm|/sign-in|/settings`)

// counting are the addresses of lists, counts, reports, searches and exports; a file as a table of text.
func (a *aviary) counting() (api, pages []string) {
	for i, paths := range [][]string{first(a.paths()), second(a.paths())} {
		for _, p := range paths {
			if strings.HasPrefix(p, "/reports/") && strings.HasSuffix(p, "/file") {
				p += "?area=350503&from=2026-01-01&to=2026-12-31&format=csv"
			} else if untold.MatchString(p) {
				continue
			}
			if i == 0 {
				api = append(api, p)
			} else {
				pages = append(pages, p)
			}
		}
	}
	return api, pages
}

func first[T any](one, _ T) T  { return one }
func second[T any](_, two T) T { return two }

// figures are what some readers are answered there.
func (a *aviary) figures(as map[string]housetest.Hand) map[string]string {
	out := map[string]string{}
	api, pages := a.counting()
	for who, hand := range as {
		add := func(path string, got housetest.Answer) {
			if got.Status == http.StatusOK {
				out[who+" "+path] = passing.ReplaceAllString(string(got.Body), "*")
			}
			a.Later(20 * time.Millisecond)
		}
		for _, p := range api {
			add("api "+p, hand.Get(p))
		}
		for _, p := range pages {
			add("page "+p, hand.Page(http.MethodGet, p, nil))
		}
	}
	return out
}

// Held filings are no cases: with a thousand of them every list, count, report, search and export says what it said before, to whoever
// works and supervises. One more case changes many of them: so they are looked at indeed.
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
		if len(before) < 150 {
			t.Errorf("only %d answers can be compared", len(before))
		}
		a.floods(1000)
		roll()
		for at, body := range a.figures(as) {
			if before[at] != body {
				t.Errorf("%s changed", at)
			}
		}
		if got := a.As(a.Su).Get("/held-filings/counts").Is(200); !strings.Contains(string(got.Body), "601") {
			t.Errorf("they are not there: %s", got.Body)
		}
		a.As(nil).Files()
		roll()
		changed := 0
		for at, body := range a.figures(map[string]housetest.Hand{"county": a.As(a.County)}) {
			if before[at] != body {
				changed++
			}
		}
		if changed < 8 {
			t.Errorf("one more case changes only %d answers", changed)
		}
		t.Logf("%d answers compared; %d of the county's change with one more case", len(before), changed)
	})
}
