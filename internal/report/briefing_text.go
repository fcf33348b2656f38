package report

import (
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
	"fengqiao/internal/tally"
)

// paragraph is the template 议案答复 in our own words; {names} stand for what was counted.
var paragraph = fault.Text{
	ZH: "截至{day}，{area}共有村（居）人民调解委员会{committees}个，人民调解员{mediators}名。{from}至{to}，共排查调处矛盾纠纷{cases}件，" +
		"调解成功{settled}件，调解成功率{success_rate}。小区物业矛盾纠纷调解委员会协调机制覆盖小区{compounds_covered}个，" +
		"占小区总数{compounds}个的{coverage}，化解物业纠纷{property_settled}件。同期开展法律服务“五在场”：村级重大决策{decisions}次，" +
		"村规民约评审修订{rules}次，重大事项法律咨询{advice}次，重大纠纷调解{disputes}次，重要节点普法宣传{publicity}次。",
	EN: "On {day}, {area} had {committees} people's mediation committees in villages and communities, with {mediators} mediators. " +
		"From {from} to {to} they took up and closed {cases} disputes and settled {settled} of them, a success rate of {success_rate}. " +
		"The mechanism for property disputes covers {compounds_covered} of {compounds} residential compounds, or {coverage}, and has settled " +
		"{property_settled} property disputes. In the same period legal services were present on five occasions of village life: " +
		"at major village decisions {decisions} times, at the review of village rules {rules} times, with advice on major matters {advice} times, " +
		"at the mediation of major disputes {disputes} times, and for publicity at key dates {publicity} times.",
}

// footnote says what the paragraph rests on.
var footnote = fault.Text{
	ZH: "调委会、调解员和小区覆盖按{day}的登记计算，一人在两个调委会任职只计一次。案件为村（居）调委会自{from}起受理、至{to}首次结案的，每件计一次；" +
		"物业纠纷由物业领域的调委会化解，另行统计。截至{day}已受理尚未结案{pending}件，不计入成功率。",
	EN: "Committees, mediators and coverage are taken from the register on {day}; a person who serves two committees counts once. Cases are those " +
		"that village and community committees accepted from {from} on and first closed by {to}, each once; property disputes are those of the " +
		"committees for property matters, counted apart. On {day}, {pending} accepted cases were not yet closed; they are in no rate.",
}

// value is what stands for a name of a template, and the list that it leads to, if it leads to one.
type value struct {
	text fault.Text
	list tally.Query
}

// told are the values of a template by name.
type told map[string]value

// tell writes the figures as the paragraph shows them: thousands set off, rates without decimals.
func (b *Briefing) tell(ask tally.Ask) told {
	f, lists := b.Figures, listsOf(ask, b.AsOf)
	out := told{"area": plain(ask.Name()), "day": onDay(b.AsOf), "from": onDay(ask.From), "to": onDay(ask.To)}
	count := func(name string, n int64, list string) {
		out[name] = value{plain(tally.Thousands(n)).text, lists[list]}
	}
	count("committees", f.Committees, "committees")
	count("mediators", f.Mediators, "mediators")
	count("cases", f.Cases, "cases")
	count("settled", f.Settled, "settled")
	count("compounds", f.Compounds, "compounds")
	count("compounds_covered", f.CompoundsCovered, "compounds_covered")
	count("property_settled", f.PropertySettled, "property_settled")
	count("decisions", f.Presence.Decisions, "presence_1")
	count("rules", f.Presence.Rules, "presence_2")
	count("advice", f.Presence.Advice, "presence_3")
	count("disputes", f.Presence.Disputes, "presence_4")
	count("publicity", f.Presence.Publicity, "presence_5")
	count("pending", b.Footnote.Pending.Value, "pending")
	out["success_rate"] = value{plain(tally.Rounded(f.Settled, f.Cases)).text, lists["cases"]}
	out["coverage"] = value{plain(tally.Rounded(f.CompoundsCovered, f.Compounds)).text, lists["compounds"]}
	return out
}

func plain(s string) value { return value{text: fault.Text{ZH: s, EN: s}} }

func onDay(d calendar.Day) value { return value{text: tally.DayText(d)} }

// Span is a piece of a sentence: words, or a figure with its list.
type Span struct {
	Text string
	Href string // "" for words
}

// spans puts values into a template.
func (v told) spans(template, lang string, l tally.Lists) []Span {
	var out []Span
	for template != "" {
		words, rest, _ := strings.Cut(template, "{")
		name, after, _ := strings.Cut(rest, "}")
		out = append(out, Span{Text: words})
		if got, ok := v[name]; ok {
			out = append(out, Span{got.text.In(lang), l.Address(got.list)})
		}
		template = after
	}
	return out
}

func textOf(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}
