// Package retention tells the bureau which dossiers have been kept as long as they must be, R3, and keeps those of which somebody says
// that they are needed longer. It destroys nothing: what is over is listed, and stays until two persons decide in another room.
package retention

import (
	"context"
	"errors"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/vault"
)

// The actions of this room in the policy.
const (
	Reading authz.Action = "retention.read"
	Holding authz.Action = "retention.hold" // setting and lifting
)

// Hold keeps a dossier beyond its time until somebody lifts it: a lawsuit, an inspection, a petition.
type Hold struct {
	ident.Key
	Version      int64      `gorm:"column:version"`
	CaseID       ident.ID   `gorm:"column:case_id"`
	ReasonSealed []byte     `gorm:"column:reason_sealed"`
	Reason       string     `gorm:"-"`
	SetBy        ident.ID   `gorm:"column:set_by"`
	SetAt        time.Time  `gorm:"column:set_at"`
	WhySealed    []byte     `gorm:"column:why_sealed"`
	Why          string     `gorm:"-"` // it was lifted
	LiftedBy     ident.ID   `gorm:"column:lifted_by"`
	LiftedAt     *time.Time `gorm:"column:lifted_at"`
	Setter       string     `gorm:"-"`
	Lifter       string     `gorm:"-"`
}

// TableName is the table's.
func (Hold) TableName() string { return "retention_holds" }

func at(h Hold, column string) vault.Place {
	return vault.Place{Table: h.TableName(), Column: column, Row: h.ID}
}

// Dossier is an archived case as far as its keeping concerns: nothing of what it is about.
type Dossier struct {
	ident.Key
	CaseNo      string       `gorm:"column:case_no"`
	CommitteeID ident.ID     `gorm:"column:committee_id"`
	Committee   string       `gorm:"-"`
	Category    string       `gorm:"column:category"`
	AreaCode    ident.Area   `gorm:"column:area_code"`
	ArchivedAt  time.Time    `gorm:"column:archived_at"`
	Retention   string       `gorm:"column:retention"`
	Until       calendar.Day `gorm:"column:retain_until"` // none for ever
	Held        bool         `gorm:"column:held"`
	DestroyedAt *time.Time   `gorm:"column:destroyed_at"`
	List        string       `gorm:"column:destroyed_list"` // by which it was destroyed
}

// Over tells whether it has been kept as long as it must be.
func (d Dossier) Over(today calendar.Day) bool { return d.Until != "" && d.Until.Before(today) }

// What a list shows.
const (
	Over    = "over" // kept as long as it must be, and under no hold
	Held    = "held" // under a hold
	Running = "running"
)

// Asked narrows and orders a list: what ends first comes first.
type Asked struct {
	State string
	After Place
	Limit int
}

// Place is where a page of a list ended.
type Place struct {
	Until calendar.Day
	ID    ident.ID
}

// Count is how many dossiers of a class there are.
type Count struct {
	Retention string `gorm:"column:retention" json:"retention" doc:"short, long or permanent"`
	All       int    `gorm:"column:n" json:"all"`
	Over      int    `gorm:"column:over_n" json:"over" doc:"Kept as long as they must be, and under no hold"`
	Held      int    `gorm:"-" json:"held" doc:"Under a hold"`
}

// Options say what the room needs from its neighbours.
type Options struct {
	Store   *db.Store
	Vault   *vault.Vault
	Journal *journal.Journal
	Name    func(tx *db.Tx, person ident.ID) (string, error)
}

// Service keeps the list and the holds.
type Service struct{ Options }

// New makes the room's service.
func New(o Options) *Service { return &Service{o} }

const (
	mostReason = 500
	listed     = 20
)

// List gives dossiers within the grant; more tells where to go on.
func (s *Service) List(ctx context.Context, g authz.Grant, ask Asked) (out []Dossier, more *Place, err error) {
	if ask.State == "" {
		ask.State = Over
	}
	if ask.Limit == 0 {
		ask.Limit = listed
	}
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		out, err = dossiers(tx, g, ask, calendar.DayOf(tx.Now))
		return err
	})
	if len(out) > ask.Limit {
		out = out[:ask.Limit]
		last := out[ask.Limit-1]
		more = &Place{last.Until, last.ID}
	}
	return out, more, err
}

// Counts gives them by class.
func (s *Service) Counts(ctx context.Context, g authz.Grant) (out []Count, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		out, err = counts(tx, g, calendar.DayOf(tx.Now))
		return err
	})
	return out, err
}

// See gives one dossier with its holds, the newest first.
func (s *Service) See(ctx context.Context, g authz.Grant, id ident.ID) (d Dossier, holds []Hold, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		if d, err = within(tx, g, id); err != nil {
			return err
		}
		if holds, err = holdsOf(tx, id); err != nil {
			return err
		}
		for i := range holds {
			if err := s.open(tx, &holds[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return d, holds, err
}

func (s *Service) open(tx *db.Tx, h *Hold) (err error) {
	if h.Reason, err = s.Vault.Open(at(*h, "reason_sealed"), h.ReasonSealed); err != nil {
		return err
	}
	if h.Why, err = s.Vault.Open(at(*h, "why_sealed"), h.WhySealed); err != nil {
		return err
	}
	if h.Setter, err = s.Name(tx, h.SetBy); err != nil || h.LiftedBy.IsZero() {
		return err
	}
	h.Lifter, err = s.Name(tx, h.LiftedBy)
	return err
}

func checkReason(reason string) error {
	var bad fault.Check
	switch n := len([]rune(strings.TrimSpace(reason))); {
	case n == 0:
		bad.Add("reason", "请写明原因。", "Please say why.")
	case n > mostReason:
		bad.Add("reason", "最多 %d 个字。", "At most %d characters.", mostReason)
	}
	return bad.Err()
}

// Set puts a hold on an archived dossier. Faults: Missing out of reach; Conflict while one stands; Invalid without a reason.
func (s *Service) Set(ctx context.Context, g authz.Grant, id ident.ID, reason string) (h Hold, err error) {
	if err := checkReason(reason); err != nil {
		return h, err
	}
	err = s.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) error {
		d, err := within(tx, g, id)
		if err != nil {
			return err
		}
		if d.DestroyedAt != nil {
			return fault.New(fault.Conflict, "destroyed", "这份卷宗已按销毁清册 %[1]s 销毁。", "This dossier was destroyed by destruction list %[1]s.", d.List)
		}
		if d.Held {
			return fault.New(fault.Conflict, "held", "这份卷宗已经暂缓销毁。", "There is a hold on this dossier already.")
		}
		h = Hold{Key: tx.NewKey(), Version: 1, CaseID: id, Reason: strings.TrimSpace(reason), SetBy: tx.By.Person, SetAt: tx.Now}
		h.ReasonSealed = s.Vault.Seal(at(h, "reason_sealed"), h.Reason)
		if err := insert(tx, &h); err != nil {
			return err
		}
		tx.Made(h.ID, h.Version, 201)
		return s.enter(tx, d, h, "hold_set", h.Reason)
	})
	return s.again(ctx, g, h, err)
}

// Lift ends a hold.
func (s *Service) Lift(ctx context.Context, g authz.Grant, id ident.ID, expect int64, why string) (h Hold, err error) {
	if err := checkReason(why); err != nil {
		return h, err
	}
	err = s.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) error {
		if h, err = find(tx, id); err != nil {
			return err
		}
		d, err := within(tx, g, h.CaseID)
		switch {
		case err != nil:
			return err
		case expect != h.Version:
			return errStale
		case h.LiftedAt != nil:
			return fault.New(fault.Conflict, "lifted", "已经解除了。", "It was lifted already.")
		}
		now := tx.Now
		h.Version, h.LiftedBy, h.LiftedAt, h.Why = h.Version+1, tx.By.Person, &now, strings.TrimSpace(why)
		h.WhySealed = s.Vault.Seal(at(h, "why_sealed"), h.Why)
		if err := lift(tx, &h); err != nil {
			return err
		}
		tx.Made(h.ID, h.Version, 200)
		return s.enter(tx, d, h, "hold_lifted", h.Why)
	})
	return s.again(ctx, g, h, err)
}

var errStale = fault.New(fault.Stale, "", "刚刚有人处理过。请看过新内容后再试。", "Somebody has just handled this. Please look at it again and retry.")

// enter writes an act on a hold into the hold's own chain: the dossier's is not touched, for it is read-only (R7).
func (s *Service) enter(tx *db.Tx, d Dossier, h Hold, event, words string) error {
	_, err := s.Journal.Append(tx, journal.Entry{Case: h.ID, Seq: h.Version, Event: event, Actor: tx.By.Person, Role: tx.By.Over(d.AreaCode),
		Fact: journal.Fact{"case": h.CaseID.String()}, Words: journal.Words{"reason": words}})
	return err
}

// again shows what was made under the same one-time key.
func (s *Service) again(ctx context.Context, g authz.Grant, h Hold, err error) (Hold, error) {
	var done *db.Done
	if err != nil && !errors.As(err, &done) {
		return h, err
	}
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		if done != nil {
			if h, err = find(tx, done.ID); err != nil {
				return err
			}
		}
		if _, err := within(tx, g, h.CaseID); err != nil {
			return err
		}
		return s.open(tx, &h)
	})
	return h, err
}
