package casework

import (
	"errors"

	"gorm.io/gorm"

	"fengqiao/internal/db"
)

// agreementOf asks for the version of the agreement in hand, with its clauses, obligations and signatures.
func agreementOf(tx *db.Tx, c *Case, text *[]Agreement, parts *Agreement) []db.Question {
	of := func(order string) *gorm.DB {
		return tx.Rows().Where("county_code = ? AND agreement_id = ?", c.CountyCode, c.AgreementID).Order(order)
	}
	return []db.Question{
		{Of: tx.Rows().Where("county_code = ? AND id = ?", c.CountyCode, c.AgreementID), Into: text},
		{Of: of("place, id"), Into: &parts.Clauses},
		{Of: of("place, id"), Into: &parts.Obligations},
		{Of: of("signed_at, id"), Into: &parts.Signatures},
	}
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
	return err
}

func lastAgreementNumber(tx *db.Tx, c *Case) (int, error) {
	var last int
	err := tx.Rows().Model(&Agreement{}).Where("county_code = ? AND case_id = ?", c.CountyCode, c.ID).
		Select("COALESCE(MAX(number), 0)").Scan(&last).Error
	return last, err
}
