package fieldwork

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// PresenceOut is a service of the five presences as the API shows it.
type PresenceOut struct {
	ID           ident.ID     `json:"id"`
	AreaCode     ident.Area   `json:"area_code"`
	Kind         Kind         `json:"kind" doc:"1 major village decisions, 2 village rules, 3 legal advice, 4 mediation of a major dispute, 5 publicity of the law"`
	ServedOn     calendar.Day `json:"served_on"`
	Provider     string       `json:"provider" doc:"lawyer or legal_worker"`
	ProviderName string       `json:"provider_name"`
	Minutes      int          `json:"minutes"`
	CaseID       ident.ID     `json:"case_id" doc:"the case that a mediation of a major dispute helped with; empty when none"`
}

func presenceOut(p PresenceService) PresenceOut {
	return PresenceOut{p.ID, p.AreaCode, p.Kind, p.ServedOn, p.Provider, p.ProviderName, p.Minutes, p.CaseID}
}

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "GET", "/fieldwork/presence-services", Reading, s.listPresence,
		rest.Says("五在场服务记录，最近的在前", "Services of the five presences, the latest day first"))
	rest.Handle(a, "POST", "/fieldwork/presence-services", Recording, s.postPresence,
		rest.Says("登记一次五在场服务", "Record a service of the five presences"))
	s.screeningRoutes(a)
}

type presenceIn struct {
	rest.PageIn
	Area ident.Area   `query:"area" doc:"empty: everything in reach"`
	Kind int          `query:"kind" minimum:"1" maximum:"5" doc:"empty: all five"`
	From calendar.Day `query:"from" doc:"served on this day or later"`
	To   calendar.Day `query:"to" doc:"served on this day or earlier"`
}

func (s *Service) listPresence(ctx context.Context, g authz.Grant, in *presenceIn) (*rest.Listed[PresenceOut], error) {
	f := Filter{Area: ident.Widen(string(in.Area)), Kind: Kind(in.Kind), From: in.From, To: in.To, Limit: in.Limit}
	if _, err := in.After(ctx, &f.After); err != nil {
		return nil, err
	}
	rows, next, err := s.List(ctx, g, f)
	if err != nil {
		return nil, err
	}
	items := make([]PresenceOut, 0, len(rows))
	for _, p := range rows {
		items = append(items, presenceOut(p))
	}
	return rest.List(ctx, items, next)
}

type presenceBody struct {
	Body struct {
		AreaCode     ident.Area   `json:"area_code" doc:"a village or community"`
		Kind         Kind         `json:"kind" minimum:"1" maximum:"5"`
		ServedOn     calendar.Day `json:"served_on" doc:"not in the future"`
		Provider     string       `json:"provider" enum:"lawyer,legal_worker"`
		ProviderName string       `json:"provider_name" maxLength:"100"`
		Minutes      int          `json:"minutes" minimum:"1" maximum:"1440"`
		CaseID       ident.ID     `json:"case_id,omitempty" doc:"only with kind 4"`
	}
}

func (s *Service) postPresence(ctx context.Context, g authz.Grant, in *presenceBody) (*rest.Made[PresenceOut], error) {
	b := in.Body
	p, err := s.Record(ctx, g, NewPresence{AreaCode: b.AreaCode, Kind: b.Kind, ServedOn: b.ServedOn, Provider: b.Provider,
		ProviderName: b.ProviderName, Minutes: b.Minutes, Case: b.CaseID.String()})
	return rest.MakeAnswer("/fieldwork/presence-services?area="+string(p.AreaCode), 0, presenceOut(p)), err
}
