package registry_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

const day calendar.Day = "2025-06-30" // the day that is asked for; the town's own is 2026-03-06

// body is a committee to be entered as it stands in the books.
func body(name string, change func(*registry.Committee)) registry.Committee {
	c := registry.Committee{Type: registry.OfResidents, Name: name, ShortName: name, AreaCode: shaolin, State: registry.Active, ActivatedOn: "2020-01-01"}
	if change != nil {
		change(&c)
	}
	return c
}

// enter writes committees into Fengze and gives them back by name.
func (t *town) enter(rows ...registry.Committee) map[string]registry.Committee {
	t.Helper()
	t.write("350503", func(tx *db.Tx) error { return registry.BulkCommittees(tx, rows) })
	out := map[string]registry.Committee{}
	for _, c := range rows {
		out[c.Name] = c
	}
	return out
}

// names are the names of all lines of a list, over pages of so many lines, sorted; a line that comes twice is a fault.
func (t *town) names(e *echo.Echo, path string, limit int) []string {
	t.Helper()
	var out []string
	seen, cursor := map[any]bool{}, ""
	for {
		got := t.ask(e, "GET", fmt.Sprintf("%s&limit=%d%s", path, limit, cursor), "")
		if got.status != 200 || len(got.items()) > limit {
			t.Fatalf("%s: %d %v", path, got.status, got.body)
		}
		for _, item := range got.items() {
			one := item.(map[string]any)
			if seen[one["id"]] {
				t.Errorf("%s: %v comes twice", path, one["name"])
			}
			seen[one["id"]] = true
			out = append(out, one["name"].(string))
		}
		if got.body["next_cursor"] == nil {
			slices.Sort(out)
			return out
		}
		cursor = "&cursor=" + got.body["next_cursor"].(string)
	}
}

// lists wants a list to hold these names and no others, however the pages are cut.
func (t *town) lists(e *echo.Echo, path, want string) {
	t.Helper()
	names := strings.Fields(want)
	slices.Sort(names)
	for _, limit := range []int{1, 2, 100} {
		if got := t.names(e, path, limit); !slices.Equal(got, names) {
			t.Errorf("%s, %d a page: %v, want %v", path, limit, got, names)
		}
	}
}

// refuses wants an answer of 422 that names a field and says what is wrong in both languages.
func (t *town) refuses(e *echo.Echo, path, field string) {
	t.Helper()
	for _, lang := range []string{"zh-CN", "en"} {
		got := t.ask(e, "GET", path, "", "Accept-Language: "+lang)
		errors, _ := got.body["errors"].([]any)
		if got.status != 422 || len(errors) != 1 || errors[0].(map[string]any)["location"] != field || len(got.body["detail"].(string)) < 10 {
			t.Errorf("%s: %d %v", path, got.status, got.body)
		}
	}
}

func TestCommitteesThatStoodOnADay(t *testing.T) {
	each(t, func(t *town) {
		parent := t.enter(body("standing", nil))["standing"]
		t.enter(
			body("village", func(c *registry.Committee) { c.Type = registry.OfVillage }),
			body("street", func(c *registry.Committee) { c.Type, c.AreaCode = registry.OfStreet, donghu }),
			body("neighbour", func(c *registry.Committee) { c.AreaCode = minghu }),
			body("property", func(c *registry.Committee) { c.Type, c.Sector = registry.OfSociety, "property" }),
			body("first-day", func(c *registry.Committee) { c.ActivatedOn = day }),
			body("not-yet", func(c *registry.Committee) { c.ActivatedOn = day.Plus(1) }),
			body("ended-later", func(c *registry.Committee) { c.State, c.EndedOn = registry.Ended, day.Plus(1) }),
			body("ended-that-day", func(c *registry.Committee) { c.State, c.EndedOn = registry.Ended, day }),
			body("ended-before", func(c *registry.Committee) { c.State, c.EndedOn = registry.Ended, "2021-01-01" }),
			body("draft", func(c *registry.Committee) { c.State, c.ActivatedOn = registry.Draft, "" }),
			body("draft-with-a-day", func(c *registry.Committee) { c.State = registry.Draft }),
			body("no-day", func(c *registry.Committee) { c.ActivatedOn = "" }),
			body("room", func(c *registry.Committee) { c.ParentID = parent.ID }),
		)
		e := t.api()
		on := "&on=" + string(day)
		all := "standing village street neighbour property first-day ended-later"
		t.lists(e, "/committees?area=3505"+on, all)
		t.lists(e, "/committees?area=350502"+on, "")
		t.lists(e, "/committees?area=350503001"+on, all)
		t.lists(e, "/committees?area="+string(minghu)+on, "neighbour")
		t.lists(e, "/committees?area=3505&type=02"+on, "standing neighbour first-day ended-later")
		t.lists(e, "/committees?area=3505&type=01,02"+on, "village standing neighbour first-day ended-later")
		t.lists(e, "/committees?area=3505&type=04,01,01"+on, "village street")
		t.lists(e, "/committees?area=3505&sector=property"+on, "property")
		t.lists(e, "/committees?area=3505&on="+string(day.Plus(1)), "standing village street neighbour property first-day not-yet")
		t.lists(e, "/committees?area=3505&on=2019-12-31", "")
		// Without a day: what is active now, as before, bodies under a committee among it.
		t.lists(e, "/committees?area=3505", "standing village street neighbour property first-day not-yet no-day room")
		t.lists(e, "/committees?area=3505&type=02,06", "standing neighbour property first-day not-yet no-day room")
		if got := t.names(e, "/committees?area=350503&type=desk,01", 100); len(got) != 2 {
			t.Errorf("a desk beside villages: %v", got)
		}
		for _, bad := range []string{"07", "01,07", "2", "01%3B02", "desks", "01%2002"} {
			t.refuses(e, "/committees?area=3505&type="+bad, "type")
		}
		t.refuses(e, "/committees?area=3505&sector=gossip", "sector")
		t.refuses(e, "/committees?area=3505&on=2025-02-30", "on")
	})
}

// serves enters engagements in Fengze: who, by which committee, from when, until when.
func (t *town) serves(rows ...registry.Mediator) {
	t.Helper()
	for i := range rows {
		if rows[i].EngagedOn == "" {
			rows[i].EngagedOn = "2022-01-01"
		}
		rows[i].Kind, rows[i].Born = registry.Engaged, "1980-01-01"
	}
	t.write(rows[0].CommitteeID.County(), func(tx *db.Tx) error { return registry.BulkMediators(tx, rows) })
}

func (t *town) person(county ident.County) (out ident.ID) {
	t.write(county, func(tx *db.Tx) error { out = tx.NewID(); return nil })
	return out
}

func TestMediatorsOfADayAreCountedOncePerPerson(t *testing.T) {
	each(t, func(t *town) {
		c := t.enter(body("residents", nil), body("village", func(c *registry.Committee) { c.Type, c.AreaCode = registry.OfVillage, minghu }),
			body("society", func(c *registry.Committee) { c.Type = registry.OfSociety }),
			body("ended", func(c *registry.Committee) { c.State, c.EndedOn = registry.Ended, day }),
			body("draft", func(c *registry.Committee) { c.State = registry.Draft }))
		room := t.enter(body("room", func(k *registry.Committee) { k.ParentID = c["residents"].ID }))["room"]
		far := []registry.Committee{{Type: registry.OfVillage, Name: "far", ShortName: "far", AreaCode: "350502001001", State: registry.Active, ActivatedOn: "2020-01-01"}}
		t.write("350502", func(tx *db.Tx) error { return registry.BulkCommittees(tx, far) })
		by := func(name, committee string, person ident.ID) registry.Mediator {
			return registry.Mediator{Name: name, CommitteeID: c[committee].ID, PersonID: person}
		}
		p := func() ident.ID { return t.person("350503") }
		two, again, abroad, moved := p(), p(), p(), p()
		left, future, gone, last := by("left", "residents", p()), by("future", "residents", p()), by("again", "residents", again), by("last-day", "residents", p())
		left.LeftOn, last.LeftOn, gone.LeftOn, future.EngagedOn = day, day.Plus(1), "2023-01-01", day.Plus(1)
		was := by("moved", "residents", moved)
		was.LeftOn = "2023-01-01"
		inRoom := registry.Mediator{Name: "in-room", CommitteeID: room.ID, PersonID: p()}
		elsewhere := registry.Mediator{Name: "abroad", CommitteeID: far[0].ID, PersonID: abroad}
		t.serves(by("one", "residents", p()), by("two", "residents", two), by("two", "village", two), by("abroad", "residents", abroad), left, future, last,
			gone, by("again", "residents", again), was, by("moved", "village", moved), by("of-ended", "ended", p()), by("of-draft", "draft", p()), inRoom,
			by("of-society", "society", p()), by("two", "society", two))
		t.serves(elsewhere)
		e := t.api()
		on := "&on=" + string(day)
		t.lists(e, "/mediators?area=3505"+on, "one two abroad last-day again moved of-society")
		t.lists(e, "/mediators?area=3505&committee_type=01,02"+on, "one two abroad last-day again moved")
		t.lists(e, "/mediators?area=3505&committee_type=01"+on, "two abroad moved")
		t.lists(e, "/mediators?area=350503&committee_type=01"+on, "two moved")
		t.lists(e, "/mediators?area=350502"+on, "abroad")
		t.lists(e, "/mediators?area="+string(shaolin)+"&committee_type=01,02"+on, "one two abroad last-day again")
		t.lists(e, "/mediators?area=3505", "one two abroad future again moved of-society")
		t.lists(e, "/mediators?area=3505&on=2021-12-31", "")
		t.lists(e, "/mediators?committee_id="+c["residents"].ID.String(), "one two abroad future again") // as before: whoever serves it now
		for _, item := range t.ask(e, "GET", "/mediators?area=3505&limit=100&committee_type=01,02"+on, "").items() {
			one := item.(map[string]any)
			var of []string
			for _, k := range one["committees"].([]any) {
				of = append(of, k.(map[string]any)["name"].(string))
			}
			slices.Sort(of) // entered in one moment, they come in any order
			want := map[string]string{"two": "residents village", "abroad": "far residents", "moved": "village"}[one["name"].(string)]
			if got := strings.Join(of, " "); want != "" && got != want || len(of) == 0 {
				t.Errorf("%v serves %q, want %q", one["name"], got, want)
			}
		}
		id := c["residents"].ID.String()
		for _, which := range []string{"", "?area=3505&committee_id=" + id, "?on=2025-06-30&committee_id=" + id, "?committee_type=01&committee_id=" + id} {
			t.refuses(e, "/mediators"+which, "area")
		}
		t.refuses(e, "/mediators?area=3505&committee_type=desk", "committee_type")
		t.refuses(e, "/mediators?area=3505&committee_type=1", "committee_type")
	})
}

func TestCompoundsThatACommitteeCovered(t *testing.T) {
	each(t, func(t *town) {
		property := func(c *registry.Committee) { c.Type, c.Sector = registry.OfSociety, "property" }
		and := func(change func(*registry.Committee)) func(*registry.Committee) {
			return func(c *registry.Committee) { property(c); change(c) }
		}
		c := t.enter(body("property", property), body("wide", property), body("medical", func(c *registry.Committee) { c.Sector = "medical" }),
			body("ended", and(func(c *registry.Committee) { c.State, c.EndedOn = registry.Ended, day })),
			body("draft", and(func(c *registry.Committee) { c.State = registry.Draft })))
		room := t.enter(body("room", and(func(k *registry.Committee) { k.ParentID = c["property"].ID })))["room"]
		shequ := func(name string, area ident.Area) registry.Compound {
			return registry.Compound{Name: name, AreaCode: area}
		}
		const fengze, village2, town2 ident.Area = "350503000000", "350503002001", "350503003000"
		ended, later := shequ("gone", shaolin), shequ("gone-later", shaolin)
		ended.EndedOn, later.EndedOn = day, day.Plus(1)
		rows := []registry.Compound{shequ("named", shaolin), shequ("bare", shaolin), shequ("once", shaolin), shequ("soon", shaolin), shequ("last-day", shaolin),
			shequ("by-medical", shaolin), shequ("by-ended", shaolin), shequ("by-draft", shaolin), shequ("by-room", shaolin),
			shequ("in-village", village2), shequ("next-village", "350503002002"), shequ("in-town", "350503003002"), ended, later}
		far := []registry.Compound{shequ("far", "350502001001")}
		t.write("350503", func(tx *db.Tx) error { return registry.BulkCompounds(tx, rows) })
		t.write("350502", func(tx *db.Tx) error { return registry.BulkCompounds(tx, far) })
		at := map[string]registry.Compound{}
		for _, r := range rows {
			at[r.Name] = r
		}
		area := func(committee ident.ID, compound string, code ident.Area, from, to calendar.Day) registry.ServiceArea {
			return registry.ServiceArea{CommitteeID: committee, CompoundID: at[compound].ID, AreaCode: code, Scope: registry.PropertyMatters, ValidFrom: from, ValidTo: to}
		}
		const old calendar.Day = "2021-01-01"
		t.write("350503", func(tx *db.Tx) error {
			return registry.BulkServiceAreas(tx, []registry.ServiceArea{
				area(c["property"].ID, "", village2, "2022-01-01", ""), area(c["wide"].ID, "", village2, old, ""), // who was given it first is named
				area(c["wide"].ID, "", town2, old, ""),
				area(c["property"].ID, "named", "", old, ""), area(c["wide"].ID, "named", "", day, ""), // twice covered, one line
				area(c["property"].ID, "once", "", old, day.Plus(-1)), area(c["property"].ID, "last-day", "", old, day),
				area(c["property"].ID, "soon", "", day.Plus(1), ""), area(c["medical"].ID, "by-medical", "", old, ""),
				area(c["ended"].ID, "by-ended", "", old, ""), area(c["draft"].ID, "by-draft", "", old, ""), area(room.ID, "by-room", "", old, ""),
				area(c["property"].ID, "gone", "", old, ""), area(c["property"].ID, "gone-later", "", old, ""),
			})
		})
		e := t.api()
		on := "&on=" + string(day)
		covered, bare := "named last-day in-village in-town gone-later", "bare once soon by-medical by-ended by-draft by-room next-village"
		t.lists(e, "/compounds?area=350503&covered=true"+on, covered)
		t.lists(e, "/compounds?area=350503&covered=false"+on, bare)
		t.lists(e, "/compounds?area=350503"+on, covered+" "+bare)
		t.lists(e, "/compounds?area=3505"+on, covered+" "+bare+" far")
		t.lists(e, "/compounds?area=350503002&covered=true"+on, "in-village")
		t.lists(e, "/compounds?area=350503&covered=true", "named soon in-village in-town") // today
		for _, item := range t.ask(e, "GET", "/compounds?area=350503&limit=100"+on, "").items() {
			one := item.(map[string]any)
			by, _ := one["covered_by"].(map[string]any)
			name, _ := by["name"].(string)
			want := map[string]string{"named": "property", "last-day": "property", "in-village": "wide", "in-town": "wide", "gone-later": "property"}[one["name"].(string)]
			if name != want || one["covered"] != (want != "") {
				t.Errorf("%v is covered by %q (%v), want %q", one["name"], name, one["covered"], want)
			}
		}
		// A committee for the whole county covers everything in it; what was given by name keeps its own.
		t.write("350503", func(tx *db.Tx) error {
			return registry.BulkServiceAreas(tx, []registry.ServiceArea{area(c["wide"].ID, "", fengze, old, "")})
		})
		t.lists(e, "/compounds?area=3505&covered=true"+on, covered+" "+bare)
		t.lists(e, "/compounds?area=3505&covered=false"+on, "far")
		t.refuses(e, "/compounds?area=3505&covered=maybe", "covered")
	})
}
