package housetest

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"sync"
	"testing"

	"fengqiao/internal/app"
	"fengqiao/internal/db"
	"fengqiao/internal/holding"
	"fengqiao/internal/rest"
)

const ample = 1_000_000 // filings: a test that files many means them all to be cases

// newApp puts the whole program together over a test's database, by the test's clock.
func newApp(t testing.TB, store *db.Store, log io.Writer) *app.App {
	t.Helper()
	a, err := app.New(context.Background(), app.Options{Store: store, Data: t.TempDir(), Now: store.Now, PublicRate: 10000, FilingBounds: holding.Bounds{Phone: ample, Address: ample, Committee: ample}, SecondFactor: app.FactorOffered, Version: "test",
		Log: slog.New(rest.LogHandler(slog.NewJSONHandler(log, nil)))})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// lines is a log that many may write to.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write adds to the log.
func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

// Logged is everything that the program has written to its log.
func (town *Town) Logged() string {
	town.log.mu.Lock()
	defer town.log.mu.Unlock()
	return town.log.buf.String()
}
