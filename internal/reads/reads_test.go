package reads_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/app"
	"fengqiao/internal/casework"
	"fengqiao/internal/fault"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// what is looked at, as "name role kind" in the order of the list.
func told(h housetest.Hand, path string) (out []string) {
	items, _ := h.Get(path).Is(http.StatusOK).Value("items").([]any)
	for _, i := range items {
		one := i.(map[string]any)
		name, _ := one["name"].(string)
		out = append(out, strings.TrimSpace(name+" "+one["role"].(string)+" "+one["kind"].(string)))
	}
	return out
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// Whoever of the staff is shown something of a case stands in the record of looks, once a day for each part of it; what was out of
// reach was not looked at. The party reads it of its own case, the auditor of the area.
func TestWhoLookedIsNoted(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(town.Lin).Files()
		su, county, party := town.As(town.Su), town.As(town.County), town.Party(c, c.Code)
		case_ := "/cases/" + c.ID
		town.As(town.FarMediator).Get(case_).Is(http.StatusNotFound)
		same(t, "before anybody looked", told(party, case_+"/reads"))
		for range 3 {
			su.Get(case_).Is(http.StatusOK)
		}
		town.Clock.Move(time.Minute)
		su.Get(case_ + "/timeline").Is(http.StatusOK)
		su.Page("GET", "/desk/cases/"+c.ID, nil).Is(http.StatusOK)
		town.Clock.Move(time.Minute)
		county.Page("GET", "/desk/cases/"+c.ID, nil).Is(http.StatusOK)
		party.Get(case_).Is(http.StatusOK) // its own case
		same(t, "as the party is told", told(party, case_+"/reads"), "bureau_supervisor case", town.Su.Name+" mediator timeline", town.Su.Name+" mediator case")
		audit := town.As(town.Audit)
		same(t, "as the auditor is told", told(audit, "/reads"), town.County.Name+" bureau_supervisor case", town.Su.Name+" mediator timeline", town.Su.Name+" mediator case")
		town.Clock.Move(24 * time.Hour)
		town.Elsewhere(town.App, town.Su).Get(case_).Is(http.StatusOK)
		party = town.Party(c, c.Code)
		if got := told(party, case_+"/reads"); len(got) != 4 {
			t.Errorf("on the next day: %q", got)
		}
		if text := string(audit.Get("/reads").Body); strings.Contains(text, "漏水") {
			t.Error("the record of looks tells what a case is about")
		}
	})
}

// Somebody of the staff who looks at the case in which they are a party is no office that looked; whose office it is as well, is.
func TestOnesOwnCaseIsNoLook(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(town.Lin).Files() // and is given a post later
		for _, step := range []struct {
			in   registry.Committee
			want []string
		}{{town.Other, nil}, {town.Home, []string{town.Lin.Name + " mediator case"}}} {
			town.Serves(town.Lin, step.in, actor.Mediator)
			own := town.Again(town.Lin)
			own.Get("/cases/" + c.ID).Is(http.StatusOK)
			if step.want == nil { // as its mediator she has another page
				own.Page("GET", "/mine/"+c.ID, nil).Is(http.StatusOK)
			}
			same(t, "with a post in "+step.in.Name, told(town.Party(c, c.Code), "/cases/"+c.ID+"/reads"), step.want...)
		}
	})
}

// A form of a case shows the case, by whichever method it is asked for: with room for one person more, and again with what was wrong.
// Who was sent on after an act stands in its record, and who was asked for a fresh proof was shown nothing.
func TestAFormThatShowsTheCaseIsNoted(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		one, other := town.As(town.Lin).Files(), town.As(town.Lin).Files()
		station, audit := town.As(town.Station), town.As(town.Audit)
		looks := func() (n int) {
			for _, got := range told(audit, "/reads") {
				if got == town.Station.Name+" station_officer case" {
					n++
				}
			}
			return n
		}
		if got := station.Page("POST", "/desk/cases/"+one.ID+"/correct", url.Values{"more": {"1"}}).Is(http.StatusOK); !got.Holds("漏水") {
			t.Fatalf("%s", got.Body)
		}
		if looks() != 1 {
			t.Errorf("with room for one more: %q", told(audit, "/reads"))
		}
		if got := station.Page("POST", "/desk/cases/"+other.ID+"/correct", url.Values{"_version": {"1"}, "occurred_at": {"yesterday"}}).Is(http.StatusUnprocessableEntity); !got.Holds("漏水") {
			t.Fatalf("%s", got.Body)
		}
		if looks() != 2 {
			t.Errorf("again, with what was wrong: %q", told(audit, "/reads"))
		}
	})
}

// A list that is drawn again by a form is a look at it like any other.
func TestAListDrawnAgainIsNoted(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.As(town.Su).Page("POST", "/held-filings", url.Values{"do": {"release"}}).Is(http.StatusUnprocessableEntity)
		same(t, "looks", told(town.As(town.Audit), "/reads"), town.Su.Name+" mediator held")
	})
}

// A list taken out as a file is a line each time; on the screen, whatever was looked for in it, it is one a day for whoever is shown
// names in it, in whichever program; and what was looked for stands nowhere.
func TestListsAreNoted(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.As(town.Lin).Files()
		county, su, station := town.As(town.County), town.As(town.Su), town.As(town.Station)
		for range 2 {
			county.Get("/cases").Is(http.StatusOK) // without names
			su.Get("/cases").Is(http.StatusOK)
			su.Get("/cases?q=林秀英").Is(http.StatusOK)
			su.Page("GET", "/desk", nil).Is(http.StatusOK)
			su.Page("POST", "/desk/search", url.Values{"q": {"林秀英"}}).Is(http.StatusOK)
			station.Page("GET", "/desk/cases", nil).Is(http.StatusOK)
			station.Get("/held-filings").Is(http.StatusOK)
			county.Get("/complaints").Is(http.StatusOK)
			county.Get("/data-requests").Is(http.StatusOK)
			town.As(town.Housing).Page("GET", "/reports/housing", nil).Is(http.StatusOK)
		}
		audit := town.As(town.Audit)
		screens := []string{town.County.Name + " bureau_supervisor requests", town.County.Name + " bureau_supervisor complaints", town.Station.Name + " station_officer held",
			town.Station.Name + " station_officer screen", town.Su.Name + " mediator screen"}
		sorted := func(all []string) []string { slices.Sort(all); return all } // all at one moment
		same(t, "lists on the screen", sorted(told(audit, "/reads")), sorted(screens)...)
		county.Get("/cases/export?format=csv").Is(http.StatusOK)
		county.Get("/cases/export?format=csv").Is(http.StatusOK)
		file := town.County.Name + " bureau_supervisor list"
		same(t, "lists taken out", sorted(told(audit, "/reads")), sorted(append([]string{file, file}, screens...))...)
		if got := audit.Page("GET", "/reads", nil).Is(http.StatusOK); !got.Holds("案件列表（页面）") || !got.Holds("投诉列表") || got.Holds("林秀英") {
			t.Errorf("%s", got.Body)
		}
		town.Later(24 * time.Hour)
		town.SignInAgain()
		town.As(town.Su).Get("/cases").Is(http.StatusOK)
		if got := told(town.As(town.Audit), "/reads"); len(got) != 8 {
			t.Errorf("on the next day: %q", got)
		}
	})
}

// Many requests at two programs note one look at a list.
func TestAListIsNotedOnceByTwoPrograms(t *testing.T) {
	housetest.Pair(t, func(t *testing.T, town *housetest.Town, other *app.App) {
		officer := town.As(town.Station) // whoever oversees is shown nothing before it is noted, so that none of the eight gives up
		var all sync.WaitGroup
		for range 4 {
			for _, h := range []housetest.Hand{officer, officer.At(other)} {
				all.Go(func() { h.Get("/cases") })
			}
		}
		all.Wait()
		same(t, "eight requests", told(town.As(town.Audit), "/reads"), town.Station.Name+" station_officer screen")
	})
}

// What stays without cover while a mediator is away is told by its titles: a list with names like any other, on the page and to a program.
func TestWhatIsLeftWithoutCoverIsALook(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		for _, asked := range []string{"page", "api"} {
			c := town.As(nil).Files()
			su := town.As(town.Su)
			su.Sees(c)
			su.Hosted(c, town.Su)
			town.Ties(town.Hong, "kin", "陈志强")
			who, mediator := town.Zheng, town.Su.Mediator.String()
			var got housetest.Answer
			if asked == "page" {
				got = town.As(who).Page("POST", "/desk/team/"+mediator, url.Values{"_key": {"k-1"}, "from": {string(town.Today())}, "to": {string(town.Today().Plus(1))}, "cover_mediator_id": {town.Hong.Mediator.String()}}).Is(http.StatusOK)
			} else {
				town.Later(72 * time.Hour)
				town.SignInAgain()
				got = town.As(who).Post("/registry/mediators/"+mediator+"/absences", housetest.M{"from": town.Today(), "to": town.Today().Plus(1), "cover_mediator_id": town.Hong.Mediator}).Is(http.StatusCreated)
			}
			if !got.Holds("楼上漏水") {
				t.Fatalf("%s: %s", asked, got.Body)
			}
			looks := 0
			for _, one := range told(town.As(town.Audit), "/reads") {
				if one == who.Name+" chair screen" {
					looks++
				}
			}
			if want := map[string]int{"page": 1, "api": 2}[asked]; looks != want {
				t.Errorf("%s: %d looks, want %d: %q", asked, looks, want, told(town.As(town.Audit), "/reads"))
			}
		}
	})
}

// Before a mediator leaves, the chair looks through what is still open.
func TestALookAtWhatALeaverHasOpenIsNoted(t *testing.T) {
	for _, look := range []func(chair housetest.Hand, leaver string) housetest.Answer{
		func(chair housetest.Hand, leaver string) housetest.Answer {
			return chair.Get("/registry/mediators/" + leaver + "/hand-over")
		},
		func(chair housetest.Hand, leaver string) housetest.Answer {
			return chair.Page("GET", "/desk/hand-over/"+leaver, nil)
		},
	} {
		housetest.Each(t, func(t *testing.T, town *housetest.Town) {
			c := town.As(town.Lin).Files()
			town.As(town.Su).Hosted(c, town.Su)
			if got := look(town.As(town.Zheng), town.Su.Mediator.String()).Is(http.StatusOK); !got.Holds("林") {
				t.Fatalf("%s", got.Body)
			}
			same(t, "looks", told(town.As(town.Audit), "/reads"), town.Zheng.Name+" chair screen")
		})
	}
}

// Whoever does nothing but search leaves a trace too, though what they searched for travels in no address.
func TestALookUpOfANumberIsNoted(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.As(town.Lin).Files()
		for range 2 {
			town.As(town.Hong).Page("POST", "/desk/search", url.Values{"q": {"13800138000"}}).Is(http.StatusOK)
			town.As(town.Su).Post("/searches", housetest.M{"text": "11010519491231002X"}).Is(http.StatusOK)
		}
		town.As(town.County).Post("/searches", housetest.M{"text": "13800138000"}).Is(http.StatusForbidden)
		audit := town.As(town.Audit)
		got := told(audit, "/reads")
		slices.Sort(got)
		same(t, "look-ups", got, town.Hong.Name+" mediator look_up", town.Hong.Name+" mediator screen", town.Su.Name+" mediator look_up", town.Su.Name+" mediator screen")
		if page := audit.Page("GET", "/reads", nil).Is(http.StatusOK); !page.Holds("按电话或证件号查找") || page.Holds("13800138000") {
			t.Errorf("%s", page.Body)
		}
	})
}

func TestASearchIsNoted(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.As(town.Lin).Files()
		town.As(town.Hong).Page("POST", "/desk/search", url.Values{"q": {"林秀英"}}).Is(http.StatusOK)
		town.As(town.Su).Post("/searches", housetest.M{"text": "林秀英"}).Is(http.StatusOK)
		got := told(town.As(town.Audit), "/reads")
		slices.Sort(got)
		same(t, "searches", got, town.Hong.Name+" mediator screen", town.Su.Name+" mediator screen")
	})
}

// The auditor narrows by who, by case and by day, and pages on; what is no day is said.
func TestTheAuditorFindsWhoLooked(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		one, other := town.As(town.Lin).Files(), town.As(town.Lin).Files()
		for _, c := range []*housetest.Case{one, other} {
			town.As(town.Su).Get("/cases/" + c.ID).Is(http.StatusOK)
			town.As(town.County).Get("/cases/" + c.ID).Is(http.StatusOK)
		}
		audit := town.As(town.Audit)
		for query, n := range map[string]int{"": 4, "?name=" + town.Su.Name: 2, "?reference=" + one.Reference: 2, "?name=" + town.Su.Name + "&reference=" + other.Reference: 1,
			"?from=" + string(town.Today()): 4, "?to=2020-01-01": 0, "?name=nobody": 0} {
			if got := told(audit, "/reads"+query); len(got) != n {
				t.Errorf("%s: %d lines, want %d", query, len(got), n)
			}
		}
		page := audit.Get("/reads?limit=3").Is(http.StatusOK)
		if rest := told(audit, "/reads?limit=3&cursor="+page.Text("next_cursor")); len(rest) != 1 {
			t.Errorf("on the second page: %q", rest)
		}
		found := audit.Page("GET", "/reads?name="+town.Su.Name, nil).Is(http.StatusOK)
		mine := town.Party(one, one.Code).Page("GET", "/mine/"+one.ID+"/reads", nil).Is(http.StatusOK)
		if !found.Holds(one.Reference) || !found.Holds(town.Home.Name) || !mine.Holds(town.Su.Name) || !mine.Holds("司法局监督人员") || mine.Holds(town.County.Name) {
			t.Errorf("%s\n%s", found.Body, mine.Body)
		}
		audit.Page("GET", "/reads?from=yesterday", nil).Is(http.StatusUnprocessableEntity)
		audit.Get("/reads?from=yesterday").Is(http.StatusUnprocessableEntity)
		for _, p := range []*housetest.Person{town.Su, town.County, town.System, town.Security} {
			town.As(p).Get("/reads").Is(http.StatusForbidden)
		}
	})
}

// Two processes note a look once; a line once written can be neither changed nor removed.
func TestALookIsKeptOnceAndForGood(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(town.Lin).Files()
		town.As(town.Su).Get("/cases/" + c.ID).Is(http.StatusOK)
		another, err := app.New(t.Context(), app.Options{Store: town.Store, Data: town.App.Data, Now: town.Clock.Now, SecondFactor: app.FactorOffered, PublicRate: 1000, Version: "test"})
		if err != nil {
			t.Fatal(err)
		}
		town.Elsewhere(another, town.Su).Get("/cases/" + c.ID).Is(http.StatusOK)
		if got := told(town.As(town.Audit), "/reads"); len(got) != 1 {
			t.Errorf("two processes: %q", got)
		}
		town.OnlyAddedTo(t, "case_reads", "kind")
	})
}

// gone takes the record of looks away; back brings it again.
func gone(t *testing.T, town *housetest.Town) (back func()) {
	t.Helper()
	rename := func(from, to string) {
		pool, err := town.Store.Pool()
		if err == nil {
			_, err = pool.ExecContext(context.Background(), "ALTER TABLE "+from+" RENAME TO "+to)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	rename("case_reads", "gone")
	return func() { rename("gone", "case_reads") }
}

// A look-up of a number counts towards the bound of an hour with what was found, or not at all.
func TestALookUpThatIsNotNotedIsNotCounted(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		station := town.As(town.Station)
		counted := func() (n int) {
			pool, err := town.Store.Pool()
			if err == nil {
				err = pool.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM number_look_ups").Scan(&n)
			}
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		g, err := town.App.Policy.Allow(actor.Actor{Person: town.Station.ID, Name: town.Station.Name, Posts: []actor.Post{{Role: actor.StationOfficer, Area: housetest.Street}}}, "case.list")
		if err != nil {
			t.Fatal(err)
		}
		back := gone(t, town)
		if _, _, err := town.App.Cases.Search(t.Context(), g, casework.Filter{Query: "13800138000"}); !fault.Is(err, fault.Unavailable) {
			t.Errorf("what cannot be noted: %v", err)
		}
		station.Post("/searches", housetest.M{"text": "13800138000"}).Is(http.StatusServiceUnavailable)
		if n := counted(); n != 0 {
			t.Errorf("%d look-ups are counted, of none that was noted", n)
		}
		back()
		if got := station.Post("/searches", housetest.M{"text": "13800138000"}).Is(http.StatusOK); !got.Holds(c.ID) || counted() != 1 {
			t.Errorf("counted %d: %s", counted(), got.Body)
		}
	})
}

// What cannot be noted is not shown to who oversees; who works in a committee goes on.
func TestWhatCannotBeNotedIsNotShown(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(town.Lin).Files()
		id, err := ident.ParseID(c.ID)
		if err != nil {
			t.Fatal(err)
		}
		su, county := town.As(town.Su), town.As(town.County)
		gone(t, town)
		county.Get("/cases/" + id.String()).Is(http.StatusServiceUnavailable)
		county.Page("GET", "/desk/cases/"+c.ID, nil).Is(http.StatusServiceUnavailable)
		su.Get("/cases/" + c.ID).Is(http.StatusOK)
		if !strings.Contains(town.Logged(), "a look at a case was not noted") {
			t.Error("nothing is said of it")
		}
	})
}
