package app

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/demo"
	"fengqiao/internal/duty"
	"fengqiao/internal/files"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
)

const demoSeed = 2021

// loadDemo puts the demo city into the database, once.
func (a *App) loadDemo(ctx context.Context) error {
	loaded, err := demo.IsDemo(ctx, a.Store)
	if err != nil {
		return err
	}
	if err := a.demoPassword(); err != nil {
		return err
	}
	defer a.tellLogins()
	if loaded {
		return demo.SetPasswords(ctx, a.Store, a.Accounts, a.DemoPassword)
	}
	began := a.Now()
	today, err := a.demoToday(began)
	if err != nil {
		return err
	}
	fmt.Fprintln(a.Out, "Loading the demo city; this happens once and takes about a minute …")
	if err := a.fillDemo(ctx, today); err != nil {
		return fmt.Errorf("load the demo: %w", err)
	}
	if err := a.sharedPhones(ctx, calendar.DayOf(today)); err != nil {
		return fmt.Errorf("set up the demo: %w", err)
	}
	fmt.Fprintf(a.Out, "Loaded in %s.\n", a.Now().Sub(began).Round(100*time.Millisecond))
	return a.Store.Settle(ctx)
}

// demoToday is the moment at which the city opens: the evening before the day that was asked for, or before today. It
// is the same all day long, and nothing in the city lies ahead of the clock.
func (a *App) demoToday(now time.Time) (time.Time, error) {
	if a.DemoDate == "" {
		a.DemoDate = string(calendar.DayOf(now))
	}
	day, err := calendar.ParseDay(a.DemoDate)
	if err != nil || day.Before(demo.EarliestDay) || day.After(calendar.DayOf(now)) {
		return time.Time{}, unfit("--demo-date must be a day such as 2026-03-06, from %s until today", demo.EarliestDay)
	}
	return day.Start().Add(-7 * time.Hour), nil
}

// sharedPhones: the demo's people share the few numbers that no carrier gives to anybody, so more of them have one in common
// than anywhere else.
func (a *App) sharedPhones(ctx context.Context, from calendar.Day) error {
	return a.Store.Do(ctx, actor.System, cityOffices, func(tx *db.Tx) error {
		return registry.BulkSetting(tx, cityOffices.Area(), registry.AnomalyPhoneNames, "5", from)
	})
}

// fillDemo loads the city through a store of its own, which goes by the demo's clock, draws from the demo's chance and
// waits for no disk: its history lies in the past and is the same every time.
func (a *App) fillDemo(ctx context.Context, today time.Time) error {
	clock, chance := &demo.Clock{}, demo.Chance(demoSeed, "rows")
	store, err := db.Open(db.Options{URL: a.Database, Now: clock.Now, IDs: ident.NewMaker(chance), Log: a.Log, Loading: true})
	if err != nil {
		return err
	}
	sealing := a.Vault.With(chance)
	accounts := account.New(account.Options{Store: store, Vault: sealing, Random: chance, Log: a.Log})
	cases := casework.New(casework.Parts{DB: store, Policy: a.Policy, Vault: sealing, Caucus: a.Caucus.With(chance),
		Journal: journal.New(sealing, chance), Files: files.New(a.Data, sealing), PhoneIndex: accounts.PhoneIndex,
		Random: chance, EndVisits: accounts.EndPartySessions})
	err = demo.Load(ctx, demo.Options{Store: store, Accounts: accounts, Vault: sealing, Cases: cases, Duty: duty.New(duty.Options{Cases: cases, Store: store, Policy: a.Policy}), Policy: a.Policy, Clock: clock, Today: today,
		Password: a.DemoPassword, Seed: demoSeed, AtLeast: a.DemoCases, Progress: progress(a.Out)})
	return errors.Join(err, store.Close())
}

// progress draws how far the loading has come: a line that grows on a terminal, one for each tenth elsewhere.
func progress(out io.Writer) func(done, all int, at string) {
	last, end := -1, "\n"
	if f, ok := out.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			end = "\r"
		}
	}
	return func(done, all int, at string) {
		tenth := 10 * done / max(all, 1)
		if tenth == last && end == "\n" {
			return
		}
		last = tenth
		bar := strings.Repeat("█", 2*tenth) + strings.Repeat("░", 20-2*tenth)
		fmt.Fprintf(out, "  %s %3d %%  %d 件  %s　　%s", bar, 100*done/max(all, 1), done, at, end)
		if done == all && end == "\r" {
			fmt.Fprintln(out)
		}
	}
}

// demoPassword draws a password when none was given.
func (a *App) demoPassword() error {
	if a.DemoPassword != "" {
		return nil
	}
	b := make([]byte, 10)
	if _, err := io.ReadFull(a.Random, b); err != nil {
		return fmt.Errorf("demo password: %w", err)
	}
	a.DemoPassword = strings.ToLower(base32.StdEncoding.EncodeToString(b))
	return nil
}

func (a *App) tellLogins() {
	fmt.Fprintf(a.Out, "\nDemo logins, all with the password %s\n", a.DemoPassword)
	for _, l := range demo.Logins {
		fmt.Fprintf(a.Out, "  %-11s %s\n", l.Login, l.What)
	}
	fmt.Fprintln(a.Out)
}
