package casework_test

import (
	"net/http"
	"strings"
	"testing"

	"fengqiao/internal/actor"
	"fengqiao/internal/housetest"
)

func TestAPartyIsAddedAskedAnewAndRemoved(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "remove-party", m{"party_id": c.Respondent, "reason": "无关"}).Refuses("last_party")
		su.Does(c, "add-party", m{"name": "吴建国", "phone_reason": "不知道"}).Is(http.StatusUnprocessableEntity) // no reason
		first := c.Respondent
		su.Does(c, "add-party", m{"name": "吴建国", "phone_reason": "不知道", "reason": "房屋共有人"}).Is(200)
		wu := c.Respondent
		if wu == first || c.Last.Text("parties.2.consent") != "" || c.Last.Text("parties.2.name") != "吴建国" {
			t.Fatalf("added: %s", c.Last.Text("parties"))
		}
		sitting := c.Sitting()
		sitting["attending"] = []string{c.Applicant, wu}
		su.Does(c, "open-session", sitting).Refuses("rule.A2")
		su.Does(c, "record-consent", m{"party_id": wu, "consent": "agreed", "channel": "phone"}).Is(200)
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		if got := c.Last.Text("agreements.0.missing"); !strings.Contains(got, "吴建国") {
			t.Errorf("must sign: %s", got)
		}
		su.Does(c, "reopen-agreement", m{"reason": "他与本案无关"}).Is(200)
		code := su.Post("/cases/"+c.ID+"/invitations", m{"party_id": wu, "channel": "letter"}).Is(201).Text("letter.code")
		visitor := town.Party(c, code)
		su.Sees(c)
		su.Does(c, "remove-party", m{"party_id": wu, "reason": "房屋已分割"}).Is(200)
		visitor.Get("/cases/" + c.ID).Is(http.StatusUnauthorized) // at once
		if c.Last.Text("parties.2.removed") != "true" {
			t.Errorf("removed: %s", c.Last.Text("parties.2"))
		}
	})
}

func TestM12_EveryChangedFactIsChecked(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		town.Ties(town.Su, "kin", "苏家表弟")
		su.Does(c, "add-party", m{"name": "苏家表弟", "phone_reason": "不知道", "reason": "共同责任人"}).Is(200)
		if got := strings.Join(kinds(c), " "); got != "conflict" || !strings.Contains(c.Last.Text("warnings"), "M12") {
			t.Errorf("tasks %s warnings %s", got, c.Last.Text("warnings"))
		}
		body := m{"mediator_id": town.Su.Mediator, "decision": "proceed", "reason": "远亲，各方知情"}
		su.Does(c, "decide-conflict", body).Is(http.StatusForbidden) // not hers to decide, nor a mediator's
		zheng := town.As(town.Zheng)
		zheng.Does(c, "decide-conflict", body).Is(200)
		if len(kinds(c)) != 0 || c.State != "in_mediation" {
			t.Errorf("decided: %s", c.Last.Body)
		}
		zheng.Does(c, "decide-conflict", body).Refuses("no_conflict")
		town.Ties(town.Su, "kin", "苏家堂妹")
		su.Does(c, "add-party", m{"name": "苏家堂妹", "phone_reason": "不知道", "reason": "共同责任人"}).Is(200)
		zheng.Does(c, "decide-conflict", m{"mediator_id": town.Su.Mediator, "decision": "recuse", "reason": "近亲属"}).Is(200)
		if c.State != "accepted" || strings.Join(kinds(c), " ") != "reassign" {
			t.Errorf("recused: %s", c.Last.Body)
		}
		su.Get("/cases/" + c.ID).Is(http.StatusNotFound)
	})
}

func TestM11_ViolenceRestrictsAndIsReported(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Hosted(c, town.Su)
		su.Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(200)
		station := town.As(town.Station)
		if got := station.Get("/cases/" + c.ID).Is(200).Text("parties.0.name"); got != "林秀英" {
			t.Fatalf("the station before: %s", got)
		}
		su.Does(c, "assess-risk", m{"risk": 2, "reason": "例行询问", "violence": m{"answers": m{"V1": false, "V6": false}}}).Is(200)
		if c.Last.Text("violence") != "" {
			t.Errorf("all no: %s", c.Last.Body)
		}
		su.Does(c, "assess-risk", m{"risk": 2, "reason": "x", "violence": m{"answers": m{"V77": true}}}).Is(http.StatusUnprocessableEntity)
		su.Does(c, "assess-risk", m{"risk": 3, "reason": "当事人哭诉", "violence": m{"answers": m{"V1": true, "V6": true}, "victim_party_id": c.Applicant, "vulnerable": "incapacitated"}}).Is(200)
		if c.Last.Text("violence") != "true" || c.Last.Text("violence_report_open") != "true" || strings.Join(kinds(c), " ") != "violence_report" {
			t.Errorf("flagged: %s", c.Last.Text("tasks"))
		}
		for _, h := range []housetest.Hand{station} {
			seen := h.Get("/cases/" + c.ID).Is(200)
			if seen.Holds("林秀英") || seen.Holds("少林社区 1 号 201") || seen.Text("view") != "masked" {
				t.Errorf("the station still sees: %s", seen.Body)
			}
			if list := h.Get("/cases").Is(200); list.Holds("林秀英") {
				t.Errorf("and in lists: %s", list.Body)
			}
			if found := h.Get("/cases?q=%E6%9E%97%E7%A7%80%E8%8B%B1").Is(200); found.Holds(c.ID) {
				t.Errorf("and by name: %s", found.Body)
			}
			if times := h.Get("/cases/" + c.ID + "/timeline").Is(200); times.Holds("哭诉") {
				t.Errorf("and in the timeline: %s", times.Body)
			}
		}
		if got := town.As(town.Zheng).Get("/cases/" + c.ID).Is(200).Text("view"); got != "full" {
			t.Errorf("the chair sees %s", got)
		}
		if party := town.Party(c, c.Code).Get("/cases/" + c.ID).Is(200); party.Holds("violence\":true") || party.Holds(`"V1"`) {
			t.Errorf("a party is shown the mark: %s", party.Body)
		}
		su.Does(c, "open-session", c.Sitting()).Refuses("rule.M11")
		alone := c.Sitting()
		alone["kind"], alone["attending"] = "caucus", []string{c.Applicant}
		su.Does(c, "open-session", alone).Is(200)
		together := c.Sitting()
		together["despite_violence"] = "受害人要求，民警在场"
		su.Does(c, "open-session", together).Is(200)
		su.Does(c, "terminate", m{"reason": "T8", "guidance": "可以申请人身安全保护令，也可以起诉。"}).Is(200)
		su.Does(c, "archive", nil).Refuses("rule.M11")
		su.Does(c, "report-police", m{"to": "东湖派出所", "at": "2026-03-06T10:00:00+08:00", "channel": "phone", "receipt": "接警 13 号"}).Is(200)
		su.Does(c, "archive", nil).Is(200)
	})
}

// A chair of another committee who mediates in this one is no second person for its archived cases.
func TestR7_ACorrectionIsApprovedByItsOwnChair(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		also := town.Serves(town.OtherChair, town.Home, actor.Mediator)
		su, other := town.As(town.Su), town.Again(town.OtherChair)
		c := town.As(nil).Files()
		su.Accepted(c)
		su.Does(c, "assign", m{"host_mediator_id": town.Su.Mediator, "co_mediator_ids": []any{also}, "chosen_by": "parties"}).Is(200)
		su.Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(200)
		su.Does(c, "open-session", c.Sitting()).Is(200)
		su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(200)
		su.Does(c, "archive", nil).Is(200)
		su.Does(c, "correct", m{"set": m{"title": "楼上卫生间漏水"}, "reason": "标题写错"}).Is(200)
		approve := m{"correction_id": c.Last.Text("corrections.0.id"), "approve": true, "reason": "同意"}
		if got := other.Does(c, "correct", approve); got.Status != http.StatusForbidden || got.Text("code") != "second_person" {
			t.Errorf("a chair of another committee: %d %s", got.Status, got.Body)
		}
		town.As(town.Zheng).Does(c, "correct", approve).Is(200)
	})
}

// Whoever stands in for the chair is no second person to the chair, nor the chair to them; the station is, and a refusal needs no second.
func TestR7_WhoStandsInIsNoSecondPerson(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su, zheng, station := town.As(town.Su), town.As(town.Zheng), town.As(town.Station)
		c := town.As(nil).Files()
		su.Performed(c, town.Su)
		su.Does(c, "close", nil).Is(200)
		su.Does(c, "archive", nil).Is(200)
		post := zheng.Get("/posts").Is(http.StatusOK).Text("items.0.id")
		zheng.Post("/posts/"+post+"/deputies", m{"person_id": town.Hong.ID, "until": town.Today().Plus(5)}).Is(http.StatusCreated)
		hong := town.Again(town.Hong)
		decides := func(h housetest.Hand, yes bool) housetest.Answer { // on the one that waits
			waits, seen := "", h.Sees(c)
			for i := range 2 {
				if at := "corrections." + itoa(i) + "."; seen.Value(at+"decided_at") == nil && seen.Text(at+"id") != "" {
					waits = seen.Text(at + "id")
				}
			}
			return h.Does(c, "correct", m{"correction_id": waits, "approve": yes, "reason": "核对过"})
		}
		zheng.Does(c, "correct", m{"set": m{"title": "楼上卫生间漏水"}, "reason": "标题写错"}).Is(200)
		if a := decides(hong, true); a.Status != http.StatusForbidden || a.Text("code") != "second_person" {
			t.Errorf("the chair asked and whom she named approves: %d %s", a.Status, a.Body)
		}
		decides(station, true).Is(200)
		does(hong, c, "correct", m{"set": m{"title": "漏水"}, "reason": "再改"}).Is(200)
		if a := decides(zheng, true); a.Status != http.StatusForbidden || a.Text("code") != "second_person" {
			t.Errorf("whom the chair named asked, and she approves: %d %s", a.Status, a.Body)
		}
		decides(zheng, false).Is(200)
	})
}

func TestR7_ACorrectionTakesTwo(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su, zheng, station := town.As(town.Su), town.As(town.Zheng), town.As(town.Station)
		c := town.As(nil).Files()
		su.Performed(c, town.Su)
		su.Does(c, "close", nil).Is(200)
		su.Does(c, "archive", nil).Is(200)
		su.Does(c, "correct", m{"set": m{"title": "楼上漏水"}, "reason": "没有变化"}).Is(http.StatusUnprocessableEntity)
		su.Does(c, "correct", m{"set": m{"category": "777"}, "reason": "写错"}).Is(http.StatusUnprocessableEntity)
		zheng.Does(c, "correct", m{"set": m{"title": "楼上卫生间漏水"}, "reason": "标题写错"}).Is(200)
		if c.Last.Text("title") != "楼上漏水" || c.State != "archived" {
			t.Errorf("one person changed it: %s", c.Last.Body)
		}
		asked := c.Last.Text("corrections.0.id")
		zheng.Does(c, "correct", m{"correction_id": asked, "approve": true, "reason": "自己批"}).Is(http.StatusForbidden)
		su.Does(c, "correct", m{"correction_id": asked, "approve": true, "reason": "同意"}).Is(http.StatusForbidden) // neither chair nor station
		station.Does(c, "correct", m{"correction_id": asked, "approve": true, "reason": "核对属实"}).Is(200)
		if c.Last.Text("title") != "楼上卫生间漏水" || c.Last.Text("corrections.0.approved") != "true" || c.State != "archived" {
			t.Errorf("approved: %s", c.Last.Body)
		}
		times := zheng.Get("/cases/" + c.ID + "/timeline").Is(200)
		if !times.Holds("title_old") {
			t.Errorf("the old value is not kept: %s", times.Body)
		}
		su.Does(c, "correct", m{"set": m{"title": "漏水"}, "reason": "再改"}).Is(200)
		station.Does(c, "correct", m{"correction_id": c.Last.Text("corrections.1.id"), "approve": false, "reason": "不必"}).Is(200)
		if c.Last.Text("title") != "楼上卫生间漏水" {
			t.Errorf("refused and changed: %s", c.Last.Text("title"))
		}
	})
}
