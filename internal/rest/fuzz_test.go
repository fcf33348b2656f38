package rest_test

import (
	"errors"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// spot is a place in a list as rooms have them: a moment, an id, a number, a text.
type spot struct {
	At   time.Time
	ID   ident.ID
	N    int64
	Text string
	More []string
}

// A cursor that nobody sealed opens nothing. What is sealed as it should be, and says whatever it likes, is a position or the fault of
// its sender, and takes little memory.
func FuzzCursor(f *testing.F) {
	for _, s := range []string{``, `null`, `{}`, `{"At":"2026-03-06T00:00:00Z","N":9223372036854775807}`, `{"N":1e400}`, `{"ID":"x"}`, `{"ID":""}`, `{"At":"10000-01-01T00:00:00Z"}`,
		`{"Other":1}`, `{}{}`, `[[[[`, `{"Text":"\ud800"}`, "\xff", strings.Repeat("[", 20000), `{"More":[` + strings.Repeat(`"",`, 5000) + `""]}`} {
		f.Add([]byte(s), s)
	}
	f.Fuzz(func(t *testing.T, plain []byte, guessed string) {
		var pos spot
		if rest.Unsealed(guessed, &pos) == nil {
			t.Fatalf("%q was sealed by nobody", guessed)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := rest.Unsealed(rest.Sealed(plain), &pos)
		runtime.ReadMemStats(&after)
		var said *fault.Fault
		if err != nil && (!errors.As(err, &said) || said.Kind != fault.Invalid) {
			t.Errorf("%q: %v", plain, err)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 8<<20+200*uint64(len(plain)) { // others work beside it
			t.Errorf("%d bytes took %d", len(plain), took)
		}
	})
}

// Whatever comes as a body, a cursor, a version or an id is answered, and never by a failure of ours.
func FuzzAsked(f *testing.F) {
	for _, s := range [][3]string{{`{"name":"林"}`, "", `"3"`}, {`{"name":null}`, "AAAA", "*"}, {"[" + strings.Repeat("[", 2000), "=", "x"}, {`{"name":"\ud800"}`, "\x00", `"9999999999999999999999"`}, {"\xff", "%", ""}} {
		f.Add(s[0], s[1], s[2])
	}
	var tn *town // one for all: what a try makes is kept by the one who tries until the end
	f.Fuzz(func(t *testing.T, body, cursor, version string) {
		if tn == nil {
			tn = newTown(t)
		}
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

// A list is sorted by a word of the route's own list, and by no other: what else is asked for is its sender's fault.
func FuzzSort(f *testing.F) {
	for _, s := range []string{"newest", "oldest", "", "NEWEST", "id; DROP TABLE things", "id DESC", "newest,oldest", "newest\x00", "\xff", "（", strings.Repeat("o", 9000)} {
		f.Add(s)
	}
	var tn *town
	f.Fuzz(func(t *testing.T, order string) {
		if tn == nil {
			tn = newTown(t)
		}
		q := url.Values{"order": {order}}
		r := httptest.NewRequest("GET", "/api/v1/things?"+q.Encode(), nil)
		r.Header["Authorization"] = []string{"Bearer wu"}
		w := httptest.NewRecorder()
		tn.echo.ServeHTTP(w, r)
		known := order == "newest" || order == "oldest" || order == ""
		if w.Code != 200 && w.Code != 422 || known != (w.Code == 200) {
			t.Errorf("%q: %d %s", order, w.Code, w.Body)
		}
	})
}
