package casework

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/vault"
)

// caucusKind is a session with one party alone.
const caucusKind = "caucus"

// Note is what was said in a caucus. It is sealed under a key of its own, and nothing else of the program holds it.
type Note struct {
	Record      string `json:"record,omitempty"`
	Result      string `json:"result,omitempty"`
	Matter      string `json:"matter,omitempty"`
	Interviewee string `json:"interviewee,omitempty"`
}

func (n Note) length() int {
	return utf8.RuneCountInString(n.Record) + utf8.RuneCountInString(n.Result) + utf8.RuneCountInString(n.Matter) + utf8.RuneCountInString(n.Interviewee)
}

// whole is the note as one text.
func (n Note) whole() string {
	parts := slices.DeleteFunc([]string{n.Matter, n.Interviewee, n.Record, n.Result}, func(s string) bool { return strings.TrimSpace(s) == "" })
	return strings.Join(parts, "\n")
}

// noteKey is the wrapped data key of a note.
type noteKey struct {
	ident.Key
	CaseID      ident.ID   `gorm:"column:case_id"`
	SessionID   ident.ID   `gorm:"column:session_id"`
	Wrapped     []byte     `gorm:"column:wrapped_key"`
	MadeAt      time.Time  `gorm:"column:made_at"`
	DestroyedAt *time.Time `gorm:"column:destroyed_at"`
	Reason      string     `gorm:"column:reason_code"` // codes.NoteDestructions
}

// TableName is the table's.
func (noteKey) TableName() string { return "caucus_keys" }

type sealedNote struct {
	ident.Key
	CaseID    ident.ID `gorm:"column:case_id"`
	SessionID ident.ID `gorm:"column:session_id"`
	Sealed    []byte   `gorm:"column:note_sealed"`
}

// TableName is the table's.
func (sealedNote) TableName() string { return "caucus_notes" }

// noteReader is somebody who may read a note: a mediator who was present, or one to whom it was handed over.
type noteReader struct {
	ident.Key
	CaseID     ident.ID  `gorm:"column:case_id"`
	SessionID  ident.ID  `gorm:"column:session_id"`
	MediatorID ident.ID  `gorm:"column:mediator_id"`
	PersonID   ident.ID  `gorm:"column:person_id"`
	Channel    string    `gorm:"column:channel"` // of the party's consent; empty for who was present
	Since      time.Time `gorm:"column:since"`
}

// TableName is the table's.
func (noteReader) TableName() string { return "caucus_readers" }

// written is a note that an act has made, as it is kept.
type written struct {
	keys    []noteKey
	notes   []sealedNote
	readers []noteReader
}

func (w *written) add(o written) {
	w.keys, w.notes, w.readers = append(w.keys, o.keys...), append(w.notes, o.notes...), append(w.readers, o.readers...)
}

// putAway takes what was said out of the record of a caucus and seals it: the session keeps how long it is.
func (d *deed) putAway(c *Case, v *Session) error {
	n := Note{Record: v.Record, Result: v.Result, Matter: v.Details.Matter, Interviewee: v.Details.Interviewee}
	v.Record, v.Result, v.Details.Matter, v.Details.Interviewee = "", "", "", ""
	if v.NoteLength = n.length(); v.NoteLength == 0 {
		return nil
	}
	text, err := json.Marshal(n)
	if err != nil {
		return err
	}
	wrapped, closed := d.caucus.Seal(v.ID, string(text))
	c.Written.keys = append(c.Written.keys, noteKey{Key: d.newKey(), CaseID: c.ID, SessionID: v.ID, Wrapped: wrapped, MadeAt: d.now()})
	c.Written.notes = append(c.Written.notes, sealedNote{Key: d.newKey(), CaseID: c.ID, SessionID: v.ID, Sealed: closed})
	for _, m := range v.Mediators {
		c.Written.readers = append(c.Written.readers, noteReader{Key: d.newKey(), CaseID: c.ID, SessionID: v.ID, MediatorID: m, PersonID: c.personOf(m), Since: d.now()})
	}
	return nil
}

// personOf is who a mediator of the case is.
func (c *Case) personOf(mediator ident.ID) ident.ID {
	for _, p := range c.People {
		if p.MediatorID == mediator {
			return p.PersonID
		}
	}
	return ident.ID{}
}

// NoteView is a note as its readers see it.
type NoteView struct {
	SessionID ident.ID `json:"session_id"`
	Note
}

var errNotPresent = fault.New(fault.Denied, "caucus_note", "单方会谈的笔录只有在场的调解员可以阅读；经该当事人同意可以交接或公开。",
	"Only the mediators who were present may read the note of a caucus; with that party's consent it may be handed over or disclosed.")

// ReadNote gives the note of a caucus to a mediator who was present, or to whom it was handed over: to nobody else of the
// staff, not the chair, not a later host.
//
// Faults: Denied "caucus_note"; Conflict "note_destroyed" once its key is gone.
func (s *Service) ReadNote(ctx context.Context, g authz.Grant, id, session ident.ID) (NoteView, error) {
	var out NoteView
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		c, err := s.find(tx, g, id)
		if err != nil {
			return err
		}
		v, err := c.caucusFor(g.By(), session)
		if err != nil {
			return err
		}
		can, err := reads(tx, v.ID, g.By().Person)
		if err != nil {
			return err
		}
		if !can {
			return errNotPresent
		}
		out, err = s.openNote(tx, *v)
		return err
	})
	return out, err
}

// caucusFor finds a caucus of the case by its session; for a party only its own: the other does not hear that there is
// one.
func (c *Case) caucusFor(by actor.Actor, session ident.ID) (*Session, error) {
	i := slices.IndexFunc(c.Sittings, func(v Session) bool { return v.ID == session && v.Kind == caucusKind })
	if i < 0 || !c.Sittings[i].mayKnow(c, by) {
		return nil, fault.NoSuch()
	}
	return &c.Sittings[i], nil
}

// mayKnow tells whether somebody may know that a caucus was held: staff, and its own party.
func (v Session) mayKnow(c *Case, by actor.Actor) bool {
	me := partyOfReader(by, c)
	return me.IsZero() && by.IsStaff() || slices.Contains(v.Attending, me)
}

func (s *Service) openNote(tx *db.Tx, v Session) (NoteView, error) {
	out := NoteView{SessionID: v.ID}
	key, closed, found, err := noteOf(tx, v.ID)
	switch {
	case err != nil:
		return out, err
	case !found:
		return out, fault.New(fault.Conflict, "no_note", "这次单方会谈没有写笔录。", "No note was written of this caucus.")
	case key.DestroyedAt != nil:
		return out, fault.New(fault.Conflict, "note_destroyed", "这份笔录的密钥已于 %s 销毁，任何人都无法再阅读。", "The key of this note was destroyed on %s; nobody can read it any more.", dayOf(*key.DestroyedAt))
	}
	text, err := s.caucus.Open(v.ID, key.Wrapped, closed.Sealed)
	if errors.Is(err, vault.ErrSealed) {
		return out, fault.New(fault.Conflict, "note_key", "系统里没有能打开这份笔录的密钥，请联系系统管理员。", "The key that opens this note is not here; please ask the administrator of the system.").Because(err)
	}
	if err != nil {
		return out, err
	}
	return out, json.Unmarshal([]byte(text), &out.Note)
}

// HandingOver makes another mediator of the case a reader of a note.
type HandingOver struct {
	Session  ident.ID `json:"session_id"`
	Mediator ident.ID `json:"mediator_id" doc:"Host or co-mediator of the case"`
	Channel  string   `json:"channel,omitempty" doc:"Staff: how the party consented (in_person, phone, link, paper, relayed)"`
}

// HandOverNote lets another mediator of the case read a note, with the consent of the caucus's party: given by the party
// itself, or recorded by somebody else than who is to read it.
func (s *Service) HandOverNote(ctx context.Context, g authz.Grant, o Order, in HandingOver) (View, error) {
	return s.act(ctx, g, o, HandOverNote, func(d *deed, c *Case) (note, error) {
		v, p, err := d.caucusOf(c, in.Session)
		if err != nil {
			return note{}, err
		}
		if in.Channel, err = d.channel(p, in.Channel); err != nil {
			return note{}, err
		}
		reader := noteReader{Key: d.newKey(), CaseID: c.ID, SessionID: v.ID, MediatorID: in.Mediator, PersonID: c.personOf(in.Mediator), Channel: in.Channel, Since: d.now()}
		if !c.mediates(in.Mediator) {
			return note{}, fault.New(fault.Invalid, "", "请选择办理本案的调解员。", "Please choose a mediator of this case.").At("mediator_id")
		}
		if reader.PersonID == d.grant.By().Person {
			return note{}, fault.New(fault.Denied, "second_person", "不能由接收笔录的人自己记录当事人的同意。", "Who is to read the note cannot record the party's consent themselves.")
		}
		if err := account.StandsApart(d.tx, "second_person", v.StartsAt, reader.PersonID); err != nil {
			return note{}, err
		}
		if err := addReader(d.tx, reader); err != nil {
			return note{}, err
		}
		return note{fact: caucusFact(v, journal.Fact{"mediator": in.Mediator.String(), "channel": in.Channel})}, nil
	})
}

// caucusOf is a caucus that whoever acts may know of, and its party.
func (d *deed) caucusOf(c *Case, session ident.ID) (*Session, *Party, error) {
	v, err := c.caucusFor(d.grant.By(), session)
	if err != nil {
		return nil, nil, err
	}
	p := c.party(v.Attending[0])
	if p == nil {
		return nil, nil, fault.New(fault.Conflict, "party_removed", "这位当事人已不在本案中，无法再征得同意。", "This party has left the case and cannot be asked any more.")
	}
	return v, p, nil
}

// caucusFact is what the journal keeps of an act about a note: not with whom the caucus was.
func caucusFact(v *Session, more journal.Fact) journal.Fact {
	more["session"], more["kind"] = v.ID.String(), caucusKind
	return more
}

// Disclosing tells the others what a party lets be told.
type Disclosing struct {
	Session ident.ID `json:"session_id"`
	Text    string   `json:"text,omitempty" doc:"What may be told, word for word"`
	Whole   bool     `json:"whole,omitempty" doc:"The whole note, instead of a text"`
	Channel string   `json:"channel,omitempty" doc:"Staff: how the party consented"`
}

// disclosure is what was told to the others.
type disclosure struct {
	ident.Key
	CaseID      ident.ID  `gorm:"column:case_id"`
	SessionID   ident.ID  `gorm:"column:session_id"`
	PartyID     ident.ID  `gorm:"column:party_id"`
	TextSealed  []byte    `gorm:"column:text_sealed"`
	Text        string    `gorm:"-"`
	Whole       bool      `gorm:"column:whole"`
	Channel     string    `gorm:"column:channel"`
	DisclosedAt time.Time `gorm:"column:disclosed_at"`
}

// TableName is the table's.
func (disclosure) TableName() string { return "caucus_disclosures" }

// DiscloseNote shows a text from a caucus, or all of it, to the other parties and the staff of the case, with the party's
// consent: a text that the party itself states, or that a reader of the note records. From then on it is sealed like any
// other record, and can be read by whoever reads the case.
func (s *Service) DiscloseNote(ctx context.Context, g authz.Grant, o Order, in Disclosing) (View, error) {
	return s.act(ctx, g, o, DiscloseNote, func(d *deed, c *Case) (note, error) {
		v, p, err := d.caucusOf(c, in.Session)
		if err != nil {
			return note{}, err
		}
		if in.Channel, err = d.channel(p, in.Channel); err != nil {
			return note{}, err
		}
		out := disclosure{Key: d.newKey(), CaseID: c.ID, SessionID: v.ID, PartyID: p.ID, Whole: in.Whole, Channel: in.Channel, DisclosedAt: d.now()}
		if out.Text, err = d.toldOf(*v, p, in); err != nil {
			return note{}, err
		}
		return note{party: p.ID, fact: journal.Fact{"session": v.ID.String(), "whole": in.Whole, "channel": in.Channel, "length": utf8.RuneCountInString(out.Text)}},
			d.addDisclosure(d.tx, out)
	})
}

// toldOf is the text that a disclosure shows.
func (d *deed) toldOf(v Session, p *Party, in Disclosing) (string, error) {
	var bad fault.Check
	if in.Whole == (strings.TrimSpace(in.Text) != "") {
		bad.Add("text", "请写明可以告诉对方的话，或选择公开全部笔录，二者选一。", "Please state the text that may be told, or choose the whole note: one of the two.")
	}
	atMost(&bad, "text", in.Text, maxFacts)
	if err := bad.Err(); err != nil {
		return "", err
	}
	can, err := reads(d.tx, v.ID, d.grant.By().Person)
	if err != nil {
		return "", err
	}
	if !can && (in.Whole || !d.byParty(p)) {
		return "", errNotPresent
	}
	if !in.Whole {
		return strings.TrimSpace(in.Text), nil
	}
	n, err := d.openNote(d.tx, v)
	return n.whole(), err
}

// DisclosedView is what a party let be told.
type DisclosedView struct {
	PartyID ident.ID  `json:"party_id"`
	Text    string    `json:"text"`
	Whole   bool      `json:"whole,omitempty"`
	At      time.Time `json:"at"`
}
