package subsidy

import (
	"errors"

	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// What the room of payments does with claims: it takes those that were approved, and says when they were paid.

// Days are a period of closing, both days in, and what is claimed for in it.
type Days struct {
	County ident.County
	Kind   string // codes.SubsidyKinds
	From   calendar.Day
	To     calendar.Day
}

// Approvals are the approved claims of a period with their shares, at most so many. They are held until the transaction ends: two
// batches that are made at once do not share one.
func Approvals(tx *db.Tx, in Days, most int) ([]Seen, error) {
	rows, err := approved(tx, in, most)
	if err != nil {
		return nil, err
	}
	return withShares(tx, rows)
}

// HeldUp gives what holds the payment of some claims of a county, by claim: something that has to be looked into, a complaint
// that is not decided, or somebody who was barred since. A claim that nothing holds is left out.
func (s *Service) HeldUp(tx *db.Tx, county ident.County, all []Seen) (map[ident.ID][]string, error) {
	return s.held(tx, county, all)
}

// Sentences say some codes in a language.
func Sentences(of []string, lang string) []string { return sentences(of, lang) }

// PutInto puts approved claims into a batch.
func (s *Service) PutInto(tx *db.Tx, batch ident.ID, all []Seen) error {
	ids := make([]ident.ID, 0, len(all))
	for _, c := range all {
		ids = append(ids, c.ID)
	}
	if err := setBatch(tx, batch, ids); err != nil {
		return err
	}
	acts := make([]entry, 0, len(all))
	for _, c := range all {
		acts = append(acts, entry{c.ID, c.Version + 1, "subsidy_batched", Approved, Batched, c.AreaCode, journal.Fact{"batch": batch.String(), "fen": c.Fen}})
	}
	return s.record(tx, acts...)
}

// TakeFrom takes a claim out of a batch; it is approved as before, and waits for another. Where somebody who shares in it was
// barred since, it goes back to be approved anew.
func (s *Service) TakeFrom(tx *db.Tx, batch, claim ident.ID) error {
	c, err := takenOut(tx, batch, claim)
	if err != nil {
		return err
	}
	if err := s.record(tx, entry{c.ID, c.Version, "subsidy_taken_out", Batched, Approved, c.AreaCode, journal.Fact{"batch": batch.String()}}); err != nil {
		return err
	}
	return s.sendBack(tx, []Claim{c})
}

// sendBack sends those of some approved claims back to be approved anew in which somebody shares who is barred by now: what
// they would be paid is the others', and where there are none it is refused.
func (s *Service) sendBack(tx *db.Tx, approved []Claim) error {
	if len(approved) == 0 {
		return nil
	}
	all, err := withShares(tx, approved)
	if err != nil {
		return err
	}
	barred, err := barredSince(tx, tx.County, all)
	if err != nil {
		return err
	}
	for _, c := range all {
		if !barred[c.ID] {
			continue
		}
		c.State, c.ApprovedBy, c.Version = Examined, ident.ID{}, c.Version+1
		if err := errors.Join(updateClaim(tx, &c.Claim), s.record(tx, entry{c.ID, c.Version, "subsidy_sent_back", Approved, Examined, c.AreaCode, nil})); err != nil {
			return err
		}
	}
	return nil
}

// InBatch are the claims of a batch with their shares.
func InBatch(tx *db.Tx, batch ident.ID) ([]Seen, error) {
	rows, err := inBatch(tx, batch)
	if err != nil {
		return nil, err
	}
	return withShares(tx, rows)
}

// PaidOut marks the claims of a batch as paid.
func (s *Service) PaidOut(tx *db.Tx, batch ident.ID, on calendar.Day) error {
	all, err := inBatch(tx, batch)
	if err != nil {
		return err
	}
	acts := make([]entry, 0, len(all))
	for _, c := range all {
		acts = append(acts, entry{c.ID, c.Version + 1, "subsidy_paid", Batched, Paid, c.AreaCode, journal.Fact{"paid_on": on}})
	}
	if err := s.record(tx, acts...); err != nil {
		return err
	}
	return setPaid(tx, batch)
}
