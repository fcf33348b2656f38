package fieldwork

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// RoundOut is a screening round as the API shows it. Whoever sees days and figures only is given no names and no words.
type RoundOut struct {
	ID          ident.ID     `json:"id"`
	CommitteeID ident.ID     `json:"committee_id"`
	AreaCode    ident.Area   `json:"area_code"`
	Kind        string       `json:"kind" doc:"half_monthly, monthly, quarterly, special"`
	ScreenedOn  calendar.Day `json:"screened_on"`
	Zero        bool         `json:"zero" doc:"Nothing was found: a zero report"`
	Findings    int          `json:"findings"`
	Persons     string       `json:"persons,omitempty"`
	Note        string       `json:"note,omitempty"`
}

// RoundDetail is a round with what it found.
type RoundDetail struct {
	RoundOut
	Found []FindingOut `json:"found"`
}

// FindingOut is one thing that a round found, and what it became.
type FindingOut struct {
	ID           ident.ID `json:"id"`
	RoundID      ident.ID `json:"round_id"`
	Number       int      `json:"number"`
	Text         string   `json:"text,omitempty"`
	CaseID       ident.ID `json:"case_id,omitempty,omitzero"`
	PreventionID ident.ID `json:"prevention_id,omitempty,omitzero"`
}

// PreventionOut is a prevention record as the API shows it.
type PreventionOut struct {
	ID          ident.ID     `json:"id"`
	CommitteeID ident.ID     `json:"committee_id"`
	AreaCode    ident.Area   `json:"area_code"`
	Kind        int          `json:"kind"`
	PreventedOn calendar.Day `json:"prevented_on"`
	Persons     int          `json:"persons"`
	Who         string       `json:"who,omitempty"`
	Done        string       `json:"done,omitempty"`
	Evidence    string       `json:"evidence,omitempty"`
	RoundID     ident.ID     `json:"round_id,omitempty,omitzero"`
	Counts      bool         `json:"counts" doc:"A second person has confirmed it; before, no column counts it"`
}

// DueOut is when a committee goes round next.
type DueOut struct {
	CommitteeID ident.ID     `json:"committee_id"`
	Name        string       `json:"name"`
	Kind        string       `json:"kind"`
	LastOn      calendar.Day `json:"last_on"`
	DueOn       calendar.Day `json:"due_on"`
	Late        bool         `json:"late"`
	ReportedBy  calendar.Day `json:"reported_by" doc:"This month's rounds are reported by this day"`
}

func roundOut(r Round) RoundOut {
	return RoundOut{r.ID, r.CommitteeID, r.AreaCode, r.Kind, r.ScreenedOn, r.Zero, r.Findings, r.Persons, r.Note}
}

func findingOut(f Finding) FindingOut {
	return FindingOut{f.ID, f.RoundID, f.Number, f.Text, f.CaseID, f.PreventionID}
}

func preventionOut(p Prevention) PreventionOut {
	return PreventionOut{p.ID, p.CommitteeID, p.AreaCode, p.Kind, p.PreventedOn, p.Persons, p.Who, p.Done, p.Evidence, p.RoundID, p.Counts()}
}

func (s *Service) screeningRoutes(a *rest.API) {
	rest.Handle(a, "GET", pageRounds, SeeingRounds, s.listRounds, rest.Says("排查记录，最近的在前", "Screening rounds, the latest day first"))
	rest.Handle(a, "POST", pageRounds, Screening, s.postRound, rest.Says("登记一次排查，或作零报告", "Record a screening round, or report zero"))
	rest.Handle(a, "GET", "/fieldwork/screening-due", SeeingRounds, s.listDue, rest.Says("各调委会下一次排查的日期", "When committees go round next"))
	rest.Handle(a, "GET", pageRounds+"/{id}", SeeingRounds, s.getRound, rest.Says("一次排查和发现的情况", "A round with what it found"))
	rest.Handle(a, "POST", pageRounds+"/{id}/findings", Screening, s.postFinding,
		rest.Says("登记排查发现：立案调解，或预防记录", "Enter what a round found: as a case, or as a prevention record"))
	rest.Handle(a, "GET", pagePreventions, SeeingRounds, s.listPreventions, rest.Says("预防记录，最近的在前", "Prevention records, the latest day first"))
	rest.Handle(a, "POST", pagePreventions, Screening, s.postPrevention, rest.Says("登记一次预防", "Record something that was prevented"))
	rest.Handle(a, "GET", pagePreventions+"/{id}", SeeingRounds, s.getPrevention, rest.Says("一条预防记录", "A prevention record"))
	rest.Handle(a, "POST", pagePreventions+"/{id}/confirm", Confirming, s.postConfirm, rest.Says("第二人核实，之后计入统计", "A second person confirms; from then on it counts"))
}

// NarrowIn narrows a list as the official tables count it.
type NarrowIn struct {
	Area     ident.Area `query:"area" doc:"and all that lies in it"`
	AreaOnly bool       `query:"area_only" doc:"In the area as such, in no smaller one"`
	Led      string     `query:"led" doc:"own: by committees of the area itself; below: by those of what lies in it"`
}

func (in NarrowIn) narrowing() Narrowing {
	return Narrowing{Area: ident.Widen(string(in.Area)), AreaOnly: in.AreaOnly, Led: in.Led}
}

type roundsIn struct {
	rest.PageIn
	NarrowIn
	CommitteeID ident.ID     `query:"committee_id" doc:"empty: every committee in reach"`
	From        calendar.Day `query:"from" doc:"on this day or later"`
	To          calendar.Day `query:"to" doc:"on this day or earlier"`
}

func (s *Service) listRounds(ctx context.Context, g authz.Grant, in *roundsIn) (*rest.Listed[RoundOut], error) {
	ask := RoundsAsked{Narrowing: in.narrowing(), Committee: in.CommitteeID, From: in.From, To: in.To, Limit: in.Limit}
	if _, err := in.After(ctx, &ask.After); err != nil {
		return nil, err
	}
	rows, next, err := s.Rounds(ctx, g, ask)
	if err != nil {
		return nil, err
	}
	return rest.List(ctx, each(rows, roundOut), next)
}

func each[A, B any](in []A, show func(A) B) []B {
	out := make([]B, 0, len(in))
	for _, a := range in {
		out = append(out, show(a))
	}
	return out
}

type roundBody struct {
	Body struct {
		CommitteeID ident.ID     `json:"committee_id,omitempty,omitzero" doc:"The recorder's committee, where they have several"`
		AreaCode    ident.Area   `json:"area_code,omitempty" doc:"Where; else the committee's own place"`
		Kind        string       `json:"kind,omitempty" doc:"half_monthly, monthly, quarterly, special; else the committee's own cadence"`
		ScreenedOn  calendar.Day `json:"screened_on,omitempty" doc:"Today when left out"`
		Persons     []string     `json:"persons,omitempty" doc:"Who went round; else the recorder"`
		Zero        bool         `json:"zero,omitempty" doc:"Nothing was found"`
		Note        string       `json:"note,omitempty"`
	}
}

func (s *Service) postRound(ctx context.Context, g authz.Grant, in *roundBody) (*rest.Made[RoundOut], error) {
	b := in.Body
	r, err := s.RecordRound(ctx, g, NewRound{Committee: b.CommitteeID, AreaCode: b.AreaCode, Kind: b.Kind, ScreenedOn: b.ScreenedOn, Persons: b.Persons, Zero: b.Zero, Note: b.Note})
	return rest.MakeAnswer(pageRounds+"/"+r.ID.String(), 0, roundOut(r)), err
}

// ByID names a thing in an address.
type ByID struct {
	ID ident.ID `path:"id"`
}

func (s *Service) getRound(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[RoundDetail], error) {
	r, err := s.Round(ctx, g, in.ID)
	return rest.See(0, RoundDetail{roundOut(r.Round), each(r.Found, findingOut)}), err
}

type findingBody struct {
	ID   ident.ID `path:"id"`
	Body struct {
		Text       string         `json:"text" doc:"What was found"`
		Case       *FoundCase     `json:"case,omitempty" doc:"It becomes a case of the committee's own motion …"`
		Prevention *NewPrevention `json:"prevention,omitempty" doc:"… or a prevention record"`
	}
}

func (s *Service) postFinding(ctx context.Context, g authz.Grant, in *findingBody) (*rest.Made[FindingOut], error) {
	f, err := s.AddFinding(ctx, g, in.ID, NewFinding(in.Body))
	return rest.MakeAnswer(pageRounds+"/"+in.ID.String(), 0, findingOut(f)), err
}

func (s *Service) listDue(ctx context.Context, g authz.Grant, in *struct{ rest.PageIn }) (*rest.Listed[DueOut], error) {
	var after ident.ID
	if _, err := in.After(ctx, &after); err != nil {
		return nil, err
	}
	rows, next, err := s.DueRounds(ctx, g, after, in.Limit)
	if err != nil {
		return nil, err
	}
	var position *ident.ID
	if !next.IsZero() {
		position = &next
	}
	return rest.List(ctx, each(rows, func(d Due) DueOut {
		return DueOut{d.Committee, d.Name, d.Kind, d.LastOn, d.DueOn, d.Late, d.ReportedBy}
	}), position)
}

type preventionsIn struct {
	rest.PageIn
	NarrowIn
	CommitteeID ident.ID     `query:"committee_id" doc:"empty: every committee in reach"`
	Kind        int          `query:"kind" minimum:"1" maximum:"4" doc:"empty: all four"`
	Confirmed   string       `query:"confirmed" enum:"true,false" doc:"empty: both"`
	From        calendar.Day `query:"from"`
	To          calendar.Day `query:"to"`
}

func (s *Service) listPreventions(ctx context.Context, g authz.Grant, in *preventionsIn) (*rest.Listed[PreventionOut], error) {
	ask := PreventionsAsked{Narrowing: in.narrowing(), Committee: in.CommitteeID, Kind: in.Kind, Confirmed: in.Confirmed, From: in.From, To: in.To, Limit: in.Limit}
	if _, err := in.After(ctx, &ask.After); err != nil {
		return nil, err
	}
	rows, next, err := s.Preventions(ctx, g, ask)
	if err != nil {
		return nil, err
	}
	return rest.List(ctx, each(rows, preventionOut), next)
}

type preventionBody struct{ Body NewPrevention }

func (s *Service) postPrevention(ctx context.Context, g authz.Grant, in *preventionBody) (*rest.Made[PreventionOut], error) {
	p, err := s.RecordPrevention(ctx, g, in.Body)
	return rest.MakeAnswer(pagePreventions+"/"+p.ID.String(), 0, preventionOut(p)), err
}

func (s *Service) getPrevention(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[PreventionOut], error) {
	p, err := s.Prevention(ctx, g, in.ID)
	return rest.See(0, preventionOut(p)), err
}

func (s *Service) postConfirm(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[PreventionOut], error) {
	p, err := s.Confirm(ctx, g, in.ID)
	return rest.See(0, preventionOut(p)), err
}
