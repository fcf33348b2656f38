package registry

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// MediatorKind tells whether a mediator is a member of the committee or was engaged by it (O9).
type MediatorKind string

const (
	OfCommittee MediatorKind = "member"
	Engaged     MediatorKind = "engaged"
)

// Mediator is somebody who mediates for one committee. A person who does so for two has two rows and counts once.
type Mediator struct {
	ident.Key
	Version     int64
	CommitteeID ident.ID
	PersonID    ident.ID
	Name        string
	Kind        MediatorKind
	Born        calendar.Day
	Sex         ident.Sex
	Ethnicity   string
	Citizen     bool
	Education   string
	FullTime    bool
	Background  Words
	EngagedOn   calendar.Day
	LeftOn      calendar.Day
	LeftReason  string
}

func (m Mediator) identity() (ident.ID, int64) { return m.ID, m.Version }

// Works tells whether the mediator may take cases.
func (m Mediator) Works() bool { return !m.ID.IsZero() && m.LeftOn.IsZero() }

func mediatorFrom(tx *db.Tx, committee ident.ID, kind MediatorKind, p Person, v Served, on calendar.Day) Mediator {
	return Mediator{Key: tx.NewKey(), Version: 1, CommitteeID: committee, PersonID: p.ID, Name: p.Name, Kind: kind, Born: p.Born,
		Sex: p.Sex, Ethnicity: p.Ethnicity, Citizen: p.Citizen, Education: v.Education, FullTime: v.FullTime,
		Background: v.Background, EngagedOn: on}
}

// NewMediator is somebody whom a committee engages.
type NewMediator struct {
	Person Person
	Served Served
	On     calendar.Day // today when empty
}

// Engage enters a mediator whom the committee engaged; members are mediators already.
func (s *Service) Engage(ctx context.Context, g authz.Grant, committee ident.ID, in NewMediator) (Mediator, error) {
	c, err := s.over(ctx, g, committee)
	if err != nil {
		return Mediator{}, err
	}
	return write(ctx, s, g, c.AreaCode, FindMediator, func(tx *db.Tx) (Mediator, error) {
		if in.On.IsZero() {
			in.On = today(tx)
		}
		p, err := s.newcomer(tx, in.Person, in.Served)
		if err != nil {
			return Mediator{}, err
		}
		m := mediatorFrom(tx, committee, Engaged, p, in.Served, in.On)
		if err := insertMediator(tx, m); err != nil {
			return m, err
		}
		return m, record(tx, committee, "mediator_engaged", in.On, p.Name, "")
	})
}

// AmendMediator changes what is recorded of a mediator: education, full or part time, what they bring with them (W4).
func (s *Service) AmendMediator(ctx context.Context, g authz.Grant, id ident.ID, expect int64, in Served) (Mediator, error) {
	var m Mediator
	err := s.read(ctx, g, func(tx *db.Tx) (err error) {
		m, err = FindMediator(tx, id)
		return err
	})
	if err != nil {
		return m, err
	}
	c, err := s.over(ctx, g, m.CommitteeID)
	if err != nil {
		return m, err
	}
	return write(ctx, s, g, c.AreaCode, FindMediator, func(tx *db.Tx) (Mediator, error) {
		var check fault.Check
		in.check(&check)
		if err := check.Err(); err != nil {
			return m, err
		}
		if !m.Works() {
			return m, fault.New(fault.Conflict, "left", "此人已经离任。", "This person has left already.")
		}
		m.Education, m.FullTime, m.Background = in.Education, in.FullTime, in.Background
		if err := update(tx, &m, expect, "education", "full_time", "background"); err != nil {
			return m, err
		}
		return m, record(tx, m.CommitteeID, "mediator_amended", today(tx), m.Name, "")
	})
}

// MediatorLeaves records that an engagement ended. Who still has open cases hands them over first (R8).
func (s *Service) MediatorLeaves(ctx context.Context, g authz.Grant, id ident.ID, in Leaving) (Mediator, error) {
	var m Mediator
	err := s.read(ctx, g, func(tx *db.Tx) (err error) {
		m, err = FindMediator(tx, id)
		return err
	})
	if err != nil {
		return m, err
	}
	c, err := s.over(ctx, g, m.CommitteeID)
	if err != nil {
		return m, err
	}
	return write(ctx, s, g, c.AreaCode, FindMediator, func(tx *db.Tx) (Mediator, error) {
		if in.On.IsZero() {
			in.On = today(tx)
		}
		if err := s.letGo(tx, m, in); err != nil {
			return m, err
		}
		if err := record(tx, m.CommitteeID, "mediator_left", in.On, m.Name, in.Reason); err != nil {
			return m, err
		}
		return FindMediator(tx, id)
	})
}

func (s *Service) letGo(tx *db.Tx, m Mediator, in Leaving) error {
	if err := s.handedOver(tx, m); err != nil {
		return err
	}
	m.LeftOn, m.LeftReason = in.On, in.Reason
	if err := update(tx, &m, m.Version, "left_on", "left_reason"); err != nil {
		return err
	}
	return s.left(tx, m.CommitteeID, m.PersonID)
}
