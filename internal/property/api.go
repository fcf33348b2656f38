package property

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/rest"
)

type voteIn struct {
	Special     bool  `query:"special" doc:"Three quarters are needed"`
	Heads       int64 `query:"heads" required:"true"`
	HeadsVoting int64 `query:"heads_voting" required:"true"`
	HeadsYes    int64 `query:"heads_yes" required:"true"`
	Area        int64 `query:"area" required:"true" doc:"In 0.01 m²"`
	AreaVoting  int64 `query:"area_voting" required:"true"`
	AreaYes     int64 `query:"area_yes" required:"true"`
}

// Counted is a verdict in the reader's language.
type Counted struct {
	Verdict
	Detail string `json:"detail"`
}

// Routes mounts the calculator.
func Routes(a *rest.API) {
	rest.Handle(a, "GET", "/property/owners-vote", "registry.read", func(ctx context.Context, _ authz.Grant, in *voteIn) (*rest.Seen[Counted], error) {
		v := Vote(*in)
		if err := v.Check(); err != nil {
			return nil, err
		}
		out := v.Count()
		return rest.See(0, Counted{out, out.Says.In(rest.Lang(ctx))}), nil
	}, rest.Says("业主表决计算", "Count an owners' vote"))
}
