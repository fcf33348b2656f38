package reads

import (
	"context"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "GET", "/reads", Auditing, s.listLooks, rest.Says("查阅记录，最近的在前", "Who looked at cases, newest first"))
	rest.Handle(a, "GET", "/cases/{id}/reads", OfCase, s.listOfCase, rest.Says("谁查阅过本案", "Who looked at a case"))
}

// LookOut is a look as it is answered.
type LookOut struct {
	On        calendar.Day `json:"on"`
	At        *time.Time   `json:"at" nullable:"true" doc:"The first time on that day; for the auditor only"`
	Kind      string       `json:"kind" enum:"case,timeline,messages,attachment,papers,numbers,dossier,review,note,requests,screen,look_up,held,complaints,list"`
	Role      actor.Role   `json:"role"`
	Office    string       `json:"office"`
	Name      string       `json:"name" doc:"Empty where it is not told: a party is told the names of a committee's people, and the office of everybody else and of whoever reviews its dossier"`
	CaseID    *ident.ID    `json:"case_id" nullable:"true" doc:"None for a list"`
	Reference string       `json:"reference"`
}

func lookOut(t Told) LookOut {
	out := LookOut{On: t.ReadOn, Kind: t.Kind, Role: t.Role, Office: t.Office, Name: t.Name, Reference: t.Reference}
	if !t.CaseID.IsZero() {
		out.CaseID = &t.CaseID
	}
	return out
}

type looksIn struct {
	rest.PageIn
	Name      string       `query:"name" doc:"Of who looked, whole"`
	Reference string       `query:"reference"`
	From      calendar.Day `query:"from"`
	To        calendar.Day `query:"to"`
}

func (s *Service) listLooks(ctx context.Context, g authz.Grant, in *looksIn) (*rest.Listed[LookOut], error) {
	f := Filter{Name: in.Name, Reference: in.Reference, From: in.From, To: in.To, Limit: in.Limit}
	if _, err := in.After(ctx, &f.After); err != nil {
		return nil, err
	}
	rows, next, err := s.Looks(ctx, g, f)
	if err != nil {
		return nil, err
	}
	items := make([]LookOut, 0, len(rows))
	for _, t := range rows {
		one := lookOut(t)
		one.At = &t.ReadAt
		items = append(items, one)
	}
	if next.IsZero() {
		return rest.List(ctx, items, nil)
	}
	return rest.List(ctx, items, next)
}

type ofCaseIn struct {
	ID ident.ID `path:"id"`
}

// LooksOut are the looks at one case.
type LooksOut struct {
	Items []LookOut `json:"items" nullable:"false"`
}

func (s *Service) listOfCase(ctx context.Context, g authz.Grant, in *ofCaseIn) (*rest.Seen[LooksOut], error) {
	rows, err := s.Of(ctx, g, in.ID)
	out := LooksOut{Items: []LookOut{}}
	for _, t := range rows {
		out.Items = append(out.Items, lookOut(t))
	}
	return rest.See(0, out), err
}
