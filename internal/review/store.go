package review

import (
	"slices"
	"time"

	"gorm.io/gorm"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Rows are this room's models.
var Rows = []any{&Round{}, &Reviewer{}, &Stratum{}, &Item{}, &Sheet{}, &opening{}}

// opening is one time that a dossier, or a file of it, was opened for a review.
type opening struct {
	ident.Key
	ItemID   ident.ID  `gorm:"column:item_id"`
	PersonID ident.ID  `gorm:"column:person_id"`
	What     string    `gorm:"column:what"`
	OpenedAt time.Time `gorm:"column:opened_at"`
}

func (opening) TableName() string { return "review_openings" }

// Opening is an opening with whose it was and of what.
type Opening struct {
	ID, ItemID, PersonID ident.ID
	What                 string
	OpenedAt             time.Time
	CaseNo, Name         string
}

func openings(tx *db.Tx, round, after ident.ID, most int) (out []Opening, err error) {
	q := tx.Rows().Table("review_openings AS o").Joins("JOIN review_items i ON i.county_code = o.county_code AND i.id = o.item_id").
		Joins("JOIN review_reviewers r ON r.county_code = i.county_code AND r.round_id = i.round_id AND r.person_id = o.person_id").
		Select("o.id, o.item_id, o.person_id, o.what, o.opened_at, i.case_no, r.name").Where("i.county_code = ? AND i.round_id = ?", round.County(), round)
	if !after.IsZero() {
		q = q.Where("o.id < ?", after)
	}
	err = q.Order("o.id DESC").Limit(most).Scan(&out).Error
	return out, err
}

func insertOpening(tx *db.Tx, o opening) error { return tx.Rows().Create(&o).Error }

func insertRound(tx *db.Tx, r *Round) error { return tx.Rows().Create(r).Error }

func updateRound(tx *db.Tx, r *Round) error {
	q := tx.Rows().Model(&Round{}).Where("county_code = ? AND id = ? AND version = ?", r.CountyCode, r.ID, r.Version-1).
		Select("version", "drawn_at", "left_out").Updates(r)
	if q.Error == nil && q.RowsAffected != 1 {
		return errStale
	}
	return q.Error
}

// roundWithin finds a round that a grant reaches; out of reach it is missing.
func roundWithin(tx *db.Tx, g authz.Grant, id ident.ID) (r Round, err error) {
	err = tx.Rows().Scopes(db.Within(g, db.Columns{County: "county_code", Area: "area_code"})).Where("county_code = ? AND id = ?", id.County(), id).Take(&r).Error
	if db.IsNone(err) {
		return r, fault.NoSuch()
	}
	return r, err
}

func roundByID(tx *db.Tx, id ident.ID) (r Round, err error) {
	err = tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Take(&r).Error
	return r, err
}

func rounds(tx *db.Tx, g authz.Grant, after ident.ID, most int) (out []Round, err error) {
	q := tx.Rows().Scopes(db.Within(g, db.Columns{County: "county_code", Area: "area_code"}))
	if !after.IsZero() {
		q = q.Where("id < ?", after)
	}
	err = q.Order("id DESC").Limit(most).Find(&out).Error
	return out, err
}

func addReviewer(tx *db.Tx, r Reviewer) error {
	_, err := tx.InsertNew(&r)
	return err
}

func reviewersOf(tx *db.Tx, round ident.ID) (out []Reviewer, err error) {
	err = tx.Rows().Where("county_code = ? AND round_id = ?", round.County(), round).Order("named_at, person_id").Find(&out).Error
	return out, err
}

func strataOf(tx *db.Tx, round ident.ID) (out []Stratum, err error) {
	err = tx.Rows().Where("county_code = ? AND round_id = ?", round.County(), round).Order("committee_type, category, confirmed DESC").Find(&out).Error
	return out, err
}

func itemByID(tx *db.Tx, id ident.ID) (i Item, err error) {
	err = tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Take(&i).Error
	if db.IsNone(err) {
		return i, fault.NoSuch()
	}
	return i, err
}

var toDo = []string{Assigned, Appealed}

// toReview finds an item that a person is to look at now; for anybody else it is missing.
func toReview(tx *db.Tx, id, person ident.ID) (i Item, err error) {
	if person.IsZero() {
		return i, fault.NoSuch()
	}
	err = tx.Rows().Where("county_code = ? AND id = ? AND reviewer_id = ? AND state IN ?", id.County(), id, person, toDo).Take(&i).Error
	if db.IsNone(err) {
		return i, fault.NoSuch()
	}
	return i, err
}

// itemsToReview crosses counties: a reviewer may be lent to another.
func itemsToReview(tx *db.Tx, person, after ident.ID, most int) (out []Item, err error) {
	q := db.Cross(tx.Rows()).Where("reviewer_id = ? AND state IN ?", person, toDo)
	if !after.IsZero() {
		q = q.Where("id > ?", after)
	}
	err = q.Order("id").Limit(most).Find(&out).Error
	return out, err
}

func itemsOf(tx *db.Tx, round ident.ID) (out []Item, err error) {
	err = tx.Rows().Where("county_code = ? AND round_id = ?", round.County(), round).Order("why, committee_type, category, confirmed DESC, place, id").Find(&out).Error
	return out, err
}

func itemsAfter(tx *db.Tx, round, after ident.ID, most int) (out []Item, err error) {
	q := tx.Rows().Where("county_code = ? AND round_id = ?", round.County(), round)
	if !after.IsZero() {
		q = q.Where("id > ?", after)
	}
	err = q.Order("id").Limit(most).Find(&out).Error
	return out, err
}

func updateItem(tx *db.Tx, i *Item) error {
	q := tx.Rows().Model(&Item{}).Where("county_code = ? AND id = ? AND version = ?", i.CountyCode, i.ID, i.Version-1).
		Select("version", "state", "sheets", "score", "grade", "vetoed", "appeal_by", "appealed_by", "appeal_sealed", "reviewer_id", "reviewer_name").Updates(i)
	if q.Error == nil && q.RowsAffected != 1 {
		return errStale
	}
	return q.Error
}

func sheets(tx *db.Tx, item ident.ID) (out []Sheet, err error) {
	err = tx.Rows().Where("county_code = ? AND item_id = ?", item.County(), item).Order("number").Find(&out).Error
	return out, err
}

func insertSheet(tx *db.Tx, h *Sheet) error { return tx.Rows().Create(h).Error }

// ownItems are the reviewed items of the cases that a grant reaches as one's own or one's committee's.
func ownItems(tx *db.Tx, g authz.Grant) *gorm.DB {
	return tx.Rows().Table("review_items AS i").Joins("JOIN dispute_cases c ON c.county_code = i.county_code AND c.id = i.case_id").
		Scopes(db.Within(g, db.CaseColumns("c"))).Where("i.sheets > 0")
}

func owned(tx *db.Tx, g authz.Grant, after ident.ID, most int) (out []Item, err error) {
	q := ownItems(tx, g)
	if !after.IsZero() {
		q = q.Where("i.id < ?", after)
	}
	err = q.Order("i.id DESC").Limit(most).Find(&out).Error
	return out, err
}

// ownNews are those of one's own that may be answered still, and those that a second reviewer decided since a moment; the most
// pressing first.
func ownNews(tx *db.Tx, g authz.Grant, since time.Time) (out []Item, err error) {
	err = ownItems(tx, g).Where("(i.state = ? AND i.appeal_by >= ?) OR (i.state = ? AND EXISTS (SELECT 1 FROM review_sheets h"+
		" WHERE h.county_code = i.county_code AND h.item_id = i.id AND h.number = i.sheets AND h.made_at >= ?))", Submitted, calendar.DayOf(tx.Now), Decided, since).
		Order("i.state DESC, i.appeal_by, i.id").Limit(mostNews).Find(&out).Error
	return out, err
}

func own(tx *db.Tx, g authz.Grant, id ident.ID) (i Item, err error) {
	err = ownItems(tx, g).Where("i.county_code = ? AND i.id = ?", id.County(), id).Take(&i).Error
	if db.IsNone(err) {
		return i, fault.NoSuch()
	}
	return i, err
}

const casesAtOnce = 500 // of a statement

// reviewed are the results of some cases, the oldest first.
func reviewed(tx *db.Tx, county ident.County, cases []ident.ID) (out []Item, err error) {
	for some := range slices.Chunk(cases, casesAtOnce) {
		var rows []Item
		if err = tx.Rows().Where("county_code = ? AND case_id IN ? AND sheets > 0 AND trial = ?", county, some, false).Order("id").Find(&rows).Error; err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}
