package exchange

import (
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Rows are this room's models.
var Rows = []any{&Import{}, &importRow{}, &lineRow{}, &headingRow{}}

var importColumns = db.Columns{County: "county_code", Committee: "committee_id"}

func importWithin(tx *db.Tx, g authz.Grant, id ident.ID) (out Import, err error) {
	err = tx.Rows().Scopes(db.Within(g, importColumns)).Where("county_code = ? AND id = ?", id.County(), id).Take(&out).Error
	if db.IsNone(err) {
		return out, fault.NoSuch()
	}
	return out, err
}

func importsOf(tx *db.Tx, g authz.Grant, after ident.ID, most int) (out []Import, err error) {
	q := tx.Rows().Scopes(db.Within(g, importColumns))
	if !after.IsZero() {
		q = q.Where("id < ?", after)
	}
	err = q.Order("id DESC").Limit(most).Find(&out).Error
	return out, err
}

// working are the imports that go on by themselves, the oldest first.
func working(tx *db.Tx) (out []Import, err error) {
	err = db.Cross(tx.Rows()).Where("state IN ?", []State{Checking, Entering}).Order("id").Limit(20).Find(&out).Error
	return out, err
}

// old are imports whose rows are kept too long.
func old(tx *db.Tx, since time.Time) (out []Import, err error) {
	err = db.Cross(tx.Rows()).Where("state IN ? AND made_at < ?", []State{Uploaded, Checking, Checked, Entering, Done, Stopped}, since).Order("id").Limit(100).Find(&out).Error
	return out, err
}

func insertImport(tx *db.Tx, i Import) error { return tx.Rows().Create(&i).Error }

var errMoved = fault.New(fault.Stale, "", "这次导入刚刚有人动过。请看过新内容后再试。", "Somebody has just moved this import on. Please look at it again and retry.")

// saveImport writes an import over the version that was read.
func saveImport(tx *db.Tx, i *Import) error {
	i.Version++
	done := tx.Rows().Model(&Import{}).Where("county_code = ? AND id = ? AND version = ?", i.CountyCode, i.ID, i.Version-1).
		Select("*").Omit("county_code", "id", "committee_id", "made_at").Updates(i)
	if done.Error == nil && done.RowsAffected != 1 {
		return errMoved
	}
	return done.Error
}

// importRow is a row of an uploaded file.
type importRow struct {
	CountyCode  ident.County `gorm:"column:county_code;primaryKey"`
	ImportID    ident.ID     `gorm:"column:import_id;primaryKey"`
	Number      int          `gorm:"column:number;primaryKey;autoIncrement:false"`
	CellsSealed []byte       `gorm:"column:cells_sealed"`
	State       string       `gorm:"column:state"`
	Problems    problems     `gorm:"column:problems"`
	LineKey     string       `gorm:"column:line_key"`
	SaysKey     string       `gorm:"column:says_key"`
	CaseID      ident.ID     `gorm:"column:case_id"`
}

func (importRow) TableName() string { return "ledger_import_rows" }

// rowsAfter are rows of an import in the order of the file; of some states where any are given.
func rowsAfter(tx *db.Tx, i ident.ID, after, most int, states ...string) (out []importRow, err error) {
	q := tx.Rows().Where("county_code = ? AND import_id = ? AND number > ?", i.County(), i, after)
	if len(states) > 0 {
		q = q.Where("state IN ?", states)
	}
	err = q.Order("number").Limit(most).Find(&out).Error
	return out, err
}

func saveRow(tx *db.Tx, r importRow) error {
	return tx.Rows().Model(&importRow{}).Where("county_code = ? AND import_id = ? AND number = ?", r.CountyCode, r.ImportID, r.Number).
		Select("state", "problems", "line_key", "says_key", "case_id").Updates(&r).Error
}

// rowAbove is the first row above that says the same line; 0 for none.
func rowAbove(tx *db.Tx, i ident.ID, key string, number int) (int, error) {
	var above []int
	err := tx.Rows().Model(&importRow{}).Where("county_code = ? AND import_id = ? AND line_key = ? AND number < ?", i.County(), i, key, number).
		Order("number").Limit(1).Pluck("number", &above).Error
	if len(above) == 0 {
		return 0, err
	}
	return above[0], err
}

// forgetRows makes rows be looked at anew.
func forgetRows(tx *db.Tx, i ident.ID) error {
	return tx.Rows().Model(&importRow{}).Where("county_code = ? AND import_id = ?", i.County(), i).
		Updates(map[string]any{"state": rowNew, "line_key": "", "says_key": ""}).Error
}

func dropRows(tx *db.Tx, i ident.ID) error {
	return tx.Rows().Where("county_code = ? AND import_id = ?", i.County(), i).Delete(&importRow{}).Error
}

// dropCells forgets what rows said; what was wrong with them stays, in words that repeat nothing.
func dropCells(tx *db.Tx, i ident.ID) error {
	return tx.Rows().Model(&importRow{}).Where("county_code = ? AND import_id = ?", i.County(), i).Update("cells_sealed", nil).Error
}

// lineRow is a line of a committee's ledger that became a case.
type lineRow struct {
	CountyCode  ident.County `gorm:"column:county_code;primaryKey"`
	CommitteeID ident.ID     `gorm:"column:committee_id;primaryKey"`
	LineKey     string       `gorm:"column:line_key;primaryKey"`
	SaysKey     string       `gorm:"column:says_key"`
	CaseID      ident.ID     `gorm:"column:case_id"`
}

func (lineRow) TableName() string { return "ledger_lines" }

// lineOf is the line of a committee under one of several keys: those of older master keys are tried too.
func lineOf(tx *db.Tx, committee ident.ID, keys []string) (out lineRow, found bool, err error) {
	err = tx.Rows().Where("county_code = ? AND committee_id = ? AND line_key IN ?", committee.County(), committee, keys).Take(&out).Error
	if db.IsNone(err) {
		return out, false, nil
	}
	return out, err == nil, err
}

// insertLine enters a line; errThere when it is there already.
func insertLine(tx *db.Tx, r lineRow) error {
	isNew, err := tx.InsertNew(&r)
	if err == nil && !isNew {
		err = errThere
	}
	return err
}

// possible is a case of the committee between the same people within some days: it may be this one, entered by hand.
func possible(tx *db.Tx, committee ident.ID, name, other string, from, to time.Time) (id ident.ID, err error) {
	var ids []ident.ID
	const ofParty = "(SELECT p.case_id FROM case_parties p WHERE p.county_code = ? AND p.name_key = ? AND p.removed_at IS NULL)"
	err = tx.Rows().Table("dispute_cases AS c").Where("c.county_code = ? AND c.id IN "+ofParty+" AND c.id IN "+ofParty, committee.County(), committee.County(), name, committee.County(), other).
		Where("c.committee_id = ? AND c.registered_at >= ? AND c.registered_at < ?", committee, from, to).Limit(1).Pluck("c.id", &ids).Error
	if len(ids) == 0 {
		return id, err
	}
	return ids[0], err
}

// headingRow is what a committee's heading means.
type headingRow struct {
	CountyCode  ident.County `gorm:"column:county_code;primaryKey"`
	CommitteeID ident.ID     `gorm:"column:committee_id;primaryKey"`
	Heading     string       `gorm:"column:heading;primaryKey"`
	Field       string       `gorm:"column:field"`
}

func (headingRow) TableName() string { return "ledger_headings" }

func headingsOf(tx *db.Tx, committee ident.ID) (map[string]string, error) {
	var rows []headingRow
	err := tx.Rows().Where("county_code = ? AND committee_id = ?", committee.County(), committee).Limit(1000).Find(&rows).Error
	out := map[string]string{}
	for _, r := range rows {
		out[r.Heading] = r.Field
	}
	return out, err
}

// remember keeps what a committee's headings mean, over what they meant before.
func remember(tx *db.Tx, committee ident.ID, meant map[string]string) error {
	for heading, name := range meant {
		if err := tx.Rows().Where("county_code = ? AND committee_id = ? AND heading = ?", committee.County(), committee, heading).Delete(&headingRow{}).Error; err != nil {
			return err
		}
		if err := tx.Rows().Create(&headingRow{committee.County(), committee, heading, name}).Error; err != nil {
			return err
		}
	}
	return nil
}

// problems are kept as JSON.
type problems []problem
