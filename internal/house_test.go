package internal

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// floors: a room imports only rooms on a lower floor.
var floors = [][]string{
	{"fault", "owner", "discreet"}, {"ident", "calendar", "money", "codes", "sheet", "alone"}, {"actor", "wording", "clause"}, {"authz", "vault"}, {"db", "rest", "page"},
	{"journal", "files", "search", "backup"}, {"account", "registry", "property", "receipt", "seal", "turn"}, {"casework", "spot"}, {"duty", "appointment", "sso", "reads", "tally", "training", "scheme", "anomaly"}, {"rollup", "review", "grade", "holding"},
	{"conduct", "privacy", "opinion", "fieldwork", "filing", "ledger", "counter", "desk", "bureau", "workshop", "paper", "report", "housing", "hotspot", "referrer", "returns", "retention", "disposal", "subsidy", "notify"}, {"exchange", "enrolment", "payment"},
	{"demo"}, {"app"}, {"housetest"}, {"bench"}, {"torture"},
}

// doors: who may touch the outside world. A name ending in .go is a file of any room, any other a whole room.
var doors = map[string][]string{
	"github.com/labstack/echo/v4":         {"rest", "page", "app"},
	"github.com/danielgtaylor/huma/v2":    {"rest", "page", "app"},
	"gorm.io/":                            {"db", "store"},
	"github.com/casbin/casbin/v2":         {"authz"},
	"fengqiao/internal/rest":              {"app", "housetest", "api"},
	"fengqiao/internal/page":              {"app", "housetest", "pages"},
	"github.com/prometheus/client_golang": {"rest", "app"},
	"github.com/coreos/go-oidc":           {"sso"},
	"golang.org/x/oauth2":                 {"sso"},
}

func TestTheHouseStands(t *testing.T) {
	for _, breach := range inspect(t, ".") {
		t.Error(breach)
	}
}

// Each kind of breach is planted once, and must be seen.
func TestABreachIsSeen(t *testing.T) {
	for planted, want := range map[string]string{
		"ident/x.go\npackage ident\nimport _ \"fengqiao/internal/db\"":            "ident/x.go: floor 1 imports db of floor 4",
		"registry/x.go\npackage registry\nimport _ \"fengqiao/internal/account\"": "registry/x.go: floor 6 imports account of floor 6",
		"casework/x.go\npackage casework\nimport _ \"gorm.io/gorm\"":              "casework/x.go: may not touch gorm.io/gorm",
		"casework/x.go\npackage casework\nimport _ \"fengqiao/internal/rest\"":    "casework/x.go: may not touch fengqiao/internal/rest",
		"report/x.go\npackage report\nimport _ \"github.com/labstack/echo/v4\"":   "report/x.go: may not touch github.com/labstack/echo/v4",
		"report/x.go\npackage report\nimport _ \"github.com/casbin/casbin/v2\"":   "report/x.go: may not touch github.com/casbin/casbin/v2",
		"db/x.go\npackage db\nimport \"time\"\nvar _ = time.Now":                  "db/x.go: asks for the time itself",
		"db/x.go\npackage db\nimport t \"time\"\nvar _ = t.Now":                   "db/x.go: asks for the time itself",
		"attic/x.go\npackage attic":                                               "attic/x.go: room attic stands on no floor",
	} {
		name, source, _ := strings.Cut(planted, "\n")
		if got := breaches(t, name, source); !slices.Contains(got, want) {
			t.Errorf("%s: saw %q, want %q", name, got, want)
		}
	}
}

func inspect(t *testing.T, root string) (out []string) {
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(p, ".go") && !strings.HasSuffix(p, "_test.go") && strings.Contains(p, "/") {
			out = append(out, breaches(t, p, nil)...)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func breaches(t *testing.T, name string, source any) (out []string) {
	file, err := parser.ParseFile(token.NewFileSet(), name, source, 0)
	if err != nil {
		t.Fatal(err)
	}
	room, _, _ := strings.Cut(name, "/")
	floor := floorOf(room)
	if floor < 0 {
		return []string{name + ": room " + room + " stands on no floor"}
	}
	clock := "time"
	for _, spec := range file.Imports {
		p := strings.Trim(spec.Path.Value, `"`)
		if p == "time" && spec.Name != nil {
			clock = spec.Name.Name
		}
		if other, ok := strings.CutPrefix(p, "fengqiao/internal/"); ok {
			other, _, _ = strings.Cut(other, "/")
			if f := floorOf(other); other != room && f >= floor {
				out = append(out, name+": floor "+string(rune('0'+floor))+" imports "+other+" of floor "+string(rune('0'+f)))
			}
		}
		if !mayTouch(p, room, path.Base(name)) {
			out = append(out, name+": may not touch "+p)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Now" {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == clock && room != "bench" { // whose trade is the clock
				out = append(out, name+": asks for the time itself")
			}
		}
		return true
	})
	return out
}

func floorOf(room string) int {
	return slices.IndexFunc(floors, func(rooms []string) bool { return slices.Contains(rooms, room) })
}

// mayTouch: a door is open to a whole room, or to files called by that name ("store", "store_list.go").
func mayTouch(p, room, file string) bool {
	stem, _, _ := strings.Cut(strings.TrimSuffix(file, ".go"), "_")
	for door, keys := range doors {
		if strings.HasPrefix(p, door) && room != strings.TrimPrefix(door, "fengqiao/internal/") {
			return slices.Contains(keys, room) || slices.Contains(keys, stem)
		}
	}
	return true
}
