package casework

import (
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

const dueFirst = "CASE WHEN c.next_due IS NULL THEN 1 ELSE 0 END, c.next_due, c.id DESC"

// waiting finds the cases that somebody has to work on, what is due first first. Whoever works no cases is shown what is
// late and what was brought in.
func waiting(tx *db.Tx, g authz.Grant, works bool, most int) ([]Line, error) {
	q := tx.Rows().Table("dispute_cases AS c").Where("c.state IN ?", append(through(Registered, Performing), Closed))
	if !works {
		q = q.Where("(c.next_due < ? OR c.state = ?)", calendar.DayOf(tx.Now), Registered)
	}
	return first(tx, g, q, dueFirst, most)
}

// ageing finds the cases that are not over, oldest first.
func ageing(tx *db.Tx, g authz.Grant, most int) ([]Line, error) {
	q := tx.Rows().Table("dispute_cases AS c").Where("c.state IN ?", through(Registered, Performing))
	return first(tx, g, q, "c.registered_at, c.id", most)
}

// unsealed finds the cases whose agreement every party and a mediator have signed, and that has no seal.
func unsealed(tx *db.Tx, g authz.Grant, most int) ([]Line, error) {
	const signed = "EXISTS (SELECT 1 FROM signatures s WHERE s.county_code = c.county_code AND s.agreement_id = c.agreement_id AND s.retracted_at IS NULL AND "
	q := tx.Rows().Table("dispute_cases AS c").Where("c.state = ?", AgreementPending).
		Where("NOT "+signed+"s.signer = ?)", BySeal).Where(signed+"s.signer = ?)", ByMediator).
		Where("NOT EXISTS (SELECT 1 FROM case_parties p WHERE p.county_code = c.county_code AND p.case_id = c.id AND p.removed_at IS NULL AND NOT " + signed + "s.party_id = p.id))")
	return first(tx, g, q, dueFirst, most)
}

// Within tells which of some cases a grant reaches.
func (s *Service) Within(tx *db.Tx, g authz.Grant, ids []ident.ID, reached func(ident.ID)) error {
	counties := make([]ident.County, len(ids))
	for i, id := range ids {
		counties[i] = id.County()
	}
	var found []ident.ID
	err := tx.Rows().Model(&Head{}).Table("dispute_cases AS c").Scopes(db.Within(g, db.CaseColumns("c"))).
		Where("c.county_code IN ? AND c.id IN ?", slices.Compact(counties), ids).Pluck("c.id", &found).Error
	for _, id := range found {
		reached(id)
	}
	return err
}
