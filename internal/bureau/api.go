package bureau

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/rest"
)

// Routes puts this room's operations on the API, beside those of the registry.
func (s *Service) Routes(a *rest.API) {
	const keep = registry.Keeping
	rest.Handle(a, "POST", "/registry/committees/{id}/revise", keep, s.postRevise, rest.Says("修改调委会", "Change a committee: its name, while it is a draft also what it is"))
	rest.Handle(a, "POST", "/registry/committees/{id}/elections", keep, s.postElection, rest.Says("登记选举并附会议记录", "Record an election with its minutes"))
	rest.Handle(a, "GET", "/registry/committees/{id}/changes", keep, s.listChanges, rest.Says("调委会的变动记录", "What changed in a committee, the latest first"))
	rest.Handle(a, "GET", "/registry/committees/{id}/seals", keep, s.listSeals, rest.Says("调委会的印章", "The seals that a committee has had, the latest first"))
	rest.Handle(a, "POST", "/registry/committees/{id}/seals", keep, s.postSeal, rest.Says("登记印章", "Enter a seal, with a picture of its print"))
	rest.Handle(a, "POST", "/registry/seals/{id}/keeper", keep, s.postKeeper, rest.Says("更换印章保管人", "Somebody else keeps a seal"))
	rest.Handle(a, "POST", "/registry/seals/{id}/end", keep, s.postSealEnd, rest.Says("印章遗失、收回或更换", "A seal was lost, withdrawn or replaced"))
	rest.Handle(a, "POST", "/registry/members/{id}/office", keep, s.postOffice, rest.Says("委员改任", "A member takes another office"))
	rest.Handle(a, "POST", "/registry/mediators/{id}/amend", keep, s.postServed, rest.Says("修改调解员情况", "Change what is recorded of a mediator"))
	rest.Handle(a, "POST", "/registry/compounds/{id}/amend", keep, s.postCompound, rest.Says("修改小区", "Change a compound, or take it off the register"))
	rest.Handle(a, "POST", "/registry/property-firms/{id}/amend", keep, s.postFirm, rest.Says("修改物业企业", "Change a property firm"))
	rest.Handle(a, "POST", "/registry/owners-committees/{id}/amend", keep, s.postOwners, rest.Says("修改业委会", "Change an owners' committee"))
	rest.Handle(a, "GET", "/registry/notices", keep, s.listNotices, rest.Says("告知法院的记录", "The notices that a county gave its court, the latest first"))
}

// ByID names one thing.
type ByID struct {
	ID ident.ID `path:"id"`
}

// ByVersion names one thing and the version that was seen of it.
type ByVersion struct {
	ID ident.ID `path:"id"`
	rest.IfMatch
}

// Changed says what was changed.
type Changed struct {
	ID      ident.ID `json:"id"`
	Version int64    `json:"version,omitempty"`
}

// did answers an act on the version that was seen.
func did(in rest.IfMatch, g authz.Grant, act func(expect int64) (Changed, error)) (*rest.Seen[Changed], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	d, err := act(expect)
	return rest.See(d.Version, d), err
}

type reviseIn struct {
	ByVersion
	Body struct {
		Name      string        `json:"name" maxLength:"100"`
		Phone     string        `json:"phone,omitempty" maxLength:"50"`
		Address   string        `json:"address,omitempty" maxLength:"200"`
		ShortName string        `json:"short_name,omitempty" maxLength:"30" doc:"of a draft"`
		Type      registry.Type `json:"type,omitempty" doc:"of a draft: 01 to 06"`
		Sector    string        `json:"sector,omitempty" maxLength:"40" doc:"of a draft"`
	}
}

func (s *Service) postRevise(ctx context.Context, g authz.Grant, in *reviseIn) (*rest.Seen[Changed], error) {
	b := in.Body
	return did(in.IfMatch, g, func(expect int64) (Changed, error) {
		c, err := s.Registry.Revise(ctx, g, in.ID, expect, registry.Revision{Name: b.Name, ShortName: b.ShortName, Phone: b.Phone, Address: b.Address, Type: b.Type, Sector: b.Sector})
		return Changed{c.ID, c.Version}, err
	})
}

type sentIn struct {
	ByID
	rest.Upload
}

// file is the one file sent, nil for none; done closes it.
func file(in *rest.Upload) (u *Upload, done func(), err error) {
	if len(in.RawBody.File["file"]) == 0 {
		return nil, func() {}, nil
	}
	name, body, err := in.File("file")
	if err != nil {
		return nil, func() {}, err
	}
	return &Upload{Name: name, Body: body}, func() { _ = body.Close() }, nil
}

// dayIn reads a day that was sent beside a file.
func dayIn(in *rest.Upload, name string, bad *fault.Check) calendar.Day {
	text := in.Value(name)
	if text == "" {
		return ""
	}
	d, err := calendar.ParseDay(text)
	bad.Take(name, err)
	return d
}

func (s *Service) postElection(ctx context.Context, g authz.Grant, in *sentIn) (*rest.Made[Changed], error) {
	var bad fault.Check
	term := registry.NewTerm{Method: registry.Method(in.Value("method")), Electing: in.Value("electing"), DecidedOn: dayIn(&in.Upload, "decided_on", &bad), StartsOn: dayIn(&in.Upload, "starts_on", &bad)}
	u, done, err := file(&in.Upload)
	defer done()
	bad.Take("file", err)
	if err := bad.Err(); err != nil {
		return nil, err
	}
	_, err = s.Elect(ctx, g, in.ID, term, u)
	return rest.MakeAnswer("/registry/committees/"+in.ID.String(), 0, Changed{ID: in.ID}), err
}

// HistoryOut is a change in a committee.
type HistoryOut struct {
	ID         ident.ID     `json:"id"`
	Kind       string       `json:"kind"`
	HappenedOn calendar.Day `json:"happened_on"`
	PersonName string       `json:"person_name,omitempty"`
	Detail     string       `json:"detail,omitempty"`
	NoticeID   ident.ID     `json:"notice_id,omitempty,omitzero" doc:"the notice by which the court was told"`
}

type pageOfOne struct {
	ByID
	rest.PageIn
}

func (s *Service) listChanges(ctx context.Context, g authz.Grant, in *pageOfOne) (*rest.Listed[HistoryOut], error) {
	p := registry.Page{Limit: in.Limit}
	if _, err := in.After(ctx, &p.After); err != nil {
		return nil, err
	}
	out := []HistoryOut{}
	var next *ident.ID
	err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		if _, err := keeps(tx, g, in.ID); err != nil {
			return err
		}
		rows, more, err := registry.ChangesOf(tx, in.ID, p)
		for _, c := range rows {
			out = append(out, HistoryOut{c.ID, c.Kind, c.HappenedOn, c.PersonName, c.Detail, c.NoticeID})
		}
		if more {
			next = &rows[len(rows)-1].ID
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return rest.List(ctx, out, next)
}

// SealOut is a seal of a committee.
type SealOut struct {
	ID          ident.ID     `json:"id"`
	Version     int64        `json:"version"`
	MadeOn      calendar.Day `json:"made_on"`
	Keeper      string       `json:"keeper"`
	HasSpecimen bool         `json:"has_specimen" doc:"a picture of its print is kept; pages of the bureau show it"`
	EndedOn     calendar.Day `json:"ended_on,omitempty"`
	EndedHow    string       `json:"ended_how,omitempty" enum:"lost,withdrawn,replaced"`
	EndedWhy    string       `json:"ended_why,omitempty"`
}

func (s *Service) listSeals(ctx context.Context, g authz.Grant, in *ByID) (*rest.Listed[SealOut], error) {
	out := []SealOut{}
	err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		if _, err := keeps(tx, g, in.ID); err != nil {
			return err
		}
		all, err := sealsOf(tx, in.ID)
		for _, l := range all {
			out = append(out, SealOut{l.ID, l.Version, l.MadeOn, l.Keeper, !l.SpecimenID.IsZero(), l.EndedOn, l.EndedHow, l.EndedWhy})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return rest.List(ctx, out, nil)
}

func (s *Service) postSeal(ctx context.Context, g authz.Grant, in *sentIn) (*rest.Made[Changed], error) {
	var bad fault.Check
	seal := NewSeal{MadeOn: dayIn(&in.Upload, "made_on", &bad), Keeper: in.Value("keeper")}
	u, done, err := file(&in.Upload)
	defer done()
	bad.Take("file", err)
	if err := bad.Err(); err != nil {
		return nil, err
	}
	seal.Specimen = u
	id, err := s.MakeSeal(ctx, g, in.ID, seal)
	return rest.MakeAnswer("/registry/committees/"+in.ID.String()+"/seals", 1, Changed{id, 1}), err
}

type keeperIn struct {
	ByVersion
	Body struct {
		Keeper string `json:"keeper" maxLength:"100"`
	}
}

func (s *Service) postKeeper(ctx context.Context, g authz.Grant, in *keeperIn) (*rest.Seen[Changed], error) {
	return did(in.IfMatch, g, func(expect int64) (Changed, error) {
		_, err := s.PassSeal(ctx, g, in.ID, expect, in.Body.Keeper)
		return Changed{in.ID, expect + 1}, err
	})
}

type sealEndIn struct {
	ByVersion
	Body struct {
		On  calendar.Day `json:"on"`
		How string       `json:"how" enum:"lost,withdrawn,replaced"`
		Why string       `json:"why" minLength:"1" maxLength:"500"`
	}
}

func (s *Service) postSealEnd(ctx context.Context, g authz.Grant, in *sealEndIn) (*rest.Seen[Changed], error) {
	return did(in.IfMatch, g, func(expect int64) (Changed, error) {
		_, err := s.EndSeal(ctx, g, in.ID, expect, SealEnd(in.Body))
		return Changed{in.ID, expect + 1}, err
	})
}

type officeIn struct {
	ByID
	Body struct {
		Office registry.Office `json:"office" enum:"chair,deputy_chair,member"`
	}
}

func (s *Service) postOffice(ctx context.Context, g authz.Grant, in *officeIn) (*rest.Seen[Changed], error) {
	m, err := s.Registry.ChangeOffice(ctx, g, in.ID, in.Body.Office)
	return rest.See(0, Changed{ID: m.ID}), err
}

type servedAmended struct {
	ByVersion
	Body struct {
		Education  string   `json:"education,omitempty" maxLength:"2"`
		FullTime   bool     `json:"full_time,omitempty"`
		Background []string `json:"background,omitempty" maxItems:"20"`
	}
}

func (s *Service) postServed(ctx context.Context, g authz.Grant, in *servedAmended) (*rest.Seen[Changed], error) {
	return did(in.IfMatch, g, func(expect int64) (Changed, error) {
		m, err := s.Registry.AmendMediator(ctx, g, in.ID, expect, registry.Served(in.Body))
		return Changed{m.ID, m.Version}, err
	})
}

type compoundAmended struct {
	ByVersion
	Body struct {
		Name           string       `json:"name" maxLength:"100"`
		AreaCode       ident.Area   `json:"area_code"`
		Address        string       `json:"address,omitempty" maxLength:"200"`
		Households     int          `json:"households,omitempty" minimum:"0" maximum:"100000"`
		PropertyFirmID ident.ID     `json:"property_firm_id,omitempty"`
		EndedOn        calendar.Day `json:"ended_on,omitempty" doc:"off the register from this day on"`
	}
}

func (s *Service) postCompound(ctx context.Context, g authz.Grant, in *compoundAmended) (*rest.Seen[Changed], error) {
	b := in.Body
	return did(in.IfMatch, g, func(expect int64) (Changed, error) {
		c, err := s.Registry.AmendCompound(ctx, g, in.ID, expect, registry.NewCompound{Name: b.Name, AreaCode: b.AreaCode, Address: b.Address, Households: b.Households, PropertyFirmID: b.PropertyFirmID}, b.EndedOn)
		return Changed{c.ID, c.Version}, err
	})
}

type firmAmended struct {
	ByVersion
	Body struct {
		Name       string `json:"name" maxLength:"100"`
		CreditCode string `json:"credit_code,omitempty" maxLength:"30"`
		Phone      string `json:"phone,omitempty" maxLength:"50"`
	}
}

func (s *Service) postFirm(ctx context.Context, g authz.Grant, in *firmAmended) (*rest.Seen[Changed], error) {
	return did(in.IfMatch, g, func(expect int64) (Changed, error) {
		f, err := s.Registry.AmendPropertyFirm(ctx, g, in.ID, expect, registry.NewPropertyFirm{Name: in.Body.Name, CreditCode: in.Body.CreditCode, Phone: in.Body.Phone})
		return Changed{f.ID, f.Version}, err
	})
}

type ownersAmended struct {
	ByVersion
	Body struct {
		Name      string       `json:"name" maxLength:"100"`
		ElectedOn calendar.Day `json:"elected_on,omitempty"`
		EndsOn    calendar.Day `json:"ends_on,omitempty"`
	}
}

func (s *Service) postOwners(ctx context.Context, g authz.Grant, in *ownersAmended) (*rest.Seen[Changed], error) {
	return did(in.IfMatch, g, func(expect int64) (Changed, error) {
		o, err := s.Registry.AmendOwnersCommittee(ctx, g, in.ID, expect, registry.NewOwnersCommittee(in.Body))
		return Changed{o.ID, o.Version}, err
	})
}

type noticesIn struct {
	rest.PageIn
	County string `query:"county" required:"true" pattern:"^[0-9]{6}$" doc:"six digits"`
}

// NoticeGiven is a notice to the basic court.
type NoticeGiven struct {
	ID        ident.ID     `json:"id"`
	Court     string       `json:"court"`
	NoticedOn calendar.Day `json:"noticed_on"`
	Document  string       `json:"document,omitempty"`
}

func (s *Service) listNotices(ctx context.Context, g authz.Grant, in *noticesIn) (*rest.Listed[NoticeGiven], error) {
	p := registry.Page{Limit: in.Limit}
	if _, err := in.After(ctx, &p.After); err != nil {
		return nil, err
	}
	county := ident.County(in.County)
	if !g.CoversArea(county.Area()) {
		return nil, fault.NoSuch()
	}
	out := []NoticeGiven{}
	var next *ident.ID
	err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		rows, more, err := registry.Notices(tx, county, p)
		for _, n := range rows {
			out = append(out, NoticeGiven{n.ID, n.Court, n.NoticedOn, n.Document})
		}
		if more {
			next = &rows[len(rows)-1].ID
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return rest.List(ctx, out, next)
}
