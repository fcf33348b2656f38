package registry_test

import (
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

func TestAPlaceIsAlwaysServedByTheNearest(t *testing.T) {
	each(t, func(t *town) {
		for _, a := range registry.Quanzhou() {
			if a.Level == ident.Province || strings.HasPrefix(string(a.Code), "350581") {
				continue // every place has a desk; the many of 石狮 are left out to save time
			}
			if a.Level == ident.Village && a.Code[11] != '1' {
				continue
			}
			if c := t.serving(registry.Place{Area: a.Code}); c.Type != registry.Desk || c.CountyCode != a.Code.County() {
				t.Fatalf("%s is served by %q", a.FullName, c.Name)
			}
		}
		street := t.active("东湖", registry.OfStreet, donghu)
		village := t.active("东湖少林", registry.OfResidents, shaolin)
		property := t.active("丰泽物业", registry.OfSociety, "350503000000")
		studio := t.active("少林物业", registry.OfSociety, shaolin)
		compound := must(t.s.AddCompound(t.ctx(), t.admin, registry.NewCompound{Name: "少林花园", AreaCode: shaolin, Households: 420}))(t)
		must(t.s.AddServiceArea(t.ctx(), t.admin, studio.ID, registry.NewServiceArea{CompoundID: compound.ID, Scope: registry.PropertyMatters}))(t)
		must(t.s.AddServiceArea(t.ctx(), t.admin, property.ID, registry.NewServiceArea{AreaCode: donghu, Scope: registry.PropertyMatters}))(t)
		for what, v := range map[string]struct {
			place registry.Place
			by    registry.Committee
		}{
			"a leak in the compound":                  {registry.Place{Compound: compound.ID, Category: "1306"}, studio},
			"a leak in the compound, named with area": {registry.Place{Compound: compound.ID, Area: minghu, Category: "13"}, studio},
			"a quarrel in the compound":               {registry.Place{Compound: compound.ID, Category: "02"}, village},
			"a leak in the community, no compound":    {registry.Place{Area: shaolin, Category: "1306"}, village},
			"a quarrel in the community":              {registry.Place{Area: shaolin, Category: "02"}, village},
			"a leak in the next community":            {registry.Place{Area: minghu, Category: "1306"}, property},
			"a quarrel in the next community":         {registry.Place{Area: minghu, Category: "02"}, street},
			"a quarrel in the street":                 {registry.Place{Area: donghu, Category: "02"}, street},
		} {
			if got := t.serving(v.place); got.ID != v.by.ID {
				t.Errorf("%s is served by %s, want %s", what, got.Name, v.by.Name)
			}
		}
		for _, nowhere := range []ident.Area{"", "350503001999", "110105001001", "350503", "abc"} {
			err := t.store.Read(t.ctx(), actor.Actor{}, func(tx *db.Tx) error {
				_, err := registry.Serving(tx, registry.Place{Area: nowhere})
				return err
			})
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%q is served: %v", nowhere, err)
			}
		}
	})
}

func TestServiceAreasBeginAndEnd(t *testing.T) {
	each(t, func(t *town) {
		village := t.active("东湖少林", registry.OfResidents, shaolin)
		studio := t.active("少林物业", registry.OfSociety, shaolin)
		at := registry.Place{Area: minghu, Category: "1301"}
		future := must(t.s.AddServiceArea(t.ctx(), t.admin, studio.ID, registry.NewServiceArea{AreaCode: minghu, Scope: registry.PropertyMatters, ValidFrom: "2026-03-07"}))(t)
		if got := t.serving(at); got.Type != registry.Desk {
			t.Errorf("before it begins the place is served by %s", got.Name)
		}
		now := must(t.s.AddServiceArea(t.ctx(), t.admin, village.ID, registry.NewServiceArea{AreaCode: minghu, Scope: registry.AllMatters, ValidTo: "2026-03-06"}))(t)
		if got := t.serving(at); got.ID != village.ID {
			t.Errorf("on its last day the place is served by %s", got.Name)
		}
		must(t.s.EndServiceArea(t.ctx(), t.admin, now.ID))(t)
		must(t.s.EndServiceArea(t.ctx(), t.admin, future.ID))(t)
		studio = must(t.s.End(t.ctx(), t.admin, studio.ID, studio.Version, "并入"))(t)
		if studio.State != registry.Ended || studio.EndedOn != "2026-03-06" {
			t.Errorf("ended: %+v", studio)
		}
		for name, in := range map[string]registry.NewServiceArea{
			"nothing":         {Scope: registry.AllMatters},
			"another county":  {AreaCode: "350502001000", Scope: registry.AllMatters},
			"nowhere":         {AreaCode: "350503001999", Scope: registry.AllMatters},
			"no such matters": {AreaCode: minghu, Scope: "some"},
			"ends first":      {AreaCode: minghu, Scope: registry.AllMatters, ValidFrom: "2026-03-07", ValidTo: "2026-03-06"},
			"no compound":     {CompoundID: village.ID, Scope: registry.AllMatters},
		} {
			if _, err := t.s.AddServiceArea(t.ctx(), t.admin, village.ID, in); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestBodiesUnderACommittee(t *testing.T) {
	each(t, func(t *town) {
		c := t.active("东湖少林", registry.OfResidents, shaolin)
		in := registry.NewCommittee{Type: registry.OfResidents, Name: "少林花园调解小组", ShortName: "少林花园组", AreaCode: shaolin, Attributes: []string{"mediation_group"}}
		if _, err := t.s.Draft(t.ctx(), t.admin, in); !fault.Is(err, fault.Invalid) {
			t.Errorf("a group under nobody: %v", err)
		}
		in.ParentID = c.ID
		group := must(t.s.Draft(t.ctx(), t.admin, in))(t)
		group = t.activate(group) // it has no members of its own
		if group.Counted() || !slices.Equal(group.Attributes, registry.Words{"mediation_group"}) {
			t.Errorf("group: %+v", group)
		}
		if got := t.serving(registry.Place{Area: shaolin, Category: "02"}); got.ID != c.ID {
			t.Errorf("the community is served by %s", got.Name)
		}
		desk := t.serving(registry.Place{Area: kinmen})
		if _, err := t.s.End(t.ctx(), t.admin, desk.ID, desk.Version, "撤销"); !fault.Is(err, fault.Conflict) || desk.Counted() {
			t.Errorf("a desk was closed or counted: %v", err)
		}
	})
}

func TestCustomAreas(t *testing.T) {
	each(t, func(t *town) {
		zone := must(t.s.AddArea(t.ctx(), t.operator, registry.NewArea{Code: "350503900000", Name: "丰泽高新区"}))(t)
		if !zone.Custom || zone.FullName != "福建省泉州市丰泽区丰泽高新区" || zone.Level != ident.Town {
			t.Errorf("zone: %+v", zone)
		}
		if got := t.serving(registry.Place{Area: zone.Code}); got.Type != registry.Desk || got.CountyCode != "350503" {
			t.Errorf("the zone is served by %s", got.Name)
		}
		district := must(t.s.AddArea(t.ctx(), t.operator, registry.NewArea{Code: "350590000000", Name: "泉州开发区"}))(t)
		if got := t.serving(registry.Place{Area: district.Code}); got.Type != registry.Desk || got.CountyCode != "350590" {
			t.Errorf("the district with its own code is served by %s", got.Name)
		}
		for name, in := range map[string]registry.NewArea{
			"nowhere": {Code: "350503999001", Name: "村"}, "no name": {Code: "350503901000"}, "no code": {Code: "350500000000", Name: "市"},
		} {
			if _, err := t.s.AddArea(t.ctx(), t.operator, in); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := t.s.AddArea(t.ctx(), t.operator, registry.NewArea{Code: zone.Code, Name: "又一个"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("one code twice: %v", err)
		}
	})
}
