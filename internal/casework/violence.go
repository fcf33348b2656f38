package casework

import (
	"slices"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// Screening is what somebody was asked about domestic violence: several questions about what was done, each by itself,
// for one broad question misses it.
type Screening struct {
	Answers    map[string]bool `json:"answers" doc:"By question, V1–V6: whether it happened"`
	Victim     ident.ID        `json:"victim_party_id,omitempty,omitzero" doc:"Whom it was done to, if a party"`
	Vulnerable string          `json:"vulnerable,omitempty" doc:"minor or incapacitated, if the victim is: it must then be reported (DVL 14)"`
}

const adult = 18 // years

// take keeps the answers. One yes makes the case a restricted one (M11); where the victim is a minor or without full
// capacity, a report to the police is owed (DVL 14, 35). A flag once set stays: a later no does not undo what was told.
func (in *Screening) take(d *deed, c *Case, n *note) error {
	if in == nil {
		return nil
	}
	var bad fault.Check
	if len(in.Answers) == 0 {
		bad.Add("violence.answers", "请逐项询问并记录。", "Please ask and record each question.")
	}
	yes := []string{}
	for q, happened := range in.Answers {
		bad.Take("violence.answers", codes.ViolenceQuestions.Check(q))
		if happened {
			yes = append(yes, q)
		}
	}
	victim := c.party(in.Victim)
	if !in.Victim.IsZero() && victim == nil {
		bad.Add("violence.victim_party_id", "请选择本案的当事人。", "Please choose a party of this case.")
	}
	if in.Vulnerable != "" {
		bad.Take("violence.vulnerable", codes.Vulnerable.Check(in.Vulnerable))
	}
	if err := bad.Err(); err != nil {
		return err
	}
	n.fact["asked"], n.fact["violence"] = len(in.Answers), len(yes) > 0
	if len(yes) == 0 {
		return nil
	}
	c.Violence = true
	minor := victim != nil && !victim.BornOn.IsZero() && victim.BornOn.AgeOn(d.today()) < adult
	if in.Vulnerable != "" || minor || victim != nil && victim.Capacity != "" {
		c.ViolenceOpen = true
		n.fact["must_report"] = true
		n.warnings = append(n.warnings, fault.Say("受害人是未成年人或无、限制民事行为能力人：必须立即向公安机关报案（M11，反家庭暴力法第十四条）。",
			"The victim is a minor or without full capacity: this must be reported to the police at once (M11)."))
	}
	for i := range c.Sides { // while it is not said whom it was done to, nobody's address is shown
		if p := &c.Sides[i]; victim == nil || p == victim {
			p.AddressHidden = true
		}
	}
	n.warnings = append(n.warnings, fault.Say("本案已标为涉家庭暴力：限制查看，隐藏住址，原则上不安排当面共同调解（M11）。",
		"The case is marked for domestic violence: its view is restricted, addresses are hidden, and no joint session is held as a rule (M11)."))
	n.words = withWord(n.words, "violence", strings.Join(yes, " "))
	return nil
}

func withWord(w journal.Words, name, text string) journal.Words {
	if w == nil {
		w = journal.Words{}
	}
	w[name] = text
	return w
}

// viewOf is what a grant shows of a case.
func (c *Case) viewOf(g authz.Grant) authz.View {
	return c.restricted(g, g.ViewOf(c.standing(g.By().Person)))
}

const childhood = 14 // years; all data of whoever is younger is sensitive, PIPL 28

// hasChild tells whether a party is a child, P1.
func (c *Case) hasChild(today calendar.Day) bool {
	return slices.ContainsFunc(c.Here(), func(p Party) bool { return !p.BornOn.IsZero() && p.BornOn.AgeOn(today) < childhood })
}

// restricted is what may be shown of a case marked for domestic violence (M11), or with a child in it (P1): the whole of it only to those who work
// it, or would have to while nobody does, and to the chair who answers for it; to others with a post no names.
func (c *Case) restricted(g authz.Grant, seen authz.View) authz.View {
	if !c.Restricted || seen != authz.Full || c.nearTo(g) {
		return seen
	}
	return authz.Masked
}

// nearTo: the grant reaches the case as one of the committee's own, and not by its place alone.
func (c *Case) nearTo(g authz.Grant) bool {
	standing := c.standing(g.By().Person)
	standing.Area = ""
	return g.ViewOf(standing) == authz.Full
}
