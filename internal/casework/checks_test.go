package casework_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/ident"
)

// A whole case that holds to every check; each test below breaks one thing in it and wants to hear of that one.
func wholeCase() *casework.Case {
	day := func(n int) *time.Time {
		t := time.Date(2026, 3, 6, 2, 0, 0, 0, time.UTC).AddDate(0, 0, n)
		return &t
	}
	lin, chen, su, text, clause := ident.ID{1}, ident.ID{2}, ident.ID{3}, ident.ID{4}, ident.ID{5}
	c := &casework.Case{}
	c.State, c.Outcome, c.CaseNo, c.AcceptedDay, c.AcceptedAt = casework.Closed, casework.WrittenAgreement, "（2026）少林人调字第0001号", "2026-03-06", day(0)
	c.FirstSessionAt, c.EffectiveAt, c.EndedAt, c.AgreementID, c.AmountFen, c.FollowUps, c.Difficulty = day(2), day(4), day(20), text, 200000, 1, 2
	c.Sides = []casework.Party{{Key: ident.Key{ID: lin}, Role: casework.Applicant, Kind: "person", Name: "林秀英", IDNumber: "11010519491231002X", BornOn: "1949-12-31", NoticeAt: day(1), Consent: casework.Agreed},
		{Key: ident.Key{ID: chen}, Role: casework.Respondent, Kind: "person", Name: "陈志强", NoticeAt: day(1), Consent: casework.Agreed}}
	c.People = []casework.Participant{{MediatorID: su, Name: "苏惠敏", Part: authz.PartHost}}
	end := day(2).Add(time.Hour)
	c.Sittings = []casework.Session{{Kind: "joint", Mode: "in_person", Place: "社区调解室", StartsAt: *day(2), EndsAt: &end, Attending: []ident.ID{lin, chen}, Mediators: []ident.ID{su}}}
	a := &casework.Agreement{Key: ident.Key{ID: text}, Number: 1, Form: casework.Written, Copies: 3, AmountFen: 200000, FixedAt: day(3), EffectiveAt: day(4),
		Clauses:     []casework.Clause{{Key: ident.Key{ID: clause}, Text: "赔偿2,000元（大写：贰仟元整）。"}},
		Obligations: []casework.Obligation{{ClauseID: clause, Debtor: chen, Creditor: lin, Kind: "pay", AmountFen: 200000, Due: "2026-03-20", Manner: "转账", State: "performed", StateOn: "2026-03-20"}}}
	a.TextHash = a.HashFor(c)
	for _, s := range []casework.Signature{{Signer: casework.ByParty, PartyID: lin}, {Signer: casework.ByParty, PartyID: chen}, {Signer: casework.ByMediator, MediatorID: su}, {Signer: casework.BySeal}} {
		s.TextHash, s.SignedAt, s.Kind = a.TextHash, *day(4), "wet_ink"
		a.Signatures = append(a.Signatures, s)
	}
	c.Agreement = a
	c.Courts = []casework.CourtMatter{{Kind: casework.Confirming, AgreementID: text, Subject: "money", FiledOn: "2026-03-12"}}
	return c
}

// found are the checks that a case fails, with those that keep it out of the archive marked.
func found(c *casework.Case, visits []casework.Visit, files []casework.Attached) (out []string) {
	for _, f := range casework.Examine(c, "2026-04-09", visits, files) {
		mark := ""
		if f.Bars {
			mark = "!"
		}
		out = append(out, f.ID+mark)
		if f.Says.ZH == "" || f.Says.EN == "" {
			out = append(out, "says nothing")
		}
	}
	return out
}

var visited = []casework.Visit{{VisitedOn: "2026-03-26", Visitor: "洪国荣"}}

// breaks changes a whole case and wants to hear of that, and of nothing else.
func breaks(t *testing.T, change func(*casework.Case), want ...string) {
	t.Helper()
	if got := found(wholeCase(), visited, nil); len(got) > 0 {
		t.Fatalf("a whole case: %v", got)
	}
	c := wholeCase()
	change(c)
	if got := found(c, visited, nil); !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}

func TestC1_AVisitIsAboutTheAgreementInForce(t *testing.T) {
	c := wholeCase()
	if got := found(c, []casework.Visit{{VisitedOn: "2026-03-09"}}, nil); !slices.Equal(got, []string{"C1!"}) {
		t.Errorf("a visit before the agreement: %v", got)
	}
	c.Agreement.Replaces = ident.ID{8} // the visit was about the version before
	if got := found(c, []casework.Visit{{VisitedOn: "2026-03-09"}}, nil); len(got) > 0 {
		t.Errorf("a visit about an earlier version: %v", got)
	}
}

func TestC7_NobodyIsInTwoPlacesAtOnce(t *testing.T) {
	again := func(c *casework.Case, kind, place string) {
		v := c.Sittings[0]
		v.Kind, v.Place, v.StartsAt = kind, place, v.StartsAt.Add(30*time.Minute)
		v.EndsAt = nil
		c.Sittings = append(c.Sittings, v)
	}
	breaks(t, func(c *casework.Case) { again(c, "investigation", "少林社区1号") }, "C7")
	breaks(t, func(c *casework.Case) { again(c, "investigation", "社区调解室") })                                // the same place
	breaks(t, func(c *casework.Case) { again(c, "caucus", "隔壁") })                                          // within the session
	breaks(t, func(c *casework.Case) { again(c, "investigation", "少林社区1号"); c.Sittings[1].Mode = "phone" }) // from anywhere
	breaks(t, func(c *casework.Case) { again(c, "joint", "别处"); c.Sittings[1].Attending = nil }, "C7")      // the mediator alone
	breaks(t, func(c *casework.Case) {
		again(c, "joint", "别处")
		c.Sittings[1].StartsAt = c.Sittings[1].StartsAt.Add(2e12)
	}) // later
}

func TestC8_EachPromiseSaysWhoWhatWhenAndHow(t *testing.T) {
	for _, lack := range []func(*casework.Obligation){func(o *casework.Obligation) { o.Due = "" }, func(o *casework.Obligation) { o.Manner = "" }, func(o *casework.Obligation) { o.Debtor = ident.ID{} }} {
		c := wholeCase()
		lack(&c.Agreement.Obligations[0])
		c.Agreement.TextHash = ""
		if got := found(c, visited, nil); !slices.Contains(got, "C8!") {
			t.Errorf("found %v", got)
		}
	}
	c := wholeCase()
	c.Agreement.Obligations[0].AmountFen = 0
	if got := found(c, visited, nil); !slices.Contains(got, "C8!") {
		t.Errorf("a payment of nothing: %v", got)
	}
}

func TestC9_AFileMarkedAsAPaperHasThatPaper(t *testing.T) {
	c := wholeCase()
	if got := found(c, visited, []casework.Attached{{Paper: "f10", Name: "协议.jpg"}, {Paper: "identity"}, {}}); len(got) > 0 {
		t.Errorf("files in their places: %v", got)
	}
	if got := found(c, visited, []casework.Attached{{Paper: "f11", Name: "口头.jpg"}}); !slices.Equal(got, []string{"C9"}) {
		t.Errorf("a register that there is not: %v", got)
	}
	if _, wrong := (casework.Contents{Lines: 9, Papers: 9, Pages: 20, Total: 20}).Finding(); wrong {
		t.Error("contents that agree")
	}
	for _, n := range []casework.Contents{{Lines: 9, Papers: 8}, {Lines: 9, Papers: 9, Pages: 20, Total: 21}} {
		if f, wrong := n.Finding(); !wrong || f.ID != "C9" || !f.Bars {
			t.Errorf("%+v", n)
		}
	}
}

func TestC10_FiguresAndCapitalsAgree(t *testing.T) {
	breaks(t, func(c *casework.Case) { c.Agreement.AmountFen = 190000 }, "C10!")
	breaks(t, func(c *casework.Case) {
		c.Agreement.Clauses[0].Text = "赔偿2,000元（大写：壹仟元整）。"
		c.Agreement.TextHash = c.Agreement.HashFor(c)
		for i := range c.Agreement.Signatures {
			c.Agreement.Signatures[i].TextHash = c.Agreement.TextHash
		}
	}, "C10!")
	for text, differ := range map[string]bool{
		"赔偿2,000元（大写：贰仟元整）。": false, "赔偿2000元整（人民币贰仟圆正）": false, "支付1409.50元（壹仟肆佰零玖元伍角）": false, "支付1，500元（壹仟伍佰元）": false,
		"赔偿2,000元，其余免除。": false, "3月付500元；4月付800元（捌佰元整）": false, "共3人，每人100元（壹佰元整）": false,
		"赔偿2,000元（大写：贰佰元整）": true, "支付1409.50元（壹仟肆佰零玖元整）": true, "先付500元（伍佰元整），再付800元（捌仟元整）": true,
	} {
		if _, _, got := casework.FiguresDiffer(text); got != differ {
			t.Errorf("%s: %v", text, got)
		}
	}
	err := casework.DraftAgreement{Clauses: []casework.Term{{Text: "赔偿500元（伍仟元整）。"}}}.CheckFigures()
	if err == nil || !strings.Contains(err.Error(), "C10") && !strings.Contains(err.Error(), "伍佰元整") {
		t.Errorf("a draft that differs: %v", err)
	}
}

func TestC11_RightsAreToldBeforeTheFirstSession(t *testing.T) {
	late := time.Date(2026, 3, 9, 2, 0, 0, 0, time.UTC)
	breaks(t, func(c *casework.Case) { c.Sides[1].NoticeAt = &late }, "C11!")
	breaks(t, func(c *casework.Case) { c.Sides[1].NoticeAt = nil }, "C11!")
	breaks(t, func(c *casework.Case) { c.Sides[1].NoticeAt = &c.Sittings[0].StartsAt }) // on the day itself
}

func TestC13_AnAgreementInForceHasAllItsSignatures(t *testing.T) {
	breaks(t, func(c *casework.Case) { c.Agreement.Signatures = c.Agreement.Signatures[:3] }, "C13!")
	gone := time.Date(2026, 3, 11, 2, 0, 0, 0, time.UTC)
	breaks(t, func(c *casework.Case) { c.Agreement.Signatures[1].RetractedAt = &gone }, "C13!")
}

func TestC14_ConfirmationIsInTimeAndOfItsKind(t *testing.T) {
	breaks(t, func(c *casework.Case) { c.Courts[0].FiledOn = calendar.Day("2026-04-10") }, "C14")
	breaks(t, func(c *casework.Case) { c.Courts[0].Subject = "adoption" }, "C14!")
	breaks(t, func(c *casework.Case) { c.Courts[0].AgreementID, c.Courts[0].Subject = ident.ID{7}, "adoption" }) // of an earlier version
}

func TestC17_NamesAndAgesAgree(t *testing.T) {
	breaks(t, func(c *casework.Case) { c.Sides[1].Name = "陈志强（改名）" }, "C17")
	breaks(t, func(c *casework.Case) { c.Sides[0].BornOn = "1950-12-31" }, "C17")
}

// A case that another mediator took over after it was signed: its papers name who signed, on the cover, under the agreement
// and as the handler; who came later signs nothing that was there before.
func TestC3_WhoTookOverIsNotNamedForWhoSigned(t *testing.T) {
	d := casework.Dossier{Case: *wholeCase()}
	left := d.EffectiveAt.AddDate(0, 0, 5)
	d.People[0].EndedAt = &left
	d.People = append(d.People, casework.Participant{MediatorID: ident.ID{6}, Name: "洪国荣", Part: authz.PartHost, BeganAt: left})
	if got := d.Mediators(); len(got) != 1 || got[0].Name != "苏惠敏" {
		t.Errorf("the mediators on the papers: %v", got)
	}
	d.Agreement.Form = casework.Oral
	if got := d.Mediators(); len(got) != 1 || got[0].Name != "苏惠敏" {
		t.Errorf("of an oral agreement: %v", got)
	}
	d.EffectiveAt = nil
	if got := d.Mediators(); len(got) != 1 || got[0].Name != "洪国荣" {
		t.Errorf("before anything is agreed: %v", got)
	}
}

// C6 holds for a case without an agreement too: acceptance, the first session, the end.
func TestC6_AFailedCaseHasItsOrder(t *testing.T) {
	failed := func() *casework.Case {
		c := wholeCase()
		c.Outcome, c.Agreement, c.AgreementID, c.EffectiveAt, c.Courts = casework.Failed, nil, ident.ID{}, nil, nil
		return c
	}
	if got := found(failed(), nil, nil); len(got) > 0 {
		t.Errorf("a failed case in its order: %v", got)
	}
	early, c := time.Date(2026, 3, 5, 2, 0, 0, 0, time.UTC), failed()
	c.FirstSessionAt = &early
	if got := found(c, nil, nil); !slices.Equal(got, []string{"C6!"}) {
		t.Errorf("a session before the acceptance: %v", got)
	}
	c = failed()
	c.AcceptedDay, c.EndedAt = "2026-03-06", c.FirstSessionAt
	before := c.FirstSessionAt.AddDate(0, 0, -1)
	c.EndedAt = &before
	if got := found(c, nil, nil); !slices.Equal(got, []string{"C6!"}) {
		t.Errorf("an end before the session: %v", got)
	}
}

// C14: what no court confirms keeps a dossier out of the archive, as the list of papers says.
func TestC14_WhatIsNotConfirmedIsNotArchived(t *testing.T) {
	c, guardC := wholeCase(), guardOf(t, casework.Archive, "C")
	if err := guardC.Check(c); err != nil {
		t.Fatalf("a whole case: %v", err)
	}
	c.Courts[0].Subject = "adoption"
	if err := guardC.Check(c); err == nil || !strings.Contains(err.Error(), "收养") {
		t.Errorf("an adoption: %v", err)
	}
}

// guardOf is the guard of an event that enforces a rule.
func guardOf(t *testing.T, e casework.Event, rule string) casework.Guard {
	t.Helper()
	for _, tr := range casework.Lifecycle {
		for _, g := range tr.Guards {
			if tr.Event == e && g.Rule == rule {
				return g
			}
		}
	}
	t.Fatalf("%s has no guard %s", e, rule)
	return casework.Guard{}
}

// C4: whom somebody with a power of attorney represents was there only if they came.
func TestC4_AnAgentWhoNeverCameIsNoPresence(t *testing.T) {
	chen := ident.ID{2}
	agent := casework.Helper{Key: ident.Key{ID: ident.ID{20}}, PartyID: chen, Kind: casework.AsAgent, Name: "陈志远"}
	alone := func(c *casework.Case) {
		c.Sittings[0].Attending, c.Sittings[0].Kind = c.Sittings[0].Attending[:1], "investigation"
		c.Helpers = []casework.Helper{agent}
	}
	breaks(t, alone, "C4!")
	breaks(t, func(c *casework.Case) { alone(c); c.Sittings[0].Details.Helpers = []ident.ID{agent.ID} }) // the agent sat
	breaks(t, func(c *casework.Case) {
		alone(c)
		c.Sittings[0].Details.Helpers = []ident.ID{agent.ID}
		c.Helpers[0].Kind = casework.AsCompanion
	}, "C4!") // who comes along represents nobody
}

// The cover names those who concluded the case, not everybody who ever had a part in it.
func TestTheCoverNamesWhoConcludedTheCase(t *testing.T) {
	moment := func(n int) *time.Time {
		at := time.Date(2026, 3, 6, 2, 0, 0, 0, time.UTC).AddDate(0, 0, n)
		return &at
	}
	d := casework.Dossier{}
	d.State, d.Outcome, d.EndedAt = casework.Closed, casework.Failed, moment(20)
	d.People = []casework.Participant{
		{MediatorID: ident.ID{3}, Name: "苏惠敏", Part: authz.PartHost, BeganAt: *moment(0), EndedAt: moment(5)},
		{MediatorID: ident.ID{4}, Name: "吴建国", Part: authz.PartHost, BeganAt: *moment(5), EndedAt: moment(30)},
		{MediatorID: ident.ID{5}, Name: "洪国荣", Part: authz.PartCoMediator, BeganAt: *moment(0), EndedAt: moment(3)},
	}
	names := func() (out []string) {
		for _, p := range d.Mediators() {
			out = append(out, p.Name)
		}
		return out
	}
	if got := names(); !slices.Equal(got, []string{"吴建国"}) {
		t.Errorf("all have ended their part: %v", got)
	}
	d.People = append(d.People, casework.Participant{MediatorID: ident.ID{6}, Name: "郑文华", Part: authz.PartHost, BeganAt: *moment(30)})
	if got := names(); !slices.Equal(got, []string{"吴建国"}) {
		t.Errorf("who took the closed case over: %v", got)
	}
	d.State, d.Outcome, d.EndedAt, d.People = casework.InMediation, "", nil, d.People[:3]
	if got := names(); !slices.Equal(got, []string{"吴建国"}) {
		t.Errorf("the last who had it: %v", got)
	}
}

func TestC2_HistoryIsClosedNoSoonerThanItsLastPerformance(t *testing.T) {
	breaks(t, func(c *casework.Case) { c.Agreement.Obligations[0].StateOn = "2026-03-27" }, "C2!")
}
