package demo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/registry"
)

// walk takes the cases of a county, one after the other, through their lives by the same acts that people use.
type walk struct {
	*loader
	*county
	cases  *casework.Service
	clock  *Clock
	chance *rand.Rand

	ctx   context.Context
	plan  plan
	story story
	names [2]string
	host  registry.Mediator
	pace  float64 // 1: at leisure; less: so that it ends in time
	view  casework.View
	pairs [2]casework.PartyIn // as they were filed
	held  bool                // everything that was agreed was done
}

// leisure is how long a life takes at most, from filing to archive, when nobody hurries.
const leisure = 95 * 24 * time.Hour

func (w *walk) run(ctx context.Context, p plan) error {
	w.ctx, w.plan, w.view, w.held = ctx, p, casework.View{}, false
	w.clock.Set(p.begins)
	w.later(0)
	w.notBefore(p.crew.filed.Add(time.Minute))
	p.crew.filed = w.clock.Now()
	w.pace = min(1, float64(p.ends.Sub(p.begins))/float64(leisure))
	w.host = p.crew.people[1+w.chance.IntN(len(p.crew.people)-1)]
	if p.crew == w.home {
		w.host = p.crew.people[1]
	}
	w.story = w.hear()
	for _, do := range []func() error{w.file, w.consent, w.accept, w.assign, w.mediate, w.settle, w.perform, w.finish} {
		if err := do(); err != nil {
			if errors.Is(err, errEnough) {
				w.remember()
				return nil
			}
			return err
		}
		if w.view.State == p.until {
			w.remember()
			return nil
		}
	}
	return fmt.Errorf("ended in %s", w.view.State)
}

// hear draws what the dispute is about: property matters at a property committee, else by how common each kind is.
func (w *walk) hear() story {
	if w.plan.crew.committee.Sector != "" {
		return pick(w.chance, compoundStories)
	}
	n := w.chance.IntN(1000)
	for {
		s := pick(w.chance, stories)
		if n < weights[s.category]*5 { // the commonest always, the rarest seldom
			return s
		}
		n = w.chance.IntN(1000)
	}
}

// later lets hours go by, at the plan's pace, and comes out in office hours.
func (w *walk) later(hours float64) {
	t := w.clock.Now().Add(time.Duration(hours*w.pace*float64(time.Hour)) + time.Duration(1+w.chance.IntN(2400))*time.Second).In(shanghai)
	switch h := t.Hour(); {
	case h < 8:
		t = t.Add(time.Duration(8-h) * time.Hour)
	case h >= 18:
		t = t.Add(time.Duration(32-h) * time.Hour)
	}
	for !w.cal.IsWorking(calendar.DayOf(t)) && w.chance.IntN(8) > 0 { // now and then on a Sunday
		t = t.AddDate(0, 0, 1)
	}
	if t.After(w.plan.ends) {
		t = w.plan.ends
	}
	w.notBefore(t)
}

// notBefore puts the clock to a moment, never back.
func (w *walk) notBefore(t time.Time) {
	if t.After(w.clock.Now()) {
		w.clock.Set(t.Truncate(time.Second))
	}
}

func (w *walk) today() calendar.Day { return calendar.DayOf(w.clock.Now()) }

// act is what an act of the casework room is called with.
type act struct {
	ctx context.Context
	g   authz.Grant
	o   casework.Order
}

// take does one act as somebody, so many hours after the last, and keeps what the case then looks like.
func (w *walk) take(by actor.Actor, hours float64, action string, do func(a act) (casework.View, error)) error {
	w.later(hours)
	g, err := w.Policy.Allow(by, authz.Action("case."+action))
	if err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	v, err := do(act{ctx: w.ctx, g: g, o: casework.Order{Case: w.view.ID, Expect: w.view.Version}})
	if err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	w.view = v
	return nil
}
