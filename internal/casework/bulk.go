package casework

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
	"fengqiao/internal/search"
)

// County is what is known of a county while its history is loaded, and the clock by which it happens.
type County struct {
	Code       ident.County
	Now        func() time.Time
	Random     io.Reader // of ids, seals, salts and references; the same bytes give the same rows
	Calendar   *calendar.Calendar
	Areas      map[ident.Area]registry.Area
	Committees map[ident.ID]registry.Committee
	Mediators  map[ident.ID]registry.Mediator
	Compounds  map[ident.ID]registry.Compound
	Phones     map[ident.ID]string                                // blind indexes of mediators' phones, by person
	Serving    func(p registry.Place) (registry.Committee, error) // who serves a place
}

// Bulk is the room of cases over memory: the acts of its Service work cases there, by the same table, guards and rules
// as everywhere, and Take hands over what they made, to be written in batches. It holds one county and serves one
// goroutine. Filings get no access code, for nobody would hold it.
type Bulk struct {
	*Service
	county  County
	ids     *ident.Maker
	cases   map[ident.ID]*history
	order   []*history
	numbers map[numbered]int64
}

type numbered struct {
	committee ident.ID
	period    string
}

// history is a case in memory with all that its acts have added.
type history struct {
	Case
	entries []journal.Row
	prev    string // hash of the last entry
	visits  []Visit
	checks  []Check
	written written
	dropped []*Agreement
}

// Bulk opens the room of cases over memory for one county.
func (s *Service) Bulk(c County) *Bulk {
	sealing := s.vault.With(c.Random)
	b := &Bulk{county: c, ids: ident.NewMaker(c.Random), cases: map[ident.ID]*history{}, numbers: map[numbered]int64{}}
	b.Service = &Service{policy: s.policy, vault: sealing, caucus: s.caucus.With(c.Random), journal: journal.New(sealing, c.Random), random: c.Random, book: b}
	return b
}

// file is the filing of a case that is kept in memory.
func (b *Bulk) file(_ context.Context, g authz.Grant, f Filing) (Filed, error) {
	d, err := b.deed(b, g, Order{OccurredAt: f.OccurredAt}, f.AreaCode)
	if err != nil {
		return Filed{}, err
	}
	c, err := d.register(f)
	if err != nil {
		return Filed{}, err
	}
	return Filed{View: b.outline(c)}, nil
}

// change is an act on a case that is kept in memory.
func (b *Bulk) change(_ context.Context, g authz.Grant, o Order, do func(*deed, *Case) (note, error)) (View, error) {
	h := b.cases[o.Case]
	if h == nil || g.ViewOf(h.standing(g.By().Person)) == authz.None {
		return View{}, fault.NoSuch()
	}
	if o.Expect != 0 && o.Expect != h.Version {
		return View{}, errStale
	}
	d, err := b.deed(b, g, o, h.AreaCode)
	if err != nil {
		return View{}, err
	}
	if _, err := do(d, &h.Case); err != nil {
		return View{}, err
	}
	return b.outline(&h.Case), nil
}

// outline is what whoever loads history needs to see of a case: where it stands, its parties and its agreement.
func (b *Bulk) outline(c *Case) View {
	v := c.status(authz.Full)
	c.addOutline(&v)
	return v
}

func (b *Bulk) now() time.Time                        { return b.county.Now().UTC().Truncate(time.Microsecond) }
func (b *Bulk) periodsIn(ident.Area) (periods, error) { return periods{cal: b.county.Calendar}, nil } // nothing was set yet
func (b *Bulk) newKey() ident.Key                     { return b.ids.New(b.county.Code, b.now()).Key() }

func (b *Bulk) area(code ident.Area) (registry.Area, error) { return known(b.county.Areas, code) }
func (b *Bulk) compound(id ident.ID) (registry.Compound, error) {
	return known(b.county.Compounds, id)
}
func (b *Bulk) committee(id ident.ID) (registry.Committee, error) {
	return known(b.county.Committees, id)
}
func (b *Bulk) mediator(id ident.ID) (registry.Mediator, error) {
	return known(b.county.Mediators, id)
}
func (b *Bulk) serving(p registry.Place) (registry.Committee, error) { return b.county.Serving(p) }
func (b *Bulk) ties(ident.ID) ([]registry.Tie, error)                { return nil, nil } // none was declared yet
func (b *Bulk) taken(booking) (*clash, error)                        { return nil, errNotInBulk }
func (b *Bulk) satThen(overlap) (*time.Time, error)                  { return nil, nil }   // it would warn nobody
func (b *Bulk) waits(ident.ID) (bool, error)                         { return false, nil } // history
func (b *Bulk) phoneIndexOf(person ident.ID) (string, error)         { return b.county.Phones[person], nil }

var errNotInBulk = errors.New("history is loaded without appointments")

func known[K comparable, V any](all map[K]V, key K) (V, error) {
	v, ok := all[key]
	if !ok {
		return v, fault.NoSuch()
	}
	return v, nil
}

func (b *Bulk) number(committee ident.ID, period string) (int64, error) {
	b.numbers[numbered{committee, period}]++
	return b.numbers[numbered{committee, period}], nil
}

// reference draws one; Write sees to it that no two cases have the same.
func (b *Bulk) reference(ident.ID) (string, error) {
	r, err := ident.MakeReference(b.random)
	return string(r), err
}

func (b *Bulk) agreements(c *Case) (int, error) {
	n := len(b.cases[c.ID].dropped)
	for _, a := range []*Agreement{c.Agreement, c.Former} {
		if a != nil {
			n++
		}
	}
	return n, nil
}

func (b *Bulk) attachments(ident.ID) ([]attachmentRow, error) { return nil, nil }

// write keeps the next version of a case and its entry in memory.
func (b *Bulk) write(c *Case, e journal.Entry) error {
	h := b.cases[c.ID]
	if h == nil {
		h = &history{}
		b.cases[c.ID], b.order = h, append(b.order, h)
		for i := range c.Sides { // at once, for the conflict check compares their indexes
			b.sealParty(&c.Sides[i])
		}
	}
	c.Version++
	row, err := b.journal.Chain(b.newKey().ID, e, b.now(), h.prev)
	if err != nil {
		return fmt.Errorf("history of %s: %w", c.ID, err)
	}
	h.entries, h.prev = append(h.entries, row), row.Hash
	h.visits, h.checks, h.dropped = append(h.visits, c.Visits...), append(h.checks, c.Checks...), append(h.dropped, c.Dropped...)
	h.written.add(c.Written)
	c.remember()
	if c != &h.Case {
		h.Case = *c
	}
	return nil
}

// Take hands over the cases made so far, sealed and ready for Write, and forgets them.
func (b *Bulk) Take() (*Batch, error) {
	out := &Batch{County: b.county.Code, random: b.random}
	for _, h := range b.order {
		if err := b.add(out, h); err != nil {
			return nil, err
		}
	}
	b.cases, b.order = map[ident.ID]*history{}, nil
	return out, nil
}

// Numbers hands over where the counting of the county's committees stands, when its history is complete.
func (b *Bulk) Numbers() *Batch {
	out := &Batch{County: b.county.Code}
	for n, last := range b.numbers {
		out.numbers = append(out.numbers, counterRow{CountyCode: b.county.Code, CommitteeID: n.committee, Period: n.period, Last: last})
	}
	return out
}

// add seals what a case holds and puts its rows into a batch.
func (b *Bulk) add(out *Batch, h *history) error {
	c := &h.Case
	c.Visits, c.Checks = h.visits, h.checks
	b.sealHead(&c.Head)
	b.sealFindings(c)
	words, err := wordsOf(b, c)
	if err != nil {
		return err
	}
	out.words = append(out.words, search.RowsOf(c.ID, words)...)
	for i := range c.Sittings {
		if err := b.sealSitting(&c.Sittings[i]); err != nil {
			return err
		}
	}
	out.heads = append(out.heads, c.Head)
	out.sides = append(out.sides, c.Sides...)
	out.people = append(out.people, c.People...)
	b.sealTransfers(c.Transfers)
	b.sealReferralsOut(c.ReferralsOut)
	out.referralsOut = append(out.referralsOut, c.ReferralsOut...)
	if c.Referral != nil {
		b.sealReferral(c.Referral)
		out.referrals, out.results = append(out.referrals, *c.Referral), append(out.results, c.Results...)
	}
	out.transfers = append(out.transfers, c.Transfers...)
	out.sittings = append(out.sittings, c.Sittings...)
	out.attendance = append(out.attendance, attendanceOf(func() ident.Key { return b.ids.New(b.county.Code, c.LastEventAt).Key() }, c.Sittings)...)
	out.tasks = append(out.tasks, c.Tasks...)
	out.present = append(out.present, mediatorsOf(func() ident.Key { return b.ids.New(b.county.Code, c.LastEventAt).Key() }, c.Sittings)...)
	out.written.add(h.written)
	out.visits, out.checks, out.entries = append(out.visits, c.Visits...), append(out.checks, c.Checks...), append(out.entries, h.entries...)
	texts := h.dropped
	if c.Agreement != nil {
		texts = append(texts, c.Agreement)
	}
	for _, a := range texts {
		b.sealAgreement(a)
		out.agreements = append(out.agreements, *a)
		out.clauses, out.obligations = append(out.clauses, a.Clauses...), append(out.obligations, a.Obligations...)
		out.signatures = append(out.signatures, a.Signatures...)
	}
	return nil
}

// Batch are finished rows of one county, in the order in which they were made.
type Batch struct {
	County       ident.County
	random       io.Reader
	heads        []Head
	sides        []Party
	people       []Participant
	transfers    []Transfer
	referrals    []Referral
	results      []Result
	referralsOut []ReferralOut
	sittings     []Session
	attendance   []attendance
	agreements   []Agreement
	clauses      []Clause
	obligations  []Obligation
	signatures   []Signature
	visits       []Visit
	checks       []Check
	tasks        []Task
	present      []sessionMediator
	written      written
	entries      []journal.Row
	numbers      []counterRow
	words        []search.Row
}

// Cases is how many cases a batch holds.
func (b *Batch) Cases() int { return len(b.heads) }

// Write enters a batch in a transaction of its county. taken holds the references given so far, of all counties.
func (b *Batch) Write(tx *db.Tx, taken map[string]bool) error {
	references := make(map[string]ident.ID, len(b.heads))
	for i := range b.heads {
		h := &b.heads[i]
		for taken[h.Reference] {
			r, err := ident.MakeReference(b.random)
			if err != nil {
				return err
			}
			h.Reference = string(r)
		}
		taken[h.Reference], references[h.Reference] = true, h.ID
	}
	return b.insert(tx, references)
}
