package scheme

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
)

const yuan = 100

// good is a dispute that nothing stands against.
func good(changes ...func(*Dispute)) Dispute {
	d := Dispute{Tier: "village", Class: 2, Form: "written", Grade: "none", Parties: 2, Archived: true, Performed: true, Confirmed: true, Files: 1, Guided: true, Trained: true, Reviewed: true, Score: 90}
	for _, change := range changes {
		change(&d)
	}
	return d
}

func class(n int) func(*Dispute)    { return func(d *Dispute) { d.Class = n } }
func tier(t string) func(*Dispute)  { return func(d *Dispute) { d.Tier = t } }
func form(f string) func(*Dispute)  { return func(d *Dispute) { d.Form = f } }
func grade(g string) func(*Dispute) { return func(d *Dispute) { d.Grade = g } }
func unperformed(d *Dispute)        { d.Performed = false }
func without(d *Dispute)            { d.Form, d.Files, d.Guided = unsuccessful, 0, false }
func big(d *Dispute)                { d.Parties = 12 }
func dear(d *Dispute)               { d.Amount = 500_000 * yuan }
func stationed(d *Dispute)          { d.Attributes = []string{"stationed_court"} }
func barred(d *Dispute)             { d.Barred = true }
func untrained(d *Dispute)          { d.Trained = false }
func unreviewed(d *Dispute)         { d.Reviewed, d.Score = false, 0 }
func poor(d *Dispute)               { d.Score = 74 }
func vetoed(d *Dispute)             { d.Vetoed, d.Score = true, 0 }
func fullTime(d *Dispute)           { d.FullTime = true }
func counted(d *Dispute)            { d.Counted = true }
func unproved(d *Dispute)           { d.Form, d.Files = oral, 0 }
func unconfirmed(d *Dispute)        { d.Confirmed = false }
func rows(three ...money.Fen) []Rate { // 一般 (simple and ordinary), 疑难, 重大
	return []Rate{{Class: "1", Fen: three[0]}, {Class: "2", Fen: three[0]}, {Class: "3", Fen: three[1]}, {Class: "4", Fen: three[2]}}
}

func of(tier string, in []Rate) []Rate {
	out := slices.Clone(in)
	for i := range out {
		out[i].Tier = tier
	}
	return out
}

// Every scheme that was seen somewhere can be said, and gives what it gave there. Amounts that were not published are examples
// between the published ends.
func TestEverySchemeSeenCanBeSaid(t *testing.T) {
	type wants struct {
		d      Dispute
		factor int
		fen    money.Fen
		codes  string
	}
	for place, v := range map[string]struct {
		kind  string
		terms Terms
		gives []wants
	}{
		"a county 2010: tier by class, materials": {ByCase, Terms{Archived: true, Rates: append(of("township", rows(50*yuan, 200*yuan, 400*yuan)), of("village", rows(30*yuan, 80*yuan, 150*yuan))...),
			Materials: []Need{{Items: []string{"application", "rights_notice", "identity", "authority", "investigation", "evidence", "session_record", "agreement", "signatures", "performance", "follow_up", "cover"}},
				{Tier: "village", Class: "2", Items: []string{"session_record", "agreement"}}}},
			[]wants{{good(tier("township"), class(3)), 0, 200 * yuan, ""}, {good(class(4)), 0, 150 * yuan, ""}, {good(class(2)), 0, 30 * yuan, ""}, {good(tier("industry")), 0, 0, "no_rate"}}},
		"Gaotai 2018: flat by class": {ByCase, Terms{Archived: true, Rates: rows(100*yuan, 200*yuan, 300*yuan)},
			[]wants{{good(class(1)), 0, 100 * yuan, ""}, {good(class(3)), 0, 200 * yuan, ""}, {good(class(4)), 0, 300 * yuan, ""}, {good(without), 0, 0, "no_agreement"}, {good(func(d *Dispute) { d.Archived = false }), 0, 0, "not_archived"}}},
		"Ya'an 2019: by grade, with training": {ByCase, Terms{Trained: true, Rates: []Rate{{Fen: 10 * yuan}, {Class: "4", Fen: 1000 * yuan}, {Grade: "1", Fen: 100 * yuan}, {Class: "4", Grade: "1", Fen: 3000 * yuan}}},
			[]wants{{good(), 0, 10 * yuan, ""}, {good(grade("1")), 0, 100 * yuan, ""}, {good(class(4), grade("1")), 0, 3000 * yuan, ""}, {good(class(4), grade("3")), 0, 1000 * yuan, ""}, {good(untrained), 0, 0, "untrained"}}},
		"Shenzhen 2023: four classes, a head of funds": {ByCase, Terms{Head: "mediator", Rates: []Rate{{Class: "1", Fen: 400 * yuan}, {Class: "2", Fen: 1000 * yuan}, {Class: "3", Fen: 2500 * yuan}, {Class: "4", Fen: 4000 * yuan}}},
			[]wants{{good(class(1)), 0, 400 * yuan, ""}, {good(class(4)), 0, 4000 * yuan, ""}}},
		"Qingdao 2025: oral as a percentage, bonus, without agreement, indexed": {ByCase, Terms{OralPercent: 60, Presence: true, Evidence: true, Guided: true, Indexed: true,
			Rates:   []Rate{{Class: "1", Fen: 200 * yuan}, {Class: "2", Fen: 500 * yuan}, {Class: "3", Fen: 1000 * yuan}, {Class: "4", Fen: 2000 * yuan}, {Form: unsuccessful, Fen: 80 * yuan}},
			Bonuses: []Bonus{{Percent: 10}, {Class: "4", Fen: 500 * yuan}}},
			[]wants{{good(class(1), form(oral)), TenThousand, 132 * yuan, ""}, {good(class(1), form(oral), unperformed), TenThousand, 120 * yuan, ""}, {good(class(1), unproved), TenThousand, 0, "no_presence"},
				{good(class(1), unperformed), 10350, 207 * yuan, ""}, {good(class(4)), 10350, 2570 * yuan, ""}, {good(without), TenThousand, 0, "no_evidence no_guidance"},
				{good(without, func(d *Dispute) { d.Files, d.Guided = 1, true }), TenThousand, 80 * yuan, ""}, {good(), 0, 0, "no_factor"}, {good(class(1), unperformed, form(oral)), 10333, 12400, ""}}},
		"Xiamen: a yearly allowance for each post": {ForPosts, Terms{PostFen: 960 * yuan}, nil},
		"Yanshan 2023: once a dispute":             {ByCase, Terms{Rates: []Rate{{Fen: 100 * yuan}}}, []wants{{good(counted), 0, 0, "duplicate"}, {good(), 0, 100 * yuan, ""}}},
		"Guangdong 2024: difficulty, people, amount; other organs left out": {ByCase, Terms{NoFullTime: true, NoAttributes: []string{"stationed_court", "stationed_police"}, Raises: []Raise{{Class: "3", Parties: 10}, {Class: "4", Fen: 500_000 * yuan}},
			Rates: rows(100*yuan, 300*yuan, 600*yuan)},
			[]wants{{good(big), 0, 300 * yuan, ""}, {good(dear), 0, 600 * yuan, ""}, {good(dear, big), 0, 600 * yuan, ""}, {good(form(oral)), 0, 100 * yuan, ""}, {good(stationed), 0, 0, "organ"}, {good(fullTime), 0, 0, "full_time"}}},
		"Laiwu 2025: whoever must not be paid": {ByCase, Terms{Rates: []Rate{{Fen: 100 * yuan}}}, []wants{{good(barred), 0, 0, "barred"}}},
		"what a review decides": {ByCase, Terms{ReviewLeast: 75, Performed: true, Confirmed: true, Rates: []Rate{{Fen: 100 * yuan}}},
			[]wants{{good(), 0, 100 * yuan, ""}, {good(unreviewed), 0, 0, "review_missing"}, {good(poor), 0, 0, "review_failed"}, {good(vetoed), 0, 0, "vetoed"}, {good(unperformed, unconfirmed), 0, 0, "not_performed unconfirmed"}}},
	} {
		var bad fault.Check
		if v.terms.check(v.kind, &bad); bad.Err() != nil {
			t.Errorf("%s cannot be said: %v", place, bad.Err())
		}
		for i, w := range v.gives {
			got := v.terms.Assess(w.d, w.factor)
			if got.Fen() != w.fen || strings.Join(got.Codes, " ") != w.codes {
				t.Errorf("%s, %d: %s yuan and %v, want %s and %q", place, i, got.Fen(), got.Codes, w.fen, w.codes)
			}
		}
	}
	county := Terms{Materials: []Need{{Items: []string{"cover"}}, {Tier: "village", Class: "2", Items: []string{"agreement"}}}}
	if got := county.MaterialsFor("village", "2"); !slices.Equal(got, []string{"agreement"}) {
		t.Errorf("a village's ordinary case needs %v", got)
	}
	if got := county.MaterialsFor("village", "3"); !slices.Equal(got, []string{"cover"}) {
		t.Errorf("a village's complex case needs %v", got)
	}
}

// Rows that leave open which of them holds are refused; a row that names what both name settles it.
func TestARowIsChosenInOneWay(t *testing.T) {
	crossing := []Rate{{Tier: "village", Fen: 1}, {Class: "4", Fen: 2}}
	if err := standInLine(crossing); err == nil || !strings.Contains(err.Error(), "1") {
		t.Errorf("a village's major case would be paid by either row: %v", err)
	}
	if err := standInLine(append(crossing, Rate{Tier: "village", Class: "4", Fen: 3})); err != nil {
		t.Errorf("the third row settles it: %v", err)
	}
	if err := standInLine([]Rate{{Tier: "village", Fen: 1}, {Tier: "village", Fen: 2}}); err == nil {
		t.Error("one row twice")
	}
	if err := standInLine([]Rate{{Tier: "village", Fen: 1}, {Form: unsuccessful, Fen: 2}, {Tier: "township", Class: "4", Fen: 3}}); err != nil {
		t.Errorf("no case is both: %v", err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	any := func(of ...string) string { return of[r.IntN(len(of))] }
	tried := 0
	for range 3000 { // whatever is let in has one row for a case, whichever way round the rows stand
		var all []Rate
		for i := range 1 + r.IntN(5) {
			all = append(all, Rate{Tier: any("", "village", "township"), Class: any("", "1", "2"), Form: any("", "written", unsuccessful), Grade: any("", "1"), Fen: money.Fen(i + 1)})
		}
		if standInLine(all) != nil {
			continue
		}
		tried++
		turned := slices.Clone(all)
		slices.Reverse(turned)
		of := named{any("village", "township", "x"), any("1", "2"), any("written", unsuccessful), any("1", "none"), agreed}
		if of[2] == unsuccessful {
			of[4] = notAgreed
		}
		a, foundA := choose(all, of)
		b, foundB := choose(turned, of)
		if a != b || foundA != foundB {
			t.Fatalf("%v of %v: %v or %v", of, all, a, b)
		}
	}
	if tried < 300 {
		t.Errorf("only %d sets of rows were let in", tried)
	}
}

func TestWhatASchemeCannotSay(t *testing.T) {
	rate := []Rate{{Fen: 100}}
	for at, terms := range map[string]Terms{
		"terms.rates":          {},
		"terms.rates[0].fen":   {Rates: []Rate{{Fen: 0}}},
		"terms.rates[0].tier":  {Rates: []Rate{{Tier: "city", Fen: 1}}},
		"terms.oral_percent":   {OralPercent: 50, Rates: []Rate{{Fen: 1}, {Form: oral, Fen: 1}}},
		"terms.review_least":   {ReviewLeast: 101, Rates: rate},
		"terms.post_fen":       {PostFen: 1, Rates: rate},
		"terms.raises[0]":      {Rates: rate, Raises: []Raise{{Class: "3"}}},
		"terms.bonuses[0]":     {Rates: rate, Bonuses: []Bonus{{Fen: 1, Percent: 1}}},
		"terms.no_attributes":  {Rates: rate, NoAttributes: []string{"x"}},
		"terms.materials":      {Rates: rate, Materials: []Need{{Items: []string{"cover"}}, {Items: []string{"cover"}}}},
		"terms.head":           {Rates: rate, Head: "x"},
		"terms.rates[0].grade": {Rates: []Rate{{Grade: "5", Fen: 1}}},
	} {
		var bad fault.Check
		terms.check(ByCase, &bad)
		if !slices.ContainsFunc(fault.Of(bad.Err()).Fields, func(f fault.Field) bool { return f.At == at }) {
			t.Errorf("%s: %+v", at, fault.Of(bad.Err()).Fields)
		}
	}
}

// A hundred yuan by three is 33.34 + 33.33 + 33.33; whoever has the lower id has the fen more.
func TestSharesAddUp(t *testing.T) {
	id := func(n byte) ident.ID { return ident.ID{15: n} }
	got := Split(100*yuan, []Share{{ID: id(3), Weight: 1}, {ID: id(1), Weight: 1}, {ID: id(2), Weight: 1}})
	if got[0].Fen != 3333 || got[1].Fen != 3334 || got[2].Fen != 3333 {
		t.Errorf("100.00 by three: %v", got)
	}
	got = Split(100, []Share{{ID: id(1), Weight: 1}, {ID: id(2), Weight: 2}}) // 33.33 and 66.67
	if got[0].Fen != 33 || got[1].Fen != 67 {
		t.Errorf("a yuan by one and two: %v", got)
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		var among []Share
		for i := range 1 + r.IntN(6) {
			among = append(among, Share{ID: id(byte(i)), Weight: 1 + r.Int64N(9)})
		}
		total := money.Fen(r.Int64N(500_000))
		var sum money.Fen
		for _, s := range Split(total, among) {
			sum += s.Fen
		}
		if sum != total {
			t.Fatalf("%d by %v gives %d", total, among, sum)
		}
	}
}
