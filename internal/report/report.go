// Package report counts cases as the official tables do. It reads rows within the reader's grant and writes no case;
// every figure says where its cases are listed.
package report

import (
	"context"
	"net/url"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
	"fengqiao/internal/registry"
)

// Service answers reports.
type Service struct{ db *db.Store }

// New makes a Service.
func New(store *db.Store) *Service { return &Service{db: store} }

// Basis says which day puts a case into a period.
type Basis string

const (
	ByClosing    Basis = "closed" // the official basis: cases first closed in the period
	ByAcceptance Basis = "accepted"
)

// Ask is what a table is asked for.
type Ask struct {
	Area     ident.Area
	From, To calendar.Day // both in
	Basis    Basis
	Group    string // "", area or committee
}

// Table is the case table (人民调解案件情况统计表), columns 1–14.
type Table struct {
	Area     ident.Area   `json:"area"`
	AreaName string       `json:"area_name"`
	From     calendar.Day `json:"from"`
	To       calendar.Day `json:"to"`
	Basis    Basis        `json:"basis" doc:"closed: cases first closed in the period; accepted: cases accepted in it"`
	Snapshot time.Time    `json:"snapshot_at"`
	Columns  []Figure     `json:"columns"`
	Rows     []Row        `json:"rows"`
	Checks   []Check      `json:"checks"`
}

// Figure is one column's value. Amounts are counted in fen and rounded once, at the total.
type Figure struct {
	Col     int        `json:"col"`
	Heading string     `json:"heading"`
	Unit    string     `json:"unit"`
	Value   any        `json:"value" doc:"A whole number; column 5 is a text in 10,000 yuan with two decimals"`
	Drill   string     `json:"drill" doc:"Where the cases of this figure are listed"`
	Text    fault.Text `json:"-"`
	Units   fault.Text `json:"-"`
	Query   url.Values `json:"-"`
	Count   int64      `json:"-"`
}

// Row is one area or committee.
type Row struct {
	Key    string   `json:"key"`
	Name   string   `json:"name"`
	Values []Figure `json:"values"`
}

// Check is one check sum of the handbook.
type Check struct {
	ID   string     `json:"id"`
	OK   bool       `json:"ok"`
	Says string     `json:"says"`
	Text fault.Text `json:"-"`
}

// column is how the table counts: what it is called, and how its cases are listed.
type column struct {
	col        int
	text, unit fault.Text
	narrow     url.Values
	value      func(Counts) int64
}

var cases, persons, wan = fault.Say("件", "cases"), fault.Say("人", "persons"), fault.Say("万元", "10,000 yuan")

func narrow(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// columns are 1–14 of the official table, by key and never by position.
var columns = []column{
	{1, fault.Say("调解案件总数", "Cases in all"), cases, narrow(), func(c Counts) int64 { return c.Total }},
	{2, fault.Say("涉及当事人数", "Parties"), persons, narrow(), func(c Counts) int64 { return c.Parties }},
	{3, fault.Say("调解成功", "Settled"), cases, narrow("settled", "true"), func(c Counts) int64 { return c.Settled }},
	{4, fault.Say("疑难复杂案件", "Complex cases"), cases, narrow("complex", "true"), func(c Counts) int64 { return c.Complex }},
	{5, fault.Say("协议涉及金额", "Amount agreed"), wan, narrow("settled", "true"), func(c Counts) int64 { return c.AmountFen }},
	{6, fault.Say("村调委会", "Village committees"), cases, narrow("committee_type", "01"), func(c Counts) int64 { return c.Type01 }},
	{7, fault.Say("居（社区）调委会", "Residents' committees"), cases, narrow("committee_type", "02"), func(c Counts) int64 { return c.Type02 }},
	{8, fault.Say("乡镇调委会", "Township committees"), cases, narrow("committee_type", "03"), func(c Counts) int64 { return c.Type03 }},
	{9, fault.Say("街道调委会", "Street committees"), cases, narrow("committee_type", "04"), func(c Counts) int64 { return c.Type04 }},
	{10, fault.Say("企事业单位调委会", "Enterprise committees"), cases, narrow("committee_type", "05"), func(c Counts) int64 { return c.Type05 }},
	{11, fault.Say("社会团体和其他组织调委会", "Social groups and others"), cases, narrow("committee_type", "06"), func(c Counts) int64 { return c.Type06 }},
	{12, fault.Say("主动调解", "Own motion"), cases, narrow("source", "2"), func(c Counts) int64 { return c.OwnMotion }},
	{13, fault.Say("依申请调解", "On application"), cases, narrow("source", "1"), func(c Counts) int64 { return c.Applied }},
	{14, fault.Say("接受委托移送调解", "Commissioned"), cases, narrow("source", "3"), func(c Counts) int64 { return c.Commissioned }},
}

// checksOf are the check sums that columns 1–14 must satisfy.
func checksOf(c Counts) []Check {
	types := c.Type01 + c.Type02 + c.Type03 + c.Type04 + c.Type05 + c.Type06
	return []Check{
		{ID: "S1", OK: types == c.Total, Text: fault.Say("第 6–11 栏之和等于第 1 栏", "Columns 6–11 add up to column 1")},
		{ID: "S2", OK: c.OwnMotion+c.Applied+c.Commissioned == c.Total, Text: fault.Say("第 12–14 栏之和等于第 1 栏", "Columns 12–14 add up to column 1")},
	}
}

// CaseTable counts the case table for the part of the asked area that the grant reaches.
//
// Faults: Invalid for a period that ends before it begins; Missing for an area out of reach.
func (s *Service) CaseTable(ctx context.Context, g authz.Grant, ask Ask) (Table, error) {
	var t Table
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		if err := ask.settle(tx, g); err != nil {
			return err
		}
		name, err := registry.FullName(tx, ask.Area)
		if err != nil {
			return err
		}
		groups, err := count(tx, g, ask)
		if err != nil {
			return err
		}
		t = Table{Area: ask.Area, AreaName: name, From: ask.From, To: ask.To, Basis: ask.Basis, Snapshot: tx.Now, Rows: []Row{}}
		return t.fill(tx, ask, groups)
	})
	return t, err
}

// settle fills in what was not asked: the reader's own area, the running year, the official basis.
func (a *Ask) settle(tx *db.Tx, g authz.Grant) error {
	if a.Basis == "" {
		a.Basis = ByClosing
	}
	today := calendar.DayOf(tx.Now)
	if a.To.IsZero() {
		a.To = today
	}
	if a.From.IsZero() {
		a.From = a.To[:4] + "-01-01"
	}
	var bad fault.Check
	if a.To.Before(a.From) {
		bad.Add("to", "结束日期不能早于开始日期。", "The period cannot end before it begins.")
	}
	if a.Basis != ByClosing && a.Basis != ByAcceptance {
		bad.Add("basis", "口径只能是 closed（结案）或 accepted（受理）。", "The basis is closed or accepted.")
	}
	if a.Group != "" && a.Group != "area" && a.Group != "committee" {
		bad.Add("group", "分组只能是 area（区域）或 committee（调委会）。", "Group by area or committee.")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return a.within(g)
}

// within keeps the asked area inside the grant; without one it is the area of the reader's post.
func (a *Ask) within(g authz.Grant) error {
	for _, r := range g.Reaches() {
		switch {
		case r.Level == authz.LevelArea && a.Area == "":
			a.Area = r.Area
		case r.Level == authz.LevelCommittee && a.Area == "":
			a.Area = r.Committee.County().Area()
		}
	}
	if !ident.ValidArea(a.Area) {
		return fault.New(fault.Invalid, "", "请选择区域。", "Please choose an area.").At("area")
	}
	for _, r := range g.Reaches() {
		if r.Level == authz.LevelArea && r.Area.Covers(a.Area) || r.Level == authz.LevelCommittee && a.Area.Covers(r.Committee.County().Area()) {
			return nil
		}
	}
	return fault.NoSuch()
}

func (t *Table) fill(tx *db.Tx, ask Ask, groups []Counts) error {
	var total Counts
	for _, c := range groups {
		total.add(c)
	}
	t.Columns, t.Checks = figures(total, ask, narrow("area", string(ask.Area))), checksOf(total)
	if ask.Group == "" {
		return nil
	}
	for _, c := range groups {
		name, where, err := ask.nameOf(tx, c)
		if err != nil {
			return err
		}
		t.Rows = append(t.Rows, Row{Key: where.Get("area") + where.Get("committee_id"), Name: name, Values: figures(c, ask, where)})
	}
	return nil
}

func (a Ask) nameOf(tx *db.Tx, c Counts) (string, url.Values, error) {
	if a.Group == "committee" {
		committee, err := registry.FindCommittee(tx, c.CommitteeID)
		return committee.Name, narrow("committee_id", c.CommitteeID.String()), err
	}
	code := ident.Area(c.Prefix + strings.Repeat("0", 12-len(c.Prefix)))
	area, err := registry.FindArea(tx, code)
	return area.Name, narrow("area", string(code)), err
}

func figures(c Counts, ask Ask, where url.Values) []Figure {
	out := make([]Figure, 0, len(columns))
	for _, col := range columns {
		n := col.value(c)
		f := Figure{Col: col.col, Text: col.text, Units: col.unit, Value: n, Count: n, Query: url.Values{}}
		if col.col == 5 {
			f.Value = money.Fen(n).WanYuan()
		}
		for _, part := range []url.Values{where, col.narrow, narrow(string(ask.Basis)+"_from", string(ask.From), string(ask.Basis)+"_to", string(ask.To))} {
			for k := range part {
				f.Query.Set(k, part.Get(k))
			}
		}
		out = append(out, f)
	}
	return out
}

// In puts headings and sentences into a language and links each figure to its list below base.
func (t Table) In(lang, base string) Table {
	say := func(fs []Figure) {
		for i := range fs {
			fs[i].Heading, fs[i].Unit, fs[i].Drill = fs[i].Text.In(lang), fs[i].Units.In(lang), base+"?"+fs[i].Query.Encode()
		}
	}
	say(t.Columns)
	for i := range t.Rows {
		say(t.Rows[i].Values)
	}
	for i := range t.Checks {
		t.Checks[i].Says = t.Checks[i].Text.In(lang)
	}
	return t
}
