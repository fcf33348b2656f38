package registry_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"sync"
	"testing"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/vault"
	"fengqiao/policies"
)

const (
	donghu  ident.Area = "350503001000" // 东湖街道, a street of 丰泽
	shaolin ident.Area = "350503001001" // 少林社区
	minghu  ident.Area = "350503001003" // 铭湖社区, its neighbour
	baiqi   ident.Area = "350521200000" // 百崎回族乡
	kinmen  ident.Area = "350527000000" // 金门, with nothing below it
)

// town is Quanzhou with nobody in it but its administrator.
type town struct {
	*testing.T
	store    *db.Store
	s        *registry.Service
	admin    authz.Grant        // keeps the register
	operator authz.Grant        // sets areas, holidays and settings
	open     map[ident.ID]int64 // open cases by mediator
	led      map[ident.ID]int64 // by committee
	mu       sync.Mutex
	known    []registry.Person // persons entered by the room of accounts
}

// each runs a test in a fresh town on every engine.
func each(t *testing.T, fn func(*town)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		if err := registry.LoadAreas(t.Context(), store); err != nil {
			t.Fatal(err)
		}
		v, err := vault.New(rand.Reader, bytes.Repeat([]byte{7}, vault.MasterSize))
		if err != nil {
			t.Fatal(err)
		}
		tn := &town{T: t, store: store, open: map[ident.ID]int64{}, led: map[ident.ID]int64{}}
		tn.admin, tn.operator = tn.grantOver("350500000000"), tn.allowed("350500000000", registry.Writing)
		tn.s = registry.NewService(registry.Options{Store: store, Vault: v,
			OpenOf:    func(_ *db.Tx, c ident.ID) (int64, error) { return tn.led[c], nil },
			OpenCases: func(_ *db.Tx, m ident.ID) (int64, error) { return tn.open[m], nil },
			AddPerson: func(tx *db.Tx, p registry.Person) (ident.ID, error) {
				tn.mu.Lock()
				defer tn.mu.Unlock()
				tn.known = append(tn.known, p)
				return tx.NewID(), nil
			}})
		fn(tn)
	})
}

// grantOver is the grant to keep the register of an administrator of an area.
func (t *town) grantOver(area ident.Area) authz.Grant {
	t.Helper()
	return t.allowed(area, registry.Keeping)
}

// allowed is the grant of an action of an administrator of an area.
func (t *town) allowed(area ident.Area, action authz.Action) authz.Grant {
	t.Helper()
	policy, err := authz.Load(policies.Model, policies.Policy)
	if err != nil {
		t.Fatal(err)
	}
	by := actor.Actor{Person: ident.NewMaker(rand.Reader).New(area.County(), dbtest.Friday), Name: "王管理员",
		Posts: []actor.Post{{Role: actor.AdminSystem, Area: area}}}
	g, err := policy.Allow(by, action)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func (t *town) ctx() context.Context { return t.Context() }

func (t *town) read(fn func(tx *db.Tx) error) {
	t.Helper()
	if err := t.store.Read(t.ctx(), actor.Actor{}, fn); err != nil {
		t.Fatal(err)
	}
}

func (t *town) write(county ident.County, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := t.store.Do(t.ctx(), actor.System, county, fn); err != nil {
		t.Fatal(err)
	}
}

// must fails the test on an error and hands on the value.
func must[V any](v V, err error) func(*town) V {
	return func(t *town) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// blocked wants an error to be the refusal of a rule.
func (t *town) blocked(err error, rule string) {
	t.Helper()
	if f := fault.Of(err); !fault.Is(err, fault.Conflict) || f.Code != "rule."+rule || f.Text.ZH == "" || f.Text.EN == "" {
		t.Errorf("want the refusal of %s, got %v", rule, err)
	}
}

func (t *town) draft(name string, of registry.Type, area ident.Area) registry.Committee {
	t.Helper()
	return must(t.s.Draft(t.ctx(), t.admin, registry.NewCommittee{Type: of, Name: name + "人民调解委员会", ShortName: name, AreaCode: area}))(t)
}

func somebody(name string, sex ident.Sex, ethnicity string) registry.Person {
	born := map[ident.Sex]string{ident.Male: "11010519800101001", ident.Female: "11010519800101002"}[sex]
	return registry.Person{Name: name, IDNumber: withCheck(born), Ethnicity: ethnicity, Citizen: true}
}

// withCheck adds the check character to 17 digits.
func withCheck(digits string) string {
	for _, c := range "0123456789X" {
		if _, err := ident.ParseIDNumber(digits+string(c), "2026-03-06"); err == nil {
			return digits + string(c)
		}
	}
	panic("no check character fits " + digits)
}

func (t *town) elect(c registry.Committee, office registry.Office, p registry.Person) (registry.Member, error) {
	return t.s.AddMember(t.ctx(), t.admin, c.ID, registry.NewMember{Person: p, Office: office, Served: registry.Served{FullTime: true}})
}

// people elects a chair and n-1 members, the chair a woman when women is set.
func (t *town) people(c registry.Committee, n int, women bool) {
	t.Helper()
	for i := range n {
		office, sex := registry.Ordinary, ident.Male
		if i == 0 {
			office = registry.Chair
			if women {
				sex = ident.Female
			}
		}
		must(t.elect(c, office, somebody(fmt.Sprint("委员", i+1), sex, "01")))(t)
	}
}

func (t *town) term(c registry.Committee, method registry.Method, on calendar.Day) registry.Term {
	t.Helper()
	return must(t.s.OpenTerm(t.ctx(), t.admin, c.ID, registry.NewTerm{Method: method, Electing: "居民代表会议", DecidedOn: on}))(t)
}

// active sets up a committee that serves.
func (t *town) active(name string, of registry.Type, area ident.Area) registry.Committee {
	t.Helper()
	c := t.draft(name, of, area)
	t.people(c, 3, true)
	method := map[registry.Type]registry.Method{registry.OfVillage: registry.ByVillagers, registry.OfResidents: registry.ByResidentsReps}[of]
	if method == "" {
		method = registry.ByFoundingBody
	}
	t.term(c, method, "2025-06-30")
	return t.activate(c)
}

func (t *town) activate(c registry.Committee) registry.Committee {
	t.Helper()
	c, _, err := t.s.Activate(t.ctx(), t.admin, c.ID, c.Version)
	return must(c, err)(t)
}

func (t *town) serving(p registry.Place) registry.Committee {
	t.Helper()
	var c registry.Committee
	t.read(func(tx *db.Tx) (err error) {
		c, err = registry.Serving(tx, p)
		return err
	})
	return c
}

var authzNobody authz.Grant // allows nothing

// once is the administrator's grant for an act sent under a one-time key.
func (t *town) once(key, body string) authz.Grant {
	t.Helper()
	policy, err := authz.Load(policies.Model, policies.Policy)
	if err != nil {
		t.Fatal(err)
	}
	by := t.admin.By()
	by.Once = actor.Once{Key: [32]byte([]byte(fmt.Sprintf("%-32s", key))), Body: [32]byte([]byte(fmt.Sprintf("%-32s", body)))}
	g, err := policy.Allow(by, registry.Keeping)
	if err != nil {
		t.Fatal(err)
	}
	return g
}
