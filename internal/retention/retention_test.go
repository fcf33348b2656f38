package retention_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
)

type m = housetest.M

// archived is a dossier in the archive, to be kept until a day.
func archived(t *testing.T, town *housetest.Town, until string) *housetest.Case {
	t.Helper()
	su := town.As(town.Su)
	c := town.As(nil).Files()
	su.Accepted(c)
	su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(http.StatusOK)
	su.Does(c, "archive", m{"retention": "short"}).Is(http.StatusOK)
	if got := c.Last.Text("retain_until"); got != "2036-03-06" {
		t.Fatalf("kept until %s", got)
	}
	set(t, town, "UPDATE dispute_cases SET retain_until = ? WHERE county_code = ? AND id = ?", until, housetest.Fengze.County(), c.ID)
	return c
}

func set(t *testing.T, town *housetest.Town, sql string, args ...any) {
	t.Helper()
	err := town.Store.Do(context.Background(), actor.System, housetest.Fengze.County(), func(tx *db.Tx) error { return tx.Rows().Exec(sql, args...).Error })
	if err != nil {
		t.Fatal(err)
	}
}

// ids are the dossiers of a list.
func ids(a housetest.Answer) (out []string) {
	for i := range 10 {
		if id := a.Text("items." + string(rune('0'+i)) + ".id"); id != "" {
			out = append(out, id)
		}
	}
	return out
}

// What has been kept as long as it must be is listed for the bureau of its place, from the day after on; a hold takes it off until it is
// lifted, and the record holds.
func TestR3_WhatIsOverIsListedUnlessItIsHeld(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		over, ends, runs := archived(t, town, "2026-03-05"), archived(t, town, "2026-03-06"), archived(t, town, "2030-01-01")
		open := town.As(nil).Files()
		county := town.As(town.County)
		if got := ids(county.Get("/retention").Is(200)); len(got) != 1 || got[0] != over.ID {
			t.Fatalf("over: %v", got)
		}
		if got := ids(county.Get("/retention?state=running").Is(200)); len(got) != 2 || got[0] != ends.ID || got[1] != runs.ID {
			t.Errorf("running: %v", got)
		}
		page := county.Get("/retention?state=running&limit=1").Is(200)
		if got := ids(county.Get("/retention?state=running&limit=1&cursor=" + page.Text("next_cursor")).Is(200)); len(got) != 1 || got[0] != runs.ID {
			t.Errorf("the next page: %v", got)
		}

		home := "/retention/" + over.ID
		county.Post(home+"/holds", m{"reason": " "}).Is(http.StatusUnprocessableEntity)
		hold := county.Post(home+"/holds", m{"reason": "法院调卷"}).Is(http.StatusCreated)
		county.Post(home+"/holds", m{"reason": "再来一次"}).Is(http.StatusConflict)
		if got := ids(county.Get("/retention").Is(200)); len(got) != 0 {
			t.Errorf("over, though it is held: %v", got)
		}
		if got := ids(county.Get("/retention?state=held").Is(200)); len(got) != 1 || got[0] != over.ID {
			t.Errorf("held: %v", got)
		}
		if got := county.Get("/retention/counts").Is(200); got.Text("items.0.retention") != "short" || got.Text("items.0.all") != "3" || got.Text("items.0.over") != "0" || got.Text("items.0.held") != "1" {
			t.Errorf("%s", got.Body)
		}
		if got := county.Get(home).Is(200); got.Text("holds.0.reason") != "法院调卷" || got.Text("holds.0.set_by_name") != town.County.Name || got.Holds("漏水") || got.Holds("林秀英") {
			t.Errorf("%s", got.Body)
		}

		lift := "/retention-holds/" + hold.Text("id") + "/lift"
		county.With("If-Match", `"2"`).Post(lift, m{"reason": "已退卷"}).Is(http.StatusPreconditionFailed)
		town.As(town.FarCounty).With("If-Match", `"1"`).Post(lift, m{"reason": "已退卷"}).Is(http.StatusNotFound)
		county.With("If-Match", `"1"`).Post(lift, m{"reason": "已退卷"}).Is(http.StatusOK)
		county.With("If-Match", `"2"`).Post(lift, m{"reason": "已退卷"}).Is(http.StatusConflict)
		if got := ids(county.Get("/retention").Is(200)); len(got) != 1 {
			t.Errorf("over again: %v", got)
		}

		town.As(town.FarCounty).Get(home).Is(http.StatusNotFound)
		town.As(town.FarCounty).Post(home+"/holds", m{"reason": "x"}).Is(http.StatusNotFound)
		county.Get("/retention/" + open.ID).Is(http.StatusNotFound)
		if got := ids(town.As(town.FarCounty).Get("/retention").Is(200)); len(got) != 0 {
			t.Errorf("another county sees %v", got)
		}
		for _, who := range []*housetest.Person{town.Su, town.Zheng, town.Lin, town.Station, town.System, town.Audit} {
			town.As(who).Get("/retention").Is(http.StatusForbidden)
			town.As(who).Post(home+"/holds", m{"reason": "x"}).Is(http.StatusForbidden)
		}
		if found, err := town.App.Verify(t.Context()); err != nil || len(found.All()) > 0 {
			t.Errorf("%v, %v", found.All(), err)
		}
		id, err := ident.ParseID(hold.Text("id"))
		if err != nil {
			t.Fatal(err)
		}
		set(t, town, "UPDATE retention_holds SET version = 1, lifted_at = NULL WHERE county_code = ? AND id = ?", id.County(), id)
		if found, err := town.App.Verify(t.Context()); err != nil || len(found.Breaks) != 1 {
			t.Errorf("a hold changed behind the program's back: %v, %v", found.All(), err)
		}
	})
}

// The same on the pages, in words.
func TestR3_TheBureauHoldsADossierOnThePage(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := archived(t, town, "2026-03-05")
		county := town.As(town.County)
		if a := county.Page("GET", "/retention", nil).Is(200); !a.Holds("/retention/"+c.ID) || !a.Holds(town.Home.Name) || a.Holds("漏水") {
			t.Errorf("%s", a.Body)
		}
		home := "/retention/" + c.ID
		if a := county.Page("POST", home+"/hold", url.Values{"reason": {""}}).Is(http.StatusUnprocessableEntity); !a.Holds("请写明原因") && !a.Holds("Please say why") {
			t.Errorf("%s", a.Body)
		}
		county.Page("POST", home+"/hold", url.Values{"reason": {"信访件还没有办结"}}).Is(http.StatusSeeOther)
		if a := county.Page("GET", home, nil).Is(200); !a.Holds("信访件还没有办结") || !a.Holds(town.County.Name) {
			t.Errorf("%s", a.Body)
		}
		county.Page("POST", home+"/lift", url.Values{"reason": {"办结了"}, "_version": {"1"}}).Is(http.StatusSeeOther)
		if a := county.Page("GET", home, nil).Is(200); !a.Holds("办结了") {
			t.Errorf("%s", a.Body)
		}
	})
}
