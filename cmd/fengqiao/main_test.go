package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fengqiao/internal/db/dbtest"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// said is what a command wrote, readable while it runs.
type said struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// operator runs commands on one empty folder.
type operator struct {
	*testing.T
	folder string
}

func newOperator(t *testing.T) operator {
	t.Helper()
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, "FENGQIAO_") && !strings.HasPrefix(name, "FENGQIAO_TEST_") {
			t.Setenv(name, "")
			os.Unsetenv(name)
		}
	}
	t.Setenv("FENGQIAO_DATABASE_URL", "sqlite:"+filepath.Join(t.TempDir(), "var", "fengqiao.db"))
	if !slices.Contains(dbtest.Dialects(), "sqlite") {
		t.Setenv("FENGQIAO_DATABASE_URL", dbtest.URL(t, "postgres"))
		t.Setenv("FENGQIAO_DATA", t.TempDir())
	}
	return operator{T: t, folder: t.TempDir()}
}

func (o operator) run(input string, args ...string) (code int, out string) {
	o.Helper()
	var w said
	code = run(o.Context(), args, strings.NewReader(input), &w, &w)
	return code, w.String()
}

// serves starts a server and gives its address, what it says, and a way to end it that waits for its exit code.
func (o operator) serves(args ...string) (address string, out *said, end func() int) {
	o.Helper()
	ctx, stop := context.WithCancel(o.Context())
	out = &said{}
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"serve", "--listen=127.0.0.1:0", "--metrics-listen="}, args...), strings.NewReader(""), out, out)
	}()
	end = sync.OnceValue(func() int { stop(); return <-code })
	o.Cleanup(func() { end() })
	for range 6000 {
		if m := regexp.MustCompile(`listens on (http://\S+)`).FindStringSubmatch(out.String()); m != nil {
			return m[1], out, end
		}
		select {
		case c := <-code:
			code <- c
			o.Fatalf("ended with %d: %s", c, out)
		case <-time.After(50 * time.Millisecond):
		}
	}
	o.Fatalf("does not start: %s", out)
	return "", nil, nil
}

func TestABadSettingIsAClearSentenceAndExit2(t *testing.T) {
	o := newOperator(t)
	for _, c := range []struct{ args, want string }{
		{"serve --listen 0.0.0.0:0", "plain http is served on this machine only"},
		{"serve --listen :8080", "plain http is served on this machine only"},
		{"serve --listen nonsense", "--listen must be HOST:PORT"},
		{"serve --metrics-listen nonsense", "--metrics-listen must be HOST:PORT"},
		{"serve --database-url mysql://x", "sqlite:PATH or postgres://"},
		{"serve --database-url sqlite:", "sqlite:PATH or postgres://"},
		{"serve --database-url postgres://%zz", "database URL cannot be read"},
		{"serve --tls-cert /no/file --tls-key /no/file", "certificate cannot be used"},
		{"serve --tls-cert /no/file", "go together"},
		{"serve --trusted-proxy somewhere", `"somewhere" is no address`},
		{"serve --public-rate many", "--public-rate"},
		{"serve --filing-bounds 5,40", "--filing-bounds"},
		{"serve --filing-bounds 5,0,30", "--filing-bounds"},
		{"serve --sms-gateway http://gateway.example/", "--sms-gateway"},
		{"serve --smtp-url smtp://mail.example", "must be an e-mail address"},
		{"serve --smtp-url mail.example --mail-from a@b.example", "--smtp-url"},
		{"serve --colour red", "unknown flag --colour"},
		{"brew", "unexpected argument brew"},
		{"user add wu --name 吴建国 --area 3505", "--area takes"},
		{"user post wu mediator --committee x", "--committee takes"},
		{"user post wu mediator --from yesterday", "--from takes"},
		{"", "expected one of"},
	} {
		code, out := o.run("", strings.Fields(c.args)...)
		if code != 2 || !strings.Contains(out, c.want) || strings.Contains(out, "goroutine") {
			t.Errorf("%s: %d %s", c.args, code, out)
		}
	}
}

func TestHelpListsEverySettingWithItsDefault(t *testing.T) {
	o := newOperator(t)
	code, out := o.run("", "serve", "--help")
	for _, want := range []string{"FENGQIAO_DATABASE_URL", "sqlite:var/fengqiao.db", "FENGQIAO_LISTEN", "127.0.0.1:8080",
		"FENGQIAO_METRICS_LISTEN", "127.0.0.1:9090", "FENGQIAO_DATA", "FENGQIAO_DEMO_PASSWORD", "--tls-cert", "--tls-key", "--trusted-proxy", "FENGQIAO_SMS_GATEWAY", "FENGQIAO_SMTP_URL", "FENGQIAO_MAIL_FROM"} {
		if !strings.Contains(out, want) {
			t.Errorf("--help does not name %s", want)
		}
	}
	if code != 0 {
		t.Error(code)
	}
	if code, out := o.run("", "version"); code != 0 || !strings.HasPrefix(out, "fengqiao ") {
		t.Error(code, out)
	}
}

func TestAFirstStartMigratesAndInvitesTheFirstAdministrator(t *testing.T) {
	o := newOperator(t)
	t.Setenv("FENGQIAO_DATABASE_URL", dbtest.Bare(t, dbtest.Dialects()[0]))
	t.Setenv("FENGQIAO_DATA", t.TempDir())
	address, out, end := o.serves()
	link := regexp.MustCompile(`http://\S+/first-admin/\S+`).FindString(out.String())
	if !strings.Contains(out.String(), "Keep a copy of this file") || !strings.HasPrefix(link, address) {
		t.Fatal(out)
	}
	for path, want := range map[string]int{link: 200, address + "/healthz": 200, address + "/readyz": 200, address + "/": 200,
		address + "/api/v1/docs": 200, address + "/api/v1/openapi.json": 200, address + "/api/v1/nothing": 404} {
		res, err := http.Get(path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	if code := end(); code != 0 {
		t.Errorf("told to stop, it ended with %d: %s", code, out)
	}
	if code, out := o.run("", "serve", "--demo", "--listen=127.0.0.1:0", "--metrics-listen="); code != 2 || !strings.Contains(out, "real cases") {
		t.Error("a demo started on a real database", code, out)
	}
}

func TestUsersFromTheConsole(t *testing.T) {
	o := newOperator(t)
	must := func(input string, args ...string) string {
		t.Helper()
		code, out := o.run(input, args...)
		if code != 0 {
			t.Fatalf("%v: %d %s", args, code, out)
		}
		return out
	}
	must("", "migrate")
	given := regexp.MustCompile(`password: (\S+)`).FindStringSubmatch(must("", "user", "add", "wu", "--name", "吴建国"))[1]
	must("石桥 灯笼 八月 潮水\n", "user", "add", "huang", "--name", "黄志远", "--password-stdin")
	must("", "user", "post", "huang", "admin_security", "--area", "350500000000")
	if code, out := o.run("", "user", "add", "wu", "--name", "吴建国"); code != 1 || !strings.Contains(out, "taken") {
		t.Error(code, out)
	}
	if code, out := o.run("12345678\n", "user", "add", "chen", "--name", "陈", "--password-stdin"); code != 1 || !strings.Contains(out, "easy to guess") {
		t.Error(code, out)
	}
	if code, out := o.run("", "user", "post", "huang", "emperor", "--area", "350500000000"); code != 1 || !strings.Contains(out, "no such post") {
		t.Error(code, out)
	}
	if code, out := o.run("", "user", "password", "nobody"); code != 1 || !strings.Contains(out, "nobody has the login") {
		t.Error(code, out)
	}
	address, _, end := o.serves()
	if got := signIn(t, address, "wu", given); !strings.Contains(got, `"must_change_password":true`) {
		t.Error(got)
	}
	if got := signIn(t, address, "huang", "石桥 灯笼 八月 潮水"); strings.Contains(got, "admin_security") || !strings.Contains(got, `"must_enrol_second_factor":true`) {
		t.Error("a post is held without a second factor:", got)
	}
	end()
	address, _, end = o.serves("--second-factor=offered")
	if got := signIn(t, address, "huang", "石桥 灯笼 八月 潮水"); !strings.Contains(got, `"role":"admin_security"`) {
		t.Error(got)
	}
	end()
	if code, out := o.run("", "user", "factor-reset", "huang"); code != 1 || !strings.Contains(out, "no second factor") {
		t.Error(code, out)
	}
	if code, out := o.run("", "serve", "--second-factor=perhaps"); code != 2 || !strings.Contains(out, "required or offered") {
		t.Error(code, out)
	}
	must("", "user", "post", "huang", "admin_security", "--area", "350500000000", "--end")
	must("", "user", "disable", "wu")
	address, _, _ = o.serves()
	if got := signIn(t, address, "huang", "石桥 灯笼 八月 潮水"); strings.Contains(got, "admin_security") || !strings.Contains(got, "token") {
		t.Error(got)
	}
	if got := signIn(t, address, "wu", given); !strings.Contains(got, "sign_in") {
		t.Error(got)
	}
}

func signIn(t *testing.T, address, login, password string) string {
	t.Helper()
	body, _ := json.Marshal(map[string]string{"login": login, "password": password})
	res, err := http.Post(address+"/api/v1/sessions", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var b bytes.Buffer
	_, _ = b.ReadFrom(res.Body)
	return b.String()
}

func TestToolsDoNotMakeADatabaseByASlip(t *testing.T) {
	if !slices.Contains(dbtest.Dialects(), "sqlite") {
		return // nobody makes a database of PostgreSQL by a slip
	}
	o := newOperator(t)
	for _, args := range []string{"verify", "user disable wu", "user password wu", "user add wu --name 吴"} {
		if code, out := o.run("", strings.Fields(args)...); code != 2 || !strings.Contains(out, "there is no database at") {
			t.Error(args, code, out)
		}
	}
}

func TestAPortInUseIsSaid(t *testing.T) {
	o := newOperator(t)
	address, _, _ := o.serves()
	if res, err := http.Get(address + "/demo/messages"); err != nil || res.StatusCode != http.StatusNotFound {
		t.Error("people's messages are shown outside a demo", err)
	}
	code, out := o.run("", "serve", "--listen", strings.TrimPrefix(address, "http://"), "--metrics-listen=")
	if code != 2 || !strings.Contains(out, "cannot listen on") {
		t.Error(code, out)
	}
}
