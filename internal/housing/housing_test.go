package housing_test

import (
	"fmt"
	"strings"
	"testing"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
)

// The housing bureau reads kinds by compound, none smaller than five; of its own area, in whole quarters that are over; and no
// list of cases.
func TestW5_TheHousingBureauReadsKindsByCompoundAndNoSmallNumber(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		var full, some, most ident.ID
		town.InFengze(func(p *housetest.Past) {
			full, some, most = p.Compound(housetest.Shaolin, ""), p.Compound(housetest.Shaolin, ""), p.Compound(housetest.Shaolin, "")
			leaks := func(n int, area ident.Area, compound ident.ID, day calendar.Day) {
				for range n {
					p.Dispute(town.Home.ID, day, "", "", func(h *casework.Head) {
						h.Category, h.AreaCode, h.CompoundID = "1306", area, compound
					})
				}
			}
			leaks(6, housetest.Donghu, full, "2025-02-01") // where the compound lies, and not where the case says
			leaks(2, housetest.Shaolin, some, "2025-02-02")
			leaks(9, housetest.Shaolin, most, "2025-03-31")
			leaks(5, housetest.Shaolin, most, "2025-04-01")
			for _, wide := range []ident.Area{housetest.Street, housetest.Fengze, housetest.City} {
				leaks(1, wide, ident.ID{}, "2025-02-03")
			}
			p.Serves(town.Home.ID, housetest.Shaolin, full, "2025-01-01", "")
		})
		housing := town.As(town.Housing)
		ask := func(area ident.Area, more string) housetest.Answer {
			return housing.Get(fmt.Sprintf("/reports/housing?area=%s&year=2025%s", area, more)).Is(200)
		}
		leak := func(a housetest.Answer, row string) string {
			return a.Text(row+".figures.5.mark") + " " + a.Text(row+".figures.5.value")
		}
		a := ask(housetest.Shaolin, "&quarter=1")
		if a.Text("kinds.5.code") != "1306" || leak(a, "total") != " 17" {
			t.Errorf("the village: %s %s", a.Text("kinds.5.code"), leak(a, "total"))
		}
		want := map[string]string{full.String(): " 6", some.String(): "few 0", most.String(): " 9"}
		for i := range 10 {
			row := fmt.Sprintf("rows.%d", i)
			if w, ok := want[a.Text(row+".compound_id")]; ok {
				if got := leak(a, row); got != w {
					t.Errorf("%s: %s, want %s", a.Text(row+".compound_id"), got, w)
				}
				delete(want, a.Text(row+".compound_id"))
			}
		}
		if len(want) > 0 {
			t.Errorf("no row for %v: %s", want, a.Body)
		}
		for area, w := range map[ident.Area]string{housetest.Street: " 18", housetest.Fengze: " 19", housetest.City: " 20"} {
			if got := leak(ask(area, "&quarter=1"), "total"); got != w {
				t.Errorf("%s: %s, want %s", area, got, w)
			}
		}
		if got := leak(ask(housetest.City, ""), "total"); got != "at_least 20" { // the five of the second quarter are the compound's alone
			t.Errorf("the year: %s", got)
		}
		if a := ask(housetest.Shaolin, ""); a.Text("coverage.denominator") == "0" || a.Holds("/cases") || a.Holds("郑主任") {
			t.Errorf("the year in the village: %s", a.Body)
		}
		town.As(town.Su).Get("/reports/housing").Is(403)
		town.As(town.County).Get("/reports/housing").Is(403)
		for _, bad := range []string{"year=2026", "year=2025&quarter=5", "year=1999", "area=35"} { // no quarter of 2026 is over
			if got := housing.Get("/reports/housing?" + bad); got.Status != 422 && got.Status != 404 {
				t.Errorf("%s: %d %s", bad, got.Status, got.Body)
			}
		}
		file := housing.Get("/reports/housing?area=" + string(housetest.Shaolin) + "&year=2025&quarter=1&format=csv").Is(200)
		if !file.Holds("<5") || !strings.Contains(string(file.Body), ",17") {
			t.Errorf("the file: %s", file.Body)
		}
		d := housetest.OnDoorstep(town)
		page := "/reports/housing?area=" + string(housetest.Shaolin) + "&year=2025&quarter=1"
		d.Enters(town.Housing).Opens(page).Is(200, page).
			Reads("小区物业纠纷", "漏水、返水 9", "第 1 季度", "还没有覆盖的小区", "<5").ReadsNot("/desk/cases?")
		d.Enters(town.Housing).Opens("/reports/housing?year=2030").Is(422, "/reports/housing?year=2030").Reads("请选择已有季度结束的年份")
	})
}
