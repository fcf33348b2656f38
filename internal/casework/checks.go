package casework

import (
	"slices"
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Finding is a place where the papers of a dossier would not agree: each kind is a real defect found in reviews. A4 is
// about the application.
type Finding struct {
	ID   string // C1–C17, or A4
	Bars bool   // the dossier is not archived like this
	Says fault.Text
}

// Examine is every check of a dossier, C1 to C17 and A4: what the case itself says, confirmation by its last day (none: not
// asked for here), the visits and the files that lie beside it.
func Examine(c *Case, confirmBy calendar.Day, visits []Visit, files []Attached) []Finding {
	return slices.Concat(c.findings(), c.lateAtCourt(confirmBy), filed(c, visits, files))
}

// findings holds a case to the consistency checks of a dossier. What is entered once agrees everywhere, and most of it an
// act refuses before it comes so far; history that was brought in, and what was changed afterwards, is looked at here all
// the same.
func (c *Case) findings() (out []Finding) {
	add := func(id string, bars bool, zh, en string, args ...any) {
		out = append(out, Finding{id, bars, fault.Say(zh, en, args...)})
	}
	if (c.ApplicationForm == "oral" || c.ApplicationForm == "written") && c.ApplicationBy == "" {
		add("A4", false, "申请书还没有申请人的签名或指印。", "The applicant has not signed the application yet.")
	}
	out = append(out, c.ofRecords()...)
	if a := c.Agreement; a != nil {
		out = append(out, c.ofText(a)...)
	}
	if !c.agreed() {
		if c.Terminated() {
			out = append(out, c.outOfOrder()...)
		}
		return out
	}
	a := c.Agreement
	if missing := c.MissingSignatures(); a.Form == Written && len(missing) > 0 {
		add("C13", true, "协议已记为生效，但还缺：%s。", "The agreement counts as in force and still lacks: %s.", missing[0])
	}
	// What was performed after the end was told after it: a case may be closed with a part outstanding, and no act closes it before the
	// last performance. What was brought in without its acts is looked at.
	ended := dayOfOr(c.EndedAt)
	for _, o := range a.Obligations {
		if c.Version == 0 && !ended.IsZero() && o.StateOn.After(ended) {
			add("C2", true, "结案日期（%s）早于最后一次履行或处理（%s）。", "The case was closed (%s) before the last performance (%s).", ended, o.StateOn)
		}
	}
	if a.Form == Written && !c.hostSigned() {
		add("C3", true, "在协议上签名的调解员不是本案的承办人。", "The mediator who signed the agreement is none of the case's.")
	}
	for _, name := range c.unpowered() {
		add("C12", true, "%s 代当事人签名，但没有有效的、授权签署并且日期不晚于签名的授权委托书。请由本人重新签署协议。",
			"%s signed for a party without a valid power of attorney that covers signing and is dated on or before the signature; the party must sign anew.", name)
	}
	for _, p := range c.Bound() {
		if c.needsRecord() && !c.satWith(p.ID) && !c.satFor(p.ID) {
			add("C4", true, "当事人 %s 没有出现在任何一次调解记录里；与本案无关的，请写明原因后移除。",
				"%s stands in no record of a session; remove them with the reason if the case does not concern them.", p.Name)
		}
	}
	if least := len(c.Bound()) + 1; a.Copies < least {
		add("C5", false, "协议份数 %d，少于当事人数加一（%d）。", "%d copies of the agreement, fewer than the parties and one (%d).", a.Copies, least)
	}
	return append(out, c.outOfOrder()...)
}

// agreed: the case ended, or is about to, with an agreement in force.
func (c *Case) agreed() bool {
	return c.Agreement != nil && c.EffectiveAt != nil && slices.Contains([]State{Performing, Closed, Archived}, c.State)
}

// needsRecord: a simple case settled by word of mouth needs its register and one record, no more; forms §2.
func (c *Case) needsRecord() bool { return !(c.Agreement.Form == Oral && c.Difficulty == 1) }

func (c *Case) hostSigned() bool {
	return slices.ContainsFunc(c.Agreement.standing(), func(s Signature) bool {
		return s.Signer == ByMediator && slices.ContainsFunc(c.People, func(p Participant) bool { return p.MediatorID == s.MediatorID && mediates(p.Part) })
	})
}

// satFor tells whether somebody who may act for a party came in its place: to have an agent is not to have been there.
func (c *Case) satFor(party ident.ID) bool {
	return slices.ContainsFunc(c.Helpers, func(h Helper) bool {
		came := func(v Session) bool { return slices.Contains(v.Details.Helpers, h.ID) }
		return h.PartyID == party && !h.Void && (h.Kind == AsAgent || h.Kind == AsGuardian) && slices.ContainsFunc(c.Sittings, came)
	})
}

// unpowered names the agents whose signature stands under the agreement without a power of attorney for it, C12.
func (c *Case) unpowered() (names []string) {
	for _, s := range c.Agreement.standing() {
		if s.HelperID.IsZero() {
			continue
		}
		if h := c.helper(s.HelperID); h != nil && h.maySign(dayOf(s.SignedAt)) != nil {
			names = append(names, h.Name)
		}
	}
	return names
}

// outOfOrder is C6: acceptance, the records, the agreement and the seal, or the end without one, follow one another.
func (c *Case) outOfOrder() (out []Finding) {
	last, name := c.AcceptedDay, fault.Say("受理", "the acceptance")
	step := func(day calendar.Day, zh, en string) {
		if day.IsZero() {
			return
		}
		if day.Before(last) {
			out = append(out, Finding{"C6", true, fault.Text{ZH: zh + "的日期（" + string(day) + "）早于" + name.ZH + "（" + string(last) + "）。",
				EN: strings.ToUpper(en[:1]) + en[1:] + " (" + string(day) + ") lies before " + name.EN + " (" + string(last) + ")."}})
			return
		}
		last, name = day, fault.Text{ZH: zh, EN: en}
	}
	step(dayOfOr(c.FirstSessionAt), "第一次调解", "the first session")
	switch a := c.Agreement; {
	case !c.agreed():
		step(dayOfOr(c.EndedAt), "终止调解", "the end of mediation")
	case a.Form == Written:
		step(dayOfOr(a.FixedAt), "协议", "the agreement")
		for _, s := range a.standing() {
			if s.Signer == BySeal {
				step(dayOf(s.SignedAt), "盖章", "the seal")
			}
		}
	default:
		step(dayOfOr(a.AgreedAt), "口头协议", "the oral agreement")
	}
	return out
}

// guardC keeps a dossier whose papers would not agree out of the archive. What lies beside the case is looked at when it is
// archived: the visits.
var guardC = Guard{"C", func(c *Case) error { return barred(append(c.findings(), c.lateAtCourt("")...)) }}

// barred refuses with the first finding that keeps a dossier out of the archive.
func barred(findings []Finding) error {
	for _, f := range findings {
		if f.Bars {
			refusal := fault.Rule(f.ID, "", "")
			refusal.Text = f.Says
			return refusal
		}
	}
	return nil
}
