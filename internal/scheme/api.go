package scheme

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// PublishedOut is a scheme as the API shows it.
type PublishedOut struct {
	ID        ident.ID     `json:"id"`
	AreaCode  ident.Area   `json:"area_code"`
	Kind      string       `json:"kind" doc:"case or post"`
	Name      string       `json:"name"`
	Number    int          `json:"number" doc:"Of the area's schemes of this kind"`
	ValidFrom calendar.Day `json:"valid_from"`
	ValidTo   calendar.Day `json:"valid_to"`
	EndedOn   calendar.Day `json:"ended_on,omitempty" doc:"Its last day, where it was ended before"`
	Basis     string       `json:"basis"`
	Terms     Terms        `json:"terms"`
	SHA256    string       `json:"sha256" doc:"Of the terms, as they are kept: claims carry it"`
	Used      bool         `json:"used" doc:"Somebody has claimed by it: it is not withdrawn any more"`
	Factors   []FactorOut  `json:"factors,omitempty"`
}

// FactorOut is the factor of a year.
type FactorOut struct {
	Year  int    `json:"year"`
	Per   int    `json:"per_ten_thousand"`
	Basis string `json:"basis"`
}

func schemeOut(s Seen) PublishedOut {
	out := PublishedOut{s.ID, s.AreaCode, s.Kind, s.Name, s.Number, s.ValidFrom, s.ValidTo, s.EndedOn, s.Basis, s.Terms, s.SHA256, s.Used, nil}
	for _, f := range s.Factors {
		out.Factors = append(out.Factors, FactorOut{f.Year, f.Per, f.Basis})
	}
	return out
}

// ByID names a thing in an address.
type ByID struct {
	ID ident.ID `path:"id"`
}

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "GET", "/subsidy/schemes", Reading, s.listSchemes, rest.Says("补贴办法，最新的在前", "Subsidy schemes, the newest first"))
	rest.Handle(a, "POST", "/subsidy/schemes", Publishing, s.postScheme, rest.Says("发布补贴办法", "Publish a subsidy scheme"))
	rest.Handle(a, "GET", "/subsidy/schemes/{id}", Reading, s.getScheme, rest.Says("一个补贴办法", "A subsidy scheme"))
	rest.Handle(a, "POST", "/subsidy/schemes/{id}/end", Publishing, s.postEnd, rest.Says("提前结束补贴办法", "End a scheme before its last day"))
	rest.Handle(a, "POST", "/subsidy/schemes/{id}/withdraw", Publishing, s.postWithdraw, rest.Says("撤回没有使用过的补贴办法", "Withdraw a scheme by which nothing was claimed"))
	rest.Handle(a, "POST", "/subsidy/schemes/{id}/factors", Publishing, s.postFactor, rest.Says("公布一年的调整系数", "Set the factor of a year"))
}

type schemesIn struct {
	rest.PageIn
	Area ident.Area `query:"area" doc:"Its own schemes, and its city's; empty: the area of one's post"`
}

func (s *Service) listSchemes(ctx context.Context, g authz.Grant, in *schemesIn) (*rest.Listed[PublishedOut], error) {
	ask := Asked{Area: ident.Widen(string(in.Area)), Limit: in.Limit}
	if ask.Area == "" {
		ask.Area = placeOf(g)
	}
	if _, err := in.After(ctx, &ask.After); err != nil {
		return nil, err
	}
	rows, next, err := s.List(ctx, g, ask)
	if err != nil {
		return nil, err
	}
	items := make([]PublishedOut, 0, len(rows))
	for _, r := range rows {
		items = append(items, schemeOut(Seen{Scheme: r}))
	}
	var position *ident.ID
	if !next.IsZero() {
		position = &next
	}
	return rest.List(ctx, items, position)
}

// placeOf is where a reader looks: the area of their post, or the county of their committee.
func placeOf(g authz.Grant) ident.Area {
	for _, p := range g.By().Posts {
		switch {
		case p.Area != "":
			return p.Area
		case !p.Committee.IsZero():
			return p.Committee.County().Area()
		}
	}
	return ""
}

type schemeBody struct{ Body NewScheme }

func (s *Service) postScheme(ctx context.Context, g authz.Grant, in *schemeBody) (*rest.Made[PublishedOut], error) {
	out, err := s.Publish(ctx, g, in.Body)
	return rest.MakeAnswer("/subsidy/schemes/"+out.ID.String(), 0, schemeOut(Seen{Scheme: out})), err
}

func (s *Service) getScheme(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[PublishedOut], error) {
	out, err := s.See(ctx, g, in.ID)
	return rest.See(0, schemeOut(out)), err
}

type schemeEndBody struct {
	ByID
	Body struct {
		EndedOn calendar.Day `json:"ended_on" doc:"Its last day"`
	}
}

func (s *Service) postEnd(ctx context.Context, g authz.Grant, in *schemeEndBody) (*rest.Seen[PublishedOut], error) {
	out, err := s.End(ctx, g, in.ID, in.Body.EndedOn)
	return rest.See(0, schemeOut(Seen{Scheme: out})), err
}

func (s *Service) postWithdraw(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[PublishedOut], error) {
	out, err := s.Withdraw(ctx, g, in.ID)
	return rest.See(0, schemeOut(Seen{Scheme: out})), err
}

type factorBody struct {
	ByID
	Body NewFactor
}

func (s *Service) postFactor(ctx context.Context, g authz.Grant, in *factorBody) (*rest.Made[FactorOut], error) {
	f, err := s.SetFactor(ctx, g, in.ID, in.Body)
	return rest.MakeAnswer("/subsidy/schemes/"+in.ID.String(), 0, FactorOut{f.Year, f.Per, f.Basis}), err
}
