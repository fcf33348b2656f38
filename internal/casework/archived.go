package casework

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// Correction is a change of an archived case that somebody asked for: a dossier is read-only, R7, and what is wrong in it
// is put right by two people.
type Correction struct {
	ident.Key
	CaseID       ident.ID   `gorm:"column:case_id"`
	SetSealed    []byte     `gorm:"column:set_sealed"` // the Changes, as JSON
	Set          string     `gorm:"-"`
	ReasonSealed []byte     `gorm:"column:reason_sealed"`
	Reason       string     `gorm:"-"`
	AskedBy      ident.ID   `gorm:"column:asked_by"`
	AskedAt      time.Time  `gorm:"column:asked_at"`
	DecidedBy    ident.ID   `gorm:"column:decided_by"`
	DecidedAt    *time.Time `gorm:"column:decided_at"`
	Approved     bool       `gorm:"column:approved"`
}

// TableName is the table's.
func (Correction) TableName() string { return "corrections" }

// Correcting asks for a correction of an archived case, or decides on one that another person asked for.
type Correcting struct {
	Set      Changes  `json:"set,omitzero" doc:"What is to be put right"`
	Reason   string   `json:"reason" doc:"Why; also of a decision"`
	Decides  ident.ID `json:"correction_id,omitempty,omitzero" doc:"The correction that is decided on"`
	Approves *bool    `json:"approve,omitempty" doc:"With correction_id: true puts it right, false refuses it"`
}

// Correct puts an archived case right, R7: one person asks, with the change and the reason, and another approves, who
// has not stood in for them since, nor they for the other. The chair and the justice station are such people. Old and new values stand in the journal; the case stays archived.
func (s *Service) Correct(ctx context.Context, g authz.Grant, o Order, in Correcting) (View, error) {
	return s.act(ctx, g, o, Correct, func(d *deed, c *Case) (note, error) {
		if err := needReason(in.Reason); err != nil {
			return note{}, err
		}
		if in.Decides.IsZero() {
			return d.askCorrection(c, in)
		}
		return d.decideCorrection(c, in)
	})
}

// waitsFor tells whether a correction that somebody asked for waits for another person: until then there is nothing for
// them to do about it.
func (c *Case) waitsFor(person ident.ID) bool {
	return slices.ContainsFunc(c.Corrections, func(r Correction) bool { return r.DecidedAt == nil && r.AskedBy == person })
}

func (d *deed) askCorrection(c *Case, in Correcting) (note, error) {
	if slices.ContainsFunc(c.Corrections, func(r Correction) bool { return r.DecidedAt == nil }) {
		return note{}, fault.New(fault.Conflict, "pending", "还有一项更正等待批准。", "Another correction waits for approval.")
	}
	if err := in.Set.check(d, c); err != nil {
		return note{}, err
	}
	trial, n := *c, note{fact: journal.Fact{}, words: journal.Words{}}
	if c.Agreement != nil {
		text := *c.Agreement
		trial.Agreement = &text
	}
	in.Set.change(d, &trial, &n)
	if len(n.fact)+len(n.words) == 0 {
		return note{}, fault.New(fault.Invalid, "", "没有任何改动。", "Nothing was changed.").At("set")
	}
	text, err := json.Marshal(in.Set)
	if err != nil {
		return note{}, err
	}
	r := Correction{Key: d.newKey(), CaseID: c.ID, Set: string(text), Reason: strings.TrimSpace(in.Reason), AskedBy: d.grant.By().Person, AskedAt: d.now()}
	c.Corrections = append(c.Corrections, r)
	return note{fact: journal.Fact{"correction": r.ID.String(), "step": "asked"}, words: journal.Words{"reason": r.Reason, "set": r.Set},
		warnings: []fault.Text{fault.Say("已提出更正，须由另一人（主任或司法所）批准后生效。", "The correction is asked for; it takes effect when another person, the chair or the station, approves it.")}}, nil
}

// answersFor tells whether somebody chairs the committee that leads the case, or sits in the station that it lies with: what they hold
// elsewhere is no office here.
func (c *Case) answersFor(by actor.Actor) bool {
	return c.heldHere(by, actor.Chair) || c.heldHere(by, actor.StationOfficer)
}

// heldHere tells whether somebody holds a post in the committee that leads the case, or over its area.
func (c *Case) heldHere(by actor.Actor, role actor.Role) bool {
	return slices.ContainsFunc(by.Posts, func(p actor.Post) bool {
		return p.Role == role && (!p.Committee.IsZero() && p.Committee == c.CommitteeID || p.Area != "" && p.Area.Covers(c.AreaCode))
	})
}

func (d *deed) decideCorrection(c *Case, in Correcting) (note, error) {
	i := slices.IndexFunc(c.Corrections, func(r Correction) bool { return r.ID == in.Decides && r.DecidedAt == nil })
	switch by := d.grant.By(); {
	case i < 0:
		return note{}, fault.New(fault.Invalid, "", "没有等待批准的这项更正。", "There is no such correction waiting.").At("correction_id")
	case in.Approves == nil:
		return note{}, fault.New(fault.Invalid, "", "请选择批准或不批准。", "Please approve or refuse.").At("approve")
	case by.Person == c.Corrections[i].AskedBy:
		return note{}, fault.New(fault.Denied, "second_person", "更正须由提出人以外的人批准。", "A correction is approved by somebody other than who asked for it.")
	case *in.Approves && !c.answersFor(by):
		return note{}, fault.New(fault.Denied, "second_person", "更正由主任或司法所批准。", "A correction is approved by the chair or the justice station.")
	}
	r, now := &c.Corrections[i], d.now()
	if *in.Approves {
		if err := account.StandsApart(d.tx, "second_person", r.AskedAt, r.AskedBy); err != nil {
			return note{}, err
		}
	}
	r.DecidedBy, r.DecidedAt, r.Approved = d.grant.By().Person, &now, *in.Approves
	n := note{fact: journal.Fact{"correction": r.ID.String(), "step": "refused"}, words: journal.Words{"reason": strings.TrimSpace(in.Reason)}}
	if !r.Approved {
		return n, nil
	}
	n.fact["step"] = "approved"
	var set Changes
	if err := json.Unmarshal([]byte(r.Set), &set); err != nil {
		return n, err
	}
	if err := set.check(d, c); err != nil {
		return n, err
	}
	set.change(d, c, &n)
	return n, nil
}
