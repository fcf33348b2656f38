package exchange_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/exchange"
	"fengqiao/internal/fault"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"strings"
	"testing"
	"time"
)

func zipped(t testing.TB, pairs ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.Create(pairs[i])
		if err == nil {
			_, err = w.Write([]byte(pairs[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// bomb is small, and a hundred megabytes when it is unpacked.
func bomb(t testing.TB) string {
	t.Helper()
	return zipped(t, "xl/workbook.xml", "<workbook/>", "xl/worksheets/sheet1.xml", string(make([]byte, 100<<20)))
}

// One ledger is read at a time. Who waits for it is told so in the end, and nothing of theirs was kept; the one that was read is. A table
// that somebody holds makes the first one slow: on SQLite nobody waits to read.
func TestWhoWaitsForALedgerThatIsReadIsTold(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		if town.Store.Dialect() != "postgres" {
			return
		}
		s := town.App.Exchange
		by, err := db.Look(t.Context(), town.Store, actor.System, func(tx *db.Tx) (actor.Actor, error) { return s.Actor(tx, town.Zheng.ID) })
		if err != nil {
			t.Fatal(err)
		}
		g, err := s.Policy.Allow(by, exchange.Importing)
		if err != nil {
			t.Fatal(err)
		}
		pool, err := town.Store.Pool()
		if err != nil {
			t.Fatal(err)
		}
		held, err := pool.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer held.Rollback() // over by then
		if _, err := held.ExecContext(t.Context(), "LOCK TABLE ledger_headings IN ACCESS EXCLUSIVE MODE"); err != nil {
			t.Fatal(err)
		}
		content := ledgerOf(t, line(1, nil))
		first := make(chan error, 1)
		go func() {
			_, err := s.Upload(context.WithoutCancel(t.Context()), g, ident.ID{}, strings.NewReader(content))
			first <- err
		}()
		for range 500 {
			var waits int
			if err := pool.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'ledger_headings'::regclass").Scan(&waits); err != nil {
				t.Fatal(err)
			}
			if waits > 0 {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		ctx, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer stop()
		began := time.Now()
		if _, err := s.Upload(ctx, g, ident.ID{}, strings.NewReader(content)); fault.Of(err).Code != "reading" || fault.Of(err).Kind != fault.Unavailable {
			t.Errorf("the second: %v", err)
		}
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("it waited for %v", took)
		}
		if err := held.Commit(); err != nil {
			t.Fatal(err)
		}
		if err := <-first; err != nil {
			t.Errorf("the first: %v", err)
		}
	})
}
