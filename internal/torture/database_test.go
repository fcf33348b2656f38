package torture

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/db/dbtest/cluster"
)

// durable is a PostgreSQL as it is run where it counts.
var durable = []string{"fsync=on", "full_page_writes=on", "synchronous_commit=on", "autovacuum=on"}

const steadily = 50 // requests a second

// stale is how long a connection that has ended may still be taken for a good one: one that was idle for longer is asked first.
const stale = time.Second + 200*time.Millisecond

// A PostgreSQL that ends every connection, and one that falls down and comes back, cost the requests of that moment and
// nothing that was acknowledged; five seconds after it is back filing goes on.
func TestT2_ADatabaseThatFallsDownLosesNothing(t *testing.T) {
	server := ownCluster(t)
	h := newHouse(t, "postgres", fresh(t, server.Address), t.TempDir())
	b := h.newBook()
	var windows []span
	var slowest time.Duration
	falls := rounds(1, 50)
	for range falls {
		ctx, stop := context.WithCancel(t.Context())
		wait := h.load(ctx, b, 8, steadily)
		h.busy(b, 10, 0)
		time.Sleep(drawn(300 * time.Millisecond))

		began := time.Now()
		h.one("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
		back, ok := h.filesAgain(b, time.Now())
		windows = append(windows, span{began, began.Add(max(back.Sub(began), stale)), 0})
		slowest = max(slowest, back.Sub(began))
		h.busy(b, 10, 0)
		time.Sleep(drawn(200 * time.Millisecond))

		began = time.Now()
		if err := server.Crash(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(drawn(400 * time.Millisecond))
		if err := server.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		answers := time.Now()
		back, okToo := h.filesAgain(b, answers)
		windows = append(windows, span{began, answers.Add(max(back.Sub(answers), stale)), 0})
		slowest = max(slowest, back.Sub(answers))
		h.busy(b, 1, 0)
		stop()
		wait()
		if !ok || !okToo {
			break
		}
	}
	f := h.compare(b)
	failed := outside(t, b, windows)
	h.command("", "verify")
	if f.acknowledged < 20*falls || failed == 0 {
		t.Errorf("too little happened to show anything: %+v, %d failures", f, failed)
	}
	figures.add("T2 PostgreSQL falls down", "%d times all connections ended, %d crashes and restarts under %d filings a second; %d acknowledged: 0 lost, 0 doubled; %d answered 503, all while it was down; %d could not be told, of which %d were kept; filing again after %s at most",
		falls, falls, steadily, f.acknowledged, failed, f.unanswered, f.kept, slowest.Round(time.Millisecond))
}

// filesAgain waits until a filing that was sent after a moment is acknowledged.
func (h *house) filesAgain(b *book, after time.Time) (at time.Time, ok bool) {
	h.Helper()
	h.within(5*time.Second, "a filing after the database was back", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		i := slices.IndexFunc(b.spans, func(s span) bool { return s.status == 201 && s.from.After(after) })
		if i >= 0 {
			at, ok = b.spans[i].to, true
		}
		return ok
	})
	if !ok {
		at = time.Now()
	}
	return at, ok
}

// outside counts the failures, each of which must have met a window, and been said in words.
func outside(t *testing.T, b *book, windows []span) (failed int) {
	t.Helper()
	for _, s := range b.spans {
		if s.status < 500 && s.status != 0 {
			continue
		}
		failed++
		met := slices.ContainsFunc(windows, func(w span) bool { return s.from.Before(w.to) && s.to.After(w.from) })
		if s.status != 503 || !met {
			t.Errorf("status %d, from %s for %s", s.status, s.from.Format("15:04:05.000"), s.to.Sub(s.from))
		}
	}
	return failed
}

// ownCluster is a PostgreSQL that the test may bring down.
func ownCluster(t *testing.T) *cluster.Server {
	t.Helper()
	return anyCluster(t, func() (*cluster.Server, error) { return cluster.New(t.Context(), durable...) })
}

func anyCluster(t *testing.T, begin func() (*cluster.Server, error)) *cluster.Server {
	t.Helper()
	if !slices.Contains(dbtest.Dialects(), "postgres") {
		t.Skip("this is asked on postgres")
	}
	server, err := begin()
	if errors.Is(err, cluster.ErrNone) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Crash() })
	return server
}

// fresh is an empty database beside another.
func fresh(t *testing.T, beside string) string {
	t.Helper()
	admin := pool(t, "postgres", beside)
	name := "town_" + strings.ToLower(rand.Text()[:8])
	if _, err := admin.ExecContext(t.Context(), fmt.Sprintf("CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'", name)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = admin.Exec("DROP DATABASE " + name + " WITH (FORCE)") })
	u, err := url.Parse(beside)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}
