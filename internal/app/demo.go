package app

import (
	"context"
	"encoding/base32"
	"fmt"
	"io"
	"strings"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/db"
	"fengqiao/internal/demo"
	"fengqiao/internal/ident"
)

const demoSeed = 2021

// loadDemo puts the demo city into the database, once. Its rooms go by a clock of their own, so that its history lies
// in the past.
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
	fmt.Fprintln(a.Out, "Loading the demo city; this happens once and takes a few seconds …")
	clock := &demo.Clock{}
	store, err := db.Open(db.Options{URL: a.Database, Now: clock.Now, IDs: ident.NewMaker(a.Random), Log: a.Log})
	if err != nil {
		return err
	}
	defer store.Close()
	accounts := account.New(account.Options{Store: store, Vault: a.Vault, Random: a.Random, Log: a.Log})
	began := a.Now()
	err = demo.Load(ctx, demo.Options{Store: store, Accounts: accounts, Cases: a.caseRoom(store, accounts), Policy: a.Policy, Clock: clock,
		Today: began.UTC().Truncate(time.Second), Password: a.DemoPassword, Seed: demoSeed,
		Say: func(format string, args ...any) { fmt.Fprintf(a.Out, format+"\n", args...) }})
	if err != nil {
		return fmt.Errorf("load the demo: %w", err)
	}
	fmt.Fprintf(a.Out, "Loaded in %s.\n", a.Now().Sub(began).Round(100*time.Millisecond))
	return nil
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
