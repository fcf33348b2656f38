package review

import (
	"context"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// RoundOut is a round in the API's words.
type RoundOut struct {
	ID            ident.ID     `json:"id"`
	Version       int64        `json:"version"`
	AreaCode      ident.Area   `json:"area_code"`
	Name          string       `json:"name"`
	From          calendar.Day `json:"from"`
	To            calendar.Day `json:"to"`
	RateConfirmed int          `json:"rate_confirmed" doc:"Per cent"`
	RateRest      int          `json:"rate_rest" doc:"Per cent"`
	AppealDays    int          `json:"appeal_days" doc:"Working days"`
	Trial         bool         `json:"trial"`
	SeedHash      string       `json:"seed_hash" doc:"SHA-256 of the seed, known from the beginning"`
	Seed          string       `json:"seed,omitempty" doc:"Once it was drawn"`
	Recipe        string       `json:"recipe" doc:"How to repeat the draw"`
	FixedAt       time.Time    `json:"fixed_at"`
	DrawnAt       *time.Time   `json:"drawn_at,omitempty"`
	LeftOut       int          `json:"left_out" doc:"Restricted cases, which are not drawn"`
}

// RoundDetail is a round with its strata and what was found so far.
type RoundDetail struct {
	RoundOut
	Strata    []Stratum  `json:"strata"`
	Reviewers []Reviewer `json:"reviewers"`
	Items     int        `json:"items"`
	Open      int        `json:"open" doc:"Not reviewed yet, or answered and not decided"`
	Waiting   int        `json:"waiting" doc:"For which no reviewer was found"`
	Report    Report     `json:"report"`
}

// ItemOut is one dossier of a round.
type ItemOut struct {
	ID            ident.ID     `json:"id"`
	Version       int64        `json:"version"`
	RoundID       ident.ID     `json:"round_id"`
	CaseID        ident.ID     `json:"case_id"`
	CaseNo        string       `json:"case_no"`
	CommitteeID   ident.ID     `json:"committee_id"`
	CommitteeType string       `json:"committee_type"`
	Category      string       `json:"category"`
	Confirmed     bool         `json:"confirmed"`
	Why           string       `json:"why" doc:"random or risk"`
	Place         int          `json:"place,omitempty" doc:"In the order of its stratum"`
	Order         string       `json:"order,omitempty" doc:"SHA-256 of the seed and the case number"`
	State         string       `json:"state" doc:"waiting, assigned, submitted, appealed or decided"`
	Trial         bool         `json:"trial"`
	Score         *int         `json:"score,omitempty"`
	Grade         string       `json:"grade,omitempty" doc:"excellent, good, fair or poor"`
	Vetoed        bool         `json:"vetoed"`
	Final         bool         `json:"final"`
	AppealBy      calendar.Day `json:"appeal_by,omitempty" doc:"The last day for an answer"`
	Reviewer      string       `json:"reviewer,omitempty" doc:"For the bureau"`
}

func roundOut(r Round, lang string) RoundOut {
	return RoundOut{r.ID, r.Version, r.AreaCode, r.Name, r.FromOn, r.ToOn, r.RateConfirmed, r.RateRest, r.AppealDays, r.Trial, r.SeedHash, r.Seed, recipe.In(lang), r.FixedAt, r.DrawnAt, r.LeftOut}
}

func itemOut(i Item, today calendar.Day) ItemOut {
	out := ItemOut{ID: i.ID, Version: i.Version, RoundID: i.RoundID, CaseID: i.CaseID, CaseNo: i.CaseNo, CommitteeID: i.CommitteeID, CommitteeType: string(i.CommitteeType), Category: i.Category,
		Confirmed: i.Confirmed, Why: i.Why, Place: i.Place, State: i.State, Trial: i.Trial, Grade: i.Grade, Vetoed: i.Vetoed, Final: i.Final(today), AppealBy: i.AppealBy}
	if i.Sheets > 0 {
		out.Score = &i.Score
	}
	return out
}

// ByID names a round or an item in an address.
type ByID struct {
	ID ident.ID `path:"id"`
}

type roundBody struct{ Body NewRound }

type namedIn struct {
	ByID
	rest.IfMatch
	Body struct {
		Logins []string `json:"logins" nullable:"false" doc:"Of mediators, chairs, station officers or people of the bureau"`
	}
}

type drawIn struct {
	ByID
	rest.IfMatch
}

type itemsIn struct {
	ByID
	rest.PageIn
}

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "GET", "/review/rounds", Reading, s.listRounds, rest.Says("卷宗评查的轮次", "Rounds of dossier review"))
	rest.Handle(a, "POST", "/review/rounds", Managing, s.postRound, rest.Says("确定一轮评查和抽样种子", "Fix a round and its seed"))
	rest.Handle(a, "GET", "/review/rounds/{id}", Reading, s.getRound, rest.Says("一轮评查：分层、进度和结果", "A round: its strata, how far it has come and what was found"))
	rest.Handle(a, "POST", "/review/rounds/{id}/reviewers", Managing, s.postReviewers, rest.Says("指定评查员", "Name reviewers"))
	rest.Handle(a, "POST", "/review/rounds/{id}/draw", Managing, s.postDraw, rest.Says("抽取案卷", "Draw the dossiers"))
	rest.Handle(a, "GET", "/review/rounds/{id}/items", Reading, s.listItems, rest.Says("抽到的案卷", "The dossiers of a round"))
	s.sheetRoutes(a)
}

func (s *Service) listRounds(ctx context.Context, g authz.Grant, in *rest.PageIn) (*rest.Listed[RoundOut], error) {
	var after ident.ID
	if _, err := in.After(ctx, &after); err != nil {
		return nil, err
	}
	rows, next, err := s.Rounds(ctx, g, after, in.Limit)
	if err != nil {
		return nil, err
	}
	items := make([]RoundOut, 0, len(rows))
	for _, r := range rows {
		items = append(items, roundOut(r, rest.Lang(ctx)))
	}
	return rest.List(ctx, items, goOn(next))
}

// goOn is where the next page begins; nil after the last.
func goOn(next ident.ID) *ident.ID {
	if next.IsZero() {
		return nil
	}
	return &next
}

func (s *Service) postRound(ctx context.Context, g authz.Grant, in *roundBody) (*rest.Made[RoundOut], error) {
	r, err := s.MakeRound(ctx, g, in.Body)
	if err != nil {
		return nil, err
	}
	return rest.MakeAnswer("/review/rounds/"+r.ID.String(), r.Version, roundOut(r, rest.Lang(ctx))), nil
}

func (s *Service) getRound(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[RoundDetail], error) {
	d, err := s.See(ctx, g, in.ID)
	if err != nil {
		return nil, err
	}
	out := RoundDetail{roundOut(d.Round, rest.Lang(ctx)), append([]Stratum{}, d.Strata...), append([]Reviewer{}, d.Reviewers...), d.Items, d.Left, d.Unread, d.Report}
	out.Report.Committees = append([]Of{}, out.Report.Committees...)
	return rest.See(d.Version, out), nil
}

func (s *Service) postReviewers(ctx context.Context, g authz.Grant, in *namedIn) (*rest.Seen[RoundOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	r, err := s.NameReviewers(ctx, g, in.ID, expect, in.Body.Logins)
	return rest.See(r.Version, roundOut(r, rest.Lang(ctx))), err
}

func (s *Service) postDraw(ctx context.Context, g authz.Grant, in *drawIn) (*rest.Seen[RoundOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	r, err := s.Draw(ctx, g, in.ID, expect)
	return rest.See(r.Version, roundOut(r, rest.Lang(ctx))), err
}

func (s *Service) listItems(ctx context.Context, g authz.Grant, in *itemsIn) (*rest.Listed[ItemOut], error) {
	var after ident.ID
	if _, err := in.After(ctx, &after); err != nil {
		return nil, err
	}
	d, err := s.See(ctx, g, in.ID)
	if err != nil {
		return nil, err
	}
	rows, next, err := s.Items(ctx, g, in.ID, after, in.Limit)
	if err != nil {
		return nil, err
	}
	items := make([]ItemOut, 0, len(rows))
	for _, i := range rows {
		out := itemOut(i, calendar.DayOf(s.Store.Now()))
		out.Order, out.Reviewer = orderOf(d.Seed, i.CaseNo), i.ReviewerName
		items = append(items, out)
	}
	return rest.List(ctx, items, goOn(next))
}
