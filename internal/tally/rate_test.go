package tally_test

import (
	"fmt"
	"testing"

	"fengqiao/internal/tally"
)

func TestAPercentIsRoundedHalfUpFromTheCounts(t *testing.T) {
	for _, c := range []struct {
		part, whole      int64
		percent, rounded string
	}{
		{14218, 14509, "97.99", "98%"}, {1200, 2034, "59.00", "59%"}, {0, 7, "0.00", "0%"}, {7, 7, "100.00", "100%"},
		{1, 3, "33.33", "33%"}, {2, 3, "66.67", "67%"}, {1, 8, "12.50", "13%"}, {1, 800, "0.13", "0%"}, {68, 72, "94.44", "94%"},
		{1, 20000, "0.01", "0%"}, {0, 0, "–", "–"},
	} {
		if got := tally.Percent(c.part, c.whole); got != c.percent {
			t.Errorf("%d of %d is %s, want %s", c.part, c.whole, got, c.percent)
		}
		if got := tally.Rounded(c.part, c.whole); got != c.rounded {
			t.Errorf("%d of %d is about %s, want %s", c.part, c.whole, got, c.rounded)
		}
	}
}

// Newcombe 1998, table I, method 3.
func TestTheWilsonIntervalIsThatOfTheLiterature(t *testing.T) {
	for _, c := range []struct {
		part, whole int64
		want        string
	}{
		{81, 263, "0.2553 0.3662"}, {15, 148, "0.0624 0.1605"}, {0, 20, "0.0000 0.1611"}, {1, 29, "0.0061 0.1718"}, {20, 20, "0.8389 1.0000"},
	} {
		low, high, ok := tally.Wilson(c.part, c.whole)
		if got := fmt.Sprintf("%.4f %.4f", low, high); !ok || got != c.want {
			t.Errorf("%d of %d: %s, want %s", c.part, c.whole, got, c.want)
		}
	}
	if _, _, ok := tally.Wilson(0, 0); ok {
		t.Error("nothing has an interval")
	}
}

func TestThousandsAreSetOff(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 2525: "2,525", 14509: "14,509", 1000005: "1,000,005"} {
		if got := tally.Thousands(n); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
}
