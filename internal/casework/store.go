package casework

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

// Rows are this room's models.
var Rows = []any{&Head{}, &Party{}, &Participant{}, &counterRow{}, &Session{}, &attendance{}, &Agreement{}, &Clause{},
	&Obligation{}, &Signature{}, &Visit{}, &accessRow{}, &signingRow{}, &conflictRow{}, &attachmentRow{}, &draftRow{}}

// find returns the case if the grant reaches it. A case out of reach is missing: its existence is nobody else's business.
func (s *Service) find(tx *db.Tx, g authz.Grant, id ident.ID) (*Case, error) {
	var c Case
	q := tx.Rows().Table("dispute_cases AS c").Where("c.county_code = ? AND c.id = ?", id.County(), id)
	if tx.Writes() { // whoever acts on the case next waits, and then sees what this act made of it
		q = q.Clauses(clause.Locking{Strength: "UPDATE"})
	}
	err := q.Scopes(db.Within(g, db.CaseColumns("c"))).Take(&c.Head).Error
	if db.IsNone(err) {
		return nil, fault.NoSuch()
	}
	if err != nil {
		return nil, fmt.Errorf("case %s: %w", id, err)
	}
	return &c, s.fill(tx, &c)
}

// fill loads what belongs to a case.
func (s *Service) fill(tx *db.Tx, c *Case) error {
	if err := errors.Join(s.openHead(&c.Head), s.loadParties(tx, c), loadPeople(tx, c), s.loadAgreement(tx, c)); err != nil {
		return fmt.Errorf("case %s: %w", c.ID, err)
	}
	return s.loadSittings(tx, c)
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

func sealHead(v *vault.Vault, h *Head) {
	h.FactsSealed = v.Seal(sealed("dispute_cases", "facts_sealed", h.ID), h.Facts)
	h.AskSealed = v.Seal(sealed("dispute_cases", "request_sealed", h.ID), h.Request)
	h.GuidanceSealed = v.Seal(sealed("dispute_cases", "guidance_sealed", h.ID), h.Guidance)
}

// insertHead writes a new case.
func insertHead(tx *db.Tx, v *vault.Vault, h *Head) error {
	sealHead(v, h)
	return tx.Rows().Create(h).Error
}

// saveHead writes the case with its next version; Stale when somebody else wrote it since it was loaded.
func saveHead(tx *db.Tx, v *vault.Vault, h *Head) error {
	sealHead(v, h)
	was := h.Version
	h.Version++
	r := tx.Rows().Model(&Head{}).Where("county_code = ? AND id = ? AND version = ?", h.CountyCode, h.ID, was).
		Select("*").Omit("county_code", "id", "reference", "intake_no", "registered_at", "filed_by").Updates(h)
	if r.Error == nil && r.RowsAffected != 1 {
		return fault.New(fault.Stale, "", "这件案子刚刚有人改过。请看过新内容后再试。", "Somebody has just changed this case. Please look at it again and retry.")
	}
	return r.Error
}

func (s *Service) loadParties(tx *db.Tx, c *Case) error {
	err := tx.Rows().Where("county_code = ? AND case_id = ?", c.CountyCode, c.ID).Order("role, place, id").Find(&c.Sides).Error
	for i := range c.Sides {
		p := &c.Sides[i]
		err = errors.Join(err, s.unseal("case_parties", p.ID, unsealing{"id_number_sealed", p.IDNumberSealed, &p.IDNumber},
			unsealing{"phone_sealed", p.PhoneSealed, &p.Phone}, unsealing{"address_sealed", p.AddressSealed, &p.Address}))
	}
	return err
}

func (s *Service) sealParty(p *Party) {
	p.IDNumberSealed = s.vault.Seal(sealed("case_parties", "id_number_sealed", p.ID), p.IDNumber)
	p.PhoneSealed = s.vault.Seal(sealed("case_parties", "phone_sealed", p.ID), p.Phone)
	p.AddressSealed = s.vault.Seal(sealed("case_parties", "address_sealed", p.ID), p.Address)
	p.IDNumberIndex, p.PhoneIndex = s.index("id_number", p.IDNumber), s.index("phone", p.Phone)
	p.NameKey = ident.MatchName(p.Name)
}

func (s *Service) index(kind, value string) string {
	if value == "" {
		return ""
	}
	return s.vault.Index(kind, value)
}

func (s *Service) insertParties(tx *db.Tx, parties []Party) error {
	for i := range parties {
		s.sealParty(&parties[i])
	}
	if len(parties) == 0 {
		return nil
	}
	return tx.Rows().Create(&parties).Error
}

func (s *Service) saveParty(tx *db.Tx, p *Party) error {
	s.sealParty(p)
	return tx.Rows().Model(&Party{}).Where("county_code = ? AND id = ?", p.CountyCode, p.ID).
		Select("*").Omit("county_code", "id", "case_id").Updates(p).Error
}

func loadPeople(tx *db.Tx, c *Case) error {
	return tx.Rows().Where("county_code = ? AND case_id = ?", c.CountyCode, c.ID).Order("began_at, id").Find(&c.People).Error
}

// join enters a person's part in a case.
func join(tx *db.Tx, c *Case, p Participant) error {
	p.Key, p.CaseID, p.BeganAt = tx.NewKey(), c.ID, tx.Now
	c.People = append(c.People, p)
	return tx.Rows().Create(&p).Error
}

// leave ends parts of a person in a case.
func leave(tx *db.Tx, c *Case, match func(Participant) bool) error {
	for i := range c.People {
		p := &c.People[i]
		if p.EndedAt != nil || !match(*p) {
			continue
		}
		now := tx.Now
		p.EndedAt = &now
		if err := tx.Rows().Model(&Participant{}).Where("county_code = ? AND id = ?", p.CountyCode, p.ID).
			Update("ended_at", now).Error; err != nil {
			return err
		}
	}
	return nil
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
	row := counterRow{CountyCode: tx.County, CommitteeID: committee, Period: period, Last: 1}
	isNew, err := tx.InsertNew(&row)
	if err != nil || isNew {
		return 1, err
	}
	var last int64
	err = tx.Rows().Raw("UPDATE case_counters SET last = last + 1 WHERE county_code = ? AND committee_id = ? AND period = ? RETURNING last",
		tx.County, committee, period).Scan(&last).Error
	return last, err
}

func (s *Service) loadSittings(tx *db.Tx, c *Case) error {
	if c.Sessions == 0 {
		return nil
	}
	if err := tx.Rows().Where("county_code = ? AND case_id = ?", c.CountyCode, c.ID).Order("starts_at, id").Find(&c.Sittings).Error; err != nil {
		return err
	}
	ids := make([]ident.ID, 0, len(c.Sittings))
	for i := range c.Sittings {
		ids = append(ids, c.Sittings[i].ID)
		if err := s.openSitting(&c.Sittings[i]); err != nil {
			return err
		}
	}
	var rows []attendance
	if err := tx.Rows().Where("county_code = ? AND session_id IN ?", c.CountyCode, ids).Find(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		for i := range c.Sittings {
			if c.Sittings[i].ID == r.SessionID {
				c.Sittings[i].Attending = append(c.Sittings[i].Attending, r.PartyID)
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
	if guests == "" {
		return nil
	}
	return json.Unmarshal([]byte(guests), &v.Guests)
}

func (s *Service) insertSitting(tx *db.Tx, v *Session) error {
	v.PlaceSealed = s.vault.Seal(sealed("mediation_sessions", "place_sealed", v.ID), v.Place)
	v.RecordSealed = s.vault.Seal(sealed("mediation_sessions", "record_sealed", v.ID), v.Record)
	v.ResultSealed = s.vault.Seal(sealed("mediation_sessions", "result_sealed", v.ID), v.Result)
	if len(v.Guests) > 0 {
		text, err := json.Marshal(v.Guests)
		if err != nil {
			return err
		}
		v.GuestsSealed = s.vault.Seal(sealed("mediation_sessions", "guests_sealed", v.ID), string(text))
	}
	if err := tx.Rows().Create(v).Error; err != nil {
		return err
	}
	for _, p := range v.Attending {
		if err := tx.Rows().Create(&attendance{Key: tx.NewKey(), SessionID: v.ID, PartyID: p}).Error; err != nil {
			return err
		}
	}
	return nil
}

type conflictRow struct {
	ident.Key
	CaseID       ident.ID  `gorm:"column:case_id"`
	MediatorID   ident.ID  `gorm:"column:mediator_id"`
	CheckedAt    time.Time `gorm:"column:checked_at"`
	Ties         string    `gorm:"column:ties"`
	Decision     string    `gorm:"column:decision"`
	ReasonSealed []byte    `gorm:"column:reason_sealed"`
	DecidedBy    ident.ID  `gorm:"column:decided_by"`
}

func (conflictRow) TableName() string { return "conflict_checks" }

func (s *Service) keepConflict(tx *db.Tx, r conflictRow, reason string) error {
	r.Key, r.CheckedAt, r.DecidedBy = tx.NewKey(), tx.Now, tx.By.Person
	r.ReasonSealed = s.vault.Seal(sealed("conflict_checks", "reason_sealed", r.ID), reason)
	return tx.Rows().Create(&r).Error
}

func (s *Service) insertVisit(tx *db.Tx, v *Visit) error {
	v.NoteSealed = s.vault.Seal(sealed("follow_ups", "note_sealed", v.ID), v.Note)
	return tx.Rows().Create(v).Error
}
