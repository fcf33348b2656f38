package app_test

import (
	"errors"
	"net/url"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

// The machine's clock is put forward an hour, and back an hour. What was done stays done and in its order, what was sent again
// is what it was, nobody is shut out for longer than they would have been, and the record holds.
func TestTheClockJumps(t *testing.T) {
	for name, jump := range map[string]time.Duration{"forward": time.Hour, "back": -time.Hour} {
		t.Run(name, func(t *testing.T) {
			housetest.Each(t, func(t *testing.T, town *housetest.Town) {
				su := town.As(town.Su)
				c := town.As(town.Lin).Files()
				again := town.As(town.Lin).With("Idempotency-Key", "before the jump")
				filing := housetest.M{"source": "11", "category": "02", "area_code": string(housetest.Shaolin), "title": "楼上漏水", "facts": "天花板发霉", "request": "修好",
					"applicant": housetest.M{"name": "林秀英", "phone": "13900139001"}, "respondents": []housetest.M{{"name": "陈志强", "phone": "13900139002"}}}
				first := again.Post("/cases", filing).Is(201).Text("id")
				for range 6 {
					town.As(nil).Post("/sessions", housetest.M{"login": town.Wang.Login, "password": "a guess"})
				}

				town.Later(jump)
				if jump > 0 { // staff who did nothing for half an hour sign in again, and that is all
					su.Get("/cases/" + c.ID).Is(401)
				}
				if got := again.Post("/cases", filing).Is(201).Text("id"); got != first {
					t.Error("sent again after the jump, it is another case")
				}
				su = town.Again(town.Su)
				su.Sees(c).Is(200)
				su.Does(c, "ask-consent", nil).Is(200)
				su.Does(c, "assess-risk", housetest.M{"risk": 2, "reason": "邻里积怨"}).Is(200)
				later := town.As(town.Lin).Files()
				listed := map[string]int{}
				for cursor, pages := "", 0; pages < 9; pages++ {
					a := town.As(town.Lin).Get("/cases?limit=1" + cursor).Is(200)
					listed[a.Text("items.0.id")]++
					next := a.Text("next_cursor")
					if next == "" {
						break
					}
					cursor = "&cursor=" + url.QueryEscape(next)
				}
				if len(listed) != 3 || listed[c.ID] != 1 || listed[first] != 1 || listed[later.ID] != 1 {
					t.Errorf("listed %v", listed)
				}

				town.Later(16 * time.Minute) // the longest that guesses are made to wait
				town.As(nil).Post("/sessions", housetest.M{"login": town.Wang.Login, "password": housetest.Password}).Is(201)
				town.Later(-jump)
				town.SignInAgain()
				town.As(town.Su).Sees(c).Is(200)
				_, swept := town.App.Cases.Sweep(t.Context())
				_, sealed := town.App.Seals.Sweep(t.Context())
				if err := errors.Join(swept, sealed); err != nil {
					t.Error(err)
				}
				v, err := town.App.Verify(t.Context())
				if err != nil || len(v.Breaks) > 0 {
					t.Errorf("the record: %+v, %v", v, err)
				}
			})
		})
	}
}
