package casework_test

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
	"fengqiao/internal/page"
)

// reader is somebody with a browser that has no JavaScript.
type reader struct {
	t      *testing.T
	client *http.Client
	base   string
	at     string // the page they are on
	Status int
	Page   string
}

// doorstep serves the town's pages and lets its people come.
type doorstep struct {
	*housetest.Town
	t    *testing.T
	base string
}

func onDoorstep(t *testing.T, town *housetest.Town) *doorstep {
	t.Helper()
	mountResidentPages(town)
	server := httptest.NewServer(town.App.Handler())
	t.Cleanup(server.Close)
	return &doorstep{Town: town, t: t, base: server.URL}
}

// mountResidentPages mounts the pages unless the program itself has done so.
func mountResidentPages(town *housetest.Town) {
	if slices.ContainsFunc(town.App.Site.Routes(), func(r page.Route) bool { return r.Path == "/file" }) {
		return
	}
	town.App.Cases.ResidentPages(town.App.Site, casework.PageOptions{OpenPartySession: func(ctx context.Context, v casework.Visitor) (string, error) {
		var s account.Session
		err := town.Store.Do(ctx, actor.Actor{}, v.Case.County(), func(tx *db.Tx) (err error) {
			s, err = town.App.Accounts.OpenPartySession(tx, v.Case, v.Party, v.Part)
			return err
		})
		return s.Token, err
	}})
}

func (d *doorstep) comes(cookies ...*http.Cookie) *reader {
	d.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		d.t.Fatal(err)
	}
	u, err := url.Parse(d.base)
	if err != nil {
		d.t.Fatal(err)
	}
	jar.SetCookies(u, cookies)
	return &reader{t: d.t, client: &http.Client{Jar: jar}, base: d.base}
}

func (r *reader) send(req *http.Request) *reader {
	r.t.Helper()
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	answer, err := r.client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	r.Status, r.Page, r.at = answer.StatusCode, string(body), answer.Request.URL.RequestURI()
	if strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
		r.wellMade()
	}
	return r
}

// opens goes to a page.
func (r *reader) opens(path string) *reader {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), "GET", r.base+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return r.send(req)
}

var (
	tagForm   = regexp.MustCompile(`<form method="post" action="([^"]+)"(?: enctype="([^"]+)")? novalidate>`)
	tagHidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)
)

// form is the one form of the page, with what is hidden in it.
func (r *reader) form() (action string, values url.Values) {
	r.t.Helper()
	found := tagForm.FindAllStringSubmatch(r.Page, -1)
	if len(found) != 1 {
		r.t.Fatalf("%s has %d forms: %s", r.at, len(found), r.text())
	}
	values = url.Values{}
	for _, m := range tagHidden.FindAllStringSubmatch(r.Page, -1) {
		values.Add(m[1], html.UnescapeString(m[2]))
	}
	return html.UnescapeString(found[0][1]), values
}

// says fills the page's form with pairs of name and value and sends it.
func (r *reader) says(pairs ...string) *reader {
	r.t.Helper()
	action, values := r.form()
	for i := 0; i < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return r.posts(action, values)
}

func (r *reader) posts(action string, values url.Values) *reader {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), "POST", r.base+action, strings.NewReader(values.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r.send(req)
}

// uploads fills the page's form and adds a file.
func (r *reader) uploads(name string, content []byte, pairs ...string) *reader {
	r.t.Helper()
	action, values := r.form()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	for key := range values {
		if err := w.WriteField(key, values.Get(key)); err != nil {
			r.t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err != nil || w.Close() != nil {
		r.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(r.t.Context(), "POST", r.base+action, &body)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	return r.send(req)
}

// is fails unless the page is at this address with this status.
func (r *reader) is(status int, at string) *reader {
	r.t.Helper()
	if r.Status != status || r.at != at {
		r.t.Fatalf("on %s with %d, want %s with %d: %s", r.at, r.Status, at, status, r.text())
	}
	return r
}

func (r *reader) reads(texts ...string) *reader {
	r.t.Helper()
	for _, text := range texts {
		if !strings.Contains(html.UnescapeString(r.Page), text) {
			r.t.Errorf("%s does not say %q: %s", r.at, text, r.text())
		}
	}
	return r
}

func (r *reader) readsNot(texts ...string) *reader {
	r.t.Helper()
	for _, text := range texts {
		if strings.Contains(html.UnescapeString(r.Page), text) {
			r.t.Errorf("%s says %q", r.at, text)
		}
	}
	return r
}

var tags = regexp.MustCompile(`(?s)<(?:script|style).*?</(?:script|style)>|<[^>]*>`)

// text is what the page's main part says.
func (r *reader) text() string {
	_, main, _ := strings.Cut(r.Page, "<main")
	main, _, _ = strings.Cut(main, "</main>")
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString("<main"+main, " "))), " ")
}

var (
	pageLabel   = regexp.MustCompile(`<label for="([^"]+)"`)
	pageControl = regexp.MustCompile(`<(?:input|select|textarea) [^>]*?id="([^"]+)"`)
	pageID      = regexp.MustCompile(` id="([^"]+)"`)
	untold      = regexp.MustCompile(`\b(?:file|mine|done)\.[a-z_]+|%!|<no value>`)
)

// wellMade is asked of every page that anybody in these tests is shown.
func (r *reader) wellMade() {
	r.t.Helper()
	if n := strings.Count(r.Page, "<h1"); n != 1 {
		r.t.Errorf("%s: %d h1, want one", r.at, n)
	}
	if m := untold.FindString(r.text()); m != "" {
		r.t.Errorf("%s shows %q", r.at, m)
	}
	for _, bad := range []string{" style=", " onclick=", "<script>", "ZgotmplZ"} {
		if strings.Contains(r.Page, bad) {
			r.t.Errorf("%s holds %q", r.at, bad)
		}
	}
	ids, labels := map[string]bool{}, map[string]bool{}
	for _, m := range pageID.FindAllStringSubmatch(r.Page, -1) {
		if ids[m[1]] {
			r.t.Errorf("%s: id %q stands twice", r.at, m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range pageLabel.FindAllStringSubmatch(r.Page, -1) {
		labels[m[1]] = true
	}
	for _, m := range pageControl.FindAllStringSubmatch(r.Page, -1) {
		if !labels[m[1]] {
			r.t.Errorf("%s: the question %q has no label", r.at, m[1])
		}
	}
	if strings.Count(r.Page, " novalidate>") > 1 {
		r.t.Errorf("%s: more than one form", r.at)
	}
}

// TestLookAtResidentPages serves the pages over a small town to look at, when asked:
// FENGQIAO_LOOK=127.0.0.1:8099 go test -run TestLookAtResidentPages ./internal/casework
func TestLookAtResidentPages(t *testing.T) {
	listen := os.Getenv("FENGQIAO_LOOK")
	if listen == "" {
		t.Skip("only for looking at")
	}
	town := housetest.New(t, dbtest.New(t, "sqlite"))
	d := onDoorstep(t, town)
	for name, k := range d.gallery() {
		u, err := url.Parse(d.base)
		if err != nil {
			t.Fatal(err)
		}
		for who, r := range map[string]*reader{"lin": k.lin, "chen": k.chen} {
			for _, c := range r.client.Jar.Cookies(u) {
				if c.Name == "fengqiao" {
					fmt.Printf("LOOK %s-%s %s %s\n", name, who, k.home(), c.Value)
				}
			}
		}
	}
	if err := http.ListenAndServe(listen, town.App.Handler()); err != nil { //nolint:gosec // for a look on one's own machine
		t.Fatal(err)
	}
}

// gallery are cases as they stand at each step.
func (d *doorstep) gallery() map[string]*known {
	out := map[string]*known{"asked": d.invited(), "refused": d.invited(), "met": d.invited(), "pending": d.invited(), "performing": d.invited()}
	su := d.As(d.Su)
	su.Does(out["refused"].Case, "record-consent", housetest.M{"party_id": out["refused"].Respondent, "consent": "refused", "channel": "phone"}).Is(200)
	for _, name := range []string{"met", "pending", "performing"} {
		out[name].met(d)
	}
	out["met"].lin.opens(out["met"].home()+"/attach").uploads("天花板.png", pixel, "kind", "2", "shared", "yes")
	for _, name := range []string{"pending", "performing"} {
		k := out[name]
		su.Does(k.Case, "fix-agreement", k.Terms()).Is(200)
		if name == "pending" {
			continue
		}
		hash := k.Last.Text("agreements.0.text_hash")
		for _, who := range []housetest.M{{"party_id": k.Applicant}, {"party_id": k.Respondent}, {"mediator_id": d.Su.Mediator}, {"seal": true}} {
			who["kind"], who["text_hash"] = "wet_ink", hash
			su.Does(k.Case, "sign", who).Is(200)
		}
	}
	return out
}
