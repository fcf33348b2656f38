package disposal

import (
	"context"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// ListOut is a list in the API's words.
type ListOut struct {
	ID         ident.ID     `json:"id"`
	Version    int64        `json:"version"`
	CountyCode ident.County `json:"county_code"`
	Name       string       `json:"name" doc:"As people name it: county, year and number"`
	State      string       `json:"state" doc:"proposed, approved (being carried out), done, refused, withdrawn"`
	Dossiers   int          `json:"dossiers"`
	Destroyed  int          `json:"destroyed" doc:"Once it is done"`
	Stopped    int          `json:"stopped" doc:"Once it is done"`
	SHA256     string       `json:"sha256" doc:"Of the lines: what is approved"`
	Proposed   string       `json:"proposed_by_name"`
	ProposedAt time.Time    `json:"proposed_at"`
	Decided    string       `json:"decided_by_name,omitempty"`
	DecidedAt  *time.Time   `json:"decided_at,omitempty"`
	Reason     string       `json:"reason,omitempty" doc:"Of one list: why it was refused"`
	DoneAt     *time.Time   `json:"done_at,omitempty"`
	PaperOn    calendar.Day `json:"paper_destroyed_on,omitempty"`
	First      string       `json:"first_watcher,omitempty"`
	Second     string       `json:"second_watcher,omitempty"`
	Lines      []LineOut    `json:"lines,omitempty" doc:"Of one list"`
}

// LineOut is a dossier of a list.
type LineOut struct {
	Place       int              `json:"place"`
	CaseID      ident.ID         `json:"case_id"`
	CaseNo      string           `json:"case_no"`
	Reference   string           `json:"reference"`
	CommitteeID ident.ID         `json:"committee_id"`
	Committee   string           `json:"committee"`
	Category    string           `json:"category"`
	Outcome     casework.Outcome `json:"outcome"`
	AcceptedOn  calendar.Day     `json:"accepted_on,omitempty"`
	ClosedOn    calendar.Day     `json:"closed_on,omitempty"`
	ArchivedOn  calendar.Day     `json:"archived_on"`
	Retention   string           `json:"retention"`
	Until       calendar.Day     `json:"retain_until"`
	Files       int              `json:"files"`
	Entries     int64            `json:"entries" doc:"Of its record, when the list was drawn up"`
	Head        string           `json:"head" doc:"The hash of the last of them"`
	State       string           `json:"state" doc:"waiting, destroyed, stopped"`
	Why         string           `json:"why,omitempty" doc:"What stopped it"`
	DoneAt      *time.Time       `json:"done_at,omitempty"`
}

// CandidateOut is a dossier whose time is over.
type CandidateOut struct {
	CaseID    ident.ID     `json:"case_id"`
	CaseNo    string       `json:"case_no"`
	Committee string       `json:"committee"`
	Category  string       `json:"category"`
	Retention string       `json:"retention"`
	Until     calendar.Day `json:"retain_until"`
	Bar       string       `json:"bar,omitempty" doc:"What keeps it from being destroyed"`
}

// CandidatesOut are those of a county.
type CandidatesOut struct {
	Items []CandidateOut `json:"items" nullable:"false"`
}

func listOut(l Seen) ListOut {
	out := ListOut{l.ID, l.Version, l.CountyCode, l.Name(), l.State, l.Dossiers, l.Destroyed, l.Stopped, l.SHA256, l.ProposedName, l.ProposedAt, l.DecidedName, l.DecidedAt, l.Reason, l.DoneAt, l.PaperOn, l.PaperFirst, l.PaperSecond, nil}
	for _, d := range l.Lines {
		out.Lines = append(out.Lines, LineOut{d.Place, d.CaseID, d.CaseNo, d.Reference, d.CommitteeID, d.Committee, d.Category, d.Outcome, d.AcceptedOn, d.ClosedOn, d.ArchivedOn, d.Retention, d.Until, d.Files, d.Entries, d.Head, d.State, d.Why, d.DoneAt})
	}
	return out
}

// ByID names a thing in an address.
type ByID struct {
	ID ident.ID `path:"id"`
}

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "GET", "/disposals", Reading, s.getLists, rest.Says("销毁清册，最近的在前", "Destruction lists, the newest first"))
	rest.Handle(a, "GET", "/disposal-candidates", Reading, s.getCandidates, rest.Says("保管期满、可以列入清册的卷宗", "Dossiers whose time is over, with what keeps any of them"))
	rest.Handle(a, "POST", "/disposals", Proposing, s.postList, rest.Says("编制销毁清册", "Draw up a destruction list"))
	rest.Handle(a, "GET", "/disposals/{id}", Reading, func(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[ListOut], error) {
		l, err := s.See(ctx, g, in.ID)
		return rest.See(l.Version, listOut(l)), err
	}, rest.Says("一份销毁清册", "A destruction list"))
	rest.Handle(a, "POST", "/disposals/{id}/approve", Approving, s.postApprove, rest.Says("审批销毁清册：由编制人以外的人", "Approve a list: another person than who drew it up"))
	rest.Handle(a, "POST", "/disposals/{id}/refuse", Approving, s.postRefuse, rest.Says("退回销毁清册", "Refuse a list"))
	rest.Handle(a, "POST", "/disposals/{id}/withdraw", Proposing, s.postWithdraw, rest.Says("撤回自己编制的清册", "Take back a list that one drew up"))
	rest.Handle(a, "POST", "/disposals/{id}/paper", Approving, s.postPaper, rest.Says("登记纸质卷宗已经销毁", "Note that what was on paper was destroyed"))
}

func (s *Service) getLists(ctx context.Context, g authz.Grant, in *struct{ rest.PageIn }) (*rest.Listed[ListOut], error) {
	var after ident.ID
	if _, err := in.After(ctx, &after); err != nil {
		return nil, err
	}
	rows, next, err := s.Lists(ctx, g, after, in.Limit)
	if err != nil {
		return nil, err
	}
	items := make([]ListOut, 0, len(rows))
	for _, l := range rows {
		items = append(items, listOut(Seen{List: l}))
	}
	if next.IsZero() {
		return rest.List(ctx, items, nil)
	}
	return rest.List(ctx, items, next)
}

type candidatesIn struct {
	County ident.County `query:"county_code" doc:"Left out: that of one's post"`
}

func (s *Service) getCandidates(ctx context.Context, g authz.Grant, in *candidatesIn) (*rest.Seen[CandidatesOut], error) {
	all, err := s.Candidates(ctx, g, in.County)
	out := CandidatesOut{[]CandidateOut{}}
	for _, c := range all {
		out.Items = append(out.Items, CandidateOut{c.CaseID, c.CaseNo, c.Committee, c.Category, c.Retention, c.Until, c.Bar})
	}
	return rest.See(0, out), err
}

type newBody struct{ Body NewList }

func (s *Service) postList(ctx context.Context, g authz.Grant, in *newBody) (*rest.Made[ListOut], error) {
	l, err := s.Propose(ctx, g, in.Body)
	return rest.MakeAnswer("/disposals/"+l.ID.String(), l.Version, listOut(l)), err
}

type approveBody struct {
	ByID
	rest.IfMatch
	Body struct {
		SHA256 string `json:"sha256" doc:"Of the lines that one saw"`
	}
}

func (s *Service) postApprove(ctx context.Context, g authz.Grant, in *approveBody) (*rest.Seen[ListOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	l, err := s.Approve(ctx, g, in.ID, expect, in.Body.SHA256)
	return rest.See(l.Version, listOut(l)), err
}

type refuseBody struct {
	ByID
	rest.IfMatch
	Body struct {
		Reason string `json:"reason"`
	}
}

func (s *Service) postRefuse(ctx context.Context, g authz.Grant, in *refuseBody) (*rest.Seen[ListOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	l, err := s.Refuse(ctx, g, in.ID, expect, in.Body.Reason)
	return rest.See(l.Version, listOut(l)), err
}

type withdrawBody struct {
	ByID
	rest.IfMatch
}

func (s *Service) postWithdraw(ctx context.Context, g authz.Grant, in *withdrawBody) (*rest.Seen[ListOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	l, err := s.Withdraw(ctx, g, in.ID, expect)
	return rest.See(l.Version, listOut(l)), err
}

type paperBody struct {
	ByID
	rest.IfMatch
	Body Paper
}

func (s *Service) postPaper(ctx context.Context, g authz.Grant, in *paperBody) (*rest.Seen[ListOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	l, err := s.NotePaper(ctx, g, in.ID, expect, in.Body)
	return rest.See(l.Version, listOut(l)), err
}
