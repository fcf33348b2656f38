package casework

import (
	"context"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
)

// What a committee is asked: to lead the case from then on, or to join its mediation while the lead stays.
const (
	KindTransfer = "transfer"
	KindJoint    = "joint"
)

// How an offer stands. Only pending and taken_over are open; taken_over is an offer across counties that was accepted
// while the linked case is not registered and the old one not ended yet.
const (
	OfferPending   = "pending"
	OfferTakenOver = "taken_over"
	OfferAccepted  = "accepted"
	OfferDeclined  = "declined"
	OfferWithdrawn = "withdrawn"
	OfferLapsed    = "lapsed" // the case went where it cannot be transferred any more
)

// Transfer is an offer of a case to another committee, with its answer. Committees have no levels (O13): nobody assigns
// a case to another committee; it goes there by the parties' consent and the receiver's acceptance.
type Transfer struct {
	ident.Key
	CaseID        ident.ID     `gorm:"column:case_id"`
	Number        int          `gorm:"column:number"` // 1, 2 … of the case
	Kind          string       `gorm:"column:kind"`
	FromCommittee ident.ID     `gorm:"column:from_committee_id"`
	ToCommittee   ident.ID     `gorm:"column:to_committee_id"`
	Reason        string       `gorm:"column:reason"` // codes.TransferReasons
	TextSealed    []byte       `gorm:"column:text_sealed"`
	Text          string       `gorm:"-"`
	Consents      string       `gorm:"column:consents"` // party ids as JSON
	OfferedAt     time.Time    `gorm:"column:offered_at"`
	OfferedBy     ident.ID     `gorm:"column:offered_by"`
	DueOn         calendar.Day `gorm:"column:due_on"`
	State         string       `gorm:"column:state"`
	AnsweredAt    *time.Time   `gorm:"column:answered_at"`
	AnsweredBy    ident.ID     `gorm:"column:answered_by"`
	AnswerSealed  []byte       `gorm:"column:answer_sealed"`
	Answer        string       `gorm:"-"`
	Seq           int64        `gorm:"column:seq"`      // the entry with which it was answered
	EndedAt       *time.Time   `gorm:"column:ended_at"` // when a joined committee left
}

// TableName is the table's.
func (Transfer) TableName() string { return "case_transfers" }

func (t Transfer) open() bool { return t.State == OfferPending || t.State == OfferTakenOver }

// crosses tells whether a transfer leaves the county.
func (t Transfer) crosses() bool {
	return t.Kind == KindTransfer && t.FromCommittee.County() != t.ToCommittee.County()
}

// openOffer is the offer that has not been answered, to be changed in place; nil when there is none.
func (c *Case) openOffer() *Transfer {
	i := slices.IndexFunc(c.Transfers, Transfer.open)
	if i < 0 {
		return nil
	}
	return &c.Transfers[i]
}

// joined tells whether a committee takes part in a joint mediation led by another.
func (c *Case) joined(committee ident.ID) bool {
	return slices.ContainsFunc(c.Transfers, func(t Transfer) bool {
		return t.Kind == KindJoint && t.State == OfferAccepted && t.EndedAt == nil && t.ToCommittee == committee
	})
}

// formerLeads are the committees of the county that led the case and handed it over.
func (c *Case) formerLeads() []ident.ID {
	var out []ident.ID
	for _, t := range c.Transfers {
		if t.Kind == KindTransfer && t.State == OfferAccepted {
			out = append(out, t.FromCommittee)
		}
	}
	return out
}

// A case is offered to one committee at a time: there is one lead, and one answer to wait for.
var guardNoOffer = Guard{"", func(c *Case) error {
	if c.openOffer() != nil {
		return fault.New(fault.Conflict, "transfer_pending", "已经商请其他调委会，正在等待答复。请先等对方答复，或撤回。",
			"The case is offered to another committee already; please wait for its answer, or withdraw the offer.")
	}
	return nil
}}

var guardOffer = Guard{"", func(c *Case) error {
	if c.openOffer() == nil {
		return fault.New(fault.Conflict, "no_transfer", "没有等待答复的移交。", "There is no offer that waits for an answer.")
	}
	return nil
}}

// Offering asks another committee to take a case over, or to join its mediation, F17b.
type Offering struct {
	To       ident.ID   `json:"to_committee_id"`
	Kind     string     `json:"kind,omitempty" doc:"transfer (default): the other committee leads from then on; joint: it joins, the lead stays"`
	Reason   string     `json:"reason" doc:"difficult, cross_area, conflict, party_wish"`
	Text     string     `json:"text" doc:"Why, in words"`
	Consents []ident.ID `json:"consents" nullable:"false" doc:"Parties that agreed; all must"`
}

// Transfer offers a case to another committee. The sender stays the one lead, and the clocks go on, until it is accepted.
func (s *Service) Transfer(ctx context.Context, g authz.Grant, o Order, in Offering) (View, error) {
	return s.act(ctx, g, o, OfferTransfer, func(d *deed, c *Case) (note, error) {
		if in.Kind == "" {
			in.Kind = KindTransfer
		}
		if err := in.check(d, c); err != nil {
			return note{}, err
		}
		for _, p := range c.Here() {
			if !slices.Contains(in.Consents, p.ID) {
				return note{}, fault.Rule("O13", "调委会之间没有上下级，移交须全部当事人同意，还缺 %s。",
					"Committees have no levels: a case is handed on with every party's consent; that of %s is missing.", p.Name)
			}
		}
		t := Transfer{Key: d.newKey(), CaseID: c.ID, Number: len(c.Transfers) + 1, Kind: in.Kind, FromCommittee: c.CommitteeID, ToCommittee: in.To,
			Reason: in.Reason, Text: strings.TrimSpace(in.Text), Consents: idsText(in.Consents), OfferedAt: d.at, OfferedBy: d.grant.By().Person,
			DueOn: d.workingDays(dayOf(d.at), registry.TransferAnswer), State: OfferPending}
		c.Transfers = append(c.Transfers, t)
		c.Offers, c.OfferedTo = len(c.Transfers), in.To
		return note{fact: journal.Fact{"transfer": t.ID.String(), "kind": t.Kind, "to_committee": t.ToCommittee.String(), "reason": t.Reason,
			"consents": idTexts(in.Consents), "due": t.DueOn}, words: journal.Words{"text": t.Text}}, nil
	})
}

func (in Offering) check(d *deed, c *Case) error {
	var bad fault.Check
	if in.Kind != KindTransfer && in.Kind != KindJoint {
		bad.Add("kind", "请选择移交（transfer）或联合调解（joint）。", "Please choose transfer or joint.")
	}
	bad.Take("reason", codes.TransferReasons.Check(in.Reason))
	need(&bad, "text", in.Text, maxReason)
	to, err := d.committee(in.To)
	if err != nil || to.State != registry.Active || to.Type == registry.Desk || to.ID == c.CommitteeID || c.joined(to.ID) {
		bad.Add("to_committee_id", "请选择另一个正在工作的调委会。", "Please choose another committee that is active.")
	}
	for i, id := range in.Consents {
		if c.party(id) == nil || slices.Contains(in.Consents[:i], id) {
			bad.Add("consents", "请选择本案的当事人，每位一次。", "Please choose parties of this case, each once.")
			break
		}
	}
	return bad.Err()
}

const maxReason = 1000 // characters of a reason

// Declining is a no to an offer, or its withdrawal by the sender.
type Declining struct {
	Reason string `json:"reason"`
}

// DeclineTransfer answers an offer with no. Said by the lead that made it, the offer is withdrawn.
func (s *Service) DeclineTransfer(ctx context.Context, g authz.Grant, o Order, in Declining) (View, error) {
	return s.act(ctx, g, o, DeclineTransfer, func(d *deed, c *Case) (note, error) {
		if err := needReason(in.Reason); err != nil {
			return note{}, err
		}
		t := c.openOffer()
		if t.State == OfferTakenOver {
			return note{}, errTakenOver
		}
		answer := OfferWithdrawn
		if d.chairs(t.ToCommittee) {
			answer = OfferDeclined
		}
		d.answer(c, t, answer, in.Reason)
		return note{fact: journal.Fact{"transfer": t.ID.String(), "kind": t.Kind, "answer": answer, "to_committee": t.ToCommittee.String()},
			words: journal.Words{"reason": in.Reason}}, nil
	})
}

var errTakenOver = fault.New(fault.Conflict, "taken_over", "对方已经接受，正在登记关联案件，不能再撤回或办理其他事项。",
	"The other committee has accepted and is registering the linked case; this is not possible any more.")

// chairs tells whether whoever acts chairs a committee.
func (d *deed) chairs(committee ident.ID) bool {
	return slices.ContainsFunc(d.grant.By().Posts, func(p actor.Post) bool { return p.Role == actor.Chair && p.Committee == committee })
}

// answer ends the waiting for an answer.
func (d *deed) answer(c *Case, t *Transfer, state, reason string) {
	at := d.at
	t.State, t.Answer, t.AnsweredAt, t.AnsweredBy, t.Seq = state, strings.TrimSpace(reason), &at, d.grant.By().Person, c.Version+1
	if !t.open() {
		c.OfferedTo = ident.ID{}
	}
}

// Accepting is a yes to an offer.
type Accepting struct {
	Co       []ident.ID        `json:"co_mediator_ids,omitempty,omitzero" nullable:"false" doc:"Joint mediation of a case that has a host: which of one's mediators join it"`
	Conflict *ConflictDecision `json:"conflict_decision,omitempty" doc:"As at an assignment, M12"`
}

// AcceptTransfer answers an offer with yes. Within a county the case has a new lead from then on: host and co-mediators
// leave it, so a case that had a host is accepted and waits for a new assignment; it keeps its number, which is the first
// lead's. Across counties the case ends as transferred, and a linked one is registered at the receiver. A joint offer
// leaves the lead where it is.
func (s *Service) AcceptTransfer(ctx context.Context, g authz.Grant, o Order, in Accepting) (View, error) {
	var across *Transfer
	v, err := s.act(ctx, g, o, AcceptTransfer, func(d *deed, c *Case) (note, error) {
		t := c.openOffer()
		if err := d.mayAccept(t); err != nil {
			return note{}, err
		}
		switch {
		case t.crosses():
			across = t
			return note{}, errAcross // nothing is kept of this try: what follows takes several transactions
		case t.Kind == KindJoint:
			return d.joinMediation(c, t, in)
		}
		return d.takeOver(c, t)
	})
	if across == nil {
		return v, err
	}
	return s.acceptAcross(ctx, g, o, *across)
}

var errAcross = fault.New(fault.Conflict, "across_counties", "案件属于另一个县（市、区）。", "The case belongs to another county.")

// mayAccept: the chair of the committee that was asked accepts, and only while that committee may take cases.
func (d *deed) mayAccept(t *Transfer) error {
	if !d.chairs(t.ToCommittee) {
		return fault.New(fault.Denied, "", "只有被商请的调委会主任可以答复。", "Only the chair of the committee that was asked may answer.")
	}
	to, err := d.committee(t.ToCommittee)
	if err != nil {
		return err
	}
	if to.State != registry.Active {
		return fault.New(fault.Conflict, "committee_state", "这个调委会没有在工作，不能接案。", "This committee is not active and takes no cases.")
	}
	return nil
}

// takeOver makes the receiver the lead. A pause ends with the old lead's work: its days are not counted, M6b.
func (d *deed) takeOver(c *Case, t *Transfer) (note, error) {
	from := c.CommitteeID
	n := note{fact: journal.Fact{"transfer": t.ID.String(), "kind": t.Kind, "from_committee": from.String(), "to_committee": t.ToCommittee.String()}}
	if !c.PausedDay.IsZero() {
		n.fact["paused_days"] = d.goOn(c)
	}
	d.leave(c, func(p Participant) bool { return isHosting(p.Part) })
	c.HostID, c.AssignedBy = ident.ID{}, ""
	d.endJoint(c)
	c.CommitteeID = t.ToCommittee
	c.forgetNamed()
	d.answer(c, t, OfferAccepted, "")
	return n, nil
}

// joinMediation lets a committee into the mediation beside its lead. The case is counted once, at the lead.
func (d *deed) joinMediation(c *Case, t *Transfer, in Accepting) (note, error) {
	n := note{event: JoinMediation, fact: journal.Fact{}}
	d.answer(c, t, OfferAccepted, "")
	if len(in.Co) > 0 {
		if c.HostID.IsZero() {
			return note{}, fault.New(fault.Conflict, "no_host", "案件还没有主持人；由牵头调委会指派时一并确定联合调解员。",
				"The case has no host yet; the lead names joined mediators when it assigns.").At("co_mediator_ids")
		}
		var team []registry.Mediator
		for _, id := range in.Co {
			m, err := d.memberOf(c, team, id, "co_mediator_ids", func(m registry.Mediator) bool { return m.CommitteeID == t.ToCommittee })
			if err != nil {
				return note{}, err
			}
			team = append(team, m)
		}
		var err error
		if n, err = d.conflicts(c, team, in.Conflict); err != nil {
			return note{}, err
		}
		n.event = JoinMediation
		for _, m := range team {
			d.joinAs(c, m, authz.PartCoMediator)
			n.fact["co_mediators"] = append(listOf(n.fact["co_mediators"]), m.ID.String())
		}
	}
	n.fact["transfer"], n.fact["kind"], n.fact["to_committee"] = t.ID.String(), t.Kind, t.ToCommittee.String()
	return n, nil
}

// endJoint ends a joint mediation: the joined committees leave, and their mediators with them.
func (d *deed) endJoint(c *Case) {
	at := d.at
	for i := range c.Transfers {
		if t := &c.Transfers[i]; t.Kind == KindJoint && t.State == OfferAccepted && t.EndedAt == nil {
			t.EndedAt = &at
		}
	}
	d.leave(c, func(p Participant) bool { return !p.CommitteeID.IsZero() })
}

// settleOffers lets an open offer lapse, and a joint mediation end, with the states in which they can be.
func (d *deed) settleOffers(c *Case) {
	if t := c.openOffer(); t != nil && !slices.Contains(transferable, c.State) {
		d.answer(c, t, OfferLapsed, "")
	}
	if slices.Contains(ended, c.State) {
		d.endJoint(c)
	}
}

// whileTakenOver are the acts that a case still takes while a linked case is being registered in another county: a party
// may always end it, and danger is always reported.
var whileTakenOver = []Event{AcceptTransfer, DeclineTransfer, RequestEnd, Withdraw, RecordConsent, AssessRisk, ReportPolice}

func (c *Case) heldByTransfer(e Event) error {
	if t := c.openOffer(); t != nil && t.State == OfferTakenOver && !slices.Contains(whileTakenOver, e) {
		return errTakenOver
	}
	return nil
}
