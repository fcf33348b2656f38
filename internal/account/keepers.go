package account

import (
	"context"
	"slices"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Guard tells how long an area has an administrator of one kind whose account is open: of its safety, who can give posts and let people
// in again, or of its audit, who reads what the others do.
type Guard struct {
	Persons int          // who are, now
	Until   calendar.Day // the first day on which nobody is; empty: until further notice
}

// Lacks tells whether nobody is any more within so many days.
func (g Guard) Lacks(today calendar.Day, within int) bool {
	return !g.Until.IsZero() && !today.Plus(within).Before(g.Until)
}

// Guarded is how an area is guarded by administrators of a kind; of the empty area, whether anybody guards anything. Where nobody has an
// account yet there is nothing to guard.
func (s *Service) Guarded(ctx context.Context, role actor.Role, area ident.Area) (Guard, error) {
	return db.Look(ctx, s.Store, actor.System, func(tx *db.Tx) (Guard, error) {
		if none, err := noAccount(tx); err != nil || none {
			return Guard{}, err
		}
		posts, err := guards(tx, role)
		return guarded(posts, area, calendar.DayOf(tx.Now)), err
	})
}

// Guards are the posts of all who are administrators of some kinds over something, now or later, and whose account is open.
func (s *Service) Guards(tx *db.Tx, roles ...actor.Role) ([]Post, error) { return guards(tx, roles...) }

// GuardedBy is how an area is guarded by some posts.
func GuardedBy(posts []Post, area ident.Area, today calendar.Day) Guard {
	return guarded(posts, area, today)
}

func guarded(posts []Post, area ident.Area, today calendar.Day) Guard {
	var g Guard
	var now []ident.ID
	for g.Until = today; ; {
		next := g.Until
		for _, p := range posts {
			if area != "" && !p.Area.Covers(area) || !p.Holds(g.Until) {
				continue
			}
			if g.Until == today && !slices.Contains(now, p.Person) {
				now = append(now, p.Person)
			}
			if p.Until.IsZero() {
				next = ""
			} else if !next.IsZero() && next.Before(p.Until) {
				next = p.Until
			}
		}
		if g.Persons = len(now); next.IsZero() || next == g.Until {
			g.Until = next
			return g
		}
		g.Until = next
	}
}
