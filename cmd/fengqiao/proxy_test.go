package main

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"fengqiao/internal/db/dbtest"
)

const proxyName = "tiaojie.example.gov.cn"

// proxy is nginx with the example's own configuration, but for ports and folders, before two processes.
type proxy struct {
	operator
	address string // HOST:PORT of https
	plain   string // HOST:PORT of http
	log     string
}

// TestMain is also the program itself, for tests that start it as a process of its own.
func TestMain(m *testing.M) {
	if os.Getenv("FENGQIAO_TEST_PROGRAM") != "" {
		main()
	}
	os.Exit(m.Run())
}

// process is the program as systemd starts it: the socket is systemd's and outlives it.
type process struct {
	operator
	door *os.File
	out  *said
	cmd  *exec.Cmd
}

func (o operator) process(address string) *process {
	o.Helper()
	l, err := net.Listen("tcp", address)
	o.must(err)
	door, err := l.(*net.TCPListener).File()
	o.must(err)
	o.must(l.Close())
	p := &process{operator: o, door: door, out: &said{}}
	o.Cleanup(func() { _ = p.cmd.Process.Kill(); _ = p.door.Close() })
	p.begin()
	return p
}

// begin starts the program and waits until it serves.
func (p *process) begin() {
	p.Helper()
	was := strings.Count(p.out.String(), "listens on")
	p.cmd = exec.Command("/bin/sh", "-c", `LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" serve --metrics-listen=`, os.Args[0])
	p.cmd.Env, p.cmd.ExtraFiles = append(os.Environ(), "FENGQIAO_TEST_PROGRAM=1"), []*os.File{p.door}
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	p.must(p.cmd.Start())
	for range 1200 {
		if strings.Count(p.out.String(), "listens on") > was {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	p.Fatalf("does not start: %s", p.out)
}

// end tells the program to stop, as systemctl restart does, and waits for it.
func (p *process) end() {
	p.Helper()
	p.must(p.cmd.Process.Signal(syscall.SIGTERM))
	p.must(p.cmd.Wait())
}

// freePort is a port that was free just now.
func (o operator) freePort() string {
	o.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	o.must(err)
	defer l.Close()
	return l.Addr().String()
}

// nginx finds the program, where make prepare puts it too; without it the test is left out, but not in CI.
func (o operator) nginx() string {
	o.Helper()
	here, _ := filepath.Abs("../../.tools/nginx/usr/sbin/nginx")
	for _, name := range []string{"nginx", "/usr/sbin/nginx", here} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		o.Fatal("nginx is missing: make prepare fetches it")
	}
	o.Skip("nginx is missing: make prepare fetches it")
	return ""
}

func (o operator) proxy(processes ...string) proxy {
	o.Helper()
	p := proxy{operator: o, address: o.freePort(), plain: o.freePort(), log: filepath.Join(o.folder, "access.log")}
	text, err := os.ReadFile("../../docs/deploy/nginx.conf")
	o.must(err)
	o.certificate()
	site := strings.NewReplacer("127.0.0.1:8081", processes[0], "127.0.0.1:8082", processes[1], "listen 443", "listen "+p.address, "listen 80 ", "listen "+p.plain+" ",
		"/etc/ssl/fengqiao", o.folder, "/var/log/nginx/fengqiao.log", p.log, "/var/log/nginx/fengqiao-error.log", filepath.Join(o.folder, "fengqiao-error.log")).Replace(regexp.MustCompile(`(?m)#.*$`).ReplaceAllString(string(text), ""))
	if strings.Contains(site, "/etc/") || strings.Contains(site, "/var/") {
		o.Fatal("the example names another folder")
	}
	o.keeps("site.conf", []byte(site))
	var temp string
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		temp += fmt.Sprintf("%s_temp_path %s;\n", kind, filepath.Join(o.folder, kind))
	}
	conf := o.keeps("nginx.conf", fmt.Appendf(nil, "daemon off; master_process off; pid %s/pid; error_log %s/error.log;\nevents {}\nhttp {\naccess_log %s/usual.log;\n%sinclude %s/site.conf;\n}\n", o.folder, o.folder, o.folder, temp, o.folder))
	var said bytes.Buffer
	nginx := exec.CommandContext(o.Context(), o.nginx(), "-p", o.folder, "-c", conf, "-e", filepath.Join(o.folder, "error.log"))
	nginx.Stdout, nginx.Stderr = &said, &said
	o.must(nginx.Start())
	ended := make(chan error, 1)
	go func() { ended <- nginx.Wait() }()
	o.Cleanup(func() { _ = nginx.Process.Kill() })
	for range 200 {
		if c, err := net.Dial("tcp", p.address); err == nil {
			o.must(c.Close())
			return p
		}
		select {
		case err := <-ended:
			o.Fatalf("nginx: %v %s", err, said.String())
		case <-time.After(25 * time.Millisecond):
		}
	}
	o.Fatal("nginx does not start")
	return p
}

func (o operator) certificate() {
	o.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	o.must(err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{proxyName}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	o.must(err)
	bare, err := x509.MarshalPKCS8PrivateKey(key)
	o.must(err)
	o.keeps("fullchain.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}))
	o.keeps("privkey.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: bare}))
}

// client speaks https to the proxy by the name that is asked for.
func (p proxy) client() *http.Client {
	dial := func() *http.Transport {
		return &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, ServerName: proxyName}, MaxIdleConnsPerHost: 8} //nolint:gosec // made a moment ago
	}
	c := &http.Client{Transport: dial(), Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	p.Cleanup(c.CloseIdleConnections)
	return c
}

// sends asks the proxy, with headers as NAME, VALUE.
func (p proxy) sends(c *http.Client, method, path, body string, headers ...string) (*http.Response, string) {
	p.Helper()
	req, err := http.NewRequestWithContext(p.Context(), method, "https://"+p.address+path, strings.NewReader(body))
	p.must(err)
	req.Host = proxyName
	req.Header.Set("Content-Type", "application/json")
	for h := range slices.Chunk(headers, 2) {
		req.Header.Set(h[0], h[1])
	}
	res, err := c.Do(req)
	if err != nil {
		return nil, err.Error()
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err.Error()
	}
	return res, string(text)
}

// raw sends bytes as they are, and gives the first line of the answer.
func (p proxy) raw(text string) string {
	p.Helper()
	c, err := tls.Dial("tcp", p.address, &tls.Config{InsecureSkipVerify: true, ServerName: proxyName}) //nolint:gosec // made a moment ago
	p.must(err)
	defer c.Close()
	p.must(c.SetDeadline(time.Now().Add(10 * time.Second)))
	_, err = io.WriteString(c, text)
	p.must(err)
	line, _ := bufio.NewReader(c).ReadString('\n')
	return strings.TrimSpace(line)
}

// The example configuration of docs/operations.md in front of two processes on one PostgreSQL: what it promises is tried.
func TestBehindTheExampleProxy(t *testing.T) {
	if !slices.Contains(dbtest.Dialects(), "postgres") {
		return // two processes share no SQLite file
	}
	o := newOperator(t)
	o.nginx()
	t.Setenv("FENGQIAO_DATABASE_URL", dbtest.URL(t, "postgres"))
	t.Setenv("FENGQIAO_DATA", t.TempDir())
	t.Setenv("FENGQIAO_TRUSTED_PROXY", "127.0.0.1")
	ports := []string{o.freePort(), o.freePort()}
	one, two := o.process(ports[0]), o.process(ports[1])
	p := o.proxy(ports...)

	t.Run("https", func(t *testing.T) {
		res, text := p.sends(p.client(), "GET", "/sign-in?then=/cases", "")
		if res == nil || res.StatusCode != 200 || res.Header.Get("Strict-Transport-Security") == "" {
			t.Fatal(res, text)
		}
		for _, cookie := range res.Cookies() {
			if !cookie.Secure || !strings.HasPrefix(cookie.Name, "__Host-") {
				t.Error(cookie)
			}
		}
		if res, text := p.sends(p.client(), "GET", "/readyz", ""); res == nil || res.StatusCode != 404 {
			t.Error(res, text)
		}
	})
	t.Run("requests that can be read in two ways", func(t *testing.T) { p.ambiguous(t, one.out, two.out) })
	t.Run("addresses that a client makes up", p.madeUp)
	t.Run("headers on every answer", func(t *testing.T) {
		// T21: once on every answer, whoever gives it.
		for path, size := range map[string]int{"/sign-in": 0, "/readyz": 0, "/api/v1/cases": 0, "/style.css": 0, "/file": 41 << 20} {
			res, text := p.sends(p.client(), map[bool]string{true: "POST", false: "GET"}[size > 0], path, strings.Repeat("x", size))
			if res == nil {
				t.Fatal(path, text)
			}
			for _, name := range []string{"Strict-Transport-Security", "X-Content-Type-Options"} {
				if n := len(res.Header.Values(name)); n != 1 {
					t.Errorf("%s (%d): %s %d times", path, res.StatusCode, name, n)
				}
			}
		}
	})
	t.Run("no searched word and no link that lets in in the log", func(t *testing.T) {
		for _, path := range []string{"/first-admin/tealeaf", "//first-admin/tealeaf", "/First-Admin/tealeaf", "/first%2Dadmin/tealeaf", "/first-admin/tealeaf/x?tealeaf", "/cases?q=tealeaf"} {
			p.sends(p.client(), "GET", path, "")
		}
		var log []byte
		for range 100 { // it is written after the answer
			if log, _ = os.ReadFile(p.log); bytes.Contains(log, []byte("GET /cases ")) {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		if bytes.Contains(log, []byte("tealeaf")) || !bytes.Contains(log, []byte("GET /cases ")) {
			t.Error(string(log))
		}
	})
	t.Run("one process after the other begins anew", func(t *testing.T) {
		count := p.load(t)
		for _, upgraded := range []*process{one, two} {
			count.more(t, 20)
			upgraded.end()
			time.Sleep(300 * time.Millisecond) // who comes now waits at the door
			upgraded.begin()
		}
		count.more(t, 20)
		count.end(t)
	})
	t.Run("none in any log, whatever becomes of the request", func(t *testing.T) {
		for _, gone := range []*process{one, two} {
			gone.end()
			p.must(gone.door.Close())
		}
		if res, text := p.sends(p.client(), "GET", "/cases?q=tealeaf", ""); res == nil || res.StatusCode != http.StatusBadGateway {
			t.Error(res, text)
		}
		for range 300 { // more than are let through at once
			p.sends(p.client(), "GET", "/sign-in?then=tealeaf", "")
		}
		p.raw("GET /first-admin/tealeaf HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n")
		plain := &http.Client{Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		req, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+p.plain+"/first-admin/tealeaf?tealeaf", nil)
		p.must(err)
		res, err := plain.Do(req)
		p.must(err)
		if p.must(res.Body.Close()); res.StatusCode != http.StatusPermanentRedirect {
			t.Error(res.Status)
		}
		time.Sleep(300 * time.Millisecond) // they are written after the answer
		logs, err := filepath.Glob(filepath.Join(o.folder, "*.log"))
		p.must(err)
		for _, path := range logs {
			if text, err := os.ReadFile(path); err != nil || bytes.Contains(text, []byte("tealeaf")) {
				t.Errorf("%s: %s %v", filepath.Base(path), text[:min(len(text), 2000)], err)
			}
		}
		if len(logs) < 3 {
			t.Errorf("only %q", logs)
		}
	})
}

// ambiguous: such a request is answered by the proxy and comes to no process.
func (p proxy) ambiguous(t *testing.T, logs ...*said) {
	asked := func() (n int) {
		for _, l := range logs {
			n += strings.Count(l.String(), "msg=request")
		}
		return n
	}
	before := asked()
	head := "POST /api/v1/cases HTTP/1.1\r\nHost: " + proxyName + "\r\nConnection: close\r\n"
	for name, text := range map[string]string{
		"both lengths":               head + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"two lengths":                head + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
		"a list of lengths":          head + "Content-Length: 4, 4\r\n\r\nabcd",
		"another coding":             head + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
		"a coding twice":             head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"a space before the colon":   head + "Transfer-Encoding : chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
		"a line that is folded":      head + "Transfer-Encoding:\r\n chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
		"two names":                  head + "Host: elsewhere.example\r\nContent-Length: 0\r\n\r\n",
		"another name":               "GET / HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n",
		"no name":                    "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
		"a NUL in a header":          head + "X-A: a\x00b\r\nContent-Length: 0\r\n\r\n",
		"a length that is no number": head + "Content-Length: +4\r\n\r\nabcd",
	} {
		if got := p.raw(text); !regexp.MustCompile(`^HTTP/1.1 (400|421|501) `).MatchString(got) {
			t.Errorf("%s: %q", name, got)
		}
	}
	if after := asked(); after != before {
		t.Errorf("%d of them came to a process", after-before)
	}
}

// madeUp: whoever writes another address into a header is slowed as before.
func (p proxy) madeUp(t *testing.T) {
	var refused atomic.Int64
	var all sync.WaitGroup
	for i := range 60 { // at once, for each is answered more slowly than the one before
		all.Go(func() {
			address := fmt.Sprintf("203.0.113.%d", i)
			res, _ := p.sends(p.client(), "POST", "/api/v1/access", `{"reference":"x","code":"y"}`, "X-Forwarded-For", address, "X-Real-IP", address, "Forwarded", "for="+address)
			if res != nil && res.StatusCode == http.StatusTooManyRequests {
				refused.Add(1)
			}
		})
	}
	all.Wait()
	if refused.Load() == 0 {
		t.Error("sixty tries with sixty made-up addresses, and none was slowed")
	}
}

// counted are the requests of people who go on while processes end and begin.
type counted struct {
	stop   chan struct{}
	wait   sync.WaitGroup
	done   atomic.Int64
	failed atomic.Value
}

func (p proxy) load(t *testing.T) *counted {
	l := &counted{stop: make(chan struct{})}
	for range 3 {
		c := p.client()
		l.wait.Go(func() {
			for {
				select {
				case <-l.stop:
					return
				default:
				}
				for _, ask := range [][3]string{{"GET", "/", ""}, {"GET", "/api/v1/sessions/current", ""}, {"POST", "/api/v1/nothing", "{}"}} {
					res, text := p.sends(c, ask[0], ask[1], ask[2])
					if res == nil || res.StatusCode >= 500 {
						l.failed.Store(fmt.Sprint(ask, res, text))
					}
					l.done.Add(1)
				}
			}
		})
	}
	return l
}

// more waits until n more requests were answered.
func (l *counted) more(t *testing.T, n int64) {
	t.Helper()
	until, late := l.done.Load()+n, time.Now().Add(30*time.Second)
	for l.done.Load() < until {
		if time.Now().After(late) {
			t.Fatal("nobody is answered any more")
		}
		time.Sleep(time.Millisecond)
	}
}

func (l *counted) end(t *testing.T) {
	t.Helper()
	close(l.stop)
	l.wait.Wait()
	if f := l.failed.Load(); f != nil {
		t.Errorf("of %d requests one failed: %v", l.done.Load(), f)
	}
}
