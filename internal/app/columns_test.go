package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
)

// A step of the schema adds columns while programs of the version before work: what they have prepared on their connections goes on,
// for it names what it reads. PostgreSQL refuses a prepared statement whose columns have become more.
func TestWhatIsPreparedGoesOnWhenAStepAddsColumns(t *testing.T) {
	town := housetest.New(t, dbtest.Only(t, "postgres"))
	things(t, town)
	people := []*housetest.Person{town.Lin, town.Su, town.Zheng, town.Station, town.County, town.System, town.Security, town.Audit}
	asked := func() (failed []string) {
		for _, who := range people {
			for what, a := range listed(town, who) {
				if a.Status >= 500 {
					failed = append(failed, what+" by "+who.Name+": "+http.StatusText(a.Status))
				}
			}
		}
		if _, err := town.App.Rollup.Roll(t.Context()); err != nil {
			failed = append(failed, "adding months up: "+err.Error())
		}
		if _, err := town.App.Rollup.Check(t.Context()); err != nil {
			failed = append(failed, "looking at months: "+err.Error())
		}
		if found, err := town.App.Verify(t.Context()); err != nil || len(found.Breaks) > 0 {
			failed = append(failed, fmt.Sprint("verify: ", found.Breaks, err))
		}
		c, su := town.As(town.Lin).Files(), town.As(town.Su) // and a case goes from its filing to its end
		su.Performed(c, town.Su)
		su.Does(c, "close", nil).Is(http.StatusOK)
		for _, r := range town.App.API.Routes() {
			path, of := strings.CutPrefix(r.Path, "/api/v1/cases/{id}")
			if of && r.Method == http.MethodGet && !strings.Contains(path, "{") {
				if a := su.Get("/cases/" + c.ID + path); a.Status >= 500 {
					failed = append(failed, a.What())
				}
			}
		}
		return failed
	}
	if failed := asked(); len(failed) > 0 {
		t.Fatalf("before the step: %q\n%s", failed, town.Logged())
	}
	pool, err := town.Store.Pool()
	if err != nil {
		t.Fatal(err)
	}
	var tables []string
	rows, err := pool.QueryContext(t.Context(), "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename NOT LIKE 'goose%'")
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	if err := rows.Err(); err != nil || len(tables) < 100 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	for _, name := range tables {
		if _, err := pool.ExecContext(t.Context(), "ALTER TABLE "+name+" ADD COLUMN of_a_later_version text"); err != nil {
			t.Fatal(err)
		}
	}
	if failed := asked(); len(failed) > 0 {
		t.Errorf("%d fail after it:\n%s", len(failed), strings.Join(failed, "\n"))
	}
}
