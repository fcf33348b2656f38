package registry

import (
	"gorm.io/gorm"

	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// stands keeps committees of their own, of some types, that stood on a day: begun, and not ended. A desk and a body
// under a committee never count as one. The alias is the committees'.
func stands(q *gorm.DB, alias string, types []Type, day calendar.Day) *gorm.DB {
	return q.Where(alias+".type IN ? AND "+alias+".parent_id IS NULL AND "+alias+".state <> ? AND "+alias+".activated_on <= ? AND ("+
		alias+".ended_on IS NULL OR "+alias+".ended_on > ?)", types, Draft, day, day)
}

// placed keeps rows that lie in an area: the counties are named, and inside one county a range of codes.
func placed(tx *db.Tx, q *gorm.DB, alias string, area ident.Area) (*gorm.DB, error) {
	counties, err := Counties(tx, area)
	if err != nil {
		return nil, err
	}
	q = q.Where(alias+".county_code IN ?", counties)
	if low, high := area.Range(); area.Level() == ident.Town || area.Level() == ident.Village {
		q = q.Where(alias+".area_code >= ? AND "+alias+".area_code < ?", low, high)
	}
	return q, nil
}

// Committees lists the committees asked for, newest first. Fault Invalid for an area or a sector that is none.
func Committees(tx *db.Tx, ask CommitteesAsked, p Page) ([]Committee, bool, error) {
	if err := ask.check(); err != nil {
		return nil, false, err
	}
	q, err := placed(tx, tx.Rows(), "committees", ask.Area)
	if err != nil {
		return nil, false, err
	}
	if ask.Sector != "" {
		q = q.Where("sector = ?", ask.Sector)
	}
	if ask.On.IsZero() {
		return pageOf[Committee](q.Where("type IN ? AND state = ?", typesOr(ask.Types), Active), p)
	}
	return pageOf[Committee](stands(q, "committees", typesOr(ask.Types), ask.On), p)
}

// serving finds engagements m of mediators by committees c: those that held on the day, of committees that stood and are
// asked for.
func serving(tx *db.Tx, ask MediatorsAsked) (*gorm.DB, error) {
	day := dayOr(tx, ask.On)
	q := tx.Rows().Table("mediators AS m").Joins("JOIN committees c ON c.county_code = m.county_code AND c.id = m.committee_id").
		Where("m.engaged_on <= ? AND (m.left_on IS NULL OR m.left_on > ?)", day, day)
	return placed(tx, stands(withBackground(q, "m", ask.Background), "c", typesOr(ask.Types), day), "c", ask.Area)
}

// withBackground keeps engagements of those who bring a background with them; the column holds a list of words in quotes.
func withBackground(q *gorm.DB, alias, word string) *gorm.DB {
	if word == "" {
		return q
	}
	return q.Where(alias+`.background LIKE ? ESCAPE '\'`, `%"`+escapeLike(word)+`"%`)
}

// MediatorsServing lists the persons asked for, each once however many committees they serve, newest first by their
// oldest engagement. Fault Invalid for an area that is none.
func MediatorsServing(tx *db.Tx, ask MediatorsAsked, p Page) ([]ServingPerson, bool, error) {
	q, err := serving(tx, ask)
	if err != nil {
		return nil, false, err
	}
	numbered := q.Select("m.*, row_number() OVER (PARTITION BY m.person_id ORDER BY m.id) AS nth")
	rows, more, err := pageOf[Mediator](tx.Rows().Table("(?) AS mediators", numbered).Where("nth = ?", 1), p)
	if err != nil {
		return nil, false, err
	}
	of, err := committeesServed(tx, ask, rows)
	out := make([]ServingPerson, 0, len(rows))
	for _, m := range rows {
		out = append(out, ServingPerson{m, of[m.PersonID]})
	}
	return out, more, err
}

// committeesServed are the committees asked for that some persons serve, the oldest engagement first.
func committeesServed(tx *db.Tx, ask MediatorsAsked, by []Mediator) (map[ident.ID][]Ref, error) {
	persons := make([]ident.ID, 0, len(by))
	for _, m := range by {
		persons = append(persons, m.PersonID)
	}
	q, err := serving(tx, ask)
	if err != nil {
		return nil, err
	}
	var served []struct {
		PersonID ident.ID
		ID       ident.ID
		Name     string
	}
	err = q.Where("m.person_id IN ?", persons).Select("m.person_id, c.id, c.name").Order("m.id").Find(&served).Error
	out := make(map[ident.ID][]Ref, len(by))
	for _, one := range served {
		out[one.PersonID] = append(out[one.PersonID], Ref{one.ID, one.Name})
	}
	return out, err
}

// Compounds lists the compounds asked for, newest first, each with the property committee that covered it: by the
// compound itself, its village, its town or its county. Fault Invalid for an area that is none.
func Compounds(tx *db.Tx, ask CompoundsAsked, p Page) ([]CoveredCompound, bool, error) {
	if err := ask.check(); err != nil {
		return nil, false, err
	}
	day := dayOr(tx, ask.On)
	q, err := placed(tx, tx.Rows().Where("(compounds.ended_on IS NULL OR compounds.ended_on > ?)", day), "compounds", ask.Area)
	if err != nil {
		return nil, false, err
	}
	if ask.Covered != "" {
		q = covered(tx, q, ask.Covered == "true", day)
	}
	rows, more, err := pageOf[Compound](q, p)
	if err != nil {
		return nil, false, err
	}
	by, err := coverages(tx, day, rows)
	out := make([]CoveredCompound, 0, len(rows))
	for _, c := range rows {
		out = append(out, CoveredCompound{c, coveredBy(c, by)})
	}
	return out, more, err
}

// covering finds service areas s that held on a day, of committees c for property matters that stood on it.
func covering(tx *db.Tx, day calendar.Day) *gorm.DB {
	q := tx.Rows().Table("service_areas AS s").Joins("JOIN committees c ON c.county_code = s.county_code AND c.id = s.committee_id").
		Where("s.valid_from <= ? AND (s.valid_to IS NULL OR s.valid_to >= ?) AND c.sector = ?", day, day, propertySector)
	return stands(q, "c", Types, day)
}

// covered keeps compounds that were covered on a day, or those that were not.
func covered(tx *db.Tx, q *gorm.DB, yes bool, day calendar.Day) *gorm.DB {
	by := covering(tx, day).Select("1").Where("s.county_code = compounds.county_code AND (s.compound_id = compounds.id OR s.area_code IN (" +
		"compounds.area_code, substr(compounds.area_code, 1, 9) || '000', substr(compounds.area_code, 1, 6) || '000000'))")
	if yes {
		return q.Where("EXISTS (?)", by)
	}
	return q.Where("NOT EXISTS (?)", by)
}

// coverages are the service areas that covered any of some compounds on a day, who was given it first in front.
func coverages(tx *db.Tx, day calendar.Day, rows []Compound) (out []coverage, err error) {
	counties, ids, areas := []ident.County{}, []ident.ID{}, []ident.Area{}
	for _, c := range rows {
		counties, ids = append(counties, c.CountyCode), append(ids, c.ID)
		areas = append(areas, areasCovering(c.AreaCode)...)
	}
	err = covering(tx, day).Select("s.area_code, s.compound_id, c.id AS committee_id, c.name").
		Where("s.county_code IN ? AND (s.compound_id IN ? OR s.area_code IN ?)", counties, ids, areas).
		Order("s.valid_from, s.id").Find(&out).Error
	return out, err
}

// compoundsOf are the names of compounds of a county, by their ids.
func compoundsOf(tx *db.Tx, county ident.County, ids []ident.ID) (map[ident.ID]string, error) {
	rows, err := all[Compound](tx.Rows().Where("county_code = ? AND id IN ?", county, ids))
	out := make(map[ident.ID]string, len(rows))
	for _, c := range rows {
		out[c.ID] = c.Name
	}
	return out, err
}

// CoveredBy is the property committee that covers a compound today; nil when none does.
func CoveredBy(tx *db.Tx, c Compound) (*Ref, error) {
	by, err := coverages(tx, today(tx), []Compound{c})
	return coveredBy(c, by), err
}
