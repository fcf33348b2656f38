package app_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/authz"
	"fengqiao/internal/housetest"
)

// sentToThings are bodies that could be carried out by whoever has such a thing in reach.
func sentToThings(town *housetest.Town, made map[string]thing) map[string]any {
	su, on := town.Su.Mediator, string(town.Today())
	out := map[string]any{
		"/accounts/{id}/end-sessions": nil, "/accounts/{id}/remove-second-factor": nil, "/accounts/{id}/state": m{"state": "disabled"}, "/accounts/{id}/reset-password": nil,
		"/accounts/{id}/posts": m{"role": "mediator", "committee_id": town.Home.ID},
		"/posts/{id}/end":      m{}, "/posts/{id}/end-deputy": m{}, "/posts/{id}/deputies": m{"person_id": town.Hong.ID, "until": town.Today().Plus(5)}, "/sessions/{id}": nil,
		"/anomalies/{id}/clear":    m{"reason": "三家合用一部电话，已当面核实"},
		"/complaints/{id}/take-up": m{}, "/complaints/{id}/decide": m{"outcome": "criticised", "reason": "属实"}, "/complaints/{id}/tell": m{"channel": "phone"},
		"/data-requests/{id}/confirm": m{"confirm": true}, "/data-requests/{id}/decide": m{"outcome": "done"},
		"/held-filings/{id}/release": m{}, "/held-filings/{id}/drop": m{"reason": "no_dispute"}, "/held-filings/{id}/restore": nil,
		"/fieldwork/prevention-records/{id}/confirm": nil, "/fieldwork/screening-rounds/{id}/findings": m{"text": "争吵"},
		"/ledger/imports/{id}": nil, "/ledger/imports/{id}/columns": m{"columns": []string{"no"}}, "/ledger/imports/{id}/start": m{"choice": "good", "rights_told": true},
		"/messages/{id}/send-again": nil,
		"/disposals/{id}/refuse":    m{"reason": "不行"}, "/disposals/{id}/withdraw": m{}, "/disposals/{id}/approve": m{"sha256": "x"},
		"/disposals/{id}/paper":      m{"destroyed_on": on, "first_watcher": "甲", "second_watcher": "乙"},
		"/retention/{id}/holds":      m{"reason": "法院调卷"},
		"/retention-holds/{id}/lift": m{"reason": "已经归还"},
		"/review/rounds/{id}/draw":   m{}, "/review/rounds/{id}/reviewers": m{"logins": []string{"otherchair"}},
		"/review/items/{id}/give-back": m{"reason": "认识当事人"}, "/review/items/{id}/reassign": m{"reason": "认识当事人"}, "/review/items/{id}/sheets": m{"points": m{"scope": 10}},
		"/review/results/{id}/answer": m{"text": "原件在案卷第 9 页"},
		"/subsidy/accounts/{id}":      m{"bank": "工行", "holder": "苏惠敏", "number": "6222020000000000000"},
		"/subsidy/barred/{id}/end":    m{"to": on}, "/subsidy/batches/{id}/paid": m{"paid_on": on}, "/subsidy/batches/{id}/payment-list": m{"format": "csv"},
		"/subsidy/batches/{id}/sign": m{"sha256": "x"}, "/subsidy/batches/{id}/take-out": m{"claim_id": made["/subsidy/claims/"].id, "reason": "再核对"},
		"/subsidy/claims/{id}/answer":          m{"reply": "材料已经补交。"},
		"/subsidy/claims/{id}/refuse-at-check": m{"code": "materials", "text": "缺"}, "/subsidy/claims/{id}/refuse-at-examine": m{"code": "materials", "text": "缺"},
		"/subsidy/claims/{id}/refuse-at-approve": m{"code": "materials", "text": "缺"},
		"/subsidy/schemes/{id}/withdraw":         m{"reason": "不行"}, "/subsidy/schemes/{id}/end": m{"ended_on": on},
		"/subsidy/schemes/{id}/factors":                          m{"basis": "丰司", "per_ten_thousand": 9000, "year": 2026},
		"/training/courses/{id}/attendances":                     m{"attendances": []m{{"mediator_id": su}}},
		"/training/courses/{id}/attendances/{attendance}/strike": m{"reason": "登记错了"},
		"/training/grades/{id}/take-back":                        m{"reason": "撤销"},
		"/training/mediators/{id}/grades":                        m{"document_no": "1", "grade": "4", "granted_on": on, "panel": "小组"},
	}
	maps.Copy(out, sentToTheRegister(town))
	return out
}

func sentToTheRegister(town *housetest.Town) map[string]any {
	on, why := string(town.Today()), m{"reason": "合并"}
	person := m{"name": "新人", "sex": "1", "ethnicity": "01", "citizen": true, "id_number": housetest.Numbered("19800101", "001"), "born": "1980-01-01"}
	return map[string]any{
		"/registry/committees/{id}/end":      why,
		"/registry/committees/{id}/activate": nil, "/registry/committees/{id}/amend": m{"address": "少林路", "phone": "0595-22000001"},
		"/registry/committees/{id}/elections":     housetest.File{Name: "a.png", Content: housetest.Pixel},
		"/registry/committees/{id}/seals":         housetest.File{Name: "a.png", Content: housetest.Pixel},
		"/registry/committees/{id}/mediators":     m{"person": person},
		"/registry/committees/{id}/members":       m{"office": "member", "person": person},
		"/registry/committees/{id}/revise":        m{"name": "少林人民调解委员会"},
		"/registry/committees/{id}/service-areas": m{"scope": "all", "area_code": housetest.Donghu},
		"/registry/committees/{id}/terms":         m{"decided_on": on, "electing": "居民会议", "method": "residents_meeting"},
		"/registry/compounds/{id}/amend":          m{"area_code": housetest.Faraway, "name": "湖滨"}, "/registry/compounds/{id}/owners-committees": m{"name": "业委会"},
		"/registry/mediators/{id}/absences": m{"from": on, "to": on}, "/registry/mediators/{id}/absences/{absence}/end": nil,
		"/registry/mediators/{id}/amend": m{}, "/registry/mediators/{id}/hand-over": m{"to_mediator_id": town.Hong.Mediator}, "/registry/mediators/{id}/languages": m{"languages": []string{}},
		"/registry/mediators/{id}/leave": m{"on": on, "reason": "x"}, "/registry/mediators/{id}/ties": m{"kind": "kin", "name": "某人"},
		"/registry/members/{id}/leave": why, "/registry/members/{id}/office": m{"office": "member"},
		"/registry/owners-committees/{id}/amend": m{"name": "业委会"}, "/registry/property-firms/{id}/amend": m{"name": "物业"},
		"/registry/seals/{id}/end": m{"how": "lost", "on": on, "why": "遗失"}, "/registry/seals/{id}/keeper": m{"keeper": "某人"},
		"/registry/service-areas/{id}/end": nil, "/registry/ties/{id}/end": nil, "/registry/imports/{id}": nil, "/registry/imports/{id}/enter": nil,
	}
}

// noThings are parameters of addresses that name nothing of anybody's: a year, a kind of table, a clause of the book.
var noThings = []string{"/registry/holidays/", "/registry/tables/", "/clauses/"}

// open is what anybody may read: who serves where, and what is paid.
var open = []authz.Action{"registry.read", "scheme.read"}

// asked is an address with the thing that it names.
type asked struct {
	method, path string
	action       authz.Action
	thing
	body any
}

func (a asked) of(id string) string {
	return strings.NewReplacer("{id}", id, ":id", id, "{absence}", a.part, ":absence", a.part, "{attendance}", a.part, ":attendance", a.part, ":claim", a.part, ":file", a.part, ":form", "f5").Replace(a.path)
}

// What is no case has its reach too: to people of another county and of another committee, whom the policy lets do such a thing in their
// own place, a thing of Fengze is missing, with the words for one that never was; and to somebody it is there. An address that names
// a thing of no kind that is known here, or takes what nobody here could send, fails.
func TestT7_WhatIsNoCaseIsOutOfReachToo(t *testing.T) {
	town := one(t)
	made, far := things(t, town), strangersHere(t, town)
	sent := sentToThings(town, made)
	var all []asked
	for _, route := range town.App.API.Routes() {
		path := strings.TrimPrefix(route.Path, "/api/v1")
		kind, rest, names := strings.Cut(path, "{")
		if !names || strings.HasPrefix(path, "/cases/{id}") || slices.Contains(noThings, kind) {
			continue
		}
		body, readable := sent[path]
		if _, own := made[path]; own {
			kind = path
		}
		if made[kind].id == "" || made[kind].part == "" && strings.Contains(rest, "{") || !readable && route.Method != http.MethodGet {
			t.Errorf("%s %s has no row in this test", route.Method, route.Path)
			continue
		}
		all = append(all, asked{route.Method, path, route.Action, made[kind], body})
	}
	for _, a := range all {
		if !slices.Contains(open, a.action) && outOfReach(t, town, a, far) == 0 {
			t.Errorf("nobody tried %s %s", a.method, a.path)
		}
	}
	pagesOutOfReach(t, town, made, far)
	slices.SortStableFunc(all, func(a, b asked) int { return a.rank() - b.rank() })
	for _, a := range all {
		if !isThere(town, a) {
			t.Errorf("%s %s: nobody finds it", a.method, a.path)
		}
	}
}

// alike are kinds that pages call by another name than the API; "" has no thing, or is crossed with the cases.
var alike = map[string]string{"/bureau/firms/": "/registry/property-firms/", "/bureau/notices/": "/bureau/notices/", "/bureau/documents/": "/bureau/documents/", "/desk/hand-over/": "/registry/mediators/",
	"/desk/team/": "/registry/mediators/", "/exchange/": "/ledger/imports/", "/subsidy/mine/": "/subsidy/claims/",
	"/desk/cases/": "", "/mine/": "", "/first-admin/": "", "/posters/": "", "/q/": ""}

// pagesOutOfReach tries the pages likewise: to whoever is far, a page about a thing is the page about one that never was, and a form
// that is sent to it does as little.
func pagesOutOfReach(t *testing.T, town *housetest.Town, made map[string]thing, far []stranger) {
	t.Helper()
	for _, route := range town.App.Site.Routes() {
		kind, rest, names := strings.Cut(route.Path, ":")
		if other, named := alike[kind]; named {
			kind = other
		} else {
			kind = strings.Replace(kind, "/bureau/", "/registry/", 1)
		}
		if !names || kind == "" {
			continue
		}
		a := asked{route.Method, route.Path, route.Action, made[kind], nil}
		if a.id == "" || a.part == "" && strings.Contains(rest, ":") {
			t.Errorf("%s %s has no row in this test", route.Method, route.Path)
			continue
		}
		if slices.Contains(open, a.action) {
			continue
		}
		form, tried := url.Values{"_version": {"1"}, "_key": {"k"}}, 0
		for _, who := range far {
			if slices.Contains(a.near, who.who) || who.of(t, town.App.Policy, a.action) == refused {
				continue // the first crossing of pages has everybody whom the policy stops
			}
			tried++
			got := town.As(who.who).Page(a.method, a.of(a.id), form)
			none := town.As(who.who).Page(a.method, a.of(strings.Replace(a.id, a.id[:8], "00000000", 1)), form)
			same := oneTime.ReplaceAllString(string(got.Body), "") == oneTime.ReplaceAllString(string(none.Body), "")
			if got.Status != none.Status || !same || got.Status < 400 || a.method == http.MethodGet && got.Status != http.StatusNotFound {
				t.Errorf("%s %s as %s: %d (missing: %d, the same: %t), want 404", a.method, a.path, who.name(), got.Status, none.Status, same)
			}
		}
		if tried == 0 {
			t.Errorf("nobody tried %s %s", a.method, a.path)
		}
		if a.method == http.MethodGet && !isShown(town, a) {
			t.Errorf("%s: nobody is shown it", a.path)
		}
	}
}

// rank puts first what reads, then what adds, then what ends a thing or somebody who was to try others.
func (a asked) rank() int {
	for i, word := range []string{"{id}/state", "/reset-password", "/end-sessions", "/remove-second-factor", "/leave", "/office", "committees/{id}/end", "posts/{id}/end"} {
		if strings.HasSuffix(a.path, word) {
			return 100 - i
		}
	}
	return slices.Index([]string{"GET", "PUT", "POST", "DELETE"}, a.method)
}

// outOfReach tries an address as everybody far from its thing, and counts those whom the policy does not stop.
func outOfReach(t *testing.T, town *housetest.Town, a asked, far []stranger) (tried int) {
	t.Helper()
	for _, who := range far {
		if slices.Contains(a.near, who.who) {
			continue
		}
		hand := town.As(who.who).With("If-Match", `"1"`)
		got := hand.SendAny(a.method, a.of(a.id), a.body)
		if who.of(t, town.App.Policy, a.action) == refused {
			if got.Status != http.StatusForbidden {
				t.Errorf("%s %s as %s: %d %s, want 403", a.method, a.path, who.name(), got.Status, got.Body)
			}
			continue
		}
		tried++
		none := hand.SendAny(a.method, a.of(strings.Replace(a.id, a.id[:8], "00000000", 1)), a.body)
		if a.path == "/registry/mediators/{id}/complaints" && strings.Contains(string(none.Body), `"all":0`) {
			none.Body = []byte(strings.Replace(string(none.Body), "00000000", a.id[:8], 1))
			got.Status, none.Status = http.StatusNotFound, http.StatusNotFound // counts what its reader may see: none, as of somebody who is not there
		}
		if got.Status != http.StatusNotFound || none.Status != http.StatusNotFound || string(got.Body) != string(none.Body) {
			t.Errorf("%s %s as %s: %d %s (missing: %d), want 404", a.method, a.path, who.name(), got.Status, got.Body, none.Status)
		}
	}
	return tried
}

// isThere tells whether somebody of Fengze finds the thing at an address, whatever may then be done with it.
func isThere(town *housetest.Town, a asked) bool {
	for _, who := range near(town) {
		got := town.As(who).With("If-Match", `"999"`).SendAny(a.method, a.of(a.id), a.body) // of no version: found, and left as it is
		if denied := got.Status == http.StatusForbidden && got.Text("detail") == policyDenial; !denied && got.Status != http.StatusUnauthorized && got.Status != http.StatusNotFound && got.Status < 500 {
			return true
		}
	}
	return false
}

func isShown(town *housetest.Town, a asked) bool {
	return slices.ContainsFunc(near(town), func(who *housetest.Person) bool {
		got := town.As(who).Page(a.method, a.of(a.id), nil).Status
		return got == http.StatusOK || got == http.StatusSeeOther || got == http.StatusConflict // a step that the thing is past
	})
}

// near are people who have what lies in Fengze within reach, each their part of it.
func near(town *housetest.Town) []*housetest.Person {
	return []*housetest.Person{town.County, town.Zheng, town.Su, town.Station, town.Bureau, town.System, town.Security, town.Court, town.OtherChair}
}
