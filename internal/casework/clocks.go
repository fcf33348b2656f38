package casework

import (
	"slices"

	"fengqiao/internal/calendar"
)

// Lengths of the clocks, as the handbook's §4 gives them.
const (
	intakeDecisionDays = 3  // working days, A9
	consentWaitDays    = 7  // days
	followUpDays       = 30 // days after performance was due, or after the agreement, R6
)

// sessionClock is the day of a session that was arranged.
const sessionClock = "session"

// Clock is a period that runs, and the day on which it ends.
type Clock struct {
	Name    string       `json:"name"`
	Due     calendar.Day `json:"due" format:"date"`
	Overdue bool         `json:"overdue"`
}

// clocks are the periods that run for a case in its present state, soonest first; of its appointments those that pass.
func (c *Case) clocks(cal *calendar.Calendar, today calendar.Day, passes func(Appointment) bool) []Clock {
	var out []Clock
	add := func(name string, due calendar.Day) {
		if !due.IsZero() {
			out = append(out, Clock{Name: name, Due: due, Overdue: due.Before(today)})
		}
	}
	switch c.State {
	case Registered:
		add("intake_decision", cal.AddWorkingDays(dayOf(c.RegisteredAt), intakeDecisionDays))
	case AwaitingConsent:
		if c.ConsentAskedAt != nil {
			add("consent_wait", cal.AddDays(dayOf(*c.ConsentAskedAt), consentWaitDays))
		}
	case Accepted, Assigned, InMediation, AgreementPending:
		add("mediation", c.MediationDueDay)
	case Performing:
		c.performanceClocks(cal, add)
	default: // no period runs
	}
	for _, a := range c.Appointments {
		if a.State == Planned && slices.Contains(alive, c.State) && passes(a) {
			add(sessionClock, dayOf(a.StartsAt))
		}
	}
	slices.SortStableFunc(out, func(a, b Clock) int { return compareDays(a.Due, b.Due) })
	return out
}

func (c *Case) performanceClocks(cal *calendar.Calendar, add func(string, calendar.Day)) {
	var last calendar.Day
	for _, o := range c.Agreement.Obligations {
		if !o.settled() {
			add("obligation", o.Due)
		}
		last = max(last, o.Due)
	}
	if c.Agreement.Form == Written && c.EffectiveAt != nil {
		add("confirmation_window", cal.AddDays(dayOf(*c.EffectiveAt), confirmationDays))
	}
	if c.FollowUps > 0 || c.EffectiveAt == nil {
		return
	}
	if last.IsZero() {
		last = dayOf(*c.EffectiveAt)
	}
	add("follow_up", cal.AddDays(last, followUpDays))
}

func compareDays(a, b calendar.Day) int {
	switch {
	case a.Before(b):
		return -1
	case b.Before(a):
		return 1
	}
	return 0
}

// dueNext keeps on the register line what is due next, for lists. The confirmation window is an offer, not a duty.
func (d *deed) dueNext(c *Case) {
	c.NextDue, c.NextDueName = "", ""
	for _, k := range c.clocks(d.cal, d.today(), func(Appointment) bool { return true }) {
		if k.Name != "confirmation_window" {
			c.NextDue, c.NextDueName = k.Due, k.Name
			return
		}
	}
}
