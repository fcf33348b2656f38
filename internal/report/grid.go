package report

import (
	"fmt"

	"fengqiao/internal/fault"
	"fengqiao/internal/sheet"
	"fengqiao/internal/tally"
)

// What the tables of reports are called, and their headings.
var (
	overviewTitle = fault.Say("概况", "Overview")
	briefingTitle = fault.Say("议案答复", "Reply to a proposal")
	funnelTitle   = fault.Say("参与情况", "Engagement")
	monthText     = fault.Say("月份", "Month")
	acceptedText  = fault.Say("受理", "Accepted")
	closedText    = fault.Say("结案", "Closed")
	settledText   = fault.Say("调解成功", "Settled")
	itemText      = fault.Say("项目", "Item")
	partText      = fault.Say("分子", "Numerator")
	wholeText     = fault.Say("分母", "Denominator")
	percentText   = fault.Say("百分比", "Per cent")
	lowText       = fault.Text{ZH: "95% 区间下限", EN: "95% from"}
	highText      = fault.Text{ZH: "95% 区间上限", EN: "95% to"}
	valueText     = fault.Say("数值", "Value")
	groupText     = fault.Say("怎样邀请", "How they were asked")
	stepText      = fault.Say("步骤", "Step")
	peopleText    = fault.Say("人数", "People")
	beforeText    = fault.Say("占上一步", "Of the step before")
	pendingText   = fault.Say("尚未结案", "Not closed yet")
	nineText      = fault.Say("登记后的去向", "What became of what was registered")
	promisesText  = fault.Say("到期义务的履行", "What fell due")
	tookText      = fault.Say("调解用时", "How long mediation took")
	tookNText     = fault.Say("件数", "Cases")
	medianText    = fault.Say("中位数（天）", "Median, in days")
	ninetyText    = fault.Say("九成不超过（天）", "Nine in ten within, in days")
	everyoneText  = fault.Say("对方当事人", "Respondents")
	askedText     = fault.Say("从邀请到履行", "From the invitation to performance")
	ownText       = fault.Say("主动调解的当事人", "Parties of own-motion cases")
	fewText       = fault.Text{ZH: "少于 %d", EN: "fewer than %d"}
)

func heads(lang string, texts ...fault.Text) [][]sheet.Span {
	row := make([]sheet.Span, 0, len(texts))
	for _, t := range texts {
		row = append(row, sheet.Span{Text: t.In(lang)})
	}
	return [][]sheet.Span{row}
}

func rateLine(name string, r tally.Rate) []any {
	return []any{name, r.Numerator, r.Denominator, sheet.Decimal(r.Percent), sheet.Decimal(r.Low), sheet.Decimal(r.High)}
}

// File is what the overview is called as a file.
func (o Overview) File() string { return o.FileName("overview") }

// Grid is the overview's rates, months, categories and areas, one below the other.
func (o Overview) Grid(lang string) sheet.Grid {
	g := sheet.Grid{Name: overviewTitle.In(lang), Title: overviewTitle.In(lang), Under: o.Under(lang),
		Head: heads(lang, itemText, partText, wholeText, percentText, lowText, highText)}
	for _, r := range o.Rates.named() {
		g.Rows = append(g.Rows, rateLine(r.name.In(lang), *r.rate))
	}
	for _, k := range o.Categories {
		g.Rows = append(g.Rows, rateLine(k.Name, k.Success))
	}
	for _, a := range o.Areas {
		g.Rows = append(g.Rows, rateLine(a.Name, a.Success))
	}
	counts := func(title fault.Text, all ...[]any) {
		g.Rows = append(append(g.Rows, []any{}, []any{title.In(lang), valueText.In(lang)}), all...)
	}
	t := o.Totals
	counts(itemText, []any{acceptedText.In(lang), t.Accepted.Value}, []any{closedText.In(lang), t.Closed.Value}, []any{settledText.In(lang), t.Settled.Value}, []any{pendingText.In(lang), t.Pending.Value})
	counts(nineText, knownLines(o.Nine)...)
	counts(promisesText, knownLines(o.Promises)...)
	counts(tookText, []any{tookNText.In(lang), o.Took.N}, []any{medianText.In(lang), daysOf(o.Took.Median)}, []any{ninetyText.In(lang), daysOf(o.Took.P90)})
	g.Rows = append(g.Rows, []any{}, []any{monthText.In(lang), acceptedText.In(lang), closedText.In(lang), settledText.In(lang)})
	for _, m := range o.Months {
		g.Rows = append(g.Rows, []any{m.Month, m.Accepted.Value, m.Closed.Value, m.Settled.Value})
	}
	return g
}

func knownLines(all []Known) (out [][]any) {
	for _, k := range all {
		out = append(out, []any{k.Name, k.Value})
	}
	return out
}

// daysOf is a number of days; – where there are none.
func daysOf(n *int) any {
	if n == nil {
		return sheet.Decimal("–")
	}
	return int64(*n)
}

// File is what the paragraph is called as a file.
func (b Briefing) File() string { return b.FileName("briefing") }

// Grid is the paragraph with its figures.
func (b Briefing) Grid(lang string) sheet.Grid {
	g := sheet.Grid{Name: briefingTitle.In(lang), Title: briefingTitle.In(lang), Under: b.Under(lang), Head: heads(lang, itemText, valueText)}
	f := b.Figures
	for _, line := range []struct {
		name  fault.Text
		value any
	}{
		{fault.Say("村（居）人民调解委员会", "Committees of villages and communities"), f.Committees}, {fault.Say("人民调解员", "Mediators"), f.Mediators},
		{fault.Say("排查调处矛盾纠纷", "Disputes taken up and closed"), f.Cases}, {fault.Say("调解成功", "Settled"), f.Settled},
		{fault.Text{ZH: "调解成功率（%）", EN: "Success rate (%)"}, sheet.Decimal(f.SuccessRate)}, {fault.Say("机制覆盖小区", "Compounds covered"), f.CompoundsCovered},
		{fault.Say("登记的小区", "Compounds on the register"), f.Compounds}, {fault.Text{ZH: "小区覆盖率（%）", EN: "Coverage (%)"}, sheet.Decimal(f.Coverage)},
		{fault.Say("化解物业纠纷", "Property disputes settled"), f.PropertySettled}, {fault.Say("村级重大决策在场", "Present at village decisions"), f.Presence.Decisions},
		{fault.Say("村规民约评审修订在场", "Present at the review of village rules"), f.Presence.Rules}, {fault.Say("重大事项法律咨询在场", "Present with advice"), f.Presence.Advice},
		{fault.Say("重大纠纷调解在场", "Present at major disputes"), f.Presence.Disputes}, {fault.Say("重要节点普法宣传在场", "Present for publicity"), f.Presence.Publicity},
		{fault.Say("已受理、尚未结案", "Accepted and not closed"), b.Footnote.Pending.Value},
	} {
		g.Rows = append(g.Rows, []any{line.name.In(lang), line.value})
	}
	g.Notes = []string{b.Text, b.Footnote.Text}
	return g
}

// File is what the funnel is called as a file.
func (f Funnel) File() string { return f.FileName("funnel") }

// Grid is the funnel: a line for each way of asking and step.
func (f Funnel) Grid(lang string) sheet.Grid {
	g := sheet.Grid{Name: funnelTitle.In(lang), Title: funnelTitle.In(lang), Under: f.Under(lang), Head: heads(lang, groupText, stepText, peopleText, beforeText)}
	add := func(group string, s Stages) {
		g.Rows = append(g.Rows, []any{group, everyoneText.In(lang), s.People, ""})
		for _, p := range s.Steps {
			var n any = p.People
			if p.Hidden {
				n = fmt.Sprintf(fewText.In(lang), f.Smallest)
			}
			g.Rows = append(g.Rows, []any{group, p.Name, n, sheet.Decimal(p.Share.Percent)})
		}
	}
	add(askedText.In(lang), f.All)
	for _, w := range f.Ways {
		add(w.Name, w.Stages)
	}
	add(ownText.In(lang), f.Own)
	return g
}
