package registry_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/rest"
	"fengqiao/policies"
)

// api is the town's registry behind the JSON kit; the token "admin" is its administrator's.
func (t *town) api() *echo.Echo {
	t.Helper()
	policy, err := authz.Load(policies.Model, policies.Policy)
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	a := rest.New(e, rest.Options{Policy: policy, Now: func() time.Time { return t.store.Now() },
		Authenticate: func(_ context.Context, token string) (actor.Actor, error) {
			if token == "admin" {
				by := t.admin.By()
				by.Fresh = true
				return by, nil
			}
			return actor.Actor{}, fault.New(fault.Unauthenticated, "", "请登录。", "Sign in.")
		}})
	t.s.Mount(a)
	return e
}

// answer is what the API said.
type answer struct {
	status int
	body   map[string]any
	header map[string][]string
}

func (t *town) ask(e *echo.Echo, method, path, body string, headers ...string) answer {
	t.Helper()
	req := httptest.NewRequestWithContext(t.ctx(), method, "/api/v1/registry"+path, strings.NewReader(body))
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, req)
	out := answer{status: w.Code, header: w.Header()}
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &out.body); err != nil {
			t.Fatalf("%s %s: %s: %v", method, path, w.Body, err)
		}
	}
	return out
}

func (a answer) items() []any { items, _ := a.body["items"].([]any); return items }

const asAdmin = "Authorization: Bearer admin"

func TestAnybodyMayReadTheRegistry(t *testing.T) {
	each(t, func(t *town) {
		c := t.active("东湖少林", registry.OfResidents, shaolin)
		e := t.api()
		for path, n := range map[string]int{
			"/areas?parent=350503001000": 8, "/areas?parent=350503": 8, "/areas": 1, "/areas?q=少林&parent=3505": 1,
			"/committees?area=3505": 1, "/committees?area=350503001001&type=02": 1, "/committees?area=3505&type=01": 0,
			"/committees?area=350500000000&type=desk&limit=100": 13,
			"/mediators?committee_id=" + c.ID.String():          3,
			"/compounds?area=3505":                              0, "/holidays?year=2026": 39,
		} {
			if got := t.ask(e, "GET", path, ""); got.status != 200 || len(got.items()) != n {
				t.Errorf("%s: %d, %d items, want %d: %v", path, got.status, len(got.items()), n, got.body)
			}
		}
		got := t.ask(e, "GET", "/committees/"+c.ID.String(), "")
		if got.status != 200 || got.body["name"] != "东湖少林人民调解委员会" || got.header["Etag"][0] != `"2"` || len(got.body["members"].([]any)) != 3 {
			t.Errorf("the committee: %d %v", got.status, got.body)
		}
		if term, _ := got.body["term"].(map[string]any); term["ends_on"] != "2028-06-30" || term["expired"] != false {
			t.Errorf("its term: %v", term)
		}
		for path, want := range map[string]int{
			"/lookup?area=" + string(shaolin): 200, "/lookup?area=350527000000": 200, "/lookup": 422, "/lookup?area=350503001999": 422,
			"/committees": 422, "/committees?area=abc": 422, "/mediators?committee_id=1": 422, "/committees?area=3505&limit=101": 422,
			"/committees/" + strings.Replace(c.ID.String(), "0", "1", 1): 404, "/attention?county=350503": 401,
		} {
			if got := t.ask(e, "GET", path, ""); got.status != want {
				t.Errorf("%s: %d, want %d: %v", path, got.status, want, got.body)
			}
		}
		if got := t.ask(e, "GET", "/lookup?area="+string(shaolin), ""); got.body["id"] != c.ID.String() {
			t.Errorf("the place is served by %v", got.body)
		}
		if got := t.ask(e, "POST", "/committees", `{"type":"02","name":"x","short_name":"x","area_code":"350503001001"}`); got.status != 401 {
			t.Errorf("anybody drafted a committee: %d", got.status)
		}
	})
}

func TestPagesOfTheAPIFollowEachOther(t *testing.T) {
	each(t, func(t *town) {
		e := t.api()
		seen, cursor := map[any]bool{}, ""
		for {
			got := t.ask(e, "GET", "/committees?area=3505&type=desk&limit=5"+cursor, "")
			for _, item := range got.items() {
				seen[item.(map[string]any)["id"]] = true
			}
			if got.body["next_cursor"] == nil {
				break
			}
			cursor = "&cursor=" + got.body["next_cursor"].(string)
		}
		if len(seen) != 13 {
			t.Errorf("%d desks in all pages", len(seen))
		}
		if got := t.ask(e, "GET", "/committees?area=3505&cursor=abc", ""); got.status != 422 {
			t.Errorf("a bent cursor: %d", got.status)
		}
	})
}

// poster sends the administrator's writes, and wants an answer of one status.
func (t *town) poster(e *echo.Echo) func(want int, path, body string, headers ...string) answer {
	return func(want int, path, body string, headers ...string) answer {
		t.Helper()
		got := t.ask(e, "POST", path, body, append(headers, asAdmin)...)
		if got.status != want {
			t.Fatalf("%s: %d, want %d: %v", path, got.status, want, got.body)
		}
		return got
	}
}

// A committee is set up through the API from its draft to its first case.
func TestACommitteeIsSetUpThroughTheAPI(t *testing.T) {
	each(t, func(t *town) {
		e := t.api()
		post := t.poster(e)
		made := post(201, "/committees", `{"type":"02","name":"少林社区人民调解委员会","short_name":"东湖少林","area_code":"350503001001"}`)
		path := "/committees/" + made.body["id"].(string)
		post(428, path+"/activate", "")
		if got := post(409, path+"/activate", "", `If-Match: "1"`, "Accept-Language: en"); got.body["code"] != "rule.O1" ||
			!strings.Contains(got.body["detail"].(string), "three to nine") {
			t.Errorf("without members: %v", got.body)
		}
		member := `{"person":{"name":"%s","id_number":"%s","ethnicity":"01","citizen":true},"office":"%s","served":{"full_time":true,"background":["lawyer"]}}`
		for i, office := range []string{"chair", "member", "member"} {
			got := post(201, path+"/members", fmt.Sprintf(member, fmt.Sprint("委员", i), somebody("", ident.Male, "").IDNumber, office))
			if got.body["office"] != office {
				t.Errorf("member: %v", got.body)
			}
		}
		post(201, path+"/terms", `{"method":"residents_meeting","electing":"居民会议","decided_on":"2025-06-30"}`)
		active := post(200, path+"/activate", "", `If-Match: "1"`)
		warnings := active.body["warnings"].([]any)
		if active.body["state"] != "active" || len(warnings) != 1 || warnings[0].(map[string]any)["rule"] != "O3" {
			t.Errorf("active: %v", active.body)
		}
		post(200, path+"/amend", `{"phone":"0595-22280001","address":"东湖街1号"}`, `If-Match: "2"`)
		post(412, path+"/amend", `{"phone":"","address":""}`, `If-Match: "2"`)
		if got := t.ask(e, "GET", "/attention?county=350503", "", asAdmin); got.status != 200 || len(got.items()) != 1 {
			t.Errorf("attention: %v", got.body)
		}
		members := t.ask(e, "GET", path, "").body["members"].([]any)
		leaving := members[1].(map[string]any)["id"].(string)
		post(200, "/members/"+leaving+"/leave", `{"reason":"辞职"}`)
		post(200, path+"/end", `{"reason":"撤并"}`, `If-Match: "3"`)
	})
}

func TestPeopleAndPlacesAreEnteredThroughTheAPI(t *testing.T) {
	each(t, func(t *town) {
		e := t.api()
		post := t.poster(e)
		c := t.active("东湖少林", registry.OfResidents, shaolin)
		path := "/committees/" + c.ID.String()
		mediator := post(201, path+"/mediators", fmt.Sprintf(`{"person":{"name":"蔡律师","id_number":"%s","citizen":true}}`, somebody("", ident.Female, "").IDNumber))
		mediatorPath := "/mediators/" + mediator.body["id"].(string)
		tie := post(201, mediatorPath+"/ties", `{"kind":"kin","name":"陈志强","phone":"13800138000"}`)
		if got := t.ask(e, "GET", mediatorPath+"/ties", "", asAdmin); len(got.items()) != 1 {
			t.Errorf("ties: %v", got.body)
		}
		post(200, "/ties/"+tie.body["id"].(string)+"/end", "")
		post(200, mediatorPath+"/leave", `{"reason":"解聘"}`)
		firm := post(201, "/property-firms", `{"area_code":"350503","name":"和顺物业","credit_code":"91350100M000100Y43"}`)
		compound := post(201, "/compounds", fmt.Sprintf(`{"name":"少林花园","area_code":"350503001001","households":420,"property_firm_id":"%s"}`, firm.body["id"]))
		post(201, "/compounds/"+compound.body["id"].(string)+"/owners-committees", `{"name":"少林花园业主委员会"}`)
		area := post(201, path+"/service-areas", fmt.Sprintf(`{"compound_id":"%s","scope":"property"}`, compound.body["id"]))
		if got := t.ask(e, "GET", "/lookup?compound="+compound.body["id"].(string), ""); got.body["id"] != c.ID.String() {
			t.Errorf("the compound is served by %v", got.body)
		}
		post(200, "/service-areas/"+area.body["id"].(string)+"/end", "")
		post(201, "/areas", `{"code":"350503900000","name":"丰泽高新区"}`)
		// Personal facts are for nobody to read: neither the birth date nor the papers of a mediator.
		for _, m := range t.ask(e, "GET", "/mediators?committee_id="+c.ID.String(), "").items() {
			for _, hidden := range []string{"born", "ethnicity", "id_number", "person_id"} {
				if _, shown := m.(map[string]any)[hidden]; shown {
					t.Errorf("the list shows %s", hidden)
				}
			}
		}
	})
}

func TestTablesAreKeptThroughTheAPI(t *testing.T) {
	each(t, func(t *town) {
		e := t.api()
		post := t.poster(e)
		t.active("东湖少林", registry.OfResidents, shaolin)
		changes := t.ask(e, "GET", "/changes?county=350503", "", asAdmin)
		if changes.status != 200 || len(changes.items()) != 6 {
			t.Errorf("changes: %v", changes.body)
		}
		post(201, "/notices", `{"county":"350503","court":"丰泽区人民法院"}`)
		if got := t.ask(e, "GET", "/changes?county=350503", "", asAdmin); len(got.items()) != 0 {
			t.Errorf("after the notice: %v", got.body)
		}
		put := t.ask(e, "PUT", "/holidays/2027", `{"days":[{"day":"2027-10-01","kind":"rest","name":"国庆节"}]}`, asAdmin)
		if put.status != 200 || len(put.items()) != 1 {
			t.Errorf("holidays: %d %v", put.status, put.body)
		}
		if got := t.ask(e, "PUT", "/settings", `{"area_code":"3505","name":"calendar.weekend_rolling","value":"off"}`, asAdmin); got.status != 204 {
			t.Errorf("settings: %d %v", got.status, got.body)
		}
	})
}
