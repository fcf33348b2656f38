package payment

import (
	"encoding/json"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Rows are this room's models.
var Rows = []any{&Batch{}, &Line{}, &Account{}, &Export{}}

var (
	// A batch is a county's: by its code nothing lies in a township, and a township's post reaches none.
	ofCounty    = db.Columns{County: "county_code", Area: "county_code"}
	ofMediators = db.Columns{County: "m.county_code", Committee: "m.committee_id", Area: "c.area_code"}
)

func one[T any](q *gorm.DB) (row T, err error) {
	if err = q.Take(&row).Error; db.IsNone(err) {
		err = fault.NoSuch()
	}
	return row, err
}

// mediatorWithin is a mediator of a committee that the grant reaches.
func mediatorWithin(tx *db.Tx, g authz.Grant, id ident.ID) (m registry.Mediator, err error) {
	return one[registry.Mediator](tx.Rows().Table("mediators AS m").Joins("JOIN committees c ON c.county_code = m.county_code AND c.id = m.committee_id").
		Scopes(db.Within(g, ofMediators)).Where("m.county_code = ? AND m.id = ?", id.County(), id))
}

func nextNumber(tx *db.Tx, county ident.County) (n int, err error) {
	err = tx.Rows().Model(&Batch{}).Select("COALESCE(MAX(number), 0) + 1").Where("county_code = ?", county).Scan(&n).Error
	return n, err
}

func insertBatch(tx *db.Tx, b *Batch, lines []Line) error {
	if err := tx.Rows().Create(b).Error; err != nil {
		if db.IsDuplicate(err) {
			return errStale
		}
		return err
	}
	return db.Load(tx, lines)
}

func batchWithin(tx *db.Tx, g authz.Grant, id ident.ID) (b Batch, err error) {
	if !g.CoversArea(id.County().Area()) { // a batch is a county's: a township's post reaches none
		return b, fault.NoSuch()
	}
	q := tx.Rows()
	if tx.Writes() {
		q = q.Clauses(clause.Locking{Strength: "UPDATE"})
	}
	if b, err = one[Batch](q.Where("county_code = ? AND id = ?", id.County(), id)); err != nil {
		return b, err
	}
	return b, json.Unmarshal([]byte(b.HeldJSON), &b.Held)
}

func linesOf(tx *db.Tx, batch ident.ID) (out []Line, err error) {
	err = tx.Rows().Where("county_code = ? AND batch_id = ?", batch.County(), batch).Order("called, claim_id, person_id").Find(&out).Error
	return out, err
}

// updateBatch writes what an act made of a batch; its version was counted up.
func updateBatch(tx *db.Tx, b *Batch) error {
	r := tx.Rows().Model(&Batch{}).Where("county_code = ? AND id = ? AND version = ?", b.CountyCode, b.ID, b.Version-1).
		Select("version", "claims", "fen", "sha256", "state", "first_by", "first_name", "first_at", "first_sha256", "second_by", "second_name", "second_at", "paid_on").Updates(b)
	if r.Error == nil && r.RowsAffected != 1 {
		return errStale
	}
	return r.Error
}

func batches(tx *db.Tx, g authz.Grant, after ident.ID, most int) (out []Batch, err error) {
	q := tx.Rows().Scopes(db.Within(g, ofCounty))
	if !after.IsZero() {
		q = q.Where("id < ?", after)
	}
	err = q.Order("id DESC").Limit(most + 1).Find(&out).Error
	return out, err
}

func exportsOf(tx *db.Tx, batch ident.ID) (out []Export, err error) {
	err = tx.Rows().Where("county_code = ? AND batch_id = ?", batch.County(), batch).Order("id DESC").Find(&out).Error
	return out, err
}

func insertExport(tx *db.Tx, e *Export) error { return tx.Rows().Create(e).Error }

func accountsOf(tx *db.Tx, county ident.County, persons []ident.ID) (map[ident.ID]Account, error) {
	var rows []Account
	err := tx.Rows().Where("county_code = ? AND person_id IN ?", county, persons).Find(&rows).Error
	out := map[ident.ID]Account{}
	for _, a := range rows {
		out[a.PersonID] = a
	}
	return out, err
}

func updateAccount(tx *db.Tx, a Account) error {
	r := tx.Rows().Model(&Account{}).Where("county_code = ? AND id = ? AND version = ?", a.CountyCode, a.ID, a.Version-1).
		Select("version", "holder_sealed", "bank_sealed", "number_sealed", "entered_by", "entered_at").Updates(&a)
	if r.Error == nil && r.RowsAffected != 1 {
		return errStale
	}
	return r.Error
}

func dropLines(tx *db.Tx, b Batch, claim ident.ID) error {
	return tx.Rows().Where("county_code = ? AND batch_id = ? AND claim_id = ?", b.CountyCode, b.ID, claim).Delete(&Line{}).Error
}

// committeesWithin are the active committees that a grant reaches, for whoever chooses one.
func committeesWithin(tx *db.Tx, g authz.Grant) (out []registry.Committee, err error) {
	err = tx.Rows().Table("committees AS c").Scopes(db.Within(g, db.Columns{County: "c.county_code", Committee: "c.id", Area: "c.area_code"})).
		Where("c.state = ? AND c.type <> ?", registry.Active, registry.Desk).Order("c.area_code, c.name").Limit(mostCommittees).Find(&out).Error
	return out, err
}

const mostCommittees = 1000 // on one page
