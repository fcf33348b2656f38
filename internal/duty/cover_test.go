package duty_test

import (
	"net/url"
	"sync"
	"testing"

	"fengqiao/internal/housetest"
)

// hostedBySu is a case that Su works as its host.
func hostedBySu(town *housetest.Town, with ...m) *housetest.Case {
	c := town.As(nil).Files(with...)
	su := town.As(town.Su)
	su.Sees(c)
	su.Hosted(c, town.Su)
	return c
}

func mediator(p *housetest.Person) string { return "/registry/mediators/" + p.Mediator.String() }

// away enters that somebody is on leave from today, and gives the address at which they come back.
func away(town *housetest.Town, who, cover *housetest.Person) string {
	a := town.As(town.Zheng).Post(mediator(who)+"/absences", m{"from": town.Today(), "to": town.Today().Plus(5), "cover_mediator_id": cover.Mediator}).Is(201)
	return mediator(who) + "/absences/" + a.Text("id") + "/end"
}

// partIn is the part in which somebody works a case now; empty where they do not.
func partIn(town *housetest.Town, c *housetest.Case, who *housetest.Person) string {
	for _, one := range town.As(town.Zheng).Get("/cases/" + c.ID).Is(200).Value("people").([]any) {
		if p := one.(m); p["mediator_id"] == who.Mediator.String() && p["ended_at"] == nil && p["part"] != "recused" {
			return p["part"].(string)
		}
	}
	return ""
}

func handsOver(town *housetest.Town, from, to *housetest.Person, c *housetest.Case) {
	town.As(town.Zheng).Post(mediator(from)+"/hand-over", m{"to_mediator_id": to.Mediator, "cases": []string{c.ID}}).Is(200)
}

// The case goes to a third mediator while somebody stands in: there is nobody left to stand in for.
func TestR8_WhoStoodInLeavesACaseThatWentToAThird(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := hostedBySu(town)
		back := away(town, town.Su, town.Hong)
		handsOver(town, town.Su, town.Zheng, c)
		if part := partIn(town, c, town.Hong); part != "" {
			t.Errorf("still stands in for nobody, as %s", part)
		}
		town.As(town.Zheng).Post(back, nil).Is(200)
		if part := partIn(town, c, town.Hong); part != "" {
			t.Errorf("is in it for ever, as %s", part)
		}
		if part := partIn(town, c, town.Zheng); part != "host" {
			t.Errorf("who hosts it now is %q", part)
		}
	})
}

// Whoever stands in and is then given the case keeps it, when the other is back as well.
func TestR8_WhoWasGivenTheCaseKeepsIt(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c, beside := hostedBySu(town), town.As(nil).Files(m{"title": "停车"})
		zheng := town.As(town.Zheng)
		zheng.Sees(beside)
		zheng.Accepted(beside)
		zheng.Does(beside, "assign", m{"host_mediator_id": town.Zheng.Mediator, "co_mediator_ids": []any{town.Su.Mediator}, "chosen_by": "committee"}).Is(200)
		back := away(town, town.Su, town.Hong)
		handsOver(town, town.Su, town.Hong, c)
		handsOver(town, town.Su, town.Hong, beside)
		zheng.Post(back, nil).Is(200)
		if partIn(town, c, town.Hong) != "host" || partIn(town, beside, town.Hong) != "co_mediator" {
			t.Errorf("lost what was given: %q, %q", partIn(town, c, town.Hong), partIn(town, beside, town.Hong))
		}
	})
}

// Whoever stands in leaves the committee, or goes on leave: who follows stands in as well, and no longer than they would have.
func TestR8_WhoFollowsWhoeverStoodInLeavesWhenTheMediatorIsBack(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := hostedBySu(town)
		back := away(town, town.Su, town.Hong)
		handsOver(town, town.Hong, town.Zheng, c)
		if partIn(town, c, town.Hong) != "" || partIn(town, c, town.Zheng) != "co_mediator" {
			t.Fatalf("handed over: %q, %q", partIn(town, c, town.Hong), partIn(town, c, town.Zheng))
		}
		town.As(town.Zheng).Post(back, nil).Is(200)
		if partIn(town, c, town.Zheng) != "" || partIn(town, c, town.Su) != "host" {
			t.Errorf("after it: %q, host %q", partIn(town, c, town.Zheng), partIn(town, c, town.Su))
		}
	})
}

func TestAChainOfCoverEndsWithItsFirstLink(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := hostedBySu(town)
		suBack, hongBack := away(town, town.Su, town.Hong), away(town, town.Hong, town.Zheng)
		if partIn(town, c, town.Zheng) != "co_mediator" {
			t.Fatal("nobody stands in for whoever stood in")
		}
		town.As(town.Zheng).Post(suBack, nil).Is(200)
		if partIn(town, c, town.Hong) != "" || partIn(town, c, town.Zheng) != "" || partIn(town, c, town.Su) != "host" {
			t.Errorf("after it: %q, %q", partIn(town, c, town.Hong), partIn(town, c, town.Zheng))
		}
		town.As(town.Zheng).Post(hongBack, nil).Is(200)
	})
}

func TestM2_AMediatorComesBackThoughTheCoverWithdrew(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(town.Lin).Files()
		town.As(town.Su).Hosted(c, town.Su)
		back := away(town, town.Su, town.Hong)
		town.As(town.Lin).Post("/cases/"+c.ID+"/request-recusal", m{"mediator_id": town.Hong.Mediator}).Is(200)
		zheng := town.As(town.Zheng)
		zheng.Post(back, nil).Is(200)
		zheng.Sees(c)
		zheng.Does(c, "assign", m{"host_mediator_id": town.Su.Mediator, "chosen_by": "committee"}).Is(200)
		if partIn(town, c, town.Hong) != "" {
			t.Error("who withdrew is back")
		}
	})
}

// A case that ended meanwhile: whoever stood in does not read on in it, nor is in it when it is taken up again.
func TestWhoStoodInLeavesACaseThatEndedMeanwhile(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := hostedBySu(town)
		back := away(town, town.Su, town.Hong)
		hong := town.As(town.Hong)
		hong.Sees(c)
		hong.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(200)
		town.As(town.Zheng).Post(back, nil).Is(200)
		if a := hong.Get("/cases/" + c.ID); a.Status != 404 {
			t.Errorf("still reads it: %d", a.Status)
		}
		if partIn(town, c, town.Su) != "host" {
			t.Error("its host went")
		}
	})
}

// A leave that lies ahead keeps its cover when an earlier one ends.
func TestTheCoverOfALaterLeaveStays(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := hostedBySu(town)
		back, today := away(town, town.Su, town.Hong), town.Today()
		zheng := town.As(town.Zheng)
		zheng.Post(mediator(town.Su)+"/absences", m{"from": today.Plus(9), "to": today.Plus(12), "cover_mediator_id": town.Zheng.Mediator}).Is(201)
		zheng.Post(back, nil).Is(200)
		if partIn(town, c, town.Hong) != "" || partIn(town, c, town.Zheng) != "co_mediator" {
			t.Errorf("after it: %q, %q", partIn(town, c, town.Hong), partIn(town, c, town.Zheng))
		}
	})
}

// One leave is entered once, however many enter it at the same moment.
func TestTwoWhoEnterOneLeaveAtOnce(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		hostedBySu(town)
		zheng := town.As(town.Zheng)
		leave := m{"from": town.Today(), "to": town.Today().Plus(5), "cover_mediator_id": town.Hong.Mediator}
		var wait sync.WaitGroup
		got := make([]int, 8)
		for i := range got {
			wait.Go(func() { got[i] = zheng.Post(mediator(town.Su)+"/absences", leave).Status })
		}
		wait.Wait()
		made := 0
		for _, status := range got {
			if status == 201 {
				made++
			} else if status != 422 {
				t.Errorf("answered %d", status)
			}
		}
		if made != 1 {
			t.Errorf("entered %d times: %v", made, got)
		}
	})
}

// T4: sent again under the same key, a leave gets the first answer.
func TestALeaveThatIsSentAgainGetsTheFirstAnswer(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		hostedBySu(town)
		hostedBySu(town, m{"title": "停车", "respondents": []m{{"kind": "person", "name": "洪阿明", "phone": "13905950077"}}})
		town.Ties(town.Hong, "kin", "洪阿明")
		zheng := town.As(town.Zheng).With("Idempotency-Key", "leave-of-su")
		leave := m{"from": town.Today(), "to": town.Today().Plus(5), "cover_mediator_id": town.Hong.Mediator}
		first := zheng.Post(mediator(town.Su)+"/absences", leave).Is(201)
		again := zheng.Post(mediator(town.Su)+"/absences", leave)
		if again.Status != 201 || string(again.Body) != string(first.Body) || first.Text("covered.left_out.0.code") != "conflict_of_interest" {
			t.Errorf("%d\n%s\n%s", again.Status, first.Body, again.Body)
		}
		back := zheng.With("Idempotency-Key", "su-is-back")
		for range 2 {
			back.Post(mediator(town.Su)+"/absences/"+first.Text("id")+"/end", nil).Is(200)
		}

		page := "/desk/team/" + town.Su.Mediator.String()
		form := url.Values{"_key": {"page-1"}, "from": {string(town.Today())}, "to": {string(town.Today().Plus(2))}, "cover_mediator_id": {town.Hong.Mediator.String()}}
		for n := range 2 {
			if a := town.As(town.Zheng).Page("POST", page, form); a.Status != 200 || !a.Holds("停车") || !a.Holds("利益关系") {
				t.Errorf("the page, %d: %d %s", n, a.Status, a.Body)
			}
		}
	})
}

// Whoever stands in works one of the cases anyway: nobody is told that nobody stands in for it.
func TestACaseThatTheCoverWorksAnywayIsNotCalledUncovered(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		zheng := town.As(town.Zheng)
		zheng.Sees(c)
		zheng.Accepted(c)
		zheng.Does(c, "assign", m{"host_mediator_id": town.Su.Mediator, "co_mediator_ids": []any{town.Hong.Mediator}, "chosen_by": "committee"}).Is(200)
		at := "/desk/team/" + town.Su.Mediator.String()
		housetest.OnDoorstep(town).Enters(town.Zheng).Opens(at).Posts(at, url.Values{"from": {string(town.Today())}, "to": {string(town.Today().Plus(3))},
			"cover_mediator_id": {town.Hong.Mediator.String()}, "_key": {"k-1"}}).Is(200, "/desk/team?done=duty_leave").ReadsNot("没有人代班")
		if partIn(town, c, town.Hong) != "co_mediator" {
			t.Error("their own part went")
		}
	})
}

// A dossier that is filed away while somebody stands in is closed to them from then on; its papers still name who mediated.
func TestR7_WhoStoodInLeavesADossierThatIsFiledAway(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		su, hong := town.As(town.Su), town.As(town.Hong)
		su.Met(c, town.Su)
		back := away(town, town.Su, town.Hong)
		hong.Sees(c)
		hong.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(200)
		paper := "/cases/" + c.ID + "/papers/f1"
		if a := su.Get(paper).Is(200); !a.Holds(town.Hong.Name) {
			t.Fatalf("who mediated is not named: %s", a.Body)
		}
		su.Sees(c)
		su.Does(c, "archive", nil).Is(200)
		if a := hong.Get("/cases/" + c.ID); a.Status != 404 {
			t.Errorf("still reads it: %d", a.Status)
		}
		town.As(town.Zheng).Post(back, nil).Is(200)
		if a := su.Get(paper).Is(200); !a.Holds(town.Hong.Name) || !a.Holds(town.Su.Name) {
			t.Error("who mediated is named no longer")
		}
	})
}

// Who is away for some days hands nothing over: neither the desk nor a party reads that another mediator goes on with it.
func TestR8_ALeaveIsNotToldAsAHandOver(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := hostedBySu(town)
		d := housetest.OnDoorstep(town)
		back := away(town, town.Su, town.Hong)
		home := "/desk/cases/" + c.ID
		lin := d.Comes().Opens("/follow").Says("reference", c.Reference, "code", c.Code).Is(200, "/mine/"+c.ID)
		lin.Reads("另一位调解员代班协办；原来主持的调解员不变").ReadsNot("不再承办")
		d.Enters(town.Su).Opens(home).Reads("代班的调解员加入协办，主持人不变").ReadsNot("移交给接手")
		town.As(town.Zheng).Post(back, nil).Is(200)
		lin.Opens("/mine/" + c.ID).Reads("代班的调解员退出").ReadsNot("不再承办")
		d.Enters(town.Su).Opens(home).Reads("代班结束")
		handsOver(town, town.Su, town.Hong, c)
		lin.Opens("/mine/" + c.ID).Reads("不再承办")
	})
}

// Whoever does a colleague's cases has them in hand: the next one is not proposed to them as if they had none.
func TestM1_WhoStandsInIsNotIdle(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		hostedBySu(town)
		hostedBySu(town, m{"title": "另一件"})
		c := accepted(town)
		first := func() m { return proposed(town, town.Zheng, c)[0] }
		idle := town.Hong
		if first()["name"] != idle.Name {
			idle = town.Zheng
		}
		back := away(town, town.Su, idle)
		if got := first(); got["name"] == idle.Name {
			t.Errorf("%s, who stands in for two, is proposed: %v", idle.Name, got)
		}
		housetest.OnDoorstep(town).Enters(town.Zheng).Opens("/desk/cases/" + c.ID + "/assign").Reads("替别人代班 2 件")
		town.As(town.Zheng).Post(back, nil).Is(200)
		if got := first(); got["name"] != idle.Name {
			t.Errorf("after it %v is proposed", got["name"])
		}
	})
}
