package casework_test

import (
	"net/http"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

// eventsOf lists the events of a case in their order, as a reader is told of them.
func eventsOf(h housetest.Hand, c *housetest.Case) string {
	list, _ := h.Get("/cases/" + c.ID + "/timeline").Is(http.StatusOK).Value("items").([]any)
	out := make([]string, 0, len(list))
	for _, one := range list {
		out = append(out, one.(map[string]any)["event"].(string))
	}
	return strings.Join(out, " ")
}

func TestACaseThatWasRefused(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Does(c, "ask-consent", nil).Is(200)
		code := su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201).Text("letter.code")
		chen := town.Party(c, code)
		chen.Post("/cases/"+c.ID+"/record-consent", m{"consent": "refused", "reason": "D5"}).Is(200)
		su.Sees(c)
		su.Does(c, "referrals", m{"organ_kind": "court", "organ": "丰泽区人民法院", "reason": "当事人希望由法官裁判", "told_party_ids": []string{c.Applicant}}).Is(200)
		if c.State != "not_accepted" || c.Last.Text("outcome") != "not_accepted" || c.Last.Text("reason_code") != "N5" || c.Last.Text("guidance") == "" {
			t.Errorf("refused: %s", c.Last.Body)
		}
		if got := eventsOf(town.As(town.Zheng), c); got != "submit ask_consent invite party_refuses refer_out" {
			t.Errorf("told %s", got)
		}
		lin := town.Party(c, c.Code).Get("/cases/" + c.ID).Is(200)
		if lin.Holds(`"D5"`) || !lin.Holds("not_accepted") {
			t.Errorf("the applicant is told why: %s", lin.Body)
		}
		chen.Post("/cases/"+c.ID+"/reconsider", m{}).Is(200)
		if su.Sees(c); c.State != "awaiting_consent" {
			t.Errorf("a change of mind: %s", c.State)
		}
	})
}

func TestACaseThatWasTransferredAndSettledThere(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "transfer", offer(c, town.Other.ID)).Is(200)
		if !c.Last.Holds(`"transfer_answer"`) {
			t.Errorf("clocks %s", c.Last.Text("clocks"))
		}
		chair, mediator := town.As(town.OtherChair), town.As(town.OtherMediator)
		chair.Sees(c)
		chair.Does(c, "accept-transfer", nil).Is(200)
		chair.Does(c, "assign", m{"host_mediator_id": town.OtherMediator.Mediator, "chosen_by": "committee"}).Is(200)
		mediator.Sees(c)
		mediator.Does(c, "open-session", c.Sitting()).Is(200)
		mediator.Does(c, "oral-agreement", c.Terms()).Is(200)
		mediator.Does(c, "record-performance", m{"obligation_id": c.Last.Text("obligations.0.id"), "state": "performed", "on": town.Today(), "confirmed_by": "creditor"}).Is(200)
		mediator.Does(c, "close", nil).Is(200)
		mediator.Does(c, "archive", nil).Is(200)
		if c.Last.Text("committee.id") != town.Other.ID.String() || c.Last.Text("outcome") != "oral_agreement" || c.Last.Text("case_no") == "" {
			t.Errorf("settled there: %s", c.Last.Body)
		}
		su.Get("/cases/" + c.ID).Is(http.StatusNotFound)
	})
}

func TestACaucusThatWasDisclosed(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		caucus := c.Sitting()
		caucus["kind"], caucus["attending"], caucus["record"] = "caucus", []string{c.Applicant}, "最低八百元，希望十日内付清"
		su.Does(c, "open-session", caucus).Is(200)
		session := ""
		for _, i := range []string{"0", "1"} {
			if c.Last.Text("sessions."+i+".kind") == "caucus" {
				session = c.Last.Text("sessions." + i + ".id")
			}
		}
		code := su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201).Text("letter.code")
		chen := town.Party(c, code)
		if a := chen.Get("/cases/" + c.ID).Is(200); a.Holds("caucus") || a.Holds("八百") {
			t.Errorf("the other side is told before: %s", a.Body)
		}
		lin := town.Party(c, c.Code)
		lin.Post("/cases/"+c.ID+"/disclose-note", m{"session_id": session, "text": "希望十日内付清"}).Is(200)
		if a := chen.Get("/cases/" + c.ID).Is(200); !a.Holds("希望十日内付清") || a.Holds("八百") {
			t.Errorf("the other side is told %s", a.Text("disclosed"))
		}
		if a := town.As(town.Zheng).Get("/cases/" + c.ID).Is(200); a.Holds("八百") {
			t.Errorf("the chair reads %s", a.Body)
		}
	})
}

func TestACasePaidInPartsAndConfirmedByTheCourt(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "fix-agreement", inParts(town, c)).Is(200)
		for _, who := range []m{{"party_id": c.Applicant}, {"party_id": c.Respondent}, {"mediator_id": town.Su.Mediator}, {"seal": true}} {
			who["kind"], who["text_hash"] = "wet_ink", c.Last.Text("agreements.0.text_hash")
			su.Does(c, "sign", who).Is(200)
		}
		su.Does(c, "apply-confirmation", m{"court": court, "applied_on": town.Today(), "basis": "organisation", "subject": "money"}).Is(200)
		again := func() housetest.Hand { return town.Again(town.Su) }
		su = sweep(t, town, 12, again, c)
		su.Does(c, "record-confirmation", m{"decision": "confirmed", "decided_on": town.Today(), "document_no": "（2026）闽0503民特1号"}).Is(200)
		for i, days := range []int{0, 30, 30} {
			su = sweep(t, town, days, again, c)
			obligation := c.Last.Text("obligations." + string(rune('0'+i)) + ".id")
			su.Does(c, "record-performance", m{"obligation_id": obligation, "state": "performed", "on": town.Today(), "confirmed_by": "creditor"}).Is(200)
		}
		su.Does(c, "close", nil).Is(200)
		su.Does(c, "archive", nil).Is(200)
		if c.Last.Text("legal_track") != "confirmed" || c.Last.Text("court_matters.0.result") != "confirmed" || c.Last.Text("tasks") != "[]" {
			t.Errorf("confirmed and paid: %s", c.Last.Body)
		}
	})
}

func TestACaseEndedByViolence(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "assess-risk", m{"risk": 4, "reason": "被打伤", "violence": m{"answers": m{"V1": true}, "victim_party_id": c.Applicant}}).Is(200)
		su.Does(c, "open-session", c.Sitting()).Refuses("rule.M11")
		su.Does(c, "terminate", m{"reason": "T8", "guidance": "可以申请人身安全保护令，可以起诉，可以拨打 110、12348。"}).Is(200)
		su.Does(c, "archive", nil).Refuses("rule.M8")
		su.Does(c, "report-police", m{"to": "东湖派出所", "at": "2026-03-06T10:00:00+08:00", "channel": "phone", "receipt": "接警 21 号"}).Is(200)
		su.Does(c, "archive", nil).Is(200)
		if a := town.As(town.Station).Get("/cases/" + c.ID).Is(200); a.Holds("林秀英") || a.Text("state") != "archived" {
			t.Errorf("the station reads %s", a.Body)
		}
	})
}
