package retention

import (
	"context"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// DossierOut is a dossier in the API's words.
type DossierOut struct {
	ID          ident.ID     `json:"id"`
	CaseNo      string       `json:"case_no"`
	CommitteeID ident.ID     `json:"committee_id"`
	Category    string       `json:"category"`
	AreaCode    ident.Area   `json:"area_code"`
	ArchivedAt  time.Time    `json:"archived_at"`
	Retention   string       `json:"retention" doc:"short, long or permanent"`
	Until       calendar.Day `json:"retain_until,omitempty" doc:"The last day on which it must be kept; none for ever"`
	Held        bool         `json:"held" doc:"Somebody put a hold on it"`
	DestroyedAt *time.Time   `json:"destroyed_at,omitempty" doc:"Its content was destroyed"`
	List        string       `json:"destroyed_list,omitempty" doc:"The number of the list by which"`
}

// DossierWithHolds is a dossier with every hold that was ever put on it.
type DossierWithHolds struct {
	DossierOut
	Holds []HoldOut `json:"holds" nullable:"false"`
}

// HoldOut is a hold in the API's words.
type HoldOut struct {
	ID       ident.ID   `json:"id"`
	Version  int64      `json:"version"`
	CaseID   ident.ID   `json:"case_id"`
	Reason   string     `json:"reason"`
	SetBy    string     `json:"set_by_name"`
	SetAt    time.Time  `json:"set_at"`
	Why      string     `json:"lift_reason,omitempty"`
	LiftedBy string     `json:"lifted_by_name,omitempty"`
	LiftedAt *time.Time `json:"lifted_at,omitempty"`
}

func dossierOut(d Dossier) DossierOut {
	return DossierOut{d.ID, d.CaseNo, d.CommitteeID, d.Category, d.AreaCode, d.ArchivedAt, d.Retention, d.Until, d.Held, d.DestroyedAt, d.List}
}

func holdOut(h Hold) HoldOut {
	return HoldOut{h.ID, h.Version, h.CaseID, h.Reason, h.Setter, h.SetAt, h.Why, h.Lifter, h.LiftedAt}
}

// ByID names a thing in an address.
type ByID struct {
	ID ident.ID `path:"id"`
}

type listIn struct {
	rest.PageIn
	State string `query:"state" enum:"over,held,running" default:"over" doc:"over: kept as long as they must be, and under no hold"`
}

type reasonBody struct {
	Reason string `json:"reason" doc:"Why"`
}

type setIn struct {
	ByID
	Body reasonBody
}

type liftIn struct {
	ByID
	rest.IfMatch
	Body reasonBody
}

// CountsOut are the dossiers by class.
type CountsOut struct {
	Items []Count `json:"items" nullable:"false"`
}

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "GET", "/retention", Reading, s.list, rest.Says("卷宗保管期限，先到期的在前", "How long dossiers are kept, those whose time ends first before the others"))
	rest.Handle(a, "GET", "/retention/counts", Reading, func(ctx context.Context, g authz.Grant, _ *struct{}) (*rest.Seen[CountsOut], error) {
		all, err := s.Counts(ctx, g)
		return rest.See(0, CountsOut{append([]Count{}, all...)}), err
	}, rest.Says("各保管期限的卷宗数", "Dossiers by class"))
	rest.Handle(a, "GET", "/retention/{id}", Reading, s.get, rest.Says("一份卷宗的保管期限和暂缓", "How long a dossier is kept, with its holds"))
	rest.Handle(a, "POST", "/retention/{id}/holds", Holding, func(ctx context.Context, g authz.Grant, in *setIn) (*rest.Made[HoldOut], error) {
		h, err := s.Set(ctx, g, in.ID, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return rest.MakeAnswer("/retention/"+h.CaseID.String(), h.Version, holdOut(h)), nil
	}, rest.Says("暂缓销毁", "Put a hold on a dossier"))
	rest.Handle(a, "POST", "/retention-holds/{id}/lift", Holding, func(ctx context.Context, g authz.Grant, in *liftIn) (*rest.Seen[HoldOut], error) {
		expect, err := in.Expect(g)
		if err != nil {
			return nil, err
		}
		h, err := s.Lift(ctx, g, in.ID, expect, in.Body.Reason)
		return rest.See(h.Version, holdOut(h)), err
	}, rest.Says("解除暂缓", "Lift a hold"))
}

func (s *Service) list(ctx context.Context, g authz.Grant, in *listIn) (*rest.Listed[DossierOut], error) {
	ask := Asked{State: in.State, Limit: in.Limit}
	if _, err := in.After(ctx, &ask.After); err != nil {
		return nil, err
	}
	rows, more, err := s.List(ctx, g, ask)
	if err != nil {
		return nil, err
	}
	items := make([]DossierOut, 0, len(rows))
	for _, d := range rows {
		items = append(items, dossierOut(d))
	}
	if more == nil {
		return rest.List(ctx, items, nil)
	}
	return rest.List(ctx, items, more)
}

func (s *Service) get(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[DossierWithHolds], error) {
	d, holds, err := s.See(ctx, g, in.ID)
	out := DossierWithHolds{dossierOut(d), []HoldOut{}}
	for _, h := range holds {
		out.Holds = append(out.Holds, holdOut(h))
	}
	return rest.See(0, out), err
}
