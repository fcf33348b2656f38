package scheme

import (
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Rows are this room's models.
var Rows = []any{&Scheme{}, &Factor{}}

func insertScheme(tx *db.Tx, s *Scheme) error {
	err := tx.Rows().Create(s).Error
	if db.IsDuplicate(err) {
		return fault.New(fault.Conflict, "scheme_raced", "刚刚有人在这里发布了另一个办法，请看过后再试。", "Somebody has just published another scheme here. Please look at it and retry.")
	}
	return err
}

// Find is a scheme with its terms, withdrawn ones among them.
func Find(tx *db.Tx, id ident.ID) (s Scheme, err error) {
	err = tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Take(&s).Error
	if db.IsNone(err) {
		return s, fault.NoSuch()
	}
	if err == nil {
		err = s.open()
	}
	return s, err
}

func schemesOf(tx *db.Tx, area ident.Area, kind string) (out []Scheme, err error) {
	err = tx.Rows().Where("county_code = ? AND area_code = ? AND kind = ?", area.County(), area, kind).Order("number").Find(&out).Error
	return out, err
}

// countiesAround are where the schemes lie that may hold in an area: its county, and its city.
func countiesAround(area ident.Area) []ident.County {
	var out []ident.County
	for _, a := range area.Wider() {
		if l := a.Level(); l == ident.City || l == ident.Of6 {
			out = append(out, a.County())
		}
	}
	return out
}

func inBook(tx *db.Tx, county ident.County) (out []Scheme, err error) {
	err = tx.Rows().Where("county_code IN ? AND withdrawn_at IS NULL", countiesAround(county.Area())).Order("id").Find(&out).Error
	return out, err
}

// around finds a page of the schemes that bear on an area and one more; of a city, its counties' as well.
func around(tx *db.Tx, ask Asked) (out []Scheme, err error) {
	low, high := ask.Area.Range()
	q := tx.Rows().Where("county_code IN ? OR county_code >= ? AND county_code < ?", countiesAround(ask.Area), low, high).Where("withdrawn_at IS NULL")
	if len(low) > 6 {
		q = tx.Rows().Where("county_code IN ? AND withdrawn_at IS NULL", countiesAround(ask.Area))
	}
	if !ask.After.IsZero() {
		q = q.Where("id < ?", ask.After)
	}
	err = q.Order("id DESC").Limit(ask.Limit + 1).Find(&out).Error
	for i := range out {
		if err == nil {
			err = out[i].open()
		}
	}
	return out, err
}

func factorsOf(tx *db.Tx, scheme ident.ID) (out []Factor, err error) {
	err = tx.Rows().Where("county_code = ? AND scheme_id = ?", scheme.County(), scheme).Order("year").Find(&out).Error
	return out, err
}

// isUsed tells whether somebody has claimed by a scheme: it is frozen then. A city's is claimed by in every county.
func isUsed(tx *db.Tx, s Scheme) (bool, error) {
	counties, err := registry.Counties(tx, s.AreaCode)
	if err != nil {
		return false, err
	}
	var found []string
	err = tx.Rows().Table("subsidy_claims").Select("county_code").Where("county_code IN ? AND scheme_id = ?", counties, s.ID).Limit(1).Scan(&found).Error
	return len(found) > 0, err
}

// setEnd writes when a scheme ends, or that it was withdrawn; nothing else of it changes.
func setEnd(tx *db.Tx, s Scheme) error {
	return tx.Rows().Model(&Scheme{}).Where("county_code = ? AND id = ?", s.CountyCode, s.ID).Select("ended_on", "withdrawn_at").Updates(&s).Error
}
