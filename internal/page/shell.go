package page

import (
	"net/http"
	"net/url"
	"strings"
)

// mountShell mounts what belongs to no feature: the home page, the way pages look, and the assets.
func (s *Site) mountShell() {
	s.Handle(http.MethodGet, "/", "home.read", s.home)
	s.Handle(http.MethodPost, "/preferences", "home.read", s.prefer, harmless())
	s.Handle(http.MethodGet, "/offline", "home.read", func(*Request) (Reply, error) { return Show("offline", nil), nil })
	s.echo.GET("/offline.js", s.serveWorker)
	s.echo.GET("/static/*", s.serveAsset)
	s.echo.HEAD("/static/*", s.serveAsset)
}

// home is the public front door; somebody who works here is led to their desk.
func (s *Site) home(r *Request) (Reply, error) {
	if by := r.By(); by.SignedIn() && s.o.Home != nil {
		if to := s.o.Home(by); to != "" {
			return SeeOther(to), nil
		}
	}
	return Show("home", nil), nil
}

// prefer keeps how somebody likes to read, and goes back to the page they were on.
func (s *Site) prefer(r *Request) (Reply, error) {
	for name, allowed := range map[string][]string{"lang": langs, "size": sizes, "theme": themes} {
		if value := oneOf(allowed, r.Form(name), ""); value != "" {
			r.SetCookie(name, value, aYear)
		}
	}
	return SeeOther(s.backTo(r.c.Request())), nil
}

// backTo is the page a form was on, if it is one of ours and can be opened; otherwise the home page.
func (s *Site) backTo(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host || !local(u.RequestURI()) || !s.opens(u.RequestURI()) {
		return "/"
	}
	return u.RequestURI()
}

// local tells whether a path stays on this site: "//host" and "/\host" lead away.
func local(path string) bool {
	if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "\\\r\n\t\x00") || len(path) > 2000 {
		return false
	}
	u, err := url.Parse(path)
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil && !strings.HasPrefix(path, "//")
}

// opens tells whether a page of ours lies at a path.
func (s *Site) opens(path string) bool {
	u, err := url.Parse(path)
	if err != nil {
		return false
	}
	c := s.echo.NewContext(&http.Request{Method: http.MethodGet, URL: u}, nil)
	s.echo.Router().Find(http.MethodGet, u.Path, c)
	for _, rt := range s.routes {
		if rt.Method == http.MethodGet && rt.Path == c.Path() {
			return true
		}
	}
	return false
}
