package payment_test

import (
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

// The whole way by pages: a scheme, a claim from the case, three looks, a batch that two sign, its list, and one's own account.
func TestR5_ByPages(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		door := housetest.OnDoorstep(town)
		county, bureau, station, su := door.Enters(town.County), door.Enters(town.Bureau), door.Enters(town.Station), door.Enters(town.Su)
		c := closed(town, town.Hong.Mediator)
		county.Opens("/subsidy/schemes").Reads("还没有补贴办法")
		county.Opens("/subsidy/schemes/new").Says("kind", "case", "name", "丰泽区以案定补办法", "basis", "丰司〔2026〕3号", "valid_from", "2026-01-01", "valid_to", "2028-12-31", "terms.rates.3.tier", "village", "terms.rates.5.class", "2").
			Reads("请填写金额")
		su.Opens("/desk/cases/"+c.ID).Reads("申报补贴").Opens("/desk/cases/"+c.ID+"/subsidy").Reads("现在还不能申报", "没有适用的补贴办法")
		county.Opens("/subsidy/schemes/new").Says("kind", "case", "name", "丰泽区以案定补办法", "basis", "丰司〔2026〕3号", "valid_from", "2026-01-01", "valid_to", "2028-12-31",
			"terms.rates.3.fen", "100", "terms.rates.5.class", "3", "terms.rates.5.fen", "200", "terms.performed", "yes", "terms.materials.0.items", "agreement").Reads("办法已发布", "200.00", "协议已经履行完毕")
		su.Opens("/desk/cases/"+c.ID+"/subsidy").Reads("100.00").Says("weights.0.weight", "0").Is(422, "/desk/cases/"+c.ID+"/subsidy")
		su.Opens("/desk/cases/" + c.ID + "/subsidy").Says().Reads("已申报补贴")
		su.Opens("/subsidy/mine").Reads("100.00", "50.00", "已申报，待初审")
		for _, look := range []struct {
			who  *housetest.Reader
			step string
		}{{station, "check"}, {county, "examine"}, {bureau, "approve"}} {
			look.who.Opens("/subsidy/claims?step="+look.step).Reads("少林人调字第0001号").Says().Is(422, "/subsidy/"+look.step) // nothing is ticked
			look.who.Opens("/subsidy/claims?step=" + look.step)
			value := between(look.who.Page, `name="claims" value="`, `"`)
			look.who.Says("claims", value).Reads("已通过", "没有等您办理的申报")
		}
		county.Opens("/subsidy/batches").Reads("还没有发放批次").Opens("/subsidy/batches/new").Says("kind", "case", "from", "2026-01-01", "to", "2026-12-31").Reads("批次已编制", "壹佰元整", "2 人还没有登记收款账户")
		at, _, _ := strings.Cut(county.At, "?")
		county.Says().Reads("请确认已经核对").Opens(at).Says("read", "yes").Reads("您已经签过")
		county.Opens(at).ReadsNot("我已核对")
		bureau.Opens(at).Says("read", "yes").Reads("两人已签", "导出 Excel")
		bureau.Opens("/subsidy/batches").Reads("第 1 批", "两人已签", "丰泽区")
		door.Enters(town.FarCounty).Opens("/subsidy/batches").Reads("还没有发放批次")
		su.Opens("/subsidy/account").Says("holder", "苏惠敏", "bank", "农业银行丰泽支行", "number", "1234").Reads("请填写 8 到 32 位数字的账号")
		su.Opens("/subsidy/account").Says("holder", "苏惠敏", "bank", "农业银行丰泽支行", "number", "6228480123456789012").Reads("账户已保存", "**** 9012").ReadsNot("6228480123456789012")
		_, keys := county.Opens(at).Form()
		keys.Set("format", "csv")
		if list := county.Posts(at+"/payment-list", keys); list.Status != 200 || !strings.Contains(list.Page, "6228480123456789012") || !strings.Contains(list.Page, "壹佰元整") {
			t.Errorf("the list: %d %s", list.Status, list.Page)
		}
		county.Opens(at).Reads("导出记录", "何清源").Says("paid_on", string(town.Today())).Reads("已登记发放")
		su.Opens("/subsidy/mine").Reads("已发放").Opens(at).Is(403, at)
		others(town, door, county)
		holds(t, town)
	})
}

// others are the pages beside: who is barred, posts, accounts, a refusal.
func others(town *housetest.Town, door *housetest.Doorstep, county *housetest.Reader) {
	county.Opens("/subsidy/barred").Reads("没有登记的人员").Opens("/subsidy/barred/new?committee_id=" + town.Home.ID.String()).Reads("洪国荣")
	county.Says("mediator_id", town.Hong.Mediator.String(), "from", "2026-01-01", "reason", "公务员，不得兼职取酬").Reads("已登记", "洪国荣")
	end := between(county.Page, `href="/subsidy/barred/`, `"`)
	county.Opens("/subsidy/barred/"+end).Says("to", "2026-12-31").Reads("已结束")
	county.Opens("/subsidy/posts").Says("year", "2026").Reads("没有适用于这一天的岗位补贴办法")
	county.Opens("/subsidy/accounts?committee_id="+town.Home.ID.String()).Reads("苏惠敏", "**** 9012", "未填写")
	closed(town)
	zheng := door.Enters(town.Zheng)
	zheng.Opens("/subsidy/claims").Reads("按时段申报").Opens("/subsidy/claims/period").Says("from", "2026-01-01", "to", string(town.Today())).Reads("申报了 1 件")
	station := door.Enters(town.Station)
	station.Opens("/subsidy/claims?step=check")
	claim := between(station.Page, `href="/subsidy/claims/`, `"`)
	station.Opens("/subsidy/claims/"+claim).Reads("请核对案卷里有没有这些材料", "调解协议书或口头协议登记表")
	station.Opens("/subsidy/claims/"+claim+"/refuse-at-check").ReadsNot("没有达成协议").Says("code", "materials").Reads("请填写这一项")
	station.Opens("/subsidy/claims/"+claim+"/refuse-at-check").Says("code", "materials", "text", "缺少协议书原件").Reads("已作出不予补贴的决定")
	su := door.Enters(town.Su)
	su.Opens("/subsidy/mine/"+claim).Reads("缺少协议书原件", "可以申辩一次").ReadsNot("戴明辉").Says("reply", "原件在案卷第 9 页。").Reads("申辩已提交", "已申辩，待复核")
	station.Opens("/subsidy/claims/"+claim).Reads("原件在案卷第 9 页。", "办理经过", "郑主任")
}

// between is what stands in a page behind one text and before another.
func between(page, from, to string) string {
	_, rest, _ := strings.Cut(page, from)
	for strings.HasPrefix(rest, "period") || strings.HasPrefix(rest, "new") { // a button, and no line of the list
		_, rest, _ = strings.Cut(rest, from)
	}
	out, _, _ := strings.Cut(rest, to)
	return out
}
