package db_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/fault"
)

var errUndo = errors.New("undo it")

func TestATransactionCommitsWholeOrNotAtAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		write := func(end func() error) error {
			return s.Do(t.Context(), lin, fengze, func(tx *db.Tx) error {
				a, b := newLetter(tx, "a"), newLetter(tx, "b")
				if err := errors.Join(tx.Rows().Create(&a).Error, tx.Rows().Create(&b).Error, tx.Register("login", "lin", a.ID)); err != nil {
					return err
				}
				return end()
			})
		}
		if err := write(func() error { return errUndo }); !errors.Is(err, errUndo) {
			t.Errorf("the act's own error came back as %v", err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = write(func() error { panic("in the middle") })
			t.Error("a panic was swallowed")
		}()
		if n := letters(t, s); n != 0 {
			t.Fatalf("%d rows of failed acts were kept", n)
		}
		if err := write(func() error { return nil }); err != nil {
			t.Fatal(err)
		}
		if n := letters(t, s); n != 2 {
			t.Errorf("%d rows of a good act were kept", n)
		}
	})
}

// An engine's error inside an act fails the act, even when somebody forgets to look at it.
func TestATransactionHasOneMomentAndOneCounty(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		clock := dbtest.ClockOf(s)
		clock.Move(123456789 * time.Nanosecond)
		mustDo(t, s, lin, func(tx *db.Tx) error {
			began := tx.Now
			clock.Move(time.Hour)
			if tx.Now != began || tx.Now.Location() != time.UTC || tx.Now.Nanosecond() != 123456000 {
				t.Errorf("the moment is %v, began at %v", tx.Now, began)
			}
			if id := tx.NewID(); id.County() != fengze || tx.NewKey().CountyCode != fengze || !id.Time().Equal(began.Truncate(time.Millisecond)) {
				t.Errorf("id %s of county %s, made %v", id, id.County(), id.Time())
			}
			if tx.By.Person != lin.Person || tx.Context() != t.Context() {
				t.Error("the actor or the context was lost")
			}
			l := newLetter(tx, "a")
			return tx.Rows().Create(&l).Error
		})
		mustRead(t, s, func(tx *db.Tx) error {
			var l letter
			err := tx.Rows().Where("county_code = ?", fengze).Take(&l).Error
			if !l.DueAt.Equal(dbtest.Friday.Add(123456 * time.Microsecond)) {
				t.Errorf("the moment came back as %v", l.DueAt)
			}
			return err
		})
	})
}

func TestReadCannotWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		old := post(t, s, lin, "a")
		for name, write := range map[string]func(tx *db.Tx) error{
			"insert":   func(tx *db.Tx) error { l := foreignLetter("b"); return tx.Rows().Create(&l).Error },
			"register": func(tx *db.Tx) error { return tx.Register("login", "lin", old.ID) },
			"update": func(tx *db.Tx) error {
				return tx.Rows().Model(&letter{}).Where("county_code = ?", fengze).Update("topic", "b").Error
			},
			"delete": func(tx *db.Tx) error { return tx.Rows().Where("county_code = ?", fengze).Delete(&letter{}).Error },
			"exec":   func(tx *db.Tx) error { return tx.Rows().Exec("DELETE FROM outbox").Error },
		} {
			if err := s.Read(t.Context(), lin, write); err == nil {
				t.Errorf("%s: a reading transaction wrote", name)
			}
		}
		if n := letters(t, s); n != 1 {
			t.Errorf("%d letters are left", n)
		}
	})
}

func TestReadSeesOnePicture(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		post(t, s, lin, "a")
		mustRead(t, s, func(tx *db.Tx) error {
			var before, after int64
			err := db.Cross(tx.Rows()).Model(&letter{}).Count(&before).Error
			post(t, s, lin, "b") // by somebody else, meanwhile
			err = errors.Join(err, db.Cross(tx.Rows()).Model(&letter{}).Count(&after).Error)
			if before != 1 || after != 1 {
				t.Errorf("one reading saw %d letters, then %d", before, after)
			}
			return err
		})
		if n := letters(t, s); n != 2 {
			t.Errorf("%d letters", n)
		}
	})
}

func TestADuplicateIsToldByTheEnginesCode(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		l := post(t, s, lin, "a")
		do := func(fn func(tx *db.Tx) error) error { return s.Do(t.Context(), lin, fengze, fn) }
		if err := do(func(tx *db.Tx) error { return tx.Rows().Create(&l).Error }); !db.IsDuplicate(err) {
			t.Errorf("the same key twice: %v", err)
		}
		null := do(func(tx *db.Tx) error {
			return tx.Rows().Exec("INSERT INTO outbox (county_code, id) VALUES (?, ?)", fengze, tx.NewID()).Error
		})
		if null == nil || db.IsDuplicate(null) {
			t.Errorf("a missing value is no duplicate: %v", null)
		}
		foreign := do(func(tx *db.Tx) error {
			return tx.Rows().Exec("INSERT INTO case_people (county_code, id, case_id, name, part, began_at) VALUES (?, ?, ?, '', 'host', ?)",
				fengze, tx.NewID(), tx.NewID(), tx.Now).Error
		})
		if foreign == nil || db.IsDuplicate(foreign) {
			t.Errorf("a row that hangs in the air is no duplicate: %v", foreign)
		}
		if db.IsDuplicate(nil) || db.IsDuplicate(errUndo) || !db.IsDuplicate(&pgconn.PgError{Code: "23505"}) || db.IsDuplicate(&pgconn.PgError{Code: "23503"}) {
			t.Error("duplicates are told by something else than the code")
		}
	})
}

func TestWhatALaterTryMayMendSaysSo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		for err, want := range map[error]fault.Kind{
			&pgconn.PgError{Code: "40001"}: fault.Unavailable, // serialisation
			&pgconn.PgError{Code: "40P01"}: fault.Unavailable, // deadlock
			&pgconn.PgError{Code: "53100"}: fault.Unavailable, // disk full
			&pgconn.PgError{Code: "53300"}: fault.Unavailable, // too many connections
			&pgconn.PgError{Code: "57P01"}: fault.Unavailable, // shutting down
			&pgconn.PgError{Code: "08006"}: fault.Unavailable, // connection lost
			&pgconn.PgError{Code: "23505"}: fault.Internal,
			&pgconn.PgError{Code: "42501"}: fault.Internal,
			&pgconn.PgError{}:              fault.Internal, // from a proxy that says nothing
			context.DeadlineExceeded:       fault.Unavailable,
			errUndo:                        fault.Internal,
			fault.NoSuch():                 fault.Missing,
		} {
			for face, got := range map[string]error{
				"write": s.Do(t.Context(), lin, fengze, func(*db.Tx) error { return err }),
				"read":  s.Read(t.Context(), lin, func(*db.Tx) error { return err }),
			} {
				if f := fault.Of(got); f.Kind != want || !errors.Is(got, err) {
					t.Errorf("%s: %v became %v", face, err, got)
				}
			}
		}
	})
}

func TestARequestOutOfTimeIsUnavailable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		long := "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
		if s.Dialect() == "postgres" {
			long = "SELECT pg_sleep(30)"
		}
		began := time.Now()
		err := s.Do(ctx, lin, fengze, func(tx *db.Tx) error { return tx.Rows().Exec(long).Error })
		if !fault.Is(err, fault.Unavailable) || time.Since(began) > 5*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		post(t, s, lin, "a") // the connection is whole, or another one is made
	})
}

// Time that runs out after the last statement is told by the engine's library in other words than by a statement.
func TestARequestOutOfTimeAtItsEndIsUnavailable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		late := func(do func(context.Context, func(*db.Tx) error) error) error {
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			return do(ctx, func(tx *db.Tx) error {
				var one int
				if err := tx.Rows().Raw("SELECT 1").Scan(&one).Error; err != nil {
					return err
				}
				<-ctx.Done()
				time.Sleep(100 * time.Millisecond) // it is rolled back behind our back
				return nil
			})
		}
		for face, err := range map[string]error{
			"write": late(func(ctx context.Context, fn func(*db.Tx) error) error { return s.Do(ctx, lin, fengze, fn) }),
			"read":  late(func(ctx context.Context, fn func(*db.Tx) error) error { return s.Read(ctx, lin, fn) }),
		} {
			if f := fault.Of(err); f.Kind != fault.Unavailable || !strings.Contains(f.Text.EN, "Nothing was saved") {
				t.Errorf("%s: %v", face, err)
			}
		}
	})
}

func TestWaitingForAnotherWriterEndsWithTheRequest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		key := once("k", "b")
		mustDo(t, s, key, func(tx *db.Tx) error { // holds the key until its end
			began := time.Now()
			err := s.Do(ctx, key, fengze, func(*db.Tx) error { return nil })
			if !fault.Is(err, fault.Unavailable) || time.Since(began) > 5*time.Second {
				t.Errorf("after %v: %v", time.Since(began), err)
			}
			return nil
		})
	})
}

// Whoever is told that nothing was saved must be able to rely on it; at the moment of commit nobody knows.
func TestALostCommitPromisesNothing(t *testing.T) {
	s := dbtest.New(t, "postgres")
	pool, err := s.Pool()
	if err != nil {
		t.Fatal(err)
	}
	lose := func(after func(tx *db.Tx) error) error {
		return s.Do(t.Context(), lin, fengze, func(tx *db.Tx) error {
			var backend int
			if err := tx.Rows().Raw("SELECT pg_backend_pid()").Scan(&backend).Error; err != nil {
				return err
			}
			if _, err := pool.ExecContext(t.Context(), "SELECT pg_terminate_backend($1, 5000)", backend); err != nil {
				return err
			}
			return after(tx)
		})
	}
	inside := lose(func(tx *db.Tx) error { l := newLetter(tx, "a"); return tx.Rows().Create(&l).Error })
	if f := fault.Of(inside); f.Kind != fault.Unavailable || !strings.Contains(f.Text.EN, "Nothing was saved") {
		t.Errorf("lost in the middle: %v", inside)
	}
	commit := lose(func(*db.Tx) error { return nil })
	if f := fault.Of(commit); f.Kind != fault.Unavailable || strings.Contains(f.Text.EN, "Nothing was saved") {
		t.Errorf("lost at commit: %v", commit)
	}
}
