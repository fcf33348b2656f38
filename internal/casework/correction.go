package casework

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
)

// Amendment changes what a case says about itself; old and new values are kept. Fields left out stay.
type Amendment struct {
	Set    Changes `json:"set"`
	Reason string  `json:"reason"`
}

// Changes are the fields that may be amended.
type Changes struct {
	Title       *string     `json:"title,omitempty"`
	Facts       *string     `json:"facts,omitempty"`
	Request     *string     `json:"request,omitempty"`
	Category    *string     `json:"category,omitempty"`
	Difficulty  *int        `json:"difficulty,omitempty"`
	AreaCode    *ident.Area `json:"area_code,omitempty"`
	CompoundID  *ident.ID   `json:"compound_id,omitempty,omitzero"`
	PartyPair   *string     `json:"party_pair,omitempty"`
	Bar         *string     `json:"bar,omitempty" doc:"N1, N2 or empty, A6"`
	BarDocument *string     `json:"bar_document,omitempty"`
	Applied     *string     `json:"application_signed,omitempty" doc:"How the applicant signed the application (A4)"`
	OralFacts   *string     `json:"agreement_facts,omitempty" doc:"Completes the register of an oral agreement, F11"`
	OralIssues  *string     `json:"agreement_issues,omitempty"`
}

// Amend corrects a case that is being worked. What an agreement's text binds to cannot be amended while it is signed.
func (s *Service) Amend(ctx context.Context, g authz.Grant, o Order, in Amendment) (View, error) {
	return s.act(ctx, g, o, Amend, func(d *deed, c *Case) (note, error) {
		if err := needReason(in.Reason); err != nil {
			return note{}, err
		}
		if err := in.Set.check(d, c); err != nil {
			return note{}, err
		}
		n := note{fact: journal.Fact{}, words: journal.Words{"reason": in.Reason}}
		compound := c.CompoundID
		in.Set.change(d, c, &n)
		if len(n.fact) == 0 && len(n.words) == 1 {
			return note{}, fault.New(fault.Invalid, "", "没有任何改动。", "Nothing was changed.").At("set")
		}
		if c.CompoundID == compound {
			return n, nil
		}
		return n, d.checkAgain(c, &n, func(t Tie) bool { return t.PartyID.IsZero() })
	})
}

func (in Changes) check(d *deed, c *Case) error {
	var bad fault.Check
	if in.Title != nil {
		need(&bad, "set.title", *in.Title, maxTitle)
	}
	if in.Facts != nil {
		need(&bad, "set.facts", *in.Facts, maxFacts)
	}
	if in.Category != nil {
		bad.Take("set.category", codes.Categories.Check(*in.Category))
	}
	if in.Request != nil {
		atMost(&bad, "set.request", *in.Request, maxFacts)
	}
	if in.BarDocument != nil {
		atMost(&bad, "set.bar_document", *in.BarDocument, maxShort)
	}
	if in.PartyPair != nil && *in.PartyPair != "" {
		bad.Take("set.party_pair", codes.PartyPairs.Check(*in.PartyPair))
	}
	if in.CompoundID != nil && !in.CompoundID.IsZero() {
		if compound, err := d.compound(*in.CompoundID); err != nil || compound.CountyCode != c.CountyCode {
			bad.Add("set.compound_id", "没有这个小区，或者它不在本县。", "There is no such compound in this county.")
		}
	}
	if in.Applied != nil && *in.Applied != "" {
		bad.Take("set.application_signed", codes.SignatureKinds.Check(*in.Applied))
	}
	if in.Difficulty != nil {
		between(&bad, "set.difficulty", *in.Difficulty, 1, 4)
	}
	if in.Bar != nil && *in.Bar != "" && *in.Bar != "N1" && *in.Bar != "N2" {
		bad.Add("set.bar", "只能是 N1 或 N2。", "Only N1 or N2.")
	}
	if in.AreaCode != nil {
		if _, err := d.area(*in.AreaCode); err != nil || in.AreaCode.County() != c.CountyCode {
			bad.Add("set.area_code", "请选择本县的地点；跨县请移交。", "Please choose a place in this county; across counties a case is transferred.")
		}
	}
	if (in.OralFacts != nil || in.OralIssues != nil) && (c.Agreement == nil || c.Agreement.Form != Oral) {
		bad.Add("set.agreement_facts", "只有口头协议可以补登记。", "Only an oral agreement's register can be completed.")
	}
	return bad.Err()
}

// change makes the changes and what follows from them.
func (in Changes) change(d *deed, c *Case, n *note) {
	in.apply(c, n)
	if in.OralFacts != nil || in.OralIssues != nil {
		d.completeRegister(c, in, n)
	}
	c.PartyPair = c.pair()
}

// apply makes the changes, leaving codes in the fact and texts in the words, old and new.
func (in Changes) apply(c *Case, n *note) {
	code := func(name string, to *string, field *string) {
		if to != nil && strings.TrimSpace(*to) != *field {
			n.fact[name] = []string{*field, strings.TrimSpace(*to)}
			*field = strings.TrimSpace(*to)
		}
	}
	text := func(name string, to *string, field *string) {
		if to != nil && strings.TrimSpace(*to) != *field {
			n.words[name+"_old"], n.words[name] = *field, strings.TrimSpace(*to)
			*field = strings.TrimSpace(*to)
		}
	}
	code("category", in.Category, &c.Category)
	code("party_pair", in.PartyPair, &c.PartyPair)
	code("application_signed", in.Applied, &c.ApplicationBy)
	code("bar", in.Bar, &c.Bar)
	text("bar_document", in.BarDocument, &c.BarDocument)
	text("title", in.Title, &c.Title)
	text("facts", in.Facts, &c.Facts)
	text("request", in.Request, &c.Request)
	if in.AreaCode != nil && *in.AreaCode != c.AreaCode {
		n.fact["area"] = []string{string(c.AreaCode), string(*in.AreaCode)}
		c.AreaCode = *in.AreaCode
	}
	if in.CompoundID != nil && *in.CompoundID != c.CompoundID {
		n.fact["compound"] = []string{c.CompoundID.String(), in.CompoundID.String()}
		c.CompoundID = *in.CompoundID
	}
	if in.Difficulty != nil && *in.Difficulty != c.Difficulty {
		n.fact["difficulty"] = []string{strconv.Itoa(c.Difficulty), strconv.Itoa(*in.Difficulty)}
		c.Difficulty = *in.Difficulty
	}
}

// completeRegister fills in what the register of an oral agreement lacked, F11.
func (d *deed) completeRegister(c *Case, in Changes, n *note) {
	a := c.Agreement
	if in.OralFacts != nil {
		n.words["agreement_facts_old"], a.Facts = a.Facts, strings.TrimSpace(*in.OralFacts)
	}
	if in.OralIssues != nil {
		n.words["agreement_issues_old"], a.Issues = a.Issues, strings.TrimSpace(*in.OralIssues)
	}
	a.TextHash = a.HashFor(c)
	n.fact["text_hash"] = a.TextHash
	c.RegisterComplete = registerComplete(a)
}

// Rerouting hands a case that nobody has accepted yet to the committee of the county that serves the place.
type Rerouting struct {
	CommitteeID ident.ID `json:"committee_id"`
	Reason      string   `json:"reason"`
}

// Reroute changes the lead committee before acceptance.
func (s *Service) Reroute(ctx context.Context, g authz.Grant, o Order, in Rerouting) (View, error) {
	return s.act(ctx, g, o, Reroute, func(d *deed, c *Case) (note, error) {
		if err := needReason(in.Reason); err != nil {
			return note{}, err
		}
		to, err := d.committee(in.CommitteeID)
		if err != nil || to.ID.County() != c.CountyCode || to.ID == c.CommitteeID || to.State != registry.Active {
			return note{}, fault.New(fault.Invalid, "", "请选择本县的另一个调委会。", "Please choose another committee of this county.").At("committee_id")
		}
		fact := journal.Fact{"from_committee": c.CommitteeID.String(), "to_committee": to.ID.String()}
		c.CommitteeID = to.ID
		c.forgetNamed()
		n := note{fact: fact, words: journal.Words{"reason": in.Reason}}
		if !to.AreaCode.Covers(c.AreaCode) {
			n.warnings = append(n.warnings, fault.Say("这个调委会不在纠纷发生地，请确认当事人在它的区域（A7）。", "This committee does not lie where the dispute arose; please make sure that the parties live in its area (A7)."))
		}
		return n, nil
	})
}

// Retraction takes back one's own wrong entry.
type Retraction struct {
	Entry  string `json:"entry" doc:"The entry's id, or its number in the timeline"`
	Reason string `json:"reason"`
}

// Retract takes back a consent, a notice or a signature that was recorded wrongly. Whoever wrote the entry retracts it;
// a signature given by another's hand needs a second person. The entry itself stays in the journal.
func (s *Service) Retract(ctx context.Context, g authz.Grant, o Order, in Retraction) (View, error) {
	return s.act(ctx, g, o, Retract, func(d *deed, c *Case) (note, error) {
		if err := needReason(in.Reason); err != nil {
			return note{}, err
		}
		e, err := d.entry(c, in.Entry)
		if err != nil {
			return note{}, err
		}
		n := note{fact: journal.Fact{"retracts": e.ID.String(), "seq": e.Seq, "event": e.Event}, words: journal.Words{"reason": in.Reason}}
		switch Event(e.Event) {
		case RecordConsent:
			err = d.retractConsent(c, e)
		case PartyRefuses:
			n.event, n.undone = RetractRefusal, State(e.From)
			err = d.retractRefusal(c, e)
		case GiveNotice:
			err = d.retractNotice(c, e)
		case Sign:
			err = d.retractSignature(c, e)
		default:
			err = fault.New(fault.Conflict, "not_retractable", "只有同意、告知和签名的记录可以撤销。", "Only a consent, a notice or a signature can be retracted.")
		}
		return n, err
	})
}

// retractRefusal takes back a refusal that was recorded wrongly: the case goes on from where consents are gathered, or,
// if it had been accepted, from there, and was never closed.
func (d *deed) retractRefusal(c *Case, e journal.Entry) error {
	if e.Actor != d.grant.By().Person || e.Actor.IsZero() {
		return errNotYours
	}
	p := c.party(e.Party)
	if p == nil || c.EndedBy != p.ID {
		return errSuperseded
	}
	if err := d.isLastAnswer(c, e); err != nil {
		return err
	}
	c.answeredBefore(p, e)
	if c.Agreement == nil && c.EndedAt != nil && c.FirstClosedDay == dayOf(*c.EndedAt) { // it was never closed
		c.FirstClosedDay = ""
	}
	c.goesOn()
	c.HostID, c.AssignedBy = ident.ID{}, ""
	d.leave(c, func(m Participant) bool { return isHosting(m.Part) })
	return nil
}

func (d *deed) entry(c *Case, name string) (journal.Entry, error) {
	entries, err := d.journal.Of(d.tx, c.ID)
	if err != nil {
		return journal.Entry{}, err
	}
	var found *journal.Entry
	for i, e := range entries {
		if e.ID.String() == name || strconv.FormatInt(e.Seq, 10) == name {
			found = &entries[i]
		}
		if r, _ := e.Fact["retracts"].(string); found != nil && r == found.ID.String() {
			return *found, fault.New(fault.Conflict, "retracted", "这条记录已经撤销。", "This entry is already retracted.")
		}
	}
	if found == nil {
		return journal.Entry{}, fault.New(fault.Invalid, "", "没有这条记录。", "There is no such entry.").At("entry")
	}
	return *found, nil
}

var errSuperseded = fault.New(fault.Conflict, "superseded", "之后又有新的记录，不能撤销这一条。", "A later entry has replaced this one; it cannot be retracted.")

// isLastAnswer: the party has not answered again since, and nobody has been asked anew.
func (d *deed) isLastAnswer(c *Case, e journal.Entry) error {
	entries, err := d.journal.Of(d.tx, c.ID)
	if err != nil {
		return err
	}
	retracted := map[string]bool{}
	for _, later := range entries {
		retracted[text(later.Fact["retracts"])] = true
	}
	for _, later := range entries {
		anew := Event(later.Event) == Reconsider || Event(later.Event) == Remediate
		again := (Event(later.Event) == RecordConsent || Event(later.Event) == PartyRefuses) && later.Party == e.Party && !retracted[later.ID.String()]
		if later.Seq > e.Seq && (anew || again) {
			return errSuperseded
		}
	}
	return nil
}

var errReliedOn = fault.New(fault.Conflict, "relied_on", "已经据此进行过调解，不能再撤销；当事人可以要求终止。", "A session was held on the strength of it; it cannot be retracted. The party may end the mediation.")

// satWith tells whether a party attended a session.
func (c *Case) satWith(party ident.ID) bool {
	return slices.ContainsFunc(c.Sittings, func(s Session) bool { return slices.Contains(s.Attending, party) })
}

var errNotYours = fault.New(fault.Denied, "", "只能撤销自己写的记录。", "You can retract only what you wrote yourself.")

func (d *deed) retractConsent(c *Case, e journal.Entry) error {
	if e.Actor != d.grant.By().Person {
		return errNotYours
	}
	p := c.party(e.Party)
	if p == nil || string(p.Consent) != text(e.Fact["consent"]) {
		return errSuperseded
	}
	if err := d.isLastAnswer(c, e); err != nil {
		return err
	}
	if c.satWith(p.ID) {
		return errReliedOn
	}
	c.answeredBefore(p, e)
	return nil
}

func (d *deed) retractNotice(c *Case, e journal.Entry) error {
	if e.Actor != d.grant.By().Person {
		return errNotYours
	}
	others, err := d.otherNotices(c, e)
	if err != nil {
		return err
	}
	for _, name := range toldIn(e) {
		id, err := ident.ParseID(name)
		if err != nil {
			return err
		}
		if c.satWith(id) {
			return errReliedOn
		}
		p := c.party(id)
		if p == nil {
			continue
		}
		p.NoticeAt, p.NoticeManner = nil, ""
		for _, o := range others {
			if slices.Contains(toldIn(o), name) {
				p.tell(o.OccurredAt, text(o.Fact["manner"]))
			}
		}
	}
	return nil
}

// otherNotices are the entries that parties were told, but for one, that stand.
func (d *deed) otherNotices(c *Case, e journal.Entry) (out []journal.Entry, err error) {
	entries, err := d.journal.Of(d.tx, c.ID)
	if err != nil {
		return nil, err
	}
	retracted := map[string]bool{e.ID.String(): true}
	for _, o := range entries {
		retracted[text(o.Fact["retracts"])] = true
	}
	for _, o := range entries {
		if Event(o.Event) == GiveNotice && !retracted[o.ID.String()] {
			out = append(out, o)
		}
	}
	return out, nil
}

// toldIn are the ids of those whom an entry says to have been told.
func toldIn(e journal.Entry) (out []string) {
	list, _ := e.Fact["parties"].([]any)
	for _, v := range list {
		out = append(out, text(v))
	}
	return out
}

// retractSignature: a second person, the chair, takes back a signature that a mediator recorded for somebody else.
func (d *deed) retractSignature(c *Case, e journal.Entry) error {
	if c.State != AgreementPending {
		return notNow(Retract, c.State)
	}
	if d.grant.By().Person == e.Actor || !d.grant.By().Holds(actor.Chair) {
		return fault.New(fault.Denied, "second_person", "撤销签名须由记录人以外的主任办理。", "A signature is retracted by the chair, who must not be the one who recorded it.")
	}
	if err := account.StandsApart(d.tx, "second_person", e.RecordedAt, e.Actor); err != nil {
		return err
	}
	n := d.retractSignatures(c.Agreement, func(s Signature) bool { return s.ID.String() == text(e.Fact["signature"]) })
	if n == 0 {
		return fault.New(fault.Conflict, "superseded", "这个签名已经失效。", "This signature is void already.")
	}
	return nil
}

func text(v any) string {
	s, _ := v.(string)
	return s
}
