package bureau

import (
	"slices"

	"fengqiao/internal/db"
)

// BulkSeals enters the seals of committees in bulk, for the demo city; a row without a committee is passed over. It holds
// nobody to a rule.
func BulkSeals(tx *db.Tx, rows []Seal) error {
	rows = slices.DeleteFunc(rows, func(s Seal) bool { return s.CommitteeID.IsZero() })
	for i := range rows {
		rows[i].Key, rows[i].Version = tx.NewKey(), 1
	}
	return db.Load(tx, rows)
}
