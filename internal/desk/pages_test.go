package desk_test

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

// filed is the mediator's filing of a leak, by one page.
func filed(t *testing.T, r *housetest.Reader) string {
	t.Helper()
	r.Opens("/desk/new").Is(200, "/desk/new").Reads("登记新纠纷", "窗口申请", "少林")
	r.Says("source", "11", "category", "1306", "area_code", string(housetest.Shaolin), "title", "楼上漏水", "facts", "楼上卫生间漏水，天花板发霉。",
		"request", "请修好。", "difficulty", "1", "risk", "1", "applicant.kind", "person", "applicant.name", "林秀英", "applicant.phone", "13800138000",
		"respondents[0].kind", "person", "respondents[0].name", "陈志强", "respondents[0].phone_reason", "不知道")
	at, done, _ := strings.Cut(r.At, "?")
	if r.Status != 200 || done != "done=desk_filed" {
		t.Fatalf("filing: %d at %s: %s", r.Status, r.At, r.Text())
	}
	return at
}

// agreed brings a case that was just filed to acceptance, by forms.
func agreed(t *testing.T, r *housetest.Reader, c string) {
	t.Helper()
	r.Does(c, "ask-consent").Reads("待征得同意", "还没有记录对方当事人同意调解")
	r.Opens(c + "/record-consent")
	r.Does(c, "record-consent", "party_id", r.Choice("陈志强"), "consent", "agreed", "channel", "phone").Reads("已记下这位当事人的意见")
	r.Does(c, "accept").Reads("已受理", "（2026）少林人调字第0001号", "调解期限")
}

// inMediation brings it to its first session.
func inMediation(t *testing.T, r *housetest.Reader, c string) {
	t.Helper()
	agreed(t, r, c)
	r.Opens(c + "/assign")
	r.Does(c, "assign", "host_mediator_id", r.Choice("苏惠敏"), "co_mediator_ids", r.Choice("洪国荣"), "chosen_by", "committee").Reads("苏惠敏（主持）、洪国荣")
	r.Opens(c+"/give-notice").Reads("人民调解权利义务告知书", "要求终止调解")
	lin, chen := r.Choice("林秀英"), r.Choice("陈志强")
	r.Does(c, "give-notice", "party_ids", lin, "party_ids", chen, "manner", "oral").Reads("已告知")
	r.Does(c, "open-session", "kind", "joint", "starts_at", "2026-03-06T09:30", "place", "社区调解室", "mode", "in_person", "attending", lin, "attending", chen,
		"record", "双方陈述。", "result", "同意协商", "risk", "1").Reads("调解记录已保存", "社区调解室", "2026年3月6日 09:30")
}

// agreement is what the form of an agreement is filled with.
func agreement(t *testing.T, r *housetest.Reader, c string) []string {
	t.Helper()
	r.Opens(c + "/give-notice")
	lin, chen := r.Choice("林秀英"), r.Choice("陈志强")
	return []string{"facts", "卫生间渗水", "issues", "维修和赔偿", "clauses[0].text", "陈志强赔偿林秀英粉刷费用。", "clauses[0].obligation.kind", "pay",
		"clauses[0].obligation.debtor_party_id", chen, "clauses[0].obligation.creditor_party_id", lin, "clauses[0].obligation.amount_fen", "1,800",
		"clauses[0].obligation.due", "2026-03-16", "clauses[0].obligation.manner", "微信转账"}
}

func TestAMediatorWorksACaseFromFilingToArchiveByForms(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		su := d.Enters(town.Su)
		su.Is(200, "/desk").Reads("现在没有要办的事", "登记新纠纷")
		c := filed(t, su)
		su.Reads("楼上漏水", "已登记", "征求", "13800138000", "无电话：不知道", "漏水、返水")
		su.Opens("/desk").Reads("决定是否受理", "楼上漏水", "林秀英 与 陈志强")
		inMediation(t, su, c)
		su.Does(c, "fix-agreement", agreement(t, su, c)...).Reads("协议已定稿", "还缺", "林秀英签名", "调委会印章", "1,800.00 元")
		for _, who := range []string{"林秀英", "陈志强", "苏惠敏"} {
			su.Opens(c + "/sign")
			su.Does(c, "sign", "signer", su.Choice(who), "kind", "wet_ink").Reads("已登记")
		}
		su.Does(c, "sign", "signer", "seal").Is(200, c+"?done=desk_sign").Reads("已生效", "申请司法确认")
		su.Opens(c + "/record-performance")
		su.Does(c, "record-performance", "obligation_id", su.Choice("陈志强 → 林秀英"), "state", "performed", "on", string(town.Today()), "confirmed_by", "creditor").
			Reads("已履行", "权利人确认")
		su.Does(c, "follow-up", "visited_on", string(town.Today()), "visitor", "洪国荣", "performed", "yes", "satisfied", "5", "note", "双方和好。").Reads("约定都做到了", "满意度 5 分")
		su.Does(c, "close").Reads("请拍下纸质签名")
		su.Opens(c).Reads("已结案", "达成书面协议")
		d.Enters(town.Zheng).Does(c, "archive").Reads("已归档", "苏惠敏（调解员）", "郑主任（主任）", "协议生效", "更正归档案件").ReadsNot("更正登记内容")
	})
}

func TestWhatIsWrongIsSaidAndWhatWasTypedIsKept(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		su := d.Enters(town.Su)
		su.Opens("/desk/new").Says("area_code", string(housetest.Shaolin), "title", "没有别的", "applicant.name", "林秀英").Is(422, "/desk/new").
			Reads("请先改正下面的问题", "请填写电话；没有或不知道的，请说明原因。", `value="没有别的"`, `value="林秀英"`, `href="#f-respondents-0-name"`)
		su.Opens("/desk/new").ReadsNot(`class="more" open`).Says("area_code", string(housetest.Shaolin), "title", "没有别的", "applicant.email", "不是邮箱").Is(422, "/desk/new").Reads(`class="more" open`, `value="不是邮箱"`, `href="#f-applicant-email"`)
		su.Opens("/desk/new").Says("title", "两位对方", "more", "respondent", "respondents_shown", "1").Is(200, "/desk/new").
			Reads(`value="两位对方"`, "第 2 位对方当事人", "respondents[1].name")
		c := filed(t, su)
		inMediation(t, su, c)

		su.Opens(c + "/fix-agreement")
		su.Says("facts", "只有事实", "clauses[0].text", "赔钱", "clauses[0].obligation.kind", "pay", "clauses[0].obligation.amount_fen", "很多").
			Is(422, c+"/fix-agreement").Reads("请用数字填写金额", "只有事实", "赔钱", `value="很多"`)
		su.Opens(c+"/fix-agreement").Says("facts", "只有事实", "clauses[0].text", "赔钱", "more", "clause").Is(200, c+"/fix-agreement").
			Reads("只有事实", "赔钱", "第 2 条", `name="clauses[1].text"`).ReadsNot("请先改正")
		su.Opens(c+"/open-session").Says("starts_at", "上午", "place", "调解室", "kind", "joint").Is(422, c+"/open-session").Reads("请写成“年-月-日 时:分”", `value="上午"`)
		su.Opens(c+"/extend").Says("days", "99", "reason", "等鉴定").Is(409, c+"/extend").Reads("最多延长一次", `value="99"`, "等鉴定")
		su.Opens(c+"/terminate").Says("guidance", "").Is(422, c+"/terminate").Reads("请从列表中选择")

		action, form := su.Opens(c + "/pause").Form()
		su.Does(c, "assess-risk", "risk", "3", "reason", "扬言报复")
		form.Set("reason", "鉴定")
		form.Set("until", "2026-04-20")
		su.Posts(action, form).Is(412, c+"/pause").Reads("这件案子刚刚有人改过", "鉴定")
		form.Del("_version")
		form.Set("_key", form.Get("_key")+"x")
		su.Posts(action, form).Is(428, c+"/pause")
		su.Does(c, "pause", "reason", "鉴定", "until", "2026-04-20", "occurred_at", "").Reads("已经办好，请注意", "请补充暂停的依据材料")
		su.Opens(c + "/close").Reads("不能进行这一步")
	})
}

func TestAnActSentTwiceIsDoneOnce(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		su := d.Enters(town.Su)
		c := filed(t, su)
		action, form := su.Opens(c + "/ask-consent").Form()
		su.Posts(action, form).Is(200, c+"?done=desk_ask_consent")
		su.Posts(action, form).Is(200, c+"?done=desk_ask_consent")
		if n := strings.Count(su.Page, "开始征求当事人意见"); n != 1 {
			t.Errorf("told %d times", n)
		}
	})
}

func TestConflictsAreShownAndDecided(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		su := d.Enters(town.Su)
		su.Opens("/desk/new").Says("source", "11", "category", "02", "area_code", string(housetest.Shaolin), "title", "通道", "facts", "堆了杂物。",
			"applicant.name", "苏惠敏", "applicant.phone_reason", "无", "respondents[0].name", "陈志强", "respondents[0].phone_reason", "无")
		c, _, _ := strings.Cut(su.At, "?")
		agreed(t, su, c)
		su.Opens(c + "/assign")
		who := su.Choice("苏惠敏")
		su.Says("host_mediator_id", who, "chosen_by", "committee").Is(409, c+"/assign").Reads("发现利益关系", "苏惠敏 与 苏惠敏：姓名相同", "怎样处理")
		su.Says("host_mediator_id", who, "chosen_by", "committee", "conflict_decision", "proceed").Is(422, c+"/assign").Reads("请写明为什么仍由这位调解员办理", "怎样处理")
		su.Says("host_mediator_id", who, "chosen_by", "committee", "conflict_decision", "proceed", "conflict_reason", "同名不同人，双方都知道").
			Is(409, c+"/assign").Reads("由不在其中的主任")
		zheng := d.Enters(town.Zheng)
		zheng.Opens(c + "/assign")
		zheng.Says("host_mediator_id", zheng.Choice("苏惠敏"), "chosen_by", "committee").Is(409, c+"/assign")
		zheng.Says("host_mediator_id", who, "chosen_by", "committee", "conflict_decision", "proceed", "conflict_reason", "同名不同人，双方都知道").
			Is(200, c+"/assign").Reads("请把这一利益关系告知全部当事人")
		su.Opens(c).Reads("苏惠敏（主持）", "同名不同人，双方都知道")
	})
}

func TestTheDeskShowsEachWhatTheyMaySee(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		su := d.Enters(town.Su)
		c := filed(t, su)
		inMediation(t, su, c)
		secrets := []string{"林秀英", "陈志强", "13800138000", "天花板发霉", "楼上漏水", "双方陈述"}

		county := d.Enters(town.County)
		county.Is(200, "/reports").Reads("概况", "尚未结案")
		county.Opens("/reports/case-table").Reads("人民调解案件情况统计表", "这段时间没有案件")
		county.Opens("/desk/cases").Is(200, "/desk/cases").Reads("漏水、返水", town.Home.Name, "调解中").ReadsNot(secrets...).ReadsNot("登记新纠纷")
		county.Opens("/desk/cases?q=林秀英").Reads("您的岗位不能按姓名查找").ReadsNot(c)
		county.Opens(c).Is(200, c).Reads("林某", "陈某", "这里隐去了", "记录了一次调解").ReadsNot(secrets...).ReadsNot("还可以办")

		d.Enters(town.Station).Is(200, "/desk").ReadsNot("登记新纠纷")
		d.Enters(town.Station).Opens(c).Is(200, c).Reads("林秀英", "天花板发霉").ReadsNot("记录一次调解</a>", "还可以办")
		d.Enters(town.Zheng).Opens("/desk/cases?q=林秀英").Reads("楼上漏水")
		d.Enters(town.Zheng).Opens("/desk/cases?state=closed").Reads("没有符合条件的案件")
		d.Enters(town.Hong).Opens(c).Is(200, c).Reads("下一步")
		for _, outside := range []*housetest.Person{town.OtherMediator, town.FarCounty, town.Lin, town.Court} {
			if got := d.Enters(outside).Opens(c); got.Status != 404 {
				t.Errorf("%s gets %d", outside.Login, got.Status)
			}
		}
		d.Enters(town.System).Opens("/desk").Is(200, "/desk").ReadsNot("案件列表")
		d.Enters(town.Lin).Opens("/desk/cases").Is(200, "/mine")
	})
}

// Whoever reads an area narrows the list to a place inside it, and to none outside.
func TestAListIsNarrowedToAPlace(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		filed(t, d.Enters(town.Su))
		county := d.Enters(town.County)
		county.Opens("/desk/cases").Reads("丰泽区", "东湖街道", town.Home.Name).ReadsNot("泉州市", "鲤城区")
		county.Opens("/desk/cases?area=350503001000").Reads("东湖街道", "少林社区居委会", "清除条件", town.Home.Name)
		county.Opens("/desk/cases?area=350503002000").Reads("没有符合条件的案件", "清除条件")
		d.Enters(town.FarCounty).Opens("/desk/cases?area=350503001000").ReadsNot(town.Home.Name, "少林社区居委会")
	})
}

func TestReportsLeadToTheirCases(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		su := d.Enters(town.Su)
		c := filed(t, su)
		inMediation(t, su, c)
		su.Does(c, "terminate", "reason", "T1", "guidance", "可以起诉。").Reads("调解不成", "未能达成协议", "可以起诉")
		county := d.Enters(town.County).Opens("/reports/case-table?group=committee").Reads("相符", "依申请调解", "按结案统计", town.Home.Name)
		link := regexp.MustCompile(`<th scope="row">依申请调解</th><td class="n"><a href="([^"]+)">1<`).FindStringSubmatch(county.Page)
		if link == nil {
			t.Fatalf("no figure for column 13: %s", county.Text())
		}
		county.Opens(strings.ReplaceAll(link[1], "&amp;", "&")).Reads("只看：", "依申请", "丰泽区", "已结案", "漏水、返水")
		if n := strings.Count(county.Page, `href="`+c+`"`); n != 1 {
			t.Errorf("%d lines", n)
		}
		county.Opens("/reports/case-table?from=2026-05-01&to=2026-01-01").Reads("结束日期不能早于开始日期")
		county.Opens("/desk/cases?due=gestern").Reads("请填写真实存在的日期")
		county.Opens("/desk/cases?settled=yes").Is(422, "/desk/cases?settled=yes").Reads("只能是 true 或 false")
		d.Enters(town.Zheng).Opens("/reports/case-table?basis=accepted").Reads("按受理统计", "丰泽区")
	})
}

func TestEveryFormOpens(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		su, zheng := d.Enters(town.Su), d.Enters(town.Zheng)
		c := filed(t, su)
		opens := func(who *housetest.Reader, steps ...string) {
			t.Helper()
			for _, step := range steps {
				who.Opens(c+"/"+step).Is(200, c+"/"+step)
			}
		}
		opens(su, "ask-consent", "refuse-acceptance", "amend", "assess-risk", "report-police", "withdraw", "request-end", "attach", "invite", "give-notice", "retract")
		opens(zheng, "reroute")
		su.Does(c, "assess-risk", "risk", "4", "reason", "持刀威胁").Reads("还没有报告公安")
		su.Does(c, "report-police", "to", "东湖派出所", "at", "2026-03-06T09:50", "channel", "电话").Reads("东湖派出所").ReadsNot("还没有报告公安")
		su.Does(c, "amend", "set.title", "楼上漏水两年", "set.category", "1307", "set.difficulty", "1", "set.area_code", string(housetest.Shaolin),
			"set.facts", "楼上卫生间漏水，天花板发霉。", "set.request", "请修好。", "reason", "听错了").Reads("楼上漏水两年", "噪音")
		su.Does(c, "ask-consent")
		opens(su, "record-consent")
		chen := su.Choice("陈志强")
		su.Does(c, "record-consent", "party_id", chen, "consent", "agreed", "channel", "relayed").Reads("请注意", "请尽快向本人核实")
		opens(su, "accept", "retract")
		entry := regexp.MustCompile(`name="entry" value="(\d+)"`).FindStringSubmatch(su.Page)
		su.Says("entry", entry[1], "reason", "记错了").Reads("已撤销", "还没有问")
		su.Does(c, "record-consent", "party_id", chen, "consent", "agreed", "channel", "phone")
		su.Does(c, "accept")
		opens(su, "assign", "terminate")
		su.Opens(c + "/assign")
		host := su.Choice("苏惠敏")
		su.Says("host_mediator_id", host, "chosen_by", "parties")
		opens(su, "request-recusal")
		su.Says("mediator_id", host, "reason", "Q4").Is(200, "/desk?done=desk_request_recusal") // whoever withdrew sees the case no more
		hong := d.Enters(town.Hong)
		hong.Opens(c + "/assign")
		hong.Says("host_mediator_id", hong.Choice("洪国荣"), "chosen_by", "parties")
		hong.Opens(c + "/give-notice")
		lin := hong.Choice("林秀英")
		hong.Says("party_ids", lin, "party_ids", chen, "manner", "written")
		opens(hong, "open-session")
		hong.Does(c, "open-session", "kind", "joint", "starts_at", "2026-03-06 09:30", "place", "社区调解室", "risk", "1", "attending", lin, "attending", chen,
			"participants[0].name", "李律师", "participants[0].kind", "lawyer", "participants_consented", "yes").Reads("李律师（律师）")
		opens(hong, "extend", "pause", "fix-agreement", "oral-agreement")
		hong.Does(c, "extend", "days", "10", "reason", "再谈一次", "consents", lin, "consents", chen).Reads("期限已延长")
		hong.Does(c, "pause", "reason", "鉴定", "until", "2026-04-20")
		opens(hong, "resume")
		hong.Does(c, "resume").Reads("已恢复调解")
		hong.Does(c, "fix-agreement", agreement(t, hong, c)...)
		opens(hong, "sign", "reopen-agreement")
		opens(zheng, "sign")
		hong.Does(c, "reopen-agreement", "reason", "金额写错").Reads("原来的签名作废")
		hong.Does(c, "oral-agreement", agreement(t, hong, c)...).Reads("涉及金额或以后履行的")
		opens(hong, "record-performance", "follow-up", "amend")
		hong.Opens(c + "/close").Reads("还有履行事项没有结果")
	})
}

func TestAPartyIsInvitedByALetterPrintedOnce(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		su := d.Enters(town.Su)
		c := filed(t, su)
		action, form := su.Opens(c + "/invite").Form()
		form.Set("party_id", su.Choice("陈志强"))
		form.Set("channel", "letter")
		su.Posts(action, form).Is(200, c+"/invite").Reads("请您来商量一件事", "陈志强：", town.Home.Name).ReadsNot("漏水", "林秀英", "投诉")
		ref, word := su.Receipt()
		su.Posts(action, form).Is(200, c+"?done=desk_invited_before").ReadsNot(word)
		d.Comes().Opens("/follow").Says("reference", ref, "code", word).Is(200, strings.Replace(c, "/desk/cases/", "/mine/", 1))
		su.Opens(c+"/invite").Says("party_id", form.Get("party_id"), "channel", "sms").Is(409, c+"/invite").Reads("没有手机号码")
		su.Opens(c+"/invite").Says("channel", "email").Is(422, c+"/invite")
	})
}

func TestFilesAreAttachedAndDownloaded(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		su := d.Enters(town.Su)
		c := filed(t, su)
		var picture bytes.Buffer
		if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
			t.Fatal(err)
		}
		su.Opens(c+"/attach").Uploads("漏水.png", picture.Bytes(), "kind", "2").Is(200, c+"?done=desk_attach").Reads("材料已保存", "漏水.png", "物证或照片", "调委会")
		link := regexp.MustCompile(`href="(` + c + `/files/[^"]+)"`).FindStringSubmatch(su.Page)
		if link == nil || su.Opens(link[1]).Status != 200 || !strings.HasPrefix(su.Page, "\x89PNG") {
			t.Fatalf("not to be had: %v, %d", link, su.Status)
		}
		if got := d.Enters(town.County).Opens(link[1]); got.Status == 200 {
			t.Error("a supervisor has the file")
		}
		su.Opens(c+"/attach").Says("kind", "1")
		su.Is(422, c+"/attach").Reads("请选择一个文件")
	})
}

func TestALateEntryIsMarked(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		su := d.Enters(town.Su)
		c := filed(t, su)
		town.Later(50 * time.Hour)
		su = d.Enters(town.Su)
		early := town.Clock.Now().Add(-49 * time.Hour).In(time.FixedZone("", 8*3600))
		su.Does(c, "ask-consent", "occurred_at", early.Format("2006-01-02T15:04")).Reads("补记", fmt.Sprintf("%d日 %s", early.Day(), early.Format("15:04")))
		su.Opens(c+"/request-end").Says("party_id", "", "occurred_at", "2099-01-01T00:00").Is(422, c+"/request-end").Reads("请选择一项")
		su.Opens("/desk").Reads("等当事人答复")
		town.Later(10 * 24 * time.Hour)
		su = d.Enters(town.Su)
		su.Opens("/desk").Reads("已经超期", "超期")
		su.Opens("/desk/cases?overdue=true&" + url.Values{"category": {"13"}}.Encode()).Reads("楼上漏水")
	})
}
