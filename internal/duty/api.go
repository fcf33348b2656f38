package duty

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

type oneIn struct {
	ID ident.ID `path:"id"`
}

type leaveIn struct {
	ID   ident.ID `path:"id"`
	Body Leave
}

type backIn struct {
	ID      ident.ID `path:"id"`
	Absence ident.ID `path:"absence"`
}

type languagesIn struct {
	ID   ident.ID `path:"id"`
	Body struct {
		Languages []string `json:"languages" nullable:"false" doc:"Beside standard Chinese, such as 闽南语"`
	}
}

// LeaveOut is an absence as it was entered, and what became of the cases.
type LeaveOut struct {
	ID      ident.ID                `json:"id"`
	From    calendar.Day            `json:"from"`
	To      calendar.Day            `json:"to"`
	Cover   ident.ID                `json:"cover_mediator_id,omitempty,omitzero"`
	Covered casework.HandOverResult `json:"covered" doc:"Cases into which the cover was let, and those into which they could not be"`
}

// Done says that it was done.
type Done struct {
	Done bool `json:"done"`
}

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "GET", "/cases/{id}/proposal", Proposing, func(ctx context.Context, g authz.Grant, in *oneIn) (*rest.Listed[Candidate], error) {
		all, err := s.Propose(ctx, g, in.ID)
		for i := range all {
			all[i] = all[i].In(rest.Lang(ctx))
		}
		if err != nil {
			return nil, err
		}
		return rest.List(ctx, all, nil)
	}, rest.Says("建议由谁承办，以及理由", "Whom one would propose for a case, and why"))
	rest.Handle(a, "POST", "/registry/mediators/{id}/absences", Managing, func(ctx context.Context, g authz.Grant, in *leaveIn) (*rest.Made[LeaveOut], error) {
		out, err := s.GoAway(ctx, g, in.ID, in.Body)
		if err != nil {
			return nil, err
		}
		for i := range out.Covered.LeftOut {
			out.Covered.LeftOut[i].Why = out.Covered.LeftOut[i].Text.In(rest.Lang(ctx))
		}
		a := out.Absence
		return rest.MakeAnswer("/registry/mediators/"+in.ID.String()+"/absences/"+a.ID.String(), 0, LeaveOut{a.ID, a.FromOn, a.ToOn, a.CoverID, out.Covered}), nil
	}, rest.Says("登记调解员请假和代班", "Enter a mediator's leave, and who stands in"))
	rest.Handle(a, "POST", "/registry/mediators/{id}/absences/{absence}/end", Managing, func(ctx context.Context, g authz.Grant, in *backIn) (*rest.Seen[Done], error) {
		err := s.ComeBack(ctx, g, in.ID, in.Absence)
		return rest.See(0, Done{err == nil}), err
	}, rest.Says("调解员回岗", "A mediator is back"))
	rest.Handle(a, "PUT", "/registry/mediators/{id}/languages", Managing, func(ctx context.Context, g authz.Grant, in *languagesIn) (*rest.Seen[Done], error) {
		err := s.Speak(ctx, g, in.ID, in.Body.Languages)
		return rest.See(0, Done{err == nil}), err
	}, rest.Says("调解员会说的语言", "The languages that a mediator speaks"))
}
