package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
	"fengqiao/internal/reads"
)

// unseen lets the town forget all looks, as on another day.
func (a *aviary) unseen() {
	a.t.Helper()
	pool, err := a.Store.Pool()
	if err != nil {
		a.t.Fatal(err)
	}
	if _, err := pool.ExecContext(a.t.Context(), "DELETE FROM case_reads"); err != nil {
		a.t.Fatal(err)
	}
	r := a.App.Reads
	*r = reads.Service{Store: r.Store, Cases: r.Cases, Accounts: r.Accounts, Policy: r.Policy, Log: r.Log}
}

// looks are the kinds of looks since the town forgot all others.
func (a *aviary) looks() (kinds []string) {
	pool, err := a.Store.Pool()
	if err != nil {
		a.t.Fatal(err)
	}
	for _, row := range query(a.t, pool, "SELECT kind FROM case_reads") {
		kinds = append(kinds, row[0])
	}
	return kinds
}

// newWatched is an aviary whose looks can be forgotten.
func newWatched(t *testing.T, s *db.Store) *aviary {
	a := newAviary(t, s)
	if s.Dialect() == "sqlite" {
		pool, err := s.Pool()
		if err == nil {
			_, err = pool.ExecContext(t.Context(), "DROP TRIGGER case_reads_no_delete")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// drawn gives the other chair a dossier to review.
func (a *aviary) drawn() {
	k := maker{a.t, a.Town, map[string]thing{}}
	k.reviewed()
	a.SignInAgain()
	item := k.out["/review/items/"]
	a.named("review/items/:id/files/:file", "review/items/"+item.id+"/files/"+item.part, "review/items/:id", "review/items/"+item.id, "review/items/{id}", "review/items/"+item.id)
}

// people are words by which a case's people are known: those named in it or in a filing that waits, and what one of them complained of.
var people = []string{"陈志强", waits, "听的多是另一方的话", "少林路 9 号"}

// Whatever shows staff the people of a case notes one look, at every address that can be read, for a person of each kind;
// what was refused, or only sends on, notes none.
func TestWhateverShowsPeopleIsNoted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		if s.Dialect() != "sqlite" {
			return // a thousand requests, whose way is the same; what one look writes is tried on both
		}
		a := newWatched(t, s)
		a.drawn()
		api, pages := a.paths()
		shown, none := 0, 0
		for _, who := range []*housetest.Person{a.Su, a.Station, a.County, a.Court, a.Housing, a.Audit, a.OtherChair} {
			hand := a.As(who)
			a.unseen()
			look := func(path string, got housetest.Answer) {
				noted := a.looks()
				if len(noted) > 0 {
					a.unseen()
				}
				shows := slices.ContainsFunc(people, func(text string) bool { return got.Holds(text) && !echoed(got, text) })
				switch {
				case got.Status != http.StatusOK && len(noted) > 0:
					t.Errorf("%s at %s: answered %d, and noted %q", who.Login, path, got.Status, noted)
				case shows && len(noted) != 1:
					t.Errorf("%s at %s: shown people, and noted %q", who.Login, path, noted)
				case shows:
					shown++
				case len(noted) == 0:
					none++
				}
			}
			for _, p := range api {
				look(p, hand.Get(p))
			}
			for _, p := range pages {
				look(p, hand.Page(http.MethodGet, p, nil))
			}
		}
		if shown < 100 || none < 500 {
			t.Errorf("%d answers showed people, %d were no looks: the rest proves little", shown, none)
		}
	})
}

// The screens of complaints and of requests note one look each time that they are drawn: opened, or again with what was wrong. Who is sent
// on after an act was shown nothing.
func TestComplaintsAndRequestsAreLookedAt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		a := newWatched(t, s)
		complaint, request := a.names.Replace("/complaints/:id"), a.names.Replace("/data-requests/:id")
		chair := a.As(a.Zheng)
		for _, one := range []struct {
			method, path string
			form         url.Values
			status       int
			kind         string
		}{
			{"GET", "/complaints", nil, 200, "complaints"},
			{"GET", complaint, nil, 200, "complaints"},
			{"POST", complaint + "/decide", url.Values{"_version": {"1"}}, 409, "complaints"}, // nobody took it up yet
			{"POST", complaint + "/take-up", url.Values{"_version": {"1"}}, 303, ""},
			{"GET", "/data-requests", nil, 200, "requests"},
			{"GET", request, nil, 200, "requests"},
			{"POST", request + "/decide", url.Values{"_version": {"1"}}, 422, "requests"},
		} {
			a.unseen()
			got := chair.Page(one.method, one.path, one.form)
			if noted := strings.Join(a.looks(), " "); got.Status != one.status || noted != one.kind {
				t.Errorf("%s %s: %d, noted %q, expected %d and %q: %.3000s", one.method, one.path, got.Status, noted, one.status, one.kind, got.Body)
			}
		}
	})
}
