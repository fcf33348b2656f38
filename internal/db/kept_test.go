package db_test

import (
	"errors"
	"testing"
	"time"

	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
)

type nameKey string

func recalled(t *testing.T, s *db.Store) (got string) {
	t.Helper()
	mustRead(t, s, func(tx *db.Tx) error {
		got, _ = db.Recall[string](tx, nameKey("street"))
		return nil
	})
	return got
}

func keep(t *testing.T, s *db.Store, value string) {
	t.Helper()
	mustRead(t, s, func(tx *db.Tx) error { tx.Keep(nameKey("street"), value); return nil })
}

func TestWhatIsKeptIsRecalledForAMinute(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		if got := recalled(t, s); got != "" {
			t.Errorf("before anything was kept: %q", got)
		}
		keep(t, s, "Donghu")
		dbtest.ClockOf(s).Move(59 * time.Second)
		if got := recalled(t, s); got != "Donghu" {
			t.Errorf("within the minute: %q", got)
		}
		dbtest.ClockOf(s).Move(time.Second)
		if got := recalled(t, s); got != "" {
			t.Errorf("after the minute: %q", got)
		}
	})
}

func TestAChangeIsSeenAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		keep(t, s, "Donghu")
		mustDo(t, s, lin, func(tx *db.Tx) error {
			tx.Outdate()
			if got, ok := db.Recall[string](tx, nameKey("street")); ok {
				t.Errorf("the change itself recalls %q", got)
			}
			tx.Keep(nameKey("street"), "not yet committed")
			return nil
		})
		if got := recalled(t, s); got != "" {
			t.Errorf("after the change: %q", got)
		}
	})
}

func TestWhatWasReadBeforeAChangeIsNotKeptAfterIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		mustRead(t, s, func(tx *db.Tx) error {
			err := s.Do(t.Context(), lin, fengze, func(other *db.Tx) error { other.Outdate(); return nil })
			tx.Keep(nameKey("street"), "as it was")
			return err
		})
		if got := recalled(t, s); got != "" {
			t.Errorf("recalled %q", got)
		}
	})
}

func TestAFailedChangeKeepsNothingWrong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		failed := errors.New("no")
		err := s.Do(t.Context(), lin, fengze, func(tx *db.Tx) error {
			tx.Outdate()
			tx.Keep(nameKey("street"), "undone")
			return failed
		})
		if got := recalled(t, s); !errors.Is(err, failed) || got != "" {
			t.Errorf("%v; recalled %q", err, got)
		}
	})
}
