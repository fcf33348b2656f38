package casework

import (
	"context"
	"errors"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// Remind is the journal's name for what time alone brings about: tasks whose day has come. It is the system's own.
const Remind Event = "remind"

const sweepAtOnce = 100 // cases a transaction finds; each is written in one of its own

// Sweep looks at every case whose day has come, opens the tasks that are due and enters them in the journal. It may run
// as often as one likes, and several at once: a case is swept once a day at most, and a task opened once. Sessions that
// come near are reminded of in passing. It gives how many cases it wrote.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	counties, err := s.sweepCounties(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	bad := s.remindOfSessions(ctx)
	for _, county := range counties {
		swept, err := s.sweepCounty(ctx, county)
		n, bad = n+swept, errors.Join(bad, err)
	}
	return n, bad
}

func (s *Service) sweepCounties(ctx context.Context) (out []ident.County, err error) {
	return out, s.db.Read(ctx, actor.System, func(tx *db.Tx) error {
		out, err = toSweepIn(tx)
		return err
	})
}

func (s *Service) sweepCounty(ctx context.Context, county ident.County) (int, error) {
	n := 0
	var bad error
	var after ident.ID
	for {
		var found []ident.ID
		err := s.db.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
			found, err = toSweep(tx, county, after, sweepAtOnce)
			return err
		})
		if err != nil || len(found) == 0 || ctx.Err() != nil {
			return n, errors.Join(bad, err)
		}
		for _, id := range found {
			wrote, err := s.sweep(ctx, id)
			if wrote {
				n++
			}
			bad = errors.Join(bad, err) // the others are not kept waiting for one
		}
		after = found[len(found)-1]
	}
}

// sweep brings one case up to date. It tells whether there was anything to write.
func (s *Service) sweep(ctx context.Context, id ident.ID) (wrote bool, err error) {
	err = s.db.Do(ctx, actor.System, id.County(), func(tx *db.Tx) error {
		c, err := s.sweepable(tx, id)
		if err != nil || c == nil { // somebody acted on it in the meantime
			return err
		}
		d, err := s.inTx(tx, authz.Grant{}, Order{}, c.AreaCode)
		if err != nil {
			return err
		}
		before := len(c.Tasks)
		d.upToDate(c)
		kinds := []string{}
		for _, t := range c.Tasks[before:] {
			kinds = append(kinds, t.Kind)
			if err := d.announce(c, t); err != nil {
				return err
			}
		}
		if d.dueNext(c); len(kinds) == 0 {
			return sweptFor(tx, c)
		}
		wrote = true
		return d.keep(c, Remind, c.State, note{fact: journal.Fact{"tasks": kinds}})
	})
	return wrote, err
}
