package registry

import (
	"slices"
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// What stood on a day, as the city's reply counts it. Each figure of a report leads to one of these lists, which has
// exactly as many lines.

// CommitteesAsked narrows the list of committees. Empty fields narrow nothing.
type CommitteesAsked struct {
	Area   ident.Area
	Types  []Type // all six when empty
	Sector string
	On     calendar.Day // what stood on this day; when empty, what is active now, bodies under a committee among it
}

// MediatorsAsked narrows the list of those who mediate: persons who were engaged on a day by committees that stood on it.
type MediatorsAsked struct {
	Area       ident.Area   // where the committee is
	Types      []Type       // of the committee; all six when empty
	On         calendar.Day // today when empty
	Background string       // what they bring with them (W4); anything when empty
}

// CompoundsAsked narrows the list of compounds that were on the register on a day.
type CompoundsAsked struct {
	Area    ident.Area
	Covered string       // "true", "false", or "" for both
	On      calendar.Day // today when empty
}

// Ref names a committee.
type Ref struct {
	ID   ident.ID `json:"id"`
	Name string   `json:"name"`
}

// ServingPerson is a person who mediates: their oldest engagement among those asked for, and every committee among them.
type ServingPerson struct {
	Mediator
	Committees []Ref
}

// CoveredCompound is a compound with the property committee that covered it on the day; nil when none did.
type CoveredCompound struct {
	Compound
	By *Ref
}

// ParseTypes reads the types of committees asked for: one code or several, separated by commas. Fault Invalid for a code
// that is not among those that may be asked for.
func ParseTypes(at, text string, known ...Type) ([]Type, error) {
	var out []Type
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' }) {
		t := Type(strings.TrimSpace(word))
		if !slices.Contains(known, t) {
			return nil, fault.New(fault.Invalid, "code", "没有这种调委会类型。请填写 01 至 06，几种之间用逗号分开。",
				"There is no such type of committee. Give 01 to 06, several with commas between them.").At(at)
		}
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out, nil
}

func (a CommitteesAsked) check() error {
	var c fault.Check
	allowed(&c, "sector", a.Sector, Sectors...)
	return c.Err()
}

func (a CompoundsAsked) check() error {
	var c fault.Check
	allowed(&c, "covered", a.Covered, "", "true", "false")
	return c.Err()
}

// typesOr are the types asked for, or all six.
func typesOr(asked []Type) []Type {
	if len(asked) == 0 {
		return Types
	}
	return asked
}

// dayOr is the day asked for, or today.
func dayOr(tx *db.Tx, day calendar.Day) calendar.Day {
	if day.IsZero() {
		return today(tx)
	}
	return day
}

// coverage is a committee's service area as it covers compounds.
type coverage struct {
	AreaCode    ident.Area
	CompoundID  ident.ID
	CommitteeID ident.ID
	Name        string
}

// coveredBy is the property committee that covers a compound: who was given the compound itself, else its village, its
// town, its county; of several who was given it first. They come in that order.
func coveredBy(c Compound, by []coverage) *Ref {
	for _, a := range append([]ident.Area{""}, areasCovering(c.AreaCode)...) {
		for _, v := range by {
			if a == "" && v.CompoundID == c.ID || a != "" && v.AreaCode == a {
				return &Ref{ID: v.CommitteeID, Name: v.Name}
			}
		}
	}
	return nil
}

// areasCovering are the village, the town and the county of a compound, narrowest first: the areas that cover it by name.
func areasCovering(village ident.Area) []ident.Area {
	wide := func(a ident.Area) bool { return a.Level() == ident.City || a.Level() == ident.Province }
	return slices.DeleteFunc(village.Wider(), wide)
}
