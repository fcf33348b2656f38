package casework

import "fengqiao/internal/db"

// markDestroyed writes that a dossier was destroyed; Stale when somebody else wrote the case since it was read.
func markDestroyed(tx *db.Tx, h Head, list string) error {
	r := tx.Rows().Model(&Head{}).Where("county_code = ? AND id = ? AND version = ?", h.CountyCode, h.ID, h.Version).
		Updates(map[string]any{"version": h.Version + 1, "destroyed_at": tx.Now, "destroyed_list": list, "last_event_at": tx.Now})
	if r.Error == nil && r.RowsAffected != 1 {
		return errStale
	}
	return r.Error
}
