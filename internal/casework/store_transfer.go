package casework

import (
	"errors"
	"reflect"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

func (s *Service) openTransfers(c *Case) (err error) {
	for i := range c.Transfers {
		t := &c.Transfers[i]
		err = errors.Join(err, s.unseal("case_transfers", t.ID, unsealing{"text_sealed", t.TextSealed, &t.Text},
			unsealing{"answer_sealed", t.AnswerSealed, &t.Answer}))
	}
	return err
}

func (s *Service) sealTransfers(rows []Transfer) {
	for i := range rows {
		t := &rows[i]
		t.TextSealed = s.vault.Seal(sealed("case_transfers", "text_sealed", t.ID), t.Text)
		t.AnswerSealed = s.vault.Seal(sealed("case_transfers", "answer_sealed", t.ID), t.Answer)
	}
}

// saveTransfers writes new offers, and the answers to those that were read.
func (s *Service) saveTransfers(tx *db.Tx, c *Case, was *loaded) error {
	for i := range was.transfers {
		t := &c.Transfers[i]
		if reflect.DeepEqual(*t, was.transfers[i]) {
			continue
		}
		s.sealTransfers(c.Transfers[i : i+1])
		if err := tx.Rows().Model(&Transfer{}).Where("county_code = ? AND id = ?", t.CountyCode, t.ID).
			Select("state", "answered_at", "answered_by", "answer_sealed", "seq", "ended_at").Updates(t).Error; err != nil {
			return err
		}
	}
	added := c.Transfers[len(was.transfers):]
	s.sealTransfers(added)
	return insertAll(tx, added)
}

// linkedTo is the case of the transaction's county that goes on with one of another county; the zero id when there is
// none yet.
func linkedTo(tx *db.Tx, county ident.County, old ident.ID) (ident.ID, error) {
	var h Head
	err := tx.Rows().Select("county_code", "id").Where("county_code = ? AND linked_from = ?", county, old).Take(&h).Error
	if db.IsNone(err) {
		return ident.ID{}, nil
	}
	return h.ID, err
}
