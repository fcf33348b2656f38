package page

import (
	"crypto/rand"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
)

// View is the dot of every template: what the handler gave (Data), who reads, and how they like to read.
type View struct {
	Data    any
	By      actor.Actor
	Lang    string // zh-CN or en
	Size    string // standard, large or extra: 长辈版
	Theme   string // auto, light or dark
	Demo    bool
	Heading string // what the page is called in the browser's title
	Nav     []Link
	Fault   *fault.Fault // what was wrong with the form, if it is shown again
	Failed  bool         // the page tells that something could not be done
	Refresh int          // seconds after which the browser looks again; 0 for never

	site   *Site
	action authz.Action // what it takes to have the page
	path   string
	host   string
	query  url.Values
	form   url.Values // what was typed, when the form is shown again
	sent   url.Values
	fields map[string]string // what is wrong with each field
	secret string            // ties forms to the browser
	fresh  bool              // the secret was made now and must be kept
	saves  bool              // the answer would be a file
	late   *late             // the form that waits for a fresh proof
}

var (
	langs     = []string{"zh-CN", "en"}
	sizes     = []string{"standard", "large", "extra"} // the last two are 长辈版 (X2), with room for fingers (X4)
	themes    = []string{"auto", "light", "dark"}
	languages = language.NewMatcher([]language.Tag{language.SimplifiedChinese, language.English})
)

// greet reads from the request how its reader likes to read.
func (s *Site) greet(c echo.Context) *View {
	v := &View{site: s, Demo: s.o.Demo, path: c.Request().URL.Path, host: c.Request().Host, query: c.QueryParams()}
	v.Lang = oneOf(langs, s.cookie(c, cookiePrefix+"lang"), firstLanguage(c.Request().Header.Get("Accept-Language")))
	v.Size = oneOf(sizes, s.cookie(c, cookiePrefix+"size"), sizes[0])
	v.Theme = oneOf(themes, s.cookie(c, cookiePrefix+"theme"), themes[0])
	v.secret = s.cookie(c, formCookie)
	return v
}

// firstLanguage guesses the language of a first visit from what the browser asks for.
func firstLanguage(accept string) string {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return langs[0]
	}
	if _, i, sure := languages.Match(tags...); sure != language.No {
		return langs[i]
	}
	return langs[0]
}

func oneOf(allowed []string, got, otherwise string) string {
	for _, a := range allowed {
		if a == got {
			return got
		}
	}
	return otherwise
}

// meet lets the page know its reader.
func (v *View) meet(by actor.Actor) {
	v.By = by
	if by.SignedIn() && v.site.o.Nav != nil {
		v.Nav = current(v.site.o.Nav(by, v.Lang), v.path)
	}
}

// current marks the entry of the menu under which a path lies: the longest that fits.
func current(nav []Link, path string) []Link {
	best := -1
	for i, l := range nav {
		fits := path == l.Path || strings.HasPrefix(path, strings.TrimSuffix(l.Path, "/")+"/")
		if fits && (best < 0 || len(l.Path) > len(nav[best].Path)) {
			best = i
		}
	}
	out := append([]Link(nil), nav...)
	if best < 0 {
		return out
	}
	for i, l := range nav {
		out[i].Current = l.Path == nav[best].Path || l.Path == nav[best].Of && l.Of == ""
	}
	return out
}

// Menu is what stands in the menu itself.
func (v *View) Menu() []Link { return v.under("") }

// Tabs are the pages that stand beside this one under an entry of the menu; none where it stands alone.
func (v *View) Tabs() []Link {
	for _, l := range v.Menu() {
		if l.Current {
			return v.under(l.Path)
		}
	}
	return nil
}

func (v *View) under(of string) (out []Link) {
	for _, l := range v.Nav {
		if l.Of == of {
			out = append(out, l)
		}
	}
	return out
}

// blame keeps what is wrong with which field, in the reader's language.
func (v *View) blame(f *fault.Fault) {
	v.Fault, v.form, v.fields = f, v.sent, map[string]string{}
	for _, field := range f.Fields {
		at := plainPath(field.At)
		if v.fields[at] == "" {
			v.fields[at] = field.Text.In(v.Lang)
		}
	}
}

// Titled says what the page is called and gives the view on: {{template "top" (.Titled (t "home.title"))}}.
func (v *View) Titled(heading string) *View {
	v.Heading = heading
	return v
}

// Reloads has the browser look again after some seconds, without a script; 0 for never.
func (v *View) Reloads(seconds int) *View {
	v.Refresh = seconds
	return v
}

// Staff tells whether the reader works here: their pages are denser.
func (v *View) Staff() bool { return v.By.IsStaff() }

// private are the pages on which somebody may have to leave at once, by the beginnings of their paths.
var private = []string{"/file", "/follow", "/mine"}

// Private tells whether the page holds what nobody near should see: it offers a way to leave at once.
func (v *View) Private() bool {
	return !v.Staff() && slices.ContainsFunc(private, func(path string) bool { return v.path == path || strings.HasPrefix(v.path, path+"/") })
}

// Elder tells whether the reader wants large type.
func (v *View) Elder() bool { return v.Size != sizes[0] }

// Class are the classes of the document, from the reader's cookies.
func (v *View) Class() string { return strings.TrimSpace(v.Size + " " + v.Theme) }

// soon is how many days before its end a post is said to end.
const soon = 14

// EndsSoon is the last day of a post of the reader's that ends within a fortnight, on the page that they come home to; "" elsewhere.
func (v *View) EndsSoon() (last calendar.Day) {
	if v.site.o.Home == nil || !v.By.IsStaff() || v.site.o.Home(v.By) != v.path {
		return ""
	}
	within := calendar.Day(v.Today()).Plus(soon)
	for _, p := range v.By.Posts {
		if !p.Until.IsZero() && !within.Before(p.Until) && (last == "" || p.Until.Plus(-1).Before(last)) {
			last = p.Until.Plus(-1)
		}
	}
	return last
}

// Today is the legal day on which the page is read, for the bounds of a date.
func (v *View) Today() string {
	if v.site.o.Now == nil {
		return ""
	}
	return v.site.o.Now().In(shanghai).Format(time.DateOnly)
}

// Done is the notice that an act was done, after a SeeOther to "…?done=saved"; the words are ours, never the address's.
func (v *View) Done() string {
	key := "done." + v.query.Get("done")
	if !v.site.texts.has(v.Lang, key) {
		return ""
	}
	return v.site.texts.say(v.Lang, key)
}

// Query is a value from the address.
func (v *View) Query(name string) string { return clean(v.query.Get(name)) }

// Then is where the reader wanted to go before signing in: a page of ours that can be opened, or "".
func (v *View) Then() string {
	to := v.sent.Get("then")
	if to == "" {
		to = v.query.Get("then")
	}
	if !local(to) || !v.site.opens(to) {
		return ""
	}
	return to
}

// Keys are the hidden fields of a form: a one-time key, and the version that the form was drawn from, if it has one.
func (v *View) Keys(version ...int64) map[string]any {
	if len(v.secret) < 20 {
		v.secret, v.fresh = rand.Text(), true
	}
	out := map[string]any{"Key": formKey(v.secret)}
	if len(version) > 0 {
		out["Version"] = version[0]
	}
	return out
}

func (s *Site) keepFormSecret(c echo.Context, v *View) {
	if v.fresh {
		s.setCookie(c, formCookie, v.secret, 0)
	}
}

// Problem is a line of the error summary, leading to its field.
type Problem struct{ ID, Text string }

// Problems are what is wrong with the form; a fault about no field in particular has no place to lead to.
func (v *View) Problems() []Problem {
	if v.Fault == nil {
		return nil
	}
	var out []Problem
	for _, f := range v.Fault.Fields {
		out = append(out, Problem{ID: fieldID(f.At), Text: f.Text.In(v.Lang)})
	}
	if len(out) == 0 {
		out = append(out, Problem{Text: v.Fault.Text.In(v.Lang)})
	}
	return out
}

// Pager leads on through a list: to the first page when this is a later one, and to the next.
type Pager struct{ First, Next string }

// Pager keeps the list's filters and changes only the cursor.
func (v *View) Pager(next string) Pager {
	var p Pager
	if v.query.Get("cursor") != "" {
		p.First = v.with("cursor", "")
	}
	if next != "" {
		p.Next = v.with("cursor", next)
	}
	return p
}

// With is this page's address with one value of its query changed; "" takes the value away.
func (v *View) With(name, value string) string { return v.with(name, value) }

// File is this list's address as a file of a format: from the beginning, whichever page is shown.
func (v *View) File(format string) string {
	q := url.Values{"format": {format}}
	for k, vs := range v.query {
		if k != "cursor" && k != "done" {
			q[k] = vs
		}
	}
	q.Set("format", format)
	return v.path + "?" + q.Encode()
}

func (v *View) with(name, value string) string {
	q := url.Values{}
	for k, vs := range v.query {
		if k != name && k != "done" {
			q[k] = vs
		}
	}
	if value != "" {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return v.path
	}
	return v.path + "?" + q.Encode()
}
