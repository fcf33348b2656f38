package main

import (
	"context"
	"fmt"

	"fengqiao/internal/app"
)

type verifyCmds struct {
	Record  verifyCmd     `cmd:"" default:"withargs" help:"Walk the record of acts and say where it does not hold (the default)."`
	Receipt verifyReceipt `cmd:"" help:"Check a receipt without database and network."`
	Backup  verifyBackup  `cmd:"" help:"Check whether a backup is whole."`
}

type verifyCmd struct{ database }

// Run walks the record of acts; it fails when anything in it does not hold.
func (c *verifyCmd) Run(ctx context.Context, k console) error {
	return c.with(ctx, k, func(a *app.App) error {
		found, err := a.Verify(ctx)
		if err != nil {
			return err
		}
		for _, b := range found.Breaks {
			fmt.Fprintf(k.out, "case %s, entry %d: %s\n", b.Case, b.Seq, b.What)
		}
		for _, b := range found.Seals.Breaks {
			fmt.Fprintf(k.out, "county %s, sealed until %s: %s\n", b.County, b.Until, b.What)
		}
		if n := len(found.Breaks) + len(found.Seals.Breaks); n > 0 {
			return fmt.Errorf("the record does not hold in %d places (%d cases and %d seals read)", n, found.Cases, found.Seals.Seals)
		}
		fmt.Fprintf(k.out, "The record of %d cases holds, and so do %d seals.\n", found.Cases, found.Seals.Seals)
		return nil
	})
}
