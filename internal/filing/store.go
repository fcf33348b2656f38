package filing

import (
	"time"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Rows are this room's models.
var Rows = []any{&draftRow{}, &posterRow{}}

type draftRow struct {
	ident.Key
	SecretHash    string    `gorm:"column:secret_hash"`
	AnswersSealed []byte    `gorm:"column:answers_sealed"`
	UpdatedAt     time.Time `gorm:"column:updated_at;autoUpdateTime:false"` // a receipt is dated back
}

func (draftRow) TableName() string { return "filing_drafts" }

func findDraft(tx *db.Tx, id ident.ID) (draftRow, bool, error) {
	var r draftRow
	err := tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Take(&r).Error
	if db.IsNone(err) {
		return r, false, nil
	}
	return r, err == nil, err
}

func insertDraft(tx *db.Tx, r draftRow) error { return tx.Rows().Create(&r).Error }

func saveDraft(tx *db.Tx, r draftRow) error {
	return tx.Rows().Model(&draftRow{}).Where("county_code = ? AND id = ?", r.CountyCode, r.ID).
		Select("answers_sealed", "updated_at").Updates(&r).Error
}

func dropDraft(tx *db.Tx, id ident.ID) error {
	return tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Delete(&draftRow{}).Error
}

// dropDraftsBefore removes the drafts that nobody has touched since a moment.
func dropDraftsBefore(tx *db.Tx, since time.Time) (int64, error) {
	r := tx.Rows().Where("county_code = ? AND updated_at < ?", tx.County, since).Delete(&draftRow{})
	return r.RowsAffected, r.Error
}
