package casework_test

import (
	"net/http"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
)

// Whoever waits for somebody else's act is judged by the case as that act left it: who became its host meanwhile is not told
// that there is no such case, and who was sent from it cannot act on it any more.
func TestWhoWaitsIsJudgedByWhatTheOtherLeft(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		for name, moved := range map[string]struct {
			from, to string // whose the case is before and after, by the register
			want     int
		}{
			"became its host": {"", "su", http.StatusPreconditionFailed},
			"was sent away":   {"su", "hong", http.StatusNotFound},
		} {
			t.Run(name, func(t *testing.T) {
				c := town.As(nil).Files()
				id, err := ident.ParseID(c.ID)
				if err != nil {
					t.Fatal(err)
				}
				people := map[string]*housetest.Person{"su": town.Su, "hong": town.Hong}
				give := func(tx *db.Tx, who string) error {
					if who == "" {
						return nil
					}
					p := people[who]
					rows := tx.Rows()
					if err := rows.Exec("UPDATE case_people SET ended_at = ? WHERE county_code = ? AND case_id = ? AND part = 'host'", tx.Now, id.County(), id).Error; err != nil {
						return err
					}
					if err := tx.Rows().Exec("INSERT INTO case_people (county_code, id, case_id, person_id, mediator_id, name, part, began_at) VALUES (?, ?, ?, ?, ?, ?, 'host', ?)",
						id.County(), tx.NewKey().ID, id, p.ID, p.Mediator, p.Name, tx.Now).Error; err != nil {
						return err
					}
					return tx.Rows().Exec("UPDATE dispute_cases SET host_id = ?, version = version + 1 WHERE county_code = ? AND id = ?", p.Mediator, id.County(), id).Error
				}
				if err := town.Store.Do(t.Context(), actor.System, id.County(), func(tx *db.Tx) error { return give(tx, moved.from) }); err != nil {
					t.Fatal(err)
				}
				version := town.As(town.Zheng).Sees(c).Text("version")
				holds, answered := make(chan bool), make(chan int, 1)
				go func() {
					<-holds
					answered <- town.As(town.Su).With("If-Match", `"`+version+`"`).Post("/cases/"+c.ID+"/assess-risk", m{"risk": 2, "reason": "x"}).Status
				}()
				err = town.Store.Do(t.Context(), actor.System, id.County(), func(tx *db.Tx) error {
					if err := tx.Rows().Exec("UPDATE dispute_cases SET version = version WHERE county_code = ? AND id = ?", id.County(), id).Error; err != nil {
						return err
					}
					close(holds)
					time.Sleep(400 * time.Millisecond) // the other waits by now
					return give(tx, moved.to)
				})
				if err != nil {
					t.Fatal(err)
				}
				if got := <-answered; got != moved.want {
					t.Errorf("answered %d, want %d", got, moved.want)
				}
			})
		}
	})
}
