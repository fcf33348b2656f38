package registry

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Compound is a residential compound (小区) on the register.
type Compound struct {
	ident.Key
	Version        int64
	Name           string
	AreaCode       ident.Area // the village or community it lies in
	Address        string
	Households     int
	PropertyFirmID ident.ID
	EndedOn        calendar.Day
}

func (c Compound) identity() (ident.ID, int64) { return c.ID, c.Version }

// PropertyFirm manages compounds (物业企业).
type PropertyFirm struct {
	ident.Key
	Version    int64
	Name       string
	CreditCode ident.CreditCode
	Phone      string
}

func (f PropertyFirm) identity() (ident.ID, int64) { return f.ID, f.Version }

// OwnersCommittee represents the owners of a compound (业委会).
type OwnersCommittee struct {
	ident.Key
	Version    int64
	CompoundID ident.ID
	Name       string
	ElectedOn  calendar.Day
	EndsOn     calendar.Day
}

func (o OwnersCommittee) identity() (ident.ID, int64) { return o.ID, o.Version }

// NewCompound is what is entered of a compound.
type NewCompound struct {
	Name           string
	AreaCode       ident.Area
	Address        string
	Households     int
	PropertyFirmID ident.ID
}

// AddCompound enters a compound on the register.
func (s *Service) AddCompound(ctx context.Context, g authz.Grant, in NewCompound) (Compound, error) {
	return write(ctx, s, g, in.AreaCode, FindCompound, func(tx *db.Tx) (Compound, error) {
		c := Compound{Key: tx.NewKey(), Version: 1, AreaCode: in.AreaCode, Address: in.Address, Households: in.Households,
			PropertyFirmID: in.PropertyFirmID}
		var check fault.Check
		var err error
		c.Name, err = ident.ParseName(in.Name)
		check.Take("name", err)
		if _, err := FindArea(tx, in.AreaCode); err != nil || in.AreaCode.Level() != ident.Village {
			check.Add("area_code", "请选择小区所在的村（社区）。", "Choose the village or community in which the compound lies.")
		}
		if in.Households < 0 {
			check.Add("households", "户数不能是负数。", "The number of households cannot be negative.")
		}
		if err := check.Err(); err != nil {
			return c, err
		}
		return c, insertCompound(tx, c)
	})
}

// NewPropertyFirm is what is entered of a firm.
type NewPropertyFirm struct {
	AreaCode   ident.Area // the county in whose register it is entered
	Name       string
	CreditCode string
	Phone      string
}

// AddPropertyFirm enters a property firm.
func (s *Service) AddPropertyFirm(ctx context.Context, g authz.Grant, in NewPropertyFirm) (PropertyFirm, error) {
	return write(ctx, s, g, in.AreaCode, findFirm, func(tx *db.Tx) (PropertyFirm, error) {
		f := PropertyFirm{Key: tx.NewKey(), Version: 1, Phone: in.Phone}
		var check fault.Check
		var err error
		f.Name, err = ident.ParseName(in.Name)
		check.Take("name", err)
		if in.CreditCode != "" {
			f.CreditCode, err = ident.ParseCreditCode(in.CreditCode)
			check.Take("credit_code", err)
		}
		if err := check.Err(); err != nil {
			return f, err
		}
		return f, insertRow(tx, &f)
	})
}

// NewOwnersCommittee is what is entered of an owners' committee.
type NewOwnersCommittee struct {
	Name      string
	ElectedOn calendar.Day
	EndsOn    calendar.Day
}

// AddOwnersCommittee enters the owners' committee of a compound.
func (s *Service) AddOwnersCommittee(ctx context.Context, g authz.Grant, compound ident.ID, in NewOwnersCommittee) (OwnersCommittee, error) {
	var c Compound
	err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		c, err = FindCompound(tx, compound)
		return err
	})
	if err != nil {
		return OwnersCommittee{}, err
	}
	return write(ctx, s, g, c.AreaCode, findOwners, func(tx *db.Tx) (OwnersCommittee, error) {
		o := OwnersCommittee{Key: tx.NewKey(), Version: 1, CompoundID: compound, ElectedOn: in.ElectedOn, EndsOn: in.EndsOn}
		name, err := ident.ParseName(in.Name)
		if err != nil {
			return o, fault.Of(err).At("name")
		}
		o.Name = name
		return o, insertRow(tx, &o)
	})
}
