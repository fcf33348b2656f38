package db_test

import (
	"crypto/sha256"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// once is Lin, sending a body under a one-time key.
func once(key, body string) actor.Actor {
	by := lin
	by.Once = actor.Once{Key: sha256.Sum256([]byte(key)), Body: sha256.Sum256([]byte(body))}
	return by
}

// file writes a letter and says so.
func file(t *testing.T, s *db.Store, by actor.Actor) (id ident.ID, err error) {
	err = s.Do(t.Context(), by, fengze, func(tx *db.Tx) error {
		l := newLetter(tx, "filed")
		id = l.ID
		tx.Made(l.ID, 7, 201)
		return tx.Rows().Create(&l).Error
	})
	return id, err
}

func TestWhatIsSentAgainIsDoneOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		id, err := file(t, s, once("key", "body"))
		if err != nil {
			t.Fatal(err)
		}
		var done *db.Done
		if _, err := file(t, s, once("key", "body")); !errors.As(err, &done) || done.ID != id || done.Version != 7 || done.Status != 201 {
			t.Errorf("sent again: %v %+v", err, done)
		}
		if _, err := file(t, s, once("key", "another body")); !fault.Is(err, fault.Invalid) || fault.Of(err).Code != "idempotency" {
			t.Errorf("another body under the same key: %v", err)
		}
		for _, by := range []actor.Actor{once("another key", "body"), lin, lin} { // without a key nothing is remembered
			if _, err := file(t, s, by); err != nil {
				t.Error(err)
			}
		}
		if n := letters(t, s); n != 4 {
			t.Errorf("%d letters", n)
		}
	})
}

func TestTwentyWhoSendAtOnceMakeOneRow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		var wg sync.WaitGroup
		var made, again atomic.Int64
		var ids sync.Map
		for range 20 {
			wg.Go(func() {
				id, err := file(t, s, once("key", "body"))
				var done *db.Done
				switch {
				case err == nil:
					made.Add(1)
				case errors.As(err, &done):
					again.Add(1)
					id = done.ID
				default:
					t.Error(err)
				}
				ids.Store(id, true)
			})
		}
		wg.Wait()
		different := 0
		ids.Range(func(any, any) bool { different++; return true })
		if made.Load() != 1 || again.Load() != 19 || different != 1 || letters(t, s) != 1 {
			t.Errorf("made %d, shown again %d, different answers %d, rows %d", made.Load(), again.Load(), different, letters(t, s))
		}
	})
}

func TestAFailedActFreesItsKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		err := s.Do(t.Context(), once("key", "body"), fengze, func(tx *db.Tx) error {
			tx.Made(tx.NewID(), 1, 201)
			return fault.Rule("A10", "不行", "No")
		})
		if !fault.Is(err, fault.Conflict) {
			t.Fatal(err)
		}
		if _, err := file(t, s, once("key", "mended body")); err != nil {
			t.Errorf("after a failure the key was still taken: %v", err)
		}
	})
}

func TestAKeyIsKeptForADay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		clock := dbtest.ClockOf(s)
		if _, err := file(t, s, once("key", "body")); err != nil {
			t.Fatal(err)
		}
		clock.Move(24 * time.Hour)
		var done *db.Done
		if _, err := file(t, s, once("key", "body")); !errors.As(err, &done) {
			t.Errorf("within the day: %v", err)
		}
		clock.Move(time.Second)
		if _, err := file(t, s, once("key", "another body")); err != nil {
			t.Errorf("after a day: %v", err)
		}
		if _, err := file(t, s, once("key", "another body")); !errors.As(err, &done) {
			t.Errorf("the key of the second day: %v", err)
		}
	})
}

func TestTidyingForgetsOldKeysOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		clock := dbtest.ClockOf(s)
		for _, key := range []string{"a", "b", "c"} {
			if _, err := file(t, s, once(key, "body")); err != nil {
				t.Fatal(err)
			}
			clock.Move(10 * time.Hour)
		}
		var n int64
		mustDo(t, s, actor.System, func(tx *db.Tx) (err error) {
			n, err = tx.Forget()
			return err
		})
		if n != 1 { // 30, 20 and 10 hours old
			t.Errorf("forgot %d keys", n)
		}
	})
}

func TestTheDirectoryHoldsANameOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		mine, theirs := maker.New(fengze, dbtest.Friday), maker.New(jinjiang, dbtest.Friday)
		lookUp := func(kind, key string) (id ident.ID, err error) {
			err = s.Read(t.Context(), lin, func(tx *db.Tx) error {
				id, err = tx.LookUp(kind, key)
				return err
			})
			return id, err
		}
		mustDo(t, s, lin, func(tx *db.Tx) error {
			return errors.Join(tx.Register("login", "林秀英", mine), tx.Register("reference", "林秀英", theirs))
		})
		if err := s.Do(t.Context(), lin, jinjiang, func(tx *db.Tx) error { return tx.Register("login", "林秀英", theirs) }); !fault.Is(err, fault.Conflict) {
			t.Errorf("a taken name: %v", err)
		}
		if id, err := lookUp("login", "林秀英"); err != nil || id != mine {
			t.Errorf("found %v, %v", id, err)
		}
		if id, err := lookUp("reference", "林秀英"); err != nil || id != theirs || id.County() != jinjiang {
			t.Errorf("of another county: %v, %v", id, err)
		}
		mustDo(t, s, lin, func(tx *db.Tx) error { return tx.Unregister("login", "林秀英") })
		if _, err := lookUp("login", "林秀英"); !fault.Is(err, fault.Missing) {
			t.Errorf("after it was removed: %v", err)
		}
		if id, err := lookUp("reference", "林秀英"); err != nil || id != theirs {
			t.Errorf("the name of another kind went with it: %v, %v", id, err)
		}
	})
}

func TestManyNamesAreRegisteredTogetherOrNotAtAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		many := map[string]ident.ID{}
		for i := range 1200 {
			many[ident.ID{byte(i >> 8), byte(i)}.String()] = maker.New(jinjiang, dbtest.Friday)
		}
		all := func(tx *db.Tx) error { return tx.RegisterAll("reference", many) }
		mustDo(t, s, lin, all)
		more := map[string]ident.ID{"new": maker.New(fengze, dbtest.Friday), ident.ID{0, 7}.String(): maker.New(fengze, dbtest.Friday)}
		err := s.Do(t.Context(), lin, fengze, func(tx *db.Tx) error { return tx.RegisterAll("reference", more) })
		if !db.IsDuplicate(err) {
			t.Errorf("one of two was taken: %v", err)
		}
		mustRead(t, s, func(tx *db.Tx) error {
			if _, err := tx.LookUp("reference", "new"); !fault.Is(err, fault.Missing) {
				t.Errorf("the other was kept: %v", err)
			}
			return nil
		})
	})
}
