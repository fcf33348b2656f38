package report

import (
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/money"
	"fengqiao/internal/rollup"
	"fengqiao/internal/tally"

	"gorm.io/gorm"
)

// servedIn adds up the cases first closed in a period.
func servedIn(tx *db.Tx, g authz.Grant, ask tally.Ask) (out served, err error) {
	q, err := rollup.Read(tx, ask, func(part tally.Ask) *gorm.DB {
		return tally.During(tally.CasesOf(tx, g, part), "c.first_closed_day", part.From, part.To).
			Select("1 AS n, " + rollup.Settled + " AS settled, c.parties, c.sessions, " + rollup.Agreed + " AS amount_fen, " + rollup.Paid + " AS paid")
	}, func(part tally.Ask) *gorm.DB {
		return closedMonths(tx, part, rollup.InAll).Select("c.n, c.settled, c.parties, c.sessions, c.amount_fen, c.paid")
	})
	if err != nil {
		return out, err
	}
	return out, q.Select(tally.Total("t.n") + " AS cases, " + tally.Total("t.settled") + " AS settled, " + tally.Total("t.parties") + " AS parties, " + tally.Total("t.sessions") + " AS sessions, " +
		tally.Total("t.amount_fen") + " AS amount_fen, " + tally.Total("t.paid") + " AS pay").Take(&out).Error
}

// closedMonths are the lines c of the cases first closed in months, told apart by one thing.
func closedMonths(tx *db.Tx, part tally.Ask, dim string) *gorm.DB {
	return rollup.Months(tx, "case_months", part).Where("c.basis = ? AND c.dim = ?", tally.ByClosing, dim)
}

// countedBy counts the cases first closed in a period by their source, category or outcome.
func countedBy(tx *db.Tx, g authz.Grant, ask tally.Ask, dim string) (map[string]int64, error) {
	q, err := rollup.Read(tx, ask, func(part tally.Ask) *gorm.DB {
		return tally.During(tally.CasesOf(tx, g, part), "c.first_closed_day", part.From, part.To).Select("c." + dim + " AS code, 1 AS n")
	}, func(part tally.Ask) *gorm.DB {
		return closedMonths(tx, part, dim).Select("c.code, c.n")
	})
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Code string
		N    int64
	}
	err = q.Select("t.code, SUM(t.n) AS n").Group("t.code").Scan(&rows).Error
	out := map[string]int64{}
	for _, r := range rows {
		out[r.Code] = r.N
	}
	return out, err
}

// budgetOf adds up what the units of an area budgeted for a year, and tells whether any did. Of one committee none is known.
func budgetOf(tx *db.Tx, ask tally.Ask, year int) (sum money.Fen, known bool, err error) {
	if !ask.Committee().IsZero() {
		return 0, false, nil
	}
	var row struct{ Total, N int64 }
	err = tally.In(tx.Rows().Table("funding_entries AS m"), "m", ask).Where("m.year = ? AND NOT EXISTS (SELECT 1 FROM funding_entries x"+
		" WHERE x.county_code = m.county_code AND x.area_code = m.area_code AND x.year = m.year AND x.number > m.number)", year).
		Select(tally.Total("m.guidance_budgeted + m.subsidy_budgeted + m.allowance_budgeted + m.own_budgeted") + " AS total, COUNT(*) AS n").Take(&row).Error
	return money.Fen(row.Total), row.N > 0, err
}
