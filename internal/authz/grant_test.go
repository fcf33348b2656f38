package authz_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/ident"
	"fengqiao/policies"
)

// Each level with a view of its own, so that a view tells which reach gave it.
const levels = `
p, applicant, own, own, party
p, agent, own, own, party
p, referrer, own, own, status
p, mediator, own, own, full
p, mediator, desk, desk, full
p, chair, committee, committee, full
p, station_officer, area, area, masked
p, anyone, any, any, counts
p, chair, offered, offered, offered
p, chair, former, former, status
p, mediator, sampled, sampled, full
p, chair, wide, committee, status
p, station_officer, wide, area, masked
p, mediator, wide, desk, full
p, chair, even, committee, full
p, station_officer, even, area, full
`

const shaolin ident.Area = "350503001004"

func post(r actor.Role, committee ident.ID, a ident.Area) actor.Actor {
	return actor.Actor{Person: su, Posts: []actor.Post{{Role: r, Committee: committee, Area: a}}}
}

func TestEveryLevelReachesItsOwnAndNothingElse(t *testing.T) {
	p := load(t, levels)
	mediator := post(actor.Mediator, home, "")
	byCode := actor.Actor{Case: case1, Party: lin, Part: actor.Applicant}
	at := func(committee ident.ID, hosted bool, parts ...string) authz.Standing {
		return authz.Standing{Case: case1, Committee: committee, Area: shaolin, Hosted: hosted, Parts: parts}
	}
	for _, v := range []struct {
		who    string
		by     actor.Actor
		action authz.Action
		s      authz.Standing
		want   authz.View
	}{
		{"a person who takes part", actor.Actor{Person: lin}, "own", at(home, true, "applicant"), authz.Party},
		{"an agent", actor.Actor{Person: lin}, "own", at(home, true, "agent"), authz.Party},
		{"a respondent, whom no row names", actor.Actor{Person: lin}, "own", at(home, true, "respondent"), authz.None},
		{"a person who takes no part", actor.Actor{Person: lin}, "own", at(home, true), authz.None},
		{"a host without the post", actor.Actor{Person: lin}, "own", at(home, true, "host"), authz.None},
		{"a mediator who hosts", mediator, "own", at(away, true, "host"), authz.Full},
		{"a mediator who is a party", mediator, "own", at(home, true, "applicant"), authz.Party},
		{"a mediator who was recused", mediator, "own", at(home, true, "host", "recused"), authz.None},
		{"a referrer", post(actor.Referrer, ident.ID{}, ""), "own", at(home, true, "referrer"), authz.Status},
		{"a party by code", byCode, "own", at(home, true), authz.Party},
		{"a party by code, another case", byCode, "own", authz.Standing{Case: case2, Parts: []string{"applicant"}}, authz.None},
		{"a party by code, no case", byCode, "own", authz.Standing{}, authz.None},
		{"a desk, nobody hosts", mediator, "desk", at(home, false), authz.Full},
		{"a desk, somebody else hosts", mediator, "desk", at(home, true), authz.None},
		{"a desk, hosting", mediator, "desk", at(home, true, "host"), authz.Full},
		{"a desk, recording", mediator, "desk", at(home, true, "recorder"), authz.Full},
		{"a desk, with another", mediator, "desk", at(home, true, "co_mediator"), authz.Full},
		{"a desk, as a party only", mediator, "desk", at(home, true, "applicant"), authz.None},
		{"a desk, recused and unhosted", mediator, "desk", at(home, false, "recused"), authz.None},
		{"a desk, another committee", mediator, "desk", at(away, false), authz.None},
		{"a desk, hosting for another committee", mediator, "desk", at(away, true, "host"), authz.None},
		{"a committee", post(actor.Chair, home, ""), "committee", at(home, true), authz.Full},
		{"a committee, recused", post(actor.Chair, home, ""), "committee", at(home, true, "recused"), authz.None},
		{"another committee", post(actor.Chair, home, ""), "committee", at(away, true, "host"), authz.None},
		{"a case of no committee", post(actor.Chair, home, ""), "committee", at(ident.ID{}, true), authz.None},
		{"a committee that was offered the case", post(actor.Chair, away, ""), "offered", authz.Standing{Committee: home, Offered: away}, authz.Offered},
		{"a committee that was not", post(actor.Chair, home, ""), "offered", authz.Standing{Committee: home, Offered: away}, authz.None},
		{"a case offered to none", post(actor.Chair, away, ""), "offered", at(home, true), authz.None},
		{"an offer to a committee whose chair was recused", post(actor.Chair, away, ""), "offered",
			authz.Standing{Committee: home, Offered: away, Parts: []string{"recused"}}, authz.None},
		{"a committee that handed the case over", post(actor.Chair, home, ""), "former", authz.Standing{Committee: away, Former: []ident.ID{home}}, authz.Status},
		{"a committee that never led it", post(actor.Chair, away, ""), "former", authz.Standing{Committee: home, Former: []ident.ID{home}}, authz.None},
		{"a reviewer", mediator, "sampled", at(away, true, "reviewer"), authz.Full},
		{"a reviewer, of a case that they are not to look at", mediator, "sampled", at(home, false, "host"), authz.None},
		{"a reviewer who was recused", mediator, "sampled", at(away, true, "reviewer", "recused"), authz.None},
		{"a reviewer, as a mediator", mediator, "own", at(away, true, "reviewer"), authz.None},
		{"a city", post(actor.StationOfficer, ident.ID{}, "350500000000"), "area", at(home, true), authz.Masked},
		{"a county", post(actor.StationOfficer, ident.ID{}, "350503000000"), "area", at(home, true), authz.Masked},
		{"a street", post(actor.StationOfficer, ident.ID{}, "350503001000"), "area", at(home, true), authz.Masked},
		{"a community", post(actor.StationOfficer, ident.ID{}, shaolin), "area", at(home, true), authz.Masked},
		{"the next community", post(actor.StationOfficer, ident.ID{}, "350503001005"), "area", at(home, true), authz.None},
		{"another county", post(actor.StationOfficer, ident.ID{}, "350502000000"), "area", at(home, true), authz.None},
		{"a case of nowhere", post(actor.StationOfficer, ident.ID{}, "350503000000"), "area", authz.Standing{Case: case1}, authz.None},
		{"anybody", actor.Actor{}, "any", at(home, true), authz.Counts},
	} {
		if got := allow(t, p, v.by, v.action).ViewOf(v.s); got != v.want {
			t.Errorf("%s sees %q, want %q", v.who, got, v.want)
		}
	}
}

func TestTheZeroGrantReachesNothing(t *testing.T) {
	var g authz.Grant
	all := authz.Standing{Case: case1, Committee: home, Area: shaolin, Parts: []string{"host", "applicant"}}
	view, one := g.ViewOfRows()
	if g.ViewOf(all) != authz.None || g.Unbounded() || g.CoversArea(shaolin) || g.CoversCommittee(home) || len(g.Reaches()) != 0 ||
		view != authz.None || !one || g.By().SignedIn() || g.Action() != "" {
		t.Error("it reaches something")
	}
}

// A person by code is that party of that case: their posts, if any were passed along, count for nothing.
func TestAPartyByCodeReachesItsCaseOnly(t *testing.T) {
	p := load(t, levels)
	by := actor.Actor{Case: case1, Party: lin, Part: actor.Applicant, Posts: []actor.Post{{Role: actor.Chair, Committee: home}}}
	if _, err := p.Allow(by, "committee"); err == nil {
		t.Error("a post was taken along")
	}
	r := allow(t, p, by, "own").Reaches()
	if len(r) != 1 || r[0].Case != case1 || r[0].Party != lin || !r[0].Person.IsZero() || !r[0].Committee.IsZero() {
		t.Errorf("reaches: %+v", r)
	}
	by.Part = actor.Respondent // whom no row names
	if _, err := p.Allow(by, "own"); err == nil {
		t.Error("another part was let in")
	}
	by.Part = ""
	if _, err := p.Allow(by, "own"); err == nil {
		t.Error("no part was let in")
	}
}

func TestAPostThatNamesNoPlaceReachesNothing(t *testing.T) {
	p := load(t, levels)
	for who, by := range map[string]actor.Actor{
		"a chair of no committee":   post(actor.Chair, ident.ID{}, "350503000000"),
		"an officer of no area":     post(actor.StationOfficer, home, ""),
		"an officer of a bad area":  post(actor.StationOfficer, home, "3505"),
		"an officer of all nothing": post(actor.StationOfficer, home, "000000000000"),
	} {
		for _, a := range []authz.Action{"committee", "area"} {
			if g, err := p.Allow(by, a); err == nil {
				t.Errorf("%s: %+v", who, g.Reaches())
			}
		}
	}
}

func TestTheWidestViewOfSeveralReachesHolds(t *testing.T) {
	p := load(t, levels)
	by := actor.Actor{Person: su, Posts: []actor.Post{{Role: actor.Chair, Committee: home}, {Role: actor.StationOfficer, Area: "350503000000"},
		{Role: actor.Mediator, Committee: away}}}
	g := allow(t, p, by, "wide")
	for what, v := range map[string]struct {
		s    authz.Standing
		want authz.View
	}{
		"of the committee and in the area": {authz.Standing{Committee: home, Area: shaolin, Hosted: true}, authz.Masked},
		"of the committee, elsewhere":      {authz.Standing{Committee: home, Area: "350582102001", Hosted: true}, authz.Status},
		"on the desk and in the area":      {authz.Standing{Committee: away, Area: shaolin}, authz.Full},
		"nowhere":                          {authz.Standing{Committee: newID(), Area: "350582102001"}, authz.None},
	} {
		if got := g.ViewOf(v.s); got != v.want {
			t.Errorf("%s: %q, want %q", what, got, v.want)
		}
	}
	if _, one := g.ViewOfRows(); one {
		t.Error("three views are said to be one")
	}
	if v, one := allow(t, p, by, "even").ViewOfRows(); !one || v != authz.Full {
		t.Errorf("one view: %q %v", v, one)
	}
	if !g.CoversArea(shaolin) || g.CoversArea("350582102001") || g.CoversArea("") {
		t.Error("areas as such")
	}
	if !g.CoversCommittee(home) || g.CoversCommittee(away) || g.CoversCommittee(ident.ID{}) {
		t.Error("committees as such: a desk is not the committee")
	}
}

func TestViewsAreOrdered(t *testing.T) {
	order := []authz.View{authz.None, authz.Counts, authz.Status, authz.Masked, authz.Offered, authz.Party, authz.Full}
	for i, v := range order {
		for j, w := range order {
			if v.Wider(w) != (i > j) {
				t.Errorf("%q wider than %q: %v", v, w, v.Wider(w))
			}
		}
		if authz.View("unheard of").Wider(v) {
			t.Errorf("an unknown view is wider than %q", v)
		}
	}
}

func TestHostPartsCannotBeChanged(t *testing.T) {
	authz.HostParts()[0] = authz.PartApplicant
	if authz.HostParts()[0] != authz.PartHost {
		t.Error("changed")
	}
	g := allow(t, load(t, levels), post(actor.Referrer, ident.ID{}, ""), "own")
	for _, r := range g.Reaches() {
		r.Parts[0] = authz.PartHost
	}
	if g.ViewOf(authz.Standing{Hosted: true, Parts: []string{authz.PartHost}}) != authz.None {
		t.Error("the parts of a grant were changed")
	}
}

// What a reach holds of another is left out of a grant, and nothing may be lost by it: several posts together show of any
// case the most that one row of the policy, with one post, shows of it.
func TestNothingIsLostWithAReachLeftOut(t *testing.T) {
	r := rand.New(rand.NewPCG(2026, 3))
	left := 0
	for range 60 {
		rows := randomRows(r)
		p := load(t, strings.Join(rows, "\n"))
		by := actor.Actor{Person: su}
		for range r.IntN(4) {
			by.Posts = append(by.Posts, randomPost(r))
		}
		whole, err := p.Allow(by, "all")
		var parts []authz.Grant
		for i := range rows {
			parts = append(parts, eachAlone(p, by, authz.Action(fmt.Sprint(i)))...)
		}
		if (err == nil) != (len(parts) > 0) {
			t.Fatalf("%v: %v", rows, err)
		}
		left += len(parts) - len(whole.Reaches())
		for range 200 {
			s := randomStanding(r)
			want := authz.None
			for _, g := range parts {
				if v := g.ViewOf(s); v.Wider(want) {
					want = v
				}
			}
			if got := whole.ViewOf(s); got != want {
				t.Fatalf("%v %+v: %+v is seen as %q, want %q", rows, by.Posts, s, got, want)
			}
		}
	}
	if left == 0 {
		t.Error("no reach was ever left out")
	}
}

// randomRows are rows of an action "all"; each stands once more by itself, under its number.
func randomRows(r *rand.Rand) (rows []string) {
	for _, role := range []actor.Role{actor.Anyone, actor.Applicant, actor.Agent, actor.Mediator, actor.Chair, actor.StationOfficer, actor.Referrer} {
		for _, level := range authz.Levels {
			if r.IntN(3) > 0 || level == authz.LevelAny && r.IntN(8) > 0 { // what is public hides all else
				continue
			}
			view := []authz.View{authz.Counts, authz.Status, authz.Masked, authz.Party, authz.Full}[r.IntN(5)]
			rows = append(rows, fmt.Sprintf("p, %[1]s, all, %[2]s, %[3]s\np, %[1]s, %[4]d, %[2]s, %[3]s", role, level, view, len(rows)))
		}
	}
	return rows
}

func randomPost(r *rand.Rand) actor.Post {
	roles := []actor.Role{actor.Mediator, actor.Chair, actor.StationOfficer, actor.Referrer}
	return actor.Post{Role: roles[r.IntN(len(roles))], Committee: []ident.ID{home, away}[r.IntN(2)],
		Area: []ident.Area{shaolin, "350503001000", "350503000000", "350582000000"}[r.IntN(4)]}
}

// eachAlone are the grants of one row without a post, and with each post.
func eachAlone(p *authz.Policy, by actor.Actor, a authz.Action) (out []authz.Grant) {
	for i := -1; i < len(by.Posts); i++ {
		alone := actor.Actor{Person: by.Person}
		if i >= 0 {
			alone.Posts = by.Posts[i : i+1]
		}
		if g, err := p.Allow(alone, a); err == nil {
			out = append(out, g)
		}
	}
	return out
}

func randomStanding(r *rand.Rand) authz.Standing {
	s := authz.Standing{Case: case1, Committee: []ident.ID{home, away, case2}[r.IntN(3)], Hosted: r.IntN(2) == 0,
		Area: []ident.Area{shaolin, "350503001005", "350503006002", "350582102001"}[r.IntN(4)]}
	if r.IntN(3) == 0 {
		s.Offered, s.Former = []ident.ID{home, away, case2}[r.IntN(3)], []ident.ID{[]ident.ID{home, away, case2}[r.IntN(3)]}
	}
	for _, part := range append(authz.HostParts(), authz.PartApplicant, authz.PartAgent, authz.PartReferrer, authz.PartReviewer, authz.PartRecused) {
		if r.IntN(5) == 0 {
			s.Parts = append(s.Parts, part)
		}
	}
	return s
}

// A chair is a mediator too, may be a party somewhere and a co-mediator of another committee, and may be offered a case:
// four reaches are left of seven.
func TestAChairAsksForNothingTwice(t *testing.T) {
	p, err := authz.Load(policies.Model, policies.Policy)
	if err != nil {
		t.Fatal(err)
	}
	r := allow(t, p, post(actor.Chair, home, ""), "case.list").Reaches()
	var levels []authz.Level
	for _, one := range r {
		levels = append(levels, one.Level)
	}
	if !slices.Equal(levels, []authz.Level{authz.LevelOwn, authz.LevelOwn, authz.LevelCommittee, authz.LevelOffered}) || len(r[0].Parts) != 3 {
		t.Errorf("reaches: %+v", r)
	}
}
