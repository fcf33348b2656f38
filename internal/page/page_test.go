package page

import (
	"bytes"
	"compress/gzip"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

func TestEveryPartIsDrawn(t *testing.T) {
	s := newSite(t)
	for _, lang := range langs {
		for _, path := range []string{"/", "/gallery", "/panel", "/confirm", "/sign-in", "/fails/missing", "/fails/internal"} {
			w := s.ask("GET", path, nil, with("fengqiao-lang", lang))
			t.Run(lang+path, func(t *testing.T) {
				wellMade(t, w.Body.String())
				mustHold(t, w.Body.String(), `<html lang="`+lang+`"`)
			})
		}
	}
	body := s.ask("GET", "/gallery?cursor=abc&state=open", nil).Body.String()
	mustHold(t, body, "2026年11月20日 10:30", "1,409.50 元", "待签字", "未填写", `value="林秀英"`, `value="stop" checked`,
		`<option value="350503" selected>`, `name="_version" value="7"`, `href="/gallery?cursor=next-page&amp;state=open"`,
		`href="/gallery?state=open"`, `data-l="编号"`, `<time datetime="2026-11-20T02:30:00Z">`, `tel:12348`,
		`name="applicant.phone"`, `max="2026-11-20"`, `第 2 步，共 5 步`)
}

func TestWhatWasTypedIsKeptAndNothingOfItIsCode(t *testing.T) {
	s := newSite(t)
	nasty := `"><script>alert(1)</script>`
	w := s.ask("POST", "/gallery", url.Values{"applicant.name": {"  "}, "facts": {nasty + "\r\n第二行"}, "area": {"350502"},
		"wish": {"pay", "sorry"}, "code": {"geheim"}, "applicant.phone": {nasty}, "agree": {"yes"}})
	body := w.Body.String()
	if w.Code != 422 {
		t.Errorf("status %d, want 422", w.Code)
	}
	wellMade(t, body)
	mustHold(t, body, "<title>错误：陈列室", `href="#f-applicant-name"`, `href="#f-category"`, `id="error-summary"`, "autofocus",
		"&lt;script&gt;alert(1)&lt;/script&gt;\n第二行</textarea>", `value="350502" selected`, `value="pay" checked`,
		`value="sorry" checked`, `aria-describedby="f-applicant-name-error"`, `aria-invalid="true"`)
	mustNotHold(t, body, `value="stop" checked`, "geheim", "<script>alert")
	english := s.ask("POST", "/gallery", url.Values{}, with("fengqiao-lang", "en")).Body.String()
	mustHold(t, english, "<title>Error: ", "Give your name.")
}

func TestAFormThatIsRightLeadsOn(t *testing.T) {
	s := newSite(t)
	w := s.ask("POST", "/gallery", url.Values{"applicant.name": {" 林秀英 "}, "category": {"02"}, "_version": {"7"}, "_key": {"k"}})
	if w.Code != 303 || w.Header().Get("Location") != "/gallery?done=saved" {
		t.Errorf("got %d %q", w.Code, w.Header().Get("Location"))
	}
	if s.last.Form("applicant.name") != "林秀英" || s.last.Version() != 7 {
		t.Errorf("read %q, version %d", s.last.Form("applicant.name"), s.last.Version())
	}
	mustHold(t, s.ask("GET", "/gallery?done=saved", nil).Body.String(), `role="status"`, "已经保存。")
	mustNotHold(t, s.ask("GET", "/gallery?done=%3Cb%3E", nil).Body.String(), `role="status"`, "<b>")
}

func TestOneTimeKey(t *testing.T) {
	s := newSite(t)
	send := func(who, path string, form url.Values) [2][32]byte {
		s.ask("POST", path, form, as(who))
		once := s.last.By().Once
		return [2][32]byte{once.Key, once.Body}
	}
	first := send("yang", "/gallery", url.Values{"_key": {"a"}, "category": {"02"}, "applicant.name": {"林"}})
	for name, c := range map[string]struct {
		got       [2][32]byte
		key, body bool // the same as the first?
	}{
		"again":        {send("yang", "/gallery", url.Values{"_key": {"a"}, "category": {"02"}, "applicant.name": {"林"}}), true, true},
		"other body":   {send("yang", "/gallery", url.Values{"_key": {"a"}, "category": {"01"}, "applicant.name": {"林"}}), true, false},
		"other person": {send("lin", "/gallery", url.Values{"_key": {"a"}, "category": {"02"}, "applicant.name": {"林"}}), false, true},
		"other key":    {send("yang", "/gallery", url.Values{"_key": {"b"}, "category": {"02"}, "applicant.name": {"林"}}), false, true},
		"other route":  {send("yang", "/cases/7/accept", url.Values{"_key": {"a"}, "category": {"02"}, "applicant.name": {"林"}}), false, true},
	} {
		if (c.got[0] == first[0]) != c.key || (c.got[1] == first[1]) != c.body {
			t.Errorf("%s: key same %v, body same %v", name, c.got[0] == first[0], c.got[1] == first[1])
		}
	}
	if s.ask("POST", "/gallery", url.Values{"category": {"02"}}); !s.last.By().Once.IsZero() {
		t.Error("no key was sent, yet there is one")
	}
	key := regexp.MustCompile(`name="_key" value="([^"]+)"`)
	one, two := key.FindStringSubmatch(s.ask("GET", "/gallery", nil).Body.String()), key.FindStringSubmatch(s.ask("GET", "/gallery", nil).Body.String())
	if one == nil || two == nil || one[1] == two[1] {
		t.Error("two drawings of a form share their key")
	}
}

func TestFilesCountInTheOneTimeKey(t *testing.T) {
	s := newSite(t)
	send := func(content string) (int, [32]byte) {
		var body bytes.Buffer
		m := multipart.NewWriter(&body)
		_ = m.WriteField("_key", "a")
		part, _ := m.CreateFormFile("photo", "leak.jpg")
		_, _ = io.WriteString(part, content)
		_ = m.Close()
		r := httptest.NewRequest("POST", "http://localhost:8080/upload", &body)
		r.Header.Set("Content-Type", m.FormDataContentType())
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		w := httptest.NewRecorder()
		s.last = nil
		s.echo.ServeHTTP(w, r)
		if s.last == nil {
			return w.Code, [32]byte{}
		}
		return w.Code, s.last.By().Once.Body
	}
	status, one := send("water")
	_, same := send("water")
	_, other := send("WATER")
	if status != 303 || one != same || one == other {
		t.Errorf("status %d, same %v, other differs %v", status, one == same, one != other)
	}
	if status, _ := send(strings.Repeat("x", uploadLimit+2*formLimit)); status != http.StatusRequestEntityTooLarge {
		t.Errorf("too large an upload: %d", status)
	}
}

func TestLimits(t *testing.T) {
	s := newSite(t)
	if w := s.ask("POST", "/gallery", url.Values{"facts": {strings.Repeat("水", formLimit)}}); w.Code != 413 {
		t.Errorf("a form of 3 MiB: %d", w.Code)
	}
	if w := s.ask("POST", "/gallery", url.Values{"category": {"02\x00\xff"}, "applicant.name": {"林"}}); w.Code != 303 {
		t.Errorf("NUL and broken UTF-8: %d", w.Code)
	}
	if got := s.last.Form("category"); got != "02" {
		t.Errorf("cleaned to %q", got)
	}
	multi := s.ask("POST", "/gallery", url.Values{}, header("Content-Type", "multipart/form-data; boundary=x"))
	if multi.Code != 422 {
		t.Errorf("files where none are taken: %d", multi.Code)
	}
}

// Whoever is refused stands in the log by their id, with what they asked for, whether the policy says no or the act itself.
func TestARefusalIsLoggedWithWhoseItWas(t *testing.T) {
	var log bytes.Buffer
	s := newSite(t, func(o *Options) { o.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	for path, action := range map[string]string{"/cases/7/accept": "case.accept", "/fails/denied": "case.file"} {
		log.Reset()
		method := map[string]string{"case.accept": "POST", "case.file": "GET"}[action]
		if w := s.ask(method, path, nil, as("lin")); w.Code != 403 {
			t.Fatalf("%s: %d", path, w.Code)
		}
		got := log.String()
		mustHold(t, got, "msg=refused", "action="+action, "code=denied", "by="+lin.Person.String())
		mustNotHold(t, got, lin.Name)
	}
	log.Reset()
	s.ask("GET", "/cases/7", nil, as("yang"))
	mustNotHold(t, log.String(), "refused") // what is missing is not
}

func TestFailuresArePages(t *testing.T) {
	s := newSite(t)
	for kind, want := range map[string]int{"internal": 500, "denied": 403, "conflict": 409, "stale": 412, "too_many": 429,
		"unavailable": 503, "missing": 404} {
		w := s.ask("GET", "/fails/"+kind, nil)
		if w.Code != want {
			t.Errorf("%s: %d, want %d", kind, w.Code, want)
		}
		wellMade(t, w.Body.String())
		mustHold(t, w.Body.String(), "<h1>"+s.texts.say("zh-CN", "fail."+kind)+"</h1>")
		mustNotHold(t, w.Body.String(), "secret", "dial tcp")
	}
	if got := s.ask("GET", "/fails/too_many", nil).Header().Get("Retry-After"); got != "60" {
		t.Errorf("Retry-After %q", got)
	}
	for _, path := range []string{"/broken", "/panics"} {
		w := s.ask("GET", path, nil)
		if w.Code != 500 {
			t.Errorf("%s: %d, want 500", path, w.Code)
		}
		wellMade(t, w.Body.String())
		mustNotHold(t, w.Body.String(), "secret", "goroutine", "<h1>坏</h1>")
	}
	if w := s.ask("GET", "/", nil, as("down")); w.Code != 503 {
		t.Errorf("sessions away: %d, want 503", w.Code)
	}
}

// What cannot be now is a warning in the log, and only what is our own failure an error.
func TestWhatCannotBeNowIsNoErrorOfOurs(t *testing.T) {
	var log bytes.Buffer
	s := newSite(t, func(o *Options) { o.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	for kind, level := range map[string]string{"internal": "level=ERROR", "unavailable": "level=WARN"} {
		log.Reset()
		s.ask("GET", "/fails/"+kind, nil)
		mustHold(t, log.String(), level+" msg=\"page ", "route=/fails/")
	}
}

func TestAMissingThingLooksLikeOneOutOfReach(t *testing.T) {
	s := newSite(t)
	out, never := s.ask("GET", "/cases/1", nil, as("yang")), s.ask("GET", "/cases/999", nil, as("yang"))
	none, wrong := s.ask("GET", "/no/such/page", nil, as("yang")), s.ask("DELETE", "/cases/1", nil, as("yang"))
	mine := regexp.MustCompile(`name="_mine" value="[^"]+"`) // of which each is another
	for _, w := range []*httptest.ResponseRecorder{never, none, wrong} {
		if w.Code != 404 || mine.ReplaceAllString(w.Body.String(), "") != mine.ReplaceAllString(out.Body.String(), "") {
			t.Errorf("%d, or another page than that of a case out of reach", w.Code)
		}
	}
}

func TestWhoeverMustSignInIsSentThereAndBack(t *testing.T) {
	s := newSite(t)
	w := s.ask("GET", "/cases/7?tab=papers", nil)
	if w.Code != 303 || w.Header().Get("Location") != "/sign-in?then=%2Fcases%2F7%3Ftab%3Dpapers" {
		t.Errorf("got %d %q", w.Code, w.Header().Get("Location"))
	}
	page := s.ask("GET", w.Header().Get("Location"), nil).Body.String()
	mustHold(t, page, `name="then" value="/cases/7?tab=papers"`)
	in := s.ask("POST", "/sign-in", url.Values{"login": {"yang"}, "password": {"right"}, "then": {"/cases/7?tab=papers"}})
	if in.Code != 303 || in.Header().Get("Location") != "/cases/7?tab=papers" {
		t.Errorf("after sign-in: %d %q", in.Code, in.Header().Get("Location"))
	}
	ended := s.ask("POST", "/cases/7/accept", url.Values{}, as("old"), header("Referer", "http://localhost:8080/cases/7"))
	if got := ended.Header().Get("Location"); got != "/sign-in?then=%2Fcases%2F7" {
		t.Errorf("a form whose session ended: %q", got)
	}
	if !strings.Contains(ended.Header().Get("Set-Cookie"), "fengqiao=;") {
		t.Error("the cookie of the ended session is kept")
	}
	wrong := s.ask("POST", "/sign-in", url.Values{"login": {"yang"}, "password": {"wrong"}})
	mustHold(t, wrong.Body.String(), "账号或密码不对", `value="yang"`, "错误：")
	mustNotHold(t, wrong.Body.String(), `value="wrong"`)
	if wrong.Code != 422 {
		t.Errorf("wrong password: %d", wrong.Code)
	}
}

func TestNobodyIsSentElsewhere(t *testing.T) {
	s := newSite(t)
	for _, to := range []string{"//evil.example", "https://evil.example/", `/\evil.example`, "/\t/evil.example", "javascript:alert(1)",
		"/no/such/page", "/cases/7/accept", "cases", ""} {
		w := s.ask("POST", "/sign-in", url.Values{"password": {"right"}, "then": {to}})
		if got := w.Header().Get("Location"); got != "/" {
			t.Errorf("%q leads to %q", to, got)
		}
		mustNotHold(t, s.ask("GET", "/sign-in?then="+url.QueryEscape(to), nil).Body.String(), `name="then"`)
	}
	if w := s.ask("GET", "/away", nil); w.Code != 500 || w.Header().Get("Location") != "" {
		t.Errorf("a handler that sends people away: %d", w.Code)
	}
}

func TestRouteWithoutActionIsRefused(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a route with an action that no role has was mounted")
		}
	}()
	newSite(t).Handle("GET", "/x", "case.nobody_may", nil)
}

func TestRoutes(t *testing.T) {
	s := newSite(t)
	if first := s.Routes()[0]; first.Method != "GET" || first.Path != "/" || first.Action != "home.read" {
		t.Errorf("first route %+v", first)
	}
	if w := s.ask("HEAD", "/gallery", nil); w.Code != 200 {
		t.Errorf("HEAD: %d", w.Code)
	}
}

func TestErrorsUnderAPIAreNotOurs(t *testing.T) {
	w := newSite(t).ask("GET", "/api/v1/none", nil)
	if w.Code != 404 || strings.Contains(w.Body.String(), "<html") {
		t.Errorf("%d, a page for a program", w.Code)
	}
}

func TestHeaders(t *testing.T) {
	s := newSite(t, func(o *Options) { o.Secure = true })
	for _, path := range []string{"/", "/gallery", "/no/such/page", "/cases/7", "/file.txt", "/fails/internal", s.assetPath(t, "style.css")} {
		h := s.ask("GET", path, nil).Header()
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000"} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		csp := h.Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src '") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy of content %q", path, csp)
		}
		if !strings.HasPrefix(path, "/static/") && h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %q", path, h.Get("Cache-Control"))
		}
	}
	file := s.ask("GET", "/file.txt", nil).Header()
	mustHold(t, file.Get("Content-Disposition"), "attachment", "filename*=utf-8''")
	mustHold(t, file.Get("Content-Security-Policy"), "sandbox")
}

func (s *site) assetPath(t *testing.T, name string) string {
	t.Helper()
	path, err := s.assets.path(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAssetsAreKeptForGoodAndZipped(t *testing.T) {
	s := newSite(t)
	path := s.assetPath(t, "style.css")
	if !regexp.MustCompile(`^/static/style\.[0-9a-f]{12}\.css$`).MatchString(path) {
		t.Errorf("address %q", path)
	}
	plain, zipped := s.ask("GET", path, nil), s.ask("GET", path, nil, header("Accept-Encoding", "gzip"))
	if got := plain.Header().Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
		t.Errorf("Cache-Control %q", got)
	}
	z, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	if un, _ := io.ReadAll(z); !bytes.Equal(un, plain.Body.Bytes()) {
		t.Error("the zipped style sheet is another")
	}
	for _, wrong := range []string{"/static/style.css", "/static/../i18n/en.json", "/static/", "/static/style.000000000000.css"} {
		if w := s.ask("GET", wrong, nil); w.Code != 404 {
			t.Errorf("%s: %d", wrong, w.Code)
		}
	}
}

func TestPagesAreSmall(t *testing.T) {
	s := newSite(t)
	zip := header("Accept-Encoding", "gzip")
	style, script := s.ask("GET", s.assetPath(t, "style.css"), nil, zip), s.ask("GET", s.assetPath(t, "app.js"), nil, zip)
	for _, path := range []string{"/", "/gallery"} {
		page := s.ask("GET", path, nil, zip)
		if page.Header().Get("Content-Encoding") != "gzip" {
			t.Errorf("%s is not zipped", path)
		}
		if sum := page.Body.Len() + style.Body.Len() + script.Body.Len(); sum > 30<<10 {
			t.Errorf("%s weighs %d bytes, most is 30 KiB", path, sum)
		}
	}
	if script.Body.Len() > 10<<10 {
		t.Errorf("script weighs %d bytes", script.Body.Len())
	}
}
