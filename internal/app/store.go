package app

import (
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// chained are the tables whose rows each have a chain in the record: cases, complaints about conduct, requests about personal data,
// flags of what should be looked into, rounds of review and their items.
var chained = []string{"dispute_cases", "complaints", "data_requests", "anomaly_flags", "review_rounds", "review_items"}

// chainVersion is what the walk over the record needs of such a row.
type chainVersion struct {
	ident.Key
	Version int64 `gorm:"column:version"`
}

func versionsAfter(tx *db.Tx, table string, last ident.Key, n int) (rows []chainVersion, err error) {
	q := db.Cross(tx.Rows()).Table(table).Select("county_code", "id", "version")
	if !last.ID.IsZero() {
		q = q.Where("county_code > ? OR county_code = ? AND id > ?", last.CountyCode, last.CountyCode, last.ID)
	}
	err = q.Order("county_code, id").Limit(n).Find(&rows).Error
	return rows, err
}

func chainsWithoutCase(tx *db.Tx) (ids []ident.ID, err error) {
	err = db.Cross(tx.Rows()).Table("journal j").Distinct("j.case_id").
		Where("NOT EXISTS (SELECT 1 FROM dispute_cases c WHERE c.county_code = j.county_code AND c.id = j.case_id)").
		Where("NOT EXISTS (SELECT 1 FROM complaints k WHERE k.county_code = j.county_code AND k.id = j.case_id)").
		Where("NOT EXISTS (SELECT 1 FROM data_requests r WHERE r.county_code = j.county_code AND r.id = j.case_id)").
		Where("NOT EXISTS (SELECT 1 FROM anomaly_flags f WHERE f.county_code = j.county_code AND f.id = j.case_id)").
		Where("NOT EXISTS (SELECT 1 FROM review_rounds w WHERE w.county_code = j.county_code AND w.id = j.case_id)").
		Where("NOT EXISTS (SELECT 1 FROM review_items i WHERE i.county_code = j.county_code AND i.id = j.case_id)").
		Limit(versionsAtOnce).Pluck("j.case_id", &ids).Error
	return ids, err
}
