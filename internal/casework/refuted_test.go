package casework_test

// Counter-examples that a reader of the law brought against the code.

import (
	"net/http"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

// clockOf is the day on which a clock of a case ends; empty when it does not run.
func clockOf(c *housetest.Case, name string) string {
	list, _ := c.Last.Value("clocks").([]any)
	for _, one := range list {
		if k := one.(m); k["name"] == name {
			return k["due"].(string)
		}
	}
	return ""
}

// takenUp: a party that had ended the mediation changes its mind, and the case is accepted again.
func takenUp(su housetest.Hand, c *housetest.Case) {
	su.Does(c, "reconsider", m{"party_id": c.Respondent, "channel": "phone"}).Is(200)
	su.Does(c, "record-consent", m{"party_id": c.Applicant, "consent": "agreed", "channel": "phone"}).Is(200)
	su.Does(c, "accept", nil).Is(200)
}

// nobodyAsked is another party of a case, and what it would owe by word of mouth.
func nobodyAsked(town *housetest.Town, su housetest.Hand, c *housetest.Case, more m) (party string, terms m) {
	body := m{"kind": "person", "name": "吴建国", "phone_reason": "不知道", "reason": "共有人"}
	for k, v := range more {
		body[k] = v
	}
	su.Does(c, "add-party", body).Is(200)
	party = c.Last.Text("parties.2.id")
	terms = c.Terms()
	terms["clauses"] = []m{{"text": "吴建国赔偿。", "obligation": m{"debtor_party_id": party, "creditor_party_id": c.Applicant, "kind": "pay",
		"amount_fen": 100, "due": town.Today().Plus(3), "manner": "现金"}}}
	return party, terms
}

// A2, P2, G1: no signature shows who agreed by word of mouth; so nobody is bound who was not asked, has no guardian where
// one is needed, or was not there.
func TestG1_WordOfMouthBindsOnlyWhoAgreedAndWasThere(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		agreedTo := c.Terms() // by the two who met
		third, terms := nobodyAsked(town, su, c, nil)
		su.Does(c, "oral-agreement", terms).Refuses("rule.A2")
		su.Does(c, "record-consent", m{"party_id": third, "consent": "agreed", "channel": "phone"}).Is(200)
		su.Does(c, "oral-agreement", terms).Refuses("rule.G1")
		if a := su.Does(c, "oral-agreement", agreedTo).Is(200); a.Text("state") != "performing" {
			t.Errorf("%s", a.Body)
		}
	})
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		minor, terms := nobodyAsked(town, su, c, m{"born_on": "2010-01-01"})
		su.Does(c, "record-consent", m{"party_id": minor, "consent": "agreed", "channel": "phone"}).Is(200)
		su.Does(c, "oral-agreement", terms).Refuses("rule.P2")
	})
}

// C12: an agent does not change how its party may be reached and is kept safe, and opens its caucus only by express power.
func TestC12_AnAgentLiftsNoProtection(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		alone := c.Sitting()
		alone["kind"], alone["attending"] = "caucus", []string{c.Applicant}
		su.Does(c, "open-session", alone).Is(200)
		session := c.Last.Text("sessions.1.id")
		su.Does(c, "add-helper", power(town, c.Applicant, "papers")).Is(200)
		su.Does(c, "record-needs", m{"party_id": c.Applicant, "contact": "no_message", "hide_address": true}).Is(200)
		fang := comes(town, su, c, c.Applicant, "林芳")
		fang.Post("/cases/"+c.ID+"/hand-over-note", m{"session_id": session, "mediator_id": town.Hong.Mediator}).Refuses("rule.C12")
		fang.Post("/cases/"+c.ID+"/record-needs", m{}).Refuses("rule.C12")
		if got := su.Sees(c).Text("parties.0.needs.contact"); got != "no_message" {
			t.Errorf("contact %q", got)
		}
	})
}

// M11: whoever does not see who the parties are writes down no complaint for one of them.
func TestM11_AComplaintDoesNotNameTheParties(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "assess-risk", m{"risk": 3, "reason": "哭诉", "violence": m{"answers": m{"V1": true}, "victim_party_id": c.Applicant}}).Is(200)
		station := town.As(town.Station)
		a := station.Post("/cases/"+c.ID+"/complaints", m{"mediator_id": town.Su.Mediator, "kind": "K1", "text": "偏袒", "party_id": c.Applicant}).Is(http.StatusForbidden)
		if a.Holds("林秀英") {
			t.Errorf("%s", a.Body)
		}
	})
}

// G7: "not done" reaches a person at once and stays until it is mended; no case is closed before its promise is due; what is
// paid afterwards is recorded, also in an archived case (R7: late entry).
func TestG7_NotDoneReachesAPerson(t *testing.T) {
	agreed(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		ob := c.Last.Text("obligations.0.id")
		su.Does(c, "record-performance", m{"obligation_id": ob, "state": "partly", "on": town.Today(), "confirmed_by": "debtor"}).Is(200)
		if clockOf(c, "obligation") == "" {
			t.Errorf("the rest is still due: %s", c.Last.Text("clocks"))
		}
		su.Does(c, "follow-up", m{"visited_on": town.Today(), "visitor": "苏惠敏"}).Is(200)
		su.Does(c, "close", nil).Refuses("rule.G7") // ten days too early
		again := func() housetest.Hand { return town.Again(town.Su) }
		su = sweep(t, town, 14, again, c)
		su.Does(c, "record-performance", m{"obligation_id": ob, "state": "unperformed", "on": town.Today(), "confirmed_by": "creditor"}).Is(200)
		if got := strings.Join(kinds(c), " "); got != "repair" {
			t.Errorf("tasks %q", got)
		}
		su = sweep(t, town, 10, again, c)
		if got := strings.Join(kinds(c), " "); got != "repair" {
			t.Errorf("ten days later: %q", got)
		}
		su.Does(c, "close", nil).Is(200)
		su.Does(c, "archive", nil).Is(200)
		su.Does(c, "record-performance", m{"obligation_id": ob, "state": "performed", "on": town.Today(), "confirmed_by": "creditor"}).Is(200)
		if c.State != "archived" || c.Last.Text("obligations.0.state") != "performed" {
			t.Errorf("%s %s", c.State, c.Last.Text("obligations"))
		}
		su.Does(c, "record-performance", m{"obligation_id": ob, "state": "unperformed", "on": town.Today(), "confirmed_by": "creditor"}).Refuses("lifecycle")
	})
}

// G12, G13: a court's work on an agreement goes on when the dossier is filed away.
func TestG13_TheArchiveStopsNoCourt(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Signed(c, town.Su)
		su.Does(c, "apply-confirmation", m{"court": court, "applied_on": town.Today()}).Is(200)
		town.Later(11 * day)
		su = town.Again(town.Su)
		su.Does(c, "record-performance", m{"obligation_id": c.Last.Text("obligations.0.id"), "state": "unperformed", "on": town.Today(), "confirmed_by": "creditor"}).Is(200)
		su.Does(c, "follow-up", m{"visited_on": town.Today(), "visitor": "洪国荣"}).Is(200)
		su.Does(c, "close", nil).Is(200)
		su.Does(c, "archive", nil).Is(200)
		su.Does(c, "record-confirmation", m{"decision": "confirmed", "decided_on": town.Today(), "document_no": "x"}).Is(200)
		if clockOf(c, "enforcement") != "2028-03-16" {
			t.Errorf("clocks %s", c.Last.Text("clocks"))
		}
		su = sweep(t, town, 645, func() housetest.Hand { return town.Again(town.Su) }, c)
		if got := strings.Join(kinds(c), " "); got != "inform_creditor" {
			t.Errorf("tasks %q", got)
		}
		su.Does(c, "repudiate", m{"party_id": c.Applicant, "kind": "enforcement", "court": court, "filed_on": town.Today()}).Is(200)
	})
}

// M6, M6b: a pause ends with what was paused, an extension with it; a referral's number moves no deadline but a court's.
func TestM6_ASecondMediationHasItsOwnTime(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		both := []string{c.Applicant, c.Respondent}
		su.Does(c, "extend", m{"days": 5, "reason": "x", "consents": both}).Is(200)
		su.Does(c, "pause", m{"reason": "鉴定", "until": town.Today().Plus(10)}).Is(200)
		su.Does(c, "request-end", m{"party_id": c.Respondent}).Is(200)
		town.Later(60 * day)
		su = town.Again(town.Su)
		su.Sees(c)
		takenUp(su, c)
		su.Does(c, "assign", m{"host_mediator_id": town.Su.Mediator, "chosen_by": "parties"}).Is(200)
		su.Does(c, "open-session", c.Sitting()).Is(200)
		was := clockOf(c, "mediation")
		su.Does(c, "request-recusal", m{"mediator_id": town.Su.Mediator, "party_id": c.Applicant, "reason": "Q4"}).Is(200)
		zheng := town.Again(town.Zheng)
		if zheng.Sees(c); clockOf(c, "mediation") != was || was != "2026-06-04" {
			t.Errorf("due %s, after the recusal %s", was, clockOf(c, "mediation"))
		}
		zheng.Does(c, "assign", m{"host_mediator_id": town.Hong.Mediator, "chosen_by": "committee"}).Is(200)
		hong := town.Again(town.Hong)
		hong.Sees(c)
		hong.Does(c, "open-session", c.Sitting()).Is(200)
		hong.Does(c, "extend", m{"days": 5, "reason": "x", "consents": both}).Is(200)
	})
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := su.Files(m{"source": "351"})
		su.Hosted(c, town.Su)
		su.Does(c, "request-end", m{"party_id": c.Respondent}).Is(200)
		town.Later(60 * day)
		su = town.Again(town.Su)
		su.Sees(c)
		takenUp(su, c)
		was := clockOf(c, "mediation")
		su.Does(c, "record-referral", m{"kind": "handed_over", "organ": "12345热线", "number": "工单1"}).Is(200)
		if clockOf(c, "mediation") != was || was != "2026-06-04" {
			t.Errorf("due %s, with the hotline's number %s", was, clockOf(c, "mediation"))
		}
	})
}

// M6b: days in which a case was paused are not counted, also when a refusal ended the pause and was taken back.
func TestM6b_ARefusalInAPauseCostsNoDays(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "pause", m{"reason": "鉴定", "until": town.Today().Plus(30)}).Is(200)
		town.Later(20 * day)
		su = town.Again(town.Su)
		su.Does(c, "record-consent", m{"party_id": c.Respondent, "consent": "refused", "channel": "phone"}).Is(200)
		su.Does(c, "retract", m{"entry": c.Version, "reason": "听错了"}).Is(200)
		if got := clockOf(c, "mediation"); got != "2026-04-27" {
			t.Errorf("due %s", got)
		}
	})
}

// P2: a child changes its mind only through its guardian.
func TestP2_AChildReconsidersThroughItsGuardian(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := su.Files(m{"respondents": []m{{"kind": "person", "name": "陈小宝", "born_on": "2015-05-05", "phone_reason": "学生"}}})
		su.Does(c, "ask-consent", nil).Is(200)
		su.Does(c, "request-end", m{"party_id": c.Respondent}).Is(200)
		su.Does(c, "reconsider", m{"party_id": c.Respondent, "channel": "phone"}).Refuses("rule.P2")
	})
}

// M12: a tie that a mediator declares, or that a party's agent brings, is looked at in the cases that it concerns.
func TestM12_ATieDeclaredLaterIsDecidedOn(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		town.As(town.System).Post("/registry/mediators/"+town.Su.Mediator.String()+"/ties", m{"kind": "kin", "name": "陈志强"}).Is(http.StatusCreated)
		su.Sees(c)
		if got := strings.Join(kinds(c), " "); got != "conflict" {
			t.Errorf("tasks %q", got)
		}
		zheng := town.As(town.Zheng)
		zheng.Sees(c)
		zheng.Does(c, "decide-conflict", m{"mediator_id": town.Su.Mediator, "decision": "proceed", "reason": "远亲"}).Is(200)
		town.As(town.System).Post("/registry/mediators/"+town.Su.Mediator.String()+"/ties", m{"kind": "kin", "name": "没有此人"}).Is(http.StatusCreated)
		if su.Sees(c); len(kinds(c)) != 0 {
			t.Errorf("a tie to nobody here: %q", kinds(c))
		}
		town.Ties(town.Su, "kin", "林芳")
		su.Does(c, "add-helper", power(town, c.Applicant, "papers")).Is(200)
		if got := strings.Join(kinds(c), " "); got != "conflict" || !strings.Contains(c.Last.Text("warnings"), "M12") {
			t.Errorf("an agent's tie: %q %s", got, c.Last.Text("warnings"))
		}
	})
}

// R6: the visit is due when a case was closed without one, too.
func TestR6_AVisitIsDueOnceClosed(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Performed(c, town.Su)
		su.Does(c, "close", nil).Is(200)
		su = sweep(t, town, 40, func() housetest.Hand { return town.Again(town.Su) }, c)
		if got := strings.Join(kinds(c), " "); got != "follow_up" {
			t.Errorf("tasks %q", got)
		}
		su.Does(c, "follow-up", m{"visited_on": town.Today(), "visitor": "洪国荣"}).Is(200)
		if len(kinds(c)) != 0 {
			t.Errorf("tasks %q", kinds(c))
		}
	})
}

// M8: a threat that is uttered after the end is recorded, and reported before the dossier is filed away.
func TestM8_AThreatAfterTheEnd(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		sitting := c.Sitting()
		delete(sitting, "risk")
		if a := su.Does(c, "open-session", sitting).Is(200); !strings.Contains(a.Text("warnings"), "M8") {
			t.Errorf("a session without an assessment: %s", a.Text("warnings"))
		}
		if a := su.Does(c, "assess-risk", m{"risk": 3, "reason": "扬言"}).Is(200); !strings.Contains(a.Text("warnings"), "second mediator") {
			t.Errorf("orange: %s", a.Text("warnings"))
		}
		su.Does(c, "request-end", m{"party_id": c.Respondent}).Is(200)
		su.Does(c, "assess-risk", m{"risk": 4, "reason": "扬言报复"}).Is(200)
		su.Does(c, "archive", nil).Refuses("rule.M8")
	})
}

// O13, A6: a case that was accepted once does not change its committee over the parties' heads; who only passes a matter on
// commissions nobody.
func TestO13_WhatWasAcceptedIsNotRerouted(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Hosted(c, town.Su)
		su.Does(c, "request-end", m{"party_id": c.Respondent}).Is(200)
		su.Does(c, "reconsider", m{"party_id": c.Respondent, "channel": "phone"}).Is(200)
		station := town.As(town.Station)
		station.Sees(c)
		station.Does(c, "reroute", m{"committee_id": town.Other.ID, "reason": "辖区"}).Refuses("rule.O13")
	})
}

// Safe contact is honoured by every message, the code for signing among them; guardians, companions and interpreters are
// asked for once and come along across counties.
func TestNoMessageMeansNone(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "record-needs", m{"party_id": c.Applicant, "contact": "no_message"}).Is(200)
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		town.Party(c, c.Code).Post("/cases/"+c.ID+"/signing-codes", nil).Refuses("no_messages")
	})
}

// M10, O12, W3, C16: what should not stand in an agreement is found in other words, too, and in the manner of performance.
func TestM10_O12_W3_C16_InOtherWords(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		terms := c.Terms()
		terms["clauses"] = []m{{"text": "双方不得再就此事向法院起诉；逾期停止供水、供电；调解服务费 200 元。", "obligation": m{"debtor_party_id": c.Respondent,
			"creditor_party_id": c.Applicant, "kind": "pay", "amount_fen": 100, "due": town.Today().Plus(3), "manner": "尽快"}}}
		a := su.Does(c, "fix-agreement", terms).Is(200)
		for _, rule := range []string{"M10", "O12", "W3", "C16"} {
			if !strings.Contains(a.Text("warnings"), rule) {
				t.Errorf("%s is not warned of: %s", rule, a.Text("warnings"))
			}
		}
	})
}

// A year that was typed wrong is refused in words: no act lies before there were mediation committees.
func TestNothingHappenedBeforeThereWereCommittees(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		filing := m{"source": "11", "category": "02", "area_code": housetest.Shaolin, "title": "漏水", "facts": "漏水", "occurred_at": "0001-01-01T00:00:00Z",
			"applicant": m{"name": "林秀英", "phone": "13800138000"}, "respondents": []m{{"name": "陈志强", "phone": "13900139000"}}}
		if a := su.Post("/cases", filing); a.Status != 422 || !a.Holds(`"location":"occurred_at"`) {
			t.Errorf("in the year 1: %d %s", a.Status, a.Body)
		}
		filing["occurred_at"] = "1998-05-06T02:00:00Z"
		su.Post("/cases", filing).Is(201)
	})
}
