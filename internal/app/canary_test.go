package app_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/vault"
)

const (
	canary = "金丝雀七七三一"            // said in a caucus
	kept   = "石笋巷八十八号"            // said by Lin, to be kept from the other side
	waits  = "蓝鹊九一五四"             // told in a filing that waits
	phone  = "13777131971"        // named in it
	number = "11010519491231002X" // Lin's identity number
)

// aviary is a town with a case in which something was said in a caucus, and everybody who might hear it.
type aviary struct {
	*housetest.Town
	t         *testing.T
	c         *housetest.Case
	session   string
	held      string         // a filing that waits for Home
	lin, chen housetest.Hand // by code, as most parties come
	kinds     []string       // of what addresses name, and what it is here
	names     *strings.Replacer
	heard     map[string]bool // where something was answered at all
	packed    map[string]bool // where what was looked for was found in a wrapping: a table, a dossier
}

func newAviary(t *testing.T, s *db.Store) *aviary {
	town := housetest.New(t, s)
	filing := housetest.Leak()
	filing["applicant"].(m)["address"], filing["facts"] = kept, kept+"漏水"
	c := town.As(nil).Files(filing)
	su := town.As(town.Su)
	su.Met(c, town.Su)
	sitting := c.Sitting()
	sitting["kind"], sitting["attending"], sitting["starts_at"] = "caucus", []string{c.Applicant}, "2026-03-06T01:00:00Z"
	for _, field := range []string{"record", "result", "matter", "interviewee"} {
		sitting[field] = canary
	}
	a := &aviary{Town: town, t: t, c: c, heard: map[string]bool{}, packed: map[string]bool{}}
	if got := su.Does(c, "open-session", sitting).Is(200); got.Holds(canary) {
		t.Errorf("the answer to whoever wrote it down repeats it: %s", got.Body)
	}
	a.session = c.Last.Text("sessions.1.id")
	a.holds()
	su.Does(c, "schedule-session", m{"starts_at": "2026-03-09T01:00:00Z", "ends_at": "2026-03-09T02:00:00Z", "place": "调解室"}).Is(200)
	file := su.SendAny("POST", "/cases/"+c.ID+"/attachments", housetest.File{Name: "a.png", Content: housetest.Pixel}).Is(201)
	letter := su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201)
	su.Sees(c)
	a.lin, a.chen = town.Party(c, c.Code), town.Party(c, letter.Text("letter.code"))
	a.named(append(a.others(), "{appointment}", c.Last.Text("appointments.0.id"), "{session}", a.session, "{attachment}", file.Text("id"), ":file", file.Text("id"),
		"held-filings/{id}", "held-filings/"+a.held, "held-filings/:id", "held-filings/"+a.held, "cases/{id}", "cases/"+c.ID, "cases/:id", "cases/"+c.ID, "mine/:id", "mine/"+c.ID, "mediators/{id}", "mediators/"+town.Su.Mediator.String(),
		"{id}", town.Home.ID.String(), ":id", town.Home.ID.String(), ":token", "none")...)
	return a
}

// named says what addresses mean by a name, before all that was said.
func (a *aviary) named(kinds ...string) {
	a.kinds = append(kinds, a.kinds...)
	a.names = strings.NewReplacer(a.kinds...)
}

// others makes what is no case, of whose pages some repeat what was said in one, and names it as addresses do.
func (a *aviary) others() (names []string) {
	county, over := a.As(a.County), a.As(nil).Files()
	longAgo(a.t, a.Town, over)
	made := func(h housetest.Hand, path string, body m) string {
		return h.Post(path, body).Is(http.StatusCreated).Text("id")
	}
	for kind, id := range map[string]string{
		"complaints":    made(a.lin, "/cases/"+a.c.ID+"/complaints", m{"mediator_id": a.Su.Mediator, "kind": "K1", "text": "听的多是另一方的话"}),
		"data-requests": made(a.lin, "/cases/"+a.c.ID+"/data-requests", m{"kind": "correction", "item": "address", "right": "少林路 9 号"}),
		"disposals":     made(county, "/disposals", m{"case_ids": []string{over.ID}}),
		"rounds":        made(county, "/review/rounds", m{"name": "三月评查", "area_code": housetest.Fengze, "from": a.Today().Plus(-5), "to": a.Today(), "rate_rest": 50}),
		"retention":     over.ID,
	} {
		names = append(names, kind+"/{id}", kind+"/"+id, kind+"/:id", kind+"/"+id)
	}
	return names
}

// holds files what waits for Home, and has a code sent for it.
func (a *aviary) holds() {
	bounds := a.App.Holding.Bounds
	a.App.Holding.Texts, a.App.Holding.Bounds.Committee = true, 1
	filing := housetest.Leak()
	filing["title"], filing["facts"], filing["request"] = waits, waits+"漏水", waits
	filing["applicant"] = m{"kind": "person", "name": waits, "phone": phone, "address": waits}
	filing["respondents"] = []m{{"kind": "person", "name": waits, "phone": nil, "phone_reason": waits}}
	got := a.As(nil).Post("/cases", filing).Is(http.StatusAccepted)
	a.As(nil).Post("/filing-codes", m{"reference": got.Text("reference"), "access_code": got.Text("access_code")}).Is(http.StatusCreated)
	a.held, a.App.Holding.Bounds = got.Text("id"), bounds
}

// readsHeld are who may open what waits for Home, there and nowhere else.
func readsHeld(who, path string) bool {
	return strings.HasPrefix(path, "/held-filings") && slices.Contains([]string{"su", "hong", "zheng", "chair", "station"}, who)
}

// readers are everybody of the town, and both parties by code.
func (a *aviary) readers() map[string]housetest.Hand {
	out := map[string]housetest.Hand{"Lin by code": a.lin, "Chen by code": a.chen}
	for _, who := range everybody(a.Town) {
		out[who.name()] = a.As(who.who)
	}
	return out
}

// paths are the addresses that can be read, with what is asked there: searches, exports, periods.
func (a *aviary) paths() (api, pages []string) {
	asked := map[string][]string{"/cases": {"?q=" + canary, "?q=陈志强", "?q=" + a.c.Reference, "?limit=100"}, "/desk/cases": {"?q=" + canary, "?q=陈志强"},
		"/reports/case-table": {"?format=csv", "?area=350503", "?area=350503&format=csv&from=2026-01-01&to=2026-12-31"}, "/reports/briefing": {"?area=350503&from=2026-01-01&to=2026-12-31"},
		"/reports/trend": {"?area=350503"}, "/reports/funnel": {"?area=350503", "?area=350503&format=csv"}, "/registry/lookup": {"?area=" + string(housetest.Shaolin)}, "/registry/mediators": {"?committee_id=" + a.Home.ID.String()}}
	add := func(to *[]string, path string) {
		if before, form := strings.CutSuffix(strings.Replace(path, "{form}", ":form", 1), ":form"); form { // each paper
			for _, paper := range strings.Fields("f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 f13 f14 f15 f16 f17a f17b f17c f17d") {
				*to = append(*to, before+paper)
			}
			return
		}
		*to = append(*to, path)
		for _, q := range asked[path] {
			*to = append(*to, path+q)
		}
	}
	for _, r := range a.App.API.Routes() {
		if r.Method == http.MethodGet {
			add(&api, a.names.Replace(strings.TrimPrefix(r.Path, "/api/v1")))
		}
	}
	for _, r := range a.App.Site.Routes() {
		if r.Method == http.MethodGet {
			add(&pages, a.names.Replace(r.Path))
		}
	}
	return api, pages
}

// crawl reads every address as everybody and tells where a text was heard; the note itself is for Su.
func (a *aviary) crawl(text string, as map[string]housetest.Hand) (found []string) {
	api, pages := a.paths()
	for who, hand := range as {
		look := func(path string, got housetest.Answer) {
			if got.Status == http.StatusOK {
				a.heard[path] = true
			}
			if got.Status >= 500 {
				a.t.Errorf("%s as %s: %d", path, who, got.Status)
			}
			if got.Holds(text) && !(who == "su" && strings.HasSuffix(path, "/note")) && !echoed(got, text) {
				found = append(found, who+" at "+path)
				a.packed[path] = !bytes.Contains(got.Body, []byte(text))
			}
			if (got.Holds(waits) || got.Holds(phone)) && !readsHeld(who, path) {
				a.t.Errorf("what a filing that waits tells is heard: %s at %s", who, path)
			}
			if got.Holds(number) {
				a.t.Errorf("the identity number is heard: %s at %s", who, path)
			}
			a.Later(20 * time.Millisecond)
		}
		for _, p := range api {
			look(p, hand.Get(p))
		}
		for _, p := range pages {
			look(p, hand.Page(http.MethodGet, p, nil))
		}
	}
	slices.Sort(found)
	return found
}

// echoed tells whether a page holds a text only where it gives back what was searched for.
func echoed(got housetest.Answer, text string) bool {
	return strings.Contains(got.What(), "q="+text) && strings.Count(string(got.Body), text) == strings.Count(string(got.Body), `value="`+text+`"`)
}

// ground looks at what lies still: every value of every table, opened with the vault's key where it opens, the files of
// the database and of the data folder, the log.
func (a *aviary) ground(text string) (found []string) { return a.grounds(text)[text] }

// grounds is ground for several texts, read once.
func (a *aviary) grounds(texts ...string) map[string][]string {
	found := map[string][]string{}
	look := func(where string, in ...string) {
		for _, text := range texts {
			if slices.ContainsFunc(in, func(s string) bool { return strings.Contains(s, text) }) {
				found[text] = append(found[text], where)
			}
		}
	}
	tables := schemaOf(a.t, a.Store)
	pool, err := a.Store.Pool()
	if err != nil {
		a.t.Fatal(err)
	}
	for name := range tables {
		for _, column := range sortedKeys(tables[name].columns) {
			for _, row := range query(a.t, pool, fmt.Sprintf("SELECT %s, %s FROM %s", idOf(tables[name]), column, name)) {
				plain := row[1]
				id, err := ident.ParseID(row[0])
				if opened, e := a.App.Vault.Open(vault.Place{Table: name, Column: column, Row: id}, []byte(row[1])); err == nil && e == nil {
					plain += opened
				}
				look(name+"."+column, plain)
			}
		}
	}
	folders := []string{a.App.Data}
	if a.Store.Dialect() == "sqlite" {
		for _, r := range query(a.t, pool, "SELECT file FROM pragma_database_list WHERE name = 'main'") {
			folders = append(folders, filepath.Dir(r[0]))
		}
	}
	for _, text := range texts {
		for _, folder := range folders {
			found[text] = append(found[text], filesWith(a.t, text, folder)...)
		}
	}
	look("log", a.Logged())
	for text := range found {
		slices.Sort(found[text])
		found[text] = slices.Compact(found[text])
	}
	return found
}

func idOf(tb *table) string {
	if tb.columns["id"] != "" {
		return "id"
	}
	return "''"
}

func filesWith(t *testing.T, text, folder string) (found []string) {
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(text)) {
			found = append(found, "file "+filepath.Base(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// What was said in a caucus is heard nowhere but at its own address by who was present, and lies nowhere readable.
func TestT8_WhatWasSaidInACaucusIsHeardNowhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		a := newAviary(t, s)
		if !a.As(a.Su).Get("/cases/" + a.c.ID + "/sessions/" + a.session + "/note").Is(200).Holds(canary) {
			t.Fatal("Su does not read it herself: the rest would prove nothing")
		}
		for _, where := range a.crawl(canary, a.readers()) {
			t.Errorf("heard: %s", where)
		}
		for _, path := range []string{"/cases", "/cases/" + a.c.ID, "/cases/" + a.c.ID + "/timeline", "/cases/" + a.c.ID + "/receipt", "/mine/" + a.c.ID + "/receipt", "/mine/" + a.c.ID + "/receipt/file", "/desk/cases/" + a.c.ID, "/mine/" + a.c.ID, "/reports/case-table?area=350503&format=csv&from=2026-01-01&to=2026-12-31"} {
			if !a.heard[path] {
				t.Errorf("nobody was answered at %s", path)
			}
		}
		for _, where := range a.ground(canary) {
			t.Errorf("lies in %s", where)
		}
		if got := a.As(a.Su).Get("/held-filings/" + a.held).Is(200); !got.Holds(waits) || !got.Holds(phone) {
			t.Errorf("whoever may open what waits does not read it: %s", got.Body)
		}
		for _, where := range append(a.ground(waits), a.ground(phone)...) {
			if where != "held_filings.filing_sealed" && where != "outbox.payload" { // the code goes to the telephone
				t.Errorf("what a filing that waits tells lies in %s", where)
			}
		}
		for _, where := range a.ground(number) {
			if where != "case_parties.id_number_sealed" {
				t.Errorf("the identity number lies in %s", where)
			}
		}
	})
}

// What Lin told to be kept from the other side is not heard by Chen, nor by whoever sees no names.
func TestT8_WhatAPartyKeepsIsNotHeardByTheOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		a := newAviary(t, s)
		all := a.readers()
		some := map[string]housetest.Hand{}
		for _, who := range []string{"Chen by code", "county", "bureau", "court", "housing", "anyone", "wang", "hong"} {
			some[who] = all[who]
		}
		for _, where := range a.crawl(kept, some) {
			t.Errorf("heard: %s", where)
		}
		for _, where := range a.ground(kept) {
			if !slices.Contains([]string{"case_parties.address_sealed", "dispute_cases.facts_sealed", "journal.words_sealed"}, where) {
				t.Errorf("lies in %s", where)
			}
		}
		if len(a.crawl(kept, map[string]housetest.Hand{"su": all["su"]})) == 0 {
			t.Error("not even Su reads it: the rest proves nothing")
		}
	})
}

// Let out on purpose, it is heard: each place once.
func TestT8_ALeakIsHeard(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		a := newAviary(t, s)
		su := a.As(a.Su)
		su.Does(a.c, "amend", m{"set": m{"title": canary}, "reason": "x"}).Is(200)
		heard := a.crawl(canary, map[string]housetest.Hand{"chair": a.As(a.Zheng), "Lin by code": a.lin, "Chen by code": a.chen})
		for _, want := range []string{"chair at /cases", "chair at /cases/" + a.c.ID, "chair at /cases/" + a.c.ID + "/timeline", "chair at /desk/cases/" + a.c.ID,
			"Lin by code at /cases/" + a.c.ID} {
			if !slices.Contains(heard, want) {
				t.Errorf("not heard: %s in %q", want, heard)
			}
		}
		if !slices.Contains(slices.Collect(maps.Values(a.packed)), true) {
			t.Error("it is in no table and no dossier: whatever is packed is not heard")
		}
		for _, where := range heard {
			if strings.HasPrefix(where, "Chen") {
				t.Errorf("the title is the applicant's own word, and Chen hears it: %s", where)
			}
		}
		a.App.Log.Error("leak", "text", canary)
		id, err := ident.ParseID(a.c.ID)
		if err == nil {
			err = s.Do(context.Background(), actor.System, id.County(), func(tx *db.Tx) error {
				letter := tx.NewID()
				return journal.Post(tx, letter, "message", id, a.App.Vault.Seal(vault.Place{Table: "outbox", Column: "payload", Row: letter}, canary))
			})
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(a.App.Data, "messages.jsonl"), []byte(canary), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"dispute_cases.title", "file messages.jsonl", "journal.words_sealed", "log", "outbox.payload"}
		if s.Dialect() == "sqlite" {
			want = append(want, "file ") // the title's page
		}
		lies := a.ground(canary)
		for _, w := range want {
			if !slices.ContainsFunc(lies, func(l string) bool { return strings.HasPrefix(l, w) }) {
				t.Errorf("not found in %s: %q", w, lies)
			}
		}
	})
}
