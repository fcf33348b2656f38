package casework

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
)

// Assignment says who mediates, M1: one host and any number of co-mediators.
type Assignment struct {
	Host     ident.ID          `json:"host_mediator_id"`
	Co       []ident.ID        `json:"co_mediator_ids,omitempty,omitzero" nullable:"false"`
	Recorder ident.ID          `json:"recorder_mediator_id,omitempty,omitzero" doc:"Who keeps the record, where that is none of them: works the case, signs nothing as its mediator"`
	ChosenBy string            `json:"chosen_by" doc:"committee or parties"`
	Conflict *ConflictDecision `json:"conflict_decision,omitempty" doc:"After a conflict of interest was found: proceed all the same, and why; all parties are told"`
}

// ConflictDecision is the decision to go on although ties were found, M12.
type ConflictDecision struct {
	Decision string `json:"decision" doc:"proceed"`
	Reason   string `json:"reason"`
}

// Tie is one interest that a mediator was found to have in a case.
type Tie struct {
	MediatorID ident.ID `json:"mediator_id"`
	PartyID    ident.ID `json:"party_id,omitempty,omitzero"`
	HelperID   ident.ID `json:"helper_id,omitempty,omitzero" doc:"Whoever helps that party, where the tie is to them"`
	Kind       string   `json:"kind" doc:"same_name, same_phone, employer, kin, firm, owners_committee, compound, other"`
}

// Assign gives the case its mediators. A chair hands a case to anybody of the committee; a mediator takes it upon
// themselves, or records whom the parties chose.
func (s *Service) Assign(ctx context.Context, g authz.Grant, o Order, a Assignment) (View, error) {
	event := Assign
	if a.ChosenBy == "parties" {
		event = Choose
	}
	return s.act(ctx, g, o, event, func(d *deed, c *Case) (note, error) {
		team, err := d.team(c, a)
		if err != nil {
			return note{}, err
		}
		n, err := d.conflicts(c, team, a.Conflict)
		if err != nil {
			return note{}, err
		}
		for i, m := range team {
			part := a.partOf(i)
			d.joinAs(c, m, part)
			n.fact[part+"s"] = append(listOf(n.fact[part+"s"]), m.ID.String())
		}
		c.HostID, c.AssignedBy = team[0].ID, a.ChosenBy
		n.fact["assigned_by"] = a.ChosenBy
		err = d.takenAlready(c, &n)
		return n, err
	})
}

// partOf is the part of the nth of a team: the host is first, whoever keeps the record last.
func (a Assignment) partOf(n int) string {
	switch n {
	case 0:
		return authz.PartHost
	case 1 + len(a.Co):
		return authz.PartRecorder
	}
	return authz.PartCoMediator
}

func listOf(v any) []string {
	l, _ := v.([]string)
	return l
}

// team finds the mediators of an assignment, host first, and checks that they may take it.
func (d *deed) team(c *Case, a Assignment) ([]registry.Mediator, error) {
	if a.ChosenBy != "committee" && a.ChosenBy != "parties" {
		return nil, fault.New(fault.Invalid, "", "请说明由调委会指派还是当事人选择。", "Please say whether the committee or the parties chose.").At("chosen_by")
	}
	var team []registry.Mediator
	ids := append([]ident.ID{a.Host}, a.Co...)
	if !a.Recorder.IsZero() {
		ids = append(ids, a.Recorder)
	}
	for i, id := range ids {
		at := map[string]string{authz.PartHost: "host_mediator_id", authz.PartCoMediator: "co_mediator_ids", authz.PartRecorder: "recorder_mediator_id"}[a.partOf(i)]
		fits := ofCommittee(c.CommitteeID)
		if i > 0 {
			fits = func(m registry.Mediator) bool { return m.CommitteeID == c.CommitteeID || c.joined(m.CommitteeID) } // A7: the lead hosts
		}
		m, err := d.memberOf(c, team, id, at, fits)
		if err != nil {
			return nil, err
		}
		team = append(team, m)
	}
	return team, d.mayHandOut(team[0], a.ChosenBy, c)
}

func ofCommittee(committee ident.ID) func(registry.Mediator) bool {
	return func(m registry.Mediator) bool { return m.CommitteeID == committee }
}

// memberOf finds a mediator who may join a team: of a fitting committee, serving, not recused, not in it already.
func (d *deed) memberOf(c *Case, team []registry.Mediator, id ident.ID, at string, fits func(registry.Mediator) bool) (registry.Mediator, error) {
	m, err := d.mediator(id)
	if err != nil || !fits(m) || !m.Works() {
		return m, fault.New(fault.Invalid, "", "请选择本调委会的在任调解员。", "Please choose a serving mediator of this committee.").At(at)
	}
	if c.recused(m.ID) {
		return m, fault.Rule("M2", "%s 已经回避，不能再参与本案。", "%s has withdrawn from this case and may not come back.", m.Name)
	}
	if slices.ContainsFunc(team, func(t registry.Mediator) bool { return t.ID == m.ID }) {
		return m, fault.New(fault.Invalid, "", "同一位调解员不能重复选择。", "The same mediator cannot be chosen twice.").At(at)
	}
	return m, nil
}

// joinAs enters a mediator's part; one of a committee that joined carries it.
func (d *deed) joinAs(c *Case, m registry.Mediator, part string) {
	p := Participant{PersonID: m.PersonID, MediatorID: m.ID, Name: m.Name, Part: part}
	if m.CommitteeID != c.CommitteeID {
		p.CommitteeID = m.CommitteeID
	}
	d.join(c, p)
}

// mayHandOut: only the chair hands a case to another mediator on the committee's behalf, M1.
func (d *deed) mayHandOut(host registry.Mediator, chosenBy string, c *Case) error {
	by := d.grant.By()
	isChair := slices.ContainsFunc(by.Posts, func(p actor.Post) bool { return p.Role == actor.Chair && p.Committee == c.CommitteeID })
	if isChair || chosenBy == "parties" || host.PersonID == by.Person {
		return nil
	}
	return fault.New(fault.Denied, "", "只有主任可以把案件指派给其他调解员；您可以自己承办，或记录当事人的选择。",
		"Only the chair hands a case to another mediator; you may take it yourself, or record whom the parties chose.")
}

// conflicts checks every mediator for ties to the case, M12. Ties block until somebody decides, with a reason, to go on.
func (d *deed) conflicts(c *Case, team []registry.Mediator, decision *ConflictDecision) (note, error) {
	n := note{fact: journal.Fact{}}
	var ties []Tie
	for _, m := range team {
		found, err := d.tiesOf(c, m)
		if err != nil {
			return n, err
		}
		ties = append(ties, found...)
		if err := d.rememberCheck(c, m, found, decision); err != nil {
			return n, err
		}
	}
	if len(ties) == 0 {
		return n, nil
	}
	if decision == nil || decision.Decision != "proceed" || strings.TrimSpace(decision.Reason) == "" || !d.mayOverride(c, team) {
		return n, fault.New(fault.Conflict, "conflict_of_interest", "发现利益关系。请另选调解员；或由不在其中的主任说明理由后决定继续，并告知全部当事人。",
			"A tie was found. Please choose another mediator; or a chair who is not among them decides to proceed, with a reason, and tells all parties.").With("ties", ties)
	}
	n.fact["ties"] = len(ties)
	n.words = journal.Words{"conflict_reason": decision.Reason}
	n.warnings = append(n.warnings, fault.Say("请把这一利益关系告知全部当事人。", "Please tell all parties of this tie."))
	return n, nil
}

// mayOverride: only a chair who is none of the mediators decides to go on in spite of a tie, M12.
func (d *deed) mayOverride(c *Case, team []registry.Mediator) bool {
	by := d.grant.By()
	isChair := slices.ContainsFunc(by.Posts, func(p actor.Post) bool { return p.Role == actor.Chair && p.Committee == c.CommitteeID })
	return isChair && !slices.ContainsFunc(team, func(m registry.Mediator) bool { return m.PersonID == by.Person })
}

func (d *deed) rememberCheck(c *Case, m registry.Mediator, ties []Tie, decision *ConflictDecision) error {
	text, err := json.Marshal(ties)
	if err != nil {
		return err
	}
	r := Check{Key: d.newKey(), CaseID: c.ID, MediatorID: m.ID, CheckedAt: d.now(), Ties: string(text), Decision: "clear", DecidedBy: d.grant.By().Person}
	if len(ties) > 0 && decision != nil {
		r.Decision, r.Reason = decision.Decision, decision.Reason
	}
	c.Checks = append(c.Checks, r)
	return nil
}

// tiesOf compares a mediator with the case: names, phones, employers, declared ties, the compound.
func (d *deed) tiesOf(c *Case, m registry.Mediator) ([]Tie, error) {
	declared, err := d.ties(m.ID)
	if err != nil {
		return nil, err
	}
	phone, err := d.phoneIndexOf(m.PersonID)
	if err != nil {
		return nil, err
	}
	return d.tiesWith(c, m, phone, declared)
}

// tiesWith compares a mediator's name, phone and declared ties with the parties, with those who help them, and with the
// place.
func (d *deed) tiesWith(c *Case, m registry.Mediator, phone string, declared []registry.Tie) ([]Tie, error) {
	var out []Tie
	for _, p := range c.Here() {
		for _, kind := range tiesTo(p, m.Name, phone, declared) {
			out = append(out, Tie{MediatorID: m.ID, PartyID: p.ID, Kind: kind})
		}
	}
	for _, h := range c.Helpers {
		if h.EndedAt != nil {
			continue
		}
		for _, kind := range tiesTo(Party{Name: h.Name, PhoneIndex: d.vault.Index(registry.PhoneIndex, h.Phone)}, m.Name, phone, declared) {
			out = append(out, Tie{MediatorID: m.ID, PartyID: h.PartyID, HelperID: h.ID, Kind: kind})
		}
	}
	firm, err := d.firmOf(c)
	if err != nil {
		return nil, err
	}
	for _, t := range declared {
		if !t.CompoundID.IsZero() && t.CompoundID == c.CompoundID {
			out = append(out, Tie{MediatorID: m.ID, Kind: "compound"})
		}
		if !t.FirmID.IsZero() && t.FirmID == firm { // staff of the firm that manages the compound concerned
			out = append(out, Tie{MediatorID: m.ID, Kind: "firm"})
		}
	}
	return out, nil
}

// firmOf is the property firm that manages the compound concerned; zero where there is none.
func (d *deed) firmOf(c *Case) (ident.ID, error) {
	if c.CompoundID.IsZero() {
		return ident.ID{}, nil
	}
	compound, err := d.compound(c.CompoundID)
	return compound.PropertyFirmID, err
}

func tiesTo(p Party, name, phoneIndex string, declared []registry.Tie) []string {
	var kinds []string
	add := func(hit bool, kind string) {
		if hit && !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	same := func(a, b string) bool { return a != "" && ident.MatchName(a) == ident.MatchName(b) }
	add(same(p.Name, name), "same_name")
	add(p.PhoneIndex != "" && p.PhoneIndex == phoneIndex, "same_phone")
	for _, t := range declared {
		add(same(p.Name, t.Name) || p.PhoneIndex != "" && p.PhoneIndex == t.PhoneIndex || same(p.Employer, t.Name), string(t.Kind))
	}
	return kinds
}

// Recusal is a request that a mediator withdraw, M2. A party needs no reason.
type Recusal struct {
	Mediator ident.ID `json:"mediator_id"`
	Reason   string   `json:"reason,omitempty" doc:"Q1–Q4; Q4 when a party simply asks"`
	PartyID  ident.ID `json:"party_id,omitempty,omitzero" doc:"Staff: on whose behalf it is recorded"`
}

// RequestRecusal withdraws a mediator at once and without discretion (M2); the case needs a new assignment.
func (s *Service) RequestRecusal(ctx context.Context, g authz.Grant, o Order, r Recusal) (View, error) {
	return s.act(ctx, g, o, RequestRecusal, func(d *deed, c *Case) (note, error) {
		if r.Reason == "" {
			r.Reason = "Q4"
		}
		if err := codes.Recusals.Check(r.Reason); err != nil {
			return note{}, fault.Of(err).At("reason")
		}
		i := slices.IndexFunc(c.People, func(p Participant) bool {
			return p.MediatorID == r.Mediator && isHosting(p.Part) && p.EndedAt == nil
		})
		if i < 0 {
			return note{}, fault.New(fault.Invalid, "", "这位调解员没有参与本案。", "That mediator does not work on this case.").At("mediator_id")
		}
		m := c.People[i]
		d.recuse(c, m)
		return note{party: s.partyOf(d, c, r.PartyID), fact: journal.Fact{"mediator": m.MediatorID.String(), "reason": r.Reason}}, nil
	})
}

// recuse takes a mediator out of a case for good, and with them everybody who works on it: it is assigned anew.
func (d *deed) recuse(c *Case, m Participant) {
	d.leave(c, func(p Participant) bool { return isHosting(p.Part) })
	c.HostID, c.AssignedBy = ident.ID{}, ""
	d.join(c, Participant{PersonID: m.PersonID, MediatorID: m.MediatorID, Name: m.Name, Part: authz.PartRecused})
	d.goOn(c)
}

// partyOf is on whose behalf something was recorded, where that is known.
func (s *Service) partyOf(d *deed, c *Case, named ident.ID) ident.ID {
	if p, err := d.actingParty(c, named); err == nil {
		return p.ID
	}
	return ident.ID{}
}

// mediates tells whether a part is that of a mediator, and not of whoever keeps the record.
func mediates(part string) bool { return part == authz.PartHost || part == authz.PartCoMediator }

func isHosting(part string) bool { return slices.Contains(authz.HostParts(), part) }

// join enters a person's part in a case.
func (d *deed) join(c *Case, p Participant) {
	p.Key, p.CaseID, p.BeganAt = d.newKey(), c.ID, d.now()
	c.People = append(c.People, p)
}

// leave ends parts of people in a case.
func (d *deed) leave(c *Case, match func(Participant) bool) {
	now := d.now()
	for i := range c.People {
		if p := &c.People[i]; p.EndedAt == nil && match(*p) {
			p.EndedAt = &now
		}
	}
}
