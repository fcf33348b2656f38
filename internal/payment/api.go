package payment

import (
	"context"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
	"fengqiao/internal/rest"
)

// BatchOut is a batch as the API shows it.
type BatchOut struct {
	ID         ident.ID     `json:"id"`
	Version    int64        `json:"version"`
	CountyCode ident.County `json:"county_code"`
	Number     int          `json:"number"`
	Kind       string       `json:"kind"`
	From       calendar.Day `json:"from"`
	To         calendar.Day `json:"to"`
	Claims     int          `json:"claims"`
	Fen        money.Fen    `json:"fen"`
	Capital    string       `json:"capital" doc:"The amount in capitals"`
	SHA256     string       `json:"sha256" doc:"Of the lines: what is signed"`
	State      string       `json:"state" doc:"open, signed_once, signed, paid"`
	First      string       `json:"first_signed_by,omitempty"`
	FirstAt    *time.Time   `json:"first_signed_at,omitempty"`
	Second     string       `json:"second_signed_by,omitempty"`
	SecondAt   *time.Time   `json:"second_signed_at,omitempty"`
	PaidOn     calendar.Day `json:"paid_on,omitempty"`
	Held       []HeldOut    `json:"held" doc:"What stayed out when it was made, and why"`
	Lines      []LineOut    `json:"lines,omitempty" doc:"Of one batch"`
	NoAccount  []string     `json:"no_account,omitempty" doc:"Of one batch: who has entered no account"`
	Exports    []ExportOut  `json:"exports,omitempty" doc:"Of one batch: who took its payment list"`
}

// LineOut is one person's part of one claim.
type LineOut struct {
	ClaimID ident.ID  `json:"claim_id"`
	Called  string    `json:"called"`
	Name    string    `json:"name"`
	Fen     money.Fen `json:"fen"`
}

// ExportOut is a payment list that was taken.
type ExportOut struct {
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Format  string    `json:"format"`
	Persons int       `json:"persons"`
	Fen     money.Fen `json:"fen"`
}

func batchOut(b BatchSeen) BatchOut {
	out := BatchOut{b.ID, b.Version, b.CountyCode, b.Number, b.Kind, b.FromOn, b.ToOn, b.Claims, b.Fen, b.Capital(), b.SHA256, b.State, b.FirstName, b.FirstAt, b.SecondName, b.SecondAt, b.PaidOn,
		append([]HeldOut{}, b.Held...), nil, b.NoAccess, nil}
	for _, l := range b.Lines {
		out.Lines = append(out.Lines, LineOut{l.ClaimID, l.Called, l.Name, l.Fen})
	}
	for _, e := range b.Exports {
		out.Exports = append(out.Exports, ExportOut{e.TakenName, e.TakenAt, e.Format, e.Persons, e.Fen})
	}
	return out
}

// ByID names a thing in an address.
type ByID struct {
	ID ident.ID `path:"id"`
}

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "GET", "/subsidy/batches", Paying, s.listBatches, rest.Says("发放批次，最近的在前", "Batches, the newest first"))
	rest.Handle(a, "POST", "/subsidy/batches", Paying, s.postBatch, rest.Says("编制发放批次", "Make a batch of what was approved"))
	rest.Handle(a, "GET", "/subsidy/batches/{id}", Paying, s.getBatch, rest.Says("一个发放批次", "A batch"))
	rest.Handle(a, "POST", "/subsidy/batches/{id}/sign", Paying, s.postSign, rest.Says("签一个发放批次", "Sign a batch"))
	rest.Handle(a, "POST", "/subsidy/batches/{id}/take-out", Paying, s.postTakeOut, rest.Says("从批次移出一件申报", "Take a claim out of a batch"))
	rest.Handle(a, "POST", "/subsidy/batches/{id}/paid", Paying, s.postPaid, rest.Says("登记已经发放", "Record that a batch was paid"))
	rest.Handle(a, "POST", "/subsidy/batches/{id}/payment-list", Paying, s.postPayList, rest.Says("导出发放清单", "Take the payment list of a signed batch"))
	rest.Handle(a, "GET", "/subsidy/account", Owning, s.getOwnAccount, rest.Says("我的收款账户（遮盖）", "One's own account, masked"))
	rest.Handle(a, "PUT", "/subsidy/account", Owning, s.putOwnAccount, rest.Says("登记我的收款账户", "Enter one's own account"))
	rest.Handle(a, "GET", "/subsidy/accounts/{id}", Paying, s.getAccount, rest.Says("一位调解员的收款账户（遮盖）", "A mediator's account, masked"))
	rest.Handle(a, "PUT", "/subsidy/accounts/{id}", Paying, s.putAccount, rest.Says("登记一位调解员的收款账户", "Enter a mediator's account"))
}

func (s *Service) listBatches(ctx context.Context, g authz.Grant, in *struct{ rest.PageIn }) (*rest.Listed[BatchOut], error) {
	var after ident.ID
	if _, err := in.After(ctx, &after); err != nil {
		return nil, err
	}
	rows, next, err := s.Batches(ctx, g, after, in.Limit)
	if err != nil {
		return nil, err
	}
	items := make([]BatchOut, 0, len(rows))
	for _, b := range rows {
		items = append(items, batchOut(BatchSeen{Batch: b}))
	}
	return rest.List(ctx, items, position(next))
}

type batchBody struct{ Body NewBatch }

func (s *Service) postBatch(ctx context.Context, g authz.Grant, in *batchBody) (*rest.Made[BatchOut], error) {
	b, err := s.Compose(ctx, g, in.Body)
	return rest.MakeAnswer("/subsidy/batches/"+b.ID.String(), b.Version, batchOut(b)), err
}

func (s *Service) getBatch(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[BatchOut], error) {
	b, err := s.SeeBatch(ctx, g, in.ID)
	return rest.See(b.Version, batchOut(b)), err
}

type signBody struct {
	ByID
	rest.IfMatch
	Body struct {
		SHA256 string `json:"sha256" doc:"Of the lines that the signer saw"`
	}
}

func (s *Service) postSign(ctx context.Context, g authz.Grant, in *signBody) (*rest.Seen[BatchOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	b, err := s.Sign(ctx, g, in.ID, expect, in.Body.SHA256)
	return rest.See(b.Version, batchOut(b)), err
}

type takeOutBody struct {
	ByID
	rest.IfMatch
	Body struct {
		Claim  ident.ID `json:"claim_id"`
		Reason string   `json:"reason"`
	}
}

func (s *Service) postTakeOut(ctx context.Context, g authz.Grant, in *takeOutBody) (*rest.Seen[BatchOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	b, err := s.TakeOut(ctx, g, in.ID, in.Body.Claim, expect, in.Body.Reason)
	return rest.See(b.Version, batchOut(b)), err
}

type paidBody struct {
	ByID
	rest.IfMatch
	Body struct {
		PaidOn calendar.Day `json:"paid_on"`
	}
}

func (s *Service) postPaid(ctx context.Context, g authz.Grant, in *paidBody) (*rest.Seen[BatchOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	b, err := s.PayOut(ctx, g, in.ID, expect, in.Body.PaidOn)
	return rest.See(b.Version, batchOut(b)), err
}

type payListBody struct {
	ByID
	Body struct {
		Format string `json:"format" doc:"xlsx or csv"`
	}
}

func (s *Service) postPayList(ctx context.Context, g authz.Grant, in *payListBody) (*rest.Stream, error) {
	list, err := s.TakePayList(ctx, g, in.ID, in.Body.Format)
	if err != nil {
		return nil, err
	}
	return rest.Download(list.Name(), list.Format.MediaType(), list.Write), nil
}

// AccountOut is an account, masked.
type AccountOut struct {
	Entered   bool       `json:"entered"`
	Version   int64      `json:"version"`
	Holder    string     `json:"holder,omitempty"`
	Bank      string     `json:"bank,omitempty"`
	Number    string     `json:"number,omitempty" doc:"The last four digits"`
	EnteredAt *time.Time `json:"entered_at,omitempty"`
}

func accountOut(m Masked) AccountOut {
	out := AccountOut{Entered: m.Entered, Version: m.Version, Holder: m.Holder, Bank: m.Bank, Number: m.Number}
	if m.Entered {
		out.EnteredAt = &m.At
	}
	return out
}

func (s *Service) getOwnAccount(ctx context.Context, g authz.Grant, _ *struct{}) (*rest.Seen[AccountOut], error) {
	m, err := s.AccountOf(ctx, g, ident.ID{})
	return rest.See(m.Version, accountOut(m)), err
}

type accountBody struct {
	Body struct {
		NewAccount
		Version int64 `json:"version,omitempty" doc:"That was seen; left out where none is entered"`
	}
}

func (s *Service) putOwnAccount(ctx context.Context, g authz.Grant, in *accountBody) (*rest.Seen[AccountOut], error) {
	m, err := s.SetAccount(ctx, g, ident.ID{}, in.Body.Version, in.Body.NewAccount)
	return rest.See(m.Version, accountOut(m)), err
}

func (s *Service) getAccount(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[AccountOut], error) {
	m, err := s.AccountOf(ctx, g, in.ID)
	return rest.See(m.Version, accountOut(m)), err
}

type accountOfBody struct {
	ByID
	accountBody
}

func (s *Service) putAccount(ctx context.Context, g authz.Grant, in *accountOfBody) (*rest.Seen[AccountOut], error) {
	m, err := s.SetAccount(ctx, g, in.ID, in.Body.Version, in.Body.NewAccount)
	return rest.See(m.Version, accountOut(m)), err
}

// position is where a list goes on; nil when that was all.
func position(next ident.ID) *ident.ID {
	if next.IsZero() {
		return nil
	}
	return &next
}
