package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"fengqiao/internal/ident"
)

const insertCase = `INSERT INTO dispute_cases (county_code, id, version, reference, intake_no, case_no, state, outcome, reason_code, source,
	category, difficulty, risk, police_open, party_pair, bar, bar_document, committee_id, area_code, title, facts_sealed, request_sealed,
	parties, amount_fen, sessions, follow_ups, assigned_by, registered_at, next_due, next_due_name, filed_by, last_event_at, extended,
	applicant_names, respondent_names, register_complete)
VALUES ($1, $2, 1, $3, $4, '', 'registered', '', '', $5, $6, 2, 0, false, 'PP9', '', '', $7, $8, $9, $10, $11, $12, 0, 0, 0, '', $13, $14,
	'intake_decision', $15, $13, false, $16, $17, false)`

func (w *work) insertCase(b *pgx.Batch) {
	o := &w.out
	respondents := ""
	for i, p := range w.in.Respondents {
		if i > 0 {
			respondents += "、"
		}
		respondents += p.Name
	}
	b.Queue(insertCase, string(o.ID.County()), uuid(o.ID), o.Reference, o.IntakeNo, w.in.Source, w.in.Category, uuid(o.Committee.ID),
		string(o.AreaCode), o.Title, w.seal("dispute_cases", "facts_sealed", o.ID, o.Facts),
		w.seal("dispute_cases", "request_sealed", o.ID, o.Request), 1+len(w.in.Respondents), o.At, o.At.AddDate(0, 0, 3),
		uuid(w.by.Person), w.in.Applicant.Name, respondents)
}

const insertParty = `INSERT INTO case_parties (county_code, id, case_id, role, kind, name, name_key, id_number_sealed, id_number_index,
	phone_sealed, phone_index, address_sealed, phone_reason, sex, ethnicity, born_on, occupation, employer, credit_code,
	legal_representative, consent, consent_at, consent_channel, notice_manner, place)
VALUES ($1, $2, $3, $4, 'person', $5, $6, $7, $8, $9, $10, $11, '', $12, '', $13, '', '', '', '', $14, $15, $16, '', $17)`

func (w *work) insertParty(b *pgx.Batch, role string, place int, p told) {
	id := w.ids.New(w.out.ID.County(), w.now)
	number := ident.IDNumber(p.IDNumber)
	var sex, consent, channel string
	var born, at any
	if p.IDNumber != "" {
		sex, born = string(number.Sex()), number.Born()
	}
	if role == "applicant" {
		consent, channel, at = "agreed", "in_person", w.now
	}
	b.Queue(insertParty, string(id.County()), uuid(id), uuid(w.out.ID), role, p.Name, ident.MatchName(p.Name),
		w.seal("case_parties", "id_number_sealed", id, p.IDNumber), w.vault.Index("id_number", p.IDNumber),
		w.seal("case_parties", "phone_sealed", id, p.Phone), w.vault.Index("phone", p.Phone),
		w.seal("case_parties", "address_sealed", id, p.Address), sex, born, consent, at, channel, place)
	w.out.Parties = append(w.out.Parties, filedParty{ID: id, Role: role, Name: p.Name, IDNumber: number.Masked(), Phone: p.Phone,
		Address: p.Address, Consent: consent})
}

const insertEntry = `INSERT INTO journal (county_code, id, case_id, seq, event, from_state, to_state, actor_id, actor_role, occurred_at,
	recorded_at, late, fact, words_sealed, salt, words_digest, prev_hash, hash)
VALUES ($1, $2, $3, 1, 'submit', 'draft', 'registered', $4, $5, $6, $6, false, $7, $8, $9, $10, '', $11)`

func (w *work) insertEntry(b *pgx.Batch) error {
	e := entry{id: w.ids.New(w.out.ID.County(), w.now), caseID: w.out.ID, actor: w.by.Person, role: w.by.Posts[0].Role, at: w.now, salt: make([]byte, 16)}
	var err error
	e.fact, err = json.Marshal(map[string]any{"source": w.in.Source, "category": w.in.Category, "area": w.in.AreaCode,
		"committee": w.out.Committee.ID.String(), "intake_no": w.out.IntakeNo, "parties": len(w.out.Parties)})
	if err != nil {
		return fmt.Errorf("fact: %w", err)
	}
	e.words, err = json.Marshal(map[string]string{"title": w.in.Title, "facts": w.in.Facts, "request": w.in.Request})
	if err != nil {
		return fmt.Errorf("words: %w", err)
	}
	if _, err := rand.Read(e.salt); err != nil {
		return fmt.Errorf("salt: %w", err)
	}
	b.Queue(insertEntry, string(e.id.County()), uuid(e.id), uuid(e.caseID), uuid(e.actor), e.role, e.at, string(e.fact),
		w.seal("journal", "words_sealed", e.id, string(e.words)), e.salt, e.wordsDigest(), e.hash())
	return nil
}

// insertNames enters what must be found without a county: the reference, and the one-time key with what it made.
func (w *work) insertNames(b *pgx.Batch) {
	county, id := string(w.out.ID.County()), uuid(w.out.ID)
	b.Queue("INSERT INTO directory (kind, key, county_code, id) VALUES ('reference', $1, $2, $3)", w.out.Reference, county, id)
	if w.key == "" {
		return
	}
	key := sha256.Sum256([]byte(w.by.Person.String() + "\nPOST /api/v1/cases\n" + w.key))
	b.Queue(`INSERT INTO idempotency_keys (key_hash, body_hash, county_code, id, version, status, made_at)
		VALUES ($1, $2, $3, $4, 1, 201, $5)`, hex.EncodeToString(key[:]), hex.EncodeToString(w.body[:]), county, id, w.now)
}
