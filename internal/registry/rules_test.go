package registry_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

func rules(warnings []registry.Warning) []string {
	var out []string
	for _, w := range warnings {
		out = append(out, w.Rule)
	}
	return out
}

// Twenty at once do not get past the nine.
func TestO1_NineAlsoWhenAllComeAtOnce(t *testing.T) {
	each(t, func(t *town) {
		c := t.draft("东湖少林", registry.OfResidents, shaolin)
		people := make([]registry.Person, 20)
		for i := range people {
			people[i] = somebody("委员"+string(rune('甲'+i)), ident.Male, "01")
		}
		var all sync.WaitGroup
		for _, p := range people {
			all.Add(1)
			go func() {
				defer all.Done()
				_, _ = t.elect(c, registry.Ordinary, p) // eleven of them are refused
			}()
		}
		all.Wait()
		var members []registry.Member
		if err := t.s.Store.Read(t.ctx(), actor.System, func(tx *db.Tx) (err error) {
			members, err = registry.MembersOf(tx, c.ID)
			return err
		}); err != nil || len(members) != 9 {
			t.Errorf("%d members, %v", len(members), err)
		}
	})
}

func TestO1_ACommitteeHasThreeToNineMembers(t *testing.T) {
	each(t, func(t *town) {
		c := t.draft("东湖少林", registry.OfResidents, shaolin)
		t.term(c, registry.ByResidents, "2025-06-30")
		t.people(c, 2, true)
		_, _, err := t.s.Activate(t.ctx(), t.admin, c.ID, c.Version)
		t.blocked(err, "O1")
		for _, name := range []string{"三", "四", "五", "六", "七", "八", "九"} {
			must(t.elect(c, registry.Ordinary, somebody("委员"+name, ident.Male, "01")))(t)
		}
		_, err = t.elect(c, registry.Ordinary, somebody("委员十", ident.Male, "01"))
		t.blocked(err, "O1")
		if c = t.activate(c); c.State != registry.Active || c.ActivatedOn != "2026-03-06" || c.Version != 2 {
			t.Errorf("with nine members: %+v", c)
		}
	})
}

func TestO2_ACommitteeHasOneChair(t *testing.T) {
	each(t, func(t *town) {
		c := t.draft("东湖少林", registry.OfResidents, shaolin)
		t.term(c, registry.ByResidents, "2025-06-30")
		for _, name := range []string{"甲", "乙", "丙"} {
			must(t.elect(c, registry.Ordinary, somebody(name, ident.Female, "01")))(t)
		}
		_, _, err := t.s.Activate(t.ctx(), t.admin, c.ID, c.Version)
		t.blocked(err, "O2")
		chair := must(t.elect(c, registry.Chair, somebody("陈主任", ident.Male, "01")))(t)
		_, err = t.elect(c, registry.Chair, somebody("林主任", ident.Female, "01"))
		t.blocked(err, "O2")
		must(t.elect(c, registry.DeputyChair, somebody("副主任", ident.Male, "01")))(t)
		t.activate(c)
		// The chair may go and another come; in between the bureau sees the vacancy, and nothing stops.
		must(t.s.MemberLeaves(t.ctx(), t.admin, chair.ID, registry.Leaving{Reason: "辞职"}))(t)
		if got := t.attention(); !slices.Equal(got, []string{"O2"}) {
			t.Errorf("without a chair the bureau sees %v", got)
		}
		must(t.elect(c, registry.Chair, somebody("林主任", ident.Female, "01")))(t)
		if got := t.attention(); len(got) != 0 {
			t.Errorf("with a new chair the bureau still sees %v", got)
		}
		// A sitting member takes the chair when whoever held it takes another office; nobody leaves for it.
		var members []registry.Member
		t.read(func(tx *db.Tx) (err error) { members, err = registry.MembersOf(tx, c.ID); return err })
		_, err = t.s.ChangeOffice(t.ctx(), t.admin, members[1].ID, registry.Chair)
		t.blocked(err, "O2")
		must(t.s.ChangeOffice(t.ctx(), t.admin, members[0].ID, registry.Ordinary))(t)
		if got := t.attention(); !slices.Equal(got, []string{"O2"}) {
			t.Errorf("between two chairs the bureau sees %v", got)
		}
		must(t.s.ChangeOffice(t.ctx(), t.admin, members[1].ID, registry.Chair))(t)
		if _, err := t.s.ChangeOffice(t.ctx(), t.admin, chair.ID, registry.Ordinary); !fault.Is(err, fault.Conflict) {
			t.Errorf("who has left took another office: %v", err)
		}
		if _, err := t.s.ChangeOffice(t.ctx(), t.grantOver("350502000000"), members[1].ID, registry.Ordinary); !fault.Is(err, fault.Missing) {
			t.Errorf("another county changed an office: %v", err)
		}
	})
}

func (t *town) attention() []string {
	t.Helper()
	var out []string
	t.read(func(tx *db.Tx) error {
		list, err := registry.NeedAttention(tx, "350503")
		for _, a := range list {
			out = append(out, a.Rule)
		}
		return err
	})
	return out
}

func TestO3_ACommitteeWithoutWomenIsWarnedOfAndListed(t *testing.T) {
	each(t, func(t *town) {
		c := t.draft("东湖少林", registry.OfResidents, shaolin)
		t.people(c, 3, false)
		t.term(c, registry.ByResidents, "2025-06-30")
		c, warnings, err := t.s.Activate(t.ctx(), t.admin, c.ID, c.Version)
		if err != nil || c.State != registry.Active || !slices.Equal(rules(warnings), []string{"O3"}) {
			t.Fatalf("%s, warnings %v, %v", c.State, rules(warnings), err)
		}
		if got := t.attention(); !slices.Equal(got, []string{"O3"}) {
			t.Errorf("the bureau sees %v", got)
		}
		must(t.elect(c, registry.Ordinary, somebody("林秀英", ident.Female, "01")))(t)
		if got := t.attention(); len(got) != 0 {
			t.Errorf("with a woman the bureau still sees %v", got)
		}
	})
}

func TestO4_AMultiEthnicAreaWantsAMemberOfASmallerGroup(t *testing.T) {
	each(t, func(t *town) {
		for _, v := range []struct {
			name      string
			area      ident.Area
			ethnicity string
			warned    bool
		}{
			{"百崎", baiqi, "01", true}, {"百崎二", baiqi, "03", false}, {"东湖", donghu, "01", false},
		} {
			c := t.draft(v.name, registry.OfTown, v.area)
			t.people(c, 2, true)
			must(t.elect(c, registry.Ordinary, somebody("郭委员", ident.Male, v.ethnicity)))(t)
			t.term(c, registry.ByFoundingBody, "2025-06-30")
			_, warnings, err := t.s.Activate(t.ctx(), t.admin, c.ID, c.Version)
			if err != nil || slices.Contains(rules(warnings), "O4") != v.warned {
				t.Errorf("%s: warnings %v, %v", v.name, rules(warnings), err)
			}
		}
	})
}

func TestO5_HowMembersWereChosenIsRecorded(t *testing.T) {
	each(t, func(t *town) {
		c := t.draft("东湖少林", registry.OfResidents, shaolin)
		t.people(c, 3, true)
		_, _, err := t.s.Activate(t.ctx(), t.admin, c.ID, c.Version)
		t.blocked(err, "O5")
		for name, in := range map[string]registry.NewTerm{
			"villagers elect no residents' committee": {Method: registry.ByVillagers, Electing: "村民会议", DecidedOn: "2025-06-30"},
			"no method":    {Electing: "居民会议", DecidedOn: "2025-06-30"},
			"no day":       {Method: registry.ByResidents, Electing: "居民会议"},
			"tomorrow":     {Method: registry.ByResidents, Electing: "居民会议", DecidedOn: "2026-03-07"},
			"by nobody":    {Method: registry.ByResidents, DecidedOn: "2025-06-30"},
			"begun before": {Method: registry.ByResidents, Electing: "居民会议", DecidedOn: "2025-06-30", StartsOn: "2025-06-01"},
		} {
			if _, err := t.s.OpenTerm(t.ctx(), t.admin, c.ID, in); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		minutes := ident.NewMaker(neverDry{}).New("350503", dbtest.Friday)
		term := must(t.s.OpenTerm(t.ctx(), t.admin, c.ID, registry.NewTerm{Method: registry.ByResidentsReps, Electing: "少林社区居民代表会议",
			DecidedOn: "2025-06-28", StartsOn: "2025-07-01", MinutesID: minutes}))(t)
		t.read(func(tx *db.Tx) error {
			got, err := registry.TermOf(tx, c.ID)
			if got != term || got.Method != registry.ByResidentsReps || got.DecidedOn != "2025-06-28" || got.MinutesID != minutes {
				t.Errorf("recorded %+v", got)
			}
			return err
		})
		t.activate(c)
	})
}

func TestO6_ATermRunsThreeYearsAndItsEndStopsNothing(t *testing.T) {
	each(t, func(t *town) {
		c := t.active("东湖少林", registry.OfResidents, shaolin) // elected on 2025-06-30
		for _, v := range []struct {
			day     calendar.Day
			alert   int
			expired bool
			listed  bool
		}{
			{"2028-03-31", 0, false, false}, {"2028-04-01", 90, false, true}, {"2028-05-30", 90, false, true},
			{"2028-05-31", 30, false, true}, {"2028-06-30", 30, false, true}, {"2028-07-01", 0, true, true},
		} {
			dbtest.ClockOf(t.store).Set(v.day.Start().Add(9 * time.Hour))
			t.read(func(tx *db.Tx) error {
				term, err := registry.TermOf(tx, c.ID)
				if term.EndsOn != "2028-06-30" || term.Alert(v.day) != v.alert || term.Expired(v.day) != v.expired {
					t.Errorf("%s: ends %s, alert %d, expired %v", v.day, term.EndsOn, term.Alert(v.day), term.Expired(v.day))
				}
				return err
			})
			if got := t.attention(); slices.Contains(got, "O6") != v.listed {
				t.Errorf("%s: the bureau sees %v", v.day, got)
			}
		}
		if got := t.serving(registry.Place{Area: shaolin, Category: "02"}); got.ID != c.ID {
			t.Errorf("after its term the place is served by %s", got.Name)
		}
		again := t.term(c, registry.ByResidents, "2028-07-01")
		if got := t.attention(); len(got) != 0 || again.EndsOn != "2031-07-01" {
			t.Errorf("after a new election, ending %s, the bureau sees %v", again.EndsOn, got)
		}
	})
}

func TestO7_TheCourtIsToldWhatChangedSinceTheLastNotice(t *testing.T) {
	each(t, func(t *town) {
		c := t.active("东湖少林", registry.OfResidents, shaolin)
		kinds := func(list []registry.Change) (out []string) {
			for _, x := range list {
				out = append(out, x.Kind)
			}
			return out
		}
		var first []registry.Change
		t.read(func(tx *db.Tx) (err error) { first, err = registry.Untold(tx, "350503"); return err })
		want := []string{"drafted", "member_joined", "member_joined", "member_joined", "term_opened", "activated"}
		if got := kinds(first); !sameWords(got, want) {
			t.Fatalf("changed: %v", got)
		}
		if i := slices.IndexFunc(first, func(x registry.Change) bool { return x.PersonName == "委员1" }); i < 0 || first[i].Detail != "chair" ||
			first[i].MadeBy != t.admin.By().Person || first[i].CommitteeID != c.ID {
			t.Errorf("the chair's entry is %+v", first[max(i, 0)])
		}
		notice := must(t.s.GiveNotice(t.ctx(), t.admin, "350503", registry.NewNotice{Court: "泉州市丰泽区人民法院", On: ""}))(t)
		must(t.s.Engage(t.ctx(), t.admin, c.ID, registry.NewMediator{Person: somebody("蔡律师", ident.Female, "01")}))(t)
		t.read(func(tx *db.Tx) error {
			since, err := registry.Untold(tx, "350503")
			if err != nil || !slices.Equal(kinds(since), []string{"mediator_engaged"}) {
				t.Errorf("since the notice: %v, %v", kinds(since), err)
			}
			told, err := registry.Told(tx, notice.ID)
			if err != nil || len(told) != len(first) || notice.NoticedOn != "2026-03-06" {
				t.Errorf("told on %s: %v, %v", notice.NoticedOn, kinds(told), err)
			}
			return nil
		})
		county := t.grantOver("350502000000")
		if _, err := t.s.GiveNotice(t.ctx(), county, "350503", registry.NewNotice{Court: "法院"}); !fault.Is(err, fault.Missing) {
			t.Errorf("another county's administrator gave notice: %v", err)
		}
	})
}

func sameWords(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func TestO8_SixTypesMayBeSetUp(t *testing.T) {
	each(t, func(t *town) {
		for _, of := range registry.Types {
			if c := t.draft("调委会"+string(of), of, donghu); c.Type != of || c.State != registry.Draft || !c.Counted() {
				t.Errorf("type %s: %+v", of, c)
			}
		}
		for _, of := range []registry.Type{"", "07", "1", registry.Desk} {
			_, err := t.s.Draft(t.ctx(), t.admin, registry.NewCommittee{Type: of, Name: "某调委会", ShortName: "某", AreaCode: donghu})
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("type %q: %v", of, err)
			}
		}
	})
}

func TestO9_AMediatorIsAMemberOrEngaged(t *testing.T) {
	each(t, func(t *town) {
		c := t.active("东湖少林", registry.OfResidents, shaolin)
		engaged := must(t.s.Engage(t.ctx(), t.admin, c.ID, registry.NewMediator{Person: somebody("蔡律师", ident.Female, "01"),
			Served: registry.Served{Education: "20", Background: []string{"lawyer", "party_member"}}}))(t)
		kinds := func() map[string]registry.MediatorKind {
			out := map[string]registry.MediatorKind{}
			t.read(func(tx *db.Tx) error {
				list, err := registry.MediatorsOf(tx, c.ID)
				for _, m := range list {
					out[m.Name] = m.Kind
				}
				return err
			})
			return out
		}
		if got := kinds(); len(got) != 4 || got["委员1"] != registry.OfCommittee || got["蔡律师"] != registry.Engaged {
			t.Errorf("mediators: %v", got)
		}
		// Who was engaged and is then elected stays one mediator, of the other kind.
		elected := registry.Person{ID: engaged.PersonID, Name: "蔡律师", Born: engaged.Born, Sex: engaged.Sex, Ethnicity: "01", Citizen: true}
		member := must(t.elect(c, registry.Ordinary, elected))(t)
		if got := kinds(); len(got) != 4 || got["蔡律师"] != registry.OfCommittee {
			t.Errorf("after the election: %v", got)
		}
		must(t.s.MemberLeaves(t.ctx(), t.admin, member.ID, registry.Leaving{Reason: "届满"}))(t)
		if got := kinds(); len(got) != 3 {
			t.Errorf("after the office ended: %v", got)
		}
		if _, err := t.s.MemberLeaves(t.ctx(), t.admin, member.ID, registry.Leaving{}); !fault.Is(err, fault.Conflict) {
			t.Errorf("somebody left twice: %v", err)
		}
	})
}

func TestO10_AMediatorIsAnAdultCitizen(t *testing.T) {
	each(t, func(t *town) {
		c := t.draft("东湖少林", registry.OfResidents, shaolin)
		for name, v := range map[string]struct {
			born    string
			citizen bool
			refused bool
		}{
			"eighteen today":    {"20080306", true, false},
			"eighteen tomorrow": {"20080307", true, true},
			"no citizen":        {"19800101", false, true},
		} {
			p := registry.Person{Name: "林某", IDNumber: withCheck("350503" + v.born + "001"), Ethnicity: "01", Citizen: v.citizen}
			_, engaging := t.s.Engage(t.ctx(), t.admin, c.ID, registry.NewMediator{Person: p})
			_, electing := t.elect(c, registry.Ordinary, p)
			if !v.refused {
				if engaging != nil || electing != nil {
					t.Errorf("%s: %v, %v", name, engaging, electing)
				}
				continue
			}
			t.blocked(engaging, "O10")
			t.blocked(electing, "O10")
		}
		if len(t.known) != 2 {
			t.Errorf("persons were entered although they were refused: %d", len(t.known))
		}
	})
}

func TestO14_TooFewFullTimeMediatorsAreWarnedOf(t *testing.T) {
	each(t, func(t *town) {
		c := must(t.s.Draft(t.ctx(), t.admin, registry.NewCommittee{Type: registry.OfSociety, Name: "丰泽区物业纠纷人民调解委员会",
			ShortName: "丰泽物业", AreaCode: "350503000000", Sector: "property", Attributes: []string{"industry"}}))(t)
		t.people(c, 2, true)
		must(t.s.AddMember(t.ctx(), t.admin, c.ID, registry.NewMember{Person: somebody("兼职", ident.Male, "01"), Office: registry.Ordinary}))(t)
		t.term(c, registry.ByFoundersAssembly, "2025-06-30")
		_, warnings, err := t.s.Activate(t.ctx(), t.admin, c.ID, c.Version)
		if err != nil || !slices.Equal(rules(warnings), []string{"O14"}) {
			t.Errorf("warnings %v, %v", rules(warnings), err)
		}
	})
}

func TestR8_AMediatorWithOpenCasesHandsThemOverFirst(t *testing.T) {
	each(t, func(t *town) {
		c := t.active("东湖少林", registry.OfResidents, shaolin)
		m := must(t.s.Engage(t.ctx(), t.admin, c.ID, registry.NewMediator{Person: somebody("蔡律师", ident.Female, "01")}))(t)
		t.open[m.ID] = 2
		_, err := t.s.MediatorLeaves(t.ctx(), t.admin, m.ID, registry.Leaving{Reason: "解聘"})
		t.blocked(err, "R8")
		_, err = t.s.End(t.ctx(), t.admin, c.ID, c.Version, "撤并")
		t.blocked(err, "R8")
		t.open[m.ID] = 0
		m = must(t.s.MediatorLeaves(t.ctx(), t.admin, m.ID, registry.Leaving{Reason: "解聘"}))(t)
		if m.Works() || m.LeftOn != "2026-03-06" || m.Version != 2 {
			t.Errorf("after leaving: %+v", m)
		}
		t.led[c.ID] = 1 // a case that nobody hosts yet
		_, err = t.s.End(t.ctx(), t.admin, c.ID, c.Version, "撤并")
		t.blocked(err, "R8")
		t.led[c.ID] = 0
		body := must(t.s.Draft(t.ctx(), t.admin, registry.NewCommittee{Type: registry.OfResidents, Name: "老洪工作室", ShortName: "老洪", AreaCode: shaolin, Attributes: []string{"studio"}, ParentID: c.ID}))(t)
		if _, err = t.s.End(t.ctx(), t.admin, c.ID, c.Version, "撤并"); fault.Of(err).Code != "bodies" {
			t.Errorf("a committee ended above a studio: %v", err)
		}
		must(t.s.End(t.ctx(), t.admin, body.ID, body.Version, "撤并"))(t)
		if c = must(t.s.End(t.ctx(), t.admin, c.ID, c.Version, "撤并"))(t); c.State != registry.Ended {
			t.Errorf("state %s", c.State)
		}
	})
}

// neverDry is a source of chance without any.
type neverDry struct{}

func (neverDry) Read(b []byte) (int, error) { return len(b), nil }
