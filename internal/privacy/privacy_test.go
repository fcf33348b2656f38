package privacy_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/privacy"
	"fengqiao/web"
)

type m = housetest.M

// What must reach nobody who may not see it.
const (
	linPhone, linAddress  = "13800138000", "少林社区 1 号 201"
	chenPhone, chenNumber = "13600136000", "440524188001010014"
	chenHome, said        = "石笋巷八十八号", "金丝雀七七三一"
)

// disputed is a case of Lin's against Chen that Su hosts, with a code for each; a caucus was held with Chen.
type disputed struct {
	*housetest.Case
	lin, chen housetest.Hand
}

func dispute(town *housetest.Town) *disputed {
	k := &disputed{Case: town.As(nil).Files(m{"respondents": []m{{"kind": "person", "name": "陈志强", "phone": chenPhone, "id_number": chenNumber, "address": chenHome}}})}
	su := town.As(town.Su)
	su.Met(k.Case, town.Su)
	sitting := k.Sitting()
	sitting["kind"], sitting["attending"], sitting["record"], sitting["result"] = "caucus", []string{k.Respondent}, said, said
	su.Does(k.Case, "open-session", sitting).Is(200)
	letter := su.Post("/cases/"+k.ID+"/invitations", m{"party_id": k.Respondent, "channel": "letter"}).Is(201)
	k.lin, k.chen = town.Party(k.Case, k.Code), town.Party(k.Case, letter.Text("letter.code"))
	su.Sees(k.Case)
	return k
}

func (k *disputed) asks(h housetest.Hand, kind, item string, more ...m) housetest.Answer {
	body := m{"kind": kind, "item": item}
	for _, one := range more {
		for name, v := range one {
			body[name] = v
		}
	}
	return h.Post("/cases/"+k.ID+"/data-requests", body)
}

// on acts on a request at the version that was seen.
func on(h housetest.Hand, a housetest.Answer, step string, body m) housetest.Answer {
	return h.With("If-Match", `"`+a.Text("version")+`"`).Post("/data-requests/"+a.Text("id")+"/"+step, body)
}

func verified(t *testing.T, town *housetest.Town) {
	t.Helper()
	if found, err := town.App.Verify(context.Background()); err != nil || len(found.Breaks) != 0 {
		t.Errorf("the record does not hold: %v %v", found.Breaks, err)
	}
}

// The table of who sees what is the policy's, and has words for every role, reach and view in it.
func TestP4_WhoSeesWhatIsToldByThePolicyItself(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		sees, blind, err := privacy.Sights(town.App.Policy)
		if err != nil || len(sees) < 10 || len(blind) < 3 {
			t.Fatalf("%v %v %v", sees, blind, err)
		}
		for _, lang := range []string{"zh-CN", "en"} {
			raw, err := web.FS.ReadFile("i18n/" + lang + ".json")
			words := map[string]string{}
			if err == nil {
				err = json.Unmarshal(raw, &words)
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, role := range town.App.Policy.Roles() {
				if words["privacy.role."+string(role)] == "" {
					t.Errorf("%s has no word for %s", lang, role)
				}
			}
			for _, one := range sees {
				for _, key := range []string{"privacy.reach." + string(one.Reach), "privacy.view." + string(one.View)} {
					if words[key] == "" {
						t.Errorf("%s lacks %s", lang, key)
					}
				}
			}
			lines := 0
			page := town.As(nil).Page("GET", "/privacy", nil).Is(200)
			for _, one := range sees {
				if lang == "zh-CN" && page.Holds(words["privacy.role."+string(one.Role)]) && page.Holds(words["privacy.view."+string(one.View)]) {
					lines++
				}
			}
			if lang == "zh-CN" && (lines != len(sees) || strings.Count(string(page.Body), "<tr><td") != len(sees)) {
				t.Errorf("%d of %d lines are shown", lines, len(sees))
			}
		}
		d := housetest.OnDoorstep(town)
		d.Comes().Opens("/privacy").Is(200, "/privacy").Reads("司法局监督人员", "姓名只留姓", "系统管理员", "短期 10 年，长期 30 年", "15 个工作日", "网信部门")
		d.Comes().Opens("/").Reads("个人信息保护")
	})
}

// A party takes a copy of what is held of it, and nothing of the other side that it may not see.
func TestP4_ACopyHoldsNothingOfTheOtherSide(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		k := dispute(town)
		own := k.lin.Get("/cases/" + k.ID + "/data").Is(200)
		for _, want := range []string{linPhone, linAddress, "林秀英", "楼上卫生间漏水", "陈志强", "社区调解室"} {
			if want != "陈志强" && !own.Holds(want) {
				t.Errorf("her copy lacks %s: %s", want, own.Body)
			}
		}
		other := k.chen.Get("/cases/" + k.ID + "/data").Is(200)
		if !other.Holds(chenPhone) || !other.Holds(chenHome) {
			t.Errorf("his copy: %s", other.Body)
		}
		home := "/mine/" + k.ID + "/data"
		for _, a := range []housetest.Answer{own, k.lin.Page("GET", home+"/copy", nil).Is(200), k.lin.Page("GET", home+"/print", nil).Is(200), k.lin.Page("GET", home, nil).Is(200)} {
			for _, secret := range []string{chenPhone, chenNumber, chenHome, said, "caucus", "单方会谈 "} {
				if a.Holds(secret) {
					t.Errorf("%s tells %s", a.What(), secret)
				}
			}
		}
		for _, a := range []housetest.Answer{other, k.chen.Page("GET", home+"/print", nil).Is(200)} {
			for _, secret := range []string{linPhone, linAddress, "天花板发霉", said} {
				if a.Holds(secret) {
					t.Errorf("%s tells %s", a.What(), secret)
				}
			}
		}
		for _, who := range []*housetest.Person{town.Su, town.Zheng, town.County, town.Wang, town.System} {
			if a := town.As(who).Get("/cases/" + k.ID + "/data"); a.Status != 404 {
				t.Errorf("%s takes a copy: %d", who.Name, a.Status)
			}
		}
	})
}

// The chair corrects a telephone by granting it; the party is told, and neither the other side nor the mediator learns of it.
func TestAPartyHasItsTelephonePutRight(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		k := dispute(town)
		if a := k.asks(k.lin, "correction", "phone", m{"right": "12"}).Is(422); !a.Holds("right") {
			t.Errorf("%s", a.Body)
		}
		once := k.lin.With("Idempotency-Key", "one")
		r := k.asks(once, "correction", "phone", m{"right": "139 0013 9000", "why": "换号了"}).Is(201)
		if again := k.asks(once, "correction", "phone", m{"right": "139 0013 9000", "why": "换号了"}).Is(201); again.Text("id") != r.Text("id") {
			t.Error("what was sent twice was entered twice")
		}
		k.asks(k.lin, "correction", "phone", m{"right": "13900139000"}).Refuses("asked_already")
		if r.Text("state") != "received" || !strings.HasSuffix(r.Text("reference"), "-1") {
			t.Errorf("asked: %s", r.Body)
		}
		zheng := town.As(town.Zheng)
		if seen := zheng.Get("/data-requests").Is(200); seen.Text("items.0.right") != "139 0013 9000" || seen.Text("items.0.party") != "林秀英" || seen.Text("items.0.may_decide") != "true" {
			t.Errorf("the chair: %s", seen.Body)
		}
		if seen := town.As(town.County).Get("/data-requests/" + r.Text("id")).Is(200); seen.Holds("139 0013 9000") || seen.Holds("林秀英") || seen.Holds("换号了") {
			t.Errorf("the bureau learns whose it is: %s", seen.Body)
		}
		on(town.As(town.County), r, "decide", m{"outcome": "done"}).Is(403)
		on(zheng, r, "decide", m{"outcome": "refused", "reason": "L2"}).Is(422)
		done := on(zheng, r, "decide", m{"outcome": "done"}).Is(200)
		if done.Text("state") != "decided" || done.Text("entry") == "0" {
			t.Errorf("decided: %s", done.Body)
		}
		on(zheng, done, "decide", m{"outcome": "done"}).Refuses("request_state")
		if a := k.lin.Get("/cases/" + k.ID).Is(200); a.Text("parties.0.phone") != "13900139000" && a.Text("parties.1.phone") != "13900139000" {
			t.Errorf("the case: %s", a.Body)
		}
		letters := town.Messages(k.Case, "data_answer")
		if len(letters) != 1 || letters[0].To != "13900139000" || strings.Contains(letters[0].Text, "电话") {
			t.Errorf("the message: %v", letters)
		}
		if told := k.chen.Get("/cases/" + k.ID + "/timeline").Is(200); told.Holds("mend_data") {
			t.Error("the other side learns of it")
		}
		verified(t, town)
	})
}

// Nobody else's request can be seen: not the other side's, not by the mediator, not from elsewhere.
func TestT7_NobodySeesAnothersRequest(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		k := dispute(town)
		r := k.asks(k.lin, "erasure", "needs", m{"why": said}).Is(201)
		path := "/data-requests/" + r.Text("id")
		missing := strings.Replace(path, r.Text("id")[:8], "00000000", 1)
		for name, h := range map[string]housetest.Hand{"Chen": k.chen, "Su": town.As(town.Su), "Hong": town.As(town.Hong), "another chair": town.As(town.OtherChair),
			"Wang": town.As(town.Wang), "a far county": town.As(town.FarCounty), "the station": town.As(town.Station), "housing": town.As(town.Housing)} {
			if a, none := h.Get(path), h.Get(missing); a.Status != 404 || string(a.Body) != string(none.Body) {
				t.Errorf("%s: %d %s", name, a.Status, a.Body)
			}
			if a := h.Get("/data-requests").Is(200); len(a.Value("items").([]any)) != 0 {
				t.Errorf("%s lists %s", name, a.Body)
			}
			if a := h.Page("GET", path, nil); a.Status != 404 {
				t.Errorf("%s opens the page: %d", name, a.Status)
			}
		}
		if own := k.asks(k.chen, "erasure", "address").Is(201); !strings.HasSuffix(own.Text("reference"), "-1") {
			t.Errorf("his number tells of hers: %s", own.Text("reference"))
		}
		if a := k.chen.Get("/cases/" + k.ID + "/data-requests").Is(200); len(a.Value("items").([]any)) != 1 {
			t.Errorf("he lists %s", a.Body)
		}
		if a := town.As(town.Su).Get("/cases/" + k.ID + "/timeline").Is(200); a.Holds("data_asked") {
			t.Error("the case tells of it")
		}
	})
}

// The answer is due in fifteen working days; a late one is marked.
func TestARequestIsDueInFifteenWorkingDays(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		k := dispute(town)
		r := k.asks(k.lin, "erasure", "address").Is(201)
		due, working := calendar.Day(r.Text("due_on")), 0
		days := calendar.New(calendar.Published())
		for day := town.Today().Plus(1); !day.After(due); day = day.Plus(1) {
			if days.IsWorking(day) {
				working++
			}
		}
		if working != 15 {
			t.Errorf("due on %s: %d working days", due, working)
		}
		town.Later(40 * 24 * time.Hour)
		zheng := town.Again(town.Zheng)
		if !zheng.Page("GET", "/data-requests", nil).Is(200).Holds("已超期") {
			t.Error("the chair does not see that it is late")
		}
	})
}

// Erasing takes two people. What is erased is gone from every row and from the record, and the record holds.
func TestErasingTakesTwoPeopleAndLeavesTheRecordWhole(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		k := dispute(town)
		k.lin.Post("/cases/"+k.ID+"/record-needs", m{"language": said, "help": []string{"wheelchair"}, "contact": "hours", "from_hour": 9, "to_hour": 18}).Is(200)
		zheng, county := town.As(town.Zheng), town.As(town.County)
		for _, item := range []string{"needs", "address", "phone"} {
			r := k.asks(k.lin, "erasure", item).Is(201)
			proposed := on(zheng, r, "decide", m{"outcome": "done"}).Is(200)
			if proposed.Text("state") != "proposed" {
				t.Errorf("%s: %s", item, proposed.Body)
			}
			if a := k.lin.Get("/data-requests/" + r.Text("id")).Is(200); a.Text("status") != "Being worked on" || a.Text("outcome") != "" {
				t.Errorf("Lin is told too early: %s", a.Body)
			}
			on(zheng, proposed, "confirm", m{"confirm": true}).Is(403)
			if item == "phone" { // a chair who sits at the bureau as well is still one person
				alsoBureau(t, town, town.Zheng)
				if a := on(town.Again(town.Zheng), proposed, "confirm", m{"confirm": true}).Is(403); a.Text("code") != "second_person" {
					t.Errorf("one person erases: %s", a.Body)
				}
			}
			done := on(county, proposed, "confirm", m{"confirm": true}).Is(200)
			if done.Text("outcome") != "done" {
				t.Errorf("%s: %s", item, done.Body)
			}
		}
		if a := k.lin.Get("/cases/" + k.ID).Is(200); !a.Holds(`"contact":"hours"`) {
			t.Errorf("a message that she did not want comes through: %s", a.Body)
		}
		for _, gone := range []string{said, "wheelchair", linPhone, linAddress} {
			if a := k.lin.Get("/cases/" + k.ID).Is(200); a.Holds(gone) {
				t.Errorf("%s is still in the case", gone)
			}
			if a := town.As(town.Su).Get("/cases/" + k.ID + "/timeline").Is(200); a.Holds(gone) {
				t.Errorf("%s is still in the record", gone)
			}
		}
		for _, e := range entries(t, town, k.ID) {
			if e.Event == "record_needs" && len(e.Words) != 0 {
				t.Errorf("the record keeps what was said: %v", e.Words)
			}
		}
		verified(t, town)
	})
}

// Whoever stands in for the chair who granted an erasure confirms nothing, though they sit at the bureau; to refuse it needs no second person.
func TestWhoStandsInConfirmsNoErasure(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		k := dispute(town)
		zheng := town.As(town.Zheng)
		post := zheng.Get("/posts").Is(200).Text("items.0.id")
		zheng.Post("/posts/"+post+"/deputies", m{"person_id": town.Hong.ID, "until": town.Today().Plus(5)}).Is(201)
		alsoBureau(t, town, town.Hong)
		hong := town.Again(town.Hong)
		proposed := on(zheng, k.asks(k.lin, "erasure", "address").Is(201), "decide", m{"outcome": "done"}).Is(200)
		if a := on(hong, proposed, "confirm", m{"confirm": true}); a.Status != 403 || a.Text("code") != "second_person" {
			t.Errorf("whom the chair named confirms: %d %s", a.Status, a.Body)
		}
		on(hong, proposed, "confirm", m{"confirm": false, "reason": "L9", "words": "还有用"}).Is(200)
		again := on(zheng, k.asks(k.lin, "erasure", "phone").Is(201), "decide", m{"outcome": "done"}).Is(200)
		on(town.As(town.County), again, "confirm", m{"confirm": true}).Is(200)
	})
}

func alsoBureau(t *testing.T, town *housetest.Town, p *housetest.Person) {
	t.Helper()
	if err := town.Store.Do(context.Background(), actor.System, housetest.Fengze.County(), func(tx *db.Tx) error {
		_, err := town.App.Accounts.GivePost(tx, account.Post{Person: p.ID, Role: actor.BureauSupervisor, Area: housetest.Fengze})
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func entries(t *testing.T, town *housetest.Town, id string) (out []journal.Entry) {
	t.Helper()
	caseID, err := ident.ParseID(id)
	if err == nil {
		err = town.Store.Read(context.Background(), actor.System, func(tx *db.Tx) (err error) {
			out, err = journal.New(town.App.Vault, nil).Of(tx, caseID)
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A paper that the party alone handed in goes with its bytes' row; evidence and what both sides see stays.
func TestAPartyHasItsOwnPaperErased(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		k := dispute(town)
		attach := func(h housetest.Hand) string {
			return h.SendAny("POST", "/cases/"+k.ID+"/attachments", housetest.File{Name: "a.png", Content: housetest.Pixel}).Is(201).Text("id")
		}
		file, his := attach(k.lin), attach(k.chen)
		d := housetest.OnDoorstep(town)
		d.Comes().Opens("/follow").Says("reference", k.Reference, "code", k.Code).Opens("/mine/"+k.ID+"/attach").Uploads("b.png", []byte(housetest.Pixel), "kind", "99", "shared", "yes")
		shared := named(k.lin.Get("/cases/"+k.ID).Is(200).Value("attachments"), "shared", true)
		zheng, county := town.As(town.Zheng), town.As(town.County)
		erase := func(id string) housetest.Answer {
			r := k.asks(k.lin, "erasure", "attachment", m{"attachment_id": id}).Is(201)
			return on(county, on(zheng, r, "decide", m{"outcome": "done"}).Is(200), "confirm", m{"confirm": true})
		}
		erase(file).Is(200)
		town.As(town.Su).Get("/cases/" + k.ID + "/attachments/" + file).Is(404)
		erase(shared).Refuses("not_erasable")
		erase(his).Refuses("not_erasable")
		town.As(town.Su).Get("/cases/" + k.ID + "/attachments/" + shared).Is(200)
		k.asks(k.lin, "erasure", "attachment").Is(422)
		verified(t, town)
	})
}

// What must be kept is refused with the day until which (R3); no grant goes past it.
func TestR3_WhatMustBeKeptIsRefusedWithItsDay(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		k := dispute(town)
		zheng := town.As(town.Zheng)
		r := k.asks(k.lin, "erasure", "name").Is(201)
		on(zheng, r, "decide", m{"outcome": "done"}).Is(422)
		running := on(zheng, r, "decide", m{"outcome": "refused", "reason": "L1", "words": "案件正在办理。"}).Is(200)
		if running.Text("kept") == "" || running.Text("kept_until") != "" {
			t.Errorf("while it runs: %s", running.Body)
		}
		town.As(town.Su).Sees(k.Case)
		town.As(town.Su).Does(k.Case, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(200)
		ended := on(zheng, k.asks(k.lin, "erasure", "facts").Is(201), "decide", m{"outcome": "refused", "reason": "L1", "words": "已建档。"}).Is(200)
		if want := string(town.Today().PlusYears(10)); ended.Text("kept_until") != want {
			t.Errorf("ended: until %s, want %s", ended.Text("kept_until"), want)
		}
		town.As(town.Su).Does(k.Case, "archive", m{"retention": "permanent"}).Is(200)
		open := k.asks(k.lin, "erasure", "address").Is(201)
		proposed := on(zheng, open, "decide", m{"outcome": "done"}).Is(200)
		on(town.As(town.County), proposed, "confirm", m{"confirm": true}).Refuses("lifecycle")
		last := on(town.As(town.County), proposed, "confirm", m{"confirm": false, "reason": "L1", "words": "案卷已归档。"}).Is(200)
		if last.Text("outcome") != "refused" || !strings.Contains(last.Text("kept"), "for ever") {
			t.Errorf("archived: %s", last.Body)
		}
		if a := k.lin.Get("/data-requests/" + last.Text("id")).Is(200); a.Text("words") != "案卷已归档。" || a.Text("reason") != "L1" {
			t.Errorf("Lin is told: %s", a.Body)
		}
		verified(t, town)
	})
}

// What the product cannot put right by itself is corrected in the case, and the request is closed with that entry.
func TestACorrectionOfTheCaseIsClosedWithItsEntry(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		k := dispute(town)
		zheng, su := town.As(town.Zheng), town.As(town.Su)
		su.Sees(k.Case)
		su.Does(k.Case, "amend", m{"set": m{"title": "漏水"}, "reason": "更正"}).Is(200)
		before := k.Version
		town.Later(time.Minute)
		r := k.asks(k.lin, "correction", "facts", m{"right": "是厨房漏水"}).Is(201)
		on(zheng, r, "decide", m{"outcome": "done"}).Is(422)
		on(zheng, r, "decide", m{"outcome": "done", "entry": number(before)}).Is(422) // made before it was asked for
		su.Does(k.Case, "amend", m{"set": m{"facts": "厨房漏水"}, "reason": "当事人更正"}).Is(200)
		if done := on(zheng, r, "decide", m{"outcome": "done", "entry": number(k.Version)}).Is(200); done.Text("entry") != k.Version {
			t.Errorf("closed with %s, want %s", done.Text("entry"), k.Version)
		}
	})
}

// named is the id of the one thing of a list that has a value.
func named(list any, field string, value any) string {
	for _, one := range list.([]any) {
		if row := one.(map[string]any); row[field] == value {
			return row["id"].(string)
		}
	}
	return ""
}

func number(s string) int64 {
	var n int64
	if err := json.Unmarshal([]byte(s), &n); err != nil {
		panic(fault.Of(err))
	}
	return n
}

// An agent's power is for the dispute: what is held about the party is the party's own to ask about.
func TestC12_AnAgentAsksNothingAboutThePartysData(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		k := dispute(town)
		su := town.As(town.Su)
		su.Sees(k.Case)
		su.Does(k.Case, "add-helper", m{"party_id": k.Applicant, "kind": "agent", "name": town.Wang.Name, "id_number": "350503198001011231", "person_id": town.Wang.ID,
			"scopes": []string{"apply_end", "evidence"}, "dated": town.Today(), "signature_kind": "drawn"}).Is(200)
		wang := town.As(town.Wang)
		wang.Get("/cases/" + k.ID).Is(200)
		wang.Get("/cases/" + k.ID + "/data").Refuses("rule.C12")
		k.asks(wang, "erasure", "phone").Refuses("rule.C12")
	})
}

// A chair who acts for a party does not answer what that party asks for.
func TestNobodyAnswersTheirOwnRequest(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		k := dispute(town)
		su := town.As(town.Su)
		su.Does(k.Case, "add-helper", m{"party_id": k.Applicant, "kind": "agent", "name": town.Zheng.Name, "id_number": "350503198001011231", "person_id": town.Zheng.ID,
			"scopes": []string{"apply_end"}, "dated": town.Today(), "signature_kind": "drawn"}).Is(200)
		r := k.asks(k.lin, "correction", "address", m{"right": "少林社区 3 号"}).Is(201)
		on(town.As(town.Zheng), r, "decide", m{"outcome": "done"}).Is(403)
		if a := k.lin.Get("/data-requests/" + r.Text("id")).Is(200); a.Text("state") != "received" {
			t.Errorf("answered by whoever acts for her: %s", a.Body)
		}
	})
}

func TestOwnDataByPages(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		k := dispute(town)
		home := "/mine/" + k.ID
		lin := d.Comes().Opens("/follow").Says("reference", k.Reference, "code", k.Code).Is(200, home).Reads("我的个人信息")
		lin.Opens(home+"/data").Is(200, home+"/data").Reads("下载副本", "要求更正", "要求删除")
		lin.Opens(home+"/data/print").Reads(linPhone, "关于您", "办理经过", "消息发到").ReadsNot(chenPhone)
		lin.Opens(home+"/data/correction").Says().Is(422, home+"/data/correction").Reads("请写明正确的内容", "请从列表中选择")
		lin.Says("item", "address", "right", "少林社区 3 号 101").Is(200, home+"/data?done=data_asked").Reads("申请已经收到", "更正 · 住址", "最迟", "已收到")
		lin.Opens(home+"/data/erasure").Reads("两个人核准", "一般不能删除").Says("item", "phone", "why", "怕被打扰").Is(200, home+"/data?done=data_asked").Reads("删除 · 电话")

		zheng := d.Enters(town.Zheng).Opens("/data-requests").Reads("林秀英", "更正 · 住址", "删除 · 电话")
		requests := town.As(town.Zheng).Get("/data-requests").Is(200).Value("items")
		erase, correct := "/data-requests/"+named(requests, "kind", "erasure"), "/data-requests/"+named(requests, "kind", "correction")
		zheng.Opens(correct).Reads("少林社区 3 号 101", "系统就按申请改好").Says("outcome", "refused").Is(422, correct+"/decide").Reads("请用一句话说明理由")
		zheng.Says("outcome", "done").Is(200, correct+"?done=data_decided").Reads("已办理", "见案件记录第")
		zheng.Opens(erase).Reads("怕被打扰").Says("outcome", "done").Is(200, erase+"?done=data_decided").Reads("等待第二人核准", "不由您办理")
		county := d.Enters(town.County).Opens(erase).Reads("怕被打扰", "看不到是谁的").ReadsNot("林秀英", linPhone)
		county.Says().Is(422, erase+"/confirm").Reads("请选择核准或者不核准")
		county.Says("confirm", "yes").Is(200, erase+"?done=data_decided").Reads("已办理")
		lin.Opens(home + "/data").Reads("已办理").ReadsNot("正在办理")
		lin.Opens(home+"/data/print").Reads("少林社区 3 号 101", "本人要求删除").ReadsNot(linPhone)
		verified(t, town)
	})
}
