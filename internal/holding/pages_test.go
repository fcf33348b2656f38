package holding_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"fengqiao/internal/app"
	"fengqiao/internal/holding"
	"fengqiao/internal/housetest"
)

var pixel = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82")

// A resident over a bound is told so and given what any filer is; sends again and loses nothing; and finds the case by the
// same reference and code when the committee has let it in, with the photo that came along.
func TestAResidentOverABoundFindsTheCase(t *testing.T) {
	bounded(t, holding.Bounds{Phone: 1, Address: wide, Committee: wide}, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		d.Comes().Tells().Says().Is(200, "/file/done").ReadsNot("等调委会看")
		d.Enters(town.Su).Opens("/desk").ReadsNot("待核实")
		lin := d.Comes().Tells()
		lin.Opens("/file/photos?to=check").Uploads("天花板.png", pixel).Is(200, "/file/check")
		action, values := lin.Form()
		lin.Posts(action, values).Is(200, "/file/done").Reads("已经收到，等调委会看", "2026年3月9日", "不用重新提交", "您的查询码", town.Home.Name)
		reference, code := lin.Receipt()
		lin.Posts(action, values).Is(200, "/file/done")
		if again, word := lin.Receipt(); again != reference || word != code {
			t.Errorf("sent again: %s %s, before %s %s", again, word, reference, code)
		}
		lin.Opens("/file/done/copy").Reads(reference, code, "2026年3月9日")
		lin.Opens("/file/done").Says().Reads("正在等调委会看", "2026-03-06").ReadsNot("漏水")
		d.Comes().Opens("/follow").Says("reference", reference, "code", code).Is(200, "/follow").Reads("正在等调委会看")

		su := d.Enters(town.Su).Opens("/desk").Reads("有 1 份来件待核实")
		su.Opens("/held-filings").Reads("邻里", "同一电话一天内提交太多")
		d.Enters(town.Station).Opens("/held-filings").Reads("邻里").ReadsNot("勾选的登记为案件")
		d.Enters(town.OtherMediator).Opens("/held-filings").Reads("没有来件")
		id := town.As(town.Su).Get("/held-filings").Text("items.0.id")
		su.Opens("/held-filings/"+id).Reads("林秀英", "楼上卫生间漏水", "陈志强", "查看")
		at, form := su.Form()
		form["do"] = []string{"drop"}
		su.Posts(at, form).Is(422, "/held-filings/"+id).Reads("请选择不登记的原因")
		form["do"], form["reason"] = []string{"drop"}, []string{"no_dispute"}
		su.Posts(at, form).Is(200, "/held-filings/"+id+"?done=held_dropped").Reads("7 天")
		d.Comes().Opens("/follow").Says("reference", reference, "code", code).Is(200, "/follow").Reads("没有登记为案件")
		_, form = su.Form()
		form["do"] = []string{"restore"}
		su.Posts(at, form).Is(200, "/held-filings/"+id+"?done=held_restored")
		_, form = su.Form()
		form["do"] = []string{"release"}
		su.Posts(at, form).Is(200, "/held-filings/"+id+"?done=held_released").Reads("已登记为案件", "打开案件")
		su.Opens("/desk/cases/"+id).Reads("林秀英", "天花板.png")
		su.Opens("/desk").ReadsNot("待核实")
		d.Comes().Opens("/follow").Says("reference", reference, "code", code).Is(200, "/mine/"+id).Reads("您申请了调解", "天花板.png")
	})
}

// Several are cleared by one form; a reason is asked for, and nothing ticked changes nothing.
func TestSeveralAreClearedTogether(t *testing.T) {
	bounded(t, holding.Bounds{Phone: 1, Address: wide, Committee: wide}, func(t *testing.T, town *housetest.Town) {
		town.As(nil).Files()
		for range 3 {
			town.As(nil).Post("/cases", leak("13800138000")).Is(202)
		}
		var ids []string
		for i := range 3 {
			ids = append(ids, town.As(town.Su).Get("/held-filings").Text(fmt.Sprintf("items.%d.id", i)))
		}
		su := housetest.OnDoorstep(town).Enters(town.Su)
		form := func(do string, ticked ...string) map[string][]string {
			_, values := su.Opens("/held-filings").Form()
			values["do"], values["id"] = []string{do}, ticked
			return values
		}
		su.Posts("/held-filings", form("release")).Is(422, "/held-filings").Reads("请先勾选来件")
		su.Posts("/held-filings", form("drop", ids[0])).Is(422, "/held-filings").Reads("请选择不登记的原因")
		values := form("drop", ids[0], ids[1])
		values["reason"] = []string{"same_again"}
		su.Posts("/held-filings", values).Is(200, "/held-filings?done=held_cleared")
		su.Posts("/held-filings", form("release", ids[2])).Is(200, "/held-filings?done=held_cleared").Reads("没有来件")
		su.Opens("/held-filings?state=dropped").Reads("重复提交")
		for i, want := range []string{"dropped", "dropped", "released"} {
			if got := town.As(town.Su).Get("/held-filings/" + ids[i]).Text("state"); got != want {
				t.Errorf("%d is %s, want %s", i, got, want)
			}
		}
	})
}

// Several programs over one database count together: of twenty at once by one telephone as many become cases as the bound
// says, and none is lost.
func TestProgramsCountTogether(t *testing.T) {
	bounded(t, holding.Bounds{Phone: 5, Address: wide, Committee: wide}, func(t *testing.T, town *housetest.Town) {
		another, err := app.New(t.Context(), app.Options{Store: town.Store, Data: town.App.Data, Now: town.Clock.Now, SecondFactor: app.FactorOffered, PublicRate: 10000,
			FilingBounds: holding.Bounds{Phone: 5, Address: wide, Committee: wide}, Version: "test"})
		if err != nil {
			t.Fatal(err)
		}
		there := town.Elsewhere(another, nil)
		var mu sync.Mutex
		got := map[int]int{}
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				hand := town.As(nil)
				if i%2 == 0 {
					hand = there
				}
				a := hand.Post("/cases", leak("13800138000"))
				mu.Lock()
				defer mu.Unlock()
				got[a.Status]++
			})
		}
		all.Wait()
		if got[201] != 5 || got[202] != 15 {
			t.Errorf("answered %v, want 5 cases and 15 that wait", got)
		}
		if n := strings.Count(string(town.As(town.Su).Get("/held-filings?limit=100").Is(200).Body), `"bound":"phone"`); n != 15 {
			t.Errorf("%d wait", n)
		}
	})
}
