package returns

import (
	"gorm.io/gorm"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/tally"
)

// group is one area or committee with its columns.
type group struct {
	Key  string // leading digits of the area, or the committee's id
	Name string // of the committee
	Sums sums
}

// count is the case table: cases by the day of their first close (or of acceptance), once each, at the lead committee,
// every column in one pass; by the area one level below, by committee, or in all.
func count(tx *db.Tx, g authz.Grant, ask tally.Ask) ([]group, error) {
	day := map[tally.Basis]string{tally.ByClosing: "c.first_closed_day", tally.ByAcceptance: "c.accepted_day"}[ask.Basis]
	q := tally.During(tally.Led(tally.CasesOf(tx, g, ask)), day, ask.From, ask.To)
	switch ask.Group {
	case "area":
		q = q.Select(tally.Prefix(ask) + " AS key, '', " + sumsSQL).Group("key").Order("key")
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
