package casework

import (
	"context"
	"errors"
	"slices"
	"strings"

	"fengqiao/internal/authz"
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
	Reason  string   `json:"reason" doc:"What it is needed for; the party can read it"`
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
// Faults: Invalid without a reason of some words, or for a party that is none; Conflict "nothing_masked" where there is
// nothing to see.
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
		if n := len([]rune(strings.TrimSpace(in.Reason))); n < fewestWords {
			bad.Add("reason", "请写明为什么要看，至少 %d 个字。当事人能看到这条记录。", "Please say what it is needed for, in %d characters or more. The party can read it.", fewestWords)
		}
		atMost(&bad, "reason", in.Reason, maxShort)
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
		return d.keep(c, Reveal, c.State, note{party: p.ID, fact: journal.Fact{"party": p.ID.String()}, words: journal.Words{"reason": strings.TrimSpace(in.Reason)}})
	})
	var done *db.Done
	if errors.As(err, &done) { // sent again: it was shown once
		return out, fault.New(fault.Conflict, "shown_once", "刚才已经显示过一次。还要看，请重新填写理由。", "It was shown once already. To see it again, please give the reason anew.")
	}
	return out, err
}

const fewestWords = 4 // characters of a reason: “核对身份”
