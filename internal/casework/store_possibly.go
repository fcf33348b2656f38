package casework

import (
	"database/sql"

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

// withParties are other cases in hand of a case's committee with somebody for each of its parties, newest first: by number, or
// by a name that no number speaks against.
func withParties(tx *db.Tx, g authz.Grant, c *Case, most int) ([]Line, error) {
	q := tx.Rows().Table("dispute_cases AS c").Where("c.county_code = ? AND c.committee_id = ? AND c.id <> ? AND c.state IN ?", c.CountyCode, c.CommitteeID, c.ID, alive)
	for _, p := range c.Here() {
		q = q.Where("EXISTS (SELECT 1 FROM case_parties p WHERE p.county_code = c.county_code AND p.case_id = c.id AND p.removed_at IS NULL AND ("+
			"p.id_number_index <> '' AND p.id_number_index = @number OR "+
			"(p.id_number_index = '' OR @number = '') AND (p.phone_index <> '' AND p.phone_index = @phone OR p.name_key = @name AND (p.phone_index = '' OR @phone = ''))))",
			sql.Named("number", p.IDNumberIndex), sql.Named("phone", p.PhoneIndex), sql.Named("name", p.NameKey))
	}
	return first(tx, g, q, newestFirst, most)
}
