package casework

import (
	"slices"
	"strings"

	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/search"
)

// sameDispute is the reason for which a case is not accepted whose dispute is in hand in another.
const sameDispute = "N9"

// into joins a case that is not accepted to the one in which the same dispute is in hand (N9): what was handed in with it is
// taken over there, each file with its giver and with who may see it. Nobody is lost, and nobody is taken for another: everyone
// who is a party of the one must be a party of the other already, by number or by name (likeness).
//
// Faults: Invalid for a case that is none, out of reach, the same or over; Conflict "parties" naming those who are missing.
func (d *deed) into(c *Case, id ident.ID, n *note) error {
	wrong := fault.New(fault.Invalid, "", "请选择正在办理的另一件案件。", "Please choose another case that is in hand.").At("same_case_id")
	if id == c.ID || d.tx == nil {
		return wrong
	}
	kept, err := d.find(d.tx, d.grant, id)
	if fault.Is(err, fault.Missing) {
		return wrong
	}
	if err != nil {
		return err
	}
	if !kept.State.Alive() || kept.CommitteeID != c.CommitteeID {
		return wrong
	}
	same, missing := kept.meets(c)
	if len(missing) > 0 {
		names := strings.Join(missing, "、")
		return fault.New(fault.Conflict, "parties", "%[1]s 不是那件案件的当事人，或者姓名相同而电话、证件号码不同。请先在那件案件里核对或增加当事人，再合并。",
			"%[1]s: not a party of that case, or of the same name and another telephone or identity number. Please check that case, or add them there first.", names).At("same_case_id")
	}
	n.fact["same_case"] = kept.ID.String()
	now := *d
	now.at = d.now() // the files are taken over now, whenever it was decided
	return now.copyFiles(c, kept, same, "from_case")
}

// How much speaks for two parties being one and the same.
const (
	another    = iota // nothing, or something speaks against it
	sameName          // the name, and no number against it
	samePhone         // the telephone, and a name that is the same or is read the same
	sameNumber        // the identity number or credit code, however the name is written
)

// likeness of two parties. Numbers that both are known and differ tell two persons of one name apart; one telephone may be a
// household's, so that it makes one of two names only where they are read the same.
func (p *Party) likeness(q *Party) int {
	switch {
	case p.IDNumberIndex != "" && q.IDNumberIndex != "":
		if p.IDNumberIndex == q.IDNumberIndex {
			return sameNumber
		}
		return another
	case p.PhoneIndex != "" && q.PhoneIndex != "":
		if p.PhoneIndex == q.PhoneIndex && (p.NameKey == q.NameKey || search.SoundAlike(p.Name, q.Name)) {
			return samePhone
		}
		return another
	case p.NameKey == q.NameKey:
		return sameName
	}
	return another
}

// meets tells who of another case's parties is who of this one's, those first for whom most speaks and each of this one's once,
// and names whom this one lacks. Whoever was removed there may be anybody here.
func (c *Case) meets(other *Case) (same map[ident.ID]ident.ID, missing []string) {
	same = map[ident.ID]ident.ID{}
	taken := map[ident.ID]bool{}
	here, there := c.Here(), other.Here()
	for least := sameNumber; least > another; least-- {
		for i := range there {
			p := &there[i]
			at := slices.IndexFunc(here, func(q Party) bool { return !taken[q.ID] && p.likeness(&q) == least })
			if _, found := same[p.ID]; !found && at >= 0 {
				same[p.ID], taken[here[at].ID] = here[at].ID, true
			}
		}
	}
	for i := range other.Sides {
		p := &other.Sides[i]
		if _, found := same[p.ID]; found {
			continue
		}
		if p.RemovedAt == nil {
			missing = append(missing, p.Name)
		} else if at := slices.IndexFunc(here, func(q Party) bool { return p.likeness(&q) > another }); at >= 0 {
			same[p.ID] = here[at].ID
		}
	}
	return same, missing
}
