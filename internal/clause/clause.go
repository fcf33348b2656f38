// Package clause is a library of terms for agreements: by the kind of dispute, with places to be filled in, each checked.
// A term that is filled in gives its text and what it obliges to from the same values, so that an amount in figures and in
// capitals, a sum and its parts, a text and its day cannot differ. The terms are data with the days on which they hold.
package clause

import (
	_ "embed"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
)

// library is the file that a lawyer reads and mends.
//
//go:embed clauses.json
var library []byte

// Clause is one term with its places.
type Clause struct {
	ID         string       `json:"id"`
	From       calendar.Day `json:"from" doc:"It is offered from this day"`
	Until      calendar.Day `json:"until,omitempty" doc:"And not after this one"`
	Categories []string     `json:"categories" nullable:"false" doc:"Of disputes; none: of every kind"`
	ZH         string       `json:"zh"`
	EN         string       `json:"en"`
	Kind       string       `json:"kind" doc:"pay, do or refrain; empty where it obliges nobody"`
	Law        string       `json:"law,omitempty" doc:"Where it comes from"`
	Text       string       `json:"text" doc:"With its places in braces"`
	Manner     string       `json:"manner,omitempty"`
	Due        string       `json:"due,omitempty" doc:"The place that holds the last day; due where left out"`

	Defaults map[string]string `json:"defaults,omitempty"`
	Slots    []Slot            `json:"slots" nullable:"false" doc:"What is to be filled in, in the order of the text"`
}

// Name is what it is called.
func (c Clause) Name() fault.Text { return fault.Text{ZH: c.ZH, EN: c.EN} }

// Slot is a place to be filled in.
type Slot struct {
	Name    string   `json:"name"`
	Kind    string   `json:"kind" doc:"party, money, day, time, count, text or choice"`
	ZH      string   `json:"zh"`
	EN      string   `json:"en"`
	Default string   `json:"default,omitempty"`
	Min     int      `json:"min,omitempty"`
	Max     int      `json:"max,omitempty"`
	Options []string `json:"options,omitempty"`
}

// Label is what is asked for.
func (s Slot) Label() fault.Text { return fault.Text{ZH: s.ZH, EN: s.EN} }

// derived are places that are not asked for: they follow from what is.
var derived = map[string][]string{"parts": {"count", "first"}, "monthly_parts": {"months", "first"}, "each": {"monthly"}}

var hole = regexp.MustCompile(`\{([a-z_]+)\}`)

var clauses = read(library)

// read takes the library in; it is our own file, and a test fills in every clause of it.
func read(file []byte) []Clause {
	var in struct {
		Slots   map[string]Slot
		Clauses []Clause
	}
	if err := json.Unmarshal(file, &in); err != nil {
		panic("clauses.json: " + err.Error())
	}
	for i := range in.Clauses {
		c := &in.Clauses[i]
		for _, name := range c.places() {
			s, ok := in.Slots[name]
			if !ok {
				panic("clauses.json: " + c.ID + " has an unknown place " + name)
			}
			s.Name = name
			if d := c.Defaults[name]; d != "" {
				s.Default = d
			}
			c.Slots = append(c.Slots, s)
		}
	}
	return in.Clauses
}

// places are the names of what must be filled in, each once: who, then the rest in the order of the text.
func (c *Clause) places() []string {
	var out []string
	put := func(names ...string) {
		for _, n := range names {
			if more, ok := derived[n]; ok {
				for _, m := range more {
					if !slices.Contains(out, m) {
						out = append(out, m)
					}
				}
			} else if !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	if c.Kind != "" {
		put("debtor", "creditor")
	}
	for _, m := range hole.FindAllStringSubmatch(c.Text+c.Manner, -1) {
		put(m[1])
	}
	return out
}

// holds tells whether the clause is offered on a day.
func (c Clause) holds(on calendar.Day) bool {
	return !on.Before(c.From) && (c.Until.IsZero() || !on.After(c.Until))
}

// fits tells whether it is meant for a kind of dispute: for it, for what it rolls up to, or for one of its sub-kinds.
func (c Clause) fits(category string) bool {
	return len(c.Categories) == 0 || slices.ContainsFunc(c.Categories, func(k string) bool {
		return category != "" && (strings.HasPrefix(category, k) || strings.HasPrefix(k, category))
	})
}

// For are the clauses that are offered for a kind of dispute on a day: those meant for it first, then those for every
// kind. Without a category all are given.
func For(category string, on calendar.Day) []Clause {
	var own, general []Clause
	for _, c := range clauses {
		switch {
		case !c.holds(on) || category != "" && !c.fits(category):
		case len(c.Categories) > 0:
			own = append(own, c)
		default:
			general = append(general, c)
		}
	}
	return append(own, general...)
}

// Find gives a clause that holds on a day.
//
// Faults: Missing where there is none.
func Find(id string, on calendar.Day) (Clause, error) {
	i := slices.IndexFunc(clauses, func(c Clause) bool { return c.ID == id && c.holds(on) })
	if i < 0 {
		return Clause{}, fault.NoSuch()
	}
	return clauses[i], nil
}
