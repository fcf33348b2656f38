package enrolment

import (
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Rows are this room's models.
var Rows = []any{&Import{}}

var errChanged = fault.New(fault.Stale, "", "这张表刚被别人处理过，请刷新后再看。", "Somebody else has just dealt with this table; please reload.")

// inOffice are the offices of a county's members by committee and person.
func inOffice(tx *db.Tx, county ident.County) (map[[2]ident.ID]registry.Office, error) {
	var rows []registry.Member
	err := tx.Rows().Where("county_code = ? AND left_on IS NULL", county).Find(&rows).Error
	out := make(map[[2]ident.ID]registry.Office, len(rows))
	for _, m := range rows {
		out[[2]ident.ID{m.CommitteeID, m.PersonID}] = m.Office
	}
	return out, err
}

// mediatorsIn are those who mediate in a county now, some at a time by id.
func mediatorsIn(tx *db.Tx, county ident.County, after ident.ID, most int) (out []registry.Mediator, err error) {
	q := tx.Rows().Where("county_code = ? AND left_on IS NULL", county)
	if !after.IsZero() {
		q = q.Where("id > ?", after)
	}
	err = q.Order("id").Limit(most).Find(&out).Error
	return out, err
}

func insertImport(tx *db.Tx, i Import) error { return tx.Rows().Create(&i).Error }

// importOf is an import into a register that the grant keeps.
func importOf(tx *db.Tx, g authz.Grant, id ident.ID) (i Import, err error) {
	err = tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Take(&i).Error
	if db.IsNone(err) || err == nil && !g.CoversArea(i.CountyCode.Area()) {
		err = fault.NoSuch()
	}
	return i, err
}

func saveImport(tx *db.Tx, i *Import, expect int64) error {
	i.Version = expect + 1
	r := tx.Rows().Model(i).Select("version", "state", "good", "there", "bad", "rows_sealed", "outcomes", "ended_at").
		Where("county_code = ? AND id = ? AND version = ?", i.CountyCode, i.ID, expect).Updates(i)
	if r.Error == nil && r.RowsAffected == 0 {
		return errChanged
	}
	return r.Error
}

func importsOf(tx *db.Tx, county ident.County, after ident.ID, most int) (out []Import, err error) {
	q := tx.Rows().Omit("rows_sealed", "outcomes").Where("county_code = ?", county)
	if !after.IsZero() {
		q = q.Where("id < ?", after)
	}
	err = q.Order("id DESC").Limit(most).Find(&out).Error
	return out, err
}

// oldImports hold rows since longer than they may.
func oldImports(tx *db.Tx, before time.Time) (out []Import, err error) {
	err = db.Cross(tx.Rows()).Where("state = ? AND made_at < ?", Tried, before).Order("id").Limit(100).Find(&out).Error
	return out, err
}
