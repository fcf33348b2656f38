package casework

import (
	"context"
	"errors"
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
)

// The people who may stand beside a party: codes.HelperKinds.
const (
	AsAgent       = "agent"       // acts for the party as far as its power of attorney goes, F6
	AsGuardian    = "guardian"    // acts for a party without full capacity, by law
	AsCompanion   = "companion"   // is with the party, and decides nothing
	AsInterpreter = "interpreter" // puts into another language what is said
)

// Helper is somebody who helps a party of a case.
type Helper struct {
	ident.Key
	CaseID         ident.ID     `gorm:"column:case_id"`
	PartyID        ident.ID     `gorm:"column:party_id"`
	Kind           string       `gorm:"column:kind"`
	PersonID       ident.ID     `gorm:"column:person_id"` // their account; NULL where they have none
	NameSealed     []byte       `gorm:"column:name_sealed"`
	RelationSealed []byte       `gorm:"column:relation_sealed"`
	IDNumberSealed []byte       `gorm:"column:id_number_sealed"`
	PhoneSealed    []byte       `gorm:"column:phone_sealed"`
	Name           string       `gorm:"-"`
	Relation       string       `gorm:"-"` // to the party
	IDNumber       string       `gorm:"-"`
	Phone          string       `gorm:"-"`
	Language       string       `gorm:"column:language"` // that an interpreter speaks
	Scopes         string       `gorm:"column:scopes"`   // codes.AgentScopes, separated by blanks
	Dated          calendar.Day `gorm:"column:dated"`    // the day of the power of attorney
	SignatureKind  string       `gorm:"column:signature_kind"`
	Consent        Consent      `gorm:"column:consent"` // a guardian's, to the mediation
	ConsentAt      *time.Time   `gorm:"column:consent_at"`
	ConsentChannel string       `gorm:"column:consent_channel"`
	AddedBy        ident.ID     `gorm:"column:added_by"`
	BeganAt        time.Time    `gorm:"column:began_at"`
	EndedAt        *time.Time   `gorm:"column:ended_at"`
	Void           bool         `gorm:"column:void"` // the power of attorney never counted
}

// TableName is the table's.
func (Helper) TableName() string { return "case_helpers" }

const mostHelpers = 30 // of a case

// needsGuardian: a natural person under 18, or without full civil capacity (Civil Code 19–22, P2).
func (p *Party) needsGuardian(on calendar.Day) bool {
	return p.Capacity != "" || p.isMinor(on)
}

func (p *Party) isMinor(on calendar.Day) bool {
	return p.Kind == "person" && !p.BornOn.IsZero() && p.BornOn.AgeOn(on) < adult
}

// speaksByGuardian: the guardian answers instead of a child under 14, or of somebody without any capacity.
func (p *Party) speaksByGuardian(on calendar.Day) bool {
	return p.Capacity == "none" || p.Kind == "person" && !p.BornOn.IsZero() && p.BornOn.AgeOn(on) < childhood
}

// helper finds a helper by id, to be changed in place; nil when it is none of the case's.
func (c *Case) helper(id ident.ID) *Helper {
	for i := range c.Helpers {
		if c.Helpers[i].ID == id {
			return &c.Helpers[i]
		}
	}
	return nil
}

// guardianOf is a party's guardian; nil while it has none.
func (c *Case) guardianOf(party ident.ID) *Helper {
	for i := range c.Helpers {
		if h := &c.Helpers[i]; h.PartyID == party && h.Kind == AsGuardian && h.EndedAt == nil {
			return h
		}
	}
	return nil
}

// actingFor is the helper as whom somebody acts on the case: by the helper's own code, or by account. nil for everybody
// who acts for themselves, or for the committee.
func (c *Case) actingFor(by actor.Actor) *Helper {
	for i := range c.Helpers {
		h := &c.Helpers[i]
		mine := h.ID == by.Helper && !by.Helper.IsZero() || !h.PersonID.IsZero() && h.PersonID == by.Person && (h.Kind == AsAgent || h.Kind == AsGuardian)
		if mine && h.EndedAt == nil {
			return h
		}
	}
	return nil
}

// lets tells whether whoever came by a code is still in the case: the party not removed, who acts for it not ended. Their sessions end
// with that; should one be left, it opens nothing.
func (c *Case) lets(by actor.Actor) bool {
	return by.Party.IsZero() || c.party(by.Party) != nil && (by.Helper.IsZero() || c.actingFor(by) != nil)
}

// scopeOf is what a power of attorney must cover for an act, C12. What is not named here any agent may do.
var scopeOf = map[Event]string{
	RecordConsent: "apply_end", RequestEnd: "apply_end", Withdraw: "apply_end", Reconsider: "apply_end",
	RequestRecusal: "choose_mediator", NameMediator: "choose_mediator", Sign: "attend_sign", Attach: "evidence", RecordPerform: "dispose", Repudiate: "dispose", DiscloseNote: "dispose", HandOverNote: "dispose",
	TakePapers: "papers",
}

// covers refuses what a helper may not do for the party, C12: a guardian may do everything by law, an agent what the
// power of attorney says, nobody else anything.
func (h *Helper) covers(e Event) error {
	scope := scopeOf[e]
	switch {
	case h.Kind == AsGuardian:
		return nil
	case h.Kind != AsAgent:
		return fault.Rule("C12", "陪同人和翻译不能代当事人办理。", "A companion or an interpreter does not act for the party.")
	case e == AddHelper, e == RecordNeeds:
		return fault.Rule("C12", "再委托他人、怎样联系和保护本人，由当事人本人办理，代理人不能代办。", "Naming others, and how the party may be reached and is kept safe, are the party's own to say and not its agent's.")
	case scope == "" || slices.Contains(strings.Fields(h.Scopes), scope):
		return nil
	}
	return fault.Rule("C12", "授权委托书没有授权“%[1]s”，代理人不能办理这一步。请当事人本人办理，或补办授权。",
		"The power of attorney does not cover “%[2]s”: the agent cannot do this. The party may do it, or give that power.",
		codes.AgentScopes.Name(scope, "zh-CN"), codes.AgentScopes.Name(scope, "en"))
}

// maySign: an agent's signature counts only with a power of attorney that covers signing and is dated on or before it,
// C12; a guardian's with its consent to the mediation on record, P2.
func (h *Helper) maySign(on calendar.Day) error {
	if err := h.covers(Sign); err != nil {
		return err
	}
	switch {
	case h.Kind == AsGuardian && h.Consent != Agreed:
		return fault.Rule("P2", "还没有记录监护人 %s 同意调解。", "The consent of the guardian %s is not recorded yet.", h.Name)
	case h.Kind == AsAgent && (h.Void || h.Dated.After(on)):
		return fault.Rule("C12", "代理人签名须有授权委托书，且日期不晚于签名之日（委托书日期：%s）。",
			"An agent signs under a power of attorney dated on or before that day (it is dated %s).", h.Dated)
	}
	return nil
}

// comes finds out for whom somebody acts, and whether they may do this for them.
func (d *deed) comes(c *Case, e Event) error {
	if d.helper = c.actingFor(d.grant.By()); d.helper != nil {
		return d.helper.covers(e)
	}
	if !d.grant.By().Helper.IsZero() {
		return fault.New(fault.Denied, "", "您的代理或监护身份已经结束。", "You no longer act for this party.")
	}
	return nil
}

// spokeFor is who answered or signed for a party: whoever acts as its helper, or the one whom staff name.
func (d *deed) spokeFor(c *Case, p *Party, named ident.ID, e Event) (*Helper, error) {
	if d.helper != nil || named.IsZero() {
		return d.helper, nil
	}
	h := c.helper(named)
	if h == nil || h.PartyID != p.ID || h.EndedAt != nil {
		return nil, fault.New(fault.Invalid, "", "请选择这位当事人现有的代理人或监护人。", "Please choose a present agent or guardian of this party.").At("helper_id")
	}
	return h, h.covers(e)
}

// guarded: who may not decide alone takes part only with a guardian who has agreed, P2 (Civil Code 19–23).
func (c *Case) guarded(p *Party, at time.Time) error {
	if !p.needsGuardian(dayOf(at)) {
		return nil
	}
	g := c.guardianOf(p.ID)
	switch {
	case g == nil:
		return fault.Rule("P2", "%s 未成年或不具有完全民事行为能力，须先登记监护人。", "%s is a minor or without full capacity: a guardian must be named first.", p.Name)
	case g.Consent != Agreed:
		return fault.Rule("P2", "还没有记录 %s 的监护人同意调解。", "The consent of the guardian of %s is not recorded yet.", p.Name)
	}
	return nil
}

// HelperIn names somebody who helps a party.
type HelperIn struct {
	PartyID   ident.ID     `json:"party_id,omitempty,omitzero" doc:"Whom they help; a party acting itself may leave it out"`
	Kind      string       `json:"kind" doc:"agent, guardian, companion or interpreter"`
	Name      string       `json:"name"`
	Relation  string       `json:"relation,omitempty" doc:"To the party, such as 女儿 or 律师; must be told of a guardian"`
	IDNumber  string       `json:"id_number,omitempty" doc:"Must be told of an agent (F6)"`
	Phone     string       `json:"phone,omitempty"`
	PersonID  ident.ID     `json:"person_id,omitempty,omitzero" doc:"The account of an agent or guardian, if they have one"`
	Language  string       `json:"language,omitempty" doc:"Of an interpreter"`
	Scopes    []string     `json:"scopes,omitempty" nullable:"false" doc:"Of an agent: apply_end, evidence, choose_mediator, dispose, attend_sign, papers, other (F6)"`
	Dated     calendar.Day `json:"dated,omitempty" doc:"Of an agent: the day of the power of attorney"`
	Signature string       `json:"signature_kind,omitempty" doc:"Of an agent: how the party signed the power of attorney (drawn, fingerprint or wet_ink)"`
	Consent   Consent      `json:"consent,omitempty" doc:"Of a guardian: agreed or refused, if already asked"`
	Channel   string       `json:"channel,omitempty" doc:"Of a guardian's consent: in_person, phone, link, paper, relayed"`
}

// AddHelper names somebody who helps a party: an agent with a power of attorney (F6, C12), the guardian of a minor or of
// somebody without full capacity (P2), a companion or an interpreter.
func (s *Service) AddHelper(ctx context.Context, g authz.Grant, o Order, in HelperIn) (View, error) {
	return s.act(ctx, g, o, AddHelper, func(d *deed, c *Case) (note, error) {
		p, err := d.actingParty(c, in.PartyID)
		if err != nil {
			return note{}, err
		}
		h := Helper{Key: d.newKey(), CaseID: c.ID, PartyID: p.ID, Kind: in.Kind, PersonID: in.PersonID, AddedBy: d.grant.By().Person, BeganAt: d.at,
			Name: strings.TrimSpace(in.Name), Relation: strings.TrimSpace(in.Relation)}
		if err := errors.Join(in.mayBeNamed(d, c, p), in.read(d, &h), d.standsApart(c, &h)); err != nil {
			return note{}, err
		}
		c.Helpers, c.Helped = append(c.Helpers, h), c.Helped+1
		if !h.PersonID.IsZero() {
			d.letIn(c, &h)
		}
		n := note{party: p.ID, fact: journal.Fact{"helper_named": h.ID.String(), "kind": h.Kind, "party": p.ID.String(), "scopes": in.Scopes, "dated": h.Dated,
			"signature_kind": h.SignatureKind, "consent": h.Consent}, words: journal.Words{"name": h.Name, "relation": h.Relation}}
		if h.Kind == AsAgent {
			n.warnings = append(n.warnings, askForPower)
		}
		return n, d.checkAgain(c, &n, func(t Tie) bool { return t.HelperID == h.ID })
	})
}

// askForPower: the power of attorney belongs into the dossier, forms §2.
var askForPower = fault.Say("请把签好的授权委托书（F6）拍照，作为材料上传到本案。", "Please photograph the signed power of attorney (F6) and attach it to the case.")

// mayBeNamed: a party names whom it likes, but not its own guardian; a guardian is for somebody who needs one.
func (in HelperIn) mayBeNamed(d *deed, c *Case, p *Party) error {
	switch {
	case codes.HelperKinds.Check(in.Kind) != nil:
		return fault.New(fault.Invalid, "", "请选择代理人、监护人、陪同人或翻译。", "Please choose agent, guardian, companion or interpreter.").At("kind")
	case len(c.Helpers) >= mostHelpers:
		return fault.New(fault.Conflict, "too_many", "最多登记 %d 人。", "At most %d people.", mostHelpers)
	case in.Kind != AsGuardian:
		return nil
	case !d.grant.By().IsStaff():
		return fault.New(fault.Denied, "", "监护人由调解员核实后登记。", "A guardian is entered by the mediator, who looks at the proof.")
	case !p.needsGuardian(d.today()):
		return fault.New(fault.Invalid, "", "这位当事人已成年。不具有完全民事行为能力的，请先在“当事人需要”中登记。",
			"This party is of age. Where it has not full capacity, please record that among its needs first.").At("kind")
	case c.guardianOf(p.ID) != nil:
		return fault.New(fault.Conflict, "guardian", "这位当事人已有监护人；要更换，请先结束原来的。", "This party has a guardian; to change it, end the former first.")
	}
	return nil
}

// read checks what each kind of helper must bring, and takes it over.
func (in HelperIn) read(d *deed, h *Helper) error {
	var bad fault.Check
	need(&bad, "name", in.Name, maxShort)
	atMost(&bad, "relation", in.Relation, 30)
	if in.Phone != "" {
		phone, err := ident.ParsePhone(in.Phone)
		bad.Take("phone", err)
		h.Phone = string(phone)
	}
	acts := h.Kind == AsAgent || h.Kind == AsGuardian
	if in.IDNumber != "" {
		n, err := ident.ParseIDNumber(in.IDNumber, string(d.today()))
		bad.Take("id_number", err)
		if h.IDNumber = string(n); err == nil && acts && n.AgeOn(string(d.today())) < adult {
			bad.Add("id_number", "代理人或监护人应当成年。", "An agent or guardian is of age.")
		}
	}
	if !acts && !in.PersonID.IsZero() {
		bad.Add("person_id", "陪同人和翻译不需要账号。", "A companion or interpreter needs no account.")
	}
	switch h.Kind {
	case AsAgent:
		in.readPower(d, &bad, h)
	case AsGuardian:
		in.readGuardian(d, &bad, h)
	case AsInterpreter:
		need(&bad, "language", in.Language, 30)
		h.Language = strings.TrimSpace(in.Language)
	}
	return bad.Err()
}

// readPower reads the power of attorney, F6: the agent's number, what it covers, its day, and the party's signature.
func (in HelperIn) readPower(d *deed, bad *fault.Check, h *Helper) {
	if in.IDNumber == "" {
		bad.Add("id_number", "请填写代理人的身份证号。", "Please give the agent's ID number.")
	}
	if len(in.Scopes) == 0 {
		bad.Add("scopes", "请至少选择一项授权。", "Please choose at least one power.")
	}
	for _, one := range in.Scopes {
		bad.Take("scopes", codes.AgentScopes.Check(one))
	}
	if in.Dated.IsZero() || in.Dated.After(d.today()) {
		bad.Add("dated", "请填写委托书的日期，不能晚于今天。", "Please give the day of the power of attorney, not later than today.")
	}
	if !slices.Contains([]string{"drawn", "fingerprint", "wet_ink"}, in.Signature) {
		bad.Add("signature_kind", "请选择委托人怎样签的委托书：手写、指印或纸质签名。", "Please say how the party signed it: drawn, fingerprint or wet_ink.")
	}
	h.Scopes, h.Dated, h.SignatureKind = strings.Join(in.Scopes, " "), in.Dated, in.Signature
}

// readGuardian reads who the guardian is to the party, and its consent if it was asked.
func (in HelperIn) readGuardian(d *deed, bad *fault.Check, h *Helper) {
	need(bad, "relation", in.Relation, 30)
	if in.Consent == Unasked {
		return
	}
	if in.Consent != Agreed && in.Consent != Refused {
		bad.Add("consent", "请选择同意或不同意。", "Please choose yes or no.")
	}
	bad.Take("channel", codes.Channels.Check(in.Channel))
	h.agrees(in.Consent, in.Channel, d.at)
}

func (h *Helper) agrees(answer Consent, channel string, at time.Time) {
	h.Consent, h.ConsentChannel, h.ConsentAt = answer, channel, &at
}

// standsApart: nobody acts for a party who is the other side, acts for it, or works on the case.
func (d *deed) standsApart(c *Case, h *Helper) error {
	if h.Kind != AsAgent && h.Kind != AsGuardian {
		return nil
	}
	otherSide := func(party ident.ID) bool { return party != h.PartyID && c.sideOf(party) != c.sideOf(h.PartyID) }
	clash := slices.ContainsFunc(c.Helpers, func(o Helper) bool {
		return o.EndedAt == nil && otherSide(o.PartyID) && (same(o.IDNumber, h.IDNumber) || o.PersonID == h.PersonID && !h.PersonID.IsZero())
	}) || slices.ContainsFunc(c.Here(), func(p Party) bool {
		return p.ID == h.PartyID && same(p.IDNumber, h.IDNumber) || otherSide(p.ID) && same(p.IDNumber, h.IDNumber)
	})
	if clash {
		return fault.New(fault.Invalid, "", "这个人就是当事人，或在为另一方办理，不能代理这一方。", "They are a party, or act for the other side, and cannot act for this one.").At("id_number")
	}
	if h.PersonID.IsZero() {
		return nil
	}
	if _, err := d.phoneIndexOf(h.PersonID); err != nil || len(c.partsOf(h.PersonID)) > 0 {
		return fault.New(fault.Invalid, "", "没有这个账号，或账号的主人已在本案中有别的身份。", "There is no such account, or its owner takes another part in this case.").At("person_id")
	}
	return nil
}

func same(a, b string) bool { return a != "" && a == b }

func (c *Case) sideOf(party ident.ID) string {
	if p := c.party(party); p != nil {
		return p.Role
	}
	return ""
}

// letIn enters a helper who acts by account or code among those who take part.
func (d *deed) letIn(c *Case, h *Helper) {
	if !slices.ContainsFunc(c.People, h.isParticipant) {
		d.join(c, Participant{PersonID: h.PersonID, PartyID: h.PartyID, Name: h.Name, Part: authz.PartAgent})
	}
}

func (h *Helper) isParticipant(p Participant) bool {
	return p.Part == authz.PartAgent && p.PartyID == h.PartyID && p.PersonID == h.PersonID && p.Name == h.Name && p.EndedAt == nil
}

// HelperEnd ends what somebody was to a party.
type HelperEnd struct {
	Helper ident.ID `json:"helper_id"`
	Reason string   `json:"reason"`
	Void   bool     `json:"void,omitempty" doc:"The power of attorney never counted: it was forged, or not the party's"`
}

// EndHelper ends a helper's part, and at once whatever they could reach by it. A power of attorney that never counted
// takes the signatures under it with it; where the agreement is in force already, the dossier is not archived (C12).
func (s *Service) EndHelper(ctx context.Context, g authz.Grant, o Order, in HelperEnd) (View, error) {
	return s.act(ctx, g, o, EndHelper, func(d *deed, c *Case) (note, error) {
		if err := needReason(in.Reason); err != nil {
			return note{}, err
		}
		h := c.helper(in.Helper)
		if h == nil || h.EndedAt != nil {
			return note{}, fault.New(fault.Invalid, "", "请选择现在的代理人、监护人、陪同人或翻译。", "Please choose somebody who helps a party now.").At("helper_id")
		}
		if err := d.mayEnd(c, h, in.Void); err != nil {
			return note{}, err
		}
		n := note{party: h.PartyID, fact: journal.Fact{"helper_ended": h.ID.String(), "kind": h.Kind, "void": in.Void}, words: journal.Words{"reason": in.Reason, "name": h.Name}}
		if h.Void = in.Void; in.Void && c.State == AgreementPending {
			n.fact["voided_signatures"] = d.retractSignatures(c.Agreement, func(sig Signature) bool { return sig.HelperID == h.ID })
		}
		return n, d.endHelper(c, h)
	})
}

// hasHelperOf tells whether there is a helper whose part may be ended: of a party, one whom it named itself; for staff, who
// are no party, any.
func (c *Case) hasHelperOf(party ident.ID) bool {
	return slices.ContainsFunc(c.Helpers, func(h Helper) bool {
		return h.EndedAt == nil && (party.IsZero() || h.PartyID == party && h.Kind != AsGuardian)
	})
}

// mayEnd: staff any; a party those whom it named itself; an agent only its own part.
func (d *deed) mayEnd(c *Case, h *Helper, void bool) error {
	if d.helper != nil && d.helper.Kind == AsAgent && d.helper.ID != h.ID {
		return fault.New(fault.Denied, "", "代理人只能结束自己的代理。", "An agent may end only its own part.")
	}
	if by := d.grant.By(); by.IsStaff() && partyOfReader(by, c).IsZero() {
		return nil
	}
	p, err := d.actingParty(c, ident.ID{})
	if err != nil || p.ID != h.PartyID || h.Kind == AsGuardian || void {
		return fault.New(fault.Denied, "", "这一步由调解员办理。", "This is for the mediator to do.")
	}
	return nil
}

// endHelper ends a part with its reach: the account's, the code's, and what was opened with it.
func (d *deed) endHelper(c *Case, h *Helper) error {
	now := d.now()
	h.EndedAt = &now
	d.leave(c, h.isParticipant)
	if d.tx == nil {
		return nil
	}
	return errors.Join(revokeCodes(d.tx, c.ID, h.PartyID, h.ID), d.endVisits(d.tx, c.ID, h.ID))
}

// endHelpers ends all helpers of a party that takes part no longer.
func (d *deed) endHelpers(c *Case, party ident.ID) (err error) {
	for i := range c.Helpers {
		if h := &c.Helpers[i]; h.PartyID == party && h.EndedAt == nil {
			err = errors.Join(err, d.endHelper(c, h))
		}
	}
	return err
}

var agentActed = fault.Text{ZH: "【人民调解】您的代理人刚代您办理了一步，可凭查询码查看。编号 %s。",
	EN: "[People's mediation] Your agent has just taken a step for you; you may look it up with your code. Reference %s."}

// actedFor enters for whom somebody acted, and tells the party that was done for it.
func (d *deed) actedFor(c *Case, n *note) error {
	h := d.helper
	if h == nil {
		return nil
	}
	if n.fact == nil {
		n.fact = journal.Fact{}
	}
	n.fact["helper"] = h.ID.String()
	if n.party.IsZero() && n.fact["kind"] != caucusKind { // with whom a caucus was is not told
		n.party = h.PartyID
	}
	p := c.party(h.PartyID)
	if d.tx == nil || h.Kind != AsAgent || p == nil {
		return nil
	}
	return d.tell(d.tx, c, p, p.message("agent_acted", agentActed, ident.Reference(c.Reference).Grouped()))
}
