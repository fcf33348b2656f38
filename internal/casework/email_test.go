package casework_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

const linMail, chenMail = "lin@example.com", "chen@example.com"

// Who has no mobile telephone but an e-mail address is written to there; who has both, as it chose.
func TestMessagesGoByTheWayThatAPartyHasOrChose(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		body := both()
		body["applicant"].(m)["email"] = linMail
		chen := body["respondents"].([]m)[0]
		chen["phone"], chen["email"] = "0595-22281234", " "+chenMail
		c := town.As(nil).Files(body)
		su := town.As(town.Su)
		went := func() string {
			var out []string
			for _, one := range town.Delivered(c) {
				out = append(out, one.Channel+" "+one.Kind+" "+one.To)
			}
			slices.Sort(out)
			return strings.Join(out, ", ")
		}
		su.Sees(c)
		su.Accepted(c)
		if got, want := went(), "sms accepted "+linPhone+", sms answered "+linPhone; got != want {
			t.Errorf("Lin has both and chose nothing: %s", got)
		}
		su.Does(c, "record-needs", m{"party_id": c.Applicant, "channel": "email"}).Is(200)
		if got := c.Last.Text("parties.0.needs.email"); got != linMail {
			t.Errorf("left out, the address stays: %q", got)
		}
		if got := went(); got != "sms address_changed "+linPhone {
			t.Errorf("where it went until now: %s", got)
		}
		su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(200)
		if got := went(); !strings.Contains(got, "email ended "+linMail) || !strings.Contains(got, "email ended "+chenMail) || strings.Contains(got, "sms") {
			t.Errorf("Lin chose e-mail, and Chen has nothing else: %s", got)
		}
	})
}

func TestAnAddressIsCheckedKeptSealedAndTakenAway(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files(both())
		su := town.As(town.Su)
		su.Does(c, "record-needs", m{"party_id": c.Applicant, "channel": "email"}).Is(422)
		su.Does(c, "record-needs", m{"party_id": c.Applicant, "email": "nowhere"}).Is(422)
		su.Does(c, "record-needs", m{"party_id": c.Applicant, "channel": "pigeon"}).Is(422)
		su.Does(c, "record-needs", m{"party_id": c.Applicant, "channel": "email", "email": linMail}).Is(200)
		pool, err := town.Store.Pool()
		if err != nil {
			t.Fatal(err)
		}
		var sealed []byte
		if err := pool.QueryRow("SELECT email_sealed FROM case_parties WHERE email_sealed IS NOT NULL").Scan(&sealed); err != nil || strings.Contains(string(sealed), "lin") {
			t.Errorf("%v: it lies open", err)
		}
		if chen := town.Party(c, su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201).Text("letter.code")); chen.Get("/cases/" + c.ID).Is(200).Holds(linMail) {
			t.Error("the other side reads it")
		}
		su.Sees(c)
		su.Does(c, "record-needs", m{"party_id": c.Applicant, "email": ""}).Is(200)
		if got := c.Last.Text("parties.0.needs.email"); got != "" {
			t.Errorf("taken away, but there is %q", got)
		}
	})
}

// An invitation by e-mail goes to the address that is named, else to the one on record; and what follows goes there too.
func TestAnInvitationByEmail(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		su := town.As(town.Su)
		su.Sees(c)
		path := "/cases/" + c.ID + "/invitations"
		su.Post(path, m{"party_id": c.Respondent, "channel": "email"}).Is(422)
		su.Post(path, m{"party_id": c.Respondent, "channel": "email", "email": "chen"}).Is(422)
		if got := su.Post(path, m{"party_id": c.Respondent, "channel": "email", "email": chenMail}).Is(201).Text("sent_to"); got != "c****@example.com" {
			t.Errorf("sent to %s", got)
		}
		got := town.Delivered(c)
		su.Post(path, m{"party_id": c.Respondent, "channel": "email"}).Is(201)
		if got = append(got, town.Delivered(c)...); len(got) != 2 || got[0].To != chenMail || got[1].To != chenMail || got[1].Channel != "email" {
			t.Errorf("invited by %v", got)
		}
	})
}

// Who has no mobile telephone signs with a code that came by e-mail.
func TestASigningCodeGoesByEmailToo(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		body := housetest.Leak()
		body["applicant"].(m)["phone"], body["applicant"].(m)["email"] = "0595-22281234", linMail
		c := town.As(nil).Files(body)
		su := town.As(town.Su)
		su.Sees(c)
		su.Met(c, town.Su)
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		lin := town.Party(c, c.Code)
		if got := lin.Post("/cases/"+c.ID+"/signing-codes", nil).Is(201).Text("sent_to"); got != "l****@example.com" {
			t.Errorf("sent to %s", got)
		}
		lin.Post("/cases/"+c.ID+"/sign", m{"kind": "code", "text_hash": c.Last.Text("agreements.0.text_hash"), "code": town.LastMessage(c, "signing_code")}).Is(200)
	})
}

// An address that a party entered itself takes no code for signing at once (P8): whoever holds its access code alone must
// not be able to sign by naming an address of their own. What staff entered does.
func TestP8_AnAddressOfYesterdayTakesACodeForSigning(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		su := town.As(town.Su)
		su.Sees(c)
		su.Met(c, town.Su)
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		lin := town.Party(c, c.Code)
		lin.Post("/cases/"+c.ID+"/record-needs", m{"contact": "any", "channel": "email", "email": linMail}).Is(200)
		if a := lin.Post("/cases/"+c.ID+"/signing-codes", nil).Is(http.StatusConflict); a.Text("code") != "email_new" {
			t.Errorf("%s", a.Body)
		}
		lin.Post("/cases/"+c.ID+"/record-needs", m{"contact": "any", "channel": "sms", "email": linMail}).Is(200)
		lin.Post("/cases/"+c.ID+"/signing-codes", nil).Is(201) // to the telephone that was always hers
		lin.Post("/cases/"+c.ID+"/record-needs", m{"contact": "any", "channel": "email", "email": linMail}).Is(200)
		town.Later(25 * time.Hour)
		lin = town.Party(c, c.Code)
		if got := lin.Post("/cases/"+c.ID+"/signing-codes", nil).Is(201).Text("sent_to"); got != "l****@example.com" {
			t.Errorf("sent to %s", got)
		}
		su = town.Again(town.Su)
		su.Sees(c)
		su.Does(c, "record-needs", m{"party_id": c.Applicant, "contact": "any", "channel": "email", "email": "lin2@example.com"}).Is(200)
		lin.Post("/cases/"+c.ID+"/signing-codes", nil).Is(201)
	})
}

// An address of which the former one was not told never takes a code by itself: nobody could have said that it was not theirs.
// It does when staff have entered it.
func TestP8_AnAddressOfWhichNobodyWasToldTakesNoCode(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		for _, ways := range [][]m{
			{{"contact": "any", "channel": "email", "email": linMail, "former_unsafe": true}},
			{{"contact": "no_message"}, {"contact": "any", "channel": "email", "email": linMail}},
			{{"contact": "hours", "from_hour": 3, "to_hour": 4}, {"channel": "email", "email": linMail}, {"contact": "no_message", "channel": "email"}, {"contact": "any", "channel": "email"}},
		} {
			town.Later(time.Second)
			c := town.As(nil).Files(m{"title": ways[0]["contact"]})
			su := town.Again(town.Su)
			su.Sees(c)
			su.Met(c, town.Su)
			su.Does(c, "fix-agreement", c.Terms()).Is(200)
			town.Delivered(c)
			lin := town.Party(c, c.Code)
			for _, body := range ways {
				lin.Post("/cases/"+c.ID+"/record-needs", body).Is(200)
			}
			town.Later(50 * time.Hour)
			for _, one := range town.Delivered(c) {
				if one.Kind == "address_changed" {
					t.Errorf("%v: it was told: %v", ways, one)
				}
			}
			town.Party(c, c.Code).Post("/cases/"+c.ID+"/signing-codes", nil).Refuses("email_untold")
			su = town.Again(town.Su)
			su.Sees(c)
			su.Does(c, "record-needs", m{"party_id": c.Applicant, "channel": "email", "email": "lin3@example.com"}).Is(200)
			town.Party(c, c.Code).Post("/cases/"+c.ID+"/signing-codes", nil).Is(201)
		}
	})
}

// No messages stays no messages until somebody says otherwise: a program that leaves it out changes nothing.
func TestWhatIsLeftOutOfNeedsLetsNoMessageThrough(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		lin := town.Party(c, c.Code)
		contact := func() string { return lin.Get("/cases/" + c.ID).Text("parties.0.needs.contact") }
		for _, step := range []struct {
			body m
			want string
		}{{m{"contact": "no_message"}, "no_message"}, {m{"language": "闽南语"}, "no_message"}, {m{"contact": "any"}, ""}, {m{"contact": "hours", "from_hour": 18, "to_hour": 20}, "hours"}, {m{}, "hours"}} {
			lin.Post("/cases/"+c.ID+"/record-needs", step.body).Is(200)
			if got := contact(); got != step.want {
				t.Errorf("after %v: %q", step.body, got)
			}
		}
		if got := lin.Get("/cases/" + c.ID).Text("parties.0.needs.from_hour"); got != "18" {
			t.Errorf("from %s", got)
		}
	})
}

// Whoever holds a party's access code alone cannot have a code that is already on its way come to an address of their own:
// it is taken back, and goes neither there nor to the address that was given up.
func TestP8_ACodeOnItsWayDoesNotFollowAChangedAddress(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		su := town.As(town.Su)
		su.Sees(c)
		su.Met(c, town.Su)
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		town.Delivered(c)
		lin := town.Party(c, c.Code)
		lin.Post("/cases/"+c.ID+"/signing-codes", nil).Is(201)
		if err := town.App.Cases.Recover(t.Context(), c.Reference, linPhone, "198.51.100.7"); err != nil {
			t.Fatal(err)
		}
		lin.Post("/cases/"+c.ID+"/record-needs", m{"contact": "any", "channel": "email", "email": linMail}).Is(200)
		for _, one := range town.Delivered(c) {
			if one.Kind == "signing_code" || one.Kind == "recovery" {
				t.Errorf("%s by %s to %s", one.Kind, one.Channel, one.To)
			}
		}
	})
}
