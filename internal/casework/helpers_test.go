package casework_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

const (
	daughterID = "11010519700307238X" // of Lin Fang, who acts for her mother
	lawyerID   = "350502198005051218"
)

// power is a power of attorney for a daughter of 56.
func power(town *housetest.Town, party string, scopes ...string) m {
	return m{"party_id": party, "kind": "agent", "name": "林芳", "relation": "女儿", "id_number": daughterID, "phone": "13900139000", "scopes": scopes,
		"dated": town.Today(), "signature_kind": "wet_ink"}
}

// helper finds whoever helps a party now, by name.
func helper(c *housetest.Case, name string) string {
	list, _ := c.Last.Value("helpers").([]any)
	for _, one := range list {
		if h := one.(m); h["name"] == name && h["ended_at"] == nil {
			return h["id"].(string)
		}
	}
	return ""
}

// comes lets a helper come by a code of their own, printed on a letter.
func comes(town *housetest.Town, h housetest.Hand, c *housetest.Case, party, name string) housetest.Hand {
	letter := h.Post("/cases/"+c.ID+"/invitations", m{"party_id": party, "helper_id": helper(c, name), "channel": "letter"}).Is(http.StatusCreated)
	who := town.Party(c, letter.Text("letter.code"))
	h.Sees(c).Is(200)
	return who
}

func TestC12_AnAgentDoesWhatThePowerCovers(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		for field, wrong := range map[string]any{"scopes": []string{}, "id_number": "", "dated": town.Today().Plus(1), "signature_kind": "code", "kind": "friend", "name": ""} {
			body := power(town, c.Applicant, "evidence")
			body[field] = wrong
			if a := su.Does(c, "add-helper", body).Is(http.StatusUnprocessableEntity); !a.Holds(`"body.`+field+`"`) && !a.Holds(field) {
				t.Errorf("%s is not named: %s", field, a.Body)
			}
		}
		su.Does(c, "add-helper", power(town, c.Applicant, "evidence")).Is(200)
		fang := comes(town, su, c, c.Applicant, "林芳")
		seen := fang.Get("/cases/" + c.ID).Is(200)
		if seen.Text("my_party_id") != c.Applicant || seen.Text("my_helper_id") != helper(c, "林芳") || seen.Text("helpers.0.name") != "林芳" || seen.Text("helpers.0.id_number") == daughterID {
			t.Errorf("she sees %s", seen.Text("helpers"))
		}
		for _, step := range []string{"request-end", "request-recusal"} {
			if strings.Contains(seen.Text("next"), step) {
				t.Errorf("%s is offered: %s", step, seen.Text("next"))
			}
		}
		fang.Post("/cases/"+c.ID+"/request-end", m{}).Refuses("rule.C12")
		fang.Post("/cases/"+c.ID+"/withdraw", m{"statement": "不调了"}).Refuses("rule.C12")
		fang.Post("/cases/"+c.ID+"/record-consent", m{"consent": "refused"}).Refuses("rule.C12")
		fang.Post("/cases/"+c.ID+"/request-recusal", m{"mediator_id": town.Su.Mediator}).Refuses("rule.C12")
		fang.Post("/cases/"+c.ID+"/add-helper", power(town, "", "evidence")).Refuses("rule.C12")
		fang.SendAny("POST", "/cases/"+c.ID+"/attachments", housetest.File{Name: "a.png", Content: housetest.Pixel}).Is(http.StatusCreated)
		su.Sees(c)
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		fang.Post("/cases/"+c.ID+"/signing-codes", nil).Refuses("rule.C12")
		hash := c.Last.Text("agreements.0.text_hash")
		su.Does(c, "sign", m{"party_id": c.Applicant, "helper_id": helper(c, "林芳"), "kind": "wet_ink", "text_hash": hash}).Refuses("rule.C12")

		su.Does(c, "add-helper", m{"party_id": c.Applicant, "kind": "companion", "name": "林家邻居"}).Is(200)
		su.Does(c, "sign", m{"party_id": c.Applicant, "helper_id": helper(c, "林家邻居"), "kind": "wet_ink", "text_hash": hash}).Refuses("rule.C12")
	})
}

func TestC12_ThePartyIsShownWhatItsAgentDid(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "add-helper", power(town, c.Applicant, "attend_sign", "apply_end")).Is(200)
		who := helper(c, "林芳")
		fang := comes(town, su, c, c.Applicant, "林芳")
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		hash := c.Last.Text("agreements.0.text_hash")
		fang.Post("/cases/"+c.ID+"/signing-codes", nil).Is(http.StatusCreated)
		sent := town.Messages(c, "signing_code")[0]
		if sent.To != "13900139000" || sent.Kind != "signing_code" {
			t.Fatalf("the code went to %s", sent.To)
		}
		code := regexp.MustCompile(`\d{6}`).FindString(sent.Text)
		fang.Post("/cases/"+c.ID+"/sign", m{"kind": "code", "code": code, "text_hash": hash}).Is(200)
		if got := strings.Join(texts(town, c), "; "); !strings.Contains(got, "13800138000 agent_acted") {
			t.Errorf("the mother is told: %s", got)
		}
		if seen := su.Sees(c).Is(200); seen.Text("agreements.0.signatures.0.helper_id") != who || seen.Text("agreements.0.signatures.0.party_id") != c.Applicant {
			t.Errorf("signed: %s", seen.Text("agreements.0.signatures"))
		}
		own := town.Party(c, c.Code).Get("/cases/" + c.ID + "/timeline").Is(200)
		if !own.Holds(`"role":"agent"`) || !own.Holds(`"helper_id":"`+who) {
			t.Errorf("the mother is not shown who acted: %s", own.Body)
		}
		code = su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201).Text("letter.code")
		chen := town.Party(c, code)
		if times := chen.Get("/cases/" + c.ID + "/timeline").Is(200); times.Holds(who) {
			t.Errorf("the other side is shown her: %s", times.Body)
		}
		if seen := chen.Get("/cases/" + c.ID).Is(200); seen.Holds("林芳") || seen.Text("helpers") != "[]" {
			t.Errorf("the other side is shown her: %s", seen.Text("helpers"))
		}
		if masked := town.As(town.County).Get("/cases/" + c.ID).Is(200); masked.Holds("林芳") {
			t.Errorf("the bureau is shown her: %s", masked.Body)
		}
	})
}

func TestC12_ASignatureNeedsAPowerDatedBefore(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		hash := c.Last.Text("agreements.0.text_hash")
		town.Later(2 * day)
		su = town.Again(town.Su)
		su.Does(c, "add-helper", power(town, c.Applicant, "attend_sign")).Is(200)
		sign := m{"party_id": c.Applicant, "helper_id": helper(c, "林芳"), "kind": "wet_ink", "text_hash": hash, "occurred_at": "2026-03-07T09:00:00+08:00"}
		su.Does(c, "sign", sign).Refuses("rule.C12") // the day before the power was given
		delete(sign, "occurred_at")
		su.Does(c, "sign", sign).Is(200)
		for _, who := range []m{{"party_id": c.Respondent}, {"mediator_id": town.Su.Mediator}, {"seal": true}} {
			who["kind"], who["text_hash"] = "wet_ink", hash
			su.Does(c, "sign", who).Is(200)
		}
		if c.State != "performing" || c.Last.Holds(`"id":"C12"`) {
			t.Fatalf("signed by all: %s", c.Last.Text("findings"))
		}
		su.Does(c, "end-helper", m{"helper_id": helper(c, "林芳"), "reason": "委托书系伪造", "void": true}).Is(200)
		if !c.Last.Holds(`"id":"C12","bars_archive":true`) {
			t.Errorf("findings %s", c.Last.Text("findings"))
		}
		su.Does(c, "record-performance", m{"obligation_id": c.Last.Text("obligations.0.id"), "state": "performed", "on": town.Today(), "confirmed_by": "creditor"}).Is(200)
		su.Does(c, "close", nil).Is(200)
		su.Does(c, "archive", nil).Refuses("rule.C12")
	})
}

func TestC12_AVoidPowerTakesItsSignatureWithIt(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "add-helper", power(town, c.Applicant, "attend_sign")).Is(200)
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		su.Does(c, "sign", m{"party_id": c.Applicant, "helper_id": helper(c, "林芳"), "kind": "wet_ink", "text_hash": c.Last.Text("agreements.0.text_hash")}).Is(200)
		su.Does(c, "end-helper", m{"helper_id": helper(c, "林芳"), "reason": "本人否认委托", "void": true}).Is(200)
		if c.Last.Text("agreements.0.signatures") != "[]" {
			t.Errorf("the signature stands: %s", c.Last.Text("agreements.0.signatures"))
		}
	})
}

func TestC12_EndingAPowerEndsItsReachAtOnce(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		wang := town.As(town.Wang)
		wang.Get("/cases/" + c.ID).Is(http.StatusNotFound)
		byAccount := power(town, c.Applicant, "evidence", "apply_end")
		byAccount["person_id"] = c.Respondent // no account at all
		su.Does(c, "add-helper", byAccount).Is(http.StatusUnprocessableEntity)
		byAccount["person_id"] = town.Su.ID // who works on the case
		su.Does(c, "add-helper", byAccount).Is(http.StatusUnprocessableEntity)
		byAccount["person_id"] = town.Wang.ID
		su.Does(c, "add-helper", byAccount).Is(200)
		account := helper(c, "林芳")
		if seen := wang.Get("/cases/" + c.ID).Is(200); seen.Text("my_party_id") != c.Applicant || seen.Text("view") != "party" {
			t.Errorf("by account: %s", seen.Body)
		}
		wang.Post("/cases/"+c.ID+"/request-recusal", m{"mediator_id": town.Su.Mediator}).Refuses("rule.C12")
		lawyer := m{"party_id": c.Applicant, "kind": "agent", "name": "曾律师", "id_number": lawyerID, "scopes": []string{"attend_sign"}, "dated": town.Today(), "signature_kind": "drawn"}
		su.Does(c, "add-helper", lawyer).Is(200)
		byCode, zeng := helper(c, "曾律师"), comes(town, su, c, c.Applicant, "曾律师")
		mother := town.Party(c, c.Code)
		su.Does(c, "end-helper", m{"helper_id": account, "reason": "改由律师代理"}).Is(200)
		wang.Get("/cases/" + c.ID).Is(http.StatusNotFound)
		zeng.Get("/cases/" + c.ID).Is(200)
		mother.Post("/cases/"+c.ID+"/end-helper", m{"helper_id": byCode, "reason": "不再委托"}).Is(200)
		zeng.Get("/cases/" + c.ID).Is(http.StatusUnauthorized)
		mother.Get("/cases/" + c.ID).Is(200) // her own way in stays
		su.Sees(c)
		su.Does(c, "end-helper", m{"helper_id": byCode, "reason": "再次"}).Is(http.StatusUnprocessableEntity)
	})
}

func TestC12_NobodyActsForBothSides(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "add-helper", power(town, c.Applicant, "evidence")).Is(200)
		su.Does(c, "add-helper", power(town, c.Respondent, "evidence")).Is(http.StatusUnprocessableEntity)
		mother := power(town, c.Respondent, "evidence")
		mother["id_number"] = "11010519491231002X" // the applicant herself
		su.Does(c, "add-helper", mother).Is(http.StatusUnprocessableEntity)
	})
}

func TestAPartyNamesACompanionAndNotItsGuardian(t *testing.T) {
	mediated(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		lin := town.Party(c, c.Code)
		lin.Post("/cases/"+c.ID+"/add-helper", m{"kind": "companion", "name": "林家孙女", "relation": "孙女"}).Is(200)
		lin.Post("/cases/"+c.ID+"/add-helper", m{"kind": "interpreter", "name": "黄老师"}).Is(http.StatusUnprocessableEntity)
		lin.Post("/cases/"+c.ID+"/add-helper", m{"kind": "interpreter", "name": "黄老师", "language": "闽南语"}).Is(200)
		lin.Post("/cases/"+c.ID+"/add-helper", m{"party_id": c.Respondent, "kind": "companion", "name": "某人"}).Is(http.StatusForbidden)
		lin.Post("/cases/"+c.ID+"/add-helper", m{"kind": "guardian", "name": "林国华", "relation": "父亲"}).Is(http.StatusForbidden)
		seen := lin.Get("/cases/" + c.ID).Is(200)
		if !seen.Holds(`"language":"闽南语"`) || !seen.Holds("林家孙女") {
			t.Errorf("helpers %s", seen.Text("helpers"))
		}
		su.Sees(c)
		su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Applicant, "helper_id": helper(c, "黄老师"), "channel": "letter"}).Is(http.StatusUnprocessableEntity)
	})
}

// minor is a case whose respondent was born on a day.
func minor(t *testing.T, born string, fn func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case)) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files(m{"respondents": []m{{"kind": "person", "name": "陈小宝", "born_on": born, "phone_reason": "学生"}}})
		fn(t, town, town.As(town.Su), c)
	})
}

func TestP2_UnderFourteenTheGuardianAnswers(t *testing.T) {
	minor(t, "2014-01-01", func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "ask-consent", nil).Is(200)
		yes := m{"party_id": c.Respondent, "consent": "agreed", "channel": "in_person"}
		su.Does(c, "record-consent", yes).Refuses("rule.P2")
		su.Does(c, "add-helper", m{"party_id": c.Respondent, "kind": "guardian", "name": "陈志强"}).Is(http.StatusUnprocessableEntity) // who is he?
		su.Does(c, "add-helper", m{"party_id": c.Applicant, "kind": "guardian", "name": "林国华", "relation": "父亲"}).Is(http.StatusUnprocessableEntity)
		su.Does(c, "add-helper", m{"party_id": c.Respondent, "kind": "guardian", "name": "陈志强", "relation": "父亲"}).Is(200)
		su.Does(c, "record-consent", yes).Refuses("rule.P2")
		yes["helper_id"] = helper(c, "陈志强")
		su.Does(c, "record-consent", yes).Is(200)
		if c.Last.Text("helpers.0.consent") != "agreed" || c.Last.Text("parties.1.consent") != "agreed" {
			t.Errorf("answered: %s", c.Last.Text("helpers"))
		}
		su.Does(c, "accept", nil).Is(200)
		su.Does(c, "assign", m{"host_mediator_id": town.Su.Mediator, "chosen_by": "parties"}).Is(200)
		su.Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(200)
		su.Does(c, "open-session", c.Sitting()).Is(200)
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		sign := m{"party_id": c.Respondent, "kind": "wet_ink", "text_hash": c.Last.Text("agreements.0.text_hash")}
		su.Does(c, "sign", sign).Refuses("rule.P2")
		sign["helper_id"] = helper(c, "陈志强")
		su.Does(c, "sign", sign).Is(200)
	})
}

func TestP2_AMinorAttendsWithAGuardianWhoAgreed(t *testing.T) {
	minor(t, "2010-01-01", func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Hosted(c, town.Su)
		su.Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(200)
		su.Does(c, "open-session", c.Sitting()).Refuses("rule.P2")
		su.Does(c, "add-helper", m{"party_id": c.Respondent, "kind": "guardian", "name": "陈志强", "relation": "父亲"}).Is(200)
		su.Does(c, "open-session", c.Sitting()).Refuses("rule.P2") // he was not asked yet
		su.Does(c, "end-helper", m{"helper_id": helper(c, "陈志强"), "reason": "改由母亲"}).Is(200)
		su.Does(c, "add-helper", m{"party_id": c.Respondent, "kind": "guardian", "name": "吴美丽", "relation": "母亲", "consent": "agreed", "channel": "phone"}).Is(200)
		su.Does(c, "open-session", c.Sitting()).Is(200)
	})
}

func TestP2_WhoHasNotFullCapacityNeedsAGuardian(t *testing.T) {
	mediated(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(200)
		su.Does(c, "record-needs", m{"party_id": c.Respondent, "capacity": "half"}).Is(http.StatusUnprocessableEntity)
		su.Does(c, "record-needs", m{"party_id": c.Respondent, "capacity": "limited"}).Is(200)
		su.Does(c, "open-session", c.Sitting()).Refuses("rule.P2")
		su.Does(c, "add-helper", m{"party_id": c.Respondent, "kind": "guardian", "name": "陈父", "relation": "父亲", "consent": "agreed", "channel": "in_person"}).Is(200)
		su.Does(c, "open-session", c.Sitting()).Is(200)
		town.Party(c, c.Code).Post("/cases/"+c.ID+"/record-needs", m{"language": "闽南语", "capacity": "none"}).Is(200)
		if seen := su.Sees(c).Is(200); seen.Text("parties.0.needs.capacity") != "" {
			t.Errorf("a party declared itself without capacity: %s", seen.Text("parties.0.needs"))
		}
	})
}

// F9: who came with a party is named in the record of the session, and nobody else's helper is.
func TestF9_WhoCameWithAPartyIsNamed(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "add-helper", m{"party_id": c.Applicant, "kind": "interpreter", "name": "蔡惠安", "language": "惠安话"}).Is(200)
		su.Does(c, "add-helper", m{"party_id": c.Respondent, "kind": "companion", "name": "陈小妹", "relation": "妹妹"}).Is(200)
		mine, theirs := helper(c, "蔡惠安"), helper(c, "陈小妹")
		alone := c.Sitting()
		alone["kind"], alone["attending"], alone["helper_ids"] = "caucus", []string{c.Applicant}, []string{mine, theirs}
		if a := su.Does(c, "open-session", alone).Is(http.StatusUnprocessableEntity); !a.Holds("helper_ids") {
			t.Errorf("the other side's companion in a caucus: %s", a.Body)
		}
		both := c.Sitting()
		both["helper_ids"] = []string{mine, theirs}
		su.Does(c, "open-session", both).Is(200)
		if !strings.Contains(c.Last.Text("sessions.1.helper_ids"), mine) || !strings.Contains(c.Last.Text("sessions.1.helper_ids"), theirs) {
			t.Errorf("the record names %s", c.Last.Text("sessions"))
		}
	})
}
