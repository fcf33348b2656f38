package tally

import (
	"fmt"

	"gorm.io/gorm"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// CasesOf are the cases c of the asked area within the grant. The counties are named one by one, so that an index on
// county and day finds a period.
func CasesOf(tx *db.Tx, g authz.Grant, ask Ask) *gorm.DB {
	q := tx.Rows().Table("dispute_cases AS c").Scopes(db.Within(g, db.CaseColumns("c")))
	if !ask.committee.IsZero() {
		q = q.Where("c.committee_id = ?", ask.committee)
	}
	return In(q, "c", ask)
}

// Led adds to each case the committee m that leads it.
func Led(q *gorm.DB) *gorm.DB {
	return q.Joins("JOIN committees m ON m.county_code = c.county_code AND m.id = c.committee_id")
}

// In narrows the rows of an alias to the asked area: counties by name, and a range of codes inside one.
func In(q *gorm.DB, alias string, ask Ask) *gorm.DB {
	q = q.Where(alias+".county_code IN ?", ask.counties)
	if low, high := ask.Area.Range(); len(low) > 6 {
		q = q.Where(alias+".area_code >= ? AND "+alias+".area_code < ?", low, high)
	}
	return q
}

// During narrows to days of a period, both in.
func During(q *gorm.DB, column string, from, to calendar.Day) *gorm.DB {
	return q.Where(column+" >= ? AND "+column+" <= ?", from, to)
}

// DigitsBelow says how many digits name the areas one level below an area.
var DigitsBelow = map[ident.Level]int{ident.Province: 4, ident.City: 6, ident.Of6: 9, ident.Town: 12, ident.Village: 12}

// Prefix is the SQL of the digits that name the area one level below of cases c.
func Prefix(ask Ask) string {
	return fmt.Sprintf("substr(c.area_code, 1, %d)", DigitsBelow[ask.Area.Level()])
}

// The conditions of counts are written out, not bound: they are constants of the program, and one statement holds all of
// them.

// One counts what meets a condition.
func One(where string) string { return "CASE WHEN " + where + " THEN 1 ELSE 0 END" }

// Is holds for one code.
func Is(column, code string) string { return column + " = '" + code + "'" }

// Below holds for a code with all that begins with it, as the list of cases narrows to it.
func Below(column, code string) string {
	return column + " >= '" + code + "' AND " + column + " < '" + code + ":'"
}

// Total adds up, to 0 where there is nothing.
func Total(sum string) string { return "COALESCE(SUM(" + sum + "), 0)" }
