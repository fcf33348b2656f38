package db_test

import (
	"context"
	"testing"
	"time"

	"fengqiao/internal/db/dbtest"
)

// Of two programs that scrub at the same moment one is at it, and the other does not stand behind it at its tables: PostgreSQL tries for five
// seconds to give the end of each back while somebody waits for it.
func TestWhoeverScrubsIsNotWaitedFor(t *testing.T) {
	one := dbtest.Only(t, "postgres")
	two, err := opened(t, dbtest.AddressOf(one))
	if err != nil {
		t.Fatal(err)
	}
	pool, err := one.Pool()
	if err != nil {
		t.Fatal(err)
	}
	door, err := pool.BeginTx(t.Context(), nil)
	if err == nil {
		_, err = door.ExecContext(t.Context(), "LOCK TABLE outbox IN SHARE UPDATE EXCLUSIVE MODE")
	}
	if err != nil {
		t.Fatal(err)
	}
	tables := []string{"case_parties", "outbox"}
	first := make(chan error, 1)
	go func() { first <- one.Scrub(t.Context(), tables) }()
	locks := func(which string) (n int) {
		t.Helper()
		err := pool.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE d.datname = current_database() AND "+which).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for end := time.Now().Add(20 * time.Second); locks("NOT granted") == 0 && time.Now().Before(end); {
		time.Sleep(2 * time.Millisecond)
	}
	soon, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := two.Scrub(soon, tables); err != nil || locks("NOT granted") != 1 {
		t.Errorf("while the first stands before a table: %v", err)
	}
	if err := door.Rollback(); err != nil {
		t.Error(err)
	}
	if err := <-first; err != nil || locks("locktype = 'advisory'") != 0 {
		t.Errorf("the first: %v", err)
	}
	if err := two.Scrub(t.Context(), []string{"nothing of this name"}); err == nil {
		t.Error("afterwards nobody scrubs")
	}
}
