package registry_test

import (
	"net/url"
	"strings"
	"testing"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
	"fengqiao/internal/registry"
)

// shows wants a page to hold some texts and to lack others (those that begin with "!").
func shows(t *testing.T, by housetest.Hand, path string, texts ...string) string {
	t.Helper()
	body := string(by.Page("GET", path, nil).Is(200).Body)
	for _, text := range texts {
		if bare, not := strings.CutPrefix(text, "!"); strings.Contains(body, bare) == not {
			t.Errorf("%s: shows %q: %t", path, bare, not)
		}
	}
	return body
}

func TestTheRegisterIsShownToPeople(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		compounds := []registry.Compound{{Name: "少林花园", AreaCode: housetest.Shaolin, Households: 420}, {Name: "东湖雅居", AreaCode: housetest.Donghu}}
		property := []registry.Committee{{Type: registry.OfSociety, Sector: "property", Name: "丰泽物业调委会", ShortName: "丰泽物业", AreaCode: housetest.Fengze,
			State: registry.Active, ActivatedOn: "2021-01-01"}}
		err := town.Store.Do(t.Context(), actor.System, "350503", func(tx *db.Tx) error {
			if err := registry.BulkCommittees(tx, property); err != nil {
				return err
			}
			if err := registry.BulkCompounds(tx, compounds); err != nil {
				return err
			}
			if err := registry.BulkMediators(tx, []registry.Mediator{{CommitteeID: property[0].ID, PersonID: town.Su.ID, Name: town.Su.Name,
				Kind: registry.Engaged, Born: "1975-05-05", EngagedOn: "2025-02-01"}}); err != nil {
				return err
			}
			return registry.BulkServiceAreas(tx, []registry.ServiceArea{{CommitteeID: property[0].ID, CompoundID: compounds[0].ID, Scope: registry.PropertyMatters, ValidFrom: "2021-01-01"}})
		})
		if err != nil {
			t.Fatal(err)
		}
		county, anybody := town.As(town.County), town.As(nil)
		home, other, far := town.Home.Name, town.Other.Name, town.Far.Name
		shows(t, county, "/registry/committees", home, other, property[0].Name, "!"+far)
		shows(t, anybody, "/registry/committees", home, far) // the widest area there is
		shows(t, town.As(town.Zheng), "/registry/committees", home, "!"+far)
		shows(t, county, "/registry/committees?type=06", property[0].Name, "!"+home)
		shows(t, county, "/registry/committees?sector=property", property[0].Name, "!"+home)
		body := shows(t, county, "/registry/committees?area=350503&type=01,02&on=2020-06-01", home, "!"+property[0].Name, "2020年6月1日 的情况")
		for _, without := range []url.Values{{"area": {"350503"}, "type": {"01,02"}}, {"area": {"350503"}, "on": {"2020-06-01"}}} {
			if !strings.Contains(body, `class="tag info" href="/registry/committees?`+strings.ReplaceAll(without.Encode(), "&", "&amp;")+`"`) {
				t.Errorf("no chip leads to %s", without.Encode())
			}
		}
		shows(t, county, "/registry/committees?on=2019-12-31", "没有符合条件的调委会", "清除条件")
		one := shows(t, anybody, "/registry/committees/"+town.Home.ID.String(), home, "主任", town.Zheng.Name, town.Su.Name, "2025年1月6日", "没有另外指定服务范围")
		if strings.Contains(one, "1975") {
			t.Error("a birth date is shown")
		}
		shows(t, county, "/registry/committees/"+property[0].ID.String(), "少林花园", "物业纠纷", "长期")
		room := []registry.Committee{{Type: registry.OfResidents, Name: "少林调解室", ShortName: "少林室", AreaCode: housetest.Shaolin, State: registry.Ended, ParentID: town.Home.ID}}
		if err := town.Store.Do(t.Context(), actor.System, "350503", func(tx *db.Tx) error { return registry.BulkCommittees(tx, room) }); err != nil {
			t.Fatal(err)
		}
		shows(t, anybody, "/registry/committees/"+room[0].ID.String(), "已撤销", "所属调委会", `href="/registry/committees/`+town.Home.ID.String())
		anybody.Page("GET", "/registry/committees/nothing", nil).Is(404)

		people := shows(t, county, "/registry/mediators?area=350503", town.Su.Name, home, property[0].Name, town.Hong.Name, "!"+town.FarMediator.Name)
		if n := strings.Count(people, "<strong>"+town.Su.Name); n != 1 {
			t.Errorf("who serves two committees stands there %d times", n)
		}
		shows(t, county, "/registry/mediators?committee_type=06", town.Su.Name, property[0].Name, "!"+home, "!"+town.Hong.Name)
		shows(t, county, "/registry/mediators?committee_id="+town.Home.ID.String(), town.Hong.Name, "!"+town.OtherChair.Name)
		county.Page("GET", "/registry/mediators?committee_id="+strings.Replace(town.Home.ID.String(), "0", "1", 1), nil).Is(404)

		shows(t, county, "/registry/compounds", "少林花园", "东湖雅居", property[0].Name)
		shows(t, county, "/registry/compounds?covered=true", "少林花园", "!东湖雅居")
		shows(t, county, "/registry/compounds?covered=false", "!少林花园", "东湖雅居")
		for _, bad := range []string{"committees?type=07", "committees?on=x", "committees?area=999", "committees?area=350599", "committees?sector=x", "committees?cursor=x",
			"mediators?committee_type=desk", "mediators?committee_id=x", "compounds?covered=maybe"} {
			county.Page("GET", "/registry/"+bad, nil).Is(422)
		}
		if to := county.Page("GET", "/registry", nil).Is(303).Header.Get("Location"); to != "/registry/committees" {
			t.Errorf("the register begins at %s", to)
		}
	})
}

func TestPagesOfTheRegisterFollowEachOther(t *testing.T) {
	town := housetest.New(t, dbtest.Only(t, "sqlite"))
	var rows []registry.Compound
	for _, a := range registry.Quanzhou() {
		if a.Level == "village" && a.Code.County() == "350503" && len(rows) < 45 {
			rows = append(rows, registry.Compound{Name: a.Name + "小区", AreaCode: a.Code})
		}
	}
	if err := town.Store.Do(t.Context(), actor.System, "350503", func(tx *db.Tx) error { return registry.BulkCompounds(tx, rows) }); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for path := "/registry/compounds?area=350503&covered=false"; path != ""; {
		body := shows(t, town.As(town.Housing), path)
		seen += strings.Count(body, `<td class="wide head"`)
		_, rest, _ := strings.Cut(body, `rel="next" href="`)
		path, _, _ = strings.Cut(strings.ReplaceAll(rest, "&amp;", "&"), `"`)
	}
	if seen != len(rows) {
		t.Errorf("%d compounds on all pages, want %d", seen, len(rows))
	}
}
