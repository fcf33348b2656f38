package registry_test

import (
	"slices"
	"testing"

	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

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
			if err := t.s.SetHolidays(t.ctx(), t.operator, 2027, table); err != nil {
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
			if err := t.s.SetHolidays(t.ctx(), t.operator, 2027, bad); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestSettingsHoldBelowTheirAreaFromTheirDay(t *testing.T) {
	each(t, func(t *town) {
		set := func(area ident.Area, value string, from calendar.Day) {
			t.Helper()
			if err := t.s.Set(t.ctx(), t.operator, area, registry.ConsentWait, value, from); err != nil {
				t.Fatal(err)
			}
		}
		get := func(area ident.Area, on calendar.Day) (out int) {
			t.read(func(tx *db.Tx) error {
				set, err := registry.SettingsIn(tx, area)
				out = set.Number(registry.ConsentWait, on)
				return err
			})
			return out
		}
		if got := get(shaolin, "2026-03-06"); got != 7 {
			t.Errorf("before anything was set: %d", got)
		}
		set("350500000000", "5", "2026-03-06")
		set("350503000000", "3", "2026-03-10")
		set("350503000000", "4", "2026-04-01")
		set("350503000000", "3", "2026-03-10") // again
		for area, want := range map[ident.Area]int{shaolin: 3, "350503000000": 3, "350502001000": 5, "350500000000": 5, "350000000000": 7} {
			if got := get(area, "2026-03-31"); got != want {
				t.Errorf("%s: %d, want %d", area, got, want)
			}
		}
		for on, want := range map[calendar.Day]int{"2026-03-05": 7, "2026-03-06": 5, "2026-03-09": 5, "2026-03-10": 3, "2026-04-01": 4} {
			if got := get(shaolin, on); got != want {
				t.Errorf("on %s: %d, want %d", on, got, want)
			}
		}
		shown := must(t.s.Shown(t.ctx(), t.operator, shaolin))(t)
		if len(shown) != len(registry.Catalogue) || shown[2].Name != registry.ConsentWait || shown[2].Value != "5" || len(shown[2].Later) != 2 || shown[2].Later[0].Value != "3" {
			t.Errorf("shown: %+v", shown[2])
		}
	})
}

func TestASettingOutOfItsBoundsChangesNothing(t *testing.T) {
	each(t, func(t *town) {
		for what, bad := range map[string]struct {
			name, value string
			from        calendar.Day
		}{
			"no such setting": {"period.confirmation_window", "60", ""}, "more than the law gives": {registry.Mediation, "31", ""},
			"no number": {registry.ConsentWait, "a week", ""}, "no such word": {registry.WeekendRolling, "yes", ""},
			"yesterday": {registry.ConsentWait, "5", "2026-03-05"},
		} {
			if err := t.s.Set(t.ctx(), t.operator, "350503000000", bad.name, bad.value, bad.from); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", what, err)
			}
		}
		for _, f := range must(t.s.Shown(t.ctx(), t.operator, shaolin))(t) {
			if f.Set || f.Value != f.Default || f.Says.ZH == "" || f.Says.EN == "" {
				t.Errorf("%+v", f)
			}
		}
	})
}

func TestWeekendRollingCanBeSwitchedOff(t *testing.T) {
	each(t, func(t *town) {
		if err := t.s.Set(t.ctx(), t.operator, "350503000000", registry.WeekendRolling, "off", ""); err != nil {
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
