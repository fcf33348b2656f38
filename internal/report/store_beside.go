package report

import (
	"gorm.io/gorm"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/rollup"
	"fengqiao/internal/tally"
)

// writtenIn counts the written agreements that took effect in a period.
func writtenIn(tx *db.Tx, g authz.Grant, ask tally.Ask) (n int64, err error) {
	q, err := rollup.ReadDays(tx, ask, func(part tally.Ask) *gorm.DB {
		return tookEffect(tx, g, part).Where(casework.WhereWritten).Select("1 AS n")
	}, func(part tally.Ask) *gorm.DB {
		return rollup.Days(tx, "effect_days", part).Where("c.form = ?", casework.Written).Select("c.n")
	})
	if err == nil {
		err = q.Select(tally.Total("t.n")).Row().Scan(&n)
	}
	return n, err
}

// ofCourts are the applications k for confirmation of the agreements of cases c. They are few, and read first.
const ofCourts = "JOIN court_matters k ON k.county_code = c.county_code AND k.case_id = c.id AND k.agreement_id = c.agreement_id AND k.kind = '" + casework.Confirming + "'"

// courtsOf counts the written agreements of a period that a court was asked to confirm, and those that it confirmed.
func courtsOf(tx *db.Tx, g authz.Grant, ask tally.Ask) (asked, confirmed int64, err error) {
	err = tookEffect(tx, g, ask).Joins(ofCourts).Where(casework.WhereWritten).
		Select("COUNT(DISTINCT c.id), COUNT(DISTINCT CASE WHEN k.result = 'confirmed' THEN c.id END)").Row().Scan(&asked, &confirmed)
	return asked, confirmed, err
}

func tookEffect(tx *db.Tx, g authz.Grant, ask tally.Ask) *gorm.DB {
	return tally.CasesOf(tx, g, ask).Where("c.effective_at >= ? AND c.effective_at < ?", ask.From.Start(), ask.To.End())
}

// againIn counts the cases closed in a period that were taken up again, and those accepted in it from which a mediator withdrew.
func againIn(tx *db.Tx, g authz.Grant, ask tally.Ask) (reopened, recused int64, err error) {
	if err = tally.During(tally.CasesOf(tx, g, ask), "c.first_closed_day", ask.From, ask.To).Where(casework.WhereReopened).Count(&reopened).Error; err != nil {
		return 0, 0, err
	}
	err = tally.During(tally.CasesOf(tx, g, ask), "c.accepted_day", ask.From, ask.To).Where(casework.WhereRecused).Count(&recused).Error
	return reopened, recused, err
}

// partiesIn counts the parties of the cases first closed in a period.
func partiesIn(tx *db.Tx, g authz.Grant, ask tally.Ask) (n int64, err error) {
	q, err := rollup.Read(tx, ask, func(part tally.Ask) *gorm.DB {
		return tally.During(tally.CasesOf(tx, g, part), "c.first_closed_day", part.From, part.To).Select("c.parties")
	}, func(part tally.Ask) *gorm.DB {
		return rollup.Months(tx, "case_months", part).Where("c.basis = ? AND c.dim = ''", tally.ByClosing).Select("c.parties")
	})
	if err == nil {
		err = q.Select(tally.Total("t.parties")).Row().Scan(&n)
	}
	return n, err
}
