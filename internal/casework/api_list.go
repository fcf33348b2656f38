package casework

import (
	"context"
	"errors"
	"io"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
	"fengqiao/internal/sheet"
)

// listIn is what narrows a list of cases; a report's figures lead here.
type listIn struct {
	rest.PageIn
	State     State        `query:"state"`
	Category  string       `query:"category"`
	Committee ident.ID     `query:"committee_id"`
	Area      ident.Area   `query:"area"`
	AreaOnly  bool         `query:"area_only" doc:"Only what arose in the area as such, in no smaller one that was named"`
	Mediator  ident.ID     `query:"mediator_id"`
	Query     string       `query:"q" maxLength:"100" doc:"A number, a reference, or words: of a party's name or its pinyin, of the title, of the place. Numbers of people: POST /searches"`
	Due       calendar.Day `query:"due" doc:"Something is due on this day or before"`
	Overdue   bool         `query:"overdue"`
	Outcome   Outcome      `query:"outcome" doc:"One or several, separated by commas"`
	Source    string       `query:"source"`
	ClosedFr  calendar.Day `query:"closed_from"`
	ClosedTo  calendar.Day `query:"closed_to"`
	AcceptFr  calendar.Day `query:"accepted_from"`
	AcceptTo  calendar.Day `query:"accepted_to"`
	Settled   bool         `query:"settled"`
	Difficult bool         `query:"complex"`
	Type      string       `query:"committee_type" doc:"Of the lead committee: 01–06; several are separated by commas"`
	Sector    string       `query:"sector" doc:"Field of the lead committee, such as property"`
	Led       string       `query:"led" doc:"own: by committees whose own place is the area; below: by those of what lies in it"`
	OpenOn    calendar.Day `query:"open_on" doc:"Accepted by this day and not closed by it"`
	AskedFr   calendar.Day `query:"asked_from" doc:"The parties were asked for consent on this day or later"`
	AskedTo   calendar.Day `query:"asked_to"`
	Consent   string       `query:"consent" doc:"decided: the parties asked have answered; agreed: everybody needed said yes"`
	Reached   string       `query:"reached" doc:"A respondent came at least so far: asked, delivered, opened, answered, met, agreed or kept; or refused. For staff"`
	AskedBy   string       `query:"asked_by" doc:"That respondent was asked so: sms, email, letter or staff. For staff"`
	Format    string       `query:"format" enum:"xlsx,csv" doc:"Answer a file of all that the filter finds, 20,000 at most; cursor and limit do not count then"`
	Compound  ident.ID     `query:"compound_id"`
	Firm      ident.ID     `query:"property_firm_id" doc:"Arose in a compound that this firm manages"`
	RegistFr  calendar.Day `query:"registered_from"`
	RegistTo  calendar.Day `query:"registered_to"`
	EffectFr  calendar.Day `query:"effective_from" doc:"The agreement took effect on this day or later"`
	EffectTo  calendar.Day `query:"effective_to"`
	DueFr     calendar.Day `query:"due_from" doc:"Something agreed falls due on this day or later"`
	DueTo     calendar.Day `query:"due_to"`
	Promise   string       `query:"promise" doc:"What is known of that: on_time, late, not, unknown; several are separated by commas. For staff"`
	Fate      string       `query:"fate" doc:"What became of the case: accepted, met, agreed, kept, sued, timely, late, returned, written, confirmation_asked, confirmed, reopened, recused; several must all hold. For staff"`
	OwnMotion string       `query:"own_motion" doc:"true: of the committee's own motion; false: not"`
}

func (in listIn) filter(after ident.ID) Filter {
	return Filter{State: in.State, Category: in.Category, Committee: in.Committee, Area: ident.Widen(string(in.Area)), AreaOnly: in.AreaOnly, Mediator: in.Mediator, Query: in.Query,
		DueBy: in.Due, Overdue: in.Overdue, Outcome: in.Outcome, Source: in.Source, Closed: [2]calendar.Day{in.ClosedFr, in.ClosedTo},
		Accepted: [2]calendar.Day{in.AcceptFr, in.AcceptTo}, Settled: in.Settled, Difficult: in.Difficult, Type: in.Type, Sector: in.Sector, Led: in.Led,
		OpenOn: in.OpenOn, Asked: [2]calendar.Day{in.AskedFr, in.AskedTo}, Consent: in.Consent, Reached: in.Reached, AskedBy: in.AskedBy, OwnMotion: in.OwnMotion, Compound: in.Compound, Firm: in.Firm,
		Registered: [2]calendar.Day{in.RegistFr, in.RegistTo}, Effective: [2]calendar.Day{in.EffectFr, in.EffectTo}, Due: [2]calendar.Day{in.DueFr, in.DueTo}, Promise: in.Promise, Fate: in.Fate, After: after, Limit: in.Limit}
}

// searchIn is a search whose words stand in no address.
type searchIn struct {
	Body struct {
		Text  string   `json:"text" maxLength:"100" doc:"As q of GET /cases; or a telephone or an identity number, whole"`
		After ident.ID `json:"after,omitempty,omitzero" doc:"The id of the last case that was answered, to go on"`
		Limit int      `json:"limit,omitempty" minimum:"1" maximum:"100" doc:"How many at most; 20 by default"`
	}
}

// Hits are the cases that a search found; Next is the id to go on after.
type Hits struct {
	Items []Line   `json:"items" nullable:"false"`
	Next  ident.ID `json:"next,omitempty,omitzero"`
}

func (s *Service) searching(a *rest.API) {
	rest.Handle(a, "GET", SheetPath, "case.export", s.sheetOp, rest.Says("案件列表文件（xlsx 或 csv），和 GET /cases?format= 一样", "The list as a file, as GET /cases?format= answers it"), rest.Patient(SheetTime))
	s.clustering(a)
	rest.Handle(a, "POST", "/searches", "case.list", func(ctx context.Context, g authz.Grant, in *searchIn) (*rest.Seen[Hits], error) {
		lines, next, err := s.Search(ctx, g, Filter{Query: in.Body.Text, After: in.Body.After, Limit: in.Body.Limit})
		return rest.See(0, Hits{Items: lines, Next: next}), err
	}, rest.Says("查找案件（内容不写进网址）", "Search for cases, with nothing in the address"))
}

// SheetPath is where the list is answered as a file.
const SheetPath = "/cases/export"

func (s *Service) sheetOp(ctx context.Context, g authz.Grant, in *listIn) (*rest.Stream, error) {
	format := sheet.XLSX
	if in.Format != "" {
		format = sheet.Format(in.Format)
	}
	f := in.filter(ident.ID{})
	if err := f.check(); err != nil {
		return nil, err
	}
	if _, _, err := s.List(ctx, g, f); err != nil { // what would be refused is refused before a file has begun
		return nil, err
	}
	lang := rest.Lang(ctx)
	return rest.Download(SheetName.In(lang)+"."+string(format), format.MediaType(), func(to io.Writer) error {
		w, err := sheet.New(to, format, SheetName.In(lang))
		if err != nil {
			return err
		}
		return errors.Join(s.Sheet(ctx, g, f, lang, w), w.Close())
	}), nil
}
