package casework

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
)

const mostWaiting = 200 // cases on a desk; whoever has more finds the rest in the list

// Waiting gives the cases within the grant that wait for somebody's work, what is due first first. With works the whole
// desk; without, for whoever looks over others' shoulders, what is late and what was just brought in.
func (s *Service) Waiting(ctx context.Context, g authz.Grant, works bool) ([]Line, error) {
	var out []Line
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		found, err := waiting(tx, g, works, mostWaiting)
		out = shown(found, dayOf(tx.Now))
		return err
	})
	return out, err
}

// soon is how far ahead a desk looks: what is due later is not this week's work.
const soon = 7

// todo names what a case waits for: what the desk says is to be done.
func (l Line) todo(today calendar.Day) string {
	later := !l.NextDue.IsZero() && l.NextDue.After(today.Plus(soon))
	if l.Seen == authz.Offered {
		return "answer"
	}
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
var todos = []string{"overdue", "answer", "intake", "consent", "assign", "begin", "mediate", "sign", "perform", "close", "archive", "later"}
