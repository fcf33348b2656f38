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
		c := Compound{Key: tx.NewKey(), Version: 1}
		if err := c.take(tx, in); err != nil {
			return c, err
		}
		return c, insertCompound(tx, c)
	})
}

// take fills in what is known of a compound, if it can be so.
func (c *Compound) take(tx *db.Tx, in NewCompound) (err error) {
	var check fault.Check
	c.AreaCode, c.Address, c.Households, c.PropertyFirmID = in.AreaCode, in.Address, in.Households, in.PropertyFirmID
	c.Name, err = ident.ParseName(in.Name)
	check.Take("name", err)
	if _, err := FindArea(tx, in.AreaCode); err != nil || in.AreaCode.Level() != ident.Village || in.AreaCode.County() != c.CountyCode {
		check.Add("area_code", "请选择小区所在的村（社区）。", "Choose the village or community in which the compound lies.")
	}
	if in.Households < 0 {
		check.Add("households", "户数不能是负数。", "The number of households cannot be negative.")
	}
	if !in.PropertyFirmID.IsZero() {
		if _, err := FindFirm(tx, in.PropertyFirmID); err != nil || in.PropertyFirmID.County() != c.CountyCode {
			check.Add("property_firm_id", "请选择本县（市、区）登记的物业企业。", "Choose a property firm of this county's register.")
		}
	}
	return check.Err()
}

// AmendCompound changes what is known of a compound; a day takes it off the register from then on.
func (s *Service) AmendCompound(ctx context.Context, g authz.Grant, id ident.ID, expect int64, in NewCompound, ended calendar.Day) (Compound, error) {
	c, err := s.compound(ctx, g, id)
	if err != nil {
		return c, err
	}
	return write(ctx, s, g, c.AreaCode, FindCompound, func(tx *db.Tx) (Compound, error) {
		c, err := FindCompound(tx, id)
		if err != nil {
			return c, err
		}
		if err := c.take(tx, in); err != nil {
			return c, err
		}
		if c.EndedOn = ended; ended.After(today(tx)) {
			return c, fault.New(fault.Invalid, "", "注销日期不能晚于今天。", "The day on which it went cannot lie in the future.").At("ended_on")
		}
		return c, taken(update(tx, &c, expect, "name", "area_code", "address", "households", "property_firm_id", "ended_on"), "compound",
			"这个村（社区）已有同名小区。", "There is a compound of this name in the community already.")
	})
}

// compound is one that the grant covers.
func (s *Service) compound(ctx context.Context, g authz.Grant, id ident.ID) (Compound, error) {
	var c Compound
	err := s.read(ctx, g, func(tx *db.Tx) (err error) {
		c, err = FindCompound(tx, id)
		return err
	})
	if err == nil && !g.CoversArea(c.AreaCode) {
		err = fault.NoSuch()
	}
	return c, err
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
	return write(ctx, s, g, in.AreaCode, FindFirm, func(tx *db.Tx) (PropertyFirm, error) {
		f := PropertyFirm{Key: tx.NewKey(), Version: 1}
		if err := f.take(in); err != nil {
			return f, err
		}
		return f, insertRow(tx, &f)
	})
}

func (f *PropertyFirm) take(in NewPropertyFirm) (err error) {
	var check fault.Check
	f.Phone, f.CreditCode = in.Phone, ""
	f.Name, err = ident.ParseName(in.Name)
	check.Take("name", err)
	if in.CreditCode != "" {
		f.CreditCode, err = ident.ParseCreditCode(in.CreditCode)
		check.Take("credit_code", err)
	}
	return check.Err()
}

// AmendPropertyFirm changes what is known of a firm.
func (s *Service) AmendPropertyFirm(ctx context.Context, g authz.Grant, id ident.ID, expect int64, in NewPropertyFirm) (PropertyFirm, error) {
	return write(ctx, s, g, id.County().Area(), FindFirm, func(tx *db.Tx) (PropertyFirm, error) {
		f, err := FindFirm(tx, id)
		if err != nil {
			return f, err
		}
		if err := f.take(in); err != nil {
			return f, err
		}
		return f, update(tx, &f, expect, "name", "credit_code", "phone")
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
	c, err := s.compound(ctx, g, compound)
	if err != nil {
		return OwnersCommittee{}, err
	}
	return write(ctx, s, g, c.AreaCode, FindOwners, func(tx *db.Tx) (OwnersCommittee, error) {
		o := OwnersCommittee{Key: tx.NewKey(), Version: 1, CompoundID: compound}
		if err := o.take(in); err != nil {
			return o, err
		}
		return o, insertRow(tx, &o)
	})
}

func (o *OwnersCommittee) take(in NewOwnersCommittee) (err error) {
	var check fault.Check
	o.ElectedOn, o.EndsOn = in.ElectedOn, in.EndsOn
	o.Name, err = ident.ParseName(in.Name)
	check.Take("name", err)
	if !in.EndsOn.IsZero() && in.EndsOn.Before(in.ElectedOn) {
		check.Add("ends_on", "结束日期不能早于选举日期。", "The term cannot end before the election.")
	}
	return check.Err()
}

// AmendOwnersCommittee changes what is known of an owners' committee, such as its next election.
func (s *Service) AmendOwnersCommittee(ctx context.Context, g authz.Grant, id ident.ID, expect int64, in NewOwnersCommittee) (OwnersCommittee, error) {
	var o OwnersCommittee
	err := s.read(ctx, g, func(tx *db.Tx) (err error) {
		o, err = FindOwners(tx, id)
		return err
	})
	if err != nil {
		return o, err
	}
	c, err := s.compound(ctx, g, o.CompoundID)
	if err != nil {
		return o, err
	}
	return write(ctx, s, g, c.AreaCode, FindOwners, func(tx *db.Tx) (OwnersCommittee, error) {
		if err := o.take(in); err != nil {
			return o, err
		}
		return o, update(tx, &o, expect, "name", "elected_on", "ends_on")
	})
}
