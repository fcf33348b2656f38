package casework

import (
	"errors"
	"fmt"

	"gorm.io/gorm"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// agreementOf asks for a version of an agreement, with its clauses, obligations and signatures.
func agreementOf(tx *db.Tx, id ident.ID, text *[]Agreement, parts *Agreement) []db.Question {
	of := func(order string) *gorm.DB {
		return tx.Rows().Where("county_code = ? AND agreement_id = ?", id.County(), id).Order(order)
	}
	return []db.Question{
		{Of: tx.Rows().Where("county_code = ? AND id = ?", id.County(), id), Into: text},
		{Of: of("place, id"), Into: &parts.Clauses},
		{Of: of("place, due_on, id"), Into: &parts.Obligations},
		{Of: of("signed_at, id"), Into: &parts.Signatures},
	}
}

// fillFormer loads the version in force that a text not yet signed is to replace.
func (s *Service) fillFormer(tx *db.Tx, c *Case) error {
	if c.Agreement == nil || c.Agreement.EffectiveAt != nil || c.Agreement.Replaces.IsZero() {
		return nil
	}
	var texts []Agreement
	var parts Agreement
	if err := tx.FindAll(agreementOf(tx, c.Agreement.Replaces, &texts, &parts)...); err != nil {
		return err
	}
	if len(texts) != 1 {
		return fmt.Errorf("agreement %s is not there", c.Agreement.Replaces)
	}
	c.Former = &texts[0]
	c.Former.Clauses, c.Former.Obligations, c.Former.Signatures = parts.Clauses, parts.Obligations, parts.Signatures
	return s.openAgreement(c.Former)
}

func (s *Service) openAgreement(a *Agreement) error {
	if a == nil {
		return nil
	}
	err := s.unseal("agreements", a.ID, unsealing{"facts_sealed", a.FactsSealed, &a.Facts}, unsealing{"issues_sealed", a.IssuesSealed, &a.Issues})
	for i := range a.Clauses {
		cl := &a.Clauses[i]
		err = errors.Join(err, s.unseal("agreement_clauses", cl.ID, unsealing{"text_sealed", cl.TextSealed, &cl.Text}))
	}
	for i := range a.Obligations {
		o := &a.Obligations[i]
		err = errors.Join(err, s.unseal("obligations", o.ID, unsealing{"manner_sealed", o.MannerSealed, &o.Manner}))
	}
	for i := range a.Signatures {
		if sig := &a.Signatures[i]; sig.DrawingSealed != nil {
			err = errors.Join(err, s.unseal("signatures", sig.ID, unsealing{"drawing_sealed", sig.DrawingSealed, &sig.Drawing}))
		}
	}
	return err
}

func lastAgreementNumber(tx *db.Tx, c *Case) (int, error) {
	var last int
	err := tx.Rows().Model(&Agreement{}).Where("county_code = ? AND case_id = ?", c.CountyCode, c.ID).
		Select("COALESCE(MAX(number), 0)").Scan(&last).Error
	return last, err
}
