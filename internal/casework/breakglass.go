package casework

import (
	"context"
	"errors"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// What two people may decide about a note, and how they decided.
const (
	ToRead    = "read"
	ToDestroy = "destroy"

	decisionApproved = "approved"
	decisionRefused  = "refused"
)

// readWithin is how long an approval to read lasts; it serves once.
const readWithin = 24 * time.Hour

// ReadOnce is the journal's name for a reading that two people decided; it moves nothing and has a route of its own.
const ReadOnce Event = "read_note"

// noteEvents are the acts about notes of caucuses, possible wherever there is one.
var noteEvents = []Event{HandOverNote, DiscloseNote, RequestNote, DecideNote}

// NoteAsking is one person's request about a note.
type NoteAsking struct {
	Session ident.ID `json:"session_id"`
	Purpose string   `json:"purpose" doc:"read: once, by who asks; destroy: its key, so that nobody reads it again"`
	Reason  string   `json:"reason_code" doc:"B1–B4 to read, K1–K3 to destroy"`
	Why     string   `json:"why" doc:"In words, for who decides; do not repeat what was said in the caucus"`
}

// noteRequest is such a request with what became of it.
type noteRequest struct {
	ident.Key
	CaseID        ident.ID   `gorm:"column:case_id"`
	SessionID     ident.ID   `gorm:"column:session_id"`
	Purpose       string     `gorm:"column:purpose"`
	Reason        string     `gorm:"column:reason_code"`
	RequestedBy   ident.ID   `gorm:"column:requested_by"`
	RequestedRole string     `gorm:"column:requested_role"`
	RequestedAt   time.Time  `gorm:"column:requested_at"`
	Decision      string     `gorm:"column:decision"` // empty while it waits
	DecidedBy     ident.ID   `gorm:"column:decided_by"`
	DecidedAt     *time.Time `gorm:"column:decided_at"`
	ReadAt        *time.Time `gorm:"column:read_at"`
}

// TableName is the table's.
func (noteRequest) TableName() string { return "caucus_requests" }

// RequestNote asks to read a note in spite of the wall, or to destroy its key. To read asks the committee's chair or the
// justice station, and the other of the two decides; to destroy asks a reader of the note or the chair.
func (s *Service) RequestNote(ctx context.Context, g authz.Grant, o Order, in NoteAsking) (View, error) {
	return s.act(ctx, g, o, RequestNote, func(d *deed, c *Case) (note, error) {
		if err := in.check(); err != nil {
			return note{}, err
		}
		v, err := c.caucusFor(d.grant.By(), in.Session)
		if err != nil {
			return note{}, err
		}
		role := d.noteHat(c)
		if err := d.mayAsk(*v, in.Purpose, role); err != nil {
			return note{}, err
		}
		r := noteRequest{Key: d.newKey(), CaseID: c.ID, SessionID: v.ID, Purpose: in.Purpose, Reason: in.Reason, RequestedBy: d.grant.By().Person,
			RequestedRole: string(role), RequestedAt: d.now()}
		return note{fact: r.fact(v, ""), words: journal.Words{"reason": in.Why}, hat: role}, addRequest(d.tx, r)
	})
}

func (in NoteAsking) check() error {
	var bad fault.Check
	switch in.Purpose {
	case ToRead:
		bad.Take("reason_code", codes.NoteReadings.Check(in.Reason))
	case ToDestroy:
		bad.Take("reason_code", codes.NoteDestructions.Check(in.Reason))
	default:
		bad.Add("purpose", "请选择阅读或销毁。", "Please choose to read or to destroy.")
	}
	need(&bad, "why", in.Why, maxShort)
	return bad.Err()
}

// noteHat is the hat in which somebody asks or decides about a note: the chair's or the station's where they hold it for this case,
// whatever else they are in it. A mediator who stands in for the chair is the chair here.
func (d *deed) noteHat(c *Case) actor.Role {
	by := d.grant.By()
	for _, role := range []actor.Role{actor.Chair, actor.StationOfficer} {
		if c.heldHere(by, role) {
			return role
		}
	}
	return roleOf(by, c)
}

func (d *deed) mayAsk(v Session, purpose string, role actor.Role) error {
	reader, err := reads(d.tx, v.ID, d.grant.By().Person)
	switch {
	case err != nil:
		return err
	case purpose == ToRead && reader:
		return fault.New(fault.Conflict, "reader_already", "您在场，可以直接阅读。", "You were present and can read it as it is.")
	case purpose == ToRead && role != actor.Chair && role != actor.StationOfficer:
		return fault.New(fault.Denied, "", "只有主任或司法所可以申请阅读。", "Only the chair or the justice station may ask to read it.")
	case purpose == ToDestroy && !reader && role != actor.Chair:
		return fault.New(fault.Denied, "", "只有在场的调解员或主任可以申请销毁。", "Only a mediator who was present, or the chair, may ask to destroy it.")
	}
	_, closed, found, err := noteOf(d.tx, v.ID)
	if err == nil && (!found || len(closed.Sealed) == 0) {
		err = fault.New(fault.Conflict, "no_note", "这次单方会谈没有写笔录。", "No note was written of this caucus.")
	}
	return err
}

// fact is what the journal keeps of a request and of what became of it: the receipt that the caucus's party sees.
func (r noteRequest) fact(v *Session, decision string) journal.Fact {
	f := caucusFact(v, journal.Fact{"request": r.ID.String(), "purpose": r.Purpose, "reason": r.Reason})
	if decision != "" {
		f["decision"] = decision
	}
	return f
}

// NoteDecision is the second person's word on a request.
type NoteDecision struct {
	Request  ident.ID `json:"request_id"`
	Decision string   `json:"decision" doc:"approved or refused"`
	Why      string   `json:"why,omitempty"`
}

// DecideNote is the second person's decision on a request. Approved, who asked may read the note once within 24 hours,
// or its key is destroyed at once and for good.
func (s *Service) DecideNote(ctx context.Context, g authz.Grant, o Order, in NoteDecision) (View, error) {
	return s.act(ctx, g, o, DecideNote, func(d *deed, c *Case) (note, error) {
		r, v, err := d.waiting(c, in)
		if err != nil {
			return note{}, err
		}
		if err := d.mayDecide(r, c, in.Decision); err != nil {
			return note{}, err
		}
		at := d.now()
		r.Decision, r.DecidedBy, r.DecidedAt = in.Decision, d.grant.By().Person, &at
		if err := decideRequest(d.tx, r); err != nil {
			return note{}, err
		}
		if r.Purpose == ToDestroy && r.Decision == decisionApproved {
			err = destroyKey(d.tx, v.ID, r.Reason)
		}
		n := note{fact: r.fact(v, r.Decision), hat: d.noteHat(c)}
		if in.Why != "" {
			n.words = journal.Words{"reason": in.Why}
		}
		return n, err
	})
}

// waiting is the request that a decision is about, and its caucus.
func (d *deed) waiting(c *Case, in NoteDecision) (noteRequest, *Session, error) {
	var bad fault.Check
	if in.Decision != decisionApproved && in.Decision != decisionRefused {
		bad.Add("decision", "请选择同意或不同意。", "Please choose approved or refused.")
	}
	atMost(&bad, "why", in.Why, maxShort)
	if err := bad.Err(); err != nil {
		return noteRequest{}, nil, err
	}
	all, err := requestsOf(d.tx, c.ID)
	if err != nil {
		return noteRequest{}, nil, err
	}
	for _, r := range all {
		if r.ID != in.Request {
			continue
		}
		if r.Decision != "" {
			return r, nil, fault.New(fault.Conflict, "decided", "这项申请已经有了决定。", "This request was decided already.")
		}
		v, err := c.caucusFor(d.grant.By(), r.SessionID)
		return r, v, err
	}
	return noteRequest{}, nil, fault.New(fault.Invalid, "", "没有这项申请。", "There is no such request.").At("request_id")
}

// mayDecide: another person decides, and on a reading one of the other house: the station where the committee's chair
// asks, the chair where the station does. Whoever has stood in for the one who asked, or they for them, approves nothing.
func (d *deed) mayDecide(r noteRequest, c *Case, decision string) error {
	by, role := d.grant.By(), d.noteHat(c)
	houses := role == actor.Chair || role == actor.StationOfficer
	if by.Person == r.RequestedBy || !houses || r.Purpose == ToRead && string(role) == r.RequestedRole {
		return fault.New(fault.Denied, "second_person", "须由另一个人决定：主任申请的由司法所决定，司法所申请的由主任决定。",
			"Another person decides: the justice station where the chair asks, the chair where the station asks.")
	}
	if decision != decisionApproved {
		return nil
	}
	return account.StandsApart(d.tx, "second_person", r.RequestedAt, r.RequestedBy)
}

var errNoApproval = fault.New(fault.Denied, "caucus_note", "没有同意您阅读的有效决定：须另一人同意，24 小时内只能读一次。",
	"There is no decision in force that lets you read it: another person must agree, and it serves once within 24 hours.")

// BreakGlass reads a note once, by an approval that another person gave within the last 24 hours. It is entered in the
// journal; the caucus's party sees who by role, when and by which reason.
func (s *Service) BreakGlass(ctx context.Context, g authz.Grant, id, session ident.ID) (NoteView, error) {
	var out NoteView
	err := s.db.Do(ctx, g.By(), id.County(), func(tx *db.Tx) error {
		c, err := s.find(tx, g, id)
		if err != nil {
			return err
		}
		v, err := c.caucusFor(g.By(), session)
		if err != nil {
			return err
		}
		r, err := approvedFor(tx, v.ID, g.By().Person)
		if err != nil {
			return err
		}
		if out, err = s.openNote(tx, *v); err != nil {
			return err
		}
		if err := spendRequest(tx, r); err != nil {
			return err
		}
		d, err := s.inTx(tx, g, Order{}, c.AreaCode)
		if err != nil {
			return err
		}
		tx.Made(c.ID, c.Version+1, 200)
		return d.keep(c, ReadOnce, c.State, note{fact: r.fact(v, ""), hat: actor.Role(r.RequestedRole)})
	})
	var done *db.Done
	if errors.As(err, &done) { // sent again: it was read once
		return NoteView{}, errNoApproval
	}
	if err != nil {
		return NoteView{}, err
	}
	return out, nil
}

// RequestView is a request about a note, for those who may decide it.
type RequestView struct {
	ID          ident.ID  `json:"id"`
	SessionID   ident.ID  `json:"session_id"`
	Purpose     string    `json:"purpose"`
	Reason      string    `json:"reason_code"`
	Role        string    `json:"role" doc:"In which post it was asked"`
	RequestedAt time.Time `json:"requested_at"`
	Decision    string    `json:"decision,omitempty"`
	Read        bool      `json:"read,omitempty"`
}
