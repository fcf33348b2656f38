package disposal_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/app"
	"fengqiao/internal/housetest"
)

// Two who draw up lists at the same moment, each by its own program, get no dossier on both. SQLite has one writer, and a list is chosen
// and written in one transaction: no order of events there can put a dossier on two, so that this is tried on PostgreSQL alone.
func TestR3_NoDossierIsOnTwoLists(t *testing.T) {
	housetest.Pair(t, func(t *testing.T, town *housetest.Town, other *app.App) {
		c := archived(t, town, "2026-03-05")
		county := town.As(town.County)
		for range 8 {
			var all sync.WaitGroup
			for _, h := range []housetest.Hand{county, county.At(other), county, county.At(other)} {
				all.Go(func() { h.Post("/disposals", m{"case_ids": []string{c.ID}}) })
			}
			all.Wait()
			var open []string
			list := county.Get("/disposals").Is(http.StatusOK)
			for i := 0; list.Text(fmt.Sprint("items.", i, ".id")) != ""; i++ {
				if list.Text(fmt.Sprint("items.", i, ".state")) == "proposed" {
					open = append(open, list.Text(fmt.Sprint("items.", i, ".id")))
				}
			}
			if len(open) != 1 {
				t.Fatalf("on %d lists", len(open))
			}
			county.With("If-Match", `"1"`).Post("/disposals/"+open[0]+"/withdraw", nil).Is(http.StatusOK)
		}
	})
}

// What arrives in the moment in which a dossier is destroyed is told so, and nothing of it stays behind. On SQLite the arriving waits for the
// writer before it looks: there this fails only where it looked at the dossier before its transaction; a lock that was forgotten shows on
// PostgreSQL alone.
func TestR3_NothingIsAddedWhileADossierIsDestroyed(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		pool, err := town.Store.Pool()
		if err != nil {
			t.Fatal(err)
		}
		for path, body := range map[string]m{
			"complaints":    {"mediator_id": town.Su.Mediator, "kind": "K2", "text": "没有让人把话说完就定了。"},
			"data-requests": {"kind": "correct", "item": "phone", "right": "13900139001"},
		} {
			c := archived(t, town, "2026-03-05")
			party := town.Party(c, c.Code)
			party.Get("/cases/" + c.ID).Is(http.StatusOK)
			tx, err := pool.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tx.ExecContext(t.Context(), "UPDATE dispute_cases SET destroyed_at = CURRENT_TIMESTAMP, destroyed_list = '350503-2026-01' WHERE id = '"+c.ID+"'"); err != nil {
				t.Fatal(err)
			}
			answered := make(chan housetest.Answer, 1)
			go func() { answered <- party.Post("/cases/"+c.ID+"/"+path, body) }()
			time.Sleep(300 * time.Millisecond) // it has found the case by now, and waits
			if err := tx.Commit(); err != nil {
				t.Fatal(err)
			}
			if a := <-answered; a.Status != http.StatusGone {
				t.Errorf("%s: %d %s", path, a.Status, a.Body)
			}
		}
		for _, table := range []string{"complaints", "data_requests"} {
			if n := town.Sealed(t, table, "id", housetest.Fengze.County()); n != 0 {
				t.Errorf("%d %s", n, table)
			}
		}
	})
}
