package casework_test

import (
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

func recovers(t *testing.T, town *housetest.Town, c *housetest.Case, phone string) int {
	t.Helper()
	if err := town.App.Cases.Recover(t.Context(), c.Reference, phone, "198.51.100.7"); err != nil {
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
