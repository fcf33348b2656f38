package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"fengqiao/internal/ident"
)

// line is a case in a list.
type line struct {
	ID           ident.ID  `json:"id"`
	Reference    string    `json:"reference"`
	CaseNo       string    `json:"case_no,omitempty"`
	IntakeNo     string    `json:"intake_no"`
	State        string    `json:"state"`
	Outcome      string    `json:"outcome,omitempty"`
	Category     string    `json:"category"`
	Title        string    `json:"title"`
	Applicants   string    `json:"applicants,omitempty"`
	Respondents  string    `json:"respondents"`
	CommitteeID  ident.ID  `json:"committee_id"`
	AreaCode     string    `json:"area_code"`
	Host         *string   `json:"host_mediator_id,omitempty"`
	Risk         int       `json:"risk"`
	Parties      int       `json:"parties"`
	RegisteredAt time.Time `json:"registered_at"`
	ClosedOn     *string   `json:"first_closed_on,omitempty"`
	NextDue      *string   `json:"next_due,omitempty"`
	NextDueName  string    `json:"next_due_name,omitempty"`
	Version      int64     `json:"version"`
}

const newest = `SELECT id, reference, case_no, intake_no, state, outcome, category, title, applicant_names, respondent_names, committee_id,
	area_code, host_id::text, risk, parties, registered_at, first_closed_day::text, next_due::text, next_due_name, version
FROM dispute_cases c WHERE county_code = $1 AND committee_id = $2 AND state = $3 AND id < $5` + notRecused + ` ORDER BY id DESC LIMIT $6`

// notRecused leaves out the cases from which the reader was asked to withdraw.
const notRecused = ` AND NOT EXISTS (SELECT 1 FROM case_people p WHERE p.county_code = c.county_code AND p.case_id = c.id
	AND p.person_id = $4 AND p.part = 'recused' AND p.ended_at IS NULL)`

func (l *line) columns() []any {
	return []any{(*[16]byte)(&l.ID), &l.Reference, &l.CaseNo, &l.IntakeNo, &l.State, &l.Outcome, &l.Category, &l.Title, &l.Applicants,
		&l.Respondents, (*[16]byte)(&l.CommitteeID), &l.AreaCode, &l.Host, &l.Risk, &l.Parties, &l.RegisteredAt, &l.ClosedOn,
		&l.NextDue, &l.NextDueName, &l.Version}
}

// list gives the newest cases of the reader's committee in one state, from a position on; its cursor is the bare id.
func (f *floor) list(r *http.Request, by holder) (answer, error) {
	q := r.URL.Query()
	limit, err := strconv.Atoi(q.Get("limit"))
	if err != nil || limit < 1 || limit > 100 {
		limit = 20
	}
	after := ident.ID{0xff, 0xff}
	if at := q.Get("cursor"); at != "" && after.UnmarshalText([]byte(at)) != nil {
		return answer{}, failure{http.StatusUnprocessableEntity, "no such cursor"}
	}
	lines, err := f.lines(r.Context(), by, q.Get("state"), after, limit+1)
	if err != nil {
		return answer{}, fmt.Errorf("list: %w", err)
	}
	out := struct {
		Items []line    `json:"items"`
		Next  *ident.ID `json:"next_cursor"`
	}{Items: lines}
	if len(lines) > limit {
		out.Items, out.Next = lines[:limit], &lines[limit-1].ID
	}
	return answer{status: http.StatusOK, body: out}, nil
}

func (f *floor) lines(ctx context.Context, by holder, state string, after ident.ID, most int) ([]line, error) {
	committee := by.Posts[0].Committee
	rows, err := f.db.Query(ctx, newest, string(committee.County()), uuid(committee), state, uuid(by.Person), uuid(after), most)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := []line{}
	for rows.Next() {
		var l line
		if err := rows.Scan(l.columns()...); err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, rows.Err()
}
