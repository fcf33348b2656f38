package returns

import (
	"strings"

	"gorm.io/gorm"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/tally"
)

const isOwn = "CASE WHEN m.area_code = ? THEN 1 ELSE 0 END AS own"

// place is the digits of the area one level below in which a row m lies.
func place(ask tally.Ask) string { return strings.ReplaceAll(tally.Prefix(ask), "c.", "m.") }

// standingRows are the rows t that columns of a kind count: committees and bodies that stood on a day, or persons, each at
// the oldest of their engagements that held on it.
func standingRows(tx *db.Tx, ask tally.Ask, day calendar.Day, of string) *gorm.DB {
	stood := func(q *gorm.DB) *gorm.DB {
		return tally.In(q, "m", ask).Where("m.type IN ? AND m.state <> ? AND m.activated_on <= ? AND (m.ended_on IS NULL OR m.ended_on > ?)",
			registry.Types, registry.Draft, day, day)
	}
	if of == ofBodies {
		q := stood(tx.Rows().Table("committees AS m")).Select("m.county_code, m.id, m.id AS committee_id, m.name AS committee, m.name, m.area_code, m.activated_on AS since, "+place(ask)+" AS prefix, "+isOwn+
			", m.type, m.sector, m.attributes, CASE WHEN m.parent_id IS NULL THEN 1 ELSE 0 END AS counted", ask.Area)
		return tx.Rows().Table("(?) AS t", q)
	}
	q := stood(tx.Rows().Table("mediators AS e").Joins("JOIN committees m ON m.county_code = e.county_code AND m.id = e.committee_id")).
		Where("m.parent_id IS NULL AND e.engaged_on <= ? AND (e.left_on IS NULL OR e.left_on > ?)", day, day).
		Select("e.county_code, e.id, m.id AS committee_id, m.name AS committee, e.name, m.area_code, e.engaged_on AS since, "+place(ask)+" AS prefix, "+isOwn+
			", m.type, e.sex, e.education, e.background, e.born, CASE WHEN e.full_time THEN 1 ELSE 0 END AS full_time, ROW_NUMBER() OVER (PARTITION BY e.person_id ORDER BY e.id) AS nth", ask.Area)
	return tx.Rows().Table("(?) AS t", q).Where("t.nth = 1")
}

// standingSums counts the columns in all, or by the area one level below with the area's own apart.
func standingSums(tx *db.Tx, ask tally.Ask, day calendar.Day, columns []standingColumn, byArea bool) (out []group, err error) {
	for _, of := range []string{ofBodies, ofPersons} {
		q, sums := standingRows(tx, ask, day, of), ""
		var cols []int
		for _, c := range columns {
			if c.of == of {
				sums, cols = sums+", "+tally.Total(c.sum), append(cols, c.col)
			}
		}
		groups, err := grouped(q, sums, cols, byArea)
		if err != nil {
			return nil, err
		}
		out = join(out, groups)
	}
	money, err := fundingSums(tx, ask, day.Year(), byArea)
	return join(out, money), err
}

func grouped(q *gorm.DB, sums string, cols []int, byArea bool) (out []group, err error) {
	if byArea {
		q = q.Select("t.prefix AS key, '' AS name, t.own AS own" + sums).Group("t.prefix, t.own").Order("t.prefix, t.own")
	} else {
		q = q.Select("'' AS key, '' AS name, 0 AS own" + sums)
	}
	rows, err := q.Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var g group
		var own int
		into := []any{&g.Key, &g.Name, &own}
		for _, col := range cols {
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

// Standing is one committee, body or person that a column of the organisation table counts.
type Standing struct {
	CountyCode  ident.County `json:"-"`
	ID          ident.ID     `json:"id"`
	Name        string       `json:"name"`
	CommitteeID ident.ID     `json:"committee_id"`
	Committee   string       `json:"committee"`
	AreaCode    ident.Area   `json:"area_code"`
	Since       calendar.Day `json:"since" doc:"Since when it stands, or they are engaged"`
}

// standingListed lists what a column counts, newest first, one more than asked for.
func standingListed(tx *db.Tx, ask tally.Ask, day calendar.Day, c standingColumn, in Listing) (rows []Standing, err error) {
	q := standingRows(tx, ask, day, c.of).Where(c.where)
	at := in.Place
	if at == "" {
		at = ask.Area
	}
	if low, high := at.Range(); in.AreaOnly {
		q = q.Where("t.area_code = ?", at)
	} else {
		q = q.Where("t.area_code >= ? AND t.area_code < ?", low, high)
	}
	switch in.Led {
	case casework.LedOwn:
		q = q.Where("t.own = 1")
	case casework.LedBelow:
		q = q.Where("t.own = 0")
	}
	if !in.After.IsZero() {
		q = q.Where("t.id < ?", in.After)
	}
	err = q.Select("t.county_code, t.id, t.name, t.committee_id, t.committee, t.area_code, t.since").Order("t.id DESC").Limit(in.Limit + 1).Scan(&rows).Error
	return rows, err
}
