package subsidy

import (
	"context"
	"errors"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// Barred is that somebody must not be paid for part-time work: an official, a judge in office.
type Barred struct {
	ident.Key
	Version    int64        `gorm:"column:version"`
	PersonID   ident.ID     `gorm:"column:person_id"`
	MediatorID ident.ID     `gorm:"column:mediator_id"`
	Name       string       `gorm:"column:name"`
	AreaCode   ident.Area   `gorm:"column:area_code"`
	FromOn     calendar.Day `gorm:"column:from_on"`
	ToOn       calendar.Day `gorm:"column:to_on"` // the last day; none while it lasts
	Reason     string       `gorm:"column:reason"`
	EnteredBy  ident.ID     `gorm:"column:entered_by"`
}

// TableName is the table's.
func (Barred) TableName() string { return "subsidy_barred" }

// NewBar bars somebody.
type NewBar struct {
	Mediator ident.ID     `json:"mediator_id"`
	From     calendar.Day `json:"from" doc:"For cases closed from this day on"`
	Reason   string       `json:"reason" doc:"The rule, and the office that they hold"`
}

// Bar enters that somebody must not be paid from a day on. What was paid before stays; what was approved and is in no batch goes
// back to be approved anew.
//
// Faults: Missing for a mediator out of reach; Conflict where they are barred already; Invalid says all that is wrong.
func (s *Service) Bar(ctx context.Context, g authz.Grant, in NewBar) (Barred, error) {
	var out Barred
	err := s.Store.Do(ctx, g.By(), in.Mediator.County(), func(tx *db.Tx) error {
		m, err := mediatorWithin(tx, g, in.Mediator)
		if err != nil {
			return err
		}
		var bad fault.Check
		if _, err := calendar.ParseDay(string(in.From)); err != nil {
			bad.Take("from", err)
		}
		out = Barred{Key: tx.NewKey(), Version: 1, PersonID: m.PersonID, MediatorID: m.ID, Name: m.Name, FromOn: in.From, Reason: words(&bad, "reason", in.Reason, 2, 200), EnteredBy: tx.By.Person}
		if err := bad.Err(); err != nil {
			return err
		}
		if out.AreaCode, err = areaOf(tx, m.CommitteeID); err != nil {
			return err
		}
		all, err := barredOf(tx, m.CountyCode, []ident.ID{m.PersonID})
		if err != nil {
			return err
		}
		for _, b := range all {
			if b.ToOn.IsZero() {
				return fault.New(fault.Conflict, "barred", "已经登记过。", "This is entered already.")
			}
		}
		tx.Made(out.ID, 1, 201)
		if err := errors.Join(insertBar(tx, &out), s.record(tx, entry{out.ID, 1, "barred", "", "", out.AreaCode, journal.Fact{"mediator": m.ID.String(), "from": out.FromOn}})); err != nil {
			return err
		}
		waiting, err := approvedOf(tx, m.CountyCode, m.PersonID, out.FromOn)
		if err != nil {
			return err
		}
		return s.sendBack(tx, waiting)
	})
	var done *db.Done
	if errors.As(err, &done) {
		return db.Look(ctx, s.Store, g.By(), func(tx *db.Tx) (Barred, error) { return barWithin(tx, g, done.ID) })
	}
	return out, err
}

// Unbar ends it: the day is the last for whose cases they are not paid.
func (s *Service) Unbar(ctx context.Context, g authz.Grant, id ident.ID, expect int64, on calendar.Day) (Barred, error) {
	var out Barred
	err := s.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) (err error) {
		if out, err = barWithin(tx, g, id); err != nil {
			return err
		}
		if out.Version != expect || !out.ToOn.IsZero() {
			return errStale
		}
		if _, err := calendar.ParseDay(string(on)); err != nil {
			return fault.Of(err).At("to")
		}
		if on.Before(out.FromOn) {
			return fault.New(fault.Invalid, "", "最后一天不能早于开始的日期。", "The last day lies not before the first.").At("to")
		}
		out.ToOn, out.Version = on, out.Version+1
		tx.Made(out.ID, out.Version, 200)
		return errors.Join(endBar(tx, out), s.record(tx, entry{out.ID, out.Version, "unbarred", "", "", out.AreaCode, journal.Fact{"to": on}}))
	})
	var done *db.Done
	if errors.As(err, &done) {
		return db.Look(ctx, s.Store, g.By(), func(tx *db.Tx) (Barred, error) { return barWithin(tx, g, done.ID) })
	}
	return out, err
}

// BarredIn lists who is barred within the grant, newest first, and the one to go on after; zero when that was all.
func (s *Service) BarredIn(ctx context.Context, g authz.Grant, after ident.ID, limit int) (out []Barred, next ident.ID, err error) {
	if limit < 1 || limit > 100 {
		limit = 20
	}
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error { out, err = bars(tx, g, after, limit); return err })
	if err == nil && len(out) > limit {
		out, next = out[:limit], out[limit-1].ID
	}
	return out, next, err
}
