package sso_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fengqiao/internal/app"
)

// T16: whoever comes, and whatever they bring – in an address, a header, a code, or a statement that is signed by another – the provider is
// asked where the operator said, and nothing else is.
func TestT16_NobodyChoosesWhereTheProviderIsAsked(t *testing.T) {
	each(t, app.FactorOffered, func(h *house) {
		if h.Store.Dialect() != "sqlite" {
			return // once: no row tells where
		}
		var came atomic.Int64
		bait := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came.Add(1) }))
		h.Cleanup(bait.Close)
		at := strings.TrimPrefix(bait.URL, "http://")
		h.binds(h.Su, "su@city")
		named := url.Values{}
		for _, name := range []string{"iss", "issuer", "provider", "redirect_uri", "client_id", "jwks_uri", "token_endpoint", "request_uri", "then", "target_link_uri", "login_hint"} {
			named.Set(name, bait.URL+"/x")
		}
		h.app, h.base = h.process(app.FactorOffered) // one that has asked nothing yet
		b := h.browser(nil)
		lured := func(path string) got {
			r, err := http.NewRequestWithContext(h.Context(), "GET", h.base+path, nil)
			if err == nil {
				r.Header = http.Header{"X-Forwarded-Host": {at}, "X-Forwarded-Proto": {"http"}, "Forwarded": {"host=" + at}, "Referer": {bait.URL}, "Origin": {bait.URL}}
				r.Host = at
			}
			return b.do(r, err)
		}
		sent, err := url.Parse(lured("/sign-in/single?" + named.Encode()).to)
		if err != nil || !strings.HasPrefix(sent.String(), h.provider.URL+"/authorize?") || sent.Query().Get("redirect_uri") != callback || strings.Contains(sent.String(), url.QueryEscape(bait.URL)) {
			h.Errorf("sent to %v, %v", sent, err)
		}
		back := url.Values{"state": {sent.Query().Get("state")}, "code": {bait.URL + "/code"}}
		if got := lured("/sign-in/single/back?" + back.Encode()); got.to != "" || b.in() != "" {
			h.Errorf("with an address for a code: %d to %s", got.status, got.to)
		}
		named.Set("state", b.leaves("/sign-in/single").Get("state"))
		named.Set("code", "x")
		if got := lured("/sign-in/single/back?" + named.Encode()); got.to != "" || b.in() != "" {
			h.Errorf("from another issuer: %d to %s", got.status, got.to)
		}
		for how, spoil := range map[string]func(claim){
			"another's keys": func(c claim) { c["sign"], c["bait"] = "pointing", bait.URL+"/keys" },
			"another issuer": func(c claim) { c["iss"] = bait.URL },
			"claims elsewhere": func(c claim) {
				c["nonce"], c["_claim_names"], c["_claim_sources"] = "x", m{"amr": "s"}, m{"s": m{"endpoint": bait.URL + "/claims"}}
			},
		} {
			if got := b.through("/sign-in/single", "su@city", spoil); got.to != "" || b.in() != "" {
				h.Errorf("%s: %d to %s", how, got.status, got.to)
			}
		}
		if n := came.Load(); n != 0 {
			h.Errorf("%d came where somebody pointed", n)
		}
		if b.through("/sign-in/single", "su@city", nil); b.in() == "" {
			h.Error("nobody comes in any more")
		}
	})
}

// T16: whichever of a provider's answers never ends, or never begins – what it is, its keys, a token – is given up, with little of it read.
func TestT16_AProvidersAnswersAreBounded(t *testing.T) {
	each(t, app.FactorOffered, func(h *house) {
		if h.Store.Dialect() != "sqlite" {
			return // once: it is the provider that is asked
		}
		h.binds(h.Su, "su@city")
		for _, path := range []string{"/.well-known/openid-configuration", "/keys", "/token"} {
			for what, is := range map[string]*atomic.Value{"endless": &h.provider.endless, "hanging": &h.provider.hangs} {
				h.app, h.base = h.process(app.FactorOffered)
				if got := h.app.Single.Client.Timeout; got != 5*time.Second {
					t.Errorf("an answer may take %s", got)
				}
				h.app.Single.Client.Timeout = 2 * time.Second
				b := h.browser(nil)
				if what == "hanging" {
					h.app.Single.Client.Timeout = 200 * time.Millisecond
				}
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				h.provider.written.Store(0)
				is.Store(path)
				began := time.Now()
				if asked := b.get("/sign-in/single"); asked.to != "" {
					to, err := url.Parse(asked.to)
					if err != nil {
						h.Fatal(err)
					}
					b.returns(to.Query(), h.provider.grant(to.Query(), "su@city", nil))
				}
				took := time.Since(began)
				is.Store("")
				runtime.ReadMemStats(&after)
				if in := b.in(); in != "" || took > 8*time.Second || h.provider.written.Load() > 32<<20 || after.TotalAlloc-before.TotalAlloc > 32<<20 {
					h.Errorf("%s, %s: in as %q after %s, %d MiB sent, %d MiB taken", path, what, in, took, h.provider.written.Load()>>20, (after.TotalAlloc-before.TotalAlloc)>>20)
				}
			}
		}
	})
}
