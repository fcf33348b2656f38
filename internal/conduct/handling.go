package conduct

import (
	"context"
	"errors"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// steps say from where a step may be taken.
var steps = map[string]struct{ from, to string }{
	"complaint_taken_up": {Received, Looking},
	"complaint_decided":  {Looking, Decided},
	"complaint_told":     {Decided, Decided},
}

// handle is the one way in which a complaint changes: found within the grant, its step allowed, written with its next
// version, entered in the record.
func (s *Service) handle(ctx context.Context, g authz.Grant, id ident.ID, expect int64, event string, do func(*db.Tx, *Complaint) (journal.Fact, journal.Words, error)) (Complaint, error) {
	var c Complaint
	err := s.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) (err error) {
		if c, err = within(tx, g, id); err != nil {
			return err
		}
		if err := mayStep(g, c, expect, event); err != nil {
			return err
		}
		if err := s.open(&c); err != nil {
			return err
		}
		from := c.State
		c.State = steps[event].to
		fact, words, err := do(tx, &c)
		if err != nil {
			return err
		}
		c.Version++
		tx.Made(c.ID, c.Version, 200)
		return errors.Join(update(tx, &c), s.record(tx, c, event, from, fact, words))
	})
	var done *db.Done
	if errors.As(err, &done) {
		return s.see(ctx, g, done.ID)
	}
	return c, err
}

// mayStep: the chair handles what is the chair's, the station what is the station's; each step at its time.
func mayStep(g authz.Grant, c Complaint, expect int64, event string) error {
	switch {
	case !mayHandle(g, c):
		return fault.New(fault.Denied, "", "这件投诉由调委会主任处理，您可以查看。", "The committee's chair handles this complaint; you may read it.")
	case expect != c.Version:
		return errStale
	case c.State != steps[event].from:
		return fault.New(fault.Conflict, "complaint_state", "投诉现在的状态是“%[1]s”，不能这样办理。", "The complaint is “%[2]s” now; this is not possible.",
			codes.ComplaintStates.Name(c.State, "zh-CN"), codes.ComplaintStates.Name(c.State, "en"))
	}
	return nil
}

// mayHandle tells whether a complaint is for whoever holds the grant to handle.
func mayHandle(g authz.Grant, c Complaint) bool {
	if by := g.By().Person; mine(g, c) || !by.IsZero() && by == c.RecorderID { // nobody decides on what they complained of, or wrote down
		return false
	}
	if c.ByStation() {
		return g.CoversArea(c.AreaCode)
	}
	return g.CoversCommittee(c.CommitteeID)
}

var errStale = fault.New(fault.Stale, "", "这件投诉刚刚有人处理过。请看过新内容后再试。", "Somebody has just handled this complaint. Please look at it again and retry.")

// TakeUp begins to look into a complaint.
func (s *Service) TakeUp(ctx context.Context, g authz.Grant, id ident.ID, expect int64) (Complaint, error) {
	return s.handle(ctx, g, id, expect, "complaint_taken_up", func(*db.Tx, *Complaint) (journal.Fact, journal.Words, error) { return nil, nil, nil })
}

// Decision is what came of a complaint (R4).
type Decision struct {
	Outcome   string       `json:"outcome" doc:"criticised, ordered, removal, unfounded"`
	Reason    string       `json:"reason" doc:"What was found, and why this follows"`
	Unit      string       `json:"unit,omitempty" doc:"With removal: the unit that elected or engaged the mediator, which alone can remove or dismiss them"`
	DecidedOn calendar.Day `json:"decided_on,omitempty" doc:"Today when left out"`
}

// Decide records what came of a complaint, and sends the complainant word that there is an answer, if there is a way.
func (s *Service) Decide(ctx context.Context, g authz.Grant, id ident.ID, expect int64, in Decision) (Complaint, error) {
	return s.handle(ctx, g, id, expect, "complaint_decided", func(tx *db.Tx, c *Complaint) (journal.Fact, journal.Words, error) {
		today := calendar.DayOf(tx.Now)
		if in.DecidedOn == "" {
			in.DecidedOn = today
		}
		if err := in.check(today, calendar.DayOf(c.ReceivedAt)); err != nil {
			return nil, nil, err
		}
		c.Outcome, c.Reason, c.Unit, c.DecidedOn = in.Outcome, strings.TrimSpace(in.Reason), strings.TrimSpace(in.Unit), in.DecidedOn
		c.ReasonSealed, c.UnitSealed = s.seal(*c, "reason_sealed", c.Reason), s.seal(*c, "unit_sealed", c.Unit)
		sent, err := s.Cases.TellParty(tx, c.CaseID, c.PartyID, "complaint_answer", answered)
		return journal.Fact{"outcome": c.Outcome, "decided_on": c.DecidedOn, "message_sent": sent}, journal.Words{"reason": c.Reason, "unit": c.Unit}, err
	})
}

// answered says nothing of what it is about: others may see the telephone.
var answered = fault.Text{ZH: "【人民调解】您反映的情况已经有了答复，请凭编号 %s 和查询码查看。如有疑问请拨打 12348。",
	EN: "[People's mediation] What you told us of has been answered; please look it up with the reference %s and your code. Questions: 12348."}

func (in Decision) check(today, received calendar.Day) error {
	var bad fault.Check
	bad.Take("outcome", codes.ComplaintOutcomes.Check(in.Outcome))
	switch n := len([]rune(strings.TrimSpace(in.Reason))); {
	case n == 0:
		bad.Add("reason", "请写明核实的情况和理由。", "Please say what was found, and why.")
	case n > maxText:
		bad.Add("reason", "最多 %d 个字。", "At most %d characters.", maxText)
	}
	unit := strings.TrimSpace(in.Unit)
	switch {
	case in.Outcome == Removal && unit == "":
		bad.Add("unit", "罢免或解聘由原选举或聘任单位决定，请写明是哪个单位。", "Only the unit that elected or engaged the mediator removes or dismisses them; please name it.")
	case in.Outcome != Removal && unit != "":
		bad.Add("unit", "只有建议罢免或解聘时才填写单位。", "A unit is named only where removal or dismissal is recommended.")
	case len([]rune(unit)) > 100:
		bad.Add("unit", "最多 %d 个字。", "At most %d characters.", 100)
	}
	if _, err := calendar.ParseDay(string(in.DecidedOn)); err != nil {
		bad.Take("decided_on", err)
	} else if in.DecidedOn.After(today) || in.DecidedOn.Before(received) {
		bad.Add("decided_on", "处理日期应在收到投诉之后、今天之前。", "It is decided after it was received, and not later than today.")
	}
	return bad.Err()
}

// Tell records that the complainant was told what came of it, and how.
func (s *Service) Tell(ctx context.Context, g authz.Grant, id ident.ID, expect int64, channel string) (Complaint, error) {
	return s.handle(ctx, g, id, expect, "complaint_told", func(tx *db.Tx, c *Complaint) (journal.Fact, journal.Words, error) {
		if err := codes.Channels.Check(channel); err != nil {
			return nil, nil, fault.Of(err).At("channel")
		}
		at := tx.Now
		c.ToldAt = &at
		return journal.Fact{"channel": channel}, nil, nil
	})
}

func (s *Service) see(ctx context.Context, g authz.Grant, id ident.ID) (c Complaint, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		if c, err = within(tx, g, id); err != nil {
			return err
		}
		return s.open(&c)
	})
	return c, err
}

// Seen is a complaint with what was done about it.
type Seen struct {
	Complaint
	Own     bool // the reader made it
	History []Step
}

// Step is one act on a complaint.
type Step struct {
	Event string    `json:"event"`
	Role  string    `json:"role"`
	At    time.Time `json:"at"`
}

// See shows a complaint. Whoever made it sees how it stands and what came of it, not the reasons nor who handled it.
func (s *Service) See(ctx context.Context, g authz.Grant, id ident.ID) (Seen, error) {
	var out Seen
	err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		if out.Complaint, err = within(tx, g, id); err != nil {
			return err
		}
		if err = s.open(&out.Complaint); err != nil {
			return err
		}
		if out.Own = mine(g, out.Complaint); out.Own {
			out.hide()
			return nil
		}
		entries, err := s.Journal.Of(tx, id)
		for _, e := range entries {
			out.History = append(out.History, Step{e.Event, string(e.Role), e.OccurredAt})
		}
		return err
	})
	return out, err
}

// mine tells whether the reader made the complaint.
func mine(g authz.Grant, c Complaint) bool {
	by := g.By()
	return !by.Party.IsZero() && by.Party == c.PartyID || !by.Person.IsZero() && by.Person == c.ComplainantID
}

// hide takes out what is not for whoever complained.
func (c *Complaint) hide() { c.Reason, c.Unit, c.RecorderID = "", "", ident.ID{} }

// Asked narrows a list of complaints. Empty fields narrow nothing.
type Asked struct {
	Case, Mediator ident.ID
	State          string
	Area           ident.Area // of the mediator's committee, and what lies in it
	Committee      ident.ID
	From, To       calendar.Day // received on these days, both in
	Upheld         bool         // found right
	After          ident.ID
	Limit          int // 1 to 100; 20 otherwise
}

// Upheld counts the complaints of a list that were found right, as far as somebody may read them; false for who may read none by
// their post.
func (s *Service) Upheld(tx *db.Tx, by actor.Actor, ask Asked) (int64, bool, error) {
	g, err := s.Policy.Allow(by, Reading)
	if fault.Is(err, fault.Denied) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	ask.Upheld = true
	n, err := numberOf(tx, g, ask)
	return n, true, err
}

// List gives the complaints within the grant, newest first, and the one to go on after; zero when that was all.
func (s *Service) List(ctx context.Context, g authz.Grant, ask Asked) ([]Seen, ident.ID, error) {
	if ask.Limit < 1 || ask.Limit > 100 {
		ask.Limit = 20
	}
	if ask.Area != "" && !ident.ValidArea(ask.Area) {
		return nil, ident.ID{}, fault.New(fault.Invalid, "", "没有这个地区。", "There is no such area.").At("area")
	}
	if ask.State != "" {
		if err := codes.ComplaintStates.Check(ask.State); err != nil {
			return nil, ident.ID{}, fault.Of(err).At("state")
		}
	}
	var out []Seen
	err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		rows, err := complaints(tx, g, ask)
		for _, c := range rows {
			err = errors.Join(err, s.open(&c))
			seen := Seen{Complaint: c, Own: mine(g, c)}
			if seen.Own {
				seen.hide()
			}
			out = append(out, seen)
		}
		return err
	})
	if err != nil || len(out) <= ask.Limit {
		return out, ident.ID{}, err
	}
	return out[:ask.Limit], out[ask.Limit-1].ID, nil
}

// Count is how many complaints about a mediator the reader may see, and what came of them.
type Count struct {
	MediatorID ident.ID       `json:"mediator_id"`
	All        int            `json:"all"`
	Open       int            `json:"open"`
	Founded    int            `json:"founded"`
	Unfounded  int            `json:"unfounded"`
	ByKind     map[string]int `json:"by_kind"`
}

// CountOf counts the complaints about a mediator within the grant.
func (s *Service) CountOf(ctx context.Context, g authz.Grant, mediator ident.ID) (Count, error) {
	out := Count{MediatorID: mediator, ByKind: map[string]int{}}
	err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		rows, err := counted(tx, g, mediator)
		for _, r := range rows {
			out.All += r.N
			out.ByKind[r.Kind] += r.N
			switch {
			case r.State != Decided:
				out.Open += r.N
			case r.Outcome == "unfounded":
				out.Unfounded += r.N
			default:
				out.Founded += r.N
			}
		}
		return err
	})
	return out, err
}
