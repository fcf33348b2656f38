package registry

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// TieKind is how a mediator is bound to somebody who may become a party.
type TieKind string

const (
	TieKin       TieKind = "kin"
	TieEmployer  TieKind = "employer"
	TieFirm      TieKind = "firm"             // works for a property firm
	TieOwners    TieKind = "owners_committee" // sits in the owners' committee of a compound
	TieOtherwise TieKind = "other"
)

// Tie is what a mediator has declared; a case with whom it concerns makes a conflict of interest (M12).
type Tie struct {
	ident.Key
	MediatorID ident.ID
	Kind       TieKind
	Name       string
	NameMatch  string // the name as names are compared
	PhoneIndex string // the blind index of the phone; the phone itself is not kept
	CompoundID ident.ID
	FirmID     ident.ID
	Note       string
	DeclaredOn calendar.Day
	EndedOn    calendar.Day
}

func (t Tie) identity() (ident.ID, int64) { return t.ID, 1 }

// NewTie says whom or what a mediator is bound to: a name, a phone, a compound or a firm, at least one of them.
type NewTie struct {
	Kind       TieKind
	Name       string
	Phone      string
	CompoundID ident.ID
	FirmID     ident.ID
	Note       string
}

// DeclareTie records a tie of a mediator.
func (s *Service) DeclareTie(ctx context.Context, g authz.Grant, mediator ident.ID, in NewTie) (Tie, error) {
	area, err := s.placeOf(ctx, g, mediator)
	if err != nil {
		return Tie{}, err
	}
	return write(ctx, s, g, area, FindTie, func(tx *db.Tx) (Tie, error) {
		t := Tie{Key: tx.NewKey(), MediatorID: mediator, Kind: in.Kind, CompoundID: in.CompoundID, FirmID: in.FirmID,
			Note: in.Note, DeclaredOn: today(tx)}
		var check fault.Check
		allowed(&check, "kind", in.Kind, TieKin, TieEmployer, TieFirm, TieOwners, TieOtherwise)
		if in.Name != "" {
			var err error
			t.Name, err = ident.ParseName(in.Name)
			check.Take("name", err)
			t.NameMatch = ident.MatchName(t.Name)
		}
		if in.Phone != "" {
			phone, err := ident.ParsePhone(in.Phone)
			check.Take("phone", err)
			t.PhoneIndex = s.Vault.Index(PhoneIndex, string(phone))
		}
		if _, err := FindCompound(tx, in.CompoundID); !in.CompoundID.IsZero() && err != nil {
			check.Add("compound_id", "请选择登记过的小区。", "Choose a compound of the register.")
		}
		if _, err := FindFirm(tx, in.FirmID); !in.FirmID.IsZero() && err != nil {
			check.Add("firm_id", "请选择登记过的物业企业。", "Choose a property firm of the register.")
		}
		if in.Name == "" && in.Phone == "" && in.CompoundID.IsZero() && in.FirmID.IsZero() {
			check.Add("name", "请写明与谁有关：姓名、电话、小区或物业企业，至少一项。", "Say whom it concerns: a name, a phone, a compound or a firm.")
		}
		if err := check.Err(); err != nil {
			return t, err
		}
		if err := insertTie(tx, t); err != nil || s.TieDeclared == nil {
			return t, err
		}
		return t, s.TieDeclared(tx, t)
	})
}

// PhoneIndex is the kind under which phones are indexed everywhere, so that a tie and a party's phone can meet.
const PhoneIndex = "phone"

// EndTie records that a tie no longer holds.
func (s *Service) EndTie(ctx context.Context, g authz.Grant, id ident.ID) (Tie, error) {
	var t Tie
	err := s.read(ctx, g, func(tx *db.Tx) (err error) {
		t, err = FindTie(tx, id)
		return err
	})
	if err != nil {
		return t, err
	}
	area, err := s.placeOf(ctx, g, t.MediatorID)
	if err != nil {
		return t, err
	}
	return write(ctx, s, g, area, FindTie, func(tx *db.Tx) (Tie, error) {
		t.EndedOn = today(tx)
		return t, tieEnded(tx, t)
	})
}

// Ties are the ties of a mediator that hold, for whoever administers the committee: they tell of other people.
func (s *Service) Ties(ctx context.Context, g authz.Grant, mediator ident.ID) ([]Tie, error) {
	if _, err := s.placeOf(ctx, g, mediator); err != nil {
		return nil, err
	}
	var out []Tie
	err := s.read(ctx, g, func(tx *db.Tx) (err error) {
		out, err = TiesOf(tx, mediator)
		return err
	})
	return out, err
}

// placeOf is the area of the committee for which somebody mediates.
func (s *Service) placeOf(ctx context.Context, g authz.Grant, mediator ident.ID) (ident.Area, error) {
	var m Mediator
	err := s.read(ctx, g, func(tx *db.Tx) (err error) {
		m, err = FindMediator(tx, mediator)
		return err
	})
	if err != nil {
		return "", err
	}
	c, err := s.over(ctx, g, m.CommitteeID)
	return c.AreaCode, err
}
