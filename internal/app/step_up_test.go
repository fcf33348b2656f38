package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

// What must ask for a fresh proof, whatever the policy's list says: files of identified data, unmasking, settings, money,
// and people's ways in. A list that was emptied or cut is told by this one.
var grave = []struct{ login, method, path string }{
	{"su", "GET", "/cases/export"}, {"station", "GET", "/cases/export"}, {"su", "GET", "/cases/{id}/dossier"}, {"su", "POST", "/cases/{id}/reveal"},
	{"bureau", "GET", "/registry/tables/mediators"}, {"system", "PUT", "/registry/settings"}, {"bureau", "POST", "/subsidy/batches/{id}/payment-list"},
	{"su", "PUT", "/subsidy/account"}, {"bureau", "PUT", "/subsidy/accounts/{id}"}, {"security", "POST", "/accounts/find"}, {"security", "POST", "/accounts/{id}/reset-password"},
	{"security", "POST", "/accounts/{id}/remove-second-factor"}, {"su", "DELETE", "/sessions/current/second-factor"}, {"su", "POST", "/sessions/current/recovery-codes"},
	{"su", "GET", "page /desk/cases?format=xlsx"}, {"su", "GET", "page /desk/cases/{id}/dossier"}, {"su", "GET", "page /desk/cases/{id}/reveal"}, {"su", "POST", "page /desk/cases/{id}/reveal"},
	{"court", "GET", "page /referrals?format=csv"}, {"bureau", "GET", "page /bureau/imports/table"}, {"bureau", "GET", "page /bureau/notices/due/table"},
	{"system", "POST", "page /registry/settings"}, {"bureau", "POST", "page /subsidy/batches/{id}/payment-list"}, {"su", "POST", "page /subsidy/account"},
	{"su", "POST", "/cases/{id}/request-note"}, {"chair", "POST", "/cases/{id}/request-note"}, {"chair", "POST", "/cases/{id}/decide-note"}, {"station", "POST", "/cases/{id}/decide-note"},
	{"chair", "POST", "/cases/{id}/sessions/{id}/break-glass"}, {"station", "POST", "page /desk/cases/{id}/sessions/{id}/break-glass"}, {"station", "POST", "page /desk/cases/{id}/decide-note"},
	{"chair", "POST", "/data-requests/{id}/decide"}, {"bureau", "POST", "/data-requests/{id}/confirm"}, {"chair", "POST", "page /data-requests/{id}/decide"}, {"bureau", "POST", "page /data-requests/{id}/confirm"},
	{"bureau", "POST", "/retention/{id}/holds"}, {"bureau", "POST", "/retention-holds/{id}/lift"}, {"bureau", "POST", "page /retention/{id}/hold"},
	{"bureau", "POST", "/disposals"}, {"bureau", "POST", "/disposals/{id}/approve"},
	{"station", "POST", "/posts/{id}/deputies"}, {"chair", "POST", "page /posts/{id}/deputy"}, {"station", "GET", "page /posts/{id}/deputy"},
	{"security", "GET", "page /accounts"}, {"su", "POST", "page /second-factor"},
}

func TestT13_GraveActsAskForAFreshProof(t *testing.T) {
	town := one(t)
	c := town.As(town.Lin).Files()
	town.As(town.Su).Hosted(c, town.Su)
	people := map[string]*housetest.Person{"su": town.Su, "station": town.Station, "bureau": town.Bureau, "system": town.System, "court": town.Court, "security": town.Security, "chair": town.Zheng}
	ask := func(login, method, path string) housetest.Answer {
		path, hand := strings.ReplaceAll(path, "{id}", c.ID), town.As(people[login]).Plain()
		if at, isPage := strings.CutPrefix(path, "page "); isPage {
			return hand.With("Referer", "http://example.com/desk/cases?state=open").Page(method, at, url.Values{"_key": {"k"}})
		}
		var body any
		if method != http.MethodGet {
			body = m{"nonsense": true}
		}
		return hand.Send(method, path, body)
	}
	asked := func(a housetest.Answer) bool {
		return a.Status == http.StatusForbidden && strings.Contains(string(a.Body), `"step_up"`) ||
			a.Status == http.StatusForbidden && strings.Contains(string(a.Body), `name="_password"`) || strings.HasPrefix(a.Header.Get("Location"), "/confirm?then=")
	}
	for _, p := range people {
		town.As(p)
	}
	for _, g := range grave {
		if a := ask(g.login, g.method, g.path); asked(a) || a.Status == http.StatusForbidden {
			t.Errorf("%s %s as %s, just signed in: %d %s", g.method, g.path, g.login, a.Status, a.Header.Get("Location"))
		}
	}
	town.Later(16 * time.Minute)
	for _, g := range grave {
		if a := ask(g.login, g.method, g.path); !asked(a) {
			t.Errorf("%s %s as %s, a quarter of an hour later: %d", g.method, g.path, g.login, a.Status)
		}
	}
	for path, then := range map[string]string{"/desk/cases?format=xlsx": "/desk/cases?done=confirmed&state=open", "/desk/cases/{id}/reveal": "/desk/cases/" + c.ID + "/reveal"} {
		if got := ask("su", "GET", "page "+path).Header.Get("Location"); got != "/confirm?then="+url.QueryEscape(then) {
			t.Errorf("%s leads to %s", path, got)
		}
	}
	if a := ask("su", "GET", "/cases"); a.Status != http.StatusOK {
		t.Errorf("reading is asked for a fresh proof too: %d", a.Status)
	}
	if a := town.As(town.Su).Page("GET", "/desk/cases?format=csv", nil); a.Status != http.StatusOK { // this hand gives it
		t.Errorf("after a proof: %d", a.Status)
	}
}

// A form that comes too late for a fresh proof is not lost: the page that asks for the proof carries it on, once.
func TestT13_AFormThatComesLateIsNotLost(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := housetest.OnDoorstep(town).Enters(town.Su).Opens("/subsidy/account")
		town.Later(16 * time.Minute)
		typed := []string{"holder", "苏惠敏 <b>", "bank", "农业银行丰泽支行", "number", "6228480123456789012"}
		su.Says(typed...).Is(http.StatusForbidden, "/subsidy/account").Reads("请确认是您本人", "都在")
		if _, kept := su.Form(); kept.Get("number") != typed[5] || kept.Get("holder") != typed[1] || kept.Get("_key") == "" {
			t.Fatalf("kept: %v", kept)
		}
		none := func() {
			t.Helper()
			if got := town.As(town.Su).Get("/subsidy/account"); got.Status == http.StatusOK && got.Text("number") != "" {
				t.Errorf("entered without a proof: %s", got.Body)
			}
		}
		none()
		su.Says("_password", "not-my-password").Is(http.StatusUnprocessableEntity, "/subsidy/account").Reads("密码不对", "都在").ReadsNot("not-my-password")
		none()
		action, late := su.Form()
		late.Set("_password", housetest.Password)
		for range 2 { // sent twice it is done once
			su.Posts(action, late).Is(http.StatusOK, "/subsidy/account?done=account_entered").Reads("**** 9012", "苏惠敏 <b>")
		}
		if got := town.As(town.Su).Get("/subsidy/account"); got.Text("version") != "1" {
			t.Errorf("entered more than once: %s", got.Body)
		}
	})
}

// A party who came by reference and code has nothing to confirm with: the code is all they have, and it opens one case.
func TestT13_APartyByCodeIsAskedForNoProof(t *testing.T) {
	town := one(t)
	c := town.As(nil).Files()
	party := town.Party(c, c.Code).Plain()
	town.Later(time.Hour)
	party.Get("/cases/export?format=csv").Is(http.StatusOK)
	party.Get("/sessions").Is(http.StatusForbidden)
	party.Post("/sessions/current/second-factor", m{}).Is(http.StatusForbidden)
}
