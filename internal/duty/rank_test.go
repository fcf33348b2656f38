package duty_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"fengqiao/internal/calendar"
	"fengqiao/internal/duty"
	"fengqiao/internal/ident"
)

// cost is how one would weigh a candidate by hand, one number after another; the smallest is to be taken.
func cost(c duty.Candidate) []int {
	day := 0
	if c.Last != "" {
		day = calendar.Between("2020-01-01", c.Last) + 1
	}
	yes := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	return []int{yes(!c.Agreed), -c.WantedBy, -c.Shares, c.Open + 2*yes(c.Alike == 0), yes(c.Alike == 0), day}
}

// Of however many candidates, the one proposed is the best that trying all finds, and never one against whom a rule stands.
func TestTheProposalIsTheBestThatMayBe(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		all := make([]duty.Candidate, r.IntN(6))
		for i := range all {
			all[i] = duty.Candidate{MediatorID: ident.ID{byte(i + 1)}, Barred: r.IntN(3) == 0, Open: r.IntN(4), Alike: r.IntN(3), WantedBy: r.IntN(2), Shares: r.IntN(2), Agreed: r.IntN(5) == 0}
			if r.IntN(3) > 0 {
				all[i].Last = calendar.Day("2026-01-0" + string(rune('1'+r.IntN(9))))
			}
		}
		var best *duty.Candidate
		for i := range all {
			if !all[i].Barred && (best == nil || slices.Compare(cost(all[i]), cost(*best)) < 0) {
				best = &all[i]
			}
		}
		var want ident.ID
		if best != nil {
			want = best.MediatorID
		}
		duty.Rank(all)
		var got ident.ID
		for _, c := range all {
			if c.Proposed {
				got = c.MediatorID
				if c.Barred {
					t.Fatalf("proposed against a rule: %+v", c)
				}
			}
		}
		if got != want {
			t.Fatalf("proposed %v, want %v of %+v", got, want, all)
		}
	}
}
