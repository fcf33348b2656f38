package housetest

import (
	"regexp"
	"testing"
)

// OnlyAddedTo sees that the lines of a log, of which there is one at least, can be neither changed nor taken away. On SQLite it tries; on
// PostgreSQL it reads what the program's role was left: a test's own role may do anything, and a city's program is not a superuser.
func (town *Town) OnlyAddedTo(t testing.TB, table, column string) {
	t.Helper()
	pool, err := town.Store.Pool()
	if err != nil {
		t.Fatal(err)
	}
	if town.Store.Dialect() == "postgres" {
		var may string
		err := pool.QueryRowContext(t.Context(), "SELECT COALESCE(CAST(relacl AS text), 'everything=wd/') FROM pg_class WHERE relname = '"+table+"'").Scan(&may)
		if err != nil || regexp.MustCompile(`=[^/]*[wdD]`).MatchString(may) {
			t.Errorf("the program's role may change %s: %s, %v", table, may, err)
		}
		return
	}
	for _, statement := range []string{"UPDATE " + table + " SET " + column + " = " + column, "DELETE FROM " + table} {
		if _, err := pool.ExecContext(t.Context(), statement); err == nil {
			t.Errorf("%s went through", statement)
		}
	}
}
