package desk

import (
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
)

// soon is how far ahead a desk looks: what is due later is not this week's work.
const soon = 7

// patience is how long somebody who was asked is left to answer before it is asked again: the first nudge is on the second
// day of the seven.
const patience = 2

// todo names what a case waits for: what the desk says is to be done, "others" while it waits for somebody else.
func todo(l casework.Line, today calendar.Day) string {
	switch {
	case l.Seen == authz.Offered:
		return "answer"
	case l.State == casework.Paused:
		return "others"
	case l.State == casework.AwaitingConsent && l.NextDueName == "consent_wait" && l.NextDue.After(today.Plus(soon-patience)):
		return "others"
	case l.State == casework.Performing && l.NextDue.IsZero():
		return "close"
	case l.State == casework.Performing && l.NextDue.After(today.Plus(soon)):
		return "later"
	}
	if step := stepOf[l.State]; step != "" {
		return step
	}
	return "later"
}

// stepOf is what is to be done of a case in a state.
var stepOf = map[casework.State]string{casework.Registered: "intake", casework.AwaitingConsent: "consent", casework.Accepted: "assign",
	casework.Assigned: "begin", casework.InMediation: "mediate", casework.AgreementPending: "sign", casework.Performing: "perform", casework.Closed: "archive"}

// doing is the step for which a case has its button, however late it is.
func doing(l casework.Line) string {
	switch {
	case l.Seen == authz.Offered:
		return "answer"
	case l.State == casework.Performing && l.NextDue.IsZero():
		return "close"
	case l.State == casework.Paused:
		return "resume"
	case l.NextDueName == followUpClock:
		return "visit"
	}
	return stepOf[l.State]
}

// actionOf is what the policy must allow for a step.
var actionOf = map[string]authz.Action{"begin": "case.open_session", "mediate": "case.open_session", "sign": "case.sign", "perform": "case.record_performance",
	"close": "case.close", "archive": "case.archive", "resume": "case.resume", "visit": "case.follow_up"}

const followUpClock = "follow_up"

// doable tells whether a line shows a case on which its reader may act.
func doable(l casework.Line) bool {
	return (l.Seen == authz.Full || l.Seen == authz.Offered) && doing(l) != ""
}

// todos are the groups of a desk in their order.
var todos = []string{"overdue", "answer", "intake", "consent", "assign", "begin", "mediate", "sign", "perform", "close", "archive", "others", "later"}

// waits are the groups that hold no work for now.
var waits = []string{"others", "later"}

func isWork(group string) bool { return !slices.Contains(waits, group) }
