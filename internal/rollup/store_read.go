package rollup

import (
	"fmt"
	"strings"

	"gorm.io/gorm"

	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/tally"
)

// Read answers a question as rows t: by rows for the days of it that are not added up, and by months for the rest; both give the
// same columns. A question about less than whole counties is answered from rows alone.
func Read(tx *db.Tx, ask tally.Ask, rows, months func(part tally.Ask) *gorm.DB) (*gorm.DB, error) {
	days, added, err := Parts(tx, ask)
	return both(tx, days, added, rows, months), err
}

// ReadDays answers a question of which lines are kept by the day, as Read does.
func ReadDays(tx *db.Tx, ask tally.Ask, rows, lines func(part tally.Ask) *gorm.DB) (*gorm.DB, error) {
	days, added, err := parts(tx, ask, DaySpans)
	return both(tx, days, added, rows, lines), err
}

func both(tx *db.Tx, days, added []tally.Ask, rows, lines func(part tally.Ask) *gorm.DB) *gorm.DB {
	var all []*gorm.DB
	for _, part := range days {
		all = append(all, rows(part))
	}
	for _, part := range added {
		all = append(all, lines(part))
	}
	return Union(tx, all)
}

// Union is the rows t of several selections with the same columns.
func Union(tx *db.Tx, all []*gorm.DB) *gorm.DB {
	args := make([]any, len(all))
	for i, q := range all {
		args[i] = q
	}
	return tx.Rows().Table("("+strings.TrimPrefix(strings.Repeat(" UNION ALL SELECT * FROM (?) AS p", len(all)), " UNION ALL ")+") AS t", args...)
}

// Parts divides a question into what must be answered from rows and what is added up.
func Parts(tx *db.Tx, ask tally.Ask) (days, months []tally.Ask, err error) {
	return parts(tx, ask, Spans)
}

func parts(tx *db.Tx, ask tally.Ask, spans func(*db.Tx, []ident.County, calendar.Day, calendar.Day) (added, days []Span, err error)) (days, months []tally.Ask, err error) {
	if !ask.Wide() {
		return []tally.Ask{ask}, nil, nil
	}
	added, rows, err := spans(tx, ask.Counties(), ask.From, ask.To)
	for _, s := range rows {
		days = append(days, ask.Part(s.From, s.To, s.Counties))
	}
	for _, s := range added {
		months = append(months, ask.Part(s.From, s.To, s.Counties))
	}
	return days, months, err
}

// Months are the lines c of a table for a part of a question, which holds whole months.
func Months(tx *db.Tx, table string, part tally.Ask) *gorm.DB {
	return tx.Rows().Table(table+" AS c").Where("c.county_code IN ? AND c.month >= ? AND c.month <= ?", part.Counties(), part.From, part.To)
}

// Days are the lines c of a table that is kept by the day, for a part of a question.
func Days(tx *db.Tx, table string, part tally.Ask) *gorm.DB {
	return tx.Rows().Table(table+" AS c").Where("c.county_code IN ? AND c.day >= ? AND c.day <= ?", part.Counties(), part.From, part.To)
}

// Prefix is the SQL of the digits of lines c that name the area one level below.
func Prefix(ask tally.Ask) string {
	return fmt.Sprintf("substr(c.county_code, 1, %d)", tally.DigitsBelow[ask.Area.Level()])
}
