package main

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"

	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

// sealedIn is a text of a row: sealed as it is scanned, open when it is answered.
type sealedIn struct {
	column string
	from   []byte
	to     *string
}

// open opens the texts of one row.
func (f *floor) open(table string, row [16]byte, texts ...sealedIn) error {
	for _, t := range texts {
		text, err := f.vault.Open(vault.Place{Table: table, Column: t.column, Row: row}, t.from)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", table, t.column, err)
		}
		*t.to = text
	}
	return nil
}

// read gives a case of the reader's committee with all that belongs to it: one batch, one round trip.
func (f *floor) read(r *http.Request, by holder) (answer, error) {
	id, err := ident.ParseID(r.PathValue("id"))
	if err != nil {
		return answer{}, errNone
	}
	var d detail
	b := &pgx.Batch{}
	d.ask(b, id, by)
	if err := f.db.SendBatch(r.Context(), b).Close(); err != nil {
		if errors.Is(err, pgx.ErrNoRows) {
			err = errNone
		}
		return answer{}, fmt.Errorf("read: %w", err)
	}
	if err := f.openAll(&d); err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, version: d.Version, body: d}, nil
}

type committeeName struct {
	ID    ident.ID `json:"id"`
	Name  string   `json:"name"`
	Phone string   `json:"phone,omitempty"`
}

// detail is a case with what belongs to it.
type detail struct {
	ID           ident.ID      `json:"id"`
	Reference    string        `json:"reference"`
	State        string        `json:"state"`
	Outcome      string        `json:"outcome,omitempty"`
	ReasonCode   string        `json:"reason_code,omitempty"`
	Version      int64         `json:"version"`
	IntakeNo     string        `json:"intake_no"`
	CaseNo       string        `json:"case_no,omitempty"`
	Source       string        `json:"source"`
	Category     string        `json:"category"`
	Difficulty   int           `json:"difficulty"`
	Risk         int           `json:"risk,omitempty"`
	PoliceOpen   bool          `json:"police_open,omitempty"`
	PartyPair    string        `json:"party_pair"`
	Committee    committeeName `json:"committee"`
	AreaCode     string        `json:"area_code"`
	AreaName     string        `json:"area_name"`
	Compound     *string       `json:"compound_id,omitempty"`
	Title        string        `json:"title"`
	Facts        string        `json:"facts"`
	Request      string        `json:"request,omitempty"`
	Guidance     string        `json:"guidance,omitempty"`
	AmountFen    int64         `json:"amount_fen,omitempty"`
	RegisteredAt time.Time     `json:"registered_at"`
	AcceptedAt   *time.Time    `json:"accepted_at,omitempty"`
	EffectiveAt  *time.Time    `json:"effective_at,omitempty"`
	EndedAt      *time.Time    `json:"ended_at,omitempty"`
	ClosedOn     *string       `json:"first_closed_on,omitempty"`
	ArchivedAt   *time.Time    `json:"archived_at,omitempty"`
	AssignedBy   string        `json:"assigned_by,omitempty"`
	Parties      []party       `json:"parties"`
	People       []person      `json:"people"`
	Sessions     []session     `json:"sessions"`
	Agreements   []agreement   `json:"agreements"`
	Obligations  []obligation  `json:"obligations"`
	Visits       []visit       `json:"follow_ups"`
	Attachments  []attachment  `json:"attachments"`

	facts, request, guidance []byte
	attendance               []attendance
	clauses                  []clause
	signatures               []signature
}

const oneCase = `SELECT c.id, c.reference, c.state, c.outcome, c.reason_code, c.version, c.intake_no, c.case_no, c.source, c.category,
	c.difficulty, c.risk, c.police_open, c.party_pair, m.id, m.name, m.phone, c.area_code, a.full_name, c.compound_id::text, c.title,
	c.facts_sealed, c.request_sealed, c.guidance_sealed, c.amount_fen, c.registered_at, c.accepted_at, c.effective_at, c.ended_at,
	c.first_closed_day::text, c.archived_at, c.assigned_by
FROM dispute_cases c JOIN committees m ON m.county_code = c.county_code AND m.id = c.committee_id JOIN areas a ON a.code = c.area_code
WHERE c.county_code = $1 AND c.id = $2 AND c.committee_id = $3` + notRecused

func (d *detail) columns() []any {
	return []any{(*[16]byte)(&d.ID), &d.Reference, &d.State, &d.Outcome, &d.ReasonCode, &d.Version, &d.IntakeNo, &d.CaseNo, &d.Source,
		&d.Category, &d.Difficulty, &d.Risk, &d.PoliceOpen, &d.PartyPair, (*[16]byte)(&d.Committee.ID), &d.Committee.Name,
		&d.Committee.Phone, &d.AreaCode, &d.AreaName, &d.Compound, &d.Title, &d.facts, &d.request, &d.guidance, &d.AmountFen,
		&d.RegisteredAt, &d.AcceptedAt, &d.EffectiveAt, &d.EndedAt, &d.ClosedOn, &d.ArchivedAt, &d.AssignedBy}
}

// ask puts every statement of the detail into a batch. What hangs on the agreement finds it through the case.
func (d *detail) ask(b *pgx.Batch, id ident.ID, by holder) {
	county, at := string(id.County()), uuid(id)
	b.Queue(oneCase, county, at, uuid(by.Posts[0].Committee), uuid(by.Person)).QueryRow(func(row pgx.Row) error { return row.Scan(d.columns()...) })
	each(b, &d.Parties, (*party).columns, parties, county, at)
	each(b, &d.People, (*person).columns, people, county, at)
	each(b, &d.Sessions, (*session).columns, sessions, county, at)
	each(b, &d.attendance, (*attendance).columns, attending, county, at)
	each(b, &d.Agreements, (*agreement).columns, agreements, county, at)
	each(b, &d.clauses, (*clause).columns, clauses, county, at)
	each(b, &d.Obligations, (*obligation).columns, obligations, county, at)
	each(b, &d.signatures, (*signature).columns, signatures, county, at)
	each(b, &d.Visits, (*visit).columns, visits, county, at)
	each(b, &d.Attachments, (*attachment).columns, attachments, county, at)
}
