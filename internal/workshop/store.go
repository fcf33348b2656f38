package workshop

import (
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
)

// Rows are this room's models.
var Rows = []any{&draftRow{}}

type draftRow struct {
	ident.Key
	CaseID      ident.ID  `gorm:"column:case_id"`
	CommitteeID ident.ID  `gorm:"column:committee_id"` // that led the case when it was written
	Kind        string    `gorm:"column:kind"`
	Version     int64     `gorm:"column:version"`
	BodySealed  []byte    `gorm:"column:body_sealed"`
	KeptBy      ident.ID  `gorm:"column:kept_by"`
	KeptAt      time.Time `gorm:"column:kept_at"`
}

// TableName is the table's.
func (draftRow) TableName() string { return "workshop_drafts" }

// inHand is the condition that the case of a draft is worked, and still by the committee that wrote it.
const inHand = "EXISTS (SELECT 1 FROM dispute_cases c WHERE c.county_code = workshop_drafts.county_code AND c.id = workshop_drafts.case_id" +
	" AND c.state IN ? AND c.committee_id = workshop_drafts.committee_id)"

func findDraft(tx *db.Tx, id ident.ID, kind string) (draftRow, bool, error) {
	var r draftRow
	err := tx.Rows().Where("county_code = ? AND case_id = ? AND kind = ?", id.County(), id, kind).
		Where(inHand, casework.OpenStates()).Take(&r).Error
	if db.IsNone(err) {
		return r, false, nil
	}
	return r, err == nil, err
}

func insertDraft(tx *db.Tx, r draftRow) error {
	err := tx.Rows().Create(&r).Error
	if db.IsDuplicate(err) {
		return errMoved
	}
	return err
}

func saveDraft(tx *db.Tx, r draftRow, seen int64) error {
	q := tx.Rows().Model(&draftRow{}).Where("county_code = ? AND id = ? AND version = ?", r.CountyCode, r.ID, seen).
		Select("version", "body_sealed", "kept_by", "kept_at").Updates(&r)
	if q.Error == nil && q.RowsAffected != 1 {
		return errMoved
	}
	return q.Error
}

func dropDraft(tx *db.Tx, id ident.ID, kind string) error {
	return tx.Rows().Where("county_code = ? AND case_id = ? AND kind = ?", id.County(), id, kind).Delete(&draftRow{}).Error
}

// dropOver forgets the drafts of the county that nobody has touched since a moment, and those of cases that ended or went to
// another committee.
func dropOver(tx *db.Tx, since time.Time) (int64, error) {
	q := tx.Rows().Where("county_code = ? AND (kept_at < ? OR NOT "+inHand+")", tx.County, since, casework.OpenStates()).Delete(&draftRow{})
	return q.RowsAffected, q.Error
}

// dropOthers forgets what another committee wrote for a case before it was handed on.
func dropOthers(tx *db.Tx, id ident.ID) error {
	return tx.Rows().Where("county_code = ? AND case_id = ? AND NOT "+inHand, id.County(), id, casework.OpenStates()).Delete(&draftRow{}).Error
}

// draftCounties are the counties in which something is being written.
func draftCounties(tx *db.Tx) (out []ident.County, err error) {
	return out, db.Cross(tx.Rows()).Model(&draftRow{}).Order("county_code").Pluck("DISTINCT county_code", &out).Error
}

// leadOf is the committee that leads a case.
func leadOf(tx *db.Tx, id ident.ID) (lead ident.ID, err error) {
	var row struct{ CommitteeID ident.ID }
	err = tx.Rows().Table("dispute_cases").Select("committee_id").Where("county_code = ? AND id = ?", id.County(), id).Take(&row).Error
	return row.CommitteeID, err
}

// settledRow is one obligation of a settled case, with the case's own figures.
type settledRow struct {
	ID          ident.ID
	Category    string
	AcceptedDay calendar.Day
	EffectiveAt *time.Time
	Place       int
	Kind        string
	AmountFen   money.Fen
	State       string
}

// settledLike are the obligations of the newest cases of a family of categories that ended with an agreement and are
// closed, within a reach, and never of restricted ones. What they were about is not read.
func settledLike(tx *db.Tx, g authz.Grant, category string, most int) (out []settledRow, err error) {
	cases := tx.Rows().Table("dispute_cases AS c").Scopes(db.Within(g, db.CaseColumns("c"))).
		Select("c.county_code, c.id, c.category, c.accepted_day, c.effective_at, c.agreement_id").
		Where("c.category >= ? AND c.category < ?", category, category+":").
		Where("c.outcome IN ? AND c.state IN ?", []casework.Outcome{casework.WrittenAgreement, casework.OralAgreement}, []casework.State{casework.Closed, casework.Archived}).
		Where("c.restricted = ?", false).Order("c.id DESC").Limit(most)
	err = db.Cross(tx.Rows()).Table("(?) AS s", cases).
		Select("s.id, s.category, s.accepted_day, s.effective_at, o.place, o.kind, o.amount_fen, o.state").
		Joins("JOIN obligations AS o ON o.county_code = s.county_code AND o.agreement_id = s.agreement_id").
		Order("s.id DESC, o.place, o.due_on").Scan(&out).Error
	return out, err
}
