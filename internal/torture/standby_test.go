package torture

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/db/dbtest/cluster"
)

// A standby that PostgreSQL waits for has all that was acknowledged. While it is away nothing is acknowledged; when the server
// that is written to is gone for good and the standby takes its place, the program that runs finds it by itself, for it was
// told both addresses, and goes on.
func TestT2_AStandbyTakesOver(t *testing.T) {
	if !long() {
		t.Skip("make torture does this")
	}
	takeovers := rounds(0, 10)
	var f found
	var failed int
	var slowest time.Duration
	for range takeovers {
		first := ownCluster(t)
		database := fresh(t, first.Address)
		standby, err := first.Standby(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = standby.Crash() })
		both := strings.Replace(database, first.Folder, first.Folder+","+standby.Folder, 1) + "&target_session_attrs=read-write"
		h := newHouse(t, "postgres", both, t.TempDir())
		one, not, took := h.loses(first, standby)
		f.acknowledged += one.acknowledged
		f.unanswered += one.unanswered
		f.kept += one.kept
		failed += not
		slowest = max(slowest, took)
		h.command("", "verify")
		h.program.Stop()
	}
	figures.add("T2 a standby takes over", "%d times: the standby away for two seconds and back, then the first server gone for good, under %d filings a second; %d acknowledged: 0 lost, 0 doubled; %d answered 503; %d could not be told, of which %d were kept; filing again after %s at most, without the program being told",
		takeovers, steadily, f.acknowledged, failed, f.unanswered, f.kept, slowest.Round(time.Millisecond))
}

// loses takes the standby away and brings it back, and then the first server for good.
func (h *house) loses(first, standby *cluster.Server) (f found, failed int, took time.Duration) {
	h.Helper()
	b := h.newBook()
	ctx, stop := context.WithCancel(h.Context())
	wait := h.load(ctx, b, 8, steadily)
	h.busy(b, 10, 0)
	time.Sleep(drawn(300 * time.Millisecond))

	away := time.Now()
	h.must(standby.Crash())
	gone := time.Now()
	time.Sleep(2 * time.Second)
	began := time.Now()
	b.mu.Lock()
	for _, s := range b.spans {
		if s.status < 300 && s.from.After(gone) && s.to.Before(began) {
			h.Errorf("acknowledged while the standby was away: %d", s.status)
		}
	}
	b.mu.Unlock()
	h.must(standby.Start(h.Context()))
	back, _ := h.filesAgain(b, time.Now())
	windows := []span{{away, back.Add(stale), 0}}
	h.busy(b, 10, 0)
	time.Sleep(drawn(300 * time.Millisecond))

	began = time.Now()
	h.must(first.Crash())
	time.Sleep(drawn(400 * time.Millisecond))
	h.must(standby.Promote(h.Context()))
	promoted := time.Now()
	back, _ = h.filesAgain(b, promoted)
	windows = append(windows, span{began, promoted.Add(max(back.Sub(promoted), stale)), 0})
	h.busy(b, 1, 0)
	stop()
	wait()
	f = h.compare(b)
	failed = outside(h.T, b, windows)
	if f.acknowledged < 20 || failed == 0 || !slices.ContainsFunc(b.spans, func(s span) bool { return s.status == 201 && s.from.After(promoted) }) {
		h.Errorf("too little happened to show anything: %+v, %d failures", f, failed)
	}
	return f, failed, back.Sub(promoted)
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}
