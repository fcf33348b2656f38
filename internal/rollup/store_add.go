package rollup

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// tables hold what was added up, each by county and month.
var tables = []string{"case_months", "case_cohorts", "register_days", "asked_days", "respondent_days", "duration_months", "due_days", "effect_days", "return_months", "case_returns", "agreement_lives", "life_months"}

// addUp adds one month of a county up from its rows. The marks are taken away first: what commits after they were read leaves
// its own, and what had committed before is counted.
func addUp(tx *db.Tx, county ident.County, month calendar.Day) (changed bool, err error) {
	if _, err := hold(tx, county, month); err != nil {
		return false, err
	}
	marks := tx.Rows().Where("county_code = ? AND month = ?", county, month).Delete(&journal.Recount{})
	if marks.Error != nil {
		return false, marks.Error
	}
	for _, table := range append([]string{"rolled_months"}, tables...) {
		if err := tx.Rows().Exec("DELETE FROM "+table+" WHERE county_code = ? AND "+inMonth(table), county, month, month.PlusMonths(1)).Error; err != nil {
			return false, err
		}
	}
	m := adding{tx, county, month, month.PlusMonths(1)}
	if err := errors.Join(m.cases(), m.cohorts(), m.registered(), m.asked(), m.respondents(), m.durations(), m.dues(), m.effects(), m.lives()); err != nil {
		return false, fmt.Errorf("add up %s of %s: %w", month, county, err)
	}
	return marks.RowsAffected > 0, tx.Rows().Create(&rolledMonth{county, month, calendar.DayOf(tx.Now)}).Error
}

// inMonth narrows a table to a month: its first day, and that of the next.
func inMonth(table string) string {
	if strings.HasSuffix(table, "_days") {
		return "day >= ? AND day < ?"
	}
	return "month >= ? AND month < ?"
}

// adding is one month of a county.
type adding struct {
	tx     *db.Tx
	county ident.County
	month  calendar.Day
	next   calendar.Day
}

// own begins a selection with the county and the month themselves.
func (m adding) own() string { return "c.county_code, '" + string(m.month) + "'" }

func (m adding) exec(sql string, args ...any) error {
	return m.tx.Rows().Exec(sql, args...).Error
}

// dims are rows d of the Dims.
const dims = "(SELECT '" + InAll + "' AS dim UNION ALL SELECT '" + ByType + "' UNION ALL SELECT '" + BySource + "' UNION ALL SELECT '" + ByCategory + "' UNION ALL SELECT '" + ByOutcome + "') d"

// dimCode is the code of cases c, led by committees m, in what d tells them apart by.
const dimCode = "CASE d.dim WHEN '" + ByType + "' THEN m.type WHEN '" + BySource + "' THEN c.source WHEN '" + ByCategory + "' THEN c.category WHEN '" + ByOutcome + "' THEN c.outcome ELSE '' END"

// cases counts each case once in all and once in each thing by which cases are told apart.
func (m adding) cases() error {
	for _, by := range []struct{ basis, day string }{{"closed", "c.first_closed_day"}, {"accepted", "c.accepted_day"}} {
		err := m.exec("INSERT INTO case_months (county_code, month, basis, unit, dim, code, n, settled, failed, complex, met, paid, parties, sessions, amount_fen) "+
			"SELECT "+m.own()+", '"+by.basis+"', "+Unit+", d.dim, "+dimCode+", COUNT(*), SUM("+Settled+"), SUM("+Failed+"), SUM("+Complex+"), SUM("+Met+"), SUM("+Paid+"), SUM(c.parties), SUM(c.sessions), SUM("+Agreed+")"+
			" FROM dispute_cases c JOIN committees m ON m.county_code = c.county_code AND m.id = c.committee_id CROSS JOIN "+dims+
			" WHERE c.county_code = ? AND "+by.day+" >= ? AND "+by.day+" < ? GROUP BY c.county_code, 4, 5, 6", m.county, m.month, m.next)
		if err != nil {
			return err
		}
	}
	return nil
}

func (m adding) cohorts() error {
	return m.exec("INSERT INTO case_cohorts (county_code, month, closed_month, type, sector, settled, failed, n) SELECT "+m.own()+", "+ClosedMonth+", m.type, m.sector, "+Settled+", "+Failed+", COUNT(*)"+
		" FROM dispute_cases c JOIN committees m ON m.county_code = c.county_code AND m.id = c.committee_id"+
		" WHERE c.county_code = ? AND c.accepted_day >= ? AND c.accepted_day < ? GROUP BY c.county_code, 3, 4, 5, 6, 7", m.county, m.month, m.next)
}

func (m adding) registered() error {
	return m.exec("INSERT INTO register_days (county_code, day, registered, not_accepted, accepted, party_refused, withdrawn, failed, agreed, kept, sued, met) SELECT c.county_code, "+m.tx.DayOf("c.registered_at")+", "+Nine+
		" FROM dispute_cases c WHERE c.county_code = ? AND c.registered_at >= ? AND c.registered_at < ? GROUP BY c.county_code, 2", m.county, m.month.Start(), m.next.Start())
}

func (m adding) asked() error {
	return m.exec("INSERT INTO asked_days (county_code, day, type, engaged, n) SELECT c.county_code, "+m.tx.DayOf("c.consent_asked_at")+", m.type, "+Engaged+", COUNT(*)"+
		" FROM dispute_cases c JOIN committees m ON m.county_code = c.county_code AND m.id = c.committee_id"+
		" WHERE c.county_code = ? AND c.consent_asked_at >= ? AND c.consent_asked_at < ? AND "+casework.WhereDecided+" GROUP BY c.county_code, 2, 3, 4", m.county, m.month.Start(), m.next.Start())
}

func (m adding) respondents() error {
	return m.exec("INSERT INTO respondent_days (county_code, day, channel, own, steps, refused, reason, n)"+
		" SELECT r.county_code, r.day, r.channel, r.own, r.steps, r.refused, r.reason, COUNT(*) FROM (SELECT c.county_code, "+m.tx.DayOf("c.consent_asked_at")+" AS day, "+Respondent+
		" FROM dispute_cases c JOIN case_parties p ON p.county_code = c.county_code AND p.case_id = c.id AND "+casework.WhereRespondent+
		" WHERE c.county_code = ? AND c.consent_asked_at >= ? AND c.consent_asked_at < ?) r GROUP BY r.county_code, 2, 3, 4, 5, 6, 7", m.county, m.month.Start(), m.next.Start())
}

func (m adding) dues() error {
	return m.exec("INSERT INTO due_days (county_code, day, standing, n) SELECT c.county_code, o.due_on, "+casework.Standing+", COUNT(*) FROM dispute_cases c "+InForce+
		" WHERE c.county_code = ? AND o.county_code = ? AND o.due_on >= ? AND o.due_on < ? AND c.effective_at IS NOT NULL GROUP BY c.county_code, 2, 3", m.county, m.county, m.month, m.next)
}

// Mediation is how long some mediations took: those accepted and ended on the same days.
type Mediation struct {
	AcceptedDay calendar.Day
	MediatedDay calendar.Day
	Within      int // 1: within their limit
	N           int64
}

// MediationColumns are those of closed cases c, grouped by the first three.
const MediationColumns = "c.accepted_day, c.mediated_day, CASE WHEN " + casework.WhereTimely + " THEN 1 ELSE 0 END AS within, COUNT(*) AS n"

// Days is how many days they took from acceptance until they ended.
func (m Mediation) Days() int { return max(0, m.MediatedDay.Since(m.AcceptedDay)) }

type durationMonth struct {
	CountyCode ident.County `gorm:"column:county_code"`
	Month      calendar.Day `gorm:"column:month"`
	Days       int          `gorm:"column:days"`
	Within     int          `gorm:"column:within"`
	N          int64        `gorm:"column:n"`
}

func (durationMonth) TableName() string { return "duration_months" }

func (m adding) durations() error {
	var rows []Mediation
	err := m.tx.Rows().Table("dispute_cases AS c").Where("c.county_code = ? AND c.first_closed_day >= ? AND c.first_closed_day < ? AND c.accepted_day IS NOT NULL", m.county, m.month, m.next).
		Select(MediationColumns).Group("c.accepted_day, c.mediated_day, within").Scan(&rows).Error
	if err != nil {
		return err
	}
	counts := map[durationMonth]int64{}
	for _, r := range rows {
		counts[durationMonth{m.county, m.month, r.Days(), r.Within, 0}] += r.N
	}
	out := make([]durationMonth, 0, len(counts))
	for k, n := range counts {
		k.N = n
		out = append(out, k)
	}
	return db.Load(m.tx, out)
}

func (m adding) effects() error {
	return m.exec("INSERT INTO effect_days (county_code, day, form, n) SELECT c.county_code, "+m.tx.DayOf("c.effective_at")+", a.form, COUNT(*) FROM dispute_cases c"+
		" JOIN agreements a ON a.county_code = c.county_code AND a.id = c.agreement_id WHERE c.county_code = ? AND c.effective_at >= ? AND c.effective_at < ? GROUP BY c.county_code, 2, 3",
		m.county, m.month.Start(), m.next.Start())
}

func yesOrNo(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// digest is a hash of all that is added up of a month.
func digest(tx *db.Tx, county ident.County, month calendar.Day) (string, error) {
	sum := sha256.New()
	for _, row := range Rows {
		table := row.(interface{ TableName() string }).TableName()
		if !slices.Contains(tables, table) {
			continue
		}
		rows, err := tx.Rows().Raw("SELECT "+db.All(table, row)+" FROM "+table+" WHERE county_code = ? AND "+inMonth(table)+" ORDER BY "+orders[table], county, month, month.PlusMonths(1)).Rows()
		if err != nil {
			return "", err
		}
		names, err := rows.Columns()
		if err != nil {
			return "", errors.Join(err, rows.Close())
		}
		into := make([]any, len(names))
		for i := range into {
			into[i] = new(any)
		}
		fmt.Fprintln(sum, table)
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				return "", errors.Join(err, rows.Close())
			}
			for _, v := range into {
				fmt.Fprintf(sum, "%v|", *v.(*any))
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// orders bring the lines of a table into one order.
var orders = map[string]string{
	"case_months": "basis, unit, dim, code", "case_cohorts": "closed_month, type, sector, settled, failed",
	"register_days": "day", "asked_days": "day, type, engaged", "respondent_days": "day, channel, own, steps, refused, reason", "duration_months": "days, within", "due_days": "day, standing", "effect_days": "day, form",
	"return_months": "n", "case_returns": "case_id", "agreement_lives": "case_id", "life_months": "dim, code, weeks, ended",
}
