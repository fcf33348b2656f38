package owner_test

import (
	"os"
	"path/filepath"
	"testing"

	"fengqiao/internal/owner"
)

// Whoever has a folder in which root works can put a link there: what it leads to was not just made, and is given to nobody.
func TestWhatWasThereIsGivenToNobody(t *testing.T) {
	if os.Geteuid() != 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("only root gives files away, and CI is root")
		}
		t.Skip("only root gives files away")
	}
	folder, mine := t.TempDir(), filepath.Join(t.TempDir(), "mine")
	if err := os.WriteFile(mine, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(folder, 54321, 54321); err != nil {
		t.Fatal(err)
	}
	planted := filepath.Join(folder, "planted")
	if err := os.Link(mine, planted); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(planted, os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := owner.Leave(f, planted); err == nil {
		t.Error("a file that is somewhere else too was given away")
	}
	fresh, err := os.CreateTemp(folder, "fresh")
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	if err := owner.Leave(fresh, fresh.Name()); err != nil {
		t.Error(err)
	}
}
