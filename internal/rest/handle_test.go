package rest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

func TestARouteWithoutAKnownActionDoesNotStart(t *testing.T) {
	tn := newTown(t)
	defer func() {
		if recover() == nil {
			t.Error("mounted a route that nobody may use")
		}
	}()
	rest.Handle(tn.api, "GET", "/x", "thing.forgotten", func(context.Context, authz.Grant, *struct{}) (*struct{}, error) { return nil, nil })
}

func TestFilingAnswersWhatWasMade(t *testing.T) {
	a := newTown(t).ask("POST", "/api/v1/things", `{"name":"林"}`).is(201)
	if a.Header().Get("Location") != "/api/v1/things/1" || a.Header().Get("ETag") != `"1"` {
		t.Errorf("headers %v", a.Header())
	}
	if got := strings.TrimSpace(a.Body.String()); got != `{"name":"林","tags":[],"deep":[],"notes":{}}` {
		t.Errorf("lists must never be null: %s", got)
	}
}

func TestWhoMayNotIsToldWhy(t *testing.T) {
	tn := newTown(t)
	id := tn.path()
	if p := tn.ask("GET", id, "").is(401).problem(); p["code"] != "unauthenticated" || p["detail"] != "请先登录。" {
		t.Error(p)
	}
	a := tn.ask("GET", id, "", "Authorization: Bearer old")
	if p := a.is(401).problem(); p["detail"] != "登录已失效。" || a.Header().Get("WWW-Authenticate") != "Bearer" {
		t.Error(p, a.Header())
	}
	tn.ask("POST", "/api/v1/things", `{"name":"林"}`, "Authorization: Bearer old").is(401) // never silently anonymous
	tn.ask("GET", id, "", "Authorization: Basic d3U6d3U=").is(401)
	tn.ask("GET", "/api/v1/audit", "", "Authorization: Bearer wu").is(403)
	if log := tn.log.String(); !strings.Contains(log, `"refused","action":"audit.read"`) || !strings.Contains(log, `"by":"`+wu.Person.String()+`"`) || strings.Contains(log, wu.Name) {
		t.Error("a refusal must be logged, with whose it was, and no name", log)
	}
}

func (tn *town) path() string { return "/api/v1/things/" + committee.String() }

func TestOutOfReachIsTheSameAsMissing(t *testing.T) {
	tn := newTown(t)
	wu := "Authorization: Bearer wu"
	want := tn.ask("GET", tn.path(), "", wu).is(404).Body.String()
	for _, path := range []string{"/api/v1/things/nonsense", "/api/v1/things/%00", "/api/v1/things/%ff",
		"/api/v1/things/00000000-0000-0000-0000-000000000000", "/api/v1/no/such/route", "/api/nothing", "/api"} {
		if got := tn.ask("GET", path, "", wu).is(404).Body.String(); got != want {
			t.Errorf("%s differs: %s, want %s", path, got, want)
		}
	}
	if p := tn.ask("PUT", "/api/v1/things", "", wu).is(405).problem(); p["code"] != "method_not_allowed" {
		t.Error(p)
	}
}

func TestRulesOfLawNameThemselvesAndWhatIsPossible(t *testing.T) {
	p := newTown(t).ask("POST", "/api/v1/fails/rule", "", en).is(409).problem()
	if p["code"] != "rule.A10" || p["detail"] != "The rights notice is missing." || p["title"] != "Not possible now" {
		t.Error(p)
	}
	if next, _ := p["next"].([]any); len(next) != 1 || p["status"] != 409.0 { // a member cannot replace a fixed one
		t.Error(p)
	}
}

func TestOurMistakesSayNothingAndAreLogged(t *testing.T) {
	for _, how := range []string{"error", "panic"} {
		tn := newTown(t)
		a := tn.ask("POST", "/api/v1/fails/"+how, "", en, "X-Request-Id: abc-1").is(500)
		if p := a.problem(); strings.Contains(a.Body.String(), "planted") || p["code"] != "internal" {
			t.Errorf("said aloud: %s", a.Body)
		}
		if log := tn.log.String(); !strings.Contains(log, "planted") || !strings.Contains(log, `"request_id":"abc-1"`) {
			t.Errorf("not logged: %s", log)
		}
	}
}

func TestASlowOperationIsCutWithABusyAnswer(t *testing.T) {
	tn := newTown(t, func(o *rest.Options) { o.Patience = 20 * time.Millisecond })
	a := tn.ask("POST", "/api/v1/fails/slow", "").is(503)
	if a.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

func TestVersionsOfStaffAndParties(t *testing.T) {
	tn := newTown(t)
	path, body := tn.path()+"/change", `{"name":"林"}`
	wu, lin := "Authorization: Bearer wu", "Authorization: Bearer lin"
	tn.ask("POST", path, body, wu).is(428)
	for _, bad := range []string{"x", `"0"`, `"-1"`, "*", `"1" "2"`, `"01"`} {
		if w := tn.ask("POST", path, body, wu, "If-Match: "+bad).is(422).wrongs(); !strings.HasPrefix(w, "header.If-Match ") {
			t.Error(bad, w)
		}
	}
	if a := tn.ask("POST", path, body, wu, `If-Match: "3"`).is(200); a.Header().Get("ETag") != `"4"` {
		t.Error(a.Header())
	}
	if a := tn.ask("POST", path, body, lin).is(200); strings.TrimSpace(a.Body.String()) != "0" {
		t.Error("a party needs no version", a.Body)
	}
}

func TestListsGiveSealedCursors(t *testing.T) {
	tn := newTown(t)
	wu := "Authorization: Bearer wu"
	var page struct {
		Items      []Shown
		NextCursor string `json:"next_cursor"`
	}
	a := tn.ask("GET", "/api/v1/things", "", wu).is(200)
	if err := json.Unmarshal(a.Body.Bytes(), &page); err != nil || page.NextCursor == "" {
		t.Fatal(err, a.Body)
	}
	tn.ask("GET", "/api/v1/things?cursor="+page.NextCursor, "", wu).is(200)
	for i := range page.NextCursor {
		bent := []byte(page.NextCursor)
		bent[i] ^= 1
		tn.ask("GET", "/api/v1/things?cursor="+string(bent), "", wu).is(422)
	}
	for _, bad := range []string{"x", "AAAA", strings.Repeat("A", 1000), strings.Repeat("A", 1001)} {
		if w := tn.ask("GET", "/api/v1/things?cursor="+bad, "", wu).is(422).wrongs(); !strings.HasPrefix(w, "cursor ") {
			t.Error(w)
		}
	}
	if got := strings.TrimSpace(tn.ask("GET", "/api/v1/things?limit=5", "", wu).Body.String()); got != `{"items":[],"next_cursor":null}` {
		t.Error(got)
	}
	other := newTown(t, func(o *rest.Options) { o.Secret = []byte("other") })
	other.ask("GET", "/api/v1/things?cursor="+page.NextCursor, "", wu).is(422)
}

func TestOneTimeKeys(t *testing.T) {
	tn := newTown(t)
	send := func(path, body string, headers ...string) actor.Once {
		t.Helper()
		tn.once = nil
		tn.ask("POST", path, body, headers...)
		if len(tn.once) != 1 {
			t.Fatalf("%s was not done", path)
		}
		return tn.once[0]
	}
	const k, body = "Idempotency-Key: k-1", `{"name":"林"}`
	wu, lin := "Authorization: Bearer wu", "Authorization: Bearer lin"
	first := send("/api/v1/things", body, k)
	if first.IsZero() || first != send("/api/v1/things", body, k) {
		t.Error("the same key and body must be the same act")
	}
	if !send("/api/v1/things", body).IsZero() {
		t.Error("no key, no act to remember")
	}
	if o := send("/api/v1/things", `{"name":"陈"}`, k); o.Key != first.Key || o.Body == first.Body {
		t.Error("another body under the same key must be seen")
	}
	if o := send("/api/v1/things", body, "Idempotency-Key: k-2"); o.Key == first.Key {
		t.Error("another key is another act")
	}
	if o := send("/api/v1/things", body, k, lin); o.Key == first.Key {
		t.Error("another person's key is theirs")
	}
	other := ident.NewMaker(strings.NewReader("0123456789")).New("350503", friday)
	a := send(tn.path()+"/change", body, k, wu, `If-Match: "1"`)
	b := send("/api/v1/things/"+other.String()+"/change", body, k, wu, `If-Match: "1"`)
	if a.Key == b.Key {
		t.Error("one key for two cases is two acts")
	}
	for _, bad := range []string{"", strings.Repeat("k", 201), "a\tb", "a\x7f"} {
		if w := tn.ask("POST", "/api/v1/things", body, "Idempotency-Key: "+bad).is(422).wrongs(); !strings.HasPrefix(w, "header.Idempotency-Key") {
			t.Error(bad, w)
		}
	}
}

// form packs files as browsers do, with a new boundary each time.
func form(t *testing.T, name, content, note string) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	f, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = f.Write([]byte(content))
	_ = w.WriteField("note", note)
	_ = w.Close()
	return b.String(), "Content-Type: " + w.FormDataContentType()
}

func TestUploads(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	tn := newTown(t)
	big := strings.Repeat("x", 3<<20)
	body, kind := form(t, "照片.jpg", big, "note")
	a := tn.ask("POST", "/api/v1/files", body, kind, "Idempotency-Key: k").is(201)
	if got := a.Body.String(); !strings.Contains(got, "照片.jpg=xxx") {
		t.Errorf("%.80s", got)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("temporary files are left: %v", left)
	}
	body, kind = form(t, "照片.jpg", big, "note")
	tn.ask("POST", "/api/v1/files", body, kind, "Idempotency-Key: k").is(201)
	body, kind = form(t, "照片.jpg", big+"y", "note")
	tn.ask("POST", "/api/v1/files", body, kind, "Idempotency-Key: k").is(201)
	if tn.once[0] != tn.once[1] || tn.once[0].Body == tn.once[2].Body {
		t.Error("the digest is of what the form says, not of how it was packed")
	}
	tn.ask("POST", "/api/v1/files", `{}`).is(415)
	body, kind = form(t, "x", "", "\x00")
	tn.ask("POST", "/api/v1/files", body, kind).is(422)
	body, kind = form(t, "x", strings.Repeat("x", 20<<20+1), "")
	tn.ask("POST", "/api/v1/files", body, kind).is(413)
	body, kind = form(t, "x", strings.Repeat("x", 23<<20), "")
	tn.ask("POST", "/api/v1/files", body, kind).is(413)
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("temporary files are left after a refusal: %v", left)
	}
}

func TestDownloadsCannotRunAsPages(t *testing.T) {
	a := newTown(t).ask("GET", "/api/v1/table", "").is(200)
	if got := a.Header().Get("Content-Disposition"); got != `attachment; filename*=utf-8''%E6%A1%88%E4%BB%B6%E8%A1%A8.csv` {
		t.Error(got)
	}
	if !strings.Contains(a.Header().Get("Content-Security-Policy"), "sandbox") || a.Body.String() != "a,b\n" {
		t.Error(a.Header(), a.Body)
	}
}

func TestTheDescriptionIsWholeAndLoadsNothingFromOutside(t *testing.T) {
	tn := newTown(t)
	spec := tn.ask("GET", "/api/v1/openapi.json", "").is(200).Body.String()
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			Action string `json:"x-action"`
		}
	}
	if err := json.Unmarshal([]byte(spec), &doc); err != nil || doc.OpenAPI != "3.1.0" {
		t.Fatal(err, doc.OpenAPI)
	}
	if doc.Paths["/things/{id}/change"]["post"].Action != "thing.write" {
		t.Errorf("%v", doc.Paths)
	}
	if strings.Contains(spec, "$schema") || strings.Contains(spec, "example.com") {
		t.Error("huma's schema links are back")
	}
	for _, lang := range []string{"zh-CN", "en"} {
		a := tn.ask("GET", "/api/v1/docs", "", "Accept-Language: "+lang).is(200)
		page := a.Body.String()
		if strings.Contains(page, "http:") || strings.Contains(page, "https:") || strings.Contains(page, "<script") || strings.Contains(page, "style=") {
			t.Error("the docs load something, or would be stopped by the policy")
		}
		for _, want := range []string{"/api/v1/things/{id}/change", "thing.write", "inner.phone", "lang=\"" + lang + "\""} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %q", lang, want)
			}
		}
	}
	if got := tn.ask("GET", "/api/v1/docs.css", "").is(200).Header().Get("Content-Type"); got != "text/css; charset=utf-8" {
		t.Error(got)
	}
}

func TestRoutesAreATable(t *testing.T) {
	routes := newTown(t).api.Routes()
	var lines []string
	for _, r := range routes {
		lines = append(lines, r.Method+" "+r.Path+" "+string(r.Action))
	}
	if all := strings.Join(lines, "\n"); !strings.Contains(all, "POST /api/v1/things thing.file") || !strings.Contains(all, "GET /api/v1/docs home.read") {
		t.Error(all)
	}
}

func TestAReaderWhoHasGoneLeavesNoNoise(t *testing.T) {
	tn := newTown(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/api/v1/fails/slow", nil)
	tn.echo.ServeHTTP(httptest.NewRecorder(), r)
	if strings.Contains(tn.log.String(), "ERROR") {
		t.Error(tn.log)
	}
}
