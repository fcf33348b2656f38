package registry_test

import (
	"testing"

	"fengqiao/internal/housetest"
)

func TestTheAdministratorSetsAPeriodOnAPage(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		admin := d.Enters(town.System)
		admin.Opens("/registry/settings").Is(200, "/registry/settings").Reads("地区参数", "福建省泉州市", "决定是否受理的工作日数", "默认值", "A9", "顺延到下一个工作日")
		at := "/registry/settings?area=" + string(housetest.Fengze) + "&name=period.intake_decision"
		admin.Opens(at).Is(200, at).Reads("新的值", "1 到 15 之间的整数", `value="3"`, "在丰泽区设定")
		admin.Says("value", "99").Is(422, "/registry/settings").Reads("应是 1 到 15 之间的整数", `value="99"`, "丰泽区")
		admin.Opens(at)
		admin.Says("value", "5", "valid_from", "2020-01-01").Is(422, "/registry/settings").Reads("生效日期不能早于今天")
		admin.Opens(at)
		admin.Says("value", "5", "valid_from", "2026-04-01").Is(200, "/registry/settings?area="+string(housetest.Fengze)+"&done=registry_setting").
			Reads("已设定", "5，2026年4月1日 起", "福建省泉州市丰泽区")
		admin.Opens(at)
		admin.Says("value", "4").Reads("2026年3月6日 起")
		admin.Opens("/registry/settings?area="+string(housetest.Licheng)).ReadsNot("2026年4月1日 起", "2026年3月6日 起")
		for _, other := range []*housetest.Person{town.Su, town.Station, town.County, town.Security, town.Lin} {
			if got := d.Enters(other).Opens("/registry/settings"); got.Status != 403 {
				t.Errorf("%s gets %d", other.Login, got.Status)
			}
		}
	})
}
