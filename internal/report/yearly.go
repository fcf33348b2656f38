package report

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/money"
	"fengqiao/internal/rollup"
	"fengqiao/internal/sheet"
	"fengqiao/internal/tally"
)

// Yearly is what an area or one committee reports of a year: its money, how cases came, what they were about, who was served, how
// they ended, what was agreed, whether it was kept, who came back, how long it took and what a session cost. Source: statistics
// handbook, §5.
type Yearly struct {
	tally.Head
	Year     int       `json:"year"`
	Sections []Section `json:"sections"`
}

// Section is a heading with what stands under it.
type Section struct {
	Key   string `json:"key"`
	Name  string `json:"name"`
	Items []Item `json:"items"`
	text  fault.Text
}

// Item is one figure: a count, an amount, days, or a rate with its parts.
type Item struct {
	Name  string      `json:"name"`
	Value string      `json:"value" doc:"As it is printed; – where nothing is known"`
	Unit  string      `json:"unit"`
	Rate  *tally.Rate `json:"rate,omitempty"`
	Drill string      `json:"drill,omitempty"`

	text, unit fault.Text
	of         tally.Query
}

// served is what is added up of the cases closed in a year.
type served struct{ Cases, Settled, Parties, Sessions, AmountFen, Pay int64 }

var (
	casesUnit    = fault.Say("件", "cases")
	personsUnit  = fault.Say("人", "persons")
	sessionsUnit = fault.Say("次", "sessions")
	daysUnit     = fault.Say("天", "days")
	yuanUnit     = fault.Say("元", "yuan")
	percentUnit  = fault.Text{ZH: "%", EN: "%"}
)

// YearlyOf makes the report of a year, the running one so far. Faults as CaseTable; Invalid for a year that is none.
func (s *Service) YearlyOf(ctx context.Context, g authz.Grant, ask tally.Ask, year int) (y Yearly, err error) {
	err = s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		if year == 0 {
			year = tally.Today(tx).Year()
		}
		ask.From, ask.To = calendar.Day(fmt.Sprintf("%04d-01-01", year)), calendar.Day(fmt.Sprintf("%04d-12-31", year))
		if err := ask.Settle(tx, g); err != nil {
			return err
		}
		if y.Head, err = ask.Head(tx); err != nil {
			return err
		}
		y.Year = year
		return y.count(tx, g, ask)
	})
	return y, err
}

func (y *Yearly) count(tx *db.Tx, g authz.Grant, ask tally.Ask) error {
	done := tally.Between(ask.Cases(), "closed", ask.From, ask.To)
	all, err := servedIn(tx, g, ask)
	if err != nil {
		return err
	}
	var o Overview
	if err := errors.Join(o.countNine(tx, g, ask), o.countPromises(tx, g, ask), o.countTook(tx, g, ask), o.countReturns(tx, g, ask)); err != nil {
		return err
	}
	budget, known, err := budgetOf(tx, ask, y.Year)
	if err != nil {
		return err
	}
	sources, err := countedBy(tx, g, ask, rollup.BySource)
	if err != nil {
		return err
	}
	kinds, err := countedBy(tx, g, ask, rollup.ByCategory)
	if err != nil {
		return err
	}
	ended, err := countedBy(tx, g, ask, rollup.ByOutcome)
	if err != nil {
		return err
	}
	y.money(budget, known, all.Sessions)
	y.add("sources", fault.Say("案件来源", "Referrals by source"), listOf(families(), bySource(sources), func(code string) tally.Query { return done.With("source", code) })...)
	y.add("categories", fault.Say("纠纷类别", "Case categories"), listOf(officialList(), byOfficial(kinds), func(code string) tally.Query { return done.With("category", code) })...)
	y.add("served", fault.Say("服务的当事人", "Parties served"), number(fault.Say("当事人", "Parties"), all.Parties, personsUnit, done))
	y.add("resolved", fault.Say("办结情况", "How they ended"),
		number(fault.Say("结案", "Closed"), all.Cases, casesUnit, done), number(fault.Say("调解成功", "Settled"), all.Settled, casesUnit, done.With("settled", "true")),
		number(fault.Say("书面协议", "In writing"), ended[string(casework.WrittenAgreement)], casesUnit, done.With("settled", "true", "outcome", "written_agreement")),
		number(fault.Say("口头协议", "By word of mouth"), ended[string(casework.OralAgreement)], casesUnit, done.With("settled", "true", "outcome", "oral_agreement")),
		number(fault.Say("调解不成", "Without agreement"), ended[string(casework.Failed)]+ended[string(casework.PartyEnded)], casesUnit, done.With("outcome", "failed,party_ended")),
		number(fault.Say("当事人拒绝", "A party refused"), ended[string(casework.PartyRefused)], casesUnit, done.With("outcome", "party_refused")),
		number(fault.Say("撤回", "Withdrawn"), ended[string(casework.Withdrawn)], casesUnit, done.With("outcome", "withdrawn")))
	y.add("awards", fault.Say("协议内容", "What was agreed"),
		Item{text: fault.Say("协议涉及金额", "Amount agreed"), Value: money.Fen(all.AmountFen).String(), unit: yuanUnit, of: done.With("settled", "true")},
		number(fault.Say("涉及金额的协议", "Agreements on money"), all.Pay, casesUnit, tally.Query{}), number(fault.Say("不涉及金额的协议", "Agreements without money"), all.Settled-all.Pay, casesUnit, tally.Query{}))
	y.add("compliance", fault.Say("履行", "Compliance"), rateItem(fault.Say("按期履行的义务", "Promises kept by the day"), o.Rates.Performance),
		Item{text: fault.Say("情况不明的义务", "Promises of which nothing is known"), Value: tally.Thousands(o.Promises[3].Value), unit: fault.Say("项", "promises"), of: o.Promises[3].Of})
	y.add("returnees", fault.Say("再起纠纷", "Returnees"), rateItem(fault.Say("一年内同样当事人再起纠纷", "The same parties came back within a year"), o.Rates.Returnees))
	y.add("duration", fault.Say("用时", "Duration"), dayItem(fault.Say("受理到调解完毕，中位数", "From acceptance to the end of mediation, median"), o.Took.Median), dayItem(fault.Say("九成不超过", "Nine in ten within"), o.Took.P90),
		Item{text: fault.Say("调解会", "Sessions"), Value: tally.Thousands(all.Sessions), unit: sessionsUnit, of: done})
	return nil
}

// money is the year's budget, and what a session cost of it, where a budget was entered.
func (y *Yearly) money(budget money.Fen, known bool, sessions int64) {
	total, each := "–", "–"
	if known {
		total = budget.String()
		if sessions > 0 {
			each = money.Fen((2*int64(budget) + sessions) / (2 * sessions)).String()
		}
	}
	y.add("budget", fault.Say("经费", "Operating budget"), Item{text: fault.Say("当年预算", "Budget of the year"), Value: total, unit: yuanUnit},
		Item{text: fault.Say("每次调解会平均（估算）", "For each session, estimated"), Value: each, unit: yuanUnit})
}

func (y *Yearly) add(key string, name fault.Text, items ...Item) {
	y.Sections = append(y.Sections, Section{Key: key, text: name, Items: items})
}

func number(name fault.Text, n int64, unit fault.Text, of tally.Query) Item {
	return Item{text: name, Value: tally.Thousands(n), unit: unit, of: of}
}

func rateItem(name fault.Text, r tally.Rate) Item {
	return Item{text: name, Value: r.Percent, unit: percentUnit, Rate: &r}
}

func dayItem(name fault.Text, days *int) Item {
	if days == nil {
		return Item{text: name, Value: "–", unit: daysUnit}
	}
	return Item{text: name, Value: fmt.Sprint(*days), unit: daysUnit}
}

// listOf is a line for each code of a list that counts anything.
func listOf(list codes.List, counts map[string]int64, of func(code string) tally.Query) (out []Item) {
	for _, c := range list {
		if n := counts[c.Code]; n > 0 {
			out = append(out, number(c.Name, n, casesUnit, of(c.Code)))
		}
	}
	return out
}

// families are the sources with two digits, in which the finer ones are counted.
func families() (out codes.List) {
	for _, c := range codes.Sources {
		if len(c.Code) == 2 {
			out = append(out, c)
		}
	}
	return out
}

func bySource(counts map[string]int64) map[string]int64 {
	out := map[string]int64{}
	for code, n := range counts {
		out[code[:min(2, len(code))]] += n
	}
	return out
}

func officialList() codes.List { return codes.OfficialCategories() }

// byOfficial counts categories in the official one of their column.
func byOfficial(counts map[string]int64) map[string]int64 {
	out := map[string]int64{}
	for code, n := range counts {
		out[official(code)] += n
	}
	return out
}

// In names everything in a language and links it to its lists on a face.
func (y Yearly) In(lang string, l tally.Lists) Yearly {
	y.Sections = slices.Clone(y.Sections)
	for i := range y.Sections {
		s := &y.Sections[i]
		s.Name, s.Items = s.text.In(lang), append([]Item{}, s.Items...)
		for j := range s.Items {
			item := &s.Items[j]
			item.Name, item.Unit, item.Drill = item.text.In(lang), item.unit.In(lang), l.Address(item.of)
			if item.Rate != nil {
				item.Rate.Link(l)
			}
		}
	}
	return y
}

// File is what the report is called as a file.
func (y Yearly) File() string { return y.FileName("yearly") }

// Grid is a line a figure.
func (y Yearly) Grid(lang string) sheet.Grid {
	title := fault.Say("%d 年度报告", "Report of %d", y.Year).In(lang)
	g := sheet.Grid{Name: title, Title: title, Under: y.Under(lang), Head: heads(lang, fault.Say("部分", "Section"), itemText, valueText, fault.Say("单位", "Unit"), partText, wholeText)}
	for _, s := range y.Sections {
		for _, i := range s.Items {
			line := []any{s.Name, i.Name, sheet.Decimal(strings.ReplaceAll(i.Value, ",", "")), i.Unit, "", ""}
			if i.Rate != nil {
				line[4], line[5] = i.Rate.Numerator, i.Rate.Denominator
			}
			g.Rows = append(g.Rows, line)
		}
	}
	return g
}
