package torture

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"fengqiao/internal/db/dbtest"
)

const (
	perMillion    = time.Minute      // in which a million entries are verified (T9)
	perCity       = 15 * time.Minute // in which a city of so many cases is backed up (T18)
	city          = 100_000
	filedBefore   = 20 // disputes, before the backup begins; while it is written, at least as many
	filedEvery    = 250 * time.Millisecond
	largePassword = "a-city-of-paper-4711"
)

// cases is how many disputes the large record has at least; the demo city has some 33,000 by itself.
func cases() int {
	if n, err := strconv.Atoi(os.Getenv("FENGQIAO_TORTURE_CASES")); err == nil && n > 0 {
		return n
	}
	return city
}

// The record of a large city is verified, a million entries within a minute (T9); it is backed up while people file, within a quarter of
// an hour for 100,000 cases, and put back into a folder with nothing but its keys it holds, with all that was acknowledged before the
// backup began (T18).
func TestT9_T18_ALargeRecord(t *testing.T) {
	if !long() {
		t.Skip("make torture ONLY=large does this")
	}
	for _, engine := range dbtest.Dialects() {
		t.Run(engine, func(t *testing.T) {
			empty := func() string { return dbtest.Bare(t, engine) }
			if engine == "postgres" { // as it is run where it counts: so many rows need its autovacuum
				beside := ownCluster(t).Address
				empty = func() string { return fresh(t, beside) }
			}
			h := newCity(t, engine, empty())
			held, verified := h.count("SELECT count(*) FROM dispute_cases"), h.verifies("verified")
			saved, backup, before := h.saved()
			h.program.Stop()
			restored := h.putBack(empty(), backup, before)
			figures.add("T9 a large record verified, "+engine, "%d cases: %s", held, verified)
			figures.add("T18 a large backup, "+engine, "%s; %s", saved, restored)
		})
	}
}

// newCity is a program that serves the demo city, large.
func newCity(t *testing.T, engine, database string) *house {
	t.Helper()
	h := &house{T: t, engine: engine, database: database, data: t.TempDir(), args: []string{"--demo", "--demo-cases", strconv.Itoa(cases()), "--demo-password", largePassword}}
	h.rows = pool(t, engine, database)
	h.opens()
	if n := h.count("SELECT count(*) FROM dispute_cases"); n < cases() {
		t.Fatalf("%d cases, and not %d", n, cases())
	}
	return h
}

// opens starts the program and signs its resident in.
func (h *house) opens() {
	h.Helper()
	h.start()
	h.Cleanup(func() {
		h.program.Stop()
		if h.Failed() {
			h.Logf("the program's last words:\n%s", h.lastWords())
		}
	})
	a := h.ask(nil, "POST", "/api/v1/sessions", "", "", map[string]string{"login": "resident", "password": largePassword})
	if h.resident = a.text("token"); a.status != http.StatusCreated {
		h.Fatalf("the resident: %d %s %v", a.status, a.body, a.err)
	}
}

// verifies verifies all there is, in the time that it may take.
func (h *house) verifies(what string) string {
	h.Helper()
	entries := h.count("SELECT count(*) FROM journal")
	_, took, worked := h.timed("", "verify")
	each := time.Duration(float64(took) / float64(entries) * 1e6)
	if each > perMillion {
		h.Errorf("%s, %d entries took %s (it worked %s of them): %s for a million, and not %s", what, entries, took, worked, each, perMillion)
	}
	return fmt.Sprintf("%d entries with seals, documents and months %s in %s, %.1f s for each million; it worked %s itself",
		entries, what, took.Round(time.Second/10), each.Seconds(), worked.Round(time.Second/10))
}

// saved takes a backup while people file, in the time that it may take, and gives what was filed before it began: title → id.
func (h *house) saved() (what, backup string, before map[string]string) {
	h.Helper()
	before = map[string]string{}
	for n := range filedBefore {
		a := h.ask(nil, "POST", "/api/v1/cases", h.resident, keyOf(n), dispute(n), english...)
		if a.status != http.StatusCreated {
			h.Fatalf("%s: %d %s %v", title(n), a.status, a.body, a.err)
		}
		before[title(n)] = a.text("id")
	}
	cases, folder, ended, told := h.count("SELECT count(*) FROM dispute_cases"), h.TempDir(), atomic.Bool{}, make(chan []answer)
	go func() {
		var all []answer
		for n := filedBefore; !ended.Load(); n++ {
			all = append(all, h.ask(nil, "POST", "/api/v1/cases", h.resident, keyOf(n), dispute(n), english...))
			time.Sleep(filedEvery)
		}
		told <- all
	}()
	defer ended.Store(true) // where it fails, too
	_, took, _ := h.timed("", "backup", folder)
	ended.Store(true)
	filed, slowest := <-told, time.Duration(0)
	for _, a := range filed {
		if slowest = max(slowest, a.took); a.status != http.StatusCreated {
			h.Errorf("filed while it was saved: %d after %s, %s %v", a.status, a.took, a.body, a.err)
		}
	}
	if len(filed) < filedBefore {
		h.Errorf("only %d were filed while it was saved", len(filed))
	}
	if most := perCity / city * time.Duration(cases); took > most {
		h.Errorf("%d cases were saved in %s, and not in %s", cases, took, most)
	}
	made, err := filepath.Glob(filepath.Join(folder, "*.fengqiao-backup"))
	if err != nil || len(made) != 1 {
		h.Fatalf("made %v, %v", made, err)
	}
	info, err := os.Stat(made[0])
	h.must(err)
	return fmt.Sprintf("%d cases saved in %s, %.2f GB, while %d were filed, who waited %s at most", cases, took.Round(time.Second/10), float64(info.Size())/1e9, len(filed), slowest.Round(time.Millisecond)),
		made[0], before
}

// putBack puts a backup back into a folder with nothing but the keys, verifies it, and has somebody sign in who reads what they filed
// before it was begun.
func (h *house) putBack(database, backup string, before map[string]string) string {
	h.Helper()
	there := &house{T: h.T, engine: h.engine, database: database, data: h.TempDir(), args: h.args}
	for _, name := range []string{"keys", "caucus-keys", "receipt-keys"} {
		text, err := os.ReadFile(filepath.Join(h.data, name))
		h.must(err)
		h.must(os.WriteFile(filepath.Join(there.data, name), text, 0o600))
	}
	_, took, _ := there.timed("", "restore", backup)
	there.rows = pool(h.T, h.engine, database)
	verified := there.verifies("verified there")
	there.whole()
	there.files()
	there.opens()
	for title, id := range before {
		if a := there.ask(nil, "GET", "/api/v1/cases/"+id, there.resident, "", nil, english...); a.status != http.StatusOK || a.text("title") != title {
			h.Errorf("%s was acknowledged as %s before the backup began, and where it was put back there is %d %.200s", title, id, a.status, a.body)
		}
	}
	there.program.Stop()
	return fmt.Sprintf("put back in %s into a folder with its keys alone, %s; somebody signed in, and the %d filings acknowledged before it began are there", took.Round(time.Second/10), verified, len(before))
}
