package app

import (
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// caseVersion is what the walk over the record needs of a case.
type caseVersion struct {
	ident.Key
	Version int64 `gorm:"column:version"`
}

func (caseVersion) TableName() string { return "dispute_cases" }

func versionsAfter(tx *db.Tx, last ident.Key, n int) (rows []caseVersion, err error) {
	q := db.Cross(tx.Rows()).Select("county_code", "id", "version")
	if !last.ID.IsZero() {
		q = q.Where("county_code > ? OR county_code = ? AND id > ?", last.CountyCode, last.CountyCode, last.ID)
	}
	err = q.Order("county_code, id").Limit(n).Find(&rows).Error
	return rows, err
}

func chainsWithoutCase(tx *db.Tx) (ids []ident.ID, err error) {
	err = db.Cross(tx.Rows()).Table("journal j").Distinct("j.case_id").
		Where("NOT EXISTS (SELECT 1 FROM dispute_cases c WHERE c.county_code = j.county_code AND c.id = j.case_id)").
		Limit(versionsAtOnce).Pluck("j.case_id", &ids).Error
	return ids, err
}
