package app_test

import (
	"crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"fengqiao/internal/app"
	"fengqiao/internal/backup"
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
}

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
// people sign in, everything that they saw they see, and work goes on. testdata/past holds one for each engine, made by
// go test ./internal/app -run TestThePast -past before a step is added; each must come up for as long as it lies there.
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
	if err != nil || len(found.Breaks) > 0 || found.Cases != len(was.Cases) {
		t.Errorf("the record of %d cases: %v, %v", found.Cases, found.Breaks, err)
	}
	r := signedIn(t, a, "su", housetest.Password)
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

// keep writes an installation of this schema with cases in many states, a file, and the keys.
func keep(t *testing.T, town *housetest.Town) {
	su := town.As(town.Su)
	was, works := told{Cases: map[string]any{}}, town.Works()
	path := "/cases/" + works[0].ID + "/attachments"
	su.SendAny("POST", path, housetest.File{Name: "漏水.png", Content: housetest.Pixel}).Is(201)
	path += "/" + su.Get("/cases/"+works[0].ID).Text("attachments.0.id")
	was.File = map[string]string{"path": "/api/v1" + path, "text": fmt.Sprintf("%x", su.Get(path).Is(200).Body)}
	for _, c := range works {
		var seen any
		if err := json.Unmarshal(su.Get("/cases/"+c.ID).Is(200).Body, &seen); err != nil {
			t.Fatal(err)
		}
		was.Cases[c.ID] = seen
	}
	was.At = town.Clock.Now()
	folder := filepath.Join("testdata", "past", lastStep(t)+"-"+town.Store.Dialect())
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	o := town.App.Backup()
	o.Database = dbtest.AddressOf(town.Store)
	taken, _, err := backup.Take(t.Context(), o, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	copyFile(t, taken, filepath.Join(folder, "backup"))
	for _, name := range keyFiles {
		copyFile(t, filepath.Join(town.App.Data, name), filepath.Join(folder, name))
	}
	text, err := json.MarshalIndent(was, "", " ")
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "told.json"), append(text, '\n'), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
