package app_test

import (
	"net/http"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

// things are one real thing of each kind that lies in Fengze, by the beginning of its address.
func things(t *testing.T, town *housetest.Town) map[string]string {
	t.Helper()
	su, county, security := town.As(town.Su), town.As(town.County), town.As(town.Security)
	c, over := town.As(nil).Files(), town.As(nil).Files(m{"title": "早已结案"})
	lin := town.Party(c, c.Code)
	su.Met(c, town.Su)
	made := func(h housetest.Hand, path string, body any) string {
		t.Helper()
		return h.SendAny("POST", path, body).Is(http.StatusCreated).Text("id")
	}
	out := map[string]string{
		"/accounts/":            security.Post("/accounts/find", m{"login": town.Su.Login}).Is(http.StatusOK).Text("id"),
		"/posts/":               town.As(town.Zheng).Get("/posts").Is(http.StatusOK).Text("items.0.id"),
		"/registry/committees/": town.Home.ID.String(), "/registry/mediators/": town.Su.Mediator.String(), "/training/mediators/": town.Su.Mediator.String(),
		"/subsidy/accounts/":     town.Su.Mediator.String(),
		"/complaints/":           made(lin, "/cases/"+c.ID+"/complaints", m{"mediator_id": town.Su.Mediator, "kind": "K1", "text": "听的多是另一方的话"}),
		"/data-requests/":        made(lin, "/cases/"+c.ID+"/data-requests", m{"kind": "correction", "item": "address", "right": "少林路 9 号"}),
		"/training/courses/":     made(county, "/training/courses", m{"title": "年度培训", "organiser": "丰泽区司法局", "kind": "annual", "from": "2026-02-02", "class_hours": 14, "form": "class"}),
		"/fieldwork/screening-r": made(su, "/fieldwork/screening-rounds", m{"zero": true}),
		"/review/rounds/":        made(county, "/review/rounds", m{"name": "三月评查", "area_code": housetest.Fengze, "from": town.Today().Plus(-5), "to": town.Today(), "rate_rest": 50}),
		"/subsidy/schemes/": made(county, "/subsidy/schemes", m{"area_code": housetest.Fengze, "kind": "post", "name": "岗位补贴办法", "valid_from": "2026-01-01",
			"valid_to": "2030-12-31", "basis": "丰司〔2026〕4号", "terms": m{"post_fen": 96000}}),
		"/reports/returns/": made(county, "/reports/returns", m{"report": "case_table", "area": "350503", "from": "2021-05-01", "to": "2021-05-31"}),
	}
	bounds := town.App.Holding.Bounds
	town.App.Holding.Bounds.Committee = 1
	out["/held-filings/"] = town.As(nil).Post("/cases", housetest.Leak()).Is(http.StatusAccepted).Text("id")
	town.App.Holding.Bounds = bounds
	longAgo(t, town, over)
	out["/retention/"] = over.ID
	list := county.Post("/disposals", m{"case_ids": []string{over.ID}}).Is(http.StatusCreated)
	out["/disposals/"] = list.Text("id")
	return out
}

// sentToThings are bodies that could be carried out by whoever has such a thing in reach.
var sentToThings = map[string]any{
	"/accounts/{id}/end-sessions": nil, "/accounts/{id}/remove-second-factor": nil, "/accounts/{id}/state": m{"state": "disabled"},
	"/posts/{id}/end": m{}, "/posts/{id}/end-deputy": m{},
	"/complaints/{id}/take-up": m{}, "/complaints/{id}/decide": m{"outcome": "criticised", "reason": "属实"},
	"/data-requests/{id}/confirm": m{"confirm": true}, "/held-filings/{id}/release": m{}, "/held-filings/{id}/drop": m{"reason": "no_dispute"},
	"/disposals/{id}/refuse": m{"reason": "不行"}, "/disposals/{id}/withdraw": m{}, "/retention/{id}/holds": m{"reason": "法院调卷"},
	"/review/rounds/{id}/draw": m{}, "/subsidy/schemes/{id}/withdraw": m{"reason": "不行"},
	"/registry/mediators/{id}/leave": m{"on": "2026-03-06", "reason": "x"}, "/registry/committees/{id}/end": m{"reason": "合并"},
}

// What is no case has its reach too: to people of another county and of another committee, whom the policy lets do such a thing in their
// own place, a thing of Fengze is missing, with the words for one that never was.
func TestT7_WhatIsNoCaseIsOutOfReachToo(t *testing.T) {
	town := one(t)
	made, tried := things(t, town), map[string]int{}
	open := map[string]bool{"registry.read": true, "scheme.read": true} // who serves where, and what is paid, is public
	for _, route := range town.App.API.Routes() {
		path := strings.TrimPrefix(route.Path, "/api/v1")
		body, known := sentToThings[path]
		if strings.Count(path, "{") != 1 || route.Method != http.MethodGet && !known || open[string(route.Action)] {
			continue
		}
		for kind, id := range made {
			if !strings.HasPrefix(path, kind) || !strings.Contains(path, "{id}") {
				continue
			}
			for _, who := range everybody(town) {
				if who.who != town.FarCounty && who.who != town.FarMediator && who.who != town.FarStation && who.who != town.OtherChair {
					continue
				}
				hand := town.As(who.who).With("If-Match", `"1"`)
				got := hand.SendAny(route.Method, strings.Replace(path, "{id}", id, 1), body)
				if who.who == town.OtherChair && strings.HasPrefix(kind, "/registry/committees/") {
					continue // of the same county, whose register its people read
				}
				if who.of(t, town.App.Policy, route.Action) == refused {
					if got.Status != http.StatusForbidden {
						t.Errorf("%s %s as %s: %d %s, want 403", route.Method, path, who.name(), got.Status, got.Body)
					}
					continue
				}
				none := hand.SendAny(route.Method, strings.Replace(path, "{id}", strings.Replace(id, id[:8], "00000000", 1), 1), body)
				if path == "/registry/mediators/{id}/complaints" && strings.Contains(string(none.Body), `"all":0`) {
					none.Status, none.Body = http.StatusNotFound, []byte(strings.Replace(string(none.Body), "00000000", id[:8], 1))
					got.Status = http.StatusNotFound // counts what its reader may see: none, as of somebody who is not there
				}
				if tried[kind]++; got.Status != http.StatusNotFound || string(got.Body) != string(none.Body) {
					t.Errorf("%s %s as %s: %d %s (missing: %d), want 404", route.Method, path, who.name(), got.Status, got.Body, none.Status)
				}
			}
		}
	}
	for kind := range made {
		if tried[kind] == 0 && kind != "/accounts/" { // of which nobody far away may do anything
			t.Errorf("nobody tried %s", kind)
		}
	}
}
