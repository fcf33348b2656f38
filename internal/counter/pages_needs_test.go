package counter_test

import (
	"net/http"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

func TestAPartySaysHowItMayBeReachedAndWhoComesWithIt(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		k := invited(t, d)
		k.chen.Opens(k.home()+"/needs").Reads("可以怎样联系您", "随时可以发消息", "闽南语", "对方看不到")
		k.chen.Says("contact", "hours", "from_hour", "晚上", "to_hour", "21").Is(422, k.home()+"/needs").Reads("请填写整点")
		k.chen.Says("contact", "hours", "from_hour", "19", "to_hour", "21", "language", "闽南语", "help", "large_print", "hide_address", "yes").
			Is(200, k.home()+"?done=needs").Reads("以后照办", "记下了您的需要")
		k.chen.Opens(k.home()+"/needs").Reads(`value="19"`, `value="large_print" checked`, `value="闽南语"`, `value="hours" checked`)
		k.lin.Opens(k.home()).ReadsNot("记下了您的需要", "闽南语")
		k.chen.Opens(k.home()+"/needs").ReadsNot("nil").Says("contact", "any", "channel", "email", "email", "").Is(422, k.home()+"/needs").Reads("请填写电子邮箱")
		k.chen.Says("contact", "any", "channel", "email", "email", "chen@example.com").Is(200, k.home()+"?done=needs")
		k.chen.Opens(k.home()+"/needs").Reads(`value="email" checked`, `value="chen@example.com"`)

		k.chen.Opens(k.home() + "/companion").Reads("不能替您作决定")
		k.chen.Says("kind", "agent", "name", "陈小妹").Is(422, k.home()+"/companion").Reads("请选择陪同人或翻译")
		k.chen.Says("kind", "interpreter", "name", "蔡惠安").Is(422, k.home()+"/companion").Reads(`href="#f-language"`)
		k.chen.Says("kind", "companion", "name", "陈小妹", "relation", "妹妹").Is(200, k.home()+"?done=companion").Reads("陈小妹", "不再由某人陪同")
		k.lin.Opens(k.home()).ReadsNot("陈小妹", "不再由某人陪同")
		k.chen.Opens(k.home()+"/alone").Says().Is(422, k.home()+"/alone").Reads("请选择是哪一位")
		k.chen.Says("helper_id", k.chen.Choice("陈小妹")).Is(200, k.home()+"?done=alone").ReadsNot("陈小妹 ·", "不再由某人陪同")
	})
}

func TestAPartySeesItsOwnMeetings(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		k := invited(t, d)
		k.met(t, d)
		su := d.As(d.Su)
		su.Does(k.Case, "schedule-session", housetest.M{"starts_at": "2026-03-09T01:30:00Z", "ends_at": "2026-03-09T02:30:00Z", "place": "少林社区调解室", "attending": []string{k.Applicant, k.Respondent}}).Is(200)
		su.Does(k.Case, "schedule-session", housetest.M{"kind": "caucus", "starts_at": "2026-03-10T01:30:00Z", "ends_at": "2026-03-10T02:30:00Z", "place": "林家", "attending": []string{k.Applicant}}).Is(200)
		alone := k.Last.Text("appointments.1.id")
		k.lin.Opens(k.home()).Reads("2026年3月9日 09:30", "2026年3月10日 09:30", "加到我的日历")
		k.chen.Opens(k.home()).Reads("2026年3月9日 09:30", "少林社区调解室").ReadsNot("2026年3月10日 09:30", "林家")
		own := k.home() + "/appointments/" + alone + "/calendar"
		k.lin.Opens(own).Is(200, own).Reads("BEGIN:VCALENDAR", "20260310T013000Z").ReadsNot("陈志强", "漏水")
		k.chen.Opens(own).Is(404, own)
	})
}

// Each side says on its own page whom it would like; where both name the same one, the chair's form has that one chosen.
func TestBothSidesChooseAMediator(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		k := invited(t, d)
		for _, party := range []string{k.Applicant, k.Respondent} {
			d.As(d.Su).Does(k.Case, "record-consent", housetest.M{"party_id": party, "consent": "agreed", "channel": "phone"}).Is(200)
		}
		d.As(d.Su).Does(k.Case, "accept", nil).Is(200)
		k.lin.Opens(k.home()).Reads("选调解员")
		k.lin.Opens(k.home()+"/choose").Says().Is(422, k.home()+"/choose").Reads("请选择一位")
		k.lin.Says("mediator_id", k.lin.Choice(d.Su.Name)).Is(200, k.home()+"?done=chosen").Reads("已经记下您的选择", "记下了您希望由谁调解")
		k.chen.Opens(k.home()+"/choose").Says("mediator_id", k.chen.Choice(d.Su.Name)).Is(200, k.home()+"?done=chosen").ReadsNot("林秀英 选了")
		su := "/desk/cases/" + k.ID
		d.Enters(d.Zheng).Opens(su+"/assign").Is(200, su+"/assign").Reads("林秀英、陈志强 选了这位", `value="`+d.Su.Mediator.String()+`" checked`)
		d.As(d.Su).Sees(k.Case)
		d.As(d.Su).Does(k.Case, "assign", housetest.M{"host_mediator_id": d.Su.Mediator, "co_mediator_ids": []string{}, "chosen_by": "parties"}).Is(200)
		k.lin.Opens(k.home()).ReadsNot("选调解员").Reads("要求换调解员")
	})
}

// The language of the page on which a party first comes is that of its messages, until it says otherwise.
func TestAPartyIsWrittenToAsItReads(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		english := &http.Cookie{Name: "fengqiao-lang", Value: "en"}
		c := d.As(nil).Files()
		su := d.As(d.Su)
		su.Sees(c)
		su.Does(c, "ask-consent", nil).Is(200)
		reads := func(party string) string { return su.Sees(c).Text("parties." + party + ".needs.reads") }
		invite := func() housetest.Answer {
			return su.Post("/cases/"+c.ID+"/invitations", housetest.M{"party_id": c.Respondent, "channel": "letter"}).Is(201)
		}
		letter, home := invite(), "/mine/"+c.ID
		if got := reads("1") + letter.Text("letter.reads") + c.Last.Text("parties.1.opened_at"); got != "zh-CN" {
			t.Errorf("before Chen came: %s", got)
		}
		chen := d.Comes(english).Opens("/follow").Says("reference", c.Reference, "code", letter.Text("letter.code")).Is(200, home)
		if got := reads("1"); got != "en" || c.Last.Text("parties.1.opened_at") == "" || reads("0") != "" {
			t.Errorf("Chen came in %q, Lin reads %q", got, reads("0"))
		}
		chen.Takes(&http.Cookie{Name: "fengqiao-lang", Value: "zh-CN"}).Opens(home).Is(200, home)
		if got := invite().Text("letter.reads"); got != "en" {
			t.Errorf("only the first time counts, but the letter is in %s", got)
		}
		chen.Opens("/follow").Says("reference", c.Reference, "code", invite().Text("letter.code")).Is(200, home)
		chen.Opens(home+"/needs").Reads(`value="en" checked`).Says("contact", "any", "reads", "fr").Is(422, home+"/needs").Reads("只能是中文")
		chen.Opens(home+"/needs").Says("contact", "any", "reads", "zh-CN").Is(200, home+"?done=needs")
		if got := invite().Text("letter.reads"); got != "zh-CN" {
			t.Errorf("Chen said so, but the letter is in %s", got)
		}
	})
}

// A session that was left open does not turn messages and codes to another address: whoever has an account shows again that it is them,
// and what they had written goes on from there. A party by code is not asked.
func TestT13_WhereMessagesGoChangesWithAFreshProof(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		c := town.As(town.Lin).Files()
		lin, needs := d.Enters(town.Lin), "/mine/"+c.ID+"/needs"
		api := town.Again(town.Lin).Plain()
		town.Later(20 * time.Minute)
		change := housetest.M{"language": "闽南语", "contact": "any", "email": "xin@example.cn", "channel": "email"}
		if a := api.Post("/cases/"+c.ID+"/record-needs", change); a.Status != http.StatusForbidden || a.Text("code") != "step_up" {
			t.Errorf("another address without a proof: %d %s", a.Status, a.Body)
		}
		api.Post("/cases/"+c.ID+"/record-needs", housetest.M{"language": "闽南语"}).Is(http.StatusOK)
		lin.Opens(needs).Says("language", "莆田话", "contact", "any", "channel", "sms").Is(http.StatusOK, "/mine/"+c.ID+"?done=needs") // the rest as the page has it: nothing goes elsewhere
		lin.Opens(needs).Says("language", "普通话", "contact", "any", "email", "xin@example.cn", "channel", "email").Is(http.StatusForbidden, needs).Reads("您刚才填写的内容都在")
		if seen := town.As(town.Lin).Get("/cases/" + c.ID).Is(http.StatusOK); seen.Holds("xin@example.cn") || !seen.Holds("莆田话") {
			t.Errorf("before the proof: %s", seen.Body)
		}
		lin.Says("_password", "not-my-password").Is(http.StatusUnprocessableEntity, needs).ReadsNot("not-my-password")
		lin.Says("_password", housetest.Password).Is(http.StatusOK, "/mine/"+c.ID+"?done=needs")
		if seen := town.As(town.Lin).Get("/cases/" + c.ID).Is(http.StatusOK); !seen.Holds("xin@example.cn") || !seen.Holds("普通话") {
			t.Errorf("after it: %s", seen.Body)
		}
		other := town.As(nil).Files()
		mine := town.Party(other, other.Code)
		town.Later(20 * time.Minute)
		mine.Post("/cases/"+other.ID+"/record-needs", change).Is(http.StatusOK)
	})
}
