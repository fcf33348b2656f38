package casework_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

// enters is somebody who signs in by the form, as a person would.
func (d *doorstep) enters(p *housetest.Person) *reader {
	d.t.Helper()
	r := d.comes().opens("/sign-in").says("login", p.Login, "password", housetest.Password)
	if r.Status != 200 || strings.HasPrefix(r.at, "/sign-in") {
		d.t.Fatalf("%s cannot sign in: %s", p.Login, r.text())
	}
	return r
}

// does opens the form of a step and sends it.
func (r *reader) does(c string, step string, pairs ...string) *reader {
	r.t.Helper()
	r.opens(c+"/"+step).is(200, c+"/"+step)
	r.says(pairs...)
	if r.Status != 200 {
		r.t.Fatalf("%s: %d: %s", step, r.Status, r.text())
	}
	return r
}

// filed is the mediator's filing of a leak, by one page.
func (r *reader) filed() string {
	r.t.Helper()
	r.opens("/desk/new").is(200, "/desk/new").reads("登记新纠纷", "窗口申请", "少林")
	r.says("source", "11", "category", "1306", "area_code", string(housetest.Shaolin), "title", "楼上漏水", "facts", "楼上卫生间漏水，天花板发霉。",
		"request", "请修好。", "difficulty", "1", "risk", "1", "applicant.kind", "person", "applicant.name", "林秀英", "applicant.phone", "13800138000",
		"respondents[0].kind", "person", "respondents[0].name", "陈志强", "respondents[0].phone_reason", "不知道")
	at, done, _ := strings.Cut(r.at, "?")
	if r.Status != 200 || done != "done=desk_filed" {
		r.t.Fatalf("filing: %d at %s: %s", r.Status, r.at, r.text())
	}
	return at
}

var partyOption = regexp.MustCompile(`value="((?:party:|mediator:)?[0-9a-f-]{36})"[^>]*><label[^>]*><span>([^<]+)`)

// choice finds the value of an option by its words.
func (r *reader) choice(words string) string {
	r.t.Helper()
	for _, m := range partyOption.FindAllStringSubmatch(r.Page, -1) {
		if m[2] == words {
			return m[1]
		}
	}
	r.t.Fatalf("%s offers no %q: %s", r.at, words, r.text())
	return ""
}

// agreed brings a case that was just filed to acceptance, by forms.
func (r *reader) agreed(c string) {
	r.t.Helper()
	r.does(c, "ask-consent").reads("待征得同意", "还没有记录对方当事人同意调解")
	r.opens(c + "/record-consent")
	r.does(c, "record-consent", "party_id", r.choice("陈志强"), "consent", "agreed", "channel", "phone").reads("已记下这位当事人的意见")
	r.does(c, "accept").reads("已受理", "（2026）少林人调字第0001号", "调解期限")
}

// met brings it to its first session.
func (r *reader) met(c string) {
	r.t.Helper()
	r.agreed(c)
	r.opens(c + "/assign")
	r.does(c, "assign", "host_mediator_id", r.choice("苏惠敏"), "co_mediator_ids", r.choice("洪国荣"), "chosen_by", "committee").reads("苏惠敏（主持）、洪国荣")
	r.opens(c+"/give-notice").reads("人民调解权利义务告知书", "要求终止调解")
	lin, chen := r.choice("林秀英"), r.choice("陈志强")
	r.does(c, "give-notice", "party_ids", lin, "party_ids", chen, "manner", "oral").reads("已告知")
	r.does(c, "open-session", "kind", "joint", "starts_at", "2026-03-06T09:30", "place", "社区调解室", "mode", "in_person", "attending", lin, "attending", chen,
		"record", "双方陈述。", "result", "同意协商", "risk", "1").reads("调解记录已保存", "社区调解室", "2026年3月6日 09:30")
}

// agreement is what the form of an agreement is filled with.
func (r *reader) agreement(c string) []string {
	r.t.Helper()
	r.opens(c + "/give-notice")
	lin, chen := r.choice("林秀英"), r.choice("陈志强")
	return []string{"facts", "卫生间渗水", "issues", "维修和赔偿", "clauses[0].text", "陈志强赔偿林秀英粉刷费用。", "clauses[0].obligation.kind", "pay",
		"clauses[0].obligation.debtor_party_id", chen, "clauses[0].obligation.creditor_party_id", lin, "clauses[0].obligation.amount_fen", "1,800",
		"clauses[0].obligation.due", "2026-03-16", "clauses[0].obligation.manner", "微信转账"}
}

func TestAMediatorWorksACaseFromFilingToArchiveByForms(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		su := d.enters(town.Su)
		su.is(200, "/desk").reads("现在没有要办的事", "登记新纠纷")
		c := su.filed()
		su.reads("楼上漏水", "已登记", "征求", "13800138000", "无电话：不知道", "漏水、返水")
		su.opens("/desk").reads("决定是否受理", "楼上漏水", "林秀英 与 陈志强")
		su.met(c)
		su.does(c, "fix-agreement", su.agreement(c)...).reads("协议已定稿", "还缺", "林秀英签名", "调委会印章", "1,800.00 元")
		for _, who := range []string{"林秀英", "陈志强", "苏惠敏"} {
			su.opens(c + "/sign")
			su.does(c, "sign", "signer", su.choice(who), "kind", "wet_ink").reads("已登记")
		}
		su.does(c, "sign", "signer", "seal").is(200, c+"?done=desk_sign").reads("已生效", "申请司法确认")
		su.opens(c + "/record-performance")
		su.does(c, "record-performance", "obligation_id", su.choice("陈志强 → 林秀英"), "state", "performed", "on", string(town.Today()), "confirmed_by", "creditor").
			reads("已履行", "权利人确认")
		su.does(c, "follow-up", "visited_on", string(town.Today()), "visitor", "洪国荣", "performed", "yes", "satisfied", "5", "note", "双方和好。").reads("约定都做到了", "满意度 5 分")
		su.does(c, "close").reads("请拍下纸质签名")
		su.opens(c).reads("已结案", "达成书面协议")
		d.enters(town.Zheng).does(c, "archive").reads("已归档", "苏惠敏（调解员）", "郑主任（主任）", "协议生效").readsNot("还可以办")
	})
}

func TestWhatIsWrongIsSaidAndWhatWasTypedIsKept(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		su := d.enters(town.Su)
		su.opens("/desk/new").says("area_code", string(housetest.Shaolin), "title", "没有别的", "applicant.name", "林秀英").is(422, "/desk/new").
			reads("请先改正下面的问题", "请填写电话；没有或不知道的，请说明原因。", `value="没有别的"`, `value="林秀英"`, `href="#f-respondents-0-name"`)
		su.opens("/desk/new").says("title", "两位对方", "more", "respondent", "respondents_shown", "1").is(200, "/desk/new").
			reads(`value="两位对方"`, "第 2 位对方当事人", "respondents[1].name")
		c := su.filed()
		su.met(c)

		su.opens(c + "/fix-agreement")
		su.says("facts", "只有事实", "clauses[0].text", "赔钱", "clauses[0].obligation.kind", "pay", "clauses[0].obligation.amount_fen", "很多").
			is(422, c+"/fix-agreement").reads("请用数字填写金额", "只有事实", "赔钱", `value="很多"`)
		su.opens(c+"/fix-agreement").says("facts", "只有事实", "clauses[0].text", "赔钱", "more", "clause").is(200, c+"/fix-agreement").
			reads("只有事实", "赔钱", "第 2 条", `name="clauses[1].text"`).readsNot("请先改正")
		su.opens(c+"/open-session").says("starts_at", "上午", "place", "调解室", "kind", "joint").is(422, c+"/open-session").reads("请写成“年-月-日 时:分”", `value="上午"`)
		su.opens(c+"/extend").says("days", "99", "reason", "等鉴定").is(409, c+"/extend").reads("最多延长一次", `value="99"`, "等鉴定")
		su.opens(c+"/terminate").says("guidance", "").is(422, c+"/terminate").reads("请从列表中选择")

		action, form := su.opens(c + "/pause").form()
		su.does(c, "assess-risk", "risk", "3", "reason", "扬言报复")
		form.Set("reason", "鉴定")
		form.Set("until", "2026-04-20")
		su.posts(action, form).is(412, c+"/pause").reads("这件案子刚刚有人改过", "鉴定")
		form.Del("_version")
		form.Set("_key", form.Get("_key")+"x")
		su.posts(action, form).is(428, c+"/pause")
		su.does(c, "pause", "reason", "鉴定", "until", "2026-04-20", "occurred_at", "").reads("已经办好，请注意", "请补充暂停的依据材料")
		su.opens(c + "/close").reads("不能进行这一步")
	})
}

func TestAnActSentTwiceIsDoneOnce(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		su := d.enters(town.Su)
		c := su.filed()
		action, form := su.opens(c + "/ask-consent").form()
		su.posts(action, form).is(200, c+"?done=desk_ask_consent")
		su.posts(action, form).is(200, c+"?done=desk_ask_consent")
		if n := strings.Count(su.Page, "开始征求当事人意见"); n != 1 {
			t.Errorf("told %d times", n)
		}
	})
}

func TestConflictsAreShownAndDecided(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		su := d.enters(town.Su)
		su.opens("/desk/new").says("source", "11", "category", "02", "area_code", string(housetest.Shaolin), "title", "通道", "facts", "堆了杂物。",
			"applicant.name", "苏惠敏", "applicant.phone_reason", "无", "respondents[0].name", "陈志强", "respondents[0].phone_reason", "无")
		c, _, _ := strings.Cut(su.at, "?")
		su.agreed(c)
		su.opens(c + "/assign")
		who := su.choice("苏惠敏")
		su.says("host_mediator_id", who, "chosen_by", "committee").is(409, c+"/assign").reads("发现利益关系", "苏惠敏 与 苏惠敏：姓名相同", "怎样处理")
		su.says("host_mediator_id", who, "chosen_by", "committee", "conflict_decision", "proceed").is(422, c+"/assign").reads("请写明为什么仍由这位调解员办理", "怎样处理")
		su.says("host_mediator_id", who, "chosen_by", "committee", "conflict_decision", "proceed", "conflict_reason", "同名不同人，双方都知道").
			is(409, c+"/assign").reads("由不在其中的主任")
		zheng := d.enters(town.Zheng)
		zheng.opens(c + "/assign")
		zheng.says("host_mediator_id", zheng.choice("苏惠敏"), "chosen_by", "committee").is(409, c+"/assign")
		zheng.says("host_mediator_id", who, "chosen_by", "committee", "conflict_decision", "proceed", "conflict_reason", "同名不同人，双方都知道").
			is(200, c+"/assign").reads("请把这一利益关系告知全部当事人")
		su.opens(c).reads("苏惠敏（主持）", "同名不同人，双方都知道")
	})
}

func TestTheDeskShowsEachWhatTheyMaySee(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		su := d.enters(town.Su)
		c := su.filed()
		su.met(c)
		secrets := []string{"林秀英", "陈志强", "13800138000", "天花板发霉", "楼上漏水", "双方陈述"}

		county := d.enters(town.County)
		county.is(200, "/reports").reads("概况", "尚未结案")
		county.opens("/reports/case-table").reads("人民调解案件情况统计表", "这段时间没有案件")
		county.opens("/desk/cases").is(200, "/desk/cases").reads("漏水、返水", town.Home.Name, "调解中").readsNot(secrets...).readsNot("登记新纠纷")
		county.opens("/desk/cases?q=林秀英").reads("您的岗位不能按姓名查找").readsNot(c)
		county.opens(c).is(200, c).reads("林某", "陈某", "这里隐去了", "记录了一次调解").readsNot(secrets...).readsNot("还可以办")

		d.enters(town.Station).is(200, "/desk").readsNot("登记新纠纷")
		d.enters(town.Station).opens(c).is(200, c).reads("林秀英", "天花板发霉").readsNot("记录一次调解</a>", "还可以办")
		d.enters(town.Zheng).opens("/desk/cases?q=林秀英").reads("楼上漏水")
		d.enters(town.Zheng).opens("/desk/cases?state=closed").reads("没有符合条件的案件")
		d.enters(town.Hong).opens(c).is(200, c).reads("下一步")
		for _, outside := range []*housetest.Person{town.OtherMediator, town.FarCounty, town.Lin, town.Court} {
			if got := d.enters(outside).opens(c); got.Status != 404 {
				t.Errorf("%s gets %d", outside.Login, got.Status)
			}
		}
		d.enters(town.System).opens("/desk").is(200, "/desk").readsNot("案件列表")
		d.enters(town.Lin).opens("/desk/cases").is(200, "/mine")
	})
}

// Whoever reads an area narrows the list to a place inside it, and to none outside.
func TestAListIsNarrowedToAPlace(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		d.enters(town.Su).filed()
		county := d.enters(town.County)
		county.opens("/desk/cases").reads("丰泽区", "东湖街道", town.Home.Name).readsNot("泉州市", "鲤城区")
		county.opens("/desk/cases?area=350503001000").reads("东湖街道", "少林社区居委会", "清除条件", town.Home.Name)
		county.opens("/desk/cases?area=350503002000").reads("没有符合条件的案件", "清除条件")
		d.enters(town.FarCounty).opens("/desk/cases?area=350503001000").readsNot(town.Home.Name, "少林社区居委会")
	})
}

func TestReportsLeadToTheirCases(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		su := d.enters(town.Su)
		c := su.filed()
		su.met(c)
		su.does(c, "terminate", "reason", "T1", "guidance", "可以起诉。").reads("调解不成", "未能达成协议", "可以起诉")
		county := d.enters(town.County).opens("/reports/case-table?group=committee").reads("相符", "依申请调解", "按结案统计", town.Home.Name)
		link := regexp.MustCompile(`<th scope="row">依申请调解</th><td class="n"><a href="([^"]+)">1<`).FindStringSubmatch(county.Page)
		if link == nil {
			t.Fatalf("no figure for column 13: %s", county.text())
		}
		county.opens(strings.ReplaceAll(link[1], "&amp;", "&")).reads("只看：", "依申请", "丰泽区", "已结案", "漏水、返水")
		if n := strings.Count(county.Page, `href="`+c+`"`); n != 1 {
			t.Errorf("%d lines", n)
		}
		county.opens("/reports/case-table?from=2026-05-01&to=2026-01-01").reads("结束日期不能早于开始日期")
		county.opens("/desk/cases?due=gestern").reads("请填写真实存在的日期")
		county.opens("/desk/cases?settled=yes").is(422, "/desk/cases?settled=yes").reads("只能是 true 或 false")
		d.enters(town.Zheng).opens("/reports/case-table?basis=accepted").reads("按受理统计", "丰泽区")
	})
}

func TestEveryFormOpens(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		su, zheng := d.enters(town.Su), d.enters(town.Zheng)
		c := su.filed()
		opens := func(who *reader, steps ...string) {
			t.Helper()
			for _, step := range steps {
				who.opens(c+"/"+step).is(200, c+"/"+step)
			}
		}
		opens(su, "ask-consent", "refuse-acceptance", "amend", "assess-risk", "report-police", "withdraw", "request-end", "attach", "invite", "give-notice", "retract")
		opens(zheng, "reroute")
		su.does(c, "assess-risk", "risk", "4", "reason", "持刀威胁").reads("还没有报告公安")
		su.does(c, "report-police", "to", "东湖派出所", "at", "2026-03-06T09:50", "channel", "电话").reads("东湖派出所").readsNot("还没有报告公安")
		su.does(c, "amend", "set.title", "楼上漏水两年", "set.category", "1307", "set.difficulty", "1", "set.area_code", string(housetest.Shaolin),
			"set.facts", "楼上卫生间漏水，天花板发霉。", "set.request", "请修好。", "reason", "听错了").reads("楼上漏水两年", "噪音")
		su.does(c, "ask-consent")
		opens(su, "record-consent")
		chen := su.choice("陈志强")
		su.does(c, "record-consent", "party_id", chen, "consent", "agreed", "channel", "relayed").reads("请注意", "请尽快向本人核实")
		opens(su, "accept", "retract")
		entry := regexp.MustCompile(`name="entry" value="(\d+)"`).FindStringSubmatch(su.Page)
		su.says("entry", entry[1], "reason", "记错了").reads("已撤销", "还没有问")
		su.does(c, "record-consent", "party_id", chen, "consent", "agreed", "channel", "phone")
		su.does(c, "accept")
		opens(su, "assign", "terminate")
		su.opens(c + "/assign")
		host := su.choice("苏惠敏")
		su.says("host_mediator_id", host, "chosen_by", "parties")
		opens(su, "request-recusal")
		su.says("mediator_id", host, "reason", "Q4").is(200, "/desk?done=desk_request_recusal") // whoever withdrew sees the case no more
		hong := d.enters(town.Hong)
		hong.opens(c + "/assign")
		hong.says("host_mediator_id", hong.choice("洪国荣"), "chosen_by", "parties")
		hong.opens(c + "/give-notice")
		lin := hong.choice("林秀英")
		hong.says("party_ids", lin, "party_ids", chen, "manner", "written")
		opens(hong, "open-session")
		hong.does(c, "open-session", "kind", "joint", "starts_at", "2026-03-06 09:30", "place", "社区调解室", "attending", lin, "attending", chen,
			"participants[0].name", "李律师", "participants[0].kind", "lawyer", "participants_consented", "yes").reads("李律师（律师）")
		opens(hong, "extend", "pause", "fix-agreement", "oral-agreement")
		hong.does(c, "extend", "days", "10", "reason", "再谈一次", "consents", lin, "consents", chen).reads("期限已延长")
		hong.does(c, "pause", "reason", "鉴定", "until", "2026-04-20")
		opens(hong, "resume")
		hong.does(c, "resume").reads("已恢复调解")
		hong.does(c, "fix-agreement", hong.agreement(c)...)
		opens(hong, "sign", "reopen-agreement")
		opens(zheng, "sign")
		hong.does(c, "reopen-agreement", "reason", "金额写错").reads("原来的签名作废")
		hong.does(c, "oral-agreement", hong.agreement(c)...).reads("涉及金额或以后履行的")
		opens(hong, "record-performance", "follow-up", "amend")
		hong.opens(c + "/close").reads("还有履行事项没有结果")
	})
}

func TestAPartyIsInvitedByALetterPrintedOnce(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		su := d.enters(town.Su)
		c := su.filed()
		action, form := su.opens(c + "/invite").form()
		form.Set("party_id", su.choice("陈志强"))
		form.Set("channel", "letter")
		su.posts(action, form).is(200, c+"/invite").reads("请您来商量一件事", "陈志强：", town.Home.Name).readsNot("漏水", "林秀英", "投诉")
		ref, word := su.receipt()
		su.posts(action, form).is(200, c+"?done=desk_invited_before").readsNot(word)
		d.comes().opens("/follow").says("reference", ref, "code", word).is(200, strings.Replace(c, "/desk/cases/", "/mine/", 1))
		su.opens(c+"/invite").says("party_id", form.Get("party_id"), "channel", "sms").is(409, c+"/invite").reads("没有手机号码")
		su.opens(c+"/invite").says("channel", "email").is(422, c+"/invite")
	})
}

func TestFilesAreAttachedAndDownloaded(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		su := d.enters(town.Su)
		c := su.filed()
		var picture bytes.Buffer
		if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
			t.Fatal(err)
		}
		su.opens(c+"/attach").uploads("漏水.png", picture.Bytes(), "kind", "2").is(200, c+"?done=desk_attach").reads("材料已保存", "漏水.png", "物证或照片", "调委会")
		link := regexp.MustCompile(`href="(` + c + `/files/[^"]+)"`).FindStringSubmatch(su.Page)
		if link == nil || su.opens(link[1]).Status != 200 || !strings.HasPrefix(su.Page, "\x89PNG") {
			t.Fatalf("not to be had: %v, %d", link, su.Status)
		}
		if got := d.enters(town.County).opens(link[1]); got.Status == 200 {
			t.Error("a supervisor has the file")
		}
		su.opens(c+"/attach").says("kind", "1")
		su.is(422, c+"/attach").reads("请选择一个文件")
	})
}

func TestALateEntryIsMarked(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := onDoorstep(t, town)
		su := d.enters(town.Su)
		c := su.filed()
		town.Later(50 * time.Hour)
		su = d.enters(town.Su)
		early := town.Clock.Now().Add(-49 * time.Hour).In(time.FixedZone("", 8*3600))
		su.does(c, "ask-consent", "occurred_at", early.Format("2006-01-02T15:04")).reads("补录", fmt.Sprintf("%d日 %s", early.Day(), early.Format("15:04")))
		su.opens(c+"/request-end").says("party_id", "", "occurred_at", "2099-01-01T00:00").is(422, c+"/request-end").reads("请选择一项")
		su.opens("/desk").reads("等当事人答复")
		town.Later(10 * 24 * time.Hour)
		su = d.enters(town.Su)
		su.opens("/desk").reads("已经超期", "超期")
		su.opens("/desk/cases?overdue=true&" + url.Values{"category": {"13"}}.Encode()).reads("楼上漏水")
	})
}
