package casework

import (
	"fmt"
	"reflect"
	"time"

	"gorm.io/gorm/clause"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

func (s *Service) openAppointments(c *Case) error {
	for i := range c.Appointments {
		a := &c.Appointments[i]
		if err := s.unseal("session_appointments", a.ID, unsealing{"place_sealed", a.PlaceSealed, &a.Place}); err != nil {
			return err
		}
	}
	return nil
}

// saveAppointments writes those that are new or were changed.
func (s *Service) saveAppointments(tx *db.Tx, c *Case, was *loaded) error {
	for i := range c.Appointments {
		a := &c.Appointments[i]
		isNew := i >= len(was.appointments)
		if !isNew && reflect.DeepEqual(*a, was.appointments[i]) {
			continue
		}
		a.PlaceSealed = s.vault.Seal(sealed("session_appointments", "place_sealed", a.ID), a.Place)
		if isNew {
			if err := tx.Rows().Create(a).Error; err != nil {
				return err
			}
			continue
		}
		if err := tx.Rows().Model(&Appointment{}).Where("county_code = ? AND id = ?", a.CountyCode, a.ID).
			Select("*").Omit("county_code", "id", "case_id", "kind").Updates(a).Error; err != nil {
			return err
		}
	}
	return nil
}

// taken is the first appointment of a running case that takes one of these mediators, or this room, at that time; nil
// when all are free. Bookings of a committee wait for each other from here on, so that no two find the same hour free.
func (o counter) taken(b booking) (*clash, error) {
	var held []ident.ID
	lock := clause.Locking{Strength: "NO KEY UPDATE"}
	err := o.tx.Rows().Table("committees").Clauses(lock).Where("county_code = ? AND id = ?", o.tx.County, b.committee).Pluck("id", &held).Error
	if err != nil {
		return nil, fmt.Errorf("bookings of %s: %w", b.committee, err)
	}
	var found []struct {
		StartsAt time.Time
		EndsAt   time.Time
		Room     bool
	}
	err = o.tx.Rows().Table("session_appointments AS a").
		Joins("JOIN dispute_cases c ON c.county_code = a.county_code AND c.id = a.case_id").
		Where("a.county_code = ? AND a.state = ? AND a.starts_at < ? AND a.ends_at > ? AND a.id <> ? AND c.state IN ?", o.tx.County, Planned, b.to, b.from, b.except, alive).
		Where("(a.committee_id = ? AND a.place_index IN ? OR EXISTS (SELECT 1 FROM case_people p WHERE p.county_code = a.county_code AND p.case_id = a.case_id"+
			" AND p.ended_at IS NULL AND p.part IN ? AND p.mediator_id IN ?))", b.committee, b.rooms, []string{authz.PartHost, authz.PartCoMediator}, b.mediators).
		Select("a.starts_at, a.ends_at, (a.committee_id = ? AND a.place_index IN ?) AS room", b.committee, b.rooms).
		Order("a.starts_at, a.id").Limit(1).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &clash{StartsAt: found[0].StartsAt.UTC(), EndsAt: found[0].EndsAt.UTC(), Room: found[0].Room}, nil
}
