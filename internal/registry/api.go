package registry

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// AreaOut is a place as the API shows it.
type AreaOut struct {
	Code     ident.Area     `json:"code"`
	Name     string         `json:"name"`
	FullName string         `json:"full_name"`
	Level    ident.Level    `json:"level" doc:"province, city, county, street or village"`
	Kind     ident.AreaKind `json:"kind" doc:"what the code says of a township or village; empty for wider places"`
	Parent   ident.Area     `json:"parent"`
	Custom   bool           `json:"custom"`
}

// CommitteeOut is a committee in a list.
type CommitteeOut struct {
	ID          ident.ID     `json:"id"`
	Version     int64        `json:"version"`
	Type        Type         `json:"type" doc:"01 to 06, or desk"`
	Name        string       `json:"name"`
	ShortName   string       `json:"short_name"`
	AreaCode    ident.Area   `json:"area_code"`
	Sector      string       `json:"sector"`
	Attributes  []string     `json:"attributes"`
	ParentID    ident.ID     `json:"parent_id"`
	State       State        `json:"state"`
	Phone       string       `json:"phone"`
	Address     string       `json:"address"`
	ActivatedOn calendar.Day `json:"activated_on"`
}

// CommitteeDetail is a committee with its term, its members and what it serves.
type CommitteeDetail struct {
	CommitteeOut
	Term    *TermOut         `json:"term,omitempty"`
	Members []MemberOut      `json:"members"`
	Serves  []ServiceAreaOut `json:"serves"`
}

// TermOut is a term of office.
type TermOut struct {
	ID        ident.ID     `json:"id"`
	Method    Method       `json:"method"`
	DecidedOn calendar.Day `json:"decided_on"`
	StartsOn  calendar.Day `json:"starts_on"`
	EndsOn    calendar.Day `json:"ends_on"`
	Expired   bool         `json:"expired" doc:"the term is over (届满); cases go on"`
}

// MemberOut is a member of a committee.
type MemberOut struct {
	ID       ident.ID     `json:"id"`
	Name     string       `json:"name"`
	Office   Office       `json:"office"`
	JoinedOn calendar.Day `json:"joined_on"`
}

// ServiceAreaOut is a place that a committee serves.
type ServiceAreaOut struct {
	ID         ident.ID     `json:"id"`
	AreaCode   ident.Area   `json:"area_code"`
	CompoundID ident.ID     `json:"compound_id"`
	Scope      Scope        `json:"scope"`
	ValidFrom  calendar.Day `json:"valid_from"`
	ValidTo    calendar.Day `json:"valid_to"`
}

// HolidayOut is one line of a holiday table.
type HolidayOut struct {
	Day  calendar.Day  `json:"day"`
	Kind calendar.Kind `json:"kind" enum:"rest,work"`
	Name string        `json:"name" maxLength:"100"`
}

func areaOut(a Area) AreaOut {
	return AreaOut{a.Code, a.Name, a.FullName, a.Level, a.Kind, a.Parent, a.Custom}
}

func committeeOut(c Committee) CommitteeOut {
	return CommitteeOut{c.ID, c.Version, c.Type, c.Name, c.ShortName, c.AreaCode, c.Sector, c.Attributes, c.ParentID, c.State,
		c.Phone, c.Address, c.ActivatedOn}
}

func termOut(t Term, day calendar.Day) TermOut {
	return TermOut{t.ID, t.Method, t.DecidedOn, t.StartsOn, t.EndsOn, t.Expired(day)}
}

func memberOut(m Member) MemberOut { return MemberOut{m.ID, m.Name, m.Office, m.JoinedOn} }

func serviceAreaOut(a ServiceArea) ServiceAreaOut {
	return ServiceAreaOut{a.ID, a.AreaCode, a.CompoundID, a.Scope, a.ValidFrom, a.ValidTo}
}

func each[A, B any](in []A, f func(A) B) []B {
	out := make([]B, 0, len(in))
	for _, a := range in {
		out = append(out, f(a))
	}
	return out
}

// Mount puts this room's operations on the API.
func (s *Service) Mount(a *rest.API) {
	rest.Handle(a, "GET", "/registry/areas", Reading, s.listAreas,
		rest.Says("按上级或名称查找地区", "Places below another, or by a part of their name"))
	rest.Handle(a, "GET", "/registry/committees", Reading, s.listCommittees,
		rest.Says("一个地区的调委会，或者某一天已设立的", "The active committees of an area, or those that stood on a day; newest first"))
	rest.Handle(a, "GET", "/registry/committees/{id}", Reading, s.showCommittee,
		rest.Says("调委会、任期、委员和服务范围", "A committee with its term, members and service areas"))
	rest.Handle(a, "GET", "/registry/mediators", Reading, s.listMediators,
		rest.Says("一个调委会的调解员，或者一个地区某一天的（每人一行）", "Who mediates for a committee, or in an area on a day, each person once; newest first"))
	rest.Handle(a, "GET", "/registry/compounds", Reading, s.listCompounds,
		rest.Says("一个地区某一天在册的小区，由哪个物业调委会覆盖", "The compounds on the register of an area on a day, and the property committee that covers each; newest first"))
	rest.Handle(a, "GET", "/registry/lookup", Reading, s.lookUp,
		rest.Says("由哪个调委会受理", "The committee that serves a place; never none"))
	rest.Handle(a, "GET", "/registry/holidays", Reading, s.listHolidays,
		rest.Says("一年的节假日和调休安排", "The holiday table of a year"))
	s.mountWrites(a)
}

// see runs a read for whoever the grant names.
func (s *Service) see(ctx context.Context, g authz.Grant, fn func(*db.Tx) error) error {
	return s.Store.Read(ctx, g.By(), fn)
}

type areasIn struct {
	Parent ident.Area `query:"parent" doc:"empty: the widest there are"`
	Q      string     `query:"q" maxLength:"50" doc:"a part of the full name; then parent narrows the search"`
}

type areasOut struct {
	Body rest.Page[AreaOut]
}

func (s *Service) listAreas(ctx context.Context, g authz.Grant, in *areasIn) (*areasOut, error) {
	var found []Area
	err := s.see(ctx, g, func(tx *db.Tx) (err error) {
		parent := ident.Widen(string(in.Parent))
		if in.Q != "" {
			found, err = SearchAreas(tx, parent, in.Q)
			return err
		}
		found, err = AreasBelow(tx, parent)
		return err
	})
	return &areasOut{Body: rest.Page[AreaOut]{Items: each(found, areaOut)}}, err
}

// ByID names a thing in the path. It is exported because the kit fills only exported parts of an input.
type ByID struct {
	ID ident.ID `path:"id"`
}

func (s *Service) showCommittee(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[CommitteeDetail], error) {
	var out CommitteeDetail
	err := s.see(ctx, g, func(tx *db.Tx) (err error) {
		out, err = detail(tx, in.ID)
		return err
	})
	return rest.See(out.Version, out), err
}

func detail(tx *db.Tx, id ident.ID) (CommitteeDetail, error) {
	c, err := FindCommittee(tx, id)
	if err != nil {
		return CommitteeDetail{}, err
	}
	members, err := MembersOf(tx, id)
	if err != nil {
		return CommitteeDetail{}, err
	}
	serves, err := ServiceAreasOf(tx, id)
	if err != nil {
		return CommitteeDetail{}, err
	}
	term, err := TermOf(tx, id)
	out := CommitteeDetail{CommitteeOut: committeeOut(c), Members: each(members, memberOut), Serves: each(serves, serviceAreaOut)}
	if !term.ID.IsZero() {
		shown := termOut(term, today(tx))
		out.Term = &shown
	}
	return out, err
}

type lookUpIn struct {
	Area     ident.Area `query:"area"`
	Compound ident.ID   `query:"compound"`
	Category string     `query:"category" maxLength:"4" doc:"a code of categories; a compound alone asks for property matters (13)"`
}

func (s *Service) lookUp(ctx context.Context, g authz.Grant, in *lookUpIn) (*rest.Seen[CommitteeOut], error) {
	p := Place{Area: ident.Widen(string(in.Area)), Compound: in.Compound, Category: in.Category}
	if p.Category == "" && !p.Compound.IsZero() {
		p.Category = "13"
	}
	if p.Area == "" && p.Compound.IsZero() {
		return nil, fault.New(fault.Invalid, "", "请选择地区或者小区。", "Choose an area or a compound.").At("query.area")
	}
	var c Committee
	err := s.see(ctx, g, func(tx *db.Tx) (err error) {
		c, err = Serving(tx, p)
		return err
	})
	return rest.See(c.Version, committeeOut(c)), err
}

type yearIn struct {
	Year int `query:"year" required:"true" minimum:"1990" maximum:"2200"`
}

type holidaysOut struct {
	Body rest.Page[HolidayOut]
}

func (s *Service) listHolidays(ctx context.Context, g authz.Grant, in *yearIn) (*holidaysOut, error) {
	var table []calendar.Holiday
	err := s.see(ctx, g, func(tx *db.Tx) (err error) {
		table, err = Holidays(tx, in.Year)
		return err
	})
	show := func(h calendar.Holiday) HolidayOut { return HolidayOut(h) }
	return &holidaysOut{Body: rest.Page[HolidayOut]{Items: each(table, show)}}, err
}
