package casework

import (
	"slices"
	"strings"
	"time"

	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
)

// A6: matters reserved to a special organ, barred from mediation, or already accepted or resolved by an organ are not
// accepted; a commission from that organ lifts the second.
var guardA6 = Guard{"A6", func(c *Case) error {
	switch {
	case c.Bar == "N1":
		return fault.Rule("A6", "这类事项依法由专门机关管辖或禁止调解，不能受理。", "By law this matter belongs to a special organ or may not be mediated; it cannot be accepted.")
	case c.Bar == "N2" && c.BarDocument == "" && !c.Referral.commissions():
		return fault.Rule("A6", "其他机关已经受理或解决了这起纠纷。只有该机关的委派或移送文书才能解除。",
			"Another organ has already accepted or resolved this dispute. Only that organ's commission or transfer document lifts this.")
	}
	return nil
}}

// A2: where a party expressly refuses, mediation must not be held.
var guardA2 = Guard{"A2", func(c *Case) error {
	for _, p := range c.Here() {
		if p.Consent == Refused {
			return fault.Rule("A2", "有当事人明确表示不同意调解，不得进行调解。", "A party has expressly refused mediation; it must not be held.")
		}
	}
	return nil
}}

// Acceptance needs the applicant's yes and that of at least one respondent; without an applicant (own motion), of two.
var guardConsent = Guard{"", func(c *Case) error {
	applicants, respondents := c.Side(Applicant), c.Side(Respondent)
	switch {
	case !allAgreed(applicants):
		return fault.New(fault.Conflict, "consent", "还没有记录申请人同意调解。", "The applicant's agreement to mediation is not recorded yet.")
	case countAgreed(respondents) == 0, len(applicants) == 0 && countAgreed(respondents) < 2:
		return fault.New(fault.Conflict, "consent", "还没有记录对方当事人同意调解。", "The other side's agreement to mediation is not recorded yet.")
	}
	return nil
}}

// A11: what comes by way of a petition needs every party's yes, and its letter recorded with none of the five exclusions.
var guardA11 = Guard{"A11", func(c *Case) error {
	petition := c.Source == "34" || c.Referral != nil && c.Referral.Channel == FromPetition
	if petition && !allAgreed(c.Here()) {
		return fault.Rule("A11", "信访转来的案件须全部当事人同意。", "A case from the petition office needs every party's agreement.")
	}
	switch {
	case !petition:
		return nil
	case c.Referral == nil:
		return fault.Rule("A11", "信访转来的案件，请先登记移送情况，并逐项核对不予受理的五种情形。", "For a case from the petition office, please first record how it was referred, and check the five exclusions one by one.")
	}
	return c.Referral.excluded()
}}

// A10: parties are told of the nature, principles and effect of mediation, and of their rights and duties, before it.
// Here: at least one consenting party has been told; the act checks everyone who attends.
var guardA10 = Guard{"A10", func(c *Case) error {
	if slices.ContainsFunc(c.Here(), func(p Party) bool { return p.NoticeAt != nil && p.Consent == Agreed }) {
		return nil
	}
	return fault.Rule("A10", "调解前须告知当事人权利义务。请先告知并记录。", "Before mediation the parties must be told their rights and duties. Please do so and record it.")
}}

// G4: a written agreement takes effect when all parties and the mediator have signed and the seal is affixed.
var guardG4 = Guard{"G4", func(c *Case) error {
	missing := c.MissingSignatures()
	if len(missing) == 0 {
		return nil
	}
	zh, en := make([]string, 0, len(missing)), make([]string, 0, len(missing))
	for _, m := range missing {
		zh, en = append(zh, m.ZH), append(en, m.EN)
	}
	f := fault.Rule("G4", "", "")
	f.Text = fault.Text{ZH: "协议尚缺：" + strings.Join(zh, "、") + "。", EN: "The agreement still lacks: " + strings.Join(en, ", ") + "."}
	return f
}}

// G1: an oral agreement is entered in its register before the case is closed.
var guardG1 = Guard{"G1", func(c *Case) error {
	if c.Agreement != nil && c.Agreement.Form == Oral && !c.RegisterComplete {
		return fault.Rule("G1", "口头协议须先填好登记表（事实、内容、履行方式和时间）才能结案。",
			"An oral agreement must be entered in its register (facts, content, manner and time of performance) before closing.")
	}
	return nil
}}

// G7: a binding agreement is followed until each obligation is performed, or due and dealt with.
var guardG7 = Guard{"G7", func(c *Case) error {
	if c.Agreement == nil {
		return nil
	}
	for _, o := range c.Agreement.Obligations {
		if !o.settled() {
			return fault.Rule("G7", "还有履行事项没有结果，请先记录履行情况。", "Some obligations have no result yet; please record their performance first.")
		}
	}
	return nil
}}

// R6: where performance was not confirmed by whom it was owed to, somebody visits before the case is closed.
var guardR6 = Guard{"R6", func(c *Case) error {
	if c.Agreement == nil || c.FollowUps > 0 {
		return nil
	}
	for _, o := range c.Agreement.Obligations {
		if !o.confirmed() {
			return fault.Rule("R6", "履行情况没有得到权利人确认，请先回访。", "Performance was not confirmed by whom it was owed to; please make a follow-up visit first.")
		}
	}
	return nil
}}

// R1: the dossier is whole before it is archived.
var guardR1 = Guard{"R1", func(c *Case) error {
	if missing := c.dossierGaps(); len(missing) > 0 {
		zh, en := make([]string, 0, len(missing)), make([]string, 0, len(missing))
		for _, m := range missing {
			zh, en = append(zh, m.ZH), append(en, m.EN)
		}
		f := fault.Rule("R1", "", "")
		f.Text = fault.Text{ZH: "卷宗还缺：" + strings.Join(zh, "、") + "。", EN: "The dossier still lacks: " + strings.Join(en, ", ") + "."}
		return f
	}
	return nil
}}

// M8: while a report to the police is owed, the case is not archived.
var guardM8 = Guard{"M8", func(c *Case) error {
	if t, ok := c.bar(); ok || c.PoliceOpen {
		if ok && t.Kind != "police_report" {
			return t.barred()
		}
		return fault.Rule("M8", "风险为红色，须先报告公安并记录回执，才能归档。", "The risk is red: report to the police and record the receipt before archiving.")
	}
	return nil
}}

// guardNew and guardAccepted tell a case that was never accepted from one that a party took up again: the first can be
// refused, the second is terminated.
var (
	guardNew = Guard{"", func(c *Case) error {
		if c.AcceptedAt != nil {
			return notNow(RefuseAcceptance, c.State)
		}
		return nil
	}}
	guardUnaccepted = Guard{"O13", func(c *Case) error {
		if c.AcceptedAt != nil {
			return fault.Rule("O13", "本案曾经受理，已有案号。请用移交：须全部当事人同意、对方调委会接受。",
				"This case was accepted once and has its number. Please offer it to the other committee: all parties must consent, and it must accept.")
		}
		return nil
	}}
	// What was promised may be done late: it is recorded when the case is closed, and when it is filed away (R7).
	guardOwed = Guard{"", func(c *Case) error {
		inForce := c.Agreement != nil && c.EffectiveAt != nil
		open := inForce && slices.ContainsFunc(c.Agreement.Obligations, func(o Obligation) bool { return o.State != "performed" })
		if inForce && (open || c.State == Performing) {
			return nil
		}
		return notNow(RecordPerform, c.State)
	}}
	guardAccepted = Guard{"", func(c *Case) error {
		if c.AcceptedAt == nil {
			return notNow(Terminate, c.State)
		}
		return nil
	}}
)

const reconsiderWithin = 90 * 24 * time.Hour // a party's change of mind is heard this long after the end

var guardReconsider = Guard{"", func(c *Case) error {
	if c.EndedBy.IsZero() || c.EndedAt == nil || c.Agreement != nil && c.Agreement.EffectiveAt != nil { // what is in force is remediated
		return notNow(Reconsider, c.State)
	}
	if c.LastEventAt.Sub(*c.EndedAt) > reconsiderWithin {
		return fault.New(fault.Conflict, "lifecycle", "已超过 90 天，请重新申请。", "More than 90 days have passed; please file again.")
	}
	return nil
}}

// dossierGaps names what the dossier still lacks (R1; the must items of the dossier order).
func (c *Case) dossierGaps() []fault.Text {
	var out []fault.Text
	lack := func(missing bool, zh, en string) {
		if missing {
			out = append(out, fault.Text{ZH: zh, EN: en})
		}
	}
	mediated := c.Sessions > 0
	told := slices.ContainsFunc(c.Here(), func(p Party) bool { return p.NoticeAt != nil })
	lack(c.CaseNo == "", "受理登记", "acceptance register")
	lack(mediated && !told, "权利义务告知", "rights notice")
	settled := c.Outcome == WrittenAgreement || c.Outcome == OralAgreement
	lack(settled && !mediated, "调解记录", "session record")
	lack(settled && c.Agreement == nil, "调解协议", "agreement")
	lack(c.Outcome == WrittenAgreement && len(c.MissingSignatures()) > 0, "协议签名", "signatures on the agreement")
	lack(c.Outcome == OralAgreement && !c.RegisterComplete, "口头协议登记表", "oral agreement register")
	lack(!settled && c.Guidance == "", "终止告知", "guidance on other routes")
	return out
}

// pair derives the party pair of a case: for property matters the Hangzhou classes are chosen by hand; else between
// citizens (1) or with an organisation (2), A5.
func (c *Case) pair() string {
	if codes.IsProperty(c.Category) && strings.HasPrefix(c.PartyPair, "PP") {
		return c.PartyPair
	}
	for _, p := range c.Here() {
		if p.Kind == "organisation" {
			return "2"
		}
	}
	return "1"
}
