package report

import (
	"context"
	"errors"
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/tally"
)

// Overview is what a supervisor sees first: how many cases came and were closed month by month, and the rates, each
// with what it is a part of. Areas stand in the order of their codes and are never ranked. Source: statistics
// handbook, §3.
type Overview struct {
	tally.Head
	Totals     Totals     `json:"totals"`
	Rates      Rates      `json:"rates"`
	Took       Took       `json:"took" doc:"How long the mediations of the closed cases took"`
	Promises   []Known    `json:"promises" doc:"What fell due in the period and is due by today, by what is known of it"`
	Nine       []Known    `json:"nine" doc:"What became of the cases registered in the period: always all nine counts"`
	Months     []Month    `json:"months" doc:"Every month of the period, oldest first"`
	Categories []Kind     `json:"categories" doc:"The official categories in which cases were closed, in their official order"`
	Areas      []AreaRate `json:"areas" doc:"The areas one level below, in the order of their codes; empty for a reader who leads one committee"`
}

// Totals are the counts of a period.
type Totals struct {
	Accepted tally.Count `json:"accepted" doc:"Accepted in the period"`
	Closed   tally.Count `json:"closed" doc:"First closed in the period"`
	Settled  tally.Count `json:"settled" doc:"Of these: with a written or oral agreement"`
	Pending  tally.Count `json:"pending" doc:"Accepted by the end of the period and not closed by then"`
}

// Took is how many days mediations took from acceptance until an agreement was in force, or the case was closed without.
type Took struct {
	N      int64 `json:"n"`
	Median *int  `json:"median_days" doc:"None without cases"`
	P90    *int  `json:"p90_days" doc:"Nine in ten took no longer"`
}

// Known is a count by name.
type Known struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	tally.Count
	text fault.Text
}

// Rates are the rates of a period.
type Rates struct {
	Engagement  tally.Rate  `json:"engagement" doc:"Everybody needed agreed to mediation, of the cases whose parties were asked in the period and answered"`
	Mediated    tally.Rate  `json:"mediated" doc:"Came to a session, of the cases registered in the period"`
	SettlementA tally.Rate  `json:"settlement_a" doc:"Settled, of those closed as settled or without agreement"`
	SettlementB tally.Rate  `json:"settlement_b" doc:"Settled by the end of the period, of those accepted in it"`
	Success     tally.Rate  `json:"success" doc:"The official rate: column 3 of column 1 of the case table"`
	Performance tally.Rate  `json:"performance" doc:"Kept by the day, of what fell due in the period; what is not known stands apart, in promises"`
	Timely      tally.Rate  `json:"timely" doc:"Mediated within the limit, of the closed"`
	Returnees   tally.Rate  `json:"returnees" doc:"The same parties came back within twelve months, of the agreements of the same period a year earlier, as far as twelve months are over"`
	Asked       tally.Rate  `json:"confirmation_asked" doc:"A court was asked to confirm it, of the written agreements that took effect in the period"`
	Confirmed   tally.Rate  `json:"confirmed" doc:"The court did, of those"`
	Reopened    tally.Rate  `json:"reopened" doc:"Taken up again after their end, of the cases first closed in the period"`
	Recused     tally.Rate  `json:"recused" doc:"A mediator withdrew, of the cases accepted in the period"`
	Complaints  *tally.Rate `json:"complaints,omitempty" doc:"Complaints about mediators that were received in the period and found right, to the cases accepted in it; left out for who may read none"`
	Fair        *tally.Rate `json:"fair,omitempty" doc:"Parties who said that the mediator sided with nobody, of those who answered in the whole quarters of the period; nothing of fewer than five of a county and quarter. Left out for who may not read opinions"`
	Again       *tally.Rate `json:"again,omitempty" doc:"Parties who would come again; likewise"`
	Response    *tally.Rate `json:"response,omitempty" doc:"Parties who answered, of the parties of cases first closed in those quarters"`
	Coverage    tally.Rate  `json:"coverage" doc:"Compounds that a property committee served on the period's last day, of all on the register; nothing for a reader who leads one committee"`
}

// namedRate is a rate with what it is called.
type namedRate struct {
	key  string
	name fault.Text
	rate *tally.Rate
}

// named are the rates in the order in which they are told: whether people came at all stands first. What the reader may not know
// is left out.
func (r *Rates) named() []namedRate {
	return slices.DeleteFunc(r.all(), func(n namedRate) bool { return n.rate == nil })
}

func (r *Rates) all() []namedRate {
	return []namedRate{
		{"engagement", fault.Say("征得同意率", "Engagement"), &r.Engagement},
		{"mediated", fault.Say("进入调解率", "Reached mediation"), &r.Mediated},
		{"settlement_a", fault.Say("调解成功率 A", "Settlement A"), &r.SettlementA},
		{"settlement_b", fault.Say("调解成功率 B", "Settlement B"), &r.SettlementB},
		{"success", fault.Say("调解成功率（官方口径）", "Official success"), &r.Success},
		{"performance", fault.Say("按期履行率", "Performance"), &r.Performance},
		{"timely", fault.Say("期限内办结率", "Timeliness"), &r.Timely},
		{"returnees", fault.Say("一年内再起纠纷率", "Returnees"), &r.Returnees},
		{"coverage", fault.Say("小区覆盖率", "Coverage"), &r.Coverage},
		{"confirmation_asked", fault.Say("申请司法确认率", "Confirmation asked for"), &r.Asked},
		{"confirmed", fault.Say("司法确认有效率", "Confirmed by the court"), &r.Confirmed},
		{"reopened", fault.Say("重新办理率", "Reopened"), &r.Reopened},
		{"recused", fault.Say("回避率", "Recused"), &r.Recused},
		{"complaints", fault.Say("投诉成立率", "Complaints upheld"), r.Complaints},
		{"fair", fault.Say("认为公正的", "Found it fair"), r.Fair},
		{"again", fault.Say("愿意再来的", "Would come again"), r.Again},
		{"response", fault.Say("意见回收率", "Response"), r.Response},
	}
}

// Month counts one month, or the part of it that lies in the period.
type Month struct {
	Month    string      `json:"month" doc:"2026-01"`
	Accepted tally.Count `json:"accepted"`
	Closed   tally.Count `json:"closed"`
	Settled  tally.Count `json:"settled" doc:"Of the closed"`
}

// Kind is one official category.
type Kind struct {
	Col     int        `json:"col" doc:"Column of the case table"`
	Name    string     `json:"name"`
	Success tally.Rate `json:"success" doc:"Settled of closed"`
	Text    fault.Text `json:"-"`
}

// AreaRate is one area below.
type AreaRate struct {
	Area    ident.Area `json:"area"`
	Name    string     `json:"name"`
	Itself  bool       `json:"itself,omitempty" doc:"Cases of the asked area as such, in no smaller one"`
	Success tally.Rate `json:"success" doc:"Settled of closed"`
}

const mostMonths = 120

// Overview counts an area's period; without one it is the last twelve months.
//
// Faults: Invalid for a period that ends before it begins or is longer than ten years; Missing for an area out of reach.
func (s *Service) Overview(ctx context.Context, g authz.Grant, ask tally.Ask) (Overview, error) {
	var o Overview
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		if ask.From.IsZero() && ask.To.IsZero() {
			ask.From, ask.To = tally.LastTwelve(calendar.DayOf(tx.Now))
		}
		if err := ask.Settle(tx, g); err != nil {
			return err
		}
		if ask.To.After(ask.From.PlusMonths(mostMonths)) {
			return fault.New(fault.Invalid, "", "一次最多统计十年。", "At most ten years at a time.").At("from")
		}
		if o.Head, err = ask.Head(tx); err != nil {
			return err
		}
		return errors.Join(o.count(tx, g, ask), s.countBeside(tx, g, ask, &o))
	})
	return o, err
}

// months are the months of a period, each as its first day.
func months(from, to calendar.Day) (out []calendar.Day) {
	for m := from.FirstOfMonth(); !m.After(to); m = m.PlusMonths(1) {
		out = append(out, m)
	}
	return out
}

func (k closedCell) plus(o closedCell) closedCell {
	k.N, k.Settled, k.Failed = k.N+o.N, k.Settled+o.Settled, k.Failed+o.Failed
	return k
}

func categoriesOf(byCol map[int]closedCell, done tally.Query) []Kind {
	out := []Kind{}
	for _, c := range codes.OfficialCategories() {
		if k := byCol[c.Column]; k.N > 0 {
			all := done.With("category", c.Code)
			out = append(out, Kind{Col: c.Column, Text: c.Name, Success: tally.RateOf(k.Settled, k.N, all.With("settled", "true"), all)})
		}
	}
	return out
}

// areasOf gives every area below its rate, with those that had no case; what arose in the asked area as such comes last.
func areasOf(tx *db.Tx, ask tally.Ask, by map[string]closedCell, done tally.Query) ([]AreaRate, error) {
	below, err := registry.AreasBelow(tx, ask.Area)
	if err != nil {
		return nil, err
	}
	below = slices.DeleteFunc(below, func(a registry.Area) bool { return a.Code.Parent() != ask.Area })
	out := make([]AreaRate, 0, len(below)+1)
	digits := tally.DigitsBelow[ask.Area.Level()]
	for _, a := range below {
		k, all := by[string(a.Code[:digits])], done.With("area", string(a.Code))
		out = append(out, AreaRate{Area: a.Code, Name: a.Name, Success: tally.RateOf(k.Settled, k.N, all.With("settled", "true"), all)})
	}
	if k := by[string(ask.Area[:digits])]; k.N > 0 {
		all := done.With("area_only", "true")
		out = append(out, AreaRate{Area: ask.Area, Name: ask.Name(), Itself: true, Success: tally.RateOf(k.Settled, k.N, all.With("settled", "true"), all)})
	}
	return out, nil
}

// In puts names into a language and links every figure to its list on a face.
func (o Overview) In(lang string, l tally.Lists) Overview {
	t, r := &o.Totals, &o.Rates
	for _, c := range []*tally.Count{&t.Accepted, &t.Closed, &t.Settled, &t.Pending} {
		c.Link(l)
	}
	for _, n := range r.named() {
		n.rate.Link(l)
	}
	for _, all := range [][]Known{o.Promises, o.Nine} {
		for i := range all {
			all[i].Name = all[i].text.In(lang)
			all[i].Link(l)
		}
	}
	for i := range o.Months {
		for _, c := range []*tally.Count{&o.Months[i].Accepted, &o.Months[i].Closed, &o.Months[i].Settled} {
			c.Link(l)
		}
	}
	for i := range o.Categories {
		o.Categories[i].Name = o.Categories[i].Text.In(lang)
		o.Categories[i].Success.Link(l)
	}
	for i := range o.Areas {
		o.Areas[i].Success.Link(l)
	}
	return o
}
