package casework

import (
	"context"
	"errors"
	"slices"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// stages are how many hours before a session its parties are reminded, the nearest first.
var stages = []int{2, 24, 72}

// stageOf is the nearest reminder of a session whose time has come: 0 while none has, and once the session began.
func stageOf(now, starts time.Time) int {
	if !now.Before(starts) {
		return 0
	}
	i := slices.IndexFunc(stages, func(hours int) bool { return !now.Before(starts.Add(-time.Duration(hours) * time.Hour)) })
	if i < 0 {
		return 0
	}
	return stages[i]
}

// remindNow is the reminder that is due of an appointment as it stands; 0 where none is, or a nearer one was sent.
func (a Appointment) remindNow(now time.Time) int {
	hours := stageOf(now, a.StartsAt)
	if a.State != Planned || a.Reminded != 0 && a.Reminded <= hours {
		return 0
	}
	return hours
}

var sessionReminder = say("提醒：您约定于 %[2]s 参加协商。地点和方式"+lookUp+"；来不了请告诉调委会。", "A reminder: your meeting is at %[2]s. "+lookUpEN+" where and how; if you cannot come, please tell the committee.")

// remindOfSessions sends the reminders whose time has come. What is sent follows from the case as it stands at that
// moment, so nothing has to be remembered and undone when a session is moved or cancelled.
func (s *Service) remindOfSessions(ctx context.Context) error {
	var cases []ident.ID
	err := s.db.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
		cases, err = toRemind(tx)
		return err
	})
	for _, id := range cases {
		if ctx.Err() != nil {
			break
		}
		err = errors.Join(err, s.remindOf(ctx, id)) // the others are not kept waiting for one
	}
	return err
}

// remindOf sends the reminders of one case. It is no act and makes no version: whoever has the case open goes on.
func (s *Service) remindOf(ctx context.Context, id ident.ID) error {
	return s.db.Do(ctx, actor.System, id.County(), func(tx *db.Tx) error {
		c, err := s.held(tx, id)
		if err != nil || !c.State.Alive() {
			return err
		}
		for _, a := range c.Appointments {
			hours := a.remindNow(tx.Now)
			if hours == 0 {
				continue
			}
			if err := errors.Join(reminded(tx, a, hours), s.remind(tx, c, a)); err != nil {
				return err
			}
		}
		return nil
	})
}

// remind tells the parties that attend; an earlier reminder that still waits is taken back, so that nobody gets two at
// once.
func (s *Service) remind(tx *db.Tx, c *Case, a Appointment) error {
	if err := journal.TakeBack(tx, c.ID, a.ID); err != nil {
		return err
	}
	m := meeting{is: &a}
	d := &deed{Service: s, tx: tx}
	for _, p := range c.Here() {
		if !m.comes(p) || !c.knows(p) {
			continue
		}
		if err := d.text(c, &p, a.ID, "session_reminder", sessionReminder, m); err != nil {
			return err
		}
	}
	return nil
}
