package casework_test

import (
	"net/http"
	"testing"

	"fengqiao/internal/housetest"
)

// Parties may choose who mediates (M4): each says for itself, the other side does not see it, and where all name the same
// one the desk is told so (M1). Nobody outside the committee, and nobody who withdrew, can be named.
func TestM4_PartiesNameTheMediatorTheyWouldLike(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		su := town.As(town.Su)
		su.Does(c, "ask-consent", nil).Is(200)
		letter := su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201)
		lin, chen := town.Party(c, c.Code), town.Party(c, letter.Text("letter.code"))
		lin.Post("/cases/"+c.ID+"/name-mediator", m{"mediator_id": town.Su.Mediator}).Is(200)
		if got := su.Sees(c).Text("chosen_mediator_id"); got != "" {
			t.Errorf("one side alone has chosen %s", got)
		}
		for why, who := range map[string]any{"of another committee": town.OtherMediator.Mediator, "nobody": c.Applicant} {
			if a := chen.Post("/cases/"+c.ID+"/name-mediator", m{"mediator_id": who}); a.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", why, a.Status)
			}
		}
		chen.Post("/cases/"+c.ID+"/name-mediator", m{"mediator_id": town.Su.Mediator, "party_id": c.Applicant}).Is(http.StatusForbidden)
		chen.Post("/cases/"+c.ID+"/name-mediator", m{"mediator_id": town.Su.Mediator}).Is(200)
		seen := su.Sees(c)
		if got := seen.Text("chosen_mediator_id"); got != town.Su.Mediator.String() {
			t.Errorf("both named Su, the desk reads %q", got)
		}
		if got := chen.Get("/cases/" + c.ID); got.Holds(`"named_mediator_id":"`+town.Su.Mediator.String()+`"`) == false || got.Holds("chosen_mediator_id") {
			t.Error("Chen reads", string(got.Body))
		}
		for i, p := range []string{"0", "1"} {
			if named := chen.Get("/cases/" + c.ID).Text("parties." + p + ".named_mediator_id"); (named != "") != (i == 1) {
				t.Errorf("Chen reads of party %s: %q", p, named)
			}
		}
		su.Sees(c)
		town.As(town.Zheng).Does(c, "reroute", m{"committee_id": town.Other.ID, "reason": "当事人住在那里"}).Is(200)
		if got := town.As(town.OtherChair).Sees(c).Text("chosen_mediator_id"); got != "" {
			t.Errorf("another committee reads that its parties chose %s", got)
		}
		town.As(town.OtherChair).Does(c, "reroute", m{"committee_id": town.Home.ID, "reason": "又搬回来"}).Is(200)
		lin.Post("/cases/"+c.ID+"/name-mediator", m{"mediator_id": town.Su.Mediator}).Is(200)
		chen.Post("/cases/"+c.ID+"/name-mediator", m{}).Is(200)
		if got := su.Sees(c).Text("chosen_mediator_id"); got != "" {
			t.Errorf("taken back, and still %s", got)
		}
	})
}
