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
		if n := len(found.Breaks); n > 0 {
			return fmt.Errorf("the record does not hold in %d places (%d cases read)", n, found.Cases)
		}
		fmt.Fprintf(k.out, "The record of %d cases holds.\n", found.Cases)
		return nil
	})
}
