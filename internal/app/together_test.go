package app_test

import (
	"testing"
	"time"

	"fengqiao/internal/app"
	"fengqiao/internal/db/dbtest"
)

// Several processes of a city start at once, over one empty data folder and then over one empty database: each comes up, and all
// have the same keys.
func TestProcessesStartAtOnce(t *testing.T) {
	for _, d := range dbtest.Dialects() {
		t.Run(d, func(t *testing.T) {
			o := app.Options{Data: t.TempDir(), Now: time.Now, PublicRate: 1000, Version: "test"}
			apart := make([]string, 3)
			for i := range apart {
				apart[i] = dbtest.URL(t, d)
			}
			atOnce(t, o, apart...)
			if d == "sqlite" {
				return // a file of SQLite has one process
			}
			one := dbtest.Bare(t, d)
			atOnce(t, o, one, one, one, one)
		})
	}
}

// atOnce starts a process for each database.
func atOnce(t *testing.T, o app.Options, databases ...string) {
	t.Helper()
	type started struct {
		app *app.App
		err error
	}
	up, begin := make(chan started), make(chan struct{})
	for _, address := range databases {
		mine := o
		mine.Database = address
		go func() {
			<-begin
			a, err := app.New(t.Context(), mine)
			up <- started{a, err}
		}()
	}
	close(begin)
	keys := map[string]bool{}
	for range databases {
		s := <-up
		if s.err != nil {
			t.Error(s.err)
			continue
		}
		keys[string(s.app.Vault.Code("cursor"))] = true
		if err := s.app.Store.Ready(t.Context()); err != nil {
			t.Error(err)
		}
		t.Cleanup(func() { _ = s.app.Close() })
	}
	if len(keys) != 1 {
		t.Errorf("%d sets of keys", len(keys))
	}
}
