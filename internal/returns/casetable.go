package returns

import (
	"context"
	"fmt"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
	"fengqiao/internal/registry"
	"fengqiao/internal/tally"
)

// Table is the case table (人民调解案件情况统计表), columns 1–39.
type Table struct {
	tally.Head
	Columns []Figure `json:"columns"`
	Rows    []Row    `json:"rows"`
	Checks  []Check  `json:"checks"`
}

// Figure is one column's value. Amounts are counted in fen and rounded once, at the total.
type Figure struct {
	Col     int    `json:"col"`
	Block   string `json:"block,omitempty" doc:"total, type, source, referrer, category or form; left out in rows"`
	Heading string `json:"heading,omitempty" doc:"Left out in rows: the columns have the same"`
	Unit    string `json:"unit,omitempty"`
	Value   any    `json:"value" doc:"A whole number; column 5 is a text in 10,000 yuan with two decimals"`
	Drill   string `json:"drill" doc:"Where the cases of this figure are listed"`
	Count   int64  `json:"-"`

	of    *column
	cases tally.Query
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
	Name   string   `json:"name"`
	Itself bool     `json:"itself,omitempty" doc:"Cases of the asked area as such, in no smaller one"`
	Values []Figure `json:"values"`
}

// Check is one check sum of the handbook.
type Check struct {
	ID    string     `json:"id"`
	OK    bool       `json:"ok"`
	Left  int64      `json:"left"`
	Right int64      `json:"right"`
	Says  string     `json:"says"`
	Text  fault.Text `json:"-"`
}

// sums are the values of the columns by their numbers; 0 is not used.
type sums [columnCount + 1]int64

// from adds up columns, both ends in.
func (s *sums) from(first, last int) (sum int64) {
	for _, n := range s[first : last+1] {
		sum += n
	}
	return sum
}

// checksOf are the check sums that the columns must satisfy. Nothing is handed in while one fails.
func checksOf(s *sums) []Check {
	equal := func(id string, left, right int64, zh, en string) Check {
		return Check{ID: id, OK: left == right, Left: left, Right: right, Text: fault.Text{ZH: zh, EN: en}}
	}
	atMost := func(id string, left, right int64, zh, en string) Check {
		return Check{ID: id, OK: left <= right, Left: left, Right: right, Text: fault.Text{ZH: zh, EN: en}}
	}
	return []Check{
		equal("S1", s.from(6, 11), s[1], "第 6–11 栏之和等于第 1 栏", "Columns 6–11 add up to column 1"),
		equal("S2", s.from(12, 14), s[1], "第 12–14 栏之和等于第 1 栏", "Columns 12–14 add up to column 1"),
		equal("S3", s.from(15, 19), s[14], "第 15–19 栏之和等于第 14 栏", "Columns 15–19 add up to column 14"),
		equal("S4", s.from(20, 37), s[1], "第 20–37 栏之和等于第 1 栏", "Columns 20–37 add up to column 1"),
		equal("S5", s.from(38, 39), s[3], "第 38、39 栏之和等于第 3 栏", "Columns 38 and 39 add up to column 3"),
		atMost("S6", s[3], s[1], "第 3 栏不大于第 1 栏", "Column 3 is at most column 1"),
		atMost("S7", s[4], s[1], "第 4 栏不大于第 1 栏", "Column 4 is at most column 1"),
		atMost("S10", 2*s[1], s[2], "第 2 栏不小于第 1 栏的两倍", "Column 2 is at least twice column 1"),
	}
}

// CaseTable counts the case table for the part of the asked area that the grant reaches.
//
// Faults: Invalid for a period that ends before it begins; Missing for an area out of reach.
func (s *Service) CaseTable(ctx context.Context, g authz.Grant, ask tally.Ask) (Table, error) {
	var t Table
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		if err := ask.Settle(tx, g); err != nil {
			return err
		}
		if t.Head, err = ask.Head(tx); err != nil {
			return err
		}
		groups, err := count(tx, g, ask)
		if err != nil {
			return err
		}
		return t.fill(tx, ask, groups)
	})
	return t, err
}

func (t *Table) fill(tx *db.Tx, ask tally.Ask, groups []group) error {
	var total sums
	for _, g := range groups {
		for col, n := range g.Sums {
			total[col] += n
		}
	}
	t.Columns, t.Checks, t.Rows = figures(&total, ask.Cases(), ask), checksOf(&total), []Row{}
	if ask.Group == "" {
		return nil
	}
	for _, g := range groups {
		row, cases, err := rowOf(tx, ask, g)
		if err != nil {
			return err
		}
		row.Values = figures(&g.Sums, cases, ask)
		t.Rows = append(t.Rows, row)
	}
	return nil
}

// row names a group and says where its cases are listed.
func rowOf(tx *db.Tx, a tally.Ask, g group) (Row, tally.Query, error) {
	if a.Group == "committee" {
		id, err := ident.ParseID(g.Key)
		if err != nil {
			return Row{}, tally.Query{}, err
		}
		return Row{Key: id.String(), Name: g.Name}, a.Cases().With("committee_id", id.String()), nil
	}
	code := ident.Area(g.Key + strings.Repeat("0", 12-len(g.Key)))
	area, err := registry.FindArea(tx, code)
	row := Row{Key: string(code), Name: area.Name, Itself: code == a.Area && a.Area.Level() != ident.Village}
	return row, a.Cases().With("area", string(code), "area_only", yes(row.Itself)), err
}

func yes(b bool) string {
	if b {
		return "true"
	}
	return ""
}

// figures are the columns of one group, each with the list of its cases.
func figures(s *sums, cases tally.Query, ask tally.Ask) []Figure {
	cases = cases.With(string(ask.Basis)+"_from", string(ask.From), string(ask.Basis)+"_to", string(ask.To))
	out := make([]Figure, 0, columnCount)
	for i := range columns {
		c := &columns[i]
		f := Figure{Col: c.col, Value: s[c.col], Count: s[c.col], of: c, cases: cases}
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
	for i := range t.Rows {
		for j := range t.Rows[i].Values {
			t.Rows[i].Values[j].link(l)
		}
	}
	for i := range t.Checks {
		t.Checks[i].Says = t.Checks[i].Text.In(lang)
	}
	return t
}

func (f *Figure) link(l tally.Lists) { f.Drill = l.Address(f.cases.With(f.of.narrow...)) }
