package fieldwork

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Prevention is something that a committee kept from happening (预防; columns 41–49 of the case table): whom it concerned,
// how many, what was done and what shows it. It counts once a second person has confirmed it.
type Prevention struct {
	ident.Key
	CommitteeID    ident.ID     `gorm:"column:committee_id"`
	AreaCode       ident.Area   `gorm:"column:area_code"`
	Kind           int          `gorm:"column:kind"` // codes.Preventions
	PreventedOn    calendar.Day `gorm:"column:prevented_on"`
	Persons        int          `gorm:"column:persons"`
	WhoSealed      []byte       `gorm:"column:who_sealed"`
	DoneSealed     []byte       `gorm:"column:done_sealed"`
	EvidenceSealed []byte       `gorm:"column:evidence_sealed"`
	Who            string       `gorm:"-"`
	Done           string       `gorm:"-"`
	Evidence       string       `gorm:"-"`
	RoundID        ident.ID     `gorm:"column:round_id"`
	RecordedAt     time.Time    `gorm:"column:recorded_at"`
	RecordedBy     ident.ID     `gorm:"column:recorded_by"`
	ConfirmedAt    *time.Time   `gorm:"column:confirmed_at"`
	ConfirmedBy    ident.ID     `gorm:"column:confirmed_by"`
}

// TableName is the table's.
func (Prevention) TableName() string { return "prevention_records" }

// Counts tells whether the record counts in statistics.
func (p Prevention) Counts() bool { return p.ConfirmedAt != nil }

const mostPersons = 100_000 // of one event; more is a slip of the hand

// NewPrevention is what is recorded of an event that was prevented.
type NewPrevention struct {
	Committee   ident.ID     `json:"committee_id,omitempty,omitzero" doc:"The recorder's committee, where they have several"`
	AreaCode    ident.Area   `json:"area_code,omitempty" doc:"Where; else the committee's own place"`
	Kind        int          `json:"kind" doc:"1 suicide, 2 a civil dispute turning criminal, 3 a mass petition, 4 a mass fight"`
	PreventedOn calendar.Day `json:"prevented_on,omitempty" doc:"Today when left out"`
	Persons     int          `json:"persons" doc:"How many it concerned, one at least"`
	Who         string       `json:"who" doc:"Whom it concerned"`
	Done        string       `json:"done" doc:"What was done"`
	Evidence    string       `json:"evidence" doc:"What shows it"`

	round ident.ID
}

// RecordPrevention enters an event of the recorder's committee. Faults as RecordRound.
func (s *Service) RecordPrevention(ctx context.Context, g authz.Grant, in NewPrevention) (Prevention, error) {
	return s.prevented(ctx, g, in, func(*db.Tx, ident.ID) error { return nil })
}

// prevented enters an event; beside writes what else belongs to it, in the same transaction.
func (s *Service) prevented(ctx context.Context, g authz.Grant, in NewPrevention, beside func(*db.Tx, ident.ID) error) (Prevention, error) {
	c, err := s.committeeOf(ctx, g, Screening, in.Committee)
	if err != nil {
		return Prevention{}, err
	}
	if in.AreaCode == "" {
		in.AreaCode = c.AreaCode
	}
	var p Prevention
	err = s.store.Do(ctx, g.By(), c.CountyCode, func(tx *db.Tx) error {
		var bad fault.Check
		bad.Take("area_code", placeOf(tx, c, in.AreaCode))
		if p, err = in.checked(bad, calendar.DayOf(tx.Now)); err != nil {
			return err
		}
		p.Key, p.CommitteeID, p.RecordedAt, p.RecordedBy = tx.NewKey(), c.ID, tx.Now, tx.By.Person
		p.WhoSealed, p.DoneSealed, p.EvidenceSealed = s.seal(p.TableName(), "who_sealed", p.ID, p.Who), s.seal(p.TableName(), "done_sealed", p.ID, p.Done),
			s.seal(p.TableName(), "evidence_sealed", p.ID, p.Evidence)
		tx.Made(p.ID, 1, 201)
		if err := insertRow(tx, &p); err != nil {
			return err
		}
		return beside(tx, p.ID)
	})
	var done *db.Done
	if errors.As(err, &done) {
		return s.Prevention(ctx, g, done.ID)
	}
	return p, err
}

func (in NewPrevention) checked(bad fault.Check, today calendar.Day) (Prevention, error) {
	p := Prevention{AreaCode: in.AreaCode, Kind: in.Kind, PreventedOn: in.PreventedOn, Persons: in.Persons, RoundID: in.round,
		Who: strings.TrimSpace(in.Who), Done: strings.TrimSpace(in.Done), Evidence: strings.TrimSpace(in.Evidence)}
	if p.PreventedOn == "" {
		p.PreventedOn = today
	}
	bad.Take("kind", codes.Preventions.Check(strconv.Itoa(p.Kind)))
	bad.Take("prevented_on", checkDay(p.PreventedOn, today))
	if p.Persons < 1 || p.Persons > mostPersons {
		bad.Add("persons", "请填写涉及的人数，至少 1 人。", "Give how many people it concerned, one at least.")
	}
	for _, t := range []struct{ at, text string }{{"who", p.Who}, {"done", p.Done}, {"evidence", p.Evidence}} {
		switch n := len([]rune(t.text)); {
		case n == 0:
			bad.Add(t.at, "请填写这一项。", "Please fill this in.")
		case n > maxText:
			bad.Add(t.at, "最多 %d 个字。", "At most %d characters.", maxText)
		}
	}
	return p, bad.Err()
}

func (s *Service) openPrevention(g authz.Grant, p *Prevention) error {
	view := g.ViewOf(authz.Standing{Committee: p.CommitteeID, Area: p.AreaCode})
	return errors.Join(s.open(view, p.TableName(), "who_sealed", p.ID, p.WhoSealed, &p.Who), s.open(view, p.TableName(), "done_sealed", p.ID, p.DoneSealed, &p.Done),
		s.open(view, p.TableName(), "evidence_sealed", p.ID, p.EvidenceSealed, &p.Evidence))
}

// Prevention shows one record.
func (s *Service) Prevention(ctx context.Context, g authz.Grant, id ident.ID) (p Prevention, err error) {
	err = s.store.Read(ctx, g.By(), func(tx *db.Tx) error {
		if p, err = preventionWithin(tx, g, id); err != nil {
			return err
		}
		return s.openPrevention(g, &p)
	})
	return p, err
}

// PreventionsAsked narrows a list of records. Empty fields narrow nothing.
type PreventionsAsked struct {
	Narrowing
	Committee ident.ID
	Kind      int
	Confirmed string       // "true", "false" or ""
	From, To  calendar.Day // prevented in these days, both in
	After     Position
	Limit     int
}

// Preventions gives the records within the grant, the latest day first.
func (s *Service) Preventions(ctx context.Context, g authz.Grant, ask PreventionsAsked) ([]Prevention, *Position, error) {
	if err := errors.Join(inOrder(ask.From, ask.To), ask.check()); err != nil {
		return nil, nil, err
	}
	ask.Limit = pageSize(ask.Limit)
	var rows []Prevention
	err := s.store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		if rows, err = preventions(tx, g, ask); err != nil {
			return err
		}
		for i := range rows {
			err = errors.Join(err, s.openPrevention(g, &rows[i]))
		}
		return err
	})
	if err != nil || len(rows) <= ask.Limit {
		return rows, nil, err
	}
	last := rows[ask.Limit-1]
	return rows[:ask.Limit], &Position{last.PreventedOn, last.ID}, nil
}

// Confirm lets a record count: a second person, of the committee or of its station, has looked at what shows it.
//
// Faults: Denied "second_person" for who recorded it; Conflict when it was confirmed before.
func (s *Service) Confirm(ctx context.Context, g authz.Grant, id ident.ID) (Prevention, error) {
	var p Prevention
	err := s.store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) (err error) {
		if p, err = preventionWithin(tx, g, id); err != nil {
			return err
		}
		if p.RecordedBy == tx.By.Person {
			return fault.New(fault.Denied, "second_person", "预防记录须由另一个人核实，不能自己核实自己。", "A prevention record is confirmed by somebody else, not by who recorded it.")
		}
		if err := account.StandsApart(tx, "second_person", p.RecordedAt, p.RecordedBy); err != nil {
			return err
		}
		if p.Counts() {
			return errConfirmed
		}
		at := tx.Now
		p.ConfirmedAt, p.ConfirmedBy = &at, tx.By.Person
		tx.Made(p.ID, 1, 200)
		if err := confirm(tx, p); err != nil {
			return err
		}
		return s.openPrevention(g, &p)
	})
	var done *db.Done
	if errors.As(err, &done) {
		return s.Prevention(ctx, g, done.ID)
	}
	return p, err
}

var errConfirmed = fault.New(fault.Conflict, "confirmed", "这条记录已经核实过了。", "This record was confirmed before.")
