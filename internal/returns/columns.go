package returns

import (
	"slices"
	"strconv"
	"strings"

	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/tally"
)

// columnCount is how many columns the official table has.
const columnCount = 49

// Sums beside the columns, which no table shows: what the check sums S12 and S13 need.
const (
	inSubKinds = columnCount + 1 + iota // property disputes in one of their sub-kinds, or in none that was told
	referredMet

	sumCount = 64 // of the longest table
)

// sums are the values of the columns by their numbers; 0 is not used.
type sums [sumCount]int64

// from adds up columns, both ends in.
func (s *sums) from(first, last int) (sum int64) {
	for _, n := range s[first : last+1] {
		sum += n
	}
	return sum
}

func (s *sums) plus(o *sums) {
	for i, n := range o {
		s[i] += n
	}
}

// column is one column of the case table: what it is called, what it sums, and how what it counts is listed. What is summed
// and what is listed stand side by side, because they must mean the same.
type column struct {
	col    int
	block  string
	text   fault.Text
	unit   fault.Text
	sum    string   // over counted cases t; "" for what is counted of other rows
	list   string   // the list that it leads to
	narrow []string // pairs of name and value
}

var cases, persons, wan, times = fault.Say("件", "cases"), fault.Say("人", "persons"), fault.Say("万元", "10,000 yuan"), fault.Say("次", "times")

// columns are 1–49 of the official table, by key and never by position. Source: statistics handbook, §1.
var columns = func() []column {
	of := tally.OfCases
	out := []column{
		{1, "total", fault.Say("调解案件总数", "Cases in all"), cases, inAll("t.n"), of, nil},
		{2, "total", fault.Say("涉及当事人数", "Parties"), persons, inAll("t.parties"), of, nil},
		{3, "total", fault.Say("调解成功", "Settled"), cases, inAll("t.settled"), of, []string{"settled", "true"}},
		{4, "total", fault.Say("疑难复杂案件", "Complex cases"), cases, inAll("t.complex"), of, []string{"complex", "true"}},
		{5, "total", fault.Say("协议涉及金额", "Amount agreed"), wan, inAll("t.amount_fen"), of, []string{"settled", "true"}},
	}
	for _, t := range codes.CommitteeTypes {
		out = append(out, column{t.Column, "type", t.Name, cases, when(tally.Is("t.type", t.Code)), of, []string{"committee_type", t.Code}})
	}
	out = append(out,
		column{12, "source", fault.Say("主动调解", "Own motion"), cases, when(tally.Below("t.source", "2")), of, []string{"source", "2"}},
		column{13, "source", fault.Say("依申请调解", "On application"), cases, when(tally.Below("t.source", "1")), of, []string{"source", "1"}},
		column{14, "source", fault.Say("接受委托移送调解", "Commissioned"), cases, when(tally.Below("t.source", "3")), of, []string{"source", "3"}})
	for col, code := range map[int]string{15: "31", 16: "32", 17: "33", 18: "34", 19: "35"} {
		from, _ := codes.Sources.Find(code)
		out = append(out, column{col, "referrer", from.Name, cases, when(tally.Below("t.source", code)), of, []string{"source", code}})
	}
	for _, c := range codes.OfficialCategories() {
		out = append(out, column{c.Column, "category", c.Name, cases, when(tally.Below("t.category", c.Code)), of, []string{"category", c.Code}})
	}
	out = append(out,
		column{38, "form", fault.Say("口头协议", "Oral agreements"), cases, closedWith(casework.OralAgreement), of, closedBy(casework.OralAgreement)},
		column{39, "form", fault.Say("书面协议", "Written agreements"), cases, closedWith(casework.WrittenAgreement), of, closedBy(casework.WrittenAgreement)},
		column{40, "field", fault.Say("排查纠纷", "Screening rounds, zero reports too"), times, "", tally.OfRounds, nil},
		column{41, "field", fault.Say("预防纠纷", "Disputes prevented"), cases, "", tally.OfPreventions, []string{"confirmed", "true"}})
	for i, p := range codes.Preventions {
		narrow := []string{"confirmed", "true", "kind", p.Code}
		out = append(out, column{42 + 2*i, "prevention", p.Name, cases, "", tally.OfPreventions, narrow}, column{43 + 2*i, "prevention", p.Name, persons, "", tally.OfPreventions, narrow})
	}
	slices.SortFunc(out, func(a, b column) int { return a.col - b.col })
	return out
}()

// inAll sums something of the lines t that count their cases in all.
func inAll(what string) string { return "CASE WHEN t.whole = 1 THEN " + what + " ELSE 0 END" }

// when counts the cases of the lines t that meet a condition, which asks one thing only.
func when(where string) string { return "CASE WHEN " + where + " THEN t.n ELSE 0 END" }

// closedWith counts an outcome only once the case is closed: an agreement in force is none yet for the table.
func closedWith(o casework.Outcome) string {
	return "CASE WHEN " + tally.Is("t.outcome", string(o)) + " THEN t.settled ELSE 0 END"
}

func closedBy(o casework.Outcome) []string { return []string{"settled", "true", "outcome", string(o)} }

// summed are the columns that are summed over cases, with those beside, in the order of sumsSQL.
var summed = func() []int {
	var out []int
	for _, c := range columns {
		if c.sum != "" {
			out = append(out, c.col)
		}
	}
	return append(out, inSubKinds, referredMet)
}()

// sumsSQL is every summed column in its order, for one pass over the cases.
var sumsSQL = func() string {
	var out, kinds []string
	for _, c := range columns {
		if c.sum != "" {
			out = append(out, tally.Total(c.sum))
		}
	}
	for _, c := range codes.Categories {
		if codes.IsProperty(c.Code) {
			kinds = append(kinds, strconv.Quote(c.Code))
		}
	}
	property := strings.ReplaceAll("t.category IN ("+strings.Join(kinds, ", ")+")", `"`, "'")
	out = append(out, tally.Total(when(property)), tally.Total("CASE WHEN "+tally.Below("t.source", "3")+" THEN t.met ELSE 0 END"))
	return strings.Join(out, ",\n\t")
}()
