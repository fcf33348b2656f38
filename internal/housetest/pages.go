package housetest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
)

// Page asks for a page, or sends a form to it, with the session in a cookie as a browser would.
func (h Hand) Page(method, path string, form url.Values) Answer {
	h.town.t.Helper()
	asked := func(a Answer) bool {
		return strings.HasPrefix(a.Header.Get("Location"), "/confirm?") || a.Status == http.StatusForbidden && a.Holds(`name="_password"`)
	}
	return h.proven(asked, func() Answer { return h.pageOnce(method, path, form) })
}

func (h Hand) pageOnce(method, path string, form url.Values) Answer {
	r := httptest.NewRequestWithContext(context.Background(), method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for name, values := range h.header {
		r.Header[name] = values
	}
	if h.from != "" {
		r.RemoteAddr = h.from
	}
	if h.token != "" {
		r.AddCookie(&http.Cookie{Name: "fengqiao", Value: h.token})
	}
	w := httptest.NewRecorder()
	h.town.handler.ServeHTTP(w, r)
	return Answer{town: h.town, what: method + " " + path, Status: w.Code, Header: w.Header(), Body: w.Body.Bytes()}
}
