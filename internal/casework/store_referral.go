package casework

import (
	"errors"
	"reflect"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// openReferral puts the referral that was read into its case.
func (s *Service) openReferral(c *Case, found []Referral) error {
	if len(found) == 0 {
		return nil
	}
	r := &found[0]
	c.Referral = r
	return s.unseal("case_referrals", r.ID, unsealing{"officer_sealed", r.OfficerSealed, &r.Officer}, unsealing{"reply_to_sealed", r.ReplyToSealed, &r.ReplyTo})
}

func (s *Service) sealReferral(r *Referral) {
	r.OfficerSealed = s.vault.Seal(sealed("case_referrals", "officer_sealed", r.ID), r.Officer)
	r.ReplyToSealed = s.vault.Seal(sealed("case_referrals", "reply_to_sealed", r.ID), r.ReplyTo)
}

// saveReferral writes how a case was referred, where an act made or completed it, and what it made known to the organ.
func (s *Service) saveReferral(tx *db.Tx, c *Case, was *loaded) error {
	r := c.Referral
	if r == nil {
		return nil
	}
	return errors.Join(s.saveReferralRow(tx, r, was), saveResults(tx, c, was))
}

func (s *Service) saveReferralRow(tx *db.Tx, r *Referral, was *loaded) error {
	if reflect.DeepEqual(*r, was.referral) {
		return nil
	}
	s.sealReferral(r)
	if was.referral.ID.IsZero() {
		return tx.Rows().Create(r).Error
	}
	return tx.Rows().Model(&Referral{}).Where("county_code = ? AND id = ?", r.CountyCode, r.ID).
		Select("*").Omit("county_code", "id", "case_id", "channel").Updates(r).Error
}

// saveResults writes what is newly known to the organ; what it supersedes first, for of results one stands.
func saveResults(tx *db.Tx, c *Case, was *loaded) error {
	for i := range was.results {
		r := &c.Results[i]
		if r.SupersededAt == was.results[i].SupersededAt {
			continue
		}
		if err := tx.Rows().Model(&Result{}).Where("county_code = ? AND id = ?", r.CountyCode, r.ID).
			Update("superseded_at", r.SupersededAt).Error; err != nil {
			return err
		}
	}
	return insertAll(tx, c.Results[len(was.results):])
}

// referralsOf are the referrals of some cases, and what was made known of them, by case.
func referralsOf(tx *db.Tx, cases []ident.ID) (map[ident.ID]*Case, error) {
	out := map[ident.ID]*Case{}
	if len(cases) == 0 {
		return out, nil
	}
	counties := make([]ident.County, len(cases))
	for i, id := range cases {
		counties[i] = id.County()
	}
	var referrals []Referral
	var results []Result
	of := func() db.Question {
		return db.Question{Of: tx.Rows().Where("county_code IN ? AND case_id IN ?", counties, cases).Order("id")}
	}
	first, second := of(), of()
	first.Into, second.Into = &referrals, &results
	if err := tx.FindAll(first, second); err != nil {
		return nil, err
	}
	for i := range referrals {
		r := &referrals[i]
		out[r.CaseID] = &Case{Referral: r}
	}
	for _, r := range results {
		if c := out[r.CaseID]; c != nil {
			c.Results = append(c.Results, r)
		}
	}
	return out, nil
}

func (s *Service) openReferralsOut(c *Case) (err error) {
	for i := range c.ReferralsOut {
		r := &c.ReferralsOut[i]
		err = errors.Join(err, s.unseal("referrals_out", r.ID, unsealing{"reason_sealed", r.ReasonSealed, &r.Reason},
			unsealing{"not_told_sealed", r.NotToldSealed, &r.NotTold}))
	}
	return err
}

func (s *Service) sealReferralsOut(rows []ReferralOut) {
	for i := range rows {
		r := &rows[i]
		r.ReasonSealed = s.vault.Seal(sealed("referrals_out", "reason_sealed", r.ID), r.Reason)
		r.NotToldSealed = s.vault.Seal(sealed("referrals_out", "not_told_sealed", r.ID), r.NotTold)
	}
}

// saveReferralsOut writes new referrals; one that was made does not change.
func (s *Service) saveReferralsOut(tx *db.Tx, c *Case, was *loaded) error {
	added := c.ReferralsOut[was.referralsOut:]
	s.sealReferralsOut(added)
	return insertAll(tx, added)
}
