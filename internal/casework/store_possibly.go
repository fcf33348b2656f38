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

// withNames are other cases in hand of a case's committee of which parties have all of some names, newest first.
func withNames(tx *db.Tx, g authz.Grant, c *Case, keys []string, most int) ([]Line, error) {
	q := tx.Rows().Table("dispute_cases AS c").Where("c.county_code = ? AND c.committee_id = ? AND c.id <> ? AND c.state IN ?", c.CountyCode, c.CommitteeID, c.ID, alive)
	for _, key := range keys {
		q = q.Where("EXISTS (SELECT 1 FROM case_parties p WHERE p.county_code = c.county_code AND p.case_id = c.id AND p.removed_at IS NULL AND p.name_key = ?)", key)
	}
	return first(tx, g, q, newestFirst, most)
}
