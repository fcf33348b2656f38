package housing

import (
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Kinds are the kinds of property disputes that are told apart.
func Kinds() (out codes.List) {
	for _, c := range codes.Categories {
		if len(c.Code) == 4 && codes.IsProperty(c.Code) {
			out = append(out, c)
		}
	}
	return out
}

const otherKind = "1399" // where a case bears no finer kind

// city is a city with everything in it, for one year.
type city struct {
	root   *place
	areas  map[ident.Area]*place
	leaves map[string]*place // by compound, and by area for what arose outside compounds
}

// elsewhere is the leaf of an area for what arose in it and in none of what lies below.
func elsewhere(a ident.Area) string { return string(a) + "/" }

// readCity reads the places of a city as they are, without the compounds that left the register before a day.
func readCity(tx *db.Tx, of ident.Area, counties []ident.County, from calendar.Day) (*city, error) {
	areas, err := areasOfCity(tx, of)
	if err != nil {
		return nil, err
	}
	compounds, err := compoundsOfCity(tx, counties, from)
	if err != nil {
		return nil, err
	}
	c := &city{areas: map[ident.Area]*place{}, leaves: map[string]*place{}}
	for _, a := range areas {
		c.area(a)
	}
	for _, h := range compounds {
		c.compound(h)
	}
	for code, p := range c.areas {
		leaf := &place{key: elsewhere(code)}
		c.leaves[leaf.key], p.below = leaf, append(p.below, leaf)
	}
	return c, nil
}

func (c *city) area(a registry.Area) {
	p := &place{key: string(a.Code), name: a.Name}
	c.areas[a.Code] = p
	if around := c.around(a.Code); around != nil {
		around.below = append(around.below, p)
	} else {
		c.root = p
	}
}

// around is the narrowest known area that a place lies in.
func (c *city) around(a ident.Area) *place {
	for _, wider := range a.Wider()[1:] {
		if p := c.areas[wider]; p != nil {
			return p
		}
	}
	return nil
}

func (c *city) compound(h registry.Compound) {
	p := &place{key: h.ID.String(), name: h.Name}
	at := c.areas[h.AreaCode]
	if at == nil {
		at = c.around(h.AreaCode)
	}
	if at != nil {
		c.leaves[p.key], at.below = p, append(at.below, p)
	}
}

// leaf is where a counted dispute belongs: its compound, else its area, else the narrowest that is known.
func (c *city) leaf(n counted) *place {
	if p := c.leaves[n.CompoundID.String()]; p != nil && !n.CompoundID.IsZero() {
		return p
	}
	for _, a := range n.AreaCode.Wider() {
		if p := c.leaves[elsewhere(a)]; p != nil {
			return p
		}
	}
	return c.leaves[elsewhere(ident.Area(c.root.key))]
}

// columns marks the kinds of one quarter, and keeps the figures of a place and of those directly in it.
func (c *city) columns(here *place) map[string]marks {
	out := map[string]marks{}
	for _, k := range Kinds() {
		c.root.count(k.Code)
		suppress(c.root)
		out[k.Code] = marks{here.key: here.figure}
		for _, b := range here.below {
			out[k.Code][b.key] = b.figure
		}
	}
	return out
}

// count makes the number of one kind what a place and all below it are marked by.
func (p *place) count(kind string) {
	p.cases = p.counts[kind]
	for _, b := range p.below {
		b.count(kind)
	}
}
