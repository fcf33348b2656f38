package exchange

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

const (
	lookEvery  = 30 * time.Second // for work that nobody told of: after a restart
	rowsOfStep = 25               // between two looks at whether the import was dropped
	daysApart  = 3                // a case between the same people within so many days may be the same
	toldWithin = 30               // days: the parties of an older filing are told nothing
)

// nudge tells the worker that there is something to do.
func (s *Service) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run is the one worker: it tries and enters rows until ctx ends. What it was at goes on after a restart.
func (s *Service) Run(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		for {
			worked, err := s.Step(ctx)
			if err != nil && ctx.Err() == nil {
				log.ErrorContext(ctx, "import of a ledger failed", "err", err)
			}
			if err != nil || !worked {
				break
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-tick.C:
		}
	}
}

// Step works some rows of the import that waits longest; false when none does.
func (s *Service) Step(ctx context.Context) (bool, error) {
	var waiting []Import
	err := s.Store.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
		waiting, err = working(tx)
		return err
	})
	if err != nil || len(waiting) == 0 {
		return false, err
	}
	var bad error
	for _, i := range waiting { // one that cannot go on keeps no other waiting
		err := s.step(ctx, i)
		switch {
		case err == nil:
			return true, bad
		case ctx.Err() != nil:
			return false, err
		case fault.Is(err, fault.Stale): // another program is at it, or somebody has dropped it
			continue
		}
		bad = errors.Join(bad, err)
	}
	return false, bad
}

// Forget deletes what was sent longer than seven days ago, entered or not; housekeeping. It gives how many files.
func (s *Service) Forget(ctx context.Context) (n int, err error) {
	var out []Import
	err = s.Store.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
		out, err = old(tx, tx.Now.Add(-keptFor))
		return err
	})
	for _, i := range out {
		bad := s.Store.Do(ctx, actor.System, i.CountyCode, func(tx *db.Tx) error {
			i.State = Forgotten
			return errors.Join(saveImport(tx, &i), dropRows(tx, i.ID))
		})
		if fault.Is(bad, fault.Stale) { // another program was sooner
			continue
		}
		if err = errors.Join(err, bad); bad == nil {
			n++
		}
	}
	return n, err
}

// job is some rows of an import under way.
type job struct {
	*Service
	Import
	*world
	by    authz.Grant // to enter what was mediated
	files authz.Grant // to file what was not
	bad   error       // what failed on our side: the row is told so, and the log why
}

func (s *Service) step(ctx context.Context, i Import) error {
	j, err := s.begin(ctx, i)
	if err != nil {
		if fault.Is(err, fault.Denied) || fault.Is(err, fault.Missing) { // whoever began it may not any more
			return s.end(ctx, i, Stopped)
		}
		return err
	}
	states := []string{rowGood}
	if j.Doubles {
		states = append(states, rowDouble)
	}
	if j.State == Checking {
		states = []string{rowNew}
	}
	var rows []importRow
	err = s.Store.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
		rows, err = rowsAfter(tx, j.ID, 0, rowsOfStep, states...)
		return err
	})
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return s.end(ctx, i, map[State]State{Checking: Checked, Entering: Done}[i.State])
	}
	for _, r := range rows {
		if err := j.one(ctx, r); err != nil {
			return errors.Join(err, j.bad)
		}
	}
	return j.bad
}

// begin finds out against what the rows are read, and whether whoever began may still.
func (s *Service) begin(ctx context.Context, i Import) (*job, error) {
	j := &job{Service: s, Import: i}
	var who actor.Actor
	err := s.Store.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
		if who, err = s.Actor(tx, i.ByPerson); err != nil {
			return err
		}
		j.world, err = worldOf(tx, i.CommitteeID, i.ByPerson)
		return err
	})
	if err != nil {
		return nil, err
	}
	may, err := s.Policy.Allow(who, Importing)
	if err == nil && !may.CoversCommittee(i.CommitteeID) {
		err = fault.NoSuch()
	}
	if err != nil {
		return nil, err
	}
	if j.files, err = s.Policy.Allow(who, "case.file"); err != nil {
		return nil, err
	}
	j.by, err = s.Policy.Allow(who, "ledger.enter")
	return j, err
}

// end brings an import to its next state. When it is over its rows are not needed, but to show what was wrong with them.
func (s *Service) end(ctx context.Context, i Import, to State) error {
	return s.Store.Do(ctx, actor.System, i.CountyCode, func(tx *db.Tx) error {
		if to != Checked {
			i.EndedAt = &tx.Now
			if err := dropCells(tx, i.ID); err != nil {
				return err
			}
		}
		i.State = to
		return saveImport(tx, &i)
	})
}

// one tries or enters a row, and counts it in the transaction that says what it came to.
func (j *job) one(ctx context.Context, r importRow) error {
	cells, err := j.open(r)
	if err != nil {
		return err
	}
	e := j.understand(j.Columns, cells)
	key, says := e.key()
	line := lineRow{CountyCode: j.CountyCode, CommitteeID: j.CommitteeID, LineKey: j.hash(key), SaysKey: j.hash(says)}
	r.LineKey, r.SaysKey = line.LineKey, line.SaysKey
	if j.State == Checking {
		return j.try(ctx, r, e, key)
	}
	return j.enter(ctx, r, e, line)
}

func (j *job) hash(text string) string {
	return j.Vault.Index("ledger line", j.CommitteeID.String()+"\n"+text)
}

// try finds out what would become of a row.
func (j *job) try(ctx context.Context, r importRow, e entry, key string) error {
	r.Problems, r.State = e.problems, rowGood
	if len(r.Problems) > 0 {
		r.State = rowBad
	}
	if r.State == rowGood {
		if err := j.compare(ctx, &r, e, key); err != nil {
			return err
		}
	}
	if r.State == rowGood {
		err := j.rehearse(ctx, e)
		if j.passing(ctx, err) {
			return err
		}
		if err != nil {
			r.State, r.Problems = rowBad, problemsOf(err)
		}
	}
	return j.keep(ctx, r, func(i *Import) {
		i.Looked++
		switch r.State {
		case rowGood:
			i.Good++
		case rowBad:
			i.Bad++
		case rowDouble:
			i.Double++
		case rowThere:
			i.There++
		}
		if e.mediated && (r.State == rowGood || r.State == rowDouble) {
			i.Settled++
		}
	})
}

var errTried = errors.New("tried, and not filed")

// rehearse does all that entering would, and undoes it.
func (j *job) rehearse(ctx context.Context, e entry) error {
	if e.mediated {
		return j.Ledger.Try(ctx, j.by, e.Line)
	}
	_, err := j.Cases.Together(ctx, j.by.By(), e.AreaCode.County(), func(in *casework.Service) error {
		if _, err := in.File(ctx, j.files, e.filing(j.moment(e.On))); err != nil {
			return err
		}
		return errTried
	})
	if errors.Is(err, errTried) {
		return nil
	}
	return err
}

// moment is when something of a day was done; nil for today.
func (j *job) moment(on calendar.Day) *time.Time {
	if !on.Before(j.today) {
		return nil
	}
	at := on.Start().Add(12 * time.Hour)
	return &at
}

// enter makes a case of a row, with the line that keeps it from becoming another and the count of it, in one transaction: where two
// programs are at it, one makes the case and the other leaves it.
func (j *job) enter(ctx context.Context, r importRow, e entry, line lineRow) error {
	r.State, r.Problems = rowMade, nil
	var err error
	if len(e.problems) == 0 {
		err = j.make(ctx, &r, e, line)
	}
	switch {
	case err == nil && len(e.problems) == 0:
		return nil
	case j.passing(ctx, err), fault.Is(err, fault.Stale):
		return err
	case len(e.problems) > 0: // it passed when it was tried: a mediator has left meanwhile
		r.State, r.Problems = rowFailed, e.problems
	case errors.Is(err, errThere):
		r.State, r.Problems = rowThere, problems{{Text: textThere}}
	case err != nil:
		r.State, r.Problems = rowFailed, problemsOf(err)
	}
	return j.keep(ctx, r, func(i *Import) {
		i.Looked++
		switch r.State {
		case rowThere:
			i.There++
		case rowFailed:
			i.Failed++
			if i.Choice == AllOrNothing {
				i.State = Stopped
			}
		}
	})
}

// errThere says that a line of the ledger is a case already.
var errThere = &fault.Fault{Kind: fault.Conflict, Code: "line_there", Text: textThere}

func (j *job) make(ctx context.Context, r *importRow, e entry, line lineRow) error {
	var counted Import
	along := casework.Along{Beside: func(tx *db.Tx, made ident.ID) error {
		line.CaseID, r.CaseID, counted = made, made, j.Import
		if err := insertLine(tx, line); err != nil {
			return err
		}
		counted.Looked, counted.Made = counted.Looked+1, counted.Made+1
		return errors.Join(saveImport(tx, &counted), saveRow(tx, *r))
	}}
	err := j.file(ctx, e, along)
	if err == nil {
		j.Import = counted
	}
	return err
}

func (j *job) file(ctx context.Context, e entry, along casework.Along) error {
	if e.mediated {
		_, err := j.Ledger.EnterWith(ctx, j.by, e.Line, along)
		return err
	}
	f := e.filing(j.moment(e.On))
	if !e.On.Plus(toldWithin).Before(j.today) {
		_, err := j.Cases.FileWith(ctx, j.files, f, along)
		return err
	}
	_, err := j.Cases.Together(ctx, j.by.By(), e.AreaCode.County(), func(in *casework.Service) error {
		_, err := in.FileWith(ctx, j.files, f, along)
		return err
	})
	return err
}

// keep writes what a row came to, and counts it. Somebody may have dropped the import meanwhile.
func (j *job) keep(ctx context.Context, r importRow, count func(*Import)) error {
	return j.Store.Do(ctx, actor.System, j.CountyCode, func(tx *db.Tx) error {
		i := j.Import
		count(&i)
		if err := saveImport(tx, &i); err != nil {
			return err
		}
		j.Import = i
		return saveRow(tx, r)
	})
}

// passing tells whether a row is to be tried again later: the database is away, or the program stops. What else failed on our
// side stays with the row, and goes to the log.
func (j *job) passing(ctx context.Context, err error) bool {
	if err != nil && fault.Is(err, fault.Internal) && ctx.Err() == nil {
		j.bad = errors.Join(j.bad, err)
	}
	return err != nil && (ctx.Err() != nil || fault.Is(err, fault.Unavailable))
}
