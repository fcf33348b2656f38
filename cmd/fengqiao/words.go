package main

import (
	"context"
	"fmt"

	"fengqiao/internal/app"
)

type wordsCmd struct{ database }

// Run keeps anew by what every case is found.
func (c *wordsCmd) Run(ctx context.Context, k console) error {
	return c.with(ctx, k, func(a *app.App) error {
		n, err := a.Cases.KeepAllWords(ctx)
		fmt.Fprintf(k.out, "The words of %d cases are kept anew.\n", n)
		return err
	})
}
