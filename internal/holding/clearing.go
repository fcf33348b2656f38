package holding

import (
	"cmp"
	"context"
	"crypto/sha256"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// What is noted of a filing that waits.
const (
	looked   = "looked"
	released = "released"
	dropped  = "dropped"
	restored = "restored"
	mended   = "mended" // its place or its kind was changed
	proven   = "proven" // it was let in by a code to its telephone
)

// Asked is which filings are asked for.
type Asked struct {
	State string
	After ident.ID
	Limit int
}

// Sum is how many filings are in a state, for a reason.
type Sum struct {
	State  string `json:"state"`
	Reason string `json:"reason,omitempty"`
	N      int64  `json:"count"`
	Urgent int64  `json:"urgent"`
}

// Held is a filing that waits, as a committee sees it.
type Held struct {
	ID          ident.ID         `json:"id"`
	Version     int64            `json:"version"`
	State       string           `json:"state" doc:"waiting, dropped, destroyed or released"`
	CommitteeID ident.ID         `json:"committee_id"`
	Committee   string           `json:"committee"`
	AreaCode    ident.Area       `json:"area_code"`
	CameAt      time.Time        `json:"received_at"`
	DueAt       *time.Time       `json:"due_at,omitempty" doc:"When it becomes a case by itself, or is destroyed if it was dropped"`
	Bound       string           `json:"bound" doc:"What too many came of: phone, address or committee"`
	Urgent      bool             `json:"urgent" doc:"Somebody is in danger or afraid, the applicant says"`
	Trouble     string           `json:"trouble,omitempty" doc:"Why it cannot become a case as it is: place, kind, other or unopened. It becomes none by itself then"`
	Reason      string           `json:"reason,omitempty"`
	Words       string           `json:"words,omitempty"`
	Title       string           `json:"title,omitempty"`
	Files       int              `json:"files" doc:"How many came with it; they are seen in the case"`
	Filing      *casework.Filing `json:"filing,omitempty" doc:"What was told; when one is read"`
	Events      []Event          `json:"events,omitempty" doc:"Who looked and what they did; when one is read"`
}

// Event is that somebody looked at a filing, or what they did with it.
type Event struct {
	Name  string    `json:"name" doc:"Empty: the program, when the time had come"`
	Event string    `json:"event"`
	At    time.Time `json:"at"`
}

func (s *Service) shown(tx *db.Tx, r heldRow) (h Held, t told, err error) {
	h = Held{ID: r.ID, Version: r.Version, State: r.State, CommitteeID: r.CommitteeID, AreaCode: r.AreaCode, CameAt: r.CameAt, DueAt: r.DueAt, Bound: r.Bound, Urgent: r.Urgent, Reason: r.Reason, Trouble: r.Trouble}
	if t, err = s.open(r); err != nil {
		h.Trouble = Unopened // one that does not open hides no other
		h.Committee, _, err = registry.NameOf(tx, r.CommitteeID)
		return h, t, err
	}
	h.Title, h.Files, h.Trouble = t.Filing.Title, len(t.Files), r.stillWrong()
	if len(r.WordsSealed) > 0 {
		if h.Words, err = s.Vault.Open(placeOfWords(r.ID), r.WordsSealed); err != nil {
			return h, t, err
		}
	}
	h.Committee, _, err = registry.NameOf(tx, r.CommitteeID)
	return h, t, err
}

// List gives filings of a state, and where the next page begins.
func (s *Service) List(ctx context.Context, g authz.Grant, ask Asked) (out []Held, next *ident.ID, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		rows, err := list(tx, g, ask)
		if err != nil {
			return err
		}
		if len(rows) > ask.Limit {
			rows = rows[:ask.Limit]
			next = &rows[ask.Limit-1].ID
		}
		for _, r := range rows {
			h, _, err := s.shown(tx, r)
			if err != nil {
				return err
			}
			out = append(out, h)
		}
		return nil
	})
	return out, next, err
}

// Sums gives how many filings there are by state and reason: who supervises sees how many were dropped.
func (s *Service) Sums(ctx context.Context, g authz.Grant) (out []Sum, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		out, err = sums(tx, g)
		return err
	})
	return out, err
}

// MostCounted is how far filings that wait are counted for a desk; more are that many and more.
const MostCounted = 99

// Waiting is how many filings wait, how many of them in fear, and how many cannot become cases as they are.
type Waiting struct{ All, Urgent, Stuck int }

// Waiting counts what waits within a grant.
func (s *Service) Waiting(ctx context.Context, g authz.Grant) (w Waiting, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		w, err = waitingNow(tx, g)
		return err
	})
	return w, err
}

// See shows one filing whole. Who looks is noted, once a day.
func (s *Service) See(ctx context.Context, g authz.Grant, id ident.ID) (h Held, err error) {
	by := g.By()
	by.Once = actor.Once{}
	err = s.Store.Do(ctx, by, id.County(), func(tx *db.Tx) error {
		r, err := within(tx, g, id)
		if err != nil {
			return err
		}
		before, err := lookedSince(tx, r, calendar.DayOf(tx.Now).Start())
		if err == nil && !before {
			err = noted(tx, r, looked)
		}
		if err != nil {
			return err
		}
		var t told
		if h, t, err = s.shown(tx, r); err != nil {
			return err
		}
		if len(r.FilingSealed) > 0 && h.Trouble != Unopened {
			h.Filing = masked(t.Filing)
		}
		h.Events, err = s.eventsOf(tx, r)
		return err
	})
	return h, err
}

// masked is what was told without what a case masks too: identity numbers, addresses and e-mail are seen in the case, by
// whoever says why.
func masked(f casework.Filing) *casework.Filing {
	hide := func(p casework.PartyIn) casework.PartyIn {
		p.IDNumber, p.Address, p.Email, p.BornOn = ident.IDNumber(p.IDNumber).Masked(), "", "", ""
		return p
	}
	if f.Applicant != nil {
		p := hide(*f.Applicant)
		f.Applicant = &p
	}
	respondents := make([]casework.PartyIn, 0, len(f.Respondents))
	for _, p := range f.Respondents {
		respondents = append(respondents, hide(p))
	}
	f.Respondents = respondents
	return &f
}

func (s *Service) eventsOf(tx *db.Tx, r heldRow) (out []Event, err error) {
	rows, err := eventsOf(tx, r)
	for _, e := range rows {
		one := Event{Event: e.Event, At: e.At}
		if !e.PersonID.IsZero() && err == nil {
			one.Name, err = s.Name(tx, e.PersonID)
		}
		out = append(out, one)
	}
	return out, err
}

// change does something to a filing within a grant, in one transaction. What is sent again is done once.
func (s *Service) change(ctx context.Context, g authz.Grant, id ident.ID, do func(*db.Tx, heldRow) error) error {
	by := g.By()
	if !by.Once.IsZero() { // several are cleared by one form
		by.Once.Key = sha256.Sum256(append(by.Once.Key[:], id[:]...))
	}
	return s.Store.Do(ctx, by, id.County(), func(tx *db.Tx) error {
		r, err := within(tx, g, id)
		if err != nil {
			return err
		}
		tx.Made(id, 0, 200)
		return do(tx, r)
	})
}

// Mending is what a committee says of a filing whose place or kind is not there any more.
type Mending struct {
	AreaCode ident.Area `json:"area_code,omitempty" doc:"Another place in the same county; a compound that was named falls away"`
	Category string     `json:"category,omitempty" doc:"Another kind of dispute"`
}

// Release makes a case of a filing that waits, or of one that was dropped and is not destroyed; with another place or kind where the
// committee says so.
func (s *Service) Release(ctx context.Context, g authz.Grant, id ident.ID, m Mending) error {
	err := s.change(ctx, g, id, func(tx *db.Tx, r heldRow) error {
		t, err := s.open(r)
		if err != nil {
			return err
		}
		if m == (Mending{}) {
			return s.releaseAs(tx, r, t, released)
		}
		if r.Trouble == "" || r.Trouble == Unopened { // what the applicant said stands, while it can
			return errSound
		}
		if m.AreaCode != "" && m.AreaCode.County() != r.CountyCode {
			return fault.New(fault.Invalid, "", "请选择本县（市、区）内的地点。", "Please choose a place in the same county.").At("area_code")
		}
		if m.AreaCode != "" && m.AreaCode != t.Filing.AreaCode {
			t.Filing.AreaCode, t.Filing.CompoundID = m.AreaCode, ident.ID{}
		}
		if m.Category != "" {
			t.Filing.Category = m.Category
		}
		if err := noted(tx, r, mended); err != nil {
			return err
		}
		return s.releaseAs(tx, r, t, released)
	})
	if trouble := troubleOf(err); trouble != "" && m == (Mending{}) {
		r, found, failed := s.find(ctx, id)
		if failed == nil && found {
			failed = s.mark(ctx, r, trouble)
		}
		if failed != nil {
			return failed
		}
	}
	return err
}

// releaseAs makes a case of a filing; as is what is noted of it.
func (s *Service) releaseAs(tx *db.Tx, r heldRow, t told, as string) error {
	if r.State != Waits && r.State != Dropped {
		return errSettled
	}
	from := r.State
	r.State, r.DueAt, r.FilingSealed, r.Reason, r.WordsSealed = Released, nil, nil, "", nil
	if err := settle(tx, r, from); err != nil { // first: who comes second makes no second case
		return err
	}
	if err := s.Cases.NothingMore(tx, r.ID); err != nil {
		return err
	}
	if err := s.Cases.FileWaiting(tx, r.waiting(t)); err != nil {
		return &unfit{err}
	}
	return noted(tx, r, as)
}

// Drop puts a filing aside. It can be undone for seven days; then what was told is destroyed.
func (s *Service) Drop(ctx context.Context, g authz.Grant, id ident.ID, d Drop) error {
	if err := d.check(); err != nil {
		return err
	}
	return s.change(ctx, g, id, func(tx *db.Tx, r heldRow) error {
		if r.State != Waits {
			return errSettled
		}
		if n, err := restorings(tx, r); err != nil || n >= mostRestored {
			return cmp.Or(err, error(errTwice))
		}
		until := tx.Now.Add(droppedFor)
		r.State, r.DueAt, r.Reason = Dropped, &until, d.Reason
		if words := strings.TrimSpace(d.Words); words != "" {
			r.WordsSealed = s.Vault.Seal(placeOfWords(r.ID), words)
		}
		if err := settle(tx, r, Waits); err != nil {
			return err
		}
		if err := s.Cases.NothingMore(tx, r.ID); err != nil {
			return err
		}
		return noted(tx, r, dropped)
	})
}

// Restore takes a dropping back: the filing waits again, as long as it would have and at least a day.
func (s *Service) Restore(ctx context.Context, g authz.Grant, id ident.ID) error {
	return s.change(ctx, g, id, func(tx *db.Tx, r heldRow) error {
		if r.State != Dropped {
			return errSettled
		}
		until, err := dueAt(tx, r)
		if err != nil {
			return err
		}
		r.State, r.DueAt, r.Reason, r.WordsSealed = Waits, &until, "", nil
		if err := settle(tx, r, Dropped); err != nil {
			return err
		}
		return noted(tx, r, restored)
	})
}
