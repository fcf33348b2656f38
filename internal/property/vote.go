// Package property knows what the law says of owners' common matters: whether their votes suffice, and what their common
// parts earned.
package property

import (
	"fengqiao/internal/fault"
	"fengqiao/internal/money"
)

// Vote is a vote of the owners of a building or compound. Areas are in whole units of 0.01 m², so that nothing is
// rounded.
type Vote struct {
	Special     bool  `json:"special,omitempty" doc:"Raising or using the maintenance fund for rebuilding, rebuilding itself, or changing the use of common parts: three quarters are needed"`
	Heads       int64 `json:"heads" doc:"Owners in all"`
	HeadsVoting int64 `json:"heads_voting"`
	HeadsYes    int64 `json:"heads_yes"`
	Area        int64 `json:"area" doc:"Exclusive area in all, in 0.01 m²"`
	AreaVoting  int64 `json:"area_voting"`
	AreaYes     int64 `json:"area_yes"`
}

// Verdict says whether a vote suffices, and where it does not.
type Verdict struct {
	Passed       bool       `json:"passed"`
	TookPart     bool       `json:"took_part" doc:"Two thirds of area and of heads took part"`
	Agreed       bool       `json:"agreed" doc:"Enough of those who took part said yes"`
	HeadsToVote  int64      `json:"heads_to_vote" doc:"How many more heads must take part"`
	AreaToVote   int64      `json:"area_to_vote" doc:"How much more area must take part, in 0.01 m²"`
	HeadsToAgree int64      `json:"heads_to_agree" doc:"How many more yeses of those who voted"`
	AreaToAgree  int64      `json:"area_to_agree"`
	Says         fault.Text `json:"-"`
}

// Check refuses figures that cannot be.
func (v Vote) Check() error {
	var bad fault.Check
	order := func(at string, yes, voting, all int64) {
		if all < 1 || all > most {
			bad.Add(at, "请填写总数。", "Please give the total.")
		}
		if voting < 0 || voting > all {
			bad.Add(at+"_voting", "参加表决的不能多于总数。", "No more can vote than there are.")
		}
		if yes < 0 || yes > voting {
			bad.Add(at+"_yes", "同意的不能多于参加表决的。", "No more can agree than voted.")
		}
	}
	order("heads", v.HeadsYes, v.HeadsVoting, v.Heads)
	order("area", v.AreaYes, v.AreaVoting, v.Area)
	return bad.Err()
}

const most = 1e12 // beyond it a typing mistake is likelier than a compound

// Count applies article 278 of the Civil Code, W1: at least two thirds of area and of heads take part; of those who take
// part more than half agree, by area and by heads, and in the special matters at least three quarters.
func (v Vote) Count() Verdict {
	out := Verdict{HeadsToVote: atLeast(v.HeadsVoting, v.Heads, 2, 3), AreaToVote: atLeast(v.AreaVoting, v.Area, 2, 3)}
	need := moreThanHalf
	if v.Special {
		need = func(yes, voting int64) int64 { return atLeast(yes, voting, 3, 4) }
	}
	out.HeadsToAgree, out.AreaToAgree = need(v.HeadsYes, v.HeadsVoting), need(v.AreaYes, v.AreaVoting)
	out.TookPart = out.HeadsToVote == 0 && out.AreaToVote == 0
	out.Agreed = out.HeadsToAgree == 0 && out.AreaToAgree == 0 && v.HeadsVoting > 0 && v.AreaVoting > 0
	out.Passed = out.TookPart && out.Agreed
	switch {
	case out.Passed:
		out.Says = fault.Say("表决通过。", "The vote is carried.")
	case !out.TookPart:
		out.Says = fault.Say("参加表决的面积和人数须各占三分之二以上，不足，表决无效。", "Two thirds of area and of heads must take part; they did not, and the vote has no effect.")
	default:
		out.Says = fault.Say("参加人数足够，但同意的不足，未通过。", "Enough took part, but not enough agreed: it is not carried.")
	}
	return out
}

// atLeast is how much is missing from part/all ≥ n/d; 0 when nothing is.
func atLeast(part, all, n, d int64) int64 { return max((all*n+d-1)/d-part, 0) }

// moreThanHalf is how much is missing from yes/voting > 1/2.
func moreThanHalf(yes, voting int64) int64 { return max(voting/2+1-yes, 0) }

// Income is what the common parts of a compound earned in a period, and what it cost to earn it.
type Income struct {
	Earned money.Fen `json:"earned_fen"`
	Cost   money.Fen `json:"cost_fen" doc:"Reasonable cost"`
	Shown  bool      `json:"shown,omitempty" doc:"The owners were shown the accounts"`
	Period string    `json:"period,omitempty" doc:"Which time it is of"`
}

// Owners is what belongs to the owners of it, CC 282, W2: what was earned less reasonable cost; never less than nothing.
func (i Income) Owners() money.Fen { return max(i.Earned-i.Cost, 0) }

// Check refuses figures that cannot be.
func (i Income) Check() error {
	var bad fault.Check
	for at, fen := range map[string]money.Fen{"earned_fen": i.Earned, "cost_fen": i.Cost} {
		if fen < 0 || fen > most {
			bad.Add(at, "金额应为正数。", "The amount must be positive.")
		}
	}
	if len([]rune(i.Period)) > 100 {
		bad.Add("period", "最多 100 个字。", "At most 100 characters.")
	}
	return bad.Err()
}
