package ident

import "strings"

// Area is a 12-digit administrative code: 6 county + 3 township + 3 village. Trailing zeros widen it: it covers every
// area below its own prefix.
type Area string

// Level tells how wide an area is.
type Level string

const (
	Province Level = "province"
	City     Level = "city"
	Of6      Level = "county" // a county, district or county-level city
	Town     Level = "street" // a township-level unit: street, town or township
	Village  Level = "village"
)

// ValidArea tells whether the code is twelve digits and names some place.
func ValidArea(a Area) bool {
	if len(a) != 12 || a == "000000000000" {
		return false
	}
	return strings.Trim(string(a), "0123456789") == ""
}

// Level is the width of the area.
func (a Area) Level() Level {
	switch {
	case !ValidArea(a):
		return ""
	case a[2:] == "0000000000":
		return Province
	case a[4:] == "00000000":
		return City
	case a[6:] == "000000":
		return Of6
	case a[9:] == "000":
		return Town
	}
	return Village
}

// Prefix is the code without the zeros that widen it: 2, 4, 6, 9 or 12 digits.
func (a Area) Prefix() string {
	switch a.Level() {
	case Province:
		return string(a[:2])
	case City:
		return string(a[:4])
	case Of6:
		return string(a[:6])
	case Town:
		return string(a[:9])
	case Village:
		return string(a)
	}
	return ""
}

// County is the county that the area's rows live in. A city's own rows live under its first four digits and "00".
func (a Area) County() County {
	if !ValidArea(a) {
		return ""
	}
	return County(a[:6])
}

// Covers tells whether b is this area or lies below it. The empty area covers nothing.
func (a Area) Covers(b Area) bool {
	p := a.Prefix()
	return p != "" && ValidArea(b) && strings.HasPrefix(string(b), p)
}

// Range gives the half-open range of codes that the area covers: low <= code < high. A range uses an index on every
// engine, where LIKE does not.
func (a Area) Range() (low, high string) {
	p := a.Prefix()
	if p == "" {
		return "", ""
	}
	b := []byte(p)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] < '9' {
			b[i]++
			return p, string(b[:i+1])
		}
	}
	return p, ":" // all nines: the character after '9'
}

// Parent is the next wider area; a province has none.
func (a Area) Parent() Area {
	switch a.Level() {
	case City:
		return a[:2] + "0000000000"
	case Of6:
		return a[:4] + "00000000"
	case Town:
		return a[:6] + "000000"
	case Village:
		return a[:9] + "000"
	}
	return ""
}

// Wider gives the area and all that lie around it, narrowest first.
func (a Area) Wider() []Area {
	var out []Area
	for ; a != ""; a = a.Parent() {
		out = append(out, a)
	}
	return out
}

// Widen reads an area that may be given by its leading digits: 3505 is the whole city. Anything else comes back as it
// is, and is no area.
func Widen(s string) Area {
	if len(s) > 0 && len(s) < 12 {
		s += strings.Repeat("0", 12-len(s))
	}
	return Area(s)
}
