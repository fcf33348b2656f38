package casework_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/housetest"
)

// sayings collects what was sent to each side, by kind, and looks at the language of every message.
type sayings struct {
	t     *testing.T
	reads map[string]string // by telephone
	heard map[string]map[string]bool
}

func (s *sayings) hear(all []casework.Message) {
	s.t.Helper()
	for _, one := range all {
		chinese := strings.ContainsFunc(one.Text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
		begins := strings.HasPrefix(one.Text, map[bool]string{true: "【人民调解】", false: "[People's mediation] "}[chinese])
		if one.To != "13700137000" && chinese == (s.reads[one.To] == "en") || !begins || strings.Contains(one.Text, "%!") {
			s.t.Errorf("%s to %s, who reads %s: %s", one.Kind, one.To, s.reads[one.To], one.Text)
		}
		if _, ok := codes.MessageKinds.Find(one.Kind); !ok {
			s.t.Errorf("a party's page has no words for %s", one.Kind)
		}
		if s.heard[one.To] == nil {
			s.heard[one.To] = map[string]bool{}
		}
		s.heard[one.To][one.Kind] = true
	}
}

// does walks through steps of the one who works the case, hearing what comes of each.
func (s *sayings) does(town *housetest.Town, c *housetest.Case, steps []step) {
	s.t.Helper()
	su := town.Again(town.Su)
	for _, one := range steps {
		town.Later(time.Second)
		body := m{}
		if one.body != nil {
			body = one.body()
		}
		su.Does(c, one.event, body).Is(200)
		s.hear(town.Delivered(c))
	}
}

// byThemselves are messages that the parties bring about: a code that was lost, an agent's act, the answer to a complaint.
func (s *sayings) byThemselves(town *housetest.Town, c *housetest.Case) {
	s.t.Helper()
	su := town.Again(town.Su)
	for party, phone := range map[string]string{c.Applicant: linPhone, c.Respondent: chenPhone} {
		if err := town.App.Cases.Recover(s.t.Context(), c.Reference, phone, "198.51.100.7"); err != nil {
			s.t.Fatal(err)
		}
		s.hear(town.Delivered(c))
		by := town.Party(c, su.Post("/cases/"+c.ID+"/invitations", m{"party_id": party, "channel": "letter"}).Is(201).Text("letter.code"))
		made := by.Post("/cases/"+c.ID+"/complaints", m{"mediator_id": town.Su.Mediator, "kind": "K2", "text": "说话难听"}).Is(201)
		path, zheng := "/complaints/"+made.Text("id"), town.Again(town.Zheng)
		taken := zheng.With("If-Match", made.Header.Get("ETag")).Post(path+"/take-up", nil).Is(200)
		zheng.With("If-Match", taken.Header.Get("ETag")).Post(path+"/decide", m{"outcome": "unfounded", "reason": "不属实"}).Is(200)
		if own, staff := by.Get("/cases/"+c.ID+"/messages").Is(200), su.Get("/cases/"+c.ID+"/messages").Is(200); !own.Holds("complaint_answer") || staff.Holds("complaint_answer") {
			s.t.Errorf("R4: of a complaint only whoever made it is told: %s, staff %s", own.Body, staff.Body)
		}
		su.Sees(c)
		agent := power(town, party, "evidence")
		agent["name"], agent["phone"] = map[string]string{linPhone: "林芳", chenPhone: "陈芳"}[phone], "13700137000"
		su.Does(c, "add-helper", agent).Is(200)
		comes(town, su, c, party, agent["name"].(string)).SendAny("POST", "/cases/"+c.ID+"/attachments", housetest.File{Name: "a.png", Content: housetest.Pixel}).Is(201)
		su.Sees(c)
		su.Does(c, "end-helper", m{"helper_id": helper(c, agent["name"].(string)), "reason": "x"}).Is(200)
	}
	s.hear(town.Delivered(c))
}

// signing are the codes with which the parties could sign.
func (s *sayings) signing(town *housetest.Town, c *housetest.Case) {
	s.t.Helper()
	su := town.Again(town.Su)
	for _, party := range []string{c.Applicant, c.Respondent} {
		by := town.Party(c, su.Post("/cases/"+c.ID+"/invitations", m{"party_id": party, "channel": "letter"}).Is(201).Text("letter.code"))
		by.Post("/cases/"+c.ID+"/signing-codes", nil).Is(201)
	}
	su.Sees(c)
	s.hear(town.Delivered(c))
}

// swept is what time alone brings about in some days.
func (s *sayings) swept(town *housetest.Town, c *housetest.Case, days int) {
	s.t.Helper()
	for range days {
		town.Later(day)
		if _, err := town.App.Cases.Sweep(context.Background()); err != nil {
			s.t.Fatal(err)
		}
	}
	town.Again(town.Su).Sees(c)
	s.hear(town.Delivered(c))
}

// Every kind of message comes in the language that its party reads, whichever side that is.
func TestMessagesComeInTheLanguageThatEachReads(t *testing.T) {
	for name, reads := range map[string]map[string]string{"Chen": {linPhone: "zh-CN", chenPhone: "en"}, "Lin": {linPhone: "en", chenPhone: ""}} {
		t.Run(name+" reads English", func(t *testing.T) {
			housetest.Each(t, func(t *testing.T, town *housetest.Town) {
				s := &sayings{t: t, reads: reads, heard: map[string]map[string]bool{}}
				body := both()
				body["applicant"].(m)["reads"] = reads[linPhone]
				c := town.As(nil).Files(body)
				su := town.As(town.Su)
				su.Sees(c)
				su.Does(c, "record-needs", m{"party_id": c.Respondent, "reads": reads[chenPhone]}).Is(200)
				for _, party := range []string{c.Applicant, c.Respondent} {
					su.Post("/cases/"+c.ID+"/invitations", m{"party_id": party, "channel": "sms"}).Is(201)
				}
				su.Sees(c)
				s.does(town, c, opening(town, c))
				s.byThemselves(town, c)
				s.does(town, c, meetings(town, c))
				s.does(town, c, []step{{"schedule-session", meets(town, 30, nil), ""}})
				s.swept(town, c, 2)
				ending := settling(town, c)
				s.does(town, c, ending[:3])
				s.signing(town, c)
				s.does(town, c, ending[3:7])
				s.swept(town, c, 14)
				s.does(town, c, ending[7:])
				s.heardAll()
			})
		})
	}
}

func (s *sayings) heardAll() {
	s.t.Helper()
	want := []string{"agent_acted", "complaint_answer", "ended", "goes_on", "in_force", "invitation", "recovery", "reminder", "session", "session_cancelled", "session_moved",
		"session_reminder", "signing_code", "to_sign"}
	for phone, more := range map[string][]string{linPhone: {"accepted", "answered", "said_done"}, chenPhone: {"said_undone"}} {
		for _, kind := range append(slices.Clone(want), more...) {
			if !s.heard[phone][kind] {
				s.t.Errorf("%s was never sent to %s: %v", kind, phone, slices.Sorted(maps.Keys(s.heard[phone])))
			}
		}
	}
}
