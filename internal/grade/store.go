package grade

import (
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Rows are this room's models.
var Rows = []any{&Criteria{}, &Grade{}}

func one[T any](q *gorm.DB) (row T, err error) {
	if err = q.Take(&row).Error; db.IsNone(err) {
		err = fault.NoSuch()
	}
	return row, err
}

func insertGrade(tx *db.Tx, g *Grade) error { return tx.Rows().Create(g).Error }

// spellsOf are the engagements of a person in a county, the earliest first.
func spellsOf(tx *db.Tx, county ident.County, person ident.ID) (out []Spell, err error) {
	err = tx.Rows().Model(&registry.Mediator{}).Select("id", "engaged_on", "left_on").Where("county_code = ? AND person_id = ?", county, person).
		Order("engaged_on, id").Scan(&out).Error
	return out, err
}

// disputesOf counts what a person hosted and closed by a day, for the criteria of a grade: all, oral, and settled.
func disputesOf(tx *db.Tx, county ident.County, as []ident.ID, on calendar.Day) (f Facts, err error) {
	err = tx.Rows().Table("dispute_cases AS c").Where("c.county_code = ? AND c.host_id IN ? AND c.first_closed_day <= ?", county, as, on).
		Select("COUNT(*) AS disputes, COALESCE(SUM(CASE WHEN c.outcome = ? THEN 1 ELSE 0 END), 0) AS oral, COALESCE(SUM(CASE WHEN "+casework.WhereSettled+" THEN 1 ELSE 0 END), 0) AS settled",
			casework.OralAgreement).Scan(&f).Error
	return f, err
}

// lists are the cases behind a criterion.
var lists = map[string]string{"disputes": "1 = 1", "oral": "c.outcome = 'oral_agreement'", "unsettled": "NOT " + casework.WhereSettled}

func behind(tx *db.Tx, county ident.County, as []ident.ID, ask BehindAsked) (out []CaseLine, err error) {
	where, ok := lists[ask.Of]
	if !ok {
		return nil, fault.NoSuch()
	}
	q := tx.Rows().Table("dispute_cases AS c").Where("c.county_code = ? AND c.host_id IN ? AND c.first_closed_day IS NOT NULL", county, as).Where(where)
	if !ask.After.IsZero() {
		q = q.Where("c.id < ?", ask.After)
	}
	err = q.Select("c.id, c.case_no, c.category, c.outcome, c.first_closed_day").Order("c.id DESC").Limit(ask.Limit + 1).Scan(&out).Error
	return out, err
}

// misconductOf counts the complaints about a person that were found to be right by a day (R4): a grade asks for none.
func misconductOf(tx *db.Tx, county ident.County, person ident.ID, on calendar.Day) (n int64, err error) {
	err = tx.Rows().Table("complaints").Where("county_code = ? AND mediator_person_id = ? AND state = ? AND outcome <> ? AND decided_on <= ?",
		county, person, "decided", "unfounded", on).Count(&n).Error
	return n, err
}

func criteriaAround(tx *db.Tx, areas []ident.Area, grade string, on calendar.Day) (out []Criteria, err error) {
	err = tx.Rows().Where("area_code IN ? AND grade = ? AND valid_from <= ?", areas, grade, on).Order("valid_from").Find(&out).Error
	return out, err
}

// putCriteria writes criteria in the place of those that were set for the same day.
func putCriteria(tx *db.Tx, c Criteria) error {
	return tx.Rows().Clauses(clause.OnConflict{UpdateAll: true, Columns: []clause.Column{{Name: "area_code"}, {Name: "grade"}, {Name: "valid_from"}}}).Create(&c).Error
}

func gradesOf(tx *db.Tx, county ident.County, person ident.ID) (out []Grade, err error) {
	err = tx.Rows().Where("county_code = ? AND person_id = ?", county, person).Order("granted_on DESC, id DESC").Find(&out).Error
	return out, err
}

func gradeWithin(tx *db.Tx, g authz.Grant, id ident.ID) (Grade, error) {
	within := db.Columns{County: "county_code", Committee: "committee_id", Area: "area_code"}
	return one[Grade](tx.Rows().Scopes(db.Within(g, within)).Where("county_code = ? AND id = ?", id.County(), id))
}

func gradeByID(tx *db.Tx, id ident.ID) (Grade, error) {
	return one[Grade](tx.Rows().Where("county_code = ? AND id = ?", id.County(), id))
}

func endGrade(tx *db.Tx, g Grade) error {
	r := tx.Rows().Model(&Grade{}).Where("county_code = ? AND id = ? AND version = ?", g.CountyCode, g.ID, g.Version-1).
		Select("version", "ended_on", "ended_reason").Updates(&g)
	if r.Error == nil && r.RowsAffected != 1 {
		return errStale
	}
	return r.Error
}

// Holders tells which grade somebody held on a day: the highest; "" for none.
type Holders map[ident.ID][]Grade

// On is the highest grade that a person held on a day; "" for none.
func (h Holders) On(person ident.ID, on calendar.Day) string {
	if g := Best(h[person], on); g != nil {
		return g.Grade
	}
	return ""
}

// HeldBy reads the grades that some persons of a county were ever given.
func HeldBy(tx *db.Tx, county ident.County, persons []ident.ID) (Holders, error) {
	var rows []Grade
	err := tx.Rows().Where("county_code = ? AND person_id IN ?", county, persons).Find(&rows).Error
	out := Holders{}
	for _, r := range rows {
		out[r.PersonID] = append(out[r.PersonID], r)
	}
	return out, err
}
