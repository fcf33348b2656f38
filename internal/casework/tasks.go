package casework

import (
	"slices"
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Task is something that a case asks of those who work on it: a period has run out, a promise comes due, a report is
// owed. It is opened by an act or by the sweep, and closed by the act that makes it pointless; nobody ticks it off.
type Task struct {
	ident.Key
	CaseID   ident.ID     `gorm:"column:case_id"`
	Kind     string       `gorm:"column:kind"` // codes.Tasks
	Subject  ident.ID     `gorm:"column:subject"`
	AlertOn  calendar.Day `gorm:"column:alert_on"` // the day for which it was opened
	DueOn    calendar.Day `gorm:"column:due_on"`
	OpenedAt time.Time    `gorm:"column:opened_at"`
	ClosedAt *time.Time   `gorm:"column:closed_at"`
	ClosedBy ident.ID     `gorm:"column:closed_by"` // NULL where the system closed it
}

// TableName is the table's.
func (Task) TableName() string { return "case_tasks" }

// alert is the day on which a task is opened, and by when it should be done.
type alert struct {
	subject ident.ID
	on, due calendar.Day
	always  bool // the task stands for a condition, not for a day: while one is open there is no second
}

// taskRule is one kind of task. stands tells whether it still makes sense: an open task that does not is closed.
type taskRule struct {
	kind   string
	rule   string
	bars   bool // an open one bars the archive
	alerts func(periods, *Case) []alert
	stands func(*Case, ident.ID) bool
}

// TaskKinds are all kinds of tasks that the days of a case bring, the most urgent first.
func TaskKinds() (kinds []string) {
	for _, r := range taskRules {
		kinds = append(kinds, r.kind)
	}
	return kinds
}

// taskRules are all kinds of tasks, in the order in which they are urgent.
var taskRules = []taskRule{
	{"police_report", "M8", true, func(_ periods, c *Case) []alert { return since(c.PoliceOpen, c.LastEventAt) },
		func(c *Case, _ ident.ID) bool { return c.PoliceOpen }},
	{"violence_report", "M11", true, func(_ periods, c *Case) []alert { return since(c.ViolenceOpen, c.LastEventAt) },
		func(c *Case, _ ident.ID) bool { return c.ViolenceOpen }},
	{"intake_overdue", "A9", false, lapsed("intake_decision"), inStates(Registered)},
	{"consent_nudge", "A2", false, consentNudges, func(c *Case, _ ident.ID) bool { return c.State == AwaitingConsent && c.awaits() }},
	{"consent_overdue", "A2", false, lapsed("consent_wait"), inStates(AwaitingConsent)},
	{"reassign", "M2", false, func(_ periods, c *Case) []alert { return since(c.needsHost(), c.LastEventAt) },
		func(c *Case, _ ident.ID) bool { return c.needsHost() }},
	{"conflict", "M12", false, func(periods, *Case) []alert { return nil }, (*Case).hosts}, // opened by the act that changed the fact
	{"propose_termination", "M6", false, lapsed(mediationClock), inStates(mediating...)},
	{"return_to_court", "M7", false, both(lapsed(courtRegistered), lapsed(courtBefore)), inStates(mediating...)},
	{"tier_ageing", "", false, lapsed("tier_clock"), inStates(Accepted, Assigned, InMediation)},
	{"remind_obligation", "G7", false, around(-3), owes},
	{"obligation_due", "G7", false, around(0), owes},
	{"check_performance", "G7", false, around(3), owes},
	{"repair", "G7", false, both(around(10), unkept), func(c *Case, o ident.ID) bool { return owes(c, o) || c.broken(o) }},
	{"confirm_performance", "G7", false, func(_ periods, c *Case) (out []alert) {
		for _, o := range c.obligations() {
			if o.State == "performed" && !o.StateOn.IsZero() {
				out = append(out, alert{subject: o.ID, on: o.StateOn, due: o.StateOn})
			}
		}
		return out
	}, saidByDebtor},
	{"follow_up", "R6", false, followUps, func(c *Case, _ ident.ID) bool {
		return slices.Contains([]State{Performing, Closed}, c.State) && c.FollowUps == 0
	}},
	{"chase_court", "G12", false, both(lapsed("court_accepts"), lapsed("court_decides")), func(c *Case, matter ident.ID) bool {
		m := c.atCourt(Confirming)
		return m != nil && m.ID == matter
	}},
	{"inform_creditor", "G13", false, enforcements, unpaid},
}

// ladder are the steps that an obligation without a result climbs: a word before it is due and on the day, a call to
// both sides, a meeting to mend what keeps it from being done. A higher step takes the place of the lower ones.
var ladder = []string{"remind_obligation", "obligation_due", "check_performance", "repair"}

// around opens a task so many days before or after each obligation is due.
func around(days int) func(periods, *Case) []alert {
	return func(_ periods, c *Case) (out []alert) {
		if c.State != Performing {
			return nil
		}
		for _, l := range c.owed() {
			out = append(out, alert{subject: l.subject, on: l.day.Plus(days), due: max(l.day, l.day.Plus(days))})
		}
		return out
	}
}

// unkept opens a task on the day on which somebody said that a promise was not kept, or only in part: "没有做到" reaches a
// person at once. A debtor who has done a part has until the day to do the rest.
func unkept(_ periods, c *Case) (out []alert) {
	for _, o := range c.obligations() {
		if c.broken(o.ID) {
			on := o.StateOn
			if o.State == "partly" && o.ConfirmedBy == "debtor" {
				on = max(on, o.Due.Plus(1))
			}
			out = append(out, alert{subject: o.ID, on: on, due: on, always: true})
		}
	}
	return out
}

// broken: an obligation was not done, or not wholly.
func (c *Case) broken(obligation ident.ID) bool {
	return c.State == Performing && slices.ContainsFunc(c.obligations(), func(o Obligation) bool {
		return o.ID == obligation && (o.State == "unperformed" || o.State == "partly") && !o.StateOn.IsZero()
	})
}

func owes(c *Case, obligation ident.ID) bool {
	return c.State == Performing && slices.ContainsFunc(c.owed(), func(l lapse) bool { return l.subject == obligation })
}

// saidByDebtor: an obligation is called performed by the one who owed it, and by nobody else.
func saidByDebtor(c *Case, obligation ident.ID) bool {
	return c.State == Performing && slices.ContainsFunc(c.obligations(), func(o Obligation) bool {
		return o.ID == obligation && o.State == "performed" && o.ConfirmedBy == "debtor"
	})
}

// unpaid: an obligation that a court confirmed was not wholly performed.
func unpaid(c *Case, obligation ident.ID) bool {
	return c.wasConfirmed() && slices.Contains(after, c.State) &&
		slices.ContainsFunc(c.obligations(), func(o Obligation) bool { return o.ID == obligation && o.State != "performed" })
}

// lapsed opens a task on the day after a clock has run out.
func lapsed(clock string) func(periods, *Case) []alert {
	return func(p periods, c *Case) (out []alert) {
		for _, k := range clockRules {
			if k.name != clock || !slices.Contains(k.runs, c.State) {
				continue
			}
			for _, l := range k.ends(p, c) {
				out = append(out, alert{subject: l.subject, on: l.day.Plus(1), due: l.day})
			}
		}
		return out
	}
}

func both(a, b func(periods, *Case) []alert) func(periods, *Case) []alert {
	return func(p periods, c *Case) []alert { return append(a(p, c), b(p, c)...) }
}

func inStates(states ...State) func(*Case, ident.ID) bool {
	return func(c *Case, _ ident.ID) bool { return slices.Contains(states, c.State) }
}

// since opens a task on the day of the act that made it necessary.
func since(needed bool, at time.Time) []alert {
	if !needed {
		return nil
	}
	return []alert{{on: dayOf(at), due: dayOf(at), always: true}}
}

// consentNudges: on the second and the fifth day whoever has not answered is asked again.
func consentNudges(p periods, c *Case) (out []alert) {
	if c.State != AwaitingConsent || c.ConsentAskedAt == nil {
		return nil
	}
	for _, n := range nudges {
		day := dayOf(*c.ConsentAskedAt).Plus(n)
		out = append(out, alert{on: day, due: day})
	}
	return out
}

// awaits tells whether some party has not answered yet.
func (c *Case) awaits() bool {
	return slices.ContainsFunc(c.Here(), func(p Party) bool { return p.Consent == Unasked || p.Consent == Unreached })
}

// needsHost: the host withdrew, and nobody has taken over.
func (c *Case) needsHost() bool {
	return c.State == Accepted && c.HostID.IsZero() && slices.ContainsFunc(c.People, func(p Participant) bool { return isHosting(p.Part) && p.EndedAt != nil })
}

// followUps: the visit may begin a week after the last performance was due, R6.
func followUps(p periods, c *Case) []alert {
	due := p.followUp(c)
	if !slices.Contains([]State{Performing, Closed}, c.State) || due.IsZero() {
		return nil
	}
	on := c.lastDue().Plus(followUpAfter)
	if c.lastDue().IsZero() {
		on = dayOf(*c.EffectiveAt).Plus(followUpAfter)
	}
	return []alert{{on: on, due: due}}
}

const followUpAfter = 7 // days, R6

// enforcements: 90 days before the court's help can no longer be asked for, the creditor is told, G13.
func enforcements(p periods, c *Case) (out []alert) {
	for _, l := range enforceable(p, c) {
		out = append(out, alert{subject: l.subject, on: l.day.Plus(-enforcementWarning), due: l.day})
	}
	return out
}

// upToDate closes the tasks that no longer stand and opens those whose day has come.
func (d *deed) upToDate(c *Case) {
	today := d.today()
	d.closeTasks(c, func(t Task) bool { return !t.stands(c) })
	for _, r := range taskRules {
		for _, a := range r.alerts(d.periods, c) {
			if a.on.After(today) || c.wasAlerted(r.kind, a) || !r.stands(c, a.subject) {
				continue
			}
			d.closeTasks(c, func(t Task) bool { return t.Subject == a.subject && supersedes(r.kind, t.Kind) })
			c.Tasks = append(c.Tasks, Task{Key: d.newKey(), CaseID: c.ID, Kind: r.kind, Subject: a.subject, AlertOn: a.on, DueOn: a.due, OpenedAt: d.now()})
		}
	}
}

func (d *deed) closeTasks(c *Case, match func(Task) bool) {
	now := d.now()
	for i := range c.Tasks {
		if t := &c.Tasks[i]; t.ClosedAt == nil && match(*t) {
			t.ClosedAt, t.ClosedBy = &now, d.grant.By().Person
		}
	}
}

// supersedes: a task takes the place of an earlier one of its kind, and of the lower steps of the ladder.
func supersedes(kind, earlier string) bool {
	return kind == earlier || slices.Contains(ladder, earlier) && slices.Index(ladder, kind) > slices.Index(ladder, earlier)
}

// wasAlerted: the task of this day was opened already, or a higher step of the ladder; one that stands for a condition is
// open.
func (c *Case) wasAlerted(kind string, a alert) bool {
	return slices.ContainsFunc(c.Tasks, func(t Task) bool {
		switch {
		case t.Subject != a.subject:
			return false
		case a.always:
			return t.Kind == kind && t.ClosedAt == nil
		case t.Kind == kind:
			return !t.AlertOn.Before(a.on)
		}
		return slices.Contains(ladder, kind) && supersedes(t.Kind, kind)
	})
}

// nextAlert is the first day on which a task must still be opened; none when time alone opens nothing more.
func (c *Case) nextAlert(p periods) (first calendar.Day) {
	for _, r := range taskRules {
		for _, a := range r.alerts(p, c) {
			if !c.wasAlerted(r.kind, a) && r.stands(c, a.subject) && (first.IsZero() || a.on.Before(first)) {
				first = a.on
			}
		}
	}
	return first
}

func ruleOf(kind string) (taskRule, bool) {
	i := slices.IndexFunc(taskRules, func(r taskRule) bool { return r.kind == kind })
	if i < 0 {
		return taskRule{}, false
	}
	return taskRules[i], true
}

// stands tells whether a task still makes sense.
func (t Task) stands(c *Case) bool {
	r, ok := ruleOf(t.Kind)
	return ok && r.stands(c, t.Subject)
}

// bar is the first open task that bars the archive.
func (c *Case) bar() (Task, bool) {
	for _, t := range c.Tasks {
		if r, ok := ruleOf(t.Kind); ok && r.bars && t.ClosedAt == nil {
			return t, true
		}
	}
	return Task{}, false
}

// Says is what a task asks for.
func (t Task) Says(lang string) string { return codes.Tasks.Name(t.Kind, lang) }

// barred is the refusal to archive a case while a task is open that bars it.
func (t Task) barred() error {
	r, _ := ruleOf(t.Kind)
	return fault.Rule(r.rule, "归档前须先完成：%[1]s。", "Before archiving: %[2]s.", t.Says("zh-CN"), t.Says("en"))
}
