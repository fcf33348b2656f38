package page

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/web"
)

func TestWhoMaySendForms(t *testing.T) {
	s := newSite(t)
	page := s.ask("GET", "/gallery", nil)
	key := regexp.MustCompile(`name="_key" value="([^"]+)"`).FindStringSubmatch(page.Body.String())[1]
	secret := page.Result().Cookies()[0].Value
	old := header("Sec-Fetch-Site", "")
	ours, theirs := header("Referer", "http://localhost:8080/gallery"), header("Referer", "http://evil.example/")
	null := header("Origin", "null")
	none := func(*http.Request) {}
	keyed, stolen := with(formCookie, secret), with(formCookie, "another-browser-with-its-own-secret")
	for name, c := range map[string]struct {
		changes []func(*http.Request)
		refused bool
	}{
		"browser of today":                           {[]func(*http.Request){none}, false},
		"typed address":                              {[]func(*http.Request){header("Sec-Fetch-Site", "none")}, false},
		"other site":                                 {[]func(*http.Request){header("Sec-Fetch-Site", "cross-site")}, true},
		"other site, sandboxed":                      {[]func(*http.Request){header("Sec-Fetch-Site", "cross-site"), null, keyed}, true},
		"sister site":                                {[]func(*http.Request){header("Sec-Fetch-Site", "same-site")}, true},
		"old phone, our origin":                      {[]func(*http.Request){old, header("Origin", "http://localhost:8080")}, false},
		"old phone, other origin":                    {[]func(*http.Request){old, header("Origin", "http://evil.example"), keyed}, true},
		"old phone, no origin, our referer":          {[]func(*http.Request){old, ours}, false},
		"old phone, no origin, other referer":        {[]func(*http.Request){old, theirs, keyed}, true},
		"old phone, says nothing, form of ours":      {[]func(*http.Request){old, keyed}, false},
		"old phone, says nothing, form of nobody":    {[]func(*http.Request){old}, true},
		"old phone, says nothing, form of another":   {[]func(*http.Request){old, stolen}, true},
		"old phone, null origin, our referer":        {[]func(*http.Request){old, null, ours}, false},
		"old phone, null origin, form of ours":       {[]func(*http.Request){old, null, keyed}, false},
		"old phone, null origin, form of nobody":     {[]func(*http.Request){old, null}, true},
		"old phone, null origin, form of another":    {[]func(*http.Request){old, null, stolen}, true},
		"old phone, null origin, referer of another": {[]func(*http.Request){old, null, theirs, keyed}, true},
		"text instead of a form":                     {[]func(*http.Request){header("Content-Type", "text/plain")}, true},
		"JSON instead of a form":                     {[]func(*http.Request){header("Content-Type", "application/json")}, true},
	} {
		s.last = nil
		form := url.Values{"category": {"02"}, "applicant.name": {"林"}, "_key": {key}}
		w := s.ask("POST", "/gallery", form, c.changes...)
		if c.refused && (w.Code != 403 || s.last != nil) || !c.refused && w.Code != 303 {
			t.Errorf("%s: %d, reached %v", name, w.Code, s.last != nil)
		}
	}
	if w := s.ask("GET", "/gallery", nil, header("Sec-Fetch-Site", "cross-site")); w.Code != 200 {
		t.Errorf("a link from another site: %d", w.Code)
	}
}

func TestSessionCookie(t *testing.T) {
	for secure, name := range map[bool]string{true: "__Host-fengqiao", false: "fengqiao"} {
		s := newSite(t, func(o *Options) { o.Secure = secure })
		w := s.ask("POST", "/sign-in", url.Values{"login": {"yang"}, "password": {"right"}})
		k := w.Result().Cookies()[0]
		if k.Name != name || k.Value != "yang" || !k.HttpOnly || k.Secure != secure || k.SameSite != http.SameSiteLaxMode ||
			k.Path != "/" || k.Domain != "" || k.MaxAge != 0 {
			t.Errorf("secure %v: %+v", secure, k)
		}
		body := s.ask("GET", "/", nil, with(name, "yang")).Body.String()
		mustHold(t, body, "杨美珍", `action="/sign-out"`, `class="staff"`, `href="/reports"`)
		mustHold(t, s.ask("GET", "/gallery", nil, with(name, "lin")).Body.String(), `class="resident"`, `href="/gallery" aria-current="page"`)
	}
}

func TestLanguage(t *testing.T) {
	s := newSite(t)
	for accept, want := range map[string]string{"": "zh-CN", "en-GB,en;q=0.9": "en", "zh-TW,zh;q=0.9,en;q=0.8": "zh-CN", "fr": "zh-CN", "*;;": "zh-CN"} {
		mustHold(t, s.ask("GET", "/", nil, header("Accept-Language", accept)).Body.String(), `<html lang="`+want+`"`)
	}
	w := s.ask("POST", "/preferences", url.Values{"lang": {"en"}}, header("Referer", "http://localhost:8080/gallery?state=open"))
	if got := w.Header().Get("Location"); w.Code != 303 || got != "/gallery?state=open" {
		t.Errorf("back to %q", got)
	}
	if k := w.Result().Cookies()[0]; k.Name != "fengqiao-lang" || k.Value != "en" || k.MaxAge < 86400*300 || !k.HttpOnly {
		t.Errorf("cookie %+v", k)
	}
	mustHold(t, s.ask("GET", "/", nil, with("fengqiao-lang", "en")).Body.String(), "In a dispute?")
}

func TestLargeTypeAndColours(t *testing.T) {
	s := newSite(t)
	mustHold(t, s.ask("GET", "/", nil).Body.String(), `class="standard auto"`, `<button name="size" value="large" data-standard="标准版" data-large="长辈版">长辈版`)
	mustHold(t, s.ask("GET", "/", nil, with("fengqiao-size", "large")).Body.String(), `class="large auto"`, `value="standard" data-standard="标准版" data-large="长辈版">标准版`)
	body := s.ask("GET", "/", nil, with("fengqiao-size", "extra"), with("fengqiao-theme", "dark")).Body.String()
	mustHold(t, body, `class="extra dark"`, `value="extra" aria-pressed="true"`, `value="dark" aria-pressed="true"`)
	mustHold(t, s.ask("GET", "/", nil, with("fengqiao-size", `"><b>`)).Body.String(), `class="standard auto"`)
	w := s.ask("POST", "/preferences", url.Values{"size": {"huge"}, "theme": {"dark"}}, header("Referer", "http://evil.example/"))
	if ks := w.Result().Cookies(); len(ks) != 1 || ks[0].Name != "fengqiao-theme" || w.Header().Get("Location") != "/" {
		t.Errorf("%v, to %q", ks, w.Header().Get("Location"))
	}
	hidden := s.ask("POST", "/preferences", url.Values{"size": {"large"}}, header("Sec-Fetch-Site", ""), header("Origin", "null"))
	if hidden.Code != 303 {
		t.Errorf("old phone that hides its origin: %d", hidden.Code)
	}
	posted := s.ask("POST", "/preferences", url.Values{"size": {"large"}}, header("Referer", "http://localhost:8080/cases/7/accept"))
	if got := posted.Header().Get("Location"); got != "/" {
		t.Errorf("back to a page that cannot be opened: %q", got)
	}
}

func TestDemoBanner(t *testing.T) {
	for demo, want := range map[bool]int{true: 1, false: 0} {
		s := newSite(t, func(o *Options) { o.Demo = demo })
		for _, path := range []string{"/", "/gallery", "/no/such/page"} {
			if got := strings.Count(s.ask("GET", path, nil).Body.String(), "这是演示系统"); got != want {
				t.Errorf("demo %v: %s says so %d times", demo, path, got)
			}
		}
	}
}

func TestDaysTimesAndMoney(t *testing.T) {
	late := time.Date(2026, 11, 20, 16, 5, 0, 0, time.UTC) // past midnight in Quanzhou
	type legalDay string
	for got, want := range map[string]string{
		Day(late, "zh-CN"): "2026年11月21日", Day(late, "en"): "21 November 2026", When(late, "zh-CN"): "2026年11月21日 00:05",
		Day(legalDay("2026-02-03"), "zh-CN"): "2026年2月3日", Day("2026-02-30", "en"): "", Day(time.Time{}, "en"): "", Day(nil, "en"): "",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	type fen int64
	for amount, want := range map[fen]string{0: "0.00 元", 5: "0.05 元", 140950: "1,409.50 元", -140950: "-1,409.50 元", 123456789: "1,234,567.89 元"} {
		if got, err := Yuan(amount, "zh-CN"); err != nil || got != want {
			t.Errorf("%d: %q, want %q", amount, got, want)
		}
	}
	if _, err := Yuan("a lot", "en"); err == nil {
		t.Error("words are no amount")
	}
}

var (
	usedKey    = regexp.MustCompile(`\(?\bt(?:l \S+)? "([a-z0-9_.]+)"`)
	usedFamily = regexp.MustCompile(`\btt "([a-z0-9_.]+\.)"`)
	goLiteral  = regexp.MustCompile(`"([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*\.?)"`)
)

// usedTexts are the keys that templates and Go name, and the families ("state.") of which they name all.
func usedTexts(t *testing.T) (inTemplates, inGo map[string]bool, families []string) {
	t.Helper()
	inTemplates, inGo = map[string]bool{}, map[string]bool{}
	err := fs.WalkDir(web.FS, "pages", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(web.FS, name)
		for _, m := range usedKey.FindAllStringSubmatch(string(body), -1) {
			inTemplates[m[1]] = true
		}
		for _, m := range usedFamily.FindAllStringSubmatch(string(body), -1) {
			families = append(families, m[1])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		body, err := os.ReadFile(name)
		for _, m := range goLiteral.FindAllStringSubmatch(string(body), -1) {
			if strings.HasSuffix(m[1], ".") {
				families = append(families, m[1])
			}
			inGo[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return inTemplates, inGo, families
}

func TestTexts(t *testing.T) {
	inTemplates, inGo, families := usedTexts(t)
	words := map[string]map[string]string{}
	for _, lang := range langs {
		raw, err := fs.ReadFile(web.FS, "i18n/"+lang+".json")
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, new(map[string]string)); err != nil {
			t.Fatal(err)
		}
		words[lang] = map[string]string{}
		for _, m := range regexp.MustCompile(`(?m)^\s*"([^"]+)":\s*("(?:[^"\\]|\\.)*")`).FindAllStringSubmatch(string(raw), -1) {
			if words[lang][m[1]] != "" {
				t.Errorf("%s: %s stands twice", lang, m[1])
			}
			words[lang][m[1]] = m[2]
		}
	}
	for key := range inTemplates {
		for _, lang := range langs {
			if words[lang][key] == "" {
				t.Errorf("%s lacks %s, which a template shows", lang, key)
			}
		}
	}
	verbs := regexp.MustCompile(`%(?:\[\d\])?[sdvq]`)
	for key, zh := range words["zh-CN"] {
		en, ok := words["en"][key]
		if !ok {
			t.Errorf("en lacks %s", key)
			continue
		}
		if a, b := verbs.FindAllString(zh, -1), verbs.FindAllString(en, -1); len(a) != len(b) {
			t.Errorf("%s takes %v in Chinese and %v in English", key, a, b)
		}
		inFamily := slices.ContainsFunc(families, func(f string) bool { return strings.HasPrefix(key, f) })
		if !inTemplates[key] && !inGo[key] && !inFamily {
			t.Errorf("nobody uses %s", key)
		}
	}
	for key := range words["en"] {
		if words["zh-CN"][key] == "" {
			t.Errorf("zh-CN lacks %s", key)
		}
	}
	for kind := range statuses {
		if key := "fail." + kind.String(); words["en"][key] == "" && kind.String() != "unauthenticated" {
			t.Errorf("no title for the error page of %s", fmt.Sprint(kind))
		}
	}
}

// Each form of the pages says to which browser it was given, but for the look of the pages; the form that asks for a proof
// carries what came.
func TestEveryFormSaysWhoseItIs(t *testing.T) {
	form := regexp.MustCompile(`(?s)<form[^>]*method="post"[^>]*>.*?</form>`)
	seen := 0
	err := fs.WalkDir(web.FS, "pages", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".html") {
			return err
		}
		text, err := web.FS.ReadFile(path)
		for _, one := range form.FindAllString(string(text), -1) {
			seen++
			if !regexp.MustCompile(`\{\{template "(keys|mine)" |action="/preferences"|range \$l\.Kept`).MatchString(one) {
				t.Errorf("%s: %.80s", path, one)
			}
		}
		return err
	})
	if err != nil || seen < 100 {
		t.Errorf("%d forms, %v", seen, err)
	}
}
