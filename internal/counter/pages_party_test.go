package counter_test

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
	"fengqiao/internal/page"
	"fengqiao/internal/receipt"
)

// known has a case at Home with codes for both sides.
type known struct {
	*housetest.Case
	lin, chen *housetest.Reader
}

// invited files a case and lets both sides in by their codes.
func invited(t *testing.T, d *housetest.Doorstep) *known {
	t.Helper()
	k := &known{Case: d.As(nil).Files()}
	su := d.As(d.Su)
	su.Does(k.Case, "ask-consent", nil).Is(200)
	letter := su.Post("/cases/"+k.ID+"/invitations", housetest.M{"party_id": k.Respondent, "channel": "letter"})
	letter.Is(201)
	k.lin, k.chen = d.Comes(), d.Comes()
	k.lin.Opens("/follow").Says("reference", k.Reference, "code", k.Code).Is(200, "/mine/"+k.ID)
	k.chen.Opens("/follow").Says("reference", k.Reference, "code", letter.Text("letter.code")).Is(200, "/mine/"+k.ID)
	su.Sees(k.Case)
	return k
}

func (k *known) home() string { return "/mine/" + k.ID }

func TestTheOtherSideAnswersFreely(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		k := invited(t, d)
		k.chen.Reads("愿不愿意，由您决定", "答复：愿不愿意调解", "希望您在", "（您）").ReadsNot("漏水", "天花板", "13800138000", "撤回申请")
		k.chen.Opens(k.home()+"/answer").Reads("陈志强，您好", "没有说谁对谁错", "邻里", "林秀英").ReadsNot("漏水")
		k.chen.Says().Is(422, k.home()+"/answer").Reads("请选择愿意或者不愿意")
		k.chen.Says("consent", "refused").Is(200, k.home()+"/refuse").Reads("可以不选", "没有人会因此责怪您")
		k.chen.Says("reason", "D7").Is(200, k.home()+"?done=refused_unsafe").Reads("110", "没有受理", "有一方不愿意调解", "我改变主意了")
		k.lin.Opens(k.home()).Reads("没有受理", "陈志强不愿意调解").ReadsNot("不安全", "我改变主意了")
		k.chen.Opens(k.home()+"/reconsider").Says().Is(200, k.home()+"?done=reconsidered").Reads("您已经表示愿意调解")
		k.lin.Opens(k.home()+"/answer").Says("consent", "agreed").Is(200, k.home()+"?done=agreed")
		d.As(d.Su).Sees(k.Case)
		d.As(d.Su).Does(k.Case, "accept", nil).Is(200)
		k.chen.Opens(k.home()).Reads("已经受理", "要求停止调解").ReadsNot("答复：愿不愿意调解")
		k.chen.Opens(k.home()+"/answer").Is(200, k.home()) // no longer asked
	})
}

// met brings an invited case to its first session.
func (k *known) met(t *testing.T, d *housetest.Doorstep) {
	t.Helper()
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
		d := housetest.OnDoorstep(town)
		k := invited(t, d)
		k.met(t, d)
		k.chen.Opens(k.home()).Reads("苏惠敏", "谈过几次", "社区调解室", "要求换调解员").ReadsNot("双方陈述", "继续协商")
		k.chen.Opens(k.home()+"/mediator").Reads("不用说原因", "苏惠敏").Says().Is(422, k.home()+"/mediator").Reads("请选择要换哪一位")
		k.chen.Says("mediator_id", d.Su.Mediator.String()).Is(200, k.home()+"?done=recused").Reads("按您的要求").ReadsNot("苏惠敏")
		k.lin.Opens(k.home()).Reads("按陈志强的要求")
	})
}

func TestEitherPartyEndsItAtOnce(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		k := invited(t, d)
		k.met(t, d)
		k.chen.Opens(k.home()+"/end").Reads("谁也不能拦您").Says().Is(200, k.home()+"?done=ended").Reads("已经办完", "有一方要求停止", "人民法院起诉")
		k.chen.Opens(k.home()+"/end").Is(200, k.home())
		k.lin.Opens(k.home()).Reads("陈志强要求停止")

		mine := invited(t, d)
		mine.chen.Opens(mine.home()).ReadsNot("撤回申请")
		if mine.chen.Opens(mine.home() + "/withdraw"); mine.chen.Status != http.StatusForbidden {
			t.Errorf("the other side withdraws: %d", mine.chen.Status)
		}
		mine.lin.Opens(mine.home()+"/withdraw").Says().Is(200, mine.home()+"?done=withdrawn").Reads("您撤回了申请")
	})
}

func TestAPartySignsWhatItRead(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		k := invited(t, d)
		k.met(t, d)
		su := d.As(d.Su)
		su.Does(k.Case, "fix-agreement", k.Terms()).Is(200)
		hash := k.Last.Text("agreements.0.text_hash")
		k.lin.Opens(k.home()).Reads("看协议，签字", "陈志强 付给 林秀英 1,800.00 元", "微信转账", "还缺：")
		k.chen.Opens(k.home()+"/sign").Reads("陈志强赔偿林秀英粉刷费用").Says().Is(409, k.home()+"/sign").Reads("没有登记您的手机号码")
		k.lin.Opens(k.home()+"/sign").Says().Is(200, k.home()+"/sign/code").Reads("陈志强赔偿林秀英粉刷费用")
		sent := town.LastMessage(k.Case, "signing_code")
		k.lin.Says("code", sent).Is(422, k.home()+"/sign/code").Reads("请写下您的姓名，或在框里签名")
		k.lin.Says("name", "陈志强", "code", sent).Is(422, k.home()+"/sign/code").Reads("请填写协议上的姓名：林秀英")
		k.lin.Says("name", "林秀英", "code", "").Is(422, k.home()+"/sign/code").Reads("请填写发给您的验证码")
		k.lin.Says("name", "林秀英", "code", "000000").Is(422, k.home()+"/sign/code").Reads("验证码不对")
		action, values := k.lin.Form()
		values.Set("text_hash", strings.Repeat("0", 64))
		values.Set("name", "林秀英")
		values.Set("code", sent)
		k.lin.Posts(action, values).Is(409, k.home()+"/sign/code").Reads("协议内容与您看到的不同")
		k.lin.Says("name", " 林 秀英", "code", sent).Is(200, k.home()+"?done=signed").Reads("您已经签字", "您签了字").ReadsNot("看协议，签字")
		for _, who := range []housetest.M{{"party_id": k.Respondent}, {"mediator_id": d.Su.Mediator}, {"seal": true}} {
			who["kind"], who["text_hash"] = "wet_ink", hash
			su.Sees(k.Case)
			su.Does(k.Case, "sign", who).Is(200)
		}
		k.chen.Opens(k.home()).Reads("协议生效", "告诉我们：做到了吗", "生效。")
		k.performs(t, d)
	})
}

// Whoever joins a case whose agreement is mediated again reads nothing of it on their page, and is none of those between whom it is
// (P4).
func TestP4_WhoJoinsLaterSeesTheirOwnPage(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		su := d.As(d.Su)
		c := d.As(d.Lin).Files()
		su.Performed(c, d.Su)
		su.Does(c, "close", nil).Is(http.StatusOK)
		both := []string{c.Applicant, c.Respondent}
		su.Does(c, "remediate", housetest.M{"ground": "unfair", "reason": "对方反映显失公平", "consents": both}).Is(http.StatusOK)
		su.Does(c, "add-party", housetest.M{"name": "吴建国", "phone_reason": "不知道", "reason": "共有人"}).Is(http.StatusOK)
		chen := su.Post("/cases/"+c.ID+"/invitations", housetest.M{"party_id": both[1], "channel": "letter"}).Is(http.StatusCreated).Text("letter.code")
		code := su.Post("/cases/"+c.ID+"/invitations", housetest.M{"party_id": c.Last.Text("parties.2.id"), "channel": "letter"}).Is(http.StatusCreated).Text("letter.code")
		for _, closed := range []bool{false, true} {
			if closed {
				su.Sees(c)
				su.Does(c, "terminate", housetest.M{"reason": "T1", "guidance": "可以起诉。"}).Is(http.StatusOK)
			}
			wu := d.Comes()
			wu.Opens("/follow").Says("reference", c.Reference, "code", code).Is(http.StatusOK, "/mine/"+c.ID)
			wu.Reads("吴建国", "林秀英", "陈志强").ReadsNot("粉刷", "1,800.00", "做到了吗", "哪些人之间的协议")
			one := d.Comes()
			one.Opens("/follow").Says("reference", c.Reference, "code", chen).Is(http.StatusOK, "/mine/"+c.ID)
			if _, terms, found := strings.Cut(one.Text(), "哪些人之间的协议"); !found || strings.Contains(strings.Split(terms, "粉刷")[0], "吴建国") {
				t.Error("the agreement is not told, or names whoever joined later")
			}
		}
	})
}

// A signature drawn in the page is kept as it was drawn, sealed, and the other side sees it once the paper is everybody's.
func TestAPartySignsByHand(t *testing.T) {
	t.Parallel()
	const hand = "M10 20 L12 24 L15 30 L18 40 L22 50 L26 60 M80 20 L82 30 L84 44 L86 60 L88 70 L92 81 L97 90 L100 99"
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		k := invited(t, d)
		k.met(t, d)
		su := d.As(d.Su)
		su.Does(k.Case, "fix-agreement", k.Terms()).Is(200)
		hash := k.Last.Text("agreements.0.text_hash")
		k.lin.Opens(k.home()+"/sign").Says().Is(200, k.home()+"/sign/code")
		sent := town.LastMessage(k.Case, "signing_code")
		draws := func(path string) *housetest.Reader {
			action, values := k.lin.Form()
			values.Set("drawing", path)
			values.Set("code", sent)
			return k.lin.Posts(action, values)
		}
		draws("M1 1 L2 2").Is(422, k.home()+"/sign/code").Reads("签名太短")
		for _, bad := range []string{"M10 20 C1 2 3 4", strings.Replace(hand, "L12 24", "L601 24", 1), strings.Replace(hand, "L12 24", "L12 201", 1), hand + "\"><script>"} {
			draws(bad).Is(422, k.home()+"/sign/code").Reads("手写")
		}
		draws(hand).Is(200, k.home()+"?done=signed").Reads("您已经签字")
		var sealed []byte
		pool, err := town.Store.Pool()
		if err == nil {
			err = pool.QueryRowContext(t.Context(), "SELECT drawing_sealed FROM signatures WHERE drawing_sealed IS NOT NULL").Scan(&sealed)
		}
		if err != nil || bytes.Contains(sealed, []byte("L12 24")) {
			t.Errorf("%v: %q", err, sealed)
		}
		if got := su.Sees(k.Case).Text("agreements.0.signatures.0.drawing"); got != hand {
			t.Errorf("the mediator sees %q", got)
		}
		k.lin.Opens(k.home()).Reads(`<path d="` + hand)
		k.chen.Opens(k.home()).ReadsNot(hand)
		for _, who := range []housetest.M{{"party_id": k.Respondent}, {"mediator_id": d.Su.Mediator}, {"seal": true}} {
			who["kind"], who["text_hash"] = "wet_ink", hash
			su.Sees(k.Case)
			su.Does(k.Case, "sign", who).Is(200)
		}
		k.chen.Opens(k.home()).Reads(`<path d="` + hand)
	})
}

// performs: both sides say how the promise was kept.
func (k *known) performs(t *testing.T, d *housetest.Doorstep) {
	t.Helper()
	promise := d.As(d.Su).Sees(k.Case).Text("obligations.0.id")
	k.chen.Opens(k.home()+"/performance").Says("obligation_id", promise, "on", "").Is(422, k.home()+"/performance").Reads("请填写日期", "请选择做到了没有")
	k.chen.Says("obligation_id", promise, "on", "2026-03-06", "state", "unperformed").Is(422, k.home()+"/performance").Reads("还没有到期")
	k.chen.Says("obligation_id", promise, "on", "2026-03-06", "state", "performed").Is(200, k.home()+"?done=performed").Reads("您说了约定做到没有")
	if got := d.As(d.Su).Sees(k.Case).Text("obligations.0.confirmed_by"); got != "debtor" {
		t.Errorf("confirmed by %q, want the debtor", got)
	}
	k.lin.Opens(k.home()+"/performance").Says("obligation_id", promise, "on", "2026-03-06", "state", "partly").Is(200, k.home()+"?done=unperformed").Reads("调解员会看到", "做到一部分")
	if got := d.As(d.Su).Sees(k.Case).Text("obligations.0.confirmed_by"); got != "creditor" {
		t.Errorf("confirmed by %q, want the creditor", got)
	}
	k.chen.Opens(k.home()+"/performance").Says("obligation_id", promise, "on", "2026-03-06", "state", "partly").Is(409, k.home()+"/performance").Reads("对方说还没有做到")
	k.chen.Says("obligation_id", promise, "on", "2026-03-06", "state", "performed").Is(200, k.home()+"?done=performed")
	k.lin.Opens(k.home()).Reads("说是做到了，等对方确认") // one side's word is not told as a fact
	k.lin.Opens(k.home()+"/performance").Says("obligation_id", promise, "on", "2026-03-06", "state", "performed").Is(200, k.home()+"?done=performed")
	k.chen.Opens(k.home()+"/performance").Is(200, k.home()) // nothing is left to say
}

var pixel = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82")

func TestAPartyHandsInAPhoto(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		k := invited(t, d)
		k.lin.Opens(k.home()+"/attach").Says("kind", "1").Is(422, k.home()+"/attach").Reads("请选择一张照片", `value="1" checked`)
		k.lin.Opens(k.home()+"/attach").Uploads("页面.html", []byte("<html><script>"), "kind", "2").Is(422, k.home()+"/attach").Reads("不能上传网页")
		k.lin.Opens(k.home()+"/attach").Uploads("天花板.png", pixel, "kind", "2").Is(200, k.home()+"?done=attached").Reads("天花板.png", "您交了一份材料")
		k.chen.Opens(k.home()).ReadsNot("天花板.png", "交了一份材料")
		link := regexp.MustCompile(`/mine/[^"]+/files/[0-9a-f-]+`).FindString(k.lin.Page)
		k.lin.Opens(link)
		if k.lin.Status != 200 || !strings.HasPrefix(k.lin.Page, "\x89PNG") {
			t.Errorf("download: %d", k.lin.Status)
		}
		k.chen.Opens(link)
		if k.chen.Status != 404 {
			t.Errorf("the other side's download: %d", k.chen.Status)
		}
	})
}

func TestASignedInResidentHasAList(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		lin := d.Comes()
		lin.Opens("/sign-in").Says("login", "lin", "password", housetest.Password)
		lin.Opens("/mine").Reads("还没有您的事")
		lin.Tells().Says().Is(200, "/file/done").Reads("现在就看看")
		own := regexp.MustCompile(`href="(/mine/[0-9a-f-]+)"`).FindStringSubmatch(lin.Page)[1]
		lin.Opens("/mine").Reads("关于邻里的事", "已经收到").Opens(own).Is(200, own).Reads("您申请了调解")
		wang := d.Comes()
		wang.Opens("/sign-in").Says("login", "wang", "password", housetest.Password)
		if wang.Opens(own); wang.Status != 404 {
			t.Errorf("a stranger: %d", wang.Status)
		}
		su := d.Comes()
		su.Opens("/sign-in").Says("login", "su", "password", housetest.Password)
		if su.Opens(own); su.Status != 404 {
			t.Errorf("staff have their own pages: %d", su.Status)
		}
		for _, path := range []string{"/mine/x", own + "/files/x", "/mine?cursor=x"} {
			if lin.Opens(path); lin.Status != 404 {
				t.Errorf("%s: %d", path, lin.Status)
			}
		}
	})
}

func TestAPartyByCodeFilesSomethingOfItsOwn(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		k := invited(t, d)
		k.chen.Tells().Says().Is(200, "/file/done").Says().Reads("您申请了调解")
		id := strings.TrimPrefix(k.chen.At, "/mine/")
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
		d := housetest.OnDoorstep(town)
		c := d.As(nil).Files()
		r := d.Comes()
		r.Opens("/follow").Says("reference", c.Reference, "code", "WRONG").Is(422, "/follow").Reads("错误：", "编号或查询码不对", `value="WRONG"`, "/follow/lost")
		for range 4 {
			r.Opens("/follow").Says("reference", c.Reference, "code", "WRONG")
		}
		r.Opens("/follow").Says("reference", c.Reference, "code", c.Code).Is(200, "/mine/"+c.ID) // nobody was shut out by the wrong ones
		r.Opens("/follow/lost").Reads("补发", "12348")
	})
}

func TestEveryPageInEnglish(t *testing.T) {
	t.Parallel()
	town := housetest.New(t, dbtest.Only(t, "sqlite"))
	d := housetest.OnDoorstep(town)
	k := invited(t, d)
	k.met(t, d)
	d.As(d.Su).Does(k.Case, "fix-agreement", k.Terms()).Is(200)
	english := &http.Cookie{Name: "fengqiao-lang", Value: "en"}
	k.lin.Takes(english)
	for _, path := range []string{k.home(), k.home() + "/sign", k.home() + "/sign/code", k.home() + "/attach", k.home() + "/end", k.home() + "/withdraw", "/follow", "/follow/lost"} {
		if k.lin.Opens(path).Status != 200 {
			t.Errorf("%s: %d", path, k.lin.Status)
		}
		k.lin.Reads(`<html lang="en"`)
	}
}

// Who acts for a party is told so at the top, and the party reads who did what for it.
func TestAnAgentActsVisiblyForTheParty(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		k := invited(t, d)
		su := d.As(d.Su)
		su.Sees(k.Case)
		su.Does(k.Case, "add-helper", housetest.M{"party_id": k.Respondent, "kind": "agent", "name": "陈小妹", "relation": "妹妹", "id_number": "11010519700307238X",
			"scopes": []string{"apply_end"}, "dated": d.Today(), "signature_kind": "wet_ink"}).Is(200)
		letter := su.Post("/cases/"+k.ID+"/invitations", housetest.M{"party_id": k.Respondent, "helper_id": k.Last.Text("helpers.0.id"), "channel": "letter"}).Is(201)
		sister := d.Comes().Opens("/follow").Says("reference", letter.Text("letter.reference"), "code", letter.Text("letter.code"))
		sister.Reads("您正在代 陈志强 办理").ReadsNot("要求换调解员")
		sister.Opens(k.home()+"/answer").Says("consent", "agreed").Reads("您作了答复")
		k.chen.Opens(k.home()).Reads("由 陈小妹 代您办理", "陈小妹 · 代理人 · 妹妹").ReadsNot("您正在代")
		k.lin.Opens(k.home()).ReadsNot("陈小妹")
	})
}

// Both sides read the same check code to each other, and take the same record home under a name that says nothing.
func TestBothSidesTakeTheReceiptHome(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		k := invited(t, housetest.OnDoorstep(town))
		code := regexp.MustCompile(`[0-9a-f]{4} [0-9a-f]{4} [0-9a-f]{4} [0-9a-f]{4}`)
		var codes []string
		for _, side := range []*housetest.Reader{k.lin, k.chen} {
			side.Opens(k.home()).Reads("下载办理凭证", "查看凭证说明")
			page := side.Opens(k.home()+"/receipt").Is(200, k.home()+"/receipt").Reads("办理凭证", k.Reference[:4]+"-"+k.Reference[4:], "已记录的步骤", "核对码", "怎样核对", "2026年3月6日")
			page.ReadsNot("林秀英", "陈志强", "漏水", "13800138000")
			codes = append(codes, code.FindString(page.Text()))
		}
		if codes[0] == "" || codes[0] != codes[1] {
			t.Errorf("they read to each other: %q", codes)
		}
		got := town.Party(k.Case, k.Code).Page("GET", k.home()+"/receipt/file", nil).Is(200)
		checked, err := receipt.Verify(got.Body, nil)
		if err != nil || receipt.Aloud(checked.Head) != codes[0] {
			t.Errorf("%v: %s", err, got.Body)
		}
		if name := got.Header.Get("Content-Disposition"); !strings.Contains(name, "fengqiao-"+strings.ReplaceAll(k.Reference, "-", "")+".json") || !strings.HasPrefix(name, "attachment") {
			t.Error(name)
		}
		k.scans(t, town, checked)
		for _, path := range []string{"/receipt", "/receipt/file"} {
			town.As(town.Su).Page("GET", k.home()+path, nil).Is(404)
			town.As(town.Wang).Page("GET", k.home()+path, nil).Is(404)
			if a := town.As(nil).Page("GET", k.home()+path, nil); a.Status != http.StatusSeeOther {
				t.Errorf("%s to a stranger: %d", path, a.Status)
			}
		}
	})
}

// scans looks whether the code on the page is the one of the head that is shown, and holds for whoever has the published key.
func (k *known) scans(t *testing.T, town *housetest.Town, of receipt.Checked) {
	t.Helper()
	slip, err := receipt.VerifySlip([]byte(receipt.SlipOf(of.Receipt, town.App.Signer)), town.App.Signer.Public())
	if err != nil || of.ExtendSlip(slip) != nil || slip.Version != of.Version {
		t.Fatalf("%+v, %v", slip, err)
	}
	drawn, err := page.QR(receipt.SlipOf(of.Receipt, town.App.Signer), "")
	if err != nil {
		t.Fatal(err)
	}
	_, path, _ := strings.Cut(string(drawn), " d=")
	if got := town.Party(k.Case, k.Code).Page("GET", k.home()+"/receipt", nil).Is(200); !got.Holds(path) {
		t.Errorf("the page has no code of %v", slip)
	}
}
