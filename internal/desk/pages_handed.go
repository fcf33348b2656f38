package desk

import (
	"slices"
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// handed is what a case's page shows of arranged sessions, of the notes of caucuses, and of where the case was handed to.
type handed struct {
	Arranged []arranged
	Kept     []kept
	Handed   []transfer
}

type arranged struct {
	casework.AppointmentView
	Kind, Present  string
	Tag            page.Tag
	Calendar, Move string // "" where there is nothing to fetch or to move
	Record         string // where what was said is recorded, once its day has come
}

// kept is a caucus with the way to its note, for whoever has one.
type kept struct {
	casework.SessionView
	Read, Break string
}

type transfer struct {
	casework.TransferView
	What      string
	OfferedOn calendar.Day
	Tag       page.Tag
}

var appointmentKinds = map[string]string{"planned": "info", "held": "ok", "cancelled": "plain", "lapsed": "plain"}

var offerKinds = map[string]string{"pending": "warn", "taken_over": "info", "accepted": "ok", "declined": "err", "withdrawn": "plain", "lapsed": "plain"}

// handing puts them into words.
func (d *deskView) handing(r *page.Request, today calendar.Day) {
	for _, a := range d.Appointments {
		var present []string
		for _, id := range a.Attending {
			present = append(present, d.nameOf(id))
		}
		out := arranged{AppointmentView: a, Kind: codes.SessionKinds.Name(a.Kind, r.Lang), Present: strings.Join(present, r.Say("desk.comma")),
			Tag: page.Tag{Kind: appointmentKinds[a.State], Text: r.Say("desk.appointment_state." + a.State)}}
		if a.State == casework.Planned {
			if d.may(casework.OpenSession) && !calendar.DayOf(a.StartsAt).After(today) {
				out.Record = d.Home + "/" + casework.OpenSession.Route() + "?appointment_id=" + a.ID.String()
			}
			out.Calendar = d.Home + "/appointments/" + a.ID.String() + "/calendar"
			if d.may(casework.ScheduleSession) {
				out.Move = d.Home + "/" + casework.ScheduleSession.Route() + "?appointment_id=" + a.ID.String()
			}
		}
		d.Arranged = append(d.Arranged, out)
	}
	for _, s := range d.Sessions {
		if s.Kind != "caucus" || s.NoteLength == 0 {
			continue
		}
		k := kept{SessionView: s}
		path := d.Home + "/sessions/" + s.ID.String()
		if d.reads(s) {
			k.Read = path + "/note"
		}
		if slices.ContainsFunc(d.NoteRequests, func(q casework.RequestView) bool {
			return q.SessionID == s.ID && q.Purpose == "read" && q.Decision == "approved" && !q.Read
		}) {
			k.Break = path + "/break-glass"
		}
		d.Kept = append(d.Kept, k)
	}
	for _, t := range d.Transfers {
		what := codes.TransferKinds.Name(t.Kind, r.Lang)
		if t.Reason != "" {
			what += " · " + codes.TransferReasons.Name(t.Reason, r.Lang)
		}
		d.Handed = append(d.Handed, transfer{TransferView: t, What: what, OfferedOn: calendar.Day(t.OfferedOn),
			Tag: page.Tag{Kind: offerKinds[t.State], Text: r.Say("desk.transfer_state." + t.State)}})
	}
}

// reads tells whether the reader of the page is shown who may read a note: that is shown to those who may.
func (d *deskView) reads(s casework.SessionView) bool {
	return len(s.Readers) > 0 && s.DestroyedAt == nil
}

// PartyName is a party's name.
func (d *deskView) PartyName(id ident.ID) string { return d.nameOf(id) }

// calendarFile gives an appointment for one's own calendar.
func (s *Service) calendarFile(r *page.Request) (page.Reply, error) {
	seen, err := s.look(r.Context(), r)
	if err != nil {
		return page.Reply{}, err
	}
	appointment, err := ident.ParseID(r.Param("appointment"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	text, err := s.cases.CalendarFile(r.Context(), r.Grant, seen.ID, appointment, r.Lang)
	if err != nil {
		return page.Reply{}, err
	}
	return page.Download("appointment.ics", "text/calendar; charset=utf-8", strings.NewReader(text)), nil
}
