package casework_test

import (
	"fmt"
	"slices"
	"testing"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/policies"
)

// Each way to reach a case shows it differently, so that a list tells which way it took.
const manyWays = `
g, chair, mediator
p, applicant, list, own, party
p, mediator, list, desk, full
p, chair, list, committee, masked
p, station_officer, list, area, status
p, bureau_supervisor, list, area, counts
p, mediator, mine, own, full
p, applicant, mine, own, party
p, mediator, home, desk, full
`

// busyTown has cases of three committees, unhosted and hosted, one ended and one from which its host was recused.
func busyTown(town *housetest.Town) {
	anybody, chair, su := town.As(nil), town.As(town.Zheng), town.As(town.Su)
	for range 3 {
		anybody.Files()
	}
	chair.Hosted(anybody.Files(), town.Zheng)
	for _, by := range []housetest.Hand{su, town.As(town.Wang)} {
		su.Hosted(by.Files(), town.Su)
	}
	recused := anybody.Files()
	chair.Hosted(recused, town.Zheng)
	town.Party(recused, recused.Code).Post("/cases/"+recused.ID+"/request-recusal", m{"mediator_id": town.Zheng.Mediator}).Is(200)
	chair.Files(m{"area_code": housetest.Donghu})
	su.Files(m{"area_code": housetest.Faraway})
	anybody.Files(m{"area_code": housetest.Donghu})
	anybody.Files(m{"area_code": housetest.Faraway})
	su.Performed(anybody.Files(), town.Su)
}

// readers have several posts each, whose reaches lie in and across one another.
func readers(town *housetest.Town) map[string]actor.Actor {
	chair, mediator := actor.Post{Role: actor.Chair, Committee: town.Home.ID}, actor.Post{Role: actor.Mediator, Committee: town.Home.ID}
	station, county := actor.Post{Role: actor.StationOfficer, Area: housetest.Street}, actor.Post{Role: actor.BureauSupervisor, Area: housetest.Fengze}
	far := actor.Post{Role: actor.Mediator, Committee: town.Far.ID}
	return map[string]actor.Actor{
		"nobody's party":          {Person: town.Hong.ID},
		"a party":                 {Person: town.Wang.ID},
		"a mediator":              {Person: town.Su.ID, Posts: []actor.Post{mediator}},
		"a chair":                 {Person: town.Zheng.ID, Posts: []actor.Post{chair}},
		"a chair and two desks":   {Person: town.Zheng.ID, Posts: []actor.Post{mediator, far, chair}},
		"an officer who mediates": {Person: town.Su.ID, Posts: []actor.Post{station, mediator}},
		"everything at once":      {Person: town.Zheng.ID, Posts: []actor.Post{county, chair, station, far}},
	}
}

// A list asks each reach for itself. It must find what all reaches joined with OR find, in the same order, every case
// once and with the widest view, however it is leafed through.
func TestAListIsTheSameReachByReach(t *testing.T) {
	policy, err := authz.Load(policies.Model, manyWays)
	if err != nil {
		t.Fatal(err)
	}
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		busyTown(town)
		several := 0
		for who, by := range readers(town) {
			for _, action := range []authz.Action{"list", "mine", "home"} {
				g, _ := policy.Allow(by, action) // what is denied finds nothing
				several += max(0, len(g.Reaches())-1)
				for state, f := range map[string]casework.Filter{"any": {}, "registered": {State: casework.Registered}, "named": {Query: "林秀英"}} {
					for _, limit := range []int{1, 3, 100} {
						what := fmt.Sprintf("%s, %s, %s, by %d", who, action, state, limit)
						f.Limit = limit
						same(t, what, leafed(t, town, g, f), joined(t, town, g, f))
					}
				}
				desk, err := town.App.Cases.Waiting(t.Context(), g, true)
				if err != nil {
					t.Fatal(err)
				}
				same(t, who+"'s desk", told(desk), joinedDesk(t, town, g))
			}
		}
		if several < 10 {
			t.Errorf("only %d reaches beside another", several)
		}
	})
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

func told(lines []casework.Line) (out []string) {
	for _, l := range lines {
		out = append(out, l.ID.String()+" "+string(l.Seen))
	}
	return out
}

func leafed(t *testing.T, town *housetest.Town, g authz.Grant, f casework.Filter) (out []string) {
	t.Helper()
	for range 100 {
		lines, next, err := town.App.Cases.List(t.Context(), g, f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, told(lines)...)
		if next.IsZero() {
			return out
		}
		f.After = next
	}
	t.Fatal("a list without an end")
	return nil
}

func joined(t *testing.T, town *housetest.Town, g authz.Grant, f casework.Filter) []string {
	t.Helper()
	where := "1 = 1"
	if f.State != "" {
		where = "c.state = 'registered'"
	}
	if f.Query != "" { // a name that stands in every case
		g = g.Seeing(authz.Party)
	}
	return byOr(t, town, g, where, "c.id DESC")
}

func joinedDesk(t *testing.T, town *housetest.Town, g authz.Grant) []string {
	t.Helper()
	return byOr(t, town, g, "c.state NOT IN ('draft', 'not_accepted', 'archived', 'transferred')",
		"CASE WHEN c.next_due IS NULL THEN 1 ELSE 0 END, c.next_due, c.id DESC")
}

// byOr finds cases by all reaches at once, and asks the grant how much of each it shows.
func byOr(t *testing.T, town *housetest.Town, g authz.Grant, where, order string) (out []string) {
	t.Helper()
	err := town.Store.Read(t.Context(), g.By(), func(tx *db.Tx) error {
		var heads []casework.Head
		err := tx.Rows().Table("dispute_cases AS c").Scopes(db.Within(g, db.CaseColumns("c"))).Where(where).Order(order).Find(&heads).Error
		for _, h := range heads {
			s := authz.Standing{Case: h.ID, Committee: h.CommitteeID, Area: h.AreaCode, Hosted: h.HostID != ident.ID{}}
			if err := tx.Rows().Model(&casework.Participant{}).Where("county_code = ? AND case_id = ? AND person_id = ? AND ended_at IS NULL",
				h.CountyCode, h.ID, g.By().Person).Pluck("part", &s.Parts).Error; err != nil {
				return err
			}
			out = append(out, h.ID.String()+" "+string(g.ViewOf(s)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
