package casework_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
)

// known has a case at Home with codes for both sides.
type known struct {
	*housetest.Case
	lin, chen *reader
}

// invited files a case and lets both sides in by their codes.
func (d *doorstep) invited() *known {
	d.t.Helper()
	k := &known{Case: d.As(nil).Files()}
	su := d.As(d.Su)
	su.Does(k.Case, "ask-consent", nil).Is(200)
	letter := su.Post("/cases/"+k.ID+"/invitations", housetest.M{"party_id": k.Respondent, "channel": "letter"})
	letter.Is(201)
	k.lin, k.chen = d.comes(), d.comes()
	k.lin.opens("/follow").says("reference", k.Reference, "code", k.Code).is(200, "/mine/"+k.ID)
	k.chen.opens("/follow").says("reference", k.Reference, "code", letter.Text("letter.code")).is(200, "/mine/"+k.ID)
	su.Sees(k.Case)
	return k
}

func (k *known) home() string { return "/mine/" + k.ID }

func TestTheOtherSideAnswersFreely(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		k := d.invited()
		k.chen.reads("愿不愿意，由您决定", "答复：愿不愿意调解", "希望您在", "（您）").readsNot("漏水", "天花板", "13800138000", "撤回申请")
		k.chen.opens(k.home()+"/answer").reads("陈志强，您好", "没有说谁对谁错", "邻里", "林秀英").readsNot("漏水")
		k.chen.says().is(422, k.home()+"/answer").reads("请选择愿意或者不愿意")
		k.chen.says("consent", "refused").is(200, k.home()+"/refuse").reads("可以不选", "没有人会因此责怪您")
		k.chen.says("reason", "D7").is(200, k.home()+"?done=refused_unsafe").reads("110", "没有受理", "有一方不愿意调解", "我改变主意了")
		k.lin.opens(k.home()).reads("没有受理", "陈志强不愿意调解").readsNot("不安全", "我改变主意了")
		k.chen.opens(k.home()+"/reconsider").says().is(200, k.home()+"?done=reconsidered").reads("您已经表示愿意调解")
		k.lin.opens(k.home()+"/answer").says("consent", "agreed").is(200, k.home()+"?done=agreed")
		d.As(d.Su).Sees(k.Case)
		d.As(d.Su).Does(k.Case, "accept", nil).Is(200)
		k.chen.opens(k.home()).reads("已经受理", "要求停止调解").readsNot("答复：愿不愿意调解")
		k.chen.opens(k.home()+"/answer").is(200, k.home()) // no longer asked
	})
}

// met brings an invited case to its first session.
func (k *known) met(d *doorstep) {
	d.t.Helper()
	su := d.As(d.Su)
	for _, p := range []string{k.Applicant, k.Respondent} {
		su.Does(k.Case, "record-consent", housetest.M{"party_id": p, "consent": "agreed", "channel": "phone"}).Is(200)
	}
	su.Does(k.Case, "accept", nil).Is(200)
	su.Does(k.Case, "assign", housetest.M{"host_mediator_id": d.Su.Mediator, "chosen_by": "parties"}).Is(200)
	su.Does(k.Case, "give-notice", housetest.M{"party_ids": []string{k.Applicant, k.Respondent}, "manner": "oral"}).Is(200)
	su.Does(k.Case, "open-session", k.Sitting()).Is(200)
}

func TestAPartyAsksForAnotherMediatorWithoutAReason(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		k := d.invited()
		k.met(d)
		k.chen.opens(k.home()).reads("苏惠敏", "谈过几次", "社区调解室", "要求换调解员").readsNot("双方陈述", "继续协商")
		k.chen.opens(k.home()+"/mediator").reads("不用说原因", "苏惠敏").says().is(422, k.home()+"/mediator").reads("请选择要换哪一位")
		k.chen.says("mediator_id", d.Su.Mediator.String()).is(200, k.home()+"?done=recused").reads("按您的要求").readsNot("苏惠敏")
		k.lin.opens(k.home()).reads("按陈志强的要求")
	})
}

func TestEitherPartyEndsItAtOnce(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		k := d.invited()
		k.met(d)
		k.chen.opens(k.home()+"/end").reads("谁也不能拦您").says().is(200, k.home()+"?done=ended").reads("已经办完", "有一方要求停止", "人民法院起诉")
		k.chen.opens(k.home()+"/end").is(200, k.home())
		k.lin.opens(k.home()).reads("陈志强要求停止")

		mine := d.invited()
		mine.chen.opens(mine.home()).readsNot("撤回申请")
		if mine.chen.opens(mine.home() + "/withdraw"); mine.chen.Status != http.StatusForbidden {
			t.Errorf("the other side withdraws: %d", mine.chen.Status)
		}
		mine.lin.opens(mine.home()+"/withdraw").says().is(200, mine.home()+"?done=withdrawn").reads("您撤回了申请")
	})
}

func TestAPartySignsWhatItRead(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		k := d.invited()
		k.met(d)
		su := d.As(d.Su)
		su.Does(k.Case, "fix-agreement", k.Terms()).Is(200)
		hash := k.Last.Text("agreements.0.text_hash")
		k.lin.opens(k.home()).reads("看协议，签字", "陈志强 付给 林秀英 1,800.00 元", "微信转账", "还缺：")
		k.chen.opens(k.home()+"/sign").reads("陈志强赔偿林秀英粉刷费用").says().is(409, k.home()+"/sign").reads("没有登记您的手机号码")
		k.lin.opens(k.home()+"/sign").says().is(200, k.home()+"/sign/code").reads("陈志强赔偿林秀英粉刷费用")
		sent := town.LastMessage(k.Case, "signing_code")
		k.lin.says("code", "").is(422, k.home()+"/sign/code").reads("请填写发到您手机上的验证码")
		k.lin.says("code", "000000").is(422, k.home()+"/sign/code").reads("验证码不对")
		action, values := k.lin.form()
		values.Set("text_hash", strings.Repeat("0", 64))
		values.Set("code", sent)
		k.lin.posts(action, values).is(409, k.home()+"/sign/code").reads("协议内容与您看到的不同")
		k.lin.says("code", sent).is(200, k.home()+"?done=signed").reads("您已经签字", "您签了字").readsNot("看协议，签字")
		for _, who := range []housetest.M{{"party_id": k.Respondent}, {"mediator_id": d.Su.Mediator}, {"seal": true}} {
			who["kind"], who["text_hash"] = "wet_ink", hash
			su.Sees(k.Case)
			su.Does(k.Case, "sign", who).Is(200)
		}
		k.chen.opens(k.home()).reads("协议生效", "告诉我们：做到了吗", "生效。")
		k.performs(d)
	})
}

// performs: both sides say how the promise was kept.
func (k *known) performs(d *doorstep) {
	d.t.Helper()
	promise := d.As(d.Su).Sees(k.Case).Text("obligations.0.id")
	k.chen.opens(k.home()+"/performance").says("obligation_id", promise, "on", "").is(422, k.home()+"/performance").reads("请填写日期", "请选择做到了没有")
	k.chen.says("obligation_id", promise, "on", "2026-03-06", "state", "unperformed").is(422, k.home()+"/performance").reads("还没有到期")
	k.chen.says("obligation_id", promise, "on", "2026-03-06", "state", "performed").is(200, k.home()+"?done=performed").reads("您说了约定做到没有")
	if got := d.As(d.Su).Sees(k.Case).Text("obligations.0.confirmed_by"); got != "debtor" {
		d.t.Errorf("confirmed by %q, want the debtor", got)
	}
	k.lin.opens(k.home()+"/performance").says("obligation_id", promise, "on", "2026-03-06", "state", "partly").is(200, k.home()+"?done=unperformed").reads("调解员会看到", "做到一部分")
	if got := d.As(d.Su).Sees(k.Case).Text("obligations.0.confirmed_by"); got != "creditor" {
		d.t.Errorf("confirmed by %q, want the creditor", got)
	}
}

var pixel = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82")

func TestAPartyHandsInAPhoto(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		k := d.invited()
		k.lin.opens(k.home()+"/attach").says("kind", "1").is(422, k.home()+"/attach").reads("请选择一张照片", `value="1" checked`)
		k.lin.opens(k.home()+"/attach").uploads("页面.html", []byte("<html><script>"), "kind", "2").is(422, k.home()+"/attach").reads("不能上传网页")
		k.lin.opens(k.home()+"/attach").uploads("天花板.png", pixel, "kind", "2").is(200, k.home()+"?done=attached").reads("天花板.png", "您交了一份材料")
		k.chen.opens(k.home()).readsNot("天花板.png", "交了一份材料")
		link := regexp.MustCompile(`/mine/[^"]+/files/[0-9a-f-]+`).FindString(k.lin.Page)
		k.lin.opens(link)
		if k.lin.Status != 200 || !strings.HasPrefix(k.lin.Page, "\x89PNG") {
			t.Errorf("download: %d", k.lin.Status)
		}
		k.chen.opens(link)
		if k.chen.Status != 404 {
			t.Errorf("the other side's download: %d", k.chen.Status)
		}
	})
}

func TestASignedInResidentHasAList(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		lin := d.comes()
		lin.opens("/sign-in").says("login", "lin", "password", housetest.Password)
		lin.opens("/mine").reads("还没有您的事")
		lin.tells().says().is(200, "/file/done").reads("现在就看看")
		own := regexp.MustCompile(`href="(/mine/[0-9a-f-]+)"`).FindStringSubmatch(lin.Page)[1]
		lin.opens("/mine").reads("关于邻里的事", "已经收到").opens(own).is(200, own).reads("您申请了调解")
		wang := d.comes()
		wang.opens("/sign-in").says("login", "wang", "password", housetest.Password)
		if wang.opens(own); wang.Status != 404 {
			t.Errorf("a stranger: %d", wang.Status)
		}
		su := d.comes()
		su.opens("/sign-in").says("login", "su", "password", housetest.Password)
		if su.opens(own); su.Status != 404 {
			t.Errorf("staff have their own pages: %d", su.Status)
		}
		for _, path := range []string{"/mine/x", own + "/files/x", "/mine?cursor=x"} {
			if lin.opens(path); lin.Status != 404 {
				t.Errorf("%s: %d", path, lin.Status)
			}
		}
	})
}

func TestAPartyByCodeFilesSomethingOfItsOwn(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		k := d.invited()
		k.chen.tells().says().is(200, "/file/done").says().reads("您申请了调解")
		id := strings.TrimPrefix(k.chen.at, "/mine/")
		if id == k.ID {
			t.Fatal("led to the other case")
		}
		if got := d.As(d.Zheng).Get("/cases/" + id + "/timeline").Text("items.0.role"); got != "applicant" {
			t.Errorf("filed as %q", got)
		}
	})
}

func TestCodesThatAreWrongOrGone(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		c := d.As(nil).Files()
		r := d.comes()
		r.opens("/follow").says("reference", c.Reference, "code", "WRONG").is(422, "/follow").reads("错误：", "编号或查询码不对", `value="WRONG"`, "/follow/lost")
		for range 5 {
			r.opens("/follow").says("reference", c.Reference, "code", "WRONG")
		}
		r.opens("/follow").says("reference", c.Reference, "code", c.Code).is(200, "/mine/"+c.ID) // nobody was shut out by the wrong ones
		r.opens("/follow/lost").reads("补发", "12348")
	})
}

func TestEveryPageInEnglish(t *testing.T) {
	t.Parallel()
	town := housetest.New(t, dbtest.New(t, "sqlite"))
	d := onDoorstep(t, town)
	k := d.invited()
	k.met(d)
	d.As(d.Su).Does(k.Case, "fix-agreement", k.Terms()).Is(200)
	english := &http.Cookie{Name: "fengqiao-lang", Value: "en"}
	u, err := url.Parse(d.base)
	if err != nil {
		t.Fatal(err)
	}
	k.lin.client.Jar.SetCookies(u, []*http.Cookie{english})
	d.t = t
	for _, path := range []string{"", "/sign", "/sign/code", "/attach", "/end", "/withdraw"} {
		if k.lin.opens(k.home()+path).Status != 200 {
			t.Errorf("%s: %d", path, k.lin.Status)
		}
		k.lin.reads(`<html lang="en"`)
	}
	r := d.comes(english)
	r.tells2english(t)
}

// tells2english looks at the filing pages in English.
func (r *reader) tells2english(t *testing.T) {
	t.Helper()
	r.opens("/file/place").says("area_code", "350527000000").is(200, "/file/about")
	for _, path := range []string{"/file", "/file/not-for-us", "/file/place", "/file/about", "/file/facts", "/file/wish", "/file/you", "/file/other",
		"/file/title", "/file/check", "/file/forget", "/file/done", "/follow", "/follow/lost"} {
		if r.opens(path).Status != 200 {
			t.Errorf("%s: %d", path, r.Status)
		}
		r.reads(`<html lang="en"`)
	}
}
