package property_test

import (
	"testing"

	"pgregory.net/rapid"

	"fengqiao/internal/fault"
	"fengqiao/internal/property"
)

func vote(heads, area [3]int64, special bool) property.Vote {
	return property.Vote{Special: special, Heads: heads[0], HeadsVoting: heads[1], HeadsYes: heads[2], Area: area[0], AreaVoting: area[1], AreaYes: area[2]}
}

func TestW1_TwoThirdsTakePartAndEnoughAgree(t *testing.T) {
	for what, v := range map[string]struct {
		vote   property.Vote
		passed bool
	}{
		"exactly two thirds, one more than half":    {vote([3]int64{90, 60, 31}, [3]int64{9000, 6000, 3001}, false), true},
		"half is not more than half, by heads":      {vote([3]int64{90, 60, 30}, [3]int64{9000, 6000, 3001}, false), false},
		"half is not more than half, by area":       {vote([3]int64{90, 60, 31}, [3]int64{9000, 6000, 3000}, false), false},
		"one head short of two thirds":              {vote([3]int64{90, 59, 59}, [3]int64{9000, 6000, 6000}, false), false},
		"a hundredth of a metre short":              {vote([3]int64{90, 60, 60}, [3]int64{9000, 5999, 5999}, false), false},
		"two thirds of a hundred are sixty-seven":   {vote([3]int64{100, 66, 66}, [3]int64{300, 200, 200}, false), false},
		"exactly three quarters in special matters": {vote([3]int64{90, 60, 45}, [3]int64{9000, 6000, 4500}, true), true},
		"one head short of three quarters":          {vote([3]int64{90, 60, 44}, [3]int64{9000, 6000, 4500}, true), false},
		"heads without area":                        {vote([3]int64{90, 90, 90}, [3]int64{9000, 6000, 2000}, false), false},
	} {
		got := v.vote.Count()
		if v.vote.Check() != nil || got.Passed != v.passed || got.Says.ZH == "" {
			t.Errorf("%s: %+v (%v)", what, got, v.vote.Check())
		}
	}
}

// What is said to be missing is missing, and no more than that.
func TestW1_WhatIsMissingIsWhatWouldSuffice(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(label string) [3]int64 {
			all := rapid.Int64Range(1, 500).Draw(rt, label)
			voting := rapid.Int64Range(0, all).Draw(rt, label+" voting")
			return [3]int64{all, voting, rapid.Int64Range(0, voting).Draw(rt, label+" yes")}
		}
		v := vote(draw("heads"), draw("area"), rapid.Bool().Draw(rt, "special"))
		got := v.Count()
		if got.HeadsToVote > 0 {
			more := v
			more.HeadsVoting += got.HeadsToVote
			if more.Count().HeadsToVote != 0 {
				rt.Fatalf("%+v", got)
			}
			more.HeadsVoting--
			if more.Count().HeadsToVote != 1 {
				rt.Fatalf("one less would do: %+v", got)
			}
		}
		if 3*v.HeadsVoting >= 2*v.Heads != (got.HeadsToVote == 0) {
			rt.Fatalf("two thirds: %+v", got)
		}
		if v.Special && (4*v.AreaYes >= 3*v.AreaVoting) != (got.AreaToAgree == 0) || !v.Special && (2*v.AreaYes > v.AreaVoting) != (got.AreaToAgree == 0) {
			rt.Fatalf("yes by area: %+v", got)
		}
	})
}

func TestFiguresThatCannotBe(t *testing.T) {
	for what, v := range map[string]property.Vote{
		"nobody": vote([3]int64{0, 0, 0}, [3]int64{1, 1, 1}, false), "more votes than owners": vote([3]int64{5, 6, 1}, [3]int64{1, 1, 1}, false),
		"more yes than votes": vote([3]int64{5, 3, 4}, [3]int64{1, 1, 1}, false), "less than none": vote([3]int64{5, -1, -2}, [3]int64{1, 1, 1}, false),
	} {
		if !fault.Is(v.Check(), fault.Invalid) {
			t.Errorf("%s is taken", what)
		}
	}
}

func TestW2_WhatCommonPartsEarnIsTheOwners(t *testing.T) {
	if got := (property.Income{Earned: 1_200_000, Cost: 350_000}).Owners(); got != 850_000 {
		t.Errorf("%d", got)
	}
	if got := (property.Income{Earned: 100, Cost: 350}).Owners(); got != 0 {
		t.Errorf("%d", got)
	}
	if !fault.Is((property.Income{Earned: -1}).Check(), fault.Invalid) {
		t.Error("less than nothing was earned")
	}
}
