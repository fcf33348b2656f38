package casework_test

import (
	"testing"

	"fengqiao/internal/housetest"
)

// invites files a case and brings both sides in, each with its own code.
func invites(town *housetest.Town) (c *housetest.Case, lin, chen housetest.Hand) {
	c = town.As(nil).Files(m{"title": "陈志强砸我家门"})
	su := town.As(town.Su)
	su.Does(c, "ask-consent", nil).Is(200)
	letter := su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201)
	lin, chen = town.Party(c, c.Code), town.Party(c, letter.Text("letter.code"))
	su.Sees(c)
	return c, lin, chen
}

// That the other side handed something in for the mediator alone is told by the interface no more than by the page.
func TestWhatOneSideHandsInIsInNoTimelineOfTheOther(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c, lin, chen := invites(town)
		lin.SendAny("POST", "/cases/"+c.ID+"/attachments", housetest.File{Name: "a.png", Content: housetest.Pixel}).Is(201)
		if !lin.Get("/cases/" + c.ID + "/timeline").Is(200).Holds(`"attach"`) {
			t.Error("who handed it in does not read so")
		}
		if chen.Get("/cases/" + c.ID + "/timeline").Is(200).Holds(`"attach"`) {
			t.Error("the other side reads that something was handed in")
		}
	})
}

// The words in which one side calls the matter are its own: the other is told the kind of dispute, without accusation.
func TestTheOtherSideIsToldNeutrallyWhatItIsAbout(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c, lin, chen := invites(town)
		if !lin.Get("/cases/" + c.ID).Holds("砸我家门") {
			t.Error("the applicant does not read its own words")
		}
		for _, path := range []string{"/cases/" + c.ID, "/cases/" + c.ID + "/timeline", "/cases/" + c.ID + "/receipt", "/cases"} {
			if a := chen.Get(path); a.Holds("砸我家门") {
				t.Errorf("the other side reads the applicant's words in %s: %s", path, a.Body)
			}
		}
	})
}
