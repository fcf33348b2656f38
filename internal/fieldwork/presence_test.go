package fieldwork_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/fault"
	"fengqiao/internal/fieldwork"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
)

type m = housetest.M

const path = "/fieldwork/presence-services"

// visit is a service as a station would record it; changes replace its fields.
func visit(changes ...m) m {
	body := m{"area_code": housetest.Shaolin, "kind": 3, "served_on": "2026-03-06", "provider": "lawyer", "provider_name": "林律师", "minutes": 150}
	for _, c := range changes {
		for k, v := range c {
			body[k] = v
		}
	}
	return body
}

func TestAStationRecordsAService(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		station := town.As(town.Station)
		a := station.Post(path, visit()).Is(201)
		if a.Text("kind") != "3" || a.Text("minutes") != "150" || a.Text("provider_name") != "林律师" || a.Text("case_id") != "" {
			t.Errorf("recorded: %s", a.Body)
		}
		once := station.With("Idempotency-Key", "one")
		first, second := once.Post(path, visit(m{"minutes": 60})).Is(201), once.Post(path, visit(m{"minutes": 60})).Is(201)
		if first.Text("id") != second.Text("id") {
			t.Error("what was sent twice was entered twice")
		}
		once.Post(path, visit(m{"minutes": 61})).Is(422)
		if n := len(station.Get(path).Value("items").([]any)); n != 2 {
			t.Errorf("%d services are on record, want 2", n)
		}
	})
}

func TestWhatAServiceMustSay(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		station := town.As(town.Station)
		near := town.As(town.Lin).Files()
		far := town.As(nil).Files(m{"area_code": housetest.Faraway})
		for what, v := range map[string]struct {
			body  m
			field string
		}{
			"a street":               {m{"area_code": housetest.Street}, "area_code"},
			"a village elsewhere":    {m{"area_code": housetest.Faraway}, "area_code"},
			"no such village":        {m{"area_code": "350503001999"}, "area_code"},
			"nowhere":                {m{"area_code": ""}, "area_code"},
			"no kind":                {m{"kind": 0}, "body.kind"},
			"a sixth kind":           {m{"kind": 6}, "body.kind"},
			"tomorrow":               {m{"served_on": "2026-03-07"}, "served_on"},
			"no day":                 {m{"served_on": ""}, "served_on"},
			"somebody else":          {m{"provider": "judge"}, "body.provider"},
			"nobody":                 {m{"provider_name": " "}, "provider_name"},
			"no time":                {m{"minutes": 0}, "body.minutes"},
			"more than a day":        {m{"minutes": 1441}, "body.minutes"},
			"a case of another kind": {m{"case_id": near.ID}, "case_id"},
			"a case elsewhere":       {m{"kind": 4, "case_id": far.ID}, "case_id"},
			"no such case":           {m{"kind": 4, "case_id": town.Home.ID}, "case_id"},
		} {
			a := station.Post(path, visit(v.body)).Is(422)
			if at := strings.TrimPrefix(v.field, "body."); a.Text("errors.0.location") != at || a.Value("errors.1") != nil || len(a.Text("detail")) < 10 {
				t.Errorf("%s: %s", what, a.Body)
			}
		}
		if a := station.Post(path, visit(m{"kind": 4, "case_id": near.ID, "minutes": 1440})).Is(201); a.Text("case_id") != near.ID {
			t.Errorf("with a case: %s", a.Body)
		}
		if got := station.Get(path).Value("items").([]any); len(got) != 1 {
			t.Errorf("refused services are on record: %d", len(got))
		}
		// The door of the API holds what it can before the room is asked; the room holds it too.
		g, err := town.App.Policy.Allow(actor.Actor{Person: town.Station.ID, Posts: []actor.Post{{Role: actor.StationOfficer, Area: housetest.Street}}}, fieldwork.Reading)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fieldwork.New(fieldwork.Options{Store: town.Store}).Record(t.Context(), g, fieldwork.NewPresence{}); !fault.Is(err, fault.Missing) {
			t.Errorf("a grant to read records: %v", err)
		}
	})
}

func TestWhoReadsAndWhoRecords(t *testing.T) {
	town := housetest.New(t, dbtest.Only(t, "sqlite"))
	for name, v := range map[string]struct {
		who          *housetest.Person
		read, record int
	}{
		"station": {town.Station, 200, 201}, "far station": {town.FarStation, 200, 422}, "county": {town.County, 200, 403}, "city": {town.Bureau, 200, 403},
		"chair": {town.Zheng, 403, 403}, "mediator": {town.Su, 403, 403}, "housing": {town.Housing, 403, 403}, "resident": {town.Lin, 403, 403},
		"administrator": {town.System, 403, 403}, "anybody": {nil, 401, 401},
	} {
		hand := town.As(v.who)
		if read, record := hand.Get(path).Status, hand.Post(path, visit()).Status; read != v.read || record != v.record {
			t.Errorf("%s: reads %d, records %d; want %d, %d", name, read, record, v.read, v.record)
		}
	}
	for who, n := range map[*housetest.Person]int{town.Station: 1, town.County: 1, town.Bureau: 1, town.FarCounty: 0, town.FarStation: 0} {
		if got := town.As(who).Get(path).Value("items").([]any); len(got) != n {
			t.Errorf("%s sees %d services, want %d", who.Login, len(got), n)
		}
	}
}

// entered are services of two counties, some of them on one day.
func entered(t *testing.T, town *housetest.Town) {
	t.Helper()
	for _, of := range []struct {
		area ident.Area
		kind fieldwork.Kind
		days []calendar.Day
	}{
		{housetest.Shaolin, fieldwork.Decisions, []calendar.Day{"2021-01-01", "2021-06-30", "2021-06-30", "2021-06-30"}},
		{housetest.Donghu, fieldwork.Disputes, []calendar.Day{"2020-12-31", "2021-06-30", "2021-11-30", "2021-12-01"}},
		{housetest.Faraway, fieldwork.Publicity, []calendar.Day{"2021-06-30"}},
	} {
		err := town.Store.Do(t.Context(), actor.System, of.area.County(), func(tx *db.Tx) error {
			var rows []fieldwork.PresenceService
			for _, d := range of.days {
				rows = append(rows, fieldwork.PresenceService{Key: tx.NewKey(), AreaCode: of.area, Kind: of.kind, ServedOn: d, Provider: "lawyer",
					ProviderName: "林律师", Minutes: 60, MadeAt: tx.Now})
			}
			return fieldwork.BulkPresence(tx, rows)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheListHoldsWhatIsCounted(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		entered(t, town)
		for _, v := range []struct {
			who   *housetest.Person
			query string
			want  int
		}{
			{town.Bureau, "", 9}, {town.County, "", 8}, {town.FarCounty, "", 1}, {town.FarStation, "", 1}, {town.Station, "", 8},
			{town.Bureau, "&area=350503", 8}, {town.Bureau, "&area=3505", 9}, {town.Bureau, "&area=350503001001", 4}, {town.County, "&area=350502", 0},
			{town.Bureau, "&from=2021-01-01&to=2021-11-30", 7}, {town.Bureau, "&from=2021-01-01&to=2021-11-30&kind=1", 4},
			{town.Bureau, "&from=2021-01-01&to=2021-11-30&kind=4", 2}, {town.Bureau, "&kind=5", 1}, {town.Bureau, "&kind=2", 0},
			{town.Bureau, "&from=2021-06-30&to=2021-06-30", 5}, {town.Bureau, "&from=2021-12-01", 1}, {town.Bureau, "&to=2020-12-31", 1},
		} {
			for _, limit := range []int{1, 2, 100} {
				days := walk(t, town.As(v.who), v.query, limit)
				newest := slices.IsSortedFunc(days, func(a, b string) int { return strings.Compare(b, a) })
				if len(days) != v.want || !newest {
					t.Errorf("%s%s, %d a page: %v, want %d", v.who.Login, v.query, limit, days, v.want)
				}
			}
		}
		for query, field := range map[string]string{"kind=6": "kind", "kind=x": "kind", "from=2021-02-30": "from", "from=2021-02-02&to=2021-02-01": "to", "cursor=x": "cursor"} {
			if a := town.As(town.Bureau).Get(path + "?" + query).Is(422); a.Text("errors.0.location") != field {
				t.Errorf("%s: %s", query, a.Body)
			}
		}
	})
}

// walk gives the days of all lines of a list, page by page; no line may come twice.
func walk(t *testing.T, by housetest.Hand, query string, limit int) (days []string) {
	t.Helper()
	seen := map[string]bool{}
	for cursor := ""; ; {
		a := by.Get(fmt.Sprintf("%s?limit=%d%s%s", path, limit, query, cursor)).Is(200)
		for i := range a.Value("items").([]any) {
			id := a.Text(fmt.Sprintf("items.%d.id", i))
			if seen[id] {
				t.Errorf("%s comes twice", id)
			}
			seen[id] = true
			days = append(days, a.Text(fmt.Sprintf("items.%d.served_on", i)))
		}
		if a.Value("next_cursor") == nil {
			return days
		}
		cursor = "&cursor=" + a.Text("next_cursor")
	}
}

func TestTheFormKeepsWhatWasTyped(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(town.Lin).Files()
		station := town.As(town.Station)
		form := url.Values{"area_code": {string(housetest.Shaolin)}, "kind": {"4"}, "served_on": {"2026-03-06"}, "provider": {"legal_worker"},
			"provider_name": {"蔡法务"}, "minutes": {"two hours"}, "case_id": {"ZZZZ-ZZZZ"}, "_key": {"k1"}}
		a := station.Page("POST", path+"/new", form).Is(422)
		for _, want := range []string{`href="#f-minutes"`, `href="#f-case_id"`, `value="two hours"`, `value="ZZZZ-ZZZZ"`, `value="蔡法务"`,
			`value="legal_worker" checked`, `value="350503001001" selected`} {
			if !strings.Contains(string(a.Body), want) {
				t.Errorf("the form shown again lacks %s", want)
			}
		}
		form.Set("minutes", "120")
		form.Set("case_id", c.Reference)
		form.Set("_key", "k2")
		for range 2 {
			if to := station.Page("POST", path+"/new", form).Is(http.StatusSeeOther).Header.Get("Location"); to != path+"?area=350503001001&done=presence" {
				t.Errorf("led to %s", to)
			}
		}
		got := station.Get(path)
		if len(got.Value("items").([]any)) != 1 || got.Text("items.0.case_id") != c.ID || got.Text("items.0.minutes") != "120" {
			t.Errorf("on record: %s", got.Body)
		}
		list := string(station.Page("GET", path+"?area=350503001001&done=presence", nil).Is(200).Body)
		for _, want := range []string{"蔡法务", "服务已登记", `href="/desk/cases/` + c.ID, "少林"} {
			if !strings.Contains(list, want) {
				t.Errorf("the list lacks %s", want)
			}
		}
		town.As(town.County).Page("GET", path+"/new", nil).Is(403)
	})
}

func TestPagesOfServicesFollowEachOther(t *testing.T) {
	town := housetest.New(t, dbtest.Only(t, "sqlite"))
	entered(t, town)
	for i := range 17 {
		town.As(town.Station).Post(path, visit(m{"minutes": 100 + i})).Is(201)
	}
	county := town.As(town.County)
	first := string(county.Page("GET", path+"?area=350503", nil).Is(200).Body)
	_, rest, more := strings.Cut(first, `rel="next" href="`)
	next, _, _ := strings.Cut(strings.ReplaceAll(rest, "&amp;", "&"), `"`)
	if !more || strings.Count(first, "林律师") != 20 {
		t.Fatalf("the first page has %d lines", strings.Count(first, "林律师"))
	}
	if n := strings.Count(string(county.Page("GET", next, nil).Is(200).Body), "林律师"); n != 5 {
		t.Errorf("the second page has %d lines, want 5", n)
	}
	if body := string(county.Page("GET", path+"?kind=1&from=2021-01-01&to=2021-11-30", nil).Is(200).Body); strings.Count(body, "林律师") != 4 ||
		strings.Contains(body, path+"/new") {
		t.Error("a supervisor's list of one kind")
	}
	for _, bad := range []string{"?kind=9", "?from=x", "?cursor=x", "?cursor=2021-01-01.x", "?area=abc"} {
		county.Page("GET", path+bad, nil).Is(422)
	}
}
