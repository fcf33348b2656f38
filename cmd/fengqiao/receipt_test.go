package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/db/dbtest"
)

// fetched asks a running server, and gives the answer's bytes.
func (o operator) fetched(method, address, token, body string) []byte {
	o.Helper()
	req, err := http.NewRequestWithContext(o.Context(), method, address, strings.NewReader(body))
	if err != nil {
		o.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		o.Fatal(err)
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= http.StatusBadRequest {
		o.Fatalf("%s %s: %d %s %v", method, address, res.StatusCode, out, err)
	}
	return out
}

func (o operator) keeps(name string, text []byte) string {
	o.Helper()
	path := filepath.Join(o.folder, name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		o.Fatal(err)
	}
	return path
}

const filing = `{"category":"1306","area_code":"350503001001","title":"楼上漏水","facts":"漏水","request":"修好",
 "applicant":{"kind":"person","name":"林秀英","phone":"13800138000","address":"石笋巷"},
 "respondents":[{"kind":"person","name":"陈志强","phone_reason":"不知道"}]}`

// A party files, takes receipts home, and has them checked while the server is off and its folder is out of reach.
func TestAReceiptIsVerifiedWithTheServerOff(t *testing.T) {
	if !slices.Contains(dbtest.Dialects(), "sqlite") {
		return // its database is a SQLite file
	}
	o := newOperator(t)
	address, out, end := o.serves()
	if !strings.Contains(out.String(), "that signs receipts") {
		t.Error(out)
	}
	address += "/api/v1"
	var filed, entered map[string]any
	o.must(json.Unmarshal(o.fetched("POST", address+"/cases", "", filing), &filed))
	o.must(json.Unmarshal(o.fetched("POST", address+"/access", "", `{"reference":"`+filed["reference"].(string)+`","code":"`+filed["access_code"].(string)+`"}`), &entered))
	this, token := address+"/cases/"+filed["id"].(string), entered["token"].(string)
	earlier := o.keeps("earlier.json", o.fetched("GET", this+"/receipt", token, ""))
	o.fetched("POST", this+"/record-needs", token, `{"language":"minnan"}`)
	text := o.fetched("GET", this+"/receipt", token, "")
	later, answered := o.keeps("later.json", text), o.keeps("answered.json", o.fetched("GET", address+"/receipt-keys", "", ""))
	code, keys := o.run("", "receipt-keys")
	if code != 0 {
		t.Fatal(keys)
	}
	printed := o.keeps("printed", []byte(keys))
	end()
	if code, out := o.run("", "verify"); code != 0 || !strings.Contains(out, "Everything holds. Read: 1 cases") {
		t.Error(code, out)
	}
	o.comparesBook()
	o.turnsKeys()
	_, strange := o.run("", "receipt-keys", "--receipt-keys", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")
	other := o.keeps("other", []byte(strange))
	t.Setenv("FENGQIAO_DATABASE_URL", "nonsense")
	changed := o.keeps("changed.json", []byte(strings.Replace(string(text), `"record_needs"`, `"record_deeds"`, 1)))
	cut := o.keeps("cut.json", text[:len(text)/2])
	for _, c := range []struct {
		args, want string
		code       int
	}{
		{later, "The receipt holds", 0},
		{later + " --key " + printed, "signed by key", 0},
		{later + " --key " + answered + " --earlier " + earlier, "is its beginning", 0},
		{earlier + " --key " + answered + " --earlier " + later, "entries are missing", 1},
		{changed, "entry 2 does not give its hash", 1},
		{cut, "the file is cut short", 1},
		{later + " --key " + other, "it is signed by another key", 1},
		{later + " --key " + cut, "the key file", 1},
		{later + " --earlier " + cut, "the earlier receipt does not hold", 1},
		{filepath.Join(o.folder, "none"), "no such file", 1},
		{"", "<file>", 2},
	} {
		code, out := o.run("", append([]string{"verify", "receipt"}, strings.Fields(c.args)...)...)
		if code != c.code || !strings.Contains(out, c.want) || strings.Count(strings.TrimSpace(out), "\n") > 1 {
			t.Errorf("verify receipt %s: %d %s", c.args, code, out)
		}
	}
	if !regexp.MustCompile(`^# .+\n[0-9a-f]{16} \S{44}\n$`).MatchString(keys) {
		t.Error(keys)
	}
}

func (o operator) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

// turnsKeys turns the master key from the console, and has everything verified before and after, with a report.
func (o operator) turnsKeys() {
	o.Helper()
	report := o.keeps("report", nil)
	if code, out := o.run("", "verify", "--report", report); code != 1 {
		o.Errorf("it wrote over a file: %d %s", code, out)
	}
	report += "-new"
	steps := []struct {
		args []string
		says string
	}{
		{[]string{"verify", "--report", report}, "Everything holds"}, {[]string{"keys"}, "seals"}, {[]string{"keys", "add"}, "New key"}, {[]string{"keys", "turn"}, "values were sealed anew"},
		{[]string{"keys", "turn"}, "0 values were sealed anew"}, {[]string{"keys", "add", "--caucus", "--opens-only"}, "opens from the next start on"}, {[]string{"verify"}, "Everything holds"},
	}
	for _, s := range steps {
		if code, out := o.run("", s.args...); code != 0 || !strings.Contains(out, s.says) {
			o.Errorf("%v: %d %s", s.args, code, out)
		}
	}
	if text, err := os.ReadFile(report); err != nil || !strings.Contains(string(text), "Breaks: 0.") || !strings.Contains(string(text), "1 cases, 1 chains") {
		o.Errorf("reported %s, %v", text, err)
	}
}

// comparesBook asks verify to compare with books, on a database that has sealed no day yet.
func (o operator) comparesBook() {
	o.Helper()
	for i, c := range []struct{ book, want string }{
		{"# day, digest\n2026-01-05  0123 4567 89ab cdef 0123 4567 89ab cdef\n", "the digest of 2026-01-05 is not the one of the book"},
		{"# day, digest\n2026-01-05  0123 4567\n", "Line 2 is no day"},
		{"# day, digest\n", "there is no day in"},
	} {
		code, out := o.run("", "verify", "--book", o.keeps(fmt.Sprintf("book-%d", i), []byte(c.book)))
		if code != 1 || !strings.Contains(out, c.want) || strings.Contains(out, "Everything holds") {
			o.Errorf("verify --book with %q: %d %s", c.book, code, out)
		}
	}
	if code, out := o.run("", "verify", "--book", filepath.Join(o.folder, "no-book")); code != 1 || !strings.Contains(out, "no such file") {
		o.Errorf("verify --book without the file: %d %s", code, out)
	}
}
