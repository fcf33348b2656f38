package registry_test

import (
	"testing"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Who mediates for a compound is drawn from many walks of life; what they bring with them is recorded, shown and asked for.
func TestW4_WhatMediatorsBringWithThemIsShownAndAskedFor(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		admin, anybody := town.As(town.System), town.As(nil)
		engage := func(name, number string, background ...string) housetest.Answer {
			return admin.Post("/registry/committees/"+town.Home.ID.String()+"/mediators", housetest.M{
				"person": housetest.M{"name": name, "id_number": number, "ethnicity": "01", "citizen": true}, "served": housetest.M{"background": background}})
		}
		engage("蔡律师", "11010519491231002X", "lawyer", "party_member").Is(201)
		engage("黄代表", "440524188001010014", "congress_deputy").Is(201)
		if got := engage("无名氏", "11010519491231002X", "astronaut"); got.Status != 422 || !got.Holds(`"background"`) {
			t.Errorf("no background: %d %s", got.Status, got.Body)
		}
		for _, list := range []string{"/registry/mediators?area=350503", "/registry/mediators?committee_id=" + town.Home.ID.String()} {
			for word, want := range map[string]string{"lawyer": "蔡律师", "party_member": "蔡律师", "congress_deputy": "黄代表"} {
				got := anybody.Get(list + "&background=" + word).Is(200)
				if len(got.Value("items").([]any)) != 1 || got.Text("items.0.name") != want {
					t.Errorf("%s %s: %s", list, word, got.Body)
				}
			}
			if got := anybody.Get(list + "&background=cppcc_member").Is(200); len(got.Value("items").([]any)) != 0 {
				t.Errorf("nobody of the CPPCC: %s", got.Body)
			}
			anybody.Get(list + "&background=party%25").Is(422)
		}
		if got := anybody.Get("/registry/mediators?area=350503&background=lawyer").Is(200); got.Text("items.0.background.0") != "lawyer" || got.Text("items.0.background.1") != "party_member" {
			t.Errorf("shown: %s", got.Body)
		}
		shows(t, town.As(town.County), "/registry/mediators?background=lawyer", "蔡律师", "律师、党员", "!黄代表")
	})
}

// What stands close to "party_member" in letters is not it: the words are compared whole.
func TestW4_WordsAreComparedWhole(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		err := town.Store.Do(t.Context(), actor.System, "350503", func(tx *db.Tx) error {
			return registry.BulkMediators(tx, []registry.Mediator{{CommitteeID: town.Home.ID, PersonID: town.Wang.ID, Name: "王水木", Kind: registry.Engaged, Born: "1975-05-05",
				Sex: ident.Male, EngagedOn: "2025-02-01", Background: registry.Words{"owners_committee"}}})
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := town.As(nil).Get("/registry/mediators?area=350503&background=owner").Is(200); len(got.Value("items").([]any)) != 0 {
			t.Errorf("an owner: %s", got.Body)
		}
	})
}
