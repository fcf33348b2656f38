package casework

import (
	"context"
	"errors"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// book is where cases lie: in the database, or in memory while history is loaded (Bulk).
type book interface {
	// file enters a new case and tells the filer of it.
	file(ctx context.Context, g authz.Grant, f Filing) (Filed, error)
	// change takes a case within the grant, lets an act work on it, and shows what it has become.
	change(ctx context.Context, g authz.Grant, o Order, do func(*deed, *Case) (note, error)) (View, error)
}

// rows are cases in the database: a filing or an act is one transaction.
type rows struct{ *Service }

func (s rows) file(ctx context.Context, g authz.Grant, f Filing) (Filed, error) {
	by := g.By()
	var out Filed
	err := s.db.Do(ctx, by, f.AreaCode.County(), func(tx *db.Tx) error {
		d, err := s.inTx(tx, g, Order{OccurredAt: f.OccurredAt}, f.AreaCode)
		if err != nil {
			return err
		}
		if held, err := d.holdBack(f); held != nil || err != nil {
			if held != nil {
				out = *held
			}
			return err
		}
		c, err := d.register(f)
		if err != nil {
			return err
		}
		if err := f.along.onceOnly(tx, c.ID); err != nil {
			return err
		}
		if err := f.keepBeside(tx, c.ID); err != nil {
			return err
		}
		if err := d.takeAlong(c, f.along); err != nil {
			return err
		}
		if out.AccessCode, err = s.codeForFiler(tx, c); err != nil {
			return err
		}
		tx.Made(c.ID, c.Version, 201)
		out.View, err = s.view(tx, filerOf(by, c), c, viewForFiler(by))
		return err
	})
	var done *db.Done
	if errors.As(err, &done) {
		return s.filedBefore(ctx, by, done.ID)
	}
	return out, err
}

func (s rows) change(ctx context.Context, g authz.Grant, o Order, do func(*deed, *Case) (note, error)) (View, error) {
	var out View
	err := s.db.Do(ctx, g.By(), o.Case.County(), func(tx *db.Tx) error {
		c, err := s.find(tx, g, o.Case)
		if err != nil {
			return err
		}
		if o.Expect != 0 && o.Expect != c.Version {
			return errStale
		}
		d, err := s.inTx(tx, g, o, c.AreaCode)
		if err != nil {
			return err
		}
		saw := c.viewOf(g)
		n, err := do(d, c)
		if err == nil {
			err = o.beside(tx)
		}
		if err != nil {
			return err
		}
		tx.Made(c.ID, c.Version, 200)
		out, err = s.view(tx, g.By(), c, saw)
		out.Warnings = n.warnings
		return err
	})
	var done *db.Done
	if errors.As(err, &done) {
		return s.doneBefore(ctx, g, done.ID)
	}
	return out, err
}

// doneBefore shows again what an earlier sending of the same act made of the case. Who answered an offer, or withdrew,
// may be out of the act's reach by now: they see what they may read, and if that is nothing, where the case stands.
func (s rows) doneBefore(ctx context.Context, g authz.Grant, id ident.ID) (View, error) {
	v, err := s.See(ctx, g, id)
	if !fault.Is(err, fault.Missing) {
		return v, err
	}
	if read, denied := s.policy.Allow(g.By(), "case.read"); denied == nil {
		if v, err = s.See(ctx, read, id); !fault.Is(err, fault.Missing) {
			return v, err
		}
	}
	err = s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		c := &Case{}
		if err := headOf(tx, id, &c.Head); err != nil {
			return err
		}
		v, err = s.view(tx, g.By(), c, authz.Status)
		return err
	})
	return v, err
}

var errStale = fault.New(fault.Stale, "", "这件案子刚刚有人改过。请看过新内容后再试。", "Somebody has just changed this case. Please look at it again and retry.")
