package rollup_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
)

// An agreement that takes effect between two statements of a month that is being added up is left to the mark of its own act, whichever of
// its rows were read: each statement sees what was committed before it. On SQLite nobody else writes meanwhile.
func TestAnAgreementThatTakesEffectMeanwhileIsLeftToItsMark(t *testing.T) {
	town := housetest.New(t, dbtest.Only(t, "postgres"))
	var both []*housetest.Case
	for range 2 {
		c := town.As(town.Su).Files()
		town.As(town.Su).Signed(c, town.Su)
		town.As(town.Su).Does(c, "apply-confirmation", m{"court": "丰泽区人民法院", "applied_on": town.Today()}).Is(200)
		both = append(both, c)
	}
	late := both[1]
	town.Later(11 * 24 * time.Hour)
	town.SignInAgain()
	town.As(town.Su).Does(late, "record-performance", m{"obligation_id": late.Last.Text("obligations.0.id"), "state": "unperformed", "on": town.Today()}).Is(200)
	town.As(town.Su).Does(late, "follow-up", m{"visited_on": town.Today(), "visitor": "洪国荣"}).Is(200)
	town.Later(20 * 24 * time.Hour)
	roll(t, town)
	exec(t, town, "UPDATE dispute_cases SET effective_at = NULL WHERE id = '"+late.ID+"'")
	mark := "INSERT INTO recounts (county_code, id, month) SELECT county_code, gen_random_uuid(), '2026-03-01' FROM dispute_cases WHERE id = '" + late.ID + "'"
	exec(t, town, mark)
	goOn := standsAmongAgreements(t, town)
	rolled := make(chan error, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				rolled <- fmt.Errorf("panic: %v", p)
			}
		}()
		_, err := town.App.Rollup.Roll(context.WithoutCancel(t.Context()))
		rolled <- err
	}()
	for end := time.Now().Add(20 * time.Second); exec(t, town, "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == 0; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("nobody reads the agreements of the month")
		}
	}
	exec(t, town, "UPDATE dispute_cases SET effective_at = registered_at WHERE id = '"+late.ID+"'")
	exec(t, town, mark)
	goOn()
	if err := <-rolled; err != nil {
		t.Error(err)
	}
	const lives = "SELECT 1 FROM agreement_lives"
	if n := exec(t, town, lives); n != 1 {
		t.Errorf("%d agreements, before the month is added up for the one that came", n)
	}
	roll(t, town)
	if n := exec(t, town, lives); n != 2 {
		t.Errorf("%d agreements", n)
	}
	if wrong, err := town.App.Rollup.Check(t.Context()); wrong != 0 || err != nil {
		t.Errorf("%d months are wrong in the end: %v", wrong, err)
	}
}

// standsAmongAgreements holds up whoever reads the agreements of a month in the middle of that statement, until they may go on.
func standsAmongAgreements(t *testing.T, town *housetest.Town) (goOn func()) {
	t.Helper()
	exec(t, town, "ALTER TABLE agreements RENAME TO all_agreements")
	exec(t, town, "CREATE FUNCTION stands() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN IF current_query() LIKE ''SELECT c.id, c.effective_at%'' THEN PERFORM pg_advisory_xact_lock_shared(4711); END IF; RETURN true; END'")
	exec(t, town, "CREATE VIEW agreements AS SELECT * FROM all_agreements WHERE stands()")
	pool, err := town.Store.Pool()
	if err != nil {
		t.Fatal(err)
	}
	tx, err := pool.BeginTx(context.WithoutCancel(t.Context()), nil)
	if err == nil {
		_, err = tx.ExecContext(t.Context(), "SELECT pg_advisory_xact_lock(4711)")
	}
	if err != nil {
		t.Fatal(err)
	}
	goOn = func() { _ = tx.Rollback() } // where it did not end before
	t.Cleanup(goOn)
	return goOn
}
