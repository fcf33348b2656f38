package casework

import (
	"time"

	"fengqiao/internal/db"
)

// dropDraftsBefore removes the drafts that nobody has touched since a moment.
func dropDraftsBefore(tx *db.Tx, since time.Time) (int64, error) {
	r := tx.Rows().Where("county_code = ? AND updated_at < ?", tx.County, since).Delete(&draftRow{})
	return r.RowsAffected, r.Error
}
