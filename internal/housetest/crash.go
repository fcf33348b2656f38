package housetest

import (
	"context"
	"fmt"
)

// NoCaseBecomes makes the database refuse cases in a state, as if the program died before writing one; what it gives lets
// them be written again.
func (town *Town) NoCaseBecomes(state string) (again func()) {
	town.t.Helper()
	stop, undo := fmt.Sprintf("ALTER TABLE dispute_cases ADD CONSTRAINT dying CHECK (state <> '%s')", state), "ALTER TABLE dispute_cases DROP CONSTRAINT dying"
	if town.Store.Dialect() == "sqlite" {
		stop = fmt.Sprintf("CREATE TRIGGER dying BEFORE UPDATE ON dispute_cases WHEN NEW.state = '%s' BEGIN SELECT RAISE(ABORT, 'dying'); END", state)
		undo = "DROP TRIGGER dying"
	}
	pool, err := town.Store.Pool()
	town.must(err)
	run := func(sql string) {
		_, err := pool.ExecContext(context.Background(), sql)
		town.must(err)
	}
	run(stop)
	return func() { run(undo) }
}
