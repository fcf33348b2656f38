package hotspot

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Values of the Poisson distribution as printed tables have them.
func TestTheChanceIsTheUpperTailOfAPoissonDistribution(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n          int64
		mean, want float64
	}{
		{0, 3, 1}, {1, 1, 1 - math.Exp(-1)}, {5, 2, 0.052653}, {10, 4, 0.008132}, {3, 5, 0.875348}, {20, 10, 0.003454}, {1, 0, 0}, {0, 0, 1},
		{100, 100, 0.513299}, {1000, 500, 0},
	} {
		if got := chance(c.n, c.mean); math.Abs(got-c.want) > 1e-6 {
			t.Errorf("%d of %g: %.6f, want %.6f", c.n, c.mean, got, c.want)
		}
	}
	for n := int64(1); n < 300; n++ { // no jump where the two ways of adding up meet
		if a, b := chance(n, 120), chance(n+1, 120); b > a || a-b > 0.05 {
			t.Fatalf("from %d to %d: %g, %g", n, n+1, a, b)
		}
	}
}

func TestExpectedDisputesFollowTheHouseholdsOfTheCounty(t *testing.T) {
	t.Parallel()
	got := expected([]house{{"a", 100, 1}, {"a", 300, 7}, {"a", 0, 4}, {"b", 50, 9}, {"b", 50, 1}, {"c", 10, 0}})
	want := []float64{2, 6, 4, 5, 5, 0}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// The example of the paper's table: fifteen chances, of which four stand out at 5 %.
func TestAlarmsAreThoseOfBenjaminiAndHochberg(t *testing.T) {
	t.Parallel()
	chances := []float64{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1}
	if got := alarms(chances, 0.05); !slices.Equal(got, []int{0, 1, 2, 3}) {
		t.Errorf("%v", got)
	}
	if got := alarms(nil, 0.05); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

// draw is a number of disputes where mean are expected.
func draw(r *rand.Rand, mean float64) (n int64) {
	for limit, p := math.Exp(-mean), r.Float64(); p > limit; n++ {
		p *= r.Float64()
	}
	return n
}

// drawn is a city in which every household is like any other: small compounds and large ones.
func drawn(r *rand.Rand) []house {
	out := make([]house, 200)
	for i := range out {
		size := 20 + r.Int64N(2000)
		out[i] = house{county: string(rune('a' + i%3)), households: size, cases: draw(r, float64(size)*0.004)}
	}
	return out
}

func pointedAt(city []house, rate float64) []int {
	chances := make([]float64, len(city))
	for i, mean := range expected(city) {
		chances[i] = chance(city[i].cases, mean)
	}
	return alarms(chances, rate)
}

// Where nothing stands out, every alarm is a false one: of many such cities, no more than the stated share have any.
func TestTheFalseAlarmsStayBelowTheStatedRate(t *testing.T) {
	t.Parallel()
	const cities = 2000
	for _, rate := range []float64{0.05, 0.20} {
		r := rand.New(rand.NewPCG(20261127, 8))
		alarmed := 0
		for range cities {
			if len(pointedAt(drawn(r), rate)) > 0 {
				alarmed++
			}
		}
		// three deviations of what a rate kept exactly would give by luck
		most := cities*rate + 3*math.Sqrt(cities*rate*(1-rate))
		t.Logf("%d of %d cities alarmed at %g", alarmed, cities, rate)
		if float64(alarmed) > most || alarmed == 0 {
			t.Errorf("%d of %d cities alarmed at %g", alarmed, cities, rate)
		}
	}
}

// A compound with six times its share is found, and of what is pointed at beside it little is chance.
func TestAPlantedHotCompoundIsFound(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(20261127, 7))
	found, others, pointed := 0, 0, 0
	const cities = 500
	for range cities {
		city := drawn(r)
		city[17] = house{county: city[17].county, households: 1000, cases: draw(r, 24)}
		at := pointedAt(city, 0.05)
		pointed += len(at)
		if slices.Contains(at, 17) {
			found++
			others += len(at) - 1
		} else {
			others += len(at)
		}
	}
	t.Logf("found in %d of %d cities, %d others of %d", found, cities, others, pointed)
	if found < cities*9/10 || float64(others) > 0.07*float64(pointed) {
		t.Errorf("found in %d of %d cities, %d others of %d", found, cities, others, pointed)
	}
}
