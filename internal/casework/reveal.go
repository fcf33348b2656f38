package casework

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"

	"fengqiao/internal/authz"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// Reveal is the journal's name for showing what a page masks; it moves nothing and has a route of its own. The party whose
// data it was finds it in its own record.
const Reveal Event = "reveal"

// Revealing asks to see what is masked of a party, and says why.
type Revealing struct {
	PartyID ident.ID `json:"party_id"`
	Purpose string   `json:"purpose,omitempty" doc:"What it is needed for: serve, identify, papers, court, visit, correct, report or other. Left out: other"`
	Reason  string   `json:"reason,omitempty" doc:"The same in words; needed where the purpose is other. The party can read it"`
}

// Revealed is what was masked. It is answered once, to whoever asked, and written nowhere.
type Revealed struct {
	Name     string `json:"name"`
	IDNumber string `json:"id_number,omitempty"`
	Address  string `json:"address,omitempty"`
	Email    string `json:"email,omitempty"`
}

// Reveal shows a party's identity number, address and e-mail address to somebody who works the case, and enters who looked
// and why.
//
// Faults: Invalid for a purpose that is not of the list, for "other" without words that say it, or for a party that is none;
// Conflict "nothing_masked" where there is nothing to see.
func (s *Service) Reveal(ctx context.Context, g authz.Grant, id ident.ID, in Revealing) (Revealed, error) {
	var out Revealed
	err := s.db.Do(ctx, g.By(), id.County(), func(tx *db.Tx) error {
		c, err := s.find(tx, g, id)
		if err != nil {
			return err
		}
		var bad fault.Check
		p := c.party(in.PartyID)
		if p == nil {
			bad.Add("party_id", "请选择本案的当事人。", "Please choose a party of this case.")
		}
		in.check(&bad)
		if err := bad.Err(); err != nil {
			return err
		}
		out = Revealed{Name: p.Name, IDNumber: p.IDNumber, Address: p.Address, Email: p.Email}
		if p.AddressHidden && !slices.ContainsFunc(c.partsOf(tx.By.Person), isHosting) {
			out.Address = ""
		}
		if out == (Revealed{Name: p.Name}) {
			return fault.New(fault.Conflict, "nothing_masked", "这位当事人没有登记证件号码、住址或邮箱。", "No identity number, address or e-mail is on record for this party.")
		}
		d, err := s.inTx(tx, g, Order{}, c.AreaCode)
		if err != nil {
			return err
		}
		tx.Made(c.ID, c.Version+1, 200)
		return d.keep(c, Reveal, c.State, in.note(p))
	})
	var done *db.Done
	if errors.As(err, &done) { // sent again: it was shown once
		return out, fault.New(fault.Conflict, "shown_once", "刚才已经显示过一次。还要看，请重新填写理由。", "It was shown once already. To see it again, please give the reason anew.")
	}
	return out, err
}

const fewestWords = 4 // different letters of a reason: “核对身份”, and not “1111”

// otherPurpose is none of the list: it is said in words.
const otherPurpose = "other"

// check: a purpose of the list, P3; one that is not on it in words that say something.
func (in *Revealing) check(bad *fault.Check) {
	in.Reason = strings.TrimSpace(in.Reason)
	if in.Purpose == "" {
		in.Purpose = otherPurpose
	}
	bad.Take("purpose", codes.RevealPurposes.Check(in.Purpose))
	letters := map[rune]bool{}
	for _, r := range in.Reason {
		if unicode.IsLetter(r) {
			letters[unicode.ToLower(r)] = true
		}
	}
	if in.Purpose == otherPurpose && len(letters) < fewestWords {
		bad.Add("reason", "请用几个字写明为什么要看。当事人能看到这条记录。", "Please say in some words what it is needed for. The party can read it.")
	}
	atMost(bad, "reason", in.Reason, maxShort)
}

// note is what is kept of a look: whoever supervises reads whose it was and for what, the party also the words.
func (in *Revealing) note(p *Party) note {
	n := note{party: p.ID, fact: journal.Fact{"party": p.ID.String(), "purpose": in.Purpose}}
	if in.Reason != "" {
		n.words = journal.Words{"reason": in.Reason}
	}
	return n
}
