package subsidy

import (
	"context"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
	"fengqiao/internal/rest"
)

// ClaimOut is a claim as the API shows it.
type ClaimOut struct {
	ID          ident.ID     `json:"id"`
	Version     int64        `json:"version"`
	Kind        string       `json:"kind" doc:"case or post"`
	CaseID      ident.ID     `json:"case_id,omitempty,omitzero"`
	PostYear    int          `json:"post_year,omitempty"`
	Called      string       `json:"called" doc:"The case's number, or the committee of the post"`
	CommitteeID ident.ID     `json:"committee_id"`
	ClosedOn    calendar.Day `json:"closed_on"`
	SchemeID    ident.ID     `json:"scheme_id,omitempty,omitzero"`
	SchemeSHA   string       `json:"scheme_sha256,omitempty"`
	Tier        string       `json:"tier,omitempty"`
	Class       string       `json:"class,omitempty"`
	Form        string       `json:"form,omitempty"`
	Grade       string       `json:"grade,omitempty"`
	RateFen     money.Fen    `json:"rate_fen"`
	BonusFen    money.Fen    `json:"bonus_fen"`
	Fen         money.Fen    `json:"fen" doc:"0 while something stands against it"`
	Against     []ReasonOut  `json:"against" doc:"What stands against it by the scheme"`
	State       string       `json:"state"`
	Status      string       `json:"status" doc:"How it stands, in words"`
	Refusal     *ReasonOut   `json:"refusal,omitempty"`
	Step        string       `json:"refused_at,omitempty"`
	SameCase    ident.ID     `json:"same_case_id,omitempty,omitzero"`
	Reply       string       `json:"reply,omitempty"`
	MayAnswer   bool         `json:"may_answer" doc:"Who shares in it may answer the refusal, once"`
	Shares      []ShareOut   `json:"shares"`
	BatchID     ident.ID     `json:"batch_id,omitempty,omitzero"`
	ClaimedAt   time.Time    `json:"claimed_at"`
	Held        []ReasonOut  `json:"held,omitempty" doc:"Of one claim: what holds its payment"`
	Alike       []AlikeOut   `json:"alike,omitempty" doc:"For those who look: other claims of the county that may be for the same dispute"`
	Materials   []string     `json:"materials,omitempty" doc:"Of one claim: what its dossier must hold"`
	Steps       []StepOut    `json:"steps,omitempty" doc:"Of one claim, for those who look at it"`
}

// ReasonOut is a code and what it says.
type ReasonOut struct {
	Code string `json:"code"`
	Says string `json:"says"`
	Text string `json:"text,omitempty" doc:"What was added to it"`
}

// ShareOut is somebody's part of a claim.
type ShareOut struct {
	MediatorID ident.ID  `json:"mediator_id,omitempty,omitzero"`
	Name       string    `json:"name"`
	Part       string    `json:"part"`
	Weight     int64     `json:"weight"`
	Fen        money.Fen `json:"fen"`
}

// StepOut is one act on a claim.
type StepOut struct {
	Event string    `json:"event"`
	Role  string    `json:"role"`
	Name  string    `json:"name"`
	At    time.Time `json:"at"`
}

func reasons(of []string, lang string) []ReasonOut {
	out := []ReasonOut{}
	for i, says := range sentences(of, lang) {
		out = append(out, ReasonOut{Code: of[i], Says: says})
	}
	return out
}

func claimOut(ctx context.Context, c Seen) ClaimOut {
	lang := rest.Lang(ctx)
	out := ClaimOut{ID: c.ID, Version: c.Version, Kind: c.Kind, CaseID: c.CaseID, PostYear: c.PostYear, Called: c.Called, CommitteeID: c.CommitteeID, ClosedOn: c.ClosedOn, SchemeID: c.SchemeID, SchemeSHA: c.SchemeSHA,
		Tier: c.Tier, Class: c.Class, Form: c.Form, Grade: c.Grade, RateFen: c.RateFen, BonusFen: c.BonusFen, Fen: c.Fen, Against: reasons(c.Against(), lang), State: c.State,
		Status: codes.SubsidyStates.Name(c.State, lang), Step: string(c.Step), SameCase: c.SameCase, Reply: c.Reply, MayAnswer: c.MayAnswer(), Shares: []ShareOut{}, BatchID: c.BatchID, ClaimedAt: c.ClaimedAt, Alike: alikeOut(c.Like)}
	if c.Refusal != "" {
		out.Refusal = &ReasonOut{c.Refusal, codes.SubsidyRefusals.Name(c.Refusal, lang), c.RefusalText}
	}
	for _, s := range c.Shares {
		out.Shares = append(out.Shares, ShareOut{s.MediatorID, s.Name, s.Part, s.Weight, s.Fen})
	}
	return out
}

func historyOut(ctx context.Context, h History) ClaimOut {
	out := claimOut(ctx, h.Seen)
	out.Alike = alikeOut(h.Alike)
	out.Held, out.Materials = reasons(h.Held, rest.Lang(ctx)), h.Materials
	for _, d := range h.Steps {
		out.Steps = append(out.Steps, StepOut{d.Event, d.Role, d.Who, d.At})
	}
	return out
}

// ByID names a thing in an address.
type ByID struct {
	ID ident.ID `path:"id"`
}

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "POST", "/cases/{id}/subsidy-claim", Claiming, s.postClaim, rest.Says("申报一件案件的补贴", "Claim the subsidy for a case"))
	rest.Handle(a, "POST", "/subsidy/claims/period", Claiming, s.postPeriod, rest.Says("申报一个调委会一段时间的案件", "Claim for the cases of a committee that were closed in a period"))
	rest.Handle(a, "POST", "/subsidy/posts", Barring, s.postPosts, rest.Says("生成一年的岗位补贴申报", "Make the claims of a year's allowance for posts"))
	rest.Handle(a, "GET", "/subsidy/claims", Reading, s.listClaims, rest.Says("补贴申报，最近的在前", "Claims, the newest first"))
	rest.Handle(a, "GET", "/subsidy/claims/{id}", Reading, s.getClaim, rest.Says("一件申报", "A claim"))
	rest.Handle(a, "GET", "/subsidy/mine", Owning, s.listMine, rest.Says("我的补贴", "The claims in which one shares oneself"))
	rest.Handle(a, "POST", "/subsidy/claims/{id}/answer", Owning, s.postAnswer, rest.Says("对不予补贴的决定申辩一次", "Answer a refusal, once"))
	for _, step := range []Step{Check, Examine, Approve} {
		says := codes.SubsidySteps.Name(string(step), "zh-CN")
		rest.Handle(a, "POST", "/subsidy/"+string(step), steps[step].action, s.passer(step), rest.Says(says+"：通过", "Let claims pass: "+codes.SubsidySteps.Name(string(step), "en")))
		rest.Handle(a, "POST", "/subsidy/claims/{id}/refuse-at-"+string(step), steps[step].action, s.refuser(step), rest.Says(says+"：不予补贴", "Refuse a claim: "+codes.SubsidySteps.Name(string(step), "en")))
	}
	s.barRoutes(a)
}

type claimBody struct {
	ByID
	Body NewClaim
}

func (s *Service) postClaim(ctx context.Context, g authz.Grant, in *claimBody) (*rest.Made[ClaimOut], error) {
	c, err := s.Claim(ctx, g, in.ID, in.Body)
	if err != nil {
		return nil, err
	}
	return rest.MakeAnswer("/subsidy/claims/"+c.ID.String(), c.Version, claimOut(ctx, c)), nil
}

// GatheredOut are the claims that were made at once.
type GatheredOut struct {
	Made    int          `json:"made"`
	LeftOut []LeftOutOut `json:"left_out" doc:"Cases for which nothing can be claimed yet"`
	More    bool         `json:"more" doc:"There are more in these days: send it again"`
}

// LeftOutOut is a case for which nothing can be claimed yet.
type LeftOutOut struct {
	CaseID ident.ID    `json:"case_id"`
	CaseNo string      `json:"case_no"`
	Why    []ReasonOut `json:"why"`
}

func gatheredOut(ctx context.Context, g Gathered) GatheredOut {
	out := GatheredOut{Made: g.Made, More: g.More, LeftOut: []LeftOutOut{}}
	for _, l := range g.LeftOut {
		out.LeftOut = append(out.LeftOut, LeftOutOut{l.CaseID, l.CaseNo, reasons(l.Codes, rest.Lang(ctx))})
	}
	return out
}

type periodBody struct{ Body Period }

func (s *Service) postPeriod(ctx context.Context, g authz.Grant, in *periodBody) (*rest.Seen[GatheredOut], error) {
	out, err := s.ClaimPeriod(ctx, g, in.Body)
	return rest.See(0, gatheredOut(ctx, out)), err
}

type postsBody struct{ Body Posts }

func (s *Service) postPosts(ctx context.Context, g authz.Grant, in *postsBody) (*rest.Seen[GatheredOut], error) {
	out, err := s.ClaimPosts(ctx, g, in.Body)
	return rest.See(0, gatheredOut(ctx, out)), err
}

type claimsIn struct {
	rest.PageIn
	Step  string `query:"step" enum:"check,examine,approve" doc:"Those that wait for this look, by somebody else than who had to do with them"`
	State string `query:"state" maxLength:"20"`
}

func (s *Service) listClaims(ctx context.Context, g authz.Grant, in *claimsIn) (*rest.Listed[ClaimOut], error) {
	ask := Asked{Step: Step(in.Step), State: in.State, Limit: in.Limit}
	if _, err := in.After(ctx, &ask.After); err != nil {
		return nil, err
	}
	rows, next, err := s.Claims(ctx, g, ask)
	return listed(ctx, rows, next, err)
}

func (s *Service) listMine(ctx context.Context, g authz.Grant, in *struct{ rest.PageIn }) (*rest.Listed[ClaimOut], error) {
	ask := Asked{Limit: in.Limit}
	if _, err := in.After(ctx, &ask.After); err != nil {
		return nil, err
	}
	rows, next, err := s.Mine(ctx, g, ask)
	return listed(ctx, rows, next, err)
}

func listed(ctx context.Context, rows []Seen, next ident.ID, err error) (*rest.Listed[ClaimOut], error) {
	if err != nil {
		return nil, err
	}
	items := make([]ClaimOut, 0, len(rows))
	for _, c := range rows {
		items = append(items, claimOut(ctx, c))
	}
	return rest.List(ctx, items, position(next))
}

// position is where a list goes on; nil when that was all.
func position(next ident.ID) *ident.ID {
	if next.IsZero() {
		return nil
	}
	return &next
}

func (s *Service) getClaim(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[ClaimOut], error) {
	h, err := s.See(ctx, g, in.ID)
	return rest.See(h.Version, historyOut(ctx, h)), err
}

type answerBody struct {
	ByID
	rest.IfMatch
	Body struct {
		Reply string `json:"reply"`
	}
}

func (s *Service) postAnswer(ctx context.Context, g authz.Grant, in *answerBody) (*rest.Seen[ClaimOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	c, err := s.Answer(ctx, g, in.ID, expect, in.Body.Reply)
	return rest.See(c.Version, claimOut(ctx, c)), err
}

type passBody struct {
	Body struct {
		Claims []Look `json:"claims" nullable:"false" doc:"At most 200 at once, all or none"`
	}
}

func (s *Service) passer(step Step) func(context.Context, authz.Grant, *passBody) (*rest.Listed[ClaimOut], error) {
	return func(ctx context.Context, g authz.Grant, in *passBody) (*rest.Listed[ClaimOut], error) {
		rows, err := s.Pass(ctx, g, step, in.Body.Claims)
		return listed(ctx, rows, ident.ID{}, err)
	}
}

type refuseBody struct {
	ByID
	rest.IfMatch
	Body Refusal
}

func (s *Service) refuser(step Step) func(context.Context, authz.Grant, *refuseBody) (*rest.Seen[ClaimOut], error) {
	return func(ctx context.Context, g authz.Grant, in *refuseBody) (*rest.Seen[ClaimOut], error) {
		expect, err := in.Expect(g)
		if err != nil {
			return nil, err
		}
		c, err := s.Refuse(ctx, g, step, Look{ID: in.ID, Version: expect}, in.Body)
		return rest.See(c.Version, claimOut(ctx, c)), err
	}
}
