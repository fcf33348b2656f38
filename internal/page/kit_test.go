package page

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/labstack/echo/v4"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/policies"
	"fengqiao/web"
)

var friday = time.Date(2026, 11, 20, 2, 30, 0, 0, time.UTC)

type caseRow struct {
	Link     Link
	Category string
	State    Tag
	On       time.Time
	Fen      int64
}

type gallery struct {
	Name, Other string
	Wishes      []string
	Cases       []caseRow
	Moments     []Moment
}

var exhibits = gallery{
	Name: "林秀英", Other: "陈志强\n（楼上业主）", Wishes: []string{"stop"},
	Cases: []caseRow{
		{Link{Path: "/gallery?at=7", Text: "7K3M-9XQ2"}, "邻里纠纷", Tag{"warn", "待签字"}, friday, 140950},
		{Link{Path: "/gallery?at=8", Text: "2H8P-4RWC"}, "物业纠纷", Tag{"ok", "已办结"}, friday.AddDate(0, 0, -3), 0},
	},
	Moments: []Moment{
		{At: friday, Title: "已受理", Text: "东湖街道凤山社区人民调解委员会受理了您的申请。", By: "杨美珍"},
		{At: friday.Add(-49 * time.Hour), Title: "已登记", Text: "您提交了申请。"},
	},
}

// site is a whole site with one page that shows every part there is.
type site struct {
	*Site
	echo *echo.Echo
	last *Request
}

func overlay(t testing.TB) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(web.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(web.FS, name)
		out[name] = &fstest.MapFile{Data: body}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"gallery", "broken", "panel"} {
		body, err := os.ReadFile("testdata/" + name + ".html")
		if err != nil {
			t.Fatal(err)
		}
		out["pages/test/"+name+".html"] = &fstest.MapFile{Data: body}
	}
	return out
}

var yang = actor.Actor{Person: ident.ID{1}, Name: "杨美珍", Posts: []actor.Post{{Role: actor.Mediator, Committee: ident.ID{9}}}}
var lin = actor.Actor{Person: ident.ID{2}, Name: "林秀英"}

func sessionOf(_ context.Context, token string) (actor.Actor, error) {
	switch token {
	case "yang":
		return yang, nil
	case "lin":
		return lin, nil
	case "down":
		return actor.Actor{}, fault.New(fault.Unavailable, "", "数据库暂时不可用。", "The database is away.")
	}
	return actor.Actor{}, fault.New(fault.Unauthenticated, "", "请先登录。", "Please sign in first.")
}

func newSite(t testing.TB, change ...func(*Options)) *site {
	t.Helper()
	policy, err := authz.Load(policies.Model, policies.Policy)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Policy: policy, Session: sessionOf, FS: overlay(t), Now: func() time.Time { return friday },
		Nav: func(by actor.Actor, lang string) []Link {
			nav := []Link{{Path: "/gallery", Text: "我的案件"}}
			if by.IsStaff() {
				nav = append(nav, Link{Path: "/registry", Text: "调委会与调解员"}, Link{Path: "/reports", Text: "统计报表"})
			}
			return nav
		}}
	for _, c := range change {
		c(&o)
	}
	e := echo.New()
	s, err := New(e, o)
	if err != nil {
		t.Fatal(err)
	}
	out := &site{Site: s, echo: e}
	out.mount()
	return out
}

func (s *site) mount() {
	seen := func(fn func(*Request) (Reply, error)) func(*Request) (Reply, error) {
		return func(r *Request) (Reply, error) { s.last = r; return fn(r) }
	}
	s.Handle("GET", "/gallery", "case.file", seen(func(*Request) (Reply, error) { return Show("test/gallery", exhibits), nil }))
	s.Handle("POST", "/gallery", "case.file", seen(func(r *Request) (Reply, error) {
		var check fault.Check
		if r.Form("applicant.name") == "" {
			check.Add("applicant.name", "请填写您的姓名。", "Give your name.")
		}
		if r.Form("category") == "" {
			check.Add("category", "请选择纠纷类型。", "Choose a kind of dispute.")
		}
		if err := check.Err(); err != nil {
			return Again("test/gallery", exhibits, err), nil
		}
		return SeeOther("/gallery?done=saved"), nil
	}))
	s.Handle("POST", "/upload", "case.file", seen(func(r *Request) (Reply, error) { return SeeOther("/"), nil }), Uploads())
	s.Handle("GET", "/panel", "case.file", seen(func(*Request) (Reply, error) { return Show("test/panel", nil), nil }))
	s.Handle("GET", "/cases/:id", "case.read", seen(func(*Request) (Reply, error) { return Reply{}, fault.NoSuch() }))
	s.Handle("POST", "/cases/:id/accept", "case.accept", seen(func(*Request) (Reply, error) { return SeeOther("/"), nil }))
	s.Handle("GET", "/broken", "case.file", seen(func(*Request) (Reply, error) { return Show("test/broken", exhibits), nil }))
	s.Handle("GET", "/panics", "case.file", seen(func(*Request) (Reply, error) { panic("secret 350501") }))
	s.Handle("GET", "/fails/:kind", "case.file", seen(func(r *Request) (Reply, error) { return Reply{}, failures[r.Param("kind")] }))
	s.Handle("GET", "/away", "case.file", seen(func(*Request) (Reply, error) { return SeeOther("//evil.example/"), nil }))
	s.Handle("GET", "/confirm", "case.file", seen(func(*Request) (Reply, error) { return Show("confirm", confirmation), nil }))
	s.Handle("GET", "/file.txt", "case.file", seen(func(*Request) (Reply, error) {
		return Download("照片 <1>.html", "text/html", strings.NewReader("<script>")), nil
	}))
	s.Handle("GET", "/sign-in", "session.open", seen(func(*Request) (Reply, error) { return Show("account/sign-in", nil), nil }))
	s.Handle("POST", "/sign-in", "session.open", seen(func(r *Request) (Reply, error) {
		if r.Secret("password") != "right" {
			return Again("account/sign-in", nil, fault.New(fault.Unauthenticated, "", "账号或密码不对。", "Account name or password is wrong.")), nil
		}
		r.SignIn("yang")
		return SeeOther(r.Then("/")), nil
	}))
}

var confirmation = Confirm{Title: "确认撤回申请？", Text: "撤回以后，这次调解就结束了。", Warning: "撤回不能取消。",
	Rows: []Row{{Label: "编号", Value: "7K3M-9XQ2"}}, Action: "/gallery", Submit: "撤回申请", Cancel: "/gallery", Version: 3,
	Hidden: map[string]string{"statement": "不谈了"}, Danger: true}

var failures = map[string]error{
	"internal":    errors.New("dial tcp: secret 350501"),
	"denied":      fault.New(fault.Denied, "", "您的岗位不能进行这项操作。", "Your post does not include this."),
	"conflict":    fault.Rule("A10", "还没有取得对方同意。", "The other side has not agreed yet."),
	"stale":       fault.New(fault.Stale, "", "这个案件刚刚被别人改过，请看过新的内容再提交。", "Somebody has just changed this case."),
	"too_many":    fault.New(fault.TooMany, "", "请一分钟后再试。", "Try again in a minute.").With("retry_after", 60),
	"unavailable": fault.New(fault.Unavailable, "", "系统现在很忙，请过几分钟再试。", "Busy; try again."),
	"missing":     fault.NoSuch(),
}

// ask is one request, made like a browser of today makes it on our own pages; say more with changes.
func (s *site) ask(method, target string, body url.Values, change ...func(*http.Request)) *httptest.ResponseRecorder {
	var from io.Reader
	if body != nil {
		from = strings.NewReader(body.Encode())
	}
	r := httptest.NewRequest(method, "http://localhost:8080"+target, from)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	s.echo.ServeHTTP(w, r)
	return w
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) {
		if value == "" {
			r.Header.Del(name)
			return
		}
		r.Header.Set(name, value)
	}
}

func with(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: name, Value: value}) }
}

func as(who string) func(*http.Request) { return with("fengqiao", who) }

func mustHold(t *testing.T, body string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(body, w) {
			t.Errorf("the page does not hold %q", w)
		}
	}
}

func mustNotHold(t *testing.T, body string, unwanted ...string) {
	t.Helper()
	for _, u := range unwanted {
		if strings.Contains(body, u) {
			t.Errorf("the page holds %q", u)
		}
	}
}

var (
	tagLabel   = regexp.MustCompile(`<label for="([^"]+)"`)
	tagControl = regexp.MustCompile(`<(?:input|select|textarea) [^>]*?id="([^"]+)"`)
	tagID      = regexp.MustCompile(` id="([^"]+)"`)
	tagDescr   = regexp.MustCompile(`aria-(?:describedby|labelledby)="([^"]+)"`)
)

// wellMade checks what every page must be: one h1, a label for each question, no id twice, no reference to nothing.
func wellMade(t *testing.T, body string) {
	t.Helper()
	if n := strings.Count(body, "<h1"); n != 1 {
		t.Errorf("%d h1, want one", n)
	}
	mustHold(t, body, "<!doctype html>", `<main id="main"`, "</html>", `class="skip"`)
	mustNotHold(t, body, "<no value>", "ZgotmplZ", " style=", " onclick=", "<script>")
	ids, labels := map[string]bool{}, map[string]bool{}
	for _, m := range tagID.FindAllStringSubmatch(body, -1) {
		if ids[m[1]] {
			t.Errorf("id %q stands twice", m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range tagLabel.FindAllStringSubmatch(body, -1) {
		labels[m[1]] = true
	}
	for _, m := range tagControl.FindAllStringSubmatch(body, -1) {
		if !labels[m[1]] {
			t.Errorf("the question %q has no label", m[1])
		}
	}
	for _, m := range tagDescr.FindAllStringSubmatch(body, -1) {
		for _, id := range strings.Fields(m[1]) {
			if !ids[id] {
				t.Errorf("something refers to %q, which is not there", id)
			}
		}
	}
}

// TestLook serves the gallery to look at, when asked: FENGQIAO_LOOK=127.0.0.1:8099 go test -run TestLook ./internal/page
func TestLook(t *testing.T) {
	listen := os.Getenv("FENGQIAO_LOOK")
	if listen == "" {
		t.Skip("only for looking at")
	}
	s := newSite(t, func(o *Options) { o.Demo = true })
	if err := http.ListenAndServe(listen, s.echo); err != nil { //nolint:gosec // for a look on one's own machine
		t.Fatal(err)
	}
}
