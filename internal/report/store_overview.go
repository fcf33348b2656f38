package report

import (
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/tally"
)

// kindOf counts the closed cases of one area below and one category.
type kindOf struct {
	Prefix   string
	Category string
	Closed   int64
	Settled  int64
	Failed   int64
}

// closedByKind counts the cases first closed in a period by the area one level below and by category: both breakdowns
// of the overview in one pass.
func closedByKind(tx *db.Tx, g authz.Grant, ask tally.Ask) (out []kindOf, err error) {
	err = tally.During(tally.CasesOf(tx, g, ask), "c.first_closed_day", ask.From, ask.To).
		Select(tally.Prefix(ask) + " AS prefix, c.category, COUNT(*) AS closed, " + tally.Total(tally.One(casework.WhereSettled)) + " AS settled, " +
			tally.Total(tally.One(tally.Is("c.outcome", string(casework.Failed)))) + " AS failed").
		Group("prefix, c.category").Order("prefix, c.category").Find(&out).Error
	return out, err
}

// onADay counts the cases of one day, and those of them that were settled.
type onADay struct {
	Day     calendar.Day
	N       int64
	Settled int64
}

// closedByDay counts the cases first closed on each day of a period. Days are added up to months by the caller: no two
// engines cut a date in the same words.
func closedByDay(tx *db.Tx, g authz.Grant, ask tally.Ask) (out []onADay, err error) {
	err = tally.During(tally.CasesOf(tx, g, ask), "c.first_closed_day", ask.From, ask.To).
		Select("c.first_closed_day AS day, COUNT(*) AS n, " + tally.Total(tally.One(casework.WhereSettled)) + " AS settled").
		Group("c.first_closed_day").Find(&out).Error
	return out, err
}

// acceptedByDay counts the cases accepted on each day of a period, and those of them settled by its end.
func acceptedByDay(tx *db.Tx, g authz.Grant, ask tally.Ask) (out []onADay, err error) {
	by := casework.WhereSettled + " AND c.first_closed_day <= ?"
	err = tally.During(tally.CasesOf(tx, g, ask), "c.accepted_day", ask.From, ask.To).
		Select("c.accepted_day AS day, COUNT(*) AS n, "+tally.Total(tally.One(by))+" AS settled", ask.To).
		Group("c.accepted_day").Find(&out).Error
	return out, err
}
