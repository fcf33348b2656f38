package counter_test

import (
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

// What a party was sent stands on its page, without codes, and it says that it has read it; its mediator sees that.
func TestAPartyReadsWhatItWasSentAndSaysSo(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		body := housetest.Leak()
		body["respondents"].([]housetest.M)[0]["phone"] = "13900139000"
		c := d.As(nil).Files(body)
		su := d.As(d.Su)
		su.Sees(c)
		home, desk := "/mine/"+c.ID, "/desk/cases/"+c.ID
		messages := func() housetest.Answer { return d.As(d.Su).Get("/cases/" + c.ID + "/messages").Is(200) }
		su.Post("/cases/"+c.ID+"/invitations", housetest.M{"party_id": c.Respondent, "channel": "sms"}).Is(201)
		at := d.Enters(d.Su)
		if got := messages(); got.Text("items.0.state") != "waiting" || got.Text("items.0.party_id") != c.Respondent || got.Text("items.0.kind") != "invitation" {
			t.Errorf("waits: %s", got.Body)
		}
		at.Opens(desk).Reads("等待发出")
		text := d.Delivered(c)[0].Text
		code := text[strings.Index(text, "查询码 ")+len("查询码 "):][:15]
		at.Opens(desk).Reads("邀请您参与协商", "手机短信", "还没有打开页面")
		chen := d.Comes().Opens("/follow").Says("reference", c.Reference, "code", code).Is(200, home)
		chen.Reads("最近的消息", "邀请您参与协商", "手机短信", "已发出", "我看过了").ReadsNot(code, "13900139000")
		if got := messages(); got.Text("items.0.state") != "sent" || got.Text("items.0.opened_at") == "" || got.Text("items.0.read_at") != "" {
			t.Errorf("opened: %s", got.Body)
		}
		at.Opens(desk).Reads("之后打开过页面").ReadsNot("还没有打开页面")
		chen.Says().Is(200, home+"?done=read").Reads("您看过了").ReadsNot("我看过了")
		at.Opens(desk).Reads("当事人已看过")
		d.Later(time.Second)
		su = d.As(d.Su)
		su.Sees(c)
		su.Agree(c)
		chen.Opens(home+"/messages").Reads("邀请您参与协商").ReadsNot("有一方已答复", code)
		lin := d.Comes().Opens("/follow").Says("reference", c.Reference, "code", c.Code).Is(200, home)
		lin.Opens(home+"/messages").Reads("有一方已答复", "等待发出").ReadsNot("邀请您参与协商", "我看过了")
		lin.Posts(home+"/messages", map[string][]string{"message_id": {messages().Text("items.1.id")}}) // another's, and without the form's keys
		if got := messages().Text("items.0.read_at"); got != "" {
			t.Errorf("read by somebody else: %s", got)
		}
		if got := d.As(d.Wang).Get("/cases/" + c.ID + "/messages"); got.Status != 404 {
			t.Errorf("a stranger: %d", got.Status)
		}
	})
}

// Who wants no messages, or has no way to get them, finds on the page that there is something.
func TestWithoutAWayTheMessageStandsOnThePage(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		k := invited(t, d)
		su := d.As(d.Su)
		su.Does(k.Case, "record-needs", housetest.M{"party_id": k.Applicant, "contact": "no_message"}).Is(200)
		k.chen.Opens(k.home()+"/answer").Says("consent", "agreed").Is(200, k.home()+"?done=agreed")
		k.lin.Opens(k.home()).Reads("有一方已答复", "只在这里", "请看本页")
		if sent := d.Messages(k.Case); len(sent) != 0 {
			t.Errorf("sent all the same: %v", sent)
		}
		k.chen.Opens(k.home()).Reads("邀请您参与协商", "信件", "已打印")
	})
}

// What an agent says that it has read is recorded as the agent's: staff see that the party itself has not said so, and the
// party may still say it.
func TestWhatAnAgentReadIsNotTheParty(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		k := invited(t, d)
		su := d.As(d.Su)
		su.Sees(k.Case)
		su.Does(k.Case, "add-helper", housetest.M{"party_id": k.Respondent, "kind": "agent", "name": "陈小妹", "relation": "妹妹", "id_number": "11010519700307238X",
			"scopes": []string{"apply_end"}, "dated": d.Today(), "signature_kind": "wet_ink"}).Is(200)
		sister := k.Last.Text("helpers.0.id")
		letter := su.Post("/cases/"+k.ID+"/invitations", housetest.M{"party_id": k.Respondent, "helper_id": sister, "channel": "letter"}).Is(201)
		message := func(field string) string {
			return d.As(d.Su).Get("/cases/" + k.ID + "/messages").Is(200).Text("items.0." + field)
		}
		her := d.Comes().Opens("/follow").Says("reference", letter.Text("letter.reference"), "code", letter.Text("letter.code"))
		her.Says().Is(200, k.home()+"?done=read").Reads("您看过了").ReadsNot("我看过了")
		if message("kind") != "invitation" || message("read_at") == "" || message("read_by_helper") != sister {
			t.Errorf("read by %q, want the agent %s", message("read_by_helper"), sister)
		}
		desk := d.Enters(d.Su).Opens("/desk/cases/" + k.ID).Reads("陈小妹（代为办理）看过了").ReadsNot("当事人已看过")
		k.chen.Opens(k.home()).Reads("代您办理的人看过了", "我看过了").Says().Is(200, k.home()+"?done=read").Reads("您看过了").ReadsNot("我看过了")
		if message("read_by_helper") != "" || message("read_at") == "" {
			t.Errorf("read by the party itself: %q", message("read_by_helper"))
		}
		desk.Opens("/desk/cases/" + k.ID).Reads("当事人已看过").ReadsNot("代为办理")
		her.Opens(k.home()).Reads("当事人看过了").ReadsNot("我看过了")
	})
}
