package casework

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// loaded is what was read of a case, or last written: what an act leaves as it was is not written again.
type loaded struct {
	sides     []Party
	people    []Participant
	sittings  int
	agreement Agreement // a copy; the zero value while there is none
	former    ident.ID  // the version in force behind it
	tasks     []Task
	courts    []CourtMatter
	asked     []Correction
	helpers   []Helper

	transfers    []Transfer
	referral     Referral // the zero value while there is none
	results      []Result
	referralsOut int

	appointments []Appointment

	found   foundBy
	figures figures
}

// remember takes the case as it stands for what the rows hold.
func (c *Case) remember() {
	b := &loaded{sides: slices.Clone(c.Sides), people: slices.Clone(c.People), sittings: len(c.Sittings), appointments: slices.Clone(c.Appointments),
		tasks: slices.Clone(c.Tasks), courts: slices.Clone(c.Courts), asked: slices.Clone(c.Corrections),
		transfers: slices.Clone(c.Transfers), results: slices.Clone(c.Results), referralsOut: len(c.ReferralsOut), helpers: slices.Clone(c.Helpers), found: c.foundBy(), figures: c.figures()}
	if c.Referral != nil {
		b.referral = *c.Referral
	}
	if c.Former != nil {
		b.former = c.Former.ID
	}
	if a := c.Agreement; a != nil {
		b.agreement = *a
		b.agreement.Obligations, b.agreement.Signatures = slices.Clone(a.Obligations), slices.Clone(a.Signatures)
	}
	c.was, c.Visits, c.Checks, c.Dropped, c.Written = b, nil, nil, nil, written{}
}

// save writes what an act made of a case: its next version, the rows that are new, and those that differ from what was
// read.
func (s *Service) save(tx *db.Tx, c *Case) error {
	was := c.was
	if was == nil {
		was = &loaded{}
	}
	if err := errors.Join(s.saveHead(tx, c), s.saveSides(tx, c, was), savePeople(tx, c, was)); err != nil {
		return err
	}
	if err := errors.Join(s.saveSittings(tx, c, was), s.saveAppointments(tx, c, was), s.saveAgreements(tx, c, was), s.saveFindings(tx, c), s.saveBeside(tx, c, was),
		s.saveTransfers(tx, c, was), s.saveReferral(tx, c, was), s.saveReferralsOut(tx, c, was), s.saveHelpers(tx, c, was), s.saveWords(tx, c, was)); err != nil {
		return err
	}
	if now := c.figures(); now.told != was.figures.told {
		if err := journal.Recounts(tx, slices.Concat(was.figures.days, now.days)...); err != nil {
			return err
		}
	}
	c.remember()
	return nil
}

// saveHead writes the register line with its next version; Stale when somebody else wrote it since it was loaded.
func (s *Service) saveHead(tx *db.Tx, c *Case) error {
	h := &c.Head
	s.sealHead(h)
	h.endMediation()
	h.Version++
	if c.was == nil {
		return tx.Rows().Create(h).Error
	}
	r := tx.Rows().Model(&Head{}).Where("county_code = ? AND id = ? AND version = ?", h.CountyCode, h.ID, h.Version-1).
		Select("*").Omit("county_code", "id", "reference", "intake_no", "registered_at", "filed_by").Updates(h)
	if r.Error == nil && r.RowsAffected != 1 {
		return errStale
	}
	return r.Error
}

func (s *Service) saveSides(tx *db.Tx, c *Case, was *loaded) error {
	for i := range was.sides {
		p := &c.Sides[i]
		if reflect.DeepEqual(*p, was.sides[i]) {
			continue
		}
		s.sealParty(p)
		if err := tx.Rows().Model(&Party{}).Where("county_code = ? AND id = ?", p.CountyCode, p.ID).
			Select("*").Omit("county_code", "id", "case_id").Updates(p).Error; err != nil {
			return err
		}
	}
	added := c.Sides[len(was.sides):]
	for i := range added {
		s.sealParty(&added[i])
	}
	return insertAll(tx, added)
}

// insertAll writes new rows in one statement.
func insertAll[T any](tx *db.Tx, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.Rows().Create(&rows).Error
}

func savePeople(tx *db.Tx, c *Case, was *loaded) error {
	for i := range was.people {
		p := &c.People[i]
		if p.EndedAt == was.people[i].EndedAt {
			continue
		}
		if err := tx.Rows().Model(&Participant{}).Where("county_code = ? AND id = ?", p.CountyCode, p.ID).
			Update("ended_at", p.EndedAt).Error; err != nil {
			return err
		}
	}
	return insertAll(tx, c.People[len(was.people):])
}

func (s *Service) saveSittings(tx *db.Tx, c *Case, was *loaded) error {
	added := c.Sittings[was.sittings:]
	for i := range added {
		if err := s.sealSitting(&added[i]); err != nil {
			return err
		}
	}
	if err := insertAll(tx, added); err != nil {
		return err
	}
	return errors.Join(insertAll(tx, attendanceOf(tx.NewKey, added)), insertAll(tx, mediatorsOf(tx.NewKey, added)))
}

// attendanceOf are the rows that say who was present.
func attendanceOf(newKey func() ident.Key, sittings []Session) []attendance {
	var out []attendance
	for _, v := range sittings {
		for _, p := range v.Attending {
			out = append(out, attendance{Key: newKey(), SessionID: v.ID, PartyID: p})
		}
	}
	return out
}

// saveAgreements writes the text in hand, and those that were dropped: a text that was read may only have changed in
// its register, its dates, its obligations' states and its signatures.
func (s *Service) saveAgreements(tx *db.Tx, c *Case, was *loaded) error {
	for _, a := range c.Dropped {
		if err := s.updateAgreement(tx, a, &was.agreement); err != nil {
			return err
		}
	}
	a := c.Agreement
	switch {
	case a == nil:
		return nil
	case a.ID == was.agreement.ID:
		return s.updateAgreement(tx, a, &was.agreement)
	case a.ID == was.former: // it stands as it stood
		return nil
	}
	s.sealAgreement(a)
	return errors.Join(tx.Rows().Create(a).Error, insertAll(tx, a.Clauses), insertAll(tx, a.Obligations), insertAll(tx, s.sealSignatures(a.Signatures)))
}

func (s *Service) updateAgreement(tx *db.Tx, a, was *Agreement) error {
	changed := a.Facts != was.Facts || a.Issues != was.Issues || a.TextHash != was.TextHash || a.EffectiveAt != was.EffectiveAt || a.VoidedAt != was.VoidedAt
	if changed {
		s.sealAgreement(a)
		if err := tx.Rows().Model(&Agreement{}).Where("county_code = ? AND id = ?", a.CountyCode, a.ID).
			Select("facts_sealed", "issues_sealed", "text_hash", "effective_at", "voided_at").Updates(a).Error; err != nil {
			return err
		}
	}
	return errors.Join(saveObligations(tx, a, was), s.saveSignatures(tx, a, was))
}

func saveObligations(tx *db.Tx, a, was *Agreement) error {
	for i := range a.Obligations {
		o, old := &a.Obligations[i], was.Obligations[i]
		if o.State == old.State && o.StateOn == old.StateOn && o.ConfirmedBy == old.ConfirmedBy {
			continue
		}
		if err := tx.Rows().Model(&Obligation{}).Where("county_code = ? AND id = ?", o.CountyCode, o.ID).
			Select("state", "state_on", "confirmed_by").Updates(o).Error; err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) saveSignatures(tx *db.Tx, a, was *Agreement) error {
	for i := range was.Signatures {
		sig := &a.Signatures[i]
		if sig.RetractedAt == was.Signatures[i].RetractedAt {
			continue
		}
		if err := tx.Rows().Model(&Signature{}).Where("county_code = ? AND id = ?", sig.CountyCode, sig.ID).
			Update("retracted_at", sig.RetractedAt).Error; err != nil {
			return err
		}
	}
	return insertAll(tx, s.sealSignatures(a.Signatures[len(was.Signatures):]))
}

func (s *Service) sealSignatures(signatures []Signature) []Signature {
	for i := range signatures {
		if sig := &signatures[i]; sig.Drawing != "" {
			sig.DrawingSealed = s.vault.Seal(sealed("signatures", "drawing_sealed", sig.ID), sig.Drawing)
		}
	}
	return signatures
}

// saveFindings writes what an act adds beside: follow-up visits, conflict checks and notes.
func (s *Service) saveFindings(tx *db.Tx, c *Case) error {
	s.sealFindings(c)
	return errors.Join(insertAll(tx, c.Visits), insertAll(tx, c.Checks), saveWritten(tx, c.Written))
}

// saveBeside writes what runs beside the procedure: tasks, the courts' matters, corrections of an archived case.
func (s *Service) saveBeside(tx *db.Tx, c *Case, was *loaded) error {
	for i := range c.Corrections {
		r := &c.Corrections[i]
		r.SetSealed, r.ReasonSealed = s.vault.Seal(sealed("corrections", "set_sealed", r.ID), r.Set), s.vault.Seal(sealed("corrections", "reason_sealed", r.ID), r.Reason)
	}
	return errors.Join(
		saveChanged(tx, c.Tasks, was.tasks, func(t Task) ident.ID { return t.ID }, "closed_at", "closed_by"),
		saveChanged(tx, c.Courts, was.courts, func(m CourtMatter) ident.ID { return m.ID }, "court_no", "accepted_on", "decided_on", "result", "document_no"),
		saveChanged(tx, c.Corrections, was.asked, func(r Correction) ident.ID { return r.ID }, "decided_by", "decided_at", "approved"))
}

// saveChanged writes the new rows of a list, and the columns that may change of those that did.
func saveChanged[T any](tx *db.Tx, rows, was []T, id func(T) ident.ID, columns ...string) error {
	for i := range was {
		if reflect.DeepEqual(rows[i], was[i]) {
			continue
		}
		key := id(rows[i])
		if err := tx.Rows().Model(new(T)).Where("county_code = ? AND id = ?", key.County(), key).Select(columns).Updates(&rows[i]).Error; err != nil {
			return err
		}
	}
	return insertAll(tx, rows[len(was):])
}

func (s *Service) sealHead(h *Head) {
	h.FactsSealed = s.vault.Seal(sealed("dispute_cases", "facts_sealed", h.ID), h.Facts)
	h.AskSealed = s.vault.Seal(sealed("dispute_cases", "request_sealed", h.ID), h.Request)
	h.GuidanceSealed = s.vault.Seal(sealed("dispute_cases", "guidance_sealed", h.ID), h.Guidance)
}

func (s *Service) sealParty(p *Party) {
	p.IDNumberSealed = s.vault.Seal(sealed("case_parties", "id_number_sealed", p.ID), p.IDNumber)
	p.PhoneSealed = s.vault.Seal(sealed("case_parties", "phone_sealed", p.ID), p.Phone)
	p.EmailSealed = s.vault.Seal(sealed("case_parties", "email_sealed", p.ID), p.Email)
	p.AddressSealed = s.vault.Seal(sealed("case_parties", "address_sealed", p.ID), p.Address)
	p.IDNumberIndex, p.PhoneIndex = s.vault.Index("id_number", p.IDNumber), s.vault.Index("phone", p.Phone)
	p.NameKey = ident.MatchName(p.Name)
}

func (s *Service) sealSitting(v *Session) error {
	v.PlaceSealed = s.vault.Seal(sealed("mediation_sessions", "place_sealed", v.ID), v.Place)
	v.RecordSealed = s.vault.Seal(sealed("mediation_sessions", "record_sealed", v.ID), v.Record)
	v.ResultSealed = s.vault.Seal(sealed("mediation_sessions", "result_sealed", v.ID), v.Result)
	if err := s.sealDetails(v); err != nil || len(v.Guests) == 0 {
		return err
	}
	text, err := json.Marshal(v.Guests)
	if err != nil {
		return err
	}
	v.GuestsSealed = s.vault.Seal(sealed("mediation_sessions", "guests_sealed", v.ID), string(text))
	return nil
}

func (s *Service) sealAgreement(a *Agreement) {
	a.FactsSealed = s.vault.Seal(sealed("agreements", "facts_sealed", a.ID), a.Facts)
	a.IssuesSealed = s.vault.Seal(sealed("agreements", "issues_sealed", a.ID), a.Issues)
	for i := range a.Clauses {
		cl := &a.Clauses[i]
		cl.TextSealed = s.vault.Seal(sealed("agreement_clauses", "text_sealed", cl.ID), cl.Text)
	}
	for i := range a.Obligations {
		o := &a.Obligations[i]
		o.MannerSealed = s.vault.Seal(sealed("obligations", "manner_sealed", o.ID), o.Manner)
	}
}

func (s *Service) sealFindings(c *Case) {
	for i := range c.Visits {
		v := &c.Visits[i]
		v.NoteSealed = s.vault.Seal(sealed("follow_ups", "note_sealed", v.ID), v.Note)
	}
	for i := range c.Checks {
		k := &c.Checks[i]
		k.ReasonSealed = s.vault.Seal(sealed("conflict_checks", "reason_sealed", k.ID), k.Reason)
	}
}
