package ledger_test

import (
	"net/url"
	"strings"
	"testing"

	"fengqiao/internal/actor"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ledger"
	"fengqiao/internal/registry"
)

type m = housetest.M

// line is what a village mediator tells of a leak that was settled two days ago.
func line(town *housetest.Town, changes m) m {
	l := m{"on": town.Today().Plus(-2), "area_code": housetest.Shaolin, "category": "02", "facts": "楼上卫生间漏水。",
		"applicant":   m{"name": "林秀英", "phone": "13800138000"},
		"respondents": []m{{"name": "陈志强", "phone": "13900139000"}}, "outcome": "kept", "rights_told": true,
		"terms": m{"debtor": "respondent", "text": "陈志强赔偿林秀英粉刷费二百元。", "amount_fen": 20000}}
	for k, v := range changes {
		l[k] = v
	}
	return l
}

func TestASettledDisputeIsEnteredInOnePage(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		a := su.Post("/ledger", line(town, nil)).Is(201)
		for path, want := range map[string]string{"state": "closed", "outcome": "oral_agreement", "first_closed_on": string(town.Today().Plus(-2)),
			"people.0.mediator_id": town.Su.Mediator.String(), "obligations.0.state": "performed", "sessions.0.place": "少林社区人民调解委员会"} {
			if got := a.Text(path); got != want {
				t.Errorf("%s: %q, want %q", path, got, want)
			}
		}
		if !strings.Contains(a.Text("case_no"), "少林人调字第0001号") {
			t.Errorf("case number %q", a.Text("case_no"))
		}
		events := map[string]int{}
		timeline := su.Get("/cases/" + a.Text("id") + "/timeline").Is(200)
		for _, one := range timeline.Value("items").([]any) {
			entry := one.(map[string]any)
			events[entry["event"].(string)]++
			if entry["late"] != true {
				t.Errorf("%s was entered two days after the fact and is not marked late", entry["event"])
			}
		}
		for _, e := range []string{"submit", "ask_consent", "record_consent", "accept", "assign", "give_notice", "open_session", "oral_agreement", "record_performance", "close"} {
			if events[e] != 1 {
				t.Errorf("%d entries of %s", events[e], e)
			}
		}
	})
}

func TestWhatIsToBeDoneLaterIsFollowed(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		due := town.Today().Plus(10)
		a := town.As(town.Su).Post("/ledger", line(town, m{"outcome": "settled", "on": town.Today(),
			"terms": m{"debtor": "respondent", "text": "陈志强修好防水。", "due": due}})).Is(201)
		if a.Text("state") != "performing" || a.Text("obligations.0.due") != string(due) || a.Text("obligations.0.kind") != "do" {
			t.Errorf("%s", a.Body)
		}
		failed := town.As(town.Su).Post("/ledger", line(town, m{"outcome": "failed", "terms": m{}})).Is(201)
		if failed.Text("state") != "closed" || failed.Text("outcome") != "failed" || failed.Text("guidance") == "" {
			t.Errorf("%s", failed.Body)
		}
	})
}

// Everybody who is named hears of it once, and not of each of the ten steps: who took no part finds out.
func TestThoseNamedAreToldOnceAndOnlyOfWhatIsFresh(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		told := func(a housetest.Answer) (kinds []string) {
			for _, letter := range town.Messages(&housetest.Case{ID: a.Text("id")}) {
				kinds = append(kinds, letter.Kind+" "+letter.To)
			}
			return kinds
		}
		su := town.As(town.Su)
		got := told(su.Post("/ledger", line(town, nil)).Is(201))
		if len(got) != 2 || !strings.HasPrefix(got[0], "recorded ") || !strings.HasPrefix(got[1], "recorded ") || got[0] == got[1] {
			t.Errorf("told: %q", got)
		}
		if got := told(su.Post("/ledger", line(town, m{"on": town.Today().Plus(-31)})).Is(201)); len(got) != 0 {
			t.Errorf("of a mediation a month ago: %q", got)
		}
		none := m{"applicant": m{"name": "林秀英", "phone_reason": "没有"}, "respondents": []m{{"name": "陈志强", "phone_reason": "没有"}}}
		if got := told(su.Post("/ledger", line(town, none)).Is(201)); len(got) != 0 {
			t.Errorf("without a telephone: %q", got)
		}
	})
}

// What is wrong is said with all of it at once, and nothing stands: no case, no number, no message.
func TestALineThatIsWrongChangesNothing(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		for at, wrong := range map[string]m{
			"on":          {"on": town.Today().Plus(1)},
			"area_code":   {"area_code": "35"},
			"category":    {"category": "9999"},
			"facts":       {"facts": ""},
			"rights_told": {"rights_told": false},
			"outcome":     {"outcome": "won"},
			"respondents": {"respondents": []m{}},
			"terms.text":  {"terms": m{"debtor": "respondent"}},
			"terms.due":   {"outcome": "settled"},

			"terms.debtor":         {"terms": m{"text": "修好。"}},
			"applicant.name":       {"applicant": m{"name": "", "phone": "13800138000"}},
			"respondents[0].phone": {"respondents": []m{{"name": "陈志强", "phone": "12"}}},
			"committee_id":         {"committee_id": town.Other.ID},
			"host_mediator_id":     {"host_mediator_id": town.OtherMediator.Mediator},
		} {
			if a := su.Post("/ledger", line(town, wrong)); a.Status != 422 || !strings.Contains(string(a.Body), `"location":"`+at+`"`) {
				t.Errorf("%s: %d %s", at, a.Status, a.Body)
			}
		}
		if a := su.Get("/cases?limit=100").Is(200); len(a.Value("items").([]any)) != 0 {
			t.Errorf("cases were made: %s", a.Body)
		}
		if a := su.Post("/ledger", line(town, nil)).Is(201); !strings.Contains(a.Text("case_no"), "0001") {
			t.Errorf("a number was used up: %s", a.Text("case_no"))
		}
	})
}

func TestM12_ATieStandsAgainstAQuickEntryToo(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.Ties(town.Su, "kin", "陈志强")
		town.As(town.Su).Post("/ledger", line(town, nil)).Refuses("conflict_of_interest")
		if a := town.As(town.Zheng).Get("/cases?limit=100").Is(200); len(a.Value("items").([]any)) != 0 {
			t.Errorf("half a case was made: %s", a.Body)
		}
	})
}

func TestOnlyTheChairEntersForAnotherMediator(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		other := m{"host_mediator_id": town.Hong.Mediator, "co_mediator_ids": []any{town.Su.Mediator}}
		if a := town.As(town.Su).Post("/ledger", line(town, other)); a.Status != 403 {
			t.Errorf("%d %s", a.Status, a.Body)
		}
		a := town.As(town.Zheng).Post("/ledger", line(town, other)).Is(201)
		parts := map[any]any{}
		for _, one := range a.Value("people").([]any) {
			parts[one.(m)["mediator_id"]] = one.(m)["part"]
		}
		if len(parts) != 3 || parts[town.Hong.Mediator.String()] != "host" || parts[town.Su.Mediator.String()] != "co_mediator" || parts[town.Zheng.Mediator.String()] != "recorder" {
			t.Errorf("%s", a.Body)
		}
		for _, p := range []*housetest.Person{town.Lin, town.Station, town.County, town.Housing, town.Court, town.System} {
			if a := town.As(p).Post("/ledger", line(town, nil)); a.Status != 403 {
				t.Errorf("%s: %d", p.Name, a.Status)
			}
		}
	})
}

// What a chair enters for another they see; who mediates no longer, and so can keep no record, is told so.
func TestWhoeverEntersMediates(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		zheng, other := town.As(town.Zheng), m{"host_mediator_id": town.Hong.Mediator}
		a := zheng.Post("/ledger", line(town, other)).Is(201)
		if p := zheng.Page("GET", "/ledger/"+a.Text("id"), nil); p.Status != 200 {
			t.Errorf("the page of what was entered: %d", p.Status)
		}
		town.Leaves(town.Zheng)
		if a := zheng.Post("/ledger", line(town, other)); a.Status != 422 || !a.Holds(`"location":"host_mediator_id"`) {
			t.Errorf("who left: %d %s", a.Status, a.Body)
		}
	})
}

// The same form sent twice makes one case.
func TestALineSentTwiceIsOneCase(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su).With("Idempotency-Key", "0123456789abcdef0123")
		first := su.Post("/ledger", line(town, nil)).Is(201)
		again := su.Post("/ledger", line(town, nil)).Is(201)
		if first.Text("id") != again.Text("id") || first.Text("case_no") != again.Text("case_no") {
			t.Errorf("%s and %s", first.Text("id"), again.Text("id"))
		}
	})
}

func TestTheTenFieldPage(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := housetest.OnDoorstep(town).Enters(town.Su).Opens("/desk").Reads("快速登记").Opens("/ledger/new")
		me := town.Su.Mediator.String()
		for _, offered := range []string{`value="` + string(town.Today()) + `">`, `<option value="area:` + string(housetest.Shaolin) + `" selected>`, `value="` + me + `" checked>`} {
			if !strings.Contains(su.Page, offered) {
				t.Errorf("what is known is not offered: %s", offered)
			}
		}
		known := []string{"place", "area:" + string(housetest.Shaolin), "on", string(town.Today()), "mediators", me}
		su.Says(append(known, "applicant.name", "林秀英")...).Is(422, "/ledger/new").Reads("请至少填写一位", "请选择结果", "请勾选")
		if !strings.Contains(su.Page, `value="林秀英"`) {
			t.Error("what was typed is lost")
		}
		su.Says(append(known, "applicant.name", "林秀英", "applicant.phone", "无", "respondent.name", "陈志强、顺和物业公司", "respondent.phone", "13900139000",
			"category", "02", "facts", "楼上漏水。", "outcome", "settled", "terms.text", "陈志强修好防水。", "terms.debtor", "respondent",
			"terms.due", string(town.Today().Plus(7)), "rights_told", "yes")...)
		if !strings.HasPrefix(su.At, "/ledger/") || strings.HasSuffix(su.At, "new") {
			t.Fatalf("at %s: %s", su.At, su.Text())
		}
		su.Reads("已登记", "少林人调字第0001号", "到期时")
		town.As(town.Su).Page("GET", "/ledger/"+strings.Repeat("0", 36), nil).Is(404)
		if a := town.As(town.OtherMediator).Page("GET", su.At, url.Values{}); a.Status != 404 {
			t.Errorf("another committee's mediator reads it: %d", a.Status)
		}
	})
}

func TestALedgersNamesAreUnderstood(t *testing.T) {
	people := ledger.People("陈志强、顺和物业公司，王五", "13900139000")
	if len(people) != 3 || people[0].Phone != "13900139000" || people[0].Kind != "" || people[1].Kind != "organisation" || people[1].PhoneReason == "" || people[2].Name != "王五" {
		t.Errorf("%+v", people)
	}
	for _, none := range []string{"无", " None ", "没有"} {
		if p := ledger.Person("林秀英", none); p.Phone != "" || p.PhoneReason == "" {
			t.Errorf("%q: %+v", none, p)
		}
	}
}

// Somebody who serves in two committees says for which one they enter; each way round it is that one's case.
func TestWhoServesInTwoCommitteesEntersForEither(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		there := town.Serves(town.Su, town.Other, actor.Mediator)
		su := town.Again(town.Su)
		if a := su.Post("/ledger", line(town, nil)); a.Status != 422 || !strings.Contains(string(a.Body), "committee_id") {
			t.Errorf("not said for which: %d %s", a.Status, a.Body)
		}
		for _, c := range []registry.Committee{town.Home, town.Other} {
			a := su.Post("/ledger", line(town, m{"committee_id": c.ID, "area_code": c.AreaCode})).Is(201)
			if got := a.Text("committee.id"); got != c.ID.String() {
				t.Errorf("entered for %s, belongs to %s", c.Name, got)
			}
			if c.ID == town.Other.ID && a.Text("people.0.mediator_id") != there.String() {
				t.Errorf("mediated by %s, not by who they are there", a.Text("people.0.mediator_id"))
			}
		}
		if a := su.Post("/ledger", line(town, m{"committee_id": town.Far.ID})); a.Status != 422 {
			t.Errorf("for a committee of others: %d", a.Status)
		}
		page := su.Page("GET", "/ledger/new?committee_id="+town.Other.ID.String(), nil).Is(200)
		for _, want := range []string{`name="committee_id" value="` + town.Other.ID.String(), "庄景山", town.Home.Name} {
			if !strings.Contains(string(page.Body), want) {
				t.Errorf("the page for the second committee lacks %s", want)
			}
		}
	})
}

// What no committee could have mediated is refused in words, and never as an error of ours.
func TestALineTellsOfWhatCanHaveBeen(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		for name, refused := range map[string]struct {
			line m
			at   string
		}{
			"no such compound":      {m{"compound_id": town.Su.Mediator.String()}, "compound_id"},
			"before there was any":  {m{"on": "0001-01-01"}, "on"},
			"a slip of the century": {m{"on": "1926-03-04"}, "on"},
			"before she mediated":   {m{"on": "2024-12-31"}, "host_mediator_id"},
			"before her colleague":  {m{"on": "2024-12-31", "co_mediator_ids": []any{town.Hong.Mediator}}, "co_mediator_ids"},
		} {
			if a := su.Post("/ledger", line(town, refused.line)); a.Status != 422 || !a.Holds(`"location":"`+refused.at+`"`) {
				t.Errorf("%s: %d %s", name, a.Status, a.Body)
			}
		}
		su.Post("/ledger", line(town, m{"on": "2025-01-06"})).Is(201) // the day on which she began
	})
}

// O1, O2: a committee that is not whole yet, or has ended, takes no new dispute, whoever enters it and how.
func TestO1_ACommitteeThatIsNotActiveTakesNothing(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		full := m{"source": "11", "category": "02", "area_code": housetest.Shaolin, "title": "漏水", "facts": "漏水", "committee_id": town.Home.ID,
			"applicant": m{"name": "林秀英", "phone": "13800138000"}, "respondents": []m{{"name": "陈志强", "phone": "13900139000"}}}
		for _, state := range []registry.State{registry.Draft, registry.Ended} {
			town.Stands(town.Home, state)
			for path, body := range map[string]m{"/ledger": line(town, nil), "/cases": full} {
				if a := su.Post(path, body); a.Status != 422 || !a.Holds(`"location":"committee_id"`) {
					t.Errorf("%s of a committee that is %s: %d %s", path, state, a.Status, a.Body)
				}
			}
		}
		town.Stands(town.Home, registry.Active)
		su.Post("/ledger", line(town, nil)).Is(201)
	})
}

// A11: what a petition office sent is looked at for the five exclusions, which a quick entry does not ask for.
func TestA11_WhatAPetitionBroughtIsNotEnteredQuickly(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		if a := su.Post("/ledger", line(town, m{"source": "34"})); a.Status != 422 || !a.Holds(`"location":"source"`) {
			t.Errorf("%d %s", a.Status, a.Body)
		}
		su.Post("/ledger", line(town, m{"source": "35"})).Is(201)
	})
}

// M11: where there is violence in a family nobody is sat at one table by a quick entry.
func TestM11_ViolenceIsNotEnteredQuickly(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		for _, told := range []m{{"category": "01", "facts": "丈夫多次殴打妻子。"}, {"facts": "有家庭暴力。"}, {"category": "01", "terms": m{"debtor": "respondent", "text": "陈志强不再打伤妻子。"}}} {
			if a := su.Post("/ledger", line(town, told)); a.Status != 422 || !a.Holds(`"location":"facts"`) {
				t.Errorf("%v: %d %s", told, a.Status, a.Body)
			}
		}
		su.Post("/ledger", line(town, m{"category": "01", "facts": "夫妻因家务争吵。"})).Is(201)
	})
}

// O12, M10: what speaks against the words of an agreement is said to whoever entered it, in the answer and on the page.
func TestO12_AFeeInAQuickEntryIsWarnedOf(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		a := su.Post("/ledger", line(town, m{"terms": m{"debtor": "respondent", "text": "陈志强付调解费二百元，林秀英不得起诉。", "amount_fen": 20000}})).Is(201)
		if got, _ := a.Value("warnings").([]any); len(got) < 2 {
			t.Errorf("warned of %v", got)
		}
		if p := su.Page("GET", "/ledger/"+a.Text("id"), nil); !p.Holds("请留意") || !p.Holds("调解不收费") && !p.Holds("费") {
			t.Errorf("the page: %s", p.Body)
		}
	})
}
