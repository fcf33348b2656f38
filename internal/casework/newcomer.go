package casework

import (
	"math"
	"slices"
	"time"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// readBy is the case as a party may read it. Whoever was added when an agreement was in force already reads nothing of it and of what
// became of it, but only of the version that takes its place: what others agreed is theirs (P4).
func (c *Case) readBy(me ident.ID) *Case {
	p := c.party(me)
	if p == nil || p.JoinedAfter.IsZero() {
		return c
	}
	out := *c
	if !c.binds(p) {
		out.Agreement, out.AgreementID, out.AmountFen, out.Outcome = nil, ident.ID{}, 0, ""
	}
	theirs := ident.ID{} // in force, and binding them
	if a := c.inForce(); a != nil && !p.joinedAfter(a) {
		theirs = a.ID
	} else {
		out.EffectiveAt = nil
	}
	out.Former = nil
	out.Courts = slices.DeleteFunc(slices.Clone(c.Courts), func(m CourtMatter) bool { return theirs.IsZero() || m.AgreementID != theirs })
	if len(out.Courts) == 0 {
		out.LegalTrack = ""
	}
	return &out
}

// newcomer is from when on a party reads the record of a case that it joined when an agreement was in force already. The zero value is
// everybody else, who reads it from its beginning.
type newcomer struct {
	joined int64     // the entry by which they were added
	at     time.Time // when that was
	bound  int64     // the entry by which an agreement of theirs took effect
}

// newcomer reads it from the record.
func (c *Case) newcomer(me ident.ID, entries []journal.Entry) newcomer {
	p := c.party(me)
	if p == nil || p.JoinedAfter.IsZero() {
		return newcomer{}
	}
	n := newcomer{bound: math.MaxInt64}
	for _, e := range entries {
		switch event := Event(e.Event); {
		case event == AddParty && text(e.Fact["party"]) == me.String():
			n.joined, n.at = e.Seq, e.RecordedAt
		case n.joined > 0 && e.Seq < n.bound && (event == BecomeEffective || event == MakeOral):
			n.bound = e.Seq
		}
	}
	return n
}

// newcomer of the store: the record is read for those alone whom it concerns.
func (s *Service) newcomer(tx *db.Tx, c *Case, me ident.ID) (newcomer, error) {
	if p := c.party(me); p == nil || p.JoinedAfter.IsZero() {
		return newcomer{}, nil
	}
	entries, err := s.journal.Of(tx, c.ID)
	return c.newcomer(me, entries), err
}

// newcomers are all who joined a case so.
func (s *Service) newcomers(tx *db.Tx, c *Case) (out []newcomer, err error) {
	for _, p := range c.Here() {
		if p.JoinedAfter.IsZero() {
			continue
		}
		n, err := s.newcomer(tx, c, p.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// afterwards is what becomes of an agreement.
var afterwards = []Event{RecordPerform, FollowUp, ApplyConfirmation, RecordConfirmation, Repudiate}

// reads tells whether an entry is theirs to read: what was before they came is not, nor what becomes of what others agreed.
func (n newcomer) reads(e journal.Entry) bool {
	return e.Seq >= n.joined && (e.Seq >= n.bound || !slices.Contains(afterwards, Event(e.Event)))
}

// since tells whether something is of a moment when they were in the case.
func (n newcomer) since(at time.Time) bool { return n.joined == 0 || at.After(n.at) }

func entriesOf(proofs []journal.Proof) []journal.Entry {
	out := make([]journal.Entry, len(proofs))
	for i, p := range proofs {
		out[i] = p.Entry
	}
	return out
}
