package report

import (
	"math"
	"testing"
)

// The vector of the handbook: 1 ended, 2 left, 3 ended, 4 left, 5 ended.
func TestKaplanMeierOfTheHandbook(t *testing.T) {
	t.Parallel()
	lives := []life{{Days: 5, Ended: 1, N: 1}, {Days: 2, N: 1}, {Days: 1, Ended: 1, N: 1}, {Days: 4, N: 1}, {Days: 3, Ended: 1, N: 1}}
	points, until := kaplanMeier(lives, 1)
	want := []Point{{Day: 1, AtRisk: 5, Ended: 1, Share: 0.8}, {Day: 3, AtRisk: 3, Ended: 1, Share: 0.5333}, {Day: 5, AtRisk: 1, Ended: 1, Share: 0}}
	if len(points) != len(want) || until != 5 {
		t.Fatalf("%v until %d", points, until)
	}
	for i, w := range want {
		p := points[i]
		if p.Day != w.Day || p.AtRisk != w.AtRisk || p.Ended != w.Ended || math.Abs(p.Share-w.Share) > 0.0001 {
			t.Errorf("point %d is %+v, want %+v", i, p, w)
		}
	}
	// Greenwood after the first: 0.8 ± 1.96 · 0.8 · √(1/(5·4)).
	if half := 1.959963984540054 * 0.8 * math.Sqrt(0.05); math.Abs(points[0].Low-(0.8-half)) > 1e-9 || points[0].High != 1 {
		t.Errorf("interval %f to %f", points[0].Low, points[0].High)
	}
	if cut, until := kaplanMeier(lives, 4); len(cut) != 1 || until != 2 {
		t.Errorf("cut where fewer than four remain: %v until %d", cut, until)
	}
	if none, _ := kaplanMeier(nil, 1); len(none) != 0 {
		t.Error("nothing has a curve")
	}
}

// Whoever left the count before a day is not watched on it, though nothing ended since.
func TestARowOfTheCurveCountsWhoIsStillWatched(t *testing.T) {
	t.Parallel()
	s := Survival{Grain: 1}
	s.curves([]life{{Days: 10, Ended: 1, N: 2}, {Days: 20, N: 30}, {Days: 30, N: 5}, {Days: 40, N: 15}})
	for day, want := range map[int]int64{0: 52, 10: 50, 25: 20, 30: 20, 31: 15, 41: 0} {
		if got := s.Curves[0].at(day); got.AtRisk != want {
			t.Errorf("day %d: %d watched, want %d", day, got.AtRisk, want)
		}
	}
	if got := s.Curves[0].at(30).Share; got != "96.15" {
		t.Errorf("%s stand", got)
	}
}
