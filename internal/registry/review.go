package registry

import (
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Review is what the law says of a committee as it stands.
type Review struct {
	Blocked  error     // the first rule that forbids it to be active; nil when none does
	Lacks    []Warning // all rules that do
	Warnings []Warning // what it should have and may lack
}

const (
	fewest = 3 // members; PML 8, O1
	most   = 9
	han    = "01" // the largest ethnic group in the national list
)

// standing is what is reviewed.
type standing struct {
	committee   Committee
	term        Term // zero when none was recorded
	members     []Member
	mediators   []Mediator
	multiEthnic bool
}

// ReviewOf holds a committee to the law as it stands now, whether it is being set up or serves.
func ReviewOf(tx *db.Tx, c Committee) (Review, error) {
	st, err := standingOf(tx, c)
	return st.review(), err
}

func standingOf(tx *db.Tx, c Committee) (st standing, err error) {
	st.committee = c
	if st.members, err = MembersOf(tx, c.ID); err != nil {
		return st, err
	}
	if st.mediators, err = MediatorsOf(tx, c.ID); err != nil {
		return st, err
	}
	if st.term, err = TermOf(tx, c.ID); err != nil {
		return st, err
	}
	st.multiEthnic, err = isMultiEthnic(tx, c.AreaCode)
	return st, err
}

// review holds a committee to O1 to O5 and O14. A body under a committee is part of that committee and has no members of
// its own.
func (st standing) review() Review {
	r := Review{Warnings: st.staffing()}
	if !st.committee.Counted() {
		return r
	}
	r.Blocked = st.blocked()
	for _, f := range st.lacks() {
		r.Lacks = append(r.Lacks, Warning{f.Code[len("rule."):], f.Text})
	}
	r.Warnings = append(st.composition(), r.Warnings...)
	return r
}

func (st standing) blocked() error {
	if all := st.lacks(); len(all) > 0 {
		return all[0]
	}
	return nil
}

// lacks are the rules that forbid a committee to be active, as far as it does not keep them.
func (st standing) lacks() (out []*fault.Fault) {
	chairs := 0
	for _, m := range st.members {
		if m.Office == Chair {
			chairs++
		}
	}
	if n := len(st.members); n < fewest || n > most {
		out = append(out, fault.Rule("O1", "调委会由三至九名委员组成（人民调解法第八条），现有 %d 名。",
			"A committee has three to nine members (People's Mediation Law, article 8); this one has %d.", n))
	}
	if chairs != 1 {
		out = append(out, fault.Rule("O2", "调委会设主任一名（人民调解法第八条），现有 %d 名。",
			"A committee has one chair (People's Mediation Law, article 8); this one has %d.", chairs))
	}
	if st.term.ID.IsZero() {
		out = append(out, fault.Rule("O5", "请先登记本届委员的产生方式和日期（人民调解法第九条）。",
			"First record how and when the members were chosen (People's Mediation Law, article 9)."))
	}
	return out
}

func (st standing) composition() []Warning {
	var out []Warning
	women, smaller := 0, 0
	for _, m := range st.members {
		if m.Sex == ident.Female {
			women++
		}
		if m.Ethnicity != "" && m.Ethnicity != han {
			smaller++
		}
	}
	if women == 0 {
		out = append(out, Warning{"O3", fault.Say("调委会应当有妇女成员（人民调解法第八条），请尽快增补。",
			"A committee must include women (People's Mediation Law, article 8); please fill a place soon.")})
	}
	if st.multiEthnic && smaller == 0 {
		out = append(out, Warning{"O4", fault.Say("多民族居住地区的调委会应当有人数较少民族的成员（人民调解法第八条）。",
			"In a multi-ethnic area a committee should have a member of a smaller ethnic group (People's Mediation Law, article 8).")})
	}
	return out
}

// staffing holds the numbers of full-time mediators to the policy of 2018 (O14).
func (st standing) staffing() []Warning {
	wanted := map[Type]int{OfVillage: 1, OfResidents: 1, OfTown: 2, OfStreet: 2}[st.committee.Type]
	if st.committee.Sector != "" {
		wanted = 3
	}
	full := 0
	for _, m := range st.mediators {
		if m.FullTime {
			full++
		}
	}
	if full >= wanted {
		return nil
	}
	return []Warning{{"O14", fault.Say("专职人民调解员宜不少于 %[1]d 名，现有 %[2]d 名。",
		"There should be at least %[1]d full-time mediators; there are %[2]d.", wanted, full)}}
}

// Attention is something about a committee that its bureau should look at; it stops no case.
type Attention struct {
	Committee Committee
	Rule      string
	Text      fault.Text
	Due       calendar.Day // the day a term ends; no day for what is wanting already
}

// NeedAttention lists the active committees of a county whose people are not as the law wants them (O1 to O5), whose
// terms have ended or end within 90 days (O6), and which have too few full-time mediators (O14).
func NeedAttention(tx *db.Tx, county ident.County) ([]Attention, error) {
	all, err := standings(tx, county, Active)
	if err != nil {
		return nil, err
	}
	var out []Attention
	for _, st := range all {
		if st.committee.Counted() {
			out = append(out, st.attention(today(tx))...)
		}
	}
	return out, nil
}

// Reviewed is a committee with what the law says of it.
type Reviewed struct {
	Committee
	Review Review
}

// DraftsIn are the committees of a county that are being set up, the oldest first, each held to the law as it stands.
func DraftsIn(tx *db.Tx, county ident.County) ([]Reviewed, error) {
	all, err := standings(tx, county, Draft)
	out := make([]Reviewed, 0, len(all))
	for _, st := range all {
		out = append(out, Reviewed{st.committee, st.review()})
	}
	return out, err
}

// AttentionOf is what its chair should look at of a committee, as NeedAttention.
func AttentionOf(tx *db.Tx, committee ident.ID) ([]Attention, error) {
	c, err := FindCommittee(tx, committee)
	if err != nil || !c.Counted() {
		return nil, err
	}
	st, err := standingOf(tx, c)
	return st.attention(today(tx)), err
}

func (st standing) attention(today calendar.Day) []Attention {
	var out []Attention
	for _, f := range st.lacks() {
		out = append(out, Attention{Committee: st.committee, Rule: f.Code[len("rule."):], Text: f.Text})
	}
	for _, w := range append(st.composition(), st.staffing()...) {
		out = append(out, Attention{Committee: st.committee, Rule: w.Rule, Text: w.Text})
	}
	if text, ok := st.term.alert(today); ok {
		out = append(out, Attention{Committee: st.committee, Rule: "O6", Text: text, Due: st.term.EndsOn})
	}
	return out
}
