package subsidy

import (
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// approved are the claims of a county that wait to be paid. They are held until the batch is made: two who make one at once
// would both put them in.
func approved(tx *db.Tx, in Days, most int) (out []Claim, err error) {
	err = tx.Rows().Clauses(clause.Locking{Strength: "UPDATE"}).Where("county_code = ? AND kind = ? AND state = ? AND closed_on >= ? AND closed_on <= ?", in.County, in.Kind, Approved, in.From, in.To).
		Order("id").Limit(most).Find(&out).Error
	return out, err
}

// next counts up a version in the statement itself.
var next = gorm.Expr("version + 1")

const someIDs = 1000 // of one statement

// setBatch puts claims into a batch, each with its next version.
func setBatch(tx *db.Tx, batch ident.ID, ids []ident.ID) error {
	for from := 0; from < len(ids); from += someIDs {
		some := ids[from:min(from+someIDs, len(ids))]
		r := tx.Rows().Model(&Claim{}).Where("county_code = ? AND id IN ? AND state = ?", batch.County(), some, Approved).
			Updates(map[string]any{"state": Batched, "batch_id": batch, "version": next})
		if r.Error != nil || r.RowsAffected != int64(len(some)) {
			return orStale(r.Error)
		}
	}
	return nil
}

func orStale(err error) error {
	if err == nil {
		err = errStale
	}
	return err
}

// takenOut takes a claim out of a batch.
func takenOut(tx *db.Tx, batch, claim ident.ID) (c Claim, err error) {
	r := tx.Rows().Model(&Claim{}).Where("county_code = ? AND id = ? AND batch_id = ?", batch.County(), claim, batch).
		Updates(map[string]any{"state": Approved, "batch_id": nil, "version": next})
	if r.Error != nil || r.RowsAffected != 1 {
		return c, orStale(r.Error)
	}
	return one[Claim](tx.Rows().Where("county_code = ? AND id = ?", batch.County(), claim))
}

func setPaid(tx *db.Tx, batch ident.ID) error {
	return tx.Rows().Model(&Claim{}).Where("county_code = ? AND batch_id = ?", batch.County(), batch).Updates(map[string]any{"state": Paid, "version": next}).Error
}

func inBatch(tx *db.Tx, batch ident.ID) (out []Claim, err error) {
	err = tx.Rows().Where("county_code = ? AND batch_id = ?", batch.County(), batch).Order("id").Find(&out).Error
	return out, err
}

func barredOf(tx *db.Tx, county ident.County, persons []ident.ID) (out []Barred, err error) {
	err = tx.Rows().Where("county_code = ? AND person_id IN ?", county, persons).Find(&out).Error
	return out, err
}

// approvedOf are the approved claims in which a person shares, of what was closed on a day or later.
func approvedOf(tx *db.Tx, county ident.County, person ident.ID, from calendar.Day) (out []Claim, err error) {
	err = tx.Rows().Where("county_code = ? AND state = ? AND closed_on >= ?", county, Approved, from).
		Where("id IN (SELECT s.claim_id FROM subsidy_shares s WHERE s.county_code = ? AND s.person_id = ?)", county, person).Order("id").Find(&out).Error
	return out, err
}

func insertBar(tx *db.Tx, b *Barred) error { return tx.Rows().Create(b).Error }

func barWithin(tx *db.Tx, g authz.Grant, id ident.ID) (Barred, error) {
	return one[Barred](tx.Rows().Scopes(db.Within(g, ofOffice)).Where("county_code = ? AND id = ?", id.County(), id))
}

func endBar(tx *db.Tx, b Barred) error {
	r := tx.Rows().Model(&Barred{}).Where("county_code = ? AND id = ? AND version = ?", b.CountyCode, b.ID, b.Version-1).Select("version", "to_on").Updates(&b)
	if r.Error == nil && r.RowsAffected != 1 {
		return errStale
	}
	return r.Error
}

func bars(tx *db.Tx, g authz.Grant, after ident.ID, most int) (out []Barred, err error) {
	q := tx.Rows().Scopes(db.Within(g, ofOffice))
	if !after.IsZero() {
		q = q.Where("id < ?", after)
	}
	err = q.Order("id DESC").Limit(most + 1).Find(&out).Error
	return out, err
}
