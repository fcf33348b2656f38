package housetest

import (
	"fmt"
	"testing"
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fieldwork"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Past writes rows of a time that no act can make any more, all in Fengze.
type Past struct {
	t    testing.TB
	Tx   *db.Tx
	town *Town
}

func (p *Past) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *Past) number() int { p.town.past++; return p.town.past }

// Committee stands from 2019 on, unless change says otherwise.
func (p *Past) Committee(kind registry.Type, change func(*registry.Committee)) ident.ID {
	p.t.Helper()
	n := p.number()
	rows := []registry.Committee{{Key: p.Tx.NewKey(), Type: kind, Name: fmt.Sprint("旧调委会", n), ShortName: fmt.Sprint("旧", n), AreaCode: Shaolin,
		State: registry.Active, ActivatedOn: "2019-01-01"}}
	if change != nil {
		change(&rows[0])
	}
	p.must(registry.BulkCommittees(p.Tx, rows))
	return rows[0].ID
}

// Mediator is somebody engaged by a committee between two days; no second day is until now.
func (p *Past) Mediator(person, committee ident.ID, from, to calendar.Day) {
	p.t.Helper()
	p.must(registry.BulkMediators(p.Tx, []registry.Mediator{{CommitteeID: committee, PersonID: person, Name: "旧人", Kind: registry.Engaged, Born: "1970-01-01",
		Sex: ident.Male, Ethnicity: "01", Citizen: true, Education: "60", EngagedOn: from, LeftOn: to}}))
}

// Compound is on the register until a day; none is until now.
func (p *Past) Compound(area ident.Area, ended calendar.Day) ident.ID {
	p.t.Helper()
	rows := []registry.Compound{{Name: fmt.Sprint("旧小区", p.number()), AreaCode: area, EndedOn: ended}}
	p.must(registry.BulkCompounds(p.Tx, rows))
	return rows[0].ID
}

// Serves gives a committee a place between two days.
func (p *Past) Serves(committee ident.ID, area ident.Area, compound ident.ID, from, to calendar.Day) {
	p.t.Helper()
	p.must(registry.BulkServiceAreas(p.Tx, []registry.ServiceArea{{CommitteeID: committee, AreaCode: area, CompoundID: compound, Scope: registry.PropertyMatters,
		ValidFrom: from, ValidTo: to}}))
}

// Presence is one legal service of a kind.
func (p *Past) Presence(kind fieldwork.Kind, on calendar.Day) {
	p.t.Helper()
	p.must(fieldwork.BulkPresence(p.Tx, []fieldwork.PresenceService{{Key: p.Tx.NewKey(), AreaCode: Shaolin, Kind: kind, ServedOn: on, Provider: "lawyer",
		ProviderName: "某律师", Minutes: 60, MadeAt: p.Tx.Now}}))
}

// Dispute is a case accepted on a day and closed on another; no second day leaves it open.
func (p *Past) Dispute(committee ident.ID, accepted, closed calendar.Day, outcome casework.Outcome, change ...func(*casework.Head)) {
	p.t.Helper()
	at, n := accepted.Start().Add(time.Hour), p.number()
	h := casework.Head{Key: p.Tx.NewKey(), Version: 1, Reference: fmt.Sprint("R", n), IntakeNo: fmt.Sprint("I", n), CaseNo: fmt.Sprint("N", n), State: casework.Closed,
		Outcome: outcome, Source: "11", Category: "02", Difficulty: 2, CommitteeID: committee, AreaCode: Shaolin, Title: "旧案", Parties: 2,
		RegisteredAt: at, ConsentAskedAt: &at, AcceptedAt: &at, AcceptedDay: accepted, FirstClosedDay: closed, LastEventAt: at}
	if closed.IsZero() {
		h.State = casework.InMediation
	}
	for _, c := range change {
		c(&h)
	}
	p.must(p.Tx.Rows().Create(&h).Error)
}

// InFengze writes rows of the past into the town's county.
func (town *Town) InFengze(fn func(p *Past)) {
	town.t.Helper()
	town.do(Fengze.County(), func(tx *db.Tx) error {
		fn(&Past{t: town.t, town: town, Tx: tx})
		return nil
	})
}
