package dbtest_test

import (
	"context"
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
