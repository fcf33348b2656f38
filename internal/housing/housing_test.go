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

// What was told of a quarter stays as it was told: cases that are entered or corrected later, a compound that comes to the register
// or moves, change nothing of it, so that nothing can be read from the difference. A quarter that nobody was told is counted as it is.
func TestW5_WhatWasToldOfAQuarterStays(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		var few, many ident.ID
		var first ident.ID
		leaks := func(p *housetest.Past, n int, compound ident.ID, day calendar.Day) {
			for range n {
				p.Dispute(town.Home.ID, day, "", "", func(h *casework.Head) {
					h.Category, h.AreaCode, h.CompoundID = "1306", housetest.Shaolin, compound
					first = h.ID
				})
			}
		}
		town.InFengze(func(p *housetest.Past) {
			few, many = p.Compound(housetest.Shaolin, ""), p.Compound(housetest.Shaolin, "")
			leaks(p, 9, many, "2025-02-01")
			leaks(p, 7, many, "2025-05-01")
			leaks(p, 3, few, "2025-02-01")
			for _, wide := range []ident.Area{housetest.Street, housetest.Fengze, housetest.City} {
				for _, day := range []calendar.Day{"2025-02-03", "2025-05-03"} {
					p.Dispute(town.Home.ID, day, "", "", func(h *casework.Head) { h.Category, h.AreaCode = "1306", wide })
				}
			}
		})
		housing := town.As(town.Housing)
		const q1, q2 = "&year=2025&quarter=1", "&year=2025&quarter=2"
		ask := func(area ident.Area, more string) string {
			a := housing.Get("/reports/housing?area=" + string(area) + more).Is(200)
			return strings.Join([]string{a.Text("total"), a.Text("rows"), a.Text("told")}, "\n")
		}
		was, city := ask(housetest.Shaolin, q1), ask(housetest.City, q1)
		if !strings.Contains(was, "on:2026-03-06") || !strings.Contains(was, "value:12") {
			t.Errorf("when it was told: %s", was)
		}
		town.InFengze(func(p *housetest.Past) {
			more := p.Compound(housetest.Shaolin, "")
			leaks(p, 6, more, "2025-02-03")
			leaks(p, 4, few, "2025-02-03")
			leaks(p, 1, few, "2025-05-03")
			for _, change := range []string{"UPDATE dispute_cases SET category = '1301' WHERE county_code = ? AND id = ?", "UPDATE compounds SET area_code = '350503001002' WHERE county_code = ? AND id = ?"} {
				id := first
				if strings.Contains(change, "compounds") {
					id = many
				}
				if err := p.Tx.Rows().Exec(change, housetest.Fengze.County(), id).Error; err != nil {
					t.Fatal(err)
				}
			}
		})
		if now := ask(housetest.Shaolin, q1); now != was {
			t.Errorf("the village was\n%s\nand is\n%s", was, now)
		}
		if now := ask(housetest.City, q1); now != city {
			t.Errorf("the city was\n%s\nand is\n%s", city, now)
		}
		if now := ask(housetest.Fengze, q2); !strings.Contains(now, "value:9") || !strings.Contains(now, "on:2026-03-06") {
			t.Errorf("a quarter that nobody was told: %s", now)
		}
		if file := housing.Get("/reports/housing?area=350503001001&format=csv" + q1).Is(200); !file.Holds("第 1 季度于 2026-03-06 首次公布") && !file.Holds("Quarter 1 was first told on 2026-03-06") {
			t.Errorf("the file: %s", file.Body)
		}
		housetest.OnDoorstep(town).Enters(town.Housing).Opens("/reports/housing?area=350503001001"+q1).Reads("首次公布", "不再改动已经公布的数")
	})
}
