package demo

import (
	"encoding/binary"
	"slices"
	"time"

	"fengqiao/internal/casework"
)

// What varies here is told by the case's own number and day and not drawn: it moves nothing that is drawn later.

// oneIn tells whether the case is one of so many, for one reason.
func (w *walk) oneIn(n, reason uint32) bool {
	return (binary.BigEndian.Uint32(w.view.ID[12:])*2654435761+reason*40503)>>8%n == 0
}

// Reasons.
const (
	bySlow uint32 = iota + 1
	byLate
	byBroken
)

// roomFor tells whether the case can wait so long and still end in time. The home committee's cases are told as they are.
func (w *walk) roomFor(wait time.Duration) bool {
	return w.plan.crew != w.home && w.clock.Now().Add(wait+60*24*time.Hour).Before(w.plan.ends)
}

// drag lets one mediation in twenty take longer than its limit.
func (w *walk) drag() {
	const long = 33 * 24 * time.Hour
	if w.oneIn(20, bySlow) && w.roomFor(long) {
		w.notBefore(w.clock.Now().Add(long))
	}
}

// untilDone is how many hours go by until something that was promised is done: mostly not past its day.
func (w *walk) untilDone(o casework.Obliged, hours float64) float64 {
	left := o.Due.Start().Add(9*time.Hour).Sub(w.clock.Now()).Hours() / max(w.pace, 0.01)
	return max(1, min(hours, left*0.8))
}

// kept is what becomes of a promise: of fourteen one is kept after its day, and of forty one is not.
func (w *walk) kept(o casework.Obliged) (state string, notBefore time.Time) {
	late := o.Due.Start().Add(10 * time.Hour)
	wait := late.Sub(w.clock.Now())
	switch {
	case !w.roomFor(wait + 20*24*time.Hour):
	case w.oneIn(40, byBroken):
		return "unperformed", late.AddDate(0, 0, 1)
	case w.oneIn(14, byLate):
		return "performed", late.AddDate(0, 0, 5)
	}
	return "performed", time.Time{}
}

// before are the two sides of a committee's last case that was settled.
type before struct {
	sides [2]casework.PartyIn
	until time.Time
}

// settled keeps the two sides for when they come back.
func (w *walk) settled() {
	if w.plan.crew != w.home && w.plan.byWhom == "" && w.pairs[0].Kind == "" && w.pairs[1].Kind == "" {
		w.plan.crew.last = &before{w.pairs, w.clock.Now()}
	}
}

// again brings the same two sides once more where their last case is some weeks old: one pair in nine.
func (w *walk) again(a, b casework.PartyIn) (casework.PartyIn, casework.PartyIn) {
	last, now := w.plan.crew.last, w.clock.Now()
	if last == nil || w.plan.byWhom != "" || slices.Contains(elders, w.story.title) || slices.Contains(couples, w.story.title) || firms[w.story.title] != 0 {
		return a, b
	}
	if since := now.Sub(last.until); since < 20*24*time.Hour || since > 330*24*time.Hour || now.Unix()/7%9 != 0 {
		return a, b
	}
	w.plan.crew.last = nil
	return last.sides[0], last.sides[1]
}
