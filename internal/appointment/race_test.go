package appointment_test

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	accounts "fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/app"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
)

// race is what two administrators or programs do to one person at the same moment, on PostgreSQL: SQLite has one writer.
type race struct {
	*testing.T
	town  *housetest.Town
	other *app.App
}

func races(t *testing.T, fn func(r race)) {
	t.Parallel()
	housetest.Pair(t, func(t *testing.T, town *housetest.Town, other *app.App) { fn(race{t, town, other}) })
}

// during changes what a person holds in a transaction of one program, and lets an act at the other begin meanwhile: it must wait, and
// go by what it finds then.
func (r race) during(p *housetest.Person, change func(tx *db.Tx, s *accounts.Service) error, act func() housetest.Answer) (out housetest.Answer) {
	r.Helper()
	var acting sync.WaitGroup
	err := r.other.Store.Do(r.Context(), actor.System, p.ID.County(), func(tx *db.Tx) error {
		s := r.other.Accounts
		if err := s.Hold(tx, p.ID); err != nil {
			return err
		}
		acting.Go(func() { out = act() })
		if !r.waits() {
			r.Errorf("the act did not wait for who changes %s", p.Login)
		}
		return change(tx, s)
	})
	acting.Wait()
	if err != nil {
		r.Fatal(err)
	}
	return out
}

// waits tells whether somebody comes to wait for a lock.
func (r race) waits() bool {
	r.Helper()
	pool, err := r.town.Store.Pool()
	if err != nil {
		r.Fatal(err)
	}
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		var n int
		err := pool.QueryRowContext(context.Background(), "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&n)
		if err != nil {
			r.Fatal(err)
		}
		if n > 0 {
			return true
		}
	}
	return false
}

// atOnce does two things at the same moment.
func atOnce(one, other func() housetest.Answer) (a, b housetest.Answer) {
	var both sync.WaitGroup
	begin := make(chan struct{})
	both.Go(func() { <-begin; a = one() })
	both.Go(func() { <-begin; b = other() })
	close(begin)
	both.Wait()
	return a, b
}

func over(role actor.Role) accounts.Post { return accounts.Post{Role: role, Area: housetest.Fengze} }

// One post is given once, however many give it.
func TestAPostIsGivenOnce(t *testing.T) {
	races(t, func(r race) {
		id, one, two := account(r.town, r.town.Court), r.town.As(r.town.Security), r.town.As(r.town.Security).At(r.other)
		for n := range 12 {
			body := m{"role": "station_officer", "area_code": string(housetest.Street)[:9] + "000", "from": until(r.town, 10*n+1), "until": until(r.town, 10*n+5)}
			give := func(h housetest.Hand) func() housetest.Answer {
				return func() housetest.Answer { return h.Post("/accounts/"+id+"/posts", body) }
			}
			if a, b := atOnce(give(one), give(two)); a.Status+b.Status != 201+409 {
				r.Fatalf("round %d: %d and %d: %s %s", n, a.Status, b.Status, a.Body, b.Body)
			}
		}
		got := r.during(r.town.Station, func(tx *db.Tx, s *accounts.Service) error {
			p := over(actor.Referrer)
			p.Person = r.town.Station.ID
			_, err := s.GivePost(tx, p)
			return err
		}, func() housetest.Answer {
			return one.Post("/accounts/"+account(r.town, r.town.Station)+"/posts", m{"role": "referrer", "area_code": housetest.Fengze})
		})
		got.Refuses("post")
	})
}

// P5 holds where two administrators give at the same moment: nobody comes to two of the three posts, nor to one beside work on cases.
func TestP5_TwoPostsGivenAtOnce(t *testing.T) {
	races(t, func(r race) {
		one, two := r.town.As(r.town.Security), r.town.As(r.town.Security).At(r.other)
		for n, p := range []*housetest.Person{r.town.Wang, r.town.Lin} {
			id := account(r.town, p)
			a, b := atOnce(func() housetest.Answer {
				return one.Post("/accounts/"+id+"/posts", m{"role": "admin_system", "area_code": housetest.Fengze})
			}, func() housetest.Answer {
				return two.Post("/accounts/"+id+"/posts", m{"role": []string{"admin_audit", "bureau_supervisor"}[n], "area_code": housetest.Fengze})
			})
			if a.Status+b.Status != 201+409 {
				r.Errorf("%s: %d and %d", p.Login, a.Status, b.Status)
			}
		}
		for _, held := range []actor.Role{actor.AdminAudit, actor.BureauSupervisor} {
			p := map[actor.Role]*housetest.Person{actor.AdminAudit: r.town.Su, actor.BureauSupervisor: r.town.Hong}[held]
			id := account(r.town, p)
			one.Post("/posts/"+post(r.town, p)+"/end", m{}).Is(204)
			got := r.during(p, func(tx *db.Tx, s *accounts.Service) error {
				given := over(held)
				given.Person = p.ID
				_, err := s.GivePost(tx, given)
				return err
			}, func() housetest.Answer {
				return one.Post("/accounts/"+id+"/posts", m{"role": "admin_system", "area_code": housetest.Fengze})
			})
			got.Refuses("rule.P5")
		}
	})
}

// A day that was named meanwhile is not put off again by whoever saw the post before.
func TestAnEndedPostStaysEnded(t *testing.T) {
	races(t, func(r race) {
		id := post(r.town, r.town.Station)
		got := r.during(r.town.Station, func(tx *db.Tx, s *accounts.Service) error {
			return s.EndPost(tx, idOf(r.T, id), r.town.Today())
		}, func() housetest.Answer {
			return r.town.As(r.town.Security).Post("/posts/"+id+"/end", m{"on": until(r.town, 20)})
		})
		got.Refuses("ended")
		r.town.Again(r.town.Station).Get("/reports/returns").Is(403)
		for range 8 {
			given := r.town.As(r.town.Security).Post("/accounts/"+account(r.town, r.town.Station)+"/posts", m{"role": "station_officer", "area_code": housetest.Street}).Is(201).Text("id")
			end := func(h housetest.Hand, on calendar.Day) func() housetest.Answer {
				return func() housetest.Answer { return h.Post("/posts/"+given+"/end", m{"on": on}) }
			}
			atOnce(end(r.town.As(r.town.Security), r.town.Today()), end(r.town.As(r.town.Security).At(r.other), until(r.town, 20)))
			r.town.Again(r.town.Station).Get("/reports/returns").Is(403)
		}
	})
}

// Whoever signs in while their post ends, their account is closed or their password is taken away comes in without it, or not at all.
func TestT13_WhatEndsWhileSomebodySignsInIsNotInTheirSession(t *testing.T) {
	races(t, func(r race) {
		signIn := func(p *housetest.Person) func() housetest.Answer {
			return func() housetest.Answer {
				return r.town.As(nil).Post("/sessions", m{"login": p.Login, "password": housetest.Password})
			}
		}
		id := post(r.town, r.town.County)
		in := r.during(r.town.County, func(tx *db.Tx, s *accounts.Service) error { return s.EndPost(tx, idOf(r.T, id), r.town.Today()) }, signIn(r.town.County))
		bearer := func(a housetest.Answer) housetest.Hand {
			return r.town.As(nil).With("Authorization", "Bearer "+a.Is(201).Text("token"))
		}
		bearer(in).Get("/anomalies").Is(403)
		closed := idOf(r.T, account(r.town, r.town.Bureau))
		in = r.during(r.town.Bureau, func(tx *db.Tx, s *accounts.Service) error { return s.SetState(tx, closed, accounts.Disabled) }, signIn(r.town.Bureau))
		in.Is(401)
		reset := idOf(r.T, account(r.town, r.town.FarCounty))
		in = r.during(r.town.FarCounty, func(tx *db.Tx, s *accounts.Service) error {
			return s.SetPassword(tx, reset, "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", true)
		}, signIn(r.town.FarCounty))
		in.Is(401)
		for n := range 12 {
			p := []*housetest.Person{r.town.Station, r.town.FarStation, r.town.Housing, r.town.Court}[n%4]
			at := r.town.As(r.town.Security)
			acc := account(r.town, p)
			a, _ := atOnce(signIn(p), func() housetest.Answer {
				return at.At(r.other).Send("PUT", "/accounts/"+acc+"/state", m{"state": "disabled"})
			})
			if a.Status == 201 {
				bearer(a).Get("/sessions/current").Is(401)
			}
			at.Send("PUT", "/accounts/"+acc+"/state", m{"state": "active"})
		}
	})
}

// Somebody with a second factor, whose password is taken away while they say it on the page, is not led on to the code.
func TestT13_APasswordTakenAwayGivesNoHalfSession(t *testing.T) {
	races(t, func(r race) {
		p := r.town.Housing
		own := r.town.As(p)
		secret := own.Post("/sessions/current/second-factor", m{}).Is(201).Text("secret")
		code := func() string {
			s, err := totp.GenerateCode(secret, r.town.Clock.Now())
			if err != nil {
				r.Fatal(err)
			}
			return s
		}
		own.Post("/sessions/current/second-factor/confirm", m{"code": code()}).Is(201)
		r.town.Later(time.Minute) // a code is good once
		reset, door := idOf(r.T, account(r.town, p)), r.town.As(nil)
		says := func() housetest.Answer {
			return door.Page("POST", "/sign-in", url.Values{"login": {p.Login}, "password": {housetest.Password}})
		}
		cookie := func(a housetest.Answer) string {
			kept, _, _ := strings.Cut(a.Header.Get("Set-Cookie"), ";")
			return kept
		}
		begun := says().Is(303)
		if to := begun.Header.Get("Location"); !strings.HasPrefix(to, "/sign-in/code") || cookie(begun) == "" {
			r.Fatalf("nobody is asked for a code: %s, %s", to, cookie(begun))
		}
		got := r.during(p, func(tx *db.Tx, s *accounts.Service) error {
			return s.SetPassword(tx, reset, "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", true)
		}, says)
		got.Is(422)
		for _, half := range []string{cookie(begun), cookie(got)} {
			in := door.With("Cookie", half).Page("POST", "/sign-in/code", url.Values{"code": {code()}})
			if to := in.Header.Get("Location"); in.Status != 303 || to != "/sign-in" {
				r.Errorf("a password that was taken away led in: %d to %s", in.Status, to)
			}
		}
	})
}

// Whoever names a deputy while their own post ends, or the account of either is closed, leaves nobody behind in it.
func TestADeputyIsNotNamedForAPostThatEnds(t *testing.T) {
	races(t, func(r race) {
		id := post(r.town, r.town.Zheng)
		name := func(deputy *housetest.Person) func() housetest.Answer {
			return func() housetest.Answer {
				return r.town.As(r.town.Zheng).Post("/posts/"+id+"/deputies", m{"person_id": deputy.ID, "until": until(r.town, 5)})
			}
		}
		closed := idOf(r.T, account(r.town, r.town.Hong))
		got := r.during(r.town.Hong, func(tx *db.Tx, s *accounts.Service) error { return s.SetState(tx, closed, accounts.Disabled) }, name(r.town.Hong))
		if got.Status != 422 {
			r.Errorf("a deputy who was shut out: %d %s", got.Status, got.Body)
		}
		got = r.during(r.town.Zheng, func(tx *db.Tx, s *accounts.Service) error { return s.EndPost(tx, idOf(r.T, id), r.town.Today()) }, name(r.town.Su))
		got.Is(404)
		r.town.Again(r.town.Su).Get("/reports/returns").Is(403)
	})
}

// Whoever leaves the register while their post is given holds it no more, whichever comes first.
func TestWhoLeavesTheRegisterIsGivenNothing(t *testing.T) {
	races(t, func(r race) {
		su := r.town.Su
		r.town.As(r.town.Security).Post("/posts/"+post(r.town, su)+"/end", m{}).Is(204)
		id, given := account(r.town, su), m{"role": "mediator", "committee_id": r.town.Home.ID}
		leave := func(h housetest.Hand) housetest.Answer {
			return h.Post("/registry/mediators/"+su.Mediator.String()+"/leave", m{"reason": "本人辞去"})
		}
		// The giving holds Su, and the leaving waits for it: whoever asks the register first must not have answered for later.
		county := r.town.As(r.town.County)
		got := r.during(su, func(tx *db.Tx, s *accounts.Service) error {
			_, err := s.GivePost(tx, accounts.Post{Person: su.ID, Role: actor.Mediator, Committee: r.town.Home.ID})
			return err
		}, func() housetest.Answer { return leave(county) })
		got.Is(200)
		if a := r.town.Again(su).Get("/cases"); a.Status != 200 || r.town.As(su).Get("/posts").Holds(`"role":"mediator"`) {
			r.Errorf("who left holds a post: %d %s", a.Status, r.town.As(su).Get("/posts").Body)
		}
		r.town.As(r.town.Security).Post("/accounts/"+id+"/posts", given).Refuses("not_registered")
	})
}

func idOf(t *testing.T, s string) ident.ID {
	t.Helper()
	id, err := ident.ParseID(s)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// The last administrator of safety stays one: nobody ends, or shuts out, whom nobody follows, and two who end each other's posts at the
// same moment do not both come through.
func TestTheLastAdministratorOfSafetyStays(t *testing.T) {
	races(t, func(r race) {
		security := r.town.As(r.town.Security)
		give := func(p *housetest.Person, more m) string {
			body := m{"role": "admin_security", "area_code": housetest.Fengze}
			for k, v := range more {
				body[k] = v
			}
			return security.Post("/accounts/"+account(r.town, p)+"/posts", body).Is(201).Text("id")
		}
		// Whoever acts has a post that ends before long: nobody would follow.
		second := give(r.town.Wang, m{"until": until(r.town, 5)})
		wang := r.town.Again(r.town.Wang)
		first := post(r.town, r.town.Security)
		if got := wang.Post("/posts/"+first+"/end", m{}); got.Status != 404 {
			r.Errorf("a county's administrator ends the city's: %d", got.Status)
		}
		third := give(r.town.Lin, nil)
		security.Post("/posts/"+second+"/end", m{}).Is(204)
		// Lin's is the county's only one beside the city's, which covers it.
		security.Post("/posts/"+third+"/end", m{}).Is(204)
		ofCity := func(p *housetest.Person, until calendar.Day) ident.ID {
			var id ident.ID
			err := r.town.Store.Do(r.Context(), actor.System, p.ID.County(), func(tx *db.Tx) (err error) {
				id, err = r.town.App.Accounts.GivePost(tx, accounts.Post{Person: p.ID, Role: actor.AdminSecurity, Area: housetest.City, Until: until})
				return err
			})
			if err != nil {
				r.Fatal(err)
			}
			return id
		}
		ofCity(r.town.Wang, until(r.town, 5))
		wang = r.town.Again(r.town.Wang)
		wang.Post("/posts/"+first+"/end", m{}).Refuses("last_security")
		wang.Post("/posts/"+first+"/end", m{"on": until(r.town, 10)}).Refuses("last_security")
		wang.Send("PUT", "/accounts/"+account(r.town, r.town.Security)+"/state", m{"state": "disabled"}).Refuses("last_security")
		if got := wang.Page("GET", "/accounts", nil).Is(200); got.Holds("只有您一位安全管理员") || got.Holds("没有安全管理员") {
			r.Error("warned for nothing")
		}
		lins := ofCity(r.town.Lin, "")
		lin := r.town.Again(r.town.Lin)
		a, b := atOnce(func() housetest.Answer { return lin.Post("/posts/"+first+"/end", m{}) },
			func() housetest.Answer {
				return r.town.As(r.town.Security).At(r.other).Post("/posts/"+lins.String()+"/end", m{})
			})
		if (a.Status == 204) == (b.Status == 204) {
			r.Errorf("each ended the other's post: %d and %d: %s %s", a.Status, b.Status, a.Body, b.Body)
		}
	})
}

// Whoever shuts out somebody who guards nothing waits for no administrator of safety: a county that closes many accounts on one day does
// not stand in a queue.
func TestClosingAMediatorWaitsForNoAdministrator(t *testing.T) {
	races(t, func(r race) {
		id, security := account(r.town, r.town.Hong), r.town.As(r.town.Security)
		closed := make(chan housetest.Answer, 1)
		err := r.other.Store.Do(r.Context(), actor.System, r.town.Security.ID.County(), func(tx *db.Tx) error {
			if err := r.other.Accounts.Hold(tx, r.town.Security.ID); err != nil {
				return err
			}
			go func() { closed <- security.Send("PUT", "/accounts/"+id+"/state", m{"state": "disabled"}) }()
			select {
			case a := <-closed:
				closed <- a
			case <-time.After(10 * time.Second):
				r.Error("it waits for who changes an administrator")
			}
			return nil
		})
		if err != nil {
			r.Fatal(err)
		}
		if a := <-closed; a.Status != 204 {
			r.Errorf("%d %s", a.Status, a.Body)
		}
	})
}

// Two administrators who shut each other out at the same moment leave one: whoever shuts out a guard waits for whoever changes another, and
// goes by what is left then.
func TestTwoWhoShutEachOtherOutLeaveOne(t *testing.T) {
	races(t, func(r race) {
		lin, security := r.town.Lin, r.town.Security
		err := r.town.Store.Do(r.Context(), actor.System, lin.ID.County(), func(tx *db.Tx) error {
			_, err := r.town.App.Accounts.GivePost(tx, accounts.Post{Person: lin.ID, Role: actor.AdminSecurity, Area: housetest.City})
			return err
		})
		if err != nil {
			r.Fatal(err)
		}
		second, first, closed := r.town.Again(lin), account(r.town, security), idOf(r.T, account(r.town, lin))
		got := r.during(lin, func(tx *db.Tx, s *accounts.Service) error { return s.SetState(tx, closed, accounts.Disabled) },
			func() housetest.Answer {
				return second.Send("PUT", "/accounts/"+first+"/state", m{"state": "disabled"})
			})
		got.Refuses("last_security")
	})
}

// The last administrator of audit stays one as well: whoever administers safety, and whom nobody else reads after, cannot end or shut out
// the one who does, nor two of them at the same moment.
func TestTheLastAdministratorOfAuditStays(t *testing.T) {
	races(t, func(r race) {
		security, first, way := r.town.As(r.town.Security), post(r.town, r.town.Audit), account(r.town, r.town.Audit)
		ends := func(body m) func() housetest.Answer {
			return func() housetest.Answer { return security.Post("/posts/"+first+"/end", body) }
		}
		shuts := func(h housetest.Hand, id, state string) func() housetest.Answer {
			return func() housetest.Answer { return h.Send("PUT", "/accounts/"+id+"/state", m{"state": state}) }
		}
		ends(m{})().Refuses("last_audit")
		ends(m{"on": until(r.town, 10)})().Refuses("last_audit")
		shuts(security, way, "disabled")().Refuses("last_audit")
		lin := account(r.town, r.town.Lin)
		err := r.town.Store.Do(r.Context(), actor.System, r.town.Lin.ID.County(), func(tx *db.Tx) error {
			_, err := r.town.App.Accounts.GivePost(tx, accounts.Post{Person: r.town.Lin.ID, Role: actor.AdminAudit, Area: housetest.City})
			return err
		})
		if err != nil {
			r.Fatal(err)
		}
		closed := idOf(r.T, lin)
		for _, act := range []func() housetest.Answer{ends(m{}), shuts(security, way, "disabled")} {
			got := r.during(r.town.Lin, func(tx *db.Tx, s *accounts.Service) error { return s.SetState(tx, closed, accounts.Disabled) }, act)
			got.Refuses("last_audit")
			shuts(security, lin, "active")().Is(204)
		}
		a, b := atOnce(ends(m{}), shuts(security.At(r.other), lin, "disabled"))
		if (a.Status == 204) == (b.Status == 204) {
			r.Errorf("both are gone, or neither: %d and %d: %s %s", a.Status, b.Status, a.Body, b.Body)
		}
	})
}

// Whoever administers safety is told in time that nobody will any more, and that nobody will administer the audit.
func TestItIsSaidThatNobodyWillAdministerSafety(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.As(town.Security).Page("GET", "/accounts", nil).Is(200)
		if got := town.As(town.Security).Page("GET", "/accounts", nil); !got.Holds("只有您一位安全管理员") || got.Holds("本地区没有审计管理员") {
			t.Errorf("%s", got.Body)
		}
		for _, who := range []*housetest.Person{town.Security, town.Audit} {
			id := idOf(t, post(town, who))
			err := town.Store.Do(t.Context(), actor.System, id.County(), func(tx *db.Tx) error { return town.App.Accounts.EndPost(tx, id, until(town, 29)) })
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := town.Again(town.Security).Page("GET", "/accounts", nil).Is(200); !got.Holds("本地区没有安全管理员") || !got.Holds("fengqiao user post") || !got.Holds("本地区没有审计管理员") {
			t.Errorf("%s", got.Body)
		}
		g, err := town.App.Accounts.Guarded(t.Context(), actor.AdminSecurity, "")
		if err != nil || g.Until != until(town, 29) || g.Persons != 1 {
			t.Errorf("%+v %v", g, err)
		}
	})
}
