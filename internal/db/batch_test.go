package db_test

import (
	"testing"
	"time"

	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
)

func TestQuestionsAreAnsweredTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		first, second := post(t, s, lin, "a"), post(t, s, lin, "b")
		mustRead(t, s, func(tx *db.Tx) error {
			var all, none, one []letter
			of := func(topics ...string) db.Question {
				return db.Question{Of: tx.Rows().Where("county_code = ? AND topic IN ?", fengze, topics).Order("topic")}
			}
			both, missing, last := of("a", "b"), of("c"), of("b")
			both.Into, missing.Into, last.Into = &all, &none, &one
			if err := tx.FindAll(both, missing, last); err != nil {
				return err
			}
			if len(all) != 2 || all[0].ID != first.ID || all[1].ID != second.ID || len(none) != 0 || len(one) != 1 || one[0].Topic != "b" {
				t.Errorf("answers: %+v, %+v, %+v", all, none, one)
			}
			if !one[0].DueAt.Equal(second.DueAt.Truncate(time.Microsecond)) {
				t.Errorf("a moment came back as %s, not %s", one[0].DueAt, second.DueAt)
			}
			return tx.FindAll(both, last) // the transaction goes on
		})
	})
}

func TestAQuestionThatNamesNoCountyIsNotAsked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		post(t, s, lin, "a")
		err := s.Read(t.Context(), lin, func(tx *db.Tx) error {
			var good, bad []letter
			return tx.FindAll(db.Question{Of: tx.Rows().Where("county_code = ?", fengze), Into: &good},
				db.Question{Of: tx.Rows().Where("topic = ?", "a"), Into: &bad})
		})
		if err == nil {
			t.Error("it was answered")
		}
	})
}

func TestAQuestionThatFailsFailsAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		err := s.Read(t.Context(), lin, func(tx *db.Tx) error {
			var good, bad []letter
			return tx.FindAll(db.Question{Of: tx.Rows().Where("county_code = ? AND nothing = 1", fengze), Into: &bad},
				db.Question{Of: tx.Rows().Where("county_code = ?", fengze), Into: &good})
		})
		if err == nil {
			t.Error("no failure was told")
		}
		if n := letters(t, s); n != 0 { // the connection serves again
			t.Errorf("%d letters", n)
		}
	})
}
