package app_test

import (
	"crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"fengqiao/internal/app"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
	"fengqiao/migrations"
)

var keepPast = flag.Bool("past", false, "keep an installation of this schema for the programs to come")

// told is an installation as people saw it when its backup was taken.
type told struct {
	At    time.Time         // the moment of the backup
	Cases map[string]any    // what GET /cases/{id} answered to its host, by id
	File  map[string]string // an attached file: its path, and its text in hexadecimal

	// Pasts from step 63 on tell these too.
	Chained int         `json:",omitempty"` // cases of the record; 0: those of Cases
	Seen    []seen      `json:",omitempty"` // what else people read
	Ways    []wayIn     `json:",omitempty"` // who signs in how
	Joined  [][2]string `json:",omitempty"` // parties, and the agreement that each joined after
}

// seen is what somebody read at a path.
type seen struct {
	Who, Path string
	Answer    any
}

// wayIn is how somebody signs in: with a password that was given to them, with a second factor.
type wayIn struct{ Who, Password, Secret string }

// lastStep is the number of this program's last step.
func lastStep(t *testing.T) string {
	t.Helper()
	steps, err := migrations.FS.ReadDir("sqlite")
	if err != nil {
		t.Fatal(err)
	}
	return steps[len(steps)-1].Name()[:5]
}

// An installation of an earlier schema, put back from a backup of its time, comes up under this program: its record holds, its
// people sign in, everything that they saw they see, and work goes on. testdata/past holds some for each engine, made by
// go test ./internal/app -run TestThePastComesUp -past before a step is added; each must come up for as long as it lies there.
func TestThePastComesUp(t *testing.T) {
	if *keepPast {
		housetest.Each(t, keep)
		return
	}
	for _, d := range dbtest.Dialects() {
		pasts, err := filepath.Glob(filepath.Join("testdata", "past", "*-"+d))
		if err != nil || len(pasts) == 0 {
			t.Fatalf("no past of %s: %v", d, err)
		}
		for _, folder := range pasts {
			t.Run(filepath.Base(folder), func(t *testing.T) { comesUp(t, folder, d) })
		}
	}
}

var keyFiles = []string{"keys", "caucus-keys", "receipt-keys"}

func comesUp(t *testing.T, folder, dialect string) {
	var was told
	text, err := os.ReadFile(filepath.Join(folder, "told.json"))
	if err == nil {
		err = json.Unmarshal(text, &was)
	}
	if err != nil {
		t.Fatal(err)
	}
	o := app.Options{Database: dbtest.Bare(t, dialect), Data: t.TempDir(), Random: rand.Reader, AnyUse: true, SecondFactor: app.FactorOffered, PublicRate: 1000, Version: "test",
		Now: func() time.Time { return was.At.Add(time.Hour) }}
	for _, name := range keyFiles {
		copyFile(t, filepath.Join(folder, name), filepath.Join(o.Data, name))
	}
	if _, err := app.Restore(t.Context(), o, filepath.Join(folder, "backup"), false); err != nil {
		t.Fatal(err)
	}
	a := opened(t, o)
	found, err := a.Verify(t.Context())
	if err != nil || len(found.All()) > 0 || found.Cases != max(was.Chained, len(was.Cases)) {
		t.Errorf("the record of %d cases: %v, %v", found.Cases, found.All(), err)
	}
	r := signedIn(t, a, "su", housetest.Password)
	more(t, a, was)
	for id, before := range was.Cases {
		var now any
		r.ask("GET", "/api/v1/cases/"+id, nil, &now)
		for _, l := range lost("", before, now) {
			t.Errorf("case %s: %s", id, l)
		}
	}
	if got := r.raw("GET", was.File["path"], nil); fmt.Sprintf("%x", got) != was.File["text"] {
		t.Errorf("the file is %d bytes, another one", len(got))
	}
	var filed struct{ Reference string }
	r.ask("POST", "/api/v1/cases", housetest.Leak(), &filed)
	if filed.Reference == "" {
		t.Error("no case can be filed")
	}
}

// more holds what else was told: how people come in, what they read, and whom the agreement before does not bind.
func more(t *testing.T, a *app.App, was told) {
	t.Helper()
	readers := map[string]*reader{}
	for _, w := range was.Ways {
		in, opened := map[string]string{"login": w.Who, "password": w.Password}, struct{ Token string }{}
		if w.Secret != "" {
			code, err := totp.GenerateCode(w.Secret, a.Now())
			if err != nil {
				t.Fatal(err)
			}
			in["code"] = code
		}
		r := &reader{t: t, handler: a.Handler()}
		r.ask("POST", "/api/v1/sessions", in, &opened)
		r.token = opened.Token
		readers[w.Who] = r
	}
	for _, s := range was.Seen {
		r := readers[s.Who]
		if r == nil {
			r = signedIn(t, a, s.Who, housetest.Password)
			readers[s.Who] = r
		}
		var now any
		r.ask("GET", "/api/v1"+s.Path, nil, &now)
		for _, l := range lost("", s.Answer, now) {
			t.Errorf("%s at %s: %s", s.Who, s.Path, l)
		}
	}
	pool, err := a.Store.Pool()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range was.Joined {
		var after string
		err := pool.QueryRowContext(t.Context(), "SELECT COALESCE(CAST(joined_after AS text), '') FROM case_parties WHERE id = '"+p[0]+"'").Scan(&after)
		if err != nil || after != p[1] {
			t.Errorf("party %s joined after %q, not %s: %v", p[0], after, p[1], err)
		}
	}
}

// changesWhatIsThere is a statement of a step that touches tables, or rows of them, that are there already.
var changesWhatIsThere = regexp.MustCompile(`(?im)^\s*(UPDATE|DELETE\s+FROM|INSERT\s+INTO|ALTER\s+TABLE|DROP\s+TABLE)\b`)

// The newest past is of the step before the last one that changes what is there, or newer, so that this is tried on rows of its time;
// and never more than a few steps old.
func TestThePastIsRecent(t *testing.T) {
	const few = 5
	for _, d := range dbtest.Dialects() {
		steps, err := fs.ReadDir(migrations.FS, d)
		if err != nil {
			t.Fatal(err)
		}
		var newest, needed int
		for _, s := range steps {
			text, err := fs.ReadFile(migrations.FS, d+"/"+s.Name())
			if err != nil {
				t.Fatal(err)
			}
			if n := stepOf(t, s.Name()); changesWhatIsThere.Match(text) {
				needed = n - 1
			}
		}
		needed = max(needed, stepOf(t, lastStep(t))-few)
		pasts, err := filepath.Glob(filepath.Join("testdata", "past", "*-"+d))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pasts {
			newest = max(newest, stepOf(t, filepath.Base(p)))
		}
		if newest < needed {
			t.Errorf("the newest past of %s is of step %d, and it must be of step %d or later: in a worktree of a commit whose last step that is, make one with "+
				"go run ./internal/db/dbtest/withpostgres go test ./internal/app -run TestThePastComesUp -past, and bring its folders in internal/app/testdata/past here", d, newest, needed)
		}
	}
}

// stepOf is that of a step at the beginning of a name.
func stepOf(t *testing.T, name string) int {
	t.Helper()
	digits, _, _ := strings.Cut(strings.Replace(name, "-", "_", 1), "_")
	n, err := strconv.Atoi(digits)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// reckoned is what an answer says of what may or must be done: it follows the day and the program.
var reckoned = []string{"next", "clocks", "blocked", "findings", "may"}

// lost names what was told before and is not told now.
func lost(path string, before, now any) (out []string) {
	switch b := before.(type) {
	case map[string]any:
		n, _ := now.(map[string]any)
		for k, v := range b {
			if k == "born_on" && b["id_number"] != nil { // told of old, and withheld beside a masked number now (P3)
				if n[k] != nil {
					out = append(out, path+"."+k+" is told beside a masked number")
				}
				continue
			}
			if !slices.Contains(reckoned, k) {
				out = append(out, lost(path+"."+k, v, n[k])...)
			}
		}
	case []any:
		n, _ := now.([]any)
		if len(n) != len(b) {
			return []string{fmt.Sprintf("%s had %d, has %d", path, len(b), len(n))}
		}
		for i, v := range b {
			out = append(out, lost(fmt.Sprintf("%s.%d", path, i), v, n[i])...)
		}
	default:
		if !reflect.DeepEqual(before, now) {
			out = append(out, fmt.Sprintf("%s was %v, is %v", path, before, now))
		}
	}
	return out
}
