package privacy

import (
	"context"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// RequestOut is a request as its reader may see it.
type RequestOut struct {
	ID           ident.ID     `json:"id"`
	Version      int64        `json:"version"`
	Reference    string       `json:"reference"`
	CaseID       ident.ID     `json:"case_id"`
	Name         string       `json:"party,omitempty" doc:"For the chair"`
	Kind         string       `json:"kind" doc:"correction or erasure"`
	Item         string       `json:"item"`
	AttachmentID ident.ID     `json:"attachment_id,omitempty,omitzero"`
	Right        string       `json:"right,omitempty" doc:"For its party and the chair"`
	Why          string       `json:"why,omitempty"`
	State        string       `json:"state" doc:"received, proposed, decided"`
	Status       string       `json:"status" doc:"How it stands, in words"`
	Outcome      string       `json:"outcome,omitempty" doc:"done, partly, refused"`
	Reason       string       `json:"reason,omitempty"`
	Words        string       `json:"words,omitempty" doc:"The answer"`
	Kept         string       `json:"kept,omitempty" doc:"Until when it must be kept, in words"`
	KeptUntil    calendar.Day `json:"kept_until,omitempty"`
	Entry        int64        `json:"entry,omitempty" doc:"The case's entry that carried it out"`
	ReceivedAt   time.Time    `json:"received_at"`
	DueOn        calendar.Day `json:"due_on"`
	DecidedAt    *time.Time   `json:"decided_at,omitempty"`
	Decides      bool         `json:"may_decide,omitempty"`
	Confirms     bool         `json:"may_confirm,omitempty"`
}

func requestOut(ctx context.Context, r Seen) RequestOut {
	lang := rest.Lang(ctx)
	out := RequestOut{ID: r.ID, Version: r.Version, Reference: r.Reference, CaseID: r.CaseID, Name: r.Name, Kind: r.Kind, Item: r.Item, AttachmentID: r.AttachmentID,
		Right: r.Right, Why: r.Why, State: r.State, Status: r.Status(lang), ReceivedAt: r.ReceivedAt, DueOn: r.DueOn, Decides: r.Decides, Confirms: r.Confirms}
	if r.State == Decided || !r.Own {
		out.Outcome, out.Reason, out.Words, out.Kept, out.KeptUntil, out.Entry, out.DecidedAt = r.Outcome, r.Reason, r.Words, r.Kept(lang), r.KeptUntil, r.Entry, r.DecidedAt
	}
	return out
}

// ByID names a thing in an address.
type ByID struct {
	ID ident.ID `path:"id"`
}

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "GET", "/cases/{id}/data", Asking, s.getCopy, rest.Says("本人的信息副本", "A copy of one's own data"))
	rest.Handle(a, "POST", "/cases/{id}/data-requests", Asking, s.postRequest, rest.Says("申请更正或删除本人的信息", "Ask to have one's own data corrected or erased"))
	rest.Handle(a, "GET", "/cases/{id}/data-requests", Reading, s.listOfCase, rest.Says("一件案子的个人信息申请", "Requests about personal data of a case"))
	rest.Handle(a, "GET", "/data-requests", Reading, s.listAll, rest.Says("个人信息申请，先到期的在前", "Requests about personal data, those due first"))
	rest.Handle(a, "GET", "/data-requests/{id}", Reading, s.getRequest, rest.Says("一件个人信息申请", "A request about personal data"))
	rest.Handle(a, "POST", "/data-requests/{id}/decide", Deciding, s.postDecide, rest.Says("答复个人信息申请", "Answer a request about personal data"))
	rest.Handle(a, "POST", "/data-requests/{id}/confirm", Confirming, s.postConfirm, rest.Says("核准删除（第二人）", "Confirm an erasure, as the second person"))
}

func (s *Service) getCopy(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[Copy], error) {
	c, err := s.Copy(ctx, g, in.ID, rest.Lang(ctx), func(e casework.Event) string { return string(e) })
	return rest.See(0, c), err
}

type requestBody struct {
	ByID
	Body NewRequest
}

func (s *Service) postRequest(ctx context.Context, g authz.Grant, in *requestBody) (*rest.Made[RequestOut], error) {
	r, err := s.Ask(ctx, g, in.ID, in.Body)
	if err != nil {
		return nil, err
	}
	return rest.MakeAnswer("/data-requests/"+r.ID.String(), r.Version, requestOut(ctx, r)), nil
}

func (s *Service) listOfCase(ctx context.Context, g authz.Grant, in *ByID) (*rest.Listed[RequestOut], error) {
	return s.list(ctx, g, in.ID)
}

func (s *Service) listAll(ctx context.Context, g authz.Grant, _ *struct{}) (*rest.Listed[RequestOut], error) {
	return s.list(ctx, g, ident.ID{})
}

func (s *Service) list(ctx context.Context, g authz.Grant, caseID ident.ID) (*rest.Listed[RequestOut], error) {
	rows, err := s.List(ctx, g, caseID)
	if err != nil {
		return nil, err
	}
	items := make([]RequestOut, 0, len(rows))
	for _, r := range rows {
		items = append(items, requestOut(ctx, r))
	}
	return rest.List(ctx, items, nil)
}

func (s *Service) getRequest(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[RequestOut], error) {
	r, err := s.See(ctx, g, in.ID)
	return rest.See(r.Version, requestOut(ctx, r)), err
}

type decideIn struct {
	ByID
	rest.IfMatch
	Body Decision
}

func (s *Service) postDecide(ctx context.Context, g authz.Grant, in *decideIn) (*rest.Seen[RequestOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	r, err := s.Decide(ctx, g, in.ID, expect, in.Body)
	return rest.See(r.Version, requestOut(ctx, r)), err
}

type confirmIn struct {
	ByID
	rest.IfMatch
	Body Confirmation
}

func (s *Service) postConfirm(ctx context.Context, g authz.Grant, in *confirmIn) (*rest.Seen[RequestOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	r, err := s.Confirm(ctx, g, in.ID, expect, in.Body)
	return rest.See(r.Version, requestOut(ctx, r)), err
}
