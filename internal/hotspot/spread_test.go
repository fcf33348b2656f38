package hotspot

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Against the distribution added up from its definition, and Poisson's where nothing spreads.
func TestTheChanceWithASpreadIsTheUpperTailOfANegativeBinomialDistribution(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ mean, spread float64 }{{2, 0.5}, {0.3, 3}, {40, 0.1}, {5, 1}} {
		size := 1 / c.spread
		p := size / (size + c.mean)
		below, mass := 0.0, math.Pow(p, size)
		for n := int64(0); n < 60; n++ {
			if got := chanceSpread(n, c.mean, c.spread); math.Abs(got-(1-below)) > 1e-9 {
				t.Fatalf("%d of %g with spread %g: %g, want %g", n, c.mean, c.spread, got, 1-below)
			}
			below += mass
			mass *= (float64(n) + size) * (1 - p) / float64(n+1)
		}
	}
	if chanceSpread(7, 3, 0) != chance(7, 3) || chanceSpread(3, 0, 1) != 0 || chanceSpread(0, 2, 1) != 1 {
		t.Error("without a spread it is Poisson's; what is not expected at all has no chance; nought or more is certain")
	}
}

// world is how the compounds of a made-up city differ from each other beside their households.
type world struct {
	name   string
	rate   float64 // disputes of a household
	spread float64 // 0: in nothing but luck
	few    bool    // most compounds have none
}

var worlds = []world{{"Poisson", 0.004, 0, false}, {"Poisson, few", 0.0006, 0, true}, {"a little wider", 0.004, 0.2, false}, {"wide", 0.004, 0.8, false}, {"very wide", 0.002, 2, false}, {"wide, few", 0.0006, 1, true}}

// city draws a city of a world, in which nothing stands out.
func (w world) city(r *rand.Rand) []house {
	out := make([]house, 200)
	for i := range out {
		size := 20 + r.Int64N(2000)
		out[i] = house{county: string(rune('a' + i%3)), households: size, cases: draw(r, float64(size)*w.rate*w.factor(r))}
	}
	return out
}

// factor is a compound's own share of luck: 1 on average, with the variance of the spread.
func (w world) factor(r *rand.Rand) float64 {
	if w.spread == 0 {
		return 1
	}
	return gamma(r, 1/w.spread) * w.spread
}

// gamma draws by the method of Marsaglia and Tsang 2000.
func gamma(r *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gamma(r, shape+1) * math.Pow(r.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := (1 + c*x) * (1 + c*x) * (1 + c*x)
		if v > 0 && math.Log(r.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

func spreadAlarms(city []house, rate float64) []int {
	c := newCity(city)
	chances := make([]float64, len(city))
	for i, mean := range c.means {
		chances[i] = chanceSpread(city[i].cases, mean, c.spread(i))
	}
	return alarms(chances, rate)
}

// Whichever way compounds differ, of many cities in which nothing stands out no more than the stated share have an alarm.
func TestTheFalseAlarmsStayBelowTheStatedRateInEveryWorld(t *testing.T) {
	t.Parallel()
	const cities = 500
	for _, w := range worlds {
		for _, rate := range []float64{0.05, 0.20} {
			r := rand.New(rand.NewPCG(20261127, 9))
			alarmed, byPoisson := 0, 0
			for range cities {
				city := w.city(r)
				if len(spreadAlarms(city, rate)) > 0 {
					alarmed++
				}
				if len(pointedAt(city, rate)) > 0 {
					byPoisson++
				}
			}
			t.Logf("%s: %d of %d cities alarmed at %g; by Poisson's alone %d", w.name, alarmed, cities, rate, byPoisson)
			if most := cities*rate + 3*math.Sqrt(cities*rate*(1-rate)); float64(alarmed) > most {
				t.Errorf("%s: %d of %d cities alarmed at %g", w.name, alarmed, cities, rate)
			}
			if w.spread >= 0.8 && !w.few && byPoisson < cities/2 {
				t.Errorf("%s is no world that leads Poisson's astray: %d", w.name, byPoisson)
			}
		}
	}
}

// What stands out is found in a city of chance alone nearly always, and in a wide one when it stands out of that.
func TestAPlantedHotCompoundIsFoundInEveryWorld(t *testing.T) {
	t.Parallel()
	const cities = 200
	for _, c := range []struct {
		world
		times float64
		least int // of a hundred
	}{{worlds[0], 6, 85}, {worlds[2], 8, 85}, {worlds[3], 20, 60}} {
		r := rand.New(rand.NewPCG(20261127, 10))
		found, others, pointed := 0, 0, 0
		for range cities {
			city := c.city(r)
			city[17] = house{county: city[17].county, households: 1000, cases: draw(r, 1000*c.rate*c.times)}
			at := spreadAlarms(city, 0.05)
			pointed += len(at)
			if slices.Contains(at, 17) {
				found++
				others--
			}
			others += len(at)
		}
		t.Logf("%s: found in %d of %d cities, %d others of %d", c.name, found, cities, others, pointed)
		if found*100 < cities*c.least || float64(others) > 0.1*float64(max(pointed, 1)) {
			t.Errorf("%s: found in %d of %d cities, %d others of %d", c.name, found, cities, others, pointed)
		}
	}
}
