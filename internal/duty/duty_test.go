package duty_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

type m = housetest.M

// proposed are the candidates for a case, the one to take first.
func proposed(town *housetest.Town, who *housetest.Person, c *housetest.Case) (out []m) {
	for _, one := range town.As(who).Get("/cases/" + c.ID + "/proposal").Is(200).Value("items").([]any) {
		out = append(out, one.(m))
	}
	return out
}

func accepted(town *housetest.Town) *housetest.Case {
	c := town.As(nil).Files()
	su := town.As(town.Su)
	su.Sees(c)
	su.Accepted(c)
	return c
}

func TestM1_M12_TheProposalSaysWhy(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		busy := town.As(nil).Files(m{"title": "另一件"})
		town.As(town.Su).Sees(busy)
		town.As(town.Su).Hosted(busy, town.Su)
		c := accepted(town)
		town.Ties(town.Zheng, "kin", "陈志强")
		all := proposed(town, town.Zheng, c)
		if len(all) != 3 || all[0]["name"] != town.Hong.Name || all[0]["proposed"] != true || all[1]["name"] != town.Su.Name || all[2]["barred"] != true {
			t.Fatalf("%v", all)
		}
		if why := all[1]["reasons"].([]any); !strings.Contains(why[len(why)-2].(string), "1 in hand") {
			t.Errorf("the load is not told: %v", why)
		}
		if why := all[2]["reasons"].([]any); !strings.Contains(why[0].(string), "M12") {
			t.Errorf("the tie is not told: %v", why)
		}
		if a := town.As(town.OtherChair).Get("/cases/" + c.ID + "/proposal"); a.Status != 404 {
			t.Errorf("another committee's chair: %d", a.Status)
		}
		d := housetest.OnDoorstep(town)
		d.Enters(town.Zheng).Opens("/desk/cases/"+c.ID+"/assign").Reads("建议由 "+town.Hong.Name+" 承办", "与本案有利益关系（M12）")
		if r := d.Enters(town.Su).Opens("/desk/cases/" + c.ID + "/assign"); !strings.Contains(r.Page, `value="`+town.Su.Mediator.String()+`" checked`) {
			t.Error("a mediator who takes a case is not offered themself")
		}
	})
}

func TestM4_WhomThePartiesNameComesFirst(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := accepted(town)
		su := town.As(town.Su)
		su.Does(c, "name-mediator", m{"party_id": c.Applicant, "mediator_id": town.Zheng.Mediator}).Is(200)
		if all := proposed(town, town.Zheng, c); all[0]["name"] != town.Zheng.Name || all[0]["wanted_by"] != 1.0 {
			t.Errorf("%v", all)
		}
	})
}

func TestWhoSpeaksTheLanguageComesFirst(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := accepted(town)
		su := town.As(town.Su)
		su.Does(c, "record-needs", m{"party_id": c.Respondent, "language": "闽南语", "help": []string{}}).Is(200)
		zheng := town.As(town.Zheng)
		zheng.Send("PUT", "/registry/mediators/"+town.Hong.Mediator.String()+"/languages", m{"languages": []string{"闽南语", "英语", "闽南语"}}).Is(200)
		if all := proposed(town, town.Zheng, c); all[0]["name"] != town.Hong.Name || all[0]["languages_shared"] != 1.0 {
			t.Errorf("%v", all)
		}
		for _, wrong := range [][]string{{strings.Repeat("长", 31)}, strings.Split(strings.Repeat("语 ", 11), " ")} {
			zheng.Send("PUT", "/registry/mediators/"+town.Hong.Mediator.String()+"/languages", m{"languages": wrong}).Is(422)
		}
		zheng.Send("PUT", "/registry/mediators/"+town.OtherMediator.Mediator.String()+"/languages", m{"languages": []string{}}).Is(404)
	})
}

// While the host is away somebody else works the case beside them; nobody is proposed who is away; and all is as before
// when they are back.
func TestWhoStandsInWorksTheCasesUntilTheMediatorIsBack(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		su, hong, zheng := town.As(town.Su), town.As(town.Hong), town.As(town.Zheng)
		su.Sees(c)
		su.Hosted(c, town.Su)
		if a := hong.Get("/cases/" + c.ID); a.Status != 404 {
			t.Fatalf("reads it before: %d", a.Status)
		}
		absences := "/registry/mediators/" + town.Su.Mediator.String() + "/absences"
		leave := m{"from": town.Today(), "to": town.Today().Plus(5), "cover_mediator_id": town.Hong.Mediator}
		a := zheng.Post(absences, leave).Is(201)
		if len(a.Value("covered.handed").([]any)) != 1 {
			t.Errorf("%s", a.Body)
		}
		hong.Sees(c)
		hong.Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(200)
		su.Sees(c)
		if host := c.Last.Text("people.0.mediator_id") + c.Last.Text("people.1.mediator_id"); !strings.Contains(host, town.Su.Mediator.String()) {
			t.Error("the host went")
		}
		next := accepted(town)
		if all := proposed(town, town.Zheng, next); all[len(all)-1]["name"] != town.Su.Name || all[len(all)-1]["barred"] != true {
			t.Errorf("who is away is proposed: %v", all)
		}
		zheng.Post(absences, leave).Is(422)
		zheng.Post(absences+"/"+a.Text("id")+"/end", nil).Is(200)
		zheng.Post(absences+"/"+a.Text("id")+"/end", nil).Is(404)
		if a := hong.Get("/cases/" + c.ID); a.Status != 404 {
			t.Errorf("still reads it: %d", a.Status)
		}
		su.Sees(c)
		su.Does(c, "open-session", c.Sitting()).Is(200)
	})
}

func TestM12_NobodyStandsInWhereTheyHaveATie(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		su := town.As(town.Su)
		su.Sees(c)
		su.Hosted(c, town.Su)
		town.Ties(town.Hong, "kin", "陈志强")
		r := housetest.OnDoorstep(town).Enters(town.Zheng).Opens("/desk/team").Reads(town.Su.Name, "在岗").Opens("/desk/team/" + town.Su.Mediator.String())
		r.Posts("/desk/team/"+town.Su.Mediator.String(), url.Values{"from": {string(town.Today())}, "to": {string(town.Today().Plus(3))},
			"cover_mediator_id": {town.Hong.Mediator.String()}, "_key": {keyOf(r.Page)}})
		r.Reads("没有人代班", "楼上漏水", "利益关系")
		if a := town.As(town.Hong).Get("/cases/" + c.ID); a.Status != 404 {
			t.Errorf("came in all the same: %d", a.Status)
		}
		housetest.OnDoorstep(town).Enters(town.Zheng).Opens("/desk").ReadsNot("已经到期")
		town.Later(5 * 24 * time.Hour)
		housetest.OnDoorstep(town).Enters(town.Zheng).Opens("/desk").Reads(town.Su.Name + " 的请假已经到期")
	})
}

func keyOf(page string) string {
	_, rest, _ := strings.Cut(page, `name="_key" value="`)
	key, _, _ := strings.Cut(rest, `"`)
	return key
}

func TestALeaveThatIsWrongIsSaid(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		zheng := town.As(town.Zheng)
		today := town.Today()
		for at, wrong := range map[string]m{
			"from":              {"from": "2026-02-30", "to": today},
			"to":                {"from": today, "to": today.Plus(-1)},
			"cover_mediator_id": {"from": today, "to": today, "cover_mediator_id": town.OtherMediator.Mediator},
		} {
			if a := zheng.Post("/registry/mediators/"+town.Su.Mediator.String()+"/absences", wrong); a.Status != 422 || !a.Holds(`"location":"`+at+`"`) {
				t.Errorf("%s: %d %s", at, a.Status, a.Body)
			}
		}
		zheng.Post("/registry/mediators/"+town.OtherMediator.Mediator.String()+"/absences", m{"from": today, "to": today}).Is(404)
		for _, p := range []*housetest.Person{town.Su, town.Station, town.County, town.Lin} {
			if a := town.As(p).Post("/registry/mediators/"+town.Su.Mediator.String()+"/absences", m{"from": today, "to": today}); a.Status != 403 {
				t.Errorf("%s: %d", p.Name, a.Status)
			}
		}
	})
}

// Whoever stood in has left the committee since: the mediator comes back all the same.
func TestR8_AMediatorComesBackThoughTheCoverLeftTheCommittee(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		su, zheng := town.As(town.Su), town.As(town.Zheng)
		su.Sees(c)
		su.Hosted(c, town.Su)
		absences := "/registry/mediators/" + town.Su.Mediator.String() + "/absences"
		a := zheng.Post(absences, m{"from": town.Today(), "to": town.Today().Plus(5), "cover_mediator_id": town.Hong.Mediator}).Is(201)
		left := "/registry/mediators/" + town.Hong.Mediator.String()
		zheng.Post(left+"/hand-over", m{"to_mediator_id": town.Zheng.Mediator}).Is(200)
		town.As(town.System).Post(left+"/leave", m{"reason": "搬家", "on": town.Today()})
		if members := zheng.Get("/registry/mediators?committee_id=" + town.Home.ID.String()).Is(200); members.Holds(town.Hong.Name) {
			t.Fatalf("did not leave: %s", members.Body)
		}
		zheng.Post(absences+"/"+a.Text("id")+"/end", nil).Is(200)
	})
}
