package page

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"fengqiao/internal/authz"
	"fengqiao/internal/fault"
)

// Reply is how a page answers. The zero Reply is no answer and becomes our mistake.
type Reply struct {
	template string
	data     any
	again    error
	kept     bool // what was typed is kept, and nothing was wrong
	to       string
	abroad   string
	kind     string // of body
	body     io.Reader
	name     string // of a download
}

// Show answers with a page: the template's file name under pages/, without ".html".
func Show(template string, data any) Reply { return Reply{template: template, data: data} }

// Again shows the form once more after a fault that the person can mend: a summary of what is wrong takes the focus,
// and what was typed is kept. A fault that they cannot mend becomes its own page.
func Again(template string, data any, err error) Reply {
	return Reply{template: template, data: data, again: err}
}

// Longer shows the form as it was typed, with nothing wrong: somebody asked for more rows in it.
func Longer(template string, data any) Reply {
	return Reply{template: template, data: data, kept: true}
}

// SeeOther sends the browser on to a page of ours, so that reloading does nothing twice.
func SeeOther(path string) Reply { return Reply{to: path} }

// Abroad sends the browser on to an address that the operator named, never one that a request did: to a provider of single sign-on. By
// a link, not by a form: the pages' own policy lets no form leave this site.
func Abroad(address string) Reply { return Reply{abroad: address} }

// Document answers with a whole document of its own: a paper to print.
func Document(contentType string, body []byte) Reply {
	return Reply{kind: contentType, body: bytes.NewReader(body)}
}

// Download answers with a file to keep. The browser is told to save it and never to run it; body is closed if it can be.
func Download(name, contentType string, body io.Reader) Reply {
	return Reply{kind: contentType, body: body, name: name}
}

// statuses are the kinds of fault over HTTP.
var statuses = map[fault.Kind]int{
	fault.Internal:        http.StatusInternalServerError,
	fault.Invalid:         http.StatusUnprocessableEntity,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Denied:          http.StatusForbidden,
	fault.Missing:         http.StatusNotFound,
	fault.Gone:            http.StatusGone,
	fault.Conflict:        http.StatusConflict,
	fault.Stale:           http.StatusPreconditionFailed,
	fault.Unversioned:     http.StatusPreconditionRequired,
	fault.TooMany:         http.StatusTooManyRequests,
	fault.TooLarge:        http.StatusRequestEntityTooLarge,
	fault.Unavailable:     http.StatusServiceUnavailable,
}

// mendable tells whether the person can do something about the fault in the form before them. A wrong password is
// a thing to mend in that form, so it is shown there.
func mendable(k fault.Kind) bool {
	switch k {
	case fault.Invalid, fault.Conflict, fault.Stale, fault.Unversioned, fault.TooMany, fault.TooLarge, fault.Unauthenticated:
		return true
	case fault.Internal, fault.Denied, fault.Missing, fault.Gone, fault.Unavailable:
	}
	return false
}

// shows tells whether a reply shows what its route is about. A fault that nobody can mend is a page of its own, and where a file was
// asked for and a form is drawn instead, nothing was taken out.
func (reply Reply) shows(rt Route) bool {
	if reply.again != nil {
		return mendable(fault.Of(reply.again).Kind) && !rt.saves
	}
	return reply.to == "" && reply.abroad == ""
}

// finish answers: with the reply, with the form again, or with an error page. Nothing is written before all of it
// could be drawn.
func (s *Site) finish(c echo.Context, v *View, reply Reply, err error) {
	if err == nil && reply.again != nil && !mendable(fault.Of(reply.again).Kind) {
		err = reply.again
	}
	if err == nil {
		err = s.answer(c, v, reply)
	}
	if err != nil {
		s.refuse(c, v, err)
	}
}

func (s *Site) answer(c echo.Context, v *View, reply Reply) error {
	switch {
	case reply.to != "":
		if !local(reply.to) {
			return fmt.Errorf("page: will not send anybody to %q", reply.to)
		}
		return s.send(c, reply.to)
	case reply.abroad != "":
		return s.send(c, reply.abroad)
	case reply.body != nil:
		return s.stream(c, reply)
	case reply.template == "":
		return fmt.Errorf("page: %s answered nothing", c.Path())
	}
	status := http.StatusOK
	v.Data = reply.data
	if reply.kept {
		v.form = v.sent
	}
	if reply.again != nil {
		v.blame(fault.Of(reply.again))
		status = formStatus(v.Fault)
	}
	return s.draw(c, v, status, reply.template)
}

// formStatus is the status of a form shown again. 401 would make a browser ask for a password by itself.
func formStatus(f *fault.Fault) int {
	if f.Kind == fault.Unauthenticated {
		return http.StatusUnprocessableEntity
	}
	return statuses[f.Kind]
}

// refuse answers with an error page; whoever is not signed in where somebody must be is sent to sign in.
func (s *Site) refuse(c echo.Context, v *View, err error) {
	f := fault.Of(err)
	if v.late != nil && (f.Code == authz.CodeStepUp || mendable(f.Kind)) {
		if err = s.askProof(c, v, f); err == nil {
			return
		}
		f = fault.Of(err)
	}
	if f.Code == authz.CodeStepUp {
		_ = s.send(c, s.confirmPath(c.Request(), v.saves))
		return
	}
	if c.Request().Context().Err() != nil && f.Kind == fault.Internal { // out of time
		f = fault.New(fault.Unavailable, "", "系统正忙，请稍后再试。", "The system is busy; please try again in a moment.").Because(err)
	}
	switch f.Kind {
	case fault.Unavailable:
		s.o.Log.WarnContext(c.Request().Context(), "page not possible now", "route", c.Path(), "request_id", requestID(c), "err", err)
	case fault.Internal:
		s.o.Log.ErrorContext(c.Request().Context(), "page failed", "route", c.Path(), "request_id", requestID(c), "err", err)
	case fault.Unauthenticated:
		_ = s.send(c, s.door(c.Request()))
		return
	case fault.Denied:
		s.o.Log.InfoContext(c.Request().Context(), "refused", "action", string(v.action), "code", f.PublicCode(), "by", v.By.Known().String(), "request_id", requestID(c))
	case fault.Invalid, fault.Missing, fault.Gone, fault.Conflict, fault.Stale, fault.Unversioned, fault.TooMany, fault.TooLarge:
	}
	v.Data, v.Fault, v.form, v.Failed = failure{Kind: f.Kind.String(), Text: f.Text.In(v.Lang), ID: failureID(c, f)}, nil, nil, true
	if wait, ok := f.Extra["retry_after"].(int); ok {
		c.Response().Header().Set("Retry-After", strconv.Itoa(wait))
	}
	if err := s.draw(c, v, statuses[f.Kind], "error"); err != nil {
		s.o.Log.ErrorContext(c.Request().Context(), "error page failed", "err", err)
		http.Error(c.Response(), f.Text.ZH+"\n"+f.Text.EN, statuses[f.Kind])
	}
}

// failure is what the error page says. ID helps the operator to find the log line of our own mistakes; the page of a
// missing thing holds nothing that could tell it from a thing out of reach.
type failure struct{ Kind, Text, ID string }

func failureID(c echo.Context, f *fault.Fault) string {
	if f.Kind == fault.Internal || f.Kind == fault.Unavailable {
		return requestID(c)
	}
	return ""
}

func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

// door is where somebody enters who is not signed in, or no longer: where the product says, else at sign-in.
func (s *Site) door(r *http.Request) string {
	if s.o.Door != nil {
		if path := s.o.Door(r.URL.Path); path != "" {
			return path
		}
	}
	return signInPath(r)
}

// signInPath leads to sign-in and back: to the page asked for, or, for a form whose session had ended, to the page
// that held the form.
func signInPath(r *http.Request) string {
	then := r.URL.RequestURI()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		then = "/"
		if u, err := url.Parse(r.Referer()); err == nil && u.Host == r.Host {
			then = u.RequestURI()
		}
	}
	return "/sign-in?then=" + url.QueryEscape(then)
}

// confirmPath leads to where somebody shows once more that it is them, and back: to the page that was asked for, or to
// the page that a file or a form was asked from, which then says that it has to be asked again.
func (s *Site) confirmPath(r *http.Request, saves bool) string {
	if (r.Method == http.MethodGet || r.Method == http.MethodHead) && !saves {
		return "/confirm?then=" + url.QueryEscape(r.URL.RequestURI())
	}
	u, err := url.Parse(s.backTo(r))
	if err != nil {
		u = &url.URL{Path: "/"}
	}
	q := u.Query()
	q.Set("done", "confirmed")
	u.RawQuery = q.Encode()
	return "/confirm?then=" + url.QueryEscape(u.RequestURI())
}

func (s *Site) send(c echo.Context, to string) error {
	s.headers(c)
	return c.Redirect(http.StatusSeeOther, to)
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
var zippers = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

func (s *Site) draw(c echo.Context, v *View, status int, name string) error {
	t := s.sets[v.Lang].Lookup(name)
	if t == nil {
		return fmt.Errorf("page: no template %q", name)
	}
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	if err := t.Execute(buf, v); err != nil {
		return fmt.Errorf("page: drawing %s: %w", name, err)
	}
	s.keepFormSecret(c, v)
	s.headers(c)
	c.Response().Header().Set("Content-Type", "text/html; charset=utf-8")
	c.Response().Header().Set("Content-Language", v.Lang)
	return write(c, status, buf)
}

// write sends a body that is ready, zipped where the browser takes that: the phone's line is the slowest part.
func write(c echo.Context, status int, body *bytes.Buffer) error {
	h := c.Response().Header()
	h.Add("Vary", "Accept-Encoding")
	if body.Len() > 1400 && takesGzip(c.Request()) {
		zipped := buffers.Get().(*bytes.Buffer)
		defer buffers.Put(zipped)
		zipped.Reset()
		z := zippers.Get().(*gzip.Writer)
		defer zippers.Put(z)
		z.Reset(zipped)
		if _, err := z.Write(body.Bytes()); err != nil {
			return err
		}
		if err := z.Close(); err != nil {
			return err
		}
		h.Set("Content-Encoding", "gzip")
		body = zipped
	}
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	c.Response().WriteHeader(status)
	_, _ = c.Response().Write(body.Bytes()) // a reader who has gone needs no answer
	return nil
}

func takesGzip(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
}

// stream sends a document or a file. A file is saved, never shown: it came from somebody else.
func (s *Site) stream(c echo.Context, reply Reply) error {
	if closer, ok := reply.body.(io.Closer); ok {
		defer closer.Close()
	}
	s.headers(c)
	h := c.Response().Header()
	h.Set("Content-Type", reply.kind)
	if reply.name != "" {
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": reply.name}))
		h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	}
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	if _, err := io.Copy(c.Response(), reply.body); err != nil {
		s.o.Log.WarnContext(c.Request().Context(), "download cut", "route", c.Path(), "err", err)
	}
	return nil
}

const policyOfContent = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// headers are on every answer. Referrer-Policy is same-origin: with no-referrer old phones post with a null Origin.
func (s *Site) headers(c echo.Context) {
	h := c.Response().Header()
	h.Set("Content-Security-Policy", policyOfContent)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(self), microphone=(self), geolocation=(), payment=()")
	h.Set("Cache-Control", "no-store")
	if s.o.Secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}
