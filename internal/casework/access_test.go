package casework_test

import (
	"net/http"
	"strings"
	"testing"

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
