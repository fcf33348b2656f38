package rest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"fengqiao/internal/discreet"
	"fengqiao/internal/fault"
)

// Time-outs of the server. A body may take as long as a file does over a village's line; documents are cut earlier.
const (
	headerTime = 5 * time.Second
	writeTime  = 5 * time.Minute
	idleTime   = 2 * time.Minute
	wholeTime  = 6 * time.Minute // of a request from its first byte to its last
	headerSize = 32 << 10
	deadTime   = 30 * time.Second // for which a connection of HTTP/2 takes nothing at all, or says nothing
	bodySize   = fileLimit + 2*documentLimit
)

// Harden makes the server fit to stand in the open, for the API and the pages alike: time-outs and limits, who the
// client is, headers on every answer, a log and metrics without personal data, /healthz and /readyz. Call it first.
func Harden(e *echo.Echo, o Options) {
	o = o.complete()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = extractor(o.Trusted)
	for _, s := range []*http.Server{e.Server, e.TLSServer} {
		s.ReadHeaderTimeout, s.ReadTimeout, s.WriteTimeout, s.IdleTimeout = headerTime, fileTime, writeTime, idleTime
		s.MaxHeaderBytes, s.HTTP2 = headerSize, streams()
		s.ErrorLog = log.New(nameless{o.Log}, "", 0)
	}
	e.Use(o.observe, o.headers, o.recover, o.limit, o.slowPosts(NewThrottle(o.Posts, o.Now)))
	e.GET("/healthz", func(c echo.Context) error { return c.String(http.StatusOK, "ok\n") })
	e.GET("/readyz", o.ready)
}

// streams are the bounds of HTTP/2, where one connection asks for many things at once: each has the time-outs of a request, and the
// connection is cut when whoever holds it takes nothing of any. The least that RFC 9113 advises is what a page needs with everything on it.
func streams() *http.HTTP2Config {
	return &http.HTTP2Config{MaxConcurrentStreams: 100, WriteByteTimeout: deadTime, SendPingTimeout: deadTime, PingTimeout: deadTime / 2}
}

// nameless passes on what the server itself says, without the address that it was saying it about: an address is
// personal.
type nameless struct{ log *slog.Logger }

var address = regexp.MustCompile(`(\[[0-9A-Fa-f:.%a-z]+\]|[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+)(:[0-9]+)?`)

func (n nameless) Write(line []byte) (int, error) {
	n.log.Warn("server", "says", strings.TrimSpace(address.ReplaceAllString(string(line), "…")))
	return len(line), nil
}

func (o Options) ready(c echo.Context) error {
	if o.Ready == nil {
		return c.String(http.StatusOK, "ready\n")
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), o.Patience/2)
	defer cancel()
	if err := o.Ready(ctx); err != nil {
		o.Log.WarnContext(ctx, "not ready", "err", err)
		return c.String(http.StatusServiceUnavailable, "not ready\n")
	}
	return c.String(http.StatusOK, "ready\n")
}

// extractor believes X-Forwarded-For only when it comes through a proxy that the operator named.
func extractor(trusted []netip.Prefix) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range trusted {
		_, network, err := net.ParseCIDR(p.Masked().String())
		if err != nil {
			panic(err) // a netip.Prefix always reads back
		}
		trust = append(trust, echo.TrustIPRange(network))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

// isHTTPS tells whether the reader's browser speaks https: to us, or to a proxy that the operator named.
func (o Options) isHTTPS(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	for _, p := range o.Trusted {
		if p.Contains(peer.Addr().Unmap()) {
			return strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
		}
	}
	return false
}

// contentPolicy lets a page load and send only what is ours. Nothing may be written into a page as script or style.
const contentPolicy = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; " +
	"form-action 'self'; frame-ancestors 'none'"

// headers stand on every answer; a handler may replace one by a stricter one, and a file of ours that never changes
// may be kept. Referrer-Policy is same-origin because under no-referrer old phones post with a null Origin.
func (o Options) headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cache-Control", "no-store")
		if o.isHTTPS(c.Request()) {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}

// recover turns a panic into a failure that is logged and answered.
func (o Options) recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p)
			default:
				err = discreet.Panic(p, debug.Stack())
			}
		}()
		return next(c)
	}
}

// limit ends what is too large or takes too long, before any room sees it.
func (o Options) limit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if r.ContentLength > bodySize {
			c.Response().Header().Set("Connection", "close") // what follows is not read
			return echo.ErrStatusRequestEntityTooLarge
		}
		ctx, cancel := context.WithTimeout(r.Context(), wholeTime)
		defer cancel()
		r = r.WithContext(ctx)
		r.Body = http.MaxBytesReader(c.Response().Writer, r.Body, bodySize)
		c.SetRequest(r)
		return next(c)
	}
}

// slowPosts slows whoever sends pages' forms without end. The API counts for itself.
func (o Options) slowPosts(t *Throttle) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if isAPI(c.Request()) || !unsafeMethod(c.Request().Method) {
				return next(c)
			}
			var f *fault.Fault
			if err := t.Admit(c.Request().Context(), c.RealIP()); errors.As(err, &f) {
				seconds, _ := f.Extra[retryAfter].(int)
				c.Response().Header().Set("Retry-After", fmt.Sprint(max(seconds, 1)))
				return err
			}
			return next(c)
		}
	}
}

type requestIDKey struct{}

// RequestID is the name under which the request stands in the log; "" outside a request.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

const requestIDHeader = "X-Request-Id"

// requestID takes over the id that the client or a proxy gave, when it can do no harm in a log.
func requestID(r *http.Request) string {
	id := r.Header.Get(requestIDHeader)
	if len(id) < 1 || len(id) > 64 || strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") != "" {
		return strings.ToLower(rand.Text())
	}
	return id
}
