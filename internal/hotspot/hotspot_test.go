package hotspot_test

import (
	"fmt"
	"strings"
	"testing"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Of ten compounds of one county one has many disputes; it is named with what was expected and leads to its cases, to who looks
// over the place and to nobody else.
func TestWhereDisputesGather(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		var hot ident.ID
		town.InFengze(func(p *housetest.Past) {
			firm := registry.PropertyFirm{Key: p.Tx.NewKey(), Version: 1, Name: "安居物业服务有限公司"}
			rows := make([]registry.Compound, 10)
			for i := range rows {
				rows[i] = registry.Compound{Key: p.Tx.NewKey(), Version: 1, Name: fmt.Sprintf("第%d小区", i), AreaCode: housetest.Shaolin, Households: 100}
			}
			rows[0].Name, rows[0].PropertyFirmID = "热闹花园", firm.ID
			rows[1].PropertyFirmID, rows[1].AreaCode = firm.ID, "350503002001" // of another street
			hot = rows[0].ID
			if err := registry.BulkFirms(p.Tx, []registry.PropertyFirm{firm}); err != nil {
				t.Fatal(err)
			}
			if err := registry.BulkCompounds(p.Tx, rows); err != nil {
				t.Fatal(err)
			}
			dispute := func(at registry.Compound, kind string, day calendar.Day) {
				p.Dispute(town.Home.ID, day, "", "", func(h *casework.Head) { h.Category, h.CompoundID, h.AreaCode = kind, at.ID, at.AreaCode })
			}
			for i := range 14 {
				dispute(rows[0], []string{"1306", "1306", "1305"}[i%3], "2026-01-05")
			}
			for i := range 6 {
				dispute(rows[i+1], "1301", "2026-01-06")
			}
			dispute(rows[0], "1306", "2024-12-31") // before the period
			dispute(rows[0], "02", "2026-01-05")   // no property dispute
		})
		const path = "/reports/hot-spots?area=350503&from=2025-03-01&to=2026-03-06"
		a := town.As(town.County).Get(path).Is(200)
		for at, want := range map[string]string{"compounds.found.0.name": "热闹花园", "compounds.found.0.cases.value": "14", "compounds.found.0.expected": "2.00",
			"compounds.found.0.ratio": "7.0", "compounds.found.0.chance": "<0.0001", "compounds.found.0.kinds.0.code": "1306", "compounds.found.0.kinds.0.cases": "10",
			"compounds.found.1.name": "", "compounds.looked_at": "10", "firms.looked_at": "1", "firms.found.0.name": "安居物业服务有限公司", "firms.found.0.cases.value": "15",
			"firms.found.0.compounds": "2", "false_discovery_percent": "5", "cases": "20", "basis": "registered"} {
			if got := a.Text(at); got != want {
				t.Errorf("%s is %q, want %q", at, got, want)
			}
		}
		for drill, want := range map[string]int{"compounds.found.0.cases.drill": 14, "firms.found.0.cases.drill": 15} {
			address := strings.TrimPrefix(a.Text(drill), "/api/v1") + "&limit=100"
			if items, _ := town.As(town.County).Get(address).Is(200).Value("items").([]any); len(items) != want {
				t.Errorf("%s lists %d, want %d", address, len(items), want)
			}
		}
		// The station looks at its street: what is expected is still the county's, and the compound of another street is not counted.
		b := town.As(town.Station).Get("/reports/hot-spots?from=2025-03-01").Is(200)
		if b.Text("compounds.found.0.id") != hot.String() || b.Text("compounds.found.0.expected") != "2.00" || b.Text("compounds.looked_at") != "9" || b.Text("firms.found.0.cases.value") != "14" {
			t.Errorf("the station reads %s", b.Body)
		}
		town.As(town.Station).Get(path).Is(404)
		town.As(town.County).Get(path + "&committee_id=" + town.Home.ID.String()).Is(422)
		for _, other := range []*housetest.Person{town.Zheng, town.Su, town.Housing, town.Court, town.Lin} {
			town.As(other).Get(path).Is(403)
		}
		d := housetest.OnDoorstep(town)
		d.Enters(town.County).Opens(path).Is(200, path).Reads("热闹花园", "漏水、返水 10", "不说明谁有过错", "100 户", "compound_id="+hot.String())
		d.Enters(town.County).Opens("/desk/cases?category=13&property_firm_id=" + a.Text("firms.found.0.id")).Reads("安居物业服务有限公司")
		d.Enters(town.County).Opens("/reports/hot-spots?from=2023-01-01&to=2023-12-31").Reads("没有明显多于预期的")
		if got := d.Enters(town.County).Opens(path + "&format=csv"); !strings.Contains(got.Page, "小区,热闹花园") {
			t.Errorf("the file: %s", got.Page)
		}
	})
}
