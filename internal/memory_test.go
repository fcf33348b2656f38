package internal

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever a program keeps in its memory another program over the same database does not know of. So every file that keeps anything
// there, by what it needs for it, is named in ADR 40 with what it is, and whether another program's change is seen.
func TestWhatIsKeptInMemoryIsWrittenDown(t *testing.T) {
	text, err := os.ReadFile("../docs/adr/0040-several-programs.md")
	if err != nil {
		t.Fatal(err)
	}
	written := string(text)
	err = filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		room, _, _ := strings.Cut(p, "/")
		if err != nil || d.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") || strings.HasPrefix(p, "db/dbtest/") || room == "housetest" || room == "bench" || room == "demo" {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), p, nil, 0)
		if err == nil && remembers(file) && !strings.Contains(written, "`internal/"+p+"`") {
			t.Errorf("internal/%s keeps something in memory and is not named in ADR 40", p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// remembers tells whether a file uses what is needed to keep something between two requests.
func remembers(file *ast.File) (found bool) {
	ast.Inspect(file, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		of, _ := s.X.(*ast.Ident)
		switch {
		case of != nil && of.Name == "sync" && s.Sel.Name != "WaitGroup", of != nil && of.Name == "atomic", of != nil && of.Name == "singleflight", s.Sel.Name == "Recall" && of != nil && of.Name == "db":
			found = true
		}
		return true
	})
	return found
}

func TestAnUnwrittenMemoryIsSeen(t *testing.T) {
	for source, want := range map[string]bool{
		"package x\nimport \"sync\"\ntype s struct { mu sync.Mutex; known map[string]bool }": true,
		"package x\nimport \"sync\"\nvar one = sync.OnceValue(func() int { return 1 })":      true,
		"package x\nimport \"sync/atomic\"\nvar n atomic.Int64":                              true,
		"package x\nvar a, _ = db.Recall[int](nil, 1)":                                       true,
		"package x\nimport \"sync\"\nfunc f() { var all sync.WaitGroup; all.Wait() }":        false,
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "x.go", source, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := remembers(file); got != want {
			t.Errorf("%q: %v", source, got)
		}
	}
}
