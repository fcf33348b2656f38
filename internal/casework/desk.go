package casework

import "fengqiao/internal/calendar"

// soon is how far ahead a desk looks: what is due later is not this week's work.
const soon = 7

// todo names what a case waits for: what the desk says is to be done.
func (l Line) todo(today calendar.Day) string {
	later := !l.NextDue.IsZero() && l.NextDue.After(today.Plus(soon))
	switch l.State {
	case Registered:
		return "intake"
	case AwaitingConsent:
		return "consent"
	case Accepted:
		return "assign"
	case Assigned:
		return "begin"
	case InMediation:
		return "mediate"
	case AgreementPending:
		return "sign"
	case Performing:
		if l.NextDue.IsZero() {
			return "close"
		}
		if later {
			return "later"
		}
		return "perform"
	case Closed:
		return "archive"
	case Draft, NotAccepted, Paused, Archived, Transferred:
	}
	return "later"
}

// todos are the groups of a desk in their order.
var todos = []string{"overdue", "intake", "consent", "assign", "begin", "mediate", "sign", "perform", "close", "archive", "later"}
