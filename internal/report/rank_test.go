package report

import (
	"testing"

	"fengqiao/internal/ident"
	"fengqiao/internal/tally"
)

// Areas are ranked by their rates with the interval beside, and never by their counts.
func TestAreasAreRankedByRateAndNeverByCount(t *testing.T) {
	t.Parallel()
	area := func(code ident.Area, part, whole int64) areaLine {
		return areaLine{AreaRate: AreaRate{Area: code, Success: tally.RateOf(part, whole, tally.Query{}, tally.Query{})}}
	}
	all := []areaLine{area("many", 500, 1000), area("none", 0, 0), area("few", 9, 10), area("same", 90, 100), area("bad", 0, 4)}
	rank(all)
	for i, want := range []ident.Area{"few", "same", "many", "bad", "none"} {
		if all[i].Area != want {
			t.Errorf("place %d is %s, want %s", i, all[i].Area, want)
		}
	}
}

func TestAQuantileIsADayThatSomebodyTook(t *testing.T) {
	t.Parallel()
	days := map[int]int64{1: 5, 3: 4, 40: 1}
	for percent, want := range map[int64]int{50: 1, 51: 3, 90: 3, 91: 40, 100: 40} {
		if got := quantile(days, 10, percent); got == nil || *got != want {
			t.Errorf("%d%%: %v, want %d", percent, got, want)
		}
	}
	if quantile(nil, 0, 50) != nil {
		t.Error("nothing has a median")
	}
}
