package review

import (
	"slices"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/wording"
)

// ofFinding says from which item a finding of the dossier's own checks takes points, and how many.
var ofFinding = map[string]struct {
	part   string
	points int
}{
	"A4": {Scope, 2}, "C11": {Notice, 5}, "C12": {Identity, 5}, "C17": {Identity, 2}, "C4": {Session, 5}, "C7": {Session, 2},
	"C8": {Agreement, 5}, "C10": {Agreement, 5}, "C15": {Agreement, 2}, "C16": {Agreement, 2}, "C13": {Signatures, 10}, "C3": {Signatures, 5},
	"C1": {FollowUp, 3}, "C14": {FollowUp, 3}, "C2": {Filing, 2}, "C5": {Filing, 1}, "C6": {Filing, 2}, "C9": {Filing, 2},
}

// Machine is what can be seen of a dossier without a person: the findings of its own checks, and what is plainly there or not.
// It takes off points as a proposal; a person has the last word.
func Machine(d casework.Dossier) (out []Deduction) {
	add := func(part, rule string, points int, zh, en string, args ...any) {
		out = append(out, Deduction{part, rule, points, fault.Say(zh, en, args...)})
	}
	for _, f := range d.Findings {
		if at, known := ofFinding[f.ID]; known {
			out = append(out, Deduction{at.part, f.ID, at.points, f.Says})
		}
	}
	if d.Bar != "" && d.BarDocument == "" {
		add(Scope, "A6", 10, "登记了不得受理的情形，没有解除依据。", "A bar to acceptance is on record, and nothing that lifts it.")
	}
	if d.CommitteeID.IsZero() || d.Place == "" {
		add(Scope, "A7", 2, "没有登记纠纷发生地。", "Where the dispute arose is not on record.")
	}
	mayBe := func(p casework.Party) bool { return p.Consent != casework.Agreed }
	if d.AcceptedAt != nil && d.Outcome != casework.PartyRefused && slices.ContainsFunc(d.Bound(), mayBe) {
		add(Notice, "A2", 5, "有当事人没有同意调解的记录。", "That a party agreed to mediation is not on record.")
	}
	if d.FirstSessionAt != nil && slices.ContainsFunc(d.Bound(), func(p casework.Party) bool { return p.NoticeAt == nil }) && !has(out, "C11") {
		add(Notice, "A10", 5, "有当事人没有权利义务告知的记录。", "That a party was told its rights and duties is not on record.")
	}
	ofPersons(d, add)
	ofRecords(d, add)
	ofText(d, add)
	ofPerformance(d, add)
	if d.State != casework.Archived {
		add(Filing, "R1", 2, "结案以后还没有归档。", "It was closed and is not archived.")
	}
	return out
}

type adder func(part, rule string, points int, zh, en string, args ...any)

func has(found []Deduction, rule string) bool {
	return slices.ContainsFunc(found, func(d Deduction) bool { return d.Rule == rule })
}

// ofPersons looks for proofs of who the parties are.
func ofPersons(d casework.Dossier, add adder) {
	proof := slices.ContainsFunc(d.Attachments, func(a casework.Attached) bool { return a.Paper == "identity" })
	for _, p := range d.Here() {
		if p.IDNumber == "" && p.CreditCode == "" && !proof {
			add(Identity, "F4", 2, "当事人 %s 没有证件号码，也没有身份证明。", "%s has neither a number nor a proof of identity on record.", p.Name)
		}
	}
}

// ofRecords looks at the sessions: was there one with both sides, and does its record show the seven points.
func ofRecords(d casework.Dossier, add adder) {
	joint := slices.DeleteFunc(slices.Clone(d.Sittings), func(v casework.Session) bool { return v.Kind != "joint" })
	if len(joint) == 0 {
		if d.Agreement != nil && d.Agreement.Form == casework.Written {
			add(Session, "F9", 15, "没有双方参加的调解记录。", "There is no record of a session with both sides.")
		}
		return
	}
	shown := map[string]bool{}
	for _, v := range joint {
		for _, code := range v.Points {
			shown[code] = true
		}
	}
	missing := len(codes.SessionPoints) - len(shown)
	if len(shown) == 0 || missing <= 0 { // nobody ticked any: a person reads
		return
	}
	add(Session, "F9", min(2*missing, 8), "调解记录的七个要点里，有 %d 个没有体现。", "%d of the seven points do not show in the record.", missing)
}

// ofText reads the agreement for terms that are mixed up or vague (C15, C16).
func ofText(d casework.Dossier, add adder) {
	if d.Agreement == nil {
		if d.Terminated() && d.Guidance == "" {
			add(Agreement, "M9", 10, "没有告知其他途径的记录。", "That the parties were told of other ways is not on record.")
		}
		return
	}
	var texts []string
	for _, c := range d.Agreement.Clauses {
		texts = append(texts, c.Text)
	}
	said := map[string]bool{}
	for _, f := range wording.CheckText(d.Agreement.Facts, d.Agreement.Issues, texts) {
		at, known := ofFinding[f.Rule]
		if !known || said[f.Kind] || f.Level == wording.Hints {
			continue
		}
		said[f.Kind] = true
		says := f.Says()
		add(at.part, f.Rule, at.points, "%[1]s", "%[2]s", says.ZH, says.EN)
	}
}

// ofPerformance looks at what became of the obligations, and whether anybody asked.
func ofPerformance(d casework.Dossier, add adder) {
	if d.Agreement == nil || d.EffectiveAt == nil {
		return
	}
	unsaid := 0
	var last calendar.Day
	for _, o := range d.Agreement.Obligations {
		if o.Due.After(last) {
			last = o.Due
		}
		if !o.Due.IsZero() && o.Due.Before(d.Today) && slices.Contains([]string{"", "not_due", "in_progress"}, o.State) {
			unsaid++
		}
	}
	if unsaid > 0 {
		add(FollowUp, "G7", 3, "有 %d 项义务已经到期，没有履行记录。", "%d obligations are past their day, and what became of them is not on record.", unsaid)
	}
	if last.IsZero() {
		last = calendar.DayOf(*d.EffectiveAt)
	}
	if len(d.Visits) == 0 && calendar.Between(last, d.Today) > 30 {
		add(FollowUp, "R6", 5, "没有回访记录。", "No visit is on record.")
	}
}
