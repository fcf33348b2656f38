package casework_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// Whoever takes a letter back while it is handed over waits for that, and finds it gone: that the party was told stays on record, and
// neither stands in the other's way.
func TestALetterThatIsBeingHandedOverIsNotTakenBack(t *testing.T) {
	town := housetest.New(t, dbtest.Only(t, "postgres"))
	c := town.As(town.Su).Files(m{"respondents": []m{{"kind": "person", "name": "陈志强", "phone": "13900139000"}}})
	town.As(town.Su).Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "sms"}).Is(201)
	pool, err := town.Store.Pool()
	if err != nil {
		t.Fatal(err)
	}
	var id, caseID, party, about ident.ID
	if err := pool.QueryRowContext(t.Context(), "SELECT id, case_id, party_id, subject_id FROM outbox WHERE kind = 'invitation'").Scan(&id, &caseID, &party, &about); err != nil {
		t.Fatal(err)
	}
	begun, handed := make(chan error, 1), make(chan error, 1)
	go func() {
		handed <- town.Store.Do(t.Context(), actor.System, id.County(), func(tx *db.Tx) error {
			err := journal.Delivered(tx, id)
			begun <- err
			for n := 0; err == nil && n == 0; time.Sleep(5 * time.Millisecond) { // until the other waits for it
				err = pool.QueryRowContext(context.WithoutCancel(t.Context()), "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())").Scan(&n)
			}
			return err
		})
	}()
	err = errors.Join(<-begun, town.Store.Do(t.Context(), actor.System, id.County(), func(tx *db.Tx) error { return journal.TakeBack(tx, caseID, about) }), <-handed)
	if err != nil {
		t.Fatal(err)
	}
	told, err := db.Look(t.Context(), town.Store, actor.System, func(tx *db.Tx) ([]journal.Sent, error) { return journal.SentTo(tx, caseID, party, 10) })
	if err != nil || len(told) != 1 || told[0].SentAt == nil {
		t.Errorf("the party was told, and the record says %+v, %v", told, err)
	}
}
