package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/app"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/demo"
)

// reader is somebody of the demo city who reads over HTTP.
type reader struct {
	t       *testing.T
	handler http.Handler
	token   string
}

func (r *reader) ask(method, path string, body, out any) {
	r.t.Helper()
	if err := json.Unmarshal(r.raw(method, path, body), out); err != nil {
		r.t.Fatalf("%s %s: %v", method, path, err)
	}
}

// raw is the answer as it came.
func (r *reader) raw(method, path string, body any) []byte {
	r.t.Helper()
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			r.t.Fatal(err)
		}
		sent = bytes.NewReader(text)
	}
	q := httptest.NewRequest(method, path, sent)
	q.Header.Set("Content-Type", "application/json")
	if r.token != "" {
		q.Header.Set("Authorization", "Bearer "+r.token)
	}
	w := httptest.NewRecorder()
	r.handler.ServeHTTP(w, q)
	if w.Code >= 300 {
		r.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	return w.Body.Bytes()
}

func signedIn(t *testing.T, a *app.App, login, password string) *reader {
	t.Helper()
	r := &reader{t: t, handler: a.Handler()}
	var opened struct {
		Token string `json:"token"`
	}
	r.ask("POST", "/api/v1/sessions", map[string]string{"login": login, "password": password}, &opened)
	r.token = opened.Token
	return r
}

// lines counts what a figure's link lists, over all its pages, each line once.
func (r *reader) lines(drill string) int {
	r.t.Helper()
	seen, cursor := map[string]bool{}, ""
	for {
		var page struct {
			Items []struct {
				ID string `json:"id"`
			} `json:"items"`
			Next string `json:"next_cursor"`
		}
		r.ask("GET", drill+"&limit=100&cursor="+url.QueryEscape(cursor), nil, &page)
		for _, i := range page.Items {
			if seen[i.ID] {
				r.t.Errorf("%s lists %s twice", drill, i.ID)
			}
			seen[i.ID] = true
		}
		if cursor = page.Next; cursor == "" {
			return len(seen)
		}
	}
}

// briefing is the city's reply as the API gives it.
type briefing struct {
	Text    string
	Figures struct {
		Committees, Mediators, Cases, Settled, Compounds int
		Covered                                          int    `json:"compounds_covered"`
		Property                                         int    `json:"property_settled"`
		Success                                          string `json:"success_rate"`
		Coverage                                         string `json:"coverage"`
		Presence                                         map[string]int
	}
	Drill map[string]any
}

const longList = 6000 // lines; PostgreSQL sorts a whole city for each page of one

const demoPassword = "fengqiao-demo-2026"

// demoStart is how the demo is started on a database; what it tells the operator goes to out.
func demoStart(t *testing.T, dialect string, out io.Writer) app.Options {
	t.Helper()
	return app.Options{Database: dbtest.URL(t, dialect), Data: t.TempDir(), Demo: true, DemoDate: "2026-03-06", DemoPassword: demoPassword,
		Now: time.Now, PublicRate: 10000, Version: "test", Out: out}
}

func opened(t *testing.T, o app.Options) *app.App {
	t.Helper()
	a, err := app.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// The paragraph of the city's reply is counted from the demo city's rows, and every figure leads to exactly its lines.
//
// Under the race detector a whole city takes many minutes, and a part of it is loaded under it in the room of the demo:
// make city counts it on PostgreSQL.
func TestTheDemoCityAnswersForTheCitysReply(t *testing.T) {
	if raced {
		return
	}
	for _, d := range dbtest.Dialects() {
		t.Run(d, func(t *testing.T) {
			t.Parallel()
			var told bytes.Buffer
			start := demoStart(t, d, &told)
			a := opened(t, start)
			if !strings.Contains(told.String(), demoPassword) {
				t.Error("the demo does not tell its password:", told.String())
			}
			r := signedIn(t, a, "supervisor", demoPassword)
			var b briefing
			r.ask("GET", "/api/v1/reports/briefing?area=3505&from=2020-01-01&to=2021-12-31", nil, &b)
			f := b.Figures
			for what, figure := range map[string][2]int{"committees": {f.Committees, 2525}, "mediators": {f.Mediators, 10226}, "cases": {f.Cases, 14509},
				"settled": {f.Settled, 14218}, "compounds_covered": {f.Covered, 1200}, "compounds": {f.Compounds, 2034}, "property_settled": {f.Property, 4945}} {
				if figure[0] != figure[1] {
					t.Errorf("%s: %d, want %d", what, figure[0], figure[1])
				}
				if figure[1] > longList && d == "postgres" { // the same lists are walked to their ends on SQLite
					continue
				}
				drill, _ := b.Drill[what].(string)
				if n := r.lines(drill); n != figure[1] {
					t.Errorf("%s: %s lists %d lines, the figure is %d", what, drill, n, figure[1])
				}
			}
			if f.Success != "97.99" || f.Coverage != "59.00" {
				t.Errorf("rates: %s and %s, want 97.99 and 59.00", f.Success, f.Coverage)
			}
			for i, what := range []string{"decisions", "rules", "advice", "disputes", "publicity"} {
				drill, _ := b.Drill["presence"].(map[string]any)[what].(string)
				if n := r.lines(drill); f.Presence[what] != demo.Presences[i] || n != demo.Presences[i] {
					t.Errorf("presence %s: %d, want %d, %d lines", what, f.Presence[what], demo.Presences[i], n)
				}
			}
			for _, figure := range []string{"2,525", "10,226", "14,509", "14,218", "98%", "1,200", "59%", "4,945"} {
				if !strings.Contains(strings.ReplaceAll(b.Text, " %", "%"), figure) {
					t.Errorf("the paragraph does not say %s: %s", figure, b.Text)
				}
			}
			checkSums(r)
			theRecordHolds(t, a)
			if err := a.Close(); err != nil {
				t.Error(err)
			}
			startsAgain(t, start)
		})
	}
}

// startsAgain: a demo that was loaded opens at once, with the password of this start; a production start refuses it.
func startsAgain(t *testing.T, start app.Options) {
	t.Helper()
	start.Demo = false
	if _, err := app.New(t.Context(), start); err == nil || !strings.Contains(err.Error(), "demo city") {
		t.Error("a production start took a demo database:", err)
	}
	var told bytes.Buffer
	start.Demo, start.DemoPassword, start.Out = true, "demo-other-river", &told
	signedIn(t, opened(t, start), "chair", "demo-other-river")
	if strings.Contains(told.String(), "Loading") {
		t.Error("the second start loads again:", told.String())
	}
}

// checkSums: the case table of the two years, which every demo city has alike, is what it was, on both engines and both bases, for
// the city and each of its counties; and satisfies every check sum.
func checkSums(r *reader) {
	r.t.Helper()
	var told strings.Builder
	for _, basis := range []string{"closed", "accepted"} {
		var table struct {
			Columns []cell
			Rows    []struct {
				Key    string
				Values []cell
			}
			Foot []struct {
				Key    string
				Values []cell
			}
			Checks []struct {
				ID string
				OK bool
			}
		}
		r.ask("GET", "/api/v1/reports/case-table?area=3505&from=2020-01-01&to=2021-12-31&group=area&basis="+basis, nil, &table)
		if len(table.Columns) != 49 || len(table.Rows) < 11 || len(table.Checks) != 12 {
			r.t.Errorf("%d columns, %d rows, %d checks", len(table.Columns), len(table.Rows), len(table.Checks))
		}
		for _, c := range table.Checks {
			if !c.OK {
				r.t.Errorf("%s does not hold", c.ID)
			}
		}
		line := func(key string, values []cell) {
			fmt.Fprintf(&told, "%s %s", basis, key)
			for _, c := range values {
				fmt.Fprintf(&told, " %v", c.Value)
			}
			fmt.Fprintln(&told)
		}
		line("all", table.Columns)
		for _, row := range append(table.Rows, table.Foot...) {
			line(row.Key, row.Values)
		}
	}
	golden(r.t, "demo-case-table.golden", told.String())
}

// cell is a figure of a table.
type cell struct{ Value any }

func theRecordHolds(t *testing.T, a *app.App) {
	t.Helper()
	found, err := a.Verify(t.Context())
	if err != nil || len(found.Breaks) > 0 || found.Cases < demo.Heard {
		t.Errorf("%d cases, breaks %v, %v", found.Cases, found.Breaks[:min(3, len(found.Breaks))], err)
	}
}

func TestADemoOpensOnADayThatHasHistoryBehindIt(t *testing.T) {
	for _, day := range []string{"2022-01-01", "yesterday", "2999-01-01"} {
		_, err := app.New(t.Context(), app.Options{Database: dbtest.URL(t, "sqlite"), Data: t.TempDir(), Demo: true, DemoDate: day, DemoPassword: demoPassword, Now: time.Now})
		if err == nil || !strings.Contains(err.Error(), "--demo-date") {
			t.Errorf("%s: %v", day, err)
		}
	}
}
