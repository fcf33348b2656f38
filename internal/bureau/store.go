package bureau

import (
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Rows are this room's models.
var Rows = []any{&Seal{}, &documentRow{}}

var errChanged = fault.New(fault.Stale, "", "这条记录刚被别人改过，请刷新后再改。", "Somebody else has just changed this; please reload and try again.")

func insertSeal(tx *db.Tx, s Seal) error {
	err := tx.Rows().Create(&s).Error
	if db.IsDuplicate(err) {
		return fault.New(fault.Conflict, "seal", "这个调委会已有在用的印章，请先登记它遗失、收回或者更换。",
			"The committee has a seal in use; please record first that it was lost, withdrawn or replaced.").Because(err)
	}
	return err
}

func findSeal(tx *db.Tx, id ident.ID) (s Seal, err error) {
	err = tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Take(&s).Error
	if db.IsNone(err) {
		err = fault.NoSuch()
	}
	return s, err
}

func updateSeal(tx *db.Tx, s *Seal, expect int64, columns ...string) error {
	s.Version = expect + 1
	r := tx.Rows().Model(s).Select(append(columns, "version")).Where("county_code = ? AND id = ? AND version = ?", s.CountyCode, s.ID, expect).Updates(s)
	if r.Error == nil && r.RowsAffected == 0 {
		return errChanged
	}
	return r.Error
}

// sealsOf are all seals that a committee has had, the latest first.
func sealsOf(tx *db.Tx, committee ident.ID) (out []Seal, err error) {
	err = tx.Rows().Where("county_code = ? AND committee_id = ?", committee.County(), committee).Order("id DESC").Find(&out).Error
	return out, err
}

// sealInUse is the seal of a committee; the zero Seal when it has none.
func sealInUse(tx *db.Tx, committee ident.ID) (Seal, error) {
	var rows []Seal
	err := tx.Rows().Where("county_code = ? AND committee_id = ? AND ended_on IS NULL", committee.County(), committee).Limit(1).Find(&rows).Error
	if len(rows) == 0 {
		return Seal{}, err
	}
	return rows[0], err
}

// sealed are the committees of a county that have a seal in use.
func sealed(tx *db.Tx, county ident.County) (map[ident.ID]bool, error) {
	var rows []Seal
	err := tx.Rows().Select("county_code", "id", "committee_id").Where("county_code = ? AND ended_on IS NULL", county).Find(&rows).Error
	out := make(map[ident.ID]bool, len(rows))
	for _, s := range rows {
		out[s.CommitteeID] = true
	}
	return out, err
}

func insertDocument(tx *db.Tx, d documentRow) error { return tx.Rows().Create(&d).Error }

func findDocument(tx *db.Tx, id ident.ID) (d documentRow, err error) {
	err = tx.Rows().Where("county_code = ? AND document_id = ?", id.County(), id).Take(&d).Error
	if db.IsNone(err) {
		err = fault.NoSuch()
	}
	return d, err
}

// keptHere tells which of some documents of a county were entered here.
func keptHere(tx *db.Tx, county ident.County, ids []ident.ID) (map[ident.ID]bool, error) {
	var rows []documentRow
	err := tx.Rows().Where("county_code = ? AND document_id IN ?", county, ids).Find(&rows).Error
	out := make(map[ident.ID]bool, len(rows))
	for _, d := range rows {
		out[d.DocumentID] = true
	}
	return out, err
}

// kindCount is how many committees of a type there were.
type kindCount struct {
	Type  registry.Type
	Count int
}

// stoodOn counts the committees of a county by type, and the persons who mediated for them, as they stood on a day.
func stoodOn(tx *db.Tx, county ident.County, day calendar.Day) (out composition, err error) {
	err = tx.Rows().Table("committees").Select("type, COUNT(*) AS count").
		Where("county_code = ? AND type IN ? AND parent_id IS NULL AND state <> ? AND activated_on <= ? AND (ended_on IS NULL OR ended_on > ?)",
			county, registry.Types, registry.Draft, day, day).Group("type").Order("type").Scan(&out.Kinds).Error
	if err != nil {
		return out, err
	}
	err = tx.Rows().Table("mediators AS m").Joins("JOIN committees c ON c.county_code = m.county_code AND c.id = m.committee_id").
		Where("m.county_code = ? AND m.engaged_on <= ? AND (m.left_on IS NULL OR m.left_on > ?) AND c.state <> ? AND c.activated_on <= ? AND (c.ended_on IS NULL OR c.ended_on > ?)",
			county, day, day, registry.Draft, day, day).Distinct("m.person_id").Count(&out.Persons).Error
	return out, err
}

// named are some committees of a county by id.
func named(tx *db.Tx, county ident.County, ids []ident.ID) (map[ident.ID]registry.Committee, error) {
	var rows []registry.Committee
	err := tx.Rows().Where("county_code = ? AND id IN ?", county, ids).Find(&rows).Error
	out := make(map[ident.ID]registry.Committee, len(rows))
	for _, c := range rows {
		out[c.ID] = c
	}
	return out, err
}
