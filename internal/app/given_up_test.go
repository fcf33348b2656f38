package app_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// giveUp strikes what waits for a case, as the relay does after its last attempt.
func giveUp(t *testing.T, town *housetest.Town, c *housetest.Case) (n int) {
	t.Helper()
	id, err := ident.ParseID(c.ID)
	if err == nil {
		err = town.Store.Do(context.Background(), actor.System, id.County(), func(tx *db.Tx) error {
			letters, err := journal.Claim(tx, casework.MessageTopic, 100)
			for _, l := range letters {
				l.Attempts, n = 19, n+1
				if err == nil {
					err = journal.GiveUp(tx, l, "the gateway answered 503")
				}
			}
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// What was given up is shown to whoever administers the area, without what it says; sent again, it is due at once.
func TestMessagesGivenUpAreShownAndSentAgain(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		su := town.As(town.Su)
		su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Applicant, "channel": "sms"}).Is(http.StatusCreated)
		if n := giveUp(t, town, c); n != 1 || len(town.Messages(c)) != 0 {
			t.Fatalf("%d were given up", n)
		}
		system := town.As(town.System)
		got := system.Get("/messages/given-up").Is(http.StatusOK)
		if got.Text("all") != "1" || got.Text("items.0.kind") != "invitation" || got.Text("items.0.attempts") != "20" || got.Text("items.0.trouble") != "the gateway answered 503" {
			t.Errorf("listed: %s", got.Body)
		}
		shown := system.Page(http.MethodGet, "/messages/given-up", nil)
		for _, a := range []housetest.Answer{got, shown} {
			for _, secret := range []string{"13800138000", c.Reference, "林秀英", "查询码 "} {
				if a.Status != http.StatusOK || a.Holds(secret) {
					t.Errorf("%s: %d, shows %q", a.What(), a.Status, secret)
				}
			}
		}
		if !shown.Holds("the gateway answered 503") || !shown.Holds("邀请您参与协商") {
			t.Errorf("the page: %s", shown.Body)
		}
		id := got.Text("items.0.id")
		for _, who := range []*housetest.Person{nil, town.Su, town.Zheng, town.Station, town.Bureau, town.Security, town.Audit, town.Lin} {
			if a := town.As(who).Get("/messages/given-up"); a.Status != http.StatusForbidden && a.Status != http.StatusUnauthorized {
				t.Errorf("%v reads it: %d", who, a.Status)
			}
			if a := town.As(who).Post("/messages/"+id+"/send-again", nil); a.Status != http.StatusForbidden && a.Status != http.StatusUnauthorized {
				t.Errorf("%v sends it: %d", who, a.Status)
			}
		}
		system.Post("/messages/"+c.ID+"/send-again", nil).Is(http.StatusNotFound)
		if a := system.Page(http.MethodPost, "/messages/given-up", url.Values{"id": {id}, "_key": {"k"}}); a.Status != http.StatusSeeOther {
			t.Errorf("sent again: %d %s", a.Status, a.Body)
		}
		if n := len(town.Messages(c)); n != 1 {
			t.Errorf("%d are due", n)
		}
		system.Post("/messages/"+id+"/send-again", nil).Is(http.StatusNotFound)
		giveUp(t, town, c)
		town.Later(time.Second)
		system.Post("/messages/"+id+"/send-again", nil).Is(http.StatusOK)
		if again := system.Get("/messages/given-up"); again.Text("all") != "0" || len(town.Messages(c)) != 1 {
			t.Errorf("by the API: %s", again.Body)
		}
	})
}

// An administrator of another county sees and sends nothing of this one.
func TestMessagesGivenUpKeepToTheirArea(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		town.As(town.Su).Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Applicant, "channel": "sms"}).Is(http.StatusCreated)
		giveUp(t, town, c)
		far := actor.Actor{Person: town.System.ID, Posts: []actor.Post{{Role: actor.AdminSystem, Area: "350582000000"}}}
		g, err := town.App.Policy.Allow(far, authz.Action("message.given_up"))
		if err != nil {
			t.Fatal(err)
		}
		list, all, err := town.App.Relay.GivenUp(context.Background(), g)
		if err != nil || all != 0 || len(list) != 0 {
			t.Errorf("%d %v %v", all, list, err)
		}
	})
}

func TestTheFigureOfMessagesGivenUp(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		town.As(town.Su).Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Applicant, "channel": "sms"}).Is(http.StatusCreated)
		giveUp(t, town, c)
		if n, err := town.App.Relay.CountGivenUp(context.Background()); n != 1 || err != nil {
			t.Errorf("%d %v", n, err)
		}
	})
}
