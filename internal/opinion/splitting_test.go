package opinion

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"fengqiao/internal/codes"
)

var heard = question{"heard", codes.Agreements}

// said are the people of one county's quarter by part, all of one answer.
func said(quarter string, parts string) (out []cell) {
	for _, one := range strings.Fields(parts) {
		var c cell
		name, n, _ := strings.Cut(one, ":")
		if _, err := fmt.Sscan(n, &c.N); err != nil {
			panic(err)
		}
		c.CountyCode, c.Quarter, c.Part, c.Answer = "350503", quarter, name, "5"
		out = append(out, c)
	}
	return out
}

func shown(splits []Split) string {
	var out []string
	for _, s := range splits {
		out = append(out, fmt.Sprintf("%s:%d", s.Code, s.N))
	}
	return strings.Join(out, " ")
}

// No part of fewer than five is shown, and none can be had by taking what is shown from the whole.
func TestP4_PartsOfFewerThanFiveStandTogether(t *testing.T) {
	for _, s := range []struct{ of, want string }{
		{"applicant:4", ""}, {"applicant:3 respondent:1", ""}, {"applicant:5", "applicant:5"}, {"applicant:6 respondent:5", "applicant:6 respondent:5"},
		{"applicant:9 respondent:4", ":13"}, {"applicant:3 respondent:3", ":6"},
		{"01:5 02:9 03:2", "02:9 :7"}, {"01:9 02:3 03:2", "01:9 :5"}, {"01:5 02:5 03:1", "02:5 :6"},
	} {
		if got := shown(heard.split(said("2026-1", s.of), bySide, "en")); got != s.want {
			t.Errorf("%s: %q, want %q", s.of, got, s.want)
		}
	}
	two := append(said("2026-1", "01:9 02:4"), said("2026-2", "01:6 02:5")...)
	if got := shown(heard.split(two, byKind, "en")); got != "01:6 02:5 :13" {
		t.Errorf("a quarter is parted in a longer report as in its own: %q", got)
	}
}

// Whatever was answered, the parts add up to the whole, and the difference of two reports, of a year and its quarters, is about
// nobody's few.
func TestP4_PartsAddUp(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var all []cell
		sum, each := map[string]int64{}, int64(0)
		for q := range 4 {
			var parts []string
			for p := range 1 + chance.IntN(6) {
				parts = append(parts, fmt.Sprintf("%02d:%d", p+1, chance.IntN(9)))
			}
			cells := said(fmt.Sprintf("2026-%d", q+1), strings.Join(parts, " "))
			for _, s := range heard.split(cells, byKind, "en") {
				if s.N < least {
					t.Fatalf("%v: %d are shown", parts, s.N)
				}
				sum[s.Code] += s.N
			}
			each += heard.row(cells, "en").N
			all = append(all, cells...)
		}
		var whole int64
		for _, s := range heard.split(all, byKind, "en") {
			if whole += s.N; s.N != sum[s.Code] {
				t.Fatalf("%s: %d in the year, %d in its quarters", s.Code, s.N, sum[s.Code])
			}
		}
		if whole != each {
			t.Fatalf("the parts come to %d, the whole to %d", whole, each)
		}
	}
}
