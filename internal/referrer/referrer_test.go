package referrer_test

import (
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

type m = housetest.M

// A court finds its own referrals by state and by the number of its letter, reads how each ended, and nothing that was said.
func TestACourtFollowsItsReferrals(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		court, su := town.As(town.Court), town.As(town.Su)
		d := housetest.OnDoorstep(town)
		d.Enters(town.Court).Opens("/").Is(200, "/referrals").Reads("还没有移送案件")
		sends := func(number string) *housetest.Case {
			town.Later(time.Second)
			return court.Files(m{"source": "31", "referral": m{"kind": "delegated", "organ": "丰泽区人民法院", "number": number}})
		}
		done, waits := sends("（2026）闽0503诉前调12号"), sends("（2026）闽0503诉前调345号")
		town.Later(time.Second)
		town.As(town.OtherCourt).Files(m{"source": "31", "referral": m{"kind": "delegated", "organ": "鲤城区人民法院", "number": "（2026）闽0502诉前调12号"}})
		su.Sees(done)
		su.Signed(done, town.Su)
		d.Enters(town.Court).Opens("/referrals").Reads("调12号", "调345号", "达成调解协议", "还没有结果", town.Home.Name).ReadsNot("林秀英", "陈志强", "闽0502")
		d.Enters(town.Court).Opens("/referrals?number=(2026)闽0503诉前调34").Reads("调345号").ReadsNot("调12号")
		d.Enters(town.Court).Opens("/referrals?number=闽0502").Reads("没有找到")
		d.Enters(town.Court).Opens("/referrals?number=%25").Reads("没有找到") // no wildcard
		d.Enters(town.Court).Opens("/referrals?state=registered").Reads("调345号").ReadsNot("调12号")
		d.Enters(town.Court).Opens("/referrals?state=nowhere").Is(422, "/referrals?state=nowhere").Reads("没有这种状态")
		paper := d.Enters(town.Court).Opens("/referrals/" + done.ID)
		paper.Reads("移送案件办理情况", "调12号", "丰泽区人民法院", "达成调解协议", "2026年3月6日", town.Home.Name).ReadsNot("林秀英", "陈志强", "漏水", "微信转账")
		d.Enters(town.Court).Opens("/referrals/" + waits.ID).Reads("还没有可以告知的结果")
		if got := d.Enters(town.OtherCourt).Opens("/referrals/" + done.ID); got.Status != 404 {
			t.Errorf("another court: %d", got.Status)
		}
		if got := d.Enters(town.Su).Opens("/referrals"); got.Status != 403 {
			t.Errorf("a mediator: %d", got.Status)
		}
		file := d.Enters(town.Court).Opens("/referrals?format=csv")
		if !strings.Contains(file.Page, "达成调解协议") || strings.Count(file.Page, "闽0503") != 2 || strings.Contains(file.Page, "林秀英") {
			t.Errorf("the file: %s", file.Page)
		}
		if a := court.Get("/referrals?number=调345").Is(200); a.Text("items.0.case_id") != waits.ID || a.Text("items.1.case_id") != "" || a.Text("items.0.committee_id") == "" {
			t.Errorf("by number: %s", a.Body)
		}
	})
}
