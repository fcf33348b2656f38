package registry

import (
	"fmt"
	"slices"

	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// FindArea is a place by its code; Missing when there is none.
func FindArea(tx *db.Tx, code ident.Area) (Area, error) {
	var a Area
	err := tx.Rows().Where("code = ?", code).Take(&a).Error
	if db.IsNone(err) {
		return a, fault.NoSuch()
	}
	return a, err
}

// AreasBelow are the places that lie directly in one; with no parent, the widest there are.
func AreasBelow(tx *db.Tx, parent ident.Area) ([]Area, error) {
	return all[Area](tx.Rows().Where("parent = ?", parent).Order("code"))
}

// VillagesIn are the villages and communities of an area.
func VillagesIn(tx *db.Tx, area ident.Area) ([]Area, error) {
	low, high := area.Range()
	return all[Area](tx.Rows().Where("level = ? AND code >= ? AND code < ?", ident.Village, low, high).Order("code"))
}

const mostFound = 20

// SearchAreas finds places by a part of their full name, within an area or everywhere; the widest first, 20 at most.
func SearchAreas(tx *db.Tx, within ident.Area, name string) ([]Area, error) {
	q := tx.Rows().Where(`full_name LIKE ? ESCAPE '\'`, "%"+escapeLike(name)+"%")
	if low, high := within.Range(); low != "" {
		q = q.Where("code >= ? AND code < ?", low, high)
	}
	return all[Area](q.Order("length(full_name), code").Limit(mostFound))
}

// areasOf are the places with these codes, narrowest first.
func areasOf(tx *db.Tx, codes []ident.Area) ([]Area, error) {
	return all[Area](tx.Rows().Where("code IN ?", codes).Order("code DESC"))
}

func countiesIn(tx *db.Tx, area ident.Area) ([]ident.County, error) {
	low, high := area.Range()
	var codes []ident.Area
	err := tx.Rows().Model(&Area{}).Where("level IN ? AND code >= ? AND code < ?", []ident.Level{ident.City, ident.Of6}, low, high).
		Order("code").Pluck("code", &codes).Error
	out := make([]ident.County, 0, len(codes))
	for _, c := range codes {
		out = append(out, c.County())
	}
	return out, err
}

func insertArea(tx *db.Tx, a Area) error {
	return taken(insertRow(tx, &a), "area", "这个区划代码已经有了。", "There is a place with this code already.")
}

// seedAreas enters what is not there yet.
func seedAreas(tx *db.Tx, areas []Area) error {
	for some := range slices.Chunk(areas, batch) {
		if _, err := tx.InsertNew(&some); err != nil {
			return err
		}
	}
	return nil
}

func allHolidays(tx *db.Tx) ([]calendar.Holiday, error) {
	return all[calendar.Holiday](tx.Rows().Model(&holiday{}).Order("day"))
}

func ofYear(year int) (first, last calendar.Day) {
	return calendar.Day(fmt.Sprintf("%04d-01-01", year)), calendar.Day(fmt.Sprintf("%04d-12-31", year))
}

func holidaysOf(tx *db.Tx, year int) ([]calendar.Holiday, error) {
	first, last := ofYear(year)
	return all[calendar.Holiday](tx.Rows().Model(&holiday{}).Where("day >= ? AND day <= ?", first, last).Order("day"))
}

func insertHolidays(tx *db.Tx, table []calendar.Holiday) error {
	rows := make([]holiday, 0, len(table))
	for _, h := range table {
		rows = append(rows, holiday{Day: h.Day, Kind: h.Kind, Name: h.Name, MadeAt: tx.Now, MadeBy: tx.By.Person})
	}
	return insertRows(tx, rows)
}

func replaceHolidays(tx *db.Tx, year int, table []calendar.Holiday) error {
	first, last := ofYear(year)
	if err := tx.Rows().Where("day >= ? AND day <= ?", first, last).Delete(&holiday{}).Error; err != nil {
		return err
	}
	return insertHolidays(tx, table)
}

func settingsNamed(tx *db.Tx, areas []ident.Area, name string) ([]setting, error) {
	return all[setting](tx.Rows().Where("name = ? AND area_code IN ?", name, areas))
}

func putSetting(tx *db.Tx, row setting) error {
	r := tx.Rows().Where("area_code = ? AND name = ? AND valid_from = ?", row.AreaCode, row.Name, row.ValidFrom).Delete(&setting{})
	if r.Error != nil {
		return r.Error
	}
	return insertRow(tx, &row)
}
