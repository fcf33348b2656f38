package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/money"
	"fengqiao/internal/wording"
)

// DraftAgreement is the text of an agreement, F10; of an oral one the register, F11.
type DraftAgreement struct {
	Facts    string     `json:"facts,omitempty" doc:"Main facts"`
	Issues   string     `json:"issues,omitempty" doc:"What is in dispute, and who is responsible"`
	Clauses  []Term     `json:"clauses" nullable:"false"`
	Copies   int        `json:"copies,omitempty" doc:"Default: one for each party and one to keep, G6"`
	AgreedAt *time.Time `json:"agreed_at,omitempty" doc:"Oral: when it was reached, which is when it takes effect"`
}

// Term is one clause with what it obliges to, if anything.
type Term struct {
	Text       string   `json:"text"`
	Obligation *Promise `json:"obligation,omitempty"`
}

// Promise is who owes whom what, how much, when and how.
type Promise struct {
	Debtor   ident.ID     `json:"debtor_party_id"`
	Creditor ident.ID     `json:"creditor_party_id"`
	Kind     string       `json:"kind" doc:"pay, do or refrain"`
	Amount   money.Fen    `json:"amount_fen,omitempty" doc:"Whole fen"`
	Due      calendar.Day `json:"due,omitempty"`
	Manner   string       `json:"manner,omitempty" doc:"How it is performed"`

	Instalments []Instalment `json:"instalments,omitempty" nullable:"false" doc:"A payment in parts, in the order of their days: each is followed by itself. Their sum is the amount; due may be left out and is the last day"`
}

// Instalment is one part of a payment.
type Instalment struct {
	Due    calendar.Day `json:"due"`
	Amount money.Fen    `json:"amount_fen"`
}

// parts are what is owed and when: the instalments, or the whole at once.
func (p Promise) parts() []Instalment {
	if len(p.Instalments) == 0 {
		return []Instalment{{p.Due, p.Amount}}
	}
	return p.Instalments
}

// mayBindOrally: no signature shows who agreed by word of mouth. So every party must have consented to the mediation (A2),
// by its guardian where it needs one (P2), and whoever owes or is owed something was there when it was talked over (G1).
func (c *Case) mayBindOrally(a *Agreement, on calendar.Day) error {
	for _, p := range c.Here() {
		if p.Consent != Agreed {
			return fault.Rule("A2", "%s 还没有同意调解，不能登记口头协议。", "%s has not agreed to mediation; an oral agreement cannot be entered.", p.Name)
		}
		if err := c.guarded(&p, on.Start()); err != nil {
			return err
		}
		bound := slices.ContainsFunc(a.Obligations, func(o Obligation) bool { return o.Debtor == p.ID || o.Creditor == p.ID })
		if bound && !slices.ContainsFunc(c.Sittings, func(s Session) bool { return slices.Contains(s.Attending, p.ID) }) {
			return fault.Rule("G1", "没有 %s 参加调解的记录，不能登记由其承担或享有的口头协议。请先记录与其进行的调解。",
				"No session with %s is on record: nothing that they owe or are owed is entered as agreed by word of mouth. Please record the session first.", p.Name)
		}
	}
	return nil
}

// lastDay is when the last of it is due.
func (p Promise) lastDay() calendar.Day {
	parts := p.parts()
	return parts[len(parts)-1].Due
}

// total is what is owed in all.
func (p Promise) total() (sum money.Fen) {
	for _, part := range p.parts() {
		sum += part.Amount
	}
	return sum
}

// FixAgreement fixes the text of a written agreement; from then on it carries a hash, and signatures bind to it.
func (s *Service) FixAgreement(ctx context.Context, g authz.Grant, o Order, in DraftAgreement) (View, error) {
	return s.act(ctx, g, o, FixAgreement, func(d *deed, c *Case) (note, error) {
		a, n, err := d.draw(c, in, Written)
		if err != nil {
			return note{}, err
		}
		at := d.at
		a.FixedAt = &at
		return n, nil
	})
}

// OralAgreement records an agreement that the parties want no paper for, G1; it takes effect when it is reached, G5.
func (s *Service) OralAgreement(ctx context.Context, g authz.Grant, o Order, in DraftAgreement) (View, error) {
	return s.act(ctx, g, o, MakeOral, func(d *deed, c *Case) (note, error) {
		a, n, err := d.draw(c, in, Oral)
		if err != nil {
			return note{}, err
		}
		if err := c.mayBindOrally(a, dayOf(d.at)); err != nil {
			return note{}, err
		}
		agreed := d.at
		if in.AgreedAt != nil {
			if in.AgreedAt.After(d.now()) {
				return note{}, fault.New(fault.Invalid, "", "达成时间不能晚于现在。", "It cannot have been reached later than now.").At("agreed_at")
			}
			agreed = moment(*in.AgreedAt)
			if err := notBefore("agreed_at", agreed, c.earliest(MakeOral)); err != nil {
				return note{}, err
			}
		}
		a.AgreedAt, a.EffectiveAt = &agreed, &agreed
		c.takesEffect(agreed, OralAgreement)
		c.RegisterComplete = registerComplete(a)
		if a.AmountFen > 0 || later(a, agreed) {
			n.warnings = append(n.warnings, fault.Say("涉及金额或以后履行的，建议采用书面协议（G2）。", "Where money or later performance is agreed, a written agreement is advised (G2)."))
			warned, _ := n.fact["warned"].([]string)
			n.fact["warned"] = append(warned, "G2")
		}
		return n, nil
	})
}

func later(a *Agreement, agreed time.Time) bool {
	for _, o := range a.Obligations {
		if o.Due.After(calendar.DayOf(agreed)) {
			return true
		}
	}
	return false
}

// registerComplete: facts, content, manner and time are there, F11.
func registerComplete(a *Agreement) bool {
	for _, o := range a.Obligations {
		if o.Due.IsZero() || o.Manner == "" {
			return false
		}
	}
	return a.Facts != "" && len(a.Obligations) > 0
}

// draw makes the next version of the agreement from its draft and checks it: G3 for a written one.
func (d *deed) draw(c *Case, in DraftAgreement, form string) (*Agreement, note, error) {
	if err := in.check(c, form); err != nil {
		return nil, note{}, err
	}
	found, err := in.read(c, form, dayOf(d.at))
	if err != nil {
		return nil, note{}, err
	}
	last, err := d.agreements(c)
	if err != nil {
		return nil, note{}, err
	}
	a := &Agreement{Key: d.newKey(), CaseID: c.ID, Number: last + 1, Form: form, Facts: strings.TrimSpace(in.Facts),
		Issues: strings.TrimSpace(in.Issues), Copies: in.Copies}
	if a.Copies == 0 {
		a.Copies = len(c.Here()) + 1 // G6
	}
	if old := c.Agreement; old != nil && old.EffectiveAt != nil {
		a.Replaces, c.Former = old.ID, old
	}
	for i, t := range in.Clauses {
		d.addTerm(c, a, i+1, t)
	}
	a.TextHash = a.HashFor(c)
	c.Agreement, c.AgreementID, c.AmountFen = a, a.ID, a.AmountFen
	n := note{fact: journal.Fact{"agreement": a.ID.String(), "number": a.Number, "form": form, "text_hash": a.TextHash,
		"amount_fen": a.AmountFen, "obligations": len(a.Obligations), "copies": a.Copies}, warnings: wording.Told(found)}
	if warned := wording.Kinds(found); len(warned) > 0 {
		n.fact["warned"] = warned
	}
	if c.Category == "1303" {
		n.warnings = append(n.warnings, commonIncome)
	}
	if a.Copies < len(c.Here())+1 {
		n.warnings = append(n.warnings, fault.Say("份数少于当事人数加一（G6）。", "There are fewer copies than parties plus one (G6)."))
	}
	return a, n, nil
}

func (d *deed) addTerm(c *Case, a *Agreement, place int, t Term) {
	cl := Clause{Key: d.newKey(), AgreementID: a.ID, Place: place, Text: strings.TrimSpace(t.Text)}
	a.Clauses = append(a.Clauses, cl)
	if t.Obligation == nil {
		return
	}
	p := t.Obligation
	for _, part := range p.parts() {
		a.Obligations = append(a.Obligations, Obligation{Key: d.newKey(), CaseID: c.ID, AgreementID: a.ID, ClauseID: cl.ID, Place: place,
			Debtor: p.Debtor, Creditor: p.Creditor, Kind: p.Kind, AmountFen: part.Amount, Due: part.Due, Manner: strings.TrimSpace(p.Manner), State: "not_due"})
		a.AmountFen += part.Amount
	}
}

func (in DraftAgreement) check(c *Case, form string) error {
	var bad fault.Check
	atMost(&bad, "facts", in.Facts, maxFacts)
	atMost(&bad, "issues", in.Issues, maxFacts)
	between(&bad, "copies", in.Copies, 0, 99)
	if len(in.Clauses) == 0 {
		bad.Add("clauses", "请至少写一条协议内容。", "Please write at least one term.")
	}
	if len(in.Clauses) > 50 {
		bad.Add("clauses", "最多 50 条。", "At most 50 terms.")
	}
	for i, t := range in.Clauses {
		t.check(&bad, fmt.Sprintf("clauses[%d]", i), c)
	}
	if err := bad.Err(); err != nil {
		return err
	}
	if err := in.CheckFigures(); err != nil {
		return err
	}
	if form == Oral {
		return in.told()
	}
	return in.complete()
}

// told: an oral agreement's register needs its content with manner and time at once; facts may be completed later, G1.
func (in DraftAgreement) told() error {
	for _, t := range in.Clauses {
		if t.Obligation != nil && !t.Obligation.lastDay().IsZero() && strings.TrimSpace(t.Obligation.Manner) != "" {
			return nil
		}
	}
	return fault.Rule("G1", "登记口头协议须至少写明一项：谁、做什么、何时、如何履行。", "The register of an oral agreement must say at least once who does what, when and how.")
}

// complete is G3: a written agreement holds facts and issues, and what is to be performed, in what manner and by when.
func (in DraftAgreement) complete() error {
	if strings.TrimSpace(in.Facts) == "" || strings.TrimSpace(in.Issues) == "" {
		return fault.Rule("G3", "书面协议须写明主要事实、争议事项和各方责任。", "A written agreement must state the facts, the issues and who is responsible.")
	}
	owed := false
	for i, t := range in.Clauses {
		if t.Obligation == nil {
			continue
		}
		owed = true
		if t.Obligation.lastDay().IsZero() || strings.TrimSpace(t.Obligation.Manner) == "" {
			return fault.Rule("G3", "第 %d 条缺少履行方式或期限。", "Term %d lacks the manner or the time of performance.", i+1)
		}
		if t.Obligation.Kind == "pay" && t.Obligation.total() == 0 {
			return fault.Rule("G3", "第 %d 条是支付，缺少金额。", "Term %d is a payment and lacks its amount.", i+1)
		}
	}
	if !owed {
		return fault.Rule("G3", "书面协议须至少有一项写明谁、做什么、何时、如何履行。", "A written agreement must say at least once who does what, when and how.")
	}
	return nil
}

func (t Term) check(bad *fault.Check, at string, c *Case) {
	need(bad, at+".text", t.Text, maxFacts)
	if t.Obligation == nil {
		return
	}
	p, at := t.Obligation, at+".obligation"
	bad.Take(at+".kind", codes.ObligationKinds.Check(p.Kind))
	if c.party(p.Debtor) == nil {
		bad.Add(at+".debtor_party_id", "请选择本案的当事人。", "Please choose a party of this case.")
	}
	if c.party(p.Creditor) == nil || p.Creditor == p.Debtor {
		bad.Add(at+".creditor_party_id", "请选择本案的另一位当事人。", "Please choose another party of this case.")
	}
	if p.Amount < 0 || p.Amount > maxAmount {
		bad.Add(at+".amount_fen", "金额应为正数，且不超过十亿元。", "The amount must be positive and at most 1,000,000,000 yuan.")
	}
	atMost(bad, at+".manner", p.Manner, maxShort)
	p.checkParts(bad, at)
}

const mostParts = 120 // ten years of months

// checkParts: instalments are for money; they come in the order of their days, and make the sum (C10).
func (p Promise) checkParts(bad *fault.Check, at string) {
	if len(p.Instalments) == 0 {
		return
	}
	if p.Kind != "pay" || len(p.Instalments) > mostParts {
		bad.Add(at+".instalments", "只有付款可以分期，最多 %d 期。", "Only a payment is made in parts, of which there are %d at most.", mostParts)
	}
	var sum money.Fen
	for i, part := range p.Instalments {
		part.check(bad, fmt.Sprintf("%s.instalments[%d]", at, i))
		if i > 0 && !part.Due.After(p.Instalments[i-1].Due) {
			bad.Add(fmt.Sprintf("%s.instalments[%d].due", at, i), "应晚于上一期。", "It must lie after the one before.")
		}
		sum += part.Amount
	}
	if p.Amount != 0 && p.Amount != sum {
		bad.Add(at+".amount_fen", "各期合计（%d 分）与总额不符（C10）。", "The parts make %d fen, which is not the amount (C10).", sum)
	}
	if !p.Due.IsZero() && p.Due != p.lastDay() {
		bad.Add(at+".due", "应是最后一期的日期。", "It must be the day of the last part.")
	}
}

func (i Instalment) check(bad *fault.Check, at string) {
	if i.Due.IsZero() {
		bad.Add(at+".due", "请填写日期。", "Please give the day.")
	}
	if i.Amount <= 0 || i.Amount > maxAmount {
		bad.Add(at+".amount_fen", "金额应为正数，且不超过十亿元。", "The amount must be positive and at most 1,000,000,000 yuan.")
	}
}

const maxAmount money.Fen = 1_000_000_000_00 // fen; beyond it a typing mistake is likelier than an agreement

// W2, CC 282: what common parts earn belongs to the owners.
var commonIncome = fault.Say("共有部分的收入扣除合理成本后属于业主共有（民法典第二百八十二条，W2），请写明金额、公示和用途。",
	"What common parts earn, less reasonable cost, belongs to the owners (Civil Code 282, W2); please write the amount, how it is shown, and its use.")

// ReopenAgreement takes a fixed text back into mediation: all its signatures are void.
func (s *Service) ReopenAgreement(ctx context.Context, g authz.Grant, o Order, reason string) (View, error) {
	return s.act(ctx, g, o, ReopenAgreement, func(d *deed, c *Case) (note, error) {
		if err := needReason(reason); err != nil {
			return note{}, err
		}
		fact := journal.Fact{"agreement": c.AgreementID.String(), "voided_signatures": len(c.Agreement.standing())}
		d.dropAgreement(c)
		return note{fact: fact, words: journal.Words{"reason": reason}}, nil
	})
}

func needReason(reason string) error {
	var bad fault.Check
	need(&bad, "reason", reason, 1000)
	return bad.Err()
}

func moment(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func dayOf(t time.Time) calendar.Day { return calendar.DayOf(t) }
