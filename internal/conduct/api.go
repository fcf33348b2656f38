package conduct

import (
	"context"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// ComplaintOut is a complaint as its reader may see it. Whoever made it is given how it stands in plain words.
type ComplaintOut struct {
	ID          ident.ID     `json:"id"`
	Version     int64        `json:"version"`
	CaseID      ident.ID     `json:"case_id"`
	CommitteeID ident.ID     `json:"committee_id"`
	MediatorID  ident.ID     `json:"mediator_id"`
	Mediator    string       `json:"mediator"`
	Kind        string       `json:"kind"`
	Text        string       `json:"text"`
	Name        string       `json:"complainant" doc:"Who complains"`
	OnBehalf    bool         `json:"on_behalf,omitempty" doc:"Staff wrote it down for them"`
	HandledBy   string       `json:"handled_by" doc:"chair or station"`
	State       string       `json:"state" doc:"received, looking, decided"`
	Status      string       `json:"status" doc:"How it stands, in words"`
	Outcome     string       `json:"outcome,omitempty"`
	Result      string       `json:"result,omitempty" doc:"What came of it, in words"`
	Reason      string       `json:"reason,omitempty" doc:"For those who handle or oversee it"`
	Unit        string       `json:"unit,omitempty" doc:"For those who handle or oversee it"`
	ReceivedAt  time.Time    `json:"received_at"`
	DecidedOn   calendar.Day `json:"decided_on,omitempty"`
	ToldAt      *time.Time   `json:"told_at,omitempty"`
}

// ComplaintMade is a complaint that was just made.
type ComplaintMade struct {
	ComplaintOut
	MayRecuse bool   `json:"may_request_recusal" doc:"The party may also have this mediator replaced (M2)"`
	Hint      string `json:"hint,omitempty"`
}

// ComplaintDetail is a complaint with what was done about it.
type ComplaintDetail struct {
	ComplaintOut
	History []Step `json:"history" doc:"For those who handle or oversee it"`
}

func complaintOut(ctx context.Context, c Complaint) ComplaintOut {
	lang := rest.Lang(ctx)
	out := ComplaintOut{ID: c.ID, Version: c.Version, CaseID: c.CaseID, CommitteeID: c.CommitteeID, MediatorID: c.MediatorID, Mediator: c.MediatorName, Kind: c.Kind,
		Text: c.Text, Name: c.Name, OnBehalf: !c.RecorderID.IsZero(), HandledBy: "chair", State: c.State, Status: codes.ComplaintStates.Name(c.State, lang),
		Outcome: c.Outcome, Reason: c.Reason, Unit: c.Unit, ReceivedAt: c.ReceivedAt, DecidedOn: c.DecidedOn, ToldAt: c.ToldAt}
	if c.ByStation() {
		out.HandledBy = "station"
	}
	if c.Outcome != "" {
		out.Result = codes.ComplaintOutcomes.Name(c.Outcome, lang)
	}
	return out
}

// ByID names a thing in an address.
type ByID struct {
	ID ident.ID `path:"id"`
}

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "POST", "/cases/{id}/complaints", Complaining, s.postComplaint,
		rest.Says("投诉调解员的行为", "Complain about a mediator's conduct (R4)"))
	rest.Handle(a, "GET", "/complaints", Reading, s.listComplaints, rest.Says("投诉，最近的在前", "Complaints, newest first"))
	rest.Handle(a, "GET", "/complaints/{id}", Reading, s.getComplaint, rest.Says("一件投诉", "A complaint"))
	rest.Handle(a, "POST", "/complaints/{id}/take-up", Handling, s.postTakeUp, rest.Says("开始核实", "Begin to look into it"))
	rest.Handle(a, "POST", "/complaints/{id}/decide", Handling, s.postDecide, rest.Says("作出处理", "Record what came of it"))
	rest.Handle(a, "POST", "/complaints/{id}/tell", Handling, s.postTell, rest.Says("记录已答复投诉人", "Record that the complainant was told"))
	rest.Handle(a, "GET", "/registry/mediators/{id}/complaints", Reading, s.countComplaints,
		rest.Says("对一位调解员的投诉数", "How many complaints there are about a mediator"))
}

type complaintBody struct {
	ByID
	Body NewComplaint
}

func (s *Service) postComplaint(ctx context.Context, g authz.Grant, in *complaintBody) (*rest.Made[ComplaintMade], error) {
	m, err := s.Complain(ctx, g, in.ID, in.Body)
	if err != nil {
		return nil, err
	}
	out := ComplaintMade{ComplaintOut: complaintOut(ctx, m.Complaint), MayRecuse: m.MayRecuse}
	if m.MayRecuse {
		out.Hint = recusalHint.In(rest.Lang(ctx))
	}
	return rest.MakeAnswer("/complaints/"+m.ID.String(), m.Version, out), nil
}

type complaintsIn struct {
	rest.PageIn
	CaseID     ident.ID     `query:"case_id"`
	MediatorID ident.ID     `query:"mediator_id"`
	State      string       `query:"state" maxLength:"20" doc:"received, looking, decided; empty: all"`
	Area       ident.Area   `query:"area" doc:"Of the mediator's committee: 12-digit code, or its leading digits"`
	Committee  ident.ID     `query:"committee_id"`
	From       calendar.Day `query:"received_from" doc:"Received on this day or later"`
	To         calendar.Day `query:"received_to" doc:"Received on this day or before"`
	Upheld     bool         `query:"upheld" doc:"Those that were found right"`
}

func (s *Service) listComplaints(ctx context.Context, g authz.Grant, in *complaintsIn) (*rest.Listed[ComplaintOut], error) {
	ask := Asked{Case: in.CaseID, Mediator: in.MediatorID, State: in.State, Area: ident.Widen(string(in.Area)), Committee: in.Committee, From: in.From, To: in.To, Upheld: in.Upheld, Limit: in.Limit}
	if _, err := in.After(ctx, &ask.After); err != nil {
		return nil, err
	}
	rows, next, err := s.List(ctx, g, ask)
	if err != nil {
		return nil, err
	}
	items := make([]ComplaintOut, 0, len(rows))
	for _, c := range rows {
		items = append(items, complaintOut(ctx, c.Complaint))
	}
	var after *ident.ID
	if !next.IsZero() {
		after = &next
	}
	return rest.List(ctx, items, after)
}

func (s *Service) getComplaint(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[ComplaintDetail], error) {
	c, err := s.See(ctx, g, in.ID)
	if err != nil {
		return nil, err
	}
	return rest.See(c.Version, ComplaintDetail{complaintOut(ctx, c.Complaint), append([]Step{}, c.History...)}), nil
}

type stepIn struct {
	ByID
	rest.IfMatch
}

func (s *Service) postTakeUp(ctx context.Context, g authz.Grant, in *stepIn) (*rest.Seen[ComplaintOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	c, err := s.TakeUp(ctx, g, in.ID, expect)
	return rest.See(c.Version, complaintOut(ctx, c)), err
}

type decideIn struct {
	ByID
	rest.IfMatch
	Body Decision
}

func (s *Service) postDecide(ctx context.Context, g authz.Grant, in *decideIn) (*rest.Seen[ComplaintOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	c, err := s.Decide(ctx, g, in.ID, expect, in.Body)
	return rest.See(c.Version, complaintOut(ctx, c)), err
}

type tellIn struct {
	ByID
	rest.IfMatch
	Body struct {
		Channel string `json:"channel" doc:"in_person, phone, link, paper, relayed"`
	}
}

func (s *Service) postTell(ctx context.Context, g authz.Grant, in *tellIn) (*rest.Seen[ComplaintOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	c, err := s.Tell(ctx, g, in.ID, expect, in.Body.Channel)
	return rest.See(c.Version, complaintOut(ctx, c)), err
}

func (s *Service) countComplaints(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[Count], error) {
	n, err := s.CountOf(ctx, g, in.ID)
	return rest.See(0, n), err
}
