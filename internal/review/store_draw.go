package review

import (
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// population are the cases of a round's area that were first closed in its period, whether they are archived or not: who does
// not archive does not escape.
func population(tx *db.Tx, r Round) (out []candidate, err error) {
	low, high := r.AreaCode.Range()
	q := tx.Rows().Table("dispute_cases AS c").Joins("JOIN committees m ON m.county_code = c.county_code AND m.id = c.committee_id").
		Select("c.id, c.case_no, c.committee_id, m.area_code, m.type AS committee_type, c.category, c.legal_track, c.restricted").
		Where("c.county_code = ? AND c.first_closed_day >= ? AND c.first_closed_day <= ?", r.CountyCode, r.FromOn, r.ToOn).
		Where("c.state IN ? AND c.case_no <> '' AND c.destroyed_at IS NULL", []casework.State{casework.Closed, casework.Archived})
	if len(low) > 6 {
		q = q.Where("m.area_code >= ? AND m.area_code < ?", low, high)
	}
	err = q.Order("c.case_no").Scan(&out).Error
	return out, err
}

func insertStrata(tx *db.Tx, r Round, strata []Stratum) error {
	if len(strata) == 0 {
		return nil
	}
	for i := range strata {
		strata[i].CountyCode, strata[i].RoundID = r.CountyCode, r.ID
	}
	return tx.Rows().Create(&strata).Error
}

const itemsAtOnce = 100 // rows of a statement

func insertItems(tx *db.Tx, items []Item) error {
	if len(items) == 0 {
		return nil
	}
	return tx.Rows().CreateInBatches(&items, itemsAtOnce).Error
}

// itemsWaiting are the items of a round for which nobody is found yet, answered ones among them, in the order of the draw.
func itemsWaiting(tx *db.Tx, round ident.ID) (out []Item, err error) {
	err = tx.Rows().Where("county_code = ? AND round_id = ? AND reviewer_id IS NULL AND state IN ?", round.County(), round, []string{Waiting, Appealed}).
		Order("why, committee_type, category, confirmed DESC, place, id").Find(&out).Error
	return out, err
}

func setReviewer(tx *db.Tx, i Item) error {
	return tx.Rows().Model(&Item{}).Where("county_code = ? AND id = ?", i.CountyCode, i.ID).Select("reviewer_id", "reviewer_name", "state").Updates(&i).Error
}

// partsIn tells who of the reviewers takes, or took, a part in which case: as a mediator, as a party, or for one.
func partsIn(tx *db.Tx, items []Item, reviewers []Reviewer) (near, error) {
	out := near{}
	people := make([]ident.ID, len(reviewers))
	for i, r := range reviewers {
		people[i] = r.PersonID
	}
	for len(items) > 0 && len(people) > 0 {
		some := items[:min(len(items), itemsAtOnce)]
		items = items[len(some):]
		cases := make([]ident.ID, len(some))
		for i, one := range some {
			cases[i] = one.CaseID
		}
		var rows []casework.Participant
		if err := tx.Rows().Select("case_id", "person_id").Where("county_code = ? AND case_id IN ? AND person_id IN ? AND part <> ?", tx.County, cases, people, authz.PartReviewer).
			Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, p := range rows {
			out[p.CaseID] = append(out[p.CaseID], p.PersonID)
		}
	}
	return out, nil
}

// loadOf is how many items each reviewer of a round has, or had.
func loadOf(tx *db.Tx, round ident.ID) (map[ident.ID]int, error) {
	var rows []struct {
		ReviewerID ident.ID
		N          int
	}
	err := tx.Rows().Model(&Item{}).Select("reviewer_id, COUNT(*) AS n").Where("county_code = ? AND round_id = ? AND reviewer_id IS NOT NULL", round.County(), round).
		Group("reviewer_id").Scan(&rows).Error
	out := map[ident.ID]int{}
	for _, r := range rows {
		out[r.ReviewerID] = r.N
	}
	return out, err
}

// firstReviewers are those who made the first sheet of some items: another decides on an answer.
func firstReviewers(tx *db.Tx, items []Item) (map[ident.ID]ident.ID, error) {
	out := map[ident.ID]ident.ID{}
	var ids []ident.ID
	for _, i := range items {
		if i.Sheets > 0 {
			ids = append(ids, i.ID)
		}
	}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []Sheet
	err := tx.Rows().Select("item_id", "person_id").Where("county_code = ? AND item_id IN ?", tx.County, ids).Find(&rows).Error
	for _, h := range rows {
		out[h.ItemID] = h.PersonID
	}
	return out, err
}

// servesIn are the committees of the county in which a person serves, as a member or as a mediator.
func servesIn(tx *db.Tx, person ident.ID) (out []ident.ID, err error) {
	today := calendar.DayOf(tx.Now)
	for _, of := range []any{&registry.Mediator{}, &registry.Member{}} {
		var some []ident.ID
		if err := tx.Rows().Model(of).Where("county_code = ? AND person_id = ? AND (left_on IS NULL OR left_on > ?)", tx.County, person, today).Pluck("committee_id", &some).Error; err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}
