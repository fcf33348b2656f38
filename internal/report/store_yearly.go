package report

import (
	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/money"
	"fengqiao/internal/rollup"
	"fengqiao/internal/tally"
)

// servedIn adds up the cases first closed in a period.
func servedIn(tx *db.Tx, g authz.Grant, ask tally.Ask) (out served, err error) {
	outcome := func(o casework.Outcome) string { return tally.Total(tally.One(tally.Is("c.outcome", string(o)))) }
	err = tally.During(tally.CasesOf(tx, g, ask), "c.first_closed_day", ask.From, ask.To).
		Select("COUNT(*) AS cases, " + tally.Total(rollup.Settled) + " AS settled, " + outcome(casework.WrittenAgreement) + " AS written, " + outcome(casework.OralAgreement) + " AS oral, " +
			outcome(casework.Failed) + " AS failed, " + outcome(casework.PartyEnded) + " AS ended, " + outcome(casework.PartyRefused) + " AS refused, " + outcome(casework.Withdrawn) + " AS withdrawn, " +
			tally.Total("c.parties") + " AS parties, " + tally.Total("c.sessions") + " AS sessions, " + tally.Total(rollup.Agreed) + " AS amount_fen, " +
			tally.Total(tally.One(casework.WhereSettled+" AND c.amount_fen > 0")) + " AS pay").Take(&out).Error
	return out, err
}

// countedBy counts the cases first closed in a period by a column of theirs.
func countedBy(tx *db.Tx, g authz.Grant, ask tally.Ask, column string) (map[string]int64, error) {
	var rows []struct {
		Code string
		N    int64
	}
	err := tally.During(tally.CasesOf(tx, g, ask), "c.first_closed_day", ask.From, ask.To).Select(column + " AS code, COUNT(*) AS n").Group(column).Scan(&rows).Error
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
