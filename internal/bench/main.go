// Command bench measures the product's API on PostgreSQL against a floor: a hand-written program that does the same rows
// on the same database. It starts all three, asks both programs in turn for the same things, and prints how they compare.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// options say what to run.
type options struct {
	product, floor string // programs
	cases, rounds  int
	only           string
	out, log       io.Writer // the table, and what goes on
}

func main() {
	o := options{out: os.Stdout, log: os.Stderr}
	flag.StringVar(&o.product, "product", "bin/fengqiao", "the product's program")
	flag.StringVar(&o.floor, "floor", "bin/floor", "the floor's program")
	flag.IntVar(&o.cases, "cases", 100000, "at least so many cases in the demo city")
	flag.IntVar(&o.rounds, "rounds", 7, "rounds of each operation for each program")
	flag.StringVar(&o.only, "only", "WLDR", "operations")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	slow, err := o.run(ctx)
	if ctx.Err() != nil {
		err = errors.New("stopped before the end")
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, s := range slow {
		fmt.Fprintln(os.Stderr, s)
	}
	if len(slow) > 0 {
		os.Exit(1)
	}
}

func (o options) run(ctx context.Context) (slow []string, err error) {
	h := &house{options: o, password: rand.Text()}
	defer h.tearDown()
	if err := h.build(ctx); err != nil {
		return nil, err
	}
	all, err := h.measure(ctx)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(o.out, "\n%d cores, PostgreSQL %s with durable commits, %d cases (%d of them closed in the year of R), %d clients, medians of %d rounds.\n\n%s\n%s\n",
		runtime.NumCPU(), h.version, h.scene.total, h.scene.closed, clients, o.rounds, draw(all), h.weights())
	return tooSlow(all), nil
}

// measure lets the two programs take turns, each pair of rounds in the other order than the last. A first pair warms
// them up and tells how many requests fit into a round.
func (h *house) measure(ctx context.Context) ([]figures, error) {
	var all []figures
	for _, op := range h.scene.operations() {
		if !strings.Contains(h.only, op.name) {
			continue
		}
		f := figures{operation: op}
		fmt.Fprintf(h.log, "%s, %s: ", op.name, op.what)
		if err := h.pair(ctx, &f, 0, warmUp(op.requests), warmUp(op.requests)); err != nil {
			return nil, err
		}
		floor, product := f.floor[0].fitting(op.requests), f.product[0].fitting(op.requests)
		f.floor, f.product = nil, nil
		for n := range h.rounds {
			if err := h.pair(ctx, &f, n, floor, product); err != nil {
				return nil, err
			}
			fmt.Fprint(h.log, ".")
		}
		fmt.Fprintln(h.log)
		all = append(all, f)
	}
	return all, nil
}

// pair is one round of each program.
func (h *house) pair(ctx context.Context, f *figures, n, floor, product int) error {
	for turn := range 2 {
		p, kept, requests := h.baseline, &f.floor, floor
		if (turn+n)%2 == 1 {
			p, kept, requests = h.serving, &f.product, product
		}
		r, err := h.crowd.round(ctx, p, f.operation, requests)
		if err != nil {
			return err
		}
		*kept = append(*kept, r)
	}
	return nil
}

// weights says how much memory the programs held, and how soon the product was ready.
func (h *house) weights() string {
	return fmt.Sprintf("Memory under load: floor %d MiB, product %d MiB (%d MiB at most, while passwords were hashed). "+
		"The product was ready on the filled database in %s, eleven new demo passwords among it.",
		h.baseline.memory.now>>10, h.serving.memory.now>>10, h.serving.memory.most>>10, h.serving.Ready.Round(10*time.Millisecond))
}

// sizeFlag is how the product is told how many cases the demo should have, when it knows.
func (o options) sizeFlag(ctx context.Context) ([]string, error) {
	help, err := exec.CommandContext(ctx, o.product, "serve", "--help").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%s serve --help: %w\n%s", o.product, err, help)
	}
	if strings.Contains(string(help), "--demo-cases") {
		return []string{"--demo-cases", strconv.Itoa(o.cases)}, nil
	}
	fmt.Fprintln(o.log, "This product does not know --demo-cases: the small demo is measured.")
	return nil, nil
}
