package main

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"fengqiao/internal/db/dbtest"
)

// cutBy is when whoever is slow with their headers, or with the beginning of TLS, was cut at the latest: five seconds, and some for a busy machine.
const cutBy = 7 * time.Second

// secure is the program that serves TLS by itself.
type secure struct {
	operator
	address string
}

func newSecure(t *testing.T) secure {
	o := newOperator(t)
	o.certificate()
	t.Setenv("FENGQIAO_TLS_CERT", filepath.Join(o.folder, "fullchain.pem"))
	t.Setenv("FENGQIAO_TLS_KEY", filepath.Join(o.folder, "privkey.pem"))
	s := secure{o, o.freePort()}
	o.process(s.address)
	return s
}

// T20 where the program serves TLS by itself, and HTTP/2 with it: who is slow is cut as without, and whoever opens much and takes nothing
// of it, or takes it back at once, holds nobody up.
func TestT20_WhoIsSlowOverTLSStarvesNobody(t *testing.T) {
	if !slices.Contains(dbtest.Dialects(), "sqlite") {
		return // once: no database is asked
	}
	s := newSecure(t)
	var all sync.WaitGroup
	for what, begin := range map[string]func() net.Conn{
		"headers":          func() net.Conn { return s.begins("GET /healthz HTTP/1.1\r\nHost: x\r\n", "http/1.1") },
		"beginning of TLS": func() net.Conn { return s.dials("\x16\x03\x01\x02\x00\x01") },
		"nothing at all":   func() net.Conn { return s.dials("") },
	} {
		c := begin()
		all.Go(func() {
			if lasted := held(c); lasted > cutBy {
				t.Errorf("%s: a slow client was served for %s", what, lasted)
			}
		})
	}
	s.answered("at first")
	untaken := s.speaks(0)
	if most := untaken.most(); most != 100 {
		t.Errorf("%d streams may be open", most)
	}
	untaken.asks(100, false)
	s.answered("beside a hundred answers that nobody takes")
	hasty := s.speaks(1 << 16)
	hasty.asks(1000, true)
	s.answered("beside a thousand requests that were taken back")
	all.Wait()
}

func (s secure) dials(text string) net.Conn {
	s.Helper()
	c, err := net.Dial("tcp", s.address)
	if err == nil {
		_, err = io.WriteString(c, text)
	}
	s.must(err)
	s.Cleanup(func() { _ = c.Close() })
	return c
}

// begins begins TLS, for one way of speaking.
func (s secure) begins(text, way string) net.Conn {
	s.Helper()
	c := tls.Client(s.dials(""), &tls.Config{InsecureSkipVerify: true, NextProtos: []string{way}}) //nolint:gosec // made a moment ago
	_, err := io.WriteString(c, text)
	s.must(err)
	if got := c.ConnectionState().NegotiatedProtocol; got != way {
		s.Fatalf("the program speaks %q, not %s", got, way)
	}
	return c
}

// held is how long the program waits for somebody; what dribbles in does not make it longer.
func held(c net.Conn) time.Duration {
	began := time.Now()
	go func() {
		for bad := error(nil); bad == nil; time.Sleep(900 * time.Millisecond) {
			if _, dribbles := c.(*tls.Conn); !dribbles {
				return
			}
			_, bad = io.WriteString(c, "X-a: b\r\n")
		}
	}()
	_ = c.SetReadDeadline(began.Add(2 * cutBy))
	_, _ = io.Copy(io.Discard, c)
	return time.Since(began)
}

// answered makes sure that others are answered, over HTTP/2 too.
func (s secure) answered(when string) {
	s.Helper()
	for range 10 {
		transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true} //nolint:gosec // made a moment ago
		began := time.Now()
		req, err := http.NewRequestWithContext(s.Context(), http.MethodGet, "https://"+s.address+"/sign-in", nil)
		s.must(err)
		res, err := (&http.Client{Transport: transport, Timeout: cutBy}).Do(req)
		if err != nil {
			s.Errorf("%s: %v", when, err)
			return
		}
		_, err = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		transport.CloseIdleConnections()
		if took := time.Since(began); err != nil || res.StatusCode != http.StatusOK || res.ProtoMajor != 2 || took > 2*time.Second {
			s.Errorf("%s: %d by HTTP/%d after %s: %v", when, res.StatusCode, res.ProtoMajor, took, err)
		}
	}
}

// frames is a connection of HTTP/2, frame by frame.
type frames struct {
	secure
	*http2.Framer
	next uint32
}

// speaks begins HTTP/2, and says how much of each answer may come.
func (s secure) speaks(window uint32) *frames {
	s.Helper()
	c := s.begins(http2.ClientPreface, "h2")
	f := &frames{s, http2.NewFramer(c, c), 1}
	s.must(f.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: window}))
	return f
}

// most is how many streams the program lets be open.
func (f *frames) most() uint32 {
	f.Helper()
	frame, err := f.ReadFrame()
	f.must(err)
	settings, _ := frame.(*http2.SettingsFrame)
	if settings == nil {
		f.Fatalf("first comes %v", frame)
	}
	n, _ := settings.Value(http2.SettingMaxConcurrentStreams)
	return n
}

// asks opens streams for a page, and takes each back at once where somebody is hasty. A hasty one may be shown the door.
func (f *frames) asks(streams int, hasty bool) {
	f.Helper()
	for range streams {
		var head bytes.Buffer
		e := hpack.NewEncoder(&head)
		for _, h := range [][2]string{{":method", "GET"}, {":scheme", "https"}, {":authority", f.address}, {":path", "/sign-in"}} {
			f.must(e.WriteField(hpack.HeaderField{Name: h[0], Value: h[1]}))
		}
		err := f.WriteHeaders(http2.HeadersFrameParam{StreamID: f.next, BlockFragment: head.Bytes(), EndStream: true, EndHeaders: true})
		if err == nil && hasty {
			err = f.WriteRSTStream(f.next, http2.ErrCodeCancel)
		}
		if err != nil && hasty {
			return
		}
		f.must(err)
		f.next += 2
	}
}
