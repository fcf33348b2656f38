package filing

import (
	"time"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Rows are this room's models.
var Rows = []any{&draftRow{}, &draftFileRow{}}

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

// staleDrafts are some of the drafts that nobody has touched since a moment.
func staleDrafts(tx *db.Tx, since time.Time, most int) (ids []ident.ID, err error) {
	err = tx.Rows().Model(&draftRow{}).Where("county_code = ? AND updated_at < ?", tx.County, since).Order("updated_at").Limit(most).Pluck("id", &ids).Error
	return ids, err
}

// staleFiles are some of the drafts with files that nobody has touched since a moment.
func staleFiles(tx *db.Tx, since time.Time, most int) (ids []ident.ID, err error) {
	err = tx.Rows().Model(&draftRow{}).Where("county_code = ? AND updated_at < ?", tx.County, since).
		Where("EXISTS (SELECT 1 FROM filing_draft_files f WHERE f.county_code = filing_drafts.county_code AND f.draft_id = filing_drafts.id)").
		Order("updated_at").Limit(most).Pluck("id", &ids).Error
	return ids, err
}

// draftFileRow is a file put aside with a draft.
type draftFileRow struct {
	ident.Key
	DraftID    ident.ID  `gorm:"column:draft_id"`
	DocumentID ident.ID  `gorm:"column:document_id"`
	AddedAt    time.Time `gorm:"column:added_at"`
}

func (draftFileRow) TableName() string { return "filing_draft_files" }

func insertDraftFile(tx *db.Tx, r draftFileRow) error { return tx.Rows().Create(&r).Error }

// draftFiles are the files of a draft, in the order in which they came.
func draftFiles(tx *db.Tx, draft ident.ID) (out []draftFileRow, err error) {
	err = tx.Rows().Where("county_code = ? AND draft_id = ?", draft.County(), draft).Order("id").Find(&out).Error
	return out, err
}

func dropDraftFiles(tx *db.Tx, draft ident.ID, ids []ident.ID) error {
	return tx.Rows().Where("county_code = ? AND draft_id = ? AND id IN ?", draft.County(), draft, ids).Delete(&draftFileRow{}).Error
}
