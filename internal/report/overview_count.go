package report

import (
	"errors"
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/tally"
)

// count fills the overview in.
func (o *Overview) count(tx *db.Tx, g authz.Grant, ask tally.Ask) error {
	return errors.Join(o.countClosed(tx, g, ask), o.countAccepted(tx, g, ask), o.countAsked(tx, g, ask), o.countNine(tx, g, ask),
		o.countPromises(tx, g, ask), o.countTook(tx, g, ask), o.countReturns(tx, g, ask), o.countCoverage(tx, ask))
}

// spread makes the months of the period; the first and the last may be cut by it.
func (o *Overview) spread(ask tally.Ask) map[string]*Month {
	at := map[string]*Month{}
	firsts := months(ask.From, ask.To)
	o.Months = make([]Month, len(firsts))
	for i, first := range firsts {
		from, to := max(first, ask.From), min(first.PlusMonths(1).Plus(-1), ask.To)
		done := tally.Between(ask.Cases(), "closed", from, to)
		o.Months[i] = Month{Month: string(first[:7]), Accepted: tally.Count{Of: tally.Between(ask.Cases(), "accepted", from, to)},
			Closed: tally.Count{Of: done}, Settled: tally.Count{Of: done.With("settled", "true")}}
		at[o.Months[i].Month] = &o.Months[i]
	}
	return at
}

// countClosed counts what was closed, by month, category and area.
func (o *Overview) countClosed(tx *db.Tx, g authz.Grant, ask tally.Ask) error {
	cells, err := closedCells(tx, g, ask)
	if err != nil {
		return err
	}
	at := o.spread(ask)
	done := tally.Between(ask.Cases(), "closed", ask.From, ask.To)
	settled := done.With("settled", "true")
	var all closedCell
	byCol, byArea := map[int]closedCell{}, map[string]closedCell{}
	for _, c := range cells {
		all = all.plus(c)
		at[c.Month].Closed.Value += c.N
		at[c.Month].Settled.Value += c.Settled
		code, _ := codes.Categories.Find(c.Category)
		byCol[code.Column], byArea[c.Prefix] = byCol[code.Column].plus(c), byArea[c.Prefix].plus(c)
	}
	o.Totals.Closed, o.Totals.Settled = tally.Count{Value: all.N, Of: done}, tally.Count{Value: all.Settled, Of: settled}
	o.Rates.Success = tally.RateOf(all.Settled, all.N, settled, done)
	o.Rates.SettlementA = tally.RateOf(all.Settled, all.Settled+all.Failed, settled, done.With("outcome", settledOrFailed))
	o.Categories, o.Areas = categoriesOf(byCol, done), []AreaRate{}
	if !ask.Committee().IsZero() {
		return nil
	}
	o.Areas, err = areasOf(tx, ask, byArea, done)
	return err
}

// countAccepted counts what was accepted, by month, and what had become of it.
func (o *Overview) countAccepted(tx *db.Tx, g authz.Grant, ask tally.Ask) error {
	rows, err := cohorts(tx, g, ask, nil)
	if err != nil {
		return err
	}
	var all cohort
	for _, c := range rows {
		all.N, all.Settled = all.N+c.N, all.Settled+c.Settled
		if i := slices.IndexFunc(o.Months, func(m Month) bool { return m.Month == c.Month }); i >= 0 {
			o.Months[i].Accepted.Value += c.N
		}
	}
	came := tally.Between(ask.Cases(), "accepted", ask.From, ask.To)
	o.Totals.Accepted = tally.Count{Value: all.N, Of: came}
	o.Rates.SettlementB = tally.RateOf(all.Settled, all.N, came.With("closed_to", string(ask.To), "settled", "true"), came)
	open, err := pending(tx, g, ask, nil)
	o.Totals.Pending = tally.Count{Value: open, Of: ask.Cases().With("open_on", string(ask.AsOf(tx)))}
	return err
}

func (o *Overview) countAsked(tx *db.Tx, g authz.Grant, ask tally.Ask) error {
	agreed, asked, err := consents(tx, g, ask, nil)
	question := tally.Between(ask.Cases(), "asked", ask.From, ask.To)
	o.Rates.Engagement = tally.RateOf(agreed, asked, question.With("consent", "agreed"), question.With("consent", "decided"))
	return err
}

// countNine counts the nine counts. They are no steps of one another: a case may be withdrawn before it is accepted, or sued over
// after it was kept.
func (o *Overview) countNine(tx *db.Tx, g authz.Grant, ask tally.Ask) error {
	n, err := nineCounts(tx, g, ask)
	came := tally.Between(ask.Cases(), "registered", ask.From, ask.To)
	add := func(key string, value int64, zh, en string, narrow ...string) {
		o.Nine = append(o.Nine, Known{Key: key, Count: tally.Count{Value: value, Of: came.With(narrow...)}, text: fault.Text{ZH: zh, EN: en}})
	}
	add("registered", n.Registered, "登记", "Registered")
	add("not_accepted", n.NotAccepted, "不予受理", "Not accepted", "outcome", string(casework.OutcomeNotAccepted))
	add("accepted", n.Accepted, "受理", "Accepted", "fate", "accepted")
	add("party_refused", n.PartyRefused, "当事人拒绝", "A party refused", "outcome", string(casework.PartyRefused))
	add("withdrawn", n.Withdrawn, "撤回", "Withdrawn", "outcome", string(casework.Withdrawn))
	add("failed", n.Failed, "终止不成", "Ended without agreement", "outcome", string(casework.Failed)+","+string(casework.PartyEnded))
	add("agreed", n.Agreed, "达成协议", "Agreed", "fate", "agreed")
	add("kept", n.Kept, "已履行", "Kept", "fate", "kept")
	add("sued", n.Sued, "反悔起诉", "Repudiated and sued", "fate", "sued")
	o.Rates.Mediated = tally.RateOf(n.Met, n.Registered, came.With("fate", "met"), came)
	return err
}

func (o *Overview) countPromises(tx *db.Tx, g authz.Grant, ask tally.Ask) error {
	known, err := promises(tx, g, ask)
	due := tally.Between(ask.Cases(), "due", ask.From, min(ask.To, tally.Today(tx)))
	var all int64
	for _, s := range casework.Standings {
		all += known[s.Code]
		o.Promises = append(o.Promises, Known{Key: s.Code, Count: tally.Count{Value: known[s.Code], Of: due.With("promise", s.Code)}, text: s.Name})
	}
	o.Rates.Performance = tally.RateOf(known["on_time"], all, due.With("promise", "on_time"), due.With("promise", "on_time,late,not,unknown"))
	return err
}

func (o *Overview) countTook(tx *db.Tx, g authz.Grant, ask tally.Ask) error {
	days, within, err := took(tx, g, ask)
	for _, n := range days {
		o.Took.N += n
	}
	o.Took.Median, o.Took.P90 = quantile(days, o.Took.N, 50), quantile(days, o.Took.N, 90)
	done := tally.Between(ask.Cases(), "closed", ask.From, ask.To).With("fate", "accepted")
	o.Rates.Timely = tally.RateOf(within, o.Took.N, done.With("fate", "accepted,timely"), done)
	return err
}

// quantile is the smallest number of days in which so many per cent were done; nil of nothing.
func quantile(days map[int]int64, n int64, percent int64) *int {
	if n == 0 {
		return nil
	}
	all := make([]int, 0, len(days))
	for d := range days {
		all = append(all, d)
	}
	slices.Sort(all)
	var so int64
	for _, d := range all {
		if so += days[d]; so*100 >= n*percent {
			return &d
		}
	}
	return nil
}

// countReturns looks at the same days a year earlier, as far as their twelve months are over.
func (o *Overview) countReturns(tx *db.Tx, g authz.Grant, ask tally.Ask) error {
	ask.From, ask.To = ask.From.PlusMonths(-12), min(ask.To.PlusMonths(-12), lastRipe(tally.Today(tx)))
	if ask.From > ask.To {
		o.Rates.Returnees = tally.RateOf(0, 0, tally.Query{}, tally.Query{})
		return nil
	}
	returned, n, err := cameBack(tx, g, ask)
	agreed := tally.Between(ask.Cases(), "effective", ask.From, ask.To)
	o.Rates.Returnees = tally.RateOf(returned, n, agreed.With("fate", "returned"), agreed)
	return err
}

func (o *Overview) countCoverage(tx *db.Tx, ask tally.Ask) error {
	o.Rates.Coverage = tally.RateOf(0, 0, tally.Query{}, tally.Query{})
	if !ask.Committee().IsZero() {
		return nil
	}
	covered, all, err := tally.Covered(tx, ask, ask.AsOf(tx))
	lists := listsOf(ask, ask.AsOf(tx))
	o.Rates.Coverage = tally.RateOf(covered, all, lists["compounds_covered"], lists["compounds"])
	return err
}
