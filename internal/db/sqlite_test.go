//go:build !nosqlite

package db_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/fault"
)

// An acknowledged filing survives a power cut only if every connection says so, not just the first.
func TestEverySQLiteConnectionIsSafe(t *testing.T) {
	s := dbtest.New(t, "sqlite")
	mustDo(t, s, lin, func(tx *db.Tx) error { return safe(tx, "write", 0) })
	const readers = 8
	var inside, wg sync.WaitGroup
	inside.Add(readers)
	for i := range readers {
		wg.Go(func() {
			err := s.Read(t.Context(), lin, func(tx *db.Tx) error {
				inside.Done()
				inside.Wait() // all at once, so that each has a connection of its own
				return safe(tx, fmt.Sprint("read ", i), 1)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func safe(tx *db.Tx, which string, queryOnly int64) error {
	for pragma, want := range map[string]any{"journal_mode": "wal", "synchronous": int64(2), "foreign_keys": int64(1),
		"busy_timeout": int64(10000), "recursive_triggers": int64(1), "query_only": queryOnly} {
		var got any
		if err := tx.Rows().Raw("PRAGMA " + pragma).Row().Scan(&got); err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("%s: %s is %v, want %v", which, pragma, got, want)
		}
	}
	return nil
}

func TestAFullDiskIsUnavailable(t *testing.T) {
	s := dbtest.New(t, "sqlite")
	before := letters(t, s)
	err := s.Do(t.Context(), lin, fengze, func(tx *db.Tx) error {
		if err := tx.Rows().Exec("PRAGMA max_page_count = 1").Error; err != nil { // not below what is there already
			return err
		}
		for {
			l := newLetter(tx, strings.Repeat("x", 4000))
			if err := tx.Rows().Create(&l).Error; err != nil {
				return err
			}
		}
	})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("full: %v", err)
	}
	if n := letters(t, s); n != before {
		t.Errorf("%d letters were kept", n-before)
	}
}

// A backup tool or another program may hold the file; the request must not hang on it.
func TestALockHeldByAnotherProgramEndsWithTheRequest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f.db")
	s, err := opened(t, "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	other, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	conn, err := other.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	err = s.Do(ctx, lin, fengze, func(*db.Tx) error { return nil })
	if !fault.Is(err, fault.Unavailable) || time.Since(began) > 5*time.Second {
		t.Errorf("after %v: %v", time.Since(began), err)
	}
	if _, err := conn.ExecContext(t.Context(), "COMMIT"); err != nil {
		t.Fatal(err)
	}
	post(t, s, lin, "a")
}

func TestAnyFileNameServes(t *testing.T) {
	for _, name := range []string{"plain.db", "with space.db", "枫桥.db", "what?.db", "a#b.db", "100%.db", "a&b=c.db", "new/folder/f.db"} {
		path := filepath.Join(t.TempDir(), name)
		s, err := opened(t, "sqlite:"+path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := s.Ready(t.Context()); err == nil {
			t.Errorf("%s: an empty database says that it is ready", name)
		}
		if err := s.Migrate(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := s.Ready(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s: the database is somewhere else: %v", name, err)
		}
	}
}

func TestABadAddressIsSaidAtOnce(t *testing.T) {
	for _, url := range []string{"", "sqlite:", "mysql://x", "var/fengqiao.db"} {
		if _, err := opened(t, url); err == nil || !strings.Contains(err.Error(), "database URL") {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func TestADatabaseThatIsNotThereIsNotReady(t *testing.T) {
	s, err := opened(t, "postgres://nobody@127.0.0.1:1/none?connect_timeout=2")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); err == nil {
		t.Error("ready")
	}
	if err := s.Do(t.Context(), lin, fengze, func(*db.Tx) error { return nil }); !fault.Is(err, fault.Unavailable) {
		t.Error(err)
	}
}
