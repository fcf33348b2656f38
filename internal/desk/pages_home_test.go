package desk_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

type m = housetest.M

const day = 24 * time.Hour

// One button leads to the very form of the step that a case waits for, whatever state it is in.
func TestTheButtonOfACaseLeadsToItsNextStep(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		su := town.As(town.Su)
		su.Sees(c)
		home := "/desk/cases/" + c.ID
		leads := func(who *housetest.Person, want string) {
			t.Helper()
			if a := town.As(who).Page("GET", home+"/go", nil); a.Status != http.StatusSeeOther || a.Header.Get("Location") != home+want {
				t.Errorf("%s: %d to %s, want %s", c.State, a.Status, a.Header.Get("Location"), home+want)
			}
		}
		leads(town.Su, "/ask-consent")
		su.Agree(c)
		leads(town.Su, "/accept")
		su.Does(c, "accept", m{}).Is(200)
		leads(town.Su, "/assign")
		su.Does(c, "assign", m{"host_mediator_id": town.Su.Mediator, "chosen_by": "committee"}).Is(200)
		leads(town.Su, "/give-notice")
		leads(town.Zheng, "") // the host's to do: the chair finds the case
		if a := town.As(town.OtherMediator).Page("GET", home+"/go", nil); a.Status != 404 {
			t.Errorf("a stranger: %d", a.Status)
		}
	})
}

func TestTheDeskSaysWhatWaitsForOthers(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		d.Enters(town.Su).Opens("/desk").Reads("这里怎么用", "快速登记").ReadsNot("等别人")
		c := town.As(nil).Files()
		su := town.As(town.Su)
		su.Sees(c)
		d.Enters(town.Su).Opens("/desk").Reads("决定是否受理", "征求意见").ReadsNot("等别人", "这里怎么用")
		su.Does(c, "ask-consent", m{}).Is(200)
		d.Enters(town.Su).Opens("/desk").Reads("等别人", "记录答复").ReadsNot("征求当事人意见")
		town.Later(2 * day)
		d.Enters(town.Su).Opens("/desk").Reads("征求当事人意见").ReadsNot("等别人")
	})
}

func TestG4_TheChairIsToldWhenOnlyTheSealIsMissing(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		c := town.As(nil).Files()
		su := town.As(town.Su)
		su.Sees(c)
		su.Met(c, town.Su)
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		hash := c.Last.Text("agreements.0.text_hash")
		sign := func(who m) {
			who["kind"], who["text_hash"] = "wet_ink", hash
			su.Does(c, "sign", who).Is(200)
		}
		sign(m{"party_id": c.Applicant})
		sign(m{"mediator_id": town.Su.Mediator})
		d.Enters(town.Zheng).Opens("/desk").ReadsNot("只差盖章")
		sign(m{"party_id": c.Respondent})
		d.Enters(town.Zheng).Opens("/desk").Reads("只差盖章")
		d.Enters(town.Su).Opens("/desk").ReadsNot("只差盖章")
		d.Enters(town.OtherChair).Opens("/desk").ReadsNot("只差盖章")
		sign(m{"seal": true})
		d.Enters(town.Zheng).Opens("/desk").ReadsNot("只差盖章")
	})
}

func TestO6_TheChairIsToldOfTheTerm(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		page := func(who *housetest.Person) string {
			return housetest.OnDoorstep(town).Enters(who).Opens("/desk").Text()
		}
		if text := page(town.Su); strings.Contains(text, "调委会要办的事") {
			t.Errorf("a mediator is told of it: %s", text)
		}
		before := page(town.Zheng)
		town.Clock.Set(time.Date(2098, 3, 6, 2, 0, 0, 0, time.UTC)) // the term of the town ended in January
		if after := page(town.Zheng); !strings.Contains(after, "届") || before == after {
			t.Errorf("after the term the chair is not told: %s", after)
		}
		own := "/registry/committees/" + town.Home.ID.String() // where the desk leads says the same, and who enters it
		housetest.OnDoorstep(town).Enters(town.Zheng).Opens(own).Reads("请主任留意", "届", "送司法局")
		housetest.OnDoorstep(town).Enters(town.Su).Opens(own).ReadsNot("请主任留意", "送司法局")
	})
}

func TestOpenCasesAreListedByAge(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		old := su.Files(m{"title": "旧的一件"})
		town.Later(40 * day)
		su = town.Again(town.Su)
		su.Files(m{"title": "新的一件"})
		r := housetest.OnDoorstep(town).Enters(town.Zheng).Opens("/desk/ageing").Reads("31 至 60 天", "已 40 天", "15 天以内")
		if strings.Index(r.Page, "旧的一件") > strings.Index(r.Page, "新的一件") {
			t.Error("the oldest is not first")
		}
		su.Sees(old)
		su.Does(old, "refuse-acceptance", m{"reason": "N6", "guidance": "请向法院起诉。", "notice_date": town.Today()}).Is(200)
		housetest.OnDoorstep(town).Enters(town.Zheng).Opens("/desk/ageing").ReadsNot("旧的一件")
	})
}

// Whoever is asked to take a case over, and whoever owes a report, is led to that first.
func TestTheButtonLeadsToWhatIsOwedFirst(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		leads := func(who *housetest.Person, c *housetest.Case, want string) {
			t.Helper()
			a := town.As(who).Page("GET", "/desk/cases/"+c.ID+"/go", nil)
			if to := a.Header.Get("Location"); to != "/desk/cases/"+c.ID+want {
				t.Errorf("%s is led to %d %s, want %s", who.Name, a.Status, to, want)
			} else if a := town.As(who).Page("GET", to, nil); a.Status != 200 {
				t.Errorf("%s at %s: %d", who.Name, to, a.Status)
			}
		}
		offered := town.As(nil).Files()
		su.Sees(offered)
		su.Met(offered, town.Su)
		su.Does(offered, "transfer", m{"to_committee_id": town.Other.ID, "reason": "difficult", "text": "人手不够。", "consents": []string{offered.Applicant, offered.Respondent}}).Is(200)
		leads(town.OtherChair, offered, "/accept-transfer")
		hurt := town.As(nil).Files(m{"respondents": []m{{"name": "陈志强", "phone_reason": "不知道", "born_on": "2013-03-07"}}})
		su.Sees(hurt)
		su.Does(hurt, "assess-risk", m{"risk": 3, "reason": "打孩子", "violence": m{"answers": m{"V1": true, "V2": false, "V3": false, "V4": false, "V5": false, "V6": false}, "victim_party_id": hurt.Respondent, "vulnerable": "minor"}}).Is(200)
		if hurt.Last.Value("violence_report_open") != true {
			t.Fatalf("no report is owed: %s", hurt.Last.Body)
		}
		leads(town.Su, hurt, "/report-police")
	})
}

// A button leads where it says: what only the host may do is the host's on everybody else's desk.
func TestTheDeskOffersTheChairNothingThatIsTheHosts(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su, d := town.As(town.Su), housetest.OnDoorstep(town)
		c := town.As(nil).Files()
		su.Sees(c)
		su.Met(c, town.Su)
		button := `href="/desk/cases/` + c.ID + `/go"`
		if !strings.Contains(d.Enters(town.Su).Opens("/desk").Reads("继续调解", "记录调解").Page, button) {
			t.Error("the host has no button")
		}
		if strings.Contains(d.Enters(town.Zheng).Opens("/desk").Reads("等别人").ReadsNot("继续调解", "记录调解").Page, button) {
			t.Error("the chair is offered the host's step")
		}
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		if !strings.Contains(d.Enters(town.Zheng).Opens("/desk").Reads("签名盖章").Page, button) {
			t.Error("the chair, who holds the seal, has no button")
		}
	})
}

// What is late and the host's to do says so on the chair's desk, where it has no button.
func TestTheChairIsToldWhomToRemind(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		su := town.As(town.Su)
		su.Sees(c)
		su.Met(c, town.Su)
		town.Later(40 * day)
		d := housetest.OnDoorstep(town)
		d.Enters(town.Zheng).Opens("/desk").Reads("已经超期", "要由主持的调解员办理，请提醒。")
		d.Enters(town.Su).Opens("/desk").Reads("已经超期", "记录调解").ReadsNot("请提醒")
	})
}
