package account_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/rest"
	"fengqiao/policies"
	"fengqiao/web"
)

// doors are the API and the pages of a house.
type doors struct {
	house
	echo *echo.Echo
}

func (h house) open() doors {
	h.Helper()
	p, err := authz.Load(policies.Model, policies.Policy)
	h.must(err)
	e := echo.New()
	o := rest.Options{Policy: p, Authenticate: h.Authenticate, Now: h.clock.Now}
	rest.Harden(e, o)
	h.Routes(rest.New(e, o))
	site, err := page.New(e, page.Options{Policy: p, Session: h.Authenticate, FS: web.FS, Now: h.clock.Now})
	h.must(err)
	h.Pages(site)
	return doors{house: h, echo: e}
}

func (d doors) ask(method, path, kind, body string, headers ...string) *httptest.ResponseRecorder {
	d.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	d.echo.ServeHTTP(w, r)
	return w
}

func (d doors) api(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	d.Helper()
	return d.ask(method, "/api/v1"+path, "application/json", body, headers...)
}

func (d doors) form(path string, values url.Values, headers ...string) *httptest.ResponseRecorder {
	d.Helper()
	return d.ask("POST", path, "application/x-www-form-urlencoded", values.Encode(), append(headers, "Sec-Fetch-Site: same-origin")...)
}

func TestSessionsOverTheAPI(t *testing.T) {
	each(t, func(h house) {
		person, _ := h.enter("wu", good, station)
		d := h.open()
		w := d.api("POST", "/sessions", `{"login":"wu","password":"`+good+`"}`, "Idempotency-Key: k")
		var in struct {
			Token     string
			ExpiresAt string `json:"expires_at"`
			Actor     json.RawMessage
		}
		if err := json.Unmarshal(w.Body.Bytes(), &in); err != nil || w.Code != 201 || in.ExpiresAt != "2026-03-06T14:00:00Z" {
			h.Fatal(err, w.Code, w.Body)
		}
		want := `{"id":"` + person.String() + `","name":"吴建国","posts":[{"role":"station_officer","committee_id":null,"area_code":"350503001000"}]}`
		if string(in.Actor) != want {
			h.Errorf("%s", in.Actor)
		}
		if again := d.api("POST", "/sessions", `{"login":"wu","password":"`+good+`"}`, "Idempotency-Key: k"); again.Body.String() == w.Body.String() {
			h.Error("a token was told twice")
		}
		bearer := "Authorization: Bearer " + in.Token
		if w := d.api("GET", "/sessions/current", "", bearer); w.Code != 200 || strings.Contains(w.Body.String(), in.Token) {
			h.Error(w.Code, w.Body)
		}
		if w := d.api("DELETE", "/sessions/current", "", bearer); w.Code != 204 {
			h.Error(w.Code, w.Body)
		}
		for _, headers := range [][]string{{bearer}, {}} {
			if w := d.api("GET", "/sessions/current", "", headers...); w.Code != 401 {
				h.Error(w.Code, w.Body)
			}
		}
		if w := d.api("POST", "/sessions", `{"login":"wu","password":"wrong password"}`); w.Code != 401 || !strings.Contains(w.Body.String(), `"code":"sign_in"`) {
			h.Error(w.Code, w.Body)
		}
	})
}

func TestTheAPISaysHowLongToWait(t *testing.T) {
	each(t, func(h house) {
		d := h.open()
		var w *httptest.ResponseRecorder
		for range 6 {
			w = d.api("POST", "/sessions", `{"login":"wu","password":"wrong password"}`)
		}
		if w.Code != 429 || w.Header().Get("Retry-After") != "61" {
			h.Error(w.Code, w.Header(), w.Body)
		}
	})
}

// kept is the session cookie of an answer, as the next request sends it.
func kept(w *httptest.ResponseRecorder) string {
	for _, c := range w.Result().Cookies() {
		if len(c.Value) == 43 && c.HttpOnly && c.SameSite == http.SameSiteLaxMode {
			return "Cookie: " + c.Name + "=" + c.Value
		}
	}
	return ""
}

func TestSigningInOnAPage(t *testing.T) {
	each(t, func(h house) {
		h.enter("wu", good, station)
		d := h.open()
		if w := d.ask("GET", "/sign-in", "", ""); w.Code != 200 || !strings.Contains(w.Body.String(), "工作人员登录") {
			h.Error(w.Code, w.Body)
		}
		w := d.form("/sign-in", url.Values{"login": {"wu"}, "password": {"wrong password"}})
		if w.Code != 422 || !strings.Contains(w.Body.String(), "账号或密码不对") || !strings.Contains(w.Body.String(), `value="wu"`) || strings.Contains(w.Body.String(), "wrong password") {
			h.Error(w.Code, w.Body)
		}
		w = d.form("/sign-in", url.Values{"login": {"wu"}, "password": {good}})
		if first := kept(w); w.Code != 303 || first == "" {
			h.Error(w.Code, w.Header())
		} else {
			again := d.form("/sign-in", url.Values{"login": {"wu"}, "password": {good}}, first)
			if _, token, _ := strings.Cut(first, "="); !h.ended(token) || kept(again) == first {
				h.Error("the browser's old session is still open")
			}
			out := d.form("/sign-out", nil, kept(again))
			if _, token, _ := strings.Cut(kept(again), "="); out.Code != 303 || !h.ended(token) {
				h.Error(out.Code, "signed out and still in")
			}
		}
	})
}

// A token holds 128 bits that nobody can guess beside the id that names its row, and signing in makes a new one whatever the browser
// brings: what somebody planted there is not taken over, and what it had is over.
func TestT13_ATokenIsLongAndNewAtEachSignIn(t *testing.T) {
	each(t, func(h house) {
		h.enter("wu", good, station)
		h.enter("zhao", good)
		d := h.open()
		token := func(w *httptest.ResponseRecorder) string {
			h.Helper()
			_, token, _ := strings.Cut(kept(w), "=")
			raw, err := base64.RawURLEncoding.DecodeString(token)
			if err != nil || len(raw) < len(ident.ID{})+16 {
				h.Errorf("a token of %d bytes: %v", len(raw), err)
			}
			return token
		}
		planted := h.in("zhao").Token
		brought, secrets := []string{"", planted, strings.Repeat("A", len(planted)), "1"}, map[string]bool{}
		for range 4 {
			for _, old := range brought {
				got := token(d.form("/sign-in", url.Values{"login": {"wu"}, "password": {good}}, "Cookie: fengqiao="+old))
				raw, _ := base64.RawURLEncoding.DecodeString(got)
				secret := string(raw[len(ident.ID{}):])
				if got == old || secrets[secret] || !h.ended(old) {
					h.Errorf("%q was taken over, came again or lets somebody in", old)
				}
				secrets[secret] = true
				if by, err := h.Authenticate(h.Context(), got); err != nil || by.Name != "吴建国" {
					h.Errorf("%v, %v", by, err)
				}
				brought[0] = got
			}
		}
	})
}

func TestChangingAPasswordAtTheDoors(t *testing.T) {
	each(t, func(h house) {
		_, acc := h.enter("wu", good, station)
		d := h.open()
		if w := d.ask("GET", "/password", "", ""); w.Code != 303 {
			h.Error(w.Code)
		}
		h.must(h.do(func(tx *db.Tx) error {
			hash, err := h.Hash(h.Context(), good, "wu")
			return errors.Join(err, h.SetPassword(tx, acc, hash, true))
		}))
		w := d.form("/sign-in", url.Values{"login": {"wu"}, "password": {good}})
		if w.Header().Get("Location") != "/password" {
			h.Error(w.Code, w.Header())
		}
		in := kept(w)
		if w := d.ask("GET", "/password", "", "", in); w.Code != 200 {
			h.Error(w.Code, w.Body)
		}
		const next = "石桥 灯笼 八月 潮水"
		if w := d.form("/password", url.Values{"old": {good}, "new": {"password"}}, in); w.Code != 422 || !strings.Contains(w.Body.String(), "太容易被猜到") {
			h.Error(w.Code, w.Body)
		}
		if w := d.form("/password", url.Values{"old": {good}, "new": {next}}, in); w.Code != 303 || w.Header().Get("Location") != "/sign-in?done=password" {
			h.Error(w.Code, w.Body)
		}
		if w := d.ask("GET", "/sign-in?done=password", "", ""); !strings.Contains(w.Body.String(), "密码已修改") {
			h.Error(w.Body)
		}
		s, err := h.signIn("wu", next)
		h.must(err)
		bearer := "Authorization: Bearer " + s.Token
		if w := d.api("POST", "/sessions/current/password", `{"old":"`+next+`","new":"12345678"}`, bearer); w.Code != 422 || !strings.Contains(w.Body.String(), `"location":"new"`) {
			h.Error(w.Code, w.Body)
		}
		if w := d.api("POST", "/sessions/current/password", `{"old":"`+next+`","new":"`+good+`"}`, bearer); w.Code != 204 || !h.ended(s.Token) {
			h.Error(w.Code, w.Body)
		}
		if w := d.api("POST", "/sessions/current/password", `{"old":"x","new":"y"}`); w.Code != 401 {
			h.Error(w.Code, w.Body)
		}
	})
}

func TestTheFirstAdministratorsPage(t *testing.T) {
	each(t, func(h house) {
		d := h.open()
		if w := d.ask("GET", "/first-admin/guess", "", ""); w.Code != 404 {
			h.Error(w.Code)
		}
		token, err := h.InviteFirst(h.Context())
		h.must(err)
		path := "/first-admin/" + token
		for _, lang := range []string{"zh-CN", "en"} {
			if w := d.ask("GET", path, "", "", "Accept-Language: "+lang); w.Code != 200 || !strings.Contains(w.Body.String(), `name="area"`) {
				h.Error(w.Code, w.Body)
			}
		}
		values := url.Values{"name": {"黄志远"}, "login": {"huang"}, "password": {"password"}, "area": {"350500000000"}}
		if w := d.form(path, values); w.Code != 422 || !strings.Contains(w.Body.String(), "太容易被猜到") {
			h.Error(w.Code, w.Body)
		}
		values.Set("password", good)
		w := d.form(path, values)
		_, held, _ := strings.Cut(kept(w), "=")
		if w.Code != 303 || h.ended(held) {
			h.Error(w.Code, w.Header(), w.Body)
		}
		if w := d.form(path, values); w.Code != 404 {
			h.Error(w.Code)
		}
	})
}
