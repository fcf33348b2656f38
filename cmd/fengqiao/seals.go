package main

import (
	"context"
	"fmt"

	"fengqiao/internal/app"
	"fengqiao/internal/calendar"
)

type sealsCmds struct {
	Print  sealsCmd       `cmd:"" default:"withargs" help:"Seal what is over and print the digests of sealed days (the default)."`
	Accept sealsAcceptCmd `cmd:"" help:"Say that the seals of the database count although others are kept beside the keys, as after an older backup was put back."`
}

type sealsCmd struct {
	database
	Days int `default:"31" placeholder:"N" help:"So many days, the newest first (default: ${default})."`
}

// Run seals what is over and prints the digests.
func (c *sealsCmd) Run(ctx context.Context, k console) error {
	return c.with(ctx, k, func(a *app.App) error {
		_, refused := a.Seals.Sweep(ctx)
		days, err := a.Seals.Days(ctx, "", c.Days)
		if err != nil {
			return err
		}
		for _, d := range days {
			fmt.Fprintf(k.out, "%s  %2d counties  %7d entries  %s\n", d.On, d.Counties, d.Entries, d.Spoken())
		}
		accepted, err := a.Seals.Accepted(ctx)
		if err != nil {
			return err
		}
		for _, one := range accepted {
			fmt.Fprintf(k.out, "%s  county %s: seal %d was accepted as the last one, where %d had been kept; the reason is entry 1 of %s\n",
				calendar.Local(one.AcceptedAt).Format("2006-01-02 15:04"), one.CountyCode, one.Number, one.HadNumber, one.ID)
		}
		return refused
	})
}

type sealsAcceptCmd struct {
	database
	Reason string `required:"" placeholder:"TEXT" help:"Why: it is entered in the record of each county concerned."`
}

// Run accepts the seals of the database.
func (c *sealsAcceptCmd) Run(ctx context.Context, k console) error {
	return c.with(ctx, k, func(a *app.App) error {
		accepted, err := a.Seals.Accept(ctx, c.Reason)
		for _, one := range accepted {
			fmt.Fprintf(k.out, "County %s: seal %d counts as the last one, where %d had been kept.\n", one.CountyCode, one.Number, one.HadNumber)
		}
		return err
	})
}
