package disposal

import (
	"context"
	"errors"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/rollup"
)

// CarryOut destroys what approved lists name, a dossier in a transaction of its own: it may be stopped at any moment and begun again, and
// several processes may be at it. Then goes what the database keeps of emptied rows, a few
// times over: the program may be stopped before it, and somebody may read at that moment. It gives how many dossiers were destroyed or stopped.
func (s *Service) CarryOut(ctx context.Context) (n int, err error) {
	all, err := db.Look(ctx, s.Store, actor.System, toDo)
	for _, l := range all {
		did, bad := s.carryOut(ctx, l)
		n, err = n+did, errors.Join(err, bad)
	}
	lately, bad := db.Look(ctx, s.Store, actor.System, doneLately)
	if err = errors.Join(err, bad); lately {
		err = errors.Join(err, s.Store.Scrub(ctx, emptiedTables()))
	}
	return n, err
}

func (s *Service) carryOut(ctx context.Context, l List) (n int, err error) {
	lines, err := db.Look(ctx, s.Store, actor.System, func(tx *db.Tx) ([]Line, error) { return linesOf(tx, l.ID) })
	if err != nil {
		return 0, err
	}
	signed, err := s.signed(ctx, l.ID)
	if err != nil {
		return 0, err
	}
	altered := ""
	if got := l.digest(lines); got != signed || got != l.SHA256 { // nobody signed these
		altered = "altered"
		s.Log.ErrorContext(ctx, "a destruction list was changed after it was approved and is not carried out", "list", l.ID)
	}
	for _, d := range lines {
		if d.State != Waiting {
			continue
		}
		if ctx.Err() != nil {
			return n, ctx.Err()
		}
		did, bad := s.destroy(ctx, l, d.ID, altered)
		if did {
			n++
		}
		err = errors.Join(err, bad) // the others are not kept waiting for one
	}
	return n, errors.Join(err, s.finish(ctx, l.ID))
}

// signed is the digest that was approved, as the list's record has it.
func (s *Service) signed(ctx context.Context, list ident.ID) (string, error) {
	entries, err := db.Look(ctx, s.Store, actor.System, func(tx *db.Tx) ([]journal.Entry, error) { return s.Journal.Of(tx, list) })
	var digest string
	for _, e := range entries {
		if e.Event == "disposal_approved" {
			digest, _ = e.Fact["sha256"].(string)
		}
	}
	return digest, err
}

// destroy destroys one dossier, or says what stops it: altered where the whole list is not what was signed. It tells whether it was this process that did.
func (s *Service) destroy(ctx context.Context, l List, line ident.ID, altered string) (did bool, err error) {
	var files []string
	err = s.Store.Do(ctx, actor.System, l.CountyCode, func(tx *db.Tx) error {
		did, files = false, nil
		d, err := held(tx, line)
		if err != nil || d.State != Waiting { // another process was quicker
			return err
		}
		at := tx.Now
		d.DoneAt, did = &at, true
		h, err := s.Cases.Hold(tx, d.CaseID)
		if fault.Is(err, fault.Gone) {
			d.State, d.Why = Stopped, "destroyed"
			return updateLine(tx, d)
		}
		if err != nil {
			return err
		}
		if d.Why = altered; d.Why == "" {
			if d.Why, err = stops(tx, d); err != nil {
				return err
			}
		}
		if d.State = Stopped; d.Why == "" {
			d.State = Destroyed
			if files, err = s.empty(tx, l, d, h); err != nil {
				return err
			}
		}
		return updateLine(tx, d)
	})
	if err != nil || len(files) == 0 {
		return did && err == nil, err
	}
	// what is left when the program is killed here goes with the hour's sweep
	return did, s.Store.Do(ctx, actor.System, l.CountyCode, func(tx *db.Tx) error { return s.Files.SweepThese(tx, files) })
}

// stops is what stops a dossier of a list since that was drawn up; "" when nothing does.
func stops(tx *db.Tx, d Line) (string, error) {
	bar, err := barOf(tx, d.CaseID, d.ListID, calendar.DayOf(tx.Now))
	if err != nil || bar != "" {
		return bar, err
	}
	if bar, err = linked(tx, d.CaseID); err != nil || bar != "" {
		return bar, err
	}
	length, head, err := journal.Head(tx, d.CaseID)
	if err == nil && (length != d.Entries || head != d.Head) {
		bar = "changed"
	}
	return bar, err
}

// empty takes from a dossier all that it holds, in the transaction that enters it. It gives the hashes of the files that have no row any more.
func (s *Service) empty(tx *db.Tx, l List, d Line, h casework.Head) ([]string, error) {
	if err := rollup.KeepReturns(tx, h); err != nil {
		return nil, err
	}
	attached, alone, err := documentsOf(tx, d.CaseID)
	if err != nil {
		return nil, err
	}
	if err := s.Cases.Destroy(tx, casework.Destroying{Case: d.CaseID, List: l.ID, Number: l.Name(), By: l.DecidedBy, Role: l.DecidedRole, Files: attached}); err != nil {
		return nil, err
	}
	chains, err := chainsOf(tx, d.CaseID)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(journal.ForgetAll(tx, chains), s.emptyRows(tx, d.CaseID)); err != nil {
		return nil, err
	}
	var ids []ident.ID
	var hashes []string
	for _, one := range alone {
		ids, hashes = append(ids, one.ID), append(hashes, one.SHA256)
	}
	return hashes, s.Files.Remove(tx, ids)
}

// finish closes a list when nothing of it waits any more.
func (s *Service) finish(ctx context.Context, id ident.ID) error {
	return s.Store.Do(ctx, actor.System, id.County(), func(tx *db.Tx) error {
		l, err := heldList(tx, id)
		if err != nil || l.State != Approved {
			return err
		}
		lines, err := linesOf(tx, id)
		if err != nil {
			return err
		}
		l.Destroyed, l.Stopped = 0, 0
		for _, d := range lines {
			switch d.State {
			case Destroyed:
				l.Destroyed++
			case Stopped:
				l.Stopped++
			default:
				return nil
			}
		}
		at := tx.Now
		l.State, l.DoneAt, l.Version = Done, &at, l.Version+1
		return errors.Join(update(tx, &l), s.record(tx, l, "disposal_done", Approved, journal.Fact{"sha256": l.SHA256, "destroyed": l.Destroyed, "stopped": l.Stopped}, nil))
	})
}
