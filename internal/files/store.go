package files

import (
	"gorm.io/gorm"

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

func dropDocuments(tx *db.Tx, ids []ident.ID) error {
	return tx.Rows().Where("county_code = ? AND id IN ?", tx.County, ids).Delete(&Document{}).Error
}

// isNamed tells whether a row of any county names the bytes.
func isNamed(tx *db.Tx, hash string) (bool, error) {
	var found []Document
	err := db.Cross(tx.Rows()).Select("county_code", "id").Where("sha256 = ?", hash).Limit(1).Find(&found).Error
	return len(found) > 0, err
}

// documentsAfter are the next documents of all counties in the order of their hashes: one file is read once.
func documentsAfter(tx *db.Tx, last Document, n int) (out []Document, err error) {
	q := db.Cross(tx.Rows()).Select("county_code", "id", "sha256", "size")
	if last.SHA256 != "" {
		q = q.Where("sha256 >= ? AND (sha256 > ? OR county_code > ? OR county_code = ? AND id > ?)", last.SHA256, last.SHA256, last.CountyCode, last.CountyCode, last.ID)
	}
	err = q.Order("sha256, county_code, id").Limit(n).Find(&out).Error
	return out, err
}

// named are those of some hashes that a row of any county names.
func named(tx *db.Tx, hashes []string) (map[string]bool, error) {
	return namedIn(db.Cross(tx.Rows()), hashes)
}

func namedIn(q *gorm.DB, hashes []string) (map[string]bool, error) {
	var found []string
	err := q.Model(&Document{}).Distinct("sha256").Where("sha256 IN ?", hashes).Pluck("sha256", &found).Error
	out := make(map[string]bool, len(found))
	for _, h := range found {
		out[h] = true
	}
	return out, err
}
