package account

import (
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
)

// Of guesses that come at once the one that began first may be counted last: it is a guess like the others, and does not begin the
// count anew.
func TestT13_GuessesAtOnceAreAllCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		waits := 0
		for i := range 12 { // each began a moment before the one that was counted before it
			err := store.Do(t.Context(), actor.System, "", func(tx *db.Tx) error {
				tx.Now = tx.Now.Add(-time.Duration(i) * 50 * time.Millisecond)
				wait, err := charge(tx, "somebody", paceOfLogin)
				if wait > 0 {
					waits++
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if waits != 12-paceOfLogin.tries {
			t.Errorf("%d of 12 had to wait, want all but %d", waits, paceOfLogin.tries)
		}
	})
}

// A clock that was put back by an hour shuts nobody out for it: the count begins anew.
func TestACountFromTheFutureIsNone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		count := func() (wait time.Duration) {
			err := store.Do(t.Context(), actor.System, "", func(tx *db.Tx) (err error) {
				wait, err = charge(tx, "somebody", paceOfLogin)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return wait
		}
		for range paceOfLogin.tries - 1 {
			count()
		}
		dbtest.ClockOf(store).Move(-time.Hour)
		if count(); count() > 0 {
			t.Error("two tries after the clock was put back were too many")
		}
	})
}
