package desk_test

import (
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

func TestWhatAPartyNeedsIsAskedOnceAndShown(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		su := d.Enters(town.Su)
		c := filed(t, su)
		su.Opens(c+"/record-needs").Is(200, c+"/record-needs").Reads("哪一位当事人", "林秀英", "陈志强")
		lin := linked(t, su, c+"/record-needs?party_id=")
		su.Opens(c+"/record-needs?party_id="+lin).Reads("林秀英", "讲什么话")
		su.Says("language", "闽南语", "help", "large_print", "help", "companion", "contact", "hours", "from_hour", "20", "to_hour", "9").
			Is(422, c+"/record-needs").Reads(`value="闽南语"`, "应在 21 到 24 之间")
		su.Says("language", "闽南语", "help", "large_print", "help", "companion", "contact", "hours", "from_hour", "9", "to_hour", "18", "hide_address", "yes", "capacity", "limited").
			Is(200, c+"?done=desk_record_needs").Reads("讲闽南语", "大字材料", "有人陪同", "9 点到 18 点可以联系", "住址保密", "限制民事行为能力")
		su.Opens(c+"/record-needs?party_id="+lin).Reads(`value="闽南语"`, `value="large_print" checked`, `value="hours" checked`)
	})
}

// linked is the id at the end of the first link that begins so.
func linked(t *testing.T, r *housetest.Reader, begins string) string {
	t.Helper()
	_, rest, ok := strings.Cut(r.Page, `href="`+begins)
	id, _, _ := strings.Cut(rest, `"`)
	if !ok {
		t.Fatalf("no link %s…: %s", begins, r.Text())
	}
	return id
}

func TestPartiesAndTheirHelpersAreEnteredByForms(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		su := d.Enters(town.Su)
		c := filed(t, su)
		inMediation(t, su, c)
		su.Opens(c + "/add-party")
		su.Says("role", "respondent", "kind", "person", "name", "", "phone_reason", "不知道", "reason", "共有人").Is(422, c+"/add-party").Reads(`href="#f-name"`)
		su.Says("role", "respondent", "kind", "person", "name", "陈小宝", "phone_reason", "学生", "reason", "共有人", "email", "小宝").Is(422, c+"/add-party").Reads("电子邮箱", `class="more" open`, `value="小宝"`)
		su.Says("role", "respondent", "kind", "person", "email", "bao@example.com", "reads", "en", "name", "陈小宝", "born_on", "2015-05-05", "phone_reason", "学生", "reason", "共有人").Reads("已增加当事人", "陈小宝", "消息用英文")
		su.Opens(c + "/record-consent")
		bao := su.Choice("陈小宝")
		su.Says("party_id", bao, "consent", "agreed", "channel", "in_person").Is(409, c+"/record-consent").Reads("须由监护人同意")

		su.Opens(c + "/add-helper")
		su.Says("party_id", bao, "kind", "guardian", "name", "陈志强").Is(422, c+"/add-helper").Reads(`href="#f-relation"`)
		su.Says("party_id", bao, "kind", "guardian", "name", "陈大明", "relation", "祖父").Is(200, c+"?done=desk_add_helper").Reads("陈大明", "陈小宝 的监护人", "还没有问监护人")
		grandfather := linked(t, su, c+"/end-helper?helper_id=")
		su.Opens(c+"/record-consent").Reads("谁替当事人答复的", "陈大明").Says("party_id", bao, "consent", "agreed", "channel", "in_person", "helper_id", grandfather).
			Is(200, c+"?done=desk_record_consent").Reads("监护人同意调解")

		su.Opens(c + "/add-helper")
		lin := su.Choice("林秀英")
		agent := []string{"party_id", lin, "kind", "agent", "name", "林芳", "relation", "女儿", "id_number", "11010519700307238X", "phone", "13900139000", "dated", string(town.Today()), "signature_kind", "wet_ink"}
		su.Says(agent...).Is(422, c+"/add-helper").Reads("请至少选择一项授权")
		su.Says(append(agent, "scopes", "attend_sign", "scopes", "papers")...).Reads("请把签好的授权委托书")
		su.Opens(c).Reads("林秀英 的代理人", "到场并签署协议；领取文书", "委托书 2026年3月6日", "1101**********238X").ReadsNot("11010519700307238X")
		su.Opens(c + "/invite")
		su.Says("party_id", su.Choice("林芳"), "channel", "letter").Reads("林芳：")
		su.Opens(c + "/open-session").Reads("同来的代理人")
		su.Does(c, "open-session", "kind", "joint", "starts_at", "2026-03-06T09:45", "place", "林家", "mode", "in_person", "attending", lin, "attending", su.Choice("陈志强"), "helper_ids", su.Choice("林芳"))
		su.Opens(c).Reads("林秀英、陈志强、林芳")

		su.Does(c, "fix-agreement", agreement(t, su, c)...)
		su.Opens(c + "/sign")
		su.Says("signer", su.Choice("林芳"), "kind", "wet_ink").Reads("已有 1 个签名")
		su.Opens(c).Reads("林芳 · 林秀英 <span")
		su.Opens(c + "/end-helper")
		su.Says("helper_id", su.Choice("林芳"), "reason", "本人否认", "void", "yes").Reads("委托无效").ReadsNot("林芳 · 林秀英 <span")
		su.Does(c, "reopen-agreement", "reason", "重新商量")
		su.Opens(c + "/remove-party")
		su.Says("party_id", bao, "reason", "与他无关").Reads("已移除")
	})
}

func TestViolenceIsAskedOneByOneAndRestricts(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		su := d.Enters(town.Su)
		c := filed(t, su)
		inMediation(t, su, c)
		su.Opens(c+"/assess-risk").Reads("有没有推搡、打人", "现在回家或见面是否感到害怕", "不要让对方在场").ReadsNot("涉家庭暴力")
		su.Does(c, "assess-risk", "risk", "2", "reason", "例行询问").ReadsNot("涉家庭暴力，限制查看") // none was asked
		su.Opens(c + "/give-notice")
		lin, chen := su.Choice("林秀英"), su.Choice("陈志强")
		su.Does(c, "assess-risk", "risk", "3", "reason", "哭诉", "violence.answers.V1", "yes", "violence.answers.V2", "no", "violence.victim_party_id", lin, "violence.vulnerable", "incapacitated").
			Reads("必须立即向公安机关报案")
		su.Opens(c).Reads("涉家庭暴力，限制查看", "待办", "向公安机关报告家庭暴力", "办好以前不能归档", "M11", "住址保密")
		session := []string{"kind", "joint", "starts_at", "2026-03-06T09:40", "place", "派出所", "mode", "in_person", "risk", "2", "attending", lin, "attending", chen}
		su.Opens(c+"/open-session").Reads("一般只作单方会谈").Says(session...).Is(409, c+"/open-session").Reads("原则上不安排共同调解")
		su.Says(append(session, "despite_violence", "受害人要求，民警在场")...).Is(200, c+"?done=desk_open_session")
		d.Enters(town.Station).Opens(c).ReadsNot("林秀英", "涉家庭暴力，限制查看")
		su.Does(c, "report-police", "to", "东湖派出所", "at", "2026-03-06T09:50", "channel", "电话").ReadsNot("待办")
	})
}

func TestCourtsCorrectionsAndRemediesAreEnteredByForms(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		su, zheng := d.Enters(town.Su), d.Enters(town.Zheng)
		c := filed(t, su)
		inMediation(t, su, c)
		su.Does(c, "fix-agreement", agreement(t, su, c)...)
		for _, who := range []string{"林秀英", "陈志强", "苏惠敏"} {
			su.Opens(c + "/sign")
			su.Does(c, "sign", "signer", su.Choice(who), "kind", "wet_ink")
		}
		su.Does(c, "sign", "signer", "seal")
		su.Opens(c+"/apply-confirmation").Reads("为什么是这个法院", "确认收养关系", "送达地址和电话")
		lin, chen := su.Choice("林秀英"), su.Choice("陈志强")
		su.Says("court", "", "applied_on", string(town.Today()), "applicants", lin, "applicants", chen).Is(422, c+"/apply-confirmation").Reads(`href="#f-court"`)
		su.Says("court", "丰泽区人民法院", "basis", "organisation", "applied_on", string(town.Today()), "applicants", lin, "applicants", chen, "subject", "money",
			"papers", "application", "papers", "agreement").Reads("请注意", "当事人身份、资格证明")
		su.Opens(c).Reads("已申请司法确认", "丰泽区人民法院", "调解组织所在地基层法院", "司法确认申请书、调解协议")
		su.Does(c, "record-confirmation", "decision", "accepted", "decided_on", string(town.Today()), "court_no", "（2026）闽0503民特1号").Reads("（2026）闽0503民特1号")
		su.Does(c, "record-confirmation", "decision", "refused", "decided_on", string(town.Today()), "document_no", "（2026）闽0503民特1号").Reads("法院不予确认的")
		su.Opens(c).Reads("法院不予确认", "不受理或驳回申请")
		su.Opens(c + "/repudiate")
		su.Says("kind", "suit", "party_id", lin, "court", "丰泽区人民法院", "filed_on", string(town.Today()), "reason", "金额太少").Reads("反悔起诉", "金额太少")
		su.Opens(c + "/record-performance")
		su.Does(c, "record-performance", "obligation_id", su.Choice("陈志强 → 林秀英"), "state", "performed", "on", string(town.Today()), "confirmed_by", "creditor")
		su.Does(c, "close")
		zheng.Does(c, "archive").Reads("已归档")

		su.Opens(c+"/correct").Reads("为什么更正", "楼上漏水")
		su.Says("set.title", "楼上卫生间漏水", "set.category", "1306", "set.difficulty", "1", "set.area_code", string(housetest.Shaolin),
			"set.facts", "楼上卫生间漏水，天花板发霉。", "set.request", "请修好。", "reason", "写漏了").Reads("须由另一人")
		su.Opens(c).Reads("归档后的更正", "等待另一人批准", "楼上卫生间漏水", "写漏了", "这项更正是您提出的").ReadsNot("批准或不批准")
		su.Opens(c + "/correct").ReadsNot("批准，改过来")
		zheng.Opens(c).Reads("批准或不批准")
		zheng.Opens(c+"/correct").Reads("要改成这样", "楼上卫生间漏水", "批准，改过来")
		zheng.Says("reason", "核对属实").Is(422, c+"/correct").Reads("请选择批准或不批准")
		zheng.Says("approve", "yes", "reason", "核对属实").Reads("楼上卫生间漏水", "已批准，已更正")

		su.Opens(c + "/remediate")
		su.Says("ground", "unfair", "reason", "显失公平", "consents", lin).Is(409, c+"/remediate").Reads("还缺 陈志强")
		su.Says("ground", "unfair", "reason", "显失公平", "consents", lin, "consents", chen, "channel", "in_person").Reads("调解中", "已重新进入调解")
	})
}

func TestTiesAreDecidedByForms(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		su, zheng := d.Enters(town.Su), d.Enters(town.Zheng)
		c := filed(t, su)
		inMediation(t, su, c)
		town.Ties(town.Su, "kin", "苏家表弟")
		su.Does(c, "add-party", "name", "苏家表弟", "kind", "person", "role", "respondent", "phone_reason", "不知道", "reason", "共同责任人").Reads("请主任决定是否回避")
		zheng.Opens(c).Reads("发现新的利害关系，请决定", "苏惠敏", `href="`+c+`/decide-conflict"`)
		zheng.Opens(c + "/decide-conflict").Reads("苏惠敏").ReadsNot("洪国荣")
		zheng.Says("mediator_id", zheng.Choice("苏惠敏"), "decision", "proceed", "reason", "远亲").Reads("请把这一利益关系告知全部当事人")
		zheng.Opens(c).ReadsNot("待办")
	})
}

// A task stands at the top with the step that settles it.
func TestATaskLeadsToTheStepThatSettlesIt(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		su := d.Enters(town.Su)
		c := filed(t, su)
		town.Later(10 * 24 * time.Hour)
		if _, err := town.App.Cases.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.Enters(town.Su).Opens(c).Reads("待办", "受理期限已过，请决定是否受理", "A9", `href="`+c+`/ask-consent"`)
	})
}
