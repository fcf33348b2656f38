package counter

import (
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

// leaving mounts the page to which somebody is led who must leave at once because another person comes near: a month's
// calendar with its days off, that says nothing of where it belongs.
func (s *Service) leaving(site *page.Site) {
	site.Handle("GET", "/calendar", "home.read", s.calendarPage)
}

// month is a calendar's sheet.
type month struct {
	First, Before, After calendar.Day // first days of the month, and of those beside it
	Weeks                [][]square
}

// Name is the month as an address has it: 2026-03.
func (m month) Name() string { return named(m.First) }

// Earlier is the month before it.
func (m month) Earlier() string { return named(m.Before) }

// Later is the month after it.
func (m month) Later() string { return named(m.After) }

func named(d calendar.Day) string { return string(d)[:len("2006-01")] }

// square is a day of the sheet; one of another month has no number.
type square struct {
	Number     int
	Off, Today bool
}

const firstYear, lastYear = 2000, 2100

func (s *Service) calendarPage(r *page.Request) (page.Reply, error) {
	today := calendar.DayOf(s.store.Now())
	asked, err := calendar.ParseDay(r.Query("month") + "-01")
	if err != nil || asked.Year() < firstYear || asked.Year() > lastYear {
		asked = today.Plus(1 - today.DayOfMonth())
	}
	var m month
	err = s.store.Read(r.Context(), actor.Actor{}, func(tx *db.Tx) error {
		days, err := registry.CalendarOf(tx)
		if err == nil {
			m = sheet(days, asked, today)
		}
		return err
	})
	return page.Show("counter/calendar", m), err
}

// sheet lays a month out in weeks that begin with Monday.
func sheet(days *calendar.Calendar, first, today calendar.Day) month {
	m := month{First: first, Before: first.PlusMonths(-1), After: first.PlusMonths(1)}
	week := make([]square, (int(first.Weekday())+6)%7, 7)
	for d := first; d.Before(m.After); d = d.Plus(1) {
		week = append(week, square{Number: d.DayOfMonth(), Off: !days.IsWorking(d), Today: d == today})
		if d.Weekday() == time.Sunday {
			m.Weeks, week = append(m.Weeks, week), make([]square, 0, 7)
		}
	}
	if len(week) > 0 {
		m.Weeks = append(m.Weeks, append(week, make([]square, 7-len(week))...))
	}
	return m
}
