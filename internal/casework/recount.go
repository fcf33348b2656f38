package casework

import (
	"fmt"
	"strings"

	"fengqiao/internal/calendar"
)

// figures is what reports count of a case: in which months, and everything that they look at there in one text, so that an act
// which changed nothing of it marks no month.
type figures struct {
	days []calendar.Day
	told string
}

// endMediation keeps the day on which the mediation ended: what is promised for later is no part of it.
func (h *Head) endMediation() {
	h.MediatedDay = h.FirstClosedDay
	if h.EffectiveAt == nil {
		return
	}
	if day := dayOf(*h.EffectiveAt); h.MediatedDay == "" || day < h.MediatedDay {
		h.MediatedDay = day
	}
}

func (c *Case) figures() figures {
	f := figures{days: []calendar.Day{dayOf(c.RegisteredAt), c.AcceptedDay, c.FirstClosedDay}}
	if c.ConsentAskedAt != nil {
		f.days = append(f.days, dayOf(*c.ConsentAskedAt))
	}
	effective := calendar.Day("")
	if c.EffectiveAt != nil {
		effective = dayOf(*c.EffectiveAt)
		f.days = append(f.days, effective)
	}
	var b strings.Builder
	fmt.Fprint(&b, c.CommitteeID, c.AreaCode, c.Source, c.Category, c.Outcome, c.Difficulty >= 3, c.Parties, c.AmountFen, c.AgreementID, c.AcceptedDay, c.FirstClosedDay, effective,
		c.MediationDueDay, c.ConsentAskedAt != nil, c.EndedAt != nil, c.Sessions > 0, len(c.Sittings), c.FollowUps)
	for _, p := range c.Sides {
		fmt.Fprint(&b, "|", p.Role, p.Consent, p.Refusal, p.RemovedAt != nil, p.NoticeAt != nil, p.IDNumberIndex, p.PhoneIndex)
	}
	for _, a := range []*Agreement{c.Agreement, c.Former} {
		if a == nil {
			continue
		}
		for _, o := range a.Obligations {
			fmt.Fprint(&b, "|", o.Due, o.State, o.StateOn, o.ConfirmedBy)
			f.days = append(f.days, o.Due)
		}
	}
	for _, h := range c.Helpers {
		fmt.Fprint(&b, "|", h.Kind, h.Void)
	}
	for _, k := range c.Courts {
		fmt.Fprint(&b, "|", k.Kind, k.FiledOn, k.DecidedOn, k.Result)
	}
	f.told = b.String()
	return f
}
