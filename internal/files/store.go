package files

import (
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Rows are this room's models.
var Rows = []any{&Document{}}

func insertDocument(tx *db.Tx, d Document) error { return tx.Rows().Create(&d).Error }

func findDocument(tx *db.Tx, id ident.ID) (Document, error) {
	var d Document
	err := tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Take(&d).Error
	if db.IsNone(err) {
		return d, fault.NoSuch()
	}
	return d, err
}

func findDocuments(tx *db.Tx, county ident.County, ids []ident.ID) (out []Document, err error) {
	err = tx.Rows().Where("county_code = ? AND id IN ?", county, ids).Find(&out).Error
	return out, err
}

func deleteDocument(tx *db.Tx, id ident.ID) error {
	return tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Delete(&Document{}).Error
}

// isNamed tells whether a row of any county names the bytes.
func isNamed(tx *db.Tx, hash string) (bool, error) {
	var found []Document
	err := db.Cross(tx.Rows()).Select("county_code", "id").Where("sha256 = ?", hash).Limit(1).Find(&found).Error
	return len(found) > 0, err
}
