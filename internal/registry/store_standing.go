package registry

import (
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// condition is a piece of SQL with its values.
type condition struct {
	sql  string
	args []any
}

func (c condition) and(o condition) condition {
	return condition{c.sql + " AND " + o.sql, append(append([]any{}, c.args...), o.args...)}
}

// stands says that a committee of its own, of one of some types, stood on a day: it had begun and had not ended. A desk
// and a body under a committee never count as one.
func stands(c string, types []Type, day calendar.Day) condition {
	return condition{c + ".type IN ? AND " + c + ".parent_id IS NULL AND " + c + ".state <> ? AND " + c + ".activated_on <= ? AND (" +
		c + ".ended_on IS NULL OR " + c + ".ended_on > ?)", []any{types, Draft, day, day}}
}

// engaged says that a mediator was engaged on a day.
func engaged(m string, day calendar.Day) condition {
	return condition{m + ".engaged_on <= ? AND (" + m + ".left_on IS NULL OR " + m + ".left_on > ?)", []any{day, day}}
}

// placed says that a row lies in an area: the counties are named, and inside one county a range of codes.
func placed(alias string, counties []ident.County, area ident.Area) condition {
	out := condition{alias + ".county_code IN ?", []any{counties}}
	if low, high := area.Range(); area.Level() == ident.Town || area.Level() == ident.Village {
		return out.and(condition{alias + ".area_code >= ? AND " + alias + ".area_code < ?", []any{low, high}})
	}
	return out
}

// Committees lists the committees asked for, newest first. Faults Invalid for an area or a sector that is none.
func Committees(tx *db.Tx, ask CommitteesAsked, p Page) ([]Committee, bool, error) {
	if err := ask.check(); err != nil {
		return nil, false, err
	}
	counties, err := Counties(tx, ask.Area)
	if err != nil {
		return nil, false, err
	}
	kept := condition{"type IN ? AND state = ?", []any{typesOr(ask.Types), Active}}
	if !ask.On.IsZero() {
		kept = stands("committees", typesOr(ask.Types), ask.On)
	}
	if ask.Sector != "" {
		kept = kept.and(condition{"sector = ?", []any{ask.Sector}})
	}
	kept = kept.and(placed("committees", counties, ask.Area))
	return pageOf[Committee](tx.Rows().Where(kept.sql, kept.args...), p)
}

// serving says that a mediator was engaged on the day by a committee that stood and is asked for; m and c are aliases.
func serving(tx *db.Tx, m, c string, counties []ident.County, ask MediatorsAsked) condition {
	day := dayOr(tx, ask.On)
	of := stands(c, typesOr(ask.Types), day).and(placed(c, counties, ask.Area))
	return engaged(m, day).and(condition{m + ".county_code IN ? AND EXISTS (SELECT 1 FROM committees " + c + " WHERE " + c + ".county_code = " + m +
		".county_code AND " + c + ".id = " + m + ".committee_id AND " + of.sql + ")", append([]any{counties}, of.args...)})
}

// MediatorsServing lists the persons asked for, each once however many committees they serve, newest first by their
// oldest engagement. Fault Invalid for an area that is none.
func MediatorsServing(tx *db.Tx, ask MediatorsAsked, p Page) ([]ServingPerson, bool, error) {
	counties, err := Counties(tx, ask.Area)
	if err != nil {
		return nil, false, err
	}
	kept := serving(tx, "m", "c", counties, ask)
	numbered := tx.Rows().Table("mediators AS m").Where(kept.sql, kept.args...).
		Select("m.*, row_number() OVER (PARTITION BY m.person_id ORDER BY m.id) AS nth")
	rows, more, err := pageOf[Mediator](tx.Rows().Table("(?) AS mediators", numbered).Where("nth = ?", 1), p)
	if err != nil {
		return nil, false, err
	}
	out, err := withCommittees(tx, ask, counties, rows)
	return out, more, err
}

// withCommittees adds to each person the committees asked for that they serve, the oldest engagement first.
func withCommittees(tx *db.Tx, ask MediatorsAsked, counties []ident.County, rows []Mediator) ([]ServingPerson, error) {
	persons := make([]ident.ID, 0, len(rows))
	for _, m := range rows {
		persons = append(persons, m.PersonID)
	}
	var served []struct {
		PersonID ident.ID
		ID       ident.ID
		Name     string
	}
	of := serving(tx, "m", "c", counties, ask)
	err := tx.Rows().Table("mediators AS m").Joins("JOIN committees k ON k.county_code = m.county_code AND k.id = m.committee_id").
		Select("m.person_id, k.id, k.name").Where("m.person_id IN ?", persons).Where(of.sql, of.args...).Order("m.id").Find(&served).Error
	out := make([]ServingPerson, len(rows))
	for i, m := range rows {
		out[i].Mediator = m
		for _, s := range served {
			if s.PersonID == m.PersonID {
				out[i].Committees = append(out[i].Committees, Ref{s.ID, s.Name})
			}
		}
	}
	return out, err
}

// covering says that a service area held on a day and that its committee, which deals with property matters, stood.
func covering(s, c string, day calendar.Day) condition {
	return condition{s + ".valid_from <= ? AND (" + s + ".valid_to IS NULL OR " + s + ".valid_to >= ?) AND " + c + ".sector = ?",
		[]any{day, day, propertySector}}.and(stands(c, Types, day))
}

// Compounds lists the compounds asked for, newest first, each with the property committee that covered it: by the
// compound itself, its village, its town or its county. Faults Invalid for an area that is none.
func Compounds(tx *db.Tx, ask CompoundsAsked, p Page) ([]CoveredCompound, bool, error) {
	if err := ask.check(); err != nil {
		return nil, false, err
	}
	counties, err := Counties(tx, ask.Area)
	if err != nil {
		return nil, false, err
	}
	day := dayOr(tx, ask.On)
	kept := condition{"(compounds.ended_on IS NULL OR compounds.ended_on > ?)", []any{day}}.and(placed("compounds", counties, ask.Area))
	if ask.Covered != "" {
		kept = kept.and(covered(ask.Covered == "true", day))
	}
	rows, more, err := pageOf[Compound](tx.Rows().Where(kept.sql, kept.args...), p)
	if err != nil {
		return nil, false, err
	}
	out, err := withCoverage(tx, day, rows)
	return out, more, err
}

func covered(yes bool, day calendar.Day) condition {
	by := covering("s", "c", day)
	not := map[bool]string{true: "", false: "NOT "}[yes]
	return condition{not + "EXISTS (SELECT 1 FROM service_areas s JOIN committees c ON c.county_code = s.county_code AND c.id = s.committee_id" +
		" WHERE s.county_code = compounds.county_code AND (s.compound_id = compounds.id OR s.area_code IN (compounds.area_code," +
		" substr(compounds.area_code, 1, 9) || '000', substr(compounds.area_code, 1, 6) || '000000')) AND " + by.sql + ")", by.args}
}

// withCoverage finds for each compound the committee that covered it.
func withCoverage(tx *db.Tx, day calendar.Day, rows []Compound) ([]CoveredCompound, error) {
	counties, ids, areas := []ident.County{}, []ident.ID{}, []ident.Area{}
	for _, c := range rows {
		counties, ids = append(counties, c.CountyCode), append(ids, c.ID)
		areas = append(areas, areasCovering(c.AreaCode)...)
	}
	by := covering("s", "c", day)
	var found []coverage
	err := tx.Rows().Table("service_areas AS s").Joins("JOIN committees c ON c.county_code = s.county_code AND c.id = s.committee_id").
		Select("s.area_code, s.compound_id, c.id AS committee_id, c.name").
		Where("s.county_code IN ? AND (s.compound_id IN ? OR s.area_code IN ?)", counties, ids, areas).
		Where(by.sql, by.args...).Order("s.valid_from, s.id").Find(&found).Error
	out := make([]CoveredCompound, len(rows))
	for i, c := range rows {
		out[i] = CoveredCompound{Compound: c, By: coveredBy(c, found)}
	}
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
