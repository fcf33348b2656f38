package casework_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

// A code is read as forgivingly as a reference: keyboards for Chinese write wide letters and long dashes.
func TestACodeIsReadAsAChineseKeyboardWritesIt(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		wide := strings.Map(func(r rune) rune { return r + '！' - '!' }, c.Code)
		for _, code := range []string{strings.ToLower(c.Code), strings.ReplaceAll(c.Code, "-", "—"), strings.ReplaceAll(c.Code, "-", " – "), strings.ReplaceAll(c.Code, "-", "\u3000"), wide} {
			town.As(nil).Post("/access", m{"reference": strings.ReplaceAll(c.Reference, "-", "—"), "code": code}).Is(http.StatusCreated)
		}
	})
}

// What a case is called are the words of whoever applied; the other side is told neutrally what it is about.
func TestP4_TheOtherSideDoesNotReadTheApplicantsWords(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files(m{"title": "丈夫多次打我"})
		chen := town.Party(c, town.As(town.Su).Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201).Text("letter.code"))
		for _, path := range []string{"/cases", "/cases/" + c.ID, "/cases/" + c.ID + "/timeline"} {
			if a := chen.Get(path).Is(200); a.Holds("打我") {
				t.Errorf("%s: %s", path, a.Body)
			}
		}
		if a := town.Party(c, c.Code).Get("/cases/" + c.ID).Is(200); !a.Holds("打我") {
			t.Errorf("the applicant's own: %s", a.Body)
		}
	})
}

// A code that no longer opens anything is not sent: what still waited for its hour is taken back with it.
func TestACodeThatIsReplacedIsNotSentAnyMore(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) { // Friday 6 March, 10:00
		c := town.As(nil).Files(both())
		su := town.As(town.Su)
		su.Sees(c)
		su.Does(c, "record-needs", m{"party_id": c.Respondent, "contact": "hours", "from_hour": 18, "to_hour": 20}).Is(200)
		invite := "/cases/" + c.ID + "/invitations"
		su.Post(invite, m{"party_id": c.Respondent, "channel": "sms"}).Is(201)
		su.Post(invite, m{"party_id": c.Respondent, "channel": "letter"}).Is(201)
		town.Later(8 * time.Hour)
		for _, one := range town.Delivered(c) {
			t.Errorf("sent although a letter took its place: %s", one.Text)
		}
		su = town.Again(town.Su)
		agent := power(town, c.Respondent, "evidence")
		agent["name"], agent["phone"] = "陈芳", "13700137000"
		su.Sees(c)
		su.Does(c, "add-helper", agent).Is(200)
		id := helper(c, "陈芳")
		for range 2 {
			su.Post(invite, m{"party_id": c.Respondent, "helper_id": id, "channel": "sms"}).Is(201)
		}
		if got := town.Messages(c); len(got) != 1 {
			t.Errorf("%d invitations to the agent", len(got))
		}
		su.Sees(c)
		su.Does(c, "end-helper", m{"helper_id": id, "reason": "x"}).Is(200)
		if got := town.Messages(c); len(got) != 0 {
			t.Errorf("an invitation to one who acts for nobody any more: %v", got)
		}
	})
}
