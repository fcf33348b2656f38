package fieldwork_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

const (
	rounds      = "/fieldwork/screening-rounds"
	preventions = "/fieldwork/prevention-records"
)

// found is a dispute as a mediator finds it on a round.
func found(changes ...m) m {
	one := m{"category": "02", "title": "楼道堆物", "facts": "三楼楼道堆满纸箱，两家吵了几次。",
		"parties": []m{{"name": "黄阿金", "phone": "13905951111"}, {"name": "吴国栋", "phone_reason": "排查时不在家"}}}
	for _, c := range changes {
		for k, v := range c {
			one[k] = v
		}
	}
	return m{"text": "三楼两家为堆物争吵", "case": one}
}

// event is something that Su kept from happening.
func event(changes ...m) m {
	body := m{"kind": 2, "persons": 3, "who": "黄阿金一家", "done": "连夜上门劝解，双方收起棍棒。", "evidence": "走访记录第 7 号"}
	for _, c := range changes {
		for k, v := range c {
			body[k] = v
		}
	}
	return body
}

// Nothing found is a result: one tap, and the next round is due half a month later.
func TestAZeroReportIsASuccess(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		due := su.Get("/fieldwork/screening-due").Is(200)
		if len(due.Value("items").([]any)) != 1 || due.Text("items.0.committee_id") != town.Home.ID.String() || due.Text("items.0.late") != "true" {
			t.Errorf("before any round: %s", due.Body)
		}
		r := su.Post(rounds, m{"zero": true}).Is(201)
		if r.Text("zero") != "true" || r.Text("kind") != "half_monthly" || r.Text("area_code") != string(housetest.Shaolin) || r.Text("persons") != "苏惠敏" || r.Text("screened_on") != string(town.Today()) {
			t.Errorf("one tap: %s", r.Body)
		}
		due = su.Get("/fieldwork/screening-due").Is(200)
		if due.Text("items.0.late") != "false" || due.Text("items.0.due_on") != string(town.Today().Plus(15)) || due.Text("items.0.reported_by") != "2026-03-20" {
			t.Errorf("after the round: %s", due.Body)
		}
		if got := su.Post(rounds+"/"+r.Text("id")+"/findings", found()); got.Status != 409 || got.Text("code") != "zero_report" {
			t.Errorf("a finding in a zero report: %d %s", got.Status, got.Body)
		}
	})
}

func TestWhatIsFoundBecomesACase(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		r := su.Post(rounds, m{"persons": []string{"苏惠敏", "洪国荣"}, "note": "走访三幢"}).Is(201)
		at := rounds + "/" + r.Text("id")
		once := su.With("Idempotency-Key", "one")
		f := once.Post(at+"/findings", found()).Is(201)
		if again := once.Post(at+"/findings", found()).Is(201); again.Text("id") != f.Text("id") || again.Text("case_id") != f.Text("case_id") {
			t.Errorf("sent twice: %s and %s", f.Body, again.Body)
		}
		c := su.Get("/cases/" + f.Text("case_id")).Is(200)
		if c.Text("source") != "21" || c.Text("state") != "registered" || c.Text("screening_round_id") != r.Text("id") || c.Text("committee.id") != town.Home.ID.String() {
			t.Errorf("the case: %s", c.Body)
		}
		if told := su.Get("/cases/" + f.Text("case_id") + "/timeline").Is(200); !told.Holds(r.Text("id")) {
			t.Errorf("the record does not say where it was found: %s", told.Body)
		}
		round := su.Get(at).Is(200)
		if round.Text("findings") != "1" || round.Text("found.0.case_id") != f.Text("case_id") || round.Text("found.0.text") != "三楼两家为堆物争吵" || round.Text("persons") != "苏惠敏、洪国荣" {
			t.Errorf("the round: %s", round.Body)
		}
		for what, v := range map[string]struct {
			body  m
			field string
		}{
			"one party":       {found(m{"parties": []m{{"name": "黄阿金", "phone_reason": "无"}}}), "case.parties"},
			"no name":         {found(m{"parties": []m{{"name": "", "phone_reason": "无"}, {"name": "吴国栋", "phone_reason": "无"}}}), "case.parties[0].name"},
			"another place":   {found(m{"area_code": housetest.Donghu}), "case.area_code"},
			"nothing said":    {m{"text": " ", "case": found()["case"]}, "text"},
			"neither":         {m{"text": "x"}, "case"},
			"both":            {m{"text": "x", "case": found()["case"], "prevention": event()}, "case"},
			"a prevention of": {m{"text": "x", "prevention": event(m{"persons": 0})}, "prevention.persons"},
		} {
			if got := su.Post(at+"/findings", v.body).Is(422); !strings.Contains(string(got.Body), `"`+v.field+`"`) {
				t.Errorf("%s: %s", what, got.Body)
			}
		}
		if n := su.Get(at).Is(200).Text("findings"); n != "1" {
			t.Errorf("what was refused was counted: %s", n)
		}
	})
}

// A prevention record counts once a second person has confirmed it; nobody confirms their own.
func TestAPreventionCountsOnceASecondPersonConfirmsIt(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		r := su.Post(rounds, m{}).Is(201)
		f := su.Post(rounds+"/"+r.Text("id")+"/findings", m{"text": "两家要动手", "prevention": event()}).Is(201)
		at := preventions + "/" + f.Text("prevention_id")
		p := su.Get(at).Is(200)
		if p.Text("counts") != "false" || p.Text("round_id") != r.Text("id") || p.Text("persons") != "3" || p.Text("who") != "黄阿金一家" {
			t.Errorf("recorded: %s", p.Body)
		}
		if got := su.Post(at+"/confirm", nil); got.Status != 403 || got.Text("code") != "second_person" {
			t.Errorf("her own: %d %s", got.Status, got.Body)
		}
		town.As(town.OtherChair).Post(at+"/confirm", nil).Is(404)
		town.As(town.FarStation).Post(at+"/confirm", nil).Is(404)
		town.As(town.County).Post(at+"/confirm", nil).Is(403)
		if got := town.As(town.Station).Post(at+"/confirm", nil).Is(200); got.Text("counts") != "true" {
			t.Errorf("confirmed: %s", got.Body)
		}
		if got := town.As(town.Zheng).Post(at+"/confirm", nil); got.Status != 409 || got.Text("code") != "confirmed" {
			t.Errorf("a third: %d %s", got.Status, got.Body)
		}
		su.Post(preventions, event(m{"kind": 1})).Is(201)
		if got := su.Get(preventions + "?confirmed=true").Is(200); len(got.Value("items").([]any)) != 1 || got.Text("items.0.kind") != "2" {
			t.Errorf("those that count: %s", got.Body)
		}
		for field, bad := range map[string]m{"kind": {"kind": 5}, "persons": {"persons": 0}, "who": {"who": ""}, "done": {"done": " "}, "evidence": {"evidence": ""},
			"prevented_on": {"prevented_on": "2027-01-01"}, "area_code": {"area_code": housetest.Donghu}} {
			if got := su.Post(preventions, event(bad)).Is(422); !strings.Contains(string(got.Body), `"`+field+`"`) {
				t.Errorf("%s: %s", field, got.Body)
			}
		}
	})
}

// Whoever stands in for the one who recorded it is no second person, nor is who named them.
func TestAPreventionIsConfirmedByNobodyWhoStandsIn(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		zheng := town.As(town.Zheng)
		at := preventions + "/" + zheng.Post(preventions, event()).Is(201).Text("id")
		post := zheng.Get("/posts").Is(200).Text("items.0.id")
		zheng.Post("/posts/"+post+"/deputies", m{"person_id": town.Hong.ID, "until": town.Today().Plus(5)}).Is(201)
		if got := town.Again(town.Hong).Post(at+"/confirm", nil); got.Status != 403 || got.Text("code") != "second_person" {
			t.Errorf("whom the chair named: %d %s", got.Status, got.Body)
		}
		if got := town.As(town.Station).Post(at+"/confirm", nil).Is(200); got.Text("counts") != "true" {
			t.Errorf("the station: %s", got.Body)
		}
	})
}

// A round is its committee's; the station sees it whole, the bureau sees days and figures.
func TestWhoSeesARound(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		r := su.Post(rounds, m{"note": "走访三幢"}).Is(201)
		at := rounds + "/" + r.Text("id")
		su.Post(at+"/findings", m{"text": "两家要动手", "prevention": event()}).Is(201)
		for _, who := range []*housetest.Person{town.Hong, town.Zheng, town.Station} {
			if got := town.As(who).Get(at).Is(200); !got.Holds("走访三幢") || !got.Holds("两家要动手") {
				t.Errorf("%s: %s", who.Name, got.Body)
			}
		}
		for _, who := range []*housetest.Person{town.County, town.Bureau} {
			if got := town.As(who).Get(at).Is(200); got.Holds("走访") || got.Holds("动手") || got.Holds("苏惠敏") || got.Text("findings") != "1" {
				t.Errorf("%s: %s", who.Name, got.Body)
			}
			if got := town.As(who).Get(preventions).Is(200); got.Holds("黄阿金") || got.Text("items.0.persons") != "3" {
				t.Errorf("%s: %s", who.Name, got.Body)
			}
		}
		for _, who := range []*housetest.Person{town.OtherMediator, town.OtherChair, town.FarMediator, town.FarStation, town.FarCounty} {
			town.As(who).Get(at).Is(404)
		}
		for _, who := range []*housetest.Person{town.Lin, town.Housing, town.Court, town.System} {
			town.As(who).Get(at).Is(403)
		}
		town.As(town.OtherMediator).Post(at+"/findings", found()).Is(404)
		town.As(town.OtherMediator).Post(rounds, m{"committee_id": town.Home.ID, "zero": true}).Is(404)
		town.As(town.Station).Post(rounds, m{"committee_id": town.Home.ID, "zero": true}).Is(403)
		if due := town.As(town.Station).Get("/fieldwork/screening-due").Is(200); len(due.Value("items").([]any)) != 2 {
			t.Errorf("a station sees the committees of its street: %s", due.Body)
		}
	})
}

// A region sets its own cadence from a day on; special days bring more rounds while they last.
func TestTheCadenceIsTheRegionsOwn(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		set := func(name, value string) {
			town.Again(town.System).Send("PUT", "/registry/settings", m{"area_code": housetest.Street, "name": name, "value": value}).Is(204)
		}
		set("screening.village_days", "10")
		su.Post(rounds, m{"zero": true}).Is(201)
		first := town.Today()
		dueOn := func(want string) {
			t.Helper()
			if got := town.Again(town.Su).Get("/fieldwork/screening-due").Is(200); got.Text("items.0.due_on") != want {
				t.Errorf("due: %s, want %s", got.Body, want)
			}
		}
		dueOn(string(first.Plus(10)))
		town.Later(24 * time.Hour)
		set("screening.special", "on")
		dueOn(string(first.Plus(8)))
		set("screening.special", "off")
		dueOn(string(first.Plus(10)))
	})
}

// By pages: Su taps zero, then finds something, and files it; Hong confirms what she prevented.
func TestAMediatorGoesRoundByPages(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		form := func(path string, pairs url.Values) housetest.Answer {
			pairs.Set("_key", path+pairs.Encode())
			return su.Page("POST", path, pairs)
		}
		if body := string(su.Page("GET", rounds, nil).Is(200).Body); !strings.Contains(body, "零报告：今天排查") || !strings.Contains(body, "还没有排查记录") {
			t.Errorf("the first page: %s", body)
		}
		to := form(rounds+"/zero", url.Values{"committee_id": {town.Home.ID.String()}}).Is(303).Header.Get("Location")
		if body := string(su.Page("GET", to, nil).Is(200).Body); !strings.Contains(body, "没有发现纠纷，就是好消息") {
			t.Errorf("after the tap: %s", body)
		}
		su.Page("GET", rounds+"/new", nil).Is(200)
		form(rounds+"/new", url.Values{"found": {""}}).Is(422)
		to = form(rounds+"/new", url.Values{"found": {"some"}, "screened_on": {"2026-03-05"}, "persons": {"苏惠敏，洪国荣"}, "kind": {"special"}, "area_code": {string(housetest.Shaolin)}}).Is(303).Header.Get("Location")
		at, _, _ := strings.Cut(to, "?")
		if body := string(su.Page("GET", to, nil).Is(200).Body); !strings.Contains(body, "苏惠敏、洪国荣") || !strings.Contains(body, "发现待登记") {
			t.Errorf("the round: %s", body)
		}
		su.Page("GET", at+"/case", nil).Is(200)
		if body := string(form(at+"/case", url.Values{"text": {"争吵"}}).Is(422).Body); !strings.Contains(body, "error-summary") {
			t.Error("nothing is said of what is missing")
		}
		to = form(at+"/case", url.Values{"text": {"三楼争吵"}, "case.title": {"楼道堆物"}, "case.category": {"02"}, "case.area_code": {string(housetest.Shaolin)},
			"case.parties[0].name": {"黄阿金"}, "case.parties[0].phone": {"13905951111"}, "case.parties[1].name": {"吴国栋"}, "case.parties[1].phone_reason": {"不在家"}}).Is(303).Header.Get("Location")
		if body := string(su.Page("GET", to, nil).Is(200).Body); !strings.Contains(body, at) || !strings.Contains(body, "楼道堆物") {
			t.Errorf("the case does not lead back to its round: %s", to)
		}
		su.Page("GET", at+"/prevention", nil).Is(200)
		form(at+"/prevention", url.Values{"text": {"要动手"}, "prevention.kind": {"2"}, "prevention.persons": {"3"}, "prevention.who": {"黄阿金"}, "prevention.done": {"劝住"},
			"prevention.evidence": {"记录"}, "prevention.prevented_on": {"2026-03-05"}, "prevention.area_code": {string(housetest.Shaolin)}}).Is(303)
		id := su.Get(preventions).Is(200).Text("items.0.id")
		if body := string(su.Page("GET", preventions+"/"+id, nil).Is(200).Body); strings.Contains(body, "我核实过了") || !strings.Contains(body, "请让另一位") {
			t.Error("she could confirm her own")
		}
		hong := town.As(town.Hong)
		if !hong.Page("GET", preventions+"/"+id, nil).Is(200).Holds("我核实过了") {
			t.Error("Hong is not asked")
		}
		hong.Page("POST", preventions+"/"+id+"/confirm", url.Values{"_key": {"c"}}).Is(303)
		if !hong.Page("GET", preventions, nil).Is(200).Holds("已核实") {
			t.Error("it is not shown as confirmed")
		}
		su.Page("GET", preventions+"/new", nil).Is(200)
		town.As(town.County).Page("GET", rounds, nil).Is(200)
	})
}
