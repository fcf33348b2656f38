package main

import (
	"context"
	"fmt"

	"fengqiao/internal/app"
)

type sealsCmd struct {
	database
	Days int `default:"31" placeholder:"N" help:"So many days, the newest first (default: ${default})."`
}

// Run seals what is over and prints the digests.
func (c *sealsCmd) Run(ctx context.Context, k console) error {
	return c.with(ctx, k, func(a *app.App) error {
		if _, err := a.Seals.Sweep(ctx); err != nil {
			return err
		}
		days, err := a.Seals.Days(ctx, "", c.Days)
		for _, d := range days {
			fmt.Fprintf(k.out, "%s  %2d counties  %7d entries  %s\n", d.On, d.Counties, d.Entries, d.Spoken())
		}
		return err
	})
}
