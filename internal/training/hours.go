package training

import (
	"context"
	"fmt"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// The three that have a number of hours of their own: whoever was engaged in the year, full time, and part time.
const (
	Newcomer = "induction"
	FullTime = "full_time"
	PartTime = "part_time"
)

// Hours are the class hours of a mediator in a year, of those that they should have. They count for the person, whichever
// of their committees sent them.
type Hours struct {
	Mediator  registry.Mediator
	Committee string
	AreaCode  ident.Area // of the committee
	As        string
	Had, Due  int
}

// Below tells whether hours are missing.
func (h Hours) Below() bool { return h.Had < h.Due }

// DueOf is what a mediator is in a year, and the hours that go with it by the settings of their committee's place.
func DueOf(tx *db.Tx, m registry.Mediator, area ident.Area, year int) (as string, hours int, err error) {
	set, err := registry.SettingsIn(tx, area)
	if err != nil {
		return "", 0, err
	}
	_, on := Span(year)
	if today := calendar.DayOf(tx.Now); today.Before(on) {
		on = today
	}
	as, name := PartTime, registry.TrainPartTime
	switch {
	case m.EngagedOn.Year() == year:
		as, name = Newcomer, registry.TrainInduction
	case m.FullTime:
		as, name = FullTime, registry.TrainFullTime
	}
	return as, set.Number(name, on), nil
}

// Span is the first and the last day of a year.
func Span(year int) (from, to calendar.Day) {
	return calendar.Day(fmt.Sprintf("%04d-01-01", year)), calendar.Day(fmt.Sprintf("%04d-12-31", year))
}

// HoursAsked narrows the list of hours.
type HoursAsked struct {
	Year  int  // this year when 0
	Below bool // only those to whom hours are missing
	After ident.ID
	Limit int // 1 to 100; 20 otherwise
}

const readAtOnce = 200 // mediators, while those are looked for to whom hours are missing

// HoursOf lists the mediators within the grant who serve now, with their class hours of a year, and the one to go on after;
// zero when that was all.
func (s *Service) HoursOf(ctx context.Context, g authz.Grant, ask HoursAsked) (out []Hours, next ident.ID, err error) {
	if ask.Limit < 1 || ask.Limit > 100 {
		ask.Limit = 20
	}
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		if ask.Year == 0 {
			ask.Year = calendar.DayOf(tx.Now).Year()
		}
		out, next, err = hoursPage(tx, g, ask)
		return err
	})
	return out, next, err
}

// hoursPage reads on until the page is full or nobody is left: how many hours are due is not in the rows.
func hoursPage(tx *db.Tx, g authz.Grant, ask HoursAsked) (out []Hours, next ident.ID, err error) {
	for after := ask.After; ; {
		rows, err := hoursRead(tx, g, ask.Year, after, readAtOnce)
		if err != nil {
			return nil, next, err
		}
		for _, row := range rows {
			h := Hours{Mediator: row.Mediator, Committee: row.CommitteeName, AreaCode: row.CommitteeArea, Had: row.Had}
			if h.As, h.Due, err = DueOf(tx, row.Mediator, row.CommitteeArea, ask.Year); err != nil {
				return nil, next, err
			}
			if ask.Below && !h.Below() {
				continue
			}
			if len(out) == ask.Limit {
				return out, out[len(out)-1].Mediator.ID, nil
			}
			out = append(out, h)
		}
		if len(rows) < readAtOnce {
			return out, next, nil
		}
		after = rows[len(rows)-1].ID
	}
}

// Totals are how many were trained: each person once, and each attendance.
type Totals struct {
	Persons     int64 `json:"persons" doc:"Each once, however often and for however many committees they came"`
	PersonTimes int64 `json:"person_times" doc:"Each person once a course"`
	Courses     int64 `json:"courses" doc:"With somebody of the area in them"`
	ClassHours  int64 `json:"class_hours"`
}

// TotalsOf are the totals of a year within the grant.
func (s *Service) TotalsOf(ctx context.Context, g authz.Grant, year int) (out Totals, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		if year == 0 {
			year = calendar.DayOf(tx.Now).Year()
		}
		from, to := Span(year)
		out, err = totals(tx, g, from, to)
		return err
	})
	return out, err
}

// Reached tells whether a mediator of a committee has the class hours that are due in a year.
func Reached(tx *db.Tx, mediator ident.ID, year int) (bool, error) {
	m, err := registry.FindMediator(tx, mediator)
	if err != nil {
		return false, err
	}
	c, err := registry.FindCommittee(tx, m.CommitteeID)
	if err != nil {
		return false, err
	}
	_, due, err := DueOf(tx, m, c.AreaCode, year)
	if err != nil {
		return false, err
	}
	from, to := Span(year)
	had, err := HoursHad(tx, m.CountyCode, m.PersonID, from, to)
	return had >= due, err
}
