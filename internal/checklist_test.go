package internal

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	named  = regexp.MustCompile("`((?:internal|policies|docs|migrations|cmd|web)/[^`*]+)`")
	proofs = regexp.MustCompile("`(Test[A-Za-z0-9_]+)`")
)

// Every file and test that docs/security.md names for a requirement is there.
func TestTheChecklistNamesWhatThereIs(t *testing.T) {
	text, err := os.ReadFile("../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	_, list, found := strings.Cut(string(text), "## Where each requirement is kept")
	tests := allTests(t)
	rows := 0
	for _, row := range strings.Split(list, "\n") {
		if !strings.HasPrefix(row, "| ") || strings.HasPrefix(row, "| |") {
			continue
		}
		rows++
		for _, m := range named.FindAllStringSubmatch(row, -1) {
			if _, err := os.Stat(filepath.Join("..", m[1])); err != nil {
				t.Errorf("there is no %s: %s", m[1], row)
			}
		}
		for _, m := range proofs.FindAllStringSubmatch(row, -1) {
			if !strings.Contains(tests, "func "+m[1]+"(") {
				t.Errorf("there is no test %s: %s", m[1], row)
			}
		}
	}
	if !found || rows < 40 {
		t.Errorf("the list has %d rows", rows)
	}
}

// allTests is the text of all tests.
func allTests(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	for _, root := range []string{".", "../cmd"} {
		err := filepath.WalkDir(root, func(p string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(p, "_test.go") {
				return err
			}
			b, err := os.ReadFile(p)
			out.Write(b)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}
