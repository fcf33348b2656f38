package holding

import (
	"context"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

type listIn struct {
	rest.PageIn
	State string `query:"state" enum:"waiting,dropped,destroyed,released" default:"waiting"`
}

// ByID names a filing in an address.
type ByID struct {
	ID ident.ID `path:"id"`
}

type releaseIn struct {
	ByID
	Body Mending
}

// filerIn is how a filer shows which filing is theirs.
type filerIn struct {
	Body struct {
		Reference string `json:"reference"`
		Code      string `json:"access_code" doc:"What was given when it was filed"`
	}
}

type proofIn struct {
	Body struct {
		Reference string `json:"reference"`
		Access    string `json:"access_code" doc:"What was given when it was filed"`
		Code      string `json:"code" doc:"Six digits, as sent to the telephone"`
	}
}

type dropIn struct {
	ByID
	Body Drop
}

// SumsOut are the filings by state and reason.
type SumsOut struct {
	Items []Sum `json:"items" nullable:"false"`
}

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "GET", "/held-filings", Reading, s.listOut, rest.Says("待核实的来件", "Filings that wait for a look"))
	rest.Handle(a, "GET", "/held-filings/counts", Reading, func(ctx context.Context, g authz.Grant, _ *struct{}) (*rest.Seen[SumsOut], error) {
		all, err := s.Sums(ctx, g)
		return rest.See(0, SumsOut{append([]Sum{}, all...)}), err
	}, rest.Says("待核实来件的数目", "How many wait, were dropped or became cases"))
	rest.Handle(a, "GET", "/held-filings/{id}", Reading, func(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[Held], error) {
		h, err := s.See(ctx, g, in.ID)
		return rest.See(0, h), err
	}, rest.Says("查看一份待核实的来件（留记录）", "Read one; the look is noted"))
	rest.Handle(a, "POST", "/held-filings/{id}/release", Clearing, func(ctx context.Context, g authz.Grant, in *releaseIn) (*rest.Seen[Held], error) {
		return s.answer(ctx, g, in.ID, s.Release(ctx, g, in.ID, in.Body))
	}, rest.Says("登记为案件", "Make a case of it"))
	rest.Handle(a, "POST", "/held-filings/{id}/drop", Clearing, func(ctx context.Context, g authz.Grant, in *dropIn) (*rest.Seen[Held], error) {
		return s.answer(ctx, g, in.ID, s.Drop(ctx, g, in.ID, in.Body))
	}, rest.Says("不登记，7 天内可以恢复", "Put it aside; seven days to undo"))
	rest.Handle(a, "POST", "/held-filings/{id}/restore", Clearing, func(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[Held], error) {
		return s.answer(ctx, g, in.ID, s.Restore(ctx, g, in.ID))
	}, rest.Says("恢复为待核实", "Take a dropping back"))
	s.filerRoutes(a)
}

// codeRate is how often one client may ask for codes or try them; the bounds that hold across programs are in bounds.go.
var codeRate = rest.Rate{PerSecond: 0.3, Burst: 20, Wait: 3 * time.Second}

func (s *Service) filerRoutes(a *rest.API) {
	pace := rest.NewThrottle(codeRate, s.Store.Now)
	rest.Handle(a, "POST", "/filing-codes", Proving, func(ctx context.Context, g authz.Grant, in *filerIn) (*rest.Made[CodeSent], error) {
		out, err := s.SendCode(ctx, g, casework.Key{Reference: in.Body.Reference, Code: in.Body.Code, Address: rest.Client(ctx)})
		answer := rest.MakeAnswer("", 0, out)
		answer.Location = ""
		return answer, err
	}, rest.Says("给待核实来件所填的手机发验证码", "Send a code to the telephone of one's own filing that waits"), rest.Throttled(pace))
	rest.Handle(a, "POST", "/filing-codes/confirm", Proving, func(ctx context.Context, g authz.Grant, in *proofIn) (*rest.Made[casework.Filed], error) {
		f, err := s.Prove(ctx, g, casework.Key{Reference: in.Body.Reference, Code: in.Body.Access, Address: rest.Client(ctx)}, in.Body.Code)
		f.View = f.View.In(rest.Lang(ctx))
		return rest.MakeAnswer("/cases/"+f.ID.String(), f.Version, f), err
	}, rest.Says("填验证码，马上登记为案件", "Enter the code: the filing becomes a case at once"), rest.Throttled(pace))
}

// answer shows a filing as an act left it; sent again it shows the same.
func (s *Service) answer(ctx context.Context, g authz.Grant, id ident.ID, err error) (*rest.Seen[Held], error) {
	if err != nil && !isDone(err) {
		return nil, err
	}
	h, err := s.See(ctx, g, id)
	return rest.See(0, h), err
}

func (s *Service) listOut(ctx context.Context, g authz.Grant, in *listIn) (*rest.Listed[Held], error) {
	ask := Asked{State: in.State, Limit: in.Limit}
	if _, err := in.After(ctx, &ask.After); err != nil {
		return nil, err
	}
	items, next, err := s.List(ctx, g, ask)
	if err != nil {
		return nil, err
	}
	items = append([]Held{}, items...)
	if next == nil {
		return rest.List(ctx, items, nil)
	}
	return rest.List(ctx, items, next)
}
