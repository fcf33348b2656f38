package workshop

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/clause"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
	"fengqiao/internal/rest"
)

type clausesIn struct {
	Category string `query:"category" doc:"A kind of dispute. Default: every clause"`
}

// ClauseOut is a clause of the library in the reader's language.
type ClauseOut struct {
	clause.Clause
	Name string `json:"name"`
}

type fillIn struct {
	ID   string `path:"id"`
	Body struct {
		CaseID ident.ID          `json:"case_id" doc:"Whose parties stand in it"`
		Values map[string]string `json:"values" doc:"By the name of the place: an id of a party, an amount in yuan, a day, an hour, a number, words"`
	}
}

// FilledOut is a term as it goes into a draft.
type FilledOut struct {
	casework.Term
	Amount  money.Fen `json:"amount_fen,omitempty" doc:"Of the whole"`
	Figures string    `json:"figures,omitempty"`
	Capital string    `json:"capital,omitempty" doc:"The same amount in capitals"`
}

type checkIn struct {
	ID   ident.ID `path:"id"`
	Body struct {
		Form string `json:"form,omitempty" doc:"written (default) or oral"`
		casework.DraftAgreement
	}
}

type byCase struct {
	ID ident.ID `path:"id"`
}

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "GET", "/clauses", ReadingClauses, func(ctx context.Context, _ authz.Grant, in *clausesIn) (*rest.Listed[ClauseOut], error) {
		var out []ClauseOut
		for _, c := range clause.For(in.Category, s.today()) {
			out = append(out, ClauseOut{c, c.Name().In(rest.Lang(ctx))})
		}
		return rest.List(ctx, out, nil)
	}, rest.Says("条款库", "The library of clauses"))
	rest.Handle(a, "POST", "/clauses/{id}/fill", ReadingClauses, func(ctx context.Context, g authz.Grant, in *fillIn) (*rest.Seen[FilledOut], error) {
		t, err := s.Fill(ctx, g, in.Body.CaseID, in.ID, in.Body.Values)
		if err != nil {
			return nil, err
		}
		out := FilledOut{Term: t, Amount: owed(t)}
		if out.Amount > 0 {
			out.Figures, out.Capital = out.Amount.String(), out.Amount.Capital()
		}
		return rest.See(0, out), nil
	}, rest.Says("填写一条条款（不改变案件）", "Fill a clause in; nothing of the case changes"))
	rest.Handle(a, "POST", "/cases/{id}/agreement-check", Checking, func(ctx context.Context, g authz.Grant, in *checkIn) (*rest.Seen[Checked], error) {
		form := in.Body.Form
		if form == "" {
			form = casework.Written
		}
		out, err := s.Check(ctx, g, in.ID, form, in.Body.DraftAgreement, rest.Lang(ctx))
		return rest.See(0, out), err
	}, rest.Says("检查协议草稿（不改变案件）", "Read the draft of an agreement; nothing changes"))
	rest.Handle(a, "GET", "/cases/{id}/similar", Comparing, func(ctx context.Context, g authz.Grant, in *byCase) (*rest.Seen[Similar], error) {
		out, err := s.Similar(ctx, g, in.ID)
		return rest.See(0, out), err
	}, rest.Says("同类案件怎样达成（不含姓名和地点）", "How cases of the same kind were settled, without names or places"))
}
