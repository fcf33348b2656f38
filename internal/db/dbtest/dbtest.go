// Package dbtest gives every test of rows its own fresh, migrated database on each engine, and a clock that stands
// still until the test moves it.
package dbtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Friday is the moment at which every test begins: 2026-03-06 10:00 in Shanghai.
var Friday = time.Date(2026, 3, 6, 2, 0, 0, 0, time.UTC)

// Clock stands still until it is moved. It may be used by many at once.
type Clock struct{ nanos atomic.Int64 }

// NewClock makes a clock that shows Friday.
func NewClock() *Clock {
	c := &Clock{}
	c.Set(Friday)
	return c
}

// Now is what the clock shows.
func (c *Clock) Now() time.Time { return time.Unix(0, c.nanos.Load()).UTC() }

// Set makes the clock show another moment.
func (c *Clock) Set(t time.Time) { c.nanos.Store(t.UnixNano()) }

// Move puts the clock forward, or back when d is negative.
func (c *Clock) Move(d time.Duration) { c.nanos.Add(int64(d)) }

var clocks, addresses sync.Map // *db.Store → *Clock, its address

// ClockOf is the clock of a store that this package opened.
func ClockOf(s *db.Store) *Clock {
	c, ok := clocks.Load(s)
	if !ok {
		panic("dbtest: not a store of this package")
	}
	return c.(*Clock)
}

// AddressOf is the address of the database of a store that this package opened.
func AddressOf(s *db.Store) string {
	url, ok := addresses.Load(s)
	if !ok {
		panic("dbtest: not a store of this package")
	}
	return url.(string)
}

const choice = "FENGQIAO_TEST_DATABASES" // sqlite, postgres or both

// Dialects are the engines that tests run on now: all, unless FENGQIAO_TEST_DATABASES names one.
func Dialects() []string {
	all := []string{"sqlite", "postgres"}
	if one := os.Getenv(choice); slices.Contains(all, one) {
		return []string{one}
	}
	return all
}

// Each runs fn once on every engine, side by side, each time on a database of its own.
func Each(t *testing.T, fn func(t *testing.T, s *db.Store)) {
	t.Helper()
	for _, d := range Dialects() {
		t.Run(d, func(t *testing.T) {
			t.Parallel()
			fn(t, New(t, d))
		})
	}
}

// Only is a database of one engine for what is the same on every one. A run that leaves this engine out passes over the
// test: all tests are run on each engine once, and under the race detector SQLite is twenty times slower.
func Only(t *testing.T, dialect string) *db.Store {
	t.Helper()
	if !slices.Contains(Dialects(), dialect) {
		t.Skipf("this is asked on %s", dialect)
	}
	return New(t, dialect)
}

// furnishing is what a fresh database holds beside its tables, under a name.
var furnishing struct {
	name string
	fill func(context.Context, *db.Store) error
}

// Furnish has every fresh database of this process hold what fill puts into an empty one, instead of every test filling its own. It
// is called before the first test; name tells the filling from others on a server that processes share.
func Furnish(name string, fill func(context.Context, *db.Store) error) {
	furnishing.name, furnishing.fill = name, fill
}

// makeReady migrates a database that others are copied from, and fills it.
func makeReady(ctx context.Context, s *db.Store) error {
	if err := s.Migrate(ctx); err != nil || furnishing.fill == nil {
		return err
	}
	return furnishing.fill(ctx, s)
}

// New opens a fresh migrated database of one engine; it goes away with the test.
func New(t testing.TB, dialect string) *db.Store {
	t.Helper()
	clock, url := NewClock(), URL(t, dialect)
	s, err := open(url, clock)
	if err != nil {
		t.Fatal(err)
	}
	clocks.Store(s, clock)
	addresses.Store(s, url)
	t.Cleanup(func() {
		clocks.Delete(s)
		addresses.Delete(s)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// URL is the address of a fresh migrated database of one engine, for a test of what opens it by itself.
func URL(t testing.TB, dialect string) string {
	t.Helper()
	switch dialect {
	case "sqlite":
		return freshSQLite(t)
	case "postgres":
		return freshPostgres(t)
	}
	t.Fatalf("no such engine: %q", dialect)
	return ""
}

// Bare is the address of a database of one engine that has no table yet; for SQLite of a file that is not there.
func Bare(t testing.TB, dialect string) string {
	t.Helper()
	if dialect == "sqlite" {
		return "sqlite:" + filepath.Join(t.TempDir(), "bare.db")
	}
	url := URL(t, dialect)
	pool, err := sql.Open("pgx", url)
	if err == nil {
		_, err = pool.ExecContext(context.Background(), "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
		err = errors.Join(err, pool.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	return url
}

func open(url string, clock *Clock) (*db.Store, error) {
	return db.Open(db.Options{URL: url, Now: clock.Now, IDs: ident.NewMaker(rand.Reader), Log: slog.New(slog.DiscardHandler), Reach: reach})
}
