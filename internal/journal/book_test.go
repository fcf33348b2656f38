package journal_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/vault"
)

const (
	fengze   ident.County = "350503"
	jinjiang ident.County = "350582"
)

var (
	maker = ident.NewMaker(rand.Reader)
	su    = actor.Actor{Person: maker.New(fengze, dbtest.Friday), Name: "苏雅琴"}
)

// book is the record of one case.
type book struct {
	*testing.T
	store *db.Store
	j     *journal.Journal
	c     ident.ID
}

func each(t *testing.T, fn func(*book)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, s *db.Store) { fn(newBook(t, s)) })
}

func newBook(t *testing.T, s *db.Store) *book {
	v, err := vault.New(rand.Reader, bytes.Repeat([]byte{7}, vault.MasterSize))
	if err != nil {
		t.Fatal(err)
	}
	return &book{T: t, store: s, j: journal.New(v, rand.Reader), c: maker.New(fengze, dbtest.Friday)}
}

func (b *book) do(fn func(*db.Tx) error) {
	b.Helper()
	if err := b.store.Do(b.Context(), su, fengze, fn); err != nil {
		b.Fatal(err)
	}
}

func (b *book) read(fn func(*db.Tx) error) {
	b.Helper()
	if err := b.store.Read(b.Context(), su, fn); err != nil {
		b.Fatal(err)
	}
}

func (b *book) append(e journal.Entry) (out journal.Entry) {
	b.Helper()
	b.do(func(tx *db.Tx) (err error) {
		out, err = b.j.Append(tx, e)
		return err
	})
	return out
}

// filled writes n entries, each with words, and gives them back.
func (b *book) filled(n int) (out []journal.Entry) {
	b.Helper()
	for i := range n {
		out = append(out, b.append(journal.Entry{Case: b.c, Seq: int64(i) + 1, Event: fmt.Sprint("event ", i+1), From: "mediating", To: "mediating",
			Actor: su.Person, Role: actor.Mediator, Party: maker.New(fengze, dbtest.Friday), OccurredAt: b.store.Now().Add(-time.Hour),
			Fact: journal.Fact{"n": i + 1}, Words: journal.Words{"note": fmt.Sprint("words ", i+1)}}))
		dbtest.ClockOf(b.store).Move(time.Minute)
	}
	return out
}

func (b *book) verify(version int64) (out []journal.Break) {
	b.Helper()
	b.read(func(tx *db.Tx) (err error) {
		out, err = b.j.Verify(tx, b.c, version)
		return err
	})
	return out
}

func (b *book) entries() (out []journal.Entry) {
	b.Helper()
	b.read(func(tx *db.Tx) (err error) {
		out, err = b.j.Of(tx, b.c)
		return err
	})
	return out
}

func (b *book) rows() (out []journal.Row) {
	b.Helper()
	b.read(func(tx *db.Tx) error {
		return tx.Rows().Where("county_code = ? AND case_id = ?", fengze, b.c).Order("seq").Find(&out).Error
	})
	return out
}
