package report_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

type m = housetest.M

// year is a town with a year's work: one case settled in writing and one by word, one without agreement, one own-motion
// case without agreement, one refused before acceptance, two that are still open.
func year(t *testing.T, fn func(t *testing.T, town *housetest.Town)) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		written := su.Files(m{"difficulty": 3})
		su.Performed(written, town.Su)
		su.Does(written, "close", nil).Is(200)
		oral := su.Files(m{"source": "14"})
		su.Met(oral, town.Su)
		su.Does(oral, "oral-agreement", oral.Terms()).Is(200)
		su.Does(oral, "record-performance", m{"obligation_id": oral.Last.Text("obligations.0.id"), "state": "performed", "on": town.Today(), "confirmed_by": "creditor"}).Is(200)
		su.Does(oral, "close", nil).Is(200)
		failed := su.Files(m{"source": "31"})
		su.Met(failed, town.Su)
		su.Does(failed, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(200)
		own := su.Files(m{"source": "21", "applicant": nil, "respondents": []m{{"name": "甲", "phone_reason": "无"}, {"name": "乙", "phone_reason": "无"}}})
		su.Does(own, "ask-consent", nil).Is(200)
		for i := range 2 {
			su.Does(own, "record-consent", m{"party_id": own.Last.Text(fmt.Sprintf("parties.%d.id", i)), "consent": "agreed", "channel": "phone"}).Is(200)
		}
		su.Does(own, "accept", nil).Is(200)
		su.Does(own, "terminate", m{"reason": "T9", "guidance": "可以起诉。"}).Is(200)
		refused := su.Files()
		su.Does(refused, "refuse-acceptance", m{"reason": "N4", "guidance": "请复议。", "notice_date": town.Today()}).Is(200)
		su.Accepted(su.Files())
		su.Signed(su.Files(), town.Su) // in force, and not closed yet
		fn(t, town)
	})
}

func value(a housetest.Answer, col int) string {
	return a.Text(fmt.Sprintf("columns.%d.value", col-1))
}

func TestTheCaseTableCountsByTheHandbook(t *testing.T) {
	year(t, func(t *testing.T, town *housetest.Town) {
		a := town.As(town.County).Get("/reports/case-table?area=350503&from=2026-01-01&to=2026-12-31").Is(200)
		for col, want := range map[int]string{1: "4", 2: "8", 3: "2", 4: "1", 5: "0.36", 6: "0", 7: "4", 8: "0", 12: "1", 13: "2", 14: "1"} {
			if got := value(a, col); got != want {
				t.Errorf("column %d is %s, want %s", col, got, want)
			}
		}
		for i, id := range []string{"S1", "S2"} {
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
	year(t, func(t *testing.T, town *housetest.Town) {
		county := town.As(town.County)
		for _, basis := range []string{"closed", "accepted"} {
			for _, group := range []string{"area", "committee"} {
				a := county.Get("/reports/case-table?basis=" + basis + "&group=" + group).Is(200)
				for _, at := range []string{"columns", "rows.0.values"} {
					for i := range 14 {
						figure := fmt.Sprintf("%s.%d.", at, i)
						if col := a.Text(figure + "col"); col == "2" || col == "5" {
							continue // persons and yuan
						}
						list := county.Get(strings.TrimPrefix(a.Text(figure+"drill"), "/api/v1") + "&limit=100").Is(200)
						items, _ := list.Value("items").([]any)
						if fmt.Sprint(len(items)) != a.Text(figure+"value") {
							t.Errorf("%s by %s, %scol %s: %s, but %d cases", basis, group, figure, a.Text(figure+"col"), a.Text(figure+"value"), len(items))
						}
					}
				}
			}
		}
	})
}

func TestATableStaysWithinItsReader(t *testing.T) {
	year(t, func(t *testing.T, town *housetest.Town) {
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
