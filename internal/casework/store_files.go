package casework

import (
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

func insertAttachment(tx *db.Tx, r attachmentRow) error { return tx.Rows().Create(&r).Error }

func attachmentRows(tx *db.Tx, caseID ident.ID) ([]attachmentRow, error) {
	var out []attachmentRow
	err := tx.Rows().Where("county_code = ? AND case_id = ?", caseID.County(), caseID).Order("id").Find(&out).Error
	return out, err
}
