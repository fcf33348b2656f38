package registry_test

import (
	"slices"
	"sync"
	"testing"

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
		must(t.s.AddArea(t.ctx(), t.operator, registry.NewArea{Code: "350503900000", Name: "试验区"}))(t)
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
		if err := t.s.SetHolidays(t.ctx(), t.operator, 2027, table); err != nil {
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
		other := t.grantOver("350502000000")
		if _, err := t.s.Ties(t.ctx(), other, m.ID); !fault.Is(err, fault.Missing) {
			t.Errorf("another county's administrator read the ties: %v", err)
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
