package report

import (
	"context"
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

// Rates are the rates of a period.
type Rates struct {
	Engagement  tally.Rate `json:"engagement" doc:"Everybody needed agreed to mediation, of the cases whose parties were asked in the period and answered"`
	SettlementA tally.Rate `json:"settlement_a" doc:"Settled, of those closed as settled or without agreement"`
	SettlementB tally.Rate `json:"settlement_b" doc:"Settled by the end of the period, of those accepted in it"`
	Success     tally.Rate `json:"success" doc:"The official rate: column 3 of column 1 of the case table"`
}

// namedRate is a rate with what it is called.
type namedRate struct {
	key  string
	name fault.Text
	rate *tally.Rate
}

// named are the rates in the order in which they are told: whether people came at all stands first.
func (r *Rates) named() []namedRate {
	return []namedRate{
		{"engagement", fault.Say("征得同意率", "Engagement"), &r.Engagement},
		{"settlement_a", fault.Say("调解成功率 A", "Settlement A"), &r.SettlementA},
		{"settlement_b", fault.Say("调解成功率 B", "Settlement B"), &r.SettlementB},
		{"success", fault.Say("调解成功率（官方口径）", "Official success"), &r.Success},
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
		if err := o.countMonths(tx, g, ask); err != nil {
			return err
		}
		return o.countKinds(tx, g, ask)
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

// countMonths counts what was accepted and closed, and the rates that rest on whole cases.
func (o *Overview) countMonths(tx *db.Tx, g authz.Grant, ask tally.Ask) error {
	taken, err := acceptedByDay(tx, g, ask)
	if err != nil {
		return err
	}
	closed, err := closedByDay(tx, g, ask)
	if err != nil {
		return err
	}
	agreed, asked, err := consents(tx, g, ask, nil)
	if err != nil {
		return err
	}
	open, err := pending(tx, g, ask, nil)
	o.spread(ask, taken, closed)
	o.add(ask, taken, closed)
	o.Totals.Pending = tally.Count{Value: open, Of: ask.Cases().With("open_on", string(ask.AsOf(tx)))}
	question := tally.Between(ask.Cases(), "asked", ask.From, ask.To)
	o.Rates.Engagement = tally.RateOf(agreed, asked, question.With("consent", "agreed"), question.With("consent", "decided"))
	return err
}

// spread sorts days into months; the first and the last may be cut by the period.
func (o *Overview) spread(ask tally.Ask, taken, closed []onADay) {
	at := map[calendar.Day]*Month{}
	firsts := months(ask.From, ask.To)
	o.Months = make([]Month, len(firsts))
	for i, first := range firsts {
		from, to := max(first, ask.From), min(first.PlusMonths(1).Plus(-1), ask.To)
		done := tally.Between(ask.Cases(), "closed", from, to)
		o.Months[i] = Month{Month: string(first[:7]), Accepted: tally.Count{Of: tally.Between(ask.Cases(), "accepted", from, to)},
			Closed: tally.Count{Of: done}, Settled: tally.Count{Of: done.With("settled", "true")}}
		at[first] = &o.Months[i]
	}
	for _, d := range taken {
		at[d.Day.FirstOfMonth()].Accepted.Value += d.N
	}
	for _, d := range closed {
		m := at[d.Day.FirstOfMonth()]
		m.Closed.Value += d.N
		m.Settled.Value += d.Settled
	}
}

// add makes the totals and the rates from the days.
func (o *Overview) add(ask tally.Ask, taken, closed []onADay) {
	sum := func(days []onADay) (n, settled int64) {
		for _, d := range days {
			n, settled = n+d.N, settled+d.Settled
		}
		return n, settled
	}
	accepted, cohort := sum(taken)
	ended, settled := sum(closed)
	came, done := tally.Between(ask.Cases(), "accepted", ask.From, ask.To), tally.Between(ask.Cases(), "closed", ask.From, ask.To)
	agreed := done.With("settled", "true")
	o.Totals = Totals{Accepted: tally.Count{Value: accepted, Of: came}, Closed: tally.Count{Value: ended, Of: done}, Settled: tally.Count{Value: settled, Of: agreed}}
	o.Rates.Success = tally.RateOf(settled, ended, agreed, done)
	o.Rates.SettlementB = tally.RateOf(cohort, accepted, came.With("closed_to", string(ask.To), "settled", "true"), came)
}

// countKinds breaks the closed cases down by category and by area.
func (o *Overview) countKinds(tx *db.Tx, g authz.Grant, ask tally.Ask) error {
	kinds, err := closedByKind(tx, g, ask)
	if err != nil {
		return err
	}
	done := tally.Between(ask.Cases(), "closed", ask.From, ask.To)
	var settled, failed int64
	byCol, byArea := map[int]kindOf{}, map[string]kindOf{}
	for _, k := range kinds {
		settled, failed = settled+k.Settled, failed+k.Failed
		code, _ := codes.Categories.Find(k.Category)
		byCol[code.Column], byArea[k.Prefix] = byCol[code.Column].plus(k), byArea[k.Prefix].plus(k)
	}
	o.Rates.SettlementA = tally.RateOf(settled, settled+failed, done.With("settled", "true"), done.With("outcome", settledOrFailed))
	o.Categories, o.Areas = categoriesOf(byCol, done), []AreaRate{}
	if !ask.Committee().IsZero() {
		return nil
	}
	o.Areas, err = areasOf(tx, ask, byArea, done)
	return err
}

func (k kindOf) plus(o kindOf) kindOf {
	k.Closed, k.Settled, k.Failed = k.Closed+o.Closed, k.Settled+o.Settled, k.Failed+o.Failed
	return k
}

func categoriesOf(byCol map[int]kindOf, done tally.Query) []Kind {
	out := []Kind{}
	for _, c := range codes.OfficialCategories() {
		if k := byCol[c.Column]; k.Closed > 0 {
			all := done.With("category", c.Code)
			out = append(out, Kind{Col: c.Column, Text: c.Name, Success: tally.RateOf(k.Settled, k.Closed, all.With("settled", "true"), all)})
		}
	}
	return out
}

// areasOf gives every area below its rate, with those that had no case; what arose in the asked area as such comes last.
func areasOf(tx *db.Tx, ask tally.Ask, by map[string]kindOf, done tally.Query) ([]AreaRate, error) {
	below, err := registry.AreasBelow(tx, ask.Area)
	if err != nil {
		return nil, err
	}
	below = slices.DeleteFunc(below, func(a registry.Area) bool { return a.Code.Parent() != ask.Area })
	out := make([]AreaRate, 0, len(below)+1)
	digits := tally.DigitsBelow[ask.Area.Level()]
	for _, a := range below {
		k, all := by[string(a.Code[:digits])], done.With("area", string(a.Code))
		out = append(out, AreaRate{Area: a.Code, Name: a.Name, Success: tally.RateOf(k.Settled, k.Closed, all.With("settled", "true"), all)})
	}
	if k := by[string(ask.Area[:digits])]; k.Closed > 0 {
		all := done.With("area_only", "true")
		out = append(out, AreaRate{Area: ask.Area, Name: ask.Name(), Itself: true, Success: tally.RateOf(k.Settled, k.Closed, all.With("settled", "true"), all)})
	}
	return out, nil
}

// In puts names into a language and links every figure to its list on a face.
func (o Overview) In(lang string, l tally.Lists) Overview {
	t, r := &o.Totals, &o.Rates
	for _, c := range []*tally.Count{&t.Accepted, &t.Closed, &t.Settled, &t.Pending} {
		c.Link(l)
	}
	for _, x := range []*tally.Rate{&r.Engagement, &r.SettlementA, &r.SettlementB, &r.Success} {
		x.Link(l)
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
