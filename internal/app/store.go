package app

import (
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// chained are the tables whose rows each have a chain in the record: cases, complaints about conduct, requests about personal data,
// flags of what should be looked into, rounds of review and their items, courses and grades, claims, batches, accounts and who is
// barred.
var chained = []string{"dispute_cases", "complaints", "data_requests", "anomaly_flags", "review_rounds", "review_items", "training_courses", "mediator_grades",
	"subsidy_claims", "subsidy_batches", "subsidy_accounts", "subsidy_barred"}

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
	q := db.Cross(tx.Rows()).Table("journal j").Distinct("j.case_id")
	for _, table := range chained {
		q = q.Where("NOT EXISTS (SELECT 1 FROM " + table + " t WHERE t.county_code = j.county_code AND t.id = j.case_id)")
	}
	err = q.Limit(versionsAtOnce).Pluck("j.case_id", &ids).Error
	return ids, err
}
