package returns

import (
	"context"
	"fmt"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
	"fengqiao/internal/registry"
	"fengqiao/internal/tally"
)

// Table is the case table (人民调解案件情况统计表), columns 1–49.
type Table struct {
	tally.Head
	Columns []Figure `json:"columns"`
	Rows    []Row    `json:"rows"`
	Foot    []Row    `json:"foot" doc:"The units below (下级上报总计) and the area's own committees (本级上报总计); empty for a reader who leads one committee"`
	Checks  []Check  `json:"checks"`

	group string
}

// Figure is one column's value. Amounts are counted in fen and rounded once, at the total.
type Figure struct {
	Col     int    `json:"col"`
	Block   string `json:"block,omitempty" doc:"total, type, source, referrer, category, form, field or prevention; left out in rows"`
	Heading string `json:"heading,omitempty" doc:"Left out in rows: the columns have the same"`
	Unit    string `json:"unit,omitempty"`
	Value   any    `json:"value" doc:"A whole number; column 5 is a text in 10,000 yuan with two decimals"`
	Drill   string `json:"drill" doc:"Where what this figure counts is listed"`
	Count   int64  `json:"-"`

	of    *column
	where where
}

// Shown is the value as a page writes it.
func (f Figure) Shown() string {
	if f.Col == 5 {
		return fmt.Sprint(f.Value)
	}
	return tally.Thousands(f.Count)
}

// Row is one area or committee.
type Row struct {
	Key    string   `json:"key"`
	Name   string   `json:"name" doc:"Of a row of the foot: in the reader's language"`
	Itself bool     `json:"itself,omitempty" doc:"Cases of the asked area as such, in no smaller one"`
	Values []Figure `json:"values"`
}

// The rows of the foot.
const footBelow, footOwn = casework.LedBelow, casework.LedOwn

var footNames = map[string]fault.Text{footBelow: fault.Say("下级上报总计", "Units below"), footOwn: fault.Say("本级上报总计", "The area's own committees")}

// CaseTable counts the case table for the part of the asked area that the grant reaches.
//
// Faults: Invalid for a period that ends before it begins; Missing for an area out of reach.
func (s *Service) CaseTable(ctx context.Context, g authz.Grant, ask tally.Ask) (Table, error) {
	var t Table
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		t, err = caseTable(tx, g, ask)
		return err
	})
	return t, err
}

func caseTable(tx *db.Tx, g authz.Grant, ask tally.Ask) (t Table, err error) {
	if err := ask.Settle(tx, g); err != nil {
		return t, err
	}
	if t.Head, err = ask.Head(tx); err != nil {
		return t, err
	}
	all, err := whole(tx, g, ask)
	if err != nil {
		return t, err
	}
	groups, err := parts(tx, g, ask)
	if err != nil {
		return t, err
	}
	return t, t.fill(tx, ask, &all, groups)
}

// fill makes the table of what was counted: the whole, and its parts.
func (t *Table) fill(tx *db.Tx, ask tally.Ask, all *sums, groups []group) error {
	values := make([]sums, 0, len(groups))
	var below, own sums
	for _, g := range groups {
		values = append(values, g.Sums)
		if g.Own {
			own.plus(&g.Sums)
		} else {
			below.plus(&g.Sums)
		}
	}
	t.group = ask.Group
	t.Columns, t.Checks, t.Rows, t.Foot = figures(all, in(ask)), checksOf(all, values), []Row{}, []Row{}
	if ask.Committee().IsZero() {
		t.Foot = []Row{{Key: footBelow, Values: figures(&below, in(ask).with("led", footBelow))}, {Key: footOwn, Values: figures(&own, in(ask).with("led", footOwn))}}
	}
	if ask.Group == "" {
		return nil
	}
	for _, g := range together(groups) {
		row, where, err := rowOf(tx, ask, g)
		if err != nil {
			return err
		}
		row.Values = figures(&g.Sums, where)
		t.Rows = append(t.Rows, row)
	}
	return nil
}

// together joins what is the area's own with what is not, of the same key.
func together(groups []group) (out []group) {
	for _, g := range groups {
		g.Own = false
		out = join(out, []group{g})
	}
	return out
}

// rowOf names a group and says where what it counts is listed.
func rowOf(tx *db.Tx, a tally.Ask, g group) (Row, where, error) {
	if a.Group == tally.ByCommittee {
		id, err := ident.ParseID(g.Key)
		if err != nil {
			return Row{}, where{}, err
		}
		return Row{Key: id.String(), Name: g.Name}, in(a).with("committee_id", id.String()), nil
	}
	code := ident.Area(g.Key + strings.Repeat("0", 12-len(g.Key)))
	area, err := registry.FindArea(tx, code)
	row := Row{Key: string(code), Name: area.Name, Itself: code == a.Area && a.Area.Level() != ident.Village}
	return row, in(a).with("area", string(code), "area_only", yes(row.Itself)), err
}

func yes(b bool) string {
	if b {
		return "true"
	}
	return ""
}

// where narrows the lists of a group: every list takes the area, the committee and whose unit; and its days by its own names.
type where struct {
	ask    tally.Ask
	narrow []string
	on     calendar.Day // of what stood on a day
}

func in(ask tally.Ask) where {
	w := where{ask: ask, narrow: []string{"area", string(ask.Area)}}
	if id := ask.Committee(); !id.IsZero() {
		w = w.with("committee_id", id.String())
	}
	return w
}

func (w where) with(pairs ...string) where {
	w.narrow = append(append([]string(nil), w.narrow...), pairs...)
	return w
}

// list is where what a column counts of the group is listed.
func (w where) list(c *column) tally.Query {
	switch c.list {
	case ofStanding:
		return tally.Listed(c.list, w.narrow...).With("on", string(w.on)).With(c.narrow...)
	case fundingPath:
		return tally.Listed(c.list, w.narrow...).With("year", string(w.on[:4]))
	}
	from, to := "from", "to"
	if c.list == tally.OfCases {
		from, to = string(w.ask.Basis)+"_from", string(w.ask.Basis)+"_to"
	}
	return tally.Listed(c.list, w.narrow...).With(from, string(w.ask.From), to, string(w.ask.To)).With(c.narrow...)
}

// figures are the columns of one group, each with its list.
func figures(s *sums, w where) []Figure {
	out := make([]Figure, 0, columnCount)
	for i := range columns {
		c := &columns[i]
		f := Figure{Col: c.col, Value: s[c.col], Count: s[c.col], of: c, where: w}
		if c.col == 5 {
			f.Value = money.Fen(s[5]).WanYuan()
		}
		out = append(out, f)
	}
	return out
}

// In puts headings and sentences into a language and links each figure to its list on a face.
func (t Table) In(lang string, l tally.Lists) Table {
	for i := range t.Columns {
		f := &t.Columns[i]
		f.Block, f.Heading, f.Unit = f.of.block, f.of.text.In(lang), f.of.unit.In(lang)
		f.link(l)
	}
	for _, rows := range [][]Row{t.Rows, t.Foot} {
		for i := range rows {
			for j := range rows[i].Values {
				rows[i].Values[j].link(l)
			}
		}
	}
	for i := range t.Foot {
		t.Foot[i].Name = footNames[t.Foot[i].Key].In(lang)
	}
	for i := range t.Checks {
		t.Checks[i].Says = t.Checks[i].Text.In(lang)
	}
	return t
}

func (f *Figure) link(l tally.Lists) { f.Drill = l.Address(f.where.list(f.of)) }
