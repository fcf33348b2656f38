package report

import (
	"fmt"

	"gorm.io/gorm"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// casesOf are the cases c of the asked area within the grant. The counties are named one by one, so that an index on
// county and day finds a period.
func casesOf(tx *db.Tx, g authz.Grant, ask Ask) *gorm.DB {
	q := tx.Rows().Table("dispute_cases AS c").Scopes(db.Within(g, db.CaseColumns("c")))
	if !ask.committee.IsZero() {
		q = q.Where("c.committee_id = ?", ask.committee)
	}
	return in(q, "c", ask)
}

// led adds to each case the committee m that leads it.
func led(q *gorm.DB) *gorm.DB {
	return q.Joins("JOIN committees m ON m.county_code = c.county_code AND m.id = c.committee_id")
}

// in narrows the rows of an alias to the asked area: counties by name, and a range of codes inside one.
func in(q *gorm.DB, alias string, ask Ask) *gorm.DB {
	q = q.Where(alias+".county_code IN ?", ask.counties)
	if low, high := ask.Area.Range(); len(low) > 6 {
		q = q.Where(alias+".area_code >= ? AND "+alias+".area_code < ?", low, high)
	}
	return q
}

// during narrows to days of a period, both in.
func during(q *gorm.DB, column string, from, to calendar.Day) *gorm.DB {
	return q.Where(column+" >= ? AND "+column+" <= ?", from, to)
}

// group is one area or committee with its columns.
type group struct {
	Key  string // leading digits of the area, or the committee's id
	Name string // of the committee
	Sums sums
}

// below says how many digits name the areas one level below an area.
var digitsBelow = map[ident.Level]int{ident.Province: 4, ident.City: 6, ident.Of6: 9, ident.Town: 12, ident.Village: 12}

func prefix(ask Ask) string {
	return fmt.Sprintf("substr(c.area_code, 1, %d)", digitsBelow[ask.Area.Level()])
}

// count is the case table: cases by the day of their first close (or of acceptance), once each, at the lead committee,
// every column in one pass; by the area one level below, by committee, or in all.
func count(tx *db.Tx, g authz.Grant, ask Ask) ([]group, error) {
	day := map[Basis]string{ByClosing: "c.first_closed_day", ByAcceptance: "c.accepted_day"}[ask.Basis]
	q := during(led(casesOf(tx, g, ask)), day, ask.From, ask.To)
	switch ask.Group {
	case "area":
		q = q.Select(prefix(ask) + " AS key, '', " + sumsSQL).Group("key").Order("key")
	case "committee":
		q = q.Select("c.committee_id AS key, MIN(m.name), " + sumsSQL).Group("c.committee_id").Order("c.committee_id")
	default:
		q = q.Select("'' AS key, '', " + sumsSQL)
	}
	return scan(q)
}

func scan(q *gorm.DB) (out []group, err error) {
	rows, err := q.Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var g group
		into := []any{&g.Key, &g.Name}
		for _, c := range columns {
			into = append(into, &g.Sums[c.col])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, rows.Err()
}
