package holding

import (
	"context"
	"errors"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Sweep does what time alone brings about: a filing that nobody looked at becomes a case, one that was dropped is destroyed,
// counts that are past are forgotten. Who waits longest comes first, and one that fails holds up no other.
func (s *Service) Sweep(ctx context.Context) (n int, err error) {
	var last heldRow
	for more := true; more && ctx.Err() == nil; {
		var rows []heldRow
		err = s.Store.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
			rows, err = due(tx, last, sweptAtOnce)
			return err
		})
		if err != nil {
			return n, err
		}
		for _, r := range rows {
			last = r
			if s.ripens(ctx, r) {
				n++
			}
		}
		more = len(rows) == sweptAtOnce
	}
	return n, s.Store.Do(ctx, actor.System, "", forgetCounts)
}

// ripens does what is due of one filing and tells whether it did. What cannot become a case as it is, is marked for its committee
// and said once; what failed for another reason is tried again.
func (s *Service) ripens(ctx context.Context, r heldRow) bool {
	err := s.ripen(ctx, r)
	if err == nil {
		return true
	}
	if fault.Of(err).Code == errSettled.Code || ctx.Err() != nil { // somebody was sooner
		return false
	}
	if trouble := troubleOf(err); trouble != "" && r.State == Waits {
		if err = s.mark(ctx, r, trouble); err == nil {
			return false
		}
	}
	s.Log.ErrorContext(ctx, "a held filing was not dealt with", "filing", r.ID, "err", err)
	return false
}

func (s *Service) ripen(ctx context.Context, r heldRow) error {
	return s.Store.Do(ctx, actor.System, r.CountyCode, func(tx *db.Tx) error {
		t, err := s.open(r)
		if r.State == Waits && err == nil {
			return s.releaseAs(tx, r, t, released)
		}
		if r.State == Waits {
			return err
		}
		return s.destroy(tx, r, t) // also what does not open: its time is over
	})
}

// destroy forgets what was told in a filing that was dropped. When it came and why it was dropped remains, to be counted.
func (s *Service) destroy(tx *db.Tx, r heldRow, t told) error {
	var docs []ident.ID
	for _, f := range t.Files {
		docs = append(docs, f.Document)
	}
	r.State, r.DueAt, r.FilingSealed, r.WordsSealed = Destroyed, nil, nil, nil
	if err := settle(tx, r, Dropped); err != nil || len(docs) == 0 {
		return err
	}
	return s.Files.Remove(tx, docs)
}

// unfit is that the cases did not take a filing.
type unfit struct{ error }

func (u *unfit) Unwrap() error { return u.error }

// troubleOf is what is wrong with a filing itself that could not be made a case; "" where something else failed.
func troubleOf(err error) string {
	if err == nil {
		return ""
	}
	f := fault.Of(err)
	var filing *unfit
	switch {
	case f.Code == errUnopened.Code:
		return Unopened
	case !errors.As(err, &filing), f.Kind != fault.Invalid && f.Kind != fault.Missing && f.Kind != fault.Conflict:
		return ""
	}
	for _, field := range f.Fields {
		switch field.At {
		case "area_code", "compound_id":
			return OfPlace
		case "category":
			return OfKind
		}
	}
	return OfOther
}

// find is a filing by its id, whoever asks.
func (s *Service) find(ctx context.Context, id ident.ID) (r heldRow, found bool, err error) {
	err = s.Store.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
		r, found, err = findHeld(tx, id)
		return err
	})
	return r, found, err
}

// mark notes what is wrong with a filing, and says so once in the log.
func (s *Service) mark(ctx context.Context, r heldRow, trouble string) error {
	var isNew bool
	err := s.Store.Do(ctx, actor.System, r.CountyCode, func(tx *db.Tx) (err error) {
		isNew, err = setTrouble(tx, r, trouble)
		return err
	})
	if isNew && err == nil {
		s.Log.WarnContext(ctx, "a held filing cannot become a case as it is; its committee is shown why", "filing", r.ID, "trouble", trouble)
	}
	return err
}
