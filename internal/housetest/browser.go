package housetest

import (
	"bytes"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// Reader is somebody with a browser that has no JavaScript.
type Reader struct {
	t      testing.TB
	client *http.Client
	base   *url.URL
	At     string // the page they are on
	Status int
	Page   string
}

// Doorstep serves the town's pages and lets its people come.
type Doorstep struct {
	*Town
	base *url.URL
}

// OnDoorstep opens the town's doors until the test ends.
func OnDoorstep(town *Town) *Doorstep {
	town.t.Helper()
	server := httptest.NewServer(town.App.Handler())
	town.t.Cleanup(server.Close)
	base, err := url.Parse(server.URL)
	town.must(err)
	return &Doorstep{Town: town, base: base}
}

// Comes is somebody who has not been here before, or who brings these cookies.
func (d *Doorstep) Comes(cookies ...*http.Cookie) *Reader {
	d.t.Helper()
	jar, err := cookiejar.New(nil)
	d.must(err)
	r := &Reader{t: d.t, client: &http.Client{Jar: jar}, base: d.base}
	return r.Takes(cookies...)
}

// Enters is somebody who signs in by the form, as a person would.
func (d *Doorstep) Enters(p *Person) *Reader {
	d.t.Helper()
	r := d.Comes().Opens("/sign-in").Says("login", p.Login, "password", Password)
	if r.Status != 200 || strings.HasPrefix(r.At, "/sign-in") {
		d.t.Fatalf("%s cannot sign in: %s", p.Login, r.Text())
	}
	return r
}

// Cookies are what the browser keeps.
func (r *Reader) Cookies() []*http.Cookie { return r.client.Jar.Cookies(r.base) }

// Takes puts cookies into the browser.
func (r *Reader) Takes(cookies ...*http.Cookie) *Reader {
	r.client.Jar.SetCookies(r.base, cookies)
	return r
}

func (r *Reader) send(req *http.Request) *Reader {
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
	r.Status, r.Page, r.At = answer.StatusCode, string(body), answer.Request.URL.RequestURI()
	if strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
		r.wellMade()
	}
	return r
}

// Opens goes to a page.
func (r *Reader) Opens(path string) *Reader {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), "GET", r.base.String()+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return r.send(req)
}

var (
	tagForm   = regexp.MustCompile(`<form method="post" action="([^"]+)"(?: enctype="([^"]+)")?(?: data-keep)? novalidate>`)
	tagHidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)
)

// Form is the one form of the page, with what is hidden in it.
func (r *Reader) Form() (action string, values url.Values) {
	r.t.Helper()
	found := tagForm.FindAllStringSubmatch(r.Page, -1)
	if len(found) != 1 {
		r.t.Fatalf("%s has %d forms: %s", r.At, len(found), r.Text())
	}
	values = url.Values{}
	for _, m := range tagHidden.FindAllStringSubmatch(r.Page, -1) {
		values.Add(m[1], html.UnescapeString(m[2]))
	}
	return html.UnescapeString(found[0][1]), values
}

// Says fills the page's form with pairs of name and value and sends it.
func (r *Reader) Says(pairs ...string) *Reader {
	r.t.Helper()
	action, values := r.Form()
	for i := 0; i < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return r.Posts(action, values)
}

// Posts sends a form to an address.
func (r *Reader) Posts(action string, values url.Values) *Reader {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), "POST", r.base.String()+action, strings.NewReader(values.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r.send(req)
}

// Uploads fills the page's form and adds a file.
func (r *Reader) Uploads(name string, content []byte, pairs ...string) *Reader {
	r.t.Helper()
	action, values := r.Form()
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
	req, err := http.NewRequestWithContext(r.t.Context(), "POST", r.base.String()+action, &body)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	return r.send(req)
}

// Is fails unless the page is at this address with this status.
func (r *Reader) Is(status int, at string) *Reader {
	r.t.Helper()
	if r.Status != status || r.At != at {
		r.t.Fatalf("on %s with %d, want %s with %d: %s", r.At, r.Status, at, status, r.Text())
	}
	return r
}

// Reads fails unless the page says all of these.
func (r *Reader) Reads(texts ...string) *Reader {
	r.t.Helper()
	for _, text := range texts {
		if !strings.Contains(html.UnescapeString(r.Page), text) {
			r.t.Errorf("%s does not say %q: %s", r.At, text, r.Text())
		}
	}
	return r
}

// ReadsNot fails when the page says any of these.
func (r *Reader) ReadsNot(texts ...string) *Reader {
	r.t.Helper()
	for _, text := range texts {
		if strings.Contains(html.UnescapeString(r.Page), text) {
			r.t.Errorf("%s says %q", r.At, text)
		}
	}
	return r
}

var tags = regexp.MustCompile(`(?s)<(?:script|style).*?</(?:script|style)>|<[^>]*>`)

// Text is what the page's main part says.
func (r *Reader) Text() string {
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
func (r *Reader) wellMade() {
	r.t.Helper()
	if n := strings.Count(r.Page, "<h1"); n != 1 {
		r.t.Errorf("%s: %d h1, want one", r.At, n)
	}
	if m := untold.FindString(r.Text()); m != "" {
		r.t.Errorf("%s shows %q", r.At, m)
	}
	for _, bad := range []string{" style=", " onclick=", "<script>", "ZgotmplZ"} {
		if strings.Contains(r.Page, bad) {
			r.t.Errorf("%s holds %q", r.At, bad)
		}
	}
	ids, labels := map[string]bool{}, map[string]bool{}
	for _, m := range pageID.FindAllStringSubmatch(r.Page, -1) {
		if ids[m[1]] {
			r.t.Errorf("%s: id %q stands twice", r.At, m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range pageLabel.FindAllStringSubmatch(r.Page, -1) {
		labels[m[1]] = true
	}
	for _, m := range pageControl.FindAllStringSubmatch(r.Page, -1) {
		if !labels[m[1]] {
			r.t.Errorf("%s: the question %q has no label", r.At, m[1])
		}
	}
	if strings.Count(r.Page, " novalidate>") > 1 {
		r.t.Errorf("%s: more than one form", r.At)
	}
}

// Does opens the form of a step of a case and sends it.
func (r *Reader) Does(c string, step string, pairs ...string) *Reader {
	r.t.Helper()
	r.Opens(c+"/"+step).Is(200, c+"/"+step)
	r.Says(pairs...)
	if r.Status != 200 {
		r.t.Fatalf("%s: %d: %s", step, r.Status, r.Text())
	}
	return r
}

var tagChoice = regexp.MustCompile(`value="((?:party:|mediator:)?[0-9a-f-]{36}(?:/[0-9a-f-]{36})?)"[^>]*><label[^>]*><span>([^<]+)`)

// Choice finds the value of somebody to choose by their name.
func (r *Reader) Choice(words string) string {
	r.t.Helper()
	for _, m := range tagChoice.FindAllStringSubmatch(r.Page, -1) {
		if m[2] == words {
			return m[1]
		}
	}
	r.t.Fatalf("%s offers no %q: %s", r.At, words, r.Text())
	return ""
}

var (
	saidReference = regexp.MustCompile(`[2-9A-Z]{4}-[2-9A-Z]{4}`)
	saidCode      = regexp.MustCompile(`[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{5}`)
)

// Receipt finds the reference and the code that the page gives somebody to come back with.
func (r *Reader) Receipt() (reference, code string) {
	r.t.Helper()
	code = saidCode.FindString(r.Text())
	reference = saidReference.FindString(strings.Replace(r.Text(), code, "", 1))
	if reference == "" || code == "" {
		r.t.Fatalf("no reference and code on %s: %s", r.At, r.Text())
	}
	return reference, code
}

// Tells walks through the questions of filing to the check page: water through the ceiling, at Shaolin.
func (r *Reader) Tells() *Reader {
	r.Opens("/file").Is(200, "/file").Reads("免费", "自愿", "保密", "12348", "8 分钟")
	r.Opens("/file/place").Says("area_code", "350503000000").Is(200, "/file/town")
	r.Says("area_code", "350503001000").Is(200, "/file/village")
	r.Says("area_code", string(Shaolin)).Is(200, "/file/about")
	r.Says("category", "02").Is(200, "/file/safe")
	r.Says("danger", "no").Is(200, "/file/facts")
	r.Says("facts", "楼上卫生间漏水，\n天花板发霉。").Is(200, "/file/wish")
	r.Says("request", "").Is(200, "/file/photos")
	r.Says().Is(200, "/file/you")
	r.Says("applicant.name", "林秀英", "applicant.phone", "138 0013 8000").Is(200, "/file/other")
	r.Says("respondents.0.kind", "person", "respondents.0.name", "陈志强", "unknown", "yes")
	if r.At == "/file/same" {
		r.Says() // another matter than what they have under way
	}
	return r.Is(200, "/file/check")
}
