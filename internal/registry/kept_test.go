package registry_test

import (
	"testing"

	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/registry"
)

func TestAChangeIsSeenAtOnceAlthoughItWasAskedForBefore(t *testing.T) {
	each(t, func(t *town) {
		c := t.active("少林社区人民调解委员会", registry.OfResidents, shaolin)
		const added = "350503001900"
		look := func() (phone, place string, last calendar.Day) {
			t.read(func(tx *db.Tx) error {
				_, p, err := registry.NameOf(tx, c.ID)
				if err != nil {
					return err
				}
				phone = p
				if place, err = registry.FullName(tx, added); err != nil {
					place = "none"
				}
				cal, err := registry.CalendarIn(tx, shaolin)
				if err == nil {
					last = cal.AddDays("2025-05-23", 30)
				}
				return err
			})
			return phone, place, last
		}
		for range 2 {
			if phone, place, last := look(); phone != c.Phone || place != "none" || last != "2025-06-23" {
				t.Errorf("before: %q, %s, %s", phone, place, last)
			}
		}
		now := must(t.s.Amend(t.ctx(), t.admin, c.ID, c.Version, registry.Contact{Phone: "0595-22000000"}))(t)
		must(t.s.AddArea(t.ctx(), t.operator, registry.NewArea{Code: added, Name: "新社区"}))(t)
		if err := t.s.Set(t.ctx(), t.operator, "350503000000", registry.WeekendRolling, "off", ""); err != nil {
			t.Fatal(err)
		}
		if phone, place, last := look(); phone != now.Phone || place == "none" || last != "2025-06-22" {
			t.Errorf("after: %q, %s, %s", phone, place, last)
		}
	})
}
