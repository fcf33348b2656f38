package casework_test

import (
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

// What is masked is seen on purpose: with a reason, by those who work the case, and the party it is about finds out.
func TestP3_WhatIsMaskedIsSeenWithAReasonThatIsRecorded(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		su := town.As(town.Su)
		path := "/cases/" + c.ID + "/reveal"
		if a := su.Get("/cases/" + c.ID).Is(200); a.Holds("11010519491231002X") {
			t.Fatal("the number is not masked")
		}
		for at, wrong := range map[string]m{"reason": {"party_id": c.Applicant, "reason": "看看"}, "party_id": {"party_id": c.ID, "reason": "核对身份信息"}} {
			if a := su.Post(path, wrong); a.Status != 422 || !a.Holds(`"location":"`+at+`"`) || a.Holds("11010519491231002X") {
				t.Errorf("%s: %d %s", at, a.Status, a.Body)
			}
		}
		su.Post(path, m{"party_id": c.Respondent, "reason": "核对身份信息"}).Refuses("nothing_masked")
		if a := su.Post(path, m{"party_id": c.Applicant, "reason": "核对身份信息"}).Is(200); a.Text("id_number") != "11010519491231002X" {
			t.Errorf("%s", a.Body)
		}
		if a := su.Get("/cases/" + c.ID + "/timeline").Is(200); !a.Holds(`"event":"reveal"`) || !a.Holds("核对身份信息") || a.Holds("11010519491231002X") {
			t.Errorf("%s", a.Body)
		}
		if a := town.Party(c, c.Code).Get("/cases/" + c.ID + "/timeline").Is(200); !a.Holds(`"event":"reveal"`) || !a.Holds("核对身份信息") {
			t.Errorf("the party does not find it: %s", a.Body)
		}
		letter := town.Again(town.Su).Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201)
		if a := town.Party(c, letter.Text("letter.code")).Get("/cases/" + c.ID + "/timeline").Is(200); a.Holds(`"event":"reveal"`) {
			t.Errorf("the other side hears of it: %s", a.Body)
		}
		for _, p := range []*housetest.Person{town.OtherMediator, town.Station, town.County, town.Lin} {
			if a := town.As(p).Post(path, m{"party_id": c.Applicant, "reason": "核对身份信息"}); a.Status != 404 && a.Status != 403 {
				t.Errorf("%s: %d", p.Name, a.Status)
			}
		}
	})
}

func TestAHiddenAddressIsSeenByWhoeverWorksTheCaseAlone(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		su := town.As(town.Su)
		su.Sees(c)
		su.Hosted(c, town.Su)
		su.Does(c, "record-needs", m{"party_id": c.Applicant, "hide_address": true, "help": []string{}}).Is(200)
		ask := m{"party_id": c.Applicant, "reason": "送达文书"}
		if a := town.As(town.Zheng).Post("/cases/"+c.ID+"/reveal", ask).Is(200); strings.Contains(string(a.Body), "少林社区") {
			t.Errorf("the chair sees it: %s", a.Body)
		}
		if a := su.Post("/cases/"+c.ID+"/reveal", ask).Is(200); !strings.Contains(a.Text("address"), "少林社区") {
			t.Errorf("%s", a.Body)
		}
	})
}
