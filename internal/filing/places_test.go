package filing_test

import (
	"regexp"
	"strings"
	"testing"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// garden is a compound of Shaolin.
func garden(t *testing.T, town *housetest.Town, name string) ident.ID {
	t.Helper()
	var id ident.ID
	err := town.Store.Do(t.Context(), actor.System, "350503", func(tx *db.Tx) error {
		rows := []registry.Compound{{Key: tx.NewKey(), Version: 1, Name: name, AreaCode: housetest.Shaolin, Address: "东湖街 120 号"}}
		id = rows[0].ID
		return registry.BulkCompounds(tx, rows)
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAPlaceIsFoundByItsName(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		id := garden(t, town, "东湖花园")
		r := housetest.OnDoorstep(town).Comes()
		r.Opens("/file/place").Reads(`href="/file/find"`).Opens("/file/find").Is(200, "/file/find")
		r.Opens("/file/find?q=%E6%B9%96").Is(422, "/file/find?q=%E6%B9%96").Reads("请至少写两个字")
		if r.Opens("/file/find?q=" + strings.Repeat("a", 60_000)).Reads("名字太长"); r.Status != 422 {
			t.Errorf("a name without end: %d", r.Status)
		}
		r.Opens("/file/find?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E9%87%8C").Reads("没有找到这个名字", `href="/file/place"`)
		r.Opens("/file/find?q=%25%25").Reads("没有找到这个名字") // a sign of the search is no sign here
		r.Opens("/file/find?q=%E7%A4%BE%E5%8C%BA").Reads("只显示前 20 个")
		if n := strings.Count(r.Page, `name="place" value=`); n != 20 {
			t.Errorf("%d places shown", n)
		}
		r.Opens("/file/find?q=%E4%B8%9C%E6%B9%96%E8%8A%B1").Reads("东湖花园", "福建省泉州市丰泽区东湖街道少林社区", "东湖街 120 号")
		r.Says().Is(422, "/file/find").Reads("请选择一个地方", "东湖花园").Says("place", "350503000000").Is(422, "/file/find")
		r.Says("place", id.String()).Is(200, "/file/about?placed=yes").Reads("已经选好地点", "少林社区居委会 东湖花园", "漏水、下水道返水", `href="/file/place"`)
		r.Opens("/file/check").Reads("东湖花园", "泉州市丰泽区东湖街道")

		// a village in which there are compounds: which one is asked next; what was written stays
		r.Opens("/file/about").Says("category", "99").Says("danger", "no")
		r.Opens("/file/facts").Says("facts", "路灯坏了")
		r.Opens("/file/find?q=%E5%B0%91%E6%9E%97%E7%A4%BE%E5%8C%BA").Says("place", string(housetest.Shaolin)).Is(200, "/file/you?placed=yes") // the compound named before lies in it
		r.Opens("/file/check").Reads("东湖花园", "路灯坏了")
		r.Opens("/file/find?q=%E4%B8%9C%E6%B9%96%E7%A4%BE%E5%8C%BA").Says("place", string(housetest.Donghu)).Is(200, "/file/you?placed=yes")
		r.Opens("/file/check").Reads("东湖社区", "路灯坏了").ReadsNot("东湖花园")
	})
}

// What there is in compounds alone is not filed outside of one: it would be counted as a property dispute.
func TestOutsideACompoundTheKindIsAskedAnew(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		id := garden(t, town, "东湖花园").String()
		r := housetest.OnDoorstep(town).Comes()
		r.Opens("/file/find?q=%E4%B8%9C%E6%B9%96%E8%8A%B1").Says("place", id).Is(200, "/file/about?placed=yes").Says("category", "1306").Says("danger", "no").Says("facts", "天花板漏水")
		r.Opens("/file/find?q=%E4%B8%9C%E6%B9%96%E7%A4%BE%E5%8C%BA").Says("place", string(housetest.Donghu)).Is(200, "/file/about?placed=yes")
		r.Says("category", "02").Opens("/file/check").Reads("邻居之间的事", "天花板漏水")
		r.Opens("/file/find?q=%E4%B8%9C%E6%B9%96%E8%8A%B1").Says("place", id).Is(200, "/file/about?placed=yes") // and back
		r.Says("category", "1306").Opens("/file/check").Reads("天花板漏水").ReadsNot("邻居之间的事")
	})
}

var posterCode = regexp.MustCompile(`/q/([2-9A-Z]{8})`)

func TestAPosterLeadsToAFilingAtItsPlace(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		chen := d.Comes().Tells()
		id := garden(t, town, "东湖花园").String()
		zheng := d.Enters(town.Zheng)
		zheng.Opens("/registry/compounds?area=350503000000").Reads(`href="/posters/` + id)
		zheng.Opens("/posters/"+id).Reads("还没有海报二维码").ReadsNot("/q/").Says().Is(200, "/posters/"+id+"?done=poster")
		zheng.Reads("东湖花园", "少林社区人民调解委员会", "0595-00000000", "12348", "免费 · 自愿 · 保密", `<svg class="qr"`)
		code := posterCode.FindStringSubmatch(zheng.Page)[1]

		lin := d.Comes()
		lin.Opens("/q/"+code).Is(200, "/q/"+code).Reads("东湖花园", "少林社区", "在这里申请调解").ReadsNot("没填完")
		lin.Opens("/file").ReadsNot("接着填写") // looking at it keeps nothing
		lin.Opens("/q/"+strings.ToLower(code)).Says().Is(200, "/file/about?placed=yes").Reads("东湖花园")
		lin.Opens("/file/check").Reads("东湖花园", "还有没填的")

		// whoever has written something already keeps it; a leak between neighbours is another kind of dispute in a compound
		chen.Opens("/q/"+code).Reads("没填完").Says().Is(200, "/file/about?placed=yes").Says("category", "1306").Opens("/file/check")
		chen.Reads("东湖花园", "楼上卫生间漏水", "林秀英", "陈志强").ReadsNot("还有没填的")

		// a new code: the old poster leads to a friendly page and to nothing else
		zheng.Opens("/posters/" + id).Says().Reads("旧的（如果有）已经失效")
		renewed := posterCode.FindStringSubmatch(zheng.Page)[1]
		if renewed == code {
			t.Fatal("the code is the same")
		}
		lin.Opens("/q/"+code).Is(200, "/q/"+code).Reads("这个码不能用了", `href="/file"`)
		lin.Opens("/q/nonsense").Reads("这个码不能用了")
		lin.Opens("/q/" + renewed).Reads("东湖花园")
	})
}
