package casework_test

import (
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

func recovers(t *testing.T, town *housetest.Town, c *housetest.Case, contact string) int {
	t.Helper()
	if err := town.App.Cases.Recover(t.Context(), c.Reference, contact, "198.51.100.7"); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, m := range town.Delivered(c) {
		if m.Kind == "recovery" {
			n++
		}
	}
	return n
}

// A code that is sent anew is no way around the invitation: before the committee has asked it, the other side learns from
// nobody who has seen the reference that there is a case.
func TestACodeIsSentAnewOnlyToWhoHadOne(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		body := housetest.Leak()
		body["respondents"].([]m)[0]["phone"] = "13900139000"
		c := town.As(nil).Files(body)
		if n := recovers(t, town, c, "13900139000"); n != 0 {
			t.Errorf("%d messages to a party that nobody has invited", n)
		}
		town.Again(town.Su).Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201)
		if n := recovers(t, town, c, "13900139000"); n != 1 {
			t.Errorf("%d messages once it was invited, want 1", n)
		}
	})
}

// Whoever asks many times at once learns no more than whoever asks once: the right pair is answered like a wrong one, and one code is
// sent. Two that ask for the same case would else meet in its version, which no wrong pair has (T15).
func TestT15_TheRightPairAskedManyTimesAtOnceIsAnsweredLikeAWrongOne(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		begin := make(chan struct{})
		var all sync.WaitGroup
		for i := range 12 {
			contact := []string{"13800138000", "13900139999"}[i%2]
			all.Go(func() {
				<-begin
				a := town.As(nil).From("198.51.100.7").Page("POST", "/follow/lost", url.Values{"reference": {c.Reference}, "contact": {contact}})
				if a.Status != http.StatusOK {
					t.Errorf("%s: %d", contact, a.Status)
				}
			})
		}
		close(begin)
		all.Wait()
		if n := len(town.Messages(c, "recovery")); n != 1 {
			t.Errorf("%d messages, want 1", n)
		}
	})
}

// Husband and wife with one telephone: a code that is sent to it would let one in as the other.
func TestACodeIsNotSentAnewToATelephoneOfTwoParties(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		body := housetest.Leak()
		body["respondents"].([]m)[0]["phone"] = "13800138000"
		c := town.As(nil).Files(body)
		if n := recovers(t, town, c, "13800138000"); n != 1 {
			t.Errorf("%d messages while only one has come, want 1", n)
		}
		town.Again(town.Su).Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201)
		town.Later(25 * time.Hour)
		if n := recovers(t, town, c, "13800138000"); n != 0 {
			t.Errorf("%d messages to a telephone that two share", n)
		}
	})
}

// Who is written to by e-mail has a new code by e-mail, in the same rules: once a day, where they are on record, and told
// to nobody. A telephone that a party does not want to be written to gets none: somebody else may read there.
func TestACodeIsSentAnewByEmailToWhoIsWrittenToThere(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		body := housetest.Leak()
		body["applicant"].(m)["phone"], body["applicant"].(m)["email"] = "0595-22281234", linMail
		c := town.As(nil).Files(body)
		for _, wrong := range []string{"other@example.com", "0595-22281234", "13800138000"} {
			if n := recovers(t, town, c, wrong); n != 0 {
				t.Errorf("%d messages for %s", n, wrong)
			}
		}
		if err := town.App.Cases.Recover(t.Context(), c.Reference, " Lin@Example.com ", "198.51.100.7"); err != nil {
			t.Fatal(err)
		}
		got := town.Delivered(c)
		if len(got) != 1 || got[0].Kind != "recovery" || got[0].Channel != "email" || got[0].To != linMail {
			t.Fatalf("sent: %v", got)
		}
		if n := recovers(t, town, c, linMail); n != 0 {
			t.Errorf("%d more on the same day", n)
		}
		town.Later(25 * time.Hour)
		if n := recovers(t, town, c, linMail); n != 1 {
			t.Errorf("%d on the next day, want 1", n)
		}
	})
}

func TestACodeIsSentAnewOnlyByTheWayThatAPartyChose(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		body := housetest.Leak()
		body["applicant"].(m)["email"] = linMail
		c := town.As(nil).Files(body)
		if n := recovers(t, town, c, linMail); n != 0 {
			t.Errorf("%d messages to an address while it is written to by telephone", n)
		}
		su := town.As(town.Su)
		su.Sees(c)
		su.Does(c, "record-needs", m{"party_id": c.Applicant, "channel": "email"}).Is(200)
		if n := recovers(t, town, c, linPhone); n != 0 {
			t.Errorf("%d messages to the telephone that it left", n)
		}
		if n := recovers(t, town, c, linMail); n != 1 {
			t.Errorf("%d messages to the address that it chose, want 1", n)
		}
	})
}

// An address that came in by an access code alone takes no new code (P8): whoever found the code could keep the party out.
func TestP8_AnAddressOfYesterdayTakesNoNewCode(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		town.Party(c, c.Code).Post("/cases/"+c.ID+"/record-needs", m{"contact": "any", "channel": "email", "email": linMail}).Is(200)
		if n := recovers(t, town, c, linMail); n != 0 {
			t.Errorf("%d messages at once", n)
		}
		town.Later(25 * time.Hour)
		if n := recovers(t, town, c, linMail); n != 1 {
			t.Errorf("%d messages after a day, want 1", n)
		}
	})
}

// Two with one e-mail address are told apart at the desk, like two with one telephone.
func TestACodeIsNotSentAnewToAnAddressOfTwoParties(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		body := housetest.Leak()
		body["applicant"].(m)["phone"], body["applicant"].(m)["email"] = "0595-22281234", linMail
		body["respondents"].([]m)[0]["email"] = linMail
		c := town.As(nil).Files(body)
		town.As(town.Su).Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201)
		if n := recovers(t, town, c, linMail); n != 0 {
			t.Errorf("%d messages to an address that two share", n)
		}
	})
}
