// Package rollup adds up the months of a county, so that a city's figures are read from some thousand lines and not from a
// million cases. A month that changed is added up anew from its rows; until then reports count the rows themselves.
package rollup

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Service adds months up and looks whether they are right.
type Service struct {
	db  *db.Store
	log *slog.Logger
}

// New makes a Service.
func New(store *db.Store, log *slog.Logger) *Service { return &Service{store, log} }

// Whole is how long a month must be over before pairs of parties that come back within twelve months have all come back.
const whole = 13 // months after its first day

// Roll adds up every month that is over and was never added up, or has changed since, county by county and month by month in
// transactions of their own. It may run as often as one likes, and in several processes at once. It gives how many it added up.
func (s *Service) Roll(ctx context.Context) (n int, err error) {
	var counties []ident.County
	err = s.db.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
		counties, err = countiesWithCases(tx)
		return err
	})
	for _, county := range counties {
		months, bad := s.stale(ctx, county)
		err = errors.Join(err, bad)
		for _, month := range months {
			if ctx.Err() != nil {
				return n, errors.Join(err, ctx.Err())
			}
			bad := s.add(ctx, county, month)
			if db.IsDuplicate(bad) { // another process is at it
				continue
			}
			if err = errors.Join(err, bad); bad == nil {
				n++
			}
		}
	}
	return n, err
}

// stale are the months of a county that must be added up, oldest first.
func (s *Service) stale(ctx context.Context, county ident.County) (out []calendar.Day, err error) {
	err = s.db.Read(ctx, actor.System, func(tx *db.Tx) error {
		first, err := firstMonth(tx, county)
		if err != nil || first == "" {
			return err
		}
		known, err := rolledOf(tx, county)
		if err != nil {
			return err
		}
		marked, err := markedOf(tx, []ident.County{county}, first, calendar.DayOf(tx.Now))
		if err != nil {
			return err
		}
		today := calendar.DayOf(tx.Now)
		for m := first; m < today.FirstOfMonth(); m = m.PlusMonths(1) {
			on, ok := known[m]
			ripe := m.PlusMonths(whole)
			if !ok || marked[place{county, m}] || on < ripe && ripe <= today {
				out = append(out, m)
			}
		}
		return nil
	})
	return out, err
}

// add adds one month up.
func (s *Service) add(ctx context.Context, county ident.County, month calendar.Day) error {
	return s.db.Do(ctx, actor.System, county, func(tx *db.Tx) error {
		_, err := addUp(tx, county, month)
		return err
	})
}

// Check adds up every month that stands as added up once more and compares: what differs is mended and logged. It gives how many
// months were wrong. A month that changed meanwhile is left to Roll.
func (s *Service) Check(ctx context.Context) (wrong int, err error) {
	err = s.each(ctx, func(county ident.County, month calendar.Day) error {
		differs, err := s.compare(ctx, county, month, true)
		if differs {
			wrong++
			s.log.ErrorContext(ctx, "a month was added up wrongly and is mended", "county", county, "month", month)
		}
		return err
	})
	return wrong, err
}

// Verified is what a look at all months found.
type Verified struct {
	Months int
	Breaks []Break
}

// Break is a month whose figures are not those of its rows.
type Break struct {
	County ident.County
	Month  calendar.Day
}

// Verify is Check without mending: what was found is told, and everything stays as it was.
func (s *Service) Verify(ctx context.Context) (out Verified, err error) {
	err = s.each(ctx, func(county ident.County, month calendar.Day) error {
		differs, err := s.compare(ctx, county, month, false)
		if out.Months++; differs {
			out.Breaks = append(out.Breaks, Break{county, month})
		}
		return err
	})
	return out, err
}

// each goes through the months that stand as added up, county by county.
func (s *Service) each(ctx context.Context, look func(ident.County, calendar.Day) error) (err error) {
	var counties []ident.County
	err = s.db.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
		counties, err = countiesWithMonths(tx)
		return err
	})
	held := time.Duration(0)
	for _, county := range counties {
		var months map[calendar.Day]calendar.Day
		bad := s.db.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
			months, err = rolledOf(tx, county)
			return err
		})
		err = errors.Join(err, bad)
		for _, month := range slices.Sorted(maps.Keys(months)) {
			if ctx.Err() != nil {
				return errors.Join(err, ctx.Err())
			}
			began := s.db.Now()
			err = errors.Join(err, look(county, month))
			if held += s.db.Now().Sub(began); held > longest && s.db.Dialect() == "sqlite" {
				held = 0
				rest(ctx)
			}
		}
	}
	return err
}

// A month is looked at in a transaction that writes. Whoever waits to write to a SQLite file from another program asks again every tenth
// of a second at most, and never comes in where one transaction follows the other: now and then there is a moment for them.
const (
	longest = 400 * time.Millisecond
	moment  = 120 * time.Millisecond
)

func rest(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(moment):
	}
}

// errLooked undoes what was only done to be looked at.
var errLooked = errors.New("looked only")

func (s *Service) compare(ctx context.Context, county ident.County, month calendar.Day, mend bool) (differs bool, err error) {
	err = s.db.Do(ctx, actor.System, county, func(tx *db.Tx) error {
		there, err := hold(tx, county, month)
		if err != nil || !there { // another program is at it
			return err
		}
		if changed, err := isMarked(tx, county, month); err != nil || changed {
			return err
		}
		before, err := digest(tx, county, month)
		if err != nil {
			return err
		}
		changed, err := addUp(tx, county, month)
		if err != nil {
			return err
		}
		after, err := digest(tx, county, month)
		if err != nil {
			return err
		}
		since, err := isMarked(tx, county, month)
		differs = before != after && !changed && !since // an act that came in between is no slip
		if err == nil && !mend {
			return errLooked
		}
		return err
	})
	if errors.Is(err, errLooked) {
		err = nil
	}
	return differs, err
}
