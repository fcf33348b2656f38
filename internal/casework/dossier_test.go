package casework_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

// with is a filing with something else in it.
func with(changes m) m {
	body := housetest.Leak()
	for k, v := range changes {
		body[k] = v
	}
	return body
}

func findings(c *housetest.Case) (out []string) {
	list, _ := c.Last.Value("findings").([]any)
	for _, one := range list {
		out = append(out, one.(map[string]any)["id"].(string))
	}
	return out
}

func TestM5_DutiesAreToldWithTheRights(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		for lang, want := range map[string][]string{"zh-CN": {"如实陈述", "遵守调解现场秩序", "尊重对方当事人"}, "en": {"Tell the facts", "Keep order", "other side's rights"}} {
			a := town.As(nil).With("Accept-Language", lang).Get("/rights-notice").Is(200)
			for _, duty := range want {
				if !a.Holds(duty) {
					t.Errorf("%s lacks %q: %s", lang, duty, a.Body)
				}
			}
		}
	})
}

func TestA4_AnOralApplicationIsSigned(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := su.Files(m{"source": "11"})
		if c.Last.Text("application_form") != "oral" || !slices.Contains(findings(c), "A4") {
			t.Errorf("told at the window: %s", c.Last.Body)
		}
		su.Does(c, "amend", m{"set": m{"application_signed": "fingerprint"}, "reason": "已按指印"}).Is(200)
		if slices.Contains(findings(c), "A4") || c.Last.Text("application_signed") != "fingerprint" {
			t.Errorf("signed: %s", c.Last.Body)
		}
		su.Post("/cases", with(m{"application_form": "sung"})).Is(http.StatusUnprocessableEntity)
		if online := town.As(nil).Files(); slices.Contains(findings(online), "A4") {
			t.Errorf("online: %s", online.Last.Body)
		}
	})
}

func TestR2_OneCaseOneDossier(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		numbers := map[string]bool{}
		for range 3 {
			c := town.As(nil).Files()
			su.Accepted(c)
			no := c.Last.Text("case_no")
			if no == "" || numbers[no] {
				t.Errorf("number %q again", no)
			}
			numbers[no] = true
			su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(200)
			town.Party(c, c.Code).Post("/cases/"+c.ID+"/reconsider", m{}).Is(http.StatusConflict) // it was not a party that ended it
			su.Sees(c)
			if c.Last.Text("case_no") != no {
				t.Errorf("the number changed to %s", c.Last.Text("case_no"))
			}
		}
	})
}

func TestR3_HowLongADossierIsKept(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Performed(c, town.Su)
		su.Does(c, "close", nil).Is(200)
		su.Does(c, "archive", m{"retention": "a while"}).Is(http.StatusUnprocessableEntity)
		su.Does(c, "archive", nil).Is(200)
		if got := c.Last.Text("retention") + " " + c.Last.Text("retain_until"); got != "long 2056-03-06" {
			t.Errorf("kept %s", got)
		}
		vain := town.As(nil).Files()
		su.Accepted(vain)
		su.Does(vain, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(200)
		su.Does(vain, "archive", m{"retention": "permanent"}).Is(200)
		if got := vain.Last.Text("retention") + " " + vain.Last.Text("retain_until"); got != "permanent " {
			t.Errorf("kept %s", got)
		}
		for _, h := range []*housetest.Person{town.Su, town.Zheng, town.System} {
			if a := town.As(h).Send("DELETE", "/cases/"+c.ID, nil); a.Status != http.StatusNotFound && a.Status != http.StatusMethodNotAllowed {
				t.Errorf("%s deletes a dossier: %d", h.Name, a.Status)
			}
		}
	})
}

func TestC4_EveryPartyStandsInARecord(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		first := c.Respondent
		su.Does(c, "add-party", m{"name": "吴建国", "phone_reason": "不知道", "reason": "共有人"}).Is(200)
		wu := c.Respondent
		c.Respondent = first
		su.Does(c, "record-consent", m{"party_id": wu, "consent": "agreed", "channel": "phone"}).Is(200)
		c.Respondent = first
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		hash := c.Last.Text("agreements.0.text_hash")
		for _, who := range []m{{"party_id": c.Applicant}, {"party_id": first}, {"party_id": wu}, {"mediator_id": town.Su.Mediator}, {"seal": true}} {
			who["kind"], who["text_hash"] = "wet_ink", hash
			su.Does(c, "sign", who).Is(200)
		}
		if got := findings(c); !slices.Contains(got, "C4") {
			t.Errorf("findings %v", got)
		}
		su.Does(c, "record-performance", m{"obligation_id": c.Last.Text("obligations.0.id"), "state": "performed", "on": town.Today(), "confirmed_by": "creditor"}).Is(200)
		su.Does(c, "close", nil).Is(200)
		su.Does(c, "archive", nil).Refuses("rule.C4")
	})
}

func TestC5_TooFewCopiesAreFound(t *testing.T) {
	met(t, func(t *testing.T, _ *housetest.Town, su housetest.Hand, c *housetest.Case) {
		terms := c.Terms()
		terms["copies"] = 2
		su.Does(c, "oral-agreement", terms).Is(200)
		if got := findings(c); !slices.Equal(got, []string{"C5"}) {
			t.Errorf("findings %v", got)
		}
	})
}

func TestC1_C10_C17_WhatIsEnteredOnceAgreesEverywhere(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		terms := c.Terms()
		terms["clauses"] = append(terms["clauses"].([]m), m{"text": "余款月底付清。", "obligation": m{"debtor_party_id": c.Respondent, "creditor_party_id": c.Applicant,
			"kind": "pay", "amount_fen": 20050, "due": town.Today().Plus(20), "manner": "现金"}})
		su.Does(c, "fix-agreement", terms).Is(200)
		if c.Last.Text("agreements.0.amount_fen") != "200050" { // C10: the parts make the sum, nobody enters it
			t.Errorf("amount %s", c.Last.Text("agreements.0.amount_fen"))
		}
		for _, field := range []string{"amount_fen", "number", "case_no"} { // C1, C17: there is no second place to enter them
			second := c.Terms()
			second[field] = 1
			su.Does(c, "fix-agreement", second).Is(http.StatusUnprocessableEntity)
		}
	})
}

func TestC2_C6_C11_DaysFollowOneAnother(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Hosted(c, town.Su)
		sitting := c.Sitting()
		sitting["starts_at"] = "2026-03-05T02:00:00Z" // before the acceptance
		su.Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(200)
		su.Does(c, "open-session", sitting).Is(http.StatusUnprocessableEntity)
		su.Does(c, "open-session", c.Sitting()).Is(200)
		late := c.Terms()
		late["occurred_at"] = "2026-03-05T02:00:00Z" // before the session
		su.Does(c, "fix-agreement", late).Is(http.StatusUnprocessableEntity)
		su.Does(c, "oral-agreement", c.Terms()).Is(200)
		su.Does(c, "record-performance", m{"obligation_id": c.Last.Text("obligations.0.id"), "state": "performed", "on": town.Today(), "confirmed_by": "creditor"}).Is(200)
		su.Does(c, "close", m{"occurred_at": "2026-03-05T02:00:00Z"}).Is(http.StatusUnprocessableEntity)
		su.Does(c, "close", nil).Is(200)
		if got := findings(c); len(got) != 0 {
			t.Errorf("findings %v", got)
		}
	})
}

// Telling somebody again takes nothing from having told them in time; and what was told again stands when the first is retracted.
func TestA10_C11_WhoIsToldAgainWasToldTheFirstTime(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Hosted(c, town.Su)
		tell := func(who ...string) string {
			t.Helper()
			town.Later(20 * time.Minute)
			su.Does(c, "give-notice", m{"party_ids": who, "manner": "oral"}).Is(200)
			return c.Version
		}
		told := func(party int) any { t.Helper(); return c.Last.Value(fmt.Sprintf("parties.%d.notice_at", party)) }
		first := tell(c.Applicant, c.Respondent)
		at := told(0)
		again := tell(c.Applicant)
		if at == nil || told(0) != at {
			t.Errorf("told at %v, and again: %v", at, told(0))
		}
		su.Does(c, "retract", m{"entry": first, "reason": "写错了"}).Is(200)
		if told(0) == nil || told(0) == at || told(1) != nil {
			t.Errorf("told again, the first retracted: %v, and the other party %v", told(0), told(1))
		}
		su.Does(c, "retract", m{"entry": again, "reason": "写错了"}).Is(200)
		if told(0) != nil {
			t.Errorf("both retracted: %v", told(0))
		}
		tell(c.Applicant, c.Respondent)
		su.Does(c, "open-session", c.Sitting()).Is(200)
		town.Later(2 * 24 * time.Hour)
		su = town.Again(town.Su)
		tell(c.Applicant, c.Respondent)
		su.Does(c, "oral-agreement", c.Terms()).Is(200)
		if got := findings(c); len(got) != 0 {
			t.Errorf("findings %v", got)
		}
	})
}

// A case is closed with a part outstanding, and what is performed afterwards keeps it from nothing; it is not closed before the last
// performance either, whatever day is given.
func TestC2_WhatIsPerformedAfterTheEndKeepsNothingFromTheArchive(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := su.Files()
		su.Met(c, town.Su)
		su.Does(c, "oral-agreement", c.Terms()).Is(200)
		said := func(state string) m {
			return m{"obligation_id": c.Last.Text("obligations.0.id"), "state": state, "on": town.Today(), "confirmed_by": "creditor"}
		}
		town.Later(20 * 24 * time.Hour) // it is due by then
		su = town.Again(town.Su)
		yesterday := town.Clock.Now().Add(-24 * time.Hour).Format(time.RFC3339)
		su.Does(c, "record-performance", said("partly")).Is(200)
		su.Does(c, "follow-up", m{"visited_on": town.Today(), "visitor": "洪国荣"}).Is(200)
		su.Does(c, "close", m{"occurred_at": yesterday}).Is(http.StatusUnprocessableEntity)
		su.Does(c, "close", nil).Is(200)
		town.Later(3 * 24 * time.Hour)
		su = town.Again(town.Su)
		su.Does(c, "record-performance", said("performed")).Is(200)
		if got := findings(c); slices.Contains(got, "C2") {
			t.Errorf("findings %v", got)
		}
		town.As(town.Zheng).Does(c, "archive", nil).Is(200)
	})
}

func TestC3_WhoSignedIsWhoHandledIt(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		su.Does(c, "sign", m{"mediator_id": town.Hong.Mediator, "kind": "wet_ink", "text_hash": c.Last.Text("agreements.0.text_hash")}).Is(http.StatusUnprocessableEntity)
	})
}

func TestC8_C13_C14_NothingComesSoFar(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		bare := c.Terms()
		delete(bare["clauses"].([]m)[0]["obligation"].(m), "manner")
		su.Does(c, "fix-agreement", bare).Refuses("rule.G3") // C8
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		su.Does(c, "record-performance", m{"obligation_id": c.Last.Text("obligations.0.id"), "state": "performed", "on": town.Today()}).Refuses("lifecycle") // C13
		su.Does(c, "apply-confirmation", m{"court": court, "applied_on": town.Today()}).Refuses("lifecycle")                                                 // C14
	})
}

func TestC15_C16_W3_WordsAreLookedAt(t *testing.T) {
	met(t, func(t *testing.T, _ *housetest.Town, su housetest.Hand, c *housetest.Case) {
		terms := c.Terms()
		terms["issues"] = "补偿还是赔偿；尽快付清；逾期物业可以停水。"
		su.Does(c, "fix-agreement", terms).Is(200)
		for _, id := range []string{"C15", "C16", "W3"} {
			if !strings.Contains(c.Last.Text("warnings"), id) {
				t.Errorf("no word of %s: %s", id, c.Last.Text("warnings"))
			}
		}
		su.Does(c, "reopen-agreement", m{"reason": "改"}).Is(200)
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		if got := c.Last.Text("warnings"); got != "[]" {
			t.Errorf("a clean text: %s", got)
		}
	})
}

func TestC10_R4_WhatATextSaysTwiceMustAgreeAndWhatInsultsIsRecorded(t *testing.T) {
	met(t, func(t *testing.T, _ *housetest.Town, su housetest.Hand, c *housetest.Case) {
		terms := c.Terms()
		clause := terms["clauses"].([]m)[0]
		clause["text"] = "陈志强赔偿林秀英粉刷费用1,800元（大写：壹仟玖佰元整）。"
		su.Does(c, "fix-agreement", terms).Refuses("rule.C10")
		clause["text"] = "老赖陈志强赔偿林秀英粉刷费用。"
		su.Does(c, "fix-agreement", terms).Is(200)
		if got := c.Last.Text("warnings"); !strings.Contains(got, "老赖") || !strings.Contains(got, "R4") {
			t.Errorf("warnings %s", got)
		}
		if got := su.Get("/cases/" + c.ID + "/timeline").Is(200); !got.Holds("R4 insult") {
			t.Errorf("what was warned of is not kept: %s", got.Body)
		}
	})
}

func TestW1_W2_TheFactsOfAPropertyDispute(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := su.Files(m{"category": "1303", "party_pair": "PP3"})
		su.Does(c, "record-property", m{}).Is(http.StatusUnprocessableEntity)
		vote := m{"heads": 90, "heads_voting": 59, "heads_yes": 59, "area": 900000, "area_voting": 600000, "area_yes": 600000}
		su.Does(c, "record-property", m{"vote": vote, "common_income": m{"earned_fen": 1200000, "cost_fen": 350000, "period": "2025"}}).Is(200)
		if c.Last.Text("property.verdict.passed") != "false" || c.Last.Text("property.verdict.heads_to_vote") != "1" || c.Last.Text("property.owners_fen") != "850000" ||
			!strings.Contains(c.Last.Text("property.detail"), "Two thirds") {
			t.Errorf("facts: %s", c.Last.Text("property"))
		}
		other := su.Files(m{"category": "02"})
		su.Does(other, "record-property", m{"vote": vote}).Refuses("not_property")
		counted := town.As(nil).Get("/property/owners-vote?heads=90&heads_voting=60&heads_yes=31&area=9000&area_voting=6000&area_yes=3001").Is(200)
		if counted.Text("passed") != "true" || counted.Text("detail") == "" {
			t.Errorf("counted: %s", counted.Body)
		}
		town.As(nil).Get("/property/owners-vote?heads=90&heads_voting=91&heads_yes=31&area=9000&area_voting=6000&area_yes=3001").Is(http.StatusUnprocessableEntity)
	})
}

func TestP1_AChildsCaseIsRestricted(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		body := housetest.Leak()
		body["respondents"].([]m)[0]["born_on"] = "2013-03-07" // thirteen until tomorrow
		c := town.As(nil).Files(body)
		station := town.As(town.Station)
		if a := station.Get("/cases/" + c.ID).Is(200); a.Holds("陈志强") || a.Text("view") != "masked" {
			t.Errorf("the station sees a child's case: %s", a.Body)
		}
		if a := station.Get("/cases").Is(200); a.Holds("陈志强") {
			t.Errorf("in a list: %s", a.Body)
		}
		if su.Sees(c); c.Last.Text("parties.1.name") != "陈志强" {
			t.Errorf("the mediator: %s", c.Last.Body)
		}
		body["respondents"].([]m)[0]["born_on"] = "2012-03-06" // fourteen today
		grown := town.As(nil).Files(body)
		if a := station.Get("/cases/" + grown.ID).Is(200); !a.Holds("陈志强") {
			t.Errorf("no longer a child: %s", a.Body)
		}
	})
}

func TestP3_P4_NumbersAreMaskedAndEverybodySeesTheirOwn(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files(m{"respondents": []m{{"name": "陈志强", "phone": "13900139000", "id_number": "440524188001010014", "address": "少林社区 1 号 301"}}})
		if a := su.Sees(c); a.Holds("11010519491231002X") || a.Holds("440524188001010014") || a.Text("parties.0.id_number") == "" {
			t.Errorf("a whole number: %s", a.Text("parties.0.id_number"))
		}
		mine := town.Party(c, c.Code).Get("/cases/" + c.ID).Is(200)
		if mine.Holds("13900139000") || mine.Holds("1 号 301") || !mine.Holds("13800138000") {
			t.Errorf("the applicant sees the other side's: %s", mine.Body)
		}
		for _, p := range []*housetest.Person{town.County, town.Bureau} {
			if a := town.As(p).Get("/cases/" + c.ID).Is(200); a.Holds("林秀英") || a.Holds("13800138000") {
				t.Errorf("%s sees who it is: %s", p.Name, a.Body)
			}
		}
	})
}

// What the list of papers calls a bar is one, though it lies in a visit and not in the case itself.
func TestC1_AVisitOfAnotherAgreementKeepsADossierOutOfTheArchive(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Performed(c, town.Su)
		su.Does(c, "follow-up", m{"visited_on": town.Today(), "visitor": "洪国荣", "performed": true}).Is(200)
		su.Does(c, "close", nil).Is(200)
		pool, err := town.Store.Pool()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pool.ExecContext(t.Context(), "UPDATE follow_ups SET visited_on = '2026-03-01'"); err != nil { // history that was brought in
			t.Fatal(err)
		}
		if a := su.Get("/cases/" + c.ID + "/papers").Is(200); a.Text("findings.0.id") != "C1" || a.Text("findings.0.bars_archive") != "true" {
			t.Errorf("findings: %s", a.Text("findings"))
		}
		su.Does(c, "archive", nil).Refuses("rule.C1")
		if c.State != "closed" {
			t.Errorf("it is %s", c.State)
		}
	})
}
