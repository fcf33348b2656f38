package rest

import (
	"context"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// call is what is known of the request that an operation serves.
type call struct {
	api    *API
	route  *Route
	lang   string
	client string
	token  string
	agent  string
	by     ident.ID      // of whoever asks, once that is known
	about  ident.ID      // the case or other thing that the path names; zero without one
	waited time.Duration // for the database, to know who asks
	grant  authz.Grant
}

type callKey struct{}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// Lang is the reader's language: "en", or "zh-CN" for everybody else.
func Lang(ctx context.Context) string {
	if c := callOf(ctx); c != nil {
		return c.lang
	}
	return chinese
}

// Client is the address that the request comes from, as far as it can be believed. It is personal: never logged.
func Client(ctx context.Context) string {
	if c := callOf(ctx); c != nil {
		return c.client
	}
	return ""
}

// Agent is what the client calls itself.
func Agent(ctx context.Context) string {
	if c := callOf(ctx); c != nil {
		return c.agent
	}
	return ""
}

// Token is the session token that the request bears; "" without one. It is a secret.
func Token(ctx context.Context) string {
	if c := callOf(ctx); c != nil {
		return c.token
	}
	return ""
}

// gate stands before every operation: who is it, may they, how often, and what did they send. Nothing of a body is
// read before its sender is known to be allowed.
func (a *API) gate(r *Route) func(huma.Context, func(huma.Context)) {
	return func(hc huma.Context, next func(huma.Context)) {
		c := humaecho.Unwrap(hc)
		know := &call{api: a, route: r, lang: langOf(c.Request()), client: c.RealIP(), agent: c.Request().UserAgent()}
		know.about, _ = ident.ParseID(c.Param("id")) // what is none finds nothing
		c.SetRequest(c.Request().WithContext(context.WithValue(c.Request().Context(), callKey{}, know)))
		if err := a.admit(c, know); err != nil {
			a.fail(c, err)
			return
		}
		ctx, cancel := context.WithTimeout(c.Request().Context(), r.patience-know.waited)
		defer cancel()
		c.SetRequest(c.Request().WithContext(ctx))
		if form := c.Request().MultipartForm; form != nil {
			defer form.RemoveAll() // temporary files; the system's cleaning takes what is left
		}
		next(hc)
	}
}

func (a *API) admit(c echo.Context, know *call) error {
	if err := a.checkOrigin(c.Request()); err != nil {
		return err
	}
	by, err := a.who(c.Request(), know)
	if err != nil {
		return err
	}
	know.by = by.Known()
	if _, err := a.o.Policy.Admit(by, know.route.Action); err != nil {
		return err
	}
	if err := a.pace(c, know, by); err != nil {
		return err
	}
	body, err := takeBody(c, know.route)
	if err != nil {
		return err
	}
	if by.Once, err = onceOf(c.Request(), by, body); err != nil {
		return err
	}
	know.grant, err = a.o.Policy.Admit(by, know.route.Action)
	return err
}

// checkOrigin refuses what another site's page makes a browser send, and addresses that no row can match: a NUL or a
// broken character, which PostgreSQL would refuse as an error of ours.
func (a *API) checkOrigin(r *http.Request) error {
	if a.cross.Check(r) != nil {
		return fault.New(fault.Denied, "cross_site", "这个请求来自别的网站，已经拒绝。", "This request comes from another site and was refused.")
	}
	q := r.URL.Query()
	for name, values := range q {
		if !plainText(name) || !plainText(strings.Join(values, "")) {
			return fault.New(fault.Invalid, "", "地址里有无法识别的字符。", "The address holds characters that cannot be read.")
		}
	}
	if !plainText(r.URL.Path) {
		return fault.NoSuch()
	}
	return nil
}

// plainText tells whether a text is valid and holds no control character but tab and line ends.
func plainText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f
	})
}

// who is the actor whose token the request bears; nobody in particular without one.
func (a *API) who(r *http.Request, know *call) (actor.Actor, error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return actor.Actor{}, nil
	}
	scheme, token, _ := strings.Cut(header, " ")
	if token = strings.TrimSpace(token); !strings.EqualFold(scheme, "Bearer") || token == "" || a.o.Authenticate == nil {
		return actor.Actor{}, fault.New(fault.Unauthenticated, "", "请先登录。", "Please sign in first.")
	}
	know.token = token
	ctx, cancel := context.WithTimeout(r.Context(), a.o.Patience)
	defer cancel()
	by, err := a.o.Authenticate(ctx, token)
	ends, _ := ctx.Deadline()
	know.waited = a.o.Patience - time.Until(ends)
	return by, err
}

// pace slows clients down: everybody where the route says so, and whoever writes without being signed in.
func (a *API) pace(c echo.Context, know *call, by actor.Actor) error {
	if t := know.route.throttle; t != nil {
		return t.Admit(c.Request().Context(), know.client)
	}
	if !by.SignedIn() && unsafeMethod(know.route.Method) {
		return a.public.Admit(c.Request().Context(), know.client)
	}
	return nil
}
