package report

import (
	"gorm.io/gorm"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/registry"
	"fengqiao/internal/rollup"
	"fengqiao/internal/tally"
)

// closedCell counts the cases first closed in a month, of one area below and one category.
type closedCell struct {
	Month    string // 2026-11
	Prefix   string
	Category string
	N        int64
	Settled  int64
	Failed   int64
}

// monthOf is the month of a day's column, such as 2026-11: no two engines cut a date in the same words, but all write it alike.
func monthOf(column string) string { return "substr(CAST(" + column + " AS text), 1, 7)" }

// closedCells counts the cases first closed in a period by month, by the area one level below and by category.
func closedCells(tx *db.Tx, g authz.Grant, ask tally.Ask) (out []closedCell, err error) {
	q, err := rollup.Read(tx, ask, func(part tally.Ask) *gorm.DB {
		return tally.During(tally.CasesOf(tx, g, part), "c.first_closed_day", part.From, part.To).
			Select(monthOf("c.first_closed_day") + " AS month, " + tally.Prefix(ask) + " AS prefix, c.category, " + rollup.Settled + " AS settled, " + rollup.Failed + " AS failed, 1 AS n")
	}, func(part tally.Ask) *gorm.DB {
		return closedMonths(tx, part, rollup.ByCategory).
			Select(monthOf("c.month") + " AS month, " + rollup.Prefix(ask) + " AS prefix, c.code AS category, c.settled, c.failed, c.n")
	})
	if err == nil {
		err = q.Select("t.month, t.prefix, t.category, SUM(t.n) AS n, SUM(t.settled) AS settled, SUM(t.failed) AS failed").
			Group("t.month, t.prefix, t.category").Order("t.month, t.prefix, t.category").Scan(&out).Error
	}
	return out, err
}

// cohort counts the cases accepted in a month by what had become of them by the end of the period: those closed, settled, closed
// without agreement; and those settled by committees for property matters.
type cohort struct {
	Month    string
	N        int64
	Closed   int64
	Settled  int64
	Failed   int64
	Property int64
}

// cohorts counts the cases accepted in a period by month; types narrow to the committees that lead them, but for those for
// property matters, which are counted of all.
func cohorts(tx *db.Tx, g authz.Grant, ask tally.Ask, types []registry.Type) (out []cohort, err error) {
	days, added, err := rollup.Parts(tx, ask)
	if err != nil {
		return nil, err
	}
	var all []*gorm.DB
	for _, part := range days {
		all = append(all, tally.During(tally.Led(tally.CasesOf(tx, g, part)), "c.accepted_day", part.From, part.To).Select(cohortOf("1", "c.first_closed_day <= ?"), ask.To, ask.To, ask.To))
	}
	this := ask.To.FirstOfMonth() // in which what was closed later is told apart by its day
	if ask.To.Plus(1).FirstOfMonth() != this || !ask.To.Before(tally.Today(tx)) {
		this = this.PlusMonths(1)
	}
	for _, part := range added {
		closed := "CASE WHEN c.closed_month <> '' AND c.closed_month < '" + string(this[:7]) + "' THEN c.n ELSE 0 END"
		all = append(all, rollup.Months(tx, "case_cohorts", part).Select(monthOf("c.month")+" AS month, c.type, c.sector, c.n, "+closed+" AS closed, c.settled * "+closed+" AS settled, c.failed * "+closed+" AS failed"))
		if this <= ask.To {
			all = append(all, tally.During(tally.During(tally.Led(tally.CasesOf(tx, g, part)), "c.first_closed_day", this, ask.To), "c.accepted_day", part.From, part.To.PlusMonths(1).Plus(-1)).Select(cohortOf("0", "1 = 1")))
		}
	}
	mine := "1"
	if len(types) > 0 {
		mine = "CASE WHEN t.type IN (" + quoted(types) + ") THEN 1 ELSE 0 END"
	}
	err = rollup.Union(tx, all).Select("t.month, SUM(" + mine + " * t.n) AS n, SUM(" + mine + " * t.closed) AS closed, SUM(" + mine + " * t.settled) AS settled, SUM(" + mine + " * t.failed) AS failed, " +
		"SUM(CASE WHEN " + tally.Is("t.sector", propertySector) + " THEN t.settled ELSE 0 END) AS property").Group("t.month").Order("t.month").Scan(&out).Error
	return out, err
}

// cohortOf are the columns of a cohort for each of cases c, led by committees m, of which n are counted as accepted; what became of
// them counts where they were closed.
func cohortOf(n, closed string) string {
	return monthOf("c.accepted_day") + " AS month, m.type, m.sector, " + n + " AS n, " + tally.One(closed) + " AS closed, " +
		tally.One(closed+" AND "+casework.WhereSettled) + " AS settled, " + tally.One(closed+" AND "+rollup.WhereFailed) + " AS failed"
}

// quoted writes codes of the program into a statement.
func quoted(types []registry.Type) (out string) {
	for i, t := range types {
		if i > 0 {
			out += ", "
		}
		out += "'" + string(t) + "'"
	}
	return out
}

// pending counts the cases that were accepted by the end of a period, or today if that is earlier, and not closed by then; types narrow to the
// committees that lead them, nil does not.
func pending(tx *db.Tx, g authz.Grant, ask tally.Ask, types []registry.Type) (n int64, err error) {
	on := ask.AsOf(tx)
	q := ledBy(tally.CasesOf(tx, g, ask), types)
	if on == tally.Today(tx) { // nothing is closed later: an index finds what is open
		return n, q.Where("c.first_closed_day IS NULL AND c.accepted_day <= ?", on).Count(&n).Error
	}
	if !ask.Wide() {
		return n, q.Where(casework.WhereOpenOn, on, on).Count(&n).Error
	}
	ask.From, ask.To = earliest, on
	months, err := cohorts(tx, g, ask, types)
	for _, m := range months {
		n += m.N - m.Closed
	}
	return n, err
}

// earliest is the day of the first rules of people's mediation: nothing was accepted before.
const earliest calendar.Day = "1954-03-22"

// consents counts the cases whose parties were asked in a period and have answered, and those in which everybody whose
// yes is needed said yes.
func consents(tx *db.Tx, g authz.Grant, ask tally.Ask, types []registry.Type) (agreed, decided int64, err error) {
	q, err := rollup.ReadDays(tx, ask, func(part tally.Ask) *gorm.DB {
		return tally.Led(tally.CasesOf(tx, g, part)).Where("c.consent_asked_at >= ? AND c.consent_asked_at < ?", part.From.Start(), part.To.End()).
			Where(casework.WhereDecided).Select("m.type, " + rollup.Engaged + " AS engaged, 1 AS n")
	}, func(part tally.Ask) *gorm.DB {
		return rollup.Days(tx, "asked_days", part).Select("c.type, c.engaged, c.n")
	})
	if err != nil {
		return 0, 0, err
	}
	if len(types) > 0 {
		q = q.Where("t.type IN ?", types)
	}
	err = q.Select(tally.Total("t.engaged * t.n")+", "+tally.Total("t.n")).Row().Scan(&agreed, &decided)
	return agreed, decided, err
}

func ledBy(q *gorm.DB, types []registry.Type) *gorm.DB {
	if len(types) == 0 {
		return q
	}
	return tally.Led(q).Where("m.type IN ?", types)
}

// nine are the nine counts of the cases registered in a period, and how many of them came to a session.
type nine struct{ Registered, NotAccepted, Accepted, PartyRefused, Withdrawn, Failed, Agreed, Kept, Sued, Met int64 }

func nineCounts(tx *db.Tx, g authz.Grant, ask tally.Ask) (out nine, err error) {
	const columns = "registered, not_accepted, accepted, party_refused, withdrawn, failed, agreed, kept, sued, met"
	q, err := rollup.ReadDays(tx, ask, func(part tally.Ask) *gorm.DB {
		return tally.CasesOf(tx, g, part).Where("c.registered_at >= ? AND c.registered_at < ?", part.From.Start(), part.To.End()).Select(rollup.Nine)
	}, func(part tally.Ask) *gorm.DB {
		return rollup.Days(tx, "register_days", part).Select(columns)
	})
	if err != nil {
		return out, err
	}
	sums := ""
	for _, c := range []string{"registered", "not_accepted", "accepted", "party_refused", "withdrawn", "failed", "agreed", "kept", "sued", "met"} {
		sums += ", " + tally.Total("t."+c) + " AS " + c
	}
	return out, q.Select(sums[2:]).Take(&out).Error
}

// promises counts what fell due in a period, and was to by today, by what is known of it.
func promises(tx *db.Tx, g authz.Grant, ask tally.Ask) (map[string]int64, error) {
	out := map[string]int64{}
	if ask.To = min(ask.To, tally.Today(tx)); ask.From > ask.To {
		return out, nil
	}
	q, err := rollup.ReadDays(tx, ask, func(part tally.Ask) *gorm.DB {
		return tally.During(tally.CasesOf(tx, g, part).Joins(rollup.InForce), "o.due_on", part.From, part.To).Where("o.county_code IN ? AND c.effective_at IS NOT NULL", part.Counties()).
			Select(casework.Standing + " AS standing, 1 AS n")
	}, func(part tally.Ask) *gorm.DB {
		return rollup.Days(tx, "due_days", part).Select("c.standing, c.n")
	})
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Standing string
		N        int64
	}
	err = q.Select("t.standing, SUM(t.n) AS n").Group("t.standing").Scan(&rows).Error
	for _, r := range rows {
		out[r.Standing] = r.N
	}
	return out, err
}

// took counts the mediations of cases first closed in a period by how many days they took, and how many were in time.
func took(tx *db.Tx, g authz.Grant, ask tally.Ask) (days map[int]int64, within int64, err error) {
	rows, months, err := rollup.Parts(tx, ask)
	if err != nil {
		return nil, 0, err
	}
	days = map[int]int64{}
	for _, part := range rows {
		var all []rollup.Mediation
		err := tally.During(tally.CasesOf(tx, g, part), "c.first_closed_day", part.From, part.To).Where("c.accepted_day IS NOT NULL").
			Select(rollup.MediationColumns).Group("c.accepted_day, c.mediated_day, within").Scan(&all).Error
		if err != nil {
			return nil, 0, err
		}
		for _, m := range all {
			days[m.Days()] += m.N
			within += int64(m.Within) * m.N
		}
	}
	for _, part := range months {
		var all []struct {
			Days   int
			Within int64
			N      int64
		}
		if err := rollup.Months(tx, "duration_months", part).Select("c.days, c.within, SUM(c.n) AS n").Group("c.days, c.within").Scan(&all).Error; err != nil {
			return nil, 0, err
		}
		for _, m := range all {
			days[m.Days] += m.N
			within += m.Within * m.N
		}
	}
	return days, within, nil
}

// cameBack counts the agreements of a period, and those whose parties came back with another case within twelve months.
func cameBack(tx *db.Tx, g authz.Grant, ask tally.Ask) (returned, n int64, err error) {
	q, err := rollup.Read(tx, ask, func(part tally.Ask) *gorm.DB {
		return tally.CasesOf(tx, g, part).Where("c.effective_at >= ? AND c.effective_at < ?", part.From.Start(), part.To.End()).
			Select(tally.One(casework.WhereReturned) + " AS returned, 1 AS n")
	}, func(part tally.Ask) *gorm.DB {
		return rollup.Months(tx, "return_months", part).Select("c.returned, c.n")
	})
	if err == nil {
		err = q.Select(tally.Total("t.returned")+", "+tally.Total("t.n")).Row().Scan(&returned, &n)
	}
	return returned, n, err
}

// lastRipe is the last day of the last month whose agreements are so old that their parties can come back within twelve months no
// more.
func lastRipe(today calendar.Day) calendar.Day {
	return today.PlusMonths(-13).FirstOfMonth().PlusMonths(1).Plus(-1)
}
