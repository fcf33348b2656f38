package torture

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"fengqiao/internal/bench/running"
	"fengqiao/internal/db/dbtest"
)

// binary is the program, built once for all tests; FENGQIAO_TORTURE_PROGRAM names one that is there.
var binary = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("FENGQIAO_TORTURE_PROGRAM"); path != "" {
		return path, nil
	}
	path := filepath.Join(scratch, "fengqiao")
	out, err := exec.Command("go", "build", "-o", path, "fengqiao/cmd/fengqiao").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

var scratch string // a folder of the whole run

func TestMain(m *testing.M) {
	if told := os.Getenv(nightly); told != "" {
		os.Exit(byNight(told))
	}
	var err error
	if scratch, err = os.MkdirTemp("", "fengqiao-torture-"); err != nil {
		panic(err)
	}
	code := m.Run()
	if code != 0 {
		figures.lines = append(figures.lines, "| **Something failed: see above** | |")
	}
	figures.print(os.Stdout)
	_ = os.RemoveAll(scratch)
	os.Exit(code)
}

// rounds is how often something is done: a few times in every run of the tests, many times in make torture.
func rounds(few, many int) int {
	n, err := strconv.Atoi(os.Getenv("FENGQIAO_TORTURE_ROUNDS"))
	switch {
	case !long():
		return few
	case err == nil && n > 0:
		return n
	}
	return many
}

func long() bool { return os.Getenv("FENGQIAO_TORTURE") != "" }

// beside lets a short test that waits more than it works run beside others; a long one has the machine for itself.
func beside(t *testing.T) {
	t.Helper()
	if !long() {
		t.Parallel()
	}
}

// table is what a run found, in the order of its lines.
type table struct {
	mu    sync.Mutex
	lines []string
}

var figures table

func (t *table) add(what, format string, values ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines = append(t.lines, "| "+what+" | "+fmt.Sprintf(format, values...)+" |")
}

func (t *table) print(to io.Writer) {
	if long() && len(t.lines) > 0 {
		fmt.Fprintf(to, "\n| Test | What was done and found |\n|---|---|\n%s\n", strings.Join(t.lines, "\n"))
	}
}

// house is the program on a database of its own, with a resident who files and a chair who leads.
type house struct {
	*testing.T
	engine   string
	database string // its address for the program
	data     string // folder of keys and files
	args     []string
	rows     *sql.DB // the same database, past the program
	program  *running.Program
	address  atomic.Value // string
	metrics  string
	resident string // tokens
	chair    string
	callers  atomic.Uint32
}

const password = "keep-the-doors-shut-4711"

// each runs a test on every engine, one after the other: it asks for the whole machine.
func each(t *testing.T, fn func(h *house)) {
	for _, engine := range dbtest.Dialects() {
		t.Run(engine, func(t *testing.T) { fn(newHouse(t, engine, dbtest.URL(t, engine), t.TempDir())) })
	}
}

// abreast is each, both engines at once in the short share: what is asked waits more than it works, and no moment of it is measured
// against a bound that two cannot hold.
func abreast(t *testing.T, fn func(h *house)) {
	for _, engine := range dbtest.Dialects() {
		t.Run(engine, func(t *testing.T) {
			if !long() {
				t.Parallel()
			}
			fn(newHouse(t, engine, dbtest.URL(t, engine), t.TempDir()))
		})
	}
}

// newHouse starts the program on an empty database, with two people in it.
func newHouse(t *testing.T, engine, database, data string, args ...string) *house {
	t.Helper()
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	h := &house{T: t, engine: engine, database: database, data: data, args: args, rows: pool(t, engine, database)}
	h.start()
	t.Cleanup(func() {
		h.program.Stop()
		if t.Failed() {
			t.Logf("the program's last words:\n%s", h.lastWords())
		}
	})
	desk := h.one("SELECT id FROM committees WHERE county_code = '350503' LIMIT 1")
	h.command(password+"\n", "user", "add", "lin", "--name", "林秀英", "--password-stdin", "--area", place)
	h.command(password+"\n", "user", "add", "zheng", "--name", "郑主任", "--password-stdin", "--area", place)
	h.command("", "user", "post", "zheng", "chair", "--committee", desk)
	h.resident, h.chair = h.session("lin"), h.session("zheng")
	return h
}

// pool reaches a database past the program.
func pool(t *testing.T, engine, address string) *sql.DB {
	t.Helper()
	driver := "pgx"
	if engine == "sqlite" {
		driver, address = "sqlite", "file:"+strings.TrimPrefix(address, "sqlite:")+"?_pragma=busy_timeout(5000)"
	}
	rows, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rows.Close() })
	return rows
}

func (h *house) settings() []string {
	return []string{"--database-url", h.database, "--data", h.data}
}

// start starts the program and gives the time until it is ready.
func (h *house) start() time.Duration {
	h.Helper()
	path, err := binary()
	if err != nil {
		h.Fatal(err)
	}
	h.metrics = freeAddress(h.T)
	args := append([]string{"serve", "--listen", "127.0.0.1:0", "--metrics-listen", h.metrics, "--public-rate", "1000", "--filing-bounds", "1000000,1000000,1000000", "--second-factor", "offered"}, h.settings()...)
	began := time.Now()
	h.program, err = running.Start(context.Background(), h.data, "program", path, clean(), append(args, h.args...)...)
	if err != nil {
		h.Fatal(err)
	}
	h.address.Store(h.program.Address)
	for h.ready() != http.StatusOK {
		if time.Since(began) > time.Minute {
			h.Fatal("never ready")
		}
		time.Sleep(5 * time.Millisecond)
	}
	return time.Since(began)
}

// clean takes away what the machine says of some other Fengqiao.
func clean() (env []string) {
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, "FENGQIAO_") {
			env = append(env, name+"=")
		}
	}
	return env
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func (h *house) lastWords() string {
	text, _ := os.ReadFile(filepath.Join(h.data, "program.log"))
	var said []string
	for line := range strings.Lines(string(text)) {
		if !strings.Contains(line, "level=INFO") {
			said = append(said, line)
		}
	}
	return strings.Join(said[max(0, len(said)-20):], "")
}

// command runs the program for its keeper.
func (h *house) command(input string, args ...string) string {
	h.Helper()
	out, _, _ := h.timed(input, args...)
	return out
}

// timed is command, and tells how long it took and how long it worked itself.
func (h *house) timed(input string, args ...string) (said string, took, worked time.Duration) {
	h.Helper()
	began := time.Now()
	path, err := binary()
	if err != nil {
		h.Fatal(err)
	}
	cmd := exec.CommandContext(h.Context(), path, append(args, h.settings()...)...)
	cmd.Stdin, cmd.Env = strings.NewReader(input), append(os.Environ(), clean()...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		h.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out), time.Since(began), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

func (h *house) session(login string) string {
	h.Helper()
	a := h.ask(nil, "POST", "/api/v1/sessions", "", "", map[string]string{"login": login, "password": password})
	if a.status != http.StatusCreated {
		h.Fatalf("%s: %d %s %v", login, a.status, a.body, a.err)
	}
	return a.text("token")
}

// ready is what /readyz says; 0 where nobody answers.
func (h *house) ready() int {
	return h.ask(nil, "GET", "/readyz", "", "", nil).status
}

const patience = 20 * time.Second // of a client

// caller is somebody at an address of their own.
func (h *house) caller() *http.Client { return running.Somebody(h.callers.Add(1), patience) }

// answer is what came back; status 0: nothing, or not the whole.
type answer struct {
	status int
	body   []byte
	header http.Header
	err    error
	took   time.Duration
}

func (a answer) text(name string) string {
	s, _ := a.member(name).(string)
	return s
}

func (a answer) number(name string) float64 {
	n, _ := a.member(name).(float64)
	return n
}

func (a answer) member(name string) any {
	var v map[string]any
	_ = json.Unmarshal(a.body, &v) // what is no object has no members
	return v[name]
}

// ask sends a request of the API, or asks for a page with the token as its cookie. A body that is a form is sent as one.
// Nobody in particular (nil) comes for this once.
func (h *house) ask(c *http.Client, method, path, token, key string, body any, headers ...string) (a answer) {
	began := time.Now()
	defer func() { a.took = time.Since(began) }()
	if c == nil {
		c = h.caller()
		defer c.CloseIdleConnections()
	}
	kind, content := "application/json", []byte(nil)
	switch b := body.(type) {
	case nil:
	case form:
		kind, content = b.kind, b.content
	default:
		content, _ = json.Marshal(body)
	}
	r, err := http.NewRequest(method, h.address.Load().(string)+path, bytes.NewReader(content))
	if err != nil {
		return answer{err: err}
	}
	if body != nil {
		r.Header.Set("Content-Type", kind)
	}
	if strings.HasPrefix(path, "/api/") && token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	} else if token != "" {
		r.AddCookie(&http.Cookie{Name: "fengqiao", Value: token})
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := c.Do(r)
	if err != nil {
		return answer{err: err}
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil { // half an answer is none
		return answer{err: err}
	}
	return answer{status: res.StatusCode, body: text, header: res.Header}
}

// one is the one value that a statement finds.
func (h *house) one(query string, args ...any) string {
	h.Helper()
	var out string
	if err := h.rows.QueryRowContext(h.Context(), query, args...).Scan(&out); err != nil {
		h.Fatalf("%s: %v", query, err)
	}
	return out
}

// pairs are the rows of a statement that finds two texts.
func (h *house) pairs(query string) (out [][2]string) {
	h.Helper()
	rows, err := h.rows.QueryContext(h.Context(), query)
	if err != nil {
		h.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var p [2]string
		if err := rows.Scan(&p[0], &p[1]); err != nil {
			h.Fatal(err)
		}
		out = append(out, p)
	}
	if err := rows.Err(); err != nil {
		h.Fatal(err)
	}
	return out
}

// gauge is a figure that the program shows of itself.
func (h *house) gauge(name string) float64 {
	res, err := http.Get("http://" + h.metrics + "/metrics")
	if err != nil {
		return -1
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err == nil {
				return v
			}
		}
	}
	return -1
}

// within waits until something is so, and tells how long it took; it fails when that is longer than it may.
func (h *house) within(most time.Duration, what string, is func() bool) time.Duration {
	h.Helper()
	began := time.Now()
	for !is() {
		if time.Since(began) > most {
			h.Errorf("after %s still not: %s", most, what)
			return time.Since(began)
		}
		time.Sleep(20 * time.Millisecond)
	}
	return time.Since(began)
}

// whole tells whether the database itself finds nothing broken, and whether every chain of the record holds.
func (h *house) whole() {
	h.Helper()
	if h.engine == "sqlite" {
		if got := h.one("PRAGMA integrity_check"); got != "ok" {
			h.Errorf("integrity_check: %s", got)
		}
	}
}

var errNone = errors.New("no answer")

func drawn(most time.Duration) time.Duration {
	var b [2]byte
	_, _ = rand.Read(b[:])
	return time.Duration(int(b[0])<<8|int(b[1])) * most / (1 << 16)
}

// caller is somebody at an address of their own.
type caller struct{ *http.Client }

func (h *house) newCaller() caller { return caller{h.caller()} }
