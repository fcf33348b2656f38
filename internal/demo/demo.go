// Package demo makes a city to try and to measure: Quanzhou with its real places, its committees and mediators, people
// with logins, and cases in every state around one committee. The same seed and day give the same city.
package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Clock is the demo's own time: history happens when it says.
type Clock struct{ nanos atomic.Int64 }

// Now is the clock's moment.
func (c *Clock) Now() time.Time { return time.Unix(0, c.nanos.Load()).UTC() }

// Set moves the clock.
func (c *Clock) Set(t time.Time) { c.nanos.Store(t.UnixNano()) }

// Options are what the demo is loaded with. The store, and the rooms over it, go by the demo's clock.
type Options struct {
	Store    *db.Store
	Accounts *account.Service
	Cases    *casework.Service
	Policy   *authz.Policy
	Clock    *Clock
	Today    time.Time // the day on which the demo opens
	Password string    // of all demo logins
	Seed     uint64
	Say      func(format string, args ...any) // progress, for a person
}

// Figures of the city that the demo answers for: the reply of 2021.
const (
	Committees = 2525
	Mediators  = 10226
)

// HomeArea is the community whose committee the demo logins belong to.
const HomeArea ident.Area = "350503001001"

const city ident.County = "350500"

const mark = "demo" // the directory's kind that marks a database as a demo

// IsDemo tells whether a database holds the demo city.
func IsDemo(ctx context.Context, store *db.Store) (bool, error) {
	var found bool
	err := store.Read(ctx, actor.System, func(tx *db.Tx) error {
		_, err := tx.LookUp(mark, "city")
		if fault.Is(err, fault.Missing) {
			return nil
		}
		found = err == nil
		return err
	})
	return found, err
}

// IsEmpty tells whether nobody has an account in the database yet, so that a demo may be put into it.
func IsEmpty(ctx context.Context, o Options) (bool, error) {
	empty := true
	err := o.Store.Read(ctx, actor.System, func(tx *db.Tx) error {
		committees, _, err := registry.CommitteesIn(tx, city.Area(), "", registry.OfVillage, registry.Page{Limit: 1})
		empty = len(committees) == 0
		return err
	})
	return empty, err
}

// loader is a load under way.
type loader struct {
	Options
	chance    *rand.Rand
	home      registry.Committee
	compounds []registry.Compound
	people    map[string]actor.Actor // the demo logins, by login
	staff     []registry.Mediator    // of the home committee
}

// Load puts the city into an empty, migrated database.
func Load(ctx context.Context, o Options) error {
	l := &loader{Options: o, chance: rand.New(rand.NewPCG(o.Seed, 2021)), people: map[string]actor.Actor{}}
	l.Clock.Set(l.Today.AddDate(-1, 0, 0))
	if err := registry.LoadAreas(ctx, o.Store); err != nil {
		return err
	}
	if err := l.committees(ctx); err != nil {
		return fmt.Errorf("demo committees: %w", err)
	}
	if err := l.logins(ctx); err != nil {
		return fmt.Errorf("demo logins: %w", err)
	}
	if err := l.cases(ctx); err != nil {
		return fmt.Errorf("demo cases: %w", err)
	}
	return o.Store.Do(ctx, actor.System, city, func(tx *db.Tx) error { return tx.Register(mark, "city", tx.NewID()) })
}

func (l *loader) say(format string, args ...any) {
	if l.Say != nil {
		l.Say(format, args...)
	}
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }
