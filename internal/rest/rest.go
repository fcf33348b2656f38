// Package rest is the JSON face: it turns a typed operation and an action of the policy into a route of /api/v1, and a
// fault into a problem in the reader's language. It also hardens the server that the pages share.
package rest

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/ident"
)

// Base is where the API lies.
const Base = "/api/v1"

// Options are what the API and the hardened server need from outside.
type Options struct {
	Policy       *authz.Policy
	Authenticate func(ctx context.Context, token string) (actor.Actor, error) // fault Unauthenticated for a token of no worth
	Now          func() time.Time
	Log          *slog.Logger
	Ready        func(context.Context) error // what /readyz asks; nil: always ready
	Trusted      []netip.Prefix              // proxies whose X-Forwarded-For and X-Forwarded-Proto are believed
	Metrics      *Metrics                    // nil: none are kept
	Secret       []byte                      // seals cursors; nil: a new one each start
	Public       Rate                        // writes by people who are not signed in, for each address; zero: the default
	Posts        Rate                        // forms sent to pages, for each address; zero: the default
	Patience     time.Duration               // how long an operation may take once its body is read; zero: 5 s
	Version      string                      // of the program, for the OpenAPI
	// Looked is told who of the staff is about to be shown something of a case, or the answer to an action that is about none (of is
	// zero). What it returns is answered instead. May be nil.
	Looked func(ctx context.Context, by actor.Actor, action authz.Action, of ident.ID) error
}

const patience = 5 * time.Second

func (o Options) complete() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Secret == nil {
		o.Secret = []byte(rand.Text())
	}
	if o.Public == (Rate{}) {
		o.Public = Rate{PerSecond: 5, Burst: 100, Wait: 3 * time.Second}
	}
	if o.Posts == (Rate{}) {
		o.Posts = Rate{PerSecond: 10, Burst: 200, Wait: 3 * time.Second}
	}
	if o.Patience == 0 {
		o.Patience = patience
	}
	if o.Version == "" {
		o.Version = "dev"
	}
	return o
}

// API is the mounted JSON API.
type API struct {
	sheets  sync.Map // language → the docs page
	o       Options
	echo    *echo.Echo
	routes  []*Route
	mounts  []func(huma.API) // registers each operation
	adapter huma.Adapter
	whole   func() *huma.OpenAPI
	public  *Throttle
	cross   *http.CrossOriginProtection
}

// New mounts the API at /api/v1 with its description for programs (openapi.json) and for people (docs). Everything
// under /api that no route answers is a problem too.
func New(e *echo.Echo, o Options) *API {
	a := &API{o: o.complete(), echo: e, cross: http.NewCrossOriginProtection()}
	a.public = NewThrottle(a.o.Public, a.o.Now)
	a.whole = sync.OnceValue(a.readAll)
	a.adapter = humaecho.NewWithGroup(e, e.Group(Base), configuration(a.o.Version)).Adapter()
	before := e.HTTPErrorHandler
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		if !isAPI(c.Request()) {
			before(err, c)
			return
		}
		a.fail(c, err)
	}
	a.mountDocs()
	return a
}

func isAPI(r *http.Request) bool {
	return r.URL.Path == "/api" || strings.HasPrefix(r.URL.Path, "/api/")
}

// Route is one line of the table of routes.
type Route struct {
	Method, Path string // the path as mounted, with {parameters}
	Action       authz.Action

	zh, en   string
	unlisted bool // not an operation of the product: its own description
	tag      string
	status   int
	takes    intake
	throttle *Throttle
	patience time.Duration
}

// Routes are all routes in the order in which they were mounted.
func (a *API) Routes() []Route {
	out := make([]Route, len(a.routes))
	for i, r := range a.routes {
		out[i] = *r
	}
	return out
}

// About says something more of a route.
type About func(*Route)

// Says is what the route does, in one sentence for the people who read the docs.
func Says(zh, en string) About { return func(r *Route) { r.zh, r.en = zh, en } }

// Group puts the route under a heading of the docs other than the first word of its path.
func Group(name string) About { return func(r *Route) { r.tag = name } }

// Answers is the status of success where the operation's answer does not say one itself.
func Answers(status int) About { return func(r *Route) { r.status = status } }

// Throttled slows and then refuses a client that comes here more often than a rate; routes that share the Throttle
// share the count.
func Throttled(t *Throttle) About { return func(r *Route) { r.throttle = t } }

// Patient lets the operation take longer than others: a report, a dossier.
func Patient(d time.Duration) About { return func(r *Route) { r.patience = d } }

func (a *API) newRoute(method, path string, action authz.Action, about []About) *Route {
	if !a.o.Policy.Knows(action) {
		panic(fmt.Sprintf("rest: %s %s: no role has the action %q", method, path, action))
	}
	if slices.ContainsFunc(a.routes, func(r *Route) bool { return r.Method == method && r.Path == Base+path }) {
		panic(fmt.Sprintf("rest: %s %s is mounted twice", method, path))
	}
	tag, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	r := &Route{Method: method, Path: Base + path, Action: action, tag: tag, patience: a.o.Patience}
	for _, say := range about {
		say(r)
	}
	a.routes = append(a.routes, r)
	return r
}

// unsafe tells whether a method may change something.
func unsafeMethod(method string) bool {
	return method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions
}
