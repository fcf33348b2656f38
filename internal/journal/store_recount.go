package journal

import (
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Recount is a month of a county whose figures changed by an act and must be added up anew. Each act leaves marks of its own:
// no two wait for one another, and what is added up while an act has not committed yet is not believed after it has.
type Recount struct {
	ident.Key
	Month calendar.Day `gorm:"column:month"` // its first day
}

// TableName is the table's.
func (Recount) TableName() string { return "recounts" }

// Recounts marks the months in which some days lie, each once. The running month needs no mark: it is added up from rows.
func Recounts(tx *db.Tx, days ...calendar.Day) error {
	this := calendar.DayOf(tx.Now).FirstOfMonth()
	seen := map[calendar.Day]bool{"": true}
	var rows []Recount
	for _, d := range days {
		if month := d.FirstOfMonth(); !seen[month] && month < this {
			seen[month] = true
			rows = append(rows, Recount{Key: tx.NewKey(), Month: month})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.Rows().Create(&rows).Error
}
