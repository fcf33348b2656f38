package casework

import (
	"context"
	"errors"
	"slices"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
)

// guardApplied: a court was asked to confirm the agreement and has not decided.
var guardApplied = Guard{"G12", func(c *Case) error {
	if c.atCourt(Confirming) == nil {
		return fault.New(fault.Conflict, "no_application", "还没有登记司法确认申请。", "No application for confirmation is recorded.")
	}
	return nil
}}

// G14: what was agreed in a way that is illegal or unfair, or was not kept, is mediated again; where there was no
// agreement, a party reconsiders instead.
var guardG14 = Guard{"G14", func(c *Case) error {
	if c.Agreement == nil || c.EffectiveAt == nil {
		return notNow(Remediate, c.State)
	}
	if c.atCourt(Confirming) != nil {
		return fault.Rule("G14", "法院正在审查司法确认申请。请先登记法院的裁定，或登记当事人撤回申请。",
			"A court is looking at the application for confirmation. Please record its decision first, or that the parties withdrew.")
	}
	return nil
}}

// Remedy takes a finished case into mediation again.
type Remedy struct {
	Ground   string     `json:"ground" doc:"illegal, unfair, court_refused or repair"`
	Reason   string     `json:"reason"`
	Consents []ident.ID `json:"consents" nullable:"false" doc:"Parties that agree to mediate again; all whom the agreement binds must"`
	Channel  string     `json:"channel,omitempty" doc:"How they agreed (in_person, phone, link, paper)"`
	Host     ident.ID   `json:"host_mediator_id,omitempty,omitzero" doc:"Where the former host no longer works"`
}

// Remediate opens a finished case again with the consent of everybody whom the agreement binds (G14). Whoever joined in an attempt that
// failed may agree with them, or is asked anew, as they were when they were added. The earlier agreement stands until a new version,
// linked to it, takes its place; the case is counted where it was first closed.
func (s *Service) Remediate(ctx context.Context, g authz.Grant, o Order, in Remedy) (View, error) {
	return s.act(ctx, g, o, Remediate, func(d *deed, c *Case) (note, error) {
		if err := codes.RemedyGrounds.Check(in.Ground); err != nil {
			return note{}, fault.Of(err).At("ground")
		}
		if err := needReason(in.Reason); err != nil {
			return note{}, err
		}
		channel := in.Channel
		if channel == "" {
			channel = "in_person"
		}
		if err := codes.Channels.Check(channel); err != nil {
			return note{}, fault.Of(err).At("channel")
		}
		for _, p := range c.Here() {
			if !slices.Contains(in.Consents, p.ID) {
				if !c.binds(&p) {
					continue
				}
				return note{}, fault.Rule("G14", "重新调解须全部当事人同意，还缺 %s。当事人也可以起诉。", "To mediate again needs every party's consent; that of %s is missing. The parties may also sue.", p.Name)
			}
			if err := c.guarded(&p, d.at); err != nil {
				return note{}, err
			}
		}
		fact := journal.Fact{"ground": in.Ground, "agreement": c.AgreementID.String(), "was_outcome": c.Outcome, "from": c.State, "consents": idTexts(in.Consents)}
		if err := d.hostAgain(c, in.Host, fact); err != nil {
			return note{}, err
		}
		at := d.at
		for i := range c.Sides {
			switch p := &c.Sides[i]; {
			case p.RemovedAt != nil:
			case slices.Contains(in.Consents, p.ID):
				p.Consent, p.ConsentAt, p.ConsentChannel = Agreed, &at, channel
			default:
				p.Consent, p.ConsentAt, p.ConsentChannel, p.Refusal = Unasked, nil, "", ""
			}
		}
		c.MediationDueDay, c.Extended, c.PausedDay = d.days(dayOf(d.at), registry.Mediation), false, ""
		c.EndedAt, c.EndedBy, c.ArchivedAt = nil, ident.ID{}, nil
		fact["due"] = c.MediationDueDay
		return note{fact: fact, words: journal.Words{"reason": in.Reason}}, nil
	})
}

// hostAgain sees to it that somebody leads the case: the former host, if they still work, or the one named.
func (d *deed) hostAgain(c *Case, named ident.ID, fact journal.Fact) error {
	if former, ok := c.Host(); ok && named.IsZero() {
		if m, err := d.mediator(former.MediatorID); err == nil && m.Works() {
			return d.freeOfTies(c, m)
		}
	}
	m, err := d.mediator(named)
	if err != nil || m.CommitteeID != c.CommitteeID || !m.Works() || c.recused(m.ID) {
		return fault.New(fault.Invalid, "", "原承办调解员已不在岗，请选择本调委会的在任调解员。", "The former host no longer works; please choose a serving mediator of this committee.").At("host_mediator_id")
	}
	if err := d.freeOfTies(c, m); err != nil {
		return err
	}
	d.leave(c, func(p Participant) bool { return isHosting(p.Part) })
	d.join(c, Participant{PersonID: m.PersonID, MediatorID: m.ID, Name: m.Name, Part: authz.PartHost})
	c.HostID, fact["host"] = m.ID, m.ID.String()
	return nil
}

// freeOfTies refuses a mediator who has a tie to the case by now, M12.
func (d *deed) freeOfTies(c *Case, m registry.Mediator) error {
	ties, err := d.tiesOf(c, m)
	if err == nil && len(ties) > 0 {
		err = errTies.With("ties", ties)
	}
	return err
}

var errTies = fault.New(fault.Conflict, "conflict_of_interest", "发现利益关系，请另选调解员。", "A tie was found; please choose another mediator.")

// Adding brings another party into a case.
type Adding struct {
	PartyIn
	Role   string `json:"role,omitempty" doc:"respondent (default) or applicant"`
	Reason string `json:"reason"`
}

// AddParty adds somebody whom the dispute concerns. They are asked for their consent anew (A2), and the mediators are
// checked for ties to them (M12).
func (s *Service) AddParty(ctx context.Context, g authz.Grant, o Order, in Adding) (View, error) {
	return s.act(ctx, g, o, AddParty, func(d *deed, c *Case) (note, error) {
		if in.Role == "" {
			in.Role = Respondent
		}
		var bad fault.Check
		need(&bad, "reason", in.Reason, 1000)
		if in.Role != Respondent && in.Role != Applicant {
			bad.Add("role", "请选择申请人或对方当事人。", "Please choose applicant or respondent.")
		}
		if len(c.Here()) >= mostParties {
			bad.Add("name", "最多 %d 位当事人。", "At most %d parties.", mostParties)
		}
		p := d.partyFrom(&bad, "", in.PartyIn, in.Role, len(c.Side(in.Role))+1)
		if err := bad.Err(); err != nil {
			return note{}, err
		}
		p.Key, p.CaseID = d.newKey(), c.ID
		if a := c.inForce(); a != nil {
			p.JoinedAfter = a.ID
		}
		s.sealParty(&p) // its index is compared with the mediators'
		c.Sides = append(c.Sides, p)
		c.nameSides()
		c.PartyPair = c.pair()
		n := note{fact: journal.Fact{"party": p.ID.String(), "role": p.Role, "kind": p.Kind}, words: journal.Words{"reason": in.Reason, "name": p.Name}}
		return n, d.checkAgain(c, &n, func(t Tie) bool { return t.PartyID == p.ID })
	})
}

const mostParties = 51

// Removing takes a party out of a case.
type Removing struct {
	PartyID ident.ID `json:"party_id"`
	Reason  string   `json:"reason"`
}

// RemoveParty takes out somebody whom the dispute does not concern; the reason stands for them in the papers (C4). The
// last of a side stays: a case without it is ended.
func (s *Service) RemoveParty(ctx context.Context, g authz.Grant, o Order, in Removing) (View, error) {
	return s.act(ctx, g, o, RemoveParty, func(d *deed, c *Case) (note, error) {
		if err := needReason(in.Reason); err != nil {
			return note{}, err
		}
		p := c.party(in.PartyID)
		if p == nil {
			return note{}, fault.New(fault.Invalid, "", "请选择本案的当事人。", "Please choose a party of this case.").At("party_id")
		}
		if len(c.Side(p.Role)) == 1 || len(c.Here()) <= 2 {
			return note{}, fault.New(fault.Conflict, "last_party", "这是最后一位，不能移除。纠纷不再继续的，请终止或撤回。",
				"This is the last one of its side. If the dispute does not go on, end the case or withdraw it.")
		}
		if a := c.inForce(); a != nil && !p.joinedAfter(a) {
			return note{}, fault.New(fault.Conflict, "bound", "这位当事人是生效协议的一方，不能移除。", "This is a party to the agreement in force and cannot be removed.")
		}
		at := d.now()
		p.RemovedAt = &at
		d.leave(c, func(one Participant) bool { return one.PartyID == p.ID })
		c.nameSides()
		c.PartyPair = c.pair()
		n := note{party: p.ID, fact: journal.Fact{"party": p.ID.String()}, words: journal.Words{"reason": in.Reason, "name": p.Name}}
		return n, errors.Join(d.shutOut(c, p.ID), d.endHelpers(c, p.ID))
	})
}

// shutOut ends a removed party's way in.
func (d *deed) shutOut(c *Case, party ident.ID) error {
	if d.tx == nil {
		return nil
	}
	if err := revokeCodes(d.tx, c.ID, party, ident.ID{}); err != nil {
		return err
	}
	return d.endVisits(d.tx, c.ID, party)
}

// checkAgain compares the mediators of a case with it after a fact has changed, M12. A tie that the new fact brought
// makes a task for the chair, and whoever changed the fact is told.
func (d *deed) checkAgain(c *Case, n *note, isNew func(Tie) bool) error {
	found := 0
	for _, one := range c.People {
		if !isHosting(one.Part) || one.EndedAt != nil {
			continue
		}
		m, err := d.mediator(one.MediatorID)
		if err != nil {
			return err
		}
		ties, err := d.tiesOf(c, m)
		if err == nil {
			ties = slices.DeleteFunc(ties, func(t Tie) bool { return !isNew(t) })
			err = d.askAbout(c, m, ties)
		}
		if err != nil {
			return err
		}
		found += len(ties)
	}
	if found > 0 {
		n.fact["ties"] = found
		n.warnings = append(n.warnings, fault.Say("发现承办调解员与本案有新的利害关系，请主任决定是否回避（M12）。",
			"A new tie between the case and its mediator was found; the chair decides whether they withdraw (M12)."))
	}
	return nil
}

// askAbout leaves ties of a mediator for the chair to decide on.
func (d *deed) askAbout(c *Case, m registry.Mediator, ties []Tie) error {
	if len(ties) == 0 {
		return nil
	}
	d.closeTasks(c, func(t Task) bool { return t.Kind == "conflict" && t.Subject == m.ID })
	c.Tasks = append(c.Tasks, Task{Key: d.newKey(), CaseID: c.ID, Kind: "conflict", Subject: m.ID, AlertOn: d.today(), DueOn: d.today(), OpenedAt: d.now()})
	return d.rememberCheck(c, m, ties, &ConflictDecision{Decision: "open"})
}

// TieDeclared looks at the open cases of a mediator who has just declared a tie, in the declaration's own transaction: a
// case that it concerns gets a task for its chair (M12).
func (s *Service) TieDeclared(tx *db.Tx, t registry.Tie) error {
	m, err := registry.FindMediator(tx, t.MediatorID)
	if err != nil {
		return err
	}
	cases, err := worksOn(tx, m.ID)
	for _, id := range cases {
		err = errors.Join(err, s.lookAgain(tx, id, m, t))
	}
	return err
}

func (s *Service) lookAgain(tx *db.Tx, id ident.ID, m registry.Mediator, t registry.Tie) error {
	var c Case
	if err := headOf(tx, id, &c.Head); err != nil {
		return err
	}
	if err := s.fill(tx, &c); err != nil {
		return err
	}
	d, err := s.inTx(tx, authz.Grant{}, Order{}, c.AreaCode)
	if err != nil {
		return err
	}
	ties, err := d.tiesWith(&c, registry.Mediator{Key: m.Key, PersonID: m.PersonID}, "", []registry.Tie{t}) // the new one alone
	if err != nil || len(ties) == 0 {
		return err
	}
	if err := d.askAbout(&c, m, ties); err != nil {
		return err
	}
	return d.keep(&c, Remind, c.State, note{fact: journal.Fact{"tasks": []string{"conflict"}}})
}

// hosts tells whether a mediator works on the case now.
func (c *Case) hosts(mediator ident.ID) bool {
	return slices.ContainsFunc(c.People, func(p Participant) bool {
		return p.MediatorID == mediator && isHosting(p.Part) && p.EndedAt == nil
	})
}

// M12: there is something to decide.
var guardM12 = Guard{"M12", func(c *Case) error {
	if !slices.ContainsFunc(c.Tasks, func(t Task) bool { return t.Kind == "conflict" && t.ClosedAt == nil }) {
		return fault.New(fault.Conflict, "no_conflict", "没有待决定的利害关系。", "There is no tie to decide on.")
	}
	return nil
}}

// Deciding is what a chair decides on a tie that was found while a case was being worked.
type Deciding struct {
	Mediator ident.ID `json:"mediator_id"`
	Decision string   `json:"decision" doc:"proceed or recuse"`
	Reason   string   `json:"reason"`
}

// DecideConflict decides on a tie found after the assignment, M12: the mediator withdraws, or goes on with all parties
// told. It is for a chair who is not that mediator.
func (s *Service) DecideConflict(ctx context.Context, g authz.Grant, o Order, in Deciding) (View, error) {
	return s.act(ctx, g, o, DecideConflict, func(d *deed, c *Case) (note, error) {
		if err := needReason(in.Reason); err != nil {
			return note{}, err
		}
		if err := codes.ConflictDecisions.Check(in.Decision); err != nil {
			return note{}, fault.Of(err).At("decision")
		}
		i := slices.IndexFunc(c.People, func(p Participant) bool {
			return p.MediatorID == in.Mediator && isHosting(p.Part) && p.EndedAt == nil
		})
		if i < 0 {
			return note{}, fault.New(fault.Invalid, "", "这位调解员没有参与本案。", "That mediator does not work on this case.").At("mediator_id")
		}
		m := c.People[i]
		if !d.mayOverride(c, []registry.Mediator{{PersonID: m.PersonID}}) {
			return note{}, fault.New(fault.Denied, "", "由不在其中的主任决定。", "A chair who is not concerned decides.")
		}
		found, err := d.mediator(m.MediatorID)
		if err != nil {
			return note{}, err
		}
		ties, err := d.tiesOf(c, found)
		if err != nil {
			return note{}, err
		}
		if err := d.rememberCheck(c, found, ties, &ConflictDecision{Decision: in.Decision, Reason: strings.TrimSpace(in.Reason)}); err != nil {
			return note{}, err
		}
		d.closeTasks(c, func(t Task) bool { return t.Kind == "conflict" && t.Subject == m.MediatorID })
		n := note{fact: journal.Fact{"mediator": m.MediatorID.String(), "decision": in.Decision, "ties": len(ties)}, words: journal.Words{"reason": in.Reason}}
		if in.Decision == "recuse" {
			n.event = RequestRecusal
			d.recuse(c, m)
			return n, nil
		}
		n.warnings = append(n.warnings, fault.Say("请把这一利益关系告知全部当事人。", "Please tell all parties of this tie."))
		return n, nil
	})
}
