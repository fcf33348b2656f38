// Package page is the HTML face: it turns a route with an action into a page for a person, and a fault into a page
// that says what to do next. Forms work without JavaScript, in two languages, in large type, and on old phones.
package page

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/discreet"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Options are what a site needs from outside.
type Options struct {
	Policy  *authz.Policy
	Session func(ctx context.Context, token string) (actor.Actor, error) // fault Unauthenticated for a token of no worth
	FS      fs.FS                                                        // pages/, static/ and i18n/
	Book    *Book                                                        // what FS holds, read already; nil: read it
	Secure  bool                                                         // the outside scheme is https
	Demo    bool                                                         // a banner on every page says so
	Now     func() time.Time
	Log     *slog.Logger
	// Patience is how long a page may take once its form is read; zero: 5 s.
	Patience time.Duration
	Nav      func(by actor.Actor, lang string) []Link // what a signed-in person finds in the menu; may be nil
	Home     func(by actor.Actor) string              // where "/" leads a signed-in person; "" or nil: the public page
	// Looked is told who of the staff is about to be shown something of a case, or the answer to an action that is about none (of is
	// zero). What it returns is answered instead. May be nil.
	Looked func(ctx context.Context, by actor.Actor, action authz.Action, of ident.ID) error
	// Proof asks for a fresh proof in the middle of a form; nil: such a form is lost, and the person led to /confirm.
	Proof Prover
	// Door is where somebody enters who asked for a path and is not signed in; "" or nil: at sign-in.
	Door func(path string) string
}

// Site holds the pages.
type Site struct {
	*Book
	o      Options
	echo   *echo.Echo
	routes []Route
	cross  *http.CrossOriginProtection
}

// Book is what sites show: templates, texts and assets. It does not change, and several sites may show the same.
type Book struct {
	texts  texts
	assets assets
	sets   map[string]*template.Template // one set of templates a language
}

// Read reads a book from pages/, static/ and i18n/.
func Read(files fs.FS) (*Book, error) {
	b := &Book{}
	var err error
	if b.texts, err = readTexts(files); err != nil {
		return nil, err
	}
	if b.assets, err = readAssets(files); err != nil {
		return nil, err
	}
	b.sets, err = b.readTemplates(files)
	return b, err
}

// Route is one line of the table of routes.
type Route struct {
	Method, Path string
	Action       authz.Action
	AsFile       authz.Action // what it takes to have the page as a file (?format=…); empty: the page's own action
	saves        bool         // it answers a file to keep, and the browser stays where it is
	uploads      bool         // files may come with the form
	harmless     bool         // changes nothing but how the pages look
	patience     time.Duration
}

// About says something more of a route.
type About func(*Route)

// Uploads lets files come with the form: 20 MiB in all instead of 1 MiB.
func Uploads() About {
	return func(r *Route) { r.uploads, r.patience = true, max(r.patience, filePatience) }
}

// Patient lets a page take longer than others: a report, a dossier.
func Patient(d time.Duration) About { return func(r *Route) { r.patience = d } }

const (
	patience     = 5 * time.Second
	filePatience = 30 * time.Second // to look at 20 MiB of pictures
)

// AsFile says what it takes to have the page as a file, where that is more than to look at it; see Saves for links to it.
func AsFile(action authz.Action) About { return func(r *Route) { r.AsFile = action } }

// Saves says that the answer is a file to keep, so that the browser stays on the page that it was asked from. A link to what
// needs a fresh proof carries no download attribute: the browser would save the page that asks for it.
func Saves() About { return func(r *Route) { r.saves = true } }

// harmless lets a browser of unknown origin post, because all it can change is the look of the pages.
func harmless() About { return func(r *Route) { r.harmless = true } }

// New reads the templates, texts and assets, and mounts them with the public pages. It becomes the echo's error
// handler for everything outside /api/; whatever handled errors before keeps that.
func New(e *echo.Echo, o Options) (*Site, error) {
	s := &Site{Book: o.Book, o: o, echo: e, cross: http.NewCrossOriginProtection()}
	if s.o.Log == nil {
		s.o.Log = slog.New(slog.DiscardHandler)
	}
	if s.o.Patience == 0 {
		s.o.Patience = patience
	}
	if s.Book == nil {
		var err error
		if s.Book, err = Read(o.FS); err != nil {
			return nil, err
		}
	}
	s.mountShell()
	before := e.HTTPErrorHandler
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		if c.Request().URL.Path == "/api" || strings.HasPrefix(c.Request().URL.Path, "/api/") {
			before(err, c)
			return
		}
		s.Fail(c, err)
	}
	return s, nil
}

// Handle mounts a page. It panics on an action that no role has: such a route could never be reached by anybody.
func (s *Site) Handle(method, path string, action authz.Action, fn func(*Request) (Reply, error), about ...About) {
	if !s.o.Policy.Knows(action) {
		panic(fmt.Sprintf("page: %s %s: no role has the action %q", method, path, action))
	}
	rt := Route{Method: method, Path: path, Action: action, patience: s.o.Patience}
	for _, a := range about {
		a(&rt)
	}
	if rt.AsFile != "" && !s.o.Policy.Knows(rt.AsFile) {
		panic(fmt.Sprintf("page: %s %s: no role has the action %q", method, path, rt.AsFile))
	}
	s.routes = append(s.routes, rt)
	s.echo.Add(method, path, s.serve(rt, fn))
	if method == http.MethodGet {
		s.echo.Add(http.MethodHead, path, s.serve(rt, fn))
	}
}

// Routes are all pages in the order in which they were mounted.
func (s *Site) Routes() []Route { return append([]Route(nil), s.routes...) }

// serve is the way of every page: who asks, may they, what did they send, do it, answer.
func (s *Site) serve(rt Route, fn func(*Request) (Reply, error)) echo.HandlerFunc {
	return func(c echo.Context) error {
		v := s.greet(c)
		rt := rt.asked(c)
		v.saves, v.action = rt.saves, rt.Action
		r := &Request{site: s, c: c, view: v, Lang: v.Lang}
		defer r.close() // once all is sent: what is written as it is made still asks
		reply, err := s.run(r, rt, fn)
		s.finish(c, v, reply, err)
		return nil
	}
}

// asked is the route as it was asked: as a page, or as a file.
func (rt Route) asked(c echo.Context) Route {
	if rt.AsFile != "" && c.QueryParam("format") != "" {
		rt.Action, rt.saves = rt.AsFile, true
	}
	return rt
}

func (s *Site) run(r *Request, rt Route, fn func(*Request) (Reply, error)) (reply Reply, err error) {
	defer func() {
		if p := recover(); p != nil {
			if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(p)
			}
			err = discreet.Panic(p, debug.Stack())
		}
	}()
	if err := s.admit(r, rt); err != nil {
		return Reply{}, err
	}
	if reply, err = fn(r); err == nil {
		err = r.looked(rt, reply)
	}
	if missing := cmp.Or(err, reply.again); s.comesLate(rt, missing) {
		return Reply{}, s.prove(r, r.By(), nil, missing)
	}
	return reply, err
}

// caseRoutes are how the addresses of everything begin that shows a case: to staff, and to its parties, whose papers staff may open too.
var caseRoutes = []string{"/desk/cases/:id", "/mine/:id"}

// looked tells of a look at a case, or at what is about none: a search, too, whose words travel in no address. A form that is drawn
// again or made longer shows the case like its page does, whatever was sent. Who is sent on was shown nothing: what was done to the case
// stands in its record.
func (r *Request) looked(rt Route, reply Reply) error {
	if r.site.o.Looked == nil || !r.By().IsStaff() || !reply.shows(rt) {
		return nil
	}
	if slices.ContainsFunc(caseRoutes, func(of string) bool { return strings.HasPrefix(rt.Path, of) }) {
		id, err := ident.ParseID(r.Param("id"))
		if err != nil {
			return nil //nolint:nilerr // nothing was found by it
		}
		return r.site.o.Looked(r.Context(), r.By(), rt.Action, id)
	}
	return r.site.o.Looked(r.Context(), r.By(), rt.Action, ident.ID{})
}

// admit checks where a request comes from, who sends it and whether the policy lets them, and reads its form. Nothing
// of a form is read before the sender is known to be allowed.
func (s *Site) admit(r *Request, rt Route) error {
	c, v := r.c, r.view
	origin := s.originOf(c.Request())
	if origin == foreign {
		return errForeign
	}
	by, waited, err := s.who(c)
	if err != nil {
		return err
	}
	v.meet(by)
	_, err = s.o.Policy.Admit(by, rt.Action)
	late := s.comesLate(rt, err)
	if err != nil && !late {
		return err
	}
	if err := r.readForm(rt); err != nil {
		return err
	}
	shown := r.takeProof()
	if v.sent = r.form; v.sent == nil {
		v.sent = cleanAll(v.query) // a form may be asked by its address
	}
	if origin == unsure && !rt.harmless && !ownForm(v.secret, cmp.Or(r.form.Get("_key"), r.form.Get("_mine"))) {
		return errForeign
	}
	r.hasTime(rt.patience - waited)
	if late || shown != nil && !by.Person.IsZero() && !by.Fresh { // what is grave about it shows when it is done
		if err := s.prove(r, by, shown, cmp.Or(err, error(authz.ErrStepUp))); err != nil {
			return err
		}
		by.Fresh = true
	}
	by.Once = r.once(by)
	r.Grant, err = s.o.Policy.Admit(by, rt.Action)
	return err
}

// who is the person or party whose session the cookie names; a session that has ended is nobody's. It tells how long the
// database took to say so.
func (s *Site) who(c echo.Context) (by actor.Actor, waited time.Duration, err error) {
	token := s.cookie(c, sessionCookie)
	if token == "" || s.o.Session == nil {
		return actor.Actor{}, 0, nil
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), s.o.Patience)
	defer cancel()
	by, err = s.o.Session(ctx, token)
	ends, _ := ctx.Deadline()
	waited = s.o.Patience - time.Until(ends)
	if fault.Is(err, fault.Unauthenticated) {
		s.dropCookie(c, sessionCookie)
		return actor.Actor{}, waited, nil
	}
	return by, waited, err
}

// Fail answers an error that arose outside a page (no such route, a body over the limit) with an error page.
func (s *Site) Fail(c echo.Context, err error) {
	if c.Response().Committed {
		return
	}
	v := s.greet(c)
	if by, _, unknown := s.who(c); unknown == nil {
		v.meet(by)
	}
	s.finish(c, v, Reply{}, fromEcho(err))
}

func fromEcho(err error) error {
	var he *echo.HTTPError
	if !errors.As(err, &he) {
		return err
	}
	switch {
	case he.Code == http.StatusNotFound, he.Code == http.StatusMethodNotAllowed:
		return fault.NoSuch()
	case he.Code == http.StatusRequestEntityTooLarge:
		return errTooLarge
	case he.Code == http.StatusTooManyRequests:
		return fault.New(fault.TooMany, "", "操作太频繁了，请过一会儿再试。", "Too many requests. Please wait a little and try again.")
	case he.Code == http.StatusServiceUnavailable:
		return fault.New(fault.Unavailable, "", "系统现在很忙，请过几分钟再试。", "The system is busy. Please try again in a few minutes.")
	case he.Code < 500:
		return errUnreadable
	}
	return fmt.Errorf("echo: %w", err)
}
