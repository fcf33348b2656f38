package torture

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
)

const (
	lines = 12                  // of a ledger that is being entered
	away  = 20 * 24 * time.Hour // in which no program ran
	soon  = 15 * time.Second    // by when everything is done that waited

	lately = 3 * 24 * time.Hour // since when there is something that is done at once
)

// Two programs that begin at once over a database in which something waits for every chore do each thing once: they are held up
// until both stand before the same rows, and let go together.
func TestTwoProgramsDoEachChoreOnce(t *testing.T) {
	l := leave(t, 3)
	free := l.hold("LOCK TABLE dispute_cases, journal, outbox, record_seals, rolled_months, held_filings, ledger_imports, ledger_import_rows, register_imports IN SHARE MODE")
	two := l.begin()
	l.within(soon, "both stand before what they would write", func() bool { return l.waiting() >= 6 })
	free()
	took := l.allDone(due)
	l.onceEach()
	if sent := l.letters(); sent.twice > 0 || sent.different == 0 {
		t.Errorf("messages: %+v", sent)
	}
	two.program.Stop()
	l.program.Stop()
	l.complains()
	l.command("", "verify")
	figures.add("Two programs do each chore", "%s once each, after %s", l.summary(), took.Round(10*time.Millisecond))
}

// One that is killed in the middle of three chores – of sweeping cases, of entering a ledger, of releasing held filings – leaves the rest to the other, which does it once. What was being sent at that moment may leave twice.
func TestTwoProgramsAndOneIsKilledInTheMiddleOfItsChores(t *testing.T) {
	l := leave(t, 12)
	free := l.hold(
		"SELECT 1 FROM dispute_cases WHERE id = (SELECT id FROM dispute_cases WHERE sweep_on <= (now() AT TIME ZONE 'Asia/Shanghai')::date ORDER BY county_code, id OFFSET 5 LIMIT 1) FOR UPDATE",
		"SELECT 1 FROM ledger_import_rows WHERE (import_id, number) = (SELECT import_id, number FROM ledger_import_rows JOIN ledger_imports i ON i.id = import_id WHERE i.state = 'importing' ORDER BY number OFFSET 4 LIMIT 1) FOR UPDATE",
		"SELECT 1 FROM held_filings WHERE id = (SELECT id FROM held_filings WHERE due_at IS NOT NULL ORDER BY due_at, id OFFSET 1 LIMIT 1) FOR UPDATE")
	var cases, rows, filings int
	middle := func() bool { // some of each; what stands still may hold up what needs the same rows
		cases, rows, filings = l.count(swept), l.count(entered), l.count(released)
		return 0 < cases && cases <= 5 && 0 < rows && rows <= 4 && filings <= 1
	}
	l.start()
	was, since := "", time.Now()
	l.within(soon, "all three chores of it stand in the middle", func() bool { // who comes while it still goes on with the ledger leaves that to it for half a minute
		ready := middle() && l.waiting() >= 3
		if now := fmt.Sprint(ready, cases, rows, filings); now != was {
			was, since = now, time.Now()
		}
		return ready && time.Since(since) > 300*time.Millisecond
	})
	two := l.twin()
	l.within(soon, "the other stands behind it", func() bool { return l.waiting() >= 6 })
	l.program.Kill()
	if !middle() {
		t.Error("it was not killed in the middle")
	}
	free()
	took := l.allDone(claimable)
	l.onceEach()
	time.Sleep(time.Second)                                                                                                                                    // what the other has in hand is sent by then; what the killed one had waits for its lease
	if _, err := l.rows.ExecContext(t.Context(), "UPDATE outbox SET due_at = now() WHERE due_at BETWEEN now() AND now() + interval '2 minutes'"); err != nil { // its leases end
		t.Fatal(err)
	}
	l.within(soon, "all letters are sent", func() bool { return l.count(due) == 0 })
	sent := l.letters()
	if sent.twice > 1 {
		t.Errorf("messages: %+v", sent)
	}
	two.program.Stop()
	l.complains()
	l.command("", "verify")
	figures.add("Two programs, one killed in the middle of chores", "%s once each, after %s by the other; %d messages sent twice", l.summary(), took.Round(10*time.Millisecond), sent.twice)
}

// left is a town in which nothing was done for weeks.
type left struct {
	*house
	wants    map[string]int
	disputes int    // that nobody took up
	lost     string // a file that no row names
}

// What waits, and what is done; each a number of rows.
const (
	unswept   = "SELECT count(*) FROM dispute_cases WHERE sweep_on <= (now() AT TIME ZONE 'Asia/Shanghai')::date"
	swept     = "SELECT count(*) FROM journal WHERE event = 'remind'"
	entered   = "SELECT count(*) FROM ledger_import_rows WHERE state = 'made'"
	released  = "SELECT count(*) FROM held_filings WHERE state = 'released'"
	claimable = "SELECT count(*) FROM outbox WHERE due_at <= now() AND given_up_at IS NULL"
	due       = "SELECT count(*) FROM outbox WHERE due_at <= now() + interval '2 minutes' AND given_up_at IS NULL"
	unsealed  = "SELECT count(DISTINCT county_code) FROM journal WHERE recorded_at < date_trunc('day', now() AT TIME ZONE 'Asia/Shanghai') AT TIME ZONE 'Asia/Shanghai'"
)

// leave makes a town in which so many disputes, and something for every other chore, were left for three weeks.
func leave(t *testing.T, disputes int) *left {
	t.Helper()
	store := dbtest.Only(t, "postgres")
	clock, now := dbtest.ClockOf(store), time.Now()
	clock.Set(now.Add(-away))
	town := housetest.New(t, store)
	town.WaitsLong()
	for range disputes {
		town.As(town.Lin).Files()
	}
	for _, elsewhere := range []ident.Area{housetest.Faraway, "350527000000"} {
		town.As(nil).Files(housetest.M{"area_code": string(elsewhere)})
	}
	clock.Set(now.Add(-lately))
	town.SignInAgain()
	town.WaitsNow(lately+20*time.Hour, lines)
	database := dbtest.AddressOf(store)
	l := &left{disputes: disputes, house: &house{T: t, engine: "postgres", database: database, data: town.App.Data, rows: pool(t, "postgres", database)}}
	l.lost = filepath.Join(l.data, "files", "ab", strings.Repeat("cd", 31))
	l.wants = map[string]int{"cases swept": l.count(unswept), "lines entered": lines, "filings released": 3, "counties sealed": l.count(unsealed),
		"cases": l.count("SELECT count(*) FROM dispute_cases") + lines + 3}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the programs' last words:\n%s", l.lastWords())
		}
	})
	return l
}

// begin starts both.
func (l *left) begin() (two *house) {
	l.Helper()
	l.start()
	l.Cleanup(l.program.Stop)
	return l.twin()
}

// hold holds up whoever would write some rows, until it is freed.
func (h *house) hold(statements ...string) (free func()) {
	h.Helper()
	conn, err := h.rows.Conn(h.Context())
	h.must(err)
	for _, each := range append([]string{"BEGIN"}, statements...) {
		if _, err := conn.ExecContext(h.Context(), each); err != nil {
			h.Fatalf("%s: %v", each, err)
		}
	}
	done := false
	free = func() {
		if !done {
			done = true
			_, err := conn.ExecContext(context.Background(), "ROLLBACK")
			h.must(err)
			conn.Close()
		}
	}
	h.Cleanup(free)
	return free
}

func (h *house) count(query string) int {
	h.Helper()
	n, err := strconv.Atoi(h.one("SELECT CAST((" + query + ") AS text)"))
	h.must(err)
	return n
}

// waiting is how many transactions wait for another.
func (h *house) waiting() int {
	return h.count("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())")
}

// allDone waits until nothing waits for a chore any more, and none of some letters.
func (l *left) allDone(letters string) time.Duration {
	l.Helper()
	return l.within(2*soon, "everything that waited is done", func() bool {
		_, lost := os.Stat(l.lost)
		return os.IsNotExist(lost) && l.count(unswept) == 0 && l.count("SELECT count(*) FROM held_filings WHERE due_at <= now()") == 0 && l.count("SELECT count(*) FROM record_seals") >= l.wants["counties sealed"] &&
			l.count("SELECT count(*) FROM ledger_imports WHERE state IN ('checking', 'importing') OR state <> 'forgotten' AND made_at < now() - interval '7 days'") == 0 &&
			l.count("SELECT count(*) FROM register_imports WHERE state <> 'dropped'") == 0 && l.count("SELECT count(*) FROM case_terms_due") == 0 &&
			l.count("SELECT count(*) FROM rolled_months") >= 3 && l.count(letters) == 0
	})
}

// onceEach holds the rows against what waited.
func (l *left) onceEach() {
	l.Helper()
	for what, query := range map[string]string{"cases swept": swept, "lines entered": entered, "filings released": released, "cases": "SELECT count(*) FROM dispute_cases",
		"counties sealed": "SELECT count(*) FROM record_seals"} {
		most, least := l.wants[what], l.wants[what]
		if what == "cases swept" { // one whose day has come may need nothing after all
			least = l.disputes
		}
		if got := l.count(query); got > most || got < least || got < 3 {
			l.Errorf("%s: %d, want %d", what, got, most)
		}
	}
	for what, query := range map[string]string{
		"a case swept twice in a day":                 "SELECT case_id FROM journal WHERE event = 'remind' GROUP BY case_id, recorded_at::date HAVING count(*) > 1",
		"a task opened twice":                         "SELECT case_id FROM case_tasks GROUP BY case_id, kind, subject, alert_on HAVING count(*) > 1",
		"a county sealed twice on a day":              "SELECT county_code FROM record_seals GROUP BY county_code, until_on HAVING count(*) > 1",
		"a party reminded twice":                      "SELECT case_id FROM party_messages WHERE kind = 'session_reminder' GROUP BY case_id, party_id HAVING count(*) > 1",
		"a line of the ledger made twice":             "SELECT case_id FROM ledger_import_rows WHERE state = 'made' GROUP BY case_id HAVING count(*) > 1",
		"an import that counted wrongly":              "SELECT id FROM ledger_imports WHERE state = 'done' AND (made <> " + strconv.Itoa(lines) + " OR looked_at <> row_count)",
		"a filing that was dropped and not destroyed": "SELECT id FROM held_filings WHERE state NOT IN ('released', 'destroyed')",
	} {
		if n := l.count("SELECT count(*) FROM (" + query + ") q"); n > 0 {
			l.Errorf("%s: %d", what, n)
		}
	}
	if l.count("SELECT count(*) FROM party_messages WHERE kind = 'session_reminder'") == 0 {
		l.Error("nobody was reminded of a session")
	}
}

// complains tells what the programs had to complain of.
func (l *left) complains() {
	l.Helper()
	text, err := os.ReadFile(filepath.Join(l.data, "program.log"))
	l.must(err)
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "level=ERROR") {
			l.Error(line)
		}
	}
}

// posted is what left as a message.
type posted struct{ different, twice int }

func (l *left) letters() (p posted) {
	l.Helper()
	times := map[string]int{}
	paths, _ := filepath.Glob(filepath.Join(l.data, "messages", "*.jsonl"))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		l.must(err)
		for line := range strings.Lines(string(text)) {
			var m struct{ ID string }
			l.must(json.Unmarshal([]byte(line), &m))
			times[m.ID]++
		}
	}
	for id, n := range times {
		if p.different++; n > 1 || id == "" {
			p.twice++
		}
	}
	return p
}

func (l *left) summary() string {
	return strconv.Itoa(l.wants["cases swept"]) + " cases swept, " + strconv.Itoa(lines) + " lines of a ledger entered, 3 held filings released and 2 destroyed, " +
		strconv.Itoa(l.wants["counties sealed"]) + " counties sealed, " + strconv.Itoa(l.count("SELECT count(*) FROM rolled_months")) + " months added up, tables and drafts forgotten:"
}
