package wording

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/calendar"
	"fengqiao/internal/money"
)

var update = flag.Bool("update", false, "write golden files")

// sample is a clause of the corpus with what was seeded in it.
type sample struct {
	Text string
	Owed *struct {
		Kind   string
		Yuan   money.Fen
		Due    calendar.Day
		Manner string
	}
	Want []string
	Why  string
}

// draft is an agreement of the one clause, complete where nothing was seeded.
func (s sample) draft() Draft {
	d := Draft{Facts: "双方因本案纠纷发生争议。", Issues: "责任和费用的承担。", Parties: []string{"林秀英", "陈志强"}, On: "2026-03-06"}
	c := Clause{Text: s.Text}
	if s.Owed != nil {
		c.Owed = &Owed{Kind: s.Owed.Kind, Debtor: "陈志强", Creditor: "林秀英", Amount: s.Owed.Yuan * 100, Due: s.Owed.Due, Manner: "银行转账"}
		if s.Owed.Manner == "-" {
			c.Owed.Manner = ""
		}
		d.Clauses = []Clause{c}
		return d
	}
	d.Clauses = []Clause{c, {Text: "双方握手言和。", Owed: &Owed{Kind: "do", Debtor: "陈志强", Creditor: "林秀英", Due: "2026-03-31", Manner: "当面"}}}
	return d
}

func corpus(t *testing.T) (out []sample) {
	t.Helper()
	file, err := os.ReadFile("testdata/corpus.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(file))
	for lines.Scan() {
		var s sample
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		out = append(out, s)
	}
	return out
}

// score counts how one kind was found.
type score struct{ right, wrong, missed int }

func (s score) precision() float64 { return part(s.right, s.right+s.wrong) }
func (s score) recall() float64    { return part(s.right, s.right+s.missed) }

func part(n, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(n) / float64(of)
}

// The lists are measured on clauses with seeded defects, and on clean ones: how many of the findings are right, and how
// many of the defects are found. What is missed is printed too.
func TestC15_C16_TheCorpusIsRead(t *testing.T) {
	samples := corpus(t)
	by, all := map[string]*score{}, &score{}
	of := func(kind string) *score {
		if by[kind] == nil {
			by[kind] = &score{}
		}
		return by[kind]
	}
	clean, quiet, missed := 0, 0, []string{}
	for _, s := range samples {
		got := map[string]bool{}
		for _, f := range Check(s.draft()) {
			got[f.Kind] = true
		}
		if len(s.Want) == 0 {
			clean++
			if len(got) == 0 {
				quiet++
			}
		}
		for kind := range got {
			if slices.Contains(s.Want, kind) {
				of(kind).right++
				all.right++
			} else {
				of(kind).wrong++
				all.wrong++
				t.Logf("%s is not in: %s", kind, s.Text)
			}
		}
		for _, kind := range s.Want {
			if !got[kind] {
				of(kind).missed++
				all.missed++
				missed = append(missed, fmt.Sprintf("- `%s`: %s", kind, s.Text))
			}
		}
	}
	if len(samples) < 120 || clean < 40 {
		t.Errorf("the corpus has %d clauses, %d of them clean", len(samples), clean)
	}
	if all.precision() < 0.97 || all.recall() < 0.92 || part(quiet, clean) < 0.97 {
		t.Errorf("precision %.2f, recall %.2f, quiet on clean ones %d of %d", all.precision(), all.recall(), quiet, clean)
	}
	for kind, s := range by {
		if s.precision() < 0.8 || s.recall() < 0.6 {
			t.Errorf("%s: precision %.2f, recall %.2f", kind, s.precision(), s.recall())
		}
	}
	golden(t, table(by, *all, len(samples), clean, quiet, missed))
}

func table(by map[string]*score, all score, n, clean, quiet int, missed []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Wording\n\nWhat the drafts of agreements and the records of sessions are read for. The lists are `internal/wording/words.json`, the rates `internal/wording/rates.json`; "+
		"sums, dates, parties and sentences are compared by rules in the same room. Nothing leaves the machine, and the same text always gives the same findings.\n\n"+
		"`block` stands in the way because a rule of law does; `warn` is said with the act and kept with it; `hint` is only shown.\n\n"+
		"## Measured\n\nOn %d short clauses in `internal/wording/testdata/corpus.jsonl`, %d of them clean; nothing was found in %d of the clean ones. "+
		"The corpus was written by those who wrote the lists, so these figures say that the lists do what they are meant to and how they fail; on agreements of other people recall will be lower. "+
		"Made by the test; `go test ./internal/wording -update` writes it anew.\n\n", n, clean, quiet)
	b.WriteString("| Kind | Seeded | Found | Precision | Recall |\n|---|---:|---:|---:|---:|\n")
	kinds := make([]string, 0, len(by))
	for kind := range by {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	row := func(name string, s score) {
		fmt.Fprintf(&b, "| %s | %d | %d | %.2f | %.2f |\n", name, s.right+s.missed, s.right+s.wrong, s.precision(), s.recall())
	}
	for _, kind := range kinds {
		row("`"+kind+"`", *by[kind])
	}
	row("all", all)
	b.WriteString("\n## Missed\n\nKnown and left: a list that caught these would catch too much else.\n\n" + strings.Join(missed, "\n") + "\n")
	return b.String()
}

func golden(t *testing.T, text string) {
	t.Helper()
	const name = "../../docs/wording.md"
	if *update {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(name); err != nil || string(want) != text {
		t.Errorf("%s is not what was measured (%v); run with -update and read the difference", name, err)
	}
}
