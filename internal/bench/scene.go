package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/jackc/pgx/v5"
)

// scene is what the requests are about, and what is right to answer. It is read from the rows by statements of its own.
type scene struct {
	total     int               // cases in the whole city
	committee string            // whose cases are listed and read
	chair     string            // who lists and reads them
	state     string            // in which it has most cases
	listed    []string          // the newest of them, one page
	cases     []readCase        // with an agreement
	places    []string          // where disputes are filed
	serving   map[string]string // place → committee
	from, to  string            // a year
	counties  int               // with cases closed in it
	closed    int               // cases closed in it
}

type readCase struct {
	id                             string
	parties, sessions, obligations int
}

// notRecused leaves out the cases from which the chair was asked to withdraw: they are out of the chair's reach.
const notRecused = ` AND NOT EXISTS (SELECT 1 FROM case_people p WHERE p.county_code = c.county_code AND p.case_id = c.id
	AND p.person_id = $3 AND p.part = 'recused' AND p.ended_at IS NULL)`

// survey reads the scene.
func survey(ctx context.Context, database, committee, chair string) (scene, error) {
	s := scene{committee: committee, chair: chair, serving: map[string]string{}}
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		return s, fmt.Errorf("survey: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if err := errors.Join(s.surveyList(ctx, conn), s.surveyCases(ctx, conn), s.surveyPlaces(ctx, conn), s.surveyYear(ctx, conn)); err != nil {
		return s, fmt.Errorf("survey: %w", err)
	}
	if len(s.listed) == 0 || len(s.cases) == 0 || len(s.places) == 0 || s.closed == 0 {
		return s, errors.New("survey: the city is too small: no list, no agreement, or nothing closed in the year")
	}
	return s, nil
}

func (s *scene) surveyList(ctx context.Context, conn *pgx.Conn) error {
	err := conn.QueryRow(ctx, `SELECT state FROM dispute_cases WHERE county_code = $1 AND committee_id = $2
		AND state <> 'registered' GROUP BY state ORDER BY count(*) DESC, state LIMIT 1`, place[:6], s.committee).Scan(&s.state)
	if err != nil {
		return err
	}
	rows, err := conn.Query(ctx, `SELECT c.id::text FROM dispute_cases c WHERE county_code = $1 AND committee_id = $2 AND state = $4`+
		notRecused+" ORDER BY id DESC LIMIT $5", place[:6], s.committee, s.chair, s.state, pageOf)
	if err != nil {
		return err
	}
	s.listed, err = pgx.CollectRows(rows, pgx.RowTo[string])
	return err
}

func (s *scene) surveyCases(ctx context.Context, conn *pgx.Conn) error {
	rows, err := conn.Query(ctx, `SELECT c.id::text, c.parties, c.sessions, (SELECT count(*) FROM obligations o
		WHERE o.county_code = c.county_code AND o.agreement_id = c.agreement_id)
	FROM dispute_cases c WHERE county_code = $1 AND committee_id = $2 AND agreement_id IS NOT NULL`+notRecused+
		" ORDER BY id DESC LIMIT 200", place[:6], s.committee, s.chair)
	if err != nil {
		return err
	}
	s.cases, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (c readCase, err error) {
		err = row.Scan(&c.id, &c.parties, &c.sessions, &c.obligations)
		return c, err
	})
	return err
}

func (s *scene) surveyPlaces(ctx context.Context, conn *pgx.Conn) error {
	rows, err := conn.Query(ctx, `SELECT a.code, c.id::text FROM areas a JOIN committees c ON c.county_code = $1 AND c.area_code = a.code
		WHERE a.parent = $2 AND c.type IN ('01', '02') AND c.state = 'active' AND c.sector = '' AND c.parent_id IS NULL ORDER BY a.code`, place[:6], town)
	if err != nil {
		return err
	}
	var at, committee string
	_, err = pgx.ForEachRow(rows, []any{&at, &committee}, func() error {
		s.places, s.serving[at] = append(s.places, at), committee
		return nil
	})
	return err
}

func (s *scene) surveyYear(ctx context.Context, conn *pgx.Conn) error {
	err := conn.QueryRow(ctx, `SELECT count(*), (max(first_closed_day) - 364)::text, max(first_closed_day)::text FROM dispute_cases`).
		Scan(&s.total, &s.from, &s.to)
	if err != nil {
		return err
	}
	return conn.QueryRow(ctx, `SELECT count(DISTINCT county_code), count(*) FROM dispute_cases WHERE first_closed_day BETWEEN $1 AND $2`,
		s.from, s.to).Scan(&s.counties, &s.closed)
}

// folderOf is where the cluster of an address lies.
func folderOf(database string) (string, error) {
	u, err := url.Parse(database)
	if err != nil || u.Query().Get("host") == "" {
		return "", fmt.Errorf("no folder in the database's address: %w", err)
	}
	return u.Query().Get("host"), nil
}
