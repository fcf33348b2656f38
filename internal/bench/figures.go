package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// round is what one program did in one round of one operation.
type round struct {
	requests int
	took     time.Duration
	server   time.Duration // processor time of the program
	database time.Duration // processor time of the database
	waits    []time.Duration
}

func (r round) perSecond() float64 { return float64(r.requests) / r.took.Seconds() }

const longest = 10 * time.Second // that a round should take

// warmUp is how many requests are sent before anything is kept.
func warmUp(requests int) int { return max(clients, requests/8) }

// fitting is how many of the wanted requests fit into a round, by the pace of one before.
func (r round) fitting(wanted int) int {
	return min(wanted, max(clients, int(r.perSecond()*longest.Seconds())))
}

func (r round) serverEach() float64   { return micros(r.server) / float64(r.requests) }
func (r round) databaseEach() float64 { return micros(r.database) / float64(r.requests) }
func (r round) each() float64         { return r.serverEach() + r.databaseEach() }
func (r round) at(p int) float64      { return micros(percentile(r.waits, p)) / 1000 }

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// percentile is the value below or at which p of a hundred values lie; nearest rank.
func percentile(values []time.Duration, p int) time.Duration {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[max(0, (len(sorted)*p+99)/100-1)]
}

// median is the middle value, or the mean of the two in the middle.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(values))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

func medianOf(rounds []round, of func(round) float64) float64 {
	var values []float64
	for _, r := range rounds {
		values = append(values, of(r))
	}
	return median(values)
}

// figures are the rounds of one operation; the n-th round of the product came right after the n-th of the floor.
type figures struct {
	operation
	floor, product []round
}

// ratio is the median over the pairs of rounds: what slows the machine down slows both of a pair.
func (f figures) ratio(of func(round) float64) float64 {
	var values []float64
	for i := range min(len(f.floor), len(f.product)) {
		if base := of(f.floor[i]); base > 0 {
			values = append(values, of(f.product[i])/base)
		}
	}
	return median(values)
}

const heading = `| Operation | floor: server + database µs | product: server + database µs | CPU | throughput | p50 ms: floor, product | p95 ms: floor, product |
|---|---|---|---|---|---|---|
`

// draw is the table in Markdown: processor time a request and its ratio, requests a second and their ratio, and how
// long a request took.
func draw(all []figures) string {
	var b strings.Builder
	b.WriteString(heading)
	for _, f := range all {
		fmt.Fprintf(&b, "| %s %s | %s | %s | %.2f × | %.2f × (%.0f → %.0f a second) | %s | %s |\n", f.name, f.what,
			sumOf(f.floor), sumOf(f.product), f.ratio(round.each), f.ratio(round.perSecond), medianOf(f.floor, round.perSecond),
			medianOf(f.product, round.perSecond), f.both(50), f.both(95))
	}
	return b.String()
}

func sumOf(rounds []round) string {
	return fmt.Sprintf("%.0f + %.0f", medianOf(rounds, round.serverEach), medianOf(rounds, round.databaseEach))
}

func (f figures) both(p int) string {
	at := func(r round) float64 { return r.at(p) }
	return fmt.Sprintf("%.1f, %.1f", medianOf(f.floor, at), medianOf(f.product, at))
}

// tooSlow says in words which operations are beyond their bound.
func tooSlow(all []figures) []string {
	var out []string
	for _, f := range all {
		if got := f.ratio(round.each); f.most > 0 && got > f.most {
			out = append(out, fmt.Sprintf("%s (%s) takes %.1f times the processor time of the floor; %.0f times is the most.",
				f.name, f.what, got, f.most))
		}
	}
	return out
}
