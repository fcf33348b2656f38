package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
)

type m = housetest.M

// stranger is somebody of the town as the policy sees them: their role, and the levels at which they stand to the case; a
// level "as" a role counts for that role only.
type stranger struct {
	who    *housetest.Person
	roles  []actor.Role
	levels []authz.Level
}

// Everybody of the town and how they stand to a case that Lin filed, that Home leads in Shaolin, and that Su hosts.
func everybody(town *housetest.Town) []stranger {
	parties := []actor.Role{actor.Anyone, actor.Applicant, actor.Respondent, actor.Agent}
	staff := func(r actor.Role) []actor.Role { return append(slices.Clone(parties), r) }
	own, desk, committee, area := authz.LevelOwn, authz.LevelDesk, authz.LevelCommittee, authz.LevelArea
	return []stranger{
		{nil, []actor.Role{actor.Anyone}, nil},
		{town.Wang, parties, nil},
		{town.Zheng, staff(actor.Chair), []authz.Level{committee}},
		{town.Su, staff(actor.Mediator), []authz.Level{desk}},
		{town.Hong, staff(actor.Mediator), nil}, // of the committee, but not on this case
		{town.OtherChair, staff(actor.Chair), nil}, {town.OtherMediator, staff(actor.Mediator), nil}, {town.FarMediator, staff(actor.Mediator), nil},
		{town.Station, staff(actor.StationOfficer), []authz.Level{area}}, {town.FarStation, staff(actor.StationOfficer), nil},
		{town.County, staff(actor.BureauSupervisor), []authz.Level{area}}, {town.FarCounty, staff(actor.BureauSupervisor), nil},
		{town.Bureau, staff(actor.BureauSupervisor), []authz.Level{area}}, {town.Housing, staff(actor.HousingViewer), []authz.Level{area}},
		{town.Court, staff(actor.Referrer), nil}, {town.OtherCourt, staff(actor.Referrer), nil},
		{town.System, staff(actor.AdminSystem), []authz.Level{area}}, {town.Security, staff(actor.AdminSecurity), []authz.Level{area}},
		{town.Audit, staff(actor.AdminAudit), []authz.Level{area}},
		{town.Lin, parties, []authz.Level{own}}, // last: a party's acts carry no version and may move the case
	}
}

func (s stranger) name() string {
	if s.who == nil {
		return "anyone"
	}
	return s.who.Login
}

// expects is what the policy says of an action: nothing at all, an action out of reach, or one within reach.
type expects int

const (
	refused expects = iota
	outside
	inside
)

func (s stranger) of(t *testing.T, p *authz.Policy, a authz.Action) expects {
	t.Helper()
	out := refused
	for _, role := range s.roles {
		rows, err := p.RowsFor(role, a)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			switch {
			case s.who == nil && row.Level == authz.LevelOwn: // who is nobody has nothing of their own
			case row.Level == authz.LevelAny, slices.Contains(s.levels, row.Level), slices.Contains(s.levels, row.Level+" as "+authz.Level(role)):
				return inside
			default:
				out = outside
			}
		}
	}
	return out
}

const policyDenial = "Your post does not include this."

// Every route of cases, crossed with everybody of the town: refused by the policy, out of reach (as if there were no
// such case, to the byte), or within reach.
func TestEveryRouteWithEveryRole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		town := housetest.New(t, s)
		c := town.As(town.Lin).Files()
		su := town.As(town.Su)
		su.Met(c, town.Su)
		b := addsBelow(town, su, c)
		crossed(t, town, c, b, everybody(town))
		notThroughAnother(t, town, c, b)
	})
}

// below names what hangs below a case: a file that both sides may see, a caucus of which a note was taken, and a day that was set.
type below struct{ attachment, session, appointment string }

func (b below) in(path string) string {
	return strings.NewReplacer("{attachment}", b.attachment, ":file", b.attachment, "{session}", b.session, "{appointment}", b.appointment,
		":appointment", b.appointment, "{form}", "f5").Replace(path)
}

func addsBelow(town *housetest.Town, host housetest.Hand, c *housetest.Case) (b below) {
	b.attachment = host.SendForm("POST", "/cases/"+c.ID+"/attachments", map[string]string{"shared": "true"},
		housetest.File{Name: "a.png", Content: housetest.Pixel}).Is(http.StatusCreated).Text("id")
	host.Sees(c)
	sitting := c.Sitting()
	sitting["kind"], sitting["attending"], sitting["starts_at"] = "caucus", []string{c.Applicant}, town.Clock.Now().Add(-time.Hour)
	host.Does(c, "open-session", sitting).Is(http.StatusOK)
	for i := 0; c.Last.Text(fmt.Sprintf("sessions.%d.id", i)) != ""; i++ {
		if c.Last.Text(fmt.Sprintf("sessions.%d.kind", i)) == "caucus" {
			b.session = c.Last.Text(fmt.Sprintf("sessions.%d.id", i))
		}
	}
	day := town.Today().Plus(3)
	host.Does(c, "schedule-session", m{"starts_at": string(day) + "T01:00:00Z", "ends_at": string(day) + "T02:00:00Z", "place": "调解室"}).Is(http.StatusOK)
	b.appointment = c.Last.Text("appointments.0.id")
	return b
}

// notThroughAnother asks for what hangs below a case through another one that is in reach: both ids must agree.
func notThroughAnother(t *testing.T, town *housetest.Town, c *housetest.Case, b below) {
	t.Helper()
	own := town.As(town.Wang).Files(m{"title": "另一件"})
	for _, route := range town.App.API.Routes() {
		if route.Method == http.MethodGet && b.in(route.Path) != route.Path && !strings.Contains(route.Path, "{form}") {
			path := strings.TrimPrefix(strings.Replace(b.in(route.Path), "{id}", own.ID, 1), "/api/v1")
			for _, who := range []*housetest.Person{town.Wang, town.Zheng, town.Su} {
				if got := town.As(who).Get(path); got.Status != http.StatusNotFound && got.Status != http.StatusForbidden {
					t.Errorf("%s as %s: %d %s", path, who.Login, got.Status, got.Body)
				}
			}
		}
	}
}

// What a case has become opens it to nobody: closed, archived, with a party who was removed, with somebody who was shut out, and
// with a deputy, who stands where the one for whom they act stands.
func TestT7_EveryRouteInEveryState(t *testing.T) {
	town := one(t)
	su, zheng := town.As(town.Su), town.As(town.Zheng)
	staff := func(who *housetest.Person, r actor.Role, level ...authz.Level) stranger {
		return stranger{who, []actor.Role{actor.Anyone, actor.Applicant, actor.Respondent, actor.Agent, r}, level}
	}
	c := town.As(town.Lin).Files()
	su.Met(c, town.Su)
	b := addsBelow(town, su, c)
	su.Does(c, "add-party", m{"name": "吴建国", "phone_reason": "不知道", "reason": "房屋共有人"}).Is(http.StatusOK)
	wu := c.Last.Text("parties.2.id")
	removed := town.Party(c, su.Post("/cases/"+c.ID+"/invitations", m{"party_id": wu, "channel": "letter"}).Is(http.StatusCreated).Text("letter.code"))
	su.Sees(c)
	su.Does(c, "remove-party", m{"party_id": wu, "reason": "与他无关"}).Is(http.StatusOK)
	zheng.Post("/posts/"+zheng.Get("/posts").Is(http.StatusOK).Text("items.0.id")+"/deputies",
		m{"person_id": town.Hong.ID, "until": town.Today().Plus(5)}).Is(http.StatusCreated)
	town.Again(town.Hong)
	security, out := town.As(town.Security), town.As(town.OtherMediator)
	id := security.Post("/accounts/find", m{"login": town.OtherMediator.Login}).Is(http.StatusOK).Text("id")
	security.Send("PUT", "/accounts/"+id+"/state", m{"state": "disabled"}).Is(http.StatusNoContent)
	deputy := staff(town.Hong, actor.Mediator, "committee as chair")
	deputy.roles = append(deputy.roles, actor.Chair)
	parties := []actor.Role{actor.Anyone, actor.Applicant, actor.Respondent, actor.Agent}
	people := []stranger{staff(town.OtherChair, actor.Chair), deputy} // few: the first crossing has everybody
	for _, route := range town.App.API.Routes() {
		path := b.in(strings.TrimPrefix(route.Path, "/api/v1"))
		for name, hand := range map[string]housetest.Hand{"a removed party": removed, "a closed account": out} {
			if !strings.HasPrefix(path, "/cases/{id}") {
				continue
			}
			if got := hand.SendAny(route.Method, strings.Replace(path, "{id}", c.ID, 1), m{}); got.Status != http.StatusUnauthorized {
				t.Errorf("%s %s as %s: %d %s", route.Method, path, name, got.Status, got.Body)
			}
		}
	}
	for _, state := range []string{"closed", "archived"} {
		su.Sees(c)
		if state == "closed" {
			su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(http.StatusOK)
		} else {
			su.Does(c, "archive", m{"retention": "short"}).Is(http.StatusOK)
			people = append(people, staff(town.FarCounty, actor.BureauSupervisor), stranger{town.Lin, parties, []authz.Level{authz.LevelOwn}}) // whose acts move it no longer
		}
		crossed(t, town, c, b, people)
		town.SignInAgain()
		su = town.As(town.Su)
	}
}

// An offer opens to the chair who was asked what an answer needs and nothing else; so does a hand-over to the old lead, and
// a joint mediation to whoever joined it.
func TestEveryRouteWithWhoeverACaseWasOfferedTo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		town := housetest.New(t, s)
		su, other, far := town.As(town.Su), town.As(town.OtherChair), town.As(town.FarChair)
		staff := func(who *housetest.Person, r actor.Role, level ...authz.Level) stranger {
			return stranger{who, []actor.Role{actor.Anyone, actor.Applicant, actor.Respondent, actor.Agent, r}, level}
		}
		c := town.As(town.Lin).Files()
		su.Met(c, town.Su)
		offer := func(to housetest.M) m {
			to["reason"], to["text"], to["consents"] = "difficult", "情况复杂", []string{c.Applicant, c.Respondent}
			return to
		}
		su.Does(c, "transfer", offer(m{"to_committee_id": town.Far.ID, "kind": "joint"})).Is(http.StatusOK)
		b := addsBelow(town, su, c)
		su.Sees(c)
		crossed(t, town, c, b, []stranger{staff(town.FarChair, actor.Chair, authz.LevelOffered), staff(town.FarMediator, actor.Mediator), staff(town.OtherChair, actor.Chair)})
		far.Sees(c)
		far.Does(c, "accept-transfer", m{"co_mediator_ids": []any{town.FarMediator.Mediator}}).Is(http.StatusOK)
		crossed(t, town, c, b, []stranger{staff(town.FarChair, actor.Chair), staff(town.FarMediator, actor.Mediator, "own as mediator")})
		su.Sees(c)
		su.Does(c, "transfer", offer(m{"to_committee_id": town.Other.ID})).Is(http.StatusOK)
		other.Sees(c)
		other.Does(c, "accept-transfer", nil).Is(http.StatusOK)
		crossed(t, town, c, b, []stranger{staff(town.Zheng, actor.Chair, authz.LevelFormer), staff(town.Su, actor.Mediator), staff(town.FarMediator, actor.Mediator),
			staff(town.OtherChair, actor.Chair, authz.LevelCommittee, authz.LevelDesk)})
	})
}

// crossed tries every route of cases as each of some people, who stand to a case as their levels say.
func crossed(t *testing.T, town *housetest.Town, c *housetest.Case, b below, people []stranger) {
	t.Helper()
	missing := strings.Replace(c.ID, c.ID[:8], "00000000", 1)
	bodies := bodiesOf(town, c)
	for _, route := range town.App.API.Routes() {
		path, ofCase := strings.CutPrefix(strings.TrimPrefix(route.Path, "/api/v1"), "/cases/{id}")
		if !ofCase {
			continue
		}
		body, known := bodies[path]
		path = b.in(path)
		if !known && route.Method != http.MethodGet {
			t.Errorf("%s %s has no row in this test", route.Method, route.Path)
			continue
		}
		for _, who := range people {
			hand := town.As(who.who).With("If-Match", `"999"`)
			send := func(id string) housetest.Answer { return hand.SendAny(route.Method, "/cases/"+id+path, body) }
			got, none := send(c.ID), send(missing)
			town.Later(4 * time.Second) // nobody is to be slowed here
			want := who.of(t, town.App.Policy, route.Action)
			if !fits(want, who, got, none) {
				t.Errorf("%s %s as %s: %d %s (missing: %d), want %s", route.Method, route.Path, who.name(), got.Status, got.Body, none.Status,
					[]string{"refused", "outside", "inside"}[want])
			}
		}
	}
}

func fits(want expects, who stranger, got, none housetest.Answer) bool {
	denied := got.Status == http.StatusForbidden && got.Text("detail") == policyDenial
	switch want {
	case refused:
		return who.who == nil && got.Status == http.StatusUnauthorized || denied
	case outside:
		return got.Status == http.StatusNotFound && none.Status == http.StatusNotFound && string(got.Body) == string(none.Body)
	}
	part := strings.Contains(got.What(), "-note") || strings.Contains(got.What(), "/sessions/")
	ownMissing := got.Status == http.StatusNotFound && part // the caucus, of which a note is for whoever was there, not the case
	// inside
	return !denied && got.Status != http.StatusUnauthorized && (got.Status != http.StatusNotFound || ownMissing) && none.Status == http.StatusNotFound
}

// bodiesOf are bodies that can be read but move nothing: they name things of other cases, or come with an old version.
func bodiesOf(town *housetest.Town, c *housetest.Case) map[string]any {
	other := town.As(nil).Files()
	return map[string]any{
		"/attachments": housetest.File{Name: "a.txt", Content: "no picture"}, "/invitations": m{"party_id": other.Applicant, "channel": "letter"}, "/signing-codes": nil,
		"/ask-consent": m{}, "/accept": m{}, "/close": m{}, "/archive": m{}, "/resume": m{},
		"/record-consent":      m{"party_id": other.Applicant, "consent": "agreed", "channel": "phone"},
		"/refuse-acceptance":   m{"reason": "N4"},
		"/assign":              m{"host_mediator_id": town.OtherMediator.Mediator, "chosen_by": "parties"},
		"/request-recusal":     m{"mediator_id": town.OtherMediator.Mediator},
		"/give-notice":         m{"party_ids": []string{other.Applicant}, "manner": "oral"},
		"/open-session":        c.Sitting(),
		"/add-helper":          m{"party_id": other.Applicant, "kind": "companion", "name": "x"},
		"/end-helper":          m{"helper_id": other.Applicant, "reason": "x"},
		"/extend":              m{"days": 99, "reason": "x", "consents": []string{}},
		"/pause":               m{"reason": "x", "until": "2020-01-01"},
		"/fix-agreement":       c.Terms(),
		"/oral-agreement":      c.Terms(),
		"/sign":                m{"party_id": other.Applicant, "kind": "wet_ink", "text_hash": "x"},
		"/reopen-agreement":    m{"reason": "x"},
		"/terminate":           m{"reason": "T1"},
		"/withdraw":            m{"statement": "x"},
		"/request-end":         m{"party_id": other.Applicant},
		"/reconsider":          m{"party_id": other.Applicant},
		"/record-performance":  m{"obligation_id": other.Applicant, "state": "performed", "on": town.Today()},
		"/follow-up":           m{"visited_on": town.Today(), "visitor": "x"},
		"/amend":               m{"set": m{}, "reason": "x"},
		"/retract":             m{"entry": "999", "reason": "x"},
		"/reroute":             m{"committee_id": town.Far.ID, "reason": "x"},
		"/assess-risk":         m{"risk": 9, "reason": "x"},
		"/transfer":            m{"to_committee_id": town.Home.ID, "reason": "difficult", "text": "x", "consents": []string{}},
		"/accept-transfer":     m{},
		"/record-referral":     m{"kind": "x"},
		"/referrals":           m{"organ_kind": "x", "organ": "x", "reason": "x"},
		"/decline-transfer":    m{"reason": "x"},
		"/report-police":       m{"to": "", "at": "", "channel": ""},
		"/apply-confirmation":  m{"court": "", "applied_on": town.Today()},
		"/record-confirmation": m{"decision": "refused", "decided_on": town.Today()},
		"/repudiate":           m{"kind": "x"},
		"/remediate":           m{"ground": "x", "reason": "x", "consents": []string{}},
		"/correct":             m{"set": m{}, "reason": ""},
		"/add-party":           m{"name": "", "reason": ""},
		"/remove-party":        m{"party_id": other.Applicant, "reason": "x"},
		"/decide-conflict":     m{"mediator_id": other.Applicant, "decision": "x", "reason": "x"},
		"/record-property":     m{},
		"/record-needs":        m{"party_id": other.Applicant},
		"/name-mediator":       m{"party_id": other.Applicant},
		"/schedule-session":    m{"place": "x"},
		"/hand-over-note":      m{"session_id": other.Applicant, "mediator_id": town.Hong.Mediator}, "/disclose-note": m{"session_id": other.Applicant, "text": "x"},
		"/request-note": m{"session_id": other.Applicant, "purpose": "read", "reason_code": "B1", "why": "x"}, "/decide-note": m{"request_id": other.Applicant, "decision": "refused"},
		"/sessions/{session}/break-glass": nil, "/messages/read": m{"message_ids": []string{other.Applicant}},
		"/complaints":    m{"mediator_id": town.OtherMediator.Mediator, "kind": "K1", "text": "x", "party_id": other.Applicant},
		"/reveal":        m{"party_id": other.Applicant, "reason": "x"},
		"/opinion":       m{"answers": m{"heard": "9"}},
		"/about":         m{"answers": m{"sex": "9"}},
		"/subsidy-claim": m{},
		"/data-requests": m{"kind": "correction", "item": "x"}, "/agreement-check": m{"form": "x", "clauses": []m{}},
	}
}

// The rest of the API: whoever has the action gets past the gate, nobody else does.
func TestTheGateOfEveryOtherRoute(t *testing.T) {
	town := one(t)
	for _, route := range town.App.API.Routes() {
		path := strings.TrimPrefix(route.Path, "/api/v1")
		if strings.HasPrefix(path, "/cases/{id}") || path == "/sessions/current" || strings.HasSuffix(path, "/password") {
			continue
		}
		path = strings.NewReplacer("{id}", town.Home.ID.String(), "{year}", "1999").Replace(path)
		for _, who := range everybody(town) {
			var body any
			if route.Method != http.MethodGet {
				body = m{"nonsense": true}
			}
			got := town.As(who.who).SendAny(route.Method, path, body)
			allowed := who.of(t, town.App.Policy, route.Action) != refused
			stopped := got.Status == http.StatusUnauthorized || got.Status == http.StatusForbidden
			if allowed == stopped && !(route.Action == "access.open" || route.Action == "session.open") {
				t.Errorf("%s %s as %s: %d, allowed %t", route.Method, route.Path, who.name(), got.Status, allowed)
			}
		}
	}
}

// A store query that forgot the grant would be seen by the crossing: here the policy itself is tried without its rows.
func TestAnEmptyPolicyAllowsNothing(t *testing.T) {
	town := one(t)
	p, err := authz.Load("[request_definition]\nr = role, act, lvl\n[policy_definition]\np = role, act, lvl, view\n[role_definition]\ng = _, _\n[policy_effect]\ne = some(where (p.eft == allow))\n[matchers]\nm = g(r.role, p.role) && r.act == p.act && r.lvl == p.lvl\n", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range town.App.Policy.Actions() {
		if _, err := p.Allow(actor.Actor{Person: town.Zheng.ID, Posts: []actor.Post{{Role: actor.Chair, Committee: town.Home.ID}}}, a); err == nil {
			t.Errorf("an empty policy allows %s", a)
		}
	}
}
