package casework

import (
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// inHand are the cases in hand of a committee that a grant shows in full, newest first, without those that are restricted.
func inHand(tx *db.Tx, g authz.Grant, committee ident.ID, most int) ([]Line, error) {
	q := tx.Rows().Table("dispute_cases AS c").Where("c.county_code = ? AND c.committee_id = ? AND c.state IN ? AND c.restricted = ?", committee.County(), committee, alive, false)
	found, err := first(tx, g, q, newestFirst, most)
	return slices.DeleteFunc(found, func(l Line) bool { return l.Seen != authz.Full || l.Restricted }), err
}

// kinships are by what some cases of a committee may belong together: the compound with the kind of dispute, and the numbers of
// whoever is complained about.
func kinships(tx *db.Tx, committee ident.ID, cases []ident.ID) (out []kin, err error) {
	if len(cases) < 2 {
		return nil, nil
	}
	county := committee.County()
	err = tx.Rows().Table("dispute_cases AS c").
		Where("c.county_code = ? AND c.id IN ? AND c.compound_id IS NOT NULL AND c.category >= ? AND c.category < ?", county, cases, "13", "13:").
		Select("c.id, ? AS why, c.compound_id || '/' || c.category AS key", SamePlace).Order("c.id DESC").Scan(&out).Error
	for _, column := range []string{"p.id_number_index", "p.credit_code", "p.phone_index"} {
		if err != nil {
			return nil, err
		}
		var more []kin
		err = tx.Rows().Table("case_parties AS p").Where("p.county_code = ? AND p.case_id IN ?", county, cases).
			Where(WhereRespondent).Where(column+" <> ?", "").
			Select("p.case_id AS id, ? AS why, "+column+" AS key", SameRespondent).Order("p.case_id DESC").Scan(&more).Error
		for i := range more {
			more[i].Key = column + more[i].Key
		}
		out = append(out, more...)
	}
	return out, err
}
