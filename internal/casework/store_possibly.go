package casework

import (
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
)

// withPhone are other cases under way in a case's county in which a party has a telephone, newest first.
func withPhone(tx *db.Tx, g authz.Grant, c *Case, phoneIndex string, most int) ([]Line, error) {
	has := tx.Rows().Table("case_parties AS p").Select("p.case_id").
		Where("p.county_code = ? AND p.phone_index = ? AND p.removed_at IS NULL", c.CountyCode, phoneIndex)
	q := tx.Rows().Table("dispute_cases AS c").Where("c.county_code = ? AND c.id <> ? AND c.state IN ?", c.CountyCode, c.ID, alive).
		Where("c.id IN (?)", has)
	return first(tx, g, q, newestFirst, most)
}
