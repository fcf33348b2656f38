package anomaly

import "math"

const (
	pastMonths  = 12 // compared with
	leastMonths = 6  // of a past that says anything
)

// spikes tells whether a month's cases are more than a unit's own past explains. If cases come like a Poisson stream whose rate
// did not change, then of all n = past + now cases each lies in this month with the chance 1/(months+1), whatever the rate is:
// the binomial tail is exact, and a unit whose rate is steady is flagged in at most one month of 1/rate.
func spikes(now, past, months, least int, rate float64) bool {
	if months < leastMonths || now < least {
		return false
	}
	return binomialTail(past+now, now, 1/float64(months+1)) < rate
}

// binomialTail is the chance of k or more among n.
func binomialTail(n, k int, p float64) float64 {
	if k <= 0 {
		return 1
	}
	choose := func(n, k int) float64 {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(k + 1))
		c, _ := math.Lgamma(float64(n - k + 1))
		return a - b - c
	}
	sum := 0.0
	for i := k; i <= n; i++ {
		sum += math.Exp(choose(n, i) + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return math.Min(sum, 1)
}
