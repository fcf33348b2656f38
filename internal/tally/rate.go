package tally

import (
	"fmt"
	"math"
	"strconv"
)

// Rate is a part of a whole, which is never shown without both: a success rate alone says nothing (93.4 % was printed
// for 6.8 of 7.2). Source: statistics handbook, §3.
type Rate struct {
	Numerator   int64  `json:"numerator"`
	Denominator int64  `json:"denominator"`
	N           int64  `json:"n" doc:"How many the rate rests on: the denominator"`
	Percent     string `json:"percent" doc:"In per cent with two decimals, half up; – when the denominator is 0"`
	Low         string `json:"low" doc:"Lower bound of the Wilson 95 % interval, in per cent; – without cases"`
	High        string `json:"high" doc:"Upper bound"`
	Drill       Parts  `json:"drill" doc:"Where the numerator and the denominator are listed"`

	of, from Query
}

// Parts are the lists behind a rate.
type Parts struct {
	Numerator   string `json:"numerator"`
	Denominator string `json:"denominator"`
}

const none = "–" // what stands for a rate of nothing

// RateOf makes the rate of a part of a whole; of and from say how the two are listed.
func RateOf(part, whole int64, of, from Query) Rate {
	r := Rate{Numerator: part, Denominator: whole, N: whole, Percent: Percent(part, whole), Low: none, High: none, of: of, from: from}
	if low, high, ok := Wilson(part, whole); ok {
		r.Low, r.High = strconv.FormatFloat(100*low, 'f', 2, 64), strconv.FormatFloat(100*high, 'f', 2, 64)
	}
	return r
}

// Percent is part of whole in per cent with two decimals, half up: 14218 of 14509 is 97.99. A whole of 0 gives –.
func Percent(part, whole int64) string {
	if whole <= 0 {
		return none
	}
	n := halfUp(part*10_000, whole)
	return fmt.Sprintf("%d.%02d", n/100, n%100)
}

// Rounded is part of whole in whole per cent, half up, from the counts and not from a figure that was rounded before.
// A whole of 0 gives –.
func Rounded(part, whole int64) string {
	if whole <= 0 {
		return none
	}
	return fmt.Sprintf("%d%%", halfUp(part*100, whole))
}

// halfUp divides two numbers that are not negative and rounds halves up.
func halfUp(a, b int64) int64 { return (2*a + b) / (2 * b) }

const z = 1.959963984540054 // 95 % of a normal distribution lie within so many deviations

// Wilson is the score interval of a proportion at 95 %, between 0 and 1, without continuity correction; false for a
// whole of 0, and for what is no part of it. Source: Wilson 1927; test vectors from Newcombe 1998, table I.
func Wilson(part, whole int64) (low, high float64, ok bool) {
	if whole <= 0 || part > whole {
		return 0, 0, false
	}
	n, p := float64(whole), float64(part)/float64(whole)
	mid, half := p+z*z/(2*n), z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	scale := 1 + z*z/n
	return max(0, (mid-half)/scale), min(1, (mid+half)/scale), true
}

// Thousands writes a count as official papers do: 14,509.
func Thousands(n int64) string {
	if n < 1000 {
		return strconv.FormatInt(n, 10)
	}
	return fmt.Sprintf("%s,%03d", Thousands(n/1000), n%1000)
}
