package registry

import (
	"context"
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Office of a member.
type Office string

const (
	Chair       Office = "chair"
	DeputyChair Office = "deputy_chair"
	Ordinary    Office = "member"
)

// Member is somebody who was elected to a committee (委员). Members mediate: each has a mediator's row as well (O9).
type Member struct {
	ident.Key
	CommitteeID ident.ID
	PersonID    ident.ID
	Name        string
	Sex         ident.Sex
	Ethnicity   string
	Office      Office
	JoinedOn    calendar.Day
	LeftOn      calendar.Day
	LeftReason  string
}

// TableName names the table.
func (Member) TableName() string { return "committee_members" }

func (m Member) identity() (ident.ID, int64) { return m.ID, 1 }

// NewMember is somebody elected.
type NewMember struct {
	Person Person
	Served Served
	Office Office
	On     calendar.Day // today when empty
}

// AddMember enters an elected member, and makes them a mediator of the committee.
func (s *Service) AddMember(ctx context.Context, g authz.Grant, committee ident.ID, in NewMember) (Member, error) {
	c, err := s.over(ctx, g, committee)
	if err != nil {
		return Member{}, err
	}
	return write(ctx, s, g, c.AreaCode, FindMember, func(tx *db.Tx) (Member, error) {
		if in.On.IsZero() {
			in.On = today(tx)
		}
		var check fault.Check
		allowed(&check, "office", in.Office, Chair, DeputyChair, Ordinary)
		if err := check.Err(); err != nil {
			return Member{}, err
		}
		p, err := s.newcomer(tx, in.Person, in.Served)
		if err != nil {
			return Member{}, err
		}
		if err := roomFor(tx, committee, p.ID, in.Office); err != nil {
			return Member{}, err
		}
		m := Member{Key: tx.NewKey(), CommitteeID: committee, PersonID: p.ID, Name: p.Name, Sex: p.Sex, Ethnicity: p.Ethnicity,
			Office: in.Office, JoinedOn: in.On}
		if err := insertMember(tx, m); err != nil {
			return m, err
		}
		if err := mediates(tx, committee, p, in.Served, in.On); err != nil {
			return m, err
		}
		return m, record(tx, committee, "member_joined", in.On, p.Name, string(in.Office))
	})
}

// roomFor refuses who is a member already, a tenth member (O1) and a second chair (O2).
func roomFor(tx *db.Tx, committee, person ident.ID, office Office) error {
	if err := hold(tx, committee); err != nil {
		return err
	}
	members, err := MembersOf(tx, committee)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(members, func(m Member) bool { return m.PersonID == person }) {
		return fault.New(fault.Conflict, "member", "此人已经是本会委员。", "This person is a member of the committee already.")
	}
	if len(members) >= most {
		return fault.Rule("O1", "调委会最多九名委员（人民调解法第八条）。", "A committee has nine members at most (People's Mediation Law, article 8).")
	}
	if office == Chair {
		return oneChair(members)
	}
	return nil
}

// ChangeOffice gives a sitting member another office, as those who elected them decided: a chair who steps back makes room
// for the next (O2), and neither leaves.
func (s *Service) ChangeOffice(ctx context.Context, g authz.Grant, id ident.ID, to Office) (Member, error) {
	var m Member
	err := s.read(ctx, g, func(tx *db.Tx) (err error) {
		m, err = FindMember(tx, id)
		return err
	})
	if err != nil {
		return m, err
	}
	c, err := s.over(ctx, g, m.CommitteeID)
	if err != nil {
		return m, err
	}
	return write(ctx, s, g, c.AreaCode, FindMember, func(tx *db.Tx) (Member, error) {
		var check fault.Check
		allowed(&check, "office", to, Chair, DeputyChair, Ordinary)
		if err := check.Err(); err != nil {
			return m, err
		}
		if err := hold(tx, m.CommitteeID); err != nil {
			return m, err
		}
		members, err := MembersOf(tx, m.CommitteeID)
		if err != nil {
			return m, err
		}
		if to == Chair {
			if err := oneChair(slices.DeleteFunc(members, func(other Member) bool { return other.ID == id })); err != nil {
				return m, err
			}
		}
		m.Office = to
		if err := officeChanged(tx, m); err != nil {
			return m, err
		}
		if err := s.left(tx, m.CommitteeID, m.PersonID); err != nil {
			return m, err
		}
		return m, record(tx, m.CommitteeID, "office_changed", today(tx), m.Name, string(to))
	})
}

// oneChair refuses a second chair beside some members (O2).
func oneChair(beside []Member) error {
	if slices.ContainsFunc(beside, func(m Member) bool { return m.Office == Chair }) {
		return fault.Rule("O2", "调委会设主任一名（人民调解法第八条），请先登记原主任离任或者改任。",
			"A committee has one chair (People's Mediation Law, article 8); first record that the former one left or took another office.")
	}
	return nil
}

// mediates makes a member a mediator; one who was engaged before becomes a member of another kind, not a second row.
func mediates(tx *db.Tx, committee ident.ID, p Person, v Served, on calendar.Day) error {
	was, err := MediatorOf(tx, committee, p.ID)
	switch {
	case fault.Is(err, fault.Missing):
		return insertMediator(tx, mediatorFrom(tx, committee, OfCommittee, p, v, on))
	case err != nil:
		return err
	}
	was.Kind = OfCommittee
	return update(tx, &was, was.Version, "kind")
}

// Leaving is how a member or mediator goes: vacancies and removals are the electing or engaging unit's to decide.
type Leaving struct {
	On     calendar.Day // today when empty
	Reason string
}

// MemberLeaves records that a member's office ended, and the mediator's with it. It may leave fewer than three members
// or no chair: a vacancy is shown to the bureau and stops no case.
func (s *Service) MemberLeaves(ctx context.Context, g authz.Grant, id ident.ID, in Leaving) (Member, error) {
	var m Member
	err := s.read(ctx, g, func(tx *db.Tx) (err error) {
		m, err = FindMember(tx, id)
		return err
	})
	if err != nil {
		return m, err
	}
	c, err := s.over(ctx, g, m.CommitteeID)
	if err != nil {
		return m, err
	}
	return write(ctx, s, g, c.AreaCode, FindMember, func(tx *db.Tx) (Member, error) {
		if in.On.IsZero() {
			in.On = today(tx)
		}
		m.LeftOn, m.LeftReason = in.On, in.Reason
		if err := memberLeft(tx, m); err != nil {
			return m, err
		}
		med, err := MediatorOf(tx, m.CommitteeID, m.PersonID)
		if err != nil && !fault.Is(err, fault.Missing) {
			return m, err
		}
		if err == nil {
			if err := s.letGo(tx, med, in); err != nil {
				return m, err
			}
		}
		if err := s.left(tx, m.CommitteeID, m.PersonID); err != nil {
			return m, err
		}
		return m, record(tx, m.CommitteeID, "member_left", in.On, m.Name, in.Reason)
	})
}
