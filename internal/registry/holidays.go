package registry

import (
	"context"
	"fmt"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// holiday is one line of a year's table as it is kept.
type holiday struct {
	Day    calendar.Day `gorm:"primaryKey"`
	Kind   calendar.Kind
	Name   string
	MadeAt time.Time
	MadeBy ident.ID
}

// CalendarOf is the calendar by the tables as they are now, and by the setting of the transaction's county; a reading
// transaction has no county and goes by what is set everywhere.
func CalendarOf(tx *db.Tx) (*calendar.Calendar, error) { return CalendarIn(tx, tx.County.Area()) }

// CalendarIn is the calendar by which periods run in an area.
func CalendarIn(tx *db.Tx, area ident.Area) (*calendar.Calendar, error) {
	by, err := bothCalendars(tx)
	if err != nil {
		return nil, err
	}
	set, err := SettingsIn(tx, area)
	if err != nil {
		return nil, err
	}
	if set.Word(WeekendRolling, today(tx)) == "off" {
		return by.keeping, nil
	}
	return by.rolling, nil
}

// calendars are the calendar of places where a period may not end on a weekend, and of those where it may.
type calendars struct{ rolling, keeping *calendar.Calendar }

func bothCalendars(tx *db.Tx) (calendars, error) {
	if known, ok := db.Recall[calendars](tx, holidaysKey{}); ok {
		return known, nil
	}
	table, err := allHolidays(tx)
	if err != nil {
		return calendars{}, err
	}
	made := calendars{rolling: calendar.New(table), keeping: calendar.New(table, calendar.KeepWeekends())}
	tx.Keep(holidaysKey{}, made)
	return made, nil
}

// Holidays is the table of one year.
func Holidays(tx *db.Tx, year int) ([]calendar.Holiday, error) { return holidaysOf(tx, year) }

// SetHolidays replaces the table of a year, as the State Council publishes it each November. It holds for every county,
// so that the administrator of one county may not change it. Clocks in years that had no table are provisional and are
// computed again by the room of cases.
func (s *Service) SetHolidays(ctx context.Context, g authz.Grant, year int, table []calendar.Holiday) error {
	home := cityOf(g)
	if home == "" {
		return fault.NoSuch()
	}
	if err := checkHolidays(year, table); err != nil {
		return err
	}
	return s.Store.Do(ctx, g.By(), home.County(), func(tx *db.Tx) error { return replaceHolidays(tx, year, table) })
}

// cityOf is the area of a grant to write that reaches a whole city or more; empty when it reaches less.
func cityOf(g authz.Grant) ident.Area {
	for _, r := range g.Reaches() {
		if level := r.Area.Level(); g.Action() == Writing && (level == ident.City || level == ident.Province) {
			return r.Area
		}
	}
	return ""
}

func checkHolidays(year int, table []calendar.Holiday) error {
	var check fault.Check
	seen := map[calendar.Day]bool{}
	for i, h := range table {
		at := fmt.Sprintf("days[%d]", i)
		d, err := calendar.ParseDay(string(h.Day))
		check.Take(at+".day", err)
		if err == nil && (d.Year() != year || seen[d]) {
			check.Add(at+".day", "日期应在 %d 年内，且不能重复。", "The day must lie in %d and may stand only once.", year)
		}
		seen[d] = true
		allowed(&check, at+".kind", h.Kind, calendar.Rest, calendar.Work)
		_, err = ident.ParseName(h.Name)
		check.Take(at+".name", err)
	}
	return check.Err()
}

// seedHolidays fills an empty table with what was published when the product was built.
func seedHolidays(tx *db.Tx) error {
	there, err := allHolidays(tx)
	if err != nil || len(there) > 0 {
		return err
	}
	return insertHolidays(tx, calendar.Published())
}
