package workshop

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
)

const (
	fewest   = 3   // cases below which nothing is shown: one or two would be known by their neighbours
	mostLike = 200 // newest cases that are looked at
)

// Similar is how cases of the same kind were settled, without anything that tells whose they were: no names, no places,
// no days, no numbers of cases, amounts and how long it took in bands.
type Similar struct {
	Category string     `json:"category"`
	Wider    bool       `json:"wider,omitempty" doc:"Of the kind itself there are too few: these are of its family"`
	TooFew   bool       `json:"too_few,omitempty" doc:"Fewer than three; nothing is shown"`
	N        int        `json:"n"`
	Median   string     `json:"median_took,omitempty" doc:"From acceptance to the agreement taking effect, in days: 0-7, 8-15, 16-30, 31-60, 61-"`
	Kept     int        `json:"kept" doc:"How many were performed in full"`
	InParts  int        `json:"in_parts" doc:"How many were paid in parts"`
	Cases    []LikeCase `json:"cases" nullable:"false" doc:"All of them, those that are alike together, by how long they took"`
}

// LikeCase are settled cases that look the same from afar.
type LikeCase struct {
	N       int      `json:"n" doc:"How many"`
	Kinds   []string `json:"kinds" nullable:"false" doc:"What was promised: pay, do, refrain"`
	Band    string   `json:"amount_band,omitempty" doc:"Of what was paid in all, in yuan: 0-1000, 1000-5000, 5000-20000, 20000-100000, 100000-"`
	InParts bool     `json:"in_parts,omitempty" doc:"Paid in more than one part"`
	Took    string   `json:"took" doc:"From acceptance to taking effect, in days: 0-7, 8-15, 16-30, 31-60, 61-"`
	Kept    string   `json:"kept" doc:"all, some or none of what was promised was performed"`
}

// settled is one settled case as it is looked at.
type settled struct {
	LikeCase
	category string
	days     int
}

// lengths are the bands of days, by the last of each: a day alone would tell which case it was.
var lengths = []struct {
	last int
	name string
}{{7, "0-7"}, {15, "8-15"}, {30, "16-30"}, {60, "31-60"}, {math.MaxInt, "61-"}}

// length is the place of a number of days among the bands.
func length(days int) int {
	for i, b := range lengths {
		if days <= b.last {
			return i
		}
	}
	return len(lengths) - 1
}

func lengthOf(days int) string { return lengths[length(days)].name }

// bands are the upper ends of the bands of amounts.
var bands = []struct {
	below money.Fen
	name  string
}{{1_000_00, "0-1000"}, {5_000_00, "1000-5000"}, {20_000_00, "5000-20000"}, {100_000_00, "20000-100000"}}

func bandOf(fen money.Fen) string {
	if fen == 0 {
		return ""
	}
	for _, b := range bands {
		if fen < b.below {
			return b.name
		}
	}
	return "100000-"
}

// Similar compares a case with settled ones of its kind that the reader's committee led; with its whole family where of the kind
// itself there are too few.
//
// Faults: Missing for a case out of reach.
func (s *Service) Similar(ctx context.Context, g authz.Grant, id ident.ID) (Similar, error) {
	v, err := s.Cases.See(ctx, g, id)
	if err != nil {
		return Similar{}, err
	}
	among, err := s.Policy.Allow(g.By(), compared)
	if err != nil {
		return Similar{}, err
	}
	out := Similar{Category: v.Category, TooFew: true, Cases: []LikeCase{}}
	if len(v.Category) < 2 {
		return out, nil
	}
	var rows []settledRow
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		rows, err = settledLike(tx, among, v.Category[:2], mostLike)
		return err
	})
	if err != nil {
		return out, err
	}
	like, wider := offered(casesOf(rows), v.Category)
	if len(like) > 0 {
		out.Wider = wider
		out.count(like)
	}
	return out, nil
}

// offered are the cases of a family that are shown for one of its kinds: those of the kind; where these are too few, those of
// the family. Whoever asks for every kind can take one answer from another: so that nothing is left then that is too little,
// kinds with too few cases are in the family only together with enough of the like. None where there are too few.
func offered(family []settled, kind string) (like []settled, wider bool) {
	n, rest := map[string]int{}, 0
	for _, c := range family {
		n[c.category]++
	}
	for _, of := range n {
		if of < fewest {
			rest += of
		}
	}
	wider = n[kind] < fewest
	for _, c := range family {
		shown := c.category == kind
		if wider {
			shown = n[c.category] >= fewest || rest >= fewest
		}
		if shown {
			like = append(like, c)
		}
	}
	return like, wider
}

// Name is what the kind that was compared is called.
func (s Similar) Name(lang string) string {
	if s.Wider {
		return codes.Categories.Name(s.Category[:2], lang)
	}
	return codes.Categories.Name(s.Category, lang)
}

// casesOf gathers rows into cases. Rows of a case come together, its terms in order.
func casesOf(rows []settledRow) (out []settled) {
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].ID == rows[0].ID {
			n++
		}
		if r := rows[0]; r.EffectiveAt != nil && !r.AcceptedDay.IsZero() {
			out = append(out, caseOf(rows[:n]))
		}
		rows = rows[n:]
	}
	return out
}

func caseOf(rows []settledRow) settled {
	c := settled{category: rows[0].Category, days: max(0, calendar.Between(rows[0].AcceptedDay, calendar.DayOf(*rows[0].EffectiveAt)))}
	c.N, c.Took = 1, lengthOf(c.days)
	var paid money.Fen
	parts, done := map[int]int{}, 0
	for _, r := range rows {
		if !slices.Contains(c.Kinds, r.Kind) {
			c.Kinds = append(c.Kinds, r.Kind)
		}
		if r.Kind == "pay" {
			paid += r.AmountFen
			parts[r.Place]++
		}
		if r.State == "performed" {
			done++
		}
	}
	for _, n := range parts {
		c.InParts = c.InParts || n > 1
	}
	slices.Sort(c.Kinds)
	c.Band, c.Kept = bandOf(paid), "some"
	switch done {
	case len(rows):
		c.Kept = "all"
	case 0:
		c.Kept = "none"
	}
	return c
}

func (s *Similar) count(cases []settled) {
	s.TooFew, s.N = false, len(cases)
	slices.SortFunc(cases, settled.before)
	for i, c := range cases {
		if c.Kept == "all" {
			s.Kept++
		}
		if c.InParts {
			s.InParts++
		}
		if i > 0 && cases[i-1].looks() == c.looks() {
			s.Cases[len(s.Cases)-1].N++
		} else {
			s.Cases = append(s.Cases, c.LikeCase)
		}
	}
	days := make([]int, 0, len(cases))
	for _, c := range cases {
		days = append(days, c.days)
	}
	slices.Sort(days)
	s.Median = lengthOf(days[len(days)/2])
}

// looks is what is shown of a case.
func (c settled) looks() string {
	return fmt.Sprint(c.Kinds, c.Band, c.InParts, c.Kept, c.Took)
}

// before orders cases by what is shown of them: in no order that tells which is which.
func (c settled) before(o settled) int {
	return cmp.Or(cmp.Compare(length(c.days), length(o.days)), cmp.Compare(c.looks(), o.looks()))
}
