package db_test

import (
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/ident"
	"fengqiao/policies"
)

// One action for every level, so that each is asked by itself.
const levels = `
p, applicant, own, own, party
p, respondent, own, own, party
p, agent, own, own, party
p, referrer, own, own, status
p, mediator, own, own, full
p, mediator, desk, desk, full
p, chair, committee, committee, full
p, station_officer, area, area, full
p, bureau_supervisor, area, area, masked
p, anyone, any, any, counts
p, chair, offered, offered, offered
p, chair, former, former, status
p, mediator, sampled, sampled, full
p, mediator, both, desk, full
p, station_officer, both, area, masked
`

const (
	donghu  ident.Area = "350503001000" // a street of Fengze
	shaolin ident.Area = "350503001004" // a community of it
	minghu  ident.Area = "350503001005"
	beifeng ident.Area = "350503006002" // another street's
	anhai   ident.Area = "350582102001" // Jinjiang
)

// county holds cases that differ in where they arose, who leads them, and who takes part.
type county struct {
	*testing.T
	store            *db.Store
	policy           *authz.Policy
	home, other, far ident.ID // committees, the last in Jinjiang
	su, hong, wang   ident.ID // persons
	standing         map[string]authz.Standing
	people           map[string]map[ident.ID][]string // case → person → parts
}

// newCounty has six cases: a new one, one of Su, one from which Su was recused, one of another committee, one far away,
// and one in the next street.
func newCounty(t *testing.T, s *db.Store) *county {
	t.Helper()
	policy, err := authz.Load(policies.Model, levels)
	if err != nil {
		t.Fatal(err)
	}
	c := &county{T: t, store: s, policy: policy, standing: map[string]authz.Standing{}, people: map[string]map[ident.ID][]string{}}
	for _, p := range []*ident.ID{&c.su, &c.hong, &c.wang} {
		*p = maker.New(fengze, dbtest.Friday)
	}
	c.home, c.other, c.far = c.committee(fengze), c.committee(fengze), c.committee(jinjiang)
	c.file("new", c.home, shaolin, false)
	c.file("su's", c.home, minghu, true)
	c.file("recused", c.home, shaolin, false)
	c.file("other's", c.other, donghu, true)
	c.file("far", c.far, anhai, false)
	c.file("next street", c.home, beifeng, true)
	c.takesPart("su's", c.su, "host", false)
	c.takesPart("recused", c.su, "host", true)
	c.takesPart("recused", c.su, "recused", false)
	c.takesPart("recused", c.hong, "recused", true) // taken back
	c.takesPart("next street", c.hong, "host", false)
	c.takesPart("next street", c.su, "recorder", false)
	c.takesPart("new", lin.Person, "applicant", false)
	c.takesPart("far", lin.Person, "respondent", false)
	c.takesPart("su's", lin.Person, "agent", true) // no more
	c.takesPart("other's", c.su, "applicant", false)
	c.takesPart("far", c.wang, "referrer", false)
	c.takesPart("other's", c.hong, "reviewer", false)
	c.takesPart("far", c.hong, "reviewer", false)
	c.takesPart("new", c.hong, "reviewer", true) // handed in
	c.takesPart("recused", c.su, "reviewer", false)
	c.offer("su's", c.far, "pending", "transfer")
	c.offer("next street", c.far, "declined", "transfer")
	c.offer("new", c.other, "pending", "joint")
	c.offer("other's", c.home, "accepted", "joint")
	c.handedOver("recused", c.other)
	return c
}

// offer offers a case to a committee; only while it is pending does the case name that committee.
func (c *county) offer(name string, to ident.ID, state, kind string) {
	s := c.standing[name]
	c.insert(s.Case.County(), `INSERT INTO case_transfers (county_code, id, case_id, number, kind, from_committee_id, to_committee_id, reason, consents,
		offered_at, due_on, state, seq) VALUES (?, ?, ?, 1, ?, ?, ?, 'difficult', '[]', ?, ?, ?, 2)`,
		s.Case.County(), maker.New(s.Case.County(), dbtest.Friday), s.Case, kind, s.Committee, to, dbtest.Friday, "2026-03-10", state)
	if state == "pending" {
		c.insert(s.Case.County(), `UPDATE dispute_cases SET offered_to = ? WHERE county_code = ? AND id = ?`, to, s.Case.County(), s.Case)
		s.Offered = to
		c.standing[name] = s
	}
}

// handedOver is a case that an earlier committee transferred to the present one.
func (c *county) handedOver(name string, from ident.ID) {
	s := c.standing[name]
	to := s.Committee
	s.Committee = from
	c.standing[name] = s
	c.offer(name, to, "accepted", "transfer")
	s.Committee, s.Former = to, []ident.ID{from}
	c.standing[name] = s
}

func (c *county) insert(of ident.County, sql string, args ...any) {
	c.Helper()
	err := c.store.Do(c.Context(), actor.System, of, func(tx *db.Tx) error { return tx.Rows().Exec(sql, args...).Error })
	if err != nil {
		c.Fatal(err)
	}
}

func (c *county) committee(of ident.County) ident.ID {
	id := maker.New(of, dbtest.Friday)
	c.insert(of, `INSERT INTO committees (county_code, id, version, type, name, short_name, area_code, sector, attributes, state, phone, address)
		VALUES (?, ?, 1, '01', 'name', ?, ?, '', '[]', 'active', '', '')`, of, id, id.String(), of.Area())
	return id
}

func (c *county) file(name string, committee ident.ID, area ident.Area, hosted bool) {
	id := maker.New(area.County(), dbtest.Friday)
	var host ident.ID
	if hosted {
		host = maker.New(area.County(), dbtest.Friday)
	}
	c.insert(area.County(), `INSERT INTO dispute_cases (county_code, id, version, reference, intake_no, case_no, state, outcome, reason_code,
		source, category, difficulty, risk, police_open, party_pair, bar, bar_document, committee_id, area_code, host_id, title, parties,
		amount_fen, sessions, follow_ups, assigned_by, registered_at, next_due_name, last_event_at, extended, applicant_names,
		respondent_names, register_complete)
		VALUES (?, ?, 1, '', '', '', 'registered', '', '', '11', '02', 1, 1, ?, '', '', '', ?, ?, ?, ?, 2, 0, 0, 0, '', ?, '', ?, ?, '', '', ?)`,
		area.County(), id, false, committee, area, host, name, dbtest.Friday, dbtest.Friday, false, false)
	c.standing[name] = authz.Standing{Case: id, Committee: committee, Area: area, Hosted: hosted}
	c.people[name] = map[ident.ID][]string{}
}

func (c *county) takesPart(name string, person ident.ID, part string, ended bool) {
	id := c.standing[name].Case
	var end any
	if ended {
		end = dbtest.Friday
	} else {
		c.people[name][person] = append(c.people[name][person], part)
	}
	c.insert(id.County(), `INSERT INTO case_people (county_code, id, case_id, person_id, name, part, began_at, ended_at)
		VALUES (?, ?, ?, ?, '', ?, ?, ?)`, id.County(), maker.New(id.County(), dbtest.Friday), id, person, part, dbtest.Friday, end)
}

func (c *county) grant(by actor.Actor, action authz.Action) authz.Grant {
	c.Helper()
	g, err := c.policy.Allow(by, action)
	if err != nil {
		c.Fatalf("%s: %v", action, err)
	}
	return g
}

type caseRow struct {
	ident.Key
	Title string `gorm:"column:title"`
}

func (caseRow) TableName() string { return "dispute_cases" }

// reached are the cases that SQL finds for a grant; the grant's own answer must be the same for each.
func (c *county) reached(g authz.Grant) []string {
	c.Helper()
	var found []string
	err := c.store.Read(c.Context(), g.By(), func(tx *db.Tx) error {
		return tx.Rows().Model(&caseRow{}).Table("dispute_cases AS c").Scopes(db.Within(g, db.CaseColumns("c"))).Pluck("title", &found).Error
	})
	if err != nil {
		c.Fatal(err)
	}
	for name, s := range c.standing {
		s.Parts = c.people[name][g.By().Person]
		if seen := g.ViewOf(s) != authz.None; seen != slices.Contains(found, name) {
			c.Errorf("%q: the grant says %v, the database %v", name, seen, !seen)
		}
	}
	slices.Sort(found)
	return found
}

func only(p actor.Post) []actor.Post { return []actor.Post{p} }

func TestEveryLevelReachesItsOwnAndNothingElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		c := newCounty(t, s)
		mediator := func(person, committee ident.ID) actor.Actor {
			return actor.Actor{Person: person, Posts: only(actor.Post{Role: actor.Mediator, Committee: committee})}
		}
		over := func(a ident.Area) actor.Actor {
			return actor.Actor{Person: c.wang, Posts: only(actor.Post{Role: actor.StationOfficer, Area: a})}
		}
		byCode := func(name string) actor.Actor {
			return actor.Actor{Case: c.standing[name].Case, Party: maker.New(fengze, dbtest.Friday), Part: actor.Respondent}
		}
		all := "far, new, next street, other's, recused, su's"
		for _, v := range []struct {
			who    string
			by     actor.Actor
			action authz.Action
			want   string
		}{
			{"a person, as a party", lin, "own", "far, new"},
			{"a mediator, own: host, recorder, and party elsewhere", mediator(c.su, c.home), "own", "next street, other's, su's"},
			{"a mediator who takes part nowhere", mediator(c.wang, c.home), "own", ""},
			{"a referrer", actor.Actor{Person: c.wang, Posts: only(actor.Post{Role: actor.Referrer, Area: "350582000000"})}, "own", "far"},
			{"a party by code", byCode("su's"), "own", "su's"},
			{"a party by code, far away", byCode("far"), "own", "far"},
			{"a desk: unhosted and worked on, not recused", mediator(c.su, c.home), "desk", "new, next street, su's"},
			{"a desk of another person", mediator(c.hong, c.home), "desk", "new, next street, recused"},
			{"a desk of a stranger to every case", mediator(c.wang, c.home), "desk", "new, recused"},
			{"a desk of another committee", mediator(c.su, c.other), "desk", ""},
			{"a desk far away", mediator(c.su, c.far), "desk", "far"},
			{"a committee", actor.Actor{Person: c.wang, Posts: only(actor.Post{Role: actor.Chair, Committee: c.home})}, "committee", "new, next street, recused, su's"},
			{"a committee whose chair was recused", actor.Actor{Person: c.su, Posts: only(actor.Post{Role: actor.Chair, Committee: c.home})}, "committee", "new, next street, su's"},
			{"a committee far away", actor.Actor{Person: c.wang, Posts: only(actor.Post{Role: actor.Chair, Committee: c.far})}, "committee", "far"},
			{"a committee offered a case of another county, and declining another", actor.Actor{Person: c.wang, Posts: only(actor.Post{Role: actor.Chair, Committee: c.far})}, "offered", "su's"},
			{"a committee offered a case of its county", actor.Actor{Person: c.wang, Posts: only(actor.Post{Role: actor.Chair, Committee: c.other})}, "offered", "new"},
			{"a committee offered nothing", actor.Actor{Person: c.wang, Posts: only(actor.Post{Role: actor.Chair, Committee: c.home})}, "offered", ""},
			{"a committee that handed a case over", actor.Actor{Person: c.wang, Posts: only(actor.Post{Role: actor.Chair, Committee: c.other})}, "former", "recused"},
			{"the same, by whom it was asked to leave", actor.Actor{Person: c.su, Posts: only(actor.Post{Role: actor.Chair, Committee: c.other})}, "former", ""},
			{"a committee that took it over", actor.Actor{Person: c.wang, Posts: only(actor.Post{Role: actor.Chair, Committee: c.home})}, "former", ""},
			{"a reviewer, of two dossiers and of one that was handed in", mediator(c.hong, c.home), "sampled", "far, other's"},
			{"a reviewer who was asked to leave the case", mediator(c.su, c.home), "sampled", ""},
			{"a reviewer, as a mediator", mediator(c.hong, c.other), "own", "next street"},
			{"a province", over("350000000000"), "area", all},
			{"a city", over("350500000000"), "area", all},
			{"another city", over("350600000000"), "area", ""},
			{"a county", over("350503000000"), "area", "new, next street, other's, recused, su's"},
			{"another county", over("350582000000"), "area", "far"},
			{"a street", over(donghu), "area", "new, other's, recused, su's"},
			{"a community", over(shaolin), "area", "new, recused"},
			{"an empty community", over("350503001009"), "area", ""},
			{"anybody, what is public", actor.Actor{}, "any", all},
			{"two posts", actor.Actor{Person: c.su, Posts: []actor.Post{{Role: actor.Mediator, Committee: c.home},
				{Role: actor.StationOfficer, Area: "350582102000"}}}, "both", "far, new, next street, su's"},
		} {
			if got := strings.Join(c.reached(c.grant(v.by, v.action)), ", "); got != v.want {
				t.Errorf("%s reaches %q, want %q", v.who, got, v.want)
			}
		}
	})
}

func TestTheZeroGrantFindsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		c := newCounty(t, s)
		if got := c.reached(authz.Grant{}); len(got) != 0 {
			t.Errorf("found %v", got)
		}
		denied, err := c.policy.Allow(lin, "committee")
		if err == nil || len(c.reached(denied)) != 0 {
			t.Errorf("a denied grant: %v", err)
		}
	})
}

// A level that a table has no column for reaches nothing there; it does not reach everything.
func TestALevelWithoutItsColumnReachesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		c := newCounty(t, s)
		su := actor.Actor{Person: c.su, Posts: []actor.Post{{Role: actor.Mediator, Committee: c.home}, {Role: actor.Chair, Committee: c.home},
			{Role: actor.StationOfficer, Area: donghu}}}
		bare := db.Columns{County: "c.county_code", ID: "c.id"}
		for _, action := range []authz.Action{"desk", "committee", "area", "offered", "former"} {
			mustRead(t, s, func(tx *db.Tx) error {
				var n int64
				err := tx.Rows().Model(&caseRow{}).Table("dispute_cases AS c").Scopes(db.Within(c.grant(su, action), bare)).Count(&n).Error
				if n != 0 {
					t.Errorf("%s reaches %d rows", action, n)
				}
				return err
			})
		}
	})
}

// The reach stands in brackets: a further condition narrows it, and an OR inside does not widen it.
func TestAConditionNarrowsAReach(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		c := newCounty(t, s)
		su := actor.Actor{Person: c.su, Posts: []actor.Post{{Role: actor.Mediator, Committee: c.home}, {Role: actor.StationOfficer, Area: shaolin}}}
		g := c.grant(su, "both")
		mustRead(t, s, func(tx *db.Tx) error {
			var found []string
			err := tx.Rows().Model(&caseRow{}).Table("dispute_cases AS c").Scopes(db.Within(g, db.CaseColumns("c"))).
				Where("c.title = ? OR c.title = ?", "far", "su's").Pluck("title", &found).Error
			if !slices.Equal(found, []string{"su's"}) {
				t.Errorf("found %v", found)
			}
			return err
		})
	})
}
