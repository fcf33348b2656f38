package db_test

import (
	"crypto/rand"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/ident"
)

const (
	fengze   ident.County = "350503"
	jinjiang ident.County = "350582"
)

var (
	maker = ident.NewMaker(rand.Reader)
	lin   = actor.Actor{Person: maker.New(fengze, dbtest.Friday), Name: "林秀英"}
)

// letter is a row of a county, in a table that points at nothing.
type letter struct {
	ident.Key
	Topic    string    `gorm:"column:topic"`
	Attempts int       `gorm:"column:attempts"`
	DueAt    time.Time `gorm:"column:due_at"`
	MadeAt   time.Time `gorm:"column:made_at"`
}

func (letter) TableName() string { return "outbox" }

func newLetter(tx *db.Tx, topic string) letter {
	return letter{Key: tx.NewKey(), Topic: topic, DueAt: tx.Now, MadeAt: tx.Now}
}

func foreignLetter(topic string) letter {
	return letter{Key: maker.New(jinjiang, dbtest.Friday).Key(), Topic: topic, DueAt: dbtest.Friday, MadeAt: dbtest.Friday}
}

// post writes one letter of Fengze.
func post(t *testing.T, s *db.Store, by actor.Actor, topic string) (l letter) {
	t.Helper()
	mustDo(t, s, by, func(tx *db.Tx) error {
		l = newLetter(tx, topic)
		return tx.Rows().Create(&l).Error
	})
	return l
}

func mustDo(t *testing.T, s *db.Store, by actor.Actor, fn func(*db.Tx) error) {
	t.Helper()
	if err := s.Do(t.Context(), by, fengze, fn); err != nil {
		t.Fatal(err)
	}
}

func mustRead(t *testing.T, s *db.Store, fn func(*db.Tx) error) {
	t.Helper()
	if err := s.Read(t.Context(), lin, fn); err != nil {
		t.Fatal(err)
	}
}

// letters counts all letters of all counties.
func letters(t *testing.T, s *db.Store) (n int64) {
	t.Helper()
	mustRead(t, s, func(tx *db.Tx) error { return db.Cross(tx.Rows()).Model(&letter{}).Count(&n).Error })
	return n
}
