package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
)

const (
	heron = "白鹭六二八四" // in the titles of cases of Home
	egret = "苍鹭一七三九" // what their applicants are called
)

// narrowed is what is asked of every list, count, report and export: nothing, the other place by name, and what lies there.
var narrowed = []string{"", "?area=350503000000&from=2026-01-01&to=2026-12-31", "?county=350503&q=" + heron, "?format=csv"}

// everybodys are kinds of things that anybody may read of, or that are named by somebody of the register.
var everybodys = []string{"/registry/", "/training/mediators/", "/subsidy/accounts/", "/subsidy/schemes/"}

// listed is what somebody is answered wherever an address names no thing: lists, counts, searches, reports, tables as files.
func listed(town *housetest.Town, who *housetest.Person) map[string]housetest.Answer {
	out, hand := map[string]housetest.Answer{}, town.As(who)
	keep := func(a housetest.Answer) { out[a.What()] = a }
	for _, r := range town.App.API.Routes() {
		path := strings.Replace(strings.TrimPrefix(r.Path, "/api/v1"), "/registry/tables/{kind}", "/registry/tables/mediators", 1)
		if r.Method != http.MethodGet || strings.Contains(path, "{") {
			continue
		}
		for _, q := range narrowed {
			keep(hand.Get(path + q))
		}
	}
	for _, r := range town.App.Site.Routes() {
		if r.Method != http.MethodGet || strings.Contains(r.Path, ":") || strings.HasPrefix(r.Path, "/file") || strings.HasPrefix(r.Path, "/sign-in") || strings.HasPrefix(r.Path, "/account/single") {
			continue
		}
		for _, q := range narrowed {
			keep(hand.Page(r.Method, r.Path+q, nil))
		}
	}
	for _, text := range []string{heron, egret} {
		a := hand.Post("/searches", m{"text": text})
		out["POST /searches "+text] = a
		a = hand.Page(http.MethodPost, "/desk/search", url.Values{"q": {text}, "_key": {"k"}})
		out["POST /desk/search "+text] = a
	}
	return out
}

// bare is an answer without what is made anew for each, and without the words that were searched for.
func bare(a housetest.Answer) string {
	var all strings.Builder
	for _, part := range housetest.Unpacked(a.Body) {
		all.Write(part)
	}
	return oneTime.ReplaceAllString(all.String(), "")
}

// What is done in one committee changes nothing of what people of another county, or of another committee, are shown in any list, count,
// search, report or file: each is read before and afterwards, and no title, no name and no id of a thing of Fengze stands in it.
func TestT7_ListsAndCountsKeepToTheirReach(t *testing.T) {
	town := one(t)
	made := things(t, town)
	far := strangersHere(t, town)
	rolls := func() {
		if _, err := town.App.Rollup.Roll(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	rolls()
	before := map[string]map[string]housetest.Answer{}
	for _, who := range far {
		before[who.name()] = listed(town, who.who)
	}
	planted := m{"title": heron, "applicant": m{"kind": "person", "name": egret, "phone": "13900001234", "address": "少林社区 9 号"}}
	su := town.As(town.Su)
	over, runs := su.Files(planted), su.Files(planted)
	su.Performed(over, town.Su)
	su.Does(over, "close", nil).Is(http.StatusOK)
	su.Met(runs, town.Su)
	town.As(town.Station).Post("/cases/"+runs.ID+"/complaints", m{"mediator_id": town.Su.Mediator, "kind": "K1", "text": "听的多是另一方的话", "party_id": runs.Applicant}).Is(http.StatusCreated)
	rolls()
	if a := town.As(town.Zheng).Get("/cases?q=" + heron); !a.Is(200).Holds(over.ID) || !town.As(town.Zheng).Page("GET", "/desk/cases?format=csv", nil).Holds(egret) {
		t.Fatalf("its own chair does not find it: the rest proves nothing: %s", a.Body)
	}
	answered := 0
	for _, who := range far {
		for what, a := range listed(town, who.who) {
			if a.Status == http.StatusOK {
				answered++
			}
			own := strings.Contains(what, "account-events") // who looks signs in, and stands there themselves
			if is, was := bare(a), bare(before[who.name()][what]); !own && (a.Status != before[who.name()][what].Status || is != was) {
				t.Errorf("%s as %s is another since: %s", what, who.name(), differs(was, is))
			}
			for _, text := range []string{heron, egret, over.ID, runs.ID, over.Reference, runs.Reference} {
				if a.Holds(text) && !echoed(a, text) && !strings.Contains(what, text) {
					t.Errorf("%s stands in %s as %s", text, what, who.name())
				}
			}
			for kind, one := range made {
				if kind == "/review/rounds/" && strings.Contains(what, "/review/items") && who.who == town.OtherChair {
					continue // who reviews is told of which round
				}
				if !slices.ContainsFunc(everybodys, func(of string) bool { return strings.HasPrefix(kind, of) }) && !slices.Contains(one.near, who.who) && strings.Contains(string(a.Body), one.id) {
					t.Errorf("a thing of %s stands in %s as %s", kind, what, who.name())
				}
			}
		}
	}
	if answered < 1000 {
		t.Errorf("%d answers", answered)
	}
}

const nextStreet ident.Area = "350503002000" // beside the street of Home, in the same county

// reported is what somebody is answered at every address of a report, for their own place and for those of others.
func reported(town *housetest.Town, who *housetest.Person) map[string]housetest.Answer {
	out, hand := map[string]housetest.Answer{}, town.As(who)
	asks := []string{"?group=committee", "?group=area&basis=accepted", "?committee_id=" + town.Home.ID.String()}
	for _, area := range []ident.Area{housetest.City, housetest.Fengze, housetest.Licheng, housetest.Street, nextStreet, housetest.Shaolin} {
		asks = append(asks, "?area="+string(area))
	}
	for _, r := range town.App.API.Routes() {
		if path := strings.TrimPrefix(r.Path, "/api/v1"); r.Method == http.MethodGet && strings.HasPrefix(path, "/reports/") && !strings.Contains(path, "{") {
			for _, q := range append([]string{""}, asks...) {
				out["GET "+path+q] = hand.Get(path + q)
			}
		}
	}
	for _, r := range town.App.Site.Routes() {
		if r.Method == http.MethodGet && strings.HasPrefix(r.Path, "/reports") && !strings.Contains(r.Path, ":") {
			for _, q := range append([]string{""}, asks...) {
				out["page "+r.Path+q] = hand.Page(r.Method, r.Path+q, nil)
			}
		}
	}
	return out
}

// counted is what reports count, done in Home.
func counted(t *testing.T, town *housetest.Town) {
	t.Helper()
	su, zheng, station := town.As(town.Su), town.As(town.Zheng), town.As(town.Station)
	for i := range 7 { // fewer than five are not told everywhere
		c := town.As(nil).Files(m{"applicant": m{"kind": "person", "name": egret, "phone": fmt.Sprint("1390000123", i), "address": "少林社区 9 号"}})
		if i == 0 {
			su.Met(c, town.Su)
			continue
		}
		su.Performed(c, town.Su)
		su.Does(c, "close", nil).Is(http.StatusOK)
		town.Party(c, c.Code).Post("/cases/"+c.ID+"/opinion", m{"answers": m{"heard": "4", "understood": "4", "free": "4", "neutral": "4", "again": "4"}, "line": "谢谢"}).Is(http.StatusCreated)
	}
	su.Post("/fieldwork/screening-rounds", m{"zero": true}).Is(http.StatusCreated)
	kept := su.Post("/fieldwork/prevention-records", m{"kind": 2, "persons": 3, "who": "某人", "done": "劝解", "evidence": "记录"}).Is(http.StatusCreated)
	zheng.Post("/fieldwork/prevention-records/"+kept.Text("id")+"/confirm", nil).Is(http.StatusOK)
	station.Post("/fieldwork/presence-services", m{"area_code": housetest.Shaolin, "kind": 3, "served_on": town.Today(), "provider": "lawyer", "provider_name": "林律师", "minutes": 150}).Is(http.StatusCreated)
	station.Post("/reports/funding", m{"area_code": housetest.Street, "year": town.Today().Year(), "guidance_budgeted_fen": 500_000, "allowance_spent_fen": 5}).Is(http.StatusCreated)
	town.As(town.County).Post("/reports/returns", m{"report": "case_table", "area": "350503", "from": "2021-05-01", "to": "2021-05-31"}).Is(http.StatusCreated)
}

// officer gives a street officer of another county the next street, too: whatever lies beside it in the county is not theirs.
func officer(t *testing.T, town *housetest.Town, p *housetest.Person) {
	t.Helper()
	if err := town.Store.Do(t.Context(), actor.System, p.ID.County(), func(tx *db.Tx) error {
		_, err := town.App.Accounts.GivePost(tx, account.Post{Person: p.ID, Role: actor.StationOfficer, Area: nextStreet})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	town.Again(p)
}

// What is done in one committee moves the figures of those who lead or oversee it, each report's for somebody; it moves no figure of
// anybody elsewhere, however they ask: of their own place, of the county, of the next street, of the committee by name.
func TestT7_FiguresKeepToTheirReach(t *testing.T) {
	town := one(t)
	officer(t, town, town.FarStation)
	far := []*housetest.Person{town.OtherChair, town.FarStation, town.FarCounty, town.FarChair, town.OtherMediator, town.OtherCourt}
	near := []*housetest.Person{town.Zheng, town.Station, town.County, town.Housing}
	moves := func(days int) {
		town.Later(time.Duration(days) * 24 * time.Hour)
		town.SignInAgain()
	}
	moves(40) // some reports tell only of a quarter that is over
	reads := func() map[*housetest.Person]map[string]housetest.Answer {
		if _, err := town.App.Rollup.Roll(t.Context()); err != nil {
			t.Fatal(err)
		}
		out := map[*housetest.Person]map[string]housetest.Answer{}
		for _, who := range slices.Concat(far, near) {
			out[who] = reported(town, who)
		}
		return out
	}
	before := reads()
	moves(-40)
	counted(t, town)
	moves(40)
	after := reads()
	moved := map[string]bool{}
	for _, who := range near {
		for what, a := range after[who] {
			report, _, _ := strings.Cut(what, "?")
			moved[report] = moved[report] || a.Status == http.StatusOK && bare(a) != bare(before[who][what])
		}
	}
	for report, has := range moved {
		if !has && still[report] == "" {
			t.Errorf("nobody's figures moved in %s: of it the rest proves nothing", report)
		}
	}
	answered := 0
	for _, who := range far {
		for what, a := range after[who] {
			if a.Status == http.StatusOK {
				answered++
			}
			if was := before[who][what]; a.Status != was.Status || bare(a) != bare(was) {
				t.Errorf("%s as %s is another since: %s", what, who.Name, differs(bare(was), bare(a)))
			}
		}
	}
	if answered < 100 {
		t.Errorf("%d answers", answered)
	}
}

// still are the reports that nothing here moves, with the reason.
var still = map[string]string{
	"GET /reports/housing": housings, "GET /reports/housing/file": housings, "page /reports/housing": housings,
	"GET /reports/hot-spots": spots, "GET /reports/hot-spots/file": spots, "page /reports/hot-spots": spots,
	"GET /reports/organisation-table/listed": units, "page /reports/organisation-table/listed": units,
	"GET /reports/survival/file": "has a line for each day on which an agreement ended, and none does here; the curves beside it move",
}

const (
	housings = "read by the housing bureau of a city alone, and what was told of a quarter stays as it was told"
	spots    = "what stands out does so against years of property disputes in compounds"
	units    = "names the register's units by a column, and nothing of the register is changed here"
)

// differs is where two texts part.
func differs(was, is string) string {
	n := 0
	for n < len(was) && n < len(is) && was[n] == is[n] {
		n++
	}
	cut := func(s string) string { return strings.ToValidUTF8(s[max(0, n-60):min(len(s), n+60)], "") }
	return "…" + cut(was) + "… to …" + cut(is) + "…"
}
