package main

import (
	"encoding/json"
	"time"

	"fengqiao/internal/ident"
)

type id16 = [16]byte

type party struct {
	ID         ident.ID   `json:"id"`
	Role       string     `json:"role"`
	Kind       string     `json:"kind"`
	Name       string     `json:"name"`
	IDNumber   string     `json:"id_number,omitempty"`
	Phone      string     `json:"phone,omitempty"`
	Address    string     `json:"address,omitempty"`
	Sex        string     `json:"sex,omitempty"`
	BornOn     *string    `json:"born_on,omitempty"`
	Occupation string     `json:"occupation,omitempty"`
	Employer   string     `json:"employer,omitempty"`
	PhoneWhy   string     `json:"phone_reason,omitempty"`
	NoticeAt   *time.Time `json:"notice_at,omitempty"`
	Consent    string     `json:"consent"`
	Channel    string     `json:"channel,omitempty"`
	ConsentAt  *time.Time `json:"at,omitempty"`

	number, phone, address []byte
}

const parties = `SELECT id, role, kind, name, id_number_sealed, phone_sealed, address_sealed, sex, born_on::text, occupation, employer,
	phone_reason, notice_at, consent, consent_channel, consent_at
FROM case_parties WHERE county_code = $1 AND case_id = $2 ORDER BY role, place, id`

func (p *party) columns() []any {
	return []any{(*id16)(&p.ID), &p.Role, &p.Kind, &p.Name, &p.number, &p.phone, &p.address, &p.Sex, &p.BornOn, &p.Occupation,
		&p.Employer, &p.PhoneWhy, &p.NoticeAt, &p.Consent, &p.Channel, &p.ConsentAt}
}

type person struct {
	Mediator *string    `json:"mediator_id,omitempty"`
	Party    *string    `json:"party_id,omitempty"`
	Name     string     `json:"name"`
	Part     string     `json:"part"`
	EndedAt  *time.Time `json:"ended_at,omitempty"`
}

const people = `SELECT mediator_id::text, party_id::text, name, part, ended_at FROM case_people
WHERE county_code = $1 AND case_id = $2 ORDER BY began_at, id`

func (p *person) columns() []any { return []any{&p.Mediator, &p.Party, &p.Name, &p.Part, &p.EndedAt} }

type session struct {
	ID        ident.ID        `json:"id"`
	StartsAt  time.Time       `json:"starts_at"`
	EndsAt    *time.Time      `json:"ends_at,omitempty"`
	Place     string          `json:"place,omitempty"`
	Mode      string          `json:"mode"`
	Kind      string          `json:"kind"`
	Open      bool            `json:"open"`
	Record    string          `json:"record,omitempty"`
	Result    string          `json:"result,omitempty"`
	Risk      int             `json:"risk,omitempty"`
	Attending []ident.ID      `json:"attending"`
	Guests    json.RawMessage `json:"participants,omitempty"`

	place, record, result, guests []byte
}

const sessions = `SELECT id, starts_at, ends_at, place_sealed, mode, kind, open, record_sealed, result_sealed, risk, guests_sealed
FROM mediation_sessions WHERE county_code = $1 AND case_id = $2 ORDER BY starts_at, id`

func (s *session) columns() []any {
	return []any{(*id16)(&s.ID), &s.StartsAt, &s.EndsAt, &s.place, &s.Mode, &s.Kind, &s.Open, &s.record, &s.result, &s.Risk, &s.guests}
}

type attendance struct{ session, party ident.ID }

const attending = `SELECT a.session_id, a.party_id FROM session_attendance a JOIN mediation_sessions s
	ON s.county_code = a.county_code AND s.id = a.session_id WHERE s.county_code = $1 AND s.case_id = $2`

func (a *attendance) columns() []any { return []any{(*id16)(&a.session), (*id16)(&a.party)} }

type agreement struct {
	ID          ident.ID    `json:"id"`
	Number      int         `json:"number"`
	Form        string      `json:"form"`
	Facts       string      `json:"facts,omitempty"`
	Issues      string      `json:"issues,omitempty"`
	Clauses     []clause    `json:"clauses"`
	Copies      int         `json:"copies"`
	TextHash    string      `json:"text_hash"`
	AmountFen   int64       `json:"amount_fen"`
	FixedAt     *time.Time  `json:"fixed_at,omitempty"`
	AgreedAt    *time.Time  `json:"agreed_at,omitempty"`
	EffectiveAt *time.Time  `json:"effective_at,omitempty"`
	Signatures  []signature `json:"signatures"`

	facts, issues []byte
}

const inForce = `(SELECT agreement_id FROM dispute_cases WHERE county_code = $1 AND id = $2)`

const agreements = `SELECT id, number, form, facts_sealed, issues_sealed, copies, text_hash, amount_fen, fixed_at, agreed_at, effective_at
FROM agreements WHERE county_code = $1 AND id = ` + inForce

func (a *agreement) columns() []any {
	return []any{(*id16)(&a.ID), &a.Number, &a.Form, &a.facts, &a.issues, &a.Copies, &a.TextHash, &a.AmountFen, &a.FixedAt, &a.AgreedAt,
		&a.EffectiveAt}
}

type clause struct {
	ID   ident.ID `json:"id"`
	Text string   `json:"text"`

	text []byte
}

const clauses = `SELECT id, text_sealed FROM agreement_clauses WHERE county_code = $1 AND agreement_id = ` + inForce + ` ORDER BY place, id`

func (c *clause) columns() []any { return []any{(*id16)(&c.ID), &c.text} }

type obligation struct {
	ID          ident.ID `json:"id"`
	Clause      ident.ID `json:"clause_id"`
	Debtor      ident.ID `json:"debtor_party_id"`
	Creditor    ident.ID `json:"creditor_party_id"`
	Kind        string   `json:"kind"`
	AmountFen   int64    `json:"amount_fen,omitempty"`
	Due         *string  `json:"due,omitempty"`
	Manner      string   `json:"manner,omitempty"`
	State       string   `json:"state"`
	StateOn     *string  `json:"on,omitempty"`
	ConfirmedBy string   `json:"confirmed_by,omitempty"`

	manner []byte
}

const obligations = `SELECT id, clause_id, debtor_party_id, creditor_party_id, kind, amount_fen, due_on::text, manner_sealed, state,
	state_on::text, confirmed_by FROM obligations WHERE county_code = $1 AND agreement_id = ` + inForce + ` ORDER BY place, id`

func (o *obligation) columns() []any {
	return []any{(*id16)(&o.ID), (*id16)(&o.Clause), (*id16)(&o.Debtor), (*id16)(&o.Creditor), &o.Kind, &o.AmountFen, &o.Due, &o.manner,
		&o.State, &o.StateOn, &o.ConfirmedBy}
}

type signature struct {
	ID       ident.ID  `json:"id"`
	Signer   string    `json:"signer"`
	Party    *string   `json:"party_id,omitempty"`
	Mediator *string   `json:"mediator_id,omitempty"`
	Kind     string    `json:"kind"`
	SignedAt time.Time `json:"signed_at"`
}

const signatures = `SELECT id, signer, party_id::text, mediator_id::text, kind, signed_at FROM signatures
WHERE county_code = $1 AND retracted_at IS NULL AND agreement_id = ` + inForce + ` ORDER BY signed_at, id`

func (s *signature) columns() []any {
	return []any{(*id16)(&s.ID), &s.Signer, &s.Party, &s.Mediator, &s.Kind, &s.SignedAt}
}

type visit struct {
	ID        ident.ID        `json:"id"`
	VisitedOn string          `json:"visited_on"`
	Visitor   string          `json:"visitor"`
	Parties   json.RawMessage `json:"party_ids"`
	Satisfied int             `json:"satisfied,omitempty"`
	Performed bool            `json:"performed"`
	Note      string          `json:"note,omitempty"`

	note []byte
}

const visits = `SELECT id, visited_on::text, visitor, party_ids, satisfied, performed, note_sealed FROM follow_ups
WHERE county_code = $1 AND case_id = $2 ORDER BY visited_on, id`

func (v *visit) columns() []any {
	return []any{(*id16)(&v.ID), &v.VisitedOn, &v.Visitor, &v.Parties, &v.Satisfied, &v.Performed, &v.note}
}

type attachment struct {
	ID        ident.ID  `json:"id"`
	Kind      string    `json:"kind"`
	Name      string    `json:"name"`
	MediaType string    `json:"media_type"`
	Size      int64     `json:"size"`
	SHA256    string    `json:"sha256"`
	Party     *string   `json:"party_id,omitempty"`
	Shared    bool      `json:"shared"`
	AddedAt   time.Time `json:"added_at"`

	document ident.ID
	name     []byte
}

const attachments = `SELECT a.id, a.kind, d.id, d.name_sealed, d.media_type, d.size, d.sha256, a.party_id::text, a.shared, a.added_at
FROM case_attachments a JOIN documents d ON d.county_code = a.county_code AND d.id = a.document_id
WHERE a.county_code = $1 AND a.case_id = $2 ORDER BY a.id`

func (a *attachment) columns() []any {
	return []any{(*id16)(&a.ID), &a.Kind, (*id16)(&a.document), &a.name, &a.MediaType, &a.Size, &a.SHA256, &a.Party, &a.Shared, &a.AddedAt}
}
