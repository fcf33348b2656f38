package app_test

import (
	"context"
	"errors"
	"testing"
)

// A chore that fails, or panics, is told by a figure until it is done again; the chores after it are done all the same.
func TestAChoreThatFailsIsTold(t *testing.T) {
	town := one(t)
	bad, did := true, 0
	all := map[string]func(context.Context) error{
		"a": func(context.Context) error {
			if bad {
				return errors.New("the disk is away")
			}
			return nil
		},
		"b": func(context.Context) error {
			if bad {
				panic("at night")
			}
			return nil
		},
		"c": func(context.Context) error { did++; return nil },
	}
	for round, want := range []float64{1, 0} {
		town.App.Does(t.Context(), all)
		if got, err := town.App.Failed(); err != nil || got["a"] != want || got["b"] != want || got["c"] != 0 || len(got) != 3 {
			t.Errorf("round %d: %v, %v", round, got, err)
		}
		bad = false
	}
	if did != 2 {
		t.Errorf("the last was done %d times", did)
	}
}
