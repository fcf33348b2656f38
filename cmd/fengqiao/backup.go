package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"fengqiao/internal/app"
	"fengqiao/internal/backup"
	"fengqiao/internal/seal"
)

type backupCmd struct {
	database
	Folder string `arg:"" optional:"" help:"Where to write it (default: the folder backups of the data folder)."`
	Keep   int    `placeholder:"N" help:"Then remove the oldest backups of the folder beyond so many (default: none)."`
}

// Run writes a backup while the program may be running.
func (c *backupCmd) Run(ctx context.Context, k console) error {
	return c.with(ctx, k, func(a *app.App) error {
		if c.Folder == "" {
			c.Folder = filepath.Join(a.Data, "backups")
		}
		began := time.Now()
		path, m, err := backup.Take(ctx, a.Backup(), c.Folder)
		if err != nil {
			return err
		}
		fmt.Fprintf(k.out, "%s: %d rows of %d tables, %d files, in %s.\nThe keys are not in it: keep copies of keys, caucus-keys and receipt-keys elsewhere, each apart.\n",
			path, m.Rows(), len(m.Tables), len(m.Files), time.Since(began).Round(time.Second/10))
		removed, err := backup.Keep(c.Folder, c.Keep, time.Now())
		for _, old := range removed {
			fmt.Fprintln(k.out, "Removed", old)
		}
		return err
	})
}

type restoreCmd struct {
	database
	File        string `arg:"" help:"A backup."`
	WithoutKeys bool   `help:"Restore although the keys of that time are not in the data folder: what is sealed stays unreadable until they are."`
}

// Run puts a backup back on an empty machine and walks the record.
func (c *restoreCmd) Run(ctx context.Context, k console) error {
	m, err := app.Restore(ctx, app.Options{Database: c.DatabaseURL, Data: c.Data, Keys: c.Keys, CaucusKeys: c.CaucusKeys, Version: versionOf(), Now: time.Now}, c.File, c.WithoutKeys)
	if err != nil {
		return err
	}
	fmt.Fprintf(k.out, "Restored the state of %s: %d rows of %d tables, the record and %d files are what was written.\n", m.TakenAt.Format(time.RFC3339), m.Rows(), len(m.Tables), len(m.Files))
	if c.WithoutKeys {
		fmt.Fprintln(k.out, "Put keys, caucus-keys and receipt-keys of that time into the data folder before you start the program: it would make new ones.")
		return nil
	}
	// Days that were over when the backup was taken, or have ended since, are sealed first. Where later seals were made than the backup holds
	// nothing is, and the walk says so.
	err = c.with(ctx, k, func(a *app.App) error {
		_, err := a.Seals.Sweep(ctx)
		if refused := (*seal.Refused)(nil); errors.As(err, &refused) {
			fmt.Fprintln(k.out, "Seals were made after this backup. If nobody took them away, say so with fengqiao seals accept --reason TEXT.")
			return nil
		}
		return err
	})
	return errors.Join(err, (&verifyCmd{database: c.database}).Run(ctx, k))
}

type verifyBackup struct {
	File string `arg:"" help:"A backup."`
}

// Run reads a backup and says whether it is whole.
func (c *verifyBackup) Run(ctx context.Context, k console) error {
	m, err := backup.Check(ctx, c.File)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(k.out, "Whole: the state of %s, %d rows of %d tables, %d files.\n", m.TakenAt.Format(time.RFC3339), m.Rows(), len(m.Tables), len(m.Files))
	return err
}
