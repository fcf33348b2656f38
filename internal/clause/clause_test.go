package clause_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fengqiao/internal/calendar"
	"fengqiao/internal/clause"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
	"fengqiao/internal/wording"
)

const today calendar.Day = "2026-03-06"

var parties = []clause.Party{{ID: ident.ID{1}, Name: "林秀英"}, {ID: ident.ID{2}, Name: "陈志强"}}

// samples are what a mediator might type into places without a default.
var samples = map[string]string{"debtor": parties[1].ID.String(), "creditor": parties[0].ID.String(), "amount": "3,260", "monthly": "800", "count": "7", "months": "12",
	"first": "2026-03-31", "due": "2026-04-30", "start": "2026-03-10", "until": "2026-12-31", "what": "墙面", "where": "卫生间", "period": "2025年1月至12月",
	"line": "2019年测量的界桩", "turns": "每人四个月", "times": "每月第一个周六9时至17时"}

func filledIn(c clause.Clause) map[string]string {
	out := map[string]string{}
	for _, s := range c.Slots {
		if out[s.Name] = samples[s.Name]; s.Default != "" {
			out[s.Name] = s.Default
		}
	}
	return out
}

// draft is an agreement of one clause.
func draft(f clause.Filled) wording.Draft {
	c := wording.Clause{Text: f.Text}
	if f.Kind != "" {
		c.Owed = &wording.Owed{Kind: f.Kind, Debtor: "陈志强", Creditor: "林秀英", Amount: f.Amount, Due: f.Due, Manner: f.Manner}
		for _, p := range f.Parts {
			c.Owed.Parts = append(c.Owed.Parts, wording.Part(p))
		}
	}
	return wording.Draft{Facts: "有争议。", Issues: "责任。", Parties: []string{"林秀英", "陈志强"}, On: today, Clauses: []wording.Clause{c,
		{Text: "双方握手言和。", Owed: &wording.Owed{Kind: "do", Debtor: "林秀英", Creditor: "陈志强", Due: "2026-03-31", Manner: "当面"}}}}
}

// Every clause can be filled in, obliges whoever it says by a day and in a manner, and reads without a finding.
func TestC8_EveryClauseIsCompleteAndReadsClean(t *testing.T) {
	all := clause.For("", today)
	if len(all) < 30 {
		t.Errorf("only %d clauses", len(all))
	}
	seen := map[string]bool{}
	for _, c := range all {
		if seen[c.ID] || c.ZH == "" || c.EN == "" {
			t.Errorf("%s stands twice, or has no name", c.ID)
		}
		seen[c.ID] = true
		for _, k := range c.Categories {
			if _, ok := codes.Categories.Find(k); !ok && k != "14" {
				t.Errorf("%s: no category %s", c.ID, k)
			}
		}
		f, err := c.Fill(filledIn(c), parties, "")
		if err != nil {
			t.Errorf("%s: %v", c.ID, err)
			continue
		}
		if strings.ContainsAny(f.Text+f.Manner, "{}") || !strings.HasSuffix(f.Text, "。") {
			t.Errorf("%s: %s", c.ID, f.Text)
		}
		if f.Kind != "" && (f.Debtor.IsZero() || f.Creditor.IsZero() || f.Due.IsZero() || f.Manner == "" || codes.ObligationKinds.Check(f.Kind) != nil) || f.Kind == "pay" && f.Amount == 0 {
			t.Errorf("%s obliges by halves: %+v", c.ID, f)
		}
		for _, found := range wording.Check(draft(f)) {
			t.Errorf("%s: %s %q in: %s", c.ID, found.Kind, found.Found, f.Text)
		}
	}
}

func TestOfEachKindOfDisputeThereAreClauses(t *testing.T) {
	for _, k := range codes.Categories {
		own := slices.DeleteFunc(clause.For(k.Code, today), func(c clause.Clause) bool { return len(c.Categories) == 0 })
		if len(own) == 0 && k.Code != "99" && k.Code != "1399" {
			t.Errorf("none for %s %s", k.Code, k.Name.ZH)
		}
	}
	if got := clause.For("1306", "2020-12-31"); len(got) > 0 {
		t.Errorf("offered before they held: %v", got)
	}
	if got := clause.For("1306", today); got[0].ID != "leak-repaired" || got[len(got)-1].ID != "confirmation" || slices.ContainsFunc(got, func(c clause.Clause) bool { return c.ID == "debt-once" }) {
		t.Errorf("for a leak: %v", got)
	}
}

var capital = regexp.MustCompile(`([\d,.]+)元（大写：([^）]+)）`)

// Parts make the sum exactly, none of them is nothing, and they come by the month, on its last day where it is short.
func TestC10_PartsMakeTheSum(t *testing.T) {
	c, err := clause.Find("debt-instalments", today)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		fen, n := money.Fen(rapid.Int64Range(60, 1e10).Draw(t, "fen")), rapid.IntRange(2, 60).Draw(t, "n")
		first := today.Plus(rapid.IntRange(0, 800).Draw(t, "days"))
		values := filledIn(c)
		values["amount"], values["count"], values["first"] = fen.String(), strconv.Itoa(n), string(first)
		f, err := c.Fill(values, parties, "")
		if err != nil {
			t.Fatal(err)
		}
		var sum money.Fen
		for i, p := range f.Parts {
			sum += p.Amount
			if p.Amount <= 0 || p.Due != first.PlusMonths(i) || i > 0 && !p.Due.After(f.Parts[i-1].Due) {
				t.Fatalf("part %d of %v", i, f.Parts)
			}
		}
		if sum != fen || f.Amount != fen || len(f.Parts) != n || f.Due != f.Parts[n-1].Due {
			t.Fatalf("%s in %d: %+v", fen, n, f)
		}
		for _, m := range capital.FindAllStringSubmatch(f.Text, -1) {
			if one, err := money.Parse(m[1]); err != nil || one.Capital() != m[2] {
				t.Fatalf("%s is not %s", m[1], m[2])
			}
		}
		for _, found := range wording.Check(draft(f)) {
			if found.Level != wording.Hints {
				t.Fatalf("%s %q in %s", found.Kind, found.Found, f.Text)
			}
		}
	})
}

func TestMonthsEndWhereTheyEnd(t *testing.T) {
	got, ok := clause.Divide(100_000, 3, "2026-01-31")
	want := []clause.Part{{Due: "2026-01-31", Amount: 33_300}, {Due: "2026-02-28", Amount: 33_300}, {Due: "2026-03-31", Amount: 33_400}}
	if !ok || !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if _, ok := clause.Divide(5, 6, today); ok {
		t.Error("six parts of five fen")
	}
}

func TestAPlaceIsChecked(t *testing.T) {
	c, _ := clause.Find("noise-hours", today)
	values := filledIn(c)
	values["creditor"], values["quiet_from"], values["until"] = values["debtor"], "25:00", "2026-02-30"
	_, err := c.Fill(values, parties, "slots.")
	var at []string
	for _, f := range fault.Of(err).Fields {
		at = append(at, f.At)
	}
	slices.Sort(at)
	if !slices.Equal(at, []string{"slots.creditor", "slots.quiet_from", "slots.until"}) {
		t.Errorf("%v", at)
	}
	if _, err := clause.Find("noise-hours", "2020-01-01"); !fault.Is(err, fault.Missing) {
		t.Errorf("found before it held: %v", err)
	}
	p, _ := clause.Find("fee-once", today)
	values = filledIn(p)
	values["amount"], values["pay"], values["period"] = "很多", "欠着", "{debtor}"
	_, err = p.Fill(values, parties, "")
	if n := len(fault.Of(err).Fields); n != 3 {
		t.Errorf("%d found wrong: %v", n, err)
	}
}
