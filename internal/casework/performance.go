package casework

import (
	"context"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// Performed tells how far an obligation was performed.
type Performed struct {
	Obligation  ident.ID     `json:"obligation_id"`
	State       string       `json:"state" doc:"not_due, in_progress, performed, partly, unperformed"`
	On          calendar.Day `json:"on" doc:"The day it was, or on which it was found"`
	Evidence    []ident.ID   `json:"evidence_ids,omitempty,omitzero" nullable:"false" doc:"Attachments of the case"`
	ConfirmedBy string       `json:"confirmed_by,omitempty" doc:"debtor, creditor or mediator; for a party acting itself it follows from who it is"`
}

// RecordPerformance records how far an obligation was performed, G7. Said by the one who owes it, the other side is
// asked to confirm.
func (s *Service) RecordPerformance(ctx context.Context, g authz.Grant, o Order, in Performed) (View, error) {
	return s.act(ctx, g, o, RecordPerform, func(d *deed, c *Case) (note, error) {
		i := slices.IndexFunc(c.Agreement.Obligations, func(ob Obligation) bool { return ob.ID == in.Obligation })
		if i < 0 {
			return note{}, fault.New(fault.Invalid, "", "请选择本案协议中的履行事项。", "Please choose an obligation of this case's agreement.").At("obligation_id")
		}
		ob := &c.Agreement.Obligations[i]
		me := s.partyOf(d, c, ident.ID{})
		if err := in.check(d, ob, me, *c.EffectiveAt); err != nil {
			return note{}, err
		}
		if err := d.evidenceExists(c, in.Evidence); err != nil {
			return note{}, err
		}
		n := note{fact: journal.Fact{"obligation": ob.ID.String(), "was": ob.State, "state": in.State, "on": in.On, "confirmed_by": in.ConfirmedBy, "evidence": idTexts(in.Evidence)}}
		n.party = me
		ob.State, ob.StateOn, ob.ConfirmedBy = in.State, in.On, in.ConfirmedBy
		if in.State == "performed" && in.ConfirmedBy == "debtor" {
			n.warnings = append(n.warnings, fault.Say("请让对方确认。", "Please ask the other side to confirm."))
		}
		return n, nil
	})
}

func (in *Performed) check(d *deed, ob *Obligation, me ident.ID, effective time.Time) error {
	if !me.IsZero() && me != ob.Debtor && me != ob.Creditor {
		return fault.New(fault.Denied, "", "这一项与您无关，请由有关的一方说明。", "This obligation is not yours; whoever owes it or is owed it may say.")
	}
	var bad fault.Check
	unknown := codes.Performances.Check(in.State)
	if bad.Take("state", unknown); unknown == nil {
		if err := ob.mayBeSaid(*in, me); err != nil {
			return err
		}
	}
	today := d.today()
	if in.On.IsZero() || in.On.After(today) {
		bad.Add("on", "请填写日期，不能晚于今天。", "Please give a day, not later than today.")
	}
	dayNotBefore(&bad, "on", in.On, effective)
	if in.State == "unperformed" && today.Before(ob.Due) {
		bad.Add("state", "还没有到期，不能记为未履行。", "It is not due yet and cannot be recorded as not performed.")
	}
	if !me.IsZero() {
		in.ConfirmedBy = map[bool]string{true: "debtor", false: "creditor"}[me == ob.Debtor]
	} else if in.ConfirmedBy == "" {
		in.ConfirmedBy = "mediator"
	}
	if !slices.Contains([]string{"debtor", "creditor", "mediator"}, in.ConfirmedBy) {
		bad.Add("confirmed_by", "请选择由谁确认。", "Please say who confirmed it.")
	}
	return bad.Err()
}

// mayBeSaid: what the one to whom it is owed has said, the one who owes it does not take back. It may say that it was done
// since, and is asked about then; nobody says of what was dealt with that it had not begun.
func (o Obligation) mayBeSaid(in Performed, me ident.ID) error {
	switch {
	case me.IsZero() || in.State != "performed" && in.State != "partly" && in.State != "unperformed" && !o.settled():
		return nil
	case me == o.Debtor && o.confirmed():
		return fault.New(fault.Conflict, "confirmed", "对方已经确认做到了，不用再填。", "The other side has confirmed that it was done; there is nothing more to say.")
	case in.State == "not_due" || in.State == "in_progress":
		return fault.New(fault.Conflict, "said_already", "这一项已经说过结果。请选“做到了”“做到一部分”或者“没有做到”。",
			"What became of it was said already. Please say done, done in part, or not done.")
	case me == o.Debtor && o.deniedByCreditor() && in.State != "performed":
		return fault.New(fault.Conflict, "said_by_creditor", "对方说还没有做到。做到以后，请选“做到了”；有不同意见，请和调解员说。",
			"The other side has said that it was not done. When you have done it, please say so; if you see it otherwise, talk to the mediator.")
	}
	return nil
}

func idTexts(ids []ident.ID) []string {
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		out = append(out, id.String())
	}
	return out
}

// VisitIn is the record of a follow-up visit, F12.
type VisitIn struct {
	VisitedOn calendar.Day `json:"visited_on"`
	Visitor   string       `json:"visitor"`
	Parties   []ident.ID   `json:"party_ids,omitempty,omitzero" nullable:"false" doc:"The parties that were visited; a blank on F12 where left out"`
	Satisfied *int         `json:"satisfied,omitempty" doc:"1–5, if said"`
	Performed bool         `json:"performed,omitempty"`
	Note      string       `json:"note,omitempty"`
}

// FollowUp records a visit after the agreement, R6.
func (s *Service) FollowUp(ctx context.Context, g authz.Grant, o Order, in VisitIn) (View, error) {
	return s.act(ctx, g, o, FollowUp, func(d *deed, c *Case) (note, error) {
		var bad fault.Check
		need(&bad, "visitor", in.Visitor, 60)
		atMost(&bad, "note", in.Note, maxFacts)
		if in.VisitedOn.IsZero() || in.VisitedOn.After(d.today()) {
			bad.Add("visited_on", "请填写回访日期，不能晚于今天。", "Please give the day of the visit, not later than today.")
		}
		dayNotBefore(&bad, "visited_on", in.VisitedOn, laterOf(c.EffectiveAt, c.RegisteredAt))
		c.areParties(&bad, "party_ids", in.Parties)
		v := Visit{Key: d.newKey(), CaseID: c.ID, VisitedOn: in.VisitedOn, Visitor: strings.TrimSpace(in.Visitor), Visited: in.Parties, Performed: in.Performed, Note: in.Note}
		if in.Satisfied != nil {
			between(&bad, "satisfied", *in.Satisfied, 1, 5)
			v.Satisfied = *in.Satisfied
		}
		if err := bad.Err(); err != nil {
			return note{}, err
		}
		c.FollowUps++
		c.Visits = append(c.Visits, v)
		return note{fact: journal.Fact{"visit": v.ID.String(), "on": v.VisitedOn, "performed": v.Performed, "satisfied": v.Satisfied, "parties": idTexts(v.Visited)},
			words: journal.Words{"note": v.Note}}, nil
	})
}

// areParties holds a list to the parties of the case, each once.
func (c *Case) areParties(bad *fault.Check, at string, ids []ident.ID) {
	for i, id := range ids {
		if c.party(id) == nil || slices.Contains(ids[:i], id) {
			bad.Add(at, "请选择本案的当事人，每位只选一次。", "Please choose parties of this case, each once.")
			return
		}
	}
}
