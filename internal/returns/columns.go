package returns

import (
	"slices"
	"strings"

	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/tally"
)

// columnCount is how many columns of the official table count cases; 40–49 count screening rounds and prevention.
const columnCount = 39

// column is one column of the case table: what it is called, what it sums, and how its cases are listed. What is summed
// and what is listed stand side by side, because they must mean the same.
type column struct {
	col    int
	block  string
	text   fault.Text
	unit   fault.Text
	sum    string   // of dispute_cases c, led by committees m
	narrow []string // pairs of name and value
}

var cases, persons, wan = fault.Say("件", "cases"), fault.Say("人", "persons"), fault.Say("万元", "10,000 yuan")

// columns are 1–39 of the official table, by key and never by position. Source: statistics handbook, §1.
var columns = func() []column {
	out := []column{
		{1, "total", fault.Say("调解案件总数", "Cases in all"), cases, "1", nil},
		{2, "total", fault.Say("涉及当事人数", "Parties"), persons, "c.parties", nil},
		{3, "total", fault.Say("调解成功", "Settled"), cases, tally.One(casework.WhereSettled), []string{"settled", "true"}},
		{4, "total", fault.Say("疑难复杂案件", "Complex cases"), cases, tally.One(casework.WhereComplex), []string{"complex", "true"}},
		{5, "total", fault.Say("协议涉及金额", "Amount agreed"), wan, "CASE WHEN " + casework.WhereSettled + " THEN c.amount_fen ELSE 0 END", []string{"settled", "true"}},
	}
	for _, t := range codes.CommitteeTypes {
		out = append(out, column{t.Column, "type", t.Name, cases, tally.One(tally.Is("m.type", t.Code)), []string{"committee_type", t.Code}})
	}
	out = append(out,
		column{12, "source", fault.Say("主动调解", "Own motion"), cases, tally.One(tally.Below("c.source", "2")), []string{"source", "2"}},
		column{13, "source", fault.Say("依申请调解", "On application"), cases, tally.One(tally.Below("c.source", "1")), []string{"source", "1"}},
		column{14, "source", fault.Say("接受委托移送调解", "Commissioned"), cases, tally.One(tally.Below("c.source", "3")), []string{"source", "3"}})
	for col, code := range map[int]string{15: "31", 16: "32", 17: "33", 18: "34", 19: "35"} {
		from, _ := codes.Sources.Find(code)
		out = append(out, column{col, "referrer", from.Name, cases, tally.One(tally.Below("c.source", code)), []string{"source", code}})
	}
	for _, c := range codes.OfficialCategories() {
		out = append(out, column{c.Column, "category", c.Name, cases, tally.One(tally.Below("c.category", c.Code)), []string{"category", c.Code}})
	}
	out = append(out,
		column{38, "form", fault.Say("口头协议", "Oral agreements"), cases, closedWith(casework.OralAgreement), closedBy(casework.OralAgreement)},
		column{39, "form", fault.Say("书面协议", "Written agreements"), cases, closedWith(casework.WrittenAgreement), closedBy(casework.WrittenAgreement)})
	slices.SortFunc(out, func(a, b column) int { return a.col - b.col })
	return out
}()

// closedWith counts an outcome only once the case is closed: an agreement in force is none yet for the table.
func closedWith(o casework.Outcome) string {
	return tally.One(casework.WhereSettled + " AND " + tally.Is("c.outcome", string(o)))
}

func closedBy(o casework.Outcome) []string { return []string{"settled", "true", "outcome", string(o)} }

// sumsSQL is every column in its order, for one pass over the cases.
var sumsSQL = func() string {
	var out []string
	for _, c := range columns {
		out = append(out, "COALESCE(SUM("+c.sum+"), 0)")
	}
	return strings.Join(out, ",\n\t")
}()
