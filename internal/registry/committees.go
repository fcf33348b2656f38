package registry

import (
	"context"
	"errors"
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Type is one of the six statistical types of committees; townships, streets, social groups and other organisations
// may set them up as well as villages, residents and enterprises (O8).
type Type string

const (
	OfVillage    Type = "01"
	OfResidents  Type = "02"
	OfTown       Type = "03"
	OfStreet     Type = "04"
	OfEnterprise Type = "05"
	OfSociety    Type = "06" // social groups and other organisations; most industry committees

	Desk Type = "desk" // the county bureau's intake desk: no committee, and never counted as one
)

// Types are the six types that are counted.
var Types = []Type{OfVillage, OfResidents, OfTown, OfStreet, OfEnterprise, OfSociety}

// State of a committee.
type State string

const (
	Draft  State = "draft"
	Active State = "active"
	Ended  State = "ended"
)

// Attributes mark what a committee is besides its type.
var Attributes = []string{"industry", "regional", "stationed_court", "stationed_police", "stationed_petition",
	"stationed_procuratorate", "studio", "mediation_group"}

// Sectors are the fields of industry committees.
var Sectors = []string{"", "medical", "traffic", "labour", propertySector, "consumer", "tourism", "environment", "family",
	"finance", "intellectual_property", "education", "other"}

const propertySector = "property" // whose committees cover compounds

// Committee is a people's mediation committee, a body under one (a station room, a studio, a mediation group), or a
// county's desk.
type Committee struct {
	ident.Key
	Version     int64
	Type        Type
	Name        string
	ShortName   string // before the number of a case: （2025）东湖少林人调字第0001号
	AreaCode    ident.Area
	Sector      string
	Attributes  Words
	ParentID    ident.ID // the committee that a group, studio or station room belongs to
	State       State
	Phone       string
	Address     string
	ActivatedOn calendar.Day
	EndedOn     calendar.Day
}

func (c Committee) identity() (ident.ID, int64) { return c.ID, c.Version }

// Counted tells whether this is a committee of its own: neither a desk nor a body under a committee.
func (c Committee) Counted() bool { return c.Type != Desk && c.ParentID.IsZero() }

// NewCommittee is what a draft begins with.
type NewCommittee struct {
	Type       Type
	Name       string
	ShortName  string
	AreaCode   ident.Area
	Sector     string
	Attributes []string
	ParentID   ident.ID
	Phone      string
	Address    string
}

// Draft enters a committee that is being set up. It serves nobody until it is active.
func (s *Service) Draft(ctx context.Context, g authz.Grant, in NewCommittee) (Committee, error) {
	return write(ctx, s, g, in.AreaCode, FindCommittee, func(tx *db.Tx) (Committee, error) {
		c, err := draft(tx, in)
		if err != nil {
			return c, err
		}
		if err := insertCommittee(tx, c); err != nil {
			return c, err
		}
		return c, record(tx, c.ID, "drafted", today(tx), "", c.Name)
	})
}

func draft(tx *db.Tx, in NewCommittee) (Committee, error) {
	c := Committee{Key: tx.NewKey(), Version: 1, Type: in.Type, AreaCode: in.AreaCode, Sector: in.Sector,
		Attributes: in.Attributes, ParentID: in.ParentID, State: Draft, Phone: in.Phone, Address: in.Address}
	var check fault.Check
	allowed(&check, "type", in.Type, Types...)
	allowed(&check, "sector", in.Sector, Sectors...)
	for _, a := range in.Attributes {
		allowed(&check, "attributes", a, Attributes...)
	}
	var err error
	c.Name, err = ident.ParseName(in.Name)
	check.Take("name", err)
	c.ShortName, err = ident.ParseName(in.ShortName)
	check.Take("short_name", err)
	if _, err := FindArea(tx, in.AreaCode); err != nil {
		check.Take("area_code", noArea())
	}
	if slices.Contains(in.Attributes, "mediation_group") && in.ParentID.IsZero() {
		check.Add("parent_id", "调解小组应当设在一个调委会之下。", "A mediation group belongs to a committee; say which.")
	}
	if !in.ParentID.IsZero() && in.ParentID.County() != c.CountyCode {
		check.Add("parent_id", "上设的调委会应在同一个县（市、区）。", "The committee it belongs to must lie in the same county.")
	}
	return c, check.Err()
}

// Warning is what the law wants and does not forbid to lack: it is shown, listed to the bureau, and blocks nothing.
type Warning struct {
	Rule string // as in the handbook of rules: O3
	Text fault.Text
}

// Activate lets a committee serve, once its people are as the law wants them (O1, O2, O5). What is only warned of comes
// back beside it (O3, O4, O14).
func (s *Service) Activate(ctx context.Context, g authz.Grant, id ident.ID, expect int64) (Committee, []Warning, error) {
	c, err := s.over(ctx, g, id)
	if err != nil {
		return c, nil, err
	}
	var warnings []Warning
	c, err = write(ctx, s, g, c.AreaCode, FindCommittee, func(tx *db.Tx) (Committee, error) {
		c, err := FindCommittee(tx, id)
		if err != nil {
			return c, err
		}
		if c.State != Draft {
			return c, fault.New(fault.Conflict, "committee_state", "只有筹备中的调委会可以启用。", "Only a committee in preparation can be made active.")
		}
		r, err := ReviewOf(tx, c)
		if err != nil {
			return c, err
		}
		if warnings = r.Warnings; r.Blocked != nil {
			return c, r.Blocked
		}
		c.State, c.ActivatedOn = Active, today(tx)
		if err := update(tx, &c, expect, "state", "activated_on"); err != nil {
			return c, err
		}
		return c, record(tx, c.ID, "activated", today(tx), "", c.Name)
	})
	return c, warnings, err
}

// End closes a committee down. Its open cases must have been handed over (R8), also those that nobody hosts, and the bodies
// under it closed; its service areas end with it.
func (s *Service) End(ctx context.Context, g authz.Grant, id ident.ID, expect int64, reason string) (Committee, error) {
	c, err := s.over(ctx, g, id)
	if err != nil {
		return c, err
	}
	return write(ctx, s, g, c.AreaCode, FindCommittee, func(tx *db.Tx) (Committee, error) {
		c, err := FindCommittee(tx, id)
		if err != nil || c.State == Ended {
			return c, err
		}
		if c.Type == Desk {
			return c, fault.New(fault.Conflict, "desk", "县级受理窗口不能撤销：任何地方都要有人受理。", "A county's desk cannot be closed: every place must be served by somebody.")
		}
		if err := s.leavesNothing(tx, c); err != nil {
			return c, err
		}
		c.State, c.EndedOn = Ended, today(tx)
		if err := update(tx, &c, expect, "state", "ended_on"); err != nil {
			return c, err
		}
		if err := endServiceAreas(tx, id); err != nil {
			return c, err
		}
		if err := s.allLeft(tx, id); err != nil {
			return c, err
		}
		return c, record(tx, id, "ended", today(tx), "", reason)
	})
}

// allLeft tells of everybody in a committee that is no more.
func (s *Service) allLeft(tx *db.Tx, committee ident.ID) error {
	members, err := MembersOf(tx, committee)
	if err != nil {
		return err
	}
	mediators, err := MediatorsOf(tx, committee)
	if err != nil {
		return err
	}
	for _, m := range members {
		if err := s.left(tx, committee, m.PersonID); err != nil {
			return err
		}
	}
	for _, m := range mediators {
		if err := s.left(tx, committee, m.PersonID); err != nil {
			return err
		}
	}
	return nil
}

// leavesNothing refuses to end a committee that leads open cases (R8) or that others stand under.
func (s *Service) leavesNothing(tx *db.Tx, c Committee) error {
	if s.OpenOf == nil {
		return errors.New("registry: nobody counts open cases")
	}
	open, err := s.OpenOf(tx, c.ID)
	if err != nil {
		return err
	}
	if open > 0 {
		return fault.Rule("R8", "%s还有 %d 件未结案件，请先移交给其他调委会或者办结。", "%s still leads %d open cases; please have them handed over or ended first.", c.Name, open)
	}
	people, err := MediatorsOf(tx, c.ID)
	if err != nil {
		return err
	}
	for _, m := range people {
		if err := s.handedOver(tx, m); err != nil {
			return err
		}
	}
	under, err := BodiesUnder(tx, c.ID)
	if len(under) > 0 {
		return fault.New(fault.Conflict, "bodies", "%s下面还有 %d 个调解室、工作室或小组，请先撤销。", "%s still has %d bodies under it; please close them first.", c.Name, len(under))
	}
	return err
}

// Revision is what may change of a committee: its name and how it is reached at any time; what it is, and the short name
// that stands before the numbers of its cases, only while it is being set up.
type Revision struct {
	Name, ShortName, Phone, Address string
	Type                            Type
	Sector                          string
}

// Revise changes a committee. A new name of one that serves is among what the court is told (O7).
func (s *Service) Revise(ctx context.Context, g authz.Grant, id ident.ID, expect int64, in Revision) (Committee, error) {
	c, err := s.over(ctx, g, id)
	if err != nil {
		return c, err
	}
	return write(ctx, s, g, c.AreaCode, FindCommittee, func(tx *db.Tx) (Committee, error) {
		c, err := FindCommittee(tx, id)
		if err != nil {
			return c, err
		}
		was := c.Name
		if err := c.take(in); err != nil {
			return c, err
		}
		err = taken(update(tx, &c, expect, "name", "short_name", "phone", "address", "type", "sector"), "short_name",
			"本县（市、区）已有调委会使用这个简称（案号用），请换一个。", "Another committee of the county has this short name (for case numbers); please choose another.")
		if err != nil || was == c.Name || c.State == Draft {
			return c, err
		}
		return c, record(tx, id, "renamed", today(tx), "", was+" → "+c.Name)
	})
}

func (c *Committee) take(in Revision) (err error) {
	if c.State == Ended || c.Type == Desk {
		return fault.New(fault.Conflict, "committee_state", "已经撤销的调委会和受理窗口不能再改。", "A committee that was closed down and a desk can no longer be changed.")
	}
	var check fault.Check
	c.Phone, c.Address = in.Phone, in.Address
	c.Name, err = ident.ParseName(in.Name)
	check.Take("name", err)
	if c.State == Draft {
		c.ShortName, err = ident.ParseName(in.ShortName)
		check.Take("short_name", err)
		allowed(&check, "type", in.Type, Types...)
		allowed(&check, "sector", in.Sector, Sectors...)
		c.Type, c.Sector = in.Type, in.Sector
	}
	return check.Err()
}

// Contact is how a committee is reached.
type Contact struct{ Phone, Address string }

// Amend changes how a committee is reached.
func (s *Service) Amend(ctx context.Context, g authz.Grant, id ident.ID, expect int64, in Contact) (Committee, error) {
	c, err := s.over(ctx, g, id)
	if err != nil {
		return c, err
	}
	return write(ctx, s, g, c.AreaCode, FindCommittee, func(tx *db.Tx) (Committee, error) {
		c, err := FindCommittee(tx, id)
		if err != nil {
			return c, err
		}
		c.Phone, c.Address = in.Phone, in.Address
		return c, update(tx, &c, expect, "phone", "address")
	})
}
