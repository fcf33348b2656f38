package app_test

import (
	"context"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/app"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
	"fengqiao/internal/turn"
)

// longAgo files a case away whose time is over.
func longAgo(t *testing.T, town *housetest.Town, cases ...*housetest.Case) {
	t.Helper()
	for _, c := range cases {
		err := town.Store.Do(context.Background(), actor.System, housetest.Fengze.County(), func(tx *db.Tx) error {
			return tx.Rows().Exec("UPDATE dispute_cases SET state = 'archived', archived_at = ?, retention = 'short', retain_until = '2026-03-05' WHERE county_code = ? AND id = ?", tx.Now, housetest.Fengze.County(), c.ID).Error
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// destroyed has some cases destroyed by two persons.
func destroyed(t *testing.T, town *housetest.Town, in *app.App, cases ...*housetest.Case) {
	t.Helper()
	home := town.Approved(cases...)
	if n, err := in.Disposal.CarryOut(t.Context()); err != nil || n != len(cases) {
		t.Fatalf("%d of %d destroyed: %v", n, len(cases), err)
	}
	if got := town.As(town.County).Get(home); got.Text("destroyed") != strconv.Itoa(len(cases)) {
		t.Fatalf("%s", got.Body)
	}
}

// words that are planted in a dossier wherever somebody may write: none may be left of it.
var plantedWords = []string{"欧阳金丝", "尉迟雀羽", "13855557777", "朱雀楼西面的水管", "雀鸣巷九号", "雀语", "雀舌", canary}

// sings is an aviary with a case that says its words everywhere, with whoever reads it.
func sings(t *testing.T, s *db.Store) *aviary {
	town := housetest.New(t, s)
	c := town.As(nil).Files(m{"title": "朱雀楼西面的水管", "facts": "雀语说的事情", "request": "雀语说的请求",
		"applicant":   m{"kind": "person", "name": "欧阳金丝", "id_number": "11010519491231002X", "phone": "13855557777", "address": "雀鸣巷九号", "email": "que@example.com"},
		"respondents": []m{{"kind": "person", "name": "尉迟雀羽", "phone": "13855557778"}}})
	su := town.As(town.Su)
	su.Met(c, town.Su)
	sitting := c.Sitting()
	sitting["kind"], sitting["attending"], sitting["starts_at"], sitting["place"] = "caucus", []string{c.Applicant}, "2026-03-06T01:00:00Z", "雀鸣巷九号"
	for _, field := range []string{"record", "result", "matter", "interviewee"} {
		sitting[field] = canary
	}
	su.Does(c, "open-session", sitting).Is(200)
	a := &aviary{Town: town, t: t, c: c, heard: map[string]bool{}, packed: map[string]bool{}, session: c.Last.Text("sessions.1.id")}
	su.Does(c, "schedule-session", m{"starts_at": "2026-03-09T01:00:00Z", "ends_at": "2026-03-09T02:00:00Z", "place": "雀鸣巷九号"}).Is(200)
	file := su.SendAny("POST", "/cases/"+c.ID+"/attachments", housetest.File{Name: "雀舌.png", Content: housetest.Pixel}).Is(201)
	letter := su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201)
	su.Sees(c)
	a.lin, a.chen = town.Party(c, c.Code), town.Party(c, letter.Text("letter.code"))
	a.lin.Post("/cases/"+c.ID+"/data-requests", m{"kind": "correction", "item": "address", "right": "雀鸣巷九号", "why": "雀语"})
	a.lin.Post("/cases/"+c.ID+"/complaints", m{"kind": "biased", "mediator_id": town.Su.Mediator, "text": "雀语说调解员", "name": "欧阳金丝"})
	su.Does(c, "fix-agreement", m{"facts": "雀语说的事实", "issues": "雀语说的争议", "copies": 3, "clauses": []m{{"text": "尉迟雀羽赔偿欧阳金丝。",
		"obligation": m{"debtor_party_id": c.Respondent, "creditor_party_id": c.Applicant, "kind": "pay", "amount_fen": 180000, "due": town.Today().Plus(10), "manner": "雀语转账"}}}}).Is(200)
	a.names = strings.NewReplacer("{session}", a.session, "{attachment}", file.Text("id"), ":file", file.Text("id"), "cases/{id}", "cases/"+c.ID, "cases/:id", "cases/"+c.ID, "mine/:id", "mine/"+c.ID,
		"retention/{id}", "retention/"+c.ID, "retention/:id", "retention/"+c.ID, "{id}", town.Home.ID.String(), ":id", town.Home.ID.String(), ":token", "none")
	return a
}

// settled closes whatever keeps a dossier from being destroyed, and files it away.
func (a *aviary) settled(t *testing.T) {
	t.Helper()
	err := a.Store.Do(context.Background(), actor.System, housetest.Fengze.County(), func(tx *db.Tx) error {
		for _, sql := range []string{"UPDATE complaints SET state = 'decided' WHERE county_code = ?", "UPDATE data_requests SET state = 'decided' WHERE county_code = ?", "UPDATE anomaly_flags SET state = 'cleared' WHERE county_code = ?"} {
			if err := tx.Rows().Exec(sql, housetest.Fengze.County()).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	longAgo(t, a.Town, a.c)
	a.Later(25 * time.Hour)
	a.SignInAgain()
}

// What was said in a destroyed dossier, by whom and about whom, is in no table, file, search or page afterwards; the record holds, keys
// turn over what is left, and nothing else was touched.
func TestR3_WhatIsDestroyedIsFoundNowhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		a := sings(t, s)
		other := a.As(nil).Files()
		before := a.grounds(plantedWords...)
		for _, word := range plantedWords {
			if word != canary && len(before[word]) == 0 { // the note lies under a key of its own, and is heard at its address alone
				t.Errorf("%s lies nowhere before: the test is deaf to it", word)
			}
		}
		if _, err := a.App.Seals.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		a.settled(t)
		if _, err := a.App.Seals.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		destroyed(t, a.Town, a.App, a.c)
		words := append(slices.Clone(plantedWords), "que@example.com", "13855557778", "11010519491231002X")
		after := a.grounds(words...)
		for _, word := range words {
			found := after[word]
			if word == "11010519491231002X" { // the other case is the same person's
				found = slices.DeleteFunc(found, func(where string) bool {
					return where == "case_parties.id_number_sealed" || where == "journal.words_sealed"
				})
			}
			if len(found) > 0 {
				t.Errorf("%s lies in %v", word, found)
			}
		}
		api, pages := a.paths()
		for who, hand := range map[string]housetest.Hand{"su": a.As(a.Su), "county": a.As(a.County), "the party": a.Party(a.c, a.c.Code)} {
			for _, p := range api {
				a.silent(t, who, hand.Get(p))
			}
			for _, p := range pages {
				a.silent(t, who, hand.Page(http.MethodGet, p, nil))
			}
		}
		holds := func(in *app.App) {
			t.Helper()
			if found, err := in.Verify(t.Context()); err != nil || len(found.All()) > 0 {
				t.Errorf("%v, %v", found.All(), err)
			}
		}
		holds(a.App)
		if got := a.As(a.Su).Get("/cases/" + other.ID).Is(200); !got.Holds("林秀英") {
			t.Errorf("another case lost its words: %s", got.Body)
		}
		a.turnsOver(t, holds)
	})
}

func (a *aviary) silent(t *testing.T, who string, got housetest.Answer) {
	t.Helper()
	if got.Status >= 500 {
		t.Errorf("%s as %s: %d", got.What(), who, got.Status)
	}
	for _, word := range plantedWords {
		if got.Holds(word) && !echoed(got, word) {
			t.Errorf("%s as %s holds %s", got.What(), who, word)
		}
	}
}

// turnsOver turns the keys over what was destroyed.
func (a *aviary) turnsOver(t *testing.T, holds func(*app.App)) {
	t.Helper()
	for _, caucus := range []bool{false, true} {
		if _, _, err := app.AddKey(app.Options{Data: a.App.Data}, caucus, false); err != nil {
			t.Fatal(err)
		}
	}
	both, bothCaucus := keysOf(t, filepath.Join(a.App.Data, "keys")), keysOf(t, filepath.Join(a.App.Data, "caucus-keys"))
	one, err := another(t, a.Town, both, bothCaucus)
	if err != nil {
		t.Fatal(err)
	}
	for _, ring := range []string{turn.Vault, turn.Caucus} {
		if done, err := one.Turning.Turn(t.Context(), ring, nil); err != nil || len(done.Left)+len(done.Broken) > 0 {
			t.Errorf("%s: %+v, %v", ring, done, err)
		}
	}
	after, err := another(t, a.Town, both[1:], bothCaucus[1:])
	if err != nil {
		t.Fatal(err)
	}
	holds(after)
}

// Every figure is what it was, in every report and month, whatever was destroyed: how many, how they ended, what was paid, how agreements
// held, and who came back.
func TestR3_FiguresOfThePastDoNotChange(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		town := housetest.New(t, s)
		all := town.Works()
		pair := m{"respondents": []m{{"kind": "person", "name": "陈志强", "phone": "13800138001"}}}
		first := town.As(nil).Files(pair)
		town.As(town.Su).Performed(first, town.Su)
		town.As(town.Su).Does(first, "close", nil).Is(200)
		town.Later(48 * time.Hour)
		town.SignInAgain()
		again := town.As(nil).Files(pair)
		town.As(town.Su).Accepted(again)
		town.As(town.Su).Does(again, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(200)
		town.Later(430 * 24 * time.Hour)
		town.SignInAgain()
		if n, err := town.App.Rollup.Roll(t.Context()); err != nil || n == 0 {
			t.Fatalf("%d months: %v", n, err)
		}
		before := figures(t, town)
		if !strings.Contains(before["/reports/survival?area=350503&from=2026-01-01&to=2026-12-31"], "\"") || len(before) < 8 {
			t.Fatalf("%d reports", len(before))
		}
		closed := []*housetest.Case{all[0], all[1], all[2], all[3], first, again}
		longAgo(t, town, closed...)
		destroyed(t, town, town.App, closed[:5]...) // first, and not yet the case in which its parties met again
		compare(t, before, figures(t, town))
		destroyed(t, town, town.App, closed[5:]...)
		compare(t, before, figures(t, town))
		if _, err := town.App.Seals.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		found, err := town.App.Verify(t.Context())
		if err != nil || len(found.All()) > 0 || found.Months.Months == 0 {
			t.Errorf("%d months: %v, %v", found.Months.Months, found.All(), err)
		}
		if wrong, err := town.App.Rollup.Check(t.Context()); err != nil || wrong > 0 {
			t.Errorf("%d months were added up otherwise: %v", wrong, err)
		}
		compare(t, before, figures(t, town))
	})
}

// figures are the answers of every report over the two years.
func figures(t *testing.T, town *housetest.Town) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, r := range town.App.API.Routes() {
		path, ok := strings.CutPrefix(r.Path, "/api/v1")
		if !ok || r.Method != http.MethodGet || !strings.HasPrefix(path, "/reports/") || strings.Contains(path, "{") {
			continue
		}
		path += "?area=350503&from=2026-01-01&to=2026-12-31"
		if a := town.As(town.County).Get(path); a.Status == http.StatusOK {
			out[path] = string(a.Body)
		}
	}
	return out
}

func compare(t *testing.T, before, after map[string]string) {
	t.Helper()
	for path, body := range before {
		if after[path] != body {
			t.Errorf("%s was\n%s\nand is\n%s", path, body, after[path])
		}
	}
}
