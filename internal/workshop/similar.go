package workshop

import (
	"context"
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
)

const (
	fewest     = 3   // cases below which nothing is shown: one or two would be known by their neighbours
	mostLike   = 200 // newest cases that are looked at
	mostListed = 20  // of them in the list
)

// Similar is how cases of the same kind were settled, without anything that tells whose they were: no names, no places,
// no days, no numbers of cases, amounts in bands.
type Similar struct {
	Category string     `json:"category"`
	Wider    bool       `json:"wider,omitempty" doc:"Of the kind itself there are too few: these are of its whole family"`
	TooFew   bool       `json:"too_few,omitempty" doc:"Fewer than three; nothing is shown"`
	N        int        `json:"n"`
	Median   int        `json:"median_days" doc:"From acceptance to the agreement taking effect"`
	Kept     int        `json:"kept" doc:"How many were performed in full"`
	InParts  int        `json:"in_parts" doc:"How many were paid in parts"`
	Cases    []LikeCase `json:"cases" nullable:"false" doc:"The newest of them, by how long they took"`
}

// LikeCase is one settled case.
type LikeCase struct {
	Kinds []string `json:"kinds" nullable:"false" doc:"What was promised: pay, do, refrain"`
	Band  string   `json:"amount_band,omitempty" doc:"Of what was paid in all, in yuan: 0-1000, 1000-5000, 5000-20000, 20000-100000, 100000-"`
	Parts int      `json:"parts,omitempty" doc:"In how many parts, where in more than one"`
	Days  int      `json:"days" doc:"From acceptance to taking effect"`
	Kept  string   `json:"kept" doc:"all, some or none of what was promised was performed"`
}

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
		rows, err = settledLike(tx, among, v.Category[:2], id, mostLike)
		return err
	})
	if err != nil {
		return out, err
	}
	own := casesOf(rows, v.Category)
	if len(own) < fewest {
		own, out.Wider = casesOf(rows, ""), true
	}
	if len(own) < fewest {
		out.Wider = false
		return out, nil
	}
	out.count(own)
	return out, nil
}

// Name is what the kind that was compared is called.
func (s Similar) Name(lang string) string {
	if s.Wider {
		return codes.Categories.Name(s.Category[:2], lang)
	}
	return codes.Categories.Name(s.Category, lang)
}

// casesOf gathers rows into cases, those of one category or all. Rows of a case come together, its terms in order.
func casesOf(rows []settledRow, category string) (out []LikeCase) {
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].ID == rows[0].ID {
			n++
		}
		if r := rows[0]; (category == "" || r.Category == category) && r.EffectiveAt != nil && !r.AcceptedDay.IsZero() {
			out = append(out, caseOf(rows[:n]))
		}
		rows = rows[n:]
	}
	return out
}

func caseOf(rows []settledRow) LikeCase {
	c := LikeCase{Days: max(0, calendar.Between(rows[0].AcceptedDay, calendar.DayOf(*rows[0].EffectiveAt)))}
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
		if n > 1 {
			c.Parts = max(c.Parts, n)
		}
	}
	c.Band, c.Kept = bandOf(paid), "some"
	switch done {
	case len(rows):
		c.Kept = "all"
	case 0:
		c.Kept = "none"
	}
	return c
}

func (s *Similar) count(cases []LikeCase) {
	s.TooFew, s.N = false, len(cases)
	days := make([]int, 0, len(cases))
	for _, c := range cases {
		days = append(days, c.Days)
		if c.Kept == "all" {
			s.Kept++
		}
		if c.Parts > 1 {
			s.InParts++
		}
	}
	slices.Sort(days)
	s.Median = days[len(days)/2]
	s.Cases = slices.Clone(cases[:min(len(cases), mostListed)])
	slices.SortStableFunc(s.Cases, func(a, b LikeCase) int { return a.Days - b.Days }) // in no order that tells which is which
}
