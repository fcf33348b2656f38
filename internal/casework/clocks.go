package casework

import (
	"slices"
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// sessionClock is the day of a session that was arranged.
const sessionClock = "session"

// Clock is a period that runs, and the day on which it ends.
type Clock struct {
	Name    string       `json:"name"`
	Due     calendar.Day `json:"due" format:"date"`
	Overdue bool         `json:"overdue"`
	Rule    string       `json:"rule,omitempty" doc:"The rule that it keeps"`
	Subject ident.ID     `json:"subject,omitempty,omitzero" doc:"The obligation, where it is one's"`
}

// periods are by which a case's periods run: the calendar and the settings of its place.
type periods struct {
	cal *calendar.Calendar
	set registry.Settings
}

// days is the last day of a period of a setting's days that began on a day.
func (p periods) days(start calendar.Day, setting string) calendar.Day {
	return p.last(start, p.set.Number(setting, start), calendar.Days)
}

func (p periods) workingDays(start calendar.Day, setting string) calendar.Day {
	return p.last(start, p.set.Number(setting, start), calendar.WorkingDays)
}

func (p periods) last(start calendar.Day, n int, unit calendar.Unit) calendar.Day {
	return p.cal.Last(start, calendar.Period{N: n, Unit: unit})
}

// Periods that the law fixes and no region sets.
var (
	confirmationWindow = calendar.Period{N: 30, Unit: calendar.Days} // G9, PML 33
	courtAccepts       = calendar.Period{N: 3, Unit: calendar.Days}  // G12, JI2011 4
	courtDecides       = calendar.Period{N: 15, Unit: calendar.Days} // G12, JI2011 5; the court may take ten more
	enforcement        = calendar.Period{N: 2, Unit: calendar.Years} // G13, CPL 250
)

const enforcementWarning = 90 // days before it ends, the creditor is told

var nudges = []int{2, 5} // days after the question, whoever has not answered is asked again

// clockRule is one clock: when it runs, what it is about, and on which days it ends. An offer is no duty: it is never
// what is due next, and nothing is late when it ends.
type clockRule struct {
	name  string
	rule  string
	runs  []State
	offer bool
	ends  func(periods, *Case) []lapse
}

// lapse is the last day of a clock; subject is the obligation it is about, if it is about one.
type lapse struct {
	day     calendar.Day
	subject ident.ID
}

func only(day calendar.Day) []lapse {
	if day.IsZero() {
		return nil
	}
	return []lapse{{day: day}}
}

// ClockNames are the names of all clocks of a case, in the order in which they are asked.
func ClockNames() (names []string) {
	for _, k := range clockRules {
		names = append(names, k.name)
	}
	return names
}

// clockRules are all clocks of a case. What is due, what is late, the sweep and the tables in the docs are made from it.
var clockRules = []clockRule{
	{"intake_decision", "A9", at(Registered), false, func(p periods, c *Case) []lapse {
		return only(p.workingDays(dayOf(c.RegisteredAt), registry.IntakeDecision))
	}},
	{"consent_wait", "A2", at(AwaitingConsent), false, func(p periods, c *Case) []lapse {
		return only(p.days(dayOfOr(c.ConsentAskedAt), registry.ConsentWait))
	}},
	{mediationClock, "M6", mediating, false, mediationBy(mediationClock)},
	{courtRegistered, "M7", mediating, false, mediationBy(courtRegistered)},
	{courtBefore, "M7", mediating, false, mediationBy(courtBefore)},
	{"tier_clock", "", at(Accepted, Assigned, InMediation), true, func(p periods, c *Case) []lapse { return only(p.tier(c)) }},
	{"obligation", "G7", at(Performing), false, func(_ periods, c *Case) []lapse { return c.owed() }},
	{windowClock, "G9", at(Performing), true, func(p periods, c *Case) []lapse {
		if !c.mayBeConfirmed() {
			return nil
		}
		return only(p.cal.Last(dayOfOr(c.EffectiveAt), confirmationWindow))
	}},
	{"court_accepts", "G12", after, true, courtClocks(courtTakes)},
	{"court_decides", "G12", after, true, courtClocks(courtSettles)},
	{"enforcement", "G13", after, true, enforceable},
	{sessionClock, "", alive, false, func(_ periods, c *Case) (out []lapse) {
		for _, a := range c.Appointments {
			if a.State == Planned {
				out = append(out, lapse{dayOf(a.StartsAt), a.ID})
			}
		}
		return out
	}},
	{"transfer_answer", "O13", transferable, false, func(_ periods, c *Case) []lapse {
		if t := c.openOffer(); t != nil {
			return only(t.DueOn)
		}
		return nil
	}},
	{"follow_up", "R6", at(Performing, Closed), false, func(p periods, c *Case) []lapse { return only(p.followUp(c)) }},
}

// after are the states in which an agreement may be in force: what courts do with it goes on when the dossier is filed away.
var after = at(Performing, Closed, Archived)

const windowClock = "confirmation_window" // in which the parties may ask a court to confirm, G9

// The three clocks of mediation: which one runs follows from who sent the case.
const (
	mediationClock  = "mediation"
	courtRegistered = "court_registered"       // a court entrusted it after registration, M7
	courtBefore     = "court_pre_registration" // a court sent it before
)

var mediating = at(Accepted, Assigned, InMediation, AgreementPending)

// mediationBy is the last day of mediation, where it runs by this clock.
func mediationBy(clock string) func(periods, *Case) []lapse {
	return func(_ periods, c *Case) []lapse {
		if c.mediationClock() != clock {
			return nil
		}
		return only(c.MediationDueDay)
	}
}

// mediationClock is the clock by which a case is mediated. Advice to apply sets none of the court's.
func (c *Case) mediationClock() string {
	switch r := c.Referral; {
	case r == nil || r.Channel != FromCourt || r.ReceivedAt == nil:
		return mediationClock
	case r.Kind == Entrusted:
		return courtRegistered
	case r.Kind == Delegated:
		return courtBefore
	}
	return mediationClock
}

// mediationUntil is the last day of mediation of a case accepted on a day, M6; of a court's case, counted from the
// signature of receipt and never beyond the day that the court gave, M7.
func (p periods) mediationUntil(c *Case, accepted calendar.Day) calendar.Day {
	clock := c.mediationClock()
	if clock == mediationClock {
		return p.days(accepted, registry.Mediation)
	}
	setting := registry.CourtBefore
	if clock == courtRegistered {
		setting = map[bool]string{true: registry.CourtSummary, false: registry.CourtOrdinary}[c.Referral.Procedure == Summary]
	}
	last := p.days(dayOf(*c.Referral.ReceivedAt), setting)
	if d := c.Referral.Deadline; !d.IsZero() && d.Before(last) {
		return d
	}
	return last
}

// owed are the obligations of which something is still to be done, by the days on which they are due. What was said not to
// have been done has no day any more: it is mended, or the case is closed with it.
func (c *Case) owed() (out []lapse) {
	for _, o := range c.obligations() {
		if o.State != "performed" && o.State != "unperformed" && !o.Due.IsZero() {
			out = append(out, lapse{o.Due, o.ID})
		}
	}
	return out
}

// enforceable are the obligations that were not wholly performed, by the days until which the court may be asked to
// enforce them, G13: two years from the last day of performance. Only what a court confirmed is enforced.
func enforceable(p periods, c *Case) (out []lapse) {
	if !c.wasConfirmed() {
		return nil
	}
	for _, o := range c.obligations() {
		if o.State != "performed" && !o.Due.IsZero() {
			out = append(out, lapse{p.cal.Last(o.Due, enforcement), o.ID})
		}
	}
	return out
}

// obligations are those of the agreement in hand.
func (c *Case) obligations() []Obligation {
	if c.Agreement == nil {
		return nil
	}
	return c.Agreement.Obligations
}

// tier is the day by which a case of its difficulty should be done in places that work by tiers.
func (p periods) tier(c *Case) calendar.Day {
	setting := map[int]string{1: registry.TierSimple, 2: registry.TierOrdinary}[c.Difficulty]
	if setting == "" {
		setting = registry.TierComplex
	}
	start := dayOfOr(c.AcceptedAt)
	if p.set.Number(setting, start) == 0 {
		return ""
	}
	return p.days(start, setting)
}

// followUp is the day by which somebody visits, R6: after the last performance was due, or after an agreement that names
// no day. Once visited, nothing is due.
func (p periods) followUp(c *Case) calendar.Day {
	if c.FollowUps > 0 || c.EffectiveAt == nil || c.Agreement == nil {
		return ""
	}
	if last := c.lastDue(); !last.IsZero() {
		return p.days(last, registry.FollowUpPerformed)
	}
	return p.days(dayOf(*c.EffectiveAt), registry.FollowUpAgreed)
}

// lastDue is the last day on which something of the agreement is due.
func (c *Case) lastDue() (last calendar.Day) {
	for _, o := range c.obligations() {
		last = max(last, o.Due)
	}
	return last
}

// clocks are the periods that run for a case in its present state, soonest first; of its appointments those that pass.
func (c *Case) clocks(p periods, today calendar.Day, passes func(Appointment) bool) []Clock {
	out, _ := c.running(p, today)
	return slices.DeleteFunc(out, func(k Clock) bool {
		return k.Name == sessionClock && !slices.ContainsFunc(c.Appointments, func(a Appointment) bool { return a.ID == k.Subject && passes(a) })
	})
}

// running are the clocks of a case, soonest first, and the first of them that is a duty.
func (c *Case) running(p periods, today calendar.Day) (out []Clock, next Clock) {
	for _, k := range clockRules {
		if !slices.Contains(k.runs, c.State) {
			continue
		}
		for _, e := range k.ends(p, c) {
			if k.name == windowClock && e.day.Before(today) { // what can no longer be had is not shown
				continue
			}
			clock := Clock{Name: k.name, Due: e.day, Overdue: !k.offer && e.day.Before(today), Rule: k.rule, Subject: e.subject}
			if !k.offer && (next.Due.IsZero() || clock.Due.Before(next.Due)) {
				next = clock
			}
			out = append(out, clock)
		}
	}
	slices.SortStableFunc(out, func(a, b Clock) int { return compareDays(a.Due, b.Due) })
	return out, next
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

// dueNext keeps on the register line what is due next, for lists, and the day on which the sweep must look again.
func (d *deed) dueNext(c *Case) {
	_, next := c.running(d.periods, d.today())
	c.NextDue, c.NextDueName = next.Due, next.Name
	c.SweepOn = c.nextAlert(d.periods)
}

// dayOfOr is the day of a moment that may not have come.
func dayOfOr(t *time.Time) calendar.Day {
	if t == nil {
		return ""
	}
	return dayOf(*t)
}
