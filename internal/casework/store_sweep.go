package casework

import (
	"gorm.io/gorm/clause"

	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

const toBeSwept = "sweep_on IS NOT NULL AND sweep_on <= ?"

// toSweepIn are the counties with cases whose day has come.
func toSweepIn(tx *db.Tx) (out []ident.County, err error) {
	err = db.Cross(tx.Rows()).Model(&Head{}).Where(toBeSwept, calendar.DayOf(tx.Now)).Distinct("county_code").Order("county_code").Pluck("county_code", &out).Error
	return out, err
}

// toSweep are the next cases of a county whose day has come, in the order of their ids.
func toSweep(tx *db.Tx, county ident.County, after ident.ID, most int) (out []ident.ID, err error) {
	q := tx.Rows().Model(&Head{}).Where("county_code = ?", county).Where(toBeSwept, calendar.DayOf(tx.Now))
	if !after.IsZero() {
		q = q.Where("id > ?", after)
	}
	err = q.Order("id").Limit(most).Pluck("id", &out).Error
	return out, err
}

// sweepable is a case whose day has come, to be written; nil when it has been looked at in the meantime.
func (s *Service) sweepable(tx *db.Tx, id ident.ID) (*Case, error) {
	var c Case
	err := tx.Rows().Clauses(clause.Locking{Strength: "UPDATE"}).Where("county_code = ? AND id = ?", id.County(), id).
		Where(toBeSwept, calendar.DayOf(tx.Now)).Take(&c.Head).Error
	if db.IsNone(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &c, s.fill(tx, &c)
}

// sweptFor keeps the next day on which a case must be looked at, where nothing else of it changed: no act, no version.
func sweptFor(tx *db.Tx, c *Case) error {
	return tx.Rows().Model(&Head{}).Where("county_code = ? AND id = ?", c.CountyCode, c.ID).
		Select("sweep_on", "next_due", "next_due_name").Updates(&c.Head).Error
}
