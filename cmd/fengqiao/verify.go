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
	Book   string `name:"book" type:"path" placeholder:"FILE" help:"Compare with digests that were kept on paper: a day and 32 characters a line, as fengqiao seals prints them."`
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
		if c.Book != "" {
			told, err := compareBook(ctx, a, c.Book)
			if err != nil {
				return err
			}
			breaks = append(breaks, told...)
		}
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

// compareBook names the days of which a book says something else.
func compareBook(ctx context.Context, a *app.App, path string) (told []string, err error) {
	book, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	differ, n, err := a.Seals.Compare(ctx, book)
	if err == nil && n == 0 {
		return nil, fmt.Errorf("there is no day in %s", path)
	}
	for _, day := range differ {
		told = append(told, fmt.Sprintf("the digest of %s is not the one of the book", day))
	}
	return told, err
}
