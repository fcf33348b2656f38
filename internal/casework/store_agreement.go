package casework

import (
	"errors"
	"time"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// loadAgreement loads the version of the agreement in hand, with its clauses, obligations and signatures.
func (s *Service) loadAgreement(tx *db.Tx, c *Case) error {
	if c.AgreementID.IsZero() {
		return nil
	}
	a := &Agreement{}
	if err := tx.Rows().Where("county_code = ? AND id = ?", c.CountyCode, c.AgreementID).Take(a).Error; err != nil {
		return err
	}
	c.Agreement = a
	of := func(out any, order string) error {
		return tx.Rows().Where("county_code = ? AND agreement_id = ?", c.CountyCode, a.ID).Order(orders[order]).Find(out).Error
	}
	if err := errors.Join(of(&a.Clauses, "place"), of(&a.Obligations, "place"), of(&a.Signatures, "signed_at")); err != nil {
		return err
	}
	return s.openAgreement(a)
}

var orders = map[string]string{"place": "place, id", "signed_at": "signed_at, id"}

func (s *Service) openAgreement(a *Agreement) error {
	err := s.unseal("agreements", a.ID, unsealing{"facts_sealed", a.FactsSealed, &a.Facts}, unsealing{"issues_sealed", a.IssuesSealed, &a.Issues})
	for i := range a.Clauses {
		cl := &a.Clauses[i]
		err = errors.Join(err, s.unseal("agreement_clauses", cl.ID, unsealing{"text_sealed", cl.TextSealed, &cl.Text}))
	}
	for i := range a.Obligations {
		o := &a.Obligations[i]
		err = errors.Join(err, s.unseal("obligations", o.ID, unsealing{"manner_sealed", o.MannerSealed, &o.Manner}))
	}
	return err
}

func (s *Service) sealAgreement(a *Agreement) {
	a.FactsSealed = s.vault.Seal(sealed("agreements", "facts_sealed", a.ID), a.Facts)
	a.IssuesSealed = s.vault.Seal(sealed("agreements", "issues_sealed", a.ID), a.Issues)
	for i := range a.Clauses {
		a.Clauses[i].TextSealed = s.vault.Seal(sealed("agreement_clauses", "text_sealed", a.Clauses[i].ID), a.Clauses[i].Text)
	}
	for i := range a.Obligations {
		a.Obligations[i].MannerSealed = s.vault.Seal(sealed("obligations", "manner_sealed", a.Obligations[i].ID), a.Obligations[i].Manner)
	}
}

func (s *Service) insertAgreement(tx *db.Tx, a *Agreement) error {
	s.sealAgreement(a)
	if err := tx.Rows().Create(a).Error; err != nil {
		return err
	}
	if err := tx.Rows().Create(&a.Clauses).Error; err != nil || len(a.Obligations) == 0 {
		return err
	}
	return tx.Rows().Create(&a.Obligations).Error
}

// saveAgreement writes what may change in an agreement after it was fixed: its register texts and its dates.
func (s *Service) saveAgreement(tx *db.Tx, a *Agreement) error {
	s.sealAgreement(a)
	return tx.Rows().Model(&Agreement{}).Where("county_code = ? AND id = ?", a.CountyCode, a.ID).
		Select("facts_sealed", "issues_sealed", "text_hash", "effective_at", "voided_at").Updates(a).Error
}

func lastAgreementNumber(tx *db.Tx, c *Case) (int, error) {
	var last int
	err := tx.Rows().Model(&Agreement{}).Where("county_code = ? AND case_id = ?", c.CountyCode, c.ID).
		Select("COALESCE(MAX(number), 0)").Scan(&last).Error
	return last, err
}

func insertSignature(tx *db.Tx, sig Signature) error { return tx.Rows().Create(&sig).Error }

// retractSignatures marks the signatures that match as taken back.
func retractSignatures(tx *db.Tx, a *Agreement, match func(Signature) bool) (int, error) {
	n := 0
	for i := range a.Signatures {
		sig := &a.Signatures[i]
		if sig.RetractedAt != nil || !match(*sig) {
			continue
		}
		now := tx.Now
		sig.RetractedAt = &now
		n++
		if err := tx.Rows().Model(&Signature{}).Where("county_code = ? AND id = ?", sig.CountyCode, sig.ID).
			Update("retracted_at", now).Error; err != nil {
			return n, err
		}
	}
	return n, nil
}

func saveObligation(tx *db.Tx, o *Obligation) error {
	return tx.Rows().Model(&Obligation{}).Where("county_code = ? AND id = ?", o.CountyCode, o.ID).
		Select("state", "state_on", "confirmed_by").Updates(o).Error
}

func saveEffective(tx *db.Tx, a *Agreement, at time.Time) error {
	a.EffectiveAt = &at
	return tx.Rows().Model(&Agreement{}).Where("county_code = ? AND id = ?", a.CountyCode, a.ID).Update("effective_at", at).Error
}

func (s *Service) visitsOf(tx *db.Tx, caseID ident.ID) ([]Visit, error) {
	var out []Visit
	err := tx.Rows().Where("county_code = ? AND case_id = ?", caseID.County(), caseID).Order("visited_on, id").Find(&out).Error
	for i := range out {
		err = errors.Join(err, s.unseal("follow_ups", out[i].ID, unsealing{"note_sealed", out[i].NoteSealed, &out[i].Note}))
	}
	return out, err
}
