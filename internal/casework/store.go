package casework

import (
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

// Rows are this room's models.
var Rows = []any{&Head{}, &Party{}, &Participant{}, &counterRow{}, &Session{}, &attendance{}, &sessionMediator{}, &Agreement{}, &Clause{},
	&Obligation{}, &Signature{}, &Visit{}, &accessRow{}, &signingRow{}, &Check{}, &attachmentRow{},
	&Task{}, &CourtMatter{}, &Correction{}, &Transfer{}, &Referral{}, &Result{}, &ReferralOut{},
	&Appointment{}, &noteKey{}, &sealedNote{}, &noteReader{}, &disclosure{}, &noteRequest{}, &Helper{}}

// find returns the case if the grant reaches it. A case out of reach is missing: its existence is nobody else's business.
func (s *Service) find(tx *db.Tx, g authz.Grant, id ident.ID) (*Case, error) {
	var c Case
	if tx.Writes() {
		if err := hold(tx, id); err != nil {
			return nil, err
		}
	}
	q := tx.Rows().Table("dispute_cases AS c").Where("c.county_code = ? AND c.id = ?", id.County(), id)
	err := q.Scopes(db.Within(g, db.CaseColumns("c"))).Take(&c.Head).Error
	if db.IsNone(err) {
		return nil, fault.NoSuch()
	}
	if err != nil {
		return nil, fmt.Errorf("case %s: %w", id, err)
	}
	if err := c.Gone(); err != nil {
		return nil, err
	}
	if err := s.fill(tx, &c); err != nil {
		return nil, err
	}
	if !c.lets(g.By()) {
		return nil, fault.NoSuch()
	}
	return &c, nil
}

// hold keeps a case from being changed by anybody else until the transaction ends. It is a statement of its own: one that
// waited would ask whom the case reaches by the parts that people took in it before it waited.
func hold(tx *db.Tx, id ident.ID) error {
	var h Head
	err := tx.Rows().Clauses(clause.Locking{Strength: "UPDATE"}).Select("id").Where("county_code = ? AND id = ?", id.County(), id).Take(&h).Error
	if db.IsNone(err) {
		return fault.NoSuch()
	}
	return err
}

// KeptOf are those of some cases of the transaction's county whose dossiers were not destroyed, and are not until it ends.
func KeptOf(tx *db.Tx, ids []ident.ID) (out []ident.ID, err error) {
	err = tx.Rows().Model(&Head{}).Clauses(clause.Locking{Strength: "SHARE"}).Where("county_code = ? AND id IN ? AND destroyed_at IS NULL", tx.County, ids).Order("id").Pluck("id", &out).Error
	return out, err
}

// headOf is a case's register line, for whoever has just acted on it.
func headOf(tx *db.Tx, id ident.ID, h *Head) error {
	return tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Take(h).Error
}

// partiesOf are the parties of a case as their rows hold them, without what is sealed.
func partiesOf(tx *db.Tx, id ident.ID, to *[]Party) error {
	return tx.Rows().Where("county_code = ? AND case_id = ?", id.County(), id).Order("role, place, id").Find(to).Error
}

// fill loads what belongs to a case.
func (s *Service) fill(tx *db.Tx, c *Case) error {
	of := func(order string) *gorm.DB {
		return tx.Rows().Where("county_code = ? AND case_id = ?", c.CountyCode, c.ID).Order(order)
	}
	questions := []db.Question{{Of: of("role, place, id"), Into: &c.Sides}, {Of: of("began_at, id"), Into: &c.People}}
	var texts []Agreement
	var a Agreement
	if !c.AgreementID.IsZero() {
		questions = append(questions, agreementOf(tx, c.AgreementID, &texts, &a)...)
	}
	var present []attendance
	var mediators []sessionMediator
	if c.Sessions > 0 {
		questions = append(questions, db.Question{Of: of("starts_at, id"), Into: &c.Sittings}, db.Question{Of: attendanceAt(tx, c), Into: &present},
			db.Question{Of: attendanceAt(tx, c), Into: &mediators})
	}
	if c.AcceptedAt != nil { // before, none can be made
		questions = append(questions, db.Question{Of: of("starts_at, id"), Into: &c.Appointments})
	}
	questions = append(questions, db.Question{Of: of("opened_at, id"), Into: &c.Tasks})
	if c.LegalTrack != "" {
		questions = append(questions, db.Question{Of: of("filed_on, id"), Into: &c.Courts})
	}
	if c.Helped > 0 {
		questions = append(questions, db.Question{Of: of("began_at, id"), Into: &c.Helpers})
	}
	if c.State == Archived || c.State == Closed { // closed once more, what was asked for before waits
		questions = append(questions, db.Question{Of: of("asked_at, id"), Into: &c.Corrections})
	}
	var referrals []Referral
	if c.Referred {
		questions = append(questions, db.Question{Of: of("id"), Into: &referrals}, db.Question{Of: of("seq, kind"), Into: &c.Results})
	}
	if c.OutCount > 0 {
		questions = append(questions, db.Question{Of: of("number"), Into: &c.ReferralsOut})
	}
	if c.Offers > 0 {
		questions = append(questions, db.Question{Of: of("number"), Into: &c.Transfers})
	}
	if err := tx.FindAll(questions...); err != nil {
		return fmt.Errorf("case %s: %w", c.ID, err)
	}
	c.People, c.reviewers = apart(c.People)
	if !c.AgreementID.IsZero() {
		if len(texts) != 1 {
			return fmt.Errorf("case %s: agreement %s is not there", c.ID, c.AgreementID)
		}
		c.Agreement = &texts[0]
		c.Agreement.Clauses, c.Agreement.Obligations, c.Agreement.Signatures = a.Clauses, a.Obligations, a.Signatures
	}
	if err := s.fillFormer(tx, c); err != nil {
		return fmt.Errorf("case %s: %w", c.ID, err)
	}
	if err := errors.Join(s.openHead(&c.Head), s.openParties(c), s.openAgreement(c.Agreement), s.openSittings(c, present, mediators), s.openAppointments(c), s.openCorrections(c),
		s.openTransfers(c), s.openReferral(c, referrals), s.openReferralsOut(c), s.openHelpers(c)); err != nil {
		return fmt.Errorf("case %s: %w", c.ID, err)
	}
	c.remember()
	return nil
}

// sealed names where a value of a row is sealed.
func sealed(table, column string, id ident.ID) vault.Place {
	return vault.Place{Table: table, Column: column, Row: id}
}

// unseal opens several values of one row.
func (s *Service) unseal(table string, id ident.ID, pairs ...unsealing) error {
	for _, p := range pairs {
		text, err := s.vault.Open(sealed(table, p.column, id), p.from)
		if err != nil {
			return fmt.Errorf("%s.%s of %s: %w", table, p.column, id, err)
		}
		*p.to = text
	}
	return nil
}

type unsealing struct {
	column string
	from   []byte
	to     *string
}

func (s *Service) openHead(h *Head) error {
	return s.unseal("dispute_cases", h.ID, unsealing{"facts_sealed", h.FactsSealed, &h.Facts},
		unsealing{"request_sealed", h.AskSealed, &h.Request}, unsealing{"guidance_sealed", h.GuidanceSealed, &h.Guidance})
}

func (s *Service) openParties(c *Case) (err error) {
	for i := range c.Sides {
		p := &c.Sides[i]
		err = errors.Join(err, s.unseal("case_parties", p.ID, unsealing{"id_number_sealed", p.IDNumberSealed, &p.IDNumber},
			unsealing{"phone_sealed", p.PhoneSealed, &p.Phone}, unsealing{"address_sealed", p.AddressSealed, &p.Address},
			unsealing{"email_sealed", p.EmailSealed, &p.Email}))
	}
	return err
}

func (s *Service) openCorrections(c *Case) (err error) {
	for i := range c.Corrections {
		r := &c.Corrections[i]
		err = errors.Join(err, s.unseal("corrections", r.ID, unsealing{"set_sealed", r.SetSealed, &r.Set}, unsealing{"reason_sealed", r.ReasonSealed, &r.Reason}))
	}
	return err
}

type counterRow struct {
	CountyCode  ident.County `gorm:"column:county_code;primaryKey"`
	CommitteeID ident.ID     `gorm:"column:committee_id;primaryKey"`
	Period      string       `gorm:"column:period;primaryKey"`
	Last        int64        `gorm:"column:last"`
}

func (counterRow) TableName() string { return "case_counters" }

// nextNumber counts up a committee's numbers of a period without a gap: the row is held until the act commits, and
// goes back with it.
func nextNumber(tx *db.Tx, committee ident.ID, period string) (int64, error) {
	last, err := countUp(tx, committee, period)
	if err != nil || last > 0 {
		return last, err
	}
	isNew, err := tx.InsertNew(&counterRow{CountyCode: tx.County, CommitteeID: committee, Period: period, Last: 1})
	if err != nil || isNew {
		return 1, err
	}
	return countUp(tx, committee, period) // somebody else has just begun the period
}

// countUp is the next number of a period that has begun; 0 when it has not.
func countUp(tx *db.Tx, committee ident.ID, period string) (last int64, err error) {
	err = tx.Rows().Raw("UPDATE case_counters SET last = last + 1 WHERE county_code = ? AND committee_id = ? AND period = ? RETURNING last",
		tx.County, committee, period).Scan(&last).Error
	return last, err
}

// attendanceAt is who was present at the sessions of a case: parties, or mediators, by what the rows go into.
func attendanceAt(tx *db.Tx, c *Case) *gorm.DB {
	sessions := tx.Rows().Model(&Session{}).Select("id").Where("county_code = ? AND case_id = ?", c.CountyCode, c.ID)
	return tx.Rows().Where("county_code = ? AND session_id IN (?)", c.CountyCode, sessions)
}

func (s *Service) openSittings(c *Case, present []attendance, mediators []sessionMediator) error {
	for i := range c.Sittings {
		v := &c.Sittings[i]
		if err := s.openSitting(v); err != nil {
			return err
		}
		for _, r := range present {
			if r.SessionID == v.ID {
				v.Attending = append(v.Attending, r.PartyID)
			}
		}
		for _, r := range mediators {
			if r.SessionID == v.ID {
				v.Mediators = append(v.Mediators, r.MediatorID)
			}
		}
	}
	return nil
}

func (s *Service) openSitting(v *Session) error {
	var guests string
	if err := s.unseal("mediation_sessions", v.ID, unsealing{"place_sealed", v.PlaceSealed, &v.Place}, unsealing{"record_sealed", v.RecordSealed, &v.Record},
		unsealing{"result_sealed", v.ResultSealed, &v.Result}, unsealing{"guests_sealed", v.GuestsSealed, &guests}); err != nil {
		return err
	}
	if err := s.openDetails(v); err != nil || guests == "" {
		return err
	}
	return json.Unmarshal([]byte(guests), &v.Guests)
}
