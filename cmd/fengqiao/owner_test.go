package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"fengqiao/internal/db/dbtest"
)

const service = 54321 // somebody else than the operator

// Where an operator works as root in the data folder of the service's user, the service can read what is left there: whatever a command
// makes or replaces belongs to whoever has the folder.
func TestWhatRootLeavesInTheDataFolderIsTheServices(t *testing.T) {
	if os.Getuid() != 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("CI runs as root, or this is asked nowhere")
		}
		t.Skip("only root may give files away")
	}
	for _, dialect := range dbtest.Dialects() {
		t.Run(dialect, func(t *testing.T) {
			o := newOperator(t)
			data := filepath.Join(t.TempDir(), "data")
			begins(t, data)
			database := "sqlite:" + filepath.Join(data, "fengqiao.db")
			if dialect == "postgres" {
				database = dbtest.Bare(t, dialect)
			}
			t.Setenv("FENGQIAO_DATABASE_URL", database)
			t.Setenv("FENGQIAO_DATA", data)
			must := func(args string) {
				t.Helper()
				if code, out := o.run("", strings.Fields(args)...); code != 0 {
					t.Fatalf("%s: %d %s", args, code, out)
				}
				belongs(t, data, args)
			}
			for _, args := range []string{"migrate", "user add wu --name 吴建国", "keys", "keys add", "keys add --caucus", "keys turn", "keys turn --caucus",
				"seals", "search-words", "receipt-keys", "verify", "backup --keep 3", "backup " + filepath.Join(data, "new", "place")} {
				must(args)
			}
			restoredByRoot(t, o, dialect, data, must)
		})
	}
}

// restoredByRoot puts the backup back into another folder, where only the keys lie.
func restoredByRoot(t *testing.T, o operator, dialect, data string, must func(args string)) {
	t.Helper()
	taken, err := filepath.Glob(filepath.Join(data, "backups", "*.fengqiao-backup"))
	if err != nil || len(taken) != 1 {
		t.Fatal(taken, err)
	}
	must("verify backup " + taken[0])
	other := filepath.Join(t.TempDir(), "other")
	begins(t, other)
	for _, name := range []string{"keys", "caucus-keys", "receipt-keys"} {
		if err := os.Rename(filepath.Join(data, name), filepath.Join(other, name)); err != nil {
			t.Fatal(err)
		}
	}
	database := "sqlite:" + filepath.Join(other, "fengqiao.db")
	if dialect == "postgres" {
		database = dbtest.Bare(t, dialect)
	}
	t.Setenv("FENGQIAO_DATABASE_URL", database)
	t.Setenv("FENGQIAO_DATA", other)
	if code, out := o.run("", "restore", taken[0]); code != 0 {
		t.Fatal(code, out)
	}
	belongs(t, other, "restore")
}

// begins makes a folder of the service's user.
func begins(t *testing.T, folder string) {
	t.Helper()
	for _, err := range []error{os.Mkdir(folder, 0o700), os.Chown(folder, service, service)} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// belongs looks whose everything in a folder is.
func belongs(t *testing.T, folder, after string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if info, err := os.Lstat(path); err != nil || info.Sys().(*syscall.Stat_t).Uid != service || info.Sys().(*syscall.Stat_t).Gid != service {
			t.Errorf("after %s, %s is not the service's (%v)", after, path, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
