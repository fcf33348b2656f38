package demo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"golang.org/x/sync/errgroup"

	"fengqiao/internal/actor"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

const (
	perBatch = 200 // cases a transaction
	ahead    = 2   // batches that a county may be ahead of the writing
)

// history works every planned case by the acts of the house, county by county and two at once, and writes what they
// made in the order of the counties: the same rows in the same order every time.
func (l *loader) history(ctx context.Context) error {
	l.planAll()
	work, ctx := errgroup.WithContext(ctx)
	turns := make(chan struct{}, 2)
	made := make([]chan *casework.Batch, len(l.counties))
	for i := range made {
		made[i] = make(chan *casework.Batch, ahead)
	}
	work.Go(func() error {
		for i, c := range l.counties {
			select {
			case turns <- struct{}{}:
			case <-ctx.Done():
				return ctx.Err()
			}
			work.Go(func() error {
				defer func() { <-turns }()
				return l.work(ctx, c, made[i])
			})
		}
		return nil
	})
	work.Go(func() error { return l.write(ctx, made) })
	return work.Wait()
}

func (l *loader) calendar(ctx context.Context) error {
	return l.Store.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
		l.cal, err = registry.CalendarIn(tx, city.Area())
		return err
	})
}

// work makes the cases of one county.
func (l *loader) work(ctx context.Context, c *county, out chan<- *casework.Batch) error {
	defer close(out)
	code := c.area.Code.County()
	source := Chance(l.Seed, "cases", code)
	clock := &Clock{}
	committees := map[ident.ID]registry.Committee{}
	for _, crews := range [][]*crew{c.grass, c.towns, c.property} {
		for _, w := range crews {
			committees[w.committee.ID] = w.committee
		}
	}
	bulk := l.Cases.Bulk(casework.County{Code: code, Now: clock.Now, Random: source, Calendar: l.cal, Areas: c.areas, Committees: committees,
		Mediators: c.mediators, Compounds: c.houses, Phones: c.phones, Serving: c.serving})
	w := &walk{loader: l, county: c, cases: bulk.Service, clock: clock, chance: rand.New(source)}
	for i, p := range c.plans {
		if err := w.run(ctx, p); err != nil {
			return fmt.Errorf("%s, case %d to %s %s: %w", c.area.Name, i, p.until, p.how, err)
		}
		if (i+1)%perBatch == 0 || i+1 == len(c.plans) || isPast(p) && !isPast(c.plans[i+1]) {
			if err := send(ctx, out, bulk); err != nil {
				return err
			}
		}
	}
	return hand(ctx, out, bulk.Numbers())
}

// isPast tells whether a case belongs to the history that is the same on every day. Its rows are sealed apart from the
// later ones, so that these do not move its chance.
func isPast(p plan) bool { return p.begins.Before(at(2022, 1, 1, 0)) }

func send(ctx context.Context, out chan<- *casework.Batch, bulk *casework.Bulk) error {
	batch, err := bulk.Take()
	if err != nil {
		return err
	}
	return hand(ctx, out, batch)
}

func hand(ctx context.Context, out chan<- *casework.Batch, batch *casework.Batch) error {
	select {
	case out <- batch:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// serving is who serves a place, as the register says: the property committee of a compound, else the committee of
// the village or the town.
func (c *county) serving(p registry.Place) (registry.Committee, error) {
	if by := c.byHouse[p.Compound]; by != nil && codes.IsProperty(p.Category) {
		return by.committee, nil
	}
	if by := c.byArea[p.Area]; by != nil {
		return by.committee, nil
	}
	return registry.Committee{}, fault.NoSuch()
}

// write enters the batches of one county after the other. The tables grow from nothing: each time they are four times
// as large, the planner gets new figures, or it would go on reading whole counties to find a row.
func (l *loader) write(ctx context.Context, made []chan *casework.Batch) error {
	taken, done, all, measured := map[string]bool{}, 0, l.total(), 0
	for i, batches := range made {
		for b := range batches {
			if err := l.Store.Do(ctx, actor.System, b.County, func(tx *db.Tx) error { return b.Write(tx, taken) }); err != nil {
				return fmt.Errorf("%s: %w", l.counties[i].area.Name, err)
			}
			if done += b.Cases(); done >= 4*measured {
				measured = done
				if err := l.Store.Measure(ctx); err != nil {
					return err
				}
			}
			if l.Progress != nil {
				l.Progress(done, all, l.counties[i].area.Name)
			}
		}
	}
	return ctx.Err()
}

var errEnough = errors.New("the case has come as far as planned")
