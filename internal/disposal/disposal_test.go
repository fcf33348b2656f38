package disposal_test

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm/schema"

	"fengqiao/internal/actor"
	"fengqiao/internal/app"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/disposal"
	"fengqiao/internal/housetest"
)

type m = housetest.M

// breaks lets no dossier but one be destroyed, at the last thing that is written of it, until mended.
func breaks(t *testing.T, town *housetest.Town, but *housetest.Case) (mend func()) {
	t.Helper()
	refuse := "CREATE TRIGGER broken BEFORE UPDATE ON disposal_lines FOR EACH ROW WHEN (NEW.case_id <> '" + but.ID + "' AND NEW.state <> 'waiting') "
	if town.Store.Dialect() == "sqlite" {
		set(t, town, refuse+"BEGIN SELECT RAISE(ABORT, 'broken'); END")
		return func() { set(t, town, "DROP TRIGGER broken") }
	}
	set(t, town, "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''broken''; END'")
	set(t, town, refuse+"EXECUTE FUNCTION broken()")
	return func() { set(t, town, "DROP FUNCTION broken CASCADE") }
}

// archived is a dossier in the archive, with a file, to be kept until a day.
func archived(t *testing.T, town *housetest.Town, until calendar.Day) *housetest.Case {
	t.Helper()
	return town.Archived(until, housetest.Pixel)
}

func set(t *testing.T, town *housetest.Town, sql string, args ...any) {
	t.Helper()
	err := town.Store.Do(context.Background(), actor.System, housetest.Fengze.County(), func(tx *db.Tx) error { return tx.Rows().Exec(sql, args...).Error })
	if err != nil {
		t.Fatal(err)
	}
}

func holds(t *testing.T, town *housetest.Town) {
	t.Helper()
	if found, err := town.App.Verify(t.Context()); err != nil || len(found.All()) > 0 {
		t.Errorf("%v, %v", found.All(), err)
	}
}

// carriesOut has the program do what it does every minute.
func carriesOut(t *testing.T, a *app.App, want int) {
	t.Helper()
	if n, err := a.Disposal.CarryOut(t.Context()); err != nil || n != want {
		t.Errorf("%d dossiers, %d expected: %v", n, want, err)
	}
}

// A dossier is destroyed by a list that one person drew up and another approved, and in no other way; what is not over, or under a hold, or
// kept for ever, goes on no list.
func TestR3_ADossierIsDestroyedByTwoPersons(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		over, other, runs, held, ever := archived(t, town, "2026-03-04"), archived(t, town, "2026-03-05"), archived(t, town, "2026-03-06"), archived(t, town, "2026-03-01"), archived(t, town, "2026-03-01")
		set(t, town, "UPDATE dispute_cases SET retention = 'permanent', retain_until = NULL WHERE county_code = ? AND id = ?", housetest.Fengze.County(), ever.ID)
		county, bureau := town.As(town.County), town.As(town.Bureau)
		county.Post("/retention/"+held.ID+"/holds", m{"reason": "法院调卷"}).Is(http.StatusCreated)

		seen := county.Get("/disposal-candidates").Is(200)
		if seen.Text("items.0.case_id") != over.ID || seen.Text("items.1.case_id") != other.ID || seen.Text("items.2.case_id") != held.ID || seen.Text("items.2.bar") != "held" || seen.Text("items.3.case_id") != "" {
			t.Errorf("%s", seen.Body)
		}
		for _, c := range []*housetest.Case{runs, held, ever} {
			county.Post("/disposals", m{"case_ids": []string{over.ID, c.ID}}).Refuses("barred")
		}
		town.Later(20 * time.Minute)
		if a := county.Plain().Post("/disposals", m{}); a.Status != http.StatusForbidden || !a.Holds("step_up") {
			t.Errorf("without a fresh proof: %d %s", a.Status, a.Body)
		}
		list := county.Post("/disposals", m{}).Is(http.StatusCreated)
		home, sha := "/disposals/"+list.Text("id"), list.Text("sha256")
		if list.Text("name") != "350503-2026-01" || list.Text("lines.0.case_id") != over.ID || list.Text("lines.1.case_id") != other.ID || list.Text("lines.0.files") != "1" || list.Text("lines.2.case_id") != "" || list.Holds("林秀英") || list.Holds("漏水") {
			t.Errorf("%s", list.Body)
		}
		county.Post("/disposals", m{}).Refuses("nothing_over")
		county.Post("/disposals", m{"case_ids": []string{over.ID}}).Refuses("barred")

		approve := m{"sha256": sha}
		denied(t, county.With("If-Match", `"1"`).Post(home+"/approve", approve), "two_persons")
		denied(t, county.With("If-Match", `"1"`).Post(home+"/refuse", m{"reason": "x"}), "two_persons")
		bureau.With("If-Match", `"1"`).Post(home+"/approve", m{"sha256": strings.Repeat("0", 64)}).Is(http.StatusPreconditionFailed)
		bureau.With("If-Match", `"2"`).Post(home+"/approve", approve).Is(http.StatusPreconditionFailed)
		denied(t, bureau.With("If-Match", `"1"`).Post(home+"/withdraw", nil), "not_yours")
		town.As(town.FarCounty).Get(home).Is(http.StatusNotFound)
		town.As(town.FarCounty).With("If-Match", `"1"`).Post(home+"/approve", approve).Is(http.StatusNotFound)
		for _, who := range []*housetest.Person{town.Su, town.Zheng, town.Station, town.System, town.Audit, town.Lin} {
			town.As(who).Get(home).Is(http.StatusForbidden)
			town.As(who).Post("/disposals", m{}).Is(http.StatusForbidden)
			town.As(who).With("If-Match", `"1"`).Post(home+"/approve", approve).Is(http.StatusForbidden)
		}
		set(t, town, "INSERT INTO case_people (county_code, id, case_id, name, part, began_at, ended_at) SELECT h.county_code, h.id, c.id, '', 'agent', h.set_at, h.set_at"+
			" FROM retention_holds h JOIN dispute_cases c ON c.county_code = h.county_code AND c.id = ? WHERE h.county_code = ?", over.ID, housetest.Fengze.County())
		set(t, town, "UPDATE case_people SET person_id = ? WHERE county_code = ? AND part = 'agent'", town.Bureau.ID, housetest.Fengze.County())
		denied(t, bureau.With("If-Match", `"1"`).Post(home+"/approve", approve), "own_case")
		set(t, town, "DELETE FROM case_people WHERE county_code = ? AND person_id = ?", housetest.Fengze.County(), town.Bureau.ID)
		carriesOut(t, town.App, 0)
		town.As(town.Su).Get("/cases/" + over.ID).Is(200)

		bureau.With("If-Match", `"1"`).Post(home+"/approve", approve).Is(http.StatusOK)
		bureau.With("If-Match", `"2"`).Post(home+"/refuse", m{"reason": "晚了"}).Refuses("list_state")
		town.Later(25 * time.Hour) // the files are older than a day
		town.SignInAgain()
		carriesOut(t, town.App, 2)
		carriesOut(t, town.App, 0)
		done := town.As(town.County).Get(home).Is(200)
		if done.Text("state") != "done" || done.Text("destroyed") != "2" || done.Text("stopped") != "0" || done.Text("sha256") != sha || done.Text("lines.0.state") != "destroyed" ||
			done.Text("proposed_by_name") != town.County.Name || done.Text("decided_by_name") != town.Bureau.Name {
			t.Errorf("%s", done.Body)
		}
		for _, c := range []*housetest.Case{runs, held, ever} {
			if a := town.As(town.Su).Get("/cases/" + c.ID).Is(200); !a.Holds("林秀英") {
				t.Errorf("another dossier lost its words: %s", a.Body)
			}
		}
		holds(t, town)
		set(t, town, "UPDATE disposal_lists SET version = version + 1 WHERE county_code = ?", housetest.Fengze.County())
		if found, err := town.App.Verify(t.Context()); err != nil || len(found.Breaks) != 1 {
			t.Errorf("a list that was changed behind the program's back: %v, %v", found.All(), err)
		}
	})
}

// Whoever asks for a destroyed case is told so, staff and party alike, in every way in which they could ask; whoever had no business with it
// hears what they always heard.
func TestR3_ADestroyedDossierSaysSo(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := archived(t, town, "2026-03-05")
		lin := town.Party(c, c.Code)
		far := town.As(town.OtherMediator).Get("/cases/" + c.ID).Is(http.StatusNotFound)
		file := town.As(town.Su).Get("/cases/" + c.ID).Is(200).Text("attachments.0.id")
		town.Approved(c)
		carriesOut(t, town.App, 1)
		su := town.As(town.Su)
		said := gone(t, su.Get("/cases/"+c.ID))
		if !said.Holds("350503-2026-01") || !said.Holds("2026-03-06") {
			t.Errorf("%s", said.Body)
		}
		if a := su.Page("GET", "/desk/cases/"+c.ID, nil).Is(http.StatusGone); !a.Holds("350503-2026-01") {
			t.Errorf("%s", a.Body)
		}
		gone(t, lin.Get("/cases/"+c.ID))
		if a := lin.Page("GET", "/mine/"+c.ID, nil).Is(http.StatusGone); !a.Holds("350503-2026-01") {
			t.Errorf("%s", a.Body)
		}
		gone(t, town.Party(c, c.Code).Get("/cases/"+c.ID)) // who comes with the code only now
		if got := town.As(town.OtherMediator).Get("/cases/" + c.ID).Is(http.StatusNotFound); string(got.Body) != string(far.Body) {
			t.Errorf("out of reach it is told otherwise: %s", got.Body)
		}
		names := strings.NewReplacer("{attachment}", file, ":file", file, "{id}", c.ID, ":id", c.ID, "{form}", "f1", ":form", "f1")
		for _, r := range town.App.API.Routes() {
			if path, ok := strings.CutPrefix(r.Path, "/api/v1/cases/{id}"); ok && r.Method == "GET" {
				look(t, su.Get(names.Replace("/cases/{id}"+path)))
			}
		}
		for _, r := range town.App.Site.Routes() {
			if r.Method == "GET" && (strings.HasPrefix(r.Path, "/desk/cases/:id") || strings.HasPrefix(r.Path, "/mine/:id")) {
				look(t, su.Page("GET", names.Replace(r.Path), nil))
				look(t, lin.Page("GET", names.Replace(r.Path), nil))
			}
		}
		for _, event := range []string{"remediate", "correct", "follow-up", "invitations"} {
			if a := su.With("If-Match", `"99"`).Post("/cases/"+c.ID+"/"+event, m{}); a.Status < 400 || a.Status >= 500 {
				t.Errorf("%s: %d", event, a.Status)
			}
		}
		town.As(town.County).Post("/retention/"+c.ID+"/holds", m{"reason": "晚了"}).Refuses("destroyed")
		if a := town.As(town.County).Get("/retention/" + c.ID).Is(200); a.Text("destroyed_list") != "350503-2026-01" {
			t.Errorf("%s", a.Body)
		}
		for _, path := range []string{"/cases?state=archived", "/cases?q=" + url.QueryEscape("漏水"), "/cases?q=" + url.QueryEscape("林秀英")} {
			if a := su.Get(path).Is(200); a.Holds("漏水") || a.Holds("林秀英") || a.Holds("陈志强") {
				t.Errorf("%s: %s", path, a.Body)
			}
		}
		if a := su.Page("GET", "/desk/cases?state=archived", nil).Is(200); !a.Holds("已销毁") && !a.Holds("Destroyed") {
			t.Errorf("the list says nothing: %s", a.Body)
		}
		holds(t, town)
	})
}

// Whoever stands in for the one who drew a list up, by whom they were named, is no second person, nor the other way round; once it is over
// somebody else approves as ever.
func TestR3_WhoStandsInIsNoSecondPerson(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		over, other := archived(t, town, "2026-03-04"), archived(t, town, "2026-03-05")
		home, sha := town.Proposed(over)
		own := town.As(town.County).Get("/posts").Is(http.StatusOK).Text("items.0.id")
		named := town.As(town.County).Post("/posts/"+own+"/deputies", m{"person_id": town.Station.ID, "until": town.Today().Plus(5)}).Is(http.StatusCreated)
		station := town.Again(town.Station)
		denied(t, station.With("If-Match", `"1"`).Post(home+"/approve", m{"sha256": sha}), "two_persons")
		theirs := station.Post("/disposals", m{"case_ids": []string{other.ID}}).Is(http.StatusCreated)
		town.As(town.County).Post("/posts/"+named.Text("id")+"/end-deputy", m{}).Is(http.StatusNoContent)
		county := town.Again(town.County)
		denied(t, county.With("If-Match", `"1"`).Post("/disposals/"+theirs.Text("id")+"/approve", m{"sha256": theirs.Text("sha256")}), "two_persons")
		for path, sum := range map[string]string{home: sha, "/disposals/" + theirs.Text("id"): theirs.Text("sha256")} {
			town.As(town.Bureau).With("If-Match", `"1"`).Post(path+"/approve", m{"sha256": sum}).Is(http.StatusOK)
		}
	})
}

func denied(t *testing.T, a housetest.Answer, code string) {
	t.Helper()
	if a.Is(http.StatusForbidden); a.Text("code") != code {
		t.Errorf("%s: %s", a.What(), a.Body)
	}
}

// gone wants an answer that says that it was destroyed.
func gone(t *testing.T, a housetest.Answer) housetest.Answer {
	t.Helper()
	if a.Is(http.StatusGone); a.Text("code") != "destroyed" {
		t.Errorf("%s: %s", a.What(), a.Body)
	}
	return a
}

// look wants an answer that shows nothing and is no failure.
func look(t *testing.T, a housetest.Answer) {
	t.Helper()
	if a.Status >= 500 || a.Holds("漏水") || a.Holds("林秀英") || a.Holds("陈志强") || a.Holds("13800138000") {
		t.Errorf("%s: %d %.300s", a.What(), a.Status, a.Body)
	}
	if a.Status == 200 {
		t.Errorf("%s answers as if it were there: %.300s", a.What(), a.Body)
	}
}

// What comes up between the list and its carrying out stops the dossier, and the list says why; the others go.
func TestR3_WhatComesUpStopsADossier(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		goes, hold, changed, reopened, flagged := archived(t, town, "2026-03-01"), archived(t, town, "2026-03-02"), archived(t, town, "2026-03-03"), archived(t, town, "2026-03-04"), archived(t, town, "2026-03-05")
		home := town.Approved(goes, hold, changed, reopened, flagged)
		county := town.As(town.County)
		county.Post("/retention/"+hold.ID+"/holds", m{"reason": "信访件"}).Is(http.StatusCreated)
		su := town.As(town.Su)
		su.SendAny("POST", "/cases/"+changed.ID+"/attachments", housetest.File{Name: "b.png", Content: housetest.Pixel})
		set(t, town, "UPDATE dispute_cases SET state = 'in_mediation' WHERE county_code = ? AND id = ?", housetest.Fengze.County(), reopened.ID)
		set(t, town, "UPDATE disposal_lines SET entries = entries WHERE county_code = ?", housetest.Fengze.County())
		set(t, town, "INSERT INTO anomaly_flags (county_code, id, version, case_id, committee_id, area_code, rule, weight, evidence, evidence_key, found_on, state)"+
			" SELECT county_code, screening, 0, id, committee_id, area_code, 'F1', 1, '{}', 'x', '2026-03-06', 'open' FROM (SELECT c.*, h.id AS screening FROM dispute_cases c JOIN retention_holds h ON h.county_code = c.county_code WHERE c.county_code = ? AND c.id = ?) x", housetest.Fengze.County(), flagged.ID)
		carriesOut(t, town.App, 5)
		done := county.Get(home).Is(200)
		want := map[string][2]string{goes.ID: {"destroyed", ""}, hold.ID: {"stopped", "held"}, reopened.ID: {"stopped", "reopened"}, flagged.ID: {"stopped", "flag"}}
		for _, i := range []string{"0", "1", "2", "3", "4"} {
			id := done.Text("lines." + i + ".case_id")
			if w, ok := want[id]; ok && (done.Text("lines."+i+".state") != w[0] || done.Text("lines."+i+".why") != w[1]) {
				t.Errorf("%s: %s %s, expected %v", id, done.Text("lines."+i+".state"), done.Text("lines."+i+".why"), w)
			}
		}
		if done.Text("state") != "done" {
			t.Errorf("%s", done.Body)
		}
		for _, c := range []*housetest.Case{hold, flagged} {
			if a := su.Get("/cases/" + c.ID).Is(200); !a.Holds("林秀英") {
				t.Errorf("%s", a.Body)
			}
		}
		su.Get("/cases/" + goes.ID).Is(http.StatusGone)
	})
}

// Something that was entered into a dossier after its list was drawn up stops it: nobody signed that.
func TestR3_WhatNobodySignedIsNotDestroyed(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c, other := archived(t, town, "2026-03-01"), archived(t, town, "2026-03-02")
		home := town.Approved(c)
		town.As(town.Su).Sees(c)
		town.As(town.Zheng).With("If-Match", `"`+c.Version+`"`).Post("/cases/"+c.ID+"/correct", m{"set": m{"title": "楼上又漏水"}, "reason": "写错了"}).Is(http.StatusOK)
		town.As(town.Station).Sees(c)
		town.As(town.Station).With("If-Match", `"`+c.Version+`"`).Post("/cases/"+c.ID+"/correct", m{"correction_id": correctionOf(c), "approve": true, "reason": "同意"}).Is(http.StatusOK)
		carriesOut(t, town.App, 1)
		if a := town.As(town.County).Get(home).Is(200); a.Text("lines.0.state") != "stopped" || a.Text("lines.0.why") != "changed" {
			t.Errorf("%s", a.Body)
		}
		// lines that were exchanged after the approval are not carried out at all
		home = town.Approved(other)
		set(t, town, "UPDATE disposal_lines SET case_id = ? WHERE county_code = ? AND list_id = ?", c.ID, housetest.Fengze.County(), strings.TrimPrefix(home, "/disposals/"))
		carriesOut(t, town.App, 1)
		if a := town.As(town.County).Get(home).Is(200); a.Text("state") != "done" || a.Text("destroyed") != "0" || a.Text("lines.0.why") != "altered" {
			t.Errorf("%s", a.Body)
		}
		for _, one := range []*housetest.Case{c, other} {
			town.As(town.Su).Get("/cases/" + one.ID).Is(200)
		}
	})
}

func correctionOf(c *housetest.Case) string {
	if id := c.Last.Text("corrections.0.id"); id != "" {
		return id
	}
	return c.Last.Text("correction.id")
}

// A program that is killed in the middle goes on where it was, and two of them at once do each dossier once.
func TestR3_AListIsCarriedOutOnceWhateverHappens(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		var all []*housetest.Case
		for _, until := range []calendar.Day{"2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"} {
			all = append(all, archived(t, town, until))
		}
		home := town.Approved(all...)
		line := town.As(town.County).Get(home).Text("lines.0.case_id")
		mend := breaks(t, town, all[0])
		if n, err := town.App.Disposal.CarryOut(t.Context()); n != 1 || err == nil {
			t.Errorf("broken in the middle it did %d: %v", n, err)
		}
		if a := town.As(town.County).Get(home).Is(200); a.Text("state") != "approved" || a.Text("lines.0.state") != "destroyed" || a.Text("lines.1.state") != "waiting" {
			t.Errorf("broken in the middle: %s", a.Body)
		}
		town.As(town.Su).Get("/cases/" + all[0].ID).Is(http.StatusGone)
		for _, c := range all[1:] {
			files := town.As(town.Su).Get("/cases/" + c.ID).Is(200).Text("attachments.0.id")
			town.As(town.Su).Get("/cases/" + c.ID + "/attachments/" + files).Is(200)
		}
		holds(t, town)
		mend()
		killed, kill := context.WithCancel(t.Context())
		kill()
		if n, err := town.App.Disposal.CarryOut(killed); n != 0 || err == nil {
			t.Errorf("killed at once it did %d: %v", n, err)
		}
		var wait sync.WaitGroup
		var mu sync.Mutex
		did := 0
		for range 3 {
			wait.Go(func() {
				n, err := town.App.Disposal.CarryOut(t.Context())
				mu.Lock()
				defer mu.Unlock()
				if did += n; err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if did != 3 {
			t.Errorf("%d dossiers by three at once", did)
		}
		if a := town.As(town.County).Get(home).Is(200); a.Text("state") != "done" || a.Text("destroyed") != "4" || a.Text("version") != "3" || line != all[0].ID {
			t.Errorf("%s", a.Body)
		}
		holds(t, town)
	})
}

// The pages: drawn up with what was chosen, approved by another, printed with room for signatures, the paper noted.
func TestR3_TheListOnThePages(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c, other := archived(t, town, "2026-03-04"), archived(t, town, "2026-03-05")
		county, bureau := town.As(town.County), town.As(town.Bureau)
		county.Page("GET", "/disposals", nil).Is(200)
		if a := county.Page("GET", "/disposals/new", nil).Is(200); !a.Holds(c.ID) || !a.Holds(other.ID) || a.Holds("林秀英") {
			t.Errorf("%s", a.Body)
		}
		county.Page("POST", "/disposals/new", url.Values{"county_code": {"350503"}}).Is(http.StatusUnprocessableEntity)
		county.Page("POST", "/disposals/new", url.Values{"county_code": {"350503"}, "case": {c.ID}}).Is(http.StatusSeeOther)
		list := county.Get("/disposals").Is(200)
		home, sha := "/disposals/"+list.Text("items.0.id"), list.Text("items.0.sha256")
		if a := county.Page("GET", home, nil).Is(200); a.Holds(home+"/approve") || !a.Holds(home+"/withdraw") || !a.Holds(sha) {
			t.Errorf("%s", a.Body)
		}
		if a := bureau.Page("GET", home, nil).Is(200); !a.Holds(home+"/approve") || a.Holds(home+"/withdraw") {
			t.Errorf("%s", a.Body)
		}
		bureau.Page("POST", home+"/approve", url.Values{"sha256": {sha}, "_version": {"1"}}).Is(http.StatusUnprocessableEntity)
		bureau.Page("POST", home+"/refuse", url.Values{"reason": {" "}, "_version": {"1"}}).Is(http.StatusUnprocessableEntity)
		bureau.Page("POST", home+"/approve", url.Values{"sha256": {sha}, "_version": {"1"}, "read": {"yes"}}).Is(http.StatusSeeOther)
		carriesOut(t, town.App, 1)
		bureau.Page("POST", home+"/paper", url.Values{"destroyed_on": {"2026-03-06"}, "first_watcher": {"甲"}, "second_watcher": {"甲"}, "_version": {"3"}}).Is(http.StatusUnprocessableEntity)
		bureau.Page("POST", home+"/paper", url.Values{"destroyed_on": {"2026-03-06"}, "first_watcher": {"吴监销"}, "second_watcher": {"郑监销"}, "_version": {"3"}}).Is(http.StatusSeeOther)
		if a := county.Page("GET", home, nil).Is(200); !a.Holds("吴监销") || !a.Holds(c.Last.Text("case_no")) {
			t.Errorf("%s", a.Body)
		}
		county.Page("POST", "/disposals/new", url.Values{"county_code": {"350503"}, "case": {other.ID}}).Is(http.StatusSeeOther)
		lists := county.Get("/disposals").Is(200)
		second := "/disposals/" + lists.Text("items.0.id")
		if second == home {
			second = "/disposals/" + lists.Text("items.1.id")
		}
		county.Page("POST", second+"/withdraw", url.Values{"_version": {"1"}}).Is(http.StatusSeeOther)
		third, _ := town.Proposed(other) // a list that was taken back holds nothing
		bureau.Page("POST", third+"/refuse", url.Values{"reason": {"还要用"}, "_version": {"1"}}).Is(http.StatusSeeOther)
		if a := county.Page("GET", third, nil).Is(200); !a.Holds("还要用") {
			t.Errorf("%s", a.Body)
		}
		holds(t, town)
	})
}

// No table in which something of a case lies is forgotten, and no sealed column of a table whose rows stay.
// codesThatStay are the columns of texts that hold a code, a digest or a number of ours, and no words of anybody's.
var codesThatStay = map[string][]string{
	"agreements":         {"form", "text_hash"},
	"anomaly_flags":      {"rule", "evidence_key", "evidence", "state"},
	"case_helpers":       {"kind", "scopes", "signature_kind", "consent_channel"},
	"case_parties":       {"role", "kind", "consent_channel", "refusal", "notice_manner", "channel"},
	"case_people":        {"part"},
	"case_referrals":     {"channel", "kind", "procedure", "exclusions"},
	"case_transfers":     {"kind", "reason", "consents", "state"},
	"caucus_keys":        {"reason_code"},
	"complaints":         {"mediator_name", "kind", "state", "outcome"},
	"court_matters":      {"kind", "basis", "papers", "result"},
	"data_requests":      {"kind", "item", "state", "outcome", "reason"},
	"dispute_cases":      {"reference", "intake_no", "case_no", "reason_code", "source", "category", "party_pair", "bar", "assigned_by", "next_due_name", "legal_track", "application_form", "application_signed", "retention", "destroyed_list"},
	"ledger_import_rows": {"state"},
	"mediation_sessions": {"mode", "kind"},
	"obligations":        {"kind", "state", "confirmed_by"},
	"referrals_out":      {"organ_kind", "papers", "consents", "told"},
	"review_items":       {"case_no", "category", "why", "reviewer_name", "state", "grade"},
	"review_sheets":      {"points", "veto", "grade"},
	"signatures":         {"signer", "kind", "text_hash"},
	"subsidy_claims":     {"kind", "called", "scheme_sha256", "tier", "class", "form", "grade", "codes", "state", "refusal"},
}

func TestR3_NoTableOfACaseIsForgotten(t *testing.T) {
	known := map[string][4]string{}
	for _, f := range disposal.Fates() {
		known[f[0]] = f
	}
	hangs := []string{"agreement_clauses", "session_attendance", "session_mediators", "review_sheets", "review_openings", "subsidy_shares", "subsidy_lines", "documents", "dispute_cases"}
	found := 0
	var cache sync.Map
	for _, room := range app.Models() {
		for _, model := range room {
			parsed, err := schema.Parse(model, &cache, schema.NamingStrategy{})
			if err != nil {
				t.Fatal(err)
			}
			if parsed.LookUpField("case_id") == nil && !slices.Contains(hangs, parsed.Table) {
				continue
			}
			found++
			f, ok := known[parsed.Table]
			if !ok {
				t.Errorf("nobody says what becomes of %s", parsed.Table)
				continue
			}
			if f[3] != "" || f[1] == "" {
				continue // they stay as they are, or go
			}
			for _, field := range parsed.Fields {
				if strings.HasSuffix(field.DBName, "_sealed") && !strings.Contains(f[1], field.DBName+" = NULL") && f[2] != field.DBName {
					t.Errorf("%s.%s stays", parsed.Table, field.DBName)
				}
				if field.FieldType == reflect.TypeFor[string]() && field.DBName != "" && !strings.Contains(f[1], field.DBName+" = ''") && !slices.Contains(codesThatStay[parsed.Table], field.DBName) {
					t.Errorf("text: %s.%s stays", parsed.Table, field.DBName)
				}
			}
		}
	}
	if found < 45 {
		t.Errorf("%d tables of cases", found)
	}
}
