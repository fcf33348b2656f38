package housing

import "slices"

// Fewest is the smallest number that is told. Source: statistics handbook, §3.
const Fewest = 5

// Mark says how much a figure tells.
type Mark string

// The marks of a figure.
const (
	Told     Mark = ""         // the number
	Few      Mark = "few"      // less than Fewest, none included
	Withheld Mark = "withheld" // not told, so that another that is not told cannot be found
	AtLeast  Mark = "at_least" // what was told of its parts, of which some were not
)

// place is a node of a city: the city, a county, a town, a village, a compound. A case lies in exactly one leaf. What arose
// in a place and in none of those below it is a leaf of that place.
type place struct {
	key    string
	name   string
	below  []*place
	cases  int64            // of a leaf, of the kind that is marked
	counts map[string]int64 // of a leaf, by kind

	family
	figure Figure // as the column that was marked last tells it
}

// family is what is known of a place while one column is marked.
type family struct {
	sum    int64
	hide   []bool // which places below are not told, if the place itself is
	secret bool   // whatever were left out below, it could be found: the place itself is not told
}

// marks are figures of one column: of one kind of dispute in one quarter. Every column stands alone: no number is published that
// is made from two columns and tells more than both do.
type marks map[string]Figure // by the key of the place

// Figure is a number as it is published.
type Figure struct {
	Value int64 `json:"value" doc:"0 where nothing is told"`
	Mark  Mark  `json:"mark,omitempty" doc:"few: less than 5, none included; withheld: not told, so that another cannot be found; at_least: the sum of the parts that are told"`
}

// suppress marks a column from a city down. It is told which places are left out by two rules: a number less than Fewest is;
// and where the others and their sum would give such a number away, the smallest of the others is too. What lies below a
// place that is not told is not told either.
func suppress(root *place) {
	root.look()
	root.tell(root.mark())
}

// look adds up a place from below and finds what must be left out among the places in it.
func (p *place) look() {
	p.family = family{sum: p.cases, hide: append(p.hide[:0], make([]bool, len(p.below))...)}
	for _, b := range p.below {
		b.look()
		p.sum += b.sum
	}
	var few, held, hidden int64
	leave := func(i int) {
		p.hide[i] = true
		hidden += p.below[i].sum
		if p.below[i].sum < Fewest {
			few++
		} else {
			held++
		}
	}
	for i, b := range p.below {
		if b.mark() != Told {
			leave(i)
		}
	}
	for !safe(few, held, hidden) {
		i := p.smallestTold()
		if i < 0 {
			p.secret = true
			return
		}
		leave(i)
	}
}

// mark is what the place itself says of being told, whatever lies beside it.
func (p *place) mark() Mark {
	switch {
	case p.sum < Fewest:
		return Few
	case p.secret:
		return Withheld
	}
	return Told
}

// smallestTold is the smallest place below that is still told; -1 for none.
func (p *place) smallestTold() int {
	best := -1
	for i, b := range p.below {
		if !p.hide[i] && (best < 0 || b.sum < p.below[best].sum) {
			best = i
		}
	}
	return best
}

// safe tells whether none of the numbers left out beside each other has only one value that fits their sum, for a reader who
// knows which are less than Fewest and that the others are not: so many few, so many held, so much together.
func safe(few, held, sum int64) bool {
	switch {
	case few+held == 0:
		return true
	case few+held == 1:
		return false
	case held == 0:
		return sum > 0 && sum < few*(Fewest-1)
	}
	return sum > held*Fewest
}

// tell writes the figure of a place and of all below it.
func (p *place) tell(mark Mark) {
	p.figure = Figure{Mark: mark}
	if mark == Told {
		p.figure = Figure{Value: p.sum}
	}
	for i, b := range p.below {
		below := mark // below what is not told, the marks say no more than its own
		if mark == Told {
			below = b.mark()
			if p.hide[i] && below == Told {
				below = Withheld
			}
		}
		b.tell(below)
	}
}

// sumOf adds figures up: to a number where each is told, else to what is told of them.
func sumOf(parts []Figure) Figure {
	var out Figure
	for _, p := range parts {
		out.Value += p.Value
	}
	if slices.ContainsFunc(parts, func(p Figure) bool { return p.Mark != Told }) {
		if out.Mark = AtLeast; out.Value == 0 {
			out.Mark = Withheld
		}
	}
	return out
}
