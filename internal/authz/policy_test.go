package authz_test

import (
	"crypto/rand"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/policies"
)

const fengze ident.County = "350503"

var (
	maker      = ident.NewMaker(rand.Reader)
	su, lin    = newID(), newID()
	home, away = newID(), newID()
	case1      = newID()
	case2      = newID()
)

func newID() ident.ID { return maker.New(fengze, time.Date(2026, 3, 6, 2, 0, 0, 0, time.UTC)) }

func load(t *testing.T, text string) *authz.Policy {
	t.Helper()
	p, err := authz.Load(policies.Model, text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func allow(t *testing.T, p *authz.Policy, by actor.Actor, a authz.Action) authz.Grant {
	t.Helper()
	g, err := p.Allow(by, a)
	if err != nil {
		t.Fatalf("%s: %v", a, err)
	}
	return g
}

// everybody has every role there is, and nobody in particular.
func everybody() []actor.Actor {
	out := []actor.Actor{{}, actor.System, {Person: su}, {Person: su, Name: "admin"}, {Case: case1, Party: lin, Part: actor.Applicant}}
	for _, r := range append(slices.Clone(actor.Staff), actor.Parties...) {
		out = append(out, actor.Actor{Person: su, Posts: []actor.Post{{Role: r, Committee: home, Area: "350503000000"}}})
	}
	return out
}

func TestAnEmptyPolicyAllowsNothing(t *testing.T) {
	for _, text := range []string{"", "\n\n", "# nothing\n", "g, chair, mediator\n"} {
		p := load(t, text)
		for _, by := range everybody() {
			for _, a := range []authz.Action{"", "case.read", "home.read", "*"} {
				if g, err := p.Allow(by, a); err == nil || len(g.Reaches()) != 0 || p.Knows(a) {
					t.Errorf("%+v may %q", by, a)
				}
			}
		}
		if len(p.Actions()) != 0 {
			t.Errorf("actions: %v", p.Actions())
		}
	}
}

func TestASlipInTheTableIsRefused(t *testing.T) {
	for what, text := range map[string]string{
		"the same row twice":        "p, mediator, case.read, desk, full\np, mediator, case.read, desk, full",
		"two views for one reach":   "p, mediator, case.read, desk, full\np,mediator,case.read , desk, masked",
		"the same inclusion twice":  "g, chair, mediator\ng, chair, mediator",
		"an unknown role":           "p, mediater, case.read, desk, full",
		"a person as a role":        "p, admin, case.read, any, full",
		"an empty role":             "p, , case.read, any, full",
		"an empty action":           "p, mediator, , any, full",
		"an unknown level":          "p, mediator, case.read, desks, full",
		"an unknown view":           "p, mediator, case.read, desk, fuller",
		"no view":                   "p, mediator, case.read, desk, ",
		"an unknown role includes":  "g, head, mediator",
		"a role includes unknown":   "g, chair, mediater",
		"a group includes a role":   "g, staff, mediator",
		"too few columns":           "p, mediator, case.read, desk",
		"too many columns":          "p, mediator, case.read, desk, full, allow",
		"too many in an inclusion":  "g, chair, mediator, 350503",
		"another kind of row":       "x, mediator, case.read, desk, full",
		"a denial":                  "p, mediator, case.read, desk, full, deny",
		"a quotation mark too many": `p, mediator, "case.read, desk, full`,
		"roles in a circle":         "g, chair, mediator\ng, mediator, chair",
	} {
		if _, err := authz.Load(policies.Model, text); err == nil {
			t.Errorf("%s was accepted", what)
		}
	}
	if _, err := authz.Load("[request_definition]\nr = x", ""); err == nil {
		t.Error("a broken model was accepted")
	}
}

func TestRolesIncludeOthers(t *testing.T) {
	p := load(t, `
g, applicant, party
g, respondent, party
g, chair, mediator
g, mediator, staff
g, station_officer, staff
p, party, case.read, own, party
p, applicant, case.withdraw, own, party
p, mediator, case.read, desk, full
p, chair, case.read, committee, full
p, chair, case.reroute, committee, full
p, staff, desk.read, any, full
`)
	may := func(r actor.Role, a authz.Action) (out []string) {
		rows, err := p.RowsFor(r, a)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if row.Role != r || row.Action != a {
				t.Errorf("row %+v for %s %s", row, r, a)
			}
			out = append(out, string(row.Level)+" "+string(row.View))
		}
		return out
	}
	for _, v := range []struct {
		role   actor.Role
		action authz.Action
		want   string
	}{
		{actor.Chair, "case.read", "desk full, committee full"}, {actor.Mediator, "case.read", "desk full"},
		{actor.Chair, "case.reroute", "committee full"}, {actor.Mediator, "case.reroute", ""},
		{actor.Chair, "desk.read", "any full"}, {actor.StationOfficer, "desk.read", "any full"}, {actor.BureauSupervisor, "desk.read", ""},
		{actor.Applicant, "case.read", "own party"}, {actor.Respondent, "case.read", "own party"}, {actor.Agent, "case.read", ""},
		{actor.Applicant, "case.withdraw", "own party"}, {actor.Respondent, "case.withdraw", ""},
		{actor.Anyone, "case.read", ""}, {"party", "case.withdraw", ""}, {"", "case.read", ""}, {"nobody", "case.read", ""},
	} {
		for range 2 { // the second answer is the kept one
			if got := strings.Join(may(v.role, v.action), ", "); got != v.want {
				t.Errorf("%s %s: %q, want %q", v.role, v.action, got, v.want)
			}
		}
	}
	if !slices.Equal(p.Actions(), []authz.Action{"case.read", "case.reroute", "case.withdraw", "desk.read"}) || !p.Knows("desk.read") || p.Knows("desk") {
		t.Errorf("actions: %v", p.Actions())
	}
}

// Two rows reach as far: the role sees what the wider one shows, in whatever order they stand.
func TestTheWiderOfTwoViewsHolds(t *testing.T) {
	rows := []string{"p, mediator, case.read, area, masked", "p, chair, case.read, area, full", "g, chair, mediator"}
	for range 2 {
		p := load(t, strings.Join(rows, "\n"))
		got, err := p.RowsFor(actor.Chair, "case.read")
		if err != nil || len(got) != 1 || got[0].View != authz.Full {
			t.Errorf("%v: %v %v", rows, got, err)
		}
		below, err := p.RowsFor(actor.Mediator, "case.read")
		if err != nil || len(below) != 1 || below[0].View != authz.Masked {
			t.Errorf("%v: the mediator sees %v %v", rows, below, err)
		}
		slices.Reverse(rows)
	}
}

func TestAnAnswerCannotBeChanged(t *testing.T) {
	p := load(t, "p, mediator, case.read, desk, status")
	rows, err := p.RowsFor(actor.Mediator, "case.read")
	if err != nil {
		t.Fatal(err)
	}
	rows[0] = authz.Row{Role: actor.Mediator, Action: "case.read", Level: authz.LevelAny, View: authz.Full}
	g := allow(t, p, actor.Actor{Person: su, Posts: []actor.Post{{Role: actor.Mediator, Committee: home}}}, "case.read")
	if g.Unbounded() {
		t.Error("whoever asked changed the policy")
	}
	g.Reaches()[0].Level = authz.LevelAny
	if g.Unbounded() {
		t.Error("whoever holds a grant widened it")
	}
	p.Roles()[0] = "changed"
	if p.Roles()[0] != actor.Anyone {
		t.Error("the roles were changed")
	}
}

func TestWhoIsNotSignedInAndWhoMayNot(t *testing.T) {
	p := load(t, "p, mediator, case.read, desk, full\np, anyone, home.read, any, status\np, housing_viewer, case.read, own, full")
	chair := actor.Actor{Person: su, Posts: []actor.Post{{Role: actor.Chair, Committee: home}}}
	for _, v := range []struct {
		who  string
		by   actor.Actor
		a    authz.Action
		want fault.Kind
	}{
		{"nobody", actor.Actor{}, "case.read", fault.Unauthenticated},
		{"nobody, what no one may", actor.Actor{}, "case.burn", fault.Unauthenticated},
		{"the product itself", actor.System, "case.read", fault.Unauthenticated},
		{"another role", chair, "case.read", fault.Denied},
		{"a person without a post", actor.Actor{Person: lin}, "case.read", fault.Denied},
		{"a party by code", actor.Actor{Case: case1, Party: lin, Part: actor.Applicant}, "case.read", fault.Denied},
		{"a mediator of no committee", actor.Actor{Person: su, Posts: []actor.Post{{Role: actor.Mediator}}}, "case.read", fault.Denied},
		{"a role that takes part in nothing", actor.Actor{Person: su, Posts: []actor.Post{{Role: actor.HousingViewer}}}, "case.read", fault.Denied},
		{"a post of nobody", actor.Actor{Posts: []actor.Post{{Role: actor.Mediator, Committee: home}}}, "case.read", fault.Unauthenticated},
	} {
		g, err := p.Allow(v.by, v.a)
		if !fault.Is(err, v.want) || len(g.Reaches()) != 0 || g.ViewOf(authz.Standing{Committee: home}) != authz.None {
			t.Errorf("%s: %v, want %v", v.who, err, v.want)
		}
	}
	for _, by := range everybody() {
		if g := allow(t, p, by, "home.read"); !g.Unbounded() || g.Action() != "home.read" {
			t.Errorf("%+v may not see the home page", by)
		}
	}
}

func TestManyAskAtOnce(t *testing.T) {
	p, err := authz.Load(policies.Model, policies.Policy)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for j := range 40 {
				for _, by := range everybody() {
					a := p.Actions()[(i+j)%len(p.Actions())]
					g, err := p.Allow(by, a)
					if (err == nil) != (len(g.Reaches()) > 0) {
						t.Errorf("%s: %v with %d reaches", a, err, len(g.Reaches()))
					}
				}
			}
		})
	}
	wg.Wait()
}

// The product's own table, held to what must never change by a slip.
func TestThePolicyKeepsItsPromises(t *testing.T) {
	p, err := authz.Load(policies.Model, policies.Policy)
	if err != nil {
		t.Fatal(err)
	}
	administrators := []actor.Role{actor.AdminSystem, actor.AdminSecurity, actor.AdminAudit}
	for _, a := range p.Actions() {
		for _, r := range p.Roles() {
			rows, err := p.RowsFor(r, a)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				ofCase := strings.HasPrefix(string(a), "case.") && a != "case.file"
				switch {
				case ofCase && slices.Contains(administrators, r):
					t.Errorf("%s sees cases: %v", r, row)
				case ofCase && (r == actor.Anyone || row.Level == authz.LevelAny):
					t.Errorf("a case is public: %v", row)
				case slices.Contains(actor.Parties, r) && row.Level != authz.LevelOwn && row.Level != authz.LevelAny:
					t.Errorf("a party reaches beyond its own: %v", row)
				case ofCase && r == actor.BureauSupervisor && row.View.Wider(authz.Masked):
					t.Errorf("the bureau sees names: %v", row)
				case slices.Contains(actor.Parties, r) && ofCase && row.View.Wider(authz.Party):
					t.Errorf("a party sees the other side's data: %v", row)
				}
			}
		}
	}
}
