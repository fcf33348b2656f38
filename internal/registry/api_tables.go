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

type holidaysBody struct {
	Year int `path:"year" minimum:"1990" maximum:"2200"`
	Body struct {
		Days []HolidayOut `json:"days" maxItems:"100" nullable:"false"`
	}
}

func (s *Service) putHolidays(ctx context.Context, g authz.Grant, in *holidaysBody) (*holidaysOut, error) {
	table := each(in.Body.Days, func(h HolidayOut) calendar.Holiday { return calendar.Holiday(h) })
	if err := s.SetHolidays(ctx, g, in.Year, table); err != nil {
		return nil, err
	}
	return s.listHolidays(ctx, g, &yearIn{Year: in.Year})
}

type settingBody struct {
	Body struct {
		AreaCode  ident.Area   `json:"area_code"`
		Name      string       `json:"name" minLength:"1" maxLength:"100"`
		Value     string       `json:"value" maxLength:"500"`
		ValidFrom calendar.Day `json:"valid_from,omitempty"`
	}
}

func (s *Service) putSettings(ctx context.Context, g authz.Grant, in *settingBody) (*none, error) {
	b := in.Body
	return &none{}, s.Set(ctx, g, ident.Widen(string(b.AreaCode)), b.Name, b.Value, b.ValidFrom)
}

// SettingOut is a setting as it holds in an area today.
type SettingOut struct {
	Name    string       `json:"name"`
	Title   string       `json:"title"`
	Value   string       `json:"value"`
	Default string       `json:"default"`
	Source  string       `json:"source" doc:"The rule or practice behind the default"`
	Area    ident.Area   `json:"area_code,omitempty" doc:"Whose it is; absent where it is the default or holds everywhere"`
	From    calendar.Day `json:"valid_from,omitempty"`
	Later   []ComingOut  `json:"later" nullable:"false"`
}

// ComingOut is a value that begins on a later day.
type ComingOut struct {
	Value string       `json:"value"`
	Area  ident.Area   `json:"area_code"`
	From  calendar.Day `json:"valid_from"`
}

type settingsIn struct {
	Area ident.Area `query:"area" required:"true"`
}

func (s *Service) listSettings(ctx context.Context, g authz.Grant, in *settingsIn) (*rest.Listed[SettingOut], error) {
	found, err := s.Shown(ctx, g, ident.Widen(string(in.Area)))
	if err != nil {
		return nil, err
	}
	return rest.List(ctx, each(found, func(f InForce) SettingOut {
		return SettingOut{Name: f.Name, Title: f.Says.In(rest.Lang(ctx)), Value: f.Value, Default: f.Default, Source: f.Source, Area: f.Area, From: f.From,
			Later: each(f.Later, func(c Coming) ComingOut { return ComingOut{c.Value, c.Area, c.From} })}
	}), nil)
}

type countyIn struct {
	County string `query:"county" required:"true" pattern:"^[0-9]{6}$" doc:"six digits"`
}

// inCounty runs a read for an administrator of the county.
func (s *Service) inCounty(ctx context.Context, g authz.Grant, in *countyIn, fn func(*db.Tx, ident.County) error) error {
	county := ident.County(in.County)
	if !g.CoversArea(county.Area()) {
		return fault.NoSuch()
	}
	return s.see(ctx, g, func(tx *db.Tx) error { return fn(tx, county) })
}

// AttentionOut is something about a committee that its bureau should look at.
type AttentionOut struct {
	CommitteeID ident.ID     `json:"committee_id"`
	Name        string       `json:"name"`
	Rule        string       `json:"rule"`
	Text        string       `json:"text"`
	Due         calendar.Day `json:"due"`
}

type attentionOut struct {
	Body rest.Page[AttentionOut]
}

func (s *Service) listAttention(ctx context.Context, g authz.Grant, in *countyIn) (*attentionOut, error) {
	var list []Attention
	err := s.inCounty(ctx, g, in, func(tx *db.Tx, county ident.County) (err error) {
		list, err = NeedAttention(tx, county)
		return err
	})
	show := func(a Attention) AttentionOut {
		return AttentionOut{a.Committee.ID, a.Committee.Name, a.Rule, a.Text.In(rest.Lang(ctx)), a.Due}
	}
	return &attentionOut{Body: rest.Page[AttentionOut]{Items: each(list, show)}}, err
}

// ChangeOut is a change in a committee or its people.
type ChangeOut struct {
	CommitteeID ident.ID     `json:"committee_id"`
	Kind        string       `json:"kind"`
	HappenedOn  calendar.Day `json:"happened_on"`
	PersonName  string       `json:"person_name"`
	Detail      string       `json:"detail"`
}

type changesOut struct {
	Body rest.Page[ChangeOut]
}

func (s *Service) listChanges(ctx context.Context, g authz.Grant, in *countyIn) (*changesOut, error) {
	var list []Change
	err := s.inCounty(ctx, g, in, func(tx *db.Tx, county ident.County) (err error) {
		list, err = Untold(tx, county)
		return err
	})
	show := func(c Change) ChangeOut {
		return ChangeOut{c.CommitteeID, c.Kind, c.HappenedOn, c.PersonName, c.Detail}
	}
	return &changesOut{Body: rest.Page[ChangeOut]{Items: each(list, show)}}, err
}

// NoticeOut is a notice to the basic court.
type NoticeOut struct {
	ID        ident.ID     `json:"id"`
	Court     string       `json:"court"`
	NoticedOn calendar.Day `json:"noticed_on"`
	Document  string       `json:"document,omitempty"`
}

type noticeBody struct {
	Body struct {
		County    string       `json:"county" pattern:"^[0-9]{6}$"`
		Court     string       `json:"court" maxLength:"100"`
		NoticedOn calendar.Day `json:"noticed_on,omitempty"`
		Document  string       `json:"document,omitempty" maxLength:"60" doc:"its number"`
	}
}

func (s *Service) postNotice(ctx context.Context, g authz.Grant, in *noticeBody) (*rest.Made[NoticeOut], error) {
	n, err := s.GiveNotice(ctx, g, ident.County(in.Body.County), NewNotice{Court: in.Body.Court, On: in.Body.NoticedOn, Document: in.Body.Document})
	return rest.MakeAnswer("/registry/changes?county="+in.Body.County, 0, NoticeOut{n.ID, n.Court, n.NoticedOn, n.Document}), err
}
