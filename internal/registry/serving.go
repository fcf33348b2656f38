package registry

import (
	"context"
	"slices"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Scope is which matters a committee serves a place in.
type Scope string

const (
	AllMatters      Scope = "all"
	PropertyMatters Scope = "property" // categories 13 and 13xx
)

// ServiceArea says that a committee serves an area or one compound, between two days.
type ServiceArea struct {
	ident.Key
	CommitteeID ident.ID
	AreaCode    ident.Area // empty when it is one compound
	CompoundID  ident.ID
	Scope       Scope
	ValidFrom   calendar.Day
	ValidTo     calendar.Day
}

func (a ServiceArea) identity() (ident.ID, int64) { return a.ID, 1 }

// NewServiceArea names the area or the compound that a committee is to serve.
type NewServiceArea struct {
	AreaCode   ident.Area
	CompoundID ident.ID
	Scope      Scope
	ValidFrom  calendar.Day // today when empty
	ValidTo    calendar.Day
}

// AddServiceArea gives a committee a place to serve, in its own county.
func (s *Service) AddServiceArea(ctx context.Context, g authz.Grant, committee ident.ID, in NewServiceArea) (ServiceArea, error) {
	c, err := s.over(ctx, g, committee)
	if err != nil {
		return ServiceArea{}, err
	}
	return write(ctx, s, g, c.AreaCode, FindServiceArea, func(tx *db.Tx) (ServiceArea, error) {
		a := ServiceArea{Key: tx.NewKey(), CommitteeID: c.ID, AreaCode: in.AreaCode, CompoundID: in.CompoundID, Scope: in.Scope,
			ValidFrom: in.ValidFrom, ValidTo: in.ValidTo}
		if a.ValidFrom.IsZero() {
			a.ValidFrom = today(tx)
		}
		if err := a.check(tx, c.CountyCode); err != nil {
			return a, err
		}
		if err := insertRow(tx, &a); err != nil {
			return a, err
		}
		at, err := a.where(tx)
		if err != nil {
			return a, err
		}
		return a, record(tx, c.ID, "service_area_added", a.ValidFrom, "", at)
	})
}

func (a ServiceArea) check(tx *db.Tx, county ident.County) error {
	var check fault.Check
	allowed(&check, "scope", a.Scope, AllMatters, PropertyMatters)
	if (a.AreaCode == "") == a.CompoundID.IsZero() {
		check.Add("area_code", "请选择一个地区或者一个小区。", "Choose either an area or a compound.")
	}
	if _, err := FindArea(tx, a.AreaCode); a.AreaCode != "" && (err != nil || a.AreaCode.County() != county) {
		check.Add("area_code", "请选择本县（市、区）内的地区。", "Choose an area in the committee's county.")
	}
	if !a.CompoundID.IsZero() {
		if _, err := FindCompound(tx, a.CompoundID); err != nil || a.CompoundID.County() != county {
			check.Add("compound_id", "请选择本县（市、区）内的小区。", "Choose a compound in the committee's county.")
		}
	}
	if !a.ValidTo.IsZero() && a.ValidTo.Before(a.ValidFrom) {
		check.Add("valid_to", "结束日期不能早于开始日期。", "The last day cannot lie before the first.")
	}
	return check.Err()
}

// EndServiceArea takes a place from a committee, from tomorrow on.
func (s *Service) EndServiceArea(ctx context.Context, g authz.Grant, id ident.ID) (ServiceArea, error) {
	var a ServiceArea
	err := s.read(ctx, g, func(tx *db.Tx) (err error) {
		a, err = FindServiceArea(tx, id)
		return err
	})
	if err != nil {
		return a, err
	}
	c, err := s.over(ctx, g, a.CommitteeID)
	if err != nil {
		return a, err
	}
	return write(ctx, s, g, c.AreaCode, FindServiceArea, func(tx *db.Tx) (ServiceArea, error) {
		a.ValidTo = today(tx)
		if err := serviceAreaEnded(tx, a); err != nil {
			return a, err
		}
		at, err := a.where(tx)
		if err != nil {
			return a, err
		}
		return a, record(tx, c.ID, "service_area_ended", a.ValidTo, "", at)
	})
}

// where is the area's code, or the compound's name: what is told of the place later on.
func (a ServiceArea) where(tx *db.Tx) (string, error) {
	if a.CompoundID.IsZero() {
		return string(a.AreaCode), nil
	}
	c, err := FindCompound(tx, a.CompoundID)
	return c.Name, err
}

// Place is where a dispute arose and what it is about.
type Place struct {
	Area     ident.Area
	Compound ident.ID
	Category string // codes of categories; 13 and 13xx are property matters
}

func (p Place) property() bool { return strings.HasPrefix(p.Category, "13") }

// Serving is the committee that serves a place today (A7), never none: what serves the compound, else the village's own
// committee, else the street's or town's, else the county's desk. At each of these a committee that was given the place
// for property matters comes first in a property matter. A place that does not exist is a fault.
func Serving(tx *db.Tx, p Place) (Committee, error) {
	if !p.Compound.IsZero() {
		c, err := FindCompound(tx, p.Compound)
		if err != nil {
			return Committee{}, err
		}
		p.Area = c.AreaCode
	}
	around := p.Area.Wider()
	known, err := areasOf(tx, around)
	if err != nil {
		return Committee{}, err
	}
	if len(known) == 0 || known[0].Code != p.Area {
		return Committee{}, noArea()
	}
	found, err := candidates(tx, p, around)
	if err != nil {
		return Committee{}, err
	}
	if len(found) == 0 {
		return Committee{}, noArea() // a county that was never loaded has no desk
	}
	best := slices.MinFunc(found, func(a, b candidate) int {
		if d := a.rank(around) - b.rank(around); d != 0 {
			return d
		}
		return strings.Compare(a.Committee.ID.String(), b.Committee.ID.String()) // the older one
	})
	return best.Committee, nil
}

// candidate is a committee that might serve a place, with the service area that says so, if one does.
type candidate struct {
	Committee Committee
	Through   ServiceArea
}

// rank orders candidates: the nearest place first, and in it who was given property matters, who was given all, who
// is at home there.
func (c candidate) rank(around []ident.Area) int {
	by := 2
	switch {
	case c.Committee.Type == Desk && c.Through.ID.IsZero():
		return 1000
	case c.Through.Scope == PropertyMatters:
		by = 0
	case c.Through.Scope == AllMatters:
		by = 1
	}
	if !c.Through.CompoundID.IsZero() {
		return by
	}
	at := c.Committee.AreaCode
	if !c.Through.ID.IsZero() {
		at = c.Through.AreaCode
	}
	return 10*(1+slices.Index(around, at)) + by
}

// serves tells whether a candidate may serve the place at all.
func (c candidate) serves(p Place, around []ident.Area, day calendar.Day) bool {
	if c.Committee.State != Active {
		return false
	}
	if a := c.Through; !a.ID.IsZero() {
		inTime := during(day, a.ValidFrom, a.ValidTo)
		inScope := a.Scope == AllMatters || p.property()
		return inTime && inScope // the search found only what lies around the place
	}
	atHome := map[Type]ident.Level{OfVillage: ident.Village, OfResidents: ident.Village, OfTown: ident.Town, OfStreet: ident.Town}
	level, ok := atHome[c.Committee.Type]
	general := ok && c.Committee.AreaCode.Level() == level && c.Committee.Sector == "" && c.Committee.ParentID.IsZero()
	return c.Committee.Type == Desk || general && slices.Contains(around, c.Committee.AreaCode)
}
