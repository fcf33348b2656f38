package tally

import (
	"gorm.io/gorm"

	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/registry"
)

// PropertySector is the field of the committees for property matters.
const PropertySector = "property"

// Standing narrows to committees m of their own, of some types, that stood on a day: they had begun and had not ended.
func Standing(q *gorm.DB, types []registry.Type, day calendar.Day) *gorm.DB {
	return q.Where("m.type IN ? AND m.parent_id IS NULL AND m.state <> ? AND m.activated_on <= ? AND (m.ended_on IS NULL OR m.ended_on > ?)",
		types, registry.Draft, day, day)
}

// Covered counts the compounds on the register on a day, and those that a property committee served then: the
// compound itself, its village, its town or its county.
func Covered(tx *db.Tx, ask Ask, day calendar.Day) (covered, all int64, err error) {
	serves := Standing(tx.Rows().Table("service_areas AS s").
		Joins("JOIN committees m ON m.county_code = s.county_code AND m.id = s.committee_id").Select("1").
		Where("s.county_code = o.county_code AND m.sector = ?", PropertySector).
		Where("s.valid_from <= ? AND (s.valid_to IS NULL OR s.valid_to >= ?)", day, day), registry.Types, day)
	byName := serves.Session(&gorm.Session{}).Where("s.compound_id = o.id")
	byArea := serves.Session(&gorm.Session{}).
		Where("s.area_code IN (o.area_code, substr(o.area_code, 1, 9) || '000', substr(o.area_code, 1, 6) || '000000')")
	q := In(tx.Rows().Table("compounds AS o"), "o", ask).Where("(o.ended_on IS NULL OR o.ended_on > ?)", day)
	err = q.Select("COALESCE(SUM(CASE WHEN EXISTS (?) OR EXISTS (?) THEN 1 ELSE 0 END), 0), COUNT(*)", byName, byArea).Row().Scan(&covered, &all)
	return covered, all, err
}
