package housing

import (
	"strconv"

	"fengqiao/internal/fault"
	"fengqiao/internal/sheet"
	"fengqiao/internal/tally"
)

var (
	title       = fault.Say("小区物业纠纷", "Property disputes by compound")
	placeText   = fault.Say("地方", "Place")
	allText     = fault.Say("合计", "All kinds")
	totalText   = fault.Say("本区域合计", "The whole area")
	fewText     = fault.Text{ZH: "<5", EN: "<5"}
	heldText    = fault.Text{ZH: "–", EN: "–"}
	atLeastText = fault.Text{ZH: "至少 %s", EN: "at least %s"}
	fewNote     = fault.Say("<5：少于 5 件，也可能没有。", "<5: fewer than 5, or none.")
	heldNote    = fault.Say("–：不公布，以免由其他数字推算出少于 5 的数。", "–: not told, so that no number below 5 can be worked out from the others.")
	leastNote   = fault.Say("至少：只加了已公布的数。", "At least: the sum of what is told.")
	toldText    = fault.Text{ZH: "第 %d 季度于 %s 首次公布，以后补录、更正的不再计入。", EN: "Quarter %d was first told on %s; what was entered or corrected later is not in it."}
	coverText   = fault.Text{ZH: "小区覆盖：%d / %d（%s%%）。", EN: "Compounds served: %d of %d (%s%%)."}
)

// Say is the figure as it is printed.
func (f Figure) Say(lang string) string {
	n := tally.Thousands(f.Value)
	switch f.Mark {
	case Few:
		return fewText.In(lang)
	case Withheld:
		return heldText.In(lang)
	case AtLeast:
		return fault.Say(atLeastText.ZH, atLeastText.EN, n).In(lang)
	case Told:
	}
	return n
}

// cell is the figure in a sheet: a number where it is one.
func (f Figure) cell(lang string) any {
	if f.Mark == Told {
		return f.Value
	}
	return f.Say(lang)
}

// File is what the table is called as a file.
func (t Table) File() string {
	name := "housing-" + string(t.Area) + "-" + strconv.Itoa(t.Year)
	if t.Quarter > 0 {
		name += "-q" + strconv.Itoa(t.Quarter)
	}
	return name
}

// Grid is the table with its totals, and under it what the marks mean.
func (t Table) Grid(lang string) sheet.Grid {
	g := sheet.Grid{Name: title.In(lang), Title: title.In(lang), Under: t.Under(lang), Head: [][]sheet.Span{{{Text: placeText.In(lang)}}}}
	for _, k := range t.Kinds {
		g.Head[0] = append(g.Head[0], sheet.Span{Text: k.Name})
	}
	g.Head[0] = append(g.Head[0], sheet.Span{Text: allText.In(lang)})
	line := func(name string, r Row) {
		cells := []any{name}
		for _, f := range append(append([]Figure{}, r.Figures...), r.All) {
			cells = append(cells, f.cell(lang))
		}
		g.Rows = append(g.Rows, cells)
	}
	line(totalText.In(lang), t.Total)
	for _, r := range t.Rows {
		line(r.Name, r)
	}
	c := t.Coverage
	g.Notes = []string{fewNote.In(lang), heldNote.In(lang), leastNote.In(lang), fault.Say(coverText.ZH, coverText.EN, c.Numerator, c.Denominator, c.Percent).In(lang)}
	for _, q := range t.Told {
		g.Notes = append(g.Notes, fault.Say(toldText.ZH, toldText.EN, q.Quarter, q.On).In(lang))
	}
	return g
}
