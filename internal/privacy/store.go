package privacy

import (
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Rows are this room's models.
var Rows = []any{&Request{}}

func insert(tx *db.Tx, r *Request) error { return tx.Rows().Create(r).Error }

// update writes what an act made of a request; Stale when somebody else wrote it since it was read.
func update(tx *db.Tx, r *Request) error {
	w := tx.Rows().Model(&Request{}).Where("county_code = ? AND id = ? AND version = ?", r.CountyCode, r.ID, r.Version-1).
		Select("version", "state", "outcome", "reason", "kept_until", "kept_for_ever", "words_sealed", "entry", "proposed_by", "decided_by", "decided_at").Updates(r)
	if w.Error == nil && w.RowsAffected != 1 {
		return errStale
	}
	return w.Error
}

// reached are the requests that a grant reaches: one's own; for a post those of the cases that it reaches. A request
// follows its case: to a new committee, and away from whoever withdrew.
func reached(tx *db.Tx, g authz.Grant) *gorm.DB {
	by := g.By()
	post := db.Within(g.Seeing(authz.Full), db.CaseColumns("c"))
	cond := tx.Rows().Where(post(tx.Rows()))
	switch {
	case !by.Case.IsZero():
		cond = cond.Or("d.county_code = ? AND d.case_id = ? AND d.party_id = ?", by.Case.County(), by.Case, by.Party)
	case !by.Person.IsZero():
		cond = cond.Or("EXISTS ("+ownPart+")", by.Person)
	}
	return tx.Rows().Table("data_requests AS d").Joins("JOIN dispute_cases AS c ON c.county_code = d.county_code AND c.id = d.case_id").
		Where("d.county_code <> ?", "").Where(cond)
}

// ownPart is that a person takes part as the party of a request.
const ownPart = "SELECT 1 FROM case_people cp WHERE cp.county_code = d.county_code AND cp.case_id = d.case_id AND cp.party_id = d.party_id" +
	" AND cp.person_id = ? AND cp.ended_at IS NULL"

// within finds a request that a grant reaches; out of reach it is missing.
func within(tx *db.Tx, g authz.Grant, id ident.ID) (r Request, err error) {
	q := reached(tx, g).Where("d.county_code = ? AND d.id = ?", id.County(), id)
	if tx.Writes() {
		q = q.Clauses(clause.Locking{Strength: "UPDATE", Table: clause.Table{Name: "d"}})
	}
	err = q.Take(&r).Error
	if db.IsNone(err) {
		return r, fault.NoSuch()
	}
	return r, err
}

func reaches(tx *db.Tx, g authz.Grant, id ident.ID) bool {
	_, err := within(tx, g, id)
	return err == nil
}

const most = 100 // requests of one list; those that wait come first

func requests(tx *db.Tx, g authz.Grant, caseID ident.ID) (rows []Request, err error) {
	q := reached(tx, g)
	if !caseID.IsZero() {
		q = q.Where("d.county_code = ? AND d.case_id = ?", caseID.County(), caseID)
	}
	err = q.Order(clause.Expr{SQL: "CASE WHEN d.state = ? THEN 1 ELSE 0 END, CASE WHEN d.state = ? THEN NULL ELSE d.due_on END, d.id DESC", Vars: []any{Decided, Decided}}).
		Limit(most).Find(&rows).Error
	return rows, err
}

// ofParty are the requests of one party of a case.
func ofParty(tx *db.Tx, caseID, party ident.ID) (rows []Request, err error) {
	err = tx.Rows().Where("county_code = ? AND case_id = ? AND party_id = ?", caseID.County(), caseID, party).Find(&rows).Error
	return rows, err
}

// forgetRight erases what the party's corrections of the same item said: an erased number is not kept beside the case.
func forgetRight(tx *db.Tx, r Request) error {
	return tx.Rows().Model(&Request{}).Where("county_code = ? AND case_id = ? AND party_id = ? AND item = ?", r.CountyCode, r.CaseID, r.PartyID, r.Item).
		Update("right_sealed", nil).Error
}

// isParty tells whether the actor is the party that asked.
func isParty(tx *db.Tx, r Request) (bool, error) {
	by := tx.By
	if !by.Case.IsZero() || by.Person.IsZero() {
		return by.Case == r.CaseID && by.Party == r.PartyID, nil
	}
	var n int64
	err := tx.Rows().Table("data_requests AS d").Where("d.county_code = ? AND d.id = ? AND EXISTS ("+ownPart+")", r.CountyCode, r.ID, by.Person).Count(&n).Error
	return n > 0, err
}

// head is what a request's reader is told of its case.
type head struct{ Reference, Name string }

func headOf(tx *db.Tx, r Request) (h head, err error) {
	err = tx.Rows().Table("dispute_cases AS c").Joins("JOIN case_parties AS p ON p.county_code = c.county_code AND p.case_id = c.id").
		Select("c.reference, p.name").Where("c.county_code = ? AND c.id = ? AND p.id = ?", r.CountyCode, r.CaseID, r.PartyID).Take(&h).Error
	return h, err
}
