package app

import (
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// chained are the tables whose rows each have a chain in the record: cases, complaints about conduct, requests about personal data,
// flags of what should be looked into, rounds of review and their items, courses and grades, claims, batches, accounts, who is
// barred, holds on dossiers, lists by which they are destroyed, and what an operator said of seals that are missing.
var chained = []string{"dispute_cases", "complaints", "data_requests", "anomaly_flags", "review_rounds", "review_items", "training_courses", "mediator_grades",
	"subsidy_claims", "subsidy_batches", "subsidy_accounts", "subsidy_barred", "retention_holds", "disposal_lists", "seal_acceptances"}

// chainVersion is what the walk over the record needs of such a row.
type chainVersion struct {
	ident.Key
	Version int64 `gorm:"column:version"`
}

func versionsOf(tx *db.Tx, table string, county ident.County, ids []ident.ID) (rows []chainVersion, err error) {
	err = tx.Rows().Table(table).Select("county_code", "id", "version").Where("county_code = ? AND id IN ?", county, ids).Find(&rows).Error
	return rows, err
}

// casesWithoutChain are rows that should have a chain and have no entry at all.
func casesWithoutChain(tx *db.Tx) (out []ident.ID, err error) {
	for _, table := range chained {
		var ids []ident.ID
		err := db.Cross(tx.Rows()).Table(table+" t").Where("t.version > 0 AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.county_code = t.county_code AND j.case_id = t.id)").
			Order("t.county_code, t.id").Pluck("t.id", &ids).Error
		if err != nil {
			return out, err
		}
		out = append(out, ids...)
	}
	return out, nil
}

func countCases(tx *db.Tx) (n int, err error) {
	err = db.Cross(tx.Rows()).Table(chained[0]).Select("COUNT(*)").Scan(&n).Error
	return n, err
}
