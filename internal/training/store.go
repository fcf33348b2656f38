package training

import (
	"gorm.io/gorm"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Rows are this room's models.
var Rows = []any{&Course{}, &Attendance{}}

var (
	ofOffice    = db.Columns{County: "county_code", Area: "area_code"}
	ofMediators = db.Columns{County: "m.county_code", Committee: "m.committee_id", Area: "c.area_code"}
)

func insertRow[T any](tx *db.Tx, row *T) error { return tx.Rows().Create(row).Error }

func insertAll(tx *db.Tx, rows []Attendance) error { return db.Load(tx, rows) }

func one[T any](q *gorm.DB) (row T, err error) {
	if err = q.Take(&row).Error; db.IsNone(err) {
		err = fault.NoSuch()
	}
	return row, err
}

func courseWithin(tx *db.Tx, g authz.Grant, id ident.ID) (Course, error) {
	return one[Course](tx.Rows().Scopes(db.Within(g, ofOffice)).Where("county_code = ? AND id = ?", id.County(), id))
}

// nextVersion writes the next version of a course, and holds it until the act is over.
func nextVersion(tx *db.Tx, c *Course) error {
	r := tx.Rows().Model(&Course{}).Where("county_code = ? AND id = ? AND version = ?", c.CountyCode, c.ID, c.Version).Update("version", c.Version+1)
	if r.Error == nil && r.RowsAffected != 1 {
		return errStale
	}
	c.Version++
	return r.Error
}

// courses finds a page of the list and one row more, the latest day first.
func courses(tx *db.Tx, g authz.Grant, ask CoursesAsked) (out []Held, err error) {
	q := tx.Rows().Table("training_courses").Scopes(db.Within(g, ofOffice))
	if ask.Year != 0 {
		from, to := Span(ask.Year)
		q = q.Where("to_on >= ? AND to_on <= ?", from, to)
	}
	if ask.Kind != "" {
		q = q.Where("kind = ?", ask.Kind)
	}
	if !ask.After.ID.IsZero() {
		q = q.Where("(to_on < ? OR to_on = ? AND id < ?)", ask.After.On, ask.After.On, ask.After.ID)
	}
	err = q.Select(db.All("training_courses", &Course{}) + ", (SELECT COUNT(*) FROM training_attendances a WHERE a.county_code = training_courses.county_code" +
		" AND a.course_id = training_courses.id AND a.struck_on IS NULL) AS attended").
		Order("to_on DESC, id DESC").Limit(ask.Limit + 1).Scan(&out).Error
	return out, err
}

func attendedOf(tx *db.Tx, course ident.ID) (out []Attended, err error) {
	err = tx.Rows().Table("training_attendances AS a").Joins("JOIN mediators m ON m.county_code = a.county_code AND m.id = a.mediator_id").
		Joins("JOIN committees c ON c.county_code = a.county_code AND c.id = a.committee_id").
		Select(db.All("a", &Attendance{})+", m.name, c.name AS committee").Where("a.county_code = ? AND a.course_id = ?", course.County(), course).Order("a.id").Scan(&out).Error
	return out, err
}

// strike marks an attendance that counts.
func strike(tx *db.Tx, c Course, id ident.ID, on calendar.Day, reason string) error {
	r := tx.Rows().Model(&Attendance{}).Where("county_code = ? AND id = ? AND course_id = ? AND struck_on IS NULL", c.CountyCode, id, c.ID).
		Updates(map[string]any{"struck_on": on, "struck_reason": reason, "struck_by": tx.By.Person})
	if r.Error == nil && r.RowsAffected != 1 {
		return fault.NoSuch()
	}
	return r.Error
}

// hoursRow is a mediator with what they had of a year.
type hoursRow struct {
	registry.Mediator
	CommitteeName string
	CommitteeArea ident.Area
	Had           int
}

// hoursRead finds serving mediators with the class hours of a year: for the list of whoever needs more.
func hoursRead(tx *db.Tx, g authz.Grant, year int, after ident.ID, most int) (out []hoursRow, err error) {
	from, to := Span(year)
	q := tx.Rows().Table("mediators AS m").Joins("JOIN committees c ON c.county_code = m.county_code AND c.id = m.committee_id").
		Scopes(db.Within(g, ofMediators)).Where("m.left_on IS NULL AND m.engaged_on <= ?", to)
	if !after.IsZero() {
		q = q.Where("m.id > ?", after)
	}
	err = q.Select(db.All("m", &registry.Mediator{})+", c.name AS committee_name, c.area_code AS committee_area, (SELECT COALESCE(SUM(a.class_hours), 0) FROM training_attendances a"+
		" WHERE a.county_code = m.county_code AND a.person_id = m.person_id AND a.to_on >= ? AND a.to_on <= ? AND a.struck_on IS NULL) AS had", from, to).
		Order("m.id").Limit(most).Scan(&out).Error
	return out, err
}

// HoursHad are the class hours of a person in a county in courses that ended between two days.
func HoursHad(tx *db.Tx, county ident.County, person ident.ID, from, to calendar.Day) (n int, err error) {
	err = tx.Rows().Model(&Attendance{}).Select("COALESCE(SUM(class_hours), 0)").
		Where("county_code = ? AND person_id = ? AND to_on >= ? AND to_on <= ? AND struck_on IS NULL", county, person, from, to).Scan(&n).Error
	return n, err
}

// CoursesOf are what a person attended in a county, the latest first; what was struck out is left out.
func CoursesOf(tx *db.Tx, county ident.County, person ident.ID) (out []AttendedCourse, err error) {
	err = tx.Rows().Table("training_attendances AS a").Joins("JOIN training_courses k ON k.county_code = a.county_code AND k.id = a.course_id").
		Select(db.All("a", &Attendance{})+", k.title, k.organiser, k.kind").Where("a.county_code = ? AND a.person_id = ? AND a.struck_on IS NULL", county, person).
		Order("a.to_on DESC, a.id DESC").Limit(mostShown).Scan(&out).Error
	return out, err
}

const mostShown = 200 // courses of one person on one page

const counted = "COUNT(DISTINCT person_id) AS persons, COUNT(*) AS person_times, COUNT(DISTINCT course_id) AS courses, COALESCE(SUM(class_hours), 0) AS class_hours"

// totals counts attendances of some days within a grant: for the page of a year.
func totals(tx *db.Tx, g authz.Grant, from, to calendar.Day) (out Totals, err error) {
	within := db.Columns{County: "county_code", Committee: "committee_id", Area: "area_code"}
	err = tx.Rows().Model(&Attendance{}).Scopes(db.Within(g, within)).Where("to_on >= ? AND to_on <= ? AND struck_on IS NULL", from, to).Select(counted).Scan(&out).Error
	return out, err
}

// Trained counts who was trained in an area in courses that ended between two days, both in: each person once, and each
// attendance. For the table of organisations; the counties are those of the area.
func Trained(tx *db.Tx, counties []ident.County, area ident.Area, from, to calendar.Day) (persons, personTimes int64, err error) {
	low, high := area.Range()
	q := tx.Rows().Model(&Attendance{}).Where("county_code IN ? AND to_on >= ? AND to_on <= ? AND struck_on IS NULL", counties, from, to)
	if len(low) > 6 { // below a county; of a county or more its code tells
		q = q.Where("area_code >= ? AND area_code < ?", low, high)
	}
	var out Totals
	err = q.Select(counted).Scan(&out).Error
	return out.Persons, out.PersonTimes, err
}

// MediatorWithin is a mediator of a committee that the grant reaches, whether they still serve or not, and its place.
func MediatorWithin(tx *db.Tx, g authz.Grant, id ident.ID) (registry.Mediator, ident.Area, error) {
	row, err := one[hoursRow](tx.Rows().Table("mediators AS m").Joins("JOIN committees c ON c.county_code = m.county_code AND c.id = m.committee_id").
		Scopes(db.Within(g, ofMediators)).Where("m.county_code = ? AND m.id = ?", id.County(), id).Select(db.All("m", &registry.Mediator{}) + ", c.area_code AS committee_area"))
	return row.Mediator, row.CommitteeArea, err
}

// committeesIn are the active committees of a course's area, for whoever enters who came.
func committeesIn(tx *db.Tx, c Course) (out []registry.Committee, err error) {
	low, high := c.AreaCode.Range()
	q := tx.Rows().Where("county_code = ? AND state = ? AND type <> ?", c.CountyCode, registry.Active, registry.Desk)
	if len(low) > 6 {
		q = q.Where("area_code >= ? AND area_code < ?", low, high)
	}
	err = q.Order("area_code, name").Limit(mostCommittees).Find(&out).Error
	return out, err
}

const mostCommittees = 1000 // of a county, on one page
