package app

import (
	"context"
	"maps"
	"net"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
)

// Chores are all that the program does by itself, by name: those that it does by the hour, by the minute and by night, and those that
// go on in the background until nothing is left.
func (a *App) Chores() map[string]func(context.Context) error {
	out := map[string]func(context.Context) error{
		"words of cases": func(ctx context.Context) error { return untilDone(ctx, a.Cases.KeepWords) },
		"rows of ledgers": func(ctx context.Context) error {
			return untilDone(ctx, func(ctx context.Context) (int, error) {
				worked, err := a.Exchange.Step(ctx)
				return map[bool]int{true: 1}[worked], err
			})
		},
	}
	for _, some := range [][]chore{a.hourly(), a.minutely(), a.beside(), a.nightly(), a.checks()} {
		maps.Copy(out, byName(some))
	}
	return out
}

func byName(all []chore) map[string]func(context.Context) error {
	out := map[string]func(context.Context) error{}
	for _, c := range all {
		out[c.name] = c.do
	}
	return out
}

func untilDone(ctx context.Context, some func(context.Context) (int, error)) error {
	for {
		if n, err := some(ctx); err != nil || n == 0 {
			return err
		}
	}
}

// Does does chores as the program does them, by name.
func (a *App) Does(ctx context.Context, all map[string]func(context.Context) error) {
	for _, name := range slices.Sorted(maps.Keys(all)) {
		a.doAll(ctx, []chore{{name, all[name]}})
	}
}

// Failed are the figures of the chores.
func (a *App) Failed() (map[string]float64, error) {
	shown := prometheus.NewRegistry()
	shown.MustRegister(a.failed)
	all, err := shown.Gather()
	out := map[string]float64{}
	for _, family := range all {
		for _, m := range family.GetMetric() {
			out[m.GetLabel()[0].GetValue()] = m.GetGauge().GetValue()
		}
	}
	return out, err
}

// Listen is the door of the program, for a test to stand at.
var Listen = listen

// Latch latches it.
func Latch(l net.Listener) error { return l.(*entrance).latch() }
