package app_test

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

// The headers stand on every answer of every route there is, to somebody and to nobody, on refusals as well; what is data is kept by no
// browser, and no cookie is for scripts or for other sites.
func TestT21_HeadersOnEveryRoute(t *testing.T) {
	town := one(t)
	c := town.As(town.Lin).Files()
	names := strings.NewReplacer("cases/{id}", "cases/"+c.ID, "cases/:id", "cases/"+c.ID, "mine/:id", "mine/"+c.ID, "{id}", town.Home.ID.String(), ":id", town.Home.ID.String(),
		"{kind}", "mediators", "{form}", "f5", ":form", "f5", "{year}", "2026", "{", "", "}", "", ":", "")
	answered, types := map[int]int{}, map[string]int{}
	look := func(got housetest.Answer) {
		answered[got.Status/100]++
		h := got.Header
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY", "Cache-Control": "no-store"} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", got.What(), name, h.Get(name))
			}
		}
		if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'self';") && !strings.Contains(csp, "default-src 'none';") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", got.What(), csp)
		}
		if kind, ok := typed(got); !ok {
			t.Errorf("%s: says %q and begins %.40q", got.What(), h.Get("Content-Type"), got.Body)
		} else if got.Status == http.StatusOK {
			types[kind]++
		}
		for _, cookie := range (&http.Response{Header: h}).Cookies() {
			if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode && cookie.SameSite != http.SameSiteStrictMode {
				t.Errorf("%s: cookie %s", got.What(), cookie.Name)
			}
		}
	}
	for _, who := range []*housetest.Person{nil, town.Su} {
		for _, r := range town.App.API.Routes() {
			if r.Method != http.MethodDelete && r.Path != "/api/v1/sessions/current" {
				look(town.As(who).SendAny(r.Method, strings.TrimPrefix(names.Replace(r.Path), "/api/v1"), nil))
			}
		}
		for _, r := range town.App.Site.Routes() {
			if r.Method == http.MethodGet {
				look(town.As(who).Page(r.Method, names.Replace(r.Path), nil))
			}
		}
	}
	look(town.As(town.Su).Page("GET", "/desk/cases?format=csv", nil))
	for _, kind := range []string{"application/json", "text/html", "text/csv", "application/zip"} {
		if types[kind] == 0 {
			t.Errorf("nothing of the type %s: %v", kind, types)
		}
	}
	if answered[2] < 100 || answered[3] == 0 || answered[4] < 100 || answered[5] > 0 {
		t.Errorf("answers by their first digit: %v", answered)
	}
}

// typed tells whether the type that an answer says is what it is, with its encoding where it is text; an empty one is of none.
func typed(got housetest.Answer) (kind string, ok bool) {
	says := got.Header.Get("Content-Type")
	if len(got.Body) == 0 {
		return "", true
	}
	kind, more, err := mime.ParseMediaType(says)
	switch {
	case err != nil:
		return kind, false
	case kind == "application/json" || strings.HasSuffix(kind, "+json"):
		return kind, json.Valid(got.Body)
	case kind == "text/html":
		return kind, more["charset"] == "utf-8" && bytes.HasPrefix(bytes.ToLower(got.Body), []byte("<!doctype html>"))
	case strings.HasPrefix(kind, "text/"):
		return kind, strings.EqualFold(more["charset"], "utf-8") && !bytes.HasPrefix(got.Body, []byte("<")) && !json.Valid(got.Body)
	case strings.HasPrefix(kind, "application/vnd.openxmlformats-"), kind == "application/zip":
		return kind, bytes.HasPrefix(got.Body, []byte("PK"))
	case kind == "application/pdf":
		return kind, bytes.HasPrefix(got.Body, []byte("%PDF-"))
	case kind == "image/svg+xml":
		return kind, bytes.HasPrefix(got.Body, []byte("<svg"))
	}
	return kind, false
}
