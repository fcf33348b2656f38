package casework

import (
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// toRemind are the running cases with a session of which a reminder is due.
func toRemind(tx *db.Tx) (out []ident.ID, err error) {
	due := tx.Rows().Where("1 = 0")
	for _, hours := range stages {
		due = due.Or("a.starts_at <= ? AND (a.reminded = 0 OR a.reminded > ?)", tx.Now.Add(time.Duration(hours)*time.Hour), hours)
	}
	err = db.Cross(tx.Rows()).Table("session_appointments AS a").
		Joins("JOIN dispute_cases c ON c.county_code = a.county_code AND c.id = a.case_id").
		Where("a.state = ? AND a.starts_at > ? AND c.state IN ?", Planned, tx.Now, alive).Where(due).
		Distinct("a.case_id").Order("a.case_id").Pluck("a.case_id", &out).Error
	return out, err
}

// held is a case that nobody else changes until the transaction ends.
func (s *Service) held(tx *db.Tx, id ident.ID) (*Case, error) {
	var c Case
	err := tx.Rows().Clauses(clause.Locking{Strength: "UPDATE"}).Where("county_code = ? AND id = ?", id.County(), id).Take(&c.Head).Error
	if err != nil {
		return nil, fmt.Errorf("case %s: %w", id, err)
	}
	return &c, s.fill(tx, &c)
}

// reminded marks the nearest reminder of an appointment that was sent.
func reminded(tx *db.Tx, a Appointment, hours int) error {
	return tx.Rows().Model(&Appointment{}).Where("county_code = ? AND id = ?", a.CountyCode, a.ID).Update("reminded", hours).Error
}
