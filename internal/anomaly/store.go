package anomaly

import (
	"slices"
	"time"

	"gorm.io/gorm"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Rows are this room's models.
var Rows = []any{&Flag{}, &looked{}, &fingerprint{}}

// looked is how far the record of a county has been looked through.
type looked struct {
	CountyCode ident.County `gorm:"column:county_code;primaryKey"`
	LookedAt   time.Time    `gorm:"column:looked_at"`
}

func (looked) TableName() string { return "anomaly_looks" }

func lookedAt(tx *db.Tx, county ident.County) (time.Time, error) {
	var row looked
	err := tx.Rows().Where("county_code = ?", county).Take(&row).Error
	if db.IsNone(err) {
		return time.Time{}, nil
	}
	return row.LookedAt, err
}

func markLooked(tx *db.Tx, county ident.County, at time.Time) error {
	isNew, err := tx.InsertNew(&looked{county, at})
	if err != nil || isNew {
		return err
	}
	return tx.Rows().Model(&looked{}).Where("county_code = ? AND looked_at < ?", county, at).Update("looked_at", at).Error
}

// countiesDue are those with cases whose record nobody looked through since a moment.
func countiesDue(tx *db.Tx, since time.Time) (out []ident.County, err error) {
	err = db.Cross(tx.Rows()).Table("committees AS m").Distinct("m.county_code").
		Where("NOT EXISTS (SELECT 1 FROM anomaly_looks l WHERE l.county_code = m.county_code AND l.looked_at > ?)", since).
		Order("m.county_code").Pluck("m.county_code", &out).Error
	return out, err
}

const casesAtOnce = 500 // of a statement

func openRules(tx *db.Tx, county ident.County, cases []ident.ID) (out []Flag, err error) {
	for some := range slices.Chunk(cases, casesAtOnce) {
		var rows []Flag
		if err = tx.Rows().Model(&Flag{}).Distinct("case_id", "rule").Where("county_code = ? AND case_id IN ? AND state = ?", county, some, Open).
			Order("case_id, rule").Find(&rows).Error; err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// flagsOf are the flags of some cases, cleared ones among them.
func flagsOf(tx *db.Tx, county ident.County, cases []ident.ID) (rows []Flag, err error) {
	err = tx.Rows().Where("county_code = ? AND case_id IN ?", county, cases).Find(&rows).Error
	return rows, err
}

// headsOf are the register lines of some cases.
func headsOf(tx *db.Tx, county ident.County, cases []ident.ID) (rows []casework.Head, err error) {
	err = tx.Rows().Model(&casework.Head{}).Select("county_code", "id", "committee_id", "area_code", "case_no", "intake_no", "category").Where("county_code = ? AND id IN ?", county, cases).Find(&rows).Error
	return rows, err
}

// setEvidence writes that an open flag has grown.
func setEvidence(tx *db.Tx, f Flag, evidence string) error {
	return tx.Rows().Model(&Flag{}).Where("county_code = ? AND id = ? AND state = ?", f.CountyCode, f.ID, Open).Update("evidence", evidence).Error
}

// within finds a flag that a grant reaches; out of reach it is missing.
func within(tx *db.Tx, g authz.Grant, id ident.ID) (f Flag, err error) {
	err = reached(tx, g).Where("county_code = ? AND id = ?", id.County(), id).Take(&f).Error
	if db.IsNone(err) {
		return f, fault.NoSuch()
	}
	return f, err
}

func reached(tx *db.Tx, g authz.Grant) *gorm.DB {
	return tx.Rows().Scopes(db.Within(g, db.Columns{County: "county_code", Area: "area_code"}))
}

func flags(tx *db.Tx, g authz.Grant, ask Asked) (rows []Flag, err error) {
	q := reached(tx, g).Where("state = ?", ask.State)
	if ask.Rule != "" {
		q = q.Where("rule = ?", ask.Rule)
	}
	if !ask.Case.IsZero() {
		q = q.Where("county_code = ? AND case_id = ?", ask.Case.County(), ask.Case)
	}
	order := "id DESC"
	switch {
	case ask.By == ByWeight:
		order = "weight DESC, id DESC"
		if !ask.After.IsZero() {
			q = q.Where("weight < ? OR weight = ? AND id < ?", ask.AfterWeight, ask.AfterWeight, ask.After)
		}
	case ask.By == ByAge:
		order = "id"
		if !ask.After.IsZero() {
			q = q.Where("id > ?", ask.After)
		}
	case !ask.After.IsZero():
		q = q.Where("id < ?", ask.After)
	}
	err = q.Order(order).Limit(ask.Limit + 1).Find(&rows).Error
	return rows, err
}

// alikeOpen are the open flags within a grant that rest on the same evidence.
func alikeOpen(tx *db.Tx, g authz.Grant, f Flag) (rows []Flag, err error) {
	err = reached(tx, g).Where("county_code = ? AND rule = ? AND evidence_key = ? AND state = ? AND id <> ?", f.CountyCode, f.Rule, f.EvidenceKey, Open, f.ID).
		Order("id").Limit(mostTogether).Find(&rows).Error
	return rows, err
}

func setCleared(tx *db.Tx, f *Flag) error {
	r := tx.Rows().Model(&Flag{}).Where("county_code = ? AND id = ? AND version = ? AND state = ?", f.CountyCode, f.ID, f.Version-1, Open).
		Select("version", "state", "cleared_by", "cleared_at", "reason_sealed").Updates(f)
	if r.Error == nil && r.RowsAffected != 1 {
		return errStale
	}
	return r.Error
}

type ruleCount struct {
	Rule string
	N    int
}

// counted are the open flags within a grant by rule.
func counted(tx *db.Tx, g authz.Grant) (rows []ruleCount, err error) {
	err = reached(tx, g).Model(&Flag{}).Select("rule, COUNT(*) AS n").Where("state = ?", Open).Group("rule").Scan(&rows).Error
	return rows, err
}

func everFlagged(tx *db.Tx, county ident.County) (out []ident.ID, err error) {
	err = tx.Rows().Model(&Flag{}).Distinct("case_id").Where("county_code = ?", county).Pluck("case_id", &out).Error
	return out, err
}
