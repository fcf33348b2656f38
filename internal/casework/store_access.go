package casework

import (
	"errors"
	"time"

	"gorm.io/gorm"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

type accessRow struct {
	ident.Key
	CaseID    ident.ID   `gorm:"column:case_id"`
	PartyID   ident.ID   `gorm:"column:party_id"`
	HelperID  ident.ID   `gorm:"column:helper_id"` // whose code it is; NULL for the party's own
	CodeHash  string     `gorm:"column:code_hash"`
	Channel   string     `gorm:"column:channel"`
	IssuedAt  time.Time  `gorm:"column:issued_at"`
	RevokedAt *time.Time `gorm:"column:revoked_at"`
	Failures  int        `gorm:"column:failures"`
	FailedAt  *time.Time `gorm:"column:failed_at"`
}

func (accessRow) TableName() string { return "access_codes" }

func insertAccess(tx *db.Tx, r accessRow) error { return tx.Rows().Create(&r).Error }

// revokeCodes ends the codes of a party, or of one who acts for it; what was to tell them waits no more.
func revokeCodes(tx *db.Tx, caseID, party, helper ident.ID) error {
	q := tx.Rows().Model(&accessRow{}).Where("county_code = ? AND case_id = ? AND party_id = ? AND revoked_at IS NULL", caseID.County(), caseID, party)
	owner := party
	if helper.IsZero() {
		q = q.Where("helper_id IS NULL")
	} else {
		q, owner = q.Where("helper_id = ?", helper), helper
	}
	return errors.Join(q.Update("revoked_at", tx.Now).Error, journal.TakeBack(tx, caseID, owner))
}

// revokeOthers ends the other codes of whoever came with a new one: the lost one works no longer.
func revokeOthers(tx *db.Tx, r accessRow) (ended int64, err error) {
	done := tx.Rows().Model(&accessRow{}).Where("county_code = ? AND case_id = ? AND party_id = ? AND helper_id IS NULL AND id <> ? AND revoked_at IS NULL", r.CountyCode, r.CaseID, r.PartyID, r.ID).
		Update("revoked_at", tx.Now)
	return done.RowsAffected, errors.Join(done.Error, journal.TakeBack(tx, r.CaseID, r.PartyID))
}

func accessOf(tx *db.Tx, caseID ident.ID) ([]accessRow, error) {
	var out []accessRow
	err := tx.Rows().Where("county_code = ? AND case_id = ? AND revoked_at IS NULL", caseID.County(), caseID).Order("id").Find(&out).Error
	return out, err
}

// countFailures counts a wrong code against every code of the case.
func countFailures(tx *db.Tx, caseID ident.ID) error {
	return tx.Rows().Model(&accessRow{}).Where("county_code = ? AND case_id = ? AND revoked_at IS NULL", caseID.County(), caseID).
		Updates(map[string]any{"failures": gorm.Expr("failures + 1"), "failed_at": tx.Now}).Error
}

// owner is whose code it is: a helper's, or the party's own.
func (r accessRow) owner() ident.ID {
	if !r.HelperID.IsZero() {
		return r.HelperID
	}
	return r.PartyID
}

func visitor(tx *db.Tx, caseID ident.ID, r accessRow) (Visitor, error) {
	party := r.PartyID
	var p Party
	err := tx.Rows().Where("county_code = ? AND id = ? AND removed_at IS NULL", caseID.County(), party).Take(&p).Error
	if db.IsNone(err) {
		return Visitor{}, errNoAccess
	}
	v := Visitor{Case: caseID, Party: party, Part: actor.Role(p.Role), Name: p.Name, seen: p.OpenedAt != nil, code: r.ID}
	if err != nil || r.HelperID.IsZero() {
		return v, err
	}
	v.Part, v.Helper = actor.Agent, r.HelperID // its code is revoked when it ends
	return v, nil
}

// StillIn holds the case of somebody who was let in by a code and tells whether the code still opens it: a session that is opened in the
// same transaction is there before the code is ended, with whoever came by it, or not at all.
//
// Faults: Unauthenticated once it does not.
func (s *Service) StillIn(tx *db.Tx, v Visitor) error {
	if err := hold(tx, v.Case); err != nil {
		return err
	}
	var n int64
	err := tx.Rows().Model(&accessRow{}).Where("county_code = ? AND id = ? AND revoked_at IS NULL", v.Case.County(), v.code).Count(&n).Error
	if err == nil && n == 0 {
		err = errNoAccess
	}
	return err
}

type signingRow struct {
	ident.Key
	CaseID    ident.ID   `gorm:"column:case_id"`
	PartyID   ident.ID   `gorm:"column:party_id"`
	CodeHash  string     `gorm:"column:code_hash"`
	TextHash  string     `gorm:"column:text_hash"`
	ExpiresAt time.Time  `gorm:"column:expires_at"`
	UsedAt    *time.Time `gorm:"column:used_at"`
	Failures  int        `gorm:"column:failures"`
}

func (signingRow) TableName() string { return "signing_codes" }

// replaceSigning makes a new code the only one of its party.
func replaceSigning(tx *db.Tx, r signingRow) error {
	if err := tx.Rows().Where("county_code = ? AND party_id = ?", tx.County, r.PartyID).Delete(&signingRow{}).Error; err != nil {
		return err
	}
	return tx.Rows().Create(&r).Error
}

func signingOf(tx *db.Tx, party ident.ID) (signingRow, bool, error) {
	var r signingRow
	err := tx.Rows().Where("county_code = ? AND party_id = ?", party.County(), party).Take(&r).Error
	if db.IsNone(err) {
		return r, false, nil
	}
	return r, err == nil, err
}

func spendSigning(tx *db.Tx, r signingRow) error {
	return tx.Rows().Model(&signingRow{}).Where("county_code = ? AND id = ?", r.CountyCode, r.ID).Update("used_at", tx.Now).Error
}

func signingFailed(tx *db.Tx, party ident.ID) error {
	return tx.Rows().Model(&signingRow{}).Where("county_code = ? AND party_id = ?", party.County(), party).
		Update("failures", gorm.Expr("failures + 1")).Error
}

// opened keeps when a party first came to see its case, and the language in which it read while none is known. The case
// is held meanwhile: an act that is under way would write the party as it was before.
func opened(tx *db.Tx, caseID, party ident.ID, lang string) error {
	if err := hold(tx, caseID); err != nil {
		return err
	}
	one := func() *gorm.DB {
		return tx.Rows().Model(&Party{}).Where("county_code = ? AND id = ?", party.County(), party)
	}
	came := one().Where("opened_at IS NULL").Update("opened_at", tx.Now)
	if came.Error == nil && came.RowsAffected > 0 {
		came.Error = recountAsked(tx, caseID)
	}
	if came.Error != nil || lang == "" {
		return came.Error
	}
	return one().Where("reads = ''").Update("reads", lang).Error
}

// recountAsked marks the month in which a case's parties were asked: how far one of them came has changed beside any act.
func recountAsked(tx *db.Tx, caseID ident.ID) error {
	var asked *time.Time
	err := tx.Rows().Model(&Head{}).Where("county_code = ? AND id = ?", caseID.County(), caseID).Select("consent_asked_at").Row().Scan(&asked)
	if err != nil || asked == nil {
		return err
	}
	return journal.Recounts(tx, dayOf(*asked))
}
