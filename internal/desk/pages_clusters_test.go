package desk_test

import (
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
)

// Cases of one compound about the same, and cases against one respondent, are shown together to who may handle them, and no case
// out of reach is counted among them.
func TestCasesThatBelongTogether(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		var compound ident.ID
		town.InFengze(func(p *housetest.Past) { compound = p.Compound(housetest.Shaolin, "") })
		su := town.As(town.Su)
		files := func(title, category, phone string) *housetest.Case {
			town.Later(time.Second)
			in := m{"title": title, "category": category}
			if strings.HasPrefix(category, "13") {
				in["compound_id"] = compound.String()
			}
			in["respondents"] = []m{{"kind": "person", "name": title + "的邻居", "phone": nil, "phone_reason": "不知道"}}
			if phone != "" {
				in["respondents"] = []m{{"kind": "person", "name": title + "的邻居", "phone": phone}}
			}
			c := town.As(nil).Files(in)
			su.Sees(c)
			return c
		}
		one, two := files("甲家漏水", "1306", ""), files("乙家漏水", "1306", "")
		files("丙家太吵", "1307", "13700137001")
		files("丁家围墙", "02", "13700137001")
		files("戊家借款", "04", "13700137002")
		hongs := files("己家漏水", "1306", "")
		su.Accepted(hongs)
		town.As(town.Zheng).Does(hongs, "assign", m{"host_mediator_id": town.Hong.Mediator, "chosen_by": "committee"}).Is(200)
		hidden := files("庚家漏水", "1306", "")
		town.InFengze(func(p *housetest.Past) {
			if err := p.Tx.Rows().Exec("UPDATE dispute_cases SET restricted = ? WHERE county_code = ? AND id = ?", true, housetest.Fengze.County(), hidden.ID).Error; err != nil {
				t.Fatal(err)
			}
		})
		d := housetest.OnDoorstep(town)
		const path = "/desk/clusters"
		d.Enters(town.Su).Opens(path).Is(200, path).
			Reads("同一小区的同类纠纷", "被申请人相同", "甲家漏水", "乙家漏水", "丙家太吵", "丁家围墙", "2 件", "案件并不合并").ReadsNot("戊家借款", "己家漏水", "3 件", hidden.ID)
		d.Enters(town.Su).Opens("/desk/cases/"+one.ID).Reads("可以一起调解", "乙家漏水", "同一小区的同类纠纷").ReadsNot("丙家太吵", "己家漏水", hidden.ID)
		d.Enters(town.Hong).Opens("/desk/cases/"+two.ID).Reads("甲家漏水", "己家漏水")
		d.Enters(town.Zheng).Opens(path).Reads("3 件", "己家漏水").ReadsNot(hidden.ID)
		d.Enters(town.OtherMediator).Opens(path).Reads("没有可以放在一起的案件").ReadsNot("漏水")
		if got := d.Enters(town.County).Opens(path); got.Status != 404 {
			t.Errorf("the bureau: %d", got.Status)
		}
	})
}
