package hotspot

import "math"

// Compounds differ beyond what their households explain: one is new, one is old, one has a committee that people trust. Counts
// of such a city spread wider than a Poisson distribution, and by that alone many would be named. So each compound is compared
// with a negative binomial distribution: its own rate is taken to be drawn around what is expected, with a spread that is
// estimated from the other compounds, by the method of moments. Where the others spread no wider than chance alone, the spread
// is nought, and the distribution is Poisson's.

// fewestToCompare is how many other compounds must have something expected of them before a spread is taken from them alone.
const fewestToCompare = 5

// city is what compounds are compared in.
type city struct {
	houses []house
	means  []float64
	of     map[string][]int // the compounds of a county
	all    []int
}

func newCity(houses []house) *city {
	c := &city{houses: houses, means: expected(houses), of: map[string][]int{}}
	for i, h := range houses {
		c.all, c.of[h.county] = append(c.all, i), append(c.of[h.county], i)
	}
	return c
}

// spread is how wide the compounds beside some of one county differ: those of the county, or of all counties where it has few.
// What is compared is left out, so that what stands out does not hide itself. A count of mean m with spread a has the variance
// m + a m². What is expected of the others of the county is taken as it would be without those left out. Twice the sampling error of
// the estimate is added, so that what is not known well errs towards silence.
func (c *city) spread(left ...int) float64 {
	houses, means := c.houses, c.means
	county := houses[left[0]].county
	among := c.of[county]
	if len(among) < enoughOfACounty {
		among = c.all
	}
	out := map[int]bool{}
	for _, i := range left {
		out[i] = true
	}
	cases, mean := 0.0, 0.0 // of the others of the county
	for _, j := range c.of[county] {
		if !out[j] {
			cases, mean = cases+float64(houses[j].cases), mean+means[j]
		}
	}
	without := 1.0
	if mean > 0 {
		without = cases / mean
	}
	at := func(j int) (count, mean float64) {
		mean = means[j]
		if houses[j].county == county {
			mean *= without
		}
		return float64(houses[j].cases), mean
	}
	var over, squares, n float64
	for _, j := range among {
		if c, m := at(j); !out[j] && m > 0 {
			over, squares, n = over+(c-m)*(c-m)-m, squares+m*m, n+1
		}
	}
	if n < fewestToCompare || over <= 0 {
		return 0
	}
	spread, error2 := over/squares, 0.0
	for _, j := range among {
		if c, m := at(j); !out[j] && m > 0 {
			r := (c-m)*(c-m) - m - spread*m*m
			error2 += r * r
		}
	}
	return spread + 2*math.Sqrt(error2)/squares
}

// chanceSpread is how likely n disputes or more are where mean are expected and compounds differ by a spread: the upper tail of a
// negative binomial distribution; of Poisson's where there is no spread.
func chanceSpread(n int64, mean, spread float64) float64 {
	if spread <= 1e-9 || n <= 0 || mean <= 0 {
		return chance(n, mean)
	}
	size := 1 / spread
	p := mean / (size + mean)
	mass := func(k int64) float64 {
		a, _ := math.Lgamma(float64(k) + size)
		b, _ := math.Lgamma(size)
		c, _ := math.Lgamma(float64(k) + 1)
		return math.Exp(a - b - c + size*math.Log1p(-p) + float64(k)*math.Log(p))
	}
	if float64(n) <= mean {
		sum, term := 0.0, mass(n-1)
		for k := n - 1; k >= 0 && term > sum*1e-17; k-- {
			sum += term
			term *= float64(k) / ((float64(k) - 1 + size) * p)
		}
		return max(0, 1-sum)
	}
	sum, term := 0.0, mass(n)
	for k := n; term > sum*1e-17; k++ {
		sum += term
		term *= (float64(k) + size) * p / float64(k+1)
	}
	return min(1, sum)
}

// enoughOfACounty is how many compounds a county must have for a spread of its own.
const enoughOfACounty = 50
