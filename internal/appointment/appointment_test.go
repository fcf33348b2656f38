package appointment_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	accounts "fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/housetest"
)

type m = housetest.M

// account is the id of a person's account, as the administrator finds it.
func account(town *housetest.Town, p *housetest.Person) string {
	return town.As(town.Security).Post("/accounts/find", m{"login": p.Login}).Is(200).Text("id")
}

// post is the id of the first post that somebody holds.
func post(town *housetest.Town, p *housetest.Person) string {
	return town.As(p).Get("/posts").Is(200).Text("items.0.id")
}

func until(town *housetest.Town, days int) calendar.Day { return town.Today().Plus(days) }

func TestAPersonOfAnOfficeIsEnteredGivenAPostAndSentOutAtOnce(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		security := town.As(town.Security)
		for _, bad := range []m{{}, {"login": "new", "county": "350503"}, {"login": "n w", "name": "新人", "county": "350503"}, {"login": "new", "name": "新人"},
			{"login": "new", "name": "新人", "county": "350100"}} {
			security.Post("/accounts", bad).Is(422)
		}
		security.Post("/accounts", m{"login": "su", "name": "新人", "county": "350503"}).Is(409)
		made := security.Post("/accounts", m{"login": "newcomer", "name": "新人", "county": "350503"}).Is(201)
		id, password := made.Text("id"), made.Text("password")
		if len(password) < 15 || made.Text("posts.0.role") != "" {
			t.Fatalf("%s", made.Body)
		}
		in := town.As(nil).Post("/sessions", m{"login": "newcomer", "password": password}).Is(201)
		if in.Text("must_change_password") != "true" {
			t.Errorf("a password that somebody else chose: %s", in.Body)
		}
		town.As(nil).With("Authorization", "Bearer "+in.Text("token")).Post("/sessions/current/password", m{"old": password, "new": "a-password-of-my-own-7"}).Is(204)
		for where, bad := range map[string]m{"role": {"role": "emperor", "area_code": "350503000000"}, "area_code": {"role": "station_officer", "area_code": "350502001000"},
			"from": {"role": "station_officer", "area_code": "350503001000", "from": town.Today().Plus(-1)}, "until": {"role": "station_officer", "area_code": "350503001000", "until": town.Today()}} {
			if got := security.Post("/accounts/"+id+"/posts", bad).Is(422); !got.Holds(`"` + where + `"`) {
				t.Errorf("%s: %s", where, got.Body)
			}
		}
		given := security.Post("/accounts/"+id+"/posts", m{"role": "station_officer", "area_code": "350503001000", "until": until(town, 10)}).Is(201)
		if given.Text("ends_soon") != "true" || given.Text("place") == "" {
			t.Errorf("%s", given.Body)
		}
		security.Post("/accounts/"+id+"/posts", m{"role": "station_officer", "area_code": "350503001000", "from": until(town, 5)}).Is(409)
		in = town.As(nil).Post("/sessions", m{"login": "newcomer", "password": "a-password-of-my-own-7"}).Is(201)
		officer := town.As(nil).With("Authorization", "Bearer "+in.Text("token"))
		officer.Get("/cases").Is(200)
		security.Post("/posts/"+given.Text("id")+"/end", m{}).Is(204)
		officer.Get("/cases").Is(401) // at once, in the session that was open
		security.Post("/posts/"+given.Text("id")+"/end", m{}).Is(409)
		log := town.As(town.Audit).Get("/account-events?limit=100").Is(200)
		for _, event := range []string{"account_entered", "post_given", "post_ended"} {
			if !log.Holds(`"event":"` + event + `"`) {
				t.Errorf("%s is not in the log", event)
			}
		}
		if !log.Holds(`"role":"station_officer","area_code":"350503001000"`) {
			t.Errorf("which post: %s", log.Body)
		}
	})
}

func TestSomebodyOfTheRegisterGetsThePostThatItSays(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		engaged := town.As(town.County).Post("/registry/committees/"+town.Home.ID.String()+"/mediators", m{"person": m{"name": "许文英", "id_number": "350503198001011223", "phone": "13900001234", "ethnicity": "01", "citizen": true},
			"served": m{"education": "60"}, "on": town.Today()})
		if engaged.Status != 201 {
			t.Fatalf("%d %s", engaged.Status, engaged.Body)
		}
		security := town.As(town.Security)
		security.Post("/accounts", m{"login": "xu", "mediator_id": town.Security.ID}).Is(404)
		made := security.Post("/accounts", m{"login": "xu", "mediator_id": engaged.Text("id")}).Is(201)
		person := made.Text("person_id")
		security.Post("/accounts", m{"login": "xu2", "mediator_id": engaged.Text("id")}).Refuses("taken")
		if made.Text("posts.0.role") != "mediator" || made.Text("name") != "许文英" {
			t.Fatalf("%s", made.Body)
		}
		if got := security.Post("/accounts/"+made.Text("id")+"/posts", m{"role": "chair", "committee_id": town.Home.ID}); got.Status != 409 || got.Text("code") != "not_registered" {
			t.Errorf("chair by nobody's election: %d %s", got.Status, got.Body)
		}
		if got := security.Post("/accounts/"+account(town, town.Court)+"/posts", m{"role": "mediator", "committee_id": town.Home.ID}); got.Status != 409 || got.Text("code") != "not_registered" {
			t.Errorf("a mediator whom nobody engaged: %d %s", got.Status, got.Body)
		}
		in := town.As(nil).Post("/sessions", m{"login": "xu", "password": made.Text("password")}).Is(201)
		town.As(town.County).Post("/registry/mediators/"+engaged.Text("id")+"/leave", m{"reason": "本人辞去"}).Is(200)
		town.As(nil).With("Authorization", "Bearer "+in.Text("token")).Get("/sessions/current").Is(401)
		if got := security.Get("/accounts?q=" + "许文").Is(200); got.Holds(person) {
			t.Errorf("who left the committee holds its post: %s", got.Body)
		}
	})
}

// P5: system, safety and audit are in three hands, none of which works on cases; and nobody gives to themselves.
func TestP5_ThreeAdministratorsAreThreePersons(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		security := town.As(town.Security)
		refused := func(p *housetest.Person, role, area string) {
			t.Helper()
			if got := security.Post("/accounts/"+account(town, p)+"/posts", m{"role": role, "area_code": area}); got.Status != 409 || got.Text("code") != "rule.P5" {
				t.Errorf("%s as %s: %d %s", p.Login, role, got.Status, got.Body)
			}
		}
		refused(town.System, "admin_security", "350500000000")
		refused(town.System, "bureau_supervisor", "350500000000")
		refused(town.Audit, "admin_system", "350500000000")
		refused(town.County, "admin_audit", "350503000000")
		refused(town.Security, "admin_audit", "350500000000")       // themselves
		refused(town.Security, "bureau_supervisor", "350500000000") // themselves
		own := post(town, town.Security)
		if got := security.Post("/posts/"+own+"/end", m{}); got.Text("code") != "rule.P5" {
			t.Errorf("ended their own: %d %s", got.Status, got.Body)
		}
		if got := security.Send("PUT", "/accounts/"+account(town, town.Security)+"/state", m{"state": "disabled"}); got.Text("code") != "rule.P5" {
			t.Errorf("closed their own: %d %s", got.Status, got.Body)
		}
		// Handing on: one post ends, and then the other may begin.
		security.Post("/posts/"+post(town, town.County)+"/end", m{}).Is(204)
		security.Post("/accounts/"+account(town, town.County)+"/posts", m{"role": "admin_security", "area_code": "350503000000"}).Is(201)
		// The county's administrator stays within the county.
		county := town.Again(town.County)
		if got := county.Get("/accounts?limit=100").Is(200); got.Holds(`"login":"farstation"`) || got.Holds(`"login":"security"`) || !got.Holds(`"login":"station"`) || got.Holds(`"login":"lin"`) {
			t.Errorf("whom a county's administrator sees: %s", got.Body)
		}
		county.Post("/accounts/"+account(town, town.FarStation)+"/posts", m{"role": "referrer", "area_code": "350502000000"}).Is(404)
		county.Post("/posts/"+post(town, town.FarStation)+"/end", m{}).Is(404)
		county.Post("/accounts/"+account(town, town.Station)+"/posts", m{"role": "bureau_supervisor", "area_code": "350500000000"}).Is(422)
		for _, p := range []*housetest.Person{town.System, town.Audit, town.Zheng, town.Bureau} {
			town.As(p).Get("/accounts").Is(403)
			town.As(p).Post("/accounts", m{"login": "x", "name": "某人", "county": "350503"}).Is(403)
		}
	})
}

func TestWhoIsAwayNamesADeputy(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		chairs := post(town, town.Zheng)
		zheng := town.As(town.Zheng)
		if got := zheng.Get("/posts/" + chairs + "/candidates").Is(200); !got.Holds(town.Su.ID.String()) || got.Holds(town.Zheng.ID.String()) || got.Holds(town.OtherMediator.ID.String()) {
			t.Errorf("%s", got.Body)
		}
		at := "/posts/" + chairs + "/deputies"
		for _, bad := range []m{{"person_id": town.Su.ID}, {"person_id": town.Zheng.ID, "until": until(town, 3)}, {"person_id": town.OtherMediator.ID, "until": until(town, 3)},
			{"person_id": town.Su.ID, "until": until(town, 31)}, {"person_id": town.Su.ID, "until": town.Today()}, {"person_id": town.Su.ID, "until": until(town, 3), "from": until(town, -1)}} {
			zheng.Post(at, bad).Is(422)
		}
		town.As(town.Su).Post("/posts/"+post(town, town.Su)+"/deputies", m{"person_id": town.Hong.ID, "until": until(town, 3)}).Is(403)
		town.As(town.OtherChair).Post(at, m{"person_id": town.OtherMediator.ID, "until": until(town, 3)}).Is(404)
		named := zheng.Post(at, m{"person_id": town.Su.ID, "until": until(town, 30)}).Is(201)
		zheng.Post(at, m{"person_id": town.Hong.ID, "from": until(town, 29), "until": until(town, 31)}).Refuses("deputy")
		zheng.Post(at, m{"person_id": town.Hong.ID, "from": until(town, 30), "until": until(town, 31)}).Refuses("too_long") // one after the other is one
		zheng.Post(at, m{"person_id": town.Hong.ID, "from": until(town, 31), "until": until(town, 32)}).Is(422)             // nor so far ahead
		su := town.Again(town.Su)
		su.Get("/reports/returns").Is(200) // what a chair may
		mine := su.Get("/posts").Is(200)
		if !mine.Holds(`"deputy_for_name":"郑主任"`) {
			t.Errorf("%s", mine.Body)
		}
		if got := su.Post("/posts/"+named.Text("id")+"/deputies", m{"person_id": town.Hong.ID, "until": until(town, 3)}); got.Status != 409 || got.Text("code") != "no_deputy" {
			t.Errorf("a chain: %d %s", got.Status, got.Body)
		}
		town.As(town.Hong).Post("/posts/"+named.Text("id")+"/end-deputy", m{}).Is(404)
		zheng.Post("/posts/"+named.Text("id")+"/end-deputy", m{}).Is(204)
		su.Plain().Get("/cases").Is(401)
		town.Again(town.Su).Get("/reports/returns").Is(403)
		// A deputy's time ends by itself, in the session that is open.
		zheng.Post(at, m{"person_id": town.Hong.ID, "until": until(town, 1)}).Is(201)
		town.Later(10 * time.Hour) // 20:00
		hong := town.Again(town.Hong)
		hong.Get("/reports/returns").Is(200)
		for range 12 { // it is used all the time
			town.Later(20 * time.Minute)
			hong.Plain().Get("/sessions/current").Is(200)
		}
		hong.Plain().Get("/reports/returns").Is(403)
		hong.Plain().Get("/cases").Is(200) // a mediator still
	})
}

// Whoever ends a post ends what is held for it.
func TestADeputyEndsWithThePost(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		zheng, own := post(town, town.Zheng), post(town, town.Su)
		town.As(town.Zheng).Post("/posts/"+zheng+"/deputies", m{"person_id": town.Su.ID, "until": until(town, 20)}).Is(201)
		town.Again(town.Su).Get("/reports/returns").Is(200)
		// What a deputy's own post carried goes with it.
		town.As(town.Security).Post("/posts/"+own+"/end", m{}).Is(204)
		town.Again(town.Su).Get("/reports/returns").Is(403)
		town.As(town.Security).Post("/accounts/"+account(town, town.Su)+"/posts", m{"role": "mediator", "committee_id": town.Home.ID}).Is(201)
		town.As(town.Zheng).Post("/posts/"+zheng+"/deputies", m{"person_id": town.Su.ID, "until": until(town, 5)}).Is(201)
		town.Again(town.Su).Get("/reports/returns").Is(200)
		town.As(town.Security).Post("/posts/"+zheng+"/end", m{}).Is(204)
		town.As(town.Su).Plain().Get("/cases").Is(401)
		town.Again(town.Su).Get("/reports/returns").Is(403)
	})
}

func TestPagesOfPosts(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		door := housetest.OnDoorstep(town)
		security := door.Enters(town.Security).Opens("/accounts").Is(200, "/accounts").Reads("苏惠敏", "调解员", "少林").ReadsNot("林秀英")
		security.Opens("/accounts?q=苏").Reads("苏惠敏").ReadsNot("洪国荣")
		security.Opens("/accounts?role=admin_audit").Reads("丙管理员").ReadsNot("苏惠敏")
		security.Opens("/accounts?ends=soon").Reads("没有符合的账号")
		security.Opens("/accounts/new?in=350503&committee=无此调委会").Reads("没有找到这个调委会")
		security.Opens("/accounts/new?in=350503&committee=少林").Reads("登记在册的人都已有账号")
		security.Opens("/accounts/new")
		action, form := "/accounts/new", hidden(security, "/accounts/new")
		form.Set("county", "350503")
		form.Set("name", "")
		form.Set("login", "yang")
		security.Posts(action, form).Is(http.StatusUnprocessableEntity, action)
		form.Set("name", "杨素贞")
		security.Posts(action, form).Is(200, action).Reads("账号已开通", "初始密码")
		security.Posts(action, form).Is(200, action).Reads("初始密码已经显示过") // sent again
		id := strings.Split(strings.SplitAfter(security.Page, "/accounts/")[1], "/")[0]
		security.Opens("/accounts/" + id + "/posts").Reads("没有岗位")
		give := hidden(security, "/accounts/"+id+"/posts")
		give.Set("role", "station_officer")
		give.Set("area_code", "350503001000")
		give.Set("from", string(town.Today()))
		give.Set("until", string(until(town, 5)))
		security.Posts("/accounts/"+id+"/posts", give).Reads("岗位已授予", "最后一天 2026年3月11日")
		security.Opens("/accounts?ends=soon").Reads("杨素贞", "最后一天 2026年3月11日")
		security.Posts("/accounts/"+id+"/state", hidden(security.Opens("/accounts/"+id+"/posts"), "/accounts/"+id+"/state")).Reads("账号已停用", "恢复账号")
		security.Posts("/accounts/"+id+"/posts/end", hidden(security, "/accounts/"+id+"/posts/end")).Reads("岗位已结束", "没有岗位", "已结束的岗位")
		zheng := door.Enters(town.Zheng).Opens("/posts").Reads("主任", "请人代行")
		zheng.Opens("/posts/"+post(town, town.Zheng)+"/deputy").Says("person", town.Su.ID.String(), "from", string(town.Today()), "until", string(until(town, 30))).Reads("一次代行最多 30 天")
		zheng.Opens("/posts/"+post(town, town.Zheng)+"/deputy").Says("person", town.Su.ID.String(), "from", string(town.Today()), "until", string(until(town, 9))).Reads("苏惠敏代行")
		door.Enters(town.Su).Opens("/desk").Reads("您的岗位到 2026年3月15日 为止").Opens("/posts").Reads("代郑主任行使")
	})
}

var tagHidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// hidden is what is hidden in the form of a page that goes to an address.
func hidden(r *housetest.Reader, action string) url.Values {
	_, form, _ := strings.Cut(r.Page, `<form method="post" action="`+action+`"`)
	form, _, _ = strings.Cut(form, "</form>")
	out := url.Values{}
	for _, found := range tagHidden.FindAllStringSubmatch(form, -1) {
		out.Add(found[1], html.UnescapeString(found[2]))
	}
	return out
}

// What a deputy does in the post of another is told as that, then and later; what they do in their own is not.
func TestTheTimelineTellsWhoStoodIn(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		chairs := post(town, town.Zheng)
		town.As(town.Zheng).Post("/posts/"+chairs+"/deputies", m{"person_id": town.Su.ID, "until": until(town, 5)}).Is(201)
		su := town.Again(town.Su)
		c := su.Files()
		su.Hosted(c, town.Su)
		town.Later(time.Minute)
		su.Post("/registry/mediators/"+town.Su.Mediator.String()+"/hand-over", m{"to_mediator_id": town.Hong.Mediator, "cases": []string{c.ID}}).Is(200)
		town.Later(time.Minute)
		town.As(town.Zheng).Post("/posts/"+town.As(town.Zheng).Get("/posts").Text("items.0.deputies.0.id")+"/end-deputy", m{}).Is(204)
		told := func() (out []string) {
			for _, one := range town.Again(town.Zheng).Get("/cases/" + c.ID + "/timeline").Is(200).Value("items").([]any) {
				if h := one.(map[string]any); h["deputy_for"] != nil {
					out = append(out, h["event"].(string)+" "+h["role"].(string)+" for "+h["deputy_for"].(string))
				}
			}
			return out
		}
		want := "hand_over_host chair for 郑主任"
		if got := strings.Join(told(), ", "); got != want {
			t.Errorf("told %q, want %q: %s", got, want, town.As(town.Zheng).Get("/cases/"+c.ID+"/timeline").Body)
		}
		town.Later(24 * 10 * time.Hour)
		if got := strings.Join(told(), ", "); got != want {
			t.Errorf("ten days later: %q", got)
		}
		if page := town.As(town.Zheng).Page("GET", "/desk/cases/"+c.ID, nil).Is(200); !page.Holds("代郑主任行使") {
			t.Errorf("%s", page.Body)
		}
		if mine := town.As(town.Lin).Get("/cases/" + c.ID + "/timeline"); mine.Holds("郑主任") {
			t.Errorf("a party reads who was away: %s", mine.Body)
		}
	})
}

// Whoever stands in for the chair of one committee and is the chair of another acts there in their own post.
func TestWhoStandsInElsewhereActsInTheirOwnPostHere(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.InFengze(func(p *housetest.Past) {
			if _, err := town.App.Accounts.GivePost(p.Tx, accounts.Post{Person: town.Su.ID, Role: actor.Chair, Committee: town.Other.ID}); err != nil {
				t.Fatal(err)
			}
		})
		town.As(town.Zheng).Post("/posts/"+post(town, town.Zheng)+"/deputies", m{"person_id": town.Su.ID, "until": until(town, 5)}).Is(201)
		su := town.Again(town.Su)
		c := town.As(town.Lin).Files(m{"area_code": housetest.Donghu})
		su.Does(c, "amend", m{"set": m{"title": "楼上又漏水"}, "reason": "写错了"}).Is(200)
		told := 0
		for _, one := range su.Get("/cases/" + c.ID + "/timeline").Is(200).Value("items").([]any) {
			if h := one.(map[string]any); h["event"] == "amend" {
				told++
				if h["role"] != "chair" || h["deputy_for"] != nil {
					t.Errorf("as %v for %v", h["role"], h["deputy_for"])
				}
			}
		}
		if told != 1 {
			t.Errorf("%d amended", told)
		}
	})
}
