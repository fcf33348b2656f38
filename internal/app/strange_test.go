package app_test

import (
	"encoding/json"
	"fmt"
	"html"
	"math/rand"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

// strange draws what people and programs might send: nearly right by the description of the API, and then wrong somewhere.
type strange struct {
	*rand.Rand
	schemas map[string]any
	ids     []string
	wild    int // one value in so many is of another kind altogether; 0: none
}

// words are texts that have hurt programs before.
var words = []string{"", " ", "0", "-1", "1e400", "null", "true", "漏水", "林秀英", "𠅤䶮㛃", "\u202e右到左", "a\u0000b", "\ufeff", "e\u0301\u0301\u0301", "👩‍👩‍👧", "<script>alert(1)</script>", "' OR 1=1 --",
	"{{.}}", "%s%n", "../../etc/passwd", "=cmd|' /C calc'!A0", "2026-03-06", "2026-02-30", "0000-00-00", "9999-12-31", "2026-03-06T10:00:00+08:00", "-9999-01-01T00:00:00Z", "13800138000", "350503198001011234",
	"35050319800101123X", "350503001001", "350500000000", "999999999999", "02", "T1", "¥1,000.00", "1,000.005", "999999999999999999999", "\xff\xfe", strings.Repeat("长", 5000), strings.Repeat("a ", 200)}

func (s strange) word() any { return words[s.Intn(len(words))] }

func (s strange) number() any {
	return []any{0, 1, 2, 3, 7, -1, 100, 1 << 31, -1 << 31, 1<<53 + 1, 1.5, 1e300, json.Number("-0.0"), json.Number("123456789012345678901234567890")}[s.Intn(14)]
}

// value draws a value for a schema.
func (s strange) value(schema map[string]any, depth int) any {
	if ref, ok := schema["$ref"].(string); ok {
		schema, _ = s.schemas[strings.TrimPrefix(ref, "#/components/schemas/")].(map[string]any)
	}
	if s.wild > 0 && s.Intn(s.wild) == 0 || depth > 6 {
		return []any{nil, s.word(), s.number(), []any{}, map[string]any{}, true, []any{nil}, map[string]any{"x": s.word()}}[s.Intn(8)]
	}
	if options, ok := schema["enum"].([]any); ok && s.Intn(8) > 0 {
		return options[s.Intn(len(options))]
	}
	kind := fmt.Sprint(schema["type"])
	switch {
	case strings.Contains(kind, "object"):
		return s.object(schema, depth)
	case strings.Contains(kind, "array"):
		items, _ := schema["items"].(map[string]any)
		out := []any{}
		for range s.Intn(4) {
			out = append(out, s.value(items, depth+1))
		}
		return out
	case strings.Contains(kind, "boolean"):
		return s.Intn(2) == 0
	case strings.Contains(kind, "integer"), strings.Contains(kind, "number"):
		if s.wild == 0 || s.Intn(2) == 0 {
			return s.Intn(5)
		}
		return s.number()
	}
	return s.text(schema)
}

func (s strange) object(schema map[string]any, depth int) any {
	out := map[string]any{}
	must, _ := schema["required"].([]any)
	fields, _ := schema["properties"].(map[string]any)
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if field, ok := fields[name].(map[string]any); ok && (slices.Contains(must, any(name)) && (s.wild == 0 || s.Intn(2*s.wild) > 0) || s.Intn(2) == 0) {
			out[name] = s.value(field, depth+1)
		}
	}
	if s.wild > 0 && s.Intn(s.wild) == 0 {
		out[fmt.Sprint(s.word())] = s.word()
	}
	return out
}

func (s strange) text(schema map[string]any) any {
	pattern, _ := schema["pattern"].(string)
	described, _ := schema["description"].(string)
	switch {
	case strings.Contains(described, "UUID") || strings.Contains(pattern, "[0-9A-Fa-f]{8}"):
		return s.ids[s.Intn(len(s.ids))]
	case s.Intn(2) == 0 && fmt.Sprint(schema["format"]) == "date":
		return fmt.Sprintf("2026-%02d-%02d", 1+s.Intn(12), 1+s.Intn(28))
	case s.Intn(2) == 0 && fmt.Sprint(schema["format"]) == "date-time":
		return fmt.Sprintf("2026-03-%02dT%02d:00:00Z", 1+s.Intn(28), s.Intn(24))
	}
	return s.word()
}

// query draws a query for the parameters of an operation.
func (s strange) query(op map[string]any) string {
	q := url.Values{}
	parameters, _ := op["parameters"].([]any)
	for _, p := range parameters {
		p, _ := p.(map[string]any)
		if p["in"] == "query" && s.Intn(2) == 0 {
			schema, _ := p["schema"].(map[string]any)
			q.Set(fmt.Sprint(p["name"]), fmt.Sprint(s.value(schema, 5)))
		}
	}
	if s.Intn(4) == 0 {
		q.Set("cursor", fmt.Sprint(s.word()))
	}
	return q.Encode()
}

var placeholder = regexp.MustCompile(`\{[^}]+\}|:[a-z]+`)

func (s strange) path(pattern string) string {
	return placeholder.ReplaceAllStringFunc(pattern, func(string) string {
		if s.Intn(10) == 0 {
			return url.PathEscape(fmt.Sprint(s.word()))
		}
		return s.ids[s.Intn(len(s.ids))]
	})
}

// harmed is what no request may bring about: a failure of ours.
func harmed(a housetest.Answer) bool {
	return a.Status >= http.StatusInternalServerError && a.Status != http.StatusNotImplemented && !(a.Status == http.StatusServiceUnavailable && a.Holds("no_pdf"))
}

// odd is a town in which strange requests are tried, by everybody in turn.
type odd struct {
	town  *housetest.Town
	api   map[string]any // paths of the description
	names []string       // METHOD path, in order
	pages []string
	draw  strange
	who   []housetest.Hand
}

func newOdd(t *testing.T, town *housetest.Town) *odd {
	t.Helper()
	o := &odd{town: town}
	text, err := os.ReadFile("testdata/openapi.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var described struct {
		Paths      map[string]map[string]any
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(text, &described); err != nil {
		t.Fatal(err)
	}
	o.api = map[string]any{}
	for path, methods := range described.Paths {
		for method, op := range methods {
			if path != "/sessions/current" && !strings.HasSuffix(path, "/password") { // which would end the session of who asks
				o.api[strings.ToUpper(method)+" "+path] = op
			}
		}
	}
	for name := range o.api {
		o.names = append(o.names, name)
	}
	slices.Sort(o.names)
	for _, r := range o.town.App.Site.Routes() {
		if r.Method == http.MethodGet && r.Path != "/sign-out" {
			o.pages = append(o.pages, r.Path)
		}
	}
	o.draw = strange{schemas: described.Components.Schemas, ids: []string{"00000000-0000-8000-8000-000000000000", "x", o.town.Home.ID.String(), o.town.Su.ID.String(), o.town.Su.Mediator.String()}}
	for _, c := range o.town.Works() {
		o.draw.ids = append(o.draw.ids, c.ID, c.Applicant, c.Respondent)
	}
	o.who = []housetest.Hand{o.town.As(nil)}
	for _, p := range []*housetest.Person{o.town.Su, o.town.Zheng, o.town.Station, o.town.County, o.town.Bureau, o.town.Lin, o.town.Housing, o.town.Court, o.town.System, o.town.Security, o.town.Audit} {
		o.who = append(o.who, o.town.As(p))
	}
	return o
}

// drawn draws for each of n things, as often as FENGQIAO_STRANGE_ROUNDS says (make strange), other things each time then.
func (o *odd) drawn(t *testing.T, n int, try func(t *testing.T, s strange, which int)) {
	t.Helper()
	rounds, first := 2, int64(0)
	if more, err := strconv.Atoi(os.Getenv("FENGQIAO_STRANGE_ROUNDS")); err == nil {
		rounds, first = more, time.Now().UnixNano()>>20
		t.Logf("rounds from %d", first)
	}
	for seed := first; seed < first+int64(rounds) && !t.Failed(); seed++ {
		for which := range n {
			s := o.draw
			s.Rand = rand.New(rand.NewSource(seed + int64(which)<<40)) //nolint:gosec // what is drawn again must be the same
			try(t, s, which)
		}
	}
}

// Everybody sends to every operation what the description of the API nearly allows (T10): whatever comes is answered, and no answer
// says that the program failed.
func TestT10_StrangeRequestsAreAnswered(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		o := newOdd(t, town)
		o.drawn(t, len(o.names), o.request)
	})
}

func (o *odd) request(t *testing.T, s strange, which int) {
	name := o.names[which]
	op, _ := o.api[name].(map[string]any)
	method, path, _ := strings.Cut(name, " ")
	path = s.path(path)
	if q := s.query(op); q != "" {
		path += "?" + q
	}
	s.wild = []int{0, 0, 30, 8}[s.Intn(4)]
	version := s.Intn(16)
	if m := caseIn.FindString(path); m != "" && s.Intn(4) > 0 {
		fmt.Sscan(o.town.As(o.town.Su).Get(m).Text("version"), &version) // a case that is out of reach has none
	}
	var schema map[string]any
	if body, ok := op["requestBody"].(map[string]any); ok {
		content, _ := body["content"].(map[string]any)
		kind, _ := content["application/json"].(map[string]any)
		schema, _ = kind["schema"].(map[string]any)
	}
	body := s.value(schema, 0)
	first := s.Intn(len(o.who))
	for i := range o.who { // until it is somebody who may
		hand := o.who[(first+i)%len(o.who)].With("If-Match", fmt.Sprintf("%q", fmt.Sprint(version)))
		var a housetest.Answer
		if method == http.MethodGet {
			a = hand.Get(path)
		} else {
			a = hand.Send(method, path, body)
		}
		if harmed(a) {
			sent, _ := json.Marshal(body)
			t.Errorf("%s: %d %.300s\nsent %.2000s\n%s", a.What(), a.Status, a.Body, sent, o.logged())
		}
		if a.Status != http.StatusForbidden && a.Status != http.StatusUnauthorized {
			return
		}
	}
}

// logged is the last that the program said of a failure.
func (o *odd) logged() string {
	all := o.town.Logged()
	all = all[strings.LastIndex(all, `"level":"ERROR"`)+1:]
	line, _, _ := strings.Cut(all, "\n")
	return line[:min(len(line), 1500)]
}

var caseIn = regexp.MustCompile(`^/cases/[0-9a-f-]{36}`)

var (
	formPart  = regexp.MustCompile(`(?s)<form[^>]*method="post"[^>]*>.*?</form>`)
	formTo    = regexp.MustCompile(`action="([^"]*)"`)
	fieldPart = regexp.MustCompile(`<(?:input|select|textarea|button)[^>]*name="([^"]+)"[^>]*>`)
	valuePart = regexp.MustCompile(`value="([^"]*)"`)
)

// Everybody opens every page with strange words in its address, and sends the forms that are found there with strange words in
// their fields (T10).
func TestT10_StrangeFormsAreAnswered(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		o := newOdd(t, town)
		o.drawn(t, len(o.pages), o.form)
	})
}

func (o *odd) form(t *testing.T, s strange, which int) {
	path := s.path(o.pages[which])
	hand := o.who[s.Intn(len(o.who))]
	if s.Intn(3) == 0 {
		path += "?" + url.Values{"q": {fmt.Sprint(s.word())}, "from": {fmt.Sprint(s.word())}, "area": {fmt.Sprint(s.word())}, "cursor": {fmt.Sprint(s.word())}, "page": {fmt.Sprint(s.word())}}.Encode()
	}
	got := hand.Page(http.MethodGet, path, nil)
	if harmed(got) {
		t.Errorf("%s: %d\n%s", got.What(), got.Status, o.logged())
	}
	for _, form := range formPart.FindAllString(string(got.Body), 4) {
		to := path
		if m := formTo.FindStringSubmatch(form); m != nil {
			to = html.UnescapeString(m[1])
		}
		if to == "/sign-out" || to == "/leave" || strings.Contains(to, "password") {
			continue
		}
		values := url.Values{}
		for _, m := range fieldPart.FindAllStringSubmatch(form, -1) {
			v := valuePart.FindStringSubmatch(m[0])
			if v != nil && (strings.HasPrefix(m[1], "_") || s.Intn(3) > 0) {
				values.Add(m[1], html.UnescapeString(v[1]))
			} else if s.Intn(8) > 0 {
				values.Add(m[1], fmt.Sprint(s.word()))
			}
		}
		if a := hand.Page(http.MethodPost, to, values); harmed(a) {
			t.Errorf("%s: %d %s\nsent %.2000s", a.What(), a.Status, a.Body, values.Encode())
		}
	}
}
