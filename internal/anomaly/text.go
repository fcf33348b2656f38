package anomaly

import (
	"hash/fnv"
	"math"
	"strings"
	"unicode"

	"fengqiao/internal/casework"
	"fengqiao/internal/ident"
)

const (
	shingle = 5 // characters
	bands   = 8
	rows    = 8 // of a band: two texts of which nine tenths of the shingles are shared meet in some band 99 times in 100
)

// plainText is what an agreement says, as texts are compared: its own parties' names and its figures taken out, for those are
// what a copier changes; no punctuation.
func plainText(c *casework.Case) string {
	a := c.Agreement
	if a == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString(a.Facts + a.Issues)
	for _, cl := range a.Clauses {
		b.WriteString(cl.Text)
	}
	text := ident.MatchName(b.String())
	for _, p := range c.Sides {
		if name := ident.MatchName(p.Name); name != "" {
			text = strings.ReplaceAll(text, name, "人")
		}
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, text)
}

// shinglesOf are the runs of five characters of a text, each as a number.
func shinglesOf(text string) map[uint64]bool {
	r := []rune(text)
	out := map[uint64]bool{}
	for i := 0; i+shingle <= len(r); i++ {
		h := fnv.New64a()
		_, _ = h.Write([]byte(string(r[i : i+shingle])))
		out[h.Sum64()] = true
	}
	return out
}

// likeness is how much of two texts is shared, in per cent of their shingles.
func likeness(a, b map[uint64]bool) int {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	both := 0
	for s := range a {
		if b[s] {
			both++
		}
	}
	return both * 100 / (len(a) + len(b) - both)
}

// bandsOf draws the bands of a text: each is the least of its shingles under eight orders, so that texts that share most
// shingles are likely to have one band in common.
func bandsOf(set map[uint64]bool) (out [bands][rows]uint64) {
	for b := range bands {
		for r := range rows {
			out[b][r] = math.MaxUint64
			seed := uint64(b*rows+r+1) * 0x9E3779B97F4A7C15
			for s := range set {
				out[b][r] = min(out[b][r], mix(s^seed))
			}
		}
	}
	return out
}

// mix spreads a number over all 64 bits (splitmix64).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xBF58476D1CE4E5B9
	x ^= x >> 27
	x *= 0x94D049BB133111EB
	return x ^ x>>31
}
