package registry_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

func TestQuanzhouHasItsAreas(t *testing.T) {
	levels := map[ident.Level]int{}
	seen := map[ident.Area]bool{}
	for _, a := range registry.Quanzhou() {
		levels[a.Level]++
		if a.Level != a.Code.Level() || a.Parent != a.Code.Parent() || seen[a.Code] {
			t.Errorf("%s %s: level %s, parent %s", a.Code, a.Name, a.Level, a.Parent)
		}
		if a.Level != ident.Province && !seen[a.Parent] {
			t.Errorf("%s %s comes before what it lies in", a.Code, a.Name)
		}
		if (a.Level == ident.Town || a.Level == ident.Village) && a.Kind == "" {
			t.Errorf("%s %s is of no kind", a.Code, a.Name)
		}
		seen[a.Code] = true
	}
	want := map[ident.Level]int{ident.Province: 1, ident.City: 1, ident.Of6: 12, ident.Town: 174, ident.Village: 2572}
	for level, n := range want {
		if levels[level] != n {
			t.Errorf("%d areas of level %s, want %d", levels[level], level, n)
		}
	}
}

func TestAreasCanBeWalkedAndSearched(t *testing.T) {
	each(t, func(t *town) {
		t.read(func(tx *db.Tx) error {
			for parent, n := range map[ident.Area]int{"": 1, "350000000000": 1, "350500000000": 12, "350503000000": 8, donghu: 8, shaolin: 0, kinmen: 0} {
				if below, err := registry.AreasBelow(tx, parent); err != nil || len(below) != n {
					t.Errorf("%d places lie in %q, want %d, %v", len(below), parent, n, err)
				}
			}
			if full, err := registry.FullName(tx, shaolin); err != nil || full != "福建省泉州市丰泽区东湖街道少林社区居委会" {
				t.Errorf("少林社区 in full is %q, %v", full, err)
			}
			if _, err := registry.FindArea(tx, "350503001999"); !fault.Is(err, fault.Missing) {
				t.Errorf("nowhere was found: %v", err)
			}
			found, err := registry.SearchAreas(tx, "350503000000", "少林")
			if err != nil || len(found) != 1 || found[0].Code != shaolin {
				t.Errorf("少林 in 丰泽: %v, %v", found, err)
			}
			if found, err := registry.SearchAreas(tx, "", "100%_"); err != nil || len(found) != 0 {
				t.Errorf("a wildcard found %v, %v", found, err)
			}
			zones, err := registry.SearchAreas(tx, "", "清濛经济开发区")
			if err != nil || len(zones) != 2 || zones[0].Kind != ident.FunctionalZone {
				t.Errorf("the zone: %v, %v", zones, err)
			}
			counties, err := registry.Counties(tx, "350500000000")
			if err != nil || len(counties) != 13 || counties[0] != "350500" || !slices.Contains(counties, "350527") {
				t.Errorf("the city's counties: %v, %v", counties, err)
			}
			if one, err := registry.Counties(tx, shaolin); err != nil || !slices.Equal(one, []ident.County{"350503"}) {
				t.Errorf("a community's county: %v, %v", one, err)
			}
			return nil
		})
	})
}

func TestLoadingTwiceChangesNothing(t *testing.T) {
	each(t, func(t *town) {
		must(t.s.AddArea(t.ctx(), t.admin, registry.NewArea{Code: "350503900000", Name: "试验区"}))(t)
		if err := registry.LoadAreas(t.ctx(), t.store); err != nil {
			t.Fatal(err)
		}
		t.read(func(tx *db.Tx) error {
			desks, _, err := registry.CommitteesIn(tx, "350500000000", registry.Active, registry.Desk, registry.Page{Limit: 100})
			if err != nil || len(desks) != 13 {
				t.Errorf("%d desks, %v", len(desks), err)
			}
			_, err = registry.FindArea(tx, "350503900000")
			return err
		})
	})
}

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

func TestOnlyTheAdministratorOfThePlaceWrites(t *testing.T) {
	each(t, func(t *town) {
		c := t.draft("东湖少林", registry.OfResidents, shaolin)
		other := t.grantOver("350502000000")
		mine := t.grantOver("350503000000")
		in := registry.NewCommittee{Type: registry.OfResidents, Name: "铭湖社区调委会", ShortName: "铭湖", AreaCode: minghu}
		table := []calendar.Holiday{{Day: "2027-10-01", Kind: calendar.Rest, Name: "国庆节"}}
		for what, err := range map[string]error{
			"draft":    second(t.s.Draft(t.ctx(), other, in)),
			"activate": func() error { _, _, err := t.s.Activate(t.ctx(), other, c.ID, c.Version); return err }(),
			"amend":    second(t.s.Amend(t.ctx(), other, c.ID, c.Version, registry.Contact{})),
			"end":      second(t.s.End(t.ctx(), other, c.ID, c.Version, "")),
			"member":   second(t.s.AddMember(t.ctx(), other, c.ID, registry.NewMember{})),
			"engage":   second(t.s.Engage(t.ctx(), other, c.ID, registry.NewMediator{})),
			"term":     second(t.s.OpenTerm(t.ctx(), other, c.ID, registry.NewTerm{})),
			"area":     second(t.s.AddArea(t.ctx(), other, registry.NewArea{Code: "350503900000", Name: "区"})),
			"setting":  t.s.Set(t.ctx(), other, shaolin, "x", "y", ""),
			"holidays": t.s.SetHolidays(t.ctx(), mine, 2027, table),
			"nobody":   second(t.s.Draft(t.ctx(), authzNobody, in)),
		} {
			if !fault.Is(err, fault.Missing) {
				t.Errorf("%s by the wrong administrator: %v", what, err)
			}
		}
		must(t.s.Draft(t.ctx(), mine, in))(t)
		if err := t.s.SetHolidays(t.ctx(), t.admin, 2027, table); err != nil {
			t.Error(err)
		}
	})
}

func second[V any](_ V, err error) error { return err }

func TestAShortNameIsUsedOnceInACounty(t *testing.T) {
	each(t, func(t *town) {
		t.draft("少林", registry.OfResidents, shaolin)
		_, err := t.s.Draft(t.ctx(), t.admin, registry.NewCommittee{Type: registry.OfStreet, Name: "另一调委会", ShortName: "少林", AreaCode: donghu})
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("two committees of a county number their cases alike: %v", err)
		}
		t.draft("少林", registry.OfStreet, "350502001000") // in another county it may
	})
}

func TestAnOlderVersionChangesNothing(t *testing.T) {
	each(t, func(t *town) {
		c := t.draft("少林", registry.OfResidents, shaolin)
		c = must(t.s.Amend(t.ctx(), t.admin, c.ID, 1, registry.Contact{Phone: "0595-22280001", Address: "东湖街1号"}))(t)
		if _, err := t.s.Amend(t.ctx(), t.admin, c.ID, 1, registry.Contact{Phone: "0595-22280002"}); !fault.Is(err, fault.Stale) {
			t.Errorf("an older version was accepted: %v", err)
		}
		var won sync.Map
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				if _, err := t.s.Amend(t.ctx(), t.admin, c.ID, c.Version, registry.Contact{Phone: string(rune('0' + i))}); err == nil {
					won.Store(i, true)
				}
			})
		}
		all.Wait()
		n := 0
		won.Range(func(any, any) bool { n++; return true })
		if n != 1 {
			t.Errorf("%d of 8 writers won", n)
		}
	})
}

func TestTheSameKeyDoesAnActOnce(t *testing.T) {
	each(t, func(t *town) {
		in := registry.NewCommittee{Type: registry.OfResidents, Name: "少林社区调委会", ShortName: "少林", AreaCode: shaolin}
		by := t.once("draft", "one")
		first := must(t.s.Draft(t.ctx(), by, in))(t)
		again := must(t.s.Draft(t.ctx(), by, in))(t)
		if first.ID != again.ID || again.Name != "少林社区调委会" {
			t.Errorf("sent twice: %s and %s", first.ID, again.ID)
		}
		if _, err := t.s.Draft(t.ctx(), t.once("draft", "other body"), in); !fault.Is(err, fault.Invalid) {
			t.Errorf("another body under the same key: %v", err)
		}
	})
}

func TestTies(t *testing.T) {
	each(t, func(t *town) {
		c := t.active("东湖少林", registry.OfResidents, shaolin)
		m := must(t.s.Engage(t.ctx(), t.admin, c.ID, registry.NewMediator{Person: somebody("蔡律师", ident.Female, "01")}))(t)
		compound := must(t.s.AddCompound(t.ctx(), t.admin, registry.NewCompound{Name: "少林花园", AreaCode: shaolin}))(t)
		firm := must(t.s.AddPropertyFirm(t.ctx(), t.admin, registry.NewPropertyFirm{AreaCode: "350503000000", Name: "和顺物业", CreditCode: "91350100M000100Y43"}))(t)
		kin := must(t.s.DeclareTie(t.ctx(), t.admin, m.ID, registry.NewTie{Kind: registry.TieKin, Name: "陈 志强", Phone: "138 0013 8000"}))(t)
		must(t.s.DeclareTie(t.ctx(), t.admin, m.ID, registry.NewTie{Kind: registry.TieOwners, CompoundID: compound.ID}))(t)
		must(t.s.DeclareTie(t.ctx(), t.admin, m.ID, registry.NewTie{Kind: registry.TieFirm, FirmID: firm.ID}))(t)
		if kin.NameMatch != "陈志强" || kin.PhoneIndex != t.s.Vault.Index(registry.PhoneIndex, "13800138000") {
			t.Errorf("declared %+v", kin)
		}
		for name, in := range map[string]registry.NewTie{
			"with nobody": {Kind: registry.TieKin}, "of no kind": {Name: "陈志强"}, "a bad phone": {Kind: registry.TieKin, Phone: "123"},
		} {
			if _, err := t.s.DeclareTie(t.ctx(), t.admin, m.ID, in); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		must(t.s.EndTie(t.ctx(), t.admin, kin.ID))(t)
		t.read(func(tx *db.Tx) error {
			ties, err := registry.TiesOf(tx, m.ID)
			has := func(holds func(registry.Tie) bool) bool { return slices.ContainsFunc(ties, holds) }
			if err != nil || len(ties) != 2 || !has(func(x registry.Tie) bool { return x.CompoundID == compound.ID }) ||
				!has(func(x registry.Tie) bool { return x.FirmID == firm.ID }) {
				t.Errorf("ties that hold: %+v, %v", ties, err)
			}
			return nil
		})
	})
}

func TestCompoundsAndTheirOwners(t *testing.T) {
	each(t, func(t *town) {
		c := must(t.s.AddCompound(t.ctx(), t.admin, registry.NewCompound{Name: "少林花园", AreaCode: shaolin, Address: "东湖街1号", Households: 420}))(t)
		o := must(t.s.AddOwnersCommittee(t.ctx(), t.admin, c.ID, registry.NewOwnersCommittee{Name: "少林花园业主委员会", ElectedOn: "2024-05-01"}))(t)
		if o.CompoundID != c.ID || o.ElectedOn != "2024-05-01" {
			t.Errorf("owners' committee: %+v", o)
		}
		for name, in := range map[string]registry.NewCompound{
			"no name": {AreaCode: shaolin}, "no community": {Name: "花园", AreaCode: donghu}, "nowhere": {Name: "花园", AreaCode: "350503001999"},
			"fewer than none": {Name: "花园", AreaCode: shaolin, Households: -1},
		} {
			if _, err := t.s.AddCompound(t.ctx(), t.admin, in); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := t.s.AddCompound(t.ctx(), t.admin, registry.NewCompound{Name: "少林花园", AreaCode: shaolin}); !fault.Is(err, fault.Conflict) {
			t.Errorf("entered twice: %v", err)
		}
		if _, err := t.s.AddPropertyFirm(t.ctx(), t.admin, registry.NewPropertyFirm{AreaCode: shaolin, Name: "和顺物业", CreditCode: "91350100M000100Y4Z"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a firm with a wrong credit code: %v", err)
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
		zone := must(t.s.AddArea(t.ctx(), t.admin, registry.NewArea{Code: "350503900000", Name: "丰泽高新区"}))(t)
		if !zone.Custom || zone.FullName != "福建省泉州市丰泽区丰泽高新区" || zone.Level != ident.Town {
			t.Errorf("zone: %+v", zone)
		}
		if got := t.serving(registry.Place{Area: zone.Code}); got.Type != registry.Desk || got.CountyCode != "350503" {
			t.Errorf("the zone is served by %s", got.Name)
		}
		district := must(t.s.AddArea(t.ctx(), t.admin, registry.NewArea{Code: "350590000000", Name: "泉州开发区"}))(t)
		if got := t.serving(registry.Place{Area: district.Code}); got.Type != registry.Desk || got.CountyCode != "350590" {
			t.Errorf("the district with its own code is served by %s", got.Name)
		}
		for name, in := range map[string]registry.NewArea{
			"nowhere": {Code: "350503999001", Name: "村"}, "no name": {Code: "350503901000"}, "no code": {Code: "350500000000", Name: "市"},
		} {
			if _, err := t.s.AddArea(t.ctx(), t.admin, in); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := t.s.AddArea(t.ctx(), t.admin, registry.NewArea{Code: zone.Code, Name: "又一个"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("one code twice: %v", err)
		}
	})
}

func TestHolidaysCanBeEdited(t *testing.T) {
	each(t, func(t *town) {
		last := func(d calendar.Day) (out calendar.Day, provisional bool) {
			t.write("350503", func(tx *db.Tx) error {
				cal, err := registry.CalendarOf(tx)
				if err == nil {
					out = cal.AddDays(d, 30)
					provisional = cal.Provisional(out)
				}
				return err
			})
			return out, provisional
		}
		if got, provisional := last("2025-09-01"); got != "2025-10-09" || provisional {
			t.Errorf("by the published table: %s, provisional %v", got, provisional)
		}
		if got, provisional := last("2027-09-01"); got != "2027-10-01" || !provisional {
			t.Errorf("before the table of 2027: %s, provisional %v", got, provisional)
		}
		table := []calendar.Holiday{{Day: "2027-10-01", Kind: calendar.Rest, Name: "国庆节"}, {Day: "2027-10-09", Kind: calendar.Work, Name: "国庆节"}}
		for range 2 { // the second time replaces the first
			if err := t.s.SetHolidays(t.ctx(), t.admin, 2027, table); err != nil {
				t.Fatal(err)
			}
		}
		if got, provisional := last("2027-09-01"); got != "2027-10-04" || provisional {
			t.Errorf("by the table of 2027: %s, provisional %v", got, provisional)
		}
		t.read(func(tx *db.Tx) error {
			kept, err := registry.Holidays(tx, 2027)
			if err != nil || !slices.Equal(kept, table) {
				t.Errorf("kept %v, %v", kept, err)
			}
			of2026, err := registry.Holidays(tx, 2026)
			if err != nil || len(of2026) == 0 {
				t.Errorf("2026 lost its table: %v, %v", of2026, err)
			}
			return nil
		})
		for name, bad := range map[string][]calendar.Holiday{
			"another year": {{Day: "2026-10-01", Kind: calendar.Rest, Name: "国庆节"}}, "no such day": {{Day: "2027-02-30", Kind: calendar.Rest, Name: "春节"}},
			"no such kind": {{Day: "2027-10-01", Kind: "half", Name: "国庆节"}}, "no name": {{Day: "2027-10-01", Kind: calendar.Rest}},
			"twice": {{Day: "2027-10-01", Kind: calendar.Rest, Name: "国庆节"}, {Day: "2027-10-01", Kind: calendar.Work, Name: "国庆节"}},
		} {
			if err := t.s.SetHolidays(t.ctx(), t.admin, 2027, bad); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestSettingsHoldBelowTheirAreaFromTheirDay(t *testing.T) {
	each(t, func(t *town) {
		set := func(area ident.Area, value string, from calendar.Day) {
			t.Helper()
			if err := t.s.Set(t.ctx(), t.admin, area, "accept_limit", value, from); err != nil {
				t.Fatal(err)
			}
		}
		get := func(area ident.Area) (out string) {
			t.read(func(tx *db.Tx) (err error) { out, err = registry.Setting(tx, area, "accept_limit"); return err })
			return out
		}
		if got := get(shaolin); got != "" {
			t.Errorf("before anything was set: %q", got)
		}
		set("350500000000", "5", "2026-01-01")
		set("350503000000", "3", "2026-02-01")
		set("350503000000", "4", "2026-04-01")
		set("350503000000", "3", "2026-02-01") // again
		for area, want := range map[ident.Area]string{shaolin: "3", "350503000000": "3", "350502001000": "5", "350500000000": "5", "350000000000": ""} {
			if got := get(area); got != want {
				t.Errorf("%s: %q, want %q", area, got, want)
			}
		}
	})
}

func TestWeekendRollingCanBeSwitchedOff(t *testing.T) {
	each(t, func(t *town) {
		if err := t.s.Set(t.ctx(), t.admin, "350503000000", registry.WeekendRolling, "off", ""); err != nil {
			t.Fatal(err)
		}
		for county, want := range map[ident.County]calendar.Day{"350503": "2025-06-22", "350502": "2025-06-23"} {
			t.write(county, func(tx *db.Tx) error {
				cal, err := registry.CalendarOf(tx)
				if err == nil && cal.AddDays("2025-05-23", 30) != want {
					t.Errorf("in %s the last day is %s, want %s", county, cal.AddDays("2025-05-23", 30), want)
				}
				return err
			})
		}
	})
}

func TestListsComeInPages(t *testing.T) {
	each(t, func(t *town) {
		var rows []registry.Committee
		for _, a := range registry.Quanzhou() {
			if a.Level == ident.Village && a.Code.County() == "350503" {
				rows = append(rows, registry.Committee{Type: registry.OfResidents, Name: a.Name + "调委会", ShortName: string(a.Code), AreaCode: a.Code, State: registry.Active})
			}
		}
		t.write("350503", func(tx *db.Tx) error { return registry.BulkCommittees(tx, rows) })
		t.draft("东湖", registry.OfStreet, donghu) // a draft is not listed
		seen := map[ident.ID]bool{}
		for p := (registry.Page{Limit: 7}); ; {
			var more bool
			t.read(func(tx *db.Tx) error {
				part, next, err := registry.CommitteesIn(tx, "350500000000", registry.Active, "", p)
				for _, c := range part {
					if seen[c.ID] || c.Type == registry.Desk || (!p.After.IsZero() && c.ID.String() >= p.After.String()) {
						t.Errorf("%s comes twice, out of order, or is a desk", c.Name)
					}
					seen[c.ID], p.After = true, c.ID
				}
				more = next
				return err
			})
			if !more {
				break
			}
		}
		if len(seen) != len(rows) {
			t.Errorf("%d committees were listed, want %d", len(seen), len(rows))
		}
		t.read(func(tx *db.Tx) error {
			inStreet, _, err := registry.CommitteesIn(tx, donghu, registry.Active, registry.OfResidents, registry.Page{Limit: 100})
			if err != nil || len(inStreet) != 8 {
				t.Errorf("%d committees in the street, %v", len(inStreet), err)
			}
			_, _, err = registry.CommitteesIn(tx, "35", registry.Active, "", registry.Page{Limit: 5})
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("half an area was listed: %v", err)
			}
			return nil
		})
	})
}

func TestACountyLoadsInBulk(t *testing.T) {
	each(t, func(t *town) {
		const n = 1500
		committees := []registry.Committee{{Type: registry.OfResidents, Name: "少林社区调委会", ShortName: "少林", AreaCode: shaolin, State: registry.Active}}
		t.write("350503", func(tx *db.Tx) error {
			if err := registry.BulkCommittees(tx, committees); err != nil {
				return err
			}
			c := committees[0].ID
			terms := []registry.Term{{CommitteeID: c, Method: registry.ByResidents, DecidedOn: "2025-01-01", StartsOn: "2025-01-01", EndsOn: "2028-01-01"}}
			members, mediators := make([]registry.Member, 5), make([]registry.Mediator, n)
			for i := range members {
				members[i] = registry.Member{CommitteeID: c, PersonID: tx.NewID(), Name: "委员", Sex: ident.Female, Office: registry.Ordinary, JoinedOn: "2025-01-01"}
			}
			for i := range mediators {
				mediators[i] = registry.Mediator{CommitteeID: c, PersonID: tx.NewID(), Name: "调解员", Kind: registry.Engaged, Born: "1980-01-01", EngagedOn: "2025-01-01"}
			}
			firms := []registry.PropertyFirm{{Name: "和顺物业"}}
			if err := registry.BulkFirms(tx, firms); err != nil {
				return err
			}
			compounds := []registry.Compound{{Name: "少林花园", AreaCode: shaolin, PropertyFirmID: firms[0].ID}, {Name: "少林小区", AreaCode: shaolin}}
			if err := registry.BulkCompounds(tx, compounds); err != nil {
				return err
			}
			if err := registry.BulkMediators(tx, mediators); err != nil {
				return err
			}
			for _, err := range []error{
				registry.BulkTerms(tx, terms), registry.BulkMembers(tx, members),
				registry.BulkTies(tx, []registry.Tie{{MediatorID: mediators[0].ID, Kind: registry.TieKin, Name: "陈 志强", DeclaredOn: "2025-01-01"}}),
				registry.BulkOwnersCommittees(tx, []registry.OwnersCommittee{{CompoundID: compounds[0].ID, Name: "业委会"}}),
				registry.BulkServiceAreas(tx, []registry.ServiceArea{{CommitteeID: c, CompoundID: compounds[0].ID, Scope: registry.PropertyMatters, ValidFrom: "2025-01-01"}}),
				registry.BulkTies(tx, nil),
			} {
				if err != nil {
					return err
				}
			}
			return nil
		})
		t.read(func(tx *db.Tx) error {
			all, err := registry.MediatorsOf(tx, committees[0].ID)
			if err != nil || len(all) != n || all[0].Version != 1 {
				t.Errorf("%d mediators, %v", len(all), err)
			}
			ties, err := registry.TiesOf(tx, all[0].ID)
			if err == nil && len(ties) == 1 && ties[0].NameMatch != "陈志强" {
				t.Errorf("ties: %+v", ties)
			}
			served, err := registry.ServiceAreasOf(tx, committees[0].ID)
			if err != nil || len(served) != 1 {
				t.Errorf("serves %v, %v", served, err)
			}
			return err
		})
	})
}
