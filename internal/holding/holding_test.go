package holding_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/holding"
	"fengqiao/internal/housetest"
)

type m = housetest.M

// bounded is a town with narrow bounds.
func bounded(t *testing.T, b holding.Bounds, fn func(t *testing.T, town *housetest.Town)) {
	t.Helper()
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.App.Holding.Bounds = b
		fn(t, town)
	})
}

const wide = 1000

func leak(phone string) m {
	body := housetest.Leak()
	body["applicant"] = m{"kind": "person", "name": "林秀英", "phone": phone}
	return body
}

// Each bound lets in as many as it says and holds the next, and its time ends.
func TestEachBoundHoldsTheNext(t *testing.T) {
	for _, one := range []struct {
		of     string
		bounds holding.Bounds
		phone  func(i int) string
		from   func(i int) string
		within time.Duration
	}{
		{holding.OfPhone, holding.Bounds{Phone: 2, Address: wide, Committee: wide}, func(int) string { return "138 0013 8000" }, func(i int) string { return fmt.Sprintf("198.51.100.%d", i+1) }, 24 * time.Hour},
		{holding.OfAddress, holding.Bounds{Phone: wide, Address: 2, Committee: wide}, func(i int) string { return fmt.Sprintf("1380013800%d", i) }, func(i int) string { return fmt.Sprintf("2001:db8:0:7::%d", i+1) }, time.Hour},
		{holding.OfCommittee, holding.Bounds{Phone: wide, Address: wide, Committee: 2}, func(i int) string { return fmt.Sprintf("1380013800%d", i) }, func(i int) string { return fmt.Sprintf("198.51.100.%d", i+1) }, time.Hour},
	} {
		t.Run(one.of, func(t *testing.T) {
			bounded(t, one.bounds, func(t *testing.T, town *housetest.Town) {
				files := func(i int) housetest.Answer { return town.As(nil).From(one.from(i)).Post("/cases", leak(one.phone(i))) }
				files(0).Is(201)
				files(1).Is(201)
				held := files(2).Is(202)
				if held.Text("held.received_at") == "" || held.Text("reference") == "" || held.Text("access_code") == "" {
					t.Errorf("told %s", held.Body)
				}
				seen := town.As(town.Su).Get("/held-filings").Is(200)
				if seen.Text("items.0.bound") != one.of || seen.Text("items.1.id") != "" {
					t.Errorf("%s", seen.Body)
				}
				town.As(town.Lin).Post("/cases", leak(one.phone(3))).Is(201) // who is known never waits
				town.As(town.Su).Post("/cases", leak(one.phone(3))).Is(201)
				town.Later(one.within)
				files(3).Is(201)
			})
		})
	}
}

// Whoever filed has a code, and a code is no way round: until a committee has taken the case up, it speaks for nobody.
func TestACodeOfOnesOwnIsNoWayRound(t *testing.T) {
	bounded(t, holding.Bounds{Phone: 1, Address: wide, Committee: wide}, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		town.Party(c, c.Code).Post("/cases", leak("13800138000")).Is(202)
		town.Party(c, c.Code).Does(c, "request-end", m{"reason_code": "T2", "reason": "先不调解了"}) // what a party may do by itself
		town.Party(c, c.Code).Does(c, "reconsider", m{})
		town.Party(c, c.Code).Post("/cases", leak("13800138000")).Is(202)
		other := town.As(town.Lin).Files()
		town.As(town.Su).Hosted(other, town.Su)
		town.Party(other, other.Code).Post("/cases", leak("13800138000")).Is(201)
	})
}

// What is wrong with a filing is said at once, also of one that would wait; and it is not counted.
func TestABadFilingIsNotHeld(t *testing.T) {
	bounded(t, holding.Bounds{Phone: 1, Address: wide, Committee: wide}, func(t *testing.T, town *housetest.Town) {
		bad := leak("13800138000")
		bad["facts"] = ""
		town.As(nil).Post("/cases", bad).Is(422)
		town.As(nil).Post("/cases", leak("13800138000")).Is(201)
		town.As(nil).Post("/cases", bad).Is(422)
		if got := town.As(town.Su).Get("/held-filings").Is(200); got.Text("items.0.id") != "" {
			t.Errorf("%s", got.Body)
		}
	})
}

// Sent twice under the same one-time key it is one held filing, with the same code; and so when it has become a case.
func TestAHeldFilingSentTwiceIsOne(t *testing.T) {
	bounded(t, holding.Bounds{Phone: 1, Address: wide, Committee: wide}, func(t *testing.T, town *housetest.Town) {
		town.As(nil).Files()
		once := town.As(nil).With("Idempotency-Key", "the-same-form")
		first, second := once.Post("/cases", leak("13800138000")).Is(202), once.Post("/cases", leak("13800138000")).Is(202)
		if string(first.Body) != string(second.Body) {
			t.Errorf("first %s\nthen %s", first.Body, second.Body)
		}
		if got := town.As(town.Su).Get("/held-filings").Is(200); got.Text("items.1.id") != "" {
			t.Errorf("held twice: %s", got.Body)
		}
		id := first.Text("id")
		town.As(town.Su).Post("/held-filings/"+id+"/release", nil).Is(200)
		town.As(town.Su).Post("/held-filings/"+id+"/release", nil).Refuses("held_settled")
		third := once.Post("/cases", leak("13800138000"))
		if third.Text("id") != id || third.Text("access_code") != first.Text("access_code") || third.Text("held") != "" {
			t.Errorf("once more: %d %s", third.Status, third.Body)
		}
	})
}

var changing = regexp.MustCompile(`"[^"]*(_at|due|on)":"[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}|"intake_no":"[^"]*"|"reference":"[^"]*"|"id":"[^"]*"|"party_id":"[^"]*"`)

// A filing that was let in is the case that it would have been; its time runs from when it came, and its code opens it.
func TestAReleasedFilingIsTheCaseItWouldHaveBeen(t *testing.T) {
	bounded(t, holding.Bounds{Phone: 1, Address: wide, Committee: wide}, func(t *testing.T, town *housetest.Town) {
		direct := town.As(nil).Files()
		came := town.Clock.Now()
		held := town.As(nil).Post("/cases", housetest.Leak()).Is(202)
		id, code := held.Text("id"), held.Text("access_code")
		town.As(nil).Post("/access", m{"reference": held.Text("reference"), "code": code}).Refuses("held")
		town.As(nil).Post("/access", m{"reference": held.Text("reference"), "code": "AAAA-AAAA-AAAAA"}).Is(401)
		town.As(town.Su).Get("/cases/" + id).Is(404)
		town.Later(26 * time.Hour)
		town.SignInAgain()
		town.As(town.Su).Post("/held-filings/"+id+"/release", nil).Is(200)
		one, other := town.As(town.Su).Get("/cases/"+direct.ID).Is(200), town.As(town.Su).Get("/cases/"+id).Is(200)
		if a, b := changing.ReplaceAllString(string(one.Body), "*"), changing.ReplaceAllString(string(other.Body), "*"); a != b {
			t.Errorf("filed directly\n%s\nreleased\n%s", a, b)
		}
		if got := other.Text("registered_at"); got != came.UTC().Format(time.RFC3339Nano) || other.Text("clocks.0.due") != one.Text("clocks.0.due") {
			t.Errorf("registered at %s, %s", got, other.Text("clocks.0.due"))
		}
		if other.Text("reference") != held.Text("reference") {
			t.Error("another reference")
		}
		town.As(nil).Post("/access", m{"reference": held.Text("reference"), "code": code}).Is(201)
	})
}

// Held filings are no cases: figures, lists and search are the same with many of them, and when they are dropped.
func TestHeldFilingsAreCountedNowhere(t *testing.T) {
	bounded(t, holding.Bounds{Phone: 1, Address: wide, Committee: wide}, func(t *testing.T, town *housetest.Town) {
		town.As(nil).Files()
		look := func() string {
			var out strings.Builder
			for _, path := range []string{"/cases", "/cases?q=漏水", "/reports/funnel?area=350503&from=2026-01-01&to=2026-12-31", "/reports/briefing?area=3505&from=2020-01-01&to=2026-12-31",
				"/reports/case-table?area=350503&from=2020-01-01&to=2026-12-31", "/reports/trend?area=350503&from=2026-01-01&to=2026-12-31"} {
				for _, p := range []*housetest.Person{town.Su, town.Zheng, town.Station, town.County} {
					a := town.As(p).Get(path)
					fmt.Fprintln(&out, p.Login, path, a.Status, regexp.MustCompile(`"(snapshot_at|next_cursor)":"[^"]*"`).ReplaceAllString(string(a.Body), ""))
				}
			}
			return out.String()
		}
		before := look()
		if !strings.Contains(before, "楼上漏水") {
			t.Fatal("nothing is seen at all")
		}
		var ids []string
		for range 25 {
			ids = append(ids, town.As(nil).Post("/cases", leak("13800138000")).Is(202).Text("id"))
		}
		if after := look(); after != before {
			t.Errorf("before\n%s\nafter\n%s", before, after)
		}
		for _, id := range ids {
			town.As(town.Su).Post("/held-filings/"+id+"/drop", m{"reason": "same_again"}).Is(200)
		}
		if after := look(); after != before {
			t.Error("dropping them changed what is counted")
		}
	})
}

// Silence loses nothing: after three days it is a case by itself. What was dropped can be taken back for seven days, then
// nothing of what was told remains.
func TestTimeEndsTheWaiting(t *testing.T) {
	bounded(t, holding.Bounds{Phone: 1, Address: wide, Committee: wide}, func(t *testing.T, town *housetest.Town) {
		town.As(nil).Files()
		var ids []string
		for range 3 {
			ids = append(ids, town.As(nil).Post("/cases", leak("13800138000")).Is(202).Text("id"))
		}
		him, sweep := town.As(town.Su), func() {
			t.Helper()
			if _, err := town.App.Holding.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		him.Post("/held-filings/"+ids[1]+"/drop", m{"reason": "other"}).Is(422)
		him.Post("/held-filings/"+ids[1]+"/drop", m{"reason": "other", "words": "广告"}).Is(200)
		him.Post("/held-filings/"+ids[2]+"/drop", m{"reason": "no_dispute"}).Is(200)
		him.Post("/held-filings/"+ids[2]+"/restore", nil).Is(200)
		town.Later(3*24*time.Hour - time.Minute)
		sweep()
		town.SignInAgain()
		town.As(town.Su).Get("/cases/" + ids[0]).Is(404)
		town.Later(time.Minute)
		sweep()
		town.SignInAgain()
		him = town.As(town.Su)
		him.Get("/cases/" + ids[0]).Is(200)
		him.Get("/cases/" + ids[2]).Is(200)
		him.Get("/cases/" + ids[1]).Is(404)
		if n := town.Sealed(t, "held_filings", "filing_sealed", housetest.Fengze.County()); n != 1 {
			t.Errorf("%d lie sealed", n)
		}
		town.Later(4*24*time.Hour + time.Minute)
		sweep()
		town.SignInAgain()
		got := town.As(town.Su).Get("/held-filings/" + ids[1]).Is(200)
		if got.Text("state") != holding.Destroyed || strings.Contains(string(got.Body), "漏水") || strings.Contains(string(got.Body), "广告") {
			t.Errorf("%s", got.Body)
		}
		if n := town.Sealed(t, "held_filings", "filing_sealed", housetest.Fengze.County()); n != 0 {
			t.Errorf("%d still lie sealed", n)
		}
		town.As(town.Su).Post("/held-filings/"+ids[1]+"/restore", nil).Refuses("held_settled")
	})
}

// A committee clears what is its own, the station sees it, and nobody else knows of it.
func TestWhoSeesHeldFilings(t *testing.T) {
	bounded(t, holding.Bounds{Phone: 1, Address: wide, Committee: wide}, func(t *testing.T, town *housetest.Town) {
		town.As(nil).Files()
		id := town.As(nil).Post("/cases", leak("13800138000")).Is(202).Text("id")
		town.As(town.OtherMediator).Get("/held-filings/" + id).Is(404)
		town.As(town.OtherMediator).Post("/held-filings/"+id+"/release", nil).Is(404)
		town.As(town.County).Get("/held-filings").Is(403)
		town.As(town.Station).Post("/held-filings/"+id+"/release", nil).Is(403)
		town.As(town.Su).Get("/held-filings/" + id).Is(200)
		town.As(town.Su).Get("/held-filings/" + id).Is(200)
		town.Later(time.Minute)
		whole := town.As(nil).Post("/cases", housetest.Leak()).Is(202).Text("id")
		if body := string(town.As(town.Su).Get("/held-filings/" + whole).Is(200).Body); strings.Contains(body, "11010519491231002X") || strings.Contains(body, "1 号 201") {
			t.Errorf("what a case masks is shown: %s", body)
		}
		town.As(town.Su).Post("/held-filings/"+whole+"/release", nil).Is(200)
		got := town.As(town.Station).Get("/held-filings/" + id).Is(200)
		if got.Text("events.0.event") != "looked" || got.Text("events.0.name") != town.Su.Name || got.Text("events.1.name") != town.Station.Name || got.Text("events.2") != "" {
			t.Errorf("looks: %v", got.Value("events"))
		}
		town.As(town.Su).Post("/held-filings/"+id+"/drop", m{"reason": "no_dispute"}).Is(200)
		var sums struct{ Items []holding.Sum }
		if err := json.Unmarshal(town.As(town.Station).Get("/held-filings/counts").Is(200).Body, &sums); err != nil || len(sums.Items) != 2 || sums.Items[0].State != holding.Dropped || sums.Items[0].N != 1 {
			t.Errorf("%+v %v", sums, err)
		}
		if strings.Contains(town.Logged(), "林秀英") || strings.Contains(town.Logged(), "13800138000") {
			t.Error("a name or a telephone stands in the log")
		}
	})
}

// Of several at once the one that began first may come last: it begins no new count.
func TestWhoeverBeganEarlierCountsToo(t *testing.T) {
	bounded(t, holding.Bounds{Phone: 2, Address: wide, Committee: wide}, func(t *testing.T, town *housetest.Town) {
		for _, want := range []int{201, 201, 202, 202} {
			town.As(nil).Post("/cases", leak("13800138000")).Is(want)
			town.Later(-time.Millisecond)
		}
	})
}
