package casework_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

func TestF9_MissingPointsAreNamedAndNeverBlock(t *testing.T) {
	mediated(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(200)
		s := c.Sitting()
		s["points"], s["recorder"], s["matter"] = []string{"rights_told", "identity_told", "statements", "findings_checked", "risk_told"}, "陈记录", "漏水责任"
		su.Does(c, "open-session", s).Is(200)
		said := c.Last.Text("warnings")
		if !strings.Contains(said, "F9") || !strings.Contains(said, "what was agreed") || !strings.Contains(said, "signatures") || strings.Contains(said, "findings") {
			t.Errorf("warnings %s", said)
		}
		if c.Last.Text("sessions.0.recorder") != "陈记录" || c.Last.Text("sessions.0.matter") != "漏水责任" || c.Last.Text("sessions.0.points.4") != "risk_told" ||
			c.Last.Text("sessions.0.mediators.0") != town.Su.Mediator.String() {
			t.Errorf("the record: %s", c.Last.Body)
		}
		s["points"] = []string{"rights_told", "identity_told", "statements", "findings_checked", "risk_told", "outcome", "signatures"}
		s["place"] = "居委会"
		su.Does(c, "open-session", s).Is(200)
		if strings.Contains(c.Last.Text("warnings"), "F9") {
			t.Errorf("nothing is missing: %s", c.Last.Text("warnings"))
		}
		s["points"] = []string{"seals"}
		su.Does(c, "open-session", s).Is(http.StatusUnprocessableEntity)
	})
}

func TestF7_AnInvestigationSaysWhoWasAskedAboutWhat(t *testing.T) {
	mediated(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(200)
		s := c.Sitting()
		s["kind"], s["attending"] = "investigation", []string{}
		su.Does(c, "open-session", s).Is(200)
		if said := c.Last.Text("warnings"); !strings.Contains(said, "the matter; who was asked (F7)") {
			t.Errorf("warnings %s", said)
		}
		s["interviewee"], s["matter"] = "楼下邻居吴阿姨", "渗水从何时开始"
		su.Does(c, "open-session", s).Is(200)
		if strings.Contains(c.Last.Text("warnings"), "F7") || !c.Last.Holds("吴阿姨") {
			t.Errorf("said: %s", c.Last.Body)
		}
	})
}

func TestM3_EachGuestNeedsEachPartysConsent(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		s := c.Sitting()
		with := func(consents ...string) m {
			s["participants"] = []m{{"name": "邻居老张", "kind": "neighbour", "consents": consents}}
			return s
		}
		su.Does(c, "open-session", with(c.Applicant)).Refuses("rule.M3") // the respondent did not agree
		su.Does(c, "open-session", with(town.Su.Mediator.String())).Is(http.StatusUnprocessableEntity)
		su.Does(c, "open-session", with(c.Applicant, c.Respondent)).Is(200)
		if c.Last.Text("sessions.1.participants.0.consents.1") != c.Respondent || c.Last.Text("sessions.1.participants.0.consented") != "true" {
			t.Errorf("the guest: %s", c.Last.Body)
		}
		s["participants"] = []m{{"name": "邻居老张", "kind": "neighbour", "consented": true}}
		su.Does(c, "open-session", s).Is(200)
		if c.Last.Text("sessions.2.participants.0.consents.1") != c.Respondent {
			t.Errorf("who agreed: %s", c.Last.Body)
		}
		s["participants"] = []m{{"name": "林秀英", "kind": "neighbour", "consented": true}}
		su.Does(c, "open-session", s).Is(200)
		if !strings.Contains(c.Last.Text("warnings"), "bears the name") {
			t.Errorf("a party as a guest: %s", c.Last.Text("warnings"))
		}
	})
}

func TestM4_ClosedWinsOverOpen(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		for i, v := range []struct {
			asked  []string
			secret string
			kind   string
			open   string
		}{
			{nil, "", "joint", "true"}, {[]string{c.Respondent}, "", "joint", "false"}, {nil, "trade_secret", "joint", "false"},
			{[]string{c.Applicant}, "privacy", "joint", "false"}, {nil, "", "caucus", "false"},
		} {
			s := c.Sitting()
			s["open"], s["secret"], s["kind"], s["place"] = true, v.secret, v.kind, []string{"甲", "乙", "丙", "丁", "戊"}[i]
			if v.asked != nil {
				s["asked_closed"] = v.asked
			}
			if v.kind == "caucus" {
				s["attending"] = []string{c.Applicant}
			}
			su.Does(c, "open-session", s).Is(200)
			timeline := su.Get("/cases/" + c.ID + "/timeline").Is(200)
			got := timeline.Text("items." + itoa(atoi(c.Version)-1) + ".fact.open")
			if v.kind == "joint" && got != v.open || strings.Contains(c.Last.Text("warnings"), "recorded as closed") != (v.open == "false") {
				t.Errorf("%v: open %s, warnings %s", v, got, c.Last.Text("warnings"))
			}
		}
		s := c.Sitting()
		s["secret"] = "other"
		su.Does(c, "open-session", s).Is(http.StatusUnprocessableEntity)
		delete(s, "secret")
		s["asked_closed"] = []string{town.Su.Mediator.String()}
		su.Does(c, "open-session", s).Is(http.StatusUnprocessableEntity)
	})
}

func TestC7_NobodySitsInTwoPlacesAtOnce(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		if strings.Contains(c.Last.Text("warnings"), "C7") {
			t.Fatalf("the first session: %s", c.Last.Text("warnings"))
		}
		within := c.Sitting()
		within["kind"], within["attending"] = "caucus", []string{c.Applicant}
		su.Does(c, "open-session", within).Is(200) // in the same room: they went aside
		if strings.Contains(c.Last.Text("warnings"), "C7") {
			t.Errorf("a caucus in its midst: %s", c.Last.Text("warnings"))
		}
		elsewhere := c.Sitting()
		elsewhere["place"] = "街道办"
		su.Does(c, "open-session", elsewhere).Is(200)
		if !strings.Contains(c.Last.Text("warnings"), "C7") {
			t.Errorf("in two places: %s", c.Last.Text("warnings"))
		}
		other := town.As(nil).Files(m{"title": "停车纠纷"})
		su.Hosted(other, town.Su)
		su.Does(other, "give-notice", m{"party_ids": []string{other.Applicant, other.Respondent}, "manner": "oral"}).Is(200)
		su.Does(other, "open-session", other.Sitting()).Is(200)
		if said := other.Last.Text("warnings"); !strings.Contains(said, "C7") || strings.Contains(said, c.ID) {
			t.Errorf("in two cases: %s", said)
		}
		hong := town.As(town.Hong)
		third := town.As(nil).Files()
		hong.Met(third, town.Hong)
		if strings.Contains(third.Last.Text("warnings"), "C7") {
			t.Errorf("another mediator: %s", third.Last.Text("warnings"))
		}
	})
}

func TestMediatorsPresentAreThoseOfTheCase(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		s := c.Sitting()
		s["mediators"] = []any{town.Hong.Mediator}
		su.Does(c, "open-session", s).Is(http.StatusUnprocessableEntity)
		s["mediators"] = []any{town.Su.Mediator}
		su.Does(c, "open-session", s).Is(200)
	})
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func itoa(n int) string { return strconv.Itoa(n) }
