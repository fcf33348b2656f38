package returns_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// staffed is the town's county with a property committee of the bureau itself, a studio under a village committee, and
// somebody who serves two committees.
func staffed(t *testing.T, fn func(t *testing.T, town *housetest.Town)) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.InFengze(func(p *housetest.Past) {
			own := p.Committee(registry.OfSociety, func(c *registry.Committee) { c.AreaCode, c.Sector = housetest.Fengze, "property" })
			village := p.Committee(registry.OfVillage, nil)
			p.Committee(registry.OfVillage, func(c *registry.Committee) { c.ParentID, c.Attributes = village, registry.Words{"studio"} })
			p.Mediator(town.Lin.ID, village, "2020-01-01", "")
			p.Mediator(town.Wang.ID, own, "2021-01-01", "")
			p.Mediator(town.Court.ID, own, "2019-01-01", "2020-01-01") // has left
		})
		town.Clock.Move(time.Second)
		town.InFengze(func(p *housetest.Past) {
			p.Mediator(town.Lin.ID, committeeCalled(p, "旧调委会1"), "2021-01-01", "") // serves two, counts at the first
		})
		fn(t, town)
	})
}

func committeeCalled(p *housetest.Past, name string) (id ident.ID) {
	if err := p.Tx.Rows().Raw("SELECT id FROM committees WHERE county_code = '350503' AND name = ?", name).Row().Scan(&id); err != nil {
		panic(err)
	}
	return id
}

func TestTheOrganisationTableCountsWhoStandsAndLeadsToThem(t *testing.T) {
	staffed(t, func(t *testing.T, town *housetest.Town) {
		county := town.As(town.County)
		a := county.Get("/reports/organisation-table?to=2025-12-31").Is(200)
		for col, want := range map[int]string{1: "4", 2: "1", 3: "2", 7: "1", 11: "1", 25: "1", 32: "1"} { // a society's committee has the one mediator who serves nowhere else
			if value(a, col) != want {
				t.Errorf("column %d is %s, want %s", col, value(a, col), want)
			}
		}
		for i := range 45 {
			for _, at := range []string{"columns", "foot.0.values", "foot.1.values", "rows.0.values", "rows.1.values"} {
				figure := fmt.Sprintf("%s.%d.", at, i)
				if n := county.Listed(a.Text(figure + "drill")); fmt.Sprint(n) != a.Text(figure+"value") {
					t.Errorf("%scol %d is %s, but lists %d: %s", figure, i+1, a.Text(figure+"value"), n, a.Text(figure+"drill"))
				}
			}
		}
		for i := range 7 {
			if a.Text(fmt.Sprintf("checks.%d.ok", i)) != "true" {
				t.Errorf("check: %s", a.Text(fmt.Sprintf("checks.%d", i)))
			}
		}
		if before := county.Get("/reports/organisation-table?to=2018-12-31&from=2018-01-01").Is(200); value(before, 1) != "0" {
			t.Errorf("before anything stood: %s", value(before, 1))
		}
		page := county.Page("GET", "/reports/organisation-table/listed?area=350503&on=2025-12-31&col=32", nil).Is(200)
		if !page.Holds("旧人") || !page.Holds("社会团体") {
			t.Error("the list does not name who is counted")
		}
		county.Get("/reports/organisation-table/listed?col=46").Is(http.StatusUnprocessableEntity) // money lists nobody
		town.As(town.FarCounty).Get("/reports/organisation-table?area=350503").Is(http.StatusNotFound)
		town.As(town.Zheng).Get("/reports/organisation-table").Is(http.StatusForbidden)
	})
}

func TestFundingIsEnteredByTheUnitAndTheLatestCounts(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		county, station := town.As(town.County), town.As(town.Station)
		year := calendar.DayOf(town.Clock.Now()).Year()
		enter := func(h housetest.Hand, area ident.Area, fen int) housetest.Answer {
			return h.Post("/reports/funding", m{"area_code": area, "year": year, "guidance_budgeted_fen": fen, "allowance_spent_fen": 5})
		}
		enter(county, housetest.Fengze, 1_000_000).Is(201)
		enter(county, housetest.Fengze, 2_000_000).Is(201)
		enter(station, housetest.Street, 500_000).Is(201)
		enter(station, housetest.Fengze, 1).Is(http.StatusNotFound)
		enter(county, housetest.Fengze, -1).Is(http.StatusUnprocessableEntity)
		a := county.Get("/reports/organisation-table").Is(200)
		if a.Text("columns.45.value") != "2.50" || a.Text("foot.0.values.45.value") != "0.50" || a.Text("foot.1.values.45.value") != "2.00" {
			t.Errorf("money: %s, below %s, own %s", a.Text("columns.45.value"), a.Text("foot.0.values.45.value"), a.Text("foot.1.values.45.value"))
		}
		seen := county.Get("/reports/funding?area=350503").Is(200)
		if !seen.Holds(`"guidance_budgeted_fen":2000000,`) || seen.Text("below.0.area_code") != string(housetest.Street) {
			t.Errorf("%s", seen.Body)
		}
		form := county.Page("GET", "/reports/funding?area=350503", nil).Is(200)
		if !form.Holds(`value="20,000.00"`) && !form.Holds(`value="20000.00"`) {
			t.Error("the form does not show what was entered")
		}
		bad := county.Page("POST", "/reports/funding", url.Values{"_key": {"a"}, "area": {"350503"}, "year": {fmt.Sprint(year)}, "guidance_budgeted_fen": {"很多"}}).Is(http.StatusUnprocessableEntity)
		if !bad.Holds("很多") {
			t.Error("what was typed is lost")
		}
		county.Page("POST", "/reports/funding", url.Values{"_key": {"b"}, "area": {"350503"}, "year": {fmt.Sprint(year)}, "guidance_budgeted_fen": {"30000"}, "own_spent_fen": {"12.5"}}).Is(http.StatusSeeOther)
	})
}
