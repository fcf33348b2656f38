package casework

import (
	"context"

	ics "github.com/arran4/golang-ical"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// reminders go before a session: three days, one day and two hours (session_reminder of the lifecycle's clocks).
var reminders = []string{"-P3D", "-P1D", "-PT2H"}

var appointmentWords = fault.Say("预约", "Appointment")

// CalendarFile is an appointment as a file for somebody's own calendar (RFC 5545), for whoever sees the appointment.
// Others may look at a telephone: it says when and where, and not what about, with whom or against whom.
func (s *Service) CalendarFile(ctx context.Context, g authz.Grant, id, appointment ident.ID, lang string) (string, error) {
	var out string
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		c, err := s.find(tx, g, id)
		if err != nil {
			return err
		}
		v, err := s.view(tx, g.By(), c, c.viewOf(g))
		if err != nil {
			return err
		}
		for _, a := range v.Appointments {
			if a.ID == appointment {
				out = a.calendar(*c.appointment(a.ID), lang)
				return nil
			}
		}
		return fault.NoSuch()
	})
	return out, err
}

// calendar writes what a reader sees of an appointment.
func (v AppointmentView) calendar(a Appointment, lang string) string {
	cal := ics.NewCalendarFor("fengqiao")
	cal.SetMethod(ics.MethodPublish)
	e := cal.AddEvent(a.ID.String() + "@fengqiao")
	e.SetDtStampTime(a.ChangedAt.UTC())
	e.SetLastModifiedAt(a.ChangedAt.UTC())
	e.SetSequence(a.Sequence)
	e.SetStartAt(v.StartsAt.UTC())
	e.SetEndAt(v.EndsAt.UTC())
	e.SetSummary(appointmentWords.In(lang))
	e.SetClass(ics.ClassificationPrivate)
	if v.Place != "" && v.Mode == "in_person" {
		e.SetLocation(v.Place)
	}
	if v.State != Planned && v.State != Held {
		e.SetStatus(ics.ObjectStatusCancelled)
		return cal.Serialize(ics.WithNewLineWindows)
	}
	e.SetStatus(ics.ObjectStatusConfirmed)
	for _, before := range reminders {
		alarm := e.AddAlarm()
		alarm.SetAction(ics.ActionDisplay)
		alarm.SetTrigger(before)
		alarm.SetDescription(appointmentWords.In(lang))
	}
	return cal.Serialize(ics.WithNewLineWindows)
}
