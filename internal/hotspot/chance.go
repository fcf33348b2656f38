package hotspot

import (
	"cmp"
	"math"
	"slices"
)

// house is what is reckoned with of a compound: its county, its households (0 where nobody knows), and its disputes.
type house struct {
	county     string
	households int64
	cases      int64
}

// expected is how many disputes each compound would have if every household of its county had as many as any other. Of a
// compound whose households nobody knows it is the mean of a compound of the county.
func expected(houses []house) []float64 {
	type county struct{ counted, cases, households, all, compounds int64 }
	of := map[string]*county{}
	for _, h := range houses {
		c := of[h.county]
		if c == nil {
			c = &county{}
			of[h.county] = c
		}
		c.all, c.compounds = c.all+h.cases, c.compounds+1
		if h.households > 0 {
			c.counted, c.cases, c.households = c.counted+1, c.cases+h.cases, c.households+h.households
		}
	}
	out := make([]float64, len(houses))
	for i, h := range houses {
		c := of[h.county]
		if h.households > 0 {
			out[i] = float64(h.households) * float64(c.cases) / float64(c.households)
		} else {
			out[i] = float64(c.all) / float64(c.compounds)
		}
	}
	return out
}

// chance is how likely n disputes or more are where mean are expected and they come one by one: the upper tail of a Poisson
// distribution.
func chance(n int64, mean float64) float64 {
	switch {
	case n <= 0:
		return 1
	case mean <= 0:
		return 0
	}
	if float64(n) <= mean {
		return 1 - below(n, mean)
	}
	term, sum := mass(n, mean), 0.0
	for k := n; term > sum*1e-17; k++ {
		sum += term
		term *= mean / float64(k+1)
	}
	return min(1, sum)
}

// below is how likely fewer than n are.
func below(n int64, mean float64) (sum float64) {
	term := mass(n-1, mean)
	for k := n - 1; k >= 0 && term > sum*1e-17; k-- {
		sum += term
		term *= float64(k) / mean
	}
	return min(1, sum)
}

// mass is how likely exactly n are.
func mass(n int64, mean float64) float64 {
	log, _ := math.Lgamma(float64(n) + 1)
	return math.Exp(float64(n)*math.Log(mean) - mean - log)
}

// alarms are the places of those chances that stand out together, so that among what is pointed at no more than the rate is
// expected to be mere chance. All that were looked at must be given, not those that look high. Source: Benjamini and Hochberg
// 1995.
func alarms(chances []float64, rate float64) []int {
	order := make([]int, len(chances))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(chances[a], chances[b]) })
	last := 0
	for i, at := range order {
		if chances[at] <= rate*float64(i+1)/float64(len(order)) {
			last = i + 1
		}
	}
	return order[:last]
}
