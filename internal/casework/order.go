package casework

import (
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
)

// earliest is what an event rests on and cannot lie before. A late entry may set the legal moment back, never to a day
// before that (A2, A10, G4, G5; checks C2, C6 and C11 of a dossier). Days are compared, not moments: what happened in an
// afternoon is often written down in the evening, all at once.
func (c *Case) earliest(e Event) time.Time {
	switch e {
	case Accept:
		return c.lastConsent()
	case Assign, Choose, RequestRecusal, ScheduleSession, OpenSession, Extend:
		return laterOf(c.AcceptedAt, c.RegisteredAt)
	case Pause, Resume: // days are counted once: nothing later may lie between
		return c.LastEventAt
	case FixAgreement, MakeOral:
		return laterOf(c.FirstSessionAt, c.RegisteredAt)
	case Sign, ReopenAgreement:
		return laterOf(c.Agreement.FixedAt, c.RegisteredAt)
	case RecordPerform:
		return laterOf(c.EffectiveAt, c.RegisteredAt)
	case Close: // C2: not before the last performance
		last := laterOf(c.EffectiveAt, c.RegisteredAt)
		for _, o := range c.obligations() {
			if !o.StateOn.IsZero() && o.StateOn.After(dayOf(last)) {
				last = o.StateOn.Start()
			}
		}
		return last
	case AcceptTransfer, DeclineTransfer:
		return laterOf(c.offeredAt(), c.RegisteredAt)
	case Archive, Reconsider:
		return laterOf(c.EndedAt, c.RegisteredAt)
	default:
		return c.RegisteredAt
	}
}

// offeredAt is when the open offer was made; nil while there is none.
func (c *Case) offeredAt() *time.Time {
	if t := c.openOffer(); t != nil {
		return &t.OfferedAt
	}
	return nil
}

func (c *Case) lastConsent() time.Time {
	last := c.RegisteredAt
	for _, p := range c.Here() {
		if p.ConsentAt != nil && p.ConsentAt.After(last) {
			last = *p.ConsentAt
		}
	}
	return last
}

// laterOf is the later of two moments, the first of which may not have come yet.
func laterOf(t *time.Time, at time.Time) time.Time {
	if t != nil && t.After(at) {
		return *t
	}
	return at
}

// inOrder refuses a legal moment before what the event rests on.
func (d *deed) inOrder(c *Case, e Event) error {
	return notBefore("occurred_at", d.at, c.earliest(e))
}

func notBefore(field string, at, earliest time.Time) error {
	if !earlier(at, earliest) {
		return nil
	}
	return fault.New(fault.Invalid, "order", "日期不能早于 %s：这一步要在前面的步骤之后。", "It cannot lie before %s: this step comes after the ones it rests on.", dayOf(earliest)).At(field)
}

// earlier tells whether a moment lies on a day before another's.
func earlier(at, than time.Time) bool { return dayOf(at).Before(dayOf(than)) }

func dayNotBefore(bad *fault.Check, field string, day calendar.Day, earliest time.Time) {
	if first := calendar.DayOf(earliest); day.Before(first) {
		bad.Add(field, "日期不能早于 %s。", "The day cannot lie before %s.", first)
	}
}
