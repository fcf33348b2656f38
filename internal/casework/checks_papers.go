package casework

import (
	"regexp"
	"slices"
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
)

// ofRecords looks at the records of sessions and investigations, and at what the parties say who they are.
func (c *Case) ofRecords() (out []Finding) {
	for i, v := range c.Sittings {
		for _, w := range c.Sittings[:i] {
			if who := c.inTwoPlaces(v, w); who != "" {
				out = append(out, Finding{"C7", false, fault.Say("%s 在 %s 的两份记录里同时出现在两个地方，请核对。",
					"%s stands in two records of %s that overlap in time, in two places; please check.", who, dayOf(v.StartsAt))})
			}
		}
	}
	for _, p := range c.Here() {
		first := c.firstMet(p.ID)
		if !first.IsZero() && (p.NoticeAt == nil || dayOf(*p.NoticeAt).After(first)) {
			out = append(out, Finding{"C11", true, fault.Say("权利义务告知应不晚于第一次调解：%s 第一次参加是 %s。",
				"Rights and duties are told before the first session: %s first took part on %s.", p.Name, first)})
		}
		n := ident.IDNumber(p.IDNumber)
		if p.Kind == "person" && n != "" && !p.BornOn.IsZero() && n.Born() != "" && n.Born() != string(p.BornOn) {
			out = append(out, Finding{"C17", false, fault.Say("%s 的出生日期（%s）与身份证号码不一致，年龄会印错，请核对。",
				"The day of birth of %s (%s) is not that of the identity number, and the age would be printed wrong; please check.", p.Name, p.BornOn)})
		}
	}
	return out
}

// inTwoPlaces is who stands in two records that overlap in time but not in place, C7: a mediator or a party. A caucus lies
// within a session, and what was said by telephone or online has no place.
func (c *Case) inTwoPlaces(a, b Session) string {
	if a.Kind == caucusKind || b.Kind == caucusKind || a.Mode != b.Mode || a.Mode != "in_person" || ident.MatchName(a.Place) == ident.MatchName(b.Place) {
		return ""
	}
	from, to := span(a.StartsAt, a.EndsAt)
	start, end := span(b.StartsAt, b.EndsAt)
	if !start.Before(to) || !end.After(from) {
		return ""
	}
	for _, p := range c.Sides {
		if slices.Contains(a.Attending, p.ID) && slices.Contains(b.Attending, p.ID) {
			return p.Name
		}
	}
	for _, p := range c.People {
		if !p.MediatorID.IsZero() && slices.Contains(a.Mediators, p.MediatorID) && slices.Contains(b.Mediators, p.MediatorID) {
			return p.Name
		}
	}
	return ""
}

// firstMet is the day on which a party first took part in a session; none while it has not.
func (c *Case) firstMet(party ident.ID) (first calendar.Day) {
	for _, v := range c.Sittings {
		if day := dayOf(v.StartsAt); slices.Contains(v.Attending, party) && (first.IsZero() || day.Before(first)) {
			first = day
		}
	}
	return first
}

// ofText looks at the text of an agreement: each thing that is owed is whole (C8), its amounts agree (C10), and what would
// be printed now is what was fixed (C17).
func (c *Case) ofText(a *Agreement) (out []Finding) {
	var sum money.Fen
	for i, cl := range a.Clauses {
		owed, whole := a.owedBy(cl.ID)
		sum += owed
		if !whole {
			out = append(out, Finding{"C8", a.Form == Written, fault.Say("协议第 %d 条没有写全：谁、做什么、多少、何时、怎样履行。",
				"Term %d of the agreement does not say it all: who, what, how much, when and how.", i+1)})
		}
		if said, capital, differ := FiguresDiffer(cl.Text); differ {
			out = append(out, Finding{"C10", true, errFigures(i+1, said, capital)})
		}
	}
	if sum != a.AmountFen {
		out = append(out, Finding{"C10", true, fault.Say("各项义务合计 %s 元，与协议金额 %s 元不符。", "What is owed makes %s yuan, and the agreement says %s.", sum, a.AmountFen)})
	}
	if a.TextHash != "" && a.HashFor(c) != a.TextHash {
		out = append(out, Finding{"C17", false, fault.Say("协议定稿以后，当事人的姓名或协议的内容改过：现在打印的与签过的不同，请用签过的原件。",
			"A name or a term was changed after the agreement was fixed: what is printed now differs from what was signed; use the signed sheets.")})
	}
	return out
}

// owedBy is what a clause obliges to in money, and whether everything that it obliges to says who, what, when and how.
func (a *Agreement) owedBy(clause ident.ID) (sum money.Fen, whole bool) {
	whole = true
	for _, o := range a.Obligations {
		if o.ClauseID != clause {
			continue
		}
		sum += o.AmountFen
		whole = whole && !o.Debtor.IsZero() && !o.Creditor.IsZero() && !o.Due.IsZero() && o.Manner != "" && (o.Kind != "pay" || o.AmountFen > 0)
	}
	return sum, whole
}

// inFigures is an amount in figures with the same in capitals close behind it: 1,500元（大写：壹仟伍佰元整）.
var inFigures = regexp.MustCompile(`([0-9][0-9,，]*(?:\.[0-9]{1,2})?)\s*元[^0-9。；;壹贰叁肆伍陆柒捌玖拾佰仟]{0,12}([零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+[元圆][零壹贰叁肆伍陆柒捌玖角分整正]*)`)

// FiguresDiffer finds an amount whose capitals say something else, C10.
func FiguresDiffer(text string) (said money.Fen, capital string, differ bool) {
	plain := strings.NewReplacer("圆", "元", "正", "整", "整", "整")
	for _, m := range inFigures.FindAllStringSubmatch(text, -1) {
		fen, err := money.Parse(strings.ReplaceAll(m[1], "，", ","))
		if err != nil {
			continue
		}
		if got := plain.Replace(m[2]); strings.TrimSuffix(got, "整") != strings.TrimSuffix(fen.Capital(), "整") {
			return fen, m[2], true
		}
	}
	return 0, "", false
}

func errFigures(term int, said money.Fen, capital string) fault.Text {
	return fault.Say("协议第 %d 条的大小写不一致：%s 元应写“%s”，写的是“%s”。", "In term %d figures and capitals differ: %s yuan is “%s”, and “%s” is written.", term, said, said.Capital(), capital)
}

// CheckFigures refuses a text whose amounts in figures and in capitals differ, C10.
func (in DraftAgreement) CheckFigures() error {
	for i, t := range in.Clauses {
		if said, capital, differ := FiguresDiffer(t.Text); differ {
			refusal := fault.Rule("C10", "", "")
			refusal.Text = errFigures(i+1, said, capital)
			return refusal
		}
	}
	return nil
}

// lateAtCourt is C14: confirmation is asked for within thirty days, and not for what no court confirms. The act refuses
// it without a reason; a reason lifts the bar and not the finding.
func (c *Case) lateAtCourt(last calendar.Day) (out []Finding) {
	for _, m := range c.Courts {
		if m.Kind != Confirming || m.AgreementID != c.AgreementID {
			continue
		}
		if !last.IsZero() && m.FiledOn.After(last) {
			out = append(out, Finding{"C14", false, fault.Say("司法确认申请（%s）晚于协议生效之日起三十日（%s）。", "Confirmation was asked for on %s, after the thirty days (%s).", m.FiledOn, last)})
		}
		if slices.Contains([]string{"identity", "adoption", "marriage"}, m.Subject) {
			out = append(out, Finding{"C14", true, fault.Say("这类协议法院不予司法确认：%s。", "No court confirms an agreement of this kind: %s.", codes.ConfirmationSubjects.Name(m.Subject, "zh-CN"))})
		}
	}
	return out
}

// filed looks at visits and files: a visit belongs to an agreement in force (C1), and a file that is marked as a paper
// needs that paper: without it the file still has a line of the contents, so that the count agrees (C9).
func filed(c *Case, visits []Visit, files []Attached) (out []Finding) {
	effective := dayOfOr(c.EffectiveAt)
	if a := c.Agreement; a != nil && a.Replaces.IsZero() && !effective.IsZero() {
		for _, v := range visits {
			if v.VisitedOn.Before(effective) {
				out = append(out, Finding{"C1", true, fault.Say("回访（%s）早于协议生效（%s）：回访记录上的协议编号与协议书不是同一份。",
					"The visit of %s lies before the agreement took effect (%s): the number on its record is not the agreement's.", v.VisitedOn, effective)})
			}
		}
	}
	for _, f := range files {
		if f.Paper != "" && !c.hasPaper(f.Paper) {
			out = append(out, Finding{"C9", false, fault.Say("附件“%s”标为%s，本案没有这份文书；附件照样编在目录里，请核对。",
				"The file “%s” is marked as %s, which this case does not have; the file stands in the contents all the same. Please check.", f.Name, codes.Papers.Name(f.Paper, "zh-CN"))})
		}
	}
	return out
}

// hasPaper tells whether a case has got as far as a paper that may come back signed.
func (c *Case) hasPaper(paper string) bool {
	a := c.Agreement
	switch paper {
	case "f9":
		return slices.ContainsFunc(c.Sittings, func(v Session) bool { return v.Kind == "joint" })
	case "f10":
		return a != nil && a.Form == Written
	case "f11":
		return a != nil && a.Form == Oral
	case "f12":
		return c.FollowUps > 0
	case "f13":
		return a != nil && a.Form == Written && c.EffectiveAt != nil
	case "decision":
		return len(c.Courts) > 0
	case "f17a":
		return !c.ScreeningRound.IsZero()
	case "f17b":
		return len(c.ReferralsOut) > 0
	case "f17c":
		return c.Terminated()
	case "f17d":
		return c.State == NotAccepted
	default:
		return true
	}
}

// Terminated tells whether mediation was ended without an agreement, F17c: its parties were told, M9.
func (c *Case) Terminated() bool {
	return slices.Contains([]Outcome{Failed, PartyEnded, PartyRefused}, c.Outcome) && c.State != NotAccepted && c.AcceptedAt != nil
}

// Contents are what the table of contents of a dossier says, and what lies behind it.
type Contents struct {
	Lines, Papers int // documents listed, and documents there
	Pages, Total  int // sum of the pages listed, and what the back cover says; 0 where they are counted by hand
}

// Finding is C9: as many documents as the contents list, and as many pages as the back cover says.
func (n Contents) Finding() (Finding, bool) {
	switch {
	case n.Lines != n.Papers:
		return Finding{"C9", true, fault.Say("目录列了 %d 份文书，卷内有 %d 份。", "The contents list %d documents, and there are %d.", n.Lines, n.Papers)}, true
	case n.Pages != n.Total:
		return Finding{"C9", true, fault.Say("目录合计 %d 页，封底写的是 %d 页。", "The contents make %d pages, and the back cover says %d.", n.Pages, n.Total)}, true
	}
	return Finding{}, false
}
