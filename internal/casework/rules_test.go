package casework_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

// mediated gives a town with a case that Su hosts, before its first session.
func mediated(t *testing.T, fn func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case)) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Hosted(c, town.Su)
		fn(t, town, su, c)
	})
}

func met(t *testing.T, fn func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case)) {
	mediated(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(200)
		su.Does(c, "open-session", c.Sitting()).Is(200)
		fn(t, town, su, c)
	})
}

func TestA2_NoMediationAgainstARefusal(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Does(c, "ask-consent", nil).Is(200)
		su.Does(c, "record-consent", m{"party_id": c.Respondent, "consent": "refused", "channel": "phone", "reason": "D5"}).Is(200)
		if c.State != "not_accepted" || c.Last.Text("reason_code") != "N5" {
			t.Fatalf("a refusal before acceptance: %s", c.Last.Body)
		}
		after := town.As(nil).Files()
		su.Met(after, town.Su)
		su.Does(after, "record-consent", m{"party_id": after.Respondent, "consent": "refused", "channel": "in_person"}).Is(200)
		if after.State != "closed" || after.Last.Text("outcome") != "party_refused" || after.Last.Text("guidance") == "" {
			t.Fatalf("a refusal after acceptance: %s", after.Last.Body)
		}
		su.Does(after, "open-session", after.Sitting()).Refuses("lifecycle")
	})
}

func TestA2_WhoHasNotAgreedDoesNotAttend(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		body := housetest.Leak()
		c := town.As(nil).Files(m{"respondents": append(body["respondents"].([]m), m{"name": "吴建国", "phone_reason": "不知道"})})
		third := c.Last.Text("parties.2.id")
		first := c.Last.Text("parties.1.id")
		su.Does(c, "ask-consent", nil).Is(200)
		su.Does(c, "record-consent", m{"party_id": first, "consent": "agreed", "channel": "phone"}).Is(200)
		su.Does(c, "record-consent", m{"party_id": third, "consent": "unreached", "channel": "phone"}).Is(200)
		su.Does(c, "accept", nil).Is(200)
		su.Does(c, "assign", m{"host_mediator_id": town.Su.Mediator, "chosen_by": "parties"}).Is(200)
		su.Does(c, "give-notice", m{"party_ids": []string{c.Applicant, first, third}, "manner": "oral"}).Is(200)
		sitting := c.Sitting()
		sitting["attending"] = []string{c.Applicant, third}
		su.Does(c, "open-session", sitting).Refuses("rule.A2")
		sitting["attending"] = []string{c.Applicant, first}
		su.Does(c, "open-session", sitting).Is(200)
	})
}

func TestA6_ReservedOrTakenMattersAreNotAccepted(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := su.Files(m{"bar": "N1"})
		su.Does(c, "ask-consent", nil).Refuses("rule.A6")
		if got := c.Last.Text("blocked.0.code"); su.Sees(c).Text("blocked.0.code") != "rule.A6" {
			t.Errorf("the block is not shown: %s", got)
		}
		taken := su.Files(m{"bar": "N2"})
		su.Does(taken, "ask-consent", nil).Refuses("rule.A6")
		su.Does(taken, "amend", m{"set": m{"bar_document": "（2026）闽0503诉前调1号委派函"}, "reason": "法院委派"}).Is(200)
		su.Does(taken, "ask-consent", nil).Is(200)
	})
}

func TestA7_ADeskIsNoCommittee(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files(m{"area_code": "350503008001"}) // a place that no committee of the town serves
		if !strings.Contains(c.Last.Text("committee.name"), "窗口") {
			t.Fatalf("not at the desk: %s", c.Last.Body)
		}
		far := town.As(town.Su)
		far.Get("/cases/" + c.ID).Is(http.StatusNotFound)
	})
}

func TestA8_ARefusalNeedsGuidanceAndNotice(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Does(c, "refuse-acceptance", m{"reason": "N4"}).Refuses("rule.A8")
		su.Does(c, "refuse-acceptance", m{"reason": "N4", "guidance": "请申请行政复议。"}).Refuses("rule.A8")
		su.Does(c, "assess-risk", m{"risk": 3, "reason": "扬言上门闹事"}).Is(200)
		full := m{"reason": "N4", "guidance": "请申请行政复议。", "notice_date": town.Today()}
		su.Does(c, "refuse-acceptance", full).Refuses("rule.A8")
		full["calming_measures"] = "网格员上门安抚，约定次日面谈。"
		su.Does(c, "refuse-acceptance", full).Is(200)
		if c.State != "not_accepted" || c.Last.Text("case_no") != "" {
			t.Errorf("refused: %s", c.Last.Body)
		}
	})
}

func TestA9_ThreeWorkingDaysToDecide(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files() // a Friday
		if got := c.Last.Text("clocks.0.name") + " " + c.Last.Text("clocks.0.due"); got != "intake_decision 2026-03-11" {
			t.Errorf("clock %s", got)
		}
	})
}

func TestA10_NoSessionBeforeTheNotice(t *testing.T) {
	mediated(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "open-session", c.Sitting()).Refuses("rule.A10")
		su.Does(c, "give-notice", m{"party_ids": []string{c.Applicant}, "manner": "oral"}).Is(200)
		su.Does(c, "open-session", c.Sitting()).Refuses("rule.A10") // the respondent was not told
		su.Does(c, "give-notice", m{"party_ids": []string{c.Respondent}, "manner": "written"}).Is(200)
		su.Does(c, "open-session", c.Sitting()).Is(200)
	})
}

func TestA11_APetitionNeedsEverybody(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		body := housetest.Leak()
		c := town.As(town.Su).Files(m{"source": "34", "respondents": append(body["respondents"].([]m), m{"name": "吴建国", "phone_reason": "不知道"})})
		su.Does(c, "ask-consent", nil).Is(200)
		for _, p := range []string{c.Applicant, c.Last.Text("parties.1.id")} {
			su.Does(c, "record-consent", m{"party_id": p, "consent": "agreed", "channel": "phone"}).Is(200)
		}
		su.Does(c, "accept", nil).Refuses("rule.A11")
		su.Does(c, "record-consent", m{"party_id": c.Last.Text("parties.2.id"), "consent": "agreed", "channel": "phone"}).Is(200)
		su.Does(c, "accept", nil).Refuses("rule.A11") // nobody has looked at the five exclusions
		su.Does(c, "record-referral", petition()).Is(200)
		su.Does(c, "accept", nil).Is(200)
	})
}

// petition is a petition office's letter to which none of the five exclusions applies.
func petition() m {
	none := m{}
	for _, name := range []string{"special_organ", "pending_proceedings", "administrative", "refused", "unsuitable"} {
		none[name] = false
	}
	return letter("handed_over", m{"exclusions": none})
}

func TestM1_CommitteeAssignsOrPartiesChoose(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Accepted(c)
		su.Does(c, "assign", m{"host_mediator_id": town.Hong.Mediator, "chosen_by": "committee"}).Is(http.StatusForbidden)
		su.Does(c, "assign", m{"host_mediator_id": town.OtherMediator.Mediator, "chosen_by": "parties"}).Is(http.StatusUnprocessableEntity)
		town.As(town.Zheng).Does(c, "assign", m{"host_mediator_id": town.Hong.Mediator, "co_mediator_ids": []any{town.Su.Mediator}, "chosen_by": "committee"}).Is(200)
		if c.State != "assigned" || c.Last.Text("assigned_by") != "committee" || c.Last.Text("people.1.part") != "co_mediator" {
			t.Errorf("assigned: %s", c.Last.Body)
		}
		chosen := town.As(nil).Files()
		su.Accepted(chosen)
		su.Does(chosen, "assign", m{"host_mediator_id": town.Hong.Mediator, "chosen_by": "parties"}).Is(200)
	})
}

func TestM2_RecusalIsImmediateAndFinal(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		lin := town.Party(c, c.Code)
		lin.Post("/cases/"+c.ID+"/request-recusal", m{"mediator_id": town.Su.Mediator}).Is(200)
		su.Get("/cases/" + c.ID).Is(http.StatusNotFound) // at once, and the case is out of reach
		zheng := town.As(town.Zheng)
		if zheng.Sees(c); c.State != "accepted" {
			t.Fatalf("state %s", c.State)
		}
		zheng.Does(c, "assign", m{"host_mediator_id": town.Su.Mediator, "chosen_by": "committee"}).Refuses("rule.M2")
		zheng.Does(c, "assign", m{"host_mediator_id": town.Hong.Mediator, "chosen_by": "committee"}).Is(200)
	})
}

func TestM3_GuestsNeedConsent(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		s := c.Sitting()
		s["participants"] = []m{{"name": "邻居老张", "kind": "neighbour", "consented": false}}
		su.Does(c, "open-session", s).Refuses("rule.M3")
		s["participants"] = []m{{"name": "邻居老张", "kind": "neighbour", "consented": true}}
		su.Does(c, "open-session", s).Is(200)
	})
}

func TestM4_NobodyBlocksAPartyThatEnds(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		lin := town.Party(c, c.Code)
		a := lin.Post("/cases/"+c.ID+"/request-end", m{}).Is(200)
		if a.Text("state") != "closed" || a.Text("outcome") != "party_ended" || a.Text("guidance") == "" {
			t.Errorf("ended: %s", a.Body)
		}
	})
}

func TestM6_ExtensionNeedsEverybodyOnce(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		was := c.Last.Text("clocks.0.due")
		if was != "2026-04-07" { // 30 days from Friday 6 March end on Sunday 5 April; Monday 6 April is a holiday
			t.Errorf("mediation ends on %s", was)
		}
		su.Does(c, "extend", m{"days": 15, "reason": "等待鉴定", "consents": []string{c.Applicant}}).Refuses("rule.M6")
		su.Does(c, "extend", m{"days": 31, "reason": "等待鉴定", "consents": []string{c.Applicant, c.Respondent}}).Refuses("rule.M6")
		su.Does(c, "extend", m{"days": 15, "reason": "等待鉴定", "consents": []string{c.Applicant, c.Respondent}}).Is(200)
		su.Does(c, "extend", m{"days": 1, "reason": "再等", "consents": []string{c.Applicant, c.Respondent}}).Refuses("rule.M6")
	})
}

func TestM8_RedIsReportedBeforeArchiving(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Performed(c, town.Su)
		su.Does(c, "assess-risk", m{"risk": 4, "reason": "扬言行凶"}).Is(200)
		su.Does(c, "close", nil).Is(200)
		su.Does(c, "archive", nil).Refuses("rule.M8")
		su.Does(c, "report-police", m{"to": "东湖派出所", "at": "2026-03-06T10:00:00+08:00", "channel": "phone", "receipt": "接警 12 号"}).Is(200)
		su.Does(c, "archive", nil).Is(200)
	})
}

func TestM9_TerminationNeedsGuidance(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "terminate", m{"reason": "T1"}).Refuses("rule.M9")
		su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以向丰泽区人民法院起诉。"}).Is(200)
		if c.State != "closed" || c.Last.Text("outcome") != "failed" {
			t.Errorf("terminated: %s", c.Last.Body)
		}
	})
}

func TestM10_O12_TheWordingIsWarned(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		terms := c.Terms()
		terms["facts"] = "双方今后不得起诉，调解费各半。"
		su.Does(c, "fix-agreement", terms).Is(200)
		if got := c.Last.Text("warnings"); !strings.Contains(got, "M10") || !strings.Contains(got, "O12") {
			t.Errorf("warnings %s", got)
		}
	})
}

func TestM12_ATieNeedsADecision(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files(m{"respondents": []m{{"name": town.Su.Name, "phone_reason": "不知道"}}})
		su.Accepted(c)
		body := m{"host_mediator_id": town.Su.Mediator, "chosen_by": "parties"}
		a := su.Does(c, "assign", body).Refuses("conflict_of_interest")
		if a.Text("ties.0.kind") != "same_name" || a.Text("ties.0.mediator_id") != town.Su.Mediator.String() {
			t.Errorf("ties: %s", a.Body)
		}
		body["conflict_decision"] = m{"decision": "proceed", "reason": "只是同名，并不认识。"}
		su.Does(c, "assign", body).Refuses("conflict_of_interest") // not hers to decide
		town.As(town.Zheng).Does(c, "assign", body).Is(200)
		phone := town.As(nil).Files(m{"respondents": []m{{"name": "陌生人", "phone": town.Hong.Phone}}})
		su.Accepted(phone)
		if a := su.Does(phone, "assign", m{"host_mediator_id": town.Hong.Mediator, "chosen_by": "parties"}).Refuses("conflict_of_interest"); a.Text("ties.0.kind") != "same_phone" {
			t.Errorf("phone: %s", a.Body)
		}
		declared := town.As(nil).Files(m{"respondents": []m{{"name": "洪家堂弟", "phone_reason": "不知道"}}})
		town.Ties(town.Hong, "kin", "洪家堂弟")
		su.Accepted(declared)
		if a := su.Does(declared, "assign", m{"host_mediator_id": town.Hong.Mediator, "chosen_by": "parties"}).Refuses("conflict_of_interest"); a.Text("ties.0.kind") != "kin" {
			t.Errorf("declared: %s", a.Body)
		}
	})
}

func TestG1_G2_AnOralAgreementIsRegistered(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		terms := c.Terms()
		delete(terms, "facts")
		su.Does(c, "oral-agreement", terms).Is(200)
		if !strings.Contains(c.Last.Text("warnings"), "G2") {
			t.Errorf("no warning: %s", c.Last.Text("warnings"))
		}
		su.Does(c, "record-performance", m{"obligation_id": c.Last.Text("obligations.0.id"), "state": "performed", "on": town.Today(), "confirmed_by": "creditor"}).Is(200)
		su.Does(c, "close", nil).Refuses("rule.G1")
		su.Does(c, "amend", m{"set": m{"agreement_facts": "卫生间渗水"}, "reason": "补登记"}).Is(200)
		su.Does(c, "close", nil).Is(200)
	})
}

func TestG3_AWrittenAgreementIsComplete(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		for name, spoil := range map[string]func(terms, promise m){
			"facts":  func(terms, _ m) { delete(terms, "facts") },
			"issues": func(terms, _ m) { delete(terms, "issues") },
			"manner": func(_, promise m) { delete(promise, "manner") },
			"due":    func(_, promise m) { delete(promise, "due") },
			"amount": func(_, promise m) { delete(promise, "amount_fen") },
			"nobody": func(terms, _ m) { delete(terms["clauses"].([]m)[0], "obligation") },
		} {
			terms := c.Terms()
			spoil(terms, terms["clauses"].([]m)[0]["obligation"].(m))
			if a := su.Does(c, "fix-agreement", terms); a.Text("code") != "rule.G3" {
				t.Errorf("%s: %s", name, a.Body)
			}
		}
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
	})
}

func TestG4_InForceWithTheLastSignature(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		hash := c.Last.Text("agreements.0.text_hash")
		for i, who := range []m{{"seal": true}, {"party_id": c.Applicant}, {"mediator_id": town.Su.Mediator}, {"party_id": c.Respondent}} {
			if c.State != "agreement_pending" || c.Last.Text("effective_at") != "" {
				t.Fatalf("in force after %d signatures: %s", i, c.Last.Body)
			}
			who["kind"], who["text_hash"] = "wet_ink", strings.Repeat("0", 64)
			su.Does(c, "sign", who).Refuses("text_changed")
			who["text_hash"] = hash
			town.Later(60e9)
			su.Does(c, "sign", who).Is(200)
		}
		if c.State != "performing" || c.Last.Text("effective_at") != "2026-03-06T02:04:00Z" {
			t.Errorf("in force: %s", c.Last.Body)
		}
	})
}

func TestG4_AChangedTextVoidsSignatures(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		old := c.Last.Text("agreements.0.text_hash")
		su.Does(c, "sign", m{"party_id": c.Applicant, "kind": "wet_ink", "text_hash": old}).Is(200)
		su.Does(c, "reopen-agreement", m{"reason": "金额写错"}).Is(200)
		terms := c.Terms()
		terms["clauses"].([]m)[0]["obligation"].(m)["amount_fen"] = 200000
		su.Does(c, "fix-agreement", terms).Is(200)
		if c.Last.Text("agreements.0.text_hash") == old || c.Last.Text("agreements.0.signatures") != "[]" || c.Last.Text("agreements.0.number") != "2" {
			t.Errorf("after the change: %s", c.Last.Body)
		}
	})
}

func TestP8_NobodySignsForAParty(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		hash := c.Last.Text("agreements.0.text_hash")
		for _, kind := range []string{"drawn", "code"} {
			su.Does(c, "sign", m{"party_id": c.Applicant, "kind": kind, "text_hash": hash}).Is(http.StatusForbidden)
		}
		su.Does(c, "sign", m{"party_id": c.Applicant, "kind": "fingerprint", "text_hash": hash}).Is(200)
	})
}

func TestG5_AnOralAgreementIsInForceWhenReached(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		terms := c.Terms()
		terms["agreed_at"] = "2026-03-06T01:30:00Z"
		su.Does(c, "oral-agreement", terms).Is(200)
		if c.State != "performing" || c.Last.Text("effective_at") != "2026-03-06T01:30:00Z" || c.Last.Text("outcome") != "oral_agreement" {
			t.Errorf("oral: %s", c.Last.Body)
		}
	})
}

func TestG6_CopiesForEverybody(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		terms := c.Terms()
		delete(terms, "copies")
		su.Does(c, "fix-agreement", terms).Is(200)
		if got := c.Last.Text("agreements.0.copies"); got != "3" {
			t.Errorf("%s copies", got)
		}
	})
}

func TestG7_R6_NoCloseBeforePerformanceOrVisit(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Signed(c, town.Su)
		su.Does(c, "close", nil).Refuses("rule.G7")
		owed := c.Last.Text("obligations.0.id")
		su.Does(c, "record-performance", m{"obligation_id": owed, "state": "unperformed", "on": town.Today()}).Is(http.StatusUnprocessableEntity)
		su.Does(c, "record-performance", m{"obligation_id": owed, "state": "performed", "on": town.Today(), "confirmed_by": "mediator"}).Is(200)
		su.Does(c, "close", nil).Refuses("rule.R6")
		su.Does(c, "follow-up", m{"visited_on": town.Today(), "visitor": "洪国荣", "satisfied": 5, "performed": true, "note": "已付清"}).Is(200)
		su.Does(c, "close", nil).Is(200)
	})
}

func TestR1_NothingMissingInTheDossier(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Accepted(c) // terminated before any host: no session is owed, guidance is
		su.Does(c, "terminate", m{"reason": "T9", "guidance": "已书面告知可以起诉。"}).Is(200)
		su.Does(c, "archive", nil).Is(200)
		if c.State != "archived" {
			t.Errorf("state %s", c.State)
		}
	})
}

func TestR7_AnArchivedCaseIsReadOnly(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Performed(c, town.Su)
		su.Does(c, "close", nil).Is(200)
		su.Does(c, "archive", nil).Is(200)
		for _, e := range []string{"amend", "retract", "close", "follow-up", "record-performance"} { // all was performed
			body := map[string]m{"amend": {"set": m{"title": "x"}, "reason": "x"}, "retract": {"entry": "1", "reason": "x"},
				"follow-up": {"visited_on": town.Today(), "visitor": "x"}, "record-performance": {"obligation_id": c.Last.Text("obligations.0.id"), "state": "performed", "on": town.Today()}}[e]
			su.Does(c, e, body).Refuses("lifecycle")
		}
	})
}

func TestAnIllegalStepChangesNothing(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		a := su.Does(c, "accept", nil).Refuses("lifecycle")
		if !strings.Contains(a.Text("next"), "ask-consent") {
			t.Errorf("next: %s", a.Body)
		}
		if su.Sees(c).Text("version") != "1" {
			t.Errorf("version moved: %s", c.Last.Body)
		}
	})
}

func TestNextIsWhatThisReaderMayDo(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		filer, staff := c.Last.Text("next"), town.As(town.Su).Sees(c).Text("next")
		if !strings.Contains(filer, "withdraw") || strings.Contains(filer, "ask-consent") {
			t.Errorf("the filer may %s", filer)
		}
		if !strings.Contains(staff, "ask-consent") {
			t.Errorf("staff may %s", staff)
		}
		if got := town.As(town.County).Get("/cases/" + c.ID).Text("next"); got != "[]" {
			t.Errorf("a supervisor may %s", got)
		}
	})
}

func TestLateEntriesAreMarked(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := su.Files(m{"source": "11", "occurred_at": "2026-03-02T01:00:00Z"})
		su.Does(c, "ask-consent", m{"occurred_at": "2026-03-03T01:00:00Z"}).Is(200)
		su.Does(c, "record-consent", m{"party_id": c.Respondent, "consent": "agreed", "channel": "phone", "occurred_at": "2026-03-07T01:00:00Z"}).Is(http.StatusUnprocessableEntity)
		su.Does(c, "record-consent", m{"party_id": c.Respondent, "consent": "agreed", "channel": "phone", "occurred_at": "2026-03-01T01:00:00Z"}).Is(http.StatusUnprocessableEntity)
		a := su.Get("/cases/" + c.ID + "/timeline").Is(200)
		if a.Text("items.1.late") != "true" || a.Text("items.1.occurred_at") != "2026-03-03T01:00:00Z" {
			t.Errorf("timeline: %s", a.Body)
		}
	})
}

func TestOnesOwnWrongEntryIsRetracted(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Does(c, "ask-consent", nil).Is(200)
		su.Does(c, "record-consent", m{"party_id": c.Respondent, "consent": "agreed", "channel": "phone"}).Is(200)
		seq := c.Version
		town.As(town.Zheng).Does(c, "retract", m{"entry": seq, "reason": "打错了人"}).Is(http.StatusForbidden)
		su.Does(c, "retract", m{"entry": seq, "reason": "打错了人"}).Is(200)
		su.Does(c, "accept", nil).Refuses("consent")
		su.Does(c, "retract", m{"entry": seq, "reason": "再撤一次"}).Refuses("retracted")
	})
}

func TestASignatureIsRetractedByASecondPerson(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		su.Does(c, "sign", m{"party_id": c.Applicant, "kind": "wet_ink", "text_hash": c.Last.Text("agreements.0.text_hash")}).Is(200)
		seq := c.Version
		su.Does(c, "retract", m{"entry": seq, "reason": "签错"}).Is(http.StatusForbidden)
		town.As(town.Zheng).Does(c, "retract", m{"entry": seq, "reason": "签错"}).Is(200)
		if c.Last.Text("agreements.0.signatures") != "[]" {
			t.Errorf("still signed: %s", c.Last.Body)
		}
	})
}

// What the chair recorded is not retracted by whoever stands in for them.
func TestASignatureIsRetractedByNobodyWhoStandsInForWhoRecordedIt(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		zheng := town.As(town.Zheng)
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		zheng.Sees(c)
		zheng.Does(c, "sign", m{"party_id": c.Applicant, "kind": "wet_ink", "text_hash": c.Last.Text("agreements.0.text_hash")}).Is(200)
		seq := c.Version
		post := zheng.Get("/posts").Is(http.StatusOK).Text("items.0.id")
		zheng.Post("/posts/"+post+"/deputies", m{"person_id": town.Hong.ID, "until": town.Today().Plus(5)}).Is(http.StatusCreated)
		hong := town.Again(town.Hong)
		if a := does(hong, c, "retract", m{"entry": seq, "reason": "签错"}); a.Status != http.StatusForbidden || a.Text("code") != "second_person" {
			t.Errorf("whom the chair named: %d %s", a.Status, a.Body)
		}
	})
}

func TestRerouting(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		station := town.As(town.Station)
		station.Does(c, "reroute", m{"committee_id": town.Far.ID, "reason": "x"}).Is(http.StatusUnprocessableEntity)
		station.Does(c, "reroute", m{"committee_id": town.Other.ID, "reason": "双方都住东湖社区"}).Is(200)
		town.As(town.Su).Get("/cases/" + c.ID).Is(http.StatusNotFound)
		town.As(town.OtherMediator).Get("/cases/" + c.ID).Is(200)
	})
}

func TestAPartyChangesItsMind(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Does(c, "ask-consent", nil).Is(200)
		lin := town.Party(c, c.Code)
		lin.Post("/cases/"+c.ID+"/request-end", m{"reason": "D4"}).Is(200)
		a := lin.Post("/cases/"+c.ID+"/reconsider", m{}).Is(200)
		if a.Text("state") != "awaiting_consent" || a.Text("consents.0.consent") != "agreed" {
			t.Errorf("reconsidered: %s", a.Body)
		}
		other := town.As(nil).Files()
		su.Does(other, "refuse-acceptance", m{"reason": "N4", "guidance": "请复议。", "notice_date": town.Today()}).Is(200)
		town.Party(other, other.Code).Post("/cases/"+other.ID+"/reconsider", m{}).Refuses("lifecycle")
	})
}

func TestOnlyTheApplicantWithdraws(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		letter := town.As(town.Su).Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201)
		town.Party(c, letter.Text("letter.code")).Post("/cases/"+c.ID+"/withdraw", m{}).Is(http.StatusForbidden)
		a := town.Party(c, c.Code).Post("/cases/"+c.ID+"/withdraw", m{"statement": "已经和好"}).Is(200)
		if a.Text("state") != "not_accepted" || a.Text("outcome") != "withdrawn" {
			t.Errorf("withdrawn: %s", a.Body)
		}
	})
}

func TestPausedDaysAreNotCounted(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "pause", m{"reason": "鉴定", "until": "2026-03-20"}).Is(200)
		town.Later(10 * 24 * 3600e9)
		su = town.Again(town.Su)
		su.Does(c, "resume", nil).Is(200)
		if got := c.Last.Text("clocks.0.due"); got != "2026-04-17" {
			t.Errorf("mediation ends on %s", got)
		}
	})
}

func TestWhatWasSaidInACaucusStaysWithWhoWasPresent(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		caucus := c.Sitting()
		caucus["kind"], caucus["attending"], caucus["record"], caucus["result"] = "caucus", []string{c.Applicant}, "底价八百元", "愿意让步到八百元"
		su.Does(c, "open-session", caucus).Is(200)
		if !su.Get("/cases/" + c.ID + "/sessions/" + c.Last.Text("sessions.1.id") + "/note").Is(200).Holds("底价八百元") {
			t.Error("the host cannot read it")
		}
		su.Sees(c)
		letter := su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201)
		readers := map[string]housetest.Hand{"chair": town.As(town.Zheng), "station": town.As(town.Station), "supervisor": town.As(town.County),
			"applicant": town.Party(c, c.Code), "respondent": town.Party(c, letter.Text("letter.code"))}
		for name, reader := range readers {
			for _, path := range []string{"/cases/" + c.ID, "/cases/" + c.ID + "/timeline", "/cases"} {
				if a := reader.Get(path).Is(200); a.Holds("八百元") {
					t.Errorf("%s reads it at %s", name, path)
				}
			}
		}
	})
}

func TestM2_ARecusedChairIsOutToo(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		zheng := town.As(town.Zheng)
		c := town.As(nil).Files()
		zheng.Hosted(c, town.Zheng)
		town.Party(c, c.Code).Post("/cases/"+c.ID+"/request-recusal", m{"mediator_id": town.Zheng.Mediator}).Is(200)
		zheng.Get("/cases/" + c.ID).Is(http.StatusNotFound)
		for _, e := range []string{"request-end", "amend", "sign"} {
			body := map[string]m{"request-end": {"party_id": c.Applicant}, "amend": {"set": m{"title": "x"}, "reason": "x"}, "sign": {"seal": true, "kind": "wet_ink", "text_hash": "x"}}[e]
			zheng.Does(c, e, body).Is(http.StatusNotFound)
		}
		if zheng.Get("/cases").Is(200).Holds(c.ID) {
			t.Error("still on the chair's list")
		}
		su := town.As(town.Su)
		su.Sees(c).Is(200)
		su.Does(c, "assign", m{"host_mediator_id": town.Su.Mediator, "chosen_by": "committee"}).Is(200)
	})
}

func TestA10_A2_NothingIsBackdatedRound(t *testing.T) {
	mediated(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(200)
		early := c.Sitting()
		early["starts_at"] = "2001-01-01T00:00:00Z"
		su.Does(c, "open-session", early).Is(http.StatusUnprocessableEntity)
		before := c.Sitting()
		before["starts_at"] = "2026-03-05T15:59:00Z" // the day before the case was even filed
		su.Does(c, "open-session", before).Is(http.StatusUnprocessableEntity)
		ends := c.Sitting()
		ends["ends_at"] = "2099-01-01T00:00:00Z"
		su.Does(c, "open-session", ends).Is(http.StatusUnprocessableEntity)
		su.Does(c, "open-session", c.Sitting()).Is(200)
		oral := c.Terms()
		oral["agreed_at"] = "1990-01-01T00:00:00Z"
		su.Does(c, "oral-agreement", oral).Is(http.StatusUnprocessableEntity)
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		su.Does(c, "sign", m{"party_id": c.Applicant, "kind": "wet_ink", "text_hash": c.Last.Text("agreements.0.text_hash"), "occurred_at": "2026-03-05T02:00:30Z"}).
			Is(http.StatusUnprocessableEntity)
	})
}

func TestM6b_PausedDaysAreCountedOnce(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, _ housetest.Hand, c *housetest.Case) {
		town.Later(10 * 24 * 3600e9)
		su := town.Again(town.Su)
		su.Does(c, "pause", m{"reason": "x", "until": "2026-12-31"}).Is(200)
		su.Does(c, "resume", nil).Is(200)
		su.Does(c, "pause", m{"reason": "x", "until": "2026-12-31", "occurred_at": "2026-03-07T02:00:00Z"}).Is(http.StatusUnprocessableEntity)
		if got := c.Last.Text("clocks.0.due"); got != "2026-04-07" {
			t.Errorf("due %s", got)
		}
	})
}

func TestThePublicSaysOnlyWhatIsTheirs(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		for field, value := range map[string]any{"source": "31", "risk": 4, "bar": "N1", "difficulty": 4, "party_pair": "PP1", "committee_id": town.Other.ID} {
			body := housetest.Leak()
			body[field] = value
			a := town.As(nil).Post("/cases", body).Is(http.StatusUnprocessableEntity)
			if !strings.Contains(a.Text("errors"), field) {
				t.Errorf("%s: %s", field, a.Body)
			}
		}
		town.As(nil).Files(m{"source": "11"})
		town.As(town.Security).Post("/cases", housetest.Leak()).Is(http.StatusForbidden)
		town.As(town.Court).Post("/cases", housetest.Leak()).Is(http.StatusUnprocessableEntity)
		town.As(town.Court).Files(m{"source": "31"})
	})
}

func TestAWrongRefusalIsTakenBack(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Does(c, "ask-consent", nil).Is(200)
		su.Does(c, "record-consent", m{"party_id": c.Respondent, "consent": "refused", "channel": "phone"}).Is(200)
		town.As(town.Zheng).Does(c, "retract", m{"entry": c.Version, "reason": "打错"}).Is(http.StatusForbidden)
		su.Does(c, "retract", m{"entry": c.Version, "reason": "打错了电话"}).Is(200)
		if c.State != "awaiting_consent" || c.Last.Text("outcome") != "" {
			t.Fatalf("taken back: %s", c.Last.Body)
		}
		later := town.As(nil).Files()
		su.Met(later, town.Su)
		su.Does(later, "record-consent", m{"party_id": later.Respondent, "consent": "refused", "channel": "phone"}).Is(200)
		su.Does(later, "retract", m{"entry": later.Version, "reason": "打错了电话"}).Is(200)
		if later.State != "accepted" || later.Last.Text("first_closed_on") != "" {
			t.Fatalf("taken back: %s", later.Last.Body)
		}
	})
}

func TestG1_AnEmptyRegisterIsNone(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "oral-agreement", m{"facts": "f", "clauses": []m{{"text": "t"}}}).Refuses("rule.G1")
	})
}

func TestAnEndVoidsWhatIsUnsigned(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		a := town.Party(c, c.Code).Post("/cases/"+c.ID+"/request-end", m{}).Is(200)
		if a.Text("agreements") != "[]" || a.Text("amount_fen") != "" || !strings.Contains(a.Text("next"), "reconsider") {
			t.Errorf("ended: %s", a.Body)
		}
	})
}

func TestARetractedConsentWasNotReliedOn(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Does(c, "ask-consent", nil).Is(200)
		su.Does(c, "record-consent", m{"party_id": c.Respondent, "consent": "agreed", "channel": "phone"}).Is(200)
		entry := c.Version
		su.Does(c, "accept", nil).Is(200)
		su.Does(c, "assign", m{"host_mediator_id": town.Su.Mediator, "chosen_by": "parties"}).Is(200)
		su.Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(200)
		notice := c.Version
		su.Does(c, "open-session", c.Sitting()).Is(200)
		su.Does(c, "retract", m{"entry": entry, "reason": "x"}).Refuses("relied_on")
		su.Does(c, "retract", m{"entry": notice, "reason": "x"}).Refuses("relied_on")
	})
}

func TestANameMayHoldAnyCharacter(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files(m{"respondents": []m{{"name": "林登科", "phone_reason": "不知道"}}})
		if !town.As(town.Su).Get("/cases?q=" + url.QueryEscape("林登科")).Is(200).Holds(c.ID) {
			t.Error("林登科 is not found")
		}
		su := town.As(town.Su)
		su.Does(c, "amend", m{"set": m{"compound_id": c.Applicant}, "reason": "x"}).Is(http.StatusUnprocessableEntity)
		su.Does(c, "amend", m{"set": m{"party_pair": "PPjunk"}, "reason": "x"}).Is(http.StatusUnprocessableEntity)
	})
}
