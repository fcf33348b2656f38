package casework

import (
	"errors"

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

func lastAgreementNumber(tx *db.Tx, c *Case) (int, error) {
	var last int
	err := tx.Rows().Model(&Agreement{}).Where("county_code = ? AND case_id = ?", c.CountyCode, c.ID).
		Select("COALESCE(MAX(number), 0)").Scan(&last).Error
	return last, err
}

func (s *Service) visitsOf(tx *db.Tx, caseID ident.ID) ([]Visit, error) {
	var out []Visit
	err := tx.Rows().Where("county_code = ? AND case_id = ?", caseID.County(), caseID).Order("visited_on, id").Find(&out).Error
	for i := range out {
		err = errors.Join(err, s.unseal("follow_ups", out[i].ID, unsealing{"note_sealed", out[i].NoteSealed, &out[i].Note}))
	}
	return out, err
}
