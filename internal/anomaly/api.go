package anomaly

import (
	"context"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// FlagOut is a flag in the API's words.
type FlagOut struct {
	ID          ident.ID     `json:"id"`
	Version     int64        `json:"version"`
	CaseID      ident.ID     `json:"case_id"`
	CommitteeID ident.ID     `json:"committee_id"`
	AreaCode    ident.Area   `json:"area_code"`
	Rule        string       `json:"rule"`
	Name        string       `json:"rule_name"`
	Weight      int          `json:"weight" doc:"1 says little by itself, 3 much"`
	Says        string       `json:"says" doc:"What was seen"`
	Advice      string       `json:"advice" doc:"What to look at"`
	Evidence    Evidence     `json:"evidence"`
	FoundOn     calendar.Day `json:"found_on"`
	State       string       `json:"state" doc:"open or cleared"`
	ClearedBy   ident.ID     `json:"cleared_by,omitempty,omitzero"`
	ClearedAt   *time.Time   `json:"cleared_at,omitempty"`
	Reason      string       `json:"reason,omitempty"`
}

// FlagDetail is a flag with what belongs to clearing it.
type FlagDetail struct {
	FlagOut
	Clearer  string `json:"cleared_by_name,omitempty"`
	Together int    `json:"together" doc:"Open flags within reach that rest on the same evidence"`
}

// ClearedOut is what was cleared.
type ClearedOut struct {
	FlagOut
	Cleared int `json:"cleared" doc:"How many flags in all"`
}

// FoundOut says how many flags are new.
type FoundOut struct {
	Found int `json:"found"`
}

func flagOut(ctx context.Context, f Flag) FlagOut {
	rule, _ := RuleOf(f.Rule)
	lang := rest.Lang(ctx)
	return FlagOut{f.ID, f.Version, f.CaseID, f.CommitteeID, f.AreaCode, f.Rule, rule.Name.In(lang), f.Weight, f.Says().In(lang), rule.Advice.In(lang), f.Evidence, f.FoundOn,
		f.State, f.ClearedBy, f.ClearedAt, f.Reason}
}

// ByID names a flag in an address.
type ByID struct {
	ID ident.ID `path:"id"`
}

type flagsIn struct {
	rest.PageIn
	State string   `query:"state" maxLength:"20" doc:"open (default) or cleared"`
	Rule  string   `query:"rule" maxLength:"40"`
	Case  ident.ID `query:"case_id"`
	Order string   `query:"order" enum:"newest,oldest,weight" default:"newest"`
}

// place is where a page of a list ended.
type place struct {
	ID     ident.ID
	Weight int
}

type clearIn struct {
	ByID
	rest.IfMatch
	Body struct {
		Reason   string `json:"reason" doc:"What was looked into and what came of it, at least ten characters"`
		Together bool   `json:"together,omitempty" doc:"Clear the other open flags of the same evidence too"`
	}
}

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "GET", "/anomalies", Reading, s.listFlags, rest.Says("需要核实的情况", "What should be looked into"))
	rest.Handle(a, "GET", "/anomalies/{id}", Reading, s.getFlag, rest.Says("一条核实提示和依据", "One flag with its evidence"))
	rest.Handle(a, "POST", "/anomalies/{id}/clear", Clearing, s.postClear, rest.Says("记录核实结果", "Record that somebody looked, and why the case may go on"))
	rest.Handle(a, "POST", "/anomalies/look", Looking, func(ctx context.Context, g authz.Grant, _ *struct{}) (*rest.Seen[FoundOut], error) {
		n, err := s.LookAgain(ctx, g)
		return rest.See(0, FoundOut{n}), err
	}, rest.Says("现在再查一遍", "Look again now"))
}

var orders = map[string]string{"newest": ByNew, "oldest": ByAge, "weight": ByWeight}

func (s *Service) listFlags(ctx context.Context, g authz.Grant, in *flagsIn) (*rest.Listed[FlagOut], error) {
	ask := Asked{State: in.State, Rule: in.Rule, Case: in.Case, By: orders[in.Order], Limit: in.Limit}
	var at place
	if _, err := in.After(ctx, &at); err != nil {
		return nil, err
	}
	ask.After, ask.AfterWeight = at.ID, at.Weight
	rows, next, err := s.List(ctx, g, ask)
	if err != nil {
		return nil, err
	}
	items := make([]FlagOut, 0, len(rows))
	for _, f := range rows {
		items = append(items, flagOut(ctx, f))
	}
	if next == nil {
		return rest.List(ctx, items, nil)
	}
	return rest.List(ctx, items, &place{next.ID, next.Weight})
}

func (s *Service) getFlag(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[FlagDetail], error) {
	f, err := s.See(ctx, g, in.ID)
	return rest.See(f.Version, FlagDetail{flagOut(ctx, f.Flag), f.Clearer, f.Together}), err
}

func (s *Service) postClear(ctx context.Context, g authz.Grant, in *clearIn) (*rest.Seen[ClearedOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	f, n, err := s.Clear(ctx, g, in.ID, expect, in.Body.Reason, in.Body.Together)
	return rest.See(f.Version, ClearedOut{flagOut(ctx, f), n}), err
}
