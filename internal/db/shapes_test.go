package db_test

import (
	"testing"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
)

// What the models look like is read once in a process, whatever it opens: a town of a test would spend as long on it as on its people.
func TestTheShapeOfAModelIsReadOnce(t *testing.T) {
	var first *schema.Schema
	for _, d := range dbtest.Dialects() {
		for range 2 {
			err := dbtest.New(t, d).Read(t.Context(), actor.System, func(tx *db.Tx) error {
				stmt := &gorm.Statement{DB: tx.Rows()}
				if err := stmt.Parse(&letter{}); err != nil {
					return err
				}
				if first == nil {
					first = stmt.Schema
				}
				if stmt.Schema != first {
					t.Errorf("%s read it anew", d)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}
