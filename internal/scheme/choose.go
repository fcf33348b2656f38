package scheme

import (
	"fmt"

	"fengqiao/internal/fault"
)

// How a row is chosen. A row fits a case when each field that it names is the case's. Of the rows that fit, the one is taken
// that names everything the others name: village and ordinary and written goes before village and written, and that before
// written. Two rows that could both fit one case, neither of which names all that the other names, leave that open; then a
// third row must name just what both of them name together, or the scheme is refused.

// named are the fields of a row by which it is chosen: tier, class, form, grade, and whether there was an agreement; "" for any.
type named [5]string

// picked is what rows are chosen by.
type picked interface{ fields() named }

const agreed, notAgreed = "agreed", "not agreed"

// fields of a rate: without a form it holds for an agreement, written or oral. What is paid without one is said by a row of its
// own, and never by accident.
func (r Rate) fields() named {
	if r.Form == unsuccessful {
		return named{r.Tier, r.Class, r.Form, r.Grade, notAgreed}
	}
	return named{r.Tier, r.Class, r.Form, r.Grade, agreed}
}

func (n Need) fields() named { return named{n.Tier, n.Class} }

func (t *Terms) needs() []Need { return t.Materials }

// fits tells whether a row holds for a case.
func (n named) fits(of named) bool {
	for i, v := range n {
		if v != "" && v != of[i] {
			return false
		}
	}
	return true
}

// names tells whether a row names everything that another names.
func (n named) names(other named) bool {
	for i, v := range other {
		if v != "" && n[i] != v {
			return false
		}
	}
	return true
}

// both is what two rows name together; false where no case can be both.
func (n named) both(other named) (named, bool) {
	for i, v := range other {
		switch {
		case n[i] == "":
			n[i] = v
		case v != "" && v != n[i]:
			return n, false
		}
	}
	return n, true
}

// choose takes the row that names most of those that fit; the rows stand in line, so there is one at most.
func choose[R picked](rows []R, of named) (best R, ok bool) {
	for _, r := range rows {
		if r.fields().fits(of) && (!ok || r.fields().names(best.fields())) {
			best, ok = r, true
		}
	}
	return best, ok
}

// standInLine refuses rows that leave open which of them a case is paid by.
func standInLine[R picked](rows []R) error {
	there := map[named]int{}
	for i, r := range rows {
		if first, twice := there[r.fields()]; twice {
			return fault.New(fault.Invalid, "ambiguous", "第 %d 行和第 %d 行说的是同一类案件。", "Rows %d and %d are about the same cases.", first+1, i+1)
		}
		there[r.fields()] = i
	}
	for i, a := range rows {
		for j, b := range rows[:i] {
			x, y := a.fields(), b.fields()
			together, can := x.both(y)
			if !can || x.names(y) || y.names(x) {
				continue
			}
			if _, said := there[together]; !said {
				return fault.New(fault.Invalid, "ambiguous", "第 %d 行和第 %d 行都适用于同一类案件，无法确定按哪一行。请增加一行，把两行的条件写全。",
					"Rows %d and %d both hold for some case, and neither goes before the other. Please add a row that names what both of them name.", j+1, i+1)
			}
		}
	}
	return nil
}

func at(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }
