package desk

import (
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
)

// soon is how far ahead a desk looks: what is due later is not this week's work.
const soon = 7

// todo names what a case waits for: what the desk says is to be done.
func todo(l casework.Line, today calendar.Day) string {
	later := !l.NextDue.IsZero() && l.NextDue.After(today.Plus(soon))
	if l.Seen == authz.Offered {
		return "answer"
	}
	switch l.State {
	case casework.Registered:
		return "intake"
	case casework.AwaitingConsent:
		return "consent"
	case casework.Accepted:
		return "assign"
	case casework.Assigned:
		return "begin"
	case casework.InMediation:
		return "mediate"
	case casework.AgreementPending:
		return "sign"
	case casework.Performing:
		if l.NextDue.IsZero() {
			return "close"
		}
		if later {
			return "later"
		}
		return "perform"
	case casework.Closed:
		return "archive"
	case casework.Draft, casework.NotAccepted, casework.Paused, casework.Archived, casework.Transferred:
	}
	return "later"
}

// todos are the groups of a desk in their order.
var todos = []string{"overdue", "answer", "intake", "consent", "assign", "begin", "mediate", "sign", "perform", "close", "archive", "later"}
