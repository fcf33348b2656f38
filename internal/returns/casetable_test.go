package returns_test

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"

	"github.com/xuri/excelize/v2"

	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/housetest"
)

type m = housetest.M

func value(a housetest.Answer, col int) string {
	return a.Text(fmt.Sprintf("columns.%d.value", col-1))
}

func TestTheCaseTableCountsByTheHandbook(t *testing.T) {
	housetest.Year(t, func(t *testing.T, town *housetest.Town) {
		a := town.As(town.County).Get("/reports/case-table?area=350503&from=2026-01-01&to=2026-12-31").Is(200)
		for col, want := range map[int]string{1: "4", 2: "8", 3: "2", 4: "1", 5: "0.36", 6: "0", 7: "4", 8: "0", 12: "1", 13: "2", 14: "1",
			15: "1", 16: "0", 20: "0", 21: "4", 36: "0", 37: "0", 38: "1", 39: "1"} {
			if got := value(a, col); got != want {
				t.Errorf("column %d is %s, want %s", col, got, want)
			}
		}
		for i, id := range []string{"S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S10", "S12", "S13"} {
			if a.Text(fmt.Sprintf("checks.%d.id", i)) != id || a.Text(fmt.Sprintf("checks.%d.ok", i)) != "true" {
				t.Errorf("checks: %s", a.Text("checks"))
			}
		}
		accepted := town.As(town.County).Get("/reports/case-table?basis=accepted").Is(200)
		if value(accepted, 1) != "6" || value(accepted, 3) != "2" {
			t.Errorf("by acceptance: %s", accepted.Body)
		}
		if none := town.As(town.County).Get("/reports/case-table?from=2025-01-01&to=2025-12-31").Is(200); value(none, 1) != "0" || value(none, 5) != "0.00" {
			t.Errorf("a year without cases: %s", none.Body)
		}
	})
}

// Every figure that counts cases leads to exactly those cases, on both bases and in every group.
func TestEveryFigureLeadsToItsCases(t *testing.T) {
	housetest.Year(t, func(t *testing.T, town *housetest.Town) {
		county := town.As(town.County)
		for _, basis := range []string{"closed", "accepted"} {
			for _, group := range []string{"area", "committee"} {
				a := county.Get("/reports/case-table?basis=" + basis + "&group=" + group).Is(200)
				for _, at := range []string{"columns", "rows.0.values"} {
					for i := range 39 {
						figure := fmt.Sprintf("%s.%d.", at, i)
						if col := a.Text(figure + "col"); col == "2" || col == "5" {
							continue // persons and yuan
						}
						if n := county.Listed(a.Text(figure + "drill")); fmt.Sprint(n) != a.Text(figure+"value") {
							t.Errorf("%s by %s, %scol %s: %s, but %d cases", basis, group, figure, a.Text(figure+"col"), a.Text(figure+"value"), n)
						}
					}
				}
			}
		}
	})
}

func TestATableStaysWithinItsReader(t *testing.T) {
	housetest.Year(t, func(t *testing.T, town *housetest.Town) {
		if a := town.As(town.FarCounty).Get("/reports/case-table").Is(200); value(a, 1) != "0" || a.Text("area") != "350502000000" {
			t.Errorf("another county counts %s", a.Body)
		}
		town.As(town.FarCounty).Get("/reports/case-table?area=350503").Is(http.StatusNotFound)
		town.As(town.Station).Get("/reports/case-table?area=3505").Is(http.StatusNotFound)
		if a := town.As(town.Bureau).Get("/reports/case-table?group=area").Is(200); a.Text("rows.0.key") != "350503000000" || a.Text("rows.0.values.0.value") != "4" {
			t.Errorf("the city by counties: %s", a.Text("rows"))
		}
		town.As(town.County).Get("/reports/case-table?from=2026-12-31&to=2026-01-01").Is(http.StatusUnprocessableEntity)
		town.As(town.County).Get("/reports/case-table?basis=maybe").Is(http.StatusUnprocessableEntity)
	})
}

// Every code of the lists is counted in the column that its list names, sub-kinds and sub-channels in the one above.
func TestColumnsGoByTheCodesKeys(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		want := map[int]int{}
		town.InFengze(func(p *housetest.Past) {
			for i, c := range codes.Categories {
				source := codes.Sources[i%len(codes.Sources)]
				p.Dispute(town.Home.ID, "2021-05-01", "2021-05-20", casework.OralAgreement, func(h *casework.Head) { h.Category, h.Source = c.Code, source.Code })
				want[c.Column]++
				want[source.Column]++
				want[map[string]int{"31": 15, "32": 16, "33": 17, "34": 18, "35": 19}[source.Code[:min(2, len(source.Code))]]]++
			}
		})
		a := town.As(town.County).Get("/reports/case-table?from=2021-01-01&to=2021-12-31").Is(200)
		for col := 12; col <= 37; col++ {
			if got := value(a, col); got != fmt.Sprint(want[col]) {
				t.Errorf("column %d is %s, want %d", col, got, want[col])
			}
		}
		for i := range 8 {
			if a.Text(fmt.Sprintf("checks.%d.ok", i)) != "true" {
				t.Errorf("check: %s", a.Text(fmt.Sprintf("checks.%d", i)))
			}
		}
		for i := range 39 {
			figure := fmt.Sprintf("columns.%d.", i)
			if n := town.As(town.County).Listed(a.Text(figure + "drill")); i != 1 && i != 4 && fmt.Sprint(n) != a.Text(figure+"value") {
				t.Errorf("column %d is %s, but lists %d", i+1, a.Text(figure+"value"), n)
			}
		}
	})
}

// A case that no committee of the six types leads, or with one party only, does not hide: its check sum fails.
func TestACheckSumThatFailsSaysSo(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.InFengze(func(p *housetest.Past) {
			p.Dispute(town.Home.ID, "2021-05-01", "2021-05-20", casework.Failed, func(h *casework.Head) { h.Category, h.Parties = "1501", 1 })
		})
		a := town.As(town.County).Get("/reports/case-table?from=2021-01-01&to=2021-12-31").Is(200)
		for i, ok := range []string{"true", "true", "true", "false", "true", "true", "true", "true", "true", "false", "true", "true"} {
			if got := a.Text(fmt.Sprintf("checks.%d.ok", i)); got != ok {
				t.Errorf("check %s is %s", a.Text(fmt.Sprintf("checks.%d", i)), got)
			}
		}
		if page := town.As(town.County).Page("GET", "/reports/case-table?from=2021-01-01&to=2021-12-31", nil).Is(200); !page.Holds("不相符") {
			t.Error("the page hides it")
		}
	})
}

// What arose in a county as such, with no town named, has a row of its own, which lists only that.
func TestTheAreaItselfIsARowOfItsOwn(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.InFengze(func(p *housetest.Past) {
			p.Dispute(town.Home.ID, "2021-05-01", "2021-05-20", casework.Failed)
			p.Dispute(town.Home.ID, "2021-05-01", "2021-05-20", casework.Failed, func(h *casework.Head) { h.AreaCode = housetest.Fengze })
		})
		county := town.As(town.County)
		a := county.Get("/reports/case-table?group=area&from=2021-01-01&to=2021-12-31").Is(200)
		if a.Text("rows.0.itself") != "true" || a.Text("rows.0.key") != "350503000000" || county.Listed(a.Text("rows.0.values.0.drill")) != 1 {
			t.Errorf("rows: %s", a.Text("rows.0"))
		}
		if a.Text("rows.1.key") != "350503001000" || county.Listed(a.Text("rows.1.values.0.drill")) != 1 {
			t.Errorf("rows: %s", a.Text("rows.1"))
		}
	})
}

// A chair counts the cases of their own committee and is told so.
func TestAChairCountsTheirOwnCommittee(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.InFengze(func(p *housetest.Past) {
			p.Dispute(town.Home.ID, "2021-05-01", "2021-05-20", casework.Failed)
			p.Dispute(town.Other.ID, "2021-05-01", "2021-05-20", casework.Failed)
		})
		chair := town.As(town.Zheng)
		a := chair.Get("/reports/case-table?from=2021-01-01&to=2021-12-31").Is(200)
		if value(a, 1) != "1" || a.Text("committee") != town.Home.Name || chair.Listed(a.Text("columns.0.drill")) != 1 {
			t.Errorf("%s cases of %s", value(a, 1), a.Text("committee"))
		}
		if o := chair.Get("/reports/trend?from=2021-01-01&to=2021-12-31").Is(200); o.Text("totals.closed.value") != "1" || o.Text("areas") != "[]" {
			t.Errorf("overview: %s", o.Body)
		}
		chair.Get("/reports/trend?area=3505").Is(200)
		chair.Get("/reports/trend?area=350502").Is(http.StatusNotFound)
	})
}

func TestTheTableIsASheetToo(t *testing.T) {
	housetest.Year(t, func(t *testing.T, town *housetest.Town) {
		a := town.As(town.County).Page("GET", "/reports/case-table?group=committee&format=csv", nil).Is(200)
		if !a.Holds("\ufeff人民调解案件情况统计表,福建省泉州市丰泽区,2026年1月1日 至") || !a.Holds("按结案统计") || !a.Holds("S1 第 6–11 栏之和等于第 1 栏：相符") || !a.Holds("\n栏次,,1,2,3,") ||
			!a.Holds("\n合计,350503000000,4,8,2,1,0.36,0,4,") || !a.Holds(town.Home.Name+","+town.Home.ID.String()+",4,8,") || !a.Holds("\n下级上报总计,,4,8,") {
			t.Errorf("%s", a.Body)
		}
		file := town.As(town.County).With("Accept-Language", "zh-CN").Get("/reports/case-table?group=committee&format=xlsx").Is(200)
		book, err := excelize.OpenReader(bytes.NewReader(file.Body))
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		rows, err := book.GetRows("人民调解案件情况统计表")
		if err != nil || len(rows) < 11 || rows[5][0] != "单位" || rows[7][2] != "1" || rows[8][2] != "4" || rows[8][6] != "0.36" || rows[11][0] != "合计" {
			t.Errorf("%v %q", err, rows)
		}
		town.As(town.County).Get("/reports/case-table?format=pdf").Is(http.StatusUnprocessableEntity)
		for _, report := range []string{"briefing", "funnel", "trend"} {
			if b := town.As(town.County).Get("/reports/" + report + "?format=csv").Is(200); !b.Holds("\ufeff") || !b.Holds("丰泽区") {
				t.Errorf("%s: %s", report, b.Body)
			}
		}
	})
}

// Rounds and confirmed prevention are counted where they were done, in the unit that did them, and lead to their lists.
func TestScreeningAndPreventionFillTheirColumns(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		su.Post("/fieldwork/screening-rounds", m{"zero": true}).Is(201)
		record := func(kind, persons int) string {
			return su.Post("/fieldwork/prevention-records", m{"kind": kind, "persons": persons, "who": "某人", "done": "劝解", "evidence": "记录"}).Is(201).Text("id")
		}
		town.As(town.Zheng).Post("/fieldwork/prevention-records/"+record(2, 3)+"/confirm", nil).Is(200)
		record(1, 1) // nobody has confirmed it
		county := town.As(town.County)
		a := county.Get("/reports/case-table?group=area").Is(200)
		for col, want := range map[int]string{40: "1", 41: "1", 42: "0", 43: "0", 44: "1", 45: "3", 46: "0"} {
			if value(a, col) != want {
				t.Errorf("column %d is %s, want %s", col, value(a, col), want)
			}
			for _, at := range []string{"columns", "rows.0.values", "foot.0.values", "foot.1.values"} {
				figure := fmt.Sprintf("%s.%d.", at, col-1)
				if n := county.Listed(a.Text(figure + "drill")); col != 45 && fmt.Sprint(n) != a.Text(figure+"value") {
					t.Errorf("%s is %s, but lists %d: %s", figure, a.Text(figure+"value"), n, a.Text(figure+"drill"))
				}
			}
		}
		if a.Text("foot.0.key") != "below" || a.Text("foot.0.values.39.value") != "1" || a.Text("foot.1.values.39.value") != "0" {
			t.Errorf("foot: %s", a.Text("foot"))
		}
		street := town.As(town.Station).Get("/reports/case-table?area=350503001001").Is(200)
		if street.Text("foot.1.values.39.value") != "1" {
			t.Errorf("the committee's own place: %s", street.Text("foot.1"))
		}
		page := county.Page("GET", "/fieldwork/prevention-records?area=350503&kind=2&confirmed=true&led=below", nil).Is(200)
		if !page.Holds("下级调委会办理") || !page.Holds("民转刑") {
			t.Error("the list does not say what it was narrowed to")
		}
		county.Page("GET", "/fieldwork/screening-rounds?led=sideways", nil).Is(http.StatusUnprocessableEntity)
	})
}
