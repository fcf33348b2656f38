package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"fengqiao/internal/ident"
)

// group is one county of the case table: its 14 columns by number.
type group struct {
	Key    string    `json:"key"`
	Name   string    `json:"name"`
	Values [14]int64 `json:"values"`
}

// table counts in one statement, the names of the counties with it.
const table = `SELECT g.*, COALESCE(a.name, '') FROM (SELECT substr(c.area_code, 1, 6) AS prefix,
	count(*), sum(c.parties)::bigint,
	count(*) FILTER (WHERE c.outcome IN ('written_agreement', 'oral_agreement')),
	count(*) FILTER (WHERE c.difficulty >= 3),
	COALESCE(sum(c.amount_fen) FILTER (WHERE c.outcome IN ('written_agreement', 'oral_agreement')), 0)::bigint,
	count(*) FILTER (WHERE m.type = '01'), count(*) FILTER (WHERE m.type = '02'), count(*) FILTER (WHERE m.type = '03'),
	count(*) FILTER (WHERE m.type = '04'), count(*) FILTER (WHERE m.type = '05'), count(*) FILTER (WHERE m.type = '06'),
	count(*) FILTER (WHERE c.source LIKE '2%'), count(*) FILTER (WHERE c.source LIKE '1%'), count(*) FILTER (WHERE c.source LIKE '3%')
FROM dispute_cases c JOIN committees m ON m.county_code = c.county_code AND m.id = c.committee_id
WHERE c.county_code >= $1 AND c.county_code < $2 AND c.first_closed_day BETWEEN $3 AND $4 GROUP BY 1) g
LEFT JOIN areas a ON a.code = rpad(g.prefix, 12, '0') ORDER BY 1`

func (f *floor) caseTable(r *http.Request, by holder) (answer, error) {
	q := r.URL.Query()
	area := ident.Widen(q.Get("area"))
	if !by.Posts[0].Area.Covers(area) {
		return answer{}, errNone
	}
	groups, err := f.count(r.Context(), area, q.Get("from"), q.Get("to"))
	if err != nil {
		return answer{}, fmt.Errorf("case table: %w", err)
	}
	return answer{status: http.StatusOK, body: map[string]any{"area": area, "rows": groups}}, nil
}

func (f *floor) count(ctx context.Context, area ident.Area, from, to string) ([]group, error) {
	low, high := area.Range()
	rows, err := f.db.Query(ctx, table, low, high, from, to)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := []group{}
	for rows.Next() {
		var g group
		into := []any{&g.Key}
		for i := range g.Values {
			into = append(into, &g.Values[i])
		}
		if err := rows.Scan(append(into, &g.Name)...); err != nil {
			return nil, err
		}
		g.Key += strings.Repeat("0", 12-len(g.Key))
		out = append(out, g)
	}
	return out, rows.Err()
}
