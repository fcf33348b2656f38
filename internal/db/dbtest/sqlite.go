package dbtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// sqliteTemplate is a migrated database file, made once in a process; every test gets a copy.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "fengqiao-sqlite-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.db")
	s, err := open("sqlite:"+path, NewClock())
	if err != nil {
		return nil, err
	}
	if err := makeReady(context.Background(), s); err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil { // closing moves the write-ahead log into the file
		return nil, err
	}
	return os.ReadFile(path)
})

func freshSQLite(t testing.TB) string {
	t.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatal(fmt.Errorf("SQLite template: %w", err))
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + path
}
