package conduct_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

type m = housetest.M

const said = "他当众骂我老糊涂"

// hosted is a case of Lin's that Su hosts.
func hosted(town *housetest.Town) *housetest.Case {
	c := town.As(town.Lin).Files()
	town.As(town.Su).Hosted(c, town.Su)
	return c
}

func about(p *housetest.Person, changes ...m) m {
	body := m{"mediator_id": p.Mediator, "kind": "K2", "text": said}
	for _, c := range changes {
		for k, v := range c {
			body[k] = v
		}
	}
	return body
}

// at is a complaint's version, for who handles it.
func at(h housetest.Hand, a housetest.Answer) housetest.Hand {
	return h.With("If-Match", `"`+a.Text("version")+`"`)
}

func TestR4_AComplaintGoesToTheChairAndIsDecided(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := hosted(town)
		lin, zheng := town.As(town.Lin), town.As(town.Zheng)
		once := lin.With("Idempotency-Key", "one")
		made := once.Post("/cases/"+c.ID+"/complaints", about(town.Su)).Is(201)
		if again := once.Post("/cases/"+c.ID+"/complaints", about(town.Su)).Is(201); again.Text("id") != made.Text("id") {
			t.Error("what was sent twice was entered twice")
		}
		if made.Text("may_request_recusal") != "true" || made.Text("state") != "received" || made.Text("handled_by") != "chair" || made.Text("hint") == "" {
			t.Errorf("made: %s", made.Body)
		}
		path := "/complaints/" + made.Text("id")
		one := zheng.Get(path).Is(200)
		if one.Text("text") != said || one.Text("complainant") != "林秀英" || one.Text("mediator") != "苏惠敏" {
			t.Errorf("the chair reads: %s", one.Body)
		}
		at(zheng, one).Post(path+"/decide", m{"outcome": "criticised", "reason": "属实"}).Refuses("complaint_state")
		zheng.Post(path+"/take-up", nil).Is(428)
		one = at(zheng, one).Post(path+"/take-up", nil).Is(200)
		at(zheng, made).Post(path+"/decide", m{"outcome": "criticised", "reason": "属实"}).Is(412)
		for field, body := range map[string]m{"outcome": {"outcome": "fined", "reason": "属实"}, "reason": {"outcome": "criticised", "reason": " "},
			"unit": {"outcome": "removal", "reason": "属实"}, "decided_on": {"outcome": "ordered", "reason": "属实", "decided_on": "2030-01-01"}} {
			if got := at(zheng, one).Post(path+"/decide", body).Is(422); !strings.Contains(string(got.Body), `"`+field+`"`) {
				t.Errorf("%s: %s", field, got.Body)
			}
		}
		if got := lin.Get(path).Is(200); got.Text("state") != "looking" || got.Text("status") == "" {
			t.Errorf("Lin sees: %s", got.Body)
		}
		one = at(zheng, one).Post(path+"/decide", m{"outcome": "removal", "reason": "多次辱骂当事人", "unit": "少林社区居民代表会议"}).Is(200)
		got := lin.Get(path).Is(200)
		if got.Text("outcome") != "removal" || got.Text("result") == "" || got.Holds("多次辱骂") || got.Holds("居民代表会议") || got.Holds("郑主任") {
			t.Errorf("Lin is told: %s", got.Body)
		}
		one = at(zheng, one).Post(path+"/tell", m{"channel": "phone"}).Is(200)
		at(zheng, one).Post(path+"/take-up", nil).Refuses("complaint_state")
		if done := zheng.Get(path).Is(200); len(done.Value("history").([]any)) != 4 || done.Text("unit") != "少林社区居民代表会议" {
			t.Errorf("the record: %s", done.Body)
		}
		if n := zheng.Get("/registry/mediators/" + town.Su.Mediator.String() + "/complaints").Is(200); n.Text("all") != "1" || n.Text("founded") != "1" || n.Text("open") != "0" || n.Text("by_kind.K2") != "1" {
			t.Errorf("the count: %s", n.Body)
		}
		if found, err := town.App.Verify(context.Background()); err != nil || len(found.Breaks) != 0 {
			t.Errorf("the record does not hold: %v %v", found.Breaks, err)
		}
	})
}

// The mediator complained about, and everybody who works on the case, learns nothing: not by the complaint, not by the case.
func TestR4_NobodyWhoWorksOnTheCaseLearnsOfAComplaint(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := hosted(town)
		letter := town.As(town.Su).Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201)
		chen := town.Party(c, letter.Text("letter.code"))
		before := town.As(town.Su).Get("/cases/" + c.ID).Is(200)
		made := town.As(town.Lin).Post("/cases/"+c.ID+"/complaints", about(town.Su)).Is(201)
		path := "/complaints/" + made.Text("id")
		for name, h := range map[string]housetest.Hand{"su": town.As(town.Su), "hong": town.As(town.Hong), "another chair": town.As(town.OtherChair),
			"Chen": chen, "Wang": town.As(town.Wang), "a far station": town.As(town.FarStation), "a far county": town.As(town.FarCounty), "housing": town.As(town.Housing)} {
			if got := h.Get(path); got.Status != 404 {
				t.Errorf("%s: %d %s", name, got.Status, got.Body)
			}
			if got := h.Get("/complaints").Is(200); len(got.Value("items").([]any)) != 0 {
				t.Errorf("%s lists %s", name, got.Body)
			}
			if got := h.Get("/registry/mediators/" + town.Su.Mediator.String() + "/complaints").Is(200); got.Text("all") != "0" {
				t.Errorf("%s counts %s", name, got.Body)
			}
		}
		su := town.As(town.Su)
		if after := su.Get("/cases/" + c.ID).Is(200); string(after.Body) != string(before.Body) {
			t.Error("the case tells Su that something happened")
		}
		if told := su.Get("/cases/" + c.ID + "/timeline").Is(200); told.Holds("complaint") || told.Holds(said) {
			t.Errorf("the case's record: %s", told.Body)
		}
		su.Post("/cases/"+c.ID+"/complaints", about(town.Su, m{"party_id": c.Applicant})).Is(404)
		for _, who := range []*housetest.Person{town.Zheng, town.Station, town.County, town.Bureau} {
			if got := town.As(who).Get(path).Is(200); got.Text("text") != said {
				t.Errorf("%s: %s", who.Name, got.Body)
			}
		}
		at(town.As(town.Station), made).Post(path+"/take-up", nil).Is(403)
		at(town.As(town.County), made).Post(path+"/take-up", nil).Is(403)
		at(town.As(town.Lin), made).Post(path+"/take-up", nil).Is(403)
	})
}

// Nobody handles a complaint about themselves: one about the chair goes to the station.
func TestR4_AboutTheChairItGoesToTheStation(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(town.Lin).Files()
		town.As(town.Zheng).Hosted(c, town.Zheng)
		made := town.As(town.Lin).Post("/cases/"+c.ID+"/complaints", about(town.Zheng, m{"kind": "K1"})).Is(201)
		if made.Text("handled_by") != "station" {
			t.Errorf("made: %s", made.Body)
		}
		path := "/complaints/" + made.Text("id")
		zheng, station := town.As(town.Zheng), town.As(town.Station)
		zheng.Get(path).Is(404)
		at(zheng, made).Post(path+"/take-up", nil).Is(404)
		if got := zheng.Get("/complaints").Is(200); len(got.Value("items").([]any)) != 0 {
			t.Errorf("the chair lists %s", got.Body)
		}
		one := at(station, made).Post(path+"/take-up", nil).Is(200)
		if got := at(station, one).Post(path+"/decide", m{"outcome": "unfounded", "reason": "经核实不属实"}).Is(200); got.Text("state") != "decided" {
			t.Errorf("decided: %s", got.Body)
		}
	})
}

// A chair who complains as somebody's agent does not decide on it: it goes to the station.
func TestR4_NobodyDecidesOnTheirOwnComplaint(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Hosted(c, town.Su)
		su.Does(c, "add-helper", m{"party_id": c.Applicant, "kind": "agent", "name": town.Zheng.Name, "id_number": "440524188001010014", "person_id": town.Zheng.ID,
			"scopes": []string{"apply_end"}, "dated": town.Today(), "signature_kind": "drawn"}).Is(200)
		zheng := town.As(town.Zheng)
		made := zheng.Post("/cases/"+c.ID+"/complaints", about(town.Su, m{"kind": "K1"})).Is(201)
		if made.Text("handled_by") != "station" {
			t.Errorf("made: %s", made.Body)
		}
		if a := at(zheng, made).Post("/complaints/"+made.Text("id")+"/take-up", nil); a.Status == http.StatusOK {
			t.Errorf("taken up by who complained: %s", a.Body)
		}
	})
}

// A party without an account complains by its code, or by the station's pen; it is told by a message that says nothing.
func TestR4_APartyComplainsByCodeOrByTheStationsPen(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		town.As(town.Su).Hosted(c, town.Su)
		lin := town.Party(c, c.Code)
		made := lin.Post("/cases/"+c.ID+"/complaints", about(town.Su)).Is(201)
		if got := lin.Get("/complaints").Is(200); len(got.Value("items").([]any)) != 1 {
			t.Errorf("she lists %s", got.Body)
		}
		station := town.As(town.Station)
		station.Post("/cases/"+c.ID+"/complaints", about(town.Su)).Is(422)
		pen := station.Post("/cases/"+c.ID+"/complaints", about(town.Su, m{"party_id": c.Respondent, "kind": "K4"})).Is(201)
		if pen.Text("on_behalf") != "true" || pen.Text("complainant") != "陈志强" || pen.Text("may_request_recusal") != "false" {
			t.Errorf("by the station's pen: %s", pen.Body)
		}
		if got := lin.Get("/complaints").Is(200); len(got.Value("items").([]any)) != 1 {
			t.Errorf("she lists the other side's: %s", got.Body)
		}
		for field, bad := range map[string]m{"mediator_id": {"mediator_id": town.Hong.Mediator}, "kind": {"kind": "K5"}, "text": {"text": " "}} {
			if got := lin.Post("/cases/"+c.ID+"/complaints", about(town.Su, bad)).Is(422); !strings.Contains(string(got.Body), `"`+field+`"`) {
				t.Errorf("%s: %s", field, got.Body)
			}
		}
		zheng, path := town.As(town.Zheng), "/complaints/"+made.Text("id")
		one := at(zheng, made).Post(path+"/take-up", nil).Is(200)
		at(zheng, one).Post(path+"/decide", m{"outcome": "ordered", "reason": "属实"}).Is(200)
		letters := town.Messages(c, "complaint_answer")
		if len(letters) != 1 || letters[0].To != "13800138000" || strings.Contains(letters[0].Text, "投诉") || strings.Contains(letters[0].Text, "苏惠敏") {
			t.Errorf("the message: %v", letters)
		}
	})
}

func TestR4_ByPages(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := hosted(town)
		lin, zheng := town.As(town.Lin), town.As(town.Zheng)
		home := "/mine/" + c.ID
		if !lin.Page("GET", home, nil).Is(200).Holds(home + "/complain") {
			t.Error("the way is not shown")
		}
		if !lin.Page("GET", home+"/complain", nil).Is(200).Holds(home + "/mediator") {
			t.Error("she is not told that she may ask for another mediator")
		}
		if !lin.Page("POST", home+"/complain", url.Values{"_key": {"a"}, "kind": {"K2"}}).Is(422).Holds("error-summary") {
			t.Error("nothing is said of what is missing")
		}
		to := lin.Page("POST", home+"/complain", url.Values{"_key": {"b"}, "kind": {"K2"}, "text": {said}, "mediator_id": {town.Su.Mediator.String()}}).Is(303).Header.Get("Location")
		if got := lin.Page("GET", to, nil).Is(200); !got.Holds("您反映的情况已经收到") || !got.Holds("已收到") {
			t.Errorf("after it: %s", got.Body)
		}
		path := "/complaints/" + zheng.Get("/complaints").Is(200).Text("items.0.id")
		if !zheng.Page("GET", "/complaints", nil).Is(200).Holds(path) || !zheng.Page("GET", path, nil).Is(200).Holds(said) {
			t.Error("the chair does not see it")
		}
		zheng.Page("POST", path+"/take-up", url.Values{"_key": {"c"}, "_version": {"1"}}).Is(303)
		zheng.Page("GET", path, nil).Is(200)
		if !zheng.Page("POST", path+"/decide", url.Values{"_key": {"d"}, "_version": {"2"}, "outcome": {"removal"}, "reason": {"属实"}}).Is(422).Holds("罢免或解聘由原选举或聘任单位决定") {
			t.Error("the unit is not asked for")
		}
		zheng.Page("POST", path+"/decide", url.Values{"_key": {"e"}, "_version": {"2"}, "outcome": {"criticised"}, "reason": {"属实"}, "decided_on": {string(town.Today())}}).Is(303)
		zheng.Page("POST", path+"/tell", url.Values{"_key": {"f"}, "_version": {"3"}, "channel": {"phone"}}).Is(303)
		if got := zheng.Page("GET", path, nil).Is(200); !got.Holds("已答复投诉人") || !got.Holds("批评教育") {
			t.Errorf("in the end: %s", got.Body)
		}
		if got := lin.Page("GET", home+"/complain", nil).Is(200); !got.Holds("批评教育") {
			t.Error("Lin is not shown what came of it")
		}
		desk := "/desk/cases/" + c.ID
		if !zheng.Page("GET", desk, nil).Is(200).Holds(desk+"/complain") || town.As(town.Su).Page("GET", desk, nil).Is(200).Holds("complain") {
			t.Error("who may record one for a party")
		}
		zheng.Page("GET", desk+"/complain", nil).Is(200)
		zheng.Page("POST", desk+"/complain", url.Values{"_key": {"g"}, "kind": {"K9"}, "text": {"态度冷淡"}, "mediator_id": {town.Su.Mediator.String()}, "party_id": {c.Respondent}}).Is(303)
		town.As(town.Su).Page("GET", desk+"/complain", nil).Is(404)
		town.As(town.County).Page("GET", path, nil).Is(200)
	})
}
