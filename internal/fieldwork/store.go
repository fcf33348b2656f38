package fieldwork

import (
	"gorm.io/gorm"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Rows are this room's models.
var Rows = []any{&PresenceService{}, &Round{}, &Finding{}, &Prevention{}}

// BulkPresence enters services in bulk, for the demo city; what it is given must be right.
func BulkPresence(tx *db.Tx, rows []PresenceService) error {
	return db.Load(tx, rows)
}

func insert(tx *db.Tx, p PresenceService) error { return tx.Rows().Create(&p).Error }

// find is a service by its id; Missing when there is none.
func find(tx *db.Tx, id ident.ID) (PresenceService, error) {
	var p PresenceService
	err := tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Take(&p).Error
	if db.IsNone(err) {
		return p, fault.NoSuch()
	}
	return p, err
}

// services finds a page of the list and one row more, the latest day first.
func services(tx *db.Tx, g authz.Grant, f Filter) ([]PresenceService, error) {
	q := tx.Rows().Scopes(db.Within(g, db.Columns{County: "county_code", Area: "area_code"}))
	q = narrow(q, f)
	if at := f.After; !at.ID.IsZero() {
		q = q.Where("(served_on < ? OR served_on = ? AND id < ?)", at.On, at.On, at.ID)
	}
	var rows []PresenceService
	err := q.Order("served_on DESC, id DESC").Limit(f.Limit + 1).Find(&rows).Error
	return rows, err
}

func narrow(q *gorm.DB, f Filter) *gorm.DB {
	if low, high := f.Area.Range(); len(low) > 6 {
		q = q.Where("county_code = ? AND area_code >= ? AND area_code < ?", f.Area.County(), low, high)
	} else if low != "" {
		q = q.Where("county_code >= ? AND county_code < ?", low, high)
	}
	if f.Kind != 0 {
		q = q.Where("kind = ?", f.Kind)
	}
	if !f.From.IsZero() {
		q = q.Where("served_on >= ?", f.From)
	}
	if !f.To.IsZero() {
		q = q.Where("served_on <= ?", f.To)
	}
	return q
}

// caseNamed is the case of a county that a grant reaches, by its id, reference or number; zero when there is none. A
// number may be used by several committees: then it names none.
func caseNamed(tx *db.Tx, g authz.Grant, county ident.County, text string) (ident.ID, error) {
	q := tx.Rows().Table("dispute_cases AS c").Scopes(db.Within(g, db.CaseColumns("c"))).Where("c.county_code = ? AND c.state <> ?", county, "draft")
	if id, err := ident.ParseID(text); err == nil {
		q = q.Where("c.id = ?", id)
	} else if r, err := ident.ParseReference(text); err == nil {
		q = q.Where("c.reference = ?", string(r))
	} else {
		q = q.Where("c.case_no = ?", text)
	}
	var ids []ident.ID
	if err := q.Limit(2).Pluck("c.id", &ids).Error; err != nil || len(ids) != 1 {
		return ident.ID{}, err
	}
	return ids[0], nil
}
