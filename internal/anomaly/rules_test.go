package anomaly

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/casework"
	"fengqiao/internal/ident"
)

var maker = ident.NewMaker(rand.NewChaCha8([32]byte{7}))

var noon = time.Date(2026, 3, 6, 4, 0, 0, 0, time.UTC) // a Friday, noon in Quanzhou

func newKey() ident.Key { return maker.New("350503", noon).Key() }

// settled is a case of Lin against Chen with a written agreement in force: Chen pays 1,800 yuan in ten days.
func settled() *casework.Case {
	at := noon
	c := &casework.Case{Head: casework.Head{Key: newKey(), Category: "02", EffectiveAt: &at, AcceptedDay: "2026-03-02", AmountFen: 180000, AgreementID: newKey().ID}}
	c.Sides = []casework.Party{{Key: newKey(), Role: casework.Applicant, Name: "林秀英", NameKey: "林秀英", PhoneIndex: "lin", Address: "少林社区 1 号"},
		{Key: newKey(), Role: casework.Respondent, Name: "陈志强", NameKey: "陈志强", PhoneIndex: "chen", Address: "少林社区 2 号"}}
	c.Agreement = &casework.Agreement{Key: ident.Key{CountyCode: "350503", ID: c.AgreementID}, Form: casework.Written, FixedAt: &at, EffectiveAt: &at, TextHash: "h",
		Obligations: []casework.Obligation{{Key: newKey(), Due: "2026-03-16", AmountFen: 180000, State: "not_due"}}}
	return c
}

func atCourt(c *casework.Case) *casework.Case {
	c.Courts = []casework.CourtMatter{{Key: newKey(), Kind: casework.Confirming, AgreementID: c.AgreementID, FiledOn: "2026-03-10"}}
	return c
}

func signed(c *casework.Case, apart time.Duration, kind string) *casework.Case {
	for i, p := range c.Sides {
		c.Agreement.Signatures = append(c.Agreement.Signatures, casework.Signature{Signer: casework.ByParty, PartyID: p.ID, Kind: kind, TextHash: "h",
			SignedAt: noon.Add(time.Duration(i) * apart)})
	}
	return c
}

func with(c *casework.Case, change func(*casework.Case)) *casework.Case {
	change(c)
	return c
}

// Each rule that looks at one case sees its planted case, and leaves the innocent one beside it alone.
func TestARuleSeesItsCaseAndLeavesTheInnocentOneAlone(t *testing.T) {
	tied := func(change func(a, b *casework.Party)) *casework.Case {
		return with(settled(), func(c *casework.Case) { c.AmountFen = 20000000; change(&c.Sides[0], &c.Sides[1]) })
	}
	home := func(a, b *casework.Party) { b.Address = a.Address }
	due := func(c *casework.Case) { c.Agreement.Obligations[0].Due = "2026-03-06" }
	done := func(c *casework.Case) {
		c.Agreement.Obligations[0].State, c.Agreement.Obligations[0].StateOn = "performed", "2026-03-07"
	}
	last := func(c *casework.Case) { c.MediationDueDay = "2026-03-08" }
	for rule, v := range map[string]struct {
		find              func(*casework.Case) []seen
		planted, innocent []*casework.Case
	}{
		DueBefore:   {dueBefore, []*casework.Case{with(atCourt(settled()), due)}, []*casework.Case{atCourt(settled()), with(settled(), due)}},
		NothingOwed: {nothingOwed, []*casework.Case{with(atCourt(settled()), done), with(atCourt(settled()), func(c *casework.Case) { c.Agreement.Obligations = nil })}, []*casework.Case{atCourt(settled()), with(settled(), done)}},
		QuickSigns: {func(c *casework.Case) []seen { return quickSigns(c, 10) }, []*casework.Case{signed(settled(), 4*time.Second, "drawn"), signed(settled(), 0, "code")},
			[]*casework.Case{signed(settled(), 2*time.Minute, "drawn"), signed(settled(), time.Second, "wet_ink")}},
		RoundAmount: {func(c *casework.Case) []seen { return roundAmount(c, 10000, 50000) },
			[]*casework.Case{tied(home), tied(func(a, b *casework.Party) { a.LegalRep = b.Name }), tied(func(a, b *casework.Party) { a.Employer, b.Employer = "某公司", "某公司" })},
			[]*casework.Case{tied(func(a, b *casework.Party) {}), with(tied(home), func(c *casework.Case) { c.AmountFen = 20000100 }),
				with(tied(home), func(c *casework.Case) { c.AmountFen = 4000000 }), with(tied(home), func(c *casework.Case) { c.Category = "01" })}},
		LateChange: {func(c *casework.Case) []seen { return lateChange(c, "failed", 3) }, []*casework.Case{with(settled(), last),
			with(settled(), func(c *casework.Case) { at := time.Date(2026, 3, 30, 4, 0, 0, 0, time.UTC); c.EffectiveAt = &at })},
			[]*casework.Case{settled(), with(settled(), func(c *casework.Case) { c.MediationDueDay = "2026-03-20" })}},
	} {
		for i, c := range v.planted {
			got := v.find(c)
			if len(got) != 1 || got[0].Rule != rule || got[0].Case != c.ID || got[0].Key == "" {
				t.Errorf("%s, planted %d: %+v", rule, i, got)
			}
		}
		for i, c := range v.innocent {
			if got := v.find(c); len(got) != 0 {
				t.Errorf("%s, innocent %d: %+v", rule, i, got)
			}
		}
	}
	if got := lateChange(with(settled(), last), "written_agreement", 3); len(got) != 0 {
		t.Errorf("nothing changed: %+v", got)
	}
}

func TestOneTelephoneForSeveralParties(t *testing.T) {
	one := func(c *casework.Case) { c.Sides[1].PhoneIndex = "lin" }
	if got := samePhone(with(settled(), one), nil, 3); len(got) != 1 || !got[0].Evidence.Within {
		t.Errorf("both sides: %+v", got)
	}
	kin := with(settled(), func(c *casework.Case) {
		c.Sides = append(c.Sides, casework.Party{Key: newKey(), Role: casework.Applicant, Name: "林父", NameKey: "林父", PhoneIndex: "lin"})
	})
	if got := samePhone(kin, nil, 3); len(got) != 0 {
		t.Errorf("two of one side: %+v", got)
	}
	c := settled()
	uses := func(names ...string) (out []phoneUse) {
		for i, n := range names {
			u := phoneUse{"lin", n, c.ID}
			if i > 0 {
				u.CaseID = newKey().ID
			}
			out = append(out, u)
		}
		return out
	}
	got := samePhone(c, uses("林秀英", "王", "李"), 3)
	if len(got) != 3 || got[0].Evidence.Names != 3 || got[0].Evidence.Count != 3 || len(got[0].Evidence.Cases) != 2 || got[0].Key != got[1].Key {
		t.Errorf("three names: %+v", got)
	}
	if got := samePhone(c, uses("林秀英", "林秀英", "林秀英", "王"), 3); len(got) != 0 {
		t.Errorf("one person in many cases: %+v", got)
	}
}

func TestTheSameTwoSidesAgainAndAgain(t *testing.T) {
	c := settled()
	meet := func(n int, one, other string) (out []meeting) {
		for i := range n {
			m := meeting{c.ID, min(one, other), max(one, other)}
			if i > 0 {
				m.CaseID = newKey().ID
			}
			out = append(out, m)
		}
		return out
	}
	if got := repeated(c, meet(3, "陈志强", "林秀英"), 3); len(got) != 3 || got[0].Evidence.Count != 3 {
		t.Errorf("three: %+v", got)
	}
	if got := repeated(c, meet(2, "陈志强", "林秀英"), 3); len(got) != 0 {
		t.Errorf("two: %+v", got)
	}
	if got := repeated(c, meet(5, "陈志强", "王"), 3); len(got) != 0 {
		t.Errorf("others: %+v", got)
	}
}

func TestABatchOfOneDay(t *testing.T) {
	home := newKey().ID
	batch := func(n int, one, other func(int) string) (out []settledCase) {
		for i := range n {
			at := noon
			out = append(out, settledCase{newKey().ID, &at, one(i), other(i)})
		}
		return out
	}
	differ := func(prefix string) func(int) string { return func(i int) string { return fmt.Sprint(prefix, i) } }
	same := func(int) string { return "某物业公司" }
	if got := sameDay(home, "2026-03-06", batch(5, differ("甲"), differ("乙")), 5); len(got) != 5 || got[0].Evidence.Count != 5 {
		t.Errorf("a batch: %+v", got)
	}
	for what, rows := range map[string][]settledCase{"four": batch(4, differ("甲"), differ("乙")), "many against one": batch(30, differ("甲"), same), "one against many": batch(30, same, differ("乙"))} {
		if got := sameDay(home, "2026-03-06", rows, 5); len(got) != 0 {
			t.Errorf("%s: %d", what, len(got))
		}
	}
	if got := sameDay(home, "2026-03-05", batch(5, differ("甲"), differ("乙")), 5); len(got) != 0 {
		t.Errorf("settled on another day: %+v", got)
	}
}

func TestAMediatorInTwoPlaces(t *testing.T) {
	su := newKey().ID
	session := func(c *casework.Case, place string, from, minutes int) casework.Session {
		start := noon.Add(time.Duration(from) * time.Minute)
		end := start.Add(time.Duration(minutes) * time.Minute)
		return casework.Session{Key: newKey(), CaseID: c.ID, StartsAt: start, EndsAt: &end, Place: place, Mode: "in_person", Kind: "joint", Mediators: []ident.ID{su}}
	}
	c, d := settled(), settled()
	c.Sittings = []casework.Session{session(c, "社区调解室", 0, 60)}
	elsewhere := func(v casework.Session) []sitting { return []sitting{{v, su}} }
	got := twoPlaces(c, elsewhere(session(d, "东湖公园", 30, 60)))
	if len(got) != 2 || got[0].Evidence.Minutes != 30 || got[0].Key != got[1].Key || got[1].Case != d.ID {
		t.Errorf("two places: %+v", got)
	}
	online := session(d, "网上", 30, 60)
	online.Mode = "online"
	for what, v := range map[string]casework.Session{"the same place": session(d, "社区 调解室", 30, 60), "one after the other": session(d, "东湖公园", 60, 60), "online": online} {
		if got := twoPlaces(c, elsewhere(v)); len(got) != 0 {
			t.Errorf("%s: %+v", what, got)
		}
	}
}

const story = "楼上卫生间防水层老化，自去年台风以后反复渗水，楼下客厅天花板大面积发霉脱落，木地板起翘，双方多次协商维修时间和费用没有结果，社区网格员先后三次上门查看并拍照留存。"

func agreed(c *casework.Case, facts string) *casework.Case {
	c.Agreement.Facts, c.Agreement.Issues = facts, "责任和赔偿数额"
	c.Agreement.Clauses = []casework.Clause{{Text: c.Sides[1].Name + "于2026年3月16日前赔偿" + c.Sides[0].Name + "1800元。"}}
	return c
}

func TestTextsThatAreNearlyOneAreAlikeAndOthersAreNot(t *testing.T) {
	other := settled()
	other.Sides[0].Name, other.Sides[1].Name = "黄丽华", "吴建国"
	a, copied := plainText(agreed(settled(), story)), plainText(agreed(other, strings.Replace(story, "三次", "两次", 1)))
	apart := plainText(agreed(settled(), "两家共用的排水沟被鸡舍占住，暴雨时污水倒灌进后院，堆在墙边的木料泡坏，村干部现场查看后请双方到调解室当面商量清理办法和今后的维护。"))
	if n := likeness(shinglesOf(a), shinglesOf(copied)); n < 85 || n == 100 {
		t.Errorf("a copy with another name and one word changed: %d", n)
	}
	if n := likeness(shinglesOf(a), shinglesOf(apart)); n > 30 {
		t.Errorf("two disputes: %d", n)
	}
	shared := func(x, y string) (n int) {
		p, q := bandsOf(shinglesOf(x)), bandsOf(shinglesOf(y))
		for b := range bands {
			if p[b] == q[b] {
				n++
			}
		}
		return n
	}
	if shared(a, copied) == 0 || shared(a, apart) != 0 {
		t.Errorf("bands: %d of the copy, %d of the other", shared(a, copied), shared(a, apart))
	}
	if !shareParty(settled(), settled()) || shareParty(settled(), with(settled(), func(c *casework.Case) { c.Sides[0].NameKey, c.Sides[1].NameKey = "黄丽华", "吴建国" })) {
		t.Error("many against one share a party, and two disputes do not")
	}
	if strings.ContainsAny(a, "林陈0123456789，。") {
		t.Errorf("names or figures were left: %s", a)
	}
}

// What a committee's steady stream of cases raises is what the setting says: at most ten months in ten thousand. A month of
// four times as many is seen.
func TestASteadyStreamIsSeldomTakenForASpike(t *testing.T) {
	r := rand.New(rand.NewPCG(2026, 11))
	l := limits{spikeLeast: 3, spikeRate: 0.001}
	poisson := func(rate float64) int {
		n, p, least := 0, r.Float64(), math.Exp(-rate)
		for sum := least; p > sum; n++ {
			least *= rate / float64(n+1)
			sum += least
		}
		return n
	}
	history := func(rate float64, last int) monthly {
		m := monthly{"2026-03": last}
		for i := range 12 {
			m[fmt.Sprintf("2025-%02d", i+1)] = 0
			if i < 2 {
				m[fmt.Sprintf("2026-%02d", i+1)] = poisson(rate)
			} else {
				m[fmt.Sprintf("2025-%02d", i+1)] = poisson(rate)
			}
		}
		return m
	}
	for _, rate := range []float64{0.5, 2, 5, 20} {
		alarms, found, tries := 0, 0, 40000
		for range tries {
			if _, ok := spiking(unit{"committee", newKey().ID}, "2026-03", history(rate, poisson(rate)).before("2026-03"), l); ok {
				alarms++
			}
		}
		for range 1000 {
			if _, ok := spiking(unit{"committee", newKey().ID}, "2026-03", history(rate, 4*int(rate)+8).before("2026-03"), l); ok {
				found++
			}
		}
		if share := float64(alarms) / float64(tries); share > 1.5*l.spikeRate {
			t.Errorf("rate %.1f: %.5f of the months are flagged, at most %.5f should be", rate, share, l.spikeRate)
		}
		if found < 900 {
			t.Errorf("rate %.1f: only %d of 1000 planted months are seen", rate, found)
		}
	}
	if _, ok := spiking(unit{"committee", newKey().ID}, "2026-03", monthly{"2026-03": 40, "2026-01": 1}, l); ok {
		t.Error("a committee without a past is compared with nothing")
	}
	if got := binomialTail(10, 3, 0.25); math.Abs(got-0.4744) > 0.0001 {
		t.Errorf("tail: %.5f", got)
	}
}

// Every rule has a sentence, and none holds a verdict.
func TestARuleAccusesNobody(t *testing.T) {
	for _, rule := range Rules {
		f := Flag{Rule: rule.Code, Evidence: Evidence{Tie: "address", Month: "2026-03", Day: "2026-03-06"}}
		for _, lang := range []string{"zh-CN", "en"} {
			says := f.Says().In(lang) + rule.Name.In(lang) + rule.Advice.In(lang)
			if f.Says().In(lang) == "" || strings.Contains(says, "%!") {
				t.Errorf("%s says %q", rule.Code, says)
			}
			for _, word := range []string{"伪造", "造假", "虚假", "骗", "forg", "fraud", "fake", "sham"} {
				if strings.Contains(says, word) {
					t.Errorf("%s says %q", rule.Code, word)
				}
			}
		}
	}
}
