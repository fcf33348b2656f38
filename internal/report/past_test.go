package report_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fieldwork"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// past writes rows of a time that no act can make any more, all in Fengze.
type past struct {
	t  *testing.T
	tx *db.Tx
	n  int
}

func (p *past) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *past) number() int { p.n++; return p.n }

// committee stands from 2019 on, unless change says otherwise.
func (p *past) committee(kind registry.Type, change func(*registry.Committee)) ident.ID {
	p.t.Helper()
	n := p.number()
	rows := []registry.Committee{{Key: p.tx.NewKey(), Type: kind, Name: fmt.Sprint("旧调委会", n), ShortName: fmt.Sprint("旧", n), AreaCode: housetest.Shaolin,
		State: registry.Active, ActivatedOn: "2019-01-01"}}
	if change != nil {
		change(&rows[0])
	}
	p.must(registry.BulkCommittees(p.tx, rows))
	return rows[0].ID
}

// mediator is somebody engaged by a committee between two days; no second day is until now.
func (p *past) mediator(person, committee ident.ID, from, to calendar.Day) {
	p.t.Helper()
	p.must(registry.BulkMediators(p.tx, []registry.Mediator{{CommitteeID: committee, PersonID: person, Name: "旧人", Kind: registry.Engaged, Born: "1970-01-01",
		Sex: ident.Male, Ethnicity: "01", Citizen: true, Education: "60", EngagedOn: from, LeftOn: to}}))
}

func (p *past) compound(area ident.Area, ended calendar.Day) ident.ID {
	p.t.Helper()
	rows := []registry.Compound{{Name: fmt.Sprint("旧小区", p.number()), AreaCode: area, EndedOn: ended}}
	p.must(registry.BulkCompounds(p.tx, rows))
	return rows[0].ID
}

func (p *past) serves(committee ident.ID, area ident.Area, compound ident.ID, from, to calendar.Day) {
	p.t.Helper()
	p.must(registry.BulkServiceAreas(p.tx, []registry.ServiceArea{{CommitteeID: committee, AreaCode: area, CompoundID: compound, Scope: registry.PropertyMatters,
		ValidFrom: from, ValidTo: to}}))
}

func (p *past) presence(kind fieldwork.Kind, on calendar.Day) {
	p.t.Helper()
	p.must(fieldwork.BulkPresence(p.tx, []fieldwork.PresenceService{{Key: p.tx.NewKey(), AreaCode: housetest.Shaolin, Kind: kind, ServedOn: on, Provider: "lawyer",
		ProviderName: "某律师", Minutes: 60, MadeAt: p.tx.Now}}))
}

// dispute is a case accepted on a day and closed on another; no second day leaves it open.
func (p *past) dispute(committee ident.ID, accepted, closed calendar.Day, outcome casework.Outcome, change ...func(*casework.Head)) {
	p.t.Helper()
	at, n := accepted.Start().Add(time.Hour), p.number()
	h := casework.Head{Key: p.tx.NewKey(), Version: 1, Reference: fmt.Sprint("R", n), IntakeNo: fmt.Sprint("I", n), CaseNo: fmt.Sprint("N", n), State: casework.Closed,
		Outcome: outcome, Source: "11", Category: "02", Difficulty: 2, CommitteeID: committee, AreaCode: housetest.Shaolin, Title: "旧案", Parties: 2,
		RegisteredAt: at, ConsentAskedAt: &at, AcceptedAt: &at, AcceptedDay: accepted, FirstClosedDay: closed, LastEventAt: at}
	if closed.IsZero() {
		h.State = casework.InMediation
	}
	for _, c := range change {
		c(&h)
	}
	p.must(p.tx.Rows().Create(&h).Error)
}

// inFengze writes rows into the town's county.
func inFengze(t *testing.T, town *housetest.Town, fn func(p *past)) {
	t.Helper()
	err := town.Store.Do(context.Background(), actor.System, housetest.Fengze.County(), func(tx *db.Tx) error {
		fn(&past{t: t, tx: tx})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
