package housetest

import (
	"context"
	"log/slog"
	"testing"

	"fengqiao/internal/app"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/holding"
	"fengqiao/internal/rest"
)

// Pair runs a test in a town that two programs serve, over one PostgreSQL and one folder: its own, and the other.
func Pair(t *testing.T, fn func(t *testing.T, town *Town, other *app.App)) {
	t.Helper()
	town := New(t, dbtest.Only(t, "postgres"))
	fn(t, town, town.Twin(t))
}

// Twin is another program over the town's database, with the same keys, files and clock. It goes away with the test.
func (town *Town) Twin(t testing.TB) *app.App {
	t.Helper()
	a, err := app.New(context.Background(), app.Options{Database: dbtest.AddressOf(town.Store), Data: town.App.Data, Now: town.Clock.Now, PublicRate: 10000,
		FilingBounds: holding.Bounds{Phone: ample, Address: ample, Committee: ample}, SecondFactor: app.FactorOffered, Version: "test", Log: slog.New(rest.LogHandler(slog.NewJSONHandler(&town.log, nil)))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// At is the same hand, with the same session, at another program.
func (h Hand) At(a *app.App) Hand {
	h.town = &Town{t: h.town.t, Store: a.Store, Clock: h.town.Clock, App: a, handler: a.Handler(), Home: h.town.Home}
	return h
}
