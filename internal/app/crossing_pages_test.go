package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
)

var oneTime = regexp.MustCompile(`name="_(?:key|mine)" value="[^"]*"|[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

// The pages of cases, crossed with everybody of the town like the API: a page out of reach is the page of a case that
// does not exist, but for the one-time keys of forms and the id that was asked for.
func TestEveryPageWithEveryRole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		town := housetest.New(t, s)
		c := town.As(town.Lin).Files()
		su := town.As(town.Su)
		su.Met(c, town.Su)
		b := addsBelow(town, su, c)
		missing := strings.Replace(c.ID, c.ID[:8], "00000000", 1)
		for _, route := range town.App.Site.Routes() {
			if !strings.Contains(route.Path, "/:id") {
				continue
			}
			for _, who := range everybody(town) {
				want := who.of(t, town.App.Policy, route.Action)
				if want == inside && who.who == town.Lin && route.Method == http.MethodPost {
					continue // a party's own acts carry no version: this one would move the case
				}
				send := func(id string) housetest.Answer {
					path := strings.Replace(b.in(route.Path), ":id", id, 1)
					return town.As(who.who).Page(route.Method, path, url.Values{"_version": {"999"}, "_key": {"k"}})
				}
				got, none := send(c.ID), send(missing)
				town.Later(time.Second)
				reads := who.of(t, town.App.Policy, "case.read") == inside
				if !shown(want, who, reads, got, none) {
					t.Errorf("%s %s as %s: %d (missing: %d), want %s", route.Method, route.Path, who.name(), got.Status, none.Status,
						[]string{"refused", "outside", "inside"}[want])
				}
			}
		}
	})
}

// shown tells whether an answer is what is wanted. Whoever may read the case knows that it exists: a form that is not
// theirs may say so, and does nothing.
func shown(want expects, who stranger, reads bool, got, none housetest.Answer) bool {
	toEnter := got.Status == http.StatusSeeOther && (strings.HasPrefix(got.Header.Get("Location"), "/sign-in") || got.Header.Get("Location") == "/follow")
	switch want {
	case refused:
		return who.who == nil && toEnter || got.Status == http.StatusForbidden
	case outside:
		if reads {
			return got.Status >= http.StatusBadRequest && got.Status < http.StatusInternalServerError
		}
		same := oneTime.ReplaceAllString(string(got.Body), "") == oneTime.ReplaceAllString(string(none.Body), "")
		return got.Status == http.StatusNotFound && none.Status == http.StatusNotFound && same
	case inside:
		return !toEnter && none.Status == http.StatusNotFound
	}
	return false
}
