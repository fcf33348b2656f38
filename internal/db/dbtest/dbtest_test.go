package dbtest_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/db/dbtest/cluster"
)

func TestEachGivesEveryEngineAFreshMigratedDatabase(t *testing.T) {
	for range 2 { // the second time sees nothing of the first
		dbtest.Each(t, func(t *testing.T, s *db.Store) {
			if err := s.Ready(t.Context()); err != nil {
				t.Fatal(err)
			}
			err := s.Do(t.Context(), actor.System, "350503", func(tx *db.Tx) error {
				return tx.Register("login", "lin", tx.NewID())
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestClockStandsStillUntilMoved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		if s.Now().In(time.FixedZone("", 8*3600)).Format("Mon 2006-01-02 15:04") != "Fri 2026-03-06 10:00" {
			t.Errorf("a test begins at %v", s.Now())
		}
		dbtest.ClockOf(s).Move(25 * time.Hour)
		if got := s.Now(); !got.Equal(dbtest.Friday.Add(25 * time.Hour)) {
			t.Errorf("moved to %v", got)
		}
	})
}

func TestChineseHasLettersInPostgreSQL(t *testing.T) {
	if os.Getenv("FENGQIAO_TEST_DATABASES") == "sqlite" {
		t.Skip("PostgreSQL is not asked for")
	}
	pool, err := dbtest.New(t, "postgres").Pool()
	if err != nil {
		t.Fatal(err)
	}
	var ok bool
	if err := pool.QueryRowContext(t.Context(), `SELECT '林' ~ '\w'`).Scan(&ok); err != nil || !ok {
		t.Errorf("letters: %v %v", ok, err)
	}
}

func TestTheServerOutlivesTheGarbageCollector(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		for range 5 {
			runtime.GC()
			time.Sleep(10 * time.Millisecond)
		}
		dbtest.New(t, s.Dialect())
	})
}

// A test process that dies in the middle leaves no server and no folder behind.
func TestNoServerOutlivesItsProcess(t *testing.T) {
	if os.Getenv("DBTEST_PLANTED") == "panic" {
		address, err := cluster.Start(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		_, dir, _ := strings.Cut(address, "host=")
		println("DIR=" + dir + "=")
		panic("planted")
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=TestNoServerOutlivesItsProcess")
	cmd.Env = append(os.Environ(), "DBTEST_PLANTED=panic")
	out, _ := cmd.CombinedOutput()
	_, rest, found := strings.Cut(string(out), "DIR=")
	dir, _, _ := strings.Cut(rest, "=")
	if strings.Contains(string(out), cluster.ErrNone.Error()) && os.Getenv("CI") != "true" {
		t.Skip(cluster.ErrNone)
	}
	if !found {
		t.Fatalf("no server started:\n%s", out)
	}
	for range 100 {
		if _, err := os.Stat(dir); os.IsNotExist(err) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("%s is still there", dir)
}

// What one test did to a database the next one does not see, whichever it gets: rows are gone, and one whose schema, rights or filling
// was touched is not used again.
func TestNothingIsLeftOfATestBefore(t *testing.T) {
	if os.Getenv("FENGQIAO_TEST_DATABASES") == "sqlite" {
		t.Skip("PostgreSQL is not asked for")
	}
	for _, did := range []string{
		"INSERT INTO directory (kind, key, county_code, id) VALUES ('login', 'left', '350503', gen_random_uuid())",
		"CREATE TABLE left_over (n integer)",
		"DROP INDEX directory_by_id",
		"ALTER TABLE directory ADD COLUMN left_over integer",
		"ALTER TABLE directory DISABLE TRIGGER ALL",
		"GRANT SELECT ON directory TO PUBLIC",
		"INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)",
		"UPDATE goose_db_version SET is_applied = false",
		"DROP SCHEMA public CASCADE; CREATE SCHEMA public",
		"SELECT set_config('work_mem', '1MB', false)",
		"SELECT pg_advisory_lock(7)",
		"CREATE TEMP TABLE left_over (n integer)",
		"DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || quote_ident(current_database()) || ' SET work_mem = ''1MB'''; END $$",
	} {
		t.Run(did, func(t *testing.T) {
			var before, after string
			t.Run("first", func(t *testing.T) {
				before = photograph(t, dbtest.New(t, "postgres"))
			})
			said := &hearer{}
			t.Run("second", func(t *testing.T) {
				said.TB = t
				pool, err := dbtest.New(said, "postgres").Pool()
				if err != nil {
					t.Fatal(err)
				}
				if _, err := pool.ExecContext(t.Context(), did); err != nil {
					t.Fatal(err)
				}
			})
			if locks := strings.Contains(did, "advisory_lock"); locks != strings.Contains(said.what, "the advisory lock 7") || locks != (said.what != "") {
				t.Errorf("of what it left behind the test is told %q", said.what)
			}
			t.Run("third", func(t *testing.T) {
				after = photograph(t, dbtest.New(t, "postgres"))
			})
			if before != after {
				t.Errorf("before: %s\nafter: %s", before, after)
			}
		})
	}
}

// photograph is what a test can see of a database: what there is, who may use it, what it holds, how it is set.
func photograph(t *testing.T, s *db.Store) (out string) {
	t.Helper()
	pool, err := s.Pool()
	if err != nil {
		t.Fatal(err)
	}
	err = pool.QueryRowContext(t.Context(), `SELECT string_agg(x, E'\n' ORDER BY x) FROM (
		SELECT 'is ' || relname || coalesce(relacl::text, '') FROM pg_class WHERE relnamespace = 'public'::regnamespace
		UNION ALL SELECT 'has ' || attrelid::regclass || '.' || attname FROM pg_attribute WHERE attnum > 0 AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
		UNION ALL SELECT 'fires ' || tgname || tgenabled::text FROM pg_trigger
		UNION ALL SELECT 'stepped ' || version_id || is_applied FROM goose_db_version
		UNION ALL SELECT 'knows ' || key FROM directory
		UNION ALL SELECT 'holds ' || objid FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
		UNION ALL SELECT 'for now ' || relname FROM pg_class WHERE relpersistence = 't'
		UNION ALL SELECT 'sorts in ' || current_setting('work_mem')) AS seen (x)`).Scan(&out)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// hearer is a test that hears what it is told, and does not fail of it.
type hearer struct {
	testing.TB
	what string
}

// Errorf keeps what it is told.
func (h *hearer) Errorf(format string, values ...any) { h.what += fmt.Sprintf(format, values...) }

// A test that leaves a transaction open is told so by name.
func TestAnOpenTransactionIsTold(t *testing.T) {
	if os.Getenv("FENGQIAO_TEST_DATABASES") == "sqlite" {
		t.Skip("PostgreSQL is not asked for")
	}
	said := &hearer{}
	var pool *sql.DB
	t.Run("leaves", func(t *testing.T) {
		said.TB = t
		var err error
		if pool, err = sql.Open("pgx", dbtest.URL(said, "postgres")); err != nil {
			t.Fatal(err)
		}
		if _, err := pool.BeginTx(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
	})
	_ = pool.Close() // its database is gone
	if !strings.Contains(said.what, "idle in transaction, last with begin") {
		t.Errorf("told %q", said.what)
	}
}
