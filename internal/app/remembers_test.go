package app_test

import (
	"net/http"
	"testing"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/app"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
	"fengqiao/internal/registry"
)

// What one program changes the other sees: who is let in and what they hold with the next request; what hardly ever changes – settings,
// the calendar, places, names of committees – within the minute for which it is remembered (ADR 40).
func TestWhatOneProgramChangesTheOtherSees(t *testing.T) {
	t.Parallel()
	housetest.Pair(t, func(t *testing.T, town *housetest.Town, other *app.App) {
		for _, s := range []struct {
			what         string
			before, then string // as the other program sees it
			see          func(tx *db.Tx) (string, error)
			change       func()
		}{
			{"a setting", "on", "off", func(tx *db.Tx) (string, error) {
				set, err := registry.SettingsIn(tx, housetest.Fengze)
				return set.Word("calendar.weekend_rolling", town.Today()), err
			}, func() {
				town.As(town.System).Send("PUT", "/registry/settings", m{"area_code": "3505", "name": "calendar.weekend_rolling", "value": "off"}).Is(http.StatusNoContent)
			}},
			{"the calendar", "works", "rests", func(tx *db.Tx) (string, error) {
				c, err := registry.CalendarIn(tx, housetest.Fengze)
				if err == nil && c.IsWorking("2026-03-09") {
					return "works", nil
				}
				return "rests", err
			}, func() {
				town.As(town.System).Send("PUT", "/registry/holidays/2026", m{"days": []m{{"day": "2026-03-09", "kind": "rest", "name": "试"}}}).Is(http.StatusOK)
			}},
			{"a committee's name", town.Home.Name, "少林社区新调委会", func(tx *db.Tx) (string, error) {
				name, _, err := registry.NameOf(tx, town.Home.ID)
				return name, err
			}, func() {
				err := town.Store.Do(t.Context(), actor.System, town.Home.CountyCode, func(tx *db.Tx) error {
					tx.Outdate()
					return tx.Rows().Exec("UPDATE committees SET name = ? WHERE county_code = ? AND id = ?", "少林社区新调委会", town.Home.CountyCode, town.Home.ID).Error
				})
				if err != nil {
					t.Fatal(err)
				}
			}},
		} {
			at := func(a *app.App) string {
				t.Helper()
				got, err := db.Look(t.Context(), a.Store, actor.System, s.see)
				if err != nil {
					t.Fatalf("%s: %v", s.what, err)
				}
				return got
			}
			if got := at(other); got != s.before {
				t.Fatalf("%s before: %q, want %q", s.what, got, s.before)
			}
			s.change()
			if got := at(town.App); got != s.then {
				t.Errorf("%s where it was changed: %q, want %q", s.what, got, s.then)
			}
			town.Later(time.Minute)
			if got := at(other); got != s.then {
				t.Errorf("%s at the other program after a minute: %q, want %q", s.what, got, s.then)
			}
		}
		su := town.As(town.Su)
		su.At(other).Get("/cases").Is(http.StatusOK)
		end(t, town, other, town.Su)
		su.Get("/cases").Is(http.StatusUnauthorized)
		su.At(other).Get("/cases").Is(http.StatusUnauthorized)
	})
}

// end ends all posts of somebody at another program.
func end(t *testing.T, town *housetest.Town, at *app.App, p *housetest.Person) {
	t.Helper()
	err := at.Store.Do(t.Context(), actor.System, p.ID.County(), func(tx *db.Tx) error {
		held, err := at.Accounts.PostsOf(tx, p.ID)
		for _, one := range held {
			if err == nil {
				err = at.Accounts.EndPost(tx, one.ID, town.Today())
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// pairOfEmpty are two programs over one database without accounts.
func pairOfEmpty(t *testing.T) (one, two *app.App) {
	t.Helper()
	dbtest.Only(t, "postgres")
	o := app.Options{Database: dbtest.URL(t, "postgres"), Data: t.TempDir(), Now: time.Now, PublicRate: 1000, SecondFactor: app.FactorOffered, Version: "test"}
	for _, into := range []**app.App{&one, &two} {
		a, err := app.New(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = a.Close() })
		*into = a
	}
	return one, two
}

// The link that one program prints for the first administrator opens at every program, for one person.
func TestTheFirstAdministratorComesInAtAnyProgram(t *testing.T) {
	t.Parallel()
	one, two := pairOfEmpty(t)
	token, err := one.Accounts.InviteFirst(t.Context())
	if err != nil || token == "" {
		t.Fatal(token, err)
	}
	second, err := two.Accounts.InviteFirst(t.Context())
	if err != nil || second == "" {
		t.Fatal(second, err)
	}
	type came struct{ err error }
	all, begin := make(chan came), make(chan struct{})
	for n, a := range []*app.App{two, one, two, one} {
		go func() {
			<-begin
			_, err := a.Accounts.EnterFirst(t.Context(), []string{token, second}[n/2], account.FirstAdmin{Name: "黄志远", Login: []string{"huang", "lin", "wu", "su"}[n], Password: "a-good-long-password-7", Area: housetest.City})
			all <- came{err}
		}()
	}
	close(begin)
	in := 0
	for range 4 {
		if c := <-all; c.err == nil {
			in++
		}
	}
	if in != 1 {
		t.Errorf("%d first administrators", in)
	}
}
