package sso_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"fengqiao/internal/app"
	"fengqiao/internal/housetest"
	"fengqiao/internal/sso"
)

type m = housetest.M

// house is a town whose program trusts a provider.
type house struct {
	*testing.T
	*housetest.Town
	provider *provider
	app      *app.App
	base     string
}

func each(t *testing.T, factor string, fn func(h *house)) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		h := &house{T: t, Town: town, provider: newProvider(t, town.Clock.Now)}
		h.app, h.base = h.process(factor)
		fn(h)
	})
}

// process is one more program over the town's database.
func (h *house) process(factor string) (*app.App, string) {
	h.Helper()
	return h.processOf(factor, h.settings())
}

// settings are those for the provider of the house.
func (h *house) settings() sso.Provider {
	return sso.Provider{Issuer: h.provider.URL, ClientID: clientID, ClientSecret: clientSecret, Redirect: callback, Second: []string{"otp", "mfa"}}
}

// processOf is one that knows another provider, or none.
func (h *house) processOf(factor string, p sso.Provider) (*app.App, string) {
	h.Helper()
	a, err := app.New(h.Context(), app.Options{Store: h.Store, Data: h.App.Data, Now: h.Store.Now, Log: h.App.Log, PublicRate: 1000, SecondFactor: factor, Version: "test", SingleSignOn: p})
	if err != nil {
		h.Fatal(err)
	}
	server := httptest.NewServer(a.Handler())
	h.Cleanup(server.Close)
	return a, server.URL
}

// browser follows nothing by itself.
type browser struct {
	h    *house
	c    *http.Client
	base string
}

func (h *house) browser(of *housetest.Person) *browser {
	h.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.Fatal(err)
	}
	b := &browser{h, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, h.base}
	if of != nil {
		if got := b.post("/sign-in", url.Values{"login": {of.Login}, "password": {housetest.Password}}); got.status != http.StatusSeeOther {
			h.Fatalf("%s: %d %s", of.Login, got.status, got.body)
		}
	}
	return b
}

type got struct {
	status   int
	to, body string
}

func (b *browser) do(r *http.Request, err error) got {
	b.h.Helper()
	if err != nil {
		b.h.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := b.c.Do(r)
	if err != nil {
		b.h.Fatal(err)
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	return got{res.StatusCode, res.Header.Get("Location"), string(text)}
}

func (b *browser) get(path string) got {
	b.h.Helper()
	return b.do(http.NewRequestWithContext(b.h.Context(), "GET", b.base+path, nil))
}

func (b *browser) post(path string, form url.Values) got {
	b.h.Helper()
	form.Set("_key", "k"+b.h.Clock.Now().String()+path)
	r, err := http.NewRequestWithContext(b.h.Context(), "POST", b.base+path, strings.NewReader(form.Encode()))
	if err == nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return b.do(r, err)
}

// leaves goes to the provider by an address of ours, and gives what the provider was asked.
func (b *browser) leaves(path string) url.Values {
	b.h.Helper()
	answer := b.get(path)
	u, err := url.Parse(answer.to)
	if err != nil || answer.status != http.StatusSeeOther || !strings.HasPrefix(answer.to, b.h.provider.URL+"/authorize?") {
		b.h.Fatalf("%s: %d to %s: %s", path, answer.status, answer.to, answer.body)
	}
	return u.Query()
}

// returns comes back with a code.
func (b *browser) returns(asked url.Values, code string) got {
	b.h.Helper()
	return b.get("/sign-in/single/back?" + url.Values{"state": {asked.Get("state")}, "code": {code}}.Encode())
}

// through goes there and comes back as somebody.
func (b *browser) through(path, sub string, spoil func(claim)) got {
	b.h.Helper()
	asked := b.leaves(path)
	return b.returns(asked, b.h.provider.grant(asked, sub, spoil))
}

// in tells who the browser is signed in as; "" for nobody.
func (b *browser) in() string {
	b.h.Helper()
	page := b.get("/account")
	if page.status != http.StatusOK {
		return ""
	}
	_, name, _ := strings.Cut(page.body, `<a class="who" href="/account">`)
	name, _, _ = strings.Cut(name, "<")
	return name
}

// binds connects a person's account with somebody at the provider.
func (h *house) binds(p *housetest.Person, sub string) {
	h.Helper()
	if got := h.browser(p).through("/account/single/connect", sub, nil); got.to != "/account?done=single_bound" {
		h.Fatalf("binding: %d to %s: %s", got.status, got.to, got.body)
	}
}

func TestT13_SingleSignOnLetsInWhoConnectedItOnce(t *testing.T) {
	each(t, app.FactorOffered, func(h *house) {
		b := h.browser(nil)
		if page := b.get("/sign-in?then=/desk/cases"); !strings.Contains(page.body, "用统一身份认证登录") || !strings.Contains(page.body, `/sign-in/single?then=%2fdesk%2fcases`) && !strings.Contains(page.body, `/sign-in/single?then=/desk/cases`) {
			h.Errorf("no button: %s", page.body)
		}
		if got := b.through("/sign-in/single", "su@city", nil); got.to != "" || !strings.Contains(got.body, "没有和这里的账号绑定") || b.in() != "" {
			h.Errorf("whom nobody bound: %d to %s", got.status, got.to)
		}
		h.binds(h.Su, "su@city")
		if got := b.through("/sign-in/single?then=/desk/cases", "su@city", nil); got.to != "/desk/cases" || b.in() != "苏惠敏" {
			h.Errorf("%d to %s as %q: %s", got.status, got.to, b.in(), got.body)
		}
		if got := h.browser(nil).through("/sign-in/single?then=https://elsewhere.example/", "su@city", nil); got.to != "/" {
			h.Errorf("leads to %s", got.to)
		}
		h.provider.turns() // its keys are asked for anew
		if got := h.browser(nil).through("/sign-in/single", "su@city", nil); got.to != "/" || h.provider.asked != 2 {
			h.Errorf("after its keys turned: %d to %s, keys asked for %d times: %s", got.status, got.to, h.provider.asked, got.body)
		}
		// Begun at one program and finished at another.
		_, other := h.process(app.FactorOffered)
		b = h.browser(nil)
		asked := b.leaves("/sign-in/single")
		b.base = other // cookies go by host, not by port
		if got := b.returns(asked, h.provider.grant(asked, "su@city", nil)); got.to != "/" || b.in() != "苏惠敏" {
			h.Errorf("another program: %d to %s", got.status, got.to)
		}
		log := h.As(h.Audit).Get("/account-events?limit=100").Is(200)
		if !log.Holds(`"single_bound"`) || !log.Holds(`"single_signed_in"`) || log.Holds("su@city") {
			h.Errorf("%s", log.Body)
		}
	})
}

// Each of these is an attack that has been seen somewhere. None opens a session.
func TestT13_WhatAProviderSaysIsHeldAgainstWhatWasAsked(t *testing.T) {
	each(t, app.FactorOffered, func(h *house) {
		h.binds(h.Su, "su@city")
		now := h.Clock.Now
		for what, spoil := range map[string]func(claim){
			"no spoiling":          nil,
			"another nonce":        func(c claim) { c["nonce"] = "x" },
			"no nonce":             func(c claim) { delete(c, "nonce") },
			"another program's":    func(c claim) { c["aud"] = "another" },
			"two audiences":        func(c claim) { c["aud"] = []string{clientID, "another"}; c["azp"] = "another" },
			"for another party":    func(c claim) { c["azp"] = "another" },
			"another issuer":       func(c claim) { c["iss"] = "https://elsewhere.example" },
			"over":                 func(c claim) { c["exp"] = now().Add(-time.Minute).Unix() },
			"from the future":      func(c claim) { c["iat"] = now().Add(time.Hour).Unix() },
			"from before":          func(c claim) { c["iat"] = now().Add(-time.Hour).Unix() },
			"nobody":               func(c claim) { c["sub"] = "" },
			"unsigned":             func(c claim) { c["sign"] = "none" },
			"by the public key":    func(c claim) { c["sign"] = "public" },
			"by the shared secret": func(c claim) { c["sign"] = "secret" },
			"by another key":       func(c claim) { c["sign"] = "other" },
		} {
			b := h.browser(nil)
			got := b.through("/sign-in/single", "su@city", spoil)
			if in := b.in(); (in != "") != (spoil == nil) || spoil != nil && got.status != http.StatusUnprocessableEntity {
				h.Errorf("%s: %d to %s, in as %q", what, got.status, got.to, in)
			}
		}
	})
}

func TestT13_ASignOnBelongsToItsBrowserAndIsGoodOnce(t *testing.T) {
	each(t, app.FactorOffered, func(h *house) {
		h.binds(h.Su, "su@city")
		refused := func(what string, b *browser, got got) {
			h.Helper()
			if got.status == http.StatusSeeOther || b.in() != "" {
				h.Errorf("%s: %d to %s, in as %q", what, got.status, got.to, b.in())
			}
		}
		// Somebody else's code in my browser would have me work under their name.
		mine, theirs := h.browser(nil), h.browser(nil)
		asked := theirs.leaves("/sign-in/single")
		code := h.provider.grant(asked, "su@city", nil)
		refused("another browser's errand", mine, mine.returns(asked, code))
		mine.leaves("/sign-in/single")
		refused("another browser's errand beside one's own", mine, mine.returns(asked, code))
		asked = mine.leaves("/sign-in/single") // one's own errand, another's code: its verifier does not fit
		refused("another's code", mine, mine.returns(asked, code))
		b := h.browser(nil)
		asked = b.leaves("/sign-in/single")
		code = h.provider.grant(asked, "su@city", nil)
		if got := b.returns(asked, code); got.to != "/" {
			h.Errorf("%d %s", got.status, got.body)
		}
		b.post("/sign-out", url.Values{})
		refused("sent again", b, b.returns(asked, code))
		asked = b.leaves("/sign-in/single")
		refused("another state", b, b.returns(url.Values{"state": {"x"}}, h.provider.grant(asked, "su@city", nil)))
		asked = b.leaves("/sign-in/single")
		h.Later(11 * time.Minute)
		refused("too late", b, b.returns(asked, h.provider.grant(asked, "su@city", nil)))
		asked = b.leaves("/sign-in/single")
		code = h.provider.grant(asked, "su@city", nil)
		refused("another provider's answer", b, b.get("/sign-in/single/back?"+url.Values{"state": {asked.Get("state")}, "code": {code}, "iss": {"https://elsewhere.example"}}.Encode()))
		asked = b.leaves("/sign-in/single")
		refused("a refusal of the provider", b, b.get("/sign-in/single/back?"+url.Values{"state": {asked.Get("state")}, "error": {"access_denied"}}.Encode()))
		// Whoever copied what the browser kept comes after it, with a code that is good, and to another program.
		at, err := url.Parse(h.base)
		if err != nil {
			h.Fatal(err)
		}
		asked = b.leaves("/sign-in/single")
		copied := b.c.Jar.Cookies(at)
		b.returns(asked, h.provider.grant(asked, "su@city", nil))
		_, h.base = h.process(app.FactorOffered)
		thief := h.browser(nil)
		if at, err = url.Parse(h.base); err != nil {
			h.Fatal(err)
		}
		thief.c.Jar.SetCookies(at, copied)
		refused("a copied errand", thief, thief.returns(asked, h.provider.grant(asked, "su@city", nil)))
		refused("out of nothing", h.browser(nil), h.browser(nil).get("/sign-in/single/back?state=x&code=y"))
	})
}

// Who comes back in vain too often from one network waits, as at the other doors; and then comes in.
func TestT13_TheWayBackIsSlowedLikeTheOtherDoors(t *testing.T) {
	each(t, app.FactorOffered, func(h *house) {
		h.binds(h.Su, "su@city")
		b := h.browser(nil)
		waits := 0
		for range 70 {
			asked := b.leaves("/sign-in/single")
			if got := b.returns(asked, "no code"); got.status == http.StatusTooManyRequests {
				waits++
			} else if got.status != http.StatusUnprocessableEntity {
				h.Fatalf("%d %s", got.status, got.body)
			}
		}
		if waits != 10 {
			h.Errorf("of 70 in vain, %d had to wait", waits)
		}
		h.Later(2 * time.Minute)
		if got := b.through("/sign-in/single", "su@city", nil); got.to != "/" {
			h.Errorf("afterwards: %d %s", got.status, got.body)
		}
	})
}

// What fails at the provider, or is wrong in what the operator set, and who is not connected yet, is no guessing: nobody's door is shut by it.
func TestT13_WhatFailsAtTheProviderShutsNoDoor(t *testing.T) {
	each(t, app.FactorOffered, func(h *house) {
		fails := func(what string, settings sso.Provider, sub string) {
			h.app, h.base = h.processOf(app.FactorOffered, settings)
			b := h.browser(nil)
			for range 62 {
				if got := b.through("/sign-in/single", sub, nil); got.to != "" || got.status == http.StatusTooManyRequests {
					h.Errorf("%s: %d to %s", what, got.status, got.to)
				}
			}
			h.browser(h.Su) // comes in by password
		}
		settings := h.settings()
		h.binds(h.Su, "su@city")
		fails("nobody's", settings, "nobody@city")
		settings.ClientSecret = "of last year"
		fails("another secret", settings, "su@city")
		h.provider.mu.Lock()
		h.provider.keyless = true
		h.provider.mu.Unlock()
		fails("no keys", h.settings(), "su@city")
	})
}

// The secret is shown as the provider says that it wants it.
func TestASecretIsShownAsTheProviderWants(t *testing.T) {
	each(t, app.FactorOffered, func(h *house) {
		h.binds(h.Su, "su@city")
		h.provider.mu.Lock()
		h.provider.posted = true
		h.provider.mu.Unlock()
		h.app, h.base = h.process(app.FactorOffered)
		if b := h.browser(nil); b.through("/sign-in/single", "su@city", nil).to != "/" || b.in() == "" {
			t.Error("not in by a secret in the form")
		}
	})
}

// Whoever goes away while the provider is asked has come back in vain all the same.
// hangsUp comes back with a code, and does not wait for what the provider says of it.
func (b *browser) hangsUp(code func(asked url.Values) string) {
	b.h.Helper()
	asked := b.leaves("/sign-in/single")
	ctx, cancel := context.WithCancel(b.h.Context())
	defer cancel()
	b.h.provider.mu.Lock()
	b.h.provider.meanwhile = func() { cancel(); time.Sleep(20 * time.Millisecond) }
	b.h.provider.mu.Unlock()
	r, err := http.NewRequestWithContext(ctx, "GET", b.base+"/sign-in/single/back?"+url.Values{"state": {asked.Get("state")}, "code": {code(asked)}}.Encode(), nil)
	if err != nil {
		b.h.Fatal(err)
	}
	if res, err := b.c.Do(r); err == nil {
		res.Body.Close()
	}
}

// waits tells whether whoever comes from this address has to wait. It asks as somebody who is not connected, which counts for nothing.
func (b *browser) waits() bool {
	b.h.Helper()
	return b.through("/sign-in/single", "nobody@city", nil).status == http.StatusTooManyRequests
}

func TestT13_WhoHangsUpIsCounted(t *testing.T) {
	each(t, app.FactorOffered, func(h *house) {
		b := h.browser(nil)
		for range 62 {
			b.hangsUp(func(url.Values) string { return "x" })
		}
		for range 100 { // the last may not have been counted yet
			if b.waits() {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
		h.Error("62 that hung up, and none has to wait")
	})
}

// Where it is the provider that keeps people waiting, who gives up has guessed nothing.
func TestT13_WhoGivesUpOnTheProviderShutsNoDoor(t *testing.T) {
	each(t, app.FactorOffered, func(h *house) {
		h.provider.mu.Lock()
		h.provider.keyless = true
		h.provider.mu.Unlock()
		h.app, h.base = h.processOf(app.FactorOffered, h.settings()) // which has asked for no keys yet
		b := h.browser(nil)
		for range 62 {
			b.hangsUp(func(asked url.Values) string { return h.provider.grant(asked, "su@city", nil) })
		}
		time.Sleep(100 * time.Millisecond) // the last would be counted by now
		h.browser(h.Su)                    // comes in by password
		if b.waits() {
			h.Error("a provider that gives no keys, 62 that did not wait, and everybody has to wait")
		}
	})
}

func TestT13_OnePersonOfAProviderIsOneAccount(t *testing.T) {
	each(t, app.FactorOffered, func(h *house) {
		h.binds(h.Su, "su@city")
		far := h.browser(h.FarChair) // of another county
		if got := far.through("/account/single/connect", "su@city", nil); !strings.Contains(got.body, "已经绑定在另一个账号上") {
			h.Errorf("bound twice: %d to %s", got.status, got.to)
		}
		if got := h.browser(h.Su).through("/account/single/connect", "another@city", nil); !strings.Contains(got.body, "请先解除") {
			h.Errorf("two for one: %d to %s", got.status, got.to)
		}
		asked := far.leaves("/account/single/connect")
		if got := far.returns(asked, h.provider.grant(asked, "far@city", func(c claim) { c["auth_time"] = h.Clock.Now().Add(-time.Hour).Unix() })); got.status == http.StatusSeeOther {
			h.Error("bound to whom the provider remembers in this browser")
		}
		// A password from an administrator ends what may have been bound behind its owner's back, and binds nothing before it is changed.
		h.binds(h.Hong, "hong@city")
		account := h.As(h.Security).Post("/accounts/find", m{"login": h.Hong.Login}).Is(200).Text("id")
		given := h.As(h.Security).Post("/accounts/"+account+"/reset-password", m{}).Is(200).Text("password")
		if got := h.browser(nil).through("/sign-in/single", "hong@city", nil); got.status == http.StatusSeeOther {
			h.Error("bound still, after the password was reset")
		}
		paper := h.browser(nil)
		paper.post("/sign-in", url.Values{"login": {h.Hong.Login}, "password": {given}})
		if got := paper.through("/account/single/connect", "finder@city", nil); got.to == "/account?done=single_bound" {
			h.Error("whoever found the first password is bound")
		}
		paper.post("/password", url.Values{"old": {given}, "new": {housetest.Password}})
		// Binding asks for a fresh proof, there and back.
		hong := h.browser(h.Hong)
		asked = hong.leaves("/account/single/connect")
		h.Later(9 * time.Minute)
		if got := hong.returns(asked, h.provider.grant(asked, "hong@city", nil)); got.to != "/account?done=single_bound" {
			h.Errorf("%d to %s", got.status, got.to)
		}
		h.Later(16 * time.Minute)
		if got := hong.get("/account/single/connect"); !strings.HasPrefix(got.to, "/confirm?") {
			h.Errorf("without a proof: %d to %s", got.status, got.to)
		}
		// Who was away meanwhile is not who came back.
		su := h.browser(h.Su)
		asked = su.leaves("/confirm/single")
		su.post("/sign-out", url.Values{})
		su.post("/sign-in", url.Values{"login": {h.Zheng.Login}, "password": {housetest.Password}})
		if got := su.returns(asked, h.provider.grant(asked, "su@city", nil)); got.status == http.StatusSeeOther {
			h.Errorf("another person's errand: %d to %s", got.status, got.to)
		}
		su = h.browser(h.Hong) // fresh, and bound
		su.post("/account/single/disconnect", url.Values{})
		asked = su.leaves("/account/single/connect")
		su.post("/sign-out", url.Values{})
		su.post("/sign-in", url.Values{"login": {h.Zheng.Login}, "password": {housetest.Password}})
		if got := su.returns(asked, h.provider.grant(asked, "free@city", nil)); got.status == http.StatusSeeOther {
			h.Errorf("bound to who came after: %d to %s", got.status, got.to)
		}
		// The administrator of safety takes it back, and the open session ends.
		in := h.browser(nil)
		in.through("/sign-in/single", "su@city", nil)
		security := h.browser(h.Security)
		found := h.As(h.Security).Post("/accounts/find", m{"login": h.Su.Login}).Is(200)
		if got := security.post("/accounts/"+found.Text("id")+"/remove-single", url.Values{}); !strings.Contains(got.to, "single_unbound") || found.Text("single_sign_on") != "true" {
			h.Errorf("%d to %s: %s", got.status, got.to, found.Body)
		}
		if in.in() != "" {
			h.Error("the session outlives it")
		}
		if got := in.through("/sign-in/single", "su@city", nil); got.status == http.StatusSeeOther {
			h.Error("unbound, and in")
		}
		h.binds(h.Wang, "su@city") // it is free again
		// A closed account stays closed.
		h.must(h.As(h.Security).Send("PUT", "/accounts/"+h.As(h.Security).Post("/accounts/find", m{"login": h.Wang.Login}).Text("id")+"/state", m{"state": "disabled"}))
		if got := in.through("/sign-in/single", "su@city", nil); got.status == http.StatusSeeOther || in.in() != "" {
			h.Error("closed, and in")
		}
	})
}

// What ends a session while its owner is at the provider's ends what they went for.
func TestT13_WhatEndsWhileTheProviderIsAskedIsNotGivenByIt(t *testing.T) {
	each(t, app.FactorOffered, func(h *house) {
		found := func(p *housetest.Person) housetest.Answer {
			return h.As(h.Security).Post("/accounts/find", m{"login": p.Login}).Is(200)
		}
		for what, one := range map[string]struct {
			of        *housetest.Person
			sub       string
			meanwhile func(account string)
		}{
			"its password is reset": {h.Su, "su@city", func(account string) { h.As(h.Security).Post("/accounts/"+account+"/reset-password", m{}).Is(200) }},
			"it is closed": {h.Hong, "hong@city", func(account string) {
				h.must(h.As(h.Security).Send("PUT", "/accounts/"+account+"/state", m{"state": "disabled"}))
			}},
			"its sessions are ended": {h.Zheng, "zheng@city", func(account string) {
				h.must(h.As(h.Security).Post("/accounts/"+account+"/end-sessions", m{}))
			}},
		} {
			b, account := h.browser(one.of), found(one.of).Text("id")
			h.provider.meanwhile = func() { one.meanwhile(account) }
			if got := b.through("/account/single/connect", one.sub, nil); got.to != "" || found(one.of).Text("single_sign_on") != "false" {
				h.Errorf("bound although %s meanwhile: %d to %q", what, got.status, got.to)
			}
		}
		h.binds(h.Lin, "lin@city")
		account := found(h.Lin).Text("id")
		lin := h.browser(h.Lin)
		h.provider.meanwhile = func() { h.must(h.As(h.Security).Post("/accounts/"+account+"/end-sessions", m{})) }
		if got := lin.through("/confirm/single?then=/account", "lin@city", nil); got.to != "" {
			h.Errorf("a session that was ended meanwhile is confirmed: %d to %s", got.status, got.to)
		}
		h.provider.meanwhile = func() { h.must(h.As(h.Security).Send("PUT", "/accounts/"+account+"/state", m{"state": "disabled"})) }
		if got := lin.through("/sign-in/single", "lin@city", nil); got.to != "" || lin.in() != "" {
			h.Errorf("in although it was closed meanwhile: %d to %s", got.status, got.to)
		}
	})
}

func (h *house) must(a housetest.Answer) {
	h.Helper()
	a.Is(204)
}

// A factor here is asked for here, unless the provider says that it asked for one.
func TestT13_ASecondFactorIsAskedForOnce(t *testing.T) {
	each(t, app.FactorOffered, func(h *house) {
		h.binds(h.Su, "su@city")
		h.binds(h.Lin, "lin@city")
		_, h.base = h.process(app.FactorRequired)
		b := h.browser(nil)
		if got := b.through("/sign-in/single", "su@city", nil); got.to != "/second-factor" {
			h.Errorf("staff without any factor: %d to %s", got.status, got.to)
		}
		b = h.browser(nil)
		if got := b.through("/sign-in/single", "su@city", func(c claim) { c["amr"] = []string{"pwd"} }); got.to != "/second-factor" {
			h.Errorf("a password is no second factor: %s", got.to)
		}
		for _, said := range []claim{{"amr": []string{"pwd", "otp"}}, {"acr": "mfa"}} {
			b = h.browser(nil)
			if got := b.through("/sign-in/single", "su@city", func(c claim) {
				for k, v := range said {
					c[k] = v
				}
			}); got.to != "/" || b.get("/desk").status != http.StatusOK {
				h.Errorf("%v: %d to %s", said, got.status, got.to)
			}
		}
		// Who has the password alone neither comes in nor sets a factor of their own: the way in is the provider's.
		b = h.browser(nil)
		if got := b.post("/sign-in", url.Values{"login": {h.Su.Login}, "password": {housetest.Password}}); got.status != http.StatusUnauthorized && got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "请从统一登录进来") || b.in() != "" {
			h.Errorf("by the password alone: %d to %s: %s", got.status, got.to, b.in())
		}
		// Where the provider was taken out, nobody is left outside for having come by it.
		with := h.base
		_, h.base = h.processOf(app.FactorRequired, sso.Provider{})
		if got := h.browser(nil).post("/sign-in", url.Values{"login": {h.Su.Login}, "password": {housetest.Password}}); got.to != "/second-factor" {
			h.Errorf("without a provider: %d to %s", got.status, got.to)
		}
		h.base = with
		// Who has a factor here is asked for its code, and for none where the provider has.
		su := h.browser(nil)
		su.through("/sign-in/single", "su@city", func(c claim) { c["acr"], c["auth_time"] = "mfa", h.Clock.Now().Unix() })
		secret := h.enrols(su)
		b = h.browser(nil)
		if got := b.through("/sign-in/single?then=/desk/cases", "su@city", nil); got.to != "/sign-in/code?then=%2Fdesk%2Fcases" || b.in() != "" {
			h.Errorf("a factor that was not asked for: %d to %s", got.status, got.to)
		}
		h.Later(30 * time.Second)
		if got := b.post("/sign-in/code", url.Values{"code": {h.code(secret)}, "then": {"/desk/cases"}}); got.to != "/desk/cases" || b.in() != "苏惠敏" {
			h.Errorf("%d to %s: %s", got.status, got.to, got.body)
		}
		b = h.browser(nil)
		if got := b.through("/sign-in/single", "su@city", func(c claim) { c["amr"] = []string{"otp"} }); got.to != "/" {
			h.Errorf("asked twice: %d to %s", got.status, got.to)
		}
		b = h.browser(nil)
		if got := b.through("/sign-in/single", "lin@city", nil); got.to != "/" || b.in() != "林秀英" {
			h.Errorf("a resident: %d to %s", got.status, got.to)
		}
	})
}

// enrols sets a factor up and gives its secret.
func (h *house) enrols(b *browser) string {
	h.Helper()
	b.post("/second-factor", url.Values{})
	page := b.get("/second-factor/new")
	_, secret, _ := strings.Cut(page.body, `class="spelled">`)
	secret, _, _ = strings.Cut(secret, "<")
	secret = strings.ReplaceAll(secret, " ", "")
	if got := b.post("/second-factor/new", url.Values{"code": {h.code(secret)}}); got.status != http.StatusOK {
		h.Fatalf("%d %s", got.status, got.body)
	}
	return secret
}

func (h *house) code(secret string) string {
	h.Helper()
	code, err := totp.GenerateCode(secret, h.Clock.Now())
	if err != nil {
		h.Fatal(err)
	}
	return code
}

// A fresh proof is a password typed at the provider now, not a session that it still has.
func TestT13_AFreshProofBySingleSignOn(t *testing.T) {
	each(t, app.FactorOffered, func(h *house) {
		h.binds(h.Su, "su@city")
		su := h.browser(h.Su)
		h.Later(16 * time.Minute)
		if got := su.get("/confirm?then=/account"); !strings.Contains(got.body, "/confirm/single?then=") {
			h.Errorf("no way to confirm: %s", got.body)
		}
		for asked, want := range map[string]claim{"remembered": {"auth_time": h.Clock.Now().Add(-time.Hour).Unix()}, "unsaid": {}, "asked now": {"auth_time": h.Clock.Now().Unix()}} {
			b := h.browser(nil)
			b.through("/sign-in/single", "su@city", func(c claim) {
				for k, v := range want {
					c[k] = v
				}
			})
			if got := b.get("/second-factor/new"); strings.HasPrefix(got.to, "/confirm?") != (asked != "asked now") {
				h.Errorf("let in (%s), and fresh: %d to %s", asked, got.status, got.to)
			}
		}
		grave := func() bool {
			return su.get("/account/single/connect").to == "" || !strings.HasPrefix(su.get("/account/single/connect").to, "/confirm?")
		}
		for what, spoil := range map[string]func(claim){
			"an old session":        func(c claim) { c["auth_time"] = h.Clock.Now().Add(-time.Hour).Unix() },
			"one that does not say": func(c claim) { delete(c, "auth_time") },
		} {
			if got := su.through("/confirm/single?then=/account", "su@city", spoil); got.status == http.StatusSeeOther || grave() {
				h.Errorf("%s: %d to %s", what, got.status, got.to)
			}
		}
		if got := su.through("/confirm/single?then=/account", "hong@city", nil); got.status == http.StatusSeeOther || grave() {
			h.Errorf("somebody else's proof: %d to %s", got.status, got.to)
		}
		asked := su.leaves("/confirm/single?then=/account")
		if asked.Get("prompt") != "login" || asked.Get("max_age") != "0" {
			h.Errorf("asked: %v", asked)
		}
		if got := su.returns(asked, h.provider.grant(asked, "su@city", nil)); got.to != "/account" || !grave() {
			h.Errorf("%d to %s: %s", got.status, got.to, got.body)
		}
	})
}

// A provider that is down, hangs or never ends its answer costs seconds, and nobody the way by password.
func TestT3_AProviderThatIsAwayHoldsNobody(t *testing.T) {
	each(t, app.FactorOffered, func(h *house) {
		for what, breaks := range map[string]func(bool){
			"down": func(is bool) { h.provider.away = is }, "endless": func(is bool) { h.provider.large = is },
			"hanging": func(is bool) {
				if h.provider.slow = 0; is {
					h.provider.slow = time.Minute
				}
			},
		} {
			h.app, h.base = h.process(app.FactorOffered) // one that has not heard from it yet
			h.provider.mu.Lock()
			breaks(true)
			h.provider.mu.Unlock()
			began := time.Now()
			got := h.browser(nil).get("/sign-in/single")
			if took := time.Since(began); got.status != http.StatusConflict || !strings.Contains(got.body, "用账号和密码登录") || took > 8*time.Second {
				h.Errorf("%s: %d after %s", what, got.status, took)
			}
			h.browser(h.Su) // signs in by password
			h.provider.mu.Lock()
			breaks(false)
			h.provider.mu.Unlock()
			h.Later(6 * time.Second)
			h.browser(nil).leaves("/sign-in/single")
		}
	})
}

// T16: what a provider names of itself leads this program nowhere but to the issuer's own host and to those that the operator named:
// nothing on this machine or beside it is reached. Where the operator named it, it is.
func TestT16_AProviderLeadsNowhereElse(t *testing.T) {
	each(t, app.FactorOffered, func(h *house) {
		var reached atomic.Int64
		inside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			reached.Add(1)
			h.provider.Config.Handler.ServeHTTP(w, r)
		}))
		h.Cleanup(inside.Close)
		h.binds(h.Su, "su@city")
		h.provider.mu.Lock()
		h.provider.elsewhere = inside.URL
		h.provider.mu.Unlock()
		at, err := url.Parse(inside.URL)
		if err != nil {
			h.Fatal(err)
		}
		settings := h.settings()
		for _, named := range [][]string{nil, {"elsewhere.example", at.Hostname()}} {
			settings.Hosts = named
			h.app, h.base = h.processOf(app.FactorOffered, settings)
			if got := h.browser(nil).get("/sign-in/single"); got.status != http.StatusConflict || reached.Load() > 0 || !strings.Contains(h.Logged(), at.Host) {
				h.Errorf("%v are named: %d, reached %d times", named, got.status, reached.Load()) // nobody is sent who could not come back
			}
		}
		settings.Hosts = []string{" " + at.Host + " "}
		h.app, h.base = h.processOf(app.FactorOffered, settings)
		b := h.browser(nil)
		if b.through("/sign-in/single", "su@city", nil); b.in() == "" || reached.Load() == 0 {
			h.Errorf("the host is named: in as %q, reached %d times", b.in(), reached.Load())
		}
	})
}

// The beginning of what a provider answers is enough for a log, whatever it is.
func TestAProvidersAnswerIsNotLoggedWhole(t *testing.T) {
	each(t, app.FactorOffered, func(h *house) {
		h.provider.mu.Lock()
		h.provider.says = strings.Repeat("all is\nwell ", 1000) + "canary"
		h.provider.mu.Unlock()
		h.app, h.base = h.process(app.FactorOffered)
		if got := h.browser(nil).get("/sign-in/single"); got.status != http.StatusConflict {
			h.Errorf("%d", got.status)
		}
		if log := h.Logged(); strings.Contains(log, "canary") || !strings.Contains(log, "all is well") {
			h.Errorf("%d bytes of log", len(log))
		}
	})
}

// What a provider answers to a code that it does not take may hold that code, the verifier, or the secret: the log has the status and
// a word of the standard.
func TestWhatAProviderSaysOfAnExchangeIsNotLogged(t *testing.T) {
	each(t, app.FactorOffered, func(h *house) {
		h.binds(h.Su, "su@city")
		for _, status := range []int{http.StatusInternalServerError, http.StatusBadRequest} {
			b := h.browser(nil)
			h.provider.mu.Lock()
			h.provider.fails = status
			h.provider.mu.Unlock()
			asked := b.leaves("/sign-in/single")
			code := h.provider.grant(asked, "su@city", nil)
			b.returns(asked, code)
			if in := b.in(); in != "" {
				h.Errorf("%d: in as %q", status, in)
			}
			log := h.Logged()
			if !strings.Contains(log, strconv.Itoa(status)) {
				h.Errorf("the log does not say %d", status)
			}
			for _, secret := range []string{"canary", code, "code_verifier", url.QueryEscape(clientSecret), clientSecret} {
				if strings.Contains(log, secret) {
					h.Errorf("%d: the log holds %q", status, secret)
				}
			}
		}
	})
}

// A host is the same with and without the port that it has anyhow, and however it is written.
func TestAHostIsNamedWithOrWithoutItsPort(t *testing.T) {
	p := sso.Provider{Issuer: "https://id.city.example", Hosts: []string{" Keys.city.example", "tokens.city.example:8443", "plain.city.example:443"}}
	for address, may := range map[string]bool{
		"https://id.city.example/a": true, "https://id.city.example:443/a": true, "https://ID.City.example/a": true, "https://id.city.example:8443/a": false,
		"https://keys.city.example/k": true, "https://keys.city.example:443/k": true, "https://tokens.city.example/t": false, "https://tokens.city.example:8443/t": true,
		"https://plain.city.example/": true, "https://city.example/": false, "https://127.0.0.1/": false, "http://id.city.example/": false, "http://keys.city.example:443/": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if p.Reaches(u) != may {
			t.Errorf("%s: %v", address, !may)
		}
	}
}

func TestWhatCannotBeAProviderIsSaid(t *testing.T) {
	good := sso.Provider{Issuer: "https://id.city.example", ClientID: "x", Redirect: "https://fengqiao.city.example/sign-in/single/back"}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	if err := (sso.Provider{}).Check(); err != nil {
		t.Error(err)
	}
	for what, spoil := range map[string]func(*sso.Provider){
		"plain http": func(p *sso.Provider) { p.Issuer = "http://id.city.example" }, "no address": func(p *sso.Provider) { p.Issuer = "id.city.example" },
		"no client": func(p *sso.Provider) { p.ClientID = "" }, "no way back": func(p *sso.Provider) { p.Redirect = "" },
		"another way back": func(p *sso.Provider) { p.Redirect = "https://fengqiao.city.example/" }, "a password in it": func(p *sso.Provider) { p.Issuer = "https://a:b@id.city.example" },
		"a host with a scheme": func(p *sso.Provider) { p.Hosts = []string{"https://keys.city.example"} }, "a host with a path": func(p *sso.Provider) { p.Hosts = []string{"keys.city.example/"} },
		"two hosts in one": func(p *sso.Provider) { p.Hosts = []string{"a.example b.example"} }, "an empty host": func(p *sso.Provider) { p.Hosts = []string{""} }, "a port alone": func(p *sso.Provider) { p.Hosts = []string{":443"} },
	} {
		p := good
		if spoil(&p); p.Check() == nil {
			t.Errorf("%s is taken", what)
		}
	}
}
