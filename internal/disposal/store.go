package disposal

import (
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Rows are this room's models.
var Rows = []any{&List{}, &Line{}}

// A list is a county's: by its code nothing lies in a township, and a township's post reaches none.
var ofCounty = db.Columns{County: "county_code", Area: "county_code"}

func one[T any](q *gorm.DB) (row T, err error) {
	if err = q.Take(&row).Error; db.IsNone(err) {
		err = fault.NoSuch()
	}
	return row, err
}

func locked(tx *db.Tx) *gorm.DB {
	if tx.Writes() {
		return tx.Rows().Clauses(clause.Locking{Strength: "UPDATE"})
	}
	return tx.Rows()
}

func nextNumber(tx *db.Tx, year int) (n int, err error) {
	err = tx.Rows().Model(&List{}).Select("COALESCE(MAX(number), 0) + 1").Where("county_code = ? AND year = ?", tx.County, year).Scan(&n).Error
	return n, err
}

func insert(tx *db.Tx, l *Seen) error {
	if err := tx.Rows().Create(&l.List).Error; err != nil {
		if db.IsDuplicate(err) {
			return errStale
		}
		return err
	}
	return db.Load(tx, l.Lines)
}

// within finds a list that a grant reaches; out of reach it is missing.
func within(tx *db.Tx, g authz.Grant, id ident.ID) (l List, err error) {
	if !g.CoversArea(id.County().Area()) {
		return l, fault.NoSuch()
	}
	return heldList(tx, id)
}

// heldList is a list, kept from being changed by anybody else where the transaction writes.
func heldList(tx *db.Tx, id ident.ID) (List, error) {
	return one[List](locked(tx).Where("county_code = ? AND id = ?", id.County(), id))
}

func held(tx *db.Tx, line ident.ID) (Line, error) {
	return one[Line](locked(tx).Where("county_code = ? AND id = ?", line.County(), line))
}

func linesOf(tx *db.Tx, list ident.ID) (out []Line, err error) {
	err = tx.Rows().Where("county_code = ? AND list_id = ?", list.County(), list).Order("place").Find(&out).Error
	return out, err
}

func lists(tx *db.Tx, g authz.Grant, after ident.ID, limit int) (out []List, err error) {
	q := tx.Rows().Scopes(db.Within(g, ofCounty))
	if !after.IsZero() {
		q = q.Where("id < ?", after)
	}
	err = q.Order("id DESC").Limit(limit).Find(&out).Error
	return out, err
}

// toDo are the lists that are approved and not carried out yet.
func toDo(tx *db.Tx) (out []List, err error) {
	err = db.Cross(tx.Rows()).Where("state = ?", Approved).Order("county_code, id").Find(&out).Error
	return out, err
}

// lately is for how long what the database keeps of emptied rows is scrubbed out after a destruction.
const lately = 5 * time.Minute

// doneLately tells whether something was destroyed a moment ago: of the lists that are being carried out or were done since, which are few
// among all lines that ever were.
func doneLately(tx *db.Tx) (bool, error) {
	since := tx.Now.Add(-lately)
	var n int
	err := db.Cross(tx.Rows()).Table("disposal_lists AS l").Joins("JOIN disposal_lines x ON x.county_code = l.county_code AND x.list_id = l.id").
		Where("(l.state = ? OR l.done_at > ?) AND x.state = ? AND x.done_at > ?", Approved, since, Destroyed, since).Select("COUNT(*)").Scan(&n).Error
	return n > 0, err
}

// update writes what an act made of a list; its version was counted up.
func update(tx *db.Tx, l *List) error {
	r := tx.Rows().Model(&List{}).Where("county_code = ? AND id = ? AND version = ?", l.CountyCode, l.ID, l.Version-1).
		Select("version", "state", "destroyed", "stopped", "decided_by", "decided_name", "decided_role", "decided_at", "reason_sealed", "done_at", "paper_on", "paper_first", "paper_second").Updates(l)
	if r.Error == nil && r.RowsAffected != 1 {
		return errStale
	}
	return r.Error
}

func updateLine(tx *db.Tx, d Line) error {
	return tx.Rows().Model(&Line{}).Where("county_code = ? AND id = ?", d.CountyCode, d.ID).Select("state", "why", "done_at").Updates(&d).Error
}

// bar is the first thing that keeps a case c from being destroyed; it takes the list that it may stand on, and today.
const bar = "CASE WHEN c.destroyed_at IS NOT NULL THEN 'destroyed' WHEN c.state <> '" + string(casework.Archived) + "' THEN 'reopened'" +
	" WHEN c.retain_until IS NULL OR c.retention = 'permanent' THEN 'permanent' WHEN c.retain_until >= @today THEN 'runs'" +
	" WHEN EXISTS (SELECT 1 FROM retention_holds x WHERE " + ofCase + " AND x.lifted_at IS NULL) THEN 'held'" +
	" WHEN EXISTS (SELECT 1 FROM disposal_lines x JOIN disposal_lists l ON l.county_code = x.county_code AND l.id = x.list_id WHERE " + ofCase + " AND l.id IS DISTINCT FROM @list AND l.state IN ('" + Proposed + "', '" + Approved + "')) THEN 'listed'" +
	" WHEN EXISTS (SELECT 1 FROM anomaly_flags x WHERE " + ofCase + " AND x.state = 'open') THEN 'flag'" +
	" WHEN EXISTS (SELECT 1 FROM complaints x WHERE " + ofCase + " AND x.state <> 'decided') THEN 'complaint'" +
	" WHEN EXISTS (SELECT 1 FROM data_requests x WHERE " + ofCase + " AND x.state <> 'decided') THEN 'request'" +
	" WHEN EXISTS (SELECT 1 FROM corrections x WHERE " + ofCase + " AND x.decided_at IS NULL) THEN 'correction'" +
	" WHEN EXISTS (SELECT 1 FROM review_items x WHERE " + ofCase + " AND NOT (x.state = 'decided' OR x.state = 'submitted' AND x.appeal_by < @today)) THEN 'review'" +
	" WHEN EXISTS (SELECT 1 FROM subsidy_claims x WHERE " + ofCase + " AND x.state NOT IN ('paid', 'refused')) THEN 'claim' ELSE '' END"

const ofCase = "x.county_code = c.county_code AND x.case_id = c.id"

const shown = "c.id AS case_id, c.case_no, c.reference, c.committee_id, c.category, c.outcome, c.accepted_day AS accepted_on, c.first_closed_day AS closed_on, c.archived_at, c.retention, c.retain_until"

// candidateRow is a candidate as its case's row has it.
type candidateRow struct {
	Candidate
	ArchivedAt time.Time
}

func candidates(q *gorm.DB, list ident.ID, today calendar.Day) (out []Candidate, err error) {
	var rows []candidateRow
	err = q.Select(shown+", "+bar+" AS bar", map[string]any{"today": today, "list": list}).Order("c.retain_until, c.id").Limit(Most).Scan(&rows).Error
	for _, r := range rows {
		r.ArchivedOn = calendar.DayOf(r.ArchivedAt)
		out = append(out, r.Candidate)
	}
	return out, err
}

// over are the dossiers of a county whose time is over, those first whose time ended first: as many that nothing keeps as a list holds, or
// those among the first that something keeps.
func over(tx *db.Tx, county ident.County, today calendar.Day, free bool) ([]Candidate, error) {
	q := tx.Rows().Table("dispute_cases AS c").Where("c.county_code = ? AND c.retention <> '' AND c.destroyed_at IS NULL AND c.retain_until < ?", county, today)
	if free {
		return candidates(q.Where("("+bar+") = ''", map[string]any{"today": today, "list": ident.ID{}}), ident.ID{}, today)
	}
	all, err := candidates(q, ident.ID{}, today)
	return slices.DeleteFunc(all, func(c Candidate) bool { return c.Bar == "" }), err
}

// named are some dossiers of a county that are archived.
func named(tx *db.Tx, county ident.County, ids []ident.ID, today calendar.Day) ([]Candidate, error) {
	q := tx.Rows().Table("dispute_cases AS c").Where("c.county_code = ? AND c.retention <> '' AND c.id IN ?", county, ids)
	return candidates(q, ident.ID{}, today)
}

// barOf is what keeps a dossier of a list from being destroyed now.
func barOf(tx *db.Tx, id, list ident.ID, today calendar.Day) (string, error) {
	all, err := candidates(tx.Rows().Table("dispute_cases AS c").Where("c.county_code = ? AND c.id = ?", id.County(), id), list, today)
	if err != nil || len(all) == 0 {
		return "reopened", err
	}
	return all[0].Bar, nil
}

// linked tells whether a case of another county that goes on with this one, or that it goes on with, is still worked or still kept.
func linked(tx *db.Tx, id ident.ID) (string, error) {
	h, err := one[casework.Head](tx.Rows().Select("county_code", "id", "linked_from", "linked_to", "retain_until").Where("county_code = ? AND id = ?", id.County(), id))
	if err != nil {
		return "", err
	}
	for _, other := range []ident.ID{h.LinkedFrom, h.LinkedTo} {
		if other.IsZero() {
			continue
		}
		o, err := one[casework.Head](tx.Rows().Select("county_code", "id", "state", "retain_until", "destroyed_at").Where("county_code = ? AND id = ?", other.County(), other))
		if fault.Is(err, fault.Missing) {
			continue
		}
		if err != nil {
			return "", err
		}
		if o.State.Alive() || o.State == casework.Archived && o.DestroyedAt == nil && (o.RetainUntil == "" || h.RetainUntil < o.RetainUntil) {
			return "linked", nil
		}
	}
	return "", nil
}

func countFiles(tx *db.Tx, id ident.ID) (n int, err error) {
	err = tx.Rows().Table("case_attachments").Where("county_code = ? AND case_id = ?", id.County(), id).Select("COUNT(*)").Scan(&n).Error
	return n, err
}

// takesPart tells whether somebody takes a part in a case, or did.
func takesPart(tx *db.Tx, id, person ident.ID) (bool, error) {
	var n int
	err := tx.Rows().Table("case_people").Where("county_code = ? AND case_id = ? AND person_id = ?", id.County(), id, person).Select("COUNT(*)").Scan(&n).Error
	return n > 0, err
}
