package subsidy

import (
	"slices"
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/scheme"
)

// Alike is another claim of the same county that may be for the same dispute under another number: each party of the one case
// has its like in the other, both are of one category, and they were closed within a year of each other. That is no proof, for
// neighbours fall out twice: whoever looks has to say that it is another dispute, or refuses the claim.
type Alike struct {
	ClaimID  ident.ID
	Called   string
	ClosedOn calendar.Day
	State    string
}

// withinDays is how far apart two cases may have been closed to be taken for one dispute.
const withinDays = 366

// partyOf is what is compared of a party.
type partyOf struct {
	CaseID                                         ident.ID
	NameKey, IDNumberIndex, CreditCode, PhoneIndex string
	Category                                       string
	ClosedOn                                       calendar.Day
	ClaimID                                        ident.ID
	Called, State                                  string
}

// like tells whether two parties may be one: by number, else by telephone, else by a name that no number speaks against.
func (p partyOf) like(q partyOf) bool {
	for _, n := range [][2]string{{p.IDNumberIndex, q.IDNumberIndex}, {p.CreditCode, q.CreditCode}, {p.PhoneIndex, q.PhoneIndex}} {
		if n[0] != "" && n[1] != "" {
			return n[0] == n[1]
		}
	}
	return p.NameKey == q.NameKey
}

// alike finds, for some claims of a county, the claims that may be for the same dispute.
func alike(tx *db.Tx, county ident.County, of []Seen) (map[ident.ID][]Alike, error) {
	var cases []ident.ID
	for _, c := range of {
		if c.Kind == scheme.ByCase {
			cases = append(cases, c.CaseID)
		}
	}
	out := map[ident.ID][]Alike{}
	if len(cases) == 0 {
		return out, nil
	}
	own, err := partiesOf(tx, county, cases)
	if err != nil {
		return nil, err
	}
	rows, err := partiesLike(tx, county, own)
	if err != nil {
		return nil, err
	}
	here, there := byCase(own), byCase(rows)
	for _, c := range of {
		mine := here[c.CaseID]
		for id, others := range there {
			if id == c.CaseID || len(mine) == 0 || !sameMatter(mine, others) {
				continue
			}
			o := others[0]
			out[c.ID] = append(out[c.ID], Alike{o.ClaimID, o.Called, o.ClosedOn, o.State})
		}
		slices.SortFunc(out[c.ID], func(a, b Alike) int { return strings.Compare(a.Called, b.Called) })
	}
	return out, nil
}

// withAlike says of each of some claims, which may lie in several counties, what it is like.
func withAlike(tx *db.Tx, all []Seen) error {
	of := map[ident.County][]Seen{}
	for _, c := range all {
		of[c.CountyCode] = append(of[c.CountyCode], c)
	}
	for county, some := range of {
		found, err := alike(tx, county, some)
		if err != nil {
			return err
		}
		for i := range all {
			if all[i].CountyCode == county {
				all[i].Like = found[all[i].ID]
			}
		}
	}
	return nil
}

func byCase(rows []partyOf) map[ident.ID][]partyOf {
	out := map[ident.ID][]partyOf{}
	for _, p := range rows {
		out[p.CaseID] = append(out[p.CaseID], p)
	}
	return out
}

// sameMatter tells whether two cases may be about one dispute: by the kind, the days, and a like for each party.
func sameMatter(mine, others []partyOf) bool {
	a, b := mine[0], others[0]
	apart := calendar.Between(a.ClosedOn, b.ClosedOn)
	if major(a.Category) != major(b.Category) || apart > withinDays || apart < -withinDays {
		return false
	}
	for _, p := range mine {
		if !slices.ContainsFunc(others, p.like) {
			return false
		}
	}
	return true
}

// major is the category that a kind belongs to.
func major(category string) string { return category[:min(2, len(category))] }

// settleAlike refuses a look at a claim that may be for a dispute that is claimed for already, unless whoever looks says that it
// is another one; what they said stands in the record.
func settleAlike(c *Seen, found []Alike, another bool, fact journal.Fact) error {
	if len(found) == 0 {
		return nil
	}
	var numbers []string
	for _, a := range found {
		numbers = append(numbers, a.Called)
	}
	if !another {
		return fault.New(fault.Conflict, "alike", "%[1]s 与 %[2]s 的当事人和类别相同，可能是同一纠纷。请打开核对：是另一件纠纷的，注明以后通过；是同一件的，不予补贴。",
			"%[1]s has the parties and the kind of %[2]s, and may be the same dispute. Please open it: say that it is another one and let it pass, or refuse it.", c.Called, strings.Join(numbers, "、"))
	}
	fact["another_dispute_than"] = numbers
	return nil
}

func alikeOut(all []Alike) (out []AlikeOut) {
	for _, a := range all {
		out = append(out, AlikeOut(a))
	}
	return out
}

// AlikeOut is such a claim as the API shows it.
type AlikeOut struct {
	ClaimID  ident.ID     `json:"claim_id"`
	Called   string       `json:"called"`
	ClosedOn calendar.Day `json:"closed_on"`
	State    string       `json:"state"`
}

// StatusIn says how far the other claim has come.
func (a Alike) StatusIn(lang string) string { return codes.SubsidyStates.Name(a.State, lang) }
