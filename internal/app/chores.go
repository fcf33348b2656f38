package app

import (
	"context"
	"runtime/debug"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/discreet"

	"github.com/prometheus/client_golang/prometheus"
)

// chore is something that the program does by itself, now and then. Where several run over one database all of them do it, at the
// same moments: what it brings about is brought about once, and who comes second finds it done and has nothing to complain of.
type chore struct {
	name string // for the log
	do   func(context.Context) error
}

// only leaves out how much a chore did.
func only[N any](do func(context.Context) (N, error)) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := do(ctx)
		return err
	}
}

// forCity is a chore of one transaction.
func (a *App) forCity(do func(*db.Tx) error) func(context.Context) error {
	return func(ctx context.Context) error { return a.Store.Do(ctx, actor.System, cityOffices, do) }
}

// hourly is what is past and goes, and what time alone brings about.
func (a *App) hourly() []chore {
	return []chore{
		{"one-time keys", a.forCity(func(tx *db.Tx) error { _, err := tx.Forget(); return err })},
		{"sessions and tries", a.forCity(a.Accounts.Forget)},
		{"drafts of filings", only(a.Filing.ForgetDrafts)},
		{"drafts of agreements", only(a.Workshop.ForgetDrafts)},
		{"files without a row", func(ctx context.Context) error { _, err := a.Files.Sweep(ctx, a.Store); return err }},
		{"tasks whose day has come", only(a.Cases.Sweep)},
		{"ledgers", only(a.Exchange.Forget)},
		{"tables of the register", only(a.Enrolment.Forget)},
		{"seals", only(a.Seals.Sweep)},
		{"keys in use", a.Turning.Note},
		{"administrators of safety", a.warnOfGuards(actor.AdminSecurity, "nobody administers safety from a day on: fengqiao user post LOGIN admin_security --area CODE")},
		{"administrators of audit", a.warnOfGuards(actor.AdminAudit, "nobody administers audit from a day on: fengqiao user post LOGIN admin_audit --area CODE")},
	}
}

// warnedOf is how many days before it comes to that the log tells that nobody will administer safety, or audit, any more.
const warnedOf = 14

func (a *App) warnOfGuards(role actor.Role, says string) func(context.Context) error {
	return func(ctx context.Context) error {
		g, err := a.Accounts.Guarded(ctx, role, "")
		if today := calendar.DayOf(a.Now()); err == nil && g.Lacks(today, warnedOf) {
			a.Log.WarnContext(ctx, says, "from", g.Until)
		}
		return err
	}
}

// minutely is what must not wait for an hour: months that changed, and filings that wait, for somebody in fear.
func (a *App) minutely() []chore {
	return []chore{
		{"months", only(a.Rollup.Roll)},
		{"filings that wait", only(a.Holding.Sweep)},
	}
}

// beside is what may take long: in a row of its own, so that nobody in fear waits for it.
func (a *App) beside() []chore {
	return []chore{{"approved lists of destruction", only(a.Disposal.CarryOut)}}
}

// nightly is what looks everything through; by night, each county once.
func (a *App) nightly() []chore { return []chore{{"looking through the cases", only(a.Flags.Sweep)}} }

// checks is whether what was added up is right.
func (a *App) checks() []chore { return []chore{{"months looked at again", only(a.Rollup.Check)}} }

func (a *App) doAll(ctx context.Context, all []chore) {
	for _, c := range all {
		switch err := c.try(ctx); {
		case err == nil:
			a.failed.WithLabelValues(c.name).Set(0)
		case ctx.Err() == nil:
			a.failed.WithLabelValues(c.name).Set(1)
			a.Log.ErrorContext(ctx, "a chore failed", "chore", c.name, "err", err)
		}
	}
}

// try does a chore. What panics in it fails, and takes neither the program nor the chores after it along.
func (c chore) try(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = discreet.Panic(p, debug.Stack())
		}
	}()
	return c.do(ctx)
}

func choresFailed() *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "fengqiao_chore_failed", Help: "1 for a chore that failed when this process did it last, else 0."}, []string{"chore"})
}

// everyHour does what is done by the hour, at once for the first time, and asks whether it is night for what is done by night.
func (a *App) everyHour(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		a.doAll(ctx, a.hourly())
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		a.doAll(ctx, a.nightly())
	}
}

// everyMinuteBeside does what may take long.
func (a *App) everyMinuteBeside(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		a.doAll(ctx, a.beside())
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

const checkHour = 3 // in the morning in China: the quiet hour in which months are looked at

// everyMinute does what is done by the minute, and looks once a night whether all months are right.
func (a *App) everyMinute(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	checked := calendar.DayOf(a.Now())
	for {
		a.doAll(ctx, a.minutely())
		if today := calendar.DayOf(a.Now()); today != checked && calendar.Local(a.Now()).Hour() >= checkHour {
			checked = today
			a.doAll(ctx, a.checks())
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// keepWords keeps the words of cases from before the search, in the background.
func (a *App) keepWords(ctx context.Context) {
	for {
		n, err := a.Cases.KeepWords(ctx)
		if err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "words of cases not kept", "err", err)
		}
		if err != nil || n == 0 {
			return
		}
	}
}
