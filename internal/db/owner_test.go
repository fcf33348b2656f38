//go:build !nosqlite

package db_test

import (
	"crypto/rand"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/ident"
)

// While root works in somebody's SQLite file, whoever has the folder can open all of it: the file, its log and what they share.
func TestASQLiteFileOfRootBelongsToWhoeverHasTheFolder(t *testing.T) {
	if os.Getuid() != 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("CI runs as root, or this is asked nowhere")
		}
		t.Skip("only root may give files away")
	}
	dbtest.Only(t, "sqlite")
	const service = 54321
	dir := t.TempDir()
	if err := os.Chown(dir, service, service); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "new", "fengqiao.db")
	s, err := db.Open(db.Options{URL: "sqlite:" + path, Now: dbtest.NewClock().Now, IDs: ident.NewMaker(rand.Reader), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, one := range []string{filepath.Dir(path), path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(one)
		if err != nil {
			t.Fatal(err)
		}
		if is := info.Sys().(*syscall.Stat_t); is.Uid != service || is.Gid != service {
			t.Errorf("%s belongs to %d:%d", one, is.Uid, is.Gid)
		}
	}
}
