package bureau

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Seal is a committee's seal (印章): without it no written agreement takes effect (G4), so the bureau knows who keeps it and
// what its print looks like. This register is about the thing; affixing it to an agreement stays an act of the case.
type Seal struct {
	ident.Key
	Version     int64        `gorm:"column:version"`
	CommitteeID ident.ID     `gorm:"column:committee_id"`
	MadeOn      calendar.Day `gorm:"column:made_on"`
	Keeper      string       `gorm:"column:keeper"`
	SpecimenID  ident.ID     `gorm:"column:specimen_id"` // a picture of its print; zero for none
	EndedOn     calendar.Day `gorm:"column:ended_on"`
	EndedHow    string       `gorm:"column:ended_how"` // codes.SealEnds; "" while it is in use
	EndedWhy    string       `gorm:"column:ended_why"`
	MadeBy      ident.ID     `gorm:"column:made_by"`
}

// TableName is the table's.
func (Seal) TableName() string { return "committee_seals" }

// InUse tells whether the committee still has it.
func (s Seal) InUse() bool { return !s.ID.IsZero() && s.EndedOn.IsZero() }

// NewSeal is what is entered of a seal.
type NewSeal struct {
	MadeOn   calendar.Day
	Keeper   string
	Specimen *Upload // a picture of its print; nil for none
}

// MakeSeal enters a committee's seal. A committee has one: the former one must have gone.
//
// Faults: Missing for a committee out of reach; Conflict while there is a seal in use, or where the committee has ended;
// Invalid for days that lie ahead, for no keeper, and for a print that is no picture.
func (s *Service) MakeSeal(ctx context.Context, g authz.Grant, committee ident.ID, in NewSeal) (ident.ID, error) {
	file, err := s.taken(ctx, g, committee, in.Specimen)
	if err != nil {
		return ident.ID{}, err
	}
	defer file.Drop()
	return s.act(ctx, g, committee.County(), func(tx *db.Tx) (ident.ID, error) {
		c, err := keeps(tx, g, committee)
		if err != nil {
			return ident.ID{}, err
		}
		if c.State == registry.Ended {
			return ident.ID{}, fault.New(fault.Conflict, "committee_state", "调委会已经撤销，不能再登记印章。", "The committee was closed down; no seal can be entered for it.")
		}
		seal := Seal{Key: tx.NewKey(), Version: 1, CommitteeID: c.ID, MadeOn: in.MadeOn, MadeBy: tx.By.Person}
		var check fault.Check
		seal.Keeper, err = ident.ParseName(in.Keeper)
		check.Take("keeper", err)
		if in.MadeOn.IsZero() || in.MadeOn.After(today(tx)) {
			check.Add("made_on", "请填写刻制日期，不能晚于今天。", "Give the day on which it was made; it cannot lie in the future.")
		}
		if err := check.Err(); err != nil {
			return seal.ID, err
		}
		if seal.SpecimenID, err = s.keep(tx, c, Specimen, file); err != nil {
			return seal.ID, err
		}
		return seal.ID, insertSeal(tx, seal)
	})
}

// PassSeal records that somebody else keeps a seal from now on.
func (s *Service) PassSeal(ctx context.Context, g authz.Grant, id ident.ID, expect int64, keeper string) (ident.ID, error) {
	return s.onSeal(ctx, g, id, func(_ *db.Tx, seal *Seal) (err error) {
		if seal.Keeper, err = ident.ParseName(keeper); err != nil {
			return fault.Of(err).At("keeper")
		}
		return nil
	}, expect, "keeper")
}

// SealEnd is how a seal goes out of use.
type SealEnd struct {
	On  calendar.Day
	How string // codes.SealEnds
	Why string
}

// EndSeal records that a seal was lost, or that the bureau took it back.
func (s *Service) EndSeal(ctx context.Context, g authz.Grant, id ident.ID, expect int64, in SealEnd) (ident.ID, error) {
	return s.onSeal(ctx, g, id, func(tx *db.Tx, seal *Seal) error {
		var check fault.Check
		check.Take("how", codes.SealEnds.Check(in.How))
		if in.On.IsZero() || in.On.After(today(tx)) || in.On.Before(seal.MadeOn) {
			check.Add("on", "请填写日期：不早于刻制日期，不晚于今天。", "Give a day: not before the seal was made, and not in the future.")
		}
		if in.Why == "" {
			check.Add("why", "请写明原因。", "Please say why.")
		}
		seal.EndedOn, seal.EndedHow, seal.EndedWhy = in.On, in.How, in.Why
		return check.Err()
	}, expect, "ended_on", "ended_how", "ended_why")
}

// onSeal changes some columns of a seal that is in use, on the version that was seen.
func (s *Service) onSeal(ctx context.Context, g authz.Grant, id ident.ID, change func(*db.Tx, *Seal) error, expect int64, columns ...string) (ident.ID, error) {
	return s.act(ctx, g, id.County(), func(tx *db.Tx) (ident.ID, error) {
		seal, err := sealOf(tx, g, id)
		if err != nil {
			return id, err
		}
		if !seal.InUse() {
			return id, fault.New(fault.Conflict, "seal", "这枚印章已经停用。", "This seal is out of use already.")
		}
		if err := change(tx, &seal); err != nil {
			return id, err
		}
		return seal.CommitteeID, updateSeal(tx, &seal, expect, columns...)
	})
}

// sealOf is a seal of a committee whose register the grant keeps.
func sealOf(tx *db.Tx, g authz.Grant, id ident.ID) (Seal, error) {
	seal, err := findSeal(tx, id)
	if err == nil {
		_, err = keeps(tx, g, seal.CommitteeID)
	}
	return seal, err
}
