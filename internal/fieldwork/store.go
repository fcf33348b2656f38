package fieldwork

import "fengqiao/internal/db"

// Rows are this room's models.
var Rows = []any{&PresenceService{}}

// BulkPresence enters services in bulk, for the demo city; what it is given must be right.
func BulkPresence(tx *db.Tx, rows []PresenceService) error {
	return db.Load(tx, rows)
}
