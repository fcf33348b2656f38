package main

import (
	"context"
	"fmt"

	"fengqiao/internal/app"
	"fengqiao/internal/turn"
)

type ringCmds struct {
	List ringList `cmd:"" default:"withargs" help:"Say which keys there are, and how many values lie under each (the default)."`
	Add  ringAdd  `cmd:"" help:"Draw a new key into the key file. It seals from the next start on."`
	Turn ringTurn `cmd:"" help:"Seal every value anew under the newest key, while the program runs."`
}

type ringList struct{ database }

// Run lists the keys of both rings.
func (c *ringList) Run(ctx context.Context, k console) error {
	return c.with(ctx, k, func(a *app.App) error {
		for _, ring := range []struct {
			name string
			ids  []string
		}{{turn.Vault, a.Vault.KeyIDs()}, {turn.Caucus, a.Caucus.KeyIDs()}} {
			uses, err := a.Turning.Uses(ctx, ring.name)
			if err != nil {
				return err
			}
			values := map[string]int64{}
			for _, u := range uses {
				values[u.Key] = u.Values
			}
			for i, id := range ring.ids {
				does := "opens"
				if i == len(ring.ids)-1 {
					does = "seals"
				}
				fmt.Fprintf(k.out, "%s\t%s\t%s\t%d values\n", ring.name, id, does, values[id])
				delete(values, id)
			}
			for id, n := range values {
				fmt.Fprintf(k.out, "%s\t%s\tis missing\t%d values\n", ring.name, id, n)
			}
		}
		return nil
	})
}

type ringAdd struct {
	database
	Caucus    bool `help:"Into the ring of caucus notes."`
	OpensOnly bool `name:"opens-only" help:"The key opens and does not seal yet: the first step where several processes run."`
}

// Run draws a key. The program is opened first: what follows from the keys that there are must be kept before there is another.
func (c *ringAdd) Run(ctx context.Context, k console) error {
	if err := c.with(ctx, k, func(*app.App) error { return nil }); err != nil {
		return err
	}
	id, path, err := app.AddKey(app.Options{Database: c.DatabaseURL, Data: c.Data, Keys: c.Keys, CaucusKeys: c.database.CaucusKeys}, c.Caucus, c.OpensOnly)
	if err != nil {
		return err
	}
	what := "seals from the next start on"
	if c.OpensOnly {
		what = "opens from the next start on; it seals when its line is the last"
	}
	fmt.Fprintf(k.out, "New key %s in %s: it %s. Keep a copy of the file apart from the backups, and restart the program.\n", id, path, what)
	return nil
}

type ringTurn struct {
	database
	Caucus bool `help:"The ring of caucus notes."`
}

// Run turns a ring; it fails when something is left under an older key.
func (c *ringTurn) Run(ctx context.Context, k console) error {
	return c.with(ctx, k, func(a *app.App) error {
		ring := turn.Vault
		if c.Caucus {
			ring = turn.Caucus
		}
		done, err := a.Turning.Turn(ctx, ring, func(col turn.Column, n int64) { fmt.Fprintf(k.out, "%s: %d\n", col, n) })
		for _, place := range done.Broken {
			fmt.Fprintf(k.out, "%s does not open and was left\n", place)
		}
		if err != nil {
			return fmt.Errorf("%w (%d values were sealed anew; begin again, it goes on from there)", err, done.Values)
		}
		for _, u := range done.Left {
			fmt.Fprintf(k.out, "%d values lie under key %s still\n", u.Values, u.Key)
		}
		for _, id := range done.Free {
			fmt.Fprintf(k.out, "Nothing lies under key %s any more: take its line out and restart. Keep it with the backups that were made before.\n", id)
		}
		if len(done.Left) > 0 {
			return fmt.Errorf("the turn is not done: begin again when no process seals under an older key")
		}
		fmt.Fprintf(k.out, "%d values were sealed anew. Everything of the ring lies under key %s.\n", done.Values, done.Key)
		return nil
	})
}
