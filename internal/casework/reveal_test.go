package casework_test

import (
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
)

// What is shown of an identity number, and beside it, leaves many numbers that it may be: the day of birth is most of what is masked,
// and the check character would do the rest. That a party is a minor is still said, for the law asks it.
func TestP3_AMaskedNumberIsNotMadeOutFromWhatStandsBesideIt(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files(m{"respondents": []m{{"name": "陈小宝", "phone_reason": "学生", "born_on": "2013-03-07"}}})
		for _, reader := range []housetest.Hand{town.As(town.Zheng), town.As(town.Su), town.Party(c, c.Code)} {
			seen := reader.Get("/cases/" + c.ID).Is(200)
			if fit := fitting(seen.Text("parties.0.id_number"), seen.Text("parties.0.born_on"), string(town.Today())); len(fit) < 1000 || !fit["11010519491231002X"] {
				t.Errorf("%d numbers fit what is shown: %s", len(fit), seen.Body)
			}
		}
		seen := town.As(town.Zheng).Get("/cases/" + c.ID).Is(200)
		if seen.Text("parties.1.born_on") != "2013-03-07" || seen.Text("parties.1.minor") != "true" || seen.Text("parties.0.minor") == "true" {
			t.Errorf("whose number is not held: %s", seen.Body)
		}
		child := town.As(nil).Files(m{"applicant": m{"name": "林小宝", "phone": "13800138000", "id_number": "110105201303070019"}})
		if seen := town.As(town.Zheng).Get("/cases/" + child.ID).Is(200); seen.Text("parties.0.minor") != "true" || seen.Text("parties.0.born_on") != "" {
			t.Errorf("a child whose number is held: %s", seen.Body)
		}
	})
}

// fitting are the numbers, of the counties of Beijing, that fit what is shown of one.
func fitting(masked, born, today string) map[string]bool {
	fit := map[string]bool{}
	if len(masked) != 18 {
		return fit
	}
	for _, county := range []string{"01", "02", "05", "06", "07", "08", "09", "11", "12", "13", "14", "15", "16", "17"} {
		for day := time.Date(1906, 1, 1, 0, 0, 0, 0, time.UTC); day.Format(time.DateOnly) <= today; day = day.AddDate(0, 0, 1) {
			if born != "" && day.Format(time.DateOnly) != born {
				continue
			}
			number := masked[:4] + county + day.Format("20060102") + masked[14:]
			if _, err := ident.ParseIDNumber(number, today); err == nil {
				fit[number] = true
			}
		}
	}
	return fit
}

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

// Why somebody looked is chosen from a list, so that whoever supervises can count and compare; what is on no list is said in
// words that say something. Supervisors read the choice and not the words, the party both.
func TestP3_WhySomebodyLookedIsChosenOrSaid(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		su, path := town.As(town.Su), "/cases/"+c.ID+"/reveal"
		for _, empty := range []string{"", "1111", "看看看看", "........", "aaaa", "1 2 3 4", "想看想看"} {
			if a := su.Post(path, m{"party_id": c.Applicant, "reason": empty}); a.Status != 422 || !a.Holds(`"location":"reason"`) {
				t.Errorf("%q: %d", empty, a.Status)
			}
			su.Post(path, m{"party_id": c.Applicant, "purpose": "other", "reason": empty}).Is(422)
		}
		if a := su.Post(path, m{"party_id": c.Applicant, "purpose": "curious", "reason": "核对身份信息"}); a.Status != 422 || !a.Holds(`"location":"purpose"`) {
			t.Errorf("a purpose that is none: %d", a.Status)
		}
		su.Post(path, m{"party_id": c.Applicant, "purpose": "court"}).Is(200)
		su.Post(path, m{"party_id": c.Applicant, "purpose": "visit", "reason": "去他女儿家"}).Is(200)
		su.Post(path, m{"party_id": c.Applicant, "reason": "替法院核对人"}).Is(200) // as before there was a list
		if a := town.As(town.County).Get("/cases/" + c.ID + "/timeline").Is(200); !a.Holds(`"purpose":"court"`) || !a.Holds(`"purpose":"other"`) || a.Holds("女儿") {
			t.Errorf("who supervises: %s", a.Body)
		}
		if a := town.Party(c, c.Code).Get("/cases/" + c.ID + "/timeline").Is(200); !a.Holds(`"purpose":"visit"`) || !a.Holds("去他女儿家") {
			t.Errorf("the party: %s", a.Body)
		}
		d := housetest.OnDoorstep(town)
		at := "/desk/cases/" + c.ID + "/reveal"
		r := d.Enters(town.Su).Opens(at).Reads("送达文书", "其他（请写明）").Says("party_id", c.Applicant, "reason", "核对身份信息").Is(422, at).Reads("请选择为什么要看", "核对身份信息")
		r.Says("party_id", c.Applicant, "purpose", "other", "reason", "看看").Is(422, at).ReadsNot("11010519491231002X")
		r.Says("party_id", c.Applicant, "purpose", "serve").Is(200, at).Reads("11010519491231002X")
		d.Enters(town.Su).Opens("/desk/cases/"+c.ID).Reads("送达文书", "上门、调查或回访")
		d.Comes().Opens("/follow").Says("reference", c.Reference, "code", c.Code).Reads("用途：送达文书", "用途：上门、调查或回访 · 去他女儿家", "用途：替法院核对人")
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
