// Package spot finds the place of a dispute in one step: by its name, or by the code on the poster that hangs there.
package spot

import (
	"io"
	"strings"
	"unicode/utf8"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Service keeps the posters of places.
type Service struct{ Options }

// Options are what a Service is made of.
type Options struct {
	Store  *db.Store
	Policy *authz.Policy
	Random io.Reader // chance, for the codes of posters
}

// New makes a Service.
func New(o Options) *Service { return &Service{o} }

// Spot is a village or community, or a compound in one.
type Spot struct {
	Area     ident.Area
	Compound ident.ID
	Name     string // the village's own, or the compound's
	Full     string // the village's whole name
	Address  string // of a compound
}

// Word names the spot in a form or an address: the compound's id, or the village's code.
func (p Spot) Word() string {
	if p.Compound.IsZero() {
		return string(p.Area)
	}
	return p.Compound.String()
}

// Whole is the whole name: 福建省泉州市丰泽区东湖街道少林社区居委会 东湖花园.
func (p Spot) Whole() string {
	if p.Compound.IsZero() {
		return p.Full
	}
	return p.Full + " " + p.Name
}

// At finds what a word names; Missing when there is no such village or compound, or no more.
func At(tx *db.Tx, word string) (Spot, error) {
	if id, err := ident.ParseID(word); err == nil {
		c, err := registry.FindCompound(tx, id)
		if err != nil {
			return Spot{}, err
		}
		if !c.EndedOn.IsZero() && !c.EndedOn.After(calendar.DayOf(tx.Now)) {
			return Spot{}, fault.NoSuch()
		}
		full, err := registry.FullName(tx, c.AreaCode)
		return Spot{Area: c.AreaCode, Compound: c.ID, Name: c.Name, Full: full, Address: c.Address}, err
	}
	if area := ident.Area(word); ident.ValidArea(area) && area.Level() == ident.Village {
		a, err := registry.FindArea(tx, area)
		return Spot{Area: a.Code, Name: a.Name, Full: a.FullName}, err
	}
	return Spot{}, fault.NoSuch()
}

const (
	leastSought = 2  // characters
	mostSought  = 40 // characters: no name is longer, and what is longer is no name
	mostSpots   = 20 // shown of what a search finds
)

// Found is what a search by name found.
type Found struct {
	Spots   []Spot
	TooMany bool
}

var errTooShort = fault.New(fault.Invalid, "", "请至少写两个字。", "Please type at least two characters.").At("q")

var errTooLong = fault.New(fault.Invalid, "", "名字太长，最多写 %d 个字。", "That is too long for a name: %d characters at most.", mostSought).At("q")

// Seek finds compounds and villages of an area by a part of their name, 20 at most. Fault Invalid for a name of less than
// two characters, or of more than forty.
func Seek(tx *db.Tx, within ident.Area, name string) (Found, error) {
	name = strings.Join(strings.Fields(name), "")
	if utf8.RuneCountInString(name) < leastSought {
		return Found{}, errTooShort
	}
	if utf8.RuneCountInString(name) > mostSought {
		return Found{}, errTooLong
	}
	compounds, err := registry.CompoundsNamed(tx, within, name, mostSpots+1)
	if err != nil {
		return Found{}, err
	}
	villages, err := registry.VillagesNamed(tx, within, name, mostSpots+1)
	if err != nil {
		return Found{}, err
	}
	var out Found
	if out.Spots, err = spots(tx, compounds, villages); err != nil {
		return Found{}, err
	}
	if out.TooMany = len(out.Spots) > mostSpots; out.TooMany {
		out.Spots = out.Spots[:mostSpots]
	}
	return out, nil
}

func spots(tx *db.Tx, compounds []registry.Compound, villages []registry.Area) ([]Spot, error) {
	at := make([]ident.Area, 0, len(compounds))
	for _, c := range compounds {
		at = append(at, c.AreaCode)
	}
	full, err := registry.NamesFrom(tx, registry.Area{}, at)
	out := make([]Spot, 0, len(compounds)+len(villages))
	for _, c := range compounds {
		out = append(out, Spot{Area: c.AreaCode, Compound: c.ID, Name: c.Name, Full: full[c.AreaCode], Address: c.Address})
	}
	for _, v := range villages {
		out = append(out, Spot{Area: v.Code, Name: v.Name, Full: v.FullName})
	}
	return out, err
}
