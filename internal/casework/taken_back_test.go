package casework_test

import (
	"context"
	"errors"
	"slices"
	"strings"
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
			for n, since := 0, time.Now(); err == nil && n == 0; time.Sleep(5 * time.Millisecond) { // until the other waits for it
				if time.Since(since) > 20*time.Second {
					return errors.New("nobody waits for the letter")
				}
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

// A letter on its way that is taken back, or goes elsewhere from now on, may arrive all the same: then it is on record where it went,
// and what goes elsewhere has a record of its own. One that did not arrive is no message that there was.
func TestALetterOnItsWayStaysOnRecordIfItArrives(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		elsewhere := m{"email": "lin@example.com", "channel": "email"}
		for _, s := range []struct {
			what         string
			by           *housetest.Person // nil: the party itself, whose code follows to no address of its own yet
			changes      m
			before, then string
		}{
			{"taken back", town.Su, m{"contact": "no_message"}, "", "sms sent"},
			{"elsewhere", town.Su, elsewhere, "email waiting", "email waiting, sms sent"},
			{"a code that does not follow", nil, elsewhere, "", "sms sent"},
		} {
			c := town.As(nil).Files(both())
			su := town.As(town.Su)
			su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Applicant, "channel": "sms"}).Is(201)
			id, party := parsed(t, c.ID), parsed(t, c.Applicant)
			var on []journal.Letter
			do := func(fn func(*db.Tx) error) {
				t.Helper()
				if err := town.Store.Do(t.Context(), actor.System, id.County(), fn); err != nil {
					t.Fatal(s.what, err)
				}
			}
			do(func(tx *db.Tx) (err error) { on, err = journal.WaitingFor(tx, id, party); return err })
			on = slices.DeleteFunc(on, func(l journal.Letter) bool { return l.Kind != "invitation" })
			if len(on) != 1 {
				t.Fatal(s.what, on)
			}
			invited := func() string {
				var out []string
				do(func(tx *db.Tx) error {
					told, err := journal.SentTo(tx, id, party, 100)
					for _, one := range told {
						if one.Kind == "invitation" {
							out = append(out, one.Channel+map[bool]string{true: " sent", false: " waiting"}[one.SentAt != nil])
						}
					}
					return err
				})
				slices.Sort(out)
				return strings.Join(out, ", ")
			}
			who := su
			if s.by == nil {
				_, code, _ := strings.Cut(town.Messages(c, "invitation")[0].Text, "查询码 ")
				code, _, _ = strings.Cut(code, "。")
				who = town.Party(c, code)
			}
			s.changes["party_id"] = c.Applicant
			who.Sees(c)
			who.Does(c, "record-needs", s.changes).Is(200)
			if got := invited(); got != s.before {
				t.Errorf("%s, before it arrives: %q, want %q", s.what, got, s.before)
			}
			do(func(tx *db.Tx) error { return journal.Delivered(tx, on[0].ID) })
			if got := invited(); got != s.then {
				t.Errorf("%s, arrived: %q, want %q", s.what, got, s.then)
			}
		}
	})
}

func parsed(t *testing.T, s string) ident.ID {
	t.Helper()
	id, err := ident.ParseID(s)
	if err != nil {
		t.Fatal(err)
	}
	return id
}
