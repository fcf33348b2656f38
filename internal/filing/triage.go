package filing

import (
	"slices"

	"fengqiao/internal/casework"
)

// What somebody answers who is asked whether anybody is in danger or afraid right now.
const (
	dangerYes    = "yes"
	dangerNo     = "no"
	dangerUnsaid = "unsaid" // they would rather not say
)

// advice is one thing to know before going on, and whom to call. It never stands in the way: whoever goes on is heard
// (M10), and whether a matter can be taken the committee decides (A6, A8).
type advice struct{ title, text, more, call string } // keys of texts, and a number

var (
	inDanger = advice{title: "file.elsewhere_danger", text: "file.elsewhere_danger_text", call: "110"}
	atHome   = advice{title: "file.elsewhere_violence", text: "file.elsewhere_violence_text", call: "12338"}
	inCourt  = advice{title: "file.elsewhere_court", text: "file.elsewhere_court_text", call: "12368"}
	atPolice = advice{title: "file.advice_police", text: "file.advice_police_text"}
	labour   = advice{title: "file.elsewhere_labour", text: "file.elsewhere_labour_text", more: "file.advice_labour_limit", call: "12333"}
	shop     = advice{title: "file.elsewhere_shop", text: "file.elsewhere_shop_text", call: "12315"}
	building = advice{title: "file.advice_building", text: "file.advice_building_text", call: "12345"}
)

// advised are the kinds of dispute for which there is something to know first: a special organ may have to decide (A6, 1),
// the police or a court may have it already (A6, 2), somebody may be in danger (M8), or a time limit runs elsewhere (M9).
var advised = map[string][]advice{
	"01":   {atHome, inCourt},
	"06":   {inDanger, atPolice},
	"12":   {inDanger, atPolice},
	"1001": {labour},
	"1099": {labour},
	"1499": {shop},
	"1308": {building},
	"1312": {inDanger},
}

// advice is what there is to know before going on: of danger first.
func (a *Answers) advice() []advice {
	out := slices.Clone(advised[a.Category])
	if a.Danger == dangerYes {
		out = slices.DeleteFunc(out, func(one advice) bool { return one == inDanger || one == atHome })
		out = append([]advice{inDanger, atHome}, out...)
	}
	return out
}

// occasion is what the advice was about: another kind of dispute or another answer about danger brings other advice.
func (a *Answers) occasion() string { return a.Category + " " + a.Danger }

// goesAlong is what of the answers goes with the filing to those who work the case and to nobody else.
func (a *Answers) goesAlong(along *casework.Along) {
	along.Afraid = a.Danger == dangerYes
	along.NoMessages = a.Danger == dangerYes && a.Careful
}
