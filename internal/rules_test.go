package internal

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/codes"
)

var update = flag.Bool("update", false, "write golden files")

// later are the rules that the product does not keep yet, and what keeping them waits for. One that is kept must not
// stand here.
var later = map[string]string{
	"P6": "another cipher comes with trust",
	"P7": "comes with trust",
}

// elsewhere are tests of rules whose names say something else: they walk pages in a browser.
var elsewhere = map[string]string{"X3": "web/e2e", "X5": "web/e2e", "X6": "web/e2e"}

// docs/rules.md lists every rule with the code that keeps it and the tests that would notice: it is made from the code,
// and a rule without either fails here.
func TestEveryRuleHasItsPlaceAndItsTest(t *testing.T) {
	places, tests := mentions(t)
	var b strings.Builder
	b.WriteString("# Rules\n\nMade from the code; `make golden` writes it anew. Where a rule is kept are the files that name it; its tests carry its id.\n\n" +
		"BLOCK refuses · WARN lets pass and records · TIMER runs a period · COMPUTE derives · RECORD captures · UI always or never offers.\n\n" +
		"| Id | Rule | Kept by | Source | Where | Tests |\n|---|---|---|---|---|---|\n")
	for _, r := range codes.Rules {
		where, tested := places[r.ID], tests[r.ID]
		if len(tested) == 0 && elsewhere[r.ID] != "" {
			tested = []string{elsewhere[r.ID]}
		}
		why, waits := later[r.ID]
		switch kept := len(where) > 0 && len(tested) > 0; {
		case kept && waits:
			t.Errorf("%s is kept (%v, %v) and said to wait", r.ID, where, tested)
		case !kept && !waits && elsewhere[r.ID] == "":
			t.Errorf("%s: places %v, tests %v", r.ID, where, tested)
		case waits:
			where, tested = []string{"not yet: " + why}, nil
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", r.ID, r.Says, r.Keeps, r.Source, strings.Join(where, ", "), strings.Join(tested, ", "))
	}
	if *update {
		if err := os.WriteFile("../docs/rules.md", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile("../docs/rules.md"); err != nil || string(want) != b.String() {
		t.Errorf("docs/rules.md is not what the code says (%v); run make golden and read the difference", err)
	}
}

var (
	ruleID   = regexp.MustCompile(`\b([OAMGRPXWC]\d{1,2}b?)\b`)
	testName = regexp.MustCompile(`(?m)^func (Test((?:[OAMGRPXWC]\d{1,2}b?_)+)\w*)\(`)
)

// mentions finds for each rule the files that name it and the tests that carry its id.
func mentions(t *testing.T) (places, tests map[string][]string) {
	places, tests = map[string][]string{}, map[string][]string{}
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(p, ".go") || p == "rules_test.go" || p == "codes/rules.go" {
			return err
		}
		text, err := os.ReadFile(p)
		if strings.HasSuffix(p, "_test.go") {
			for _, m := range testName.FindAllStringSubmatch(string(text), -1) {
				for id := range strings.SplitSeq(strings.Trim(m[2], "_"), "_") {
					tests[id] = append(tests[id], "`"+m[1]+"`")
				}
			}
			return err
		}
		for _, id := range ruleID.FindAllString(string(text), -1) {
			if place := "`" + filepath.ToSlash(p) + "`"; !slices.Contains(places[id], place) {
				places[id] = append(places[id], place)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return places, tests
}
