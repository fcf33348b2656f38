package db_test

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
)

// opened is another store over a database.
func opened(t *testing.T, url string) (*db.Store, error) {
	t.Helper()
	s, err := db.Open(db.Options{URL: url, Now: dbtest.NewClock().Now, IDs: maker, Log: slog.New(slog.DiscardHandler)})
	if err == nil {
		t.Cleanup(func() { s.Close() })
	}
	return s, err
}

// Programs that begin at the same moment on one PostgreSQL make it ready one after the other.
func TestOneProgramAtATimeMakesTheDatabaseReady(t *testing.T) {
	one := dbtest.Only(t, "postgres")
	two, err := opened(t, dbtest.AddressOf(one))
	if err != nil {
		t.Fatal(err)
	}
	var inside, most atomic.Int64
	var all sync.WaitGroup
	for i := range 6 {
		store := []*db.Store{one, two}[i%2]
		all.Go(func() {
			err := store.Alone(t.Context(), func() error {
				if n := inside.Add(1); n > most.Load() {
					most.Store(n)
				}
				time.Sleep(20 * time.Millisecond)
				inside.Add(-1)
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if most.Load() != 1 {
		t.Errorf("%d at once", most.Load())
	}
}
