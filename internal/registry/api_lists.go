package registry

import (
	"context"
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// MediatorOut is a mediator as anybody may see them. Of a person who serves several committees it is the oldest
// engagement; Committees, in the list of an area, are all of those asked for that they serve.
type MediatorOut struct {
	ID          ident.ID     `json:"id"`
	CommitteeID ident.ID     `json:"committee_id"`
	Name        string       `json:"name"`
	Kind        MediatorKind `json:"kind"`
	FullTime    bool         `json:"full_time"`
	EngagedOn   calendar.Day `json:"engaged_on"`
	LeftOn      calendar.Day `json:"left_on"`
	Background  []string     `json:"background" doc:"What they bring with them (W4): party_member, congress_deputy, cppcc_member, lawyer …"`
	Committees  []Ref        `json:"committees,omitempty" doc:"in the list of an area: every committee asked for that this person serves"`
}

// CompoundOut is a residential compound.
type CompoundOut struct {
	ID             ident.ID   `json:"id"`
	Name           string     `json:"name"`
	AreaCode       ident.Area `json:"area_code"`
	Address        string     `json:"address"`
	Households     int        `json:"households"`
	PropertyFirmID ident.ID   `json:"property_firm_id"`
}

// CoveredOut is a compound in a list, with the property committee that covered it on the day asked for.
type CoveredOut struct {
	CompoundOut
	Covered   bool `json:"covered" doc:"a property committee served it on the day"`
	CoveredBy *Ref `json:"covered_by,omitempty" doc:"that committee: the nearest, when several did"`
}

func mediatorOut(m Mediator) MediatorOut {
	return MediatorOut{ID: m.ID, CommitteeID: m.CommitteeID, Name: m.Name, Kind: m.Kind, FullTime: m.FullTime, EngagedOn: m.EngagedOn, LeftOn: m.LeftOn,
		Background: append([]string{}, m.Background...)}
}

func servingOut(p ServingPerson) MediatorOut {
	out := mediatorOut(p.Mediator)
	out.Committees = p.Committees
	return out
}

func compoundOut(c Compound) CompoundOut {
	return CompoundOut{c.ID, c.Name, c.AreaCode, c.Address, c.Households, c.PropertyFirmID}
}

func coveredOut(c CoveredCompound) CoveredOut {
	return CoveredOut{compoundOut(c.Compound), c.By != nil, c.By}
}

type committeesIn struct {
	rest.PageIn
	Area   ident.Area   `query:"area" required:"true"`
	Type   string       `query:"type" maxLength:"40" doc:"one or several of 01 to 06 and desk, with commas between; empty: all six types, no desks"`
	Sector string       `query:"sector" maxLength:"40" doc:"the field of industry committees, such as property"`
	On     calendar.Day `query:"on" doc:"the committees of their own that stood on this day; empty: all that are active now, bodies under a committee among them"`
}

func (s *Service) listCommittees(ctx context.Context, g authz.Grant, in *committeesIn) (*rest.Listed[CommitteeOut], error) {
	types, err := ParseTypes("type", in.Type, append(slices.Clone(Types), Desk)...)
	if err != nil {
		return nil, err
	}
	ask := CommitteesAsked{Area: ident.Widen(string(in.Area)), Types: types, Sector: in.Sector, On: in.On}
	return listed(ctx, s, g, in.PageIn, committeeOut, func(tx *db.Tx, p Page) ([]Committee, bool, error) {
		return Committees(tx, ask, p)
	})
}

type mediatorsIn struct {
	rest.PageIn
	CommitteeID   ident.ID     `query:"committee_id" doc:"who mediates for this committee now; then only a background narrows the list"`
	Area          ident.Area   `query:"area" doc:"the persons engaged by committees that lie here"`
	CommitteeType string       `query:"committee_type" maxLength:"40" doc:"one or several of 01 to 06, with commas between; empty: all six types"`
	On            calendar.Day `query:"on" doc:"engaged on this day by committees that stood on it; empty: today"`
	Background    string       `query:"background" maxLength:"40" doc:"party_member, congress_deputy, cppcc_member, lawyer, owner …; empty: all"`
}

var errWhichMediators = fault.New(fault.Invalid, "", "请选择一个调委会或者一个地区，两者选一；类型和日期只用于地区。",
	"Choose either a committee or an area; type and day go with an area only.").At("area")

// checkBackground refuses a word that is no background; none asks for everybody.
func checkBackground(word string) error {
	if word == "" || codes.Backgrounds.Check(word) == nil {
		return nil
	}
	return fault.New(fault.Invalid, "", "请从给出的选项中选择。", "Choose one of the given values.").At("background")
}

func (s *Service) listMediators(ctx context.Context, g authz.Grant, in *mediatorsIn) (*rest.Listed[MediatorOut], error) {
	if in.CommitteeID.IsZero() == (in.Area == "") || in.Area == "" && (in.CommitteeType != "" || in.On != "") {
		return nil, errWhichMediators
	}
	if err := checkBackground(in.Background); err != nil {
		return nil, err
	}
	if in.Area == "" {
		return listed(ctx, s, g, in.PageIn, mediatorOut, func(tx *db.Tx, p Page) ([]Mediator, bool, error) {
			return MediatorsPage(tx, in.CommitteeID, in.Background, p)
		})
	}
	types, err := ParseTypes("committee_type", in.CommitteeType, Types...)
	if err != nil {
		return nil, err
	}
	ask := MediatorsAsked{Area: ident.Widen(string(in.Area)), Types: types, On: in.On, Background: in.Background}
	return listed(ctx, s, g, in.PageIn, servingOut, func(tx *db.Tx, p Page) ([]ServingPerson, bool, error) {
		return MediatorsServing(tx, ask, p)
	})
}

type compoundsIn struct {
	rest.PageIn
	Area    ident.Area   `query:"area" required:"true"`
	Covered string       `query:"covered" enum:"true,false" doc:"empty: covered or not"`
	On      calendar.Day `query:"on" doc:"on the register, and covered, on this day; empty: today"`
}

func (s *Service) listCompounds(ctx context.Context, g authz.Grant, in *compoundsIn) (*rest.Listed[CoveredOut], error) {
	ask := CompoundsAsked{Area: ident.Widen(string(in.Area)), Covered: in.Covered, On: in.On}
	return listed(ctx, s, g, in.PageIn, coveredOut, func(tx *db.Tx, p Page) ([]CoveredCompound, bool, error) {
		return Compounds(tx, ask, p)
	})
}

// listed answers one page of rows that are listed newest first.
func listed[Row made, Out any](ctx context.Context, s *Service, g authz.Grant, in rest.PageIn, show func(Row) Out,
	read func(*db.Tx, Page) ([]Row, bool, error)) (*rest.Listed[Out], error) {
	p := Page{Limit: in.Limit}
	if _, err := in.After(ctx, &p.After); err != nil {
		return nil, err
	}
	var rows []Row
	var next *ident.ID
	err := s.see(ctx, g, func(tx *db.Tx) error {
		var more bool
		var err error
		if rows, more, err = read(tx, p); more {
			last, _ := rows[len(rows)-1].identity()
			next = &last
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return rest.List(ctx, each(rows, show), next)
}
