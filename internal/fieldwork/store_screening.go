package fieldwork

import (
	"gorm.io/gorm"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// ofCommittees are the columns by which rounds and prevention records are reached.
var ofCommittees = db.Columns{County: "county_code", Committee: "committee_id", Area: "area_code"}

// BulkRounds enters rounds in bulk, for the demo city; what it is given must be right.
func BulkRounds(tx *db.Tx, rows []Round) error { return db.Load(tx, rows) }

func insertRow[T any](tx *db.Tx, row *T) error { return tx.Rows().Create(row).Error }

func within[T any](tx *db.Tx, g authz.Grant, id ident.ID) (row T, err error) {
	err = tx.Rows().Scopes(db.Within(g, ofCommittees)).Where("county_code = ? AND id = ?", id.County(), id).Take(&row).Error
	if db.IsNone(err) {
		return row, fault.NoSuch()
	}
	return row, err
}

func roundWithin(tx *db.Tx, g authz.Grant, id ident.ID) (Round, error) {
	return within[Round](tx, g, id)
}

func preventionWithin(tx *db.Tx, g authz.Grant, id ident.ID) (Prevention, error) {
	return within[Prevention](tx, g, id)
}

func findingsOf(tx *db.Tx, round ident.ID) (out []Finding, err error) {
	err = tx.Rows().Where("county_code = ? AND round_id = ?", round.County(), round).Order("number").Find(&out).Error
	return out, err
}

// findingBy is the finding that became a case or a prevention record.
func findingBy(tx *db.Tx, made ident.ID) (f Finding, err error) {
	err = tx.Rows().Where("county_code = ? AND (case_id = ? OR prevention_id = ?)", made.County(), made, made).Take(&f).Error
	if db.IsNone(err) {
		return f, fault.NoSuch()
	}
	return f, err
}

// nextFinding counts up a round's findings; the row is held until the act commits, and goes back with it.
func nextFinding(tx *db.Tx, round ident.ID) (n int, err error) {
	err = tx.Rows().Raw("UPDATE screening_rounds SET findings = findings + 1 WHERE county_code = ? AND id = ? RETURNING findings", round.County(), round).
		Scan(&n).Error
	return n, err
}

// rounds finds a page of the list and one row more, the latest day first.
func rounds(tx *db.Tx, g authz.Grant, ask RoundsAsked) (rows []Round, err error) {
	q := tx.Rows().Scopes(db.Within(g, ofCommittees))
	q = ask.narrow(q, ask.Committee)
	q = newestFirst(q, "screened_on", ask.From, ask.To, ask.After)
	err = q.Limit(ask.Limit + 1).Find(&rows).Error
	return rows, err
}

func preventions(tx *db.Tx, g authz.Grant, ask PreventionsAsked) (rows []Prevention, err error) {
	q := ask.narrow(tx.Rows().Scopes(db.Within(g, ofCommittees)), ask.Committee)
	if ask.Kind != 0 {
		q = q.Where("kind = ?", ask.Kind)
	}
	switch ask.Confirmed {
	case "true":
		q = q.Where("confirmed_at IS NOT NULL")
	case "false":
		q = q.Where("confirmed_at IS NULL")
	}
	q = newestFirst(q, "prevented_on", ask.From, ask.To, ask.After)
	err = q.Limit(ask.Limit + 1).Find(&rows).Error
	return rows, err
}

// narrow narrows rows of committees.
func (n Narrowing) narrow(q *gorm.DB, committee ident.ID) *gorm.DB {
	if !committee.IsZero() {
		q = q.Where("county_code = ? AND committee_id = ?", committee.County(), committee)
	}
	low, high := n.Area.Range()
	switch {
	case low == "":
	case n.AreaOnly:
		q = q.Where("county_code = ? AND area_code = ?", n.Area.County(), n.Area)
	case len(low) <= 6:
		q = q.Where("county_code >= ? AND county_code < ?", low, high)
	default:
		q = q.Where("county_code = ? AND area_code >= ? AND area_code < ?", n.Area.County(), low, high)
	}
	const of = "committee_id IN (SELECT m.id FROM committees m WHERE m.county_code = ? AND m.area_code = ?)"
	switch n.Led {
	case casework.LedOwn:
		q = q.Where(of, n.Area.County(), n.Area)
	case casework.LedBelow:
		q = q.Where("NOT "+of, n.Area.County(), n.Area)
	}
	return q
}

// newestFirst orders by one of this file's own day columns.
func newestFirst(q *gorm.DB, day string, from, to calendar.Day, at Position) *gorm.DB {
	if !from.IsZero() {
		q = q.Where(day+" >= ?", from)
	}
	if !to.IsZero() {
		q = q.Where(day+" <= ?", to)
	}
	if !at.ID.IsZero() {
		q = q.Where("("+day+" < ? OR "+day+" = ? AND id < ?)", at.On, at.On, at.ID)
	}
	return q.Order(day + " DESC, id DESC")
}

// confirm marks a record that nobody has confirmed yet.
func confirm(tx *db.Tx, p Prevention) error {
	r := tx.Rows().Model(&Prevention{}).Where("county_code = ? AND id = ? AND confirmed_at IS NULL", p.CountyCode, p.ID).
		Select("confirmed_at", "confirmed_by").Updates(&p)
	if r.Error == nil && r.RowsAffected != 1 {
		return errConfirmed
	}
	return r.Error
}

// lastRounds are the active committees within the grant, each with its latest round.
func lastRounds(tx *db.Tx, g authz.Grant, after ident.ID, most int) (rows []lastRound, err error) {
	q := tx.Rows().Table("committees AS c").
		Select("c.id, c.name, c.area_code, c.activated_on, (SELECT MAX(r.screened_on) FROM screening_rounds r"+
			" WHERE r.county_code = c.county_code AND r.committee_id = c.id) AS last_on").
		Scopes(db.Within(g, db.Columns{County: "c.county_code", Committee: "c.id", Area: "c.area_code"})).
		Where("c.state = ? AND c.type <> ?", "active", "desk")
	if !after.IsZero() {
		q = q.Where("c.id > ?", after)
	}
	err = q.Order("c.id").Limit(most).Scan(&rows).Error
	return rows, err
}
