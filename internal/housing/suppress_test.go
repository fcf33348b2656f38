package housing

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// A reader who asks for every table: of each place, kind and quarter, and of the year. tables is what they hold.
type tables struct {
	root   *place
	counts map[string][kindsIn][quartersIn]int64 // true numbers of leaves
	cell   map[string]Figure                     // by place/kind/quarter
}

const kindsIn, quartersIn = 2, 2

const all = -1 // all kinds, or the whole year

func at(p *place, kind, quarter int) string { return fmt.Sprintf("%s/%d/%d", p.key, kind, quarter) }

func (p *place) each(fn func(*place)) {
	fn(p)
	for _, b := range p.below {
		b.each(fn)
	}
}

func (t *tables) count(p *place, kind, quarter int) (n int64) {
	p.each(func(one *place) {
		for k := range kindsIn {
			for q := range quartersIn {
				if (kind == all || kind == k) && (quarter == all || quarter == q) {
					n += t.counts[one.key][k][q]
				}
			}
		}
	})
	return n
}

// publish fills in all that may be asked for: as it is published, or, of a careless office, with nothing left out but the small.
func (t *tables) publish(careless bool) {
	t.cell = map[string]Figure{}
	for k := range kindsIn {
		for q := range quartersIn {
			t.root.each(func(p *place) { p.cases = t.counts[p.key][k][q] })
			suppress(t.root)
			t.root.each(func(p *place) { t.cell[at(p, k, q)] = p.figure })
		}
	}
	t.root.each(func(p *place) {
		var year []Figure
		for q := range quartersIn {
			var kinds []Figure
			for k := range kindsIn {
				kinds = append(kinds, t.cell[at(p, k, q)])
			}
			t.cell[at(p, all, q)] = sumOf(kinds)
		}
		for k := range kindsIn {
			var quarters []Figure
			for q := range quartersIn {
				quarters = append(quarters, t.cell[at(p, k, q)])
			}
			t.cell[at(p, k, all)] = sumOf(quarters)
			year = append(year, quarters...)
		}
		t.cell[at(p, all, all)] = sumOf(year)
	})
	if !careless {
		return
	}
	t.root.each(func(p *place) {
		for k := all; k < kindsIn; k++ {
			for q := all; q < quartersIn; q++ {
				f := Figure{Value: t.count(p, k, q)}
				if f.Value < Fewest {
					f = Figure{Mark: Few}
				}
				t.cell[at(p, k, q)] = f
			}
		}
	})
}

// span is what a number may be, as far as the reader has got.
type span struct{ low, high int64 }

const boundless = math.MaxInt32

// attack narrows every number of every table by every sum that holds between them, until nothing gives any more, and names
// the numbers less than Fewest that have one value left.
func (t *tables) attack() (found []string) {
	may := map[string]*span{}
	for name, f := range t.cell {
		switch f.Mark {
		case Told:
			may[name] = &span{f.Value, f.Value}
		case Few:
			may[name] = &span{0, Fewest - 1}
		default:
			may[name] = &span{f.Value, boundless}
		}
	}
	// Where the family of what is withheld is told, the reader knows that it is not few.
	t.root.each(func(p *place) {
		for k := range kindsIn {
			for q := range quartersIn {
				for _, b := range p.below {
					if t.cell[at(p, k, q)].Mark == Told && t.cell[at(b, k, q)].Mark == Withheld {
						may[at(b, k, q)].low = Fewest
					}
				}
			}
		}
	})
	sums := map[string][]string{}
	n := 0
	holds := func(whole string, parts []string) {
		n++
		sums[fmt.Sprint(whole, "#", n)] = append([]string{whole}, parts...)
	}
	t.root.each(func(p *place) {
		for k := all; k < kindsIn; k++ {
			for q := all; q < quartersIn; q++ {
				var places, kinds, quarters []string
				for _, b := range p.below {
					places = append(places, at(b, k, q))
				}
				for i := range kindsIn {
					kinds = append(kinds, at(p, i, q))
				}
				for i := range quartersIn {
					quarters = append(quarters, at(p, k, i))
				}
				if len(places) > 0 {
					holds(at(p, k, q), places)
				}
				if k == all {
					holds(at(p, k, q), kinds)
				}
				if q == all {
					holds(at(p, k, q), quarters)
				}
			}
		}
	})
	for again := true; again; {
		again = false
		for _, s := range sums {
			again = narrow(may, s[0], s[1:]) || again
		}
	}
	t.root.each(func(p *place) {
		for k := all; k < kindsIn; k++ {
			for q := all; q < quartersIn; q++ {
				if s := may[at(p, k, q)]; t.cell[at(p, k, q)].Mark != Told && s.low == s.high {
					found = append(found, at(p, k, q))
				}
			}
		}
	})
	return found
}

// narrow uses one sum: the whole lies between what its parts allow, and each part between what the whole and the others do.
func narrow(may map[string]*span, whole string, parts []string) (changed bool) {
	var low, high int64
	for _, p := range parts {
		low, high = low+may[p].low, min(boundless, high+may[p].high)
	}
	tighten := func(s *span, low, high int64) {
		if low > s.low {
			s.low, changed = low, true
		}
		if high < s.high {
			s.high, changed = high, true
		}
	}
	w := may[whole]
	tighten(w, low, high)
	for _, name := range parts {
		p := may[name]
		restLow := low - p.low
		restHigh := int64(0)
		for _, o := range parts {
			if o != name {
				restHigh = min(boundless, restHigh+may[o].high)
			}
		}
		least := int64(0)
		if restHigh < boundless {
			least = w.low - restHigh
		}
		most := int64(boundless)
		if w.high < boundless {
			most = w.high - restLow
		}
		tighten(p, least, most)
		low = restLow + p.low
	}
	return changed
}

// drawCity draws a city of three floors, with few cases and many.
func drawCity(t *rapid.T) *tables {
	out := &tables{counts: map[string][kindsIn][quartersIn]int64{}}
	n := 0
	sizes := rapid.SampledFrom([]int64{0, 0, 0, 1, 2, 3, 4, 4, 5, 6, 9, 30})
	var grow func(floor int) *place
	grow = func(floor int) *place {
		n++
		p := &place{key: fmt.Sprint("p", n)}
		if floor == 0 || floor < 3 && rapid.IntRange(0, 5).Draw(t, "leaf") == 0 {
			var c [kindsIn][quartersIn]int64
			for k := range kindsIn {
				for q := range quartersIn {
					c[k][q] = sizes.Draw(t, "n")
				}
			}
			out.counts[p.key] = c
			return p
		}
		for range rapid.IntRange(1, 4).Draw(t, "below") {
			p.below = append(p.below, grow(floor-1))
		}
		return p
	}
	out.root = grow(3)
	return out
}

// Whoever asks for every table of every place, quarter and year, and reckons with all of them together, finds none of the
// numbers that were left out.
func TestNoNumberThatIsLeftOutCanBeWorkedOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawCity(t)
		c.publish(false)
		if found := c.attack(); len(found) > 0 {
			t.Fatalf("found %v", found)
		}
		c.root.each(func(p *place) {
			for k := all; k < kindsIn; k++ {
				for q := all; q < quartersIn; q++ {
					f, n := c.cell[at(p, k, q)], c.count(p, k, q)
					if f.Mark == Told && (n != f.Value || n < Fewest && k != all && q != all) || f.Value > n || f.Mark == Few && n >= Fewest {
						t.Fatalf("%s is %d, told as %+v", at(p, k, q), n, f)
					}
				}
			}
		})
	})
}

// The same reader finds numbers where only the small ones are left out: the attack can succeed.
func TestTheAttackFindsWhatACarelessOfficeLeavesOut(t *testing.T) {
	t.Parallel()
	cities, broken := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		c := drawCity(t)
		c.publish(true)
		if cities++; len(c.attack()) > 0 {
			broken++
		}
	})
	if broken*2 < cities {
		t.Errorf("broke %d of %d", broken, cities)
	}
}

// The examples that the rules were made for.
func TestWhatIsLeftOutBesideASmallNumber(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		numbers []int64
		want    string
	}{
		{[]int64{9, 3, 20}, "32: withheld few 20"},        // 32 − 9 − 20 would give it away
		{[]int64{1, 2, 20}, "23: few few 20"},             // 3 together: 0 to 3 each
		{[]int64{0, 0, 20, 7}, "27: few few 20 withheld"}, // nothing together: both would be none
		{[]int64{4, 4, 20}, "28: few few withheld"},       // eight of two small ones is four each, and with a third it is not,
		{[]int64{4, 4}, "withheld: withheld withheld"},    // no third: the sum itself goes
		{[]int64{6, 7, 8}, "21: 6 7 8"},
		{[]int64{12}, "12: 12"},
		{[]int64{1, 1}, "few: few few"},
		{[]int64{5, 0}, "withheld: withheld withheld"}, // five and none, the only way
	} {
		root := &place{key: "root"}
		for _, n := range c.numbers {
			root.below = append(root.below, &place{cases: n})
		}
		say := func(f Figure) string {
			if f.Mark == Told {
				return fmt.Sprint(f.Value)
			}
			return string(f.Mark)
		}
		suppress(root)
		got := say(root.figure) + ":"
		for _, b := range root.below {
			got += " " + say(b.figure)
		}
		if got != c.want {
			t.Errorf("%v: %s, want %s", c.numbers, got, c.want)
		}
	}
}
