package rollup

import (
	"fmt"
	"strings"

	"gorm.io/gorm"

	"fengqiao/internal/db"
	"fengqiao/internal/tally"
)

// Read answers a question as rows t: by rows for the days of it that are not added up, and by months for the rest; both give the
// same columns. A question about less than whole counties is answered from rows alone.
func Read(tx *db.Tx, ask tally.Ask, rows, months func(part tally.Ask) *gorm.DB) (*gorm.DB, error) {
	days, added, err := Parts(tx, ask)
	if err != nil {
		return nil, err
	}
	var all []any
	for _, part := range days {
		all = append(all, rows(part))
	}
	for _, part := range added {
		all = append(all, months(part))
	}
	return tx.Rows().Table("("+strings.TrimPrefix(strings.Repeat(" UNION ALL SELECT * FROM (?) AS p", len(all)), " UNION ALL ")+") AS t", all...), nil
}

// Parts divides a question into what must be answered from rows and what is added up.
func Parts(tx *db.Tx, ask tally.Ask) (days, months []tally.Ask, err error) {
	if !ask.Wide() {
		return []tally.Ask{ask}, nil, nil
	}
	added, rows, err := Spans(tx, ask.Counties(), ask.From, ask.To)
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

// Prefix is the SQL of the digits of lines c that name the area one level below.
func Prefix(ask tally.Ask) string {
	return fmt.Sprintf("substr(c.county_code, 1, %d)", tally.DigitsBelow[ask.Area.Level()])
}
