package registry

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

func (s *Service) mountWrites(a *rest.API) {
	rest.Handle(a, "POST", "/registry/areas", Writing, s.postArea, rest.Says("增加地区（开发区等）", "Add a place, such as a development zone"))
	rest.Handle(a, "POST", "/registry/committees", Keeping, s.postCommittee, rest.Says("筹备调委会", "Begin a committee as a draft"))
	rest.Handle(a, "POST", "/registry/committees/{id}/amend", Keeping, s.postContact, rest.Says("修改联系方式", "Change how a committee is reached"))
	rest.Handle(a, "POST", "/registry/committees/{id}/activate", Keeping, s.postActivate, rest.Says("启用调委会", "Let a committee serve, if the law allows"))
	rest.Handle(a, "POST", "/registry/committees/{id}/end", Keeping, s.postEnd, rest.Says("撤销调委会", "Close a committee down"))
	rest.Handle(a, "POST", "/registry/committees/{id}/terms", Keeping, s.postTerm, rest.Says("登记换届", "Record an election"))
	rest.Handle(a, "POST", "/registry/committees/{id}/members", Keeping, s.postMember, rest.Says("登记委员", "Enter an elected member"))
	rest.Handle(a, "POST", "/registry/members/{id}/leave", Keeping, s.postMemberLeft, rest.Says("委员离任", "A member leaves"))
	rest.Handle(a, "POST", "/registry/committees/{id}/mediators", Keeping, s.postMediator, rest.Says("聘任调解员", "Engage a mediator"))
	rest.Handle(a, "POST", "/registry/mediators/{id}/leave", Keeping, s.postMediatorLeft, rest.Says("调解员离任", "A mediator leaves"))
	rest.Handle(a, "GET", "/registry/mediators/{id}/ties", Keeping, s.listTies, rest.Says("调解员申报的利害关系", "The ties that a mediator declared"))
	rest.Handle(a, "POST", "/registry/mediators/{id}/ties", Keeping, s.postTie, rest.Says("申报利害关系", "Declare a tie"))
	rest.Handle(a, "POST", "/registry/ties/{id}/end", Keeping, s.postTieEnded, rest.Says("利害关系终止", "A tie no longer holds"))
	rest.Handle(a, "POST", "/registry/committees/{id}/service-areas", Keeping, s.postServiceArea, rest.Says("增加服务范围", "Give a committee a place to serve"))
	rest.Handle(a, "POST", "/registry/service-areas/{id}/end", Keeping, s.postServiceAreaEnded, rest.Says("终止服务范围", "Take a place from a committee"))
	rest.Handle(a, "POST", "/registry/compounds", Keeping, s.postCompound, rest.Says("登记小区", "Enter a compound"))
	rest.Handle(a, "POST", "/registry/compounds/{id}/owners-committees", Keeping, s.postOwners, rest.Says("登记业委会", "Enter an owners' committee"))
	rest.Handle(a, "POST", "/registry/property-firms", Keeping, s.postFirm, rest.Says("登记物业企业", "Enter a property firm"))
	rest.Handle(a, "PUT", "/registry/holidays/{year}", Writing, s.putHolidays, rest.Says("公布一年的节假日安排", "Replace the holiday table of a year"))
	rest.Handle(a, "GET", "/registry/settings", Writing, s.listSettings, rest.Says("地区参数", "What is set in an area, with its defaults"))
	rest.Handle(a, "PUT", "/registry/settings", Writing, s.putSettings, rest.Says("设定参数", "Give an area a setting from a day on"))
	rest.Handle(a, "GET", "/registry/attention", Keeping, s.listAttention, rest.Says("需要关注的调委会", "Committees that lack what the law wants, or whose terms end"))
	rest.Handle(a, "GET", "/registry/changes", Keeping, s.listChanges, rest.Says("上次告知法院以来的变动", "What changed since the court was last told"))
	rest.Handle(a, "POST", "/registry/notices", Keeping, s.postNotice, rest.Says("告知基层法院", "Record that the basic court was told"))
}

type none struct{}

type areaBody struct {
	Body struct {
		Code        ident.Area   `json:"code"`
		Name        string       `json:"name" maxLength:"100"`
		MultiEthnic bool         `json:"multi_ethnic,omitempty"`
		ValidFrom   calendar.Day `json:"valid_from,omitempty"`
	}
}

func (s *Service) postArea(ctx context.Context, g authz.Grant, in *areaBody) (*rest.Made[AreaOut], error) {
	a, err := s.AddArea(ctx, g, NewArea(in.Body))
	return rest.MakeAnswer("/registry/areas?parent="+string(a.Parent), 0, areaOut(a)), err
}

type committeeBody struct {
	Body struct {
		Type       Type       `json:"type" enum:"01,02,03,04,05,06"`
		Name       string     `json:"name" maxLength:"100"`
		ShortName  string     `json:"short_name" maxLength:"30" doc:"stands before case numbers; once in a county"`
		AreaCode   ident.Area `json:"area_code"`
		Sector     string     `json:"sector,omitempty"`
		Attributes []string   `json:"attributes,omitempty" maxItems:"10"`
		ParentID   ident.ID   `json:"parent_id,omitempty"`
		Phone      string     `json:"phone,omitempty" maxLength:"50"`
		Address    string     `json:"address,omitempty" maxLength:"200"`
	}
}

func (s *Service) postCommittee(ctx context.Context, g authz.Grant, in *committeeBody) (*rest.Made[CommitteeOut], error) {
	c, err := s.Draft(ctx, g, NewCommittee(in.Body))
	return rest.MakeAnswer("/registry/committees/"+c.ID.String(), c.Version, committeeOut(c)), err
}

type contactBody struct {
	ByID
	rest.IfMatch
	Body struct {
		Phone   string `json:"phone" maxLength:"50"`
		Address string `json:"address" maxLength:"200"`
	}
}

func (s *Service) postContact(ctx context.Context, g authz.Grant, in *contactBody) (*rest.Seen[CommitteeOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	c, err := s.Amend(ctx, g, in.ID, expect, Contact(in.Body))
	return rest.See(c.Version, committeeOut(c)), err
}

// WarningOut is what the law wants and does not forbid to lack.
type WarningOut struct {
	Rule string `json:"rule"`
	Text string `json:"text"`
}

// Activated is a committee that now serves, with what it still lacks.
type Activated struct {
	CommitteeOut
	Warnings []WarningOut `json:"warnings"`
}

func (s *Service) postActivate(ctx context.Context, g authz.Grant, in *struct {
	ByID
	rest.IfMatch
}) (*rest.Seen[Activated], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	c, warnings, err := s.Activate(ctx, g, in.ID, expect)
	show := func(w Warning) WarningOut { return WarningOut{w.Rule, w.Text.In(rest.Lang(ctx))} }
	return rest.See(c.Version, Activated{committeeOut(c), each(warnings, show)}), err
}

type endBody struct {
	ByID
	rest.IfMatch
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

func (s *Service) postEnd(ctx context.Context, g authz.Grant, in *endBody) (*rest.Seen[CommitteeOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	c, err := s.End(ctx, g, in.ID, expect, in.Body.Reason)
	return rest.See(c.Version, committeeOut(c)), err
}

type termBody struct {
	ByID
	Body struct {
		Method    Method       `json:"method"`
		Electing  string       `json:"electing" maxLength:"100" doc:"who elected or named the members"`
		DecidedOn calendar.Day `json:"decided_on"`
		StartsOn  calendar.Day `json:"starts_on,omitempty"`
		MinutesID ident.ID     `json:"minutes_id,omitempty"`
	}
}

func (s *Service) postTerm(ctx context.Context, g authz.Grant, in *termBody) (*rest.Made[TermOut], error) {
	t, err := s.OpenTerm(ctx, g, in.ID, NewTerm(in.Body))
	return rest.MakeAnswer("/registry/committees/"+in.ID.String(), 0, termOut(t, t.StartsOn)), err
}

// PersonIn is somebody who takes a place.
type PersonIn struct {
	ID        ident.ID     `json:"id,omitempty" doc:"of a person who is known already"`
	Name      string       `json:"name" maxLength:"100"`
	IDNumber  string       `json:"id_number,omitempty" maxLength:"30" doc:"needed for somebody new"`
	Phone     string       `json:"phone,omitempty" maxLength:"30"`
	Born      calendar.Day `json:"born,omitempty"`
	Sex       ident.Sex    `json:"sex,omitempty" enum:"1,2"`
	Ethnicity string       `json:"ethnicity,omitempty" maxLength:"2"`
	Citizen   bool         `json:"citizen"`
}

// ServedIn is what is recorded of anybody who mediates.
type ServedIn struct {
	Education  string   `json:"education,omitempty" maxLength:"2"`
	FullTime   bool     `json:"full_time,omitempty"`
	Background []string `json:"background,omitempty" maxItems:"20"`
}

type memberBody struct {
	ByID
	Body struct {
		Person PersonIn     `json:"person"`
		Served ServedIn     `json:"served,omitempty"`
		Office Office       `json:"office" enum:"chair,deputy_chair,member"`
		On     calendar.Day `json:"on,omitempty"`
	}
}

func (s *Service) postMember(ctx context.Context, g authz.Grant, in *memberBody) (*rest.Made[MemberOut], error) {
	m, err := s.AddMember(ctx, g, in.ID, NewMember{Person: Person(in.Body.Person), Served: Served(in.Body.Served), Office: in.Body.Office, On: in.Body.On})
	return rest.MakeAnswer("/registry/committees/"+in.ID.String(), 0, memberOut(m)), err
}

type leaveBody struct {
	ByID
	Body struct {
		On     calendar.Day `json:"on,omitempty"`
		Reason string       `json:"reason" minLength:"1" maxLength:"500"`
	}
}

func (s *Service) postMemberLeft(ctx context.Context, g authz.Grant, in *leaveBody) (*rest.Seen[MemberOut], error) {
	m, err := s.MemberLeaves(ctx, g, in.ID, Leaving(in.Body))
	return rest.See(0, memberOut(m)), err
}

type mediatorBody struct {
	ByID
	Body struct {
		Person PersonIn     `json:"person"`
		Served ServedIn     `json:"served,omitempty"`
		On     calendar.Day `json:"on,omitempty"`
	}
}

func (s *Service) postMediator(ctx context.Context, g authz.Grant, in *mediatorBody) (*rest.Made[MediatorOut], error) {
	m, err := s.Engage(ctx, g, in.ID, NewMediator{Person: Person(in.Body.Person), Served: Served(in.Body.Served), On: in.Body.On})
	return rest.MakeAnswer("/registry/mediators?committee_id="+in.ID.String(), m.Version, mediatorOut(m)), err
}

func (s *Service) postMediatorLeft(ctx context.Context, g authz.Grant, in *leaveBody) (*rest.Seen[MediatorOut], error) {
	m, err := s.MediatorLeaves(ctx, g, in.ID, Leaving(in.Body))
	return rest.See(m.Version, mediatorOut(m)), err
}

// TieOut is a declared tie.
type TieOut struct {
	ID         ident.ID     `json:"id"`
	MediatorID ident.ID     `json:"mediator_id"`
	Kind       TieKind      `json:"kind"`
	Name       string       `json:"name"`
	CompoundID ident.ID     `json:"compound_id"`
	FirmID     ident.ID     `json:"firm_id"`
	Note       string       `json:"note"`
	DeclaredOn calendar.Day `json:"declared_on"`
	EndedOn    calendar.Day `json:"ended_on"`
}

func tieOut(t Tie) TieOut {
	return TieOut{t.ID, t.MediatorID, t.Kind, t.Name, t.CompoundID, t.FirmID, t.Note, t.DeclaredOn, t.EndedOn}
}

type tiesOut struct {
	Body rest.Page[TieOut]
}

func (s *Service) listTies(ctx context.Context, g authz.Grant, in *ByID) (*tiesOut, error) {
	ties, err := s.Ties(ctx, g, in.ID)
	return &tiesOut{Body: rest.Page[TieOut]{Items: each(ties, tieOut)}}, err
}

type tieBody struct {
	ByID
	Body struct {
		Kind       TieKind  `json:"kind" enum:"kin,employer,firm,owners_committee,other"`
		Name       string   `json:"name,omitempty" maxLength:"100"`
		Phone      string   `json:"phone,omitempty" maxLength:"30"`
		CompoundID ident.ID `json:"compound_id,omitempty"`
		FirmID     ident.ID `json:"firm_id,omitempty"`
		Note       string   `json:"note,omitempty" maxLength:"500"`
	}
}

func (s *Service) postTie(ctx context.Context, g authz.Grant, in *tieBody) (*rest.Made[TieOut], error) {
	t, err := s.DeclareTie(ctx, g, in.ID, NewTie(in.Body))
	return rest.MakeAnswer("/registry/mediators/"+in.ID.String()+"/ties", 0, tieOut(t)), err
}

func (s *Service) postTieEnded(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[TieOut], error) {
	t, err := s.EndTie(ctx, g, in.ID)
	return rest.See(0, tieOut(t)), err
}

type serviceAreaBody struct {
	ByID
	Body struct {
		AreaCode   ident.Area   `json:"area_code,omitempty"`
		CompoundID ident.ID     `json:"compound_id,omitempty"`
		Scope      Scope        `json:"scope" enum:"all,property"`
		ValidFrom  calendar.Day `json:"valid_from,omitempty"`
		ValidTo    calendar.Day `json:"valid_to,omitempty"`
	}
}

func (s *Service) postServiceArea(ctx context.Context, g authz.Grant, in *serviceAreaBody) (*rest.Made[ServiceAreaOut], error) {
	a, err := s.AddServiceArea(ctx, g, in.ID, NewServiceArea(in.Body))
	return rest.MakeAnswer("/registry/committees/"+in.ID.String(), 0, serviceAreaOut(a)), err
}

func (s *Service) postServiceAreaEnded(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[ServiceAreaOut], error) {
	a, err := s.EndServiceArea(ctx, g, in.ID)
	return rest.See(0, serviceAreaOut(a)), err
}

type compoundBody struct {
	Body struct {
		Name           string     `json:"name" maxLength:"100"`
		AreaCode       ident.Area `json:"area_code"`
		Address        string     `json:"address,omitempty" maxLength:"200"`
		Households     int        `json:"households,omitempty" minimum:"0" maximum:"100000"`
		PropertyFirmID ident.ID   `json:"property_firm_id,omitempty"`
	}
}

func (s *Service) postCompound(ctx context.Context, g authz.Grant, in *compoundBody) (*rest.Made[CompoundOut], error) {
	c, err := s.AddCompound(ctx, g, NewCompound(in.Body))
	return rest.MakeAnswer("/registry/compounds?area="+string(c.AreaCode), c.Version, compoundOut(c)), err
}

// OwnersOut is an owners' committee.
type OwnersOut struct {
	ID         ident.ID     `json:"id"`
	CompoundID ident.ID     `json:"compound_id"`
	Name       string       `json:"name"`
	ElectedOn  calendar.Day `json:"elected_on"`
	EndsOn     calendar.Day `json:"ends_on"`
}

type ownersBody struct {
	ByID
	Body struct {
		Name      string       `json:"name" maxLength:"100"`
		ElectedOn calendar.Day `json:"elected_on,omitempty"`
		EndsOn    calendar.Day `json:"ends_on,omitempty"`
	}
}

func (s *Service) postOwners(ctx context.Context, g authz.Grant, in *ownersBody) (*rest.Made[OwnersOut], error) {
	o, err := s.AddOwnersCommittee(ctx, g, in.ID, NewOwnersCommittee(in.Body))
	return rest.MakeAnswer("/registry/compounds", o.Version, OwnersOut{o.ID, o.CompoundID, o.Name, o.ElectedOn, o.EndsOn}), err
}

// FirmOut is a property firm.
type FirmOut struct {
	ID         ident.ID         `json:"id"`
	Name       string           `json:"name"`
	CreditCode ident.CreditCode `json:"credit_code"`
}

type firmBody struct {
	Body struct {
		AreaCode   ident.Area `json:"area_code" doc:"the county in whose register it is entered"`
		Name       string     `json:"name" maxLength:"100"`
		CreditCode string     `json:"credit_code,omitempty" maxLength:"30"`
		Phone      string     `json:"phone,omitempty" maxLength:"50"`
	}
}

func (s *Service) postFirm(ctx context.Context, g authz.Grant, in *firmBody) (*rest.Made[FirmOut], error) {
	in.Body.AreaCode = ident.Widen(string(in.Body.AreaCode))
	f, err := s.AddPropertyFirm(ctx, g, NewPropertyFirm(in.Body))
	return rest.MakeAnswer("/registry/property-firms", f.Version, FirmOut{f.ID, f.Name, f.CreditCode}), err
}
