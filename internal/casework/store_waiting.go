package casework

import (
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
)

const dueFirst = "CASE WHEN c.next_due IS NULL THEN 1 ELSE 0 END, c.next_due, c.id DESC"

// waiting finds the cases that somebody has to work on, what is due first first. Whoever works no cases is shown what is
// late and what was brought in.
func waiting(tx *db.Tx, g authz.Grant, works bool, most int) ([]Line, error) {
	q := tx.Rows().Table("dispute_cases AS c").Where("c.state IN ?", append(through(Registered, Performing), Closed))
	if !works {
		q = q.Where("(c.next_due < ? OR c.state = ?)", calendar.DayOf(tx.Now), Registered)
	}
	return first(tx, g, q, dueFirst, most)
}
