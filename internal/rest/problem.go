package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"

	"fengqiao/internal/fault"
)

// Problem is a failure as RFC 9457 has it, in the reader's language. It never holds what was submitted.
type Problem struct {
	_ struct{} `additionalProperties:"true"`

	Type   string  `json:"type" doc:"Always about:blank: code tells problems apart."`
	Title  string  `json:"title" doc:"What kind of failure this is."`
	Status int     `json:"status"`
	Detail string  `json:"detail" doc:"What is wrong and what to do, for a person."`
	Code   string  `json:"code" doc:"A stable word for programs: invalid, missing, lifecycle, rule.A10 …"`
	Errors []Wrong `json:"errors" doc:"What is wrong with single values."`

	text  fault.Text
	extra map[string]any
}

// Wrong is what is wrong with one value; the value itself is never repeated.
type Wrong struct {
	Location string `json:"location" doc:"Path in the body (applicant.phone), name in the query, or header.Name."`
	Message  string `json:"message"`
}

const problemType = "application/problem+json"

// Error is for the log.
func (p *Problem) Error() string { return p.Code + ": " + p.text.EN }

// GetStatus tells huma the status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType tells huma what a problem is sent as.
func (p *Problem) ContentType(string) string { return problemType }

// GetHeaders tells huma what else to send.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	switch p.Status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", "Bearer")
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		h.Set("Retry-After", strconv.Itoa(p.retryAfter()))
	}
	return h
}

const retrySoon = 5 // seconds

func (p *Problem) retryAfter() int {
	if s, ok := p.extra["retry_after"].(int); ok && s > 0 {
		return s
	}
	return retrySoon
}

// MarshalJSON writes the further public members behind the fixed ones; none of them can replace a fixed one.
func (p *Problem) MarshalJSON() ([]byte, error) {
	type plain Problem
	b, err := json.Marshal((*plain)(p))
	if err != nil {
		return nil, err
	}
	b = bytes.TrimSuffix(b, []byte("}"))
	for _, name := range sortedKeys(p.extra) {
		switch name {
		case "type", "title", "status", "detail", "code", "errors":
			continue
		}
		value, err := json.Marshal(withoutNulls(p.extra[name]))
		if err != nil {
			return nil, fmt.Errorf("problem member %s: %w", name, err)
		}
		b = append(b, ',')
		b = strconv.AppendQuote(b, name)
		b = append(b, ':')
		b = append(b, value...)
	}
	return append(b, '}'), nil
}

var statusOf = map[fault.Kind]int{
	fault.Internal: 500, fault.Invalid: 422, fault.Unauthenticated: 401, fault.Denied: 403, fault.Missing: 404, fault.Gone: 410,
	fault.Conflict: 409, fault.Stale: 412, fault.Unversioned: 428, fault.TooMany: 429, fault.TooLarge: 413,
	fault.Unavailable: 503,
}

var titles = map[int]fault.Text{
	400: fault.Say("请求有误", "Bad request"),
	401: fault.Say("尚未登录", "Not signed in"),
	403: fault.Say("没有权限", "Not allowed"),
	404: fault.Say("没有找到", "Not found"),
	405: fault.Say("不支持这种操作", "Method not allowed"),
	408: fault.Say("接收超时", "Too slow"),
	409: fault.Say("现在不能这样做", "Not possible now"),
	410: fault.Say("已经销毁", "Destroyed"),
	412: fault.Say("内容已被别人修改", "Changed in the meantime"),
	413: fault.Say("内容太大", "Too large"),
	415: fault.Say("格式不支持", "Unsupported format"),
	422: fault.Say("内容需要改正", "Something needs correcting"),
	428: fault.Say("需要注明版本", "Version needed"),
	429: fault.Say("操作太频繁", "Too many requests"),
	500: fault.Say("系统出错", "Something went wrong"),
	503: fault.Say("系统正忙", "Busy"),
}

// say makes a fault public in a language.
func say(f *fault.Fault, lang string) *Problem {
	p := &Problem{Status: statusOf[f.Kind], Code: f.PublicCode(), text: f.Text, extra: f.Extra}
	for i, w := range f.Fields {
		if i == mostErrors {
			break
		}
		p.Errors = append(p.Errors, Wrong{Location: w.At, Message: w.Text.In(lang)})
	}
	return p.in(lang)
}

const mostErrors = 50

func (p *Problem) in(lang string) *Problem {
	out := *p
	out.Type, out.Title, out.Detail = "about:blank", titles[p.Status].In(lang), p.text.In(lang)
	if out.Errors == nil {
		out.Errors = []Wrong{}
	}
	return &out
}

// problem turns any failure of an operation into what may be said aloud, and logs what may not.
func (a *API) problem(ctx context.Context, err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p.in(Lang(ctx))
	}
	f := fault.Of(err)
	if ctx.Err() != nil && f.Kind == fault.Internal { // out of time, or nobody is there any more to read the answer
		f = fault.New(fault.Unavailable, "", "系统正忙，请稍后再试。", "The system is busy; please try again in a moment.").Because(err)
	}
	if !errors.Is(ctx.Err(), context.Canceled) {
		a.log(ctx, f)
	}
	return say(f, Lang(ctx))
}

// log records failures that are ours, and refusals: who, what, never about whom.
func (a *API) log(ctx context.Context, f *fault.Fault) {
	c := callOf(ctx)
	if c == nil {
		c = &call{route: &Route{}}
	}
	switch f.Kind {
	case fault.Internal:
		a.o.Log.ErrorContext(ctx, "operation failed", "method", c.route.Method, "route", c.route.Path, "err", f.Err)
	case fault.Unavailable:
		a.o.Log.WarnContext(ctx, "operation not possible now", "method", c.route.Method, "route", c.route.Path, "err", f.Err)
	case fault.Denied:
		a.o.Log.InfoContext(ctx, "refused", "action", string(c.route.Action), "code", f.PublicCode(), "by", c.by.String())
	default: // theirs to mend; the answer says it
	}
}

// fail answers a failure that arose outside an operation.
func (a *API) fail(c echo.Context, err error) {
	if c.Response().Committed {
		return
	}
	ctx := c.Request().Context()
	if callOf(ctx) == nil {
		ctx = context.WithValue(ctx, callKey{}, &call{api: a, route: &Route{Method: c.Request().Method, Path: c.Path()},
			lang: langOf(c.Request())})
	}
	p := a.problem(ctx, fromEcho(err))
	for name, values := range p.GetHeaders() {
		c.Response().Header()[name] = values
	}
	body, err := json.Marshal(p)
	if err != nil {
		a.o.Log.ErrorContext(ctx, "cannot write problem", "err", err)
	}
	_ = c.Blob(p.Status, problemType, append(body, '\n')) // an error here: whoever asked has gone
}

// fromEcho says in our words what the router says in its own.
func fromEcho(err error) error {
	var he *echo.HTTPError
	if !errors.As(err, &he) {
		return err
	}
	switch he.Code {
	case http.StatusNotFound:
		return fault.NoSuch()
	case http.StatusMethodNotAllowed:
		return &Problem{Status: he.Code, Code: "method_not_allowed",
			text: fault.Say("这个地址不支持这种操作。", "This address does not support that method.")}
	case http.StatusRequestEntityTooLarge:
		return tooLarge(fileLimit)
	case http.StatusBadRequest:
		return fault.New(fault.Invalid, "", "没有看懂这个请求。", "This request could not be read.")
	}
	return fmt.Errorf("router: %w", err)
}

func init() {
	// huma has one place for everybody; this is the only room that uses it.
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return say(understand(status, msg, errs), chinese)
	}
	huma.NewErrorWithContext = func(hc huma.Context, status int, msg string, errs ...error) huma.StatusError {
		return say(understand(status, msg, errs), Lang(hc.Context()))
	}
	huma.DefaultArrayNullable = false
	huma.ValidateStrictCasing = true
	speakInWords()
}
