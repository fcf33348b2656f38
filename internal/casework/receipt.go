package casework

import (
	"context"
	"slices"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/receipt"
)

var errNoReceipt = fault.New(fault.Denied, "", "办理凭证只给本案当事人和承办本案的人员。", "A receipt is for the parties of a case and for those who work on it.")

// Receipt is the signed proof of a case's record, as far as its reader may see the entries: for the parties, and for staff
// who see the whole case. Whoever sees less has none: the hashes would tell them nothing, and the rest more than they see.
//
// Faults: Missing out of reach; Denied for every narrower view.
func (s *Service) Receipt(ctx context.Context, g authz.Grant, id ident.ID) (receipt.Receipt, error) {
	var out receipt.Receipt
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		c, err := s.find(tx, g, id)
		if err != nil {
			return err
		}
		if seen := c.viewOf(g); seen != authz.Full && seen != authz.Party {
			return errNoReceipt
		}
		proofs, err := s.journal.Proofs(tx, id)
		if err != nil {
			return err
		}
		out = c.receipt(g, proofs)
		out.Sign(s.signer, tx.Now)
		return nil
	})
	return out, err
}

// Slip is the short form of a receipt that was given out, for a code on paper.
func (s *Service) Slip(r receipt.Receipt) string { return receipt.SlipOf(r, s.signer) }

func (c *Case) receipt(g authz.Grant, proofs []journal.Proof) receipt.Receipt {
	out := receipt.Receipt{CaseID: c.ID.String(), Reference: c.Reference, State: string(c.State), Version: c.Version, Entries: []receipt.Entry{}}
	seen, me := c.viewOf(g), partyOfReader(g.By(), c)
	var came newcomer
	if seen == authz.Party {
		c, came = c.readBy(me), c.newcomer(me, entriesOf(proofs))
	}
	if c.Agreement != nil {
		out.AgreementHash = c.Agreement.TextHash
	}
	former, now := c.readable(g)
	for _, p := range proofs {
		view := now
		if p.Seq <= former {
			view = seen
		}
		shown := receipt.Hidden
		if came.reads(p.Entry) {
			shown = c.provable(p.Entry, view, me)
		}
		out.Entries = append(out.Entries, receipt.Link(p, shown))
	}
	return out
}

// provable is how much of an entry a receipt may show. What a hash is made of goes to whoever sees all of it already: the
// ids of who acted and every value of the fact. For a party these are its own acts and what the system did by a rule;
// whatever another party handed in, it is not told at all.
func (c *Case) provable(e journal.Entry, seen authz.View, me ident.ID) receipt.Shown {
	own := !me.IsZero() && e.Party == me
	byParty := slices.Contains(actor.Parties, e.Role)
	inCaucus := e.Fact["kind"] == caucusKind
	if _, told := c.happened(e, seen, me); !told || seen == authz.Party && Event(e.Event) == Attach && !own {
		return receipt.Hidden
	}
	switch {
	case inCaucus && (seen == authz.Party || byParty): // what it is made of says with whom the caucus was, or what was filtered
		return receipt.Told
	case seen == authz.Full, own && byParty, Event(e.Event) == BecomeEffective:
		return receipt.Whole
	}
	return receipt.Told
}

// ReceiptKeys are the public parts of the keys that sign receipts.
func (s *Service) ReceiptKeys() receipt.Published { return receipt.Publish(s.signer) }
