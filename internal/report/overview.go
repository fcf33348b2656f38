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
)

// Overview is what a supervisor sees first: how many cases came and were closed month by month, and the rates, each
// with what it is a part of. Areas stand in the order of their codes and are never ranked. Source: statistics
// handbook, §3.
type Overview struct {
	Head
	Totals     Totals     `json:"totals"`
	Rates      Rates      `json:"rates"`
	Months     []Month    `json:"months" doc:"Every month of the period, oldest first"`
	Categories []Kind     `json:"categories" doc:"The official categories in which cases were closed, in their official order"`
	Areas      []AreaRate `json:"areas" doc:"The areas one level below, in the order of their codes; empty for a reader who leads one committee"`
}

// Totals are the counts of a period.
type Totals struct {
	Accepted Count `json:"accepted" doc:"Accepted in the period"`
	Closed   Count `json:"closed" doc:"First closed in the period"`
	Settled  Count `json:"settled" doc:"Of these: with a written or oral agreement"`
	Pending  Count `json:"pending" doc:"Accepted by the end of the period and not closed by then"`
}

// Count is a number of cases and where they are listed.
type Count struct {
	Value int64  `json:"value"`
	Drill string `json:"drill"`

	of query
}

func (c *Count) link(l Lists) { c.Drill = l.address(c.of) }

// Rates are the rates of a period.
type Rates struct {
	Engagement  Rate `json:"engagement" doc:"Everybody needed agreed to mediation, of the cases whose parties were asked in the period and answered"`
	SettlementA Rate `json:"settlement_a" doc:"Settled, of those closed as settled or without agreement"`
	SettlementB Rate `json:"settlement_b" doc:"Settled by the end of the period, of those accepted in it"`
	Success     Rate `json:"success" doc:"The official rate: column 3 of column 1 of the case table"`
}

// Month counts one month, or the part of it that lies in the period.
type Month struct {
	Month    string `json:"month" doc:"2026-01"`
	Accepted Count  `json:"accepted"`
	Closed   Count  `json:"closed"`
	Settled  Count  `json:"settled" doc:"Of the closed"`
}

// Kind is one official category.
type Kind struct {
	Col     int        `json:"col" doc:"Column of the case table"`
	Name    string     `json:"name"`
	Success Rate       `json:"success" doc:"Settled of closed"`
	Text    fault.Text `json:"-"`
}

// AreaRate is one area below.
type AreaRate struct {
	Area    ident.Area `json:"area"`
	Name    string     `json:"name"`
	Itself  bool       `json:"itself,omitempty" doc:"Cases of the asked area as such, in no smaller one"`
	Success Rate       `json:"success" doc:"Settled of closed"`
}

const mostMonths = 120

// Overview counts an area's period; without one it is the last twelve months.
//
// Faults: Invalid for a period that ends before it begins or is longer than ten years; Missing for an area out of reach.
func (s *Service) Overview(ctx context.Context, g authz.Grant, ask Ask) (Overview, error) {
	var o Overview
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		if ask.From.IsZero() && ask.To.IsZero() {
			ask.From, ask.To = lastTwelve(calendar.DayOf(tx.Now))
		}
		if err := ask.settle(tx, g); err != nil {
			return err
		}
		if ask.To.After(ask.From.PlusMonths(mostMonths)) {
			return fault.New(fault.Invalid, "", "一次最多统计十年。", "At most ten years at a time.").At("from")
		}
		if o.Head, err = ask.head(tx); err != nil {
			return err
		}
		if err := o.countMonths(tx, g, ask); err != nil {
			return err
		}
		return o.countKinds(tx, g, ask)
	})
	return o, err
}

// lastTwelve are this month so far and the eleven before it.
func lastTwelve(today calendar.Day) (from, to calendar.Day) {
	return firstOf(today).PlusMonths(-11), today
}

func firstOf(d calendar.Day) calendar.Day { return d[:7] + "-01" }

// months are the months of a period, each as its first day.
func months(from, to calendar.Day) (out []calendar.Day) {
	for m := firstOf(from); !m.After(to); m = m.PlusMonths(1) {
		out = append(out, m)
	}
	return out
}

// countMonths counts what was accepted and closed, and the rates that rest on whole cases.
func (o *Overview) countMonths(tx *db.Tx, g authz.Grant, ask Ask) error {
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
	o.Totals.Pending = Count{Value: open, of: ask.cases().with("open_on", string(ask.asOf(tx)))}
	question := between(ask.cases(), "asked", ask.From, ask.To)
	o.Rates.Engagement = rate(agreed, asked, question.with("consent", "agreed"), question.with("consent", "decided"))
	return err
}

// between narrows a list to what happened in days of a period.
func between(q query, what string, from, to calendar.Day) query {
	return q.with(what+"_from", string(from), what+"_to", string(to))
}

// spread sorts days into months; the first and the last may be cut by the period.
func (o *Overview) spread(ask Ask, taken, closed []onADay) {
	at := map[calendar.Day]*Month{}
	firsts := months(ask.From, ask.To)
	o.Months = make([]Month, len(firsts))
	for i, first := range firsts {
		from, to := max(first, ask.From), min(first.PlusMonths(1).Plus(-1), ask.To)
		done := between(ask.cases(), "closed", from, to)
		o.Months[i] = Month{Month: string(first[:7]), Accepted: Count{of: between(ask.cases(), "accepted", from, to)},
			Closed: Count{of: done}, Settled: Count{of: done.with("settled", "true")}}
		at[first] = &o.Months[i]
	}
	for _, d := range taken {
		at[firstOf(d.Day)].Accepted.Value += d.N
	}
	for _, d := range closed {
		m := at[firstOf(d.Day)]
		m.Closed.Value += d.N
		m.Settled.Value += d.Settled
	}
}

// add makes the totals and the rates from the days.
func (o *Overview) add(ask Ask, taken, closed []onADay) {
	sum := func(days []onADay) (n, settled int64) {
		for _, d := range days {
			n, settled = n+d.N, settled+d.Settled
		}
		return n, settled
	}
	accepted, cohort := sum(taken)
	ended, settled := sum(closed)
	came, done := between(ask.cases(), "accepted", ask.From, ask.To), between(ask.cases(), "closed", ask.From, ask.To)
	agreed := done.with("settled", "true")
	o.Totals = Totals{Accepted: Count{Value: accepted, of: came}, Closed: Count{Value: ended, of: done}, Settled: Count{Value: settled, of: agreed}}
	o.Rates.Success = rate(settled, ended, agreed, done)
	o.Rates.SettlementB = rate(cohort, accepted, came.with("closed_to", string(ask.To), "settled", "true"), came)
}

// countKinds breaks the closed cases down by category and by area.
func (o *Overview) countKinds(tx *db.Tx, g authz.Grant, ask Ask) error {
	kinds, err := closedByKind(tx, g, ask)
	if err != nil {
		return err
	}
	done := between(ask.cases(), "closed", ask.From, ask.To)
	var settled, failed int64
	byCol, byArea := map[int]kindOf{}, map[string]kindOf{}
	for _, k := range kinds {
		settled, failed = settled+k.Settled, failed+k.Failed
		code, _ := codes.Categories.Find(k.Category)
		byCol[code.Column], byArea[k.Prefix] = byCol[code.Column].plus(k), byArea[k.Prefix].plus(k)
	}
	o.Rates.SettlementA = rate(settled, settled+failed, done.with("settled", "true"), done.with("outcome", settledOrFailed))
	o.Categories, o.Areas = categoriesOf(byCol, done), []AreaRate{}
	if !ask.committee.IsZero() {
		return nil
	}
	o.Areas, err = areasOf(tx, ask, byArea, done)
	return err
}

func (k kindOf) plus(o kindOf) kindOf {
	k.Closed, k.Settled, k.Failed = k.Closed+o.Closed, k.Settled+o.Settled, k.Failed+o.Failed
	return k
}

func categoriesOf(byCol map[int]kindOf, done query) []Kind {
	out := []Kind{}
	for _, c := range officialCategories() {
		if k := byCol[c.Column]; k.Closed > 0 {
			all := done.with("category", c.Code)
			out = append(out, Kind{Col: c.Column, Text: c.Name, Success: rate(k.Settled, k.Closed, all.with("settled", "true"), all)})
		}
	}
	return out
}

// areasOf gives every area below its rate, with those that had no case; what arose in the asked area as such comes last.
func areasOf(tx *db.Tx, ask Ask, by map[string]kindOf, done query) ([]AreaRate, error) {
	below, err := registry.AreasBelow(tx, ask.Area)
	if err != nil {
		return nil, err
	}
	below = slices.DeleteFunc(below, func(a registry.Area) bool { return a.Code.Parent() != ask.Area })
	out := make([]AreaRate, 0, len(below)+1)
	digits := digitsBelow[ask.Area.Level()]
	for _, a := range below {
		k, all := by[string(a.Code[:digits])], done.with("area", string(a.Code))
		out = append(out, AreaRate{Area: a.Code, Name: a.Name, Success: rate(k.Settled, k.Closed, all.with("settled", "true"), all)})
	}
	if k := by[string(ask.Area[:digits])]; k.Closed > 0 {
		all := done.with("area_only", "true")
		out = append(out, AreaRate{Area: ask.Area, Name: ask.name, Itself: true, Success: rate(k.Settled, k.Closed, all.with("settled", "true"), all)})
	}
	return out, nil
}

// In puts names into a language and links every figure to its list on a face.
func (o Overview) In(lang string, l Lists) Overview {
	t, r := &o.Totals, &o.Rates
	for _, c := range []*Count{&t.Accepted, &t.Closed, &t.Settled, &t.Pending} {
		c.link(l)
	}
	for _, x := range []*Rate{&r.Engagement, &r.SettlementA, &r.SettlementB, &r.Success} {
		x.link(l)
	}
	for i := range o.Months {
		for _, c := range []*Count{&o.Months[i].Accepted, &o.Months[i].Closed, &o.Months[i].Settled} {
			c.link(l)
		}
	}
	for i := range o.Categories {
		o.Categories[i].Name = o.Categories[i].Text.In(lang)
		o.Categories[i].Success.link(l)
	}
	for i := range o.Areas {
		o.Areas[i].Success.link(l)
	}
	return o
}
