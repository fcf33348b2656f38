package counter_test

import (
	"net/http"
	"net/url"
	"regexp"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

var newCode = regexp.MustCompile(`查询码 ([0-9A-Z-]+)`)

// A lost code is sent anew to the telephone on record, once a day; the page says the same whatever was found, and the old
// code works until the new one is used.
func TestALostCodeIsSentToItsOwner(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		k := invited(t, d)
		asks := func(reference, phone string) {
			t.Helper()
			d.Comes().Opens("/follow/lost").Says("reference", reference, "contact", phone).Is(200, "/follow/lost").Reads("如果对得上，新的查询码已经发出").ReadsNot("林秀英")
		}
		sent := func() int { return len(town.Messages(k.Case, "recovery")) }
		asks("9999-ZZZZ", "13800138000")
		asks(k.Reference, "13900139999")
		if n := sent(); n != 0 {
			t.Fatalf("%d messages for a stranger", n)
		}
		d.Comes().Opens("/follow/lost").Says("reference", k.Reference, "contact", "123").Is(422, "/follow/lost").Reads(`href="#f-contact"`)
		asks(k.Reference, "138 0013 8000")
		asks(k.Reference, "13800138000")
		if n := sent(); n != 1 {
			t.Fatalf("%d messages, want one a day", n)
		}
		code := newCode.FindStringSubmatch(town.Messages(k.Case, "recovery")[0].Text)[1]
		d.Comes().Opens("/follow").Says("reference", k.Reference, "code", k.Code).Is(200, k.home()) // nobody was shut out
		d.Comes().Opens("/follow").Says("reference", k.Reference, "code", code).Is(200, k.home())
		d.Comes().Opens("/follow").Says("reference", k.Reference, "code", k.Code).Is(422, "/follow")
		k.lin.Opens(k.home()).ReadsNot("林秀英") // what the lost code had opened is shut
		town.Later(25 * time.Hour)
		k.lin = d.Comes()
		k.lin.Opens("/follow").Says("reference", k.Reference, "code", code).Is(200, k.home())
		k.lin.Opens(k.home()+"/needs").Says("contact", "no_message")
		asks(k.Reference, "13800138000")
		if n := sent(); n != 0 {
			t.Errorf("%d messages although none is wanted", n)
		}
	})
}

// Asking for a lost code again and again is slowed in the same way, whether there is such a case or not.
func TestT15_AskingForALostCodeIsSlowed(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		for _, reference := range []string{c.Reference, "9999-ZZZZ"} {
			var mu sync.Mutex
			var all sync.WaitGroup
			looked := map[int]int{}
			for range 24 {
				all.Go(func() {
					a := town.As(nil).From("198.51.100.7").Page("POST", "/follow/lost", url.Values{"reference": {reference}, "contact": {"13900139000"}})
					mu.Lock()
					defer mu.Unlock()
					looked[a.Status]++
				})
			}
			all.Wait()
			if looked[http.StatusOK] != 20 || looked[http.StatusTooManyRequests] != 4 {
				t.Errorf("%s, asked 24 times: %v", reference, looked)
			}
		}
		if got := town.As(nil).From("198.51.100.7").Page("POST", "/follow", url.Values{"reference": {c.Reference}, "code": {c.Code}}).Status; got != http.StatusSeeOther {
			t.Errorf("with the right code: %d", got)
		}
	})
}

// Who guesses on from one address has to wait; who comes from another does not, and the case is never locked (T15).
func TestT15_GuessingIsSlowedForItsAddressAlone(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		comes := func(from, code string) int {
			return town.As(nil).From(from).Page("POST", "/follow", url.Values{"reference": {c.Reference}, "code": {code}}).Status
		}
		looked := map[int]int{}
		for range 24 {
			looked[comes("198.51.100.7", "AAAA-AAAA-AAAAA")]++
		}
		if looked[http.StatusUnprocessableEntity] != 20 || looked[http.StatusTooManyRequests] != 4 {
			t.Errorf("24 guesses: %v", looked)
		}
		if got := comes("203.0.113.9", c.Code); got != http.StatusSeeOther {
			t.Errorf("from elsewhere with the right code: %d", got)
		}
		if got := comes("198.51.100.7", c.Code); got != http.StatusTooManyRequests {
			t.Errorf("from there with the right code: %d", got)
		}
		town.Later(6 * time.Minute)
		if got := comes("198.51.100.7", c.Code); got != http.StatusSeeOther {
			t.Errorf("after the wait: %d", got)
		}
	})
}
