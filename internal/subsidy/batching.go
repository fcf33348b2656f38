package subsidy

import (
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

// HeldUp gives what holds the payment of some cases: something that has to be looked into, or a complaint that is not decided.
// A case that nothing holds is left out.
func (s *Service) HeldUp(tx *db.Tx, county ident.County, cases []ident.ID) (map[ident.ID][]string, error) {
	return s.held(tx, county, cases)
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

// TakeFrom takes a claim out of a batch; it is approved as before, and waits for another.
func (s *Service) TakeFrom(tx *db.Tx, batch, claim ident.ID) error {
	c, err := takenOut(tx, batch, claim)
	if err != nil {
		return err
	}
	return s.record(tx, entry{c.ID, c.Version, "subsidy_taken_out", Batched, Approved, c.AreaCode, journal.Fact{"batch": batch.String()}})
}

// PaidOut marks the claims of a batch as paid.
func (s *Service) PaidOut(tx *db.Tx, batch ident.ID, on calendar.Day) error {
	all, err := InBatch(tx, batch)
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
