package housing

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
	"fengqiao/internal/tally"
)

// reading is the action of who looks at this table.
const reading authz.Action = "report.housing"

// tableIn is which area, and which quarter or year.
type tableIn struct {
	tally.PlaceIn
	Year    int `query:"year" minimum:"2000" maximum:"2200" doc:"The last of which a quarter is over, when left out"`
	Quarter int `query:"quarter" minimum:"0" maximum:"4" doc:"A quarter that is over; the whole year when left out"`
}

func (in tableIn) ask() Ask {
	return Ask{Ask: tally.Ask{Area: ident.Widen(string(in.Area))}, Period: Period{Year: in.Year, Quarter: in.Quarter}}
}

// Routes mounts the API.
func (s *Service) Routes(a *rest.API) {
	tally.Serve(a, path, reading, "小区物业纠纷：按地方和种类，少于 5 的数不公布；小区覆盖率", "Property disputes by place and kind, none smaller than 5; compounds served",
		func(ctx context.Context, g authz.Grant, in tableIn) (Table, error) {
			return s.TableOf(ctx, g, in.ask())
		})
}
