package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
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

// differs is where two texts part.
func differs(was, is string) string {
	n := 0
	for n < len(was) && n < len(is) && was[n] == is[n] {
		n++
	}
	cut := func(s string) string { return strings.ToValidUTF8(s[max(0, n-60):min(len(s), n+60)], "") }
	return "…" + cut(was) + "… to …" + cut(is) + "…"
}
