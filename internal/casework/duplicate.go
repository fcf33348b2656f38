package casework

import (
	"slices"
	"strings"

	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// sameDispute is the reason for which a case is not accepted whose dispute is in hand in another.
const sameDispute = "N9"

// into joins a case that is not accepted to the one in which the same dispute is in hand (N9): what was handed in with it is
// taken over there, each file with its giver and with who may see it. Nobody is lost: everyone who is a party of the one
// must be a party of the other already.
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
	if missing := kept.lacks(c); len(missing) > 0 {
		names := strings.Join(missing, "、")
		return fault.New(fault.Conflict, "parties", "%[1]s 不是那件案件的当事人。请先在那件案件里增加当事人，再合并。",
			"%[1]s: not a party of that case. Please add them there first.", names).At("same_case_id")
	}
	n.fact["same_case"] = kept.ID.String()
	now := *d
	now.at = d.now() // the files are taken over now, whenever it was decided
	return now.copyFiles(c, kept, kept.named(c), "from_case")
}

// named are the parties of another case as they are in this one, by name.
func (c *Case) named(other *Case) map[ident.ID]ident.ID {
	out := map[ident.ID]ident.ID{}
	for _, p := range other.Sides {
		for _, q := range c.Here() {
			if q.NameKey == p.NameKey {
				out[p.ID] = q.ID
			}
		}
	}
	return out
}

// lacks names the parties of another case that are none of this one's, by name.
func (c *Case) lacks(other *Case) (names []string) {
	for _, p := range other.Here() {
		if !slices.ContainsFunc(c.Here(), func(q Party) bool { return q.NameKey == p.NameKey }) {
			names = append(names, p.Name)
		}
	}
	return names
}
