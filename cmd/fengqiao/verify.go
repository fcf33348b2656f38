package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"fengqiao/internal/app"
)

type verifyCmds struct {
	Record  verifyCmd     `cmd:"" default:"withargs" help:"Walk the record of acts and say where it does not hold (the default)."`
	Receipt verifyReceipt `cmd:"" help:"Check a receipt without database and network."`
	Backup  verifyBackup  `cmd:"" help:"Check whether a backup is whole."`
}

type verifyCmd struct {
	database
	Report string `name:"report" type:"path" placeholder:"FILE" help:"Write what was read and every break into a new file as well."`
}

// Run walks everything that can be proved; it fails when anything does not hold.
func (c *verifyCmd) Run(ctx context.Context, k console) (err error) {
	var report *os.File
	if c.Report != "" {
		if report, err = os.OpenFile(c.Report, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, report.Close()) }()
	}
	return c.with(ctx, k, func(a *app.App) error {
		found, err := a.Verify(ctx)
		if err != nil {
			return err
		}
		if report != nil {
			if err := a.Report(report, found); err != nil {
				return err
			}
		}
		breaks := found.All()
		for _, line := range breaks {
			fmt.Fprintln(k.out, line)
		}
		if n := len(breaks); n > 0 {
			return fmt.Errorf("what is kept does not hold in %d places (read: %s)", n, found.Read())
		}
		fmt.Fprintf(k.out, "Everything holds. Read: %s.\n", found.Read())
		return nil
	})
}
