package casework_test

import (
	"net/http"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

// referOut is a referral of a case to the court, of which both parties were told.
func referOut(c *housetest.Case) m {
	return m{"organ_kind": "court", "organ": "丰泽区人民法院", "reason": "调解不成，当事人要求起诉", "told_party_ids": []string{c.Applicant, c.Respondent}}
}

func TestM9_ACaseThatFailedIsReferredOn(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		file := su.SendAny("POST", "/cases/"+c.ID+"/attachments", housetest.File{Name: "a.png", Content: housetest.Pixel}).Is(http.StatusCreated).Text("id")
		su.Sees(c)
		su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以向丰泽区人民法院起诉。"}).Is(200)
		for field, wrong := range map[string]any{"organ_kind": "moon", "organ": " ", "reason": "", "told_party_ids": []string{}, "consents": []string{town.Su.ID.String()},
			"papers": []string{c.Applicant}, "reply_by": "2026-03-01"} {
			body := referOut(c)
			body[field] = wrong
			if a := su.Does(c, "referrals", body); a.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d %s", field, a.Status, a.Body)
			}
		}
		if su.Sees(c).Text("referrals_out") != "[]" {
			t.Fatalf("a wrong referral was kept: %s", c.Last.Body)
		}
		body := referOut(c)
		body["papers"], body["reply_by"], body["told_party_ids"] = []string{file}, town.Today().Plus(15), []string{c.Applicant}
		su.Does(c, "referrals", body).Is(200)
		a := su.Sees(c)
		if a.Text("referrals_out.0.organ") != "丰泽区人民法院" || a.Text("referrals_out.0.papers.0") != file || a.Text("referrals_out.0.reply_by") != "2026-03-21" || c.State != "closed" {
			t.Errorf("referred: %s", a.Body)
		}
		lin := town.Party(c, c.Code)
		if seen := lin.Get("/cases/" + c.ID).Is(200); seen.Text("referrals_out.0.organ") == "" || seen.Holds("当事人要求起诉") {
			t.Errorf("who was told reads %s", seen.Body)
		}
		letter := su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(http.StatusCreated).Text("letter.code")
		chen := town.Party(c, letter)
		if seen := chen.Get("/cases/" + c.ID).Is(200); seen.Text("referrals_out") != "[]" || chen.Get("/cases/"+c.ID+"/timeline").Is(200).Holds("refer_out") {
			t.Errorf("who was not told reads %s", seen.Body)
		}
		if !su.Get("/cases/" + c.ID + "/timeline").Is(200).Holds("当事人要求起诉") {
			t.Error("the journal does not tell of it")
		}
		town.As(town.OtherMediator).Does(c, "referrals", referOut(c)).Is(http.StatusNotFound)
	})
}

// M8: a referral to the police does not stand for the report that a red risk demands.
func TestM8_AReferralIsNoReportToThePolice(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "assess-risk", m{"risk": 4, "reason": "扬言行凶"}).Is(200)
		body := m{"organ_kind": "police", "organ": "东湖派出所", "reason": "有人扬言行凶"}
		su.Does(c, "referrals", body).Is(http.StatusUnprocessableEntity) // nobody was told, and nothing said of it
		body["not_told_reason"] = "告知可能使申请人遭到报复"
		if a := su.Does(c, "referrals", body).Is(200); !strings.Contains(a.Text("warnings"), "M8") || a.Text("police_open") != "true" {
			t.Errorf("referred: %s", a.Body)
		}
		su.Does(c, "terminate", m{"reason": "T8", "guidance": "可以报警或起诉。"}).Is(200)
		su.Does(c, "archive", nil).Refuses("rule.M8")
		su.Does(c, "report-police", m{"to": "东湖派出所", "at": "2026-03-06T10:00:00+08:00", "channel": "phone", "receipt": "接警 12 号"}).Is(200)
		su.Does(c, "archive", nil).Is(200)
		su.Does(c, "referrals", body).Refuses("lifecycle") // archived: read-only
	})
}

func TestA8_ACaseNotAcceptedIsReferredOn(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Does(c, "refuse-acceptance", m{"reason": "N4", "guidance": "请申请行政复议。", "notice_date": town.Today()}).Is(200)
		body := referOut(c)
		body["organ_kind"], body["organ"] = "organ", "丰泽区人民政府"
		su.Does(c, "referrals", body).Is(200)
		su.Does(c, "referrals", referOut(c)).Is(200)
		if a := su.Sees(c); a.Text("referrals_out.1.number") != "2" || c.State != "not_accepted" {
			t.Errorf("referred twice: %s", a.Body)
		}
	})
}
