package db_test

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"gorm.io/gorm"

	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

func TestANewRowBelongsToTheTransactionsCounty(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		for name, create := range map[string]func(*db.Tx) *gorm.DB{
			"one":            func(tx *db.Tx) *gorm.DB { l := foreignLetter("a"); return tx.Rows().Create(&l) },
			"one of many":    func(tx *db.Tx) *gorm.DB { return tx.Rows().Create([]letter{newLetter(tx, "a"), foreignLetter("a")}) },
			"of no county":   func(tx *db.Tx) *gorm.DB { l := newLetter(tx, "a"); l.CountyCode = ""; return tx.Rows().Create(&l) },
			"behind pointer": func(tx *db.Tx) *gorm.DB { l := foreignLetter("a"); return tx.Rows().Create([]*letter{&l}) },
			"unless taken": func(tx *db.Tx) *gorm.DB {
				l := foreignLetter("a")
				_, err := tx.InsertNew(&l)
				return &gorm.DB{Error: err}
			},
			"loaded in bulk": func(tx *db.Tx) *gorm.DB {
				return &gorm.DB{Error: db.Load(tx, []letter{newLetter(tx, "a"), foreignLetter("a")})}
			},
			"in batches": func(tx *db.Tx) *gorm.DB { return tx.Rows().CreateInBatches([]letter{foreignLetter("a")}, 10) },
			"as a map": func(tx *db.Tx) *gorm.DB {
				l := foreignLetter("a")
				return tx.Rows().Model(&letter{}).Create(map[string]any{"county_code": l.CountyCode, "id": l.ID, "topic": "a",
					"attempts": 0, "due_at": tx.Now, "made_at": tx.Now})
			},
		} {
			err := s.Do(t.Context(), lin, fengze, func(tx *db.Tx) error { return create(tx).Error })
			if err == nil {
				t.Errorf("%s: a row of another county was written", name)
			}
		}
		if n := letters(t, s); n != 0 {
			t.Errorf("%d rows were left", n)
		}
	})
}

// Rows loaded in bulk are all there, in more than one statement's worth, and as they were given; so they are where a
// PostgreSQL store is open for loading and copies them.
func TestRowsAreLoadedInBulk(t *testing.T) {
	dbtest.Each(t, rowsAreLoadedInBulk)
	for _, dialect := range dbtest.Dialects() {
		t.Run("loading/"+dialect, func(t *testing.T) { rowsAreLoadedInBulk(t, loading(t, dialect)) })
	}
}

// loading is a store over an empty database, open for loading.
func loading(t *testing.T, dialect string) *db.Store {
	t.Helper()
	s, err := db.Open(db.Options{URL: dbtest.URL(t, dialect), Now: dbtest.NewClock().Now, IDs: maker, Log: slog.New(slog.DiscardHandler), Loading: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func rowsAreLoadedInBulk(t *testing.T, s *db.Store) {
	const many = 450
	var rows []letter
	err := s.Do(t.Context(), lin, fengze, func(tx *db.Tx) error {
		for range many {
			rows = append(rows, newLetter(tx, "a"))
		}
		return db.Load(tx, rows)
	})
	if err != nil || letters(t, s) != many {
		t.Fatalf("%d rows, %v", letters(t, s), err)
	}
	err = s.Read(t.Context(), lin, func(tx *db.Tx) error {
		var got letter
		if err := tx.Rows().Where("county_code = ? AND id = ?", fengze, rows[many-1].ID).Take(&got).Error; err != nil {
			return err
		}
		if got.Topic != "a" || !got.MadeAt.Equal(rows[many-1].MadeAt) {
			t.Errorf("read %+v, loaded %+v", got, rows[many-1])
		}
		return db.Load(tx, []letter(nil))
	})
	if err != nil {
		t.Error(err)
	}
	err = s.Do(t.Context(), lin, fengze, func(tx *db.Tx) error {
		return db.Load(tx, []letter{newLetter(tx, "b"), foreignLetter("b")})
	})
	if err == nil || fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), `row belongs to county "350582"`) || letters(t, s) != many {
		t.Errorf("a row of another county: %v, %d rows", err, letters(t, s))
	}
}

func TestAStatementNamesItsCounty(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		l := post(t, s, lin, "a")
		for name, ask := range map[string]func(q *gorm.DB) *gorm.DB{
			"find":   func(q *gorm.DB) *gorm.DB { return q.Where("topic = ?", "a").Find(&[]letter{}) },
			"take":   func(q *gorm.DB) *gorm.DB { return q.Where("id = ?", l.ID).Take(&letter{}) },
			"pluck":  func(q *gorm.DB) *gorm.DB { return q.Model(&letter{}).Pluck("topic", &[]string{}) },
			"count":  func(q *gorm.DB) *gorm.DB { var n int64; return q.Model(&letter{}).Count(&n) },
			"update": func(q *gorm.DB) *gorm.DB { return q.Model(&letter{}).Where("id = ?", l.ID).Update("topic", "b") },
			"delete": func(q *gorm.DB) *gorm.DB { return q.Where("id = ?", l.ID).Delete(&letter{}) },
			"rows": func(q *gorm.DB) *gorm.DB {
				rows, err := q.Model(&letter{}).Where("topic = ?", "a").Rows()
				if rows != nil {
					defer rows.Close()
				}
				return &gorm.DB{Error: err}
			},
			"named, but not compared": func(q *gorm.DB) *gorm.DB {
				return q.Select("county_code", "topic").Where("topic = ?", "a").Find(&[]letter{})
			},
		} {
			refused := s.Do(t.Context(), lin, fengze, func(tx *db.Tx) error { return ask(tx.Rows()).Error })
			if refused == nil || !strings.Contains(refused.Error(), "names no county") {
				t.Errorf("%s without a county: %v", name, refused)
			}
			crossed := s.Do(t.Context(), lin, fengze, func(tx *db.Tx) error {
				if err := ask(db.Cross(tx.Rows())).Error; err != nil {
					return err
				}
				return errUndo
			})
			if !errors.Is(crossed, errUndo) {
				t.Errorf("%s meant to cross counties: %v", name, crossed)
			}
		}
		mustRead(t, s, func(tx *db.Tx) error {
			return tx.Rows().Where("county_code = ? AND id = ? AND topic = ?", fengze, l.ID, "a").Take(&letter{}).Error
		})
	})
}

// What is written in one county's transaction stays in that county, however the statement is made.
func TestAChangeStaysInItsCounty(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		theirs := foreignLetter("a")
		err := s.Do(t.Context(), lin, jinjiang, func(tx *db.Tx) error { return tx.Rows().Create(&theirs).Error })
		if err != nil {
			t.Fatal(err)
		}
		for name, change := range map[string]func(q *gorm.DB) *gorm.DB{
			"update": func(q *gorm.DB) *gorm.DB {
				return q.Model(&letter{}).Where("county_code = ? AND id = ?", theirs.ID.County(), theirs.ID).Update("topic", "b")
			},
			"update of a row that was read": func(q *gorm.DB) *gorm.DB { return q.Model(&theirs).Update("attempts", 1) },
			"delete": func(q *gorm.DB) *gorm.DB {
				return q.Where("county_code = ? AND id = ?", theirs.ID.County(), theirs.ID).Delete(&letter{})
			},
		} {
			if err := s.Do(t.Context(), lin, fengze, func(tx *db.Tx) error { return change(tx.Rows()).Error }); err == nil {
				t.Errorf("%s reached into another county", name)
			}
		}
		mustRead(t, s, func(tx *db.Tx) error {
			return tx.Rows().Where("county_code = ? AND id = ? AND topic = ? AND attempts = 0", jinjiang, theirs.ID, "a").Take(&letter{}).Error
		})
	})
}

// A transaction that reads may look wherever its grant allows.
func TestReadingMayLookIntoManyCounties(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		post(t, s, lin, "a")
		mustRead(t, s, func(tx *db.Tx) error {
			return tx.Rows().Where("county_code IN ?", []ident.County{jinjiang, fengze}).Take(&letter{}).Error
		})
	})
}
