package opinion

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

type giveIn struct {
	ID   ident.ID `path:"id"`
	Body Said
}

// Taken is all that is answered: what was said is told to nobody.
type Taken struct {
	Taken bool `json:"taken"`
}

type reportIn struct {
	Area ident.Area   `query:"area" doc:"12-digit code, or its leading digits; a county or what is wider. Default: the area of your post."`
	From calendar.Day `query:"from" doc:"A day of the first quarter. Default: a year before the last"`
	To   calendar.Day `query:"to" doc:"A day of the last quarter. Default: the last quarter that is over, and never a later one"`
}

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "POST", "/cases/{id}/opinion", Giving, s.taker(s.Give), rest.Says("办完以后的意见（和案件分开存放）", "An opinion when the case is over, kept apart from it"))
	rest.Handle(a, "POST", "/cases/{id}/about", Giving, s.taker(s.Tell), rest.Says("关于本人的几个问题（自愿，和案件分开存放）", "A few questions about oneself, optional, kept apart from the case"))
	rest.Handle(a, "GET", "/reports/opinion", Reading, func(ctx context.Context, g authz.Grant, in *reportIn) (*rest.Seen[Report], error) {
		r, err := s.Report(ctx, g, Ask{Area: ident.Widen(string(in.Area)), From: in.From, To: in.To}, rest.Lang(ctx))
		return rest.See(0, r), err
	}, rest.Says("当事人意见统计，少于五人的不显示", "How parties answered; nothing of fewer than five"))
	rest.Handle(a, "GET", "/reports/opinion/lines", ReadingLines, func(ctx context.Context, g authz.Grant, in *reportIn) (*rest.Listed[string], error) {
		lines, err := s.Lines(ctx, g, Ask{Area: ident.Widen(string(in.Area)), From: in.From, To: in.To})
		if err != nil {
			return nil, err
		}
		return rest.List(ctx, lines, nil)
	}, rest.Says("当事人写的话（限本县监督人员）", "What parties wrote, for the bureau of the county itself"))
}

func (s *Service) taker(do func(context.Context, authz.Grant, ident.ID, Said) error) func(context.Context, authz.Grant, *giveIn) (*rest.Made[Taken], error) {
	return func(ctx context.Context, g authz.Grant, in *giveIn) (*rest.Made[Taken], error) {
		if err := do(ctx, g, in.ID, in.Body); err != nil {
			return nil, err
		}
		return rest.MakeAnswer("/cases/"+in.ID.String(), 0, Taken{true}), nil
	}
}
