package journal_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

func (b *book) post(county ident.County, topic, payload string) (id ident.ID) {
	b.Helper()
	err := b.store.Do(b.Context(), su, county, func(tx *db.Tx) error {
		id = tx.NewID()
		return journal.Post(tx, id, topic, b.c, []byte(payload))
	})
	if err != nil {
		b.Fatal(err)
	}
	return id
}

func (b *book) claim(county ident.County, topic string, n int) (out []journal.Letter) {
	b.Helper()
	err := b.store.Do(b.Context(), actor.System, county, func(tx *db.Tx) (err error) {
		out, err = journal.Claim(tx, topic, n)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return out
}

func (b *book) counties(topic string) (out []ident.County) {
	b.Helper()
	b.read(func(tx *db.Tx) (err error) {
		out, err = journal.Counties(tx, topic)
		return err
	})
	slices.Sort(out)
	return out
}

func TestALetterIsPostedClaimedAndDelivered(t *testing.T) {
	each(t, func(b *book) {
		first := b.post(fengze, "message", "第一\x00封")
		dbtest.ClockOf(b.store).Move(time.Minute)
		second := b.post(fengze, "message", "second")
		b.post(fengze, "figures", "other topic")
		b.post(jinjiang, "message", "far")
		got := b.claim(fengze, "message", 10)
		if len(got) != 2 || got[0].ID != first || got[1].ID != second {
			b.Fatalf("claimed %v", got)
		}
		if l := got[0]; string(l.Payload) != "第一\x00封" || l.Topic != "message" || l.Case != b.c || l.Attempts != 0 {
			b.Errorf("letter: %+v", l)
		}
		if one := b.claim(fengze, "message", 1); len(one) != 1 || one[0].ID != first {
			b.Errorf("the oldest one: %v", one)
		}
		b.do(func(tx *db.Tx) error { return journal.Delivered(tx, first) })
		if left := b.claim(fengze, "message", 10); len(left) != 1 || left[0].ID != second {
			b.Errorf("after delivery: %v", left)
		}
	})
}

func TestCountiesWithLettersThatAreDue(t *testing.T) {
	each(t, func(b *book) {
		if got := b.counties("message"); len(got) != 0 {
			b.Errorf("none: %v", got)
		}
		b.post(fengze, "message", "1")
		b.post(fengze, "message", "2")
		late := b.post(jinjiang, "message", "3")
		b.post("350502", "figures", "4")
		if got := b.counties("message"); !slices.Equal(got, []ident.County{fengze, jinjiang}) {
			b.Errorf("counties: %v", got)
		}
		err := b.store.Do(b.Context(), actor.System, jinjiang, func(tx *db.Tx) error {
			return journal.Later(tx, journal.Letter{ID: late}, tx.Now.Add(time.Hour))
		})
		if got := b.counties("message"); err != nil || !slices.Equal(got, []ident.County{fengze}) {
			b.Errorf("one was put off: %v %v", got, err)
		}
	})
}

func TestALetterPutOffComesBack(t *testing.T) {
	each(t, func(b *book) {
		clock := dbtest.ClockOf(b.store)
		id := b.post(fengze, "message", "1")
		for attempt := range 3 {
			got := b.claim(fengze, "message", 10)
			if len(got) != 1 || got[0].ID != id || got[0].Attempts != attempt {
				b.Fatalf("attempt %d: %+v", attempt, got)
			}
			b.do(func(tx *db.Tx) error { return journal.Later(tx, got[0], tx.Now.Add(10*time.Second)) })
			clock.Move(10*time.Second - time.Microsecond)
			if early := b.claim(fengze, "message", 10); len(early) != 0 {
				b.Errorf("attempt %d came early", attempt)
			}
			clock.Move(time.Microsecond)
		}
	})
}

// An act that fails posts nothing.
func TestALetterGoesWithItsAct(t *testing.T) {
	each(t, func(b *book) {
		undo := errors.New("undo")
		err := b.store.Do(b.Context(), su, fengze, func(tx *db.Tx) error {
			return errors.Join(journal.Post(tx, tx.NewID(), "message", b.c, nil), undo)
		})
		if !errors.Is(err, undo) || len(b.claim(fengze, "message", 10)) != 0 {
			b.Error("posted by an act that failed", err)
		}
	})
}

func TestTwoClaimersNeverGetTheSameLetter(t *testing.T) {
	each(t, func(b *book) {
		const letters, claimers = 60, 6
		for range letters {
			b.post(fengze, "message", "x")
		}
		var mu sync.Mutex
		got := map[ident.ID]int{}
		var wg sync.WaitGroup
		for range claimers {
			wg.Go(func() {
				for range letters {
					err := b.store.Do(b.Context(), actor.System, fengze, func(tx *db.Tx) error {
						claimed, err := journal.Claim(tx, "message", 3)
						for _, l := range claimed {
							err = errors.Join(err, journal.Delivered(tx, l.ID))
						}
						mu.Lock()
						defer mu.Unlock()
						for _, l := range claimed {
							got[l.ID]++
						}
						return err
					})
					if err != nil {
						b.Error(err)
					}
				}
			})
		}
		wg.Wait()
		for id, n := range got {
			if n != 1 {
				b.Errorf("%s was claimed %d times", id, n)
			}
		}
		if len(got) != letters {
			b.Errorf("%d of %d letters were claimed", len(got), letters)
		}
	})
}

// On PostgreSQL a claimer passes over what another one holds, and does not wait for it.
func TestAClaimerSkipsWhatAnotherHolds(t *testing.T) {
	b := newBook(t, dbtest.New(t, "postgres"))
	first, second := b.post(fengze, "message", "1"), b.post(fengze, "message", "2")
	b.do(func(tx *db.Tx) error {
		held, err := journal.Claim(tx, "message", 1)
		if err != nil || len(held) != 1 {
			t.Fatal(held, err)
		}
		other := b.claim(fengze, "message", 10)
		if len(other) != 1 || other[0].ID == held[0].ID || (other[0].ID != first && other[0].ID != second) {
			t.Errorf("held %v, the other got %v", held, other)
		}
		return nil
	})
}
