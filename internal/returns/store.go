package returns

import (
	"gorm.io/gorm"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/rollup"
	"fengqiao/internal/tally"
)

// group is one area or committee with its columns; own ones are of committees whose own place is the asked area.
type group struct {
	Key  string // leading digits of the area, or the committee's id; "" for all
	Name string // of the committee
	Own  bool
	Sums sums
}

// counted is the case table's rows t: cases by the day of their first close (or of acceptance), once each, at the lead
// committee, with what the columns ask of them.
//
// Of whole counties, months that are added up are read from there; the rest is counted. A line of months tells one thing of its
// cases, or counts them in all (whole); a case that is counted is a line that tells everything of itself.
func counted(tx *db.Tx, g authz.Grant, ask tally.Ask) (*gorm.DB, error) {
	day := map[tally.Basis]string{tally.ByClosing: "c.first_closed_day", tally.ByAcceptance: "c.accepted_day"}[ask.Basis]
	return rollup.Read(tx, ask, func(part tally.Ask) *gorm.DB {
		return tally.During(tally.Led(tally.CasesOf(tx, g, part)), day, part.From, part.To).
			Select(tally.Prefix(ask)+" AS prefix, CAST(c.committee_id AS text) AS committee_id, m.name, CASE WHEN m.area_code = ? THEN 1 ELSE 0 END AS own, 1 AS whole, m.type, c.source, c.category, c.outcome, "+
				"1 AS n, "+rollup.Settled+" AS settled, "+rollup.Complex+" AS complex, "+rollup.Met+" AS met, c.parties, "+rollup.Agreed+" AS amount_fen", ask.Area)
	}, func(part tally.Ask) *gorm.DB {
		return rollup.Months(tx, "case_months", part).Where("c.basis = ?", ask.Basis).
			Select(rollup.Prefix(ask)+" AS prefix, '' AS committee_id, '' AS name, CASE WHEN c.unit = ? AND c.county_code = ? THEN 1 ELSE 0 END AS own, "+tally.One(tally.Is("c.dim", rollup.InAll))+" AS whole, "+
				dim(rollup.ByType)+", "+dim(rollup.BySource)+", "+dim(rollup.ByCategory)+", "+dim(rollup.ByOutcome)+", c.n, c.settled, c.complex, c.met, c.parties, c.amount_fen", unitOf(ask.Area), ask.Area.County())
	})
}

// dim is the code by which a line c of months is told apart, where it is told apart by that.
func dim(by string) string {
	return "CASE WHEN " + tally.Is("c.dim", by) + " THEN c.code ELSE '' END AS " + by
}

// unitOf is how many digits tell an area, as months know the own place of committees.
func unitOf(a ident.Area) int {
	return map[ident.Level]int{ident.City: 4, ident.Of6: 6, ident.Town: 9, ident.Village: 12}[a.Level()]
}

// whole counts every column of a question in one pass, ungrouped.
func whole(tx *db.Tx, g authz.Grant, ask tally.Ask) (sums, error) {
	q, err := counted(tx, g, ask)
	if err != nil {
		return sums{}, err
	}
	groups, err := scan(q.Select("'' AS key, '' AS name, 0 AS own, " + sumsSQL))
	if err != nil || len(groups) == 0 {
		return sums{}, err
	}
	fields, err := fieldSums(tx, g, ask, "''")
	for _, f := range fields {
		groups[0].Sums.plus(&f.Sums)
	}
	return groups[0].Sums, err
}

// parts counts the columns by the area one level below or by committee, the area's own committees apart.
func parts(tx *db.Tx, g authz.Grant, ask tally.Ask) ([]group, error) {
	q, err := counted(tx, g, ask)
	if err != nil {
		return nil, err
	}
	by := tally.Prefix(ask)
	if ask.Group == tally.ByCommittee {
		by = "c.committee_id"
		q = q.Select("t.committee_id AS key, MIN(t.name) AS name, MAX(t.own) AS own, " + sumsSQL).Group("t.committee_id").Order("t.committee_id")
	} else {
		q = q.Select("t.prefix AS key, '' AS name, t.own AS own, " + sumsSQL).Group("t.prefix, t.own").Order("t.prefix, t.own")
	}
	groups, err := scan(q)
	if err != nil {
		return nil, err
	}
	fields, err := fieldSums(tx, g, ask, by)
	return join(groups, fields), err
}

// join adds up groups of the same key and own.
func join(a, b []group) []group {
	type place struct {
		key string
		own bool
	}
	at := map[place]int{}
	key := func(g group) place { return place{g.Key, g.Own} }
	for i, g := range a {
		at[key(g)] = i
	}
	for _, g := range b {
		i, known := at[key(g)]
		if !known {
			i, a = len(a), append(a, group{Key: g.Key, Name: g.Name, Own: g.Own})
			at[key(g)] = i
		}
		a[i].Sums.plus(&g.Sums)
	}
	return a
}

func scan(q *gorm.DB) (out []group, err error) {
	rows, err := q.Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var g group
		var own int
		into := []any{&g.Key, &g.Name, &own}
		for _, col := range summed {
			into = append(into, &g.Sums[col])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		g.Own = own == 1
		out = append(out, g)
	}
	return out, rows.Err()
}

// fieldRow counts the screening rounds or the confirmed prevention records of a group.
type fieldRow struct {
	Key     string
	Name    string
	Own     int
	Kind    int // 0 for rounds
	N       int64
	Persons int64
}

// fieldSums are columns 40–49: rounds by the day on which they went, records that a second person confirmed by the day of
// the event, at the committee that did it.
func fieldSums(tx *db.Tx, g authz.Grant, ask tally.Ask, by string) (out []group, err error) {
	count := func(table, day, kind, persons string) ([]fieldRow, error) {
		q := tally.Led(tally.In(tx.Rows().Table(table+" AS c").Scopes(db.Within(g, db.Columns{County: "c.county_code", Committee: "c.committee_id", Area: "c.area_code"})), "c", ask))
		if id := ask.Committee(); !id.IsZero() {
			q = q.Where("c.committee_id = ?", id)
		}
		if kind != "0" {
			q = q.Where("c.confirmed_at IS NOT NULL")
		}
		own := "CASE WHEN m.area_code = ? THEN 1 ELSE 0 END"
		inner := tally.During(q, day, ask.From, ask.To).Select(by+" AS key, m.name, "+own+" AS own, "+kind+" AS kind, "+persons+" AS persons", ask.Area)
		var rows []fieldRow
		err := tx.Rows().Table("(?) AS t", inner).Select("t.key, MIN(t.name) AS name, t.own, t.kind, COUNT(*) AS n, SUM(t.persons) AS persons").
			Group("t.key, t.own, t.kind").Order("t.key, t.own, t.kind").Scan(&rows).Error
		return rows, err
	}
	rounds, err := count("screening_rounds", "c.screened_on", "0", "0")
	if err != nil {
		return nil, err
	}
	records, err := count("prevention_records", "c.prevented_on", "c.kind", "c.persons")
	for _, r := range append(rounds, records...) {
		out = append(out, r.group())
	}
	return out, err
}

func (r fieldRow) group() group {
	g := group{Key: r.Key, Name: r.Name, Own: r.Own == 1}
	if r.Kind == 0 {
		g.Sums[40] = r.N
		return g
	}
	g.Sums[41], g.Sums[40+2*r.Kind], g.Sums[41+2*r.Kind] = r.N, r.N, r.Persons
	return g
}
