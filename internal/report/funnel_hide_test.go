package report

import "testing"

// Whoever sees counts only learns of no few: neither of those who came to a step, nor of those who came no further.
func TestAFunnelOfCountsTellsOfNoFew(t *testing.T) {
	t.Parallel()
	s := Stages{People: 20}
	for _, n := range []int64{20, 18, 12, 8, 7, 7, 3} {
		s.Steps = append(s.Steps, Stage{People: n})
	}
	s.hide()
	var got []int64
	for _, p := range s.Steps {
		got = append(got, p.People)
		if p.Hidden != (p.People == 0) {
			t.Errorf("%+v", p)
		}
	}
	want := []int64{20, 0, 12, 0, 7, 7, 0}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("told %v, want %v", got, want)
		}
	}
}
