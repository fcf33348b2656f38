package torture

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/db/dbtest"
)

const (
	cut    = 5 * time.Second        // after which a request that waits for the database is answered
	margin = 700 * time.Millisecond // on a machine that does other things too
)

// A database that no longer answers, though every connection to it stands, costs each request five seconds and no more, pages
// and API alike: 503, never a success. /readyz says no. When it answers again everything goes on, and nothing is left behind.
func TestT3_ADatabaseThatHangsHoldsNobody(t *testing.T) {
	beside(t)
	if !slices.Contains(dbtest.Dialects(), "postgres") {
		t.Skip("this is asked on postgres")
	}
	w, database := newWire(t, dbtest.URL(t, "postgres"))
	h := newHouse(t, "postgres", database, t.TempDir())
	b := h.newBook()
	if err := h.fileOne(b); err != nil {
		t.Fatal(err)
	}
	asks := h.everything(b.filings[1].id)
	for _, a := range asks {
		if got := a.send(); got.status != a.fine {
			t.Fatalf("%s before: %d %s %v", a.what, got.status, got.body, got.err)
		}
	}
	calm := h.gauge("go_goroutines")
	w.set(true, 0)
	var slowest time.Duration
	for range rounds(1, 4) {
		slowest = max(slowest, h.allCut(asks))
	}
	w.set(false, 0)
	back := h.within(cut, "filing after the database answers", func() bool {
		return h.fileOne(b) == nil && h.ready() == 200 && learnt(b) == acknowledged
	})
	left := h.within(30*time.Second, "as many goroutines as before", func() bool { return h.gauge("go_goroutines") <= calm+10 })
	w.set(false, 30*time.Millisecond)
	ctx, stop := context.WithTimeout(t.Context(), time.Second)
	defer stop()
	h.load(ctx, b, 4, 0)()
	w.set(false, 0)
	f := h.compare(b)
	figures.add("T3 PostgreSQL hangs", "%d requests at once: all 503 after %s at most, /readyz no; filing again after %s, goroutines back after %s; %d filings acknowledged, 0 lost",
		len(asks)*copies, slowest.Round(time.Millisecond), back.Round(time.Millisecond), left.Round(time.Millisecond), f.acknowledged)
}

// learnt is what the last filing taught.
func learnt(b *book) told {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.filings[int(b.next.Load())].told
}

// request is something that somebody asks.
type request struct {
	what  string
	fine  int  // the status when all is well
	reads bool // and changes nothing
	send  func() answer
}

// everything is one request of each kind, about one case.
func (h *house) everything(id string) []request {
	n := 1_000_000
	return []request{
		{"read a case", 200, true, func() answer { return h.ask(nil, "GET", "/api/v1/cases/"+id, h.resident, "", nil) }},
		{"list cases", 200, true, func() answer { return h.ask(nil, "GET", "/api/v1/cases", h.chair, "", nil) }},
		{"a page of a case", 200, true, func() answer { return h.ask(nil, "GET", "/mine/"+id, h.resident, "", nil) }},
		{"the page of a list", 200, true, func() answer { return h.ask(nil, "GET", "/desk/cases", h.chair, "", nil) }},
		{"a photograph", 201, false, func() answer {
			return h.ask(nil, "POST", "/api/v1/cases/"+id+"/attachments", h.resident, "", photo(n))
		}},
		{"file", 201, false, func() answer {
			return h.ask(nil, "POST", "/api/v1/cases", h.resident, "", dispute(0))
		}},
		{"whether it is ready", 200, false, func() answer { return h.ask(nil, "GET", "/readyz", "", "", nil) }},
	}
}

const copies = 4 // of each request at once: more together than there are connections

// allCut sends everything at once, several times over, and wants each cut in time and refused. It gives the slowest.
func (h *house) allCut(asks []request) (slowest time.Duration) {
	h.Helper()
	for what, a := range h.atOnce(asks) {
		for _, got := range a {
			slowest = max(slowest, got.took)
			if got.status != 503 || got.took > cut+margin {
				h.Errorf("%s: %d after %s %v %.300s", what, got.status, got.took, got.err, got.body)
			}
		}
	}
	return slowest
}

func (h *house) atOnce(asks []request) map[string][]answer {
	type got struct {
		what string
		answer
	}
	all := make(chan got)
	for range copies {
		for _, a := range asks {
			go func() { all <- got{a.what, a.send()} }()
		}
	}
	out := map[string][]answer{}
	for range copies * len(asks) {
		g := <-all
		out[g.what] = append(out[g.what], g.answer)
	}
	return out
}

// fileOne lets somebody file one dispute.
func (h *house) fileOne(b *book) error {
	c := h.newCaller()
	defer c.CloseIdleConnections()
	return h.file(b, c, int(b.next.Add(1)))
}

// Somebody else holds a lock: a backup tool, an administrator at a console. Whoever writes is told so within five seconds;
// reading goes on, also for sessions whose last use should be noted now, and with more writers waiting than there are
// connections.
func TestT3_ALockHeldElsewhereStopsOnlyWhoWrites(t *testing.T) {
	beside(t)
	abreast(t, func(h *house) {
		b := h.newBook()
		if err := h.fileOne(b); err != nil {
			h.Fatal(err)
		}
		reads := slices.DeleteFunc(h.everything(b.filings[1].id), func(a request) bool { return !a.reads })
		free := h.lock()
		var writers sync.WaitGroup
		var slowestRead time.Duration
		for range 3 * copies {
			writers.Go(func() {
				a := h.ask(nil, "POST", "/api/v1/cases", h.resident, "", dispute(0), english...)
				if a.status != 503 || a.took > cut+margin {
					h.Errorf("file: %d after %s %v %.300s", a.status, a.took, a.err, a.body)
				}
			})
		}
		time.Sleep(300 * time.Millisecond) // they wait by now
		for what, got := range h.atOnce(reads) {
			for _, a := range got {
				slowestRead = max(slowestRead, a.took)
				if a.status != 200 || a.took > 2*time.Second {
					h.Errorf("%s beside the lock: %d after %s %v %.300s", what, a.status, a.took, a.err, a.body)
				}
			}
		}
		writers.Wait()
		free()
		back := h.within(cut, "filing after the lock", func() bool { return h.fileOne(b) == nil && learnt(b) == acknowledged })
		h.whole()
		h.compare(b)
		figures.add("T3 a lock held elsewhere, "+h.engine, "%d filings: all 503 within %s; %d readings beside them: all answered within %s; filing again after %s",
			3*copies, cut+margin, len(reads)*copies, slowestRead.Round(time.Millisecond), back.Round(time.Millisecond))
	})
}

// lock holds what every filing writes, from outside the program, and makes every session one whose use should be noted.
func (h *house) lock() (free func()) {
	h.Helper()
	conn, err := h.rows.Conn(h.Context())
	if err != nil {
		h.Fatal(err)
	}
	run := func(statements ...string) {
		for _, s := range statements {
			if _, err := conn.ExecContext(h.Context(), s); err != nil {
				h.Fatalf("%s: %v", s, err)
			}
		}
	}
	if h.engine == "sqlite" {
		run("UPDATE sessions SET seen_at = datetime(seen_at, '-5 minutes')", "BEGIN IMMEDIATE")
	} else {
		run("UPDATE sessions SET seen_at = seen_at - interval '5 minutes'", "BEGIN", "LOCK TABLE dispute_cases, sessions IN EXCLUSIVE MODE")
	}
	return func() { run("ROLLBACK"); conn.Close() }
}
