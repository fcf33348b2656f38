package app_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
	"fengqiao/policies"
)

var update = flag.Bool("update", false, "write golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s is not what the program has; run make golden and read the difference\n%s", path, firstDifference(string(want), got))
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		switch {
		case i >= len(w):
			return "+ " + g[i]
		case i >= len(g):
			return "- " + w[i]
		case w[i] != g[i]:
			return "- " + w[i] + "\n+ " + g[i]
		}
	}
	return ""
}

// one gives a town on SQLite: for what is the same on every database.
func one(t *testing.T) *housetest.Town {
	t.Helper()
	return housetest.New(t, dbtest.Only(t, "sqlite"))
}

// Every address of the program, with the action that its caller must have.
func TestRoutes(t *testing.T) {
	town := one(t)
	var lines []string
	for _, r := range town.App.API.Routes() {
		lines = append(lines, fmt.Sprintf("%-7s%-62s%s", r.Method, r.Path, r.Action))
	}
	for _, r := range town.App.Site.Routes() {
		line := fmt.Sprintf("%-7s%-62s%s", r.Method, r.Path, r.Action)
		if r.AsFile != "" {
			line += ", as a file " + string(r.AsFile)
		}
		lines = append(lines, line)
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[7:]+a[:7], b[7:]+b[:7]) })
	golden(t, "routes.golden", strings.Join(lines, "\n")+"\n")
}

// Who may do what, how far, and with what view.
func TestPolicyMatrix(t *testing.T) {
	p, err := authz.Load(policies.Model, policies.Policy)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, action := range p.Actions() {
		fmt.Fprintf(&b, "%s", action)
		if p.StepsUp(action) {
			fmt.Fprint(&b, " (confirmed within a quarter of an hour)")
		}
		fmt.Fprintln(&b)
		for _, role := range p.Roles() {
			rows, err := p.RowsFor(role, action)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				fmt.Fprintf(&b, "    %-18s %-10s %s\n", r.Role, r.Level, r.View)
			}
		}
	}
	golden(t, "policy.golden", b.String())
}

// inner are the actions that a route asks for beside its own: how far what it compares with may reach.
var inner = map[authz.Action]authz.Action{"settled.read": "case.similar"}

// An action that no route asks for is a promise nobody keeps.
func TestEveryActionHasARoute(t *testing.T) {
	town := one(t)
	used := map[authz.Action]bool{}
	for _, r := range town.App.API.Routes() {
		used[r.Action] = true
	}
	for _, r := range town.App.Site.Routes() {
		used[r.Action], used[r.AsFile] = true, true
	}
	for _, a := range town.App.Policy.Actions() {
		if !used[a] && !used[inner[a]] {
			t.Errorf("no route asks for %s", a)
		}
	}
}

func TestOpenAPI(t *testing.T) {
	town := one(t)
	w := httptest.NewRecorder()
	town.App.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/v1/openapi.json", nil))
	if w.Code != http.StatusOK {
		t.Fatal(w.Code)
	}
	var doc any
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(doc, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "openapi.golden.json", string(text)+"\n")
}

func TestSchema(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		tables := schemaOf(t, s)
		var b strings.Builder
		for _, name := range sortedKeys(tables) {
			tb := tables[name]
			fmt.Fprintf(&b, "%s\n    key %s\n", name, strings.Join(tb.key, ", "))
			for _, c := range sortedKeys(tb.columns) {
				fmt.Fprintf(&b, "    %-24s %s\n", c, tb.columns[c])
			}
			for _, u := range tb.unique {
				fmt.Fprintf(&b, "    unique %s\n", strings.Join(u, ", "))
			}
			for _, f := range tb.foreign {
				fmt.Fprintf(&b, "    %s -> %s (%s)\n", strings.Join(f.from, ", "), f.table, strings.Join(f.to, ", "))
			}
		}
		golden(t, "schema."+s.Dialect()+".golden", b.String())
	})
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

var ctx = context.Background()
