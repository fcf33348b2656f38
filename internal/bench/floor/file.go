package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

// filing is what somebody tells when they bring a dispute.
type filing struct {
	Source      string     `json:"source"`
	Category    string     `json:"category"`
	AreaCode    ident.Area `json:"area_code"`
	Title       string     `json:"title"`
	Facts       string     `json:"facts"`
	Request     string     `json:"request"`
	Applicant   told       `json:"applicant"`
	Respondents []told     `json:"respondents"`
}

type told struct {
	Name     string `json:"name"`
	IDNumber string `json:"id_number"`
	Phone    string `json:"phone"`
	Address  string `json:"address"`
}

// filed is the answer to a filing.
type filed struct {
	ID        ident.ID      `json:"id"`
	Reference string        `json:"reference"`
	IntakeNo  string        `json:"intake_no"`
	State     string        `json:"state"`
	Version   int64         `json:"version"`
	Category  string        `json:"category"`
	Committee committeeName `json:"committee"`
	AreaCode  ident.Area    `json:"area_code"`
	AreaName  string        `json:"area_name"`
	Title     string        `json:"title"`
	Facts     string        `json:"facts"`
	Request   string        `json:"request"`
	At        time.Time     `json:"registered_at"`
	Parties   []filedParty  `json:"parties"`
}

type filedParty struct {
	ID       ident.ID `json:"id"`
	Role     string   `json:"role"`
	Name     string   `json:"name"`
	IDNumber string   `json:"id_number,omitempty"`
	Phone    string   `json:"phone,omitempty"`
	Address  string   `json:"address,omitempty"`
	Consent  string   `json:"consent"`
}

// work is one filing on its way into the rows.
type work struct {
	*floor
	conn *pgxpool.Conn
	by   holder
	in   filing
	key  string // one-time key
	body [32]byte
	now  time.Time
	out  filed
}

// file writes a case with its parties, its first journal entry, its reference, its intake number and its one-time key in
// one durable transaction of two round trips.
func (f *floor) file(r *http.Request, by holder) (answer, error) {
	w := &work{floor: f, by: by, key: r.Header.Get("Idempotency-Key")}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, 1<<20))
	if err != nil {
		return answer{}, fmt.Errorf("read the filing: %w", err)
	}
	w.body = sha256.Sum256(body)
	if json.Unmarshal(body, &w.in) != nil || w.in.Title == "" || w.in.Facts == "" || w.in.Applicant.Name == "" || len(w.in.Respondents) == 0 {
		return answer{}, failure{http.StatusUnprocessableEntity, "title, facts, applicant and respondents are needed"}
	}
	if w.conn, err = f.db.Acquire(r.Context()); err != nil {
		return answer{}, fmt.Errorf("connection: %w", err)
	}
	defer w.conn.Release()
	if err := w.write(r.Context()); err != nil {
		_, undo := w.conn.Exec(context.WithoutCancel(r.Context()), "ROLLBACK")
		return answer{}, errors.Join(err, undo)
	}
	return answer{http.StatusCreated, w.out.Version, "/api/v1/cases/" + w.out.ID.String(), w.out}, nil
}

func (w *work) write(ctx context.Context) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	b := &pgx.Batch{}
	w.insertCase(b)
	w.insertParty(b, "applicant", 1, w.in.Applicant)
	for i, p := range w.in.Respondents {
		w.insertParty(b, "respondent", i+1, p)
	}
	if err := w.insertEntry(b); err != nil {
		return err
	}
	w.insertNames(b)
	b.Queue("COMMIT")
	if err := w.conn.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("write the case: %w", err)
	}
	return nil
}

// began finds who serves the place, by its own committee or the nearest around it, and counts up that committee's
// numbers of the day.
const began = `WITH serving AS (
	SELECT c.id, c.name, c.phone FROM committees c
	WHERE c.county_code = $1 AND c.state = 'active' AND (c.type = 'desk'
		OR c.area_code = ANY ($3) AND c.type IN ('01', '02', '03', '04') AND c.sector = '' AND c.parent_id IS NULL)
	ORDER BY c.type = 'desk', array_position($3, c.area_code), c.id LIMIT 1),
counted AS (
	INSERT INTO case_counters (county_code, committee_id, period, last) SELECT $1, id, $4, 1 FROM serving
	ON CONFLICT (county_code, committee_id, period) DO UPDATE SET last = case_counters.last + 1 RETURNING last)
SELECT serving.id, serving.name, serving.phone, areas.full_name, counted.last FROM serving, counted, areas WHERE areas.code = $2`

var shanghai = time.FixedZone("CST", 8*60*60)

func (w *work) begin(ctx context.Context) error {
	if !ident.ValidArea(w.in.AreaCode) {
		return failure{http.StatusUnprocessableEntity, "no such place"}
	}
	w.now = time.Now().UTC().Truncate(time.Microsecond)
	w.out = filed{ID: w.ids.New(w.in.AreaCode.County(), w.now), State: "registered", Version: 1, Category: w.in.Category,
		AreaCode: w.in.AreaCode, Title: w.in.Title, Facts: w.in.Facts, Request: w.in.Request, At: w.now}
	reference, err := ident.MakeReference(rand.Reader)
	if err != nil {
		return fmt.Errorf("draw a reference: %w", err)
	}
	w.out.Reference = string(reference)
	return w.number(ctx)
}

func (w *work) number(ctx context.Context) error {
	day := w.now.In(shanghai).Format("20060102")
	county, at := w.in.AreaCode.County(), &w.out.Committee
	var n int64
	b := &pgx.Batch{}
	b.Queue("BEGIN")
	b.Queue(began, string(county), string(w.in.AreaCode), around(w.in.AreaCode), "intake "+day).QueryRow(func(row pgx.Row) error {
		return row.Scan((*[16]byte)(&at.ID), &at.Name, &at.Phone, &w.out.AreaName, &n)
	})
	if err := w.conn.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("intake number: %w", err)
	}
	w.out.IntakeNo = fmt.Sprintf("登%s-%03d", day, n)
	return nil
}

func around(a ident.Area) []string {
	var out []string
	for _, wider := range a.Wider() {
		out = append(out, string(wider))
	}
	return out
}

func (w *work) seal(table, column string, row ident.ID, text string) []byte {
	return w.vault.Seal(vault.Place{Table: table, Column: column, Row: row}, text)
}
