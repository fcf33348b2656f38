package app_test

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

// Other sites cannot act (T14): every route that changes something, asked by a browser on another site's behalf with
// somebody's session, is refused, and not one row is different afterwards.
func TestT14_OtherSitesCannotAct(t *testing.T) {
	town := one(t)
	c := town.As(town.Lin).Files()
	town.As(town.Su).Hosted(c, town.Su)
	before := rowsOf(t, town)
	lies := map[string][2]string{"another site": {"Sec-Fetch-Site", "cross-site"}, "another host of ours": {"Sec-Fetch-Site", "same-site"},
		"an old browser": {"Origin", "https://evil.example"}, "a sandbox": {"Origin", "null"}, "a phone that says nothing": {"Sec-Fetch-Site", ""}}
	asked := 0
	for how, lie := range lies {
		for _, r := range town.App.API.Routes() {
			if safe(r.Method) {
				continue
			}
			path := strings.TrimPrefix(placed(r.Path, c.ID), "/api/v1")
			if lie[1] == "" { // of the program interface, which no cookie opens, any program may say nothing
				continue
			}
			asked++
			if a := town.As(town.Su).With(lie[0], lie[1]).Send(r.Method, path, m{}); a.Status != http.StatusForbidden {
				t.Errorf("%s, %s %s: %d", how, r.Method, r.Path, a.Status)
			}
			if r.Method == http.MethodDelete { // which has no body
				continue
			}
			if a := town.As(town.Su).With("Content-Type", "text/plain").Send(r.Method, path, m{}); !slices.Contains([]int{http.StatusUnsupportedMediaType, http.StatusForbidden, http.StatusNotFound}, a.Status) {
				t.Errorf("as plain text, %s %s: %d", r.Method, r.Path, a.Status)
			}
		}
		for _, r := range town.App.Site.Routes() {
			if safe(r.Method) || r.Path == "/preferences" || r.Path == "/leave" { // which keep no more than how a page looks, and let somebody out
				continue
			}
			asked++
			hand := town.As(town.Su).With(lie[0], lie[1])
			if lie[0] == "Origin" {
				hand = hand.With("Sec-Fetch-Site", "")
			}
			if a := hand.Page(r.Method, placed(r.Path, c.ID), url.Values{"_key": {"k"}}); a.Status != http.StatusForbidden {
				t.Errorf("%s, %s %s: %d", how, r.Method, r.Path, a.Status)
			}
		}
	}
	if asked < 400 {
		t.Errorf("only %d were asked", asked)
	}
	if after := rowsOf(t, town); after != before {
		t.Errorf("rows before %s, after %s", before, after)
	}
}

func safe(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// placed puts a case's id wherever a path asks for one.
func placed(path, id string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if strings.HasPrefix(p, ":") || strings.HasPrefix(p, "{") {
			parts[i] = id
		}
	}
	return strings.Join(parts, "/")
}

// rowsOf is how many rows every table has, and a digest of what they say.
func rowsOf(t *testing.T, town *housetest.Town) string {
	t.Helper()
	pool, err := town.Store.Pool()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, row := range query(t, pool, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name") {
		table := row[0]
		rows := query(t, pool, "SELECT * FROM "+table)
		fmt.Fprintf(&b, "%s %d %x\n", table, len(rows), sha256.Sum256(fmt.Append(nil, rows)))
	}
	return b.String()
}
