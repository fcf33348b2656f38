package app_test

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/app"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
)

// Whatever the program does by itself comes to the same, to the row, where two programs do it at the same moments for six weeks: nothing
// is sent, released, sealed, added up or entered twice, and neither has anything to complain of.
func TestTwoProgramsDoTheirChoresOnce(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, "postgres")
	var one, two *weeks
	var both sync.WaitGroup
	both.Go(func() { one = sixWeeks(t, 1) })
	both.Go(func() { two = sixWeeks(t, 2) })
	both.Wait()
	if t.Failed() {
		return
	}
	all := map[string]bool{}
	for k := range one.rows {
		all[k] = true
	}
	for k := range two.rows {
		all[k] = true
	}
	for _, k := range slices.Sorted(maps.Keys(all)) {
		if !slices.Equal(one.rows[k], two.rows[k]) {
			t.Errorf("%s, time after time: %v by one program, %v by two", k, one.rows[k], two.rows[k])
		}
	}
	for _, done := range []string{"event remind", "event anomaly_found", "held released", "held destroyed", "table record_seals", "table rolled_months", "message session_reminder",
		"import done", "import forgotten", "row made", "register dropped", "table case_terms"} {
		if !slices.ContainsFunc(one.rows[done], func(n int) bool { return n > 0 }) {
			t.Errorf("in six weeks there was no %s: this shows nothing", done)
		}
	}
}

// weeks is a town that was left to its chores, and what stands in its database afterwards.
type weeks struct {
	*testing.T
	town *housetest.Town
	apps []*app.App
	rows map[string][]int // how many there were, time after time
	turn int
}

var passes = []time.Duration{time.Minute, 18 * time.Hour, 48 * time.Hour, 40 * time.Hour, 8 * 24 * time.Hour, 31 * 24 * time.Hour}

func sixWeeks(t *testing.T, programs int) *weeks {
	town := housetest.New(t, dbtest.New(t, "postgres"))
	w := &weeks{T: t, town: town, apps: []*app.App{town.App}, rows: map[string][]int{}}
	if other := town.Twin(t); programs > 1 { // it leaves a row by being there
		w.apps = append(w.apps, other)
	}
	town.WaitsLong()
	town.WaitsNow(100*time.Hour, 12)
	for _, pass := range passes {
		town.Later(pass)
		w.chores()
		w.count()
	}
	found, err := town.App.Verify(t.Context())
	if err != nil || len(found.Breaks) > 0 {
		t.Errorf("%d programs: %v %+v", programs, err, found.Breaks)
	}
	return w
}

// chores has every program do each chore at the same moment.
func (w *weeks) chores() {
	for _, name := range slices.Sorted(maps.Keys(w.apps[0].Chores())) {
		var all sync.WaitGroup
		begin := make(chan struct{})
		for _, a := range w.apps {
			all.Go(func() {
				<-begin
				if err := a.Chores()[name](w.Context()); err != nil {
					w.Errorf("%s: %v", name, err)
				}
			})
		}
		close(begin)
		all.Wait()
	}
}

// count counts the rows of every table, and tells apart those that tell what was done.
func (w *weeks) count() {
	for _, table := range w.names("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'") {
		w.each("table "+table, "SELECT '', COUNT(*) FROM "+table)
	}
	for what, sql := range map[string]string{
		"event":    "SELECT event, COUNT(*) FROM journal GROUP BY 1",
		"held":     "SELECT state, COUNT(*) FROM held_filings GROUP BY 1",
		"import":   "SELECT state, COUNT(*) FROM ledger_imports GROUP BY 1",
		"row":      "SELECT state, COUNT(*) FROM ledger_import_rows GROUP BY 1",
		"made":     "SELECT id::text <> '', SUM(looked_at * 10000 + made * 100 + there * 10 + failed) FROM ledger_imports GROUP BY 1",
		"register": "SELECT state, COUNT(*) FROM register_imports GROUP BY 1",
		"message":  "SELECT kind, COUNT(*) FROM outbox GROUP BY 1",
		"flag":     "SELECT rule, COUNT(*) FROM anomaly_flags GROUP BY 1",
		"seal":     "SELECT until_on::text, COUNT(*) FROM record_seals GROUP BY 1",
		"case":     "SELECT state, COUNT(*) FROM dispute_cases GROUP BY 1",
	} {
		w.each(what+" ", sql)
	}
	files, err := filepath.Glob(filepath.Join(w.town.App.Data, "files", "??", "*"))
	if err != nil {
		w.Error(err)
	}
	// Where one program has a file in its hand and the other takes it for a leftover, it is put back, and goes with a later sweep: where it
	// ends is what comes to the same.
	if w.turn == len(passes)-1 {
		w.saw("files", len(files))
	}
	w.turn++
}

func (w *weeks) saw(what string, n int) {
	if w.rows[what] == nil {
		w.rows[what] = make([]int, len(passes))
	}
	w.rows[what][w.turn] = n
}

func (w *weeks) names(sql string) (out []string) {
	w.ask(sql, func(scan func(...any) error) error {
		var one string
		err := scan(&one)
		out = append(out, one)
		return err
	})
	return out
}

func (w *weeks) each(before, sql string) {
	w.ask(sql, func(scan func(...any) error) error {
		var name string
		var n int
		err := scan(&name, &n)
		w.saw(before+name, n)
		return err
	})
}

func (w *weeks) ask(sql string, row func(scan func(...any) error) error) {
	w.Helper()
	pool, err := w.town.Store.Pool()
	if err != nil {
		w.Fatal(err)
	}
	rows, err := pool.QueryContext(context.Background(), sql)
	if err != nil {
		w.Fatalf("%s: %v", sql, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			w.Fatalf("%s: %v", sql, err)
		}
	}
	if err := rows.Err(); err != nil {
		w.Fatal(err)
	}
}
