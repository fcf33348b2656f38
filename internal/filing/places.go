package filing

import (
	"strings"
	"unicode/utf8"

	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// spot is a place that somebody can point at in one step: a village or community, or a compound in one.
type spot struct {
	Area     ident.Area
	Compound ident.ID
	Name     string // the village's own, or the compound's
	Full     string // the village's whole name
	Address  string // of a compound
}

// Word names the spot in a form or an address: the compound's id, or the village's code.
func (p spot) Word() string {
	if p.Compound.IsZero() {
		return string(p.Area)
	}
	return p.Compound.String()
}

// Whole is the whole name: 福建省泉州市丰泽区东湖街道少林社区居委会 东湖花园.
func (p spot) Whole() string {
	if p.Compound.IsZero() {
		return p.Full
	}
	return p.Full + " " + p.Name
}

// spotAt finds what a word names; Missing when there is no such village or compound, or no more.
func spotAt(tx *db.Tx, word string) (spot, error) {
	if id, err := ident.ParseID(word); err == nil {
		c, err := registry.FindCompound(tx, id)
		if err != nil {
			return spot{}, err
		}
		if !c.EndedOn.IsZero() && !c.EndedOn.After(calendar.DayOf(tx.Now)) {
			return spot{}, fault.NoSuch()
		}
		full, err := registry.FullName(tx, c.AreaCode)
		return spot{Area: c.AreaCode, Compound: c.ID, Name: c.Name, Full: full, Address: c.Address}, err
	}
	if area := ident.Area(word); ident.ValidArea(area) && area.Level() == ident.Village {
		a, err := registry.FindArea(tx, area)
		return spot{Area: a.Code, Name: a.Name, Full: a.FullName}, err
	}
	return spot{}, fault.NoSuch()
}

const (
	leastSought = 2  // characters
	mostSpots   = 20 // shown of what a search finds
)

// sought is what a search by name found.
type sought struct {
	Spots   []spot
	TooMany bool
}

var errTooShort = fault.New(fault.Invalid, "", "请至少写两个字。", "Please type at least two characters.").At("q")

// seek finds compounds and villages of the city by a part of their name.
func seek(tx *db.Tx, name string) (sought, error) {
	name = strings.Join(strings.Fields(name), "")
	if utf8.RuneCountInString(name) < leastSought {
		return sought{}, errTooShort
	}
	city, err := cityOf(tx)
	if err != nil {
		return sought{}, err
	}
	compounds, err := registry.CompoundsNamed(tx, city, name, mostSpots+1)
	if err != nil {
		return sought{}, err
	}
	villages, err := registry.VillagesNamed(tx, city, name, mostSpots+1)
	if err != nil {
		return sought{}, err
	}
	var out sought
	if out.Spots, err = spots(tx, compounds, villages); err != nil {
		return sought{}, err
	}
	if out.TooMany = len(out.Spots) > mostSpots; out.TooMany {
		out.Spots = out.Spots[:mostSpots]
	}
	return out, nil
}

func spots(tx *db.Tx, compounds []registry.Compound, villages []registry.Area) ([]spot, error) {
	at := make([]ident.Area, 0, len(compounds))
	for _, c := range compounds {
		at = append(at, c.AreaCode)
	}
	full, err := registry.NamesFrom(tx, registry.Area{}, at)
	out := make([]spot, 0, len(compounds)+len(villages))
	for _, c := range compounds {
		out = append(out, spot{Area: c.AreaCode, Compound: c.ID, Name: c.Name, Full: full[c.AreaCode], Address: c.Address})
	}
	for _, v := range villages {
		out = append(out, spot{Area: v.Code, Name: v.Name, Full: v.FullName})
	}
	return out, err
}

// settle sets the place of a filing and touches no other answer: the kind of dispute they chose stays theirs, whatever is
// offered there. A compound that they named in the village stays too.
func (a *Answers) settle(now *registryNow, p spot) error {
	switch {
	case !p.Compound.IsZero():
		a.Lies, a.Compound = compoundListed, p.Compound
	case a.Village != p.Area:
		a.Lies, a.Compound = "", ident.ID{}
	}
	a.County, a.Town, a.Village = p.Area.County().Area(), p.Area.Parent(), p.Area
	return now.survey(a)
}
