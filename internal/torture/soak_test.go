package torture

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fengqiao/internal/db/dbtest"
)

const steady = 30 // requests a second, mixed

// minutes is how long a soak lasts on both engines together.
func minutes() float64 {
	if n, err := strconv.ParseFloat(os.Getenv("FENGQIAO_TORTURE_MINUTES"), 64); err == nil && n > 0 {
		return n
	}
	return 120
}

// sample is what the program holds at a moment.
type sample struct{ heap, goroutines float64 }

// Hours of ordinary work leave nothing behind: memory and goroutines stay flat, 95 of 100 requests are answered within 300
// milliseconds, and none fails.
func TestT22_ItRunsForDays(t *testing.T) {
	if !long() {
		t.Skip("make torture soaks")
	}
	kept(t, func(h *house) {
		lasts := time.Duration(minutes() / float64(len(dbtest.Dialects())) * float64(time.Minute))
		ctx, stop := context.WithTimeout(t.Context(), lasts)
		defer stop()
		took, failed, began := []time.Duration{}, 0, time.Now()
		var mu sync.Mutex
		done := make(chan []sample)
		go func() { done <- h.samples(ctx, lasts/60) }()
		h.work(ctx, func(what string, a answer) {
			mu.Lock()
			defer mu.Unlock()
			if took = append(took, a.took); a.status == 0 || a.status >= 300 {
				if failed++; failed < 10 {
					t.Errorf("%s after %s: %s: %d after %s, %v %.100s", h.engine, time.Since(began).Round(time.Second), what, a.status, a.took, a.err, a.body)
				}
			}
		})
		seen := <-done
		slices.Sort(took)
		p95 := took[len(took)*95/100]
		first, last := least(seen[len(seen)/6:len(seen)/2]), least(seen[len(seen)/2:])
		if p95 > 300*time.Millisecond {
			t.Errorf("95 of 100 within %s", p95)
		}
		if last.heap > first.heap*1.2+(4<<20) || last.goroutines > first.goroutines+10 {
			t.Errorf("it grows: %+v, then %+v", first, last)
		}
		h.whole()
		h.command("", "verify")
		figures.add("T22 soak, "+h.engine, "%s, %d requests at %d a second; %d failed; 95 of 100 within %s, the slowest %s; heap %.1f MiB, later %.1f MiB; goroutines %.0f, later %.0f",
			lasts.Round(time.Second), len(took), steady, failed, p95.Round(time.Millisecond), took[len(took)-1].Round(time.Millisecond), first.heap/(1<<20), last.heap/(1<<20), first.goroutines, last.goroutines)
	})
}

// kept is a program on each engine, with a PostgreSQL as it is run where it counts: hours of rows need its autovacuum, without which
// it knows nothing of its tables, and lists take seconds after ten minutes.
func kept(t *testing.T, fn func(h *house)) {
	for _, engine := range dbtest.Dialects() {
		t.Run(engine, func(t *testing.T) {
			database := ""
			if engine == "postgres" {
				database = fresh(t, ownCluster(t).Address)
			} else {
				database = dbtest.URL(t, engine)
			}
			fn(newHouse(t, engine, database, t.TempDir()))
		})
	}
}

// least is the least of each: what is held for good, whenever it was last cleaned up.
func least(seen []sample) sample {
	out := seen[0]
	for _, s := range seen {
		out = sample{min(out.heap, s.heap), min(out.goroutines, s.goroutines)}
	}
	return out
}

func (h *house) samples(ctx context.Context, every time.Duration) (out []sample) {
	for ctx.Err() == nil {
		out = append(out, sample{h.gauge("go_memstats_heap_alloc_bytes"), h.gauge("go_goroutines")})
		pause(ctx, every)
	}
	return out
}

// work sends what an ordinary day brings, steadily, whether or not the one before was answered. The case that is read and gets
// photographs is another every half minute: no case has a thousand.
func (h *house) work(ctx context.Context, tell func(string, answer)) {
	first := h.ask(nil, "POST", "/api/v1/cases", h.resident, "", dispute(0)).text("id")
	var current atomic.Pointer[string]
	current.Store(&first)
	var all sync.WaitGroup
	tick := time.NewTicker(time.Second / steady)
	defer tick.Stop()
	clients := make(chan caller, 64)
	for n := 0; ctx.Err() == nil; n++ {
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
		all.Go(func() {
			var c caller
			select {
			case c = <-clients:
			default:
				c = h.newCaller()
			}
			what, a := h.ordinary(c, n, *current.Load())
			tell(what, a)
			if id := a.text("id"); what == "file" && id != "" && n%900 == 0 {
				current.Store(&id)
			}
			select {
			case clients <- c:
			default:
				c.CloseIdleConnections()
			}
		})
	}
	all.Wait()
	close(clients)
	for c := range clients {
		c.CloseIdleConnections()
	}
}

// ordinary is one request of a day.
func (h *house) ordinary(c caller, n int, id string) (string, answer) {
	switch n % 12 {
	case 0:
		return "file", h.ask(nil, "POST", "/api/v1/cases", h.resident, fmt.Sprint("soak ", n), dispute(n))
	case 1:
		if n%120 == 1 {
			return "photograph", h.ask(c.Client, "POST", "/api/v1/cases/"+id+"/attachments", h.resident, "", photo(n))
		}
		return "follow", h.ask(c.Client, "GET", "/follow", "", "", nil)
	case 2, 3:
		return "list", h.ask(c.Client, "GET", "/api/v1/cases?limit=20", h.chair, "", nil)
	case 4, 5:
		return "page of the list", h.ask(c.Client, "GET", "/desk/cases", h.chair, "", nil)
	case 6:
		return "page of a case", h.ask(c.Client, "GET", "/mine/"+id, h.resident, "", nil)
	case 7:
		return "home", h.ask(c.Client, "GET", "/", "", "", nil)
	}
	return "read", h.ask(c.Client, "GET", "/api/v1/cases/"+id, h.chair, "", nil)
}
