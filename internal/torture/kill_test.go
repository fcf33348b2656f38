package torture

import (
	"context"
	"testing"
	"time"
)

// A program that is killed in the middle of its work loses nothing that it acknowledged, doubles nothing, keeps nothing that
// it refused, and is ready again in two seconds. Whatever had no answer is sent again under its key, and is one case.
func TestT1_T4_AKilledProgramLosesNothing(t *testing.T) {
	each(t, func(h *house) {
		b := h.newBook()
		var slowest time.Duration
		var all found
		kills := rounds(5, 200)
		for range kills {
			ctx, stop := context.WithCancel(t.Context())
			wait := h.load(ctx, b, 8, 0)
			h.busy(b, 5, 1)
			time.Sleep(drawn(300 * time.Millisecond))
			h.program.Kill()
			stop()
			wait()
			ready := h.start()
			if slowest = max(slowest, ready); ready > 2*time.Second {
				h.Errorf("ready after %s", ready)
			}
			h.whole()
			f := h.compare(b)
			all = found{f.acknowledged, f.photographs, all.unanswered + f.unanswered, all.kept + f.kept}
		}
		h.command("", "verify")
		if all.acknowledged < 5*kills || all.unanswered == 0 || all.photographs == 0 {
			h.Errorf("too little happened to show anything: %+v", all)
		}
		figures.add("T1 kill -9, "+h.engine, "%d kills; %d acknowledged filings and %d photographs: 0 lost, 0 doubled; %d without an answer, of which %d were there; sent again, each one case; ready after %s at most",
			kills, all.acknowledged, all.photographs, all.unanswered, all.kept, slowest.Round(time.Millisecond))
	})
}
