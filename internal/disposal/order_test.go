package disposal_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/calendar"
	"fengqiao/internal/housetest"
)

// A list takes its steps in their order and no other: each act goes from one state, and where the list stands elsewhere it is refused and
// changes nothing.
func TestR3_AListTakesItsStepsInOrder(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		county, bureau := town.As(town.County), town.As(town.Bureau)
		drawn := func(until calendar.Day) string { home, _ := town.Proposed(archived(t, town, until)); return home }
		lists := map[string]string{"proposed": drawn("2026-03-01"), "refused": drawn("2026-03-02"), "withdrawn": drawn("2026-03-03")}
		bureau.With("If-Match", `"1"`).Post(lists["refused"]+"/refuse", m{"reason": "还要用"}).Is(http.StatusOK)
		county.With("If-Match", `"1"`).Post(lists["withdrawn"]+"/withdraw", nil).Is(http.StatusOK)
		lists["done"] = town.Approved(archived(t, town, "2026-03-04"))
		carriesOut(t, town.App, 1)
		lists["approved"] = town.Approved(archived(t, town, "2026-03-05"))
		paper := m{"destroyed_on": town.Today(), "first_watcher": "吴监销", "second_watcher": "郑监销"}
		acts := []struct {
			path, from string
			by         housetest.Hand
			body       func(list housetest.Answer) m
		}{
			{"/approve", "proposed", bureau, func(list housetest.Answer) m { return m{"sha256": list.Text("sha256")} }},
			{"/refuse", "proposed", bureau, func(housetest.Answer) m { return m{"reason": "还要用"} }},
			{"/withdraw", "proposed", county, func(housetest.Answer) m { return nil }},
			{"/paper", "done", bureau, func(housetest.Answer) m { return paper }},
		}
		for state, home := range lists {
			for _, act := range acts {
				before := county.Get(home).Is(http.StatusOK)
				if before.Text("state") != state {
					t.Fatalf("%s: %s", state, before.Body)
				}
				if act.from == state {
					continue
				}
				act.by.With("If-Match", `"`+before.Text("version")+`"`).Post(home+act.path, act.body(before)).Refuses("list_state")
				if after := county.Get(home).Is(http.StatusOK); string(after.Body) != string(before.Body) {
					t.Errorf("%s %s: %s", state, act.path, after.Body)
				}
			}
		}
		bureau.With("If-Match", `"3"`).Post(lists["done"]+"/paper", paper).Is(http.StatusOK)
		bureau.With("If-Match", `"4"`).Post(lists["done"]+"/paper", paper).Refuses("paper_noted")
		home := lists["proposed"]
		set(t, town, "UPDATE disposal_lines SET files = files + 1 WHERE county_code = ? AND list_id = ?", housetest.Fengze.County(), strings.TrimPrefix(home, "/disposals/"))
		bureau.With("If-Match", `"1"`).Post(home+"/approve", m{"sha256": bureau.Get(home).Text("sha256")}).Refuses("list_changed")
	})
}

// Who oversees a city chooses among its counties, and only then what belongs to the city itself; who oversees a county has no choice.
func TestR3_TheBureauOfACityChoosesAmongItsCounties(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		near := archived(t, town, "2026-03-05")
		bureau := town.As(town.Bureau)
		a := bureau.Page("GET", "/disposals/new", nil).Is(http.StatusOK)
		var found []string
		for _, option := range regexp.MustCompile(`<option value="([0-9]{6})"( selected)?>([^<]*)</option>`).FindAllStringSubmatch(string(a.Body), -1) {
			found = append(found, option[1]+option[2]+" "+option[3])
		}
		if n := len(found); n != 13 || found[0] != "350502 selected 鲤城区" || found[1] != "350503 丰泽区" || found[n-1] != "350500 泉州市本级" || !slices.IsSorted(found[:n-1]) || a.Holds(near.ID) {
			t.Errorf("%q", found)
		}
		if a := bureau.Page("GET", "/disposals/new?county_code=350503", nil).Is(http.StatusOK); !a.Holds(near.ID) || !a.Holds(`<option value="350503" selected>`) {
			t.Errorf("%s", a.Body)
		}
		bureau.Page("GET", "/disposals/new?county_code=350200", nil).Is(http.StatusNotFound)
		if a := town.As(town.County).Page("GET", "/disposals/new", nil).Is(http.StatusOK); a.Holds("<option") || !a.Holds(near.ID) {
			t.Errorf("%s", a.Body)
		}
		town.As(town.FarCounty).Page("GET", "/disposals/new?county_code=350503", nil).Is(http.StatusNotFound)
		if a := town.As(town.FarCounty).Page("GET", "/disposals/new", nil).Is(http.StatusOK); a.Holds(near.ID) {
			t.Errorf("%s", a.Body)
		}
	})
}
