package conduct

import (
	"gorm.io/gorm"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Rows are this room's models.
var Rows = []any{&Complaint{}}

func insert(tx *db.Tx, c *Complaint) error { return tx.Rows().Create(c).Error }

// update writes what an act made of a complaint; Stale when somebody else wrote it since it was read.
func update(tx *db.Tx, c *Complaint) error {
	r := tx.Rows().Model(&Complaint{}).Where("county_code = ? AND id = ? AND version = ?", c.CountyCode, c.ID, c.Version-1).
		Select("version", "state", "outcome", "reason_sealed", "unit_sealed", "decided_on", "told_at").Updates(c)
	if r.Error == nil && r.RowsAffected != 1 {
		return errStale
	}
	return r.Error
}

// reached are the complaints that a grant reaches: one's own; for a post those of its committee or area. Nobody reaches
// one about themselves by their post.
func reached(tx *db.Tx, g authz.Grant) *gorm.DB {
	by := g.By()
	post := db.Within(g.Seeing(authz.Full), db.Columns{County: "county_code", Committee: "chair_of", Area: "area_code"})
	cond := tx.Rows().Where(post(tx.Rows().Where("mediator_person_id <> ?", by.Person)))
	switch {
	case !by.Case.IsZero():
		cond = cond.Or("county_code = ? AND case_id = ? AND party_id = ?", by.Case.County(), by.Case, by.Party)
	case !by.Person.IsZero():
		cond = cond.Or("county_code <> ? AND complainant_id = ?", "", by.Person)
	}
	return tx.Rows().Where(cond)
}

// within finds a complaint that a grant reaches; out of reach it is missing.
func within(tx *db.Tx, g authz.Grant, id ident.ID) (c Complaint, err error) {
	err = reached(tx, g).Where("county_code = ? AND id = ?", id.County(), id).Take(&c).Error
	if db.IsNone(err) {
		return c, fault.NoSuch()
	}
	return c, err
}

func byID(tx *db.Tx, id ident.ID) (c Complaint, err error) {
	err = tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Take(&c).Error
	return c, err
}

func complaints(tx *db.Tx, g authz.Grant, ask Asked) (rows []Complaint, err error) {
	q := narrowed(tx, g, ask)
	if !ask.After.IsZero() {
		q = q.Where("id < ?", ask.After)
	}
	err = q.Order("id DESC").Limit(ask.Limit + 1).Find(&rows).Error
	return rows, err
}

func numberOf(tx *db.Tx, g authz.Grant, ask Asked) (n int64, err error) {
	err = narrowed(tx, g, ask).Model(&Complaint{}).Count(&n).Error
	return n, err
}

// narrowed are the complaints within a grant that meet what was asked.
func narrowed(tx *db.Tx, g authz.Grant, ask Asked) *gorm.DB {
	q := reached(tx, g)
	if !ask.Case.IsZero() {
		q = q.Where("county_code = ? AND case_id = ?", ask.Case.County(), ask.Case)
	}
	if !ask.Mediator.IsZero() {
		q = q.Where("mediator_id = ?", ask.Mediator)
	}
	if ask.State != "" {
		q = q.Where("state = ?", ask.State)
	}
	if low, high := ask.Area.Range(); low != "" {
		q = q.Where("area_code >= ? AND area_code < ?", low, high)
	}
	if !ask.Committee.IsZero() {
		q = q.Where("committee_id = ?", ask.Committee)
	}
	if !ask.From.IsZero() {
		q = q.Where("received_at >= ?", ask.From.Start())
	}
	if !ask.To.IsZero() {
		q = q.Where("received_at < ?", ask.To.End())
	}
	if ask.Upheld {
		q = q.Where("outcome IN ?", upheld)
	}
	return q
}

type countRow struct {
	Kind, State, Outcome string
	N                    int
}

func counted(tx *db.Tx, g authz.Grant, mediator ident.ID) (rows []countRow, err error) {
	err = reached(tx, g).Model(&Complaint{}).Select("kind, state, outcome, COUNT(*) AS n").Where("mediator_id = ?", mediator).
		Group("kind, state, outcome").Scan(&rows).Error
	return rows, err
}
