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
	days := []Span{{ask.From, ask.To, ask.Counties()}}
	var added []Span
	if ask.Wide() {
		var err error
		if added, days, err = Spans(tx, ask.Counties(), ask.From, ask.To); err != nil {
			return nil, err
		}
	}
	var all []any
	for _, s := range days {
		all = append(all, rows(ask.Part(s.From, s.To, s.Counties)))
	}
	for _, s := range added {
		all = append(all, months(ask.Part(s.From, s.To, s.Counties)))
	}
	return tx.Rows().Table("("+strings.TrimPrefix(strings.Repeat(" UNION ALL SELECT * FROM (?) AS p", len(all)), " UNION ALL ")+") AS t", all...), nil
}

// Months are the lines c of a table for a part of a question, which holds whole months.
func Months(tx *db.Tx, table string, part tally.Ask) *gorm.DB {
	return tx.Rows().Table(table+" AS c").Where("c.county_code IN ? AND c.month >= ? AND c.month <= ?", part.Counties(), part.From, part.To)
}

// Prefix is the SQL of the digits of lines c that name the area one level below.
func Prefix(ask tally.Ask) string {
	return fmt.Sprintf("substr(c.county_code, 1, %d)", tally.DigitsBelow[ask.Area.Level()])
}
