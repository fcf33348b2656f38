package seal

import (
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// Rows are this room's models.
var Rows = []any{&Seal{}, &Acceptance{}}

func insert(tx *db.Tx, s Seal) error { return tx.Rows().Create(&s).Error }

func countiesWithSeals(tx *db.Tx) (out []ident.County, err error) {
	err = db.Cross(tx.Rows()).Model(&Seal{}).Distinct("county_code").Order("county_code").Pluck("county_code", &out).Error
	return out, err
}

// lastSeal is a county's newest; the zero value while there is none.
func lastSeal(tx *db.Tx, county ident.County) (s Seal, err error) {
	err = tx.Rows().Where("county_code = ?", county).Order("number DESC").Take(&s).Error
	if db.IsNone(err) {
		return Seal{}, nil
	}
	return s, err
}

// sealsFrom are a county's seals from a number on.
func sealsFrom(tx *db.Tx, county ident.County, number int64) (out []Seal, err error) {
	err = tx.Rows().Where("county_code = ? AND number >= ?", county, number).Order("number").Find(&out).Error
	return out, err
}

func sealsOf(tx *db.Tx, county ident.County) (out []Seal, err error) {
	err = tx.Rows().Where("county_code = ?", county).Order("number").Find(&out).Error
	return out, err
}

func sealedDays(tx *db.Tx, before calendar.Day, limit int) (out []calendar.Day, err error) {
	q := db.Cross(tx.Rows()).Model(&Seal{}).Distinct("until_on")
	if before != "" {
		q = q.Where("until_on < ?", before)
	}
	err = q.Order("until_on DESC").Limit(limit).Pluck("until_on", &out).Error
	return out, err
}

func sealsUntil(tx *db.Tx, on calendar.Day) (out []Seal, err error) {
	err = db.Cross(tx.Rows()).Where("until_on = ?", on).Order("county_code").Find(&out).Error
	return out, err
}

// nameOf is what a county is called; its code where it is not known.
func nameOf(tx *db.Tx, county ident.County) (name string, err error) {
	var names []string
	err = tx.Rows().Table("areas").Where("code = ?", county.Area()).Limit(1).Pluck("name", &names).Error
	return append(names, string(county))[0], err
}

func insertAcceptance(tx *db.Tx, a Acceptance) error { return tx.Rows().Create(&a).Error }

func acceptances(tx *db.Tx) (out []Acceptance, err error) {
	err = db.Cross(tx.Rows()).Order("accepted_at, id").Find(&out).Error
	return out, err
}

// countEntries is how many entries a county has from an id on, up to another.
func countEntries(tx *db.Tx, county ident.County, from, to ident.ID) (n int64, err error) {
	err = tx.Rows().Model(&journal.Row{}).Where("county_code = ? AND id >= ? AND id < ?", county, from, to).Count(&n).Error
	return n, err
}

// entry is what a seal takes of an entry of the record.
type entry struct {
	ID   ident.ID `gorm:"column:id"`
	Hash string   `gorm:"column:hash"`
}

const atOnce = 5000

// entries hands over a county's entries from an id on, up to another, in the order of their ids.
func entries(tx *db.Tx, county ident.County, from, to ident.ID, take func(entry)) error {
	after := "id >= ?"
	for {
		var rows []entry
		err := tx.Rows().Model(&journal.Row{}).Select("id", "hash").Where("county_code = ? AND "+after+" AND id < ?", county, from, to).Order("id").Limit(atOnce).Find(&rows).Error
		if err != nil {
			return err
		}
		for _, e := range rows {
			take(e)
		}
		if len(rows) < atOnce {
			return nil
		}
		from, after = rows[len(rows)-1].ID, "id > ?"
	}
}
