package registry

import (
	"fmt"
	"slices"
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// FindArea is a place by its code; Missing when there is none.
func FindArea(tx *db.Tx, code ident.Area) (Area, error) {
	found, err := areasOf(tx, []ident.Area{code})
	if err != nil {
		return Area{}, err
	}
	if len(found) == 0 {
		return Area{}, fault.NoSuch()
	}
	return found[0], nil
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

// VillagesNamed finds villages and communities of an area by a part of their own name; the shortest names first.
func VillagesNamed(tx *db.Tx, within ident.Area, name string, most int) ([]Area, error) {
	low, high := within.Range()
	return all[Area](tx.Rows().Where("level = ? AND code >= ? AND code < ?", ident.Village, low, high).
		Where(`name LIKE ? ESCAPE '\'`, "%"+escapeLike(name)+"%").Order("length(name), code").Limit(most))
}

// Places, the calendar, settings and the names of committees are asked for on every request and hardly ever change:
// db keeps them for a minute under these keys.
type (
	areaKey      ident.Area // the Area; the zero Area where there is none
	holidaysKey  struct{}
	settingsKey  struct{} // all settings there are
	committeeKey ident.ID
)

// areasOf are the places with these codes, narrowest first.
func areasOf(tx *db.Tx, codes []ident.Area) ([]Area, error) {
	out, unknown := make([]Area, 0, len(codes)), make([]ident.Area, 0, len(codes))
	for _, code := range codes {
		if a, ok := db.Recall[Area](tx, areaKey(code)); !ok {
			unknown = append(unknown, code)
		} else if a.Code != "" {
			out = append(out, a)
		}
	}
	if len(unknown) > 0 {
		read, err := all[Area](tx.Rows().Where("code IN ?", unknown))
		if err != nil {
			return nil, err
		}
		out = append(out, read...)
		for _, code := range unknown {
			i := slices.IndexFunc(read, func(a Area) bool { return a.Code == code })
			if i < 0 {
				tx.Keep(areaKey(code), Area{})
				continue
			}
			tx.Keep(areaKey(code), read[i])
		}
	}
	slices.SortFunc(out, func(a, b Area) int { return strings.Compare(string(b.Code), string(a.Code)) })
	return slices.CompactFunc(out, func(a, b Area) bool { return a.Code == b.Code }), nil
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
	tx.Outdate()
	return taken(insertRow(tx, &a), "area", "这个区划代码已经有了。", "There is a place with this code already.")
}

// areaCodes are the areas that are there.
func areaCodes(tx *db.Tx) (map[ident.Area]bool, error) {
	var codes []ident.Area
	err := db.Cross(tx.Rows()).Model(&Area{}).Pluck("code", &codes).Error
	out := make(map[ident.Area]bool, len(codes))
	for _, c := range codes {
		out[c] = true
	}
	return out, err
}

// countiesWithDesk are the counties whose bureau has its intake desk.
func countiesWithDesk(tx *db.Tx) (map[ident.County]bool, error) {
	var counties []ident.County
	err := db.Cross(tx.Rows()).Model(&Committee{}).Where("type = ?", Desk).Distinct("county_code").Pluck("county_code", &counties).Error
	out := map[ident.County]bool{}
	for _, c := range counties {
		out[c] = true
	}
	return out, err
}

// seedAreas enters what is not there yet.
func seedAreas(tx *db.Tx, areas []Area) error {
	if len(areas) == 0 {
		return nil
	}
	tx.Outdate()
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
	tx.Outdate()
	rows := make([]holiday, 0, len(table))
	for _, h := range table {
		rows = append(rows, holiday{Day: h.Day, Kind: h.Kind, Name: h.Name, MadeAt: tx.Now, MadeBy: tx.By.Person})
	}
	return insertRows(tx, rows)
}

func replaceHolidays(tx *db.Tx, year int, table []calendar.Holiday) error {
	tx.Outdate()
	first, last := ofYear(year)
	if err := tx.Rows().Where("day >= ? AND day <= ?", first, last).Delete(&holiday{}).Error; err != nil {
		return err
	}
	return insertHolidays(tx, table)
}

// allSettings are all values that were set anywhere: few areas have their own.
func allSettings(tx *db.Tx) ([]setting, error) {
	if rows, ok := db.Recall[[]setting](tx, settingsKey{}); ok {
		return rows, nil
	}
	rows, err := all[setting](tx.Rows().Order("name, area_code, valid_from"))
	if err == nil {
		tx.Keep(settingsKey{}, rows)
	}
	return rows, err
}

func putSetting(tx *db.Tx, row setting) error {
	tx.Outdate()
	r := tx.Rows().Where("area_code = ? AND name = ? AND valid_from = ?", row.AreaCode, row.Name, row.ValidFrom).Delete(&setting{})
	if r.Error != nil {
		return r.Error
	}
	return insertRow(tx, &row)
}
