package casework

import (
	"errors"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

func (s *Service) openHelpers(c *Case) (err error) {
	for i := range c.Helpers {
		h := &c.Helpers[i]
		err = errors.Join(err, s.unseal("case_helpers", h.ID, unsealing{"name_sealed", h.NameSealed, &h.Name},
			unsealing{"relation_sealed", h.RelationSealed, &h.Relation}, unsealing{"id_number_sealed", h.IDNumberSealed, &h.IDNumber},
			unsealing{"phone_sealed", h.PhoneSealed, &h.Phone}))
	}
	return err
}

// saveHelpers writes those who are new, and how others ended or agreed.
func (s *Service) saveHelpers(tx *db.Tx, c *Case, was *loaded) error {
	for i := len(was.helpers); i < len(c.Helpers); i++ {
		h := &c.Helpers[i]
		h.NameSealed, h.RelationSealed = s.vault.Seal(sealed("case_helpers", "name_sealed", h.ID), h.Name), s.vault.Seal(sealed("case_helpers", "relation_sealed", h.ID), h.Relation)
		h.IDNumberSealed, h.PhoneSealed = s.vault.Seal(sealed("case_helpers", "id_number_sealed", h.ID), h.IDNumber), s.vault.Seal(sealed("case_helpers", "phone_sealed", h.ID), h.Phone)
	}
	return saveChanged(tx, c.Helpers, was.helpers, func(h Helper) ident.ID { return h.ID }, "ended_at", "void", "consent", "consent_at", "consent_channel")
}
