package review

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

var maker = ident.NewMaker(rand.NewChaCha8([32]byte{9}))

func newKey() ident.Key {
	return maker.New("350503", time.Date(2026, 3, 6, 4, 0, 0, 0, time.UTC)).Key()
}

func cases(n int, typ, category, track string) (out []candidate) {
	for i := range n {
		out = append(out, candidate{ID: newKey().ID, CaseNo: fmt.Sprintf("（2026）少林人调字第%04d号", i+1), CommitteeType: "02", Category: category, LegalTrack: track})
		if typ != "" {
			out[i].CaseNo = fmt.Sprintf("（2026）%s人调字第%04d号", typ, i+1)
		}
	}
	return out
}

const seed = "00112233445566778899aabbccddeeff"

// The order was worked out apart from this program, by a person who had the seed and the recipe.
func TestADrawIsWhatAnybodyComesTo(t *testing.T) {
	all := cases(7, "", "02", "")
	if got := orderOf(seed, all[0].CaseNo); got != "2836285edd25fca49176309697e451d8116a29d780046d7dc11cd1d91d66b668" {
		t.Errorf("order: %s", got)
	}
	strata, taken := draw(seed, 10, 40, slices.Clone(all)) // ⌈7 × 40 %⌉ = 3
	var got []string
	for _, d := range taken {
		got = append(got, fmt.Sprint(d.Place, " ", d.CaseNo))
	}
	if want := []string{"1 （2026）少林人调字第0001号", "2 （2026）少林人调字第0004号", "3 （2026）少林人调字第0005号"}; !slices.Equal(got, want) {
		t.Errorf("drawn: %q", got)
	}
	if len(strata) != 1 || strata[0].Cases != 7 || strata[0].Drawn != 3 {
		t.Errorf("strata: %+v", strata)
	}
	slices.Reverse(all)
	if _, again := draw(seed, 10, 40, all); again[0].CaseNo != taken[0].CaseNo || again[2].CaseNo != taken[2].CaseNo {
		t.Error("the order in which cases are given changes the draw")
	}
	if _, other := draw(seed[1:]+"0", 10, 40, all); other[0].CaseNo == taken[0].CaseNo && other[1].CaseNo == taken[1].CaseNo && other[2].CaseNo == taken[2].CaseNo {
		t.Error("another seed draws the same")
	}
}

func TestEveryKindOfCasesGivesItsShare(t *testing.T) {
	for _, v := range []struct{ n, rate, want int }{{0, 5, 0}, {1, 5, 1}, {20, 5, 1}, {21, 5, 2}, {100, 5, 5}, {101, 5, 6}, {10, 10, 1}, {11, 10, 2}, {3, 100, 3}} {
		if got := share(v.n, v.rate); got != v.want {
			t.Errorf("%d at %d %%: %d, want %d", v.n, v.rate, got, v.want)
		}
	}
	all := slices.Concat(cases(41, "甲", "02", ""), cases(11, "乙", "02", "confirmed"), cases(3, "丙", "1306", ""), cases(2, "丁", "1301", "confirmation_applied"), cases(1, "戊", "1001", ""))
	strata, taken := draw(seed, 10, 5, all)
	var got []string
	for _, s := range strata {
		got = append(got, fmt.Sprint(s.CommitteeType, " ", s.Category, " ", s.Confirmed, " ", s.Drawn, "/", s.Cases))
	}
	want := []string{"02 02 true 2/11", "02 02 false 3/41", "02 1001 false 1/1", "02 13 false 1/5"}
	if !slices.Equal(got, want) || len(taken) != 7 {
		t.Errorf("%d drawn of %q, want %q", len(taken), got, want)
	}
}

func TestNobodyReviewsTheirOwnAndEverybodyTheSame(t *testing.T) {
	home, away := newKey().ID, newKey().ID
	a := Reviewer{PersonID: newKey().ID, Name: "甲", Committees: []ident.ID{home}}
	b := Reviewer{PersonID: newKey().ID, Name: "乙", Committees: []ident.ID{away}}
	c := Reviewer{PersonID: newKey().ID, Name: "丙"}
	var items []Item
	for range 6 {
		items = append(items, Item{CaseID: newKey().ID, CommitteeID: home}, Item{CaseID: newKey().ID, CommitteeID: away})
	}
	parts := near{items[0].CaseID: {b.PersonID}} // who was a party there
	load := map[ident.ID]int{}
	nobody := func(Item) ident.ID { return ident.ID{} }
	assign(items, []Reviewer{c, b, a}, parts, load, nobody)
	for i, one := range items {
		if one.ReviewerID.IsZero() || one.CommitteeID == home && one.ReviewerID == a.PersonID || one.CommitteeID == away && one.ReviewerID == b.PersonID {
			t.Errorf("item %d goes to %s", i, one.ReviewerName)
		}
	}
	if items[0].ReviewerID == b.PersonID {
		t.Error("a party reviews the case")
	}
	if load[a.PersonID] != 4 || load[b.PersonID] != 4 || load[c.PersonID] != 4 {
		t.Errorf("load: %v", load)
	}
	station := Reviewer{PersonID: newKey().ID, Streets: []ident.Area{"350503001000"}}
	if station.mayReview(Item{AreaCode: "350503001001"}, near{}) || !station.mayReview(Item{AreaCode: "350503002001"}, near{}) {
		t.Error("a station reviews its own street's committees, or nobody's")
	}
	one := []Item{{CaseID: newKey().ID, CommitteeID: home}}
	assign(one, []Reviewer{a, c}, near{}, map[ident.ID]int{}, func(Item) ident.ID { return c.PersonID })
	if !one[0].ReviewerID.IsZero() {
		t.Errorf("the answer is decided by %s", one[0].ReviewerName)
	}
}

func full() Filled {
	in := Filled{Points: map[string]int{}, Remarks: map[string]string{}}
	for _, p := range Parts {
		in.Points[p.Code] = p.Points
	}
	return in
}

func TestASheetIsWholeAndSaysWhy(t *testing.T) {
	sum := 0
	for _, p := range Parts {
		sum += p.Points
	}
	if sum != 100 || len(Parts) != 9 {
		t.Errorf("%d items of %d points", len(Parts), sum)
	}
	machine := []Deduction{{Part: Session, Rule: "C4", Points: 5}}
	change := func(f func(*Filled)) Filled { in := full(); in.Points[Session] = 10; f(&in); return in }
	for what, v := range map[string]struct {
		in Filled
		at string
	}{
		"as the machine saw":        {change(func(in *Filled) {}), ""},
		"an item is missing":        {change(func(in *Filled) { delete(in.Points, Filing) }), "points.filing"},
		"too many":                  {change(func(in *Filled) { in.Points[Filing] = 6 }), "points.filing"},
		"fewer than nothing":        {change(func(in *Filled) { in.Points[Filing] = -1 }), "points.filing"},
		"taken off without a why":   {change(func(in *Filled) { in.Points[Evidence] = 6 }), "remarks.evidence"},
		"taken off with a why":      {change(func(in *Filled) { in.Points[Evidence], in.Remarks[Evidence] = 6, "没有证据" }), ""},
		"given back without a why":  {change(func(in *Filled) { in.Points[Session] = 15 }), "remarks.session"},
		"an item that there is not": {change(func(in *Filled) { in.Points["beauty"] = 1 }), "points"},
		"a veto without a why":      {change(func(in *Filled) { in.Veto = "illegal" }), "remarks.veto"},
		"a veto that there is not":  {change(func(in *Filled) { in.Veto, in.Remarks["veto"] = "taste", "不好" }), "veto"},
	} {
		err := v.in.check(machine)
		switch {
		case v.at == "" && err != nil, v.at != "" && err == nil:
			t.Errorf("%s: %v", what, err)
		case v.at != "" && fault.Of(err).Fields[0].At != v.at:
			t.Errorf("%s: %+v", what, fault.Of(err).Fields)
		}
	}
	in := change(func(in *Filled) {})
	if in.score() != 95 {
		t.Errorf("score: %d", in.score())
	}
	if in.Veto = "illegal"; in.score() != 0 || gradeOf(in.score()) != "poor" {
		t.Error("a veto leaves points")
	}
	for score, want := range map[int]string{100: "excellent", 90: "excellent", 89: "good", 75: "good", 74: "fair", 60: "fair", 59: "poor", 0: "poor"} {
		if got := gradeOf(score); got != want {
			t.Errorf("%d is %s, want %s", score, got, want)
		}
	}
}

func TestFewDossiersSayLittle(t *testing.T) {
	for _, v := range []struct {
		k, n      int
		low, high float64
	}{{9, 10, 59.6, 98.2}, {0, 5, 0, 43.4}, {5, 5, 56.6, 100}, {0, 0, 0, 100}} {
		if low, high := interval(v.k, v.n); low != v.low || high != v.high {
			t.Errorf("%d of %d: %.1f–%.1f, want %.1f–%.1f", v.k, v.n, low, high, v.low, v.high)
		}
	}
}

func TestTheMachineTakesOffWhatItSeesAndSaysWhy(t *testing.T) {
	at := time.Date(2026, 1, 6, 4, 0, 0, 0, time.UTC)
	whole := func(change func(*casework.Dossier)) []Deduction {
		var d casework.Dossier
		d.CommitteeID, d.Place, d.State, d.AcceptedAt, d.FirstSessionAt, d.EffectiveAt, d.Today = newKey().ID, "少林社区", casework.Archived, &at, &at, &at, "2026-03-06"
		d.Sides = []casework.Party{{Name: "林秀英", IDNumber: "x", Consent: casework.Agreed, NoticeAt: &at}}
		d.Sittings = []casework.Session{{Kind: "joint"}}
		d.Agreement = &casework.Agreement{Form: casework.Written, Clauses: []casework.Clause{{Text: "陈志强于2026年1月10日前修好卫生间防水层。"}},
			Obligations: []casework.Obligation{{Due: "2026-01-10", State: "performed", StateOn: "2026-01-09"}}}
		d.Visits = []casework.Visit{{VisitedOn: "2026-02-01"}}
		change(&d)
		return Machine(d)
	}
	if got := whole(func(*casework.Dossier) {}); len(got) != 0 {
		t.Errorf("a dossier in order: %+v", got)
	}
	for rule, v := range map[string]struct {
		part   string
		change func(*casework.Dossier)
	}{
		"A6":  {Scope, func(d *casework.Dossier) { d.Bar = "N2" }},
		"A2":  {Notice, func(d *casework.Dossier) { d.Sides[0].Consent = casework.Unreached }},
		"A10": {Notice, func(d *casework.Dossier) { d.Sides[0].NoticeAt = nil }},
		"F4":  {Identity, func(d *casework.Dossier) { d.Sides[0].IDNumber = "" }},
		"F9":  {Session, func(d *casework.Dossier) { d.Sittings = nil }},
		"C13": {Signatures, func(d *casework.Dossier) {
			d.Findings = []casework.Finding{{ID: "C13", Says: fault.Say("缺签名", "missing")}}
		}},
		"C16": {Agreement, func(d *casework.Dossier) { d.Agreement.Clauses[0].Text = "陈志强尽快修好卫生间防水层。" }},
		"G7":  {FollowUp, func(d *casework.Dossier) { d.Agreement.Obligations[0].State = "not_due" }},
		"R6":  {FollowUp, func(d *casework.Dossier) { d.Visits = nil }},
		"R1":  {Filing, func(d *casework.Dossier) { d.State = casework.Closed }},
	} {
		got := whole(v.change)
		if len(got) != 1 || got[0].Rule != rule || got[0].Part != v.part || got[0].Points < 1 || got[0].Says.ZH == "" || strings.Contains(got[0].Says.EN, "%!") {
			t.Errorf("%s: %+v", rule, got)
		}
		if p, _ := partOf(v.part); left(p, got) != p.Points-got[0].Points {
			t.Errorf("%s leaves %d", rule, left(p, got))
		}
	}
}

func TestAResultStandsWhenNobodyAnswersInTime(t *testing.T) {
	i := Item{State: Submitted, AppealBy: "2026-03-13"}
	for day, want := range map[calendar.Day]bool{"2026-03-12": false, "2026-03-13": false, "2026-03-14": true} {
		if i.Final(day) != want {
			t.Errorf("on %s: %v", day, !want)
		}
	}
	if (Item{State: Appealed, AppealBy: "2026-03-13"}).Final("2026-04-01") || !(Item{State: Decided}).Final("2026-03-01") {
		t.Error("an answer is waited for, and a decision stands")
	}
}
