package notify_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/labstack/echo/v4"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/notify"
	"fengqiao/internal/page"
	"fengqiao/policies"
	"fengqiao/web"
)

var invitation = casework.Message{Channel: "sms", To: "13905950001", Kind: "invitation", Text: "【人民调解】编号 K7MW-24XH，查询码 \"A\n枫桥\"。"}

func TestMessagesAreWrittenToADaysFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data", "messages")
	clock := dbtest.NewClock()
	f := notify.NewFile(dir, clock.Now, slog.Default())
	must(t, f.Send(t.Context(), invitation))
	clock.Move(13*time.Hour + 59*time.Minute) // 23:59 in Shanghai
	must(t, f.Send(t.Context(), invitation))
	clock.Move(time.Minute)
	must(t, f.Send(t.Context(), invitation))
	for name, want := range map[string]int{"2026-03-06.jsonl": 2, "2026-03-07.jsonl": 1} {
		lines := readLines(t, filepath.Join(dir, name))
		if len(lines) != want {
			t.Errorf("%s has %d lines", name, len(lines))
		}
		for _, l := range lines {
			if l.Message != invitation {
				t.Errorf("%s: %+v", name, l)
			}
		}
	}
	if at := readLines(t, filepath.Join(dir, "2026-03-06.jsonl"))[0].At; !at.Equal(dbtest.Friday) {
		t.Errorf("at %v", at)
	}
	for path, want := range map[string]fs.FileMode{dir: 0o700, filepath.Join(dir, "2026-03-06.jsonl"): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v %v", path, info.Mode(), err)
		}
	}
}

type written struct {
	At time.Time `json:"at"`
	casework.Message
}

func readLines(t *testing.T, path string) (out []written) {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	for l := range strings.Lines(string(text)) {
		var w written
		must(t, json.Unmarshal([]byte(l), &w))
		out = append(out, w)
	}
	return out
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestManyWriteOneFile(t *testing.T) {
	dir := t.TempDir()
	f := notify.NewFile(dir, dbtest.NewClock().Now, slog.Default())
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := f.Send(t.Context(), invitation); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(readLines(t, filepath.Join(dir, "2026-03-06.jsonl"))); n != 20 {
		t.Errorf("%d lines", n)
	}
}

func TestAFileThatCannotBeWrittenIsToldPlainly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "messages")
	must(t, os.WriteFile(dir, nil, 0o600)) // a file where the folder should be
	err := notify.NewFile(dir, dbtest.NewClock().Now, slog.Default()).Send(t.Context(), invitation)
	var trouble notify.Trouble
	if !errors.As(err, &trouble) || strings.Contains(err.Error(), invitation.To) {
		t.Errorf("told: %v", err)
	}
}

// gateway is an operator's server.
func gateway(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return s.URL + "/send?key=OPERATORS-KEY"
}

func send(t *testing.T, address string) error {
	t.Helper()
	w, err := notify.NewWeb(address)
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	return w.Send(ctx, invitation)
}

func TestAGatewayGetsTheMessageAsJSON(t *testing.T) {
	var got casework.Message
	var kind, method string
	err := send(t, gateway(t, func(w http.ResponseWriter, r *http.Request) {
		kind, method = r.Header.Get("Content-Type"), r.Method
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
		w.WriteHeader(http.StatusAccepted)
	}))
	if err != nil || got != invitation || method != http.MethodPost || kind != "application/json; charset=utf-8" {
		t.Errorf("%v: %s %s %+v", err, method, kind, got)
	}
}

func TestWhatAGatewayRefusesIsNotSent(t *testing.T) {
	elsewhere := gateway(t, func(http.ResponseWriter, *http.Request) { t.Error("the message was carried elsewhere") })
	hang := make(chan bool)
	defer close(hang)
	for want, address := range map[string]string{
		"answered 500": gateway(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500); io.WriteString(w, invitation.To) }),
		"answered 404": gateway(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }),
		"answered 307": gateway(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere, http.StatusTemporaryRedirect)
		}),
		"answered 302":  gateway(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere, http.StatusFound) }),
		"in time":       gateway(t, func(_ http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body); <-hang }),
		"no connection": "http://127.0.0.1:1/send?key=OPERATORS-KEY",
	} {
		err := send(t, address)
		var trouble notify.Trouble
		if !errors.As(err, &trouble) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
		if err != nil && (strings.Contains(err.Error(), "OPERATORS-KEY") || strings.Contains(err.Error(), invitation.To)) {
			t.Errorf("told too much: %v", err)
		}
	}
}

func TestAnAddressOfNoGatewayIsRefused(t *testing.T) {
	for _, address := range []string{"", "gateway", "ftp://gateway/x", "http://gateway.example/x", "file:///etc/passwd", "https://", "://", "http:gateway", "https://a b/"} {
		if _, err := notify.NewWeb(address); err == nil {
			t.Errorf("%q was accepted", address)
		}
	}
}

func TestTheDemoRemembersTheLastHundred(t *testing.T) {
	m := &mouth{}
	clock := dbtest.NewClock()
	r := notify.NewRecent(m, clock.Now)
	if len(r.Newest()) != 0 {
		t.Error("something before the first")
	}
	for i := range 130 {
		msg := invitation
		msg.Text = fmt.Sprint("text ", i)
		must(t, r.Send(t.Context(), msg))
		clock.Move(time.Minute)
	}
	m.turn(notify.Trouble("no"))
	if err := r.Send(t.Context(), invitation); err == nil {
		t.Error("a failure was swallowed")
	}
	got := r.Newest()
	if len(got) != 100 || got[0].Text != "text 129" || got[99].Text != "text 30" || !got[1].At.Equal(dbtest.Friday.Add(128*time.Minute)) || len(m.said) != 130 {
		t.Errorf("%d remembered, from %+v to %+v", len(got), got[0], got[len(got)-1])
	}
}

func TestNumbersAreMasked(t *testing.T) {
	r := notify.NewRecent(&mouth{}, dbtest.NewClock().Now)
	for to, want := range map[string]string{"13905950001": "139****0001", "lin@example.com": "l****@example.com", "059512345": "****", "": "****",
		"@example.com": "@ex****.com", "林@example.com": "林****@example.com"} {
		msg := invitation
		msg.To = to
		must(t, r.Send(t.Context(), msg))
		if got := r.Newest()[0].To; got != want {
			t.Errorf("%q is shown as %q, want %q", to, got, want)
		}
	}
}

func TestTheDemoShowsItsMessages(t *testing.T) {
	policy, err := authz.Load(policies.Model, policies.Policy)
	must(t, err)
	e := echo.New()
	clock := dbtest.NewClock()
	site, err := page.New(e, page.Options{Policy: policy, FS: web.FS, Demo: true, Now: clock.Now, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	r := notify.NewRecent(&mouth{}, clock.Now)
	r.Pages(site)
	look := func(lang string) string {
		req := httptest.NewRequest(http.MethodGet, "/demo/messages", nil)
		req.Header.Set("Accept-Language", lang)
		w := httptest.NewRecorder()
		e.ServeHTTP(w, req)
		if w.Code != http.StatusOK {
			t.Fatal(w.Code, w.Body)
		}
		return w.Body.String()
	}
	if body := look("zh-CN"); !strings.Contains(body, "还没有短信") || !strings.Contains(body, `href="/demo/messages">演示短信</a>`) {
		t.Error("an empty page says nothing, or nothing leads to it")
	}
	for _, text := range []string{"first <b>", "second"} {
		must(t, r.Send(t.Context(), casework.Message{Channel: "sms", To: "13905950001", Text: text}))
	}
	must(t, r.Send(t.Context(), casework.Message{Channel: "email", To: "lin@example.com", Text: "third"}))
	body := look("en")
	for _, want := range []string{"first &lt;b&gt;", "Text message to 139****0001", "E-mail to l****@example.com"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not shown", want)
		}
	}
	if strings.Contains(body, "13905950001") || strings.Index(body, "second") > strings.Index(body, "first") {
		t.Error("a whole number is shown, or the oldest first")
	}
}

// Programs that share the folder of messages write one after the other, so that whoever must take its half line back on a full disk takes
// nobody else's. A half line that a killed program left spoils no other.
func TestMessagesOfTwoProgramsDoNotMeet(t *testing.T) {
	dir := t.TempDir()
	f := notify.NewFile(dir, dbtest.NewClock().Now, slog.Default())
	other := flock.New(filepath.Join(dir, ".lock"))
	must(t, other.Lock())
	short, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer stop()
	if err := f.Send(short, invitation); err == nil {
		t.Error("written although another program was writing")
	}
	must(t, other.Close())
	path := filepath.Join(dir, "2026-03-06.jsonl")
	must(t, os.WriteFile(path, []byte(`{"at":"2026-03-06T01:00:00Z","cha`), 0o600))
	must(t, f.Send(t.Context(), invitation))
	must(t, f.Send(t.Context(), invitation))
	text, err := os.ReadFile(path)
	must(t, err)
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d lines: %s", len(lines), text)
	}
	for _, l := range lines[1:] {
		var m casework.Message
		if err := json.Unmarshal([]byte(l), &m); err != nil || m != invitation {
			t.Errorf("%v: %s", err, l)
		}
	}
}
