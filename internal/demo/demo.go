// Package demo makes a city to try and to measure: Quanzhou with its real places, its committees, mediators and
// compounds, people with logins, the two years that the city's reply tells of, two years of work until today, and open
// cases in every state. The same seed and day give the same rows; the history is the same on every day.
package demo

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/duty"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/vault"
)

// Clock is the demo's own time: history happens when it says.
type Clock struct{ nanos atomic.Int64 }

// Now is the clock's moment.
func (c *Clock) Now() time.Time { return time.Unix(0, c.nanos.Load()).UTC() }

// Set moves the clock.
func (c *Clock) Set(t time.Time) { c.nanos.Store(t.UnixNano()) }

// Options are what the demo is loaded with. The store, and the rooms over it, go by the demo's clock and draw from the
// demo's chance.
type Options struct {
	Store    *db.Store
	Accounts *account.Service
	Vault    *vault.Vault
	Cases    *casework.Service
	Duty     *duty.Service
	Policy   *authz.Policy
	Clock    *Clock
	Today    time.Time // when the demo opens
	Password string    // of all demo logins
	Seed     uint64
	AtLeast  int                            // at least so many cases; what the city lacks is filled in between 2022 and the last two years
	Progress func(done, all int, at string) // cases, and the county in hand; may be nil
}

// The figures of the city's reply of 2021, which the demo's rows answer for.
const (
	Committees      = 2525  // of villages and communities
	Mediators       = 10226 // persons who mediate in them
	Compounds       = 2034  // on the register
	Covered         = 1200  // served by the property mechanism
	Heard           = 14509 // cases of villages and communities, accepted and closed in the two years
	Settled         = 14218
	PropertySettled = 4945 // settled by the property mechanism in the two years
)

// Presences are the services of 2021 by kind, as the city itemised them.
var Presences = [5]int{69, 578, 1441, 34, 260}

// The two years of the reply.
const (
	ReplyFrom calendar.Day = "2020-01-01"
	ReplyTo   calendar.Day = "2021-12-31"
)

// EarliestDay is the first on which the demo can open: its last two years must not reach into the reply's.
const EarliestDay calendar.Day = "2024-06-01"

// HomeArea is the community whose committee the demo logins belong to.
const HomeArea ident.Area = "350503001001"

const city ident.County = "350500"

// founded is when the registry is entered: before anything happens.
var founded = time.Date(2019, 11, 1, 1, 0, 0, 0, time.UTC)

// The directory's marks of a database that holds a demo: begun, and whole.
const (
	mark  = "demo"
	begun = "begun"
	whole = "city"
)

// IsDemo tells whether a database holds the whole demo city; a half-loaded one is a fault.
func IsDemo(ctx context.Context, store *db.Store) (bool, error) {
	var found [2]bool
	err := store.Read(ctx, actor.System, func(tx *db.Tx) error {
		for i, name := range []string{begun, whole} {
			_, err := tx.LookUp(mark, name)
			if err != nil && !fault.Is(err, fault.Missing) {
				return err
			}
			found[i] = err == nil
		}
		return nil
	})
	if err == nil && found[0] && !found[1] {
		err = fault.New(fault.Conflict, "demo", "演示数据上次没有装载完整。请删除这个数据库后重新启动。",
			"The demo city was not loaded whole the last time. Please remove this database and start again.")
	}
	return found[1], err
}

// Chance is a source of bytes and choices that gives the same for the same words.
func Chance(words ...any) *rand.ChaCha8 {
	return rand.NewChaCha8(sha256.Sum256(fmt.Append(nil, words...)))
}

// loader is a load under way.
type loader struct {
	Options
	only     []ident.County // a part of the city, for tests; empty: all of it
	share    int            // one case of so many, for tests; 0: all
	counties []*county
	people   map[string]actor.Actor // the demo logins, by login
	home     *crew
	cal      *calendar.Calendar
	unfiled  []unfiled // of the home committee
	ours     []heard   // the home committee's cases of the last year
}

// Load puts the city into an empty, migrated database.
func Load(ctx context.Context, o Options) error {
	return (&loader{Options: o}).load(ctx)
}

func (l *loader) load(ctx context.Context) error {
	l.people = map[string]actor.Actor{}
	l.Clock.Set(founded)
	if err := l.sign(ctx, begun); err != nil {
		return err
	}
	if err := registry.LoadAreas(ctx, l.Store); err != nil {
		return err
	}
	for _, step := range []struct {
		what string
		run  func(context.Context) error
	}{{"calendar", l.calendar}, {"register", l.register}, {"logins", l.logins}, {"history", l.history}, {"presence services", l.presence}, {"dossiers", l.dossiers}, {"team", l.team}, {"kept", l.kept}, {"pay", l.paid}, {"returned", l.returned}, {"reviewed", l.reviewed}, {"voices", l.voices}} {
		if err := step.run(ctx); err != nil {
			return fmt.Errorf("demo %s: %w", step.what, err)
		}
	}
	return l.sign(ctx, whole)
}

func (l *loader) sign(ctx context.Context, name string) error {
	return l.Store.Do(ctx, actor.System, city, func(tx *db.Tx) error { return tx.Register(mark, name, tx.NewID()) })
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }
