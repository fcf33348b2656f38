// Package registry knows the places, the committees that serve them and the people who mediate there: areas, compounds,
// committees with their terms and members, mediators with their declared ties, service areas, and the holiday tables.
package registry

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

// The actions of this room in the policy.
const (
	Reading   authz.Action = "registry.read"   // open to anyone: who serves a place is no secret
	Keeping   authz.Action = "registry.keep"   // the bureau of an area (O7), and its administrator
	Exporting authz.Action = "registry.export" // the register as a table to take away
	Writing   authz.Action = "registry.write"  // areas, holidays and settings: the administrator of an area
)

// Options say what the room needs from its neighbours.
type Options struct {
	Store *db.Store
	Vault *vault.Vault
	// OpenCases counts the cases that a mediator still works on; the room of cases knows.
	OpenCases func(tx *db.Tx, mediator ident.ID) (int64, error)
	// OpenOf counts the cases that a committee leads and that have not ended, whether anybody hosts them or not.
	OpenOf func(tx *db.Tx, committee ident.ID) (int64, error)
	// TieDeclared is told of a tie in the transaction that declares it: the room of cases looks at what it concerns (M12).
	TieDeclared func(tx *db.Tx, t Tie) error
	// Left is told, in the transaction in which it happens, that somebody left a committee or changed office in it: what they could do
	// there ends with it. May be nil.
	Left func(tx *db.Tx, committee, person ident.ID) error
	// AddPerson enters somebody who is not known yet; the room of accounts does.
	AddPerson func(tx *db.Tx, p Person) (ident.ID, error)
}

// Service does what a grant allows, each act in one transaction.
type Service struct {
	Options
	tx *db.Tx // whose part every act is; nil: each has a transaction of its own
}

// NewService makes the room's service.
func NewService(o Options) *Service { return &Service{Options: o} }

// In is the service as it acts within a transaction that is open already, so that several acts are done together or not
// at all. What an act made is for whoever opened the transaction to remember.
func (s *Service) In(tx *db.Tx) *Service { return &Service{Options: s.Options, tx: tx} }

// read looks something up before an act: in the act's transaction, where there is one.
func (s *Service) read(ctx context.Context, g authz.Grant, fn func(*db.Tx) error) error {
	if s.tx != nil {
		return fn(s.tx)
	}
	return s.Store.Read(ctx, g.By(), fn)
}

// do opens an act's transaction, or takes the one that is open if it writes in the act's county.
func (s *Service) do(ctx context.Context, g authz.Grant, county ident.County, fn func(*db.Tx) error) error {
	switch {
	case s.tx == nil:
		return s.Store.Do(ctx, g.By(), county, fn)
	case s.tx.County != county:
		return fault.NoSuch()
	}
	return fn(s.tx)
}

// Words is a short list of code words, kept as JSON text.
type Words []string

// Value writes the list; no words are an empty list.
func (w Words) Value() (driver.Value, error) {
	if w == nil {
		w = Words{}
	}
	b, err := json.Marshal([]string(w))
	return string(b), err
}

// Scan reads what Value wrote.
func (w *Words) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*w = nil
		return nil
	case string:
		return json.Unmarshal([]byte(v), (*[]string)(w))
	case []byte:
		return json.Unmarshal(v, (*[]string)(w))
	}
	return fmt.Errorf("registry: cannot read words from %T", src)
}

// today is the legal day of the transaction.
func today(tx *db.Tx) calendar.Day { return calendar.DayOf(tx.Now) }

// during tells whether a day lies within validity dates; no day at an end means open.
func during(day, from, to calendar.Day) bool {
	return (from.IsZero() || !day.Before(from)) && (to.IsZero() || !day.After(to))
}

// allowed checks a code word against its list.
func allowed[T ~string](c *fault.Check, at string, word T, list ...T) {
	for _, w := range list {
		if w == word {
			return
		}
	}
	c.Add(at, "请从给出的选项中选择。", "Choose one of the given values.")
}

// made is what an act made, for the answer and for whoever sends it again under the same one-time key.
type made interface {
	identity() (id ident.ID, version int64)
}

// write runs one act of whoever keeps the register of the area. An act that was already done under its one-time key is
// not done again: again finds what it made.
func write[T made](ctx context.Context, s *Service, g authz.Grant, area ident.Area, again func(*db.Tx, ident.ID) (T, error),
	act func(*db.Tx) (T, error)) (T, error) {
	return writeAs(ctx, s, g, Keeping, area, again, act)
}

// writeAs runs one act for whoever holds a grant of an action over the area.
func writeAs[T made](ctx context.Context, s *Service, g authz.Grant, as authz.Action, area ident.Area,
	again func(*db.Tx, ident.ID) (T, error), act func(*db.Tx) (T, error)) (T, error) {
	var out T
	if g.Action() != as || !g.CoversArea(area) {
		return out, fault.NoSuch()
	}
	err := s.do(ctx, g, area.County(), func(tx *db.Tx) (err error) {
		if out, err = act(tx); err == nil {
			id, version := out.identity()
			tx.Made(id, version, 201)
		}
		return err
	})
	var done *db.Done
	if errors.As(err, &done) {
		err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
			out, err = again(tx, done.ID)
			return err
		})
	}
	return out, err
}

// over tells whether the grant covers the committee's place, and gives the committee.
func (s *Service) over(ctx context.Context, g authz.Grant, id ident.ID) (Committee, error) {
	var c Committee
	err := s.read(ctx, g, func(tx *db.Tx) (err error) {
		c, err = FindCommittee(tx, id)
		return err
	})
	if err != nil {
		return Committee{}, err
	}
	if g.Action() != Keeping || !g.CoversArea(c.AreaCode) {
		return Committee{}, fault.NoSuch()
	}
	return c, nil
}
