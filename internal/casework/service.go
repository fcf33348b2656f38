package casework

import (
	"cmp"
	"context"
	"errors"
	"io"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/files"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/vault"
)

// Service works cases. Every change of a case goes through act, and leaves one journal entry.
type Service struct {
	db      *db.Store
	policy  *authz.Policy
	journal *journal.Journal
	vault   *vault.Vault
	caucus  *vault.Caucus
	signer  *vault.Signer
	files   *files.Files
	random  io.Reader
	book    book

	phoneIndex func(tx *db.Tx, person ident.ID) (string, error)
	heldBy     func(tx *db.Tx, id ident.ID) (bool, error)
	endVisits  func(tx *db.Tx, caseID, party ident.ID) error

	queue      Queue
	knock, let func(ctx context.Context, reference, address string) error
	holdPerson func(tx *db.Tx, person ident.ID) error
	looked     func(ctx context.Context, by actor.Actor, action authz.Action, of ident.ID) error
	countCode  func(tx *db.Tx, party ident.ID, address string) (again time.Time, err error)
}

// Parts are what a Service is made of.
type Parts struct {
	DB      *db.Store
	Policy  *authz.Policy
	Journal *journal.Journal
	Vault   *vault.Vault
	Caucus  *vault.Caucus // keys of the notes of caucuses
	Signer  *vault.Signer // of receipts; nil where none are given, as when history is loaded
	Files   *files.Files
	Random  io.Reader // cryptographic chance, for codes

	// PhoneIndex is the blind index of a person's own telephone, for the conflict check; the room of accounts knows it.
	PhoneIndex func(tx *db.Tx, person ident.ID) (string, error)
	// Knock counts a try to come in by a reference and a code, and refuses where there were too many; Opened begins the count
	// anew. The room of accounts counts.
	Knock, Opened func(ctx context.Context, reference, address string) error
	// CountCode counts a code for signing that is about to be sent to a party at an address; where there were too many it tells
	// from when on there may be another. The room of accounts counts.
	CountCode func(tx *db.Tx, party ident.ID, address string) (again time.Time, err error)
	// HoldPerson keeps others from counting what a person did until the transaction ends. The room of accounts does.
	HoldPerson func(tx *db.Tx, person ident.ID) error
	// Looked notes that somebody looks at something of a case, or at what is about none; a room above keeps it.
	Looked func(ctx context.Context, by actor.Actor, action authz.Action, of ident.ID) error
	// Held tells whether a case waits for somebody to look into it; a room above knows. nil holds none.
	Held func(tx *db.Tx, id ident.ID) (bool, error)
	// Queue is where filings wait; the zero one keeps none.
	Queue Queue
	// EndVisits ends what was opened with a party's earlier code, at once; the room of accounts keeps the sessions.
	EndVisits func(tx *db.Tx, caseID, party ident.ID) error
}

// New makes a Service.
func New(p Parts) *Service {
	s := &Service{db: p.DB, policy: p.Policy, journal: p.Journal, vault: p.Vault, caucus: p.Caucus, signer: p.Signer, files: p.Files, random: p.Random, phoneIndex: p.PhoneIndex, heldBy: p.Held, knock: p.Knock, let: p.Opened, endVisits: p.EndVisits, countCode: p.CountCode, holdPerson: p.HoldPerson, looked: p.Looked, queue: p.Queue}
	s.book = rows{s}
	return s
}

// Order is what every act on a case brings: whose case, the version it was decided on (0: a party's own act, which binds
// to what was shown and not to a version), and the legal moment if it is not now.
type Order struct {
	Case       ident.ID
	Expect     int64
	OccurredAt *time.Time

	// Beside writes what another room keeps of the act, in the same transaction; nil where none does.
	Beside func(tx *db.Tx) error
}

func (o Order) beside(tx *db.Tx) error {
	if o.Beside == nil {
		return nil
	}
	return o.Beside(tx)
}

// note is what an act leaves in the journal, and what it wants to tell whoever acted.
type note struct {
	fact     journal.Fact
	words    journal.Words
	party    ident.ID   // who acted, or on whose behalf it was recorded
	hat      actor.Role // in which it was done, where the first of somebody's posts that may is not it
	event    Event      // where the act turned into another one (record_consent into party_refuses)
	undone   State      // the state in which an end was made that this act takes back
	then     Event      // what the system does in the same transaction (become_effective)
	warnings []fault.Text

	formerUnsafe bool // others may read where the party was written to before
}

// deed is an act under way: who may do it, by which calendar, and when it happened. An act changes the case in memory;
// keep writes what differs.
type deed struct {
	*Service
	office
	tx    *db.Tx // nil where history is loaded: acts that need more than an office cannot be done there
	grant authz.Grant
	periods
	at     time.Time // the legal moment
	helper *Helper   // as whom somebody acts for a party; nil for everybody else
	quiet  bool      // one of several acts that are entered together: the parties are told of the whole
}

// today is the legal day on which the act is written.
func (d *deed) today() calendar.Day { return dayOf(d.now()) }

// act is the one way in which a case changes: load within the grant, ask the lifecycle table, let the act check its own
// rules and change its rows, write the case with its next version, enter the journal.
//
// Faults: Missing out of reach; Stale when the version seen is old; Conflict "lifecycle" with the possible steps when
// the state does not allow it, "rule.<id>" when a rule of law does not.
func (s *Service) act(ctx context.Context, g authz.Grant, o Order, e Event, do func(*deed, *Case) (note, error)) (View, error) {
	return s.book.change(ctx, g, o, func(d *deed, c *Case) (note, error) { return d.perform(d, c, e, do) })
}

// inTx is an act in a transaction, on a case of a place.
func (s *Service) inTx(tx *db.Tx, g authz.Grant, o Order, place ident.Area) (*deed, error) {
	d, err := s.deed(counter{s, tx}, g, o, place)
	if err == nil {
		d.tx = tx
	}
	return d, err
}

// Earliest is the day of the first rules on mediation committees, 人民调解委员会暂行组织通则: nothing happened before it.
const Earliest calendar.Day = "1954-03-22"

func (s *Service) deed(in office, g authz.Grant, o Order, place ident.Area) (*deed, error) {
	p, err := in.periodsIn(place)
	if err != nil {
		return nil, err
	}
	d := &deed{Service: s, office: in, grant: g, periods: p, at: in.now()}
	if o.OccurredAt != nil && g.By().IsStaff() {
		if o.OccurredAt.After(in.now()) {
			return nil, fault.New(fault.Invalid, "", "发生时间不能晚于现在。", "It cannot have happened later than now.").At("occurred_at")
		}
		if dayOf(*o.OccurredAt).Before(Earliest) {
			return nil, fault.New(fault.Invalid, "", "日期太早：人民调解委员会从 1954 年才有，请核对年份。", "That is too early: there have been mediation committees since 1954. Please check the year.").At("occurred_at")
		}
		d.at = o.OccurredAt.UTC().Truncate(time.Microsecond)
	}
	return d, nil
}

// perform does one event and whatever the system adds to it.
func (s *Service) perform(d *deed, c *Case, e Event, do func(*deed, *Case) (note, error)) (note, error) {
	t, ok := transition(e, c.State)
	if !ok {
		return note{}, s.notNow(d.grant, c, e, d.now())
	}
	if err := d.comes(c, e); err != nil {
		return note{}, err
	}
	if err := errors.Join(c.heldByTransfer(e), d.inOrder(c, e)); err != nil {
		return note{}, err
	}
	if err := t.Check(c); err != nil {
		return note{}, err
	}
	from := c.State
	n, err := do(d, c)
	if err != nil {
		return note{}, err
	}
	if n.event != "" {
		if t, ok = transition(n.event, from); !ok {
			return note{}, s.notNow(d.grant, c, n.event, d.now())
		}
	}
	c.State = t.LeadsTo(c, n.undone)
	if err := d.keep(c, t.Event, from, n); err != nil {
		return note{}, err
	}
	if n.then != "" {
		return n, s.systemStep(d, c, n.then)
	}
	return n, nil
}

// systemStep is what a rule brings about by itself after an act.
func (s *Service) systemStep(d *deed, c *Case, e Event) error {
	t, ok := transition(e, c.State)
	if !ok || !t.open(c) {
		return nil
	}
	from := c.State
	fact := d.becomeEffective(c)
	c.State = t.LeadsTo(c, "")
	return d.keep(c, e, from, note{fact: fact})
}

// keep writes the case with its next version and enters the journal.
func (d *deed) keep(c *Case, e Event, from State, n note) error {
	if d.at.After(c.LastEventAt) {
		c.LastEventAt = d.at
	}
	c.Restricted = c.Violence || c.hasChild(d.today())
	d.upToDate(c)
	d.settleOffers(c)
	d.dueNext(c)
	if err := d.reportBack(c, e, from); err != nil {
		return err
	}
	by := filerOf(d.grant.By(), c)
	if e == BecomeEffective || e == Remind {
		by = actor.System
	} else if err := d.actedFor(c, &n); err != nil {
		return err
	}
	if err := d.tellOf(c, e, n); err != nil {
		return err
	}
	return d.write(c, journal.Entry{Case: c.ID, Seq: c.Version + 1, Event: string(e), From: string(from), To: string(c.State),
		Actor: by.Person, Role: cmp.Or(n.hat, d.hat(by, c)), Party: n.party, OccurredAt: d.at, Fact: n.fact, Words: n.words})
}

// hat is the hat in which somebody does this: of several posts in the committee, the first that may. A mediator who stands in for the
// chair mediates as themselves, and decides as the chair.
func (d *deed) hat(by actor.Actor, c *Case) actor.Role {
	for _, p := range by.Posts {
		if p.Committee != c.CommitteeID || p.Committee.IsZero() {
			continue
		}
		if rows, err := d.policy.RowsFor(p.Role, d.grant.Action()); err == nil && len(rows) > 0 {
			return p.Role
		}
	}
	return roleOf(by, c)
}

// roleOf is the hat in which somebody acted on this case.
func roleOf(by actor.Actor, c *Case) actor.Role {
	if !by.Case.IsZero() {
		return by.Part
	}
	for _, p := range by.Posts {
		if p.Committee == c.CommitteeID && !p.Committee.IsZero() {
			return p.Role
		}
	}
	for _, part := range c.partsOf(by.Person) {
		if part == authz.PartApplicant || part == authz.PartRespondent || part == authz.PartAgent {
			return actor.Role(part)
		}
	}
	if len(by.Posts) > 0 {
		return by.Posts[0].Role
	}
	return actor.Anyone
}

func (s *Service) notNow(g authz.Grant, c *Case, e Event, now time.Time) error {
	next, _, err := s.next(g.By(), c, now)
	if err != nil {
		return err
	}
	return notNow(e, c.State).With("next", next).With("state", c.State)
}

// actingParty is the party that acts: by code the code's own; a signed-in person's own; staff name the party for whom
// they record. Fault Invalid when that party is none of the case's.
func (d *deed) actingParty(c *Case, named ident.ID) (*Party, error) {
	by := d.grant.By()
	own := by.Party
	for _, p := range c.People {
		if own.IsZero() && !by.Person.IsZero() && p.PersonID == by.Person && p.EndedAt == nil && !p.PartyID.IsZero() {
			own = p.PartyID
		}
	}
	id := named
	if !own.IsZero() {
		if !named.IsZero() && named != own { // whatever post they hold elsewhere: who stands on a side is not staff here
			return nil, fault.New(fault.Denied, "", "您只能代表自己。", "You can act only for yourself.")
		}
		if id.IsZero() {
			id = own
		}
	}
	if p := c.party(id); p != nil {
		return p, nil
	}
	return nil, fault.New(fault.Invalid, "", "请选择本案的当事人。", "Please choose a party of this case.").At("party_id")
}

// byParty tells whether a party acts, in person or by whoever acts for it, and not staff on its behalf.
func (d *deed) byParty(p *Party) bool {
	by := d.grant.By()
	return by.Party == p.ID || !by.Person.IsZero() && by.Person == p.PersonID || d.helper != nil && d.helper.PartyID == p.ID
}
