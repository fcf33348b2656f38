package casework

import (
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Worked tells whether a person mediates a case or keeps its record, or did.
func Worked(tx *db.Tx, id, person ident.ID) (bool, error) {
	var n int64
	err := tx.Rows().Model(&Participant{}).Where("county_code = ? AND case_id = ? AND person_id = ? AND part IN ?", id.County(), id, person,
		append(authz.HostParts(), authz.PartRecused)).Count(&n).Error
	return n > 0, err
}
