package housing

import (
	"cmp"
	"slices"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/tally"
)

// counted is how many disputes of a kind arose in a leaf of the city.
type counted struct {
	AreaCode   ident.Area
	CompoundID ident.ID
	Category   string
	N          int64
}

// countProperty counts the property disputes that were registered in a quarter in the whole city: where a compound is recorded
// where the compound lies, else where the case arose. It is counted for the city and not for the reader's area, for what may be
// told of one county depends on what is told of the others; suppress decides what of it anybody sees.
func countProperty(tx *db.Tx, city []ident.County, from, to calendar.Day) ([]counted, error) {
	var rows []struct {
		AreaCode   ident.Area
		CompoundID *ident.ID
		Category   string
		N          int64
	}
	err := tx.Rows().Table("dispute_cases AS c").
		Joins("LEFT JOIN compounds o ON o.county_code = c.county_code AND o.id = c.compound_id").
		Where("c.county_code IN ?", city).Where(tally.Below("c.category", "13")).
		Where("c.registered_at >= ? AND c.registered_at < ?", from.Start(), to.End()).
		Where("c.state <> ? AND c.linked_from IS NULL", casework.Draft). // one that went to another county counts once, where it arose
		Select("COALESCE(o.area_code, c.area_code) AS area_code, c.compound_id, c.category, COUNT(*) AS n").
		Group("COALESCE(o.area_code, c.area_code), c.compound_id, c.category").Scan(&rows).Error
	out := make([]counted, 0, len(rows))
	for _, r := range rows {
		one := counted{AreaCode: r.AreaCode, Category: r.Category, N: r.N}
		if r.CompoundID != nil {
			one.CompoundID = *r.CompoundID
		}
		out = append(out, one)
	}
	return out, err
}

// areasOfCity are the areas of a city, each after the one around it.
func areasOfCity(tx *db.Tx, city ident.Area) ([]registry.Area, error) {
	low, high := city.Range()
	var out []registry.Area
	err := tx.Rows().Model(&registry.Area{}).Select("code, name, parent").Where("code >= ? AND code < ?", low, high).Find(&out).Error
	slices.SortFunc(out, func(a, b registry.Area) int {
		return cmp.Or(cmp.Compare(len(a.Code.Prefix()), len(b.Code.Prefix())), cmp.Compare(a.Code, b.Code))
	})
	return out, err
}

// compoundsOfCity are the compounds that were on the register in some of a period, and those that have cases in it anyway.
func compoundsOfCity(tx *db.Tx, city []ident.County, from calendar.Day) ([]registry.Compound, error) {
	var out []registry.Compound
	err := tx.Rows().Model(&registry.Compound{}).Select("county_code, id, name, area_code, ended_on").
		Where("county_code IN ?", city).Order("area_code, name, id").Find(&out).Error
	return slices.DeleteFunc(out, func(c registry.Compound) bool { return !c.EndedOn.IsZero() && !c.EndedOn.After(from) }), err
}

// Rows are this room's models.
var Rows = []any{&Quarter{}}

// toldQuarter is a city's quarter as it was told; false where it was not.
func toldQuarter(tx *db.Tx, city ident.County, year, quarter int) (q Quarter, found bool, err error) {
	err = tx.Rows().Where("county_code = ? AND year = ? AND quarter = ?", city, year, quarter).Take(&q).Error
	if db.IsNone(err) {
		return Quarter{}, false, nil
	}
	return q, err == nil, err
}
