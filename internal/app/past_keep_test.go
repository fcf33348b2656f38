package app_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"fengqiao/internal/backup"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/holding"
	"fengqiao/internal/housetest"
)

// keeper makes an installation to be kept, and notes what its people were told.
type keeper struct {
	*testing.T
	town  *housetest.Town
	was   told
	cases []*housetest.Case
	looks []seen
}

// keep writes an installation of this schema with cases in many states, what else its people do, a file, and the keys.
func keep(t *testing.T, town *housetest.Town) {
	k := &keeper{T: t, town: town, was: told{Cases: map[string]any{}}, cases: town.Works()}
	su := town.As(town.Su)
	path := "/cases/" + k.cases[0].ID + "/attachments"
	su.SendAny("POST", path, housetest.File{Name: "漏水.png", Content: housetest.Pixel}).Is(http.StatusCreated)
	path += "/" + su.Get("/cases/"+k.cases[0].ID).Text("attachments.0.id")
	k.was.File = map[string]string{"path": "/api/v1" + path, "text": fmt.Sprintf("%x", su.Get(path).Is(http.StatusOK).Body)}
	k.joins()
	k.takenBack()
	k.waits()
	k.dossiers()
	k.ways()
	town.Later(24 * time.Hour) // the day is over, and sealed
	_, unsealed := town.App.Seals.Sweep(t.Context())
	_, unswept := town.App.Files.Sweep(t.Context(), town.Store)
	if err := errors.Join(unsealed, unswept); err != nil {
		t.Fatal(err)
	}
	town.SignInAgain()
	k.notes()
	k.full()
	k.forgets()
	k.writes()
}

// joins is a case in which somebody was brought in when an agreement in force was mediated again, in vain.
func (k *keeper) joins() {
	su := k.town.As(k.town.Su)
	c := k.town.As(k.town.Lin).Files()
	su.Performed(c, k.town.Su)
	su.Does(c, "close", nil).Is(http.StatusOK)
	su.Does(c, "remediate", m{"ground": "unfair", "reason": "对方反映显失公平", "consents": []string{c.Applicant, c.Respondent}}).Is(http.StatusOK)
	su.Does(c, "add-party", m{"name": "吴建国", "phone_reason": "不知道", "reason": "共有人"}).Is(http.StatusOK)
	su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(http.StatusOK)
	k.was.Joined = append(k.was.Joined, [2]string{c.Last.Text("parties.2.id"), c.Last.Text("agreements.0.id")})
	k.cases = append(k.cases, c)
	k.look("lin", "/cases/"+c.ID+"/reads")
}

// forgets is the program of the time before it was kept after which agreement somebody joined.
func (k *keeper) forgets() {
	k.Helper()
	pool, err := k.town.Store.Pool()
	if err != nil {
		k.Fatal(err)
	}
	for _, p := range k.was.Joined {
		done, err := pool.ExecContext(k.Context(), "UPDATE case_parties SET joined_after = NULL WHERE joined_after IS NOT NULL AND id = '"+p[0]+"'")
		if err != nil {
			k.Fatal(err)
		}
		if n, err := done.RowsAffected(); err != nil || n != 1 {
			k.Fatalf("%d rows, %v", n, err)
		}
	}
}

// takenBack is a case whose applicant wants no messages any more while one is on its way.
func (k *keeper) takenBack() {
	su := k.town.As(k.town.Su)
	c := su.Files()
	su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Applicant, "channel": "sms"}).Is(http.StatusCreated)
	su.Sees(c)
	su.Does(c, "record-needs", m{"party_id": c.Applicant, "contact": "no_message"}).Is(http.StatusOK)
	k.cases = append(k.cases, c)
	k.look("su", "/cases/"+c.ID+"/messages")
}

// waits are filings that a committee must look at first, of which it drops one.
func (k *keeper) waits() {
	was := k.town.App.Holding.Bounds
	k.town.App.Holding.Bounds = holding.Bounds{Phone: 1, Address: 1000, Committee: 1000}
	defer func() { k.town.App.Holding.Bounds = was }()
	body, id := housetest.Leak(), ""
	body["applicant"] = m{"kind": "person", "name": "林秀英", "phone": "13700137000"}
	k.cases = append(k.cases, &housetest.Case{ID: k.town.As(nil).Post("/cases", body).Is(http.StatusCreated).Text("id")})
	for range 3 {
		id = k.town.As(nil).Post("/cases", body).Is(http.StatusAccepted).Text("id")
	}
	k.town.As(k.town.Su).Post("/held-filings/"+id+"/drop", m{"reason": "no_dispute"}).Is(http.StatusOK)
	k.look("su", "/held-filings")
}

// dossiers are three in the archive: one destroyed by a list, one on a list that nobody decided on, and one that is held.
func (k *keeper) dossiers() {
	k.Helper()
	gone := k.town.Archived("2026-03-01", housetest.Dot(1))
	listed := k.town.Archived("2026-03-01", housetest.Dot(2))
	held := k.town.Archived("2026-03-01", housetest.Dot(3))
	k.cases = append(k.cases, listed, held)
	done := k.town.Approved(gone)
	if n, err := k.town.App.Disposal.CarryOut(k.Context()); err != nil || n != 1 {
		k.Fatalf("%d destroyed, %v", n, err)
	}
	open, _ := k.town.Proposed(listed)
	k.town.As(k.town.County).Post("/retention/"+held.ID+"/holds", m{"reason": "法院调卷"}).Is(http.StatusCreated)
	for _, path := range []string{done, open, "/retention/" + held.ID, "/retention?state=held", "/retention/counts"} {
		k.look("county", path)
	}
}

// ways are a mediator with a second factor, who stands in for the chair, and somebody who was given a password.
func (k *keeper) ways() {
	k.Helper()
	zheng, hong, security := k.town.As(k.town.Zheng), k.town.As(k.town.Hong), k.town.As(k.town.Security)
	secret := hong.Post("/sessions/current/second-factor", m{}).Is(http.StatusCreated).Text("secret")
	code, err := totp.GenerateCode(secret, k.town.Clock.Now())
	if err != nil {
		k.Fatal(err)
	}
	hong.Post("/sessions/current/second-factor/confirm", m{"code": code}).Is(http.StatusCreated)
	post := zheng.Get("/posts").Is(http.StatusOK).Text("items.0.id")
	zheng.Post("/posts/"+post+"/deputies", m{"person_id": k.town.Hong.ID, "until": k.town.Today().Plus(5)}).Is(http.StatusCreated)
	wang := security.Post("/accounts/find", m{"login": k.town.Wang.Login}).Is(http.StatusOK).Text("id")
	given := security.Post("/accounts/"+wang+"/reset-password", m{}).Is(http.StatusOK).Text("password")
	k.was.Ways = []wayIn{{Who: k.town.Hong.Login, Password: housetest.Password, Secret: secret}, {Who: k.town.Wang.Login, Password: given}}
	k.look("zheng", "/posts")
}

// look notes that somebody reads something in the end.
func (k *keeper) look(who, path string) { k.looks = append(k.looks, seen{Who: who, Path: path}) }

// notes writes down what is told in the end: what a look leaves behind is looked at last.
func (k *keeper) notes() {
	k.Helper()
	by := map[string]*housetest.Person{"su": k.town.Su, "zheng": k.town.Zheng, "county": k.town.County, "lin": k.town.Lin}
	read := func(who, path string) (out any) {
		k.Helper()
		if err := json.Unmarshal(k.town.As(by[who]).Get(path).Is(http.StatusOK).Body, &out); err != nil {
			k.Fatal(err)
		}
		return out
	}
	for _, c := range k.cases {
		k.was.Cases[c.ID] = read("su", "/cases/"+c.ID)
	}
	for _, l := range k.looks {
		l.Who, l.Answer = by[l.Who].Login, read(l.Who, l.Path)
		k.was.Seen = append(k.was.Seen, l)
	}
	found, err := k.town.App.Verify(k.Context())
	if err != nil || len(found.All()) > 0 {
		k.Fatalf("%v, %v", found.All(), err)
	}
	k.was.Chained = found.Cases
}

// full wants something of everything that is to be brought up.
func (k *keeper) full() {
	k.Helper()
	pool, err := k.town.Store.Pool()
	if err != nil {
		k.Fatal(err)
	}
	for _, rows := range []string{"case_reads", "recovery_codes", "account_events", "ring_keys", "record_seals", "retention_holds", "held_events", "held_filings WHERE state = 'waiting'",
		"posts WHERE deputy_for IS NOT NULL", "accounts WHERE given_at IS NOT NULL", "party_messages WHERE taken_back_at IS NOT NULL", "dispute_cases WHERE destroyed_at IS NOT NULL",
		"disposal_lines WHERE state = 'waiting'", "case_parties WHERE joined_after IS NOT NULL"} {
		n := 0
		if err := pool.QueryRowContext(k.Context(), "SELECT count(*) FROM "+rows).Scan(&n); err != nil || n == 0 {
			k.Errorf("none of %s: %v", rows, err)
		}
	}
}

// writes puts it into its folder.
func (k *keeper) writes() {
	k.Helper()
	k.was.At = k.town.Clock.Now()
	folder := filepath.Join("testdata", "past", lastStep(k.T)+"-"+k.town.Store.Dialect())
	if err := os.MkdirAll(folder, 0o755); err != nil {
		k.Fatal(err)
	}
	o := k.town.App.Backup()
	o.Database = dbtest.AddressOf(k.town.Store)
	taken, _, err := backup.Take(k.Context(), o, k.TempDir())
	if err != nil {
		k.Fatal(err)
	}
	copyFile(k.T, taken, filepath.Join(folder, "backup"))
	for _, name := range keyFiles {
		copyFile(k.T, filepath.Join(k.town.App.Data, name), filepath.Join(folder, name))
	}
	text, err := json.MarshalIndent(k.was, "", " ")
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "told.json"), append(text, '\n'), 0o644)
	}
	if err != nil {
		k.Fatal(err)
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
