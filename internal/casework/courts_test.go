package casework_test

import (
	"net/http"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

// agreed gives a town with a written agreement in force since Friday 6 March.
func agreed(t *testing.T, fn func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case)) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Signed(c, town.Su)
		fn(t, town, su, c)
	})
}

const court = "丰泽区人民法院"

func TestG9_BothApplyWithinThirtyDays(t *testing.T) {
	agreed(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		if !strings.Contains(c.Last.Text("clocks"), "confirmation_window due:2026-04-07") && !strings.Contains(c.Last.Text("clocks"), "2026-04-07") {
			t.Errorf("the window is not shown: %s", c.Last.Text("clocks"))
		}
		su.Does(c, "apply-confirmation", m{"court": court, "applied_on": town.Today(), "applicants": []string{c.Applicant}}).Refuses("rule.G9")
		su.Does(c, "apply-confirmation", m{"court": court, "applied_on": "2026-03-05"}).Is(http.StatusUnprocessableEntity)
		town.Later(33 * day) // 8 April: the thirtieth day, 5 April, rolled over the holiday to the 7th
		su = town.Again(town.Su)
		su.Does(c, "apply-confirmation", m{"court": court, "applied_on": "2026-04-08"}).Refuses("rule.G9")
		su.Does(c, "apply-confirmation", m{"court": court, "applied_on": "2026-04-08", "late_reason": "法院已受理"}).Is(200)
		if c.State != "performing" || c.Last.Text("legal_track") != "confirmation_applied" {
			t.Errorf("applied: %s", c.Last.Body)
		}
		su.Does(c, "apply-confirmation", m{"court": court, "applied_on": "2026-04-08"}).Refuses("rule.G9") // once
	})
}

func TestG9_OnTheLastDay(t *testing.T) {
	agreed(t, func(t *testing.T, town *housetest.Town, _ housetest.Hand, c *housetest.Case) {
		town.Later(33 * day)
		town.Again(town.Su).Does(c, "apply-confirmation", m{"court": court, "applied_on": "2026-04-07"}).Is(200)
	})
}

func TestG9_AnOralAgreementIsNotConfirmed(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "oral-agreement", c.Terms()).Is(200)
		su.Does(c, "apply-confirmation", m{"court": court, "applied_on": town.Today()}).Refuses("rule.G9")
		if c.Last.Holds("confirmation_window") {
			t.Errorf("offered: %s", c.Last.Text("clocks"))
		}
	})
}

func TestG10_ThreeCourtsAndTheInvitingOne(t *testing.T) {
	agreed(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "apply-confirmation", m{"court": court, "applied_on": town.Today(), "basis": "nearest"}).Is(http.StatusUnprocessableEntity)
		su.Does(c, "apply-confirmation", m{"court": court, "applied_on": town.Today(), "basis": "organisation"}).Is(200)
		if c.Last.Text("court_matters.0.basis") != "organisation" {
			t.Errorf("%s", c.Last.Text("court_matters"))
		}
	})
}

func TestG11_WhatTheFileLacksIsNamed(t *testing.T) {
	agreed(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "apply-confirmation", m{"court": court, "applied_on": town.Today(), "papers": []string{"application", "agreement"}}).Is(200)
		if got := c.Last.Text("warnings"); !strings.Contains(got, "Proof of identity or standing") || !strings.Contains(got, "Addresses and telephones") || strings.Contains(got, "Power of attorney") {
			t.Errorf("warnings %s", got)
		}
	})
}

func TestG12_WhatACourtDoesNotConfirm(t *testing.T) {
	agreed(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		for _, subject := range []string{"identity", "adoption", "marriage"} {
			su.Does(c, "apply-confirmation", m{"court": court, "applied_on": town.Today(), "subject": subject}).Refuses("rule.G12")
		}
		su.Does(c, "apply-confirmation", m{"court": court, "applied_on": town.Today(), "subject": "real_estate_title"}).Is(200)
		if got := c.Last.Text("warnings"); !strings.Contains(got, "G12") {
			t.Errorf("warnings %s", got)
		}
	})
}

func TestG12_G13_TheCourtsOwnPeriodsAndItsDecision(t *testing.T) {
	agreed(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "record-confirmation", m{"decision": "confirmed", "decided_on": town.Today(), "document_no": "x"}).Refuses("no_application")
		su.Does(c, "apply-confirmation", m{"court": court, "applied_on": town.Today()}).Is(200)
		if !c.Last.Holds(`"name":"court_accepts","due":"2026-03-09"`) {
			t.Errorf("clocks %s", c.Last.Text("clocks"))
		}
		again := func() housetest.Hand { return town.Again(town.Su) }
		su = sweep(t, town, 4, again, c)
		if got := strings.Join(kinds(c), " "); !strings.Contains(got, "chase_court") {
			t.Errorf("tasks %s", got)
		}
		su.Does(c, "record-confirmation", m{"decision": "accepted", "decided_on": town.Today(), "court_no": "（2026）闽0503民特1号"}).Is(200)
		if !c.Last.Holds(`"name":"court_decides","due":"2026-03-25"`) || strings.Contains(strings.Join(kinds(c), " "), "chase_court") {
			t.Errorf("clocks %s tasks %s", c.Last.Text("clocks"), kinds(c))
		}
		su.Does(c, "record-confirmation", m{"decision": "confirmed", "decided_on": town.Today()}).Is(http.StatusUnprocessableEntity)
		su.Does(c, "record-confirmation", m{"decision": "confirmed", "decided_on": town.Today(), "document_no": "（2026）闽0503民特1号"}).Is(200)
		if c.Last.Text("legal_track") != "confirmed" || !c.Last.Holds(`"name":"enforcement","due":"2028-03-16"`) {
			t.Errorf("confirmed: %s", c.Last.Text("clocks"))
		}
	})
}

func TestG13_TheCreditorIsToldBeforeEnforcementLapses(t *testing.T) {
	agreed(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "apply-confirmation", m{"court": court, "applied_on": town.Today()}).Is(200)
		if c.Last.Holds(`"name":"enforcement"`) {
			t.Errorf("what no court has confirmed is not enforced: %s", c.Last.Text("clocks"))
		}
		su.Does(c, "record-confirmation", m{"decision": "confirmed", "decided_on": town.Today(), "document_no": "（2026）闽0503民特1号"}).Is(200)
		town.Later(11 * day)
		su = town.Again(town.Su)
		su.Does(c, "record-performance", m{"obligation_id": c.Last.Text("obligations.0.id"), "state": "unperformed", "on": town.Today()}).Is(200)
		su.Does(c, "follow-up", m{"visited_on": town.Today(), "visitor": "洪国荣", "performed": false, "note": "无力支付"}).Is(200)
		su.Does(c, "close", nil).Is(200)
		again := func() housetest.Hand { return town.Again(town.Su) }
		sweep(t, town, 600, again, c)
		if got := kinds(c); len(got) != 0 {
			t.Errorf("too early: %q", got)
		}
		sweep(t, town, 41, again, c)
		if got := strings.Join(kinds(c), " "); got != "inform_creditor" || c.Last.Text("tasks.0.due") != "2028-03-16" {
			t.Errorf("tasks %s", c.Last.Text("tasks"))
		}
	})
}

func TestG8_ASuitOverTheAgreementIsRecorded(t *testing.T) {
	agreed(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		lin := town.Party(c, c.Code)
		lin.Post("/cases/"+c.ID+"/repudiate", m{"court": court, "filed_on": "2026-03-05"}).Is(http.StatusUnprocessableEntity)
		lin.Post("/cases/"+c.ID+"/repudiate", m{"court": court, "filed_on": town.Today(), "reason": "金额不对"}).Is(200)
		su.Sees(c)
		if c.State != "performing" || c.Last.Text("legal_track") != "repudiated_sued" || c.Last.Text("court_matters.0.party_id") != c.Applicant {
			t.Errorf("sued: %s", c.Last.Text("court_matters"))
		}
		chen := town.Party(c, su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201).Text("letter.code"))
		chen.Post("/cases/"+c.ID+"/repudiate", m{"result": "void", "decided_on": town.Today(), "document_no": "x"}).Is(http.StatusUnprocessableEntity) // the other side's suit
		su.Sees(c)
		su.Does(c, "repudiate", m{"court": court, "filed_on": town.Today(), "result": "changed"}).Is(http.StatusUnprocessableEntity)
		su.Does(c, "repudiate", m{"result": "changed", "decided_on": town.Today(), "document_no": "（2026）闽0503民初9号"}).Is(200)
		if c.Last.Text("legal_track") != "judged_changed" || c.Last.Text("court_matters.1.id") != "" {
			t.Errorf("judged: %s", c.Last.Text("court_matters"))
		}
	})
}

func TestG14_AFinishedCaseIsMediatedAgain(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Performed(c, town.Su)
		su.Does(c, "close", nil).Is(200)
		closed, no := c.Last.Text("first_closed_on"), c.Last.Text("case_no")
		su.Does(c, "archive", nil).Is(200)
		town.Later(20 * day)
		su = town.Again(town.Su)
		su.Does(c, "remediate", m{"ground": "unfair", "reason": "约定明显不公", "consents": []string{c.Applicant}}).Refuses("rule.G14")
		su.Does(c, "remediate", m{"ground": "unfair", "reason": "约定明显不公", "consents": []string{c.Applicant, c.Respondent}}).Is(200)
		if c.State != "in_mediation" || c.Last.Text("agreements.0.number") != "1" {
			t.Fatalf("again in mediation: %s", c.Last.Body)
		}
		su.Does(c, "open-session", c.Sitting()).Is(200)
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		if c.Last.Text("agreements.0.number") != "2" || c.Last.Text("agreements.0.replaces") == "" {
			t.Errorf("the new version: %s", c.Last.Text("agreements"))
		}
		hash := c.Last.Text("agreements.0.text_hash")
		for _, who := range []m{{"party_id": c.Applicant}, {"party_id": c.Respondent}, {"mediator_id": town.Su.Mediator}, {"seal": true}} {
			who["kind"], who["text_hash"] = "wet_ink", hash
			su.Does(c, "sign", who).Is(200)
		}
		if c.State != "performing" || c.Last.Text("first_closed_on") != closed || c.Last.Text("case_no") != no || c.Last.Text("outcome") != "written_agreement" {
			t.Errorf("in force again: %s", c.Last.Body)
		}
	})
}

// While a case is mediated again the earlier agreement stands, and it goes on standing when nothing new comes of it.
func TestG14_WhatWasAgreedStandsUntilSomethingNewDoes(t *testing.T) {
	agreed(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "record-performance", m{"obligation_id": c.Last.Text("obligations.0.id"), "state": "performed", "on": town.Today(), "confirmed_by": "creditor"}).Is(200)
		su.Does(c, "close", nil).Is(200)
		su.Does(c, "remediate", m{"ground": "repair", "reason": "想改付款方式", "consents": []string{c.Applicant, c.Respondent}}).Is(200)
		su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(200)
		if c.State != "closed" || c.Last.Text("outcome") != "written_agreement" || c.Last.Text("agreements.0.effective_at") == "" {
			t.Errorf("after a vain attempt: %s", c.Last.Body)
		}
	})
}

// A version that takes the place of an agreement begins anew: a court's refusal of the old one does not follow it, and a
// visit to see whether the old one was kept does not count for it (G9, G14, R6).
func TestG14_ANewVersionBeginsAnew(t *testing.T) {
	agreed(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		both := []string{c.Applicant, c.Respondent}
		su.Does(c, "apply-confirmation", m{"court": court, "applied_on": town.Today()}).Is(200)
		town.Later(11 * day)
		su = town.Again(town.Su)
		su.Does(c, "record-performance", m{"obligation_id": c.Last.Text("obligations.0.id"), "state": "unperformed", "on": town.Today()}).Is(200)
		su.Does(c, "follow-up", m{"visited_on": town.Today(), "visitor": "洪国荣"}).Is(200)
		su.Does(c, "close", nil).Is(200)
		again := m{"ground": "court_refused", "reason": "法院不予确认，双方愿意再谈", "consents": both}
		su.Does(c, "remediate", again).Refuses("rule.G14") // the court has not decided
		su.Does(c, "record-confirmation", m{"decision": "refused", "decided_on": town.Today(), "document_no": "（2026）闽0503民特1号"}).Is(200)
		su.Does(c, "remediate", again).Is(200)
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		hash := c.Last.Text("agreements.0.text_hash")
		for _, who := range []m{{"party_id": c.Applicant}, {"party_id": c.Respondent}, {"mediator_id": town.Su.Mediator}, {"seal": true}} {
			who["kind"], who["text_hash"] = "wet_ink", hash
			su.Does(c, "sign", who).Is(200)
		}
		if c.Last.Text("legal_track") != "" || !c.Last.Holds(`"name":"confirmation_window"`) || !c.Last.Holds(`"name":"follow_up"`) {
			t.Errorf("track %q, clocks %s", c.Last.Text("legal_track"), c.Last.Text("clocks"))
		}
		if len(c.Last.Value("follow_ups").([]any)) != 1 {
			t.Errorf("the earlier visit is gone: %s", c.Last.Text("follow_ups"))
		}
		su.Does(c, "apply-confirmation", m{"court": court, "applied_on": town.Today()}).Is(200)
		su.Does(c, "record-confirmation", m{"decision": "withdrawn", "decided_on": town.Today()}).Is(200)
		if c.Last.Text("legal_track") != "" || !c.Last.Holds(`"name":"confirmation_window"`) {
			t.Errorf("withdrawn: %q %s", c.Last.Text("legal_track"), c.Last.Text("clocks"))
		}
	})
}
