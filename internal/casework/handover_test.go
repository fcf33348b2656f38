package casework_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
	"fengqiao/internal/registry"
)

func handOver(p *housetest.Person) string {
	return "/registry/mediators/" + p.Mediator.String() + "/hand-over"
}

// Su leaves: her open cases go to Hong, each with an entry, and only then may she go. What stands against Hong in one case
// leaves that case out, and says so.
func TestR8_WhoLeavesHandsTheOpenCasesOver(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su, zheng, hong := town.As(town.Su), town.As(town.Zheng), town.As(town.Hong)
		plain := town.As(town.Lin).Files()
		su.Hosted(plain, town.Su)
		tied := town.As(nil).Files(m{"respondents": []m{{"kind": "person", "name": "洪阿明", "phone": "13905950077"}}})
		su.Hosted(tied, town.Su)
		town.Ties(town.Hong, registry.TieKin, "洪阿明")
		performing := town.As(nil).Files(m{"title": "噪音"})
		su.Signed(performing, town.Su)

		leave := "/registry/mediators/" + town.Su.Mediator.String() + "/leave"
		town.As(town.System).Post(leave, m{"reason": "调离"}).Refuses("rule.R8")
		if open := zheng.Get(handOver(town.Su)).Is(200); len(open.Value("cases").([]any)) != 3 || open.Text("cases.0.part") != "host" || open.Text("name") != "苏惠敏" {
			t.Errorf("her open cases: %s", open.Body)
		}
		for field, bad := range map[string]m{"to_mediator_id": {"to_mediator_id": town.OtherMediator.Mediator}, "cases": {"to_mediator_id": town.Hong.Mediator, "cases": []string{plain.Applicant}}} {
			if got := zheng.Post(handOver(town.Su), bad).Is(422); !strings.Contains(string(got.Body), `"`+field+`"`) {
				t.Errorf("%s: %s", field, got.Body)
			}
		}
		zheng.Post(handOver(town.Su), m{"to_mediator_id": town.Su.Mediator}).Is(422)

		before := zheng.Sees(plain).Text("version")
		out := zheng.Post(handOver(town.Su), m{"to_mediator_id": town.Hong.Mediator}).Is(200)
		if len(out.Value("handed").([]any)) != 2 || out.Text("left_out.0.id") != tied.ID || out.Text("left_out.0.code") != "conflict_of_interest" ||
			out.Text("left_out.0.ties.0.kind") != "kin" || out.Text("left_out.0.detail") == "" {
			t.Errorf("handed over: %s", out.Body)
		}
		if again := zheng.Post(handOver(town.Su), m{"to_mediator_id": town.Hong.Mediator}).Is(200); len(again.Value("handed").([]any)) != 0 {
			t.Errorf("handed twice: %s", again.Body)
		}
		after := zheng.Sees(plain)
		if after.Text("version") == before || after.Text("state") != "assigned" || after.Text("assigned_by") != "committee" {
			t.Errorf("the case: %s", after.Body)
		}
		su.Get("/cases/" + plain.ID).Is(404)
		hong.Sees(plain).Is(200)
		hong.Does(plain, "give-notice", m{"party_ids": []string{plain.Applicant}, "manner": "oral"}).Is(http.StatusOK)
		if told := town.As(town.Lin).Get("/cases/" + plain.ID + "/timeline").Is(200); strings.Count(string(told.Body), `"hand_over_host"`) != 1 {
			t.Errorf("Lin is not told once: %s", told.Body)
		}
		if letters := town.Messages(plain, "new_mediator"); len(letters) != 1 || letters[0].To != "13800138000" || strings.Contains(letters[0].Text, "漏水") {
			t.Errorf("the message: %v", letters)
		}
		hong.Sees(performing).Is(200)
		if performing.State != "performing" {
			t.Errorf("an agreement in force became %s", performing.State)
		}

		town.As(town.System).Post(leave, m{"reason": "调离"}).Refuses("rule.R8")
		zheng.Post(handOver(town.Su), m{"to_mediator_id": town.Zheng.Mediator, "cases": []string{tied.ID}}).Is(200)
		town.As(town.System).Post(leave, m{"reason": "调离"}).Is(200)
	})
}

// Only the chair of the committee hands cases over; a mediator whom a party asked to withdraw does not come back that way.
func TestR8_TheChairHandsOverAndM2IsKept(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(town.Lin).Files()
		town.As(town.Hong).Hosted(c, town.Hong)
		town.As(town.Lin).Post("/cases/"+c.ID+"/request-recusal", m{"mediator_id": town.Hong.Mediator}).Is(200)
		zheng := town.As(town.Zheng)
		zheng.Sees(c)
		zheng.Does(c, "assign", m{"host_mediator_id": town.Su.Mediator, "chosen_by": "committee"}).Is(200)
		body := m{"to_mediator_id": town.Hong.Mediator}
		for _, who := range []*housetest.Person{town.Su, town.Station, town.System, town.Lin} {
			town.As(who).Post(handOver(town.Su), body).Is(403)
		}
		town.As(town.OtherChair).Post(handOver(town.Su), body).Is(404)
		town.As(town.OtherChair).Get(handOver(town.Su)).Is(404)
		if out := zheng.Post(handOver(town.Su), body).Is(200); len(out.Value("handed").([]any)) != 0 || out.Text("left_out.0.code") != "rule.M2" {
			t.Errorf("who withdrew came back: %s", out.Body)
		}
	})
}

// The note of a caucus stays with who was there: a successor reads it only once its party agrees.
func TestR8_ACaucusNoteStaysClosedToTheSuccessor(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su, zheng, hong := town.As(town.Su), town.As(town.Zheng), town.As(town.Hong)
		c := town.As(town.Lin).Files()
		su.Met(c, town.Su)
		sitting := c.Sitting()
		sitting["kind"], sitting["attending"], sitting["starts_at"], sitting["record"] = "caucus", []string{c.Applicant}, "2026-03-06T01:00:00Z", "她愿意让一步"
		session := su.Does(c, "open-session", sitting).Is(200).Text("sessions.1.id")
		zheng.Post(handOver(town.Su), m{"to_mediator_id": town.Hong.Mediator}).Is(200)
		note := "/cases/" + c.ID + "/sessions/" + session + "/note"
		hong.Get(note).Is(403)
		town.As(town.Lin).Post("/cases/"+c.ID+"/hand-over-note", m{"session_id": session, "mediator_id": town.Hong.Mediator}).Is(200)
		if !hong.Get(note).Is(200).Holds("她愿意让一步") {
			t.Error("with her consent Hong reads it")
		}
	})
}

func TestR8_ByPages(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(town.Lin).Files()
		town.As(town.Su).Hosted(c, town.Su)
		tied := town.As(nil).Files(m{"title": "停车", "respondents": []m{{"kind": "person", "name": "洪阿明", "phone": "13905950077"}}})
		town.As(town.Su).Hosted(tied, town.Su)
		town.Ties(town.Hong, registry.TieKin, "洪阿明")
		zheng := town.As(town.Zheng)
		path := "/desk/hand-over/" + town.Su.Mediator.String()
		if !zheng.Page("GET", "/desk", nil).Is(200).Holds("/desk/hand-over") || !zheng.Page("GET", "/desk/hand-over", nil).Is(200).Holds(path) {
			t.Error("the way is not shown")
		}
		if got := zheng.Page("GET", path, nil).Is(200); !got.Holds("楼上漏水") || !got.Holds("洪国荣") || strings.Count(string(got.Body), " checked") != 2 {
			t.Errorf("the form: %s", got.Body)
		}
		if !zheng.Page("POST", path, url.Values{"_key": {"a"}}).Is(422).Holds("请选择接手的调解员") {
			t.Error("nothing is said of what is missing")
		}
		if got := zheng.Page("POST", path, url.Values{"_key": {"b"}, "cases": {c.ID, tied.ID}, "to_mediator_id": {town.Hong.Mediator.String()}}).Is(200); !got.Holds("已移交 1 件") || !got.Holds("停车") || !got.Holds("发现利益关系") {
			t.Errorf("after it: %s", got.Body)
		}
		zheng.Page("POST", path, url.Values{"_key": {"c"}, "cases": {tied.ID}, "to_mediator_id": {town.Zheng.Mediator.String()}}).Is(303)
		if !zheng.Page("GET", path, nil).Is(200).Holds("没有未结案件") {
			t.Error("it does not say that all is done")
		}
		town.As(town.Su).Page("GET", path, nil).Is(403)
		town.As(town.OtherChair).Page("GET", path, nil).Is(404)
	})
}
