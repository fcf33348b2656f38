package rest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"fengqiao/internal/authz"
	"fengqiao/internal/fault"
	"fengqiao/internal/rest"
)

func TestHeadersStandOnEveryAnswer(t *testing.T) {
	tn := newTown(t)
	for _, path := range []string{"/healthz", "/readyz", "/api/v1/docs", "/api/v1/table", "/api/v1/nothing", "/nothing", "/api/v1/things"} {
		h := tn.ask("GET", path, "").Header()
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-store"} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
		if csp := h.Get("Content-Security-Policy"); csp == "" || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if h.Get("X-Request-Id") == "" || h.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s: %v", path, h)
		}
	}
	if got := tn.ask("GET", "/nothing", "").Header().Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'self';") {
		t.Error(got)
	}
}

func TestHTTPSIsBelievedOnlyFromATrustedProxy(t *testing.T) {
	forwarded := "X-Forwarded-Proto: https"
	if h := newTown(t).ask("GET", "/healthz", "", forwarded).Header(); h.Get("Strict-Transport-Security") != "" {
		t.Error("anybody could claim https")
	}
	trusting := newTown(t, func(o *rest.Options) { o.Trusted = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} })
	if h := trusting.ask("GET", "/healthz", "", forwarded).Header(); h.Get("Strict-Transport-Security") == "" {
		t.Error("the proxy speaks https")
	}
	if h := trusting.ask("GET", "/healthz", "", forwarded, "Remote: 203.0.113.9:1").Header(); h.Get("Strict-Transport-Security") != "" {
		t.Error("another peer is no proxy")
	}
}

func TestRequestIDs(t *testing.T) {
	tn := newTown(t)
	if got := tn.ask("GET", "/healthz", "", "X-Request-Id: abc-DEF_1.2").Header().Get("X-Request-Id"); got != "abc-DEF_1.2" {
		t.Error(got)
	}
	for _, bad := range []string{"", "a b", "林", strings.Repeat("x", 65), `a"b`} {
		if got := tn.ask("GET", "/healthz", "", "X-Request-Id: "+bad).Header().Get("X-Request-Id"); got == bad || len(got) < 20 {
			t.Errorf("%q became %q", bad, got)
		}
	}
	if !strings.Contains(tn.log.String(), `"request_id":"abc-DEF_1.2"`) {
		t.Error(tn.log)
	}
}

func TestTheLogHoldsNoAddressAndNobody(t *testing.T) {
	tn := newTown(t)
	tn.ask("GET", tn.path()+"?q=%E6%9E%97%E7%A7%80%E8%8B%B1", "", "Authorization: Bearer wu", "Remote: 198.51.100.7:99")
	tn.ask("GET", "/raw/13800138000", "")
	tn.ask("BREW", "/raw/13800138000", "")
	log := tn.log.String()
	for _, canary := range []string{committee.String(), "198.51.100.7", "林", "%E6", "13800138000", "Bearer", "吴"} {
		if strings.Contains(log, canary) {
			t.Errorf("the log holds %q:\n%s", canary, log)
		}
	}
	if !strings.Contains(log, `"route":"/api/v1/things/:id"`) || !strings.Contains(log, `"route":"none","status":404`) {
		t.Error(log)
	}
}

func TestWhatTheServerSaysItselfNamesNobody(t *testing.T) {
	tn := newTown(t)
	for _, line := range []string{"http: TLS handshake error from 198.51.100.7:37792: EOF", "http: panic serving [2001:db8::7]:1: planted"} {
		tn.echo.Server.ErrorLog.Println(line)
	}
	log := tn.log.String()
	if strings.Contains(log, "198.51") || strings.Contains(log, "2001:") || !strings.Contains(log, "handshake error from …: EOF") || !strings.Contains(log, "planted") {
		t.Error(log)
	}
}

func TestMetricsCountByPattern(t *testing.T) {
	m := rest.NewMetrics()
	tn := newTown(t, func(o *rest.Options) { o.Metrics = m })
	tn.ask("GET", tn.path(), "")
	tn.ask("BREW", "/raw/13800138000", "")
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if !strings.Contains(w.Body.String(), `fengqiao_requests_total{method="GET",route="/api/v1/things/:id",status="401"} 1`) ||
		!strings.Contains(w.Body.String(), `method="other",route="none"`) || strings.Contains(w.Body.String(), "13800138000") {
		t.Error(w.Body)
	}
}

func TestReadiness(t *testing.T) {
	var broken atomic.Bool
	tn := newTown(t, func(o *rest.Options) {
		o.Ready = func(context.Context) error {
			if broken.Load() {
				return errors.New("no database")
			}
			return nil
		}
	})
	tn.ask("GET", "/readyz", "").is(200)
	broken.Store(true)
	if a := tn.ask("GET", "/readyz", "").is(503); strings.Contains(a.Body.String(), "database") {
		t.Error(a.Body)
	}
	tn.ask("GET", "/healthz", "").is(200)
}

func TestPublicWritesAreSlowedThenRefused(t *testing.T) {
	slow := func(o *rest.Options) { o.Public = rest.Rate{PerSecond: 0.5, Burst: 3} }
	tn := newTown(t, slow)
	const body = `{"name":"林"}`
	for range 3 {
		tn.ask("POST", "/api/v1/things", body, "Remote: 198.51.100.7:1").is(201)
	}
	a := tn.ask("POST", "/api/v1/things", body, "Remote: 198.51.100.7:2", "X-Forwarded-For: 203.0.113.1").is(429)
	if a.Header().Get("Retry-After") == "" || a.problem()["code"] != "too_many" {
		t.Error(a.Header(), a.Body)
	}
	tn.ask("POST", "/api/v1/things", body, "Remote: 198.51.100.8:1").is(201)                              // a neighbour
	tn.ask("POST", "/api/v1/things", body, "Remote: 198.51.100.7:3", "Authorization: Bearer lin").is(201) // signed in
	tn.ask("GET", "/api/v1/table", "", "Remote: 198.51.100.7:3").is(200)                                  // reading
	for i := range 3 {                                                                                    // one subscriber of IPv6 has 2^64 addresses
		tn.ask("POST", "/api/v1/things", body, fmt.Sprintf("Remote: [2001:db8::%d]:1", i+1)).is(201)
	}
	tn.ask("POST", "/api/v1/things", body, "Remote: [2001:db8::99]:1").is(429)
}

func TestForwardedAddressesAreBelievedOnlyFromATrustedProxy(t *testing.T) {
	tn := newTown(t, func(o *rest.Options) {
		o.Public = rest.Rate{PerSecond: 0.5, Burst: 1}
		o.Trusted = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	})
	const body = `{"name":"林"}`
	proxy := "Remote: 10.0.0.1:1"
	tn.ask("POST", "/api/v1/things", body, proxy, "X-Forwarded-For: 198.51.100.1").is(201)
	tn.ask("POST", "/api/v1/things", body, proxy, "X-Forwarded-For: 198.51.100.2").is(201)
	tn.ask("POST", "/api/v1/things", body, proxy, "X-Forwarded-For: 203.0.113.5, 198.51.100.2").is(429) // what the client wrote before
	tn.ask("POST", "/api/v1/things", body, "Remote: 192.168.0.1:1", "X-Forwarded-For: 198.51.100.3").is(201)
	tn.ask("POST", "/api/v1/things", body, "Remote: 192.168.0.1:1", "X-Forwarded-For: 198.51.100.4").is(429)
}

func TestThrottleWaitsAWhileBeforeItRefuses(t *testing.T) {
	th := rest.NewThrottle(rest.Rate{PerSecond: 100, Burst: 1, Wait: 15 * time.Millisecond}, func() time.Time { return friday })
	for i, refused := range []bool{false, false, true} {
		if err := th.Admit(t.Context(), "a"); fault.Is(err, fault.TooMany) != refused {
			t.Errorf("try %d: %v", i, err)
		}
	}
}

func TestThrottleForgetsOldClients(t *testing.T) {
	now := friday
	th := rest.NewThrottle(rest.Rate{PerSecond: 1, Burst: 1}, func() time.Time { return now })
	for i := range 22_000 {
		if i == 10_000 {
			now = now.Add(time.Hour)
		}
		if err := th.Admit(t.Context(), fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	if n := th.Remembered(); n > 20_000 {
		t.Errorf("remembers %d clients", n)
	}
}

func TestPagesFormsAreSlowedToo(t *testing.T) {
	tn := newTown(t, func(o *rest.Options) { o.Posts = rest.Rate{PerSecond: 0.5, Burst: 2} })
	tn.echo.POST("/form", func(c echo.Context) error { return c.NoContent(http.StatusSeeOther) })
	tn.ask("POST", "/form", "").is(303)
	tn.ask("POST", "/form", "").is(303)
	if a := tn.ask("POST", "/form", ""); a.Header().Get("Retry-After") == "" || a.Code == 303 {
		t.Error(a.Code, a.Header())
	}
}

// serve runs the town on a real connection.
func (tn *town) serve() string {
	tn.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tn.Fatal(err)
	}
	go tn.echo.Server.Serve(l)
	tn.Cleanup(func() { tn.echo.Server.Close() })
	return l.Addr().String()
}

func TestTheServerHasTimeOutsAndLimits(t *testing.T) {
	tn := newTown(t)
	for _, s := range []*http.Server{tn.echo.Server, tn.echo.TLSServer} {
		if s.ReadHeaderTimeout != 5*time.Second || s.ReadTimeout == 0 || s.WriteTimeout == 0 || s.IdleTimeout == 0 || s.MaxHeaderBytes > 64<<10 {
			t.Errorf("%+v", s)
		}
	}
	tn.echo.Server.ReadHeaderTimeout = 100 * time.Millisecond
	conn, err := net.Dial("tcp", tn.serve())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow")
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := io.ReadAll(conn); err != nil {
		t.Error("a client that sends its headers drop by drop is still served:", err)
	}
}

func TestABodyBeyondEverythingIsRefusedUnread(t *testing.T) {
	addr := newTown(t).serve()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "POST /api/v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n")
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || res.StatusCode != 413 || !res.Close {
		t.Errorf("%v %+v", err, res)
	}
}

func TestAHalfSentAnswerIsCutNotEnded(t *testing.T) {
	tn := newTown(t)
	rest.Handle(tn.api, "GET", "/broken", "home.read", func(context.Context, authz.Grant, *struct{}) (*rest.Stream, error) {
		return rest.Download("x.csv", "text/csv", func(w io.Writer) error {
			_, _ = w.Write(make([]byte, 100_000))
			return errors.New("the disk went away")
		}), nil
	})
	res, err := http.Get("http://" + tn.serve() + "/api/v1/broken")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.ReadAll(res.Body); err == nil {
		t.Error("the client cannot tell that half is missing")
	}
	if !strings.Contains(tn.log.String(), "answer cut off") {
		t.Error(tn.log)
	}
}
