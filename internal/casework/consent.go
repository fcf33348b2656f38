package casework

import (
	"context"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// AskConsent begins asking the other parties whether they agree to mediation.
func (s *Service) AskConsent(ctx context.Context, g authz.Grant, o Order) (View, error) {
	return s.act(ctx, g, o, AskConsent, func(d *deed, c *Case) (note, error) {
		at := d.at
		c.ConsentAskedAt = &at
		return note{fact: journal.Fact{"committee": c.CommitteeID.String()}}, nil
	})
}

// Answer is a party's answer to the question whether it agrees to mediation, A2.
type Answer struct {
	PartyID ident.ID `json:"party_id,omitempty,omitzero" doc:"Whose answer; a party answering itself may leave it out"`
	Consent Consent  `json:"consent" doc:"agreed, refused or unreached"`
	Channel string   `json:"channel,omitempty" doc:"in_person, phone, link, paper, relayed"`
	Reason  string   `json:"reason,omitempty" doc:"Why not: D0–D9; nobody has to say"`
	Helper  ident.ID `json:"helper_id,omitempty,omitzero" doc:"Staff: the guardian or agent who answered for the party"`
}

// RecordConsent records an answer. A refusal ends the matter: before acceptance it is not accepted, after it closed.
func (s *Service) RecordConsent(ctx context.Context, g authz.Grant, o Order, a Answer) (View, error) {
	return s.act(ctx, g, o, RecordConsent, func(d *deed, c *Case) (note, error) {
		p, err := d.actingParty(c, a.PartyID)
		if err != nil {
			return note{}, err
		}
		if a.Channel, err = d.channel(p, a.Channel); err != nil {
			return note{}, err
		}
		if err := a.check(d.byParty(p)); err != nil {
			return note{}, err
		}
		by, err := d.answers(c, p, a)
		if err != nil {
			return note{}, err
		}
		if a.Consent == Unreached && p.Consent == Agreed {
			return note{}, fault.New(fault.Conflict, "consent", "这位当事人已经同意，一次没有联系上不改变其意见。",
				"This party has agreed; not reaching it once does not change that.")
		}
		n := note{party: p.ID, fact: journal.Fact{"party": p.ID.String(), "consent": a.Consent, "channel": a.Channel}}
		keepAnswer(n.fact, "was", p.Consent, p.ConsentAt, p.ConsentChannel)
		if a.Channel == "relayed" {
			n.warnings = append(n.warnings, fault.Say("由他人转达的意见，请尽快向本人核实。", "This was told by somebody else; please confirm it with the party soon."))
		}
		at := d.at
		p.Consent, p.ConsentAt, p.ConsentChannel, p.Refusal = a.Consent, &at, a.Channel, ""
		if by != nil {
			n.fact["answered_by_helper"] = by.ID.String()
		}
		if by != nil && by.Kind == AsGuardian {
			keepAnswer(n.fact, "helper_was", by.Consent, by.ConsentAt, by.ConsentChannel)
			by.agrees(a.Consent, a.Channel, d.at)
		}
		if a.Consent == Refused {
			n.event, p.Refusal = PartyRefuses, a.Reason
			n.fact["reason"] = a.Reason
			d.end(c, PartyRefused, a.Reason, p.ID)
		}
		return n, nil
	})
}

// keepAnswer puts into an entry what had been answered before it, to which whoever takes it back returns.
func keepAnswer(f journal.Fact, name string, was Consent, at *time.Time, channel string) {
	if f[name] = was; at != nil {
		f[name+"_at"], f[name+"_channel"] = at.UTC().Format(time.RFC3339Nano), channel
	}
}

// answeredBefore is a party, and the guardian who spoke for it, as they were before an answer that is taken back. Entries of earlier
// versions do not say when that was: the moment then stays the later one's.
func (c *Case) answeredBefore(p *Party, e journal.Entry) {
	back := func(name string, was *Consent, at **time.Time, channel *string) {
		*was = Consent(text(e.Fact[name]))
		if then, err := time.Parse(time.RFC3339Nano, text(e.Fact[name+"_at"])); err == nil {
			*at, *channel = &then, text(e.Fact[name+"_channel"])
		} else if *was == Unasked {
			*at, *channel = nil, ""
		}
	}
	back("was", &p.Consent, &p.ConsentAt, &p.ConsentChannel)
	p.Refusal = ""
	if _, spoke := e.Fact["helper_was"]; !spoke {
		return
	}
	if id, err := ident.ParseID(text(e.Fact["answered_by_helper"])); err == nil {
		if h := c.helper(id); h != nil {
			back("helper_was", &h.Consent, &h.ConsentAt, &h.ConsentChannel)
		}
	}
}

// answers is who answered for a party; nil where it did itself. For a child under 14, or somebody without capacity, the
// guardian's consent counts and not its own, P2.
func (d *deed) answers(c *Case, p *Party, a Answer) (*Helper, error) {
	h, err := d.spokeFor(c, p, a.Helper, RecordConsent)
	if err == nil && a.Consent == Agreed && p.speaksByGuardian(dayOf(d.at)) && (h == nil || h.Kind != AsGuardian) {
		err = fault.Rule("P2", "%s 不满十四周岁或无民事行为能力，须由监护人同意。请先登记监护人，再记录监护人的意见。",
			"%s is under 14 or without capacity: the guardian's consent counts. Please name the guardian first and record its answer.", p.Name)
	}
	return h, err
}

func (a Answer) check(own bool) error {
	var bad fault.Check
	bad.Take("consent", codes.Consents.Check(string(a.Consent)))
	if own && a.Consent == Unreached {
		bad.Add("consent", "请选择同意或不同意。", "Please choose yes or no.")
	}
	if a.Reason != "" {
		bad.Take("reason", codes.Refusals.Check(a.Reason))
	}
	return bad.Err()
}

// channel is how something reached the committee: a party acting itself does so online.
func (d *deed) channel(p *Party, given string) (string, error) {
	if d.byParty(p) {
		return "link", nil
	}
	if c, ok := codes.Channels.Resolve(given); ok {
		return c.Code, nil
	}
	return "", fault.New(fault.Invalid, "", "请选择方式：到场、电话、网上、书面或他人转达。",
		"Please choose how: in_person, phone, link, paper or relayed.").At("channel")
}

// end fixes the outcome of a case that ends without an agreement. The standard guidance on other routes is handed over
// and recorded as told (M9) where the act brought none of its own.
// A text that waits for signatures is void with them. by is the party whose wish it was, if it was one's.
func (d *deed) end(c *Case, o Outcome, reason string, by ident.ID) {
	at := d.at
	d.goOn(c) // a pause ends with what was paused
	d.dropAgreement(c)
	if c.Agreement != nil { // mediated again in vain: what was agreed stands
		c.EndedAt, c.EndedBy = &at, by
		return
	}
	c.EndedAt, c.EndedBy, c.Outcome, c.ReasonCode = &at, by, o, reason
	if c.Guidance == "" {
		c.Guidance = StandardGuidance.ZH
	}
	c.tellHowToSue()
	if c.AcceptedAt != nil {
		c.firstClose(at)
	} else {
		c.Outcome = OutcomeNotAccepted
		if o == PartyRefused || o == PartyEnded {
			c.ReasonCode = "N5"
		}
	}
}

// dropAgreement voids a text that is not in force, with its signatures. The version that it was to replace stands.
func (d *deed) dropAgreement(c *Case) {
	a, at := c.Agreement, d.at
	if a == nil || a.EffectiveAt != nil {
		return
	}
	d.retractSignatures(a, func(Signature) bool { return true })
	a.VoidedAt = &at
	c.Dropped = append(c.Dropped, a)
	c.Agreement, c.AgreementID, c.AmountFen = nil, ident.ID{}, 0
	if f := c.Former; f != nil {
		c.Agreement, c.AgreementID, c.AmountFen, c.Former = f, f.ID, f.AmountFen, nil
	}
}

// goesOn undoes an end. An agreement in force was not touched by it, and stands with its outcome.
func (c *Case) goesOn() {
	c.EndedAt, c.EndedBy = nil, ident.ID{}
	if c.Agreement == nil {
		c.Outcome, c.ReasonCode, c.Guidance = "", "", ""
	}
}

// firstClose marks the day on which the case is counted: once, at its first close.
func (c *Case) firstClose(at time.Time) {
	if c.FirstClosedDay.IsZero() {
		c.FirstClosedDay = dayOf(at)
	}
}

// StandardGuidance tells where else somebody may turn whose case is not, or no longer, mediated (A8, M9).
var StandardGuidance = fault.Say(
	"您可以：向有管辖权的人民法院起诉；属于劳动争议的，向劳动人事争议仲裁委员会申请仲裁；属于行政机关职责的，向该机关反映；也可以拨打 12348 咨询法律服务。权利受到侵害的，请注意诉讼时效。",
	"You may sue in the competent people's court; apply for arbitration where the matter is one of labour; turn to the responsible administrative organ; or call 12348 for legal advice. Please mind the limitation period.")

// Reconsidering is a change of mind.
type Reconsidering struct {
	PartyID ident.ID `json:"party_id,omitempty,omitzero" doc:"Staff: which party changed its mind"`
	Channel string   `json:"channel,omitempty" doc:"Staff: how it said so (in_person, phone, link, paper, relayed)"`
}

// Reconsider hears a party that had said no and changes its mind within 90 days; the others are asked again.
func (s *Service) Reconsider(ctx context.Context, g authz.Grant, o Order, in Reconsidering) (View, error) {
	return s.act(ctx, g, o, Reconsider, func(d *deed, c *Case) (note, error) {
		p, err := d.actingParty(c, in.PartyID)
		if err != nil {
			return note{}, err
		}
		if p.ID != c.EndedBy {
			return note{}, fault.New(fault.Denied, "", "是另一方不愿意继续，要由那一方改变主意。", "It was the other side that did not go on; it is theirs to change their mind.")
		}
		if d.at.Sub(*c.EndedAt) > reconsiderWithin {
			return note{}, fault.New(fault.Conflict, "lifecycle", "已超过 90 天，请重新申请。", "More than 90 days have passed; please file again.")
		}
		if in.Channel, err = d.toldBy(p, in.Channel); err != nil {
			return note{}, err
		}
		if _, err := d.answers(c, p, Answer{Consent: Agreed}); err != nil {
			return note{}, err
		}
		fact := journal.Fact{"party": p.ID.String(), "was_outcome": c.Outcome, "was_reason": c.ReasonCode, "channel": in.Channel}
		d.begin(c, p.ID, in.Channel)
		return note{party: p.ID, fact: fact}, nil
	})
}

// toldBy is the channel of a change of mind; staff who do not say record that they were told.
func (d *deed) toldBy(p *Party, given string) (string, error) {
	if given == "" && !d.byParty(p) {
		return "relayed", nil
	}
	return d.channel(p, given)
}

// begin asks everybody again but the one who has just said yes.
func (d *deed) begin(c *Case, yes ident.ID, channel string) {
	at := d.at
	for i := range c.Sides {
		side := &c.Sides[i]
		side.Consent, side.ConsentAt, side.ConsentChannel, side.Refusal = Unasked, nil, "", ""
		if side.ID == yes {
			side.Consent, side.ConsentAt, side.ConsentChannel = Agreed, &at, channel
		}
	}
	c.ConsentAskedAt = &at
	c.goesOn()
	c.HostID, c.Extended = ident.ID{}, false
	d.leave(c, func(m Participant) bool { return isHosting(m.Part) })
}
