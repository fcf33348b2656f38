package page

import (
	"net/http"
	"net/url"

	"fengqiao/internal/fault"
)

var errForeign = fault.New(fault.Denied, "cross_site", "这个操作不是从本网站的页面提交的，已经拒绝。请回到首页重新操作。",
	"This was not sent from a page of this site and was refused. Please start again from the home page.")

// origin is what a browser's headers tell about the page that sent a form.
type origin int

const (
	foreign origin = iota // another site's page
	unsure                // an old browser that hides where it was: only the key in the form can tell
	ours
)

// originOf reads Sec-Fetch-Site and Origin as the standard library does. Phones from before 2020 send no
// Sec-Fetch-Site, and an Origin of "null" or none: for them Referer decides, and without it the form's key. That the cookie
// is SameSite=Lax does not help them: the oldest of them send it with any form.
func (s *Site) originOf(r *http.Request) origin {
	if r.Header.Get("Sec-Fetch-Site") == "" && (r.Header.Get("Origin") == "null" || r.Header.Get("Origin") == "") {
		return originOfOldPhone(r)
	}
	if s.cross.Check(r) != nil {
		return foreign
	}
	return ours
}

func originOfOldPhone(r *http.Request) origin {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return ours
	}
	if ref := r.Header.Get("Referer"); ref != "" {
		u, err := url.Parse(ref)
		if err != nil || u.Host != r.Host {
			return foreign
		}
		return ours
	}
	return unsure
}
