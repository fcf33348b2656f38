package casework_test

import (
	"bytes"
	"database/sql"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
)

const secret = "底价八百元"

// aside gives a case in which Su talked with Lin alone, with the caucus's session and the respondent's way in.
func aside(t *testing.T, fn func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case, session string)) {
	met(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		s := c.Sitting()
		s["kind"], s["attending"], s["record"], s["result"], s["place"] = "caucus", []string{c.Applicant}, "她说"+secret, "愿意让步", "里屋"
		s["starts_at"], s["ends_at"] = "2026-03-06T01:00:00Z", "2026-03-06T01:30:00Z"
		su.Does(c, "open-session", s).Is(200)
		for i := range 2 {
			if n := itoa(i); c.Last.Text("sessions."+n+".kind") == "caucus" {
				fn(t, town, su, c, c.Last.Text("sessions."+n+".id"))
				return
			}
		}
		t.Fatalf("no caucus: %s", c.Last.Body)
	})
}

func note(h housetest.Hand, c *housetest.Case, session string) housetest.Answer {
	return h.Get("/cases/" + c.ID + "/sessions/" + session + "/note")
}

func does(h housetest.Hand, c *housetest.Case, event string, body m) housetest.Answer {
	h.Sees(c)
	return h.Does(c, event, body)
}

func TestOnlyThePresentReadACaucus(t *testing.T) {
	aside(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case, session string) {
		if a := note(su, c, session).Is(200); a.Text("record") != "她说"+secret || a.Text("result") != "愿意让步" {
			t.Fatalf("who was present: %s", a.Body)
		}
		chen, lin, zheng := invited(town, su, c), town.Party(c, c.Code), town.As(town.Zheng)
		note(chen, c, session).Is(http.StatusForbidden)
		note(lin, c, session).Is(http.StatusForbidden)
		note(zheng, c, session).Is(http.StatusNotFound)
		note(town.As(town.Station), c, session).Is(http.StatusForbidden)
		note(town.As(town.County), c, session).Is(http.StatusForbidden)
		note(town.As(town.Hong), c, session).Is(http.StatusNotFound)
		zheng.Sees(c)
		for i := range 2 {
			at := "sessions." + itoa(i) + "."
			if c.Last.Text(at+"id") == session && (c.Last.Text(at+"note_length") != "11" || c.Last.Text(at+"ends_at") != "2026-03-06T01:30:00Z" || c.Last.Text(at+"attending.0") != "" ||
				c.Last.Text(at+"place") != "" || c.Last.Text(at+"mediators.0") != "" || c.Last.Text(at+"readers.0") != "") {
				t.Errorf("the chair sees more or less than that it was, when, and how long: %s", c.Last.Body)
			}
		}
		if a := lin.Get("/cases/" + c.ID); !a.Holds("里屋") || !a.Holds(town.Su.Mediator.String()) {
			t.Errorf("Lin does not see her own caucus and who reads its note: %s", a.Body)
		}
		if a := chen.Get("/cases/" + c.ID); a.Holds(session) || a.Holds(`"caucus"`) || a.Holds("-note") {
			t.Errorf("Chen hears that there was one: %s", a.Body)
		}
		joint := c.Applicant // no session at all
		a, b := chen.Post("/cases/"+c.ID+"/disclose-note", m{"session_id": session, "text": "x"}), chen.Post("/cases/"+c.ID+"/disclose-note", m{"session_id": joint, "text": "x"})
		if a.Status != http.StatusNotFound || string(a.Body) != string(b.Body) {
			t.Errorf("Chen can tell a caucus from none: %s, %s", a.Body, b.Body)
		}
	})
}

func TestALaterHostReadsNothingUntilThePartyAgrees(t *testing.T) {
	aside(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case, session string) {
		lin, zheng, hong := town.Party(c, c.Code), town.As(town.Zheng), town.As(town.Hong)
		lin.Post("/cases/"+c.ID+"/request-recusal", m{"mediator_id": town.Su.Mediator}).Is(200)
		note(su, c, session).Is(http.StatusNotFound) // recused: the case is out of reach
		does(zheng, c, "assign", m{"host_mediator_id": town.Hong.Mediator, "chosen_by": "committee"}).Is(200)
		note(hong, c, session).Is(http.StatusForbidden)
		give := m{"session_id": session, "mediator_id": town.Hong.Mediator, "channel": "phone"}
		does(hong, c, "hand-over-note", give).Is(http.StatusForbidden) // not by her own word
		does(zheng, c, "hand-over-note", m{"session_id": session, "mediator_id": town.OtherMediator.Mediator, "channel": "phone"}).Is(http.StatusUnprocessableEntity)
		does(zheng, c, "hand-over-note", m{"session_id": session, "mediator_id": town.Hong.Mediator}).Is(http.StatusUnprocessableEntity) // how did she agree?
		lin.Post("/cases/"+c.ID+"/hand-over-note", m{"session_id": session, "mediator_id": town.Hong.Mediator}).Is(200)
		if a := note(hong, c, session).Is(200); !a.Holds(secret) {
			t.Errorf("handed over: %s", a.Body)
		}
		does(zheng, c, "hand-over-note", give).Refuses("reader_already")
		if a := lin.Get("/cases/" + c.ID + "/timeline"); !a.Holds("hand_over_note") || !a.Holds(town.Hong.Mediator.String()) {
			t.Errorf("Lin's timeline: %s", a.Body)
		}
		timeline := zheng.Get("/cases/" + c.ID + "/timeline").Is(200)
		if last := timeline.Text("items." + itoa(atoi(c.Version)) + ".role"); last == "applicant" {
			t.Errorf("the chair hears with whom the caucus was: %s", timeline.Body)
		}
	})
}

func TestAPartyDisclosesWhatItWants(t *testing.T) {
	aside(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case, session string) {
		chen, lin := invited(town, su, c), town.Party(c, c.Code)
		does(town.As(town.Zheng), c, "disclose-note", m{"session_id": session, "text": "可以让步", "channel": "phone"}).Is(http.StatusNotFound)
		lin.Post("/cases/"+c.ID+"/disclose-note", m{"session_id": session, "whole": true}).Is(http.StatusForbidden) // she has not read it
		lin.Post("/cases/"+c.ID+"/disclose-note", m{"session_id": session}).Is(http.StatusUnprocessableEntity)
		does(su, c, "disclose-note", m{"session_id": session, "text": "可以让步"}).Is(http.StatusUnprocessableEntity) // how did she agree?
		lin.Post("/cases/"+c.ID+"/disclose-note", m{"session_id": session, "text": "价钱可以商量"}).Is(200)
		if a := chen.Get("/cases/" + c.ID).Is(200); a.Text("disclosed.0.text") != "价钱可以商量" || a.Holds(secret) || a.Holds(session) {
			t.Errorf("told: %s", a.Body)
		}
		for _, h := range []housetest.Hand{lin, chen, su} {
			if !h.Get("/cases/" + c.ID + "/timeline").Holds("disclose_note") {
				t.Error("a disclosure is not in the timeline")
			}
		}
		does(su, c, "disclose-note", m{"session_id": session, "whole": true, "channel": "in_person"}).Is(200)
		for who, h := range map[string]housetest.Hand{"Chen": chen, "the chair": town.As(town.Zheng)} {
			if a := h.Get("/cases/" + c.ID).Is(200); !a.Holds(secret) {
				t.Errorf("%s does not see the whole: %s", who, a.Body)
			}
		}
		if a := town.As(town.County).Get("/cases/" + c.ID).Is(200); a.Holds(secret) {
			t.Errorf("the bureau sees it: %s", a.Body)
		}
	})
}

func TestTwoPeopleBreakTheGlassOnce(t *testing.T) {
	aside(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case, session string) {
		chen, lin, zheng, station := invited(town, su, c), town.Party(c, c.Code), town.As(town.Zheng), town.As(town.Station)
		glass := func(h housetest.Hand) housetest.Answer {
			return h.Post("/cases/"+c.ID+"/sessions/"+session+"/break-glass", nil)
		}
		ask := m{"session_id": session, "purpose": "read", "reason_code": "B1", "why": "扬言动手"}
		glass(zheng).Is(http.StatusForbidden)
		does(su, c, "request-note", ask).Refuses("reader_already")
		does(zheng, c, "request-note", m{"session_id": session, "purpose": "read", "reason_code": "K1", "why": "x"}).Is(http.StatusUnprocessableEntity)
		does(zheng, c, "request-note", m{"session_id": session, "purpose": "read", "reason_code": "B1", "why": "x", "occurred_at": "2026-03-06T01:00:00Z"}).Is(http.StatusUnprocessableEntity)
		does(zheng, c, "request-note", ask).Is(200)
		id := c.Last.Text("note_requests.0.id")
		yes := m{"request_id": id, "decision": "approved"}
		does(zheng, c, "decide-note", yes).Is(http.StatusForbidden) // her own
		glass(zheng).Is(http.StatusForbidden)                       // not decided yet
		does(station, c, "decide-note", yes).Is(200)
		glass(station).Is(http.StatusForbidden) // who decides does not read
		if a := glass(zheng).Is(200); !a.Holds(secret) {
			t.Errorf("read: %s", a.Body)
		}
		glass(zheng).Is(http.StatusForbidden) // once
		does(station, c, "decide-note", yes).Refuses("decided")
		receipt := lin.Get("/cases/" + c.ID + "/timeline").Is(200)
		for _, told := range []string{"request_note", "decide_note", "read_note", `"role":"chair"`, `"role":"station_officer"`, `"reason":"B1"`} {
			if !receipt.Holds(told) {
				t.Errorf("Lin's receipt lacks %s: %s", told, receipt.Body)
			}
		}
		if a := su.Get("/cases/" + c.ID + "/timeline"); !a.Holds("read_note") {
			t.Error("the mediator does not see that it was read")
		}
		for _, path := range []string{"", "/timeline"} {
			if a := chen.Get("/cases/" + c.ID + path).Is(200); a.Holds("note\"") && a.Holds("read_note") || a.Holds(`"B1"`) || a.Holds(session) {
				t.Errorf("Chen hears of it: %s", a.Body)
			}
		}
		town.Later(time.Second)
		does(station, c, "request-note", ask).Is(200)
		second := c.Last.Text("note_requests.1.id")
		does(zheng, c, "decide-note", m{"request_id": second, "decision": "approved"}).Is(200)
		town.Later(24*time.Hour + time.Second)
		glass(town.Again(town.Station)).Is(http.StatusForbidden) // too late
	})
}

// The consent by which a note is handed over is not recorded by whoever stands in for the one who is to read it, or named them.
func TestWhoStandsInRecordsNoConsentToReading(t *testing.T) {
	aside(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case, session string) {
		zheng := town.As(town.Zheng)
		town.Party(c, c.Code).Post("/cases/"+c.ID+"/request-recusal", m{"mediator_id": town.Su.Mediator}).Is(200)
		does(zheng, c, "assign", m{"host_mediator_id": town.Hong.Mediator, "chosen_by": "committee"}).Is(200)
		give := m{"session_id": session, "mediator_id": town.Hong.Mediator, "channel": "phone"}
		post := zheng.Get("/posts").Is(http.StatusOK).Text("items.0.id")
		named := zheng.Post("/posts/"+post+"/deputies", m{"person_id": town.Hong.ID, "until": town.Today().Plus(5)}).Is(http.StatusCreated)
		if a := does(zheng, c, "hand-over-note", give); a.Status != http.StatusForbidden || a.Text("code") != "second_person" {
			t.Errorf("the chair, for whom Hong stands in: %d %s", a.Status, a.Body)
		}
		zheng.Post("/posts/"+named.Text("id")+"/end-deputy", m{}).Is(http.StatusNoContent)
		town.Later(time.Second) // since the caucus she has stood in: Lin says so herself
		if a := does(zheng, c, "hand-over-note", give); a.Status != http.StatusForbidden || a.Text("code") != "second_person" {
			t.Errorf("when it is over: %d %s", a.Status, a.Body)
		}
	})
}

// A mediator who stands in for the chair, or was elected chair and mediates still, asks and decides about a note as the chair.
func TestAChairWhoMediatesTooIsTheChairOfANote(t *testing.T) {
	ask := func(session string) m {
		return m{"session_id": session, "purpose": "read", "reason_code": "B1", "why": "扬言动手"}
	}
	aside(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case, session string) {
		zheng, station := town.As(town.Zheng), town.As(town.Station)
		post := zheng.Get("/posts").Is(http.StatusOK).Text("items.0.id")
		zheng.Post("/posts/"+post+"/deputies", m{"person_id": town.Hong.ID, "until": town.Today().Plus(5)}).Is(http.StatusCreated)
		hong := town.Again(town.Hong)
		does(station, c, "request-note", ask(session)).Is(http.StatusOK)
		does(hong, c, "decide-note", m{"request_id": c.Last.Text("note_requests.0.id"), "decision": "refused"}).Is(http.StatusOK)
		town.Later(time.Second)
		does(hong, c, "request-note", ask(session)).Is(http.StatusOK)
		second := c.Last.Text("note_requests.1.id")
		if got := c.Last.Text("note_requests.1.role"); got != "chair" {
			t.Errorf("asked as %q", got)
		}
		does(zheng, c, "decide-note", m{"request_id": second, "decision": "approved"}).Is(http.StatusForbidden) // the same house
		does(station, c, "decide-note", m{"request_id": second, "decision": "approved"}).Is(http.StatusOK)
		if got := hong.Post("/cases/"+c.ID+"/sessions/"+session+"/break-glass", nil).Is(http.StatusOK); !got.Holds(secret) {
			t.Errorf("read: %s", got.Body)
		}
		for _, e := range su.Get("/cases/" + c.ID + "/timeline").Is(http.StatusOK).Value("items").([]any) {
			one := e.(map[string]any)
			if event, _ := one["event"].(string); strings.HasSuffix(event, "_note") && one["role"] == "mediator" {
				t.Errorf("entered as a mediator's: %v", one)
			}
		}
		town.Later(time.Second)
		does(hong, c, "request-note", m{"session_id": session, "purpose": "destroy", "reason_code": "K1", "why": "林秀英要求"}).Is(http.StatusOK)
		does(zheng, c, "decide-note", m{"request_id": c.Last.Text("note_requests.2.id"), "decision": "refused"}).Is(http.StatusOK)
	})
}

// Whoever stands in for the one who asked about a note, by whom they were named, is no second person, whichever house they are of; a refusal
// needs no second, and whoever stands in for somebody else decides in their place.
func TestWhoStandsInIsNoSecondPersonForANote(t *testing.T) {
	aside(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case, session string) {
		also(t, town, town.Zheng, account.Post{Role: actor.BureauSupervisor, Area: housetest.Fengze})
		names := func(h housetest.Hand, role string, p *housetest.Person) housetest.Hand {
			post := ""
			for _, i := range h.Get("/posts").Is(http.StatusOK).Value("items").([]any) {
				if one := i.(map[string]any); one["role"] == role {
					post = one["id"].(string)
				}
			}
			h.Post("/posts/"+post+"/deputies", m{"person_id": p.ID, "until": town.Today().Plus(5)}).Is(http.StatusCreated)
			return town.Again(p)
		}
		asked := 0
		asks := func(h housetest.Hand, purpose, reason string) m {
			town.Later(time.Second)
			does(h, c, "request-note", m{"session_id": session, "purpose": purpose, "reason_code": reason, "why": "林秀英要求"}).Is(http.StatusOK)
			asked++
			return m{"request_id": c.Last.Text("note_requests." + itoa(asked-1) + ".id"), "decision": "approved"}
		}
		refused := func(what string, a housetest.Answer) {
			if a.Status != http.StatusForbidden || a.Text("code") != "second_person" {
				t.Errorf("%s: %d %s", what, a.Status, a.Body)
			}
		}
		station := town.As(town.Station)
		zheng := names(station, "station_officer", town.Zheng)
		read := asks(station, "read", "B1")
		refused("the station asked to read, and the chair who stands in for it approves", does(zheng, c, "decide-note", read))
		read["decision"] = "refused"
		does(zheng, c, "decide-note", read).Is(http.StatusOK)

		hong := names(zheng, "chair", town.Hong)
		refused("the chair asked to destroy, and whom she named approves", does(hong, c, "decide-note", asks(zheng, "destroy", "K1")))
		refused("whom the chair named asked to destroy, and she approves", does(zheng, c, "decide-note", asks(hong, "destroy", "K1")))
		does(hong, c, "decide-note", asks(su, "destroy", "K1")).Is(http.StatusOK)
		note(su, c, session).Refuses("note_destroyed")
	})
}

// also gives somebody a post beside their own.
func also(t *testing.T, town *housetest.Town, p *housetest.Person, post account.Post) housetest.Hand {
	t.Helper()
	post.Person = p.ID
	if err := town.Store.Do(t.Context(), actor.System, housetest.Fengze.County(), func(tx *db.Tx) error {
		_, err := town.App.Accounts.GivePost(tx, post)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return town.Again(p)
}

// Whoever was elected chair and keeps their older post as a mediator decides on destroying a note as the chair, and is no second to
// themselves.
func TestAnElectedChairWhoMediatesDecidesOnDestroyingANote(t *testing.T) {
	aside(t, func(t *testing.T, town *housetest.Town, _ housetest.Hand, c *housetest.Case, session string) {
		ask := m{"session_id": session, "purpose": "destroy", "reason_code": "K1", "why": "林秀英要求"}
		town.Later(24 * time.Hour) // the post as a mediator is the older one
		town.SignInAgain()
		su := town.As(town.Su)
		hong := also(t, town, town.Hong, account.Post{Role: actor.Chair, Committee: town.Home.ID})
		does(hong, c, "request-note", ask).Is(http.StatusOK)
		own := m{"request_id": c.Last.Text("note_requests.0.id"), "decision": "approved"}
		if a := does(hong, c, "decide-note", own); a.Status != http.StatusForbidden || a.Text("code") != "second_person" {
			t.Errorf("she decides on what she asked for: %d %s", a.Status, a.Body)
		}
		town.Later(time.Second)
		does(su, c, "request-note", ask).Is(http.StatusOK)
		if a := does(hong, c, "decide-note", m{"request_id": c.Last.Text("note_requests.1.id"), "decision": "approved"}); a.Status != http.StatusOK {
			t.Fatalf("the elected chair: %d %s", a.Status, a.Body)
		}
		note(su, c, session).Refuses("note_destroyed")
		var as []any
		for _, e := range su.Get("/cases/" + c.ID + "/timeline").Is(http.StatusOK).Value("items").([]any) {
			if one := e.(map[string]any); one["event"] == "decide_note" {
				as = append(as, one["role"])
			}
		}
		if len(as) != 1 || as[0] != "chair" {
			t.Errorf("decided as %v", as)
		}
	})
}

func TestADestroyedNoteIsGoneForGood(t *testing.T) {
	aside(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case, session string) {
		zheng, station := town.As(town.Zheng), town.As(town.Station)
		for range 3 { // others lie beside it
			other := town.As(nil).Files()
			su.Met(other, town.Su)
			s := other.Sitting()
			s["kind"], s["attending"] = "caucus", []string{other.Applicant}
			su.Does(other, "open-session", s).Is(200)
		}
		does(station, c, "request-note", m{"session_id": session, "purpose": "destroy", "reason_code": "K1", "why": "x"}).Is(http.StatusForbidden)
		does(su, c, "request-note", m{"session_id": session, "purpose": "destroy", "reason_code": "K1", "why": "林秀英要求"}).Is(200)
		id := c.Last.Text("note_requests.0.id")
		pool, err := town.Store.Pool()
		if err != nil {
			t.Fatal(err)
		}
		var wrapped []byte
		if err := pool.QueryRowContext(t.Context(), "SELECT wrapped_key FROM caucus_keys WHERE session_id = '"+session+"'").Scan(&wrapped); err != nil {
			t.Fatal(err)
		}
		if town.Store.Dialect() == "sqlite" && !liesInTheFile(t, pool, wrapped) {
			t.Error("the key is not found where it lies")
		}
		does(su, c, "decide-note", m{"request_id": id, "decision": "approved"}).Is(http.StatusForbidden)
		does(zheng, c, "decide-note", m{"request_id": id, "decision": "refused", "why": "再想想"}).Is(200)
		note(su, c, session).Is(200)
		town.Later(time.Second)
		does(su, c, "request-note", m{"session_id": session, "purpose": "destroy", "reason_code": "K1", "why": "林秀英仍然要求"}).Is(200)
		does(zheng, c, "decide-note", m{"request_id": c.Last.Text("note_requests.1.id"), "decision": "approved"}).Is(200)
		if a := note(su, c, session).Refuses("note_destroyed"); !a.Holds("2026-03-06") {
			t.Errorf("destroyed: %s", a.Body)
		}
		if a := su.Sees(c); !a.Holds("note_destroyed_at") || !a.Holds("note_length") {
			t.Errorf("that it was stays: %s", a.Body)
		}
		does(su, c, "disclose-note", m{"session_id": session, "whole": true, "channel": "phone"}).Refuses("note_destroyed")
		var left int
		if err := pool.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM caucus_keys WHERE wrapped_key IS NOT NULL").Scan(&left); err != nil || left != 3 {
			t.Errorf("%d keys are left, %v", left, err)
		}
		if town.Store.Dialect() == "sqlite" && liesInTheFile(t, pool, wrapped) {
			t.Error("the destroyed key still lies in the database's file")
		}
		if a := town.Party(c, c.Code).Get("/cases/" + c.ID + "/timeline"); !a.Holds(`"reason":"K1"`) || !strings.Contains(string(a.Body), `"purpose":"destroy"`) {
			t.Errorf("Lin does not see it: %s", a.Body)
		}
	})
}

func TestMediatorsPresentAreNamed(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su, hong := town.As(town.Su), town.As(town.Hong)
		c := town.As(nil).Files()
		su.Accepted(c)
		su.Does(c, "assign", m{"host_mediator_id": town.Su.Mediator, "co_mediator_ids": []any{town.Hong.Mediator}, "chosen_by": "parties"}).Is(200)
		su.Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(200)
		s := c.Sitting()
		s["kind"], s["attending"], s["record"], s["mediators"] = "caucus", []string{c.Applicant}, secret, []any{town.Hong.Mediator}
		su.Does(c, "open-session", s).Is(200)
		session := c.Last.Text("sessions.0.id")
		note(su, c, session).Is(http.StatusForbidden) // the host was not in the room
		note(hong, c, session).Is(200)
	})
}

// A note whose key was lost or changed says so; the case goes on.
func TestANoteWithoutItsKeySaysSo(t *testing.T) {
	aside(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case, session string) {
		pool, err := town.Store.Pool()
		if err != nil {
			t.Fatal(err)
		}
		change := map[string]string{"sqlite": "UPDATE caucus_keys SET wrapped_key = ?", "postgres": "UPDATE caucus_keys SET wrapped_key = $1"}[town.Store.Dialect()]
		if _, err := pool.ExecContext(t.Context(), change, bytes.Repeat([]byte{1}, 80)); err != nil {
			t.Fatal(err)
		}
		note(su, c, session).Refuses("note_key")
		su.Sees(c).Is(200)
	})
}

// liesInTheFile tells whether bytes are found in the file of a SQLite database once its log is written into it.
func liesInTheFile(t *testing.T, pool *sql.DB, b []byte) bool {
	t.Helper()
	var path string
	if err := pool.QueryRowContext(t.Context(), "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&path); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(path + "-wal")
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return bytes.Contains(whole, b) || bytes.Contains(log, b)
}
