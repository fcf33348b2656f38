package housetest

import (
	"context"
	"testing"

	"fengqiao/internal/app"
	"fengqiao/internal/db"
)

// newApp puts the whole program together over a test's database, by the test's clock.
func newApp(t testing.TB, store *db.Store) *app.App {
	t.Helper()
	a, err := app.New(context.Background(), app.Options{Store: store, Data: t.TempDir(), Now: store.Now, PublicRate: 10000, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return a
}
