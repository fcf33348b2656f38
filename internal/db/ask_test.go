package db_test

import (
	"context"
	"testing"

	"gorm.io/gorm"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/fault"
)

func TestOneStatementIsAskedWithoutATransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		sent := post(t, s, lin, "notice")
		find := func(tx *db.Tx) (l letter, err error) {
			err = tx.Rows().Where("county_code = ? AND id = ?", sent.CountyCode, sent.ID).Take(&l).Error
			return l, err
		}
		err := s.Ask(t.Context(), actor.Actor{}, func(tx *db.Tx) error {
			if l, err := find(tx); err != nil || l.Topic != "notice" || !tx.Now.Equal(dbtest.Friday) {
				t.Errorf("asked: %q at %s, %v", l.Topic, tx.Now, err)
			}
			if _, err := find(tx); err == nil {
				t.Error("a second statement was answered")
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// The parts of a statement are none by themselves; what comes after it is a second one.
func TestAStatementOfPartsIsOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		post(t, s, lin, "a")
		post(t, s, lin, "b")
		union := func(tx *db.Tx) (out []letter, err error) {
			of := func(topic string) *gorm.DB {
				return tx.Rows().Model(&letter{}).Where("county_code = ? AND topic = ?", fengze, topic)
			}
			rows, err := tx.Rows().Table("(SELECT * FROM (?) AS a UNION ALL SELECT * FROM (?) AS b) AS c", of("a"), of("b")).Rows()
			if err != nil {
				return nil, err
			}
			defer rows.Close()
			for rows.Next() {
				out = append(out, letter{})
			}
			return out, rows.Err()
		}
		err := s.Ask(t.Context(), lin, func(tx *db.Tx) error {
			if both, err := union(tx); err != nil || len(both) != 2 {
				t.Errorf("%d rows, %v", len(both), err)
			}
			if _, err := union(tx); err == nil {
				t.Error("a second statement was answered")
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestAskCannotWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		sent := post(t, s, lin, "notice")
		for name, write := range map[string]func(tx *db.Tx) error{
			"create": func(tx *db.Tx) error {
				l := letter{Key: maker.New(fengze, dbtest.Friday).Key(), Topic: "new", DueAt: tx.Now, MadeAt: tx.Now}
				return tx.Rows().Create(&l).Error
			},
			"update": func(tx *db.Tx) error {
				return tx.Rows().Model(&letter{}).Where("county_code = ?", fengze).Update("topic", "other").Error
			},
			"delete": func(tx *db.Tx) error { return tx.Rows().Where("county_code = ?", fengze).Delete(&letter{}).Error },
			"raw": func(tx *db.Tx) error {
				return tx.Rows().Exec("DELETE FROM outbox WHERE county_code = ?", fengze).Error
			},
		} {
			if err := s.Ask(t.Context(), lin, write); err == nil {
				t.Errorf("%s was done", name)
			}
		}
		mustRead(t, s, func(tx *db.Tx) error {
			var all []letter
			if err := tx.Rows().Where("county_code = ?", fengze).Find(&all).Error; err != nil || len(all) != 1 || all[0].Topic != sent.Topic {
				t.Errorf("left: %+v, %v", all, err)
			}
			return nil
		})
	})
}

func TestAskEndsWithTheRequest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		late, cancel := context.WithTimeout(t.Context(), 0)
		defer cancel()
		err := s.Ask(late, actor.Actor{}, func(tx *db.Tx) error {
			var l letter
			return tx.Rows().Where("county_code = ?", fengze).Take(&l).Error
		})
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("out of time: %v", err)
		}
	})
}
