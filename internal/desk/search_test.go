package desk_test

import (
	"encoding/csv"
	"net/url"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

func TestTheSearchBoxFindsAndPutsNothingInTheAddress(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		su := d.Enters(town.Su)
		c := filed(t, su)
		for _, page := range []string{"/desk", "/desk/cases", c} {
			su.Opens(page).Reads(`action="/desk/search"`)
		}
		for _, q := range []string{"秀英", "lxy", "漏水", "13800138000"} {
			su.Opens("/desk/search").Says("q", q).Is(200, "/desk/search").Reads("找到的案件", "楼上漏水", c)
		}
		su.Opens("/desk/search").Says("q", "林秀兰").Reads("没有找到")
		su.Opens("/desk/search").Says("q", "110105194912310021").Is(422, "/desk/search").Reads("证件号码有误")
		d.Enters(town.County).Opens("/desk/search").Reads("您的岗位不能按姓名查找").Says("q", "林秀英").Is(200, "/desk/search").Reads("您的岗位不能按姓名查找").ReadsNot(c)
		d.Enters(town.County).Opens("/desk/search").Says("q", "少林社区").Reads(c).ReadsNot("林秀英", "楼上漏水")
		d.Enters(town.OtherMediator).Opens("/desk/search").Says("q", "秀英").Reads("没有找到")
		d.Enters(town.Lin).Opens("/desk/search").Is(200, "/mine").ReadsNot(`action="/desk/search"`)
		for _, secret := range []string{"林秀英", "13800138000", url.QueryEscape("秀英")} {
			if strings.Contains(town.Logged(), secret) {
				t.Errorf("the log holds %q", secret)
			}
		}
	})
}

func TestTheListIsAFileWithItsFilter(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		su := d.Enters(town.Su)
		filed(t, su)
		su.Opens("/desk/cases?state=registered").Reads("/desk/cases?format=csv&state=registered")
		for query, want := range map[string]int{"&state=registered": 2, "&state=closed": 1, "": 2} {
			got := su.Opens("/desk/cases?format=csv" + query)
			rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.Page, "\ufeff"))).ReadAll()
			if err != nil || got.Status != 200 || len(rows) != want {
				t.Errorf("%q: %d, %d rows, %v", query, got.Status, len(rows), err)
			}
		}
		if su.Opens("/desk/cases?format=doc"); su.Status != 422 {
			t.Errorf("format=doc: %d", su.Status)
		}
		if su.Opens("/desk/cases?format=xlsx"); !strings.HasPrefix(su.Page, "PK") {
			t.Error("no xlsx")
		}
	})
}

// A case number is typed with the brackets and blanks that a keyboard gives.
func TestACaseNumberIsFoundHoweverItIsTyped(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		hand := town.As(town.Su)
		c := hand.Files()
		hand.Hosted(c, town.Su)
		number := c.Last.Text("case_no")
		su := housetest.OnDoorstep(town).Enters(town.Su)
		for _, typed := range []string{number, strings.NewReplacer("（", "(", "）", ")").Replace(number), strings.Replace(number, "）", "） ", 1)} {
			su.Opens("/desk/search").Says("q", typed).Is(200, "/desk/search").Reads("找到的案件", number)
		}
	})
}
