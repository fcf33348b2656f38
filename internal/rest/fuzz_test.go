package rest_test

import (
	"net/http/httptest"
	"strings"
	"testing"
)

// Whatever comes as a body, a cursor, a version or an id is answered, and never by a failure of ours.
func FuzzAsked(f *testing.F) {
	for _, s := range [][3]string{{`{"name":"林"}`, "", `"3"`}, {`{"name":null}`, "AAAA", "*"}, {"[" + strings.Repeat("[", 2000), "=", "x"}, {`{"name":"\ud800"}`, "\x00", `"9999999999999999999999"`}, {"\xff", "%", ""}} {
		f.Add(s[0], s[1], s[2])
	}
	f.Fuzz(func(t *testing.T, body, cursor, version string) {
		tn := newTown(t)
		ask := func(method, path, body string) {
			r := httptest.NewRequest(method, path, strings.NewReader(body))
			r.Header["Authorization"] = []string{"Bearer wu"}
			r.Header["Content-Type"] = []string{"application/json"}
			r.Header["If-Match"] = []string{version}
			w := httptest.NewRecorder()
			tn.echo.ServeHTTP(w, r)
			if w.Code >= 500 {
				t.Errorf("%s %q, body %q, version %q: %d %s", method, path, body, version, w.Code, w.Body)
			}
		}
		ask("POST", tn.path()+"/change", body)
		list := httptest.NewRequest("GET", "/api/v1/things", nil)
		q := list.URL.Query()
		q.Set("cursor", cursor)
		ask("GET", "/api/v1/things?"+q.Encode(), "")
	})
}
