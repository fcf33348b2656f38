package holding_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/app"
	"fengqiao/internal/holding"
	"fengqiao/internal/housetest"
)

// texted is a town with narrow bounds whose operator has a gateway for text messages.
func texted(t *testing.T, b holding.Bounds, fn func(t *testing.T, town *housetest.Town)) {
	t.Helper()
	bounded(t, b, func(t *testing.T, town *housetest.Town) {
		town.App.Holding.Texts = true
		fn(t, town)
	})
}

// heldOf is a filing that waits, with what its filer was given.
type heldOf struct {
	housetest.Answer
	id, reference, code string
}

func holds(a housetest.Answer) heldOf {
	a.Is(202)
	return heldOf{a, a.Text("id"), a.Text("reference"), a.Text("access_code")}
}

func (h heldOf) key() m { return m{"reference": h.reference, "access_code": h.code} }

func (h heldOf) with(code string) m {
	return m{"reference": h.reference, "access_code": h.code, "code": code}
}

// texts is the code in the last message about a filing.
func texts(town *housetest.Town, h heldOf) string {
	return town.LastMessage(&housetest.Case{ID: h.id}, "filing_code")
}

// refused: with this status and this word.
func refused(t *testing.T, a housetest.Answer, status int, code string) {
	t.Helper()
	if got := a.Is(status).Text("code"); got != code {
		t.Errorf("%s: code %s, want %s", a.What(), got, code)
	}
}

// other is a code that was not sent.
func other(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

// Whichever bound it is over: by a code to its own telephone a filing is a case at once, the one that it would have been, and the code
// is good once.
func TestACodeLetsAFilingInAtOnce(t *testing.T) {
	for _, of := range []holding.Bounds{{Phone: 1, Address: wide, Committee: wide}, {Phone: wide, Address: 1, Committee: wide}, {Phone: wide, Address: wide, Committee: 1}} {
		t.Run(fmt.Sprint(of), func(t *testing.T) {
			texted(t, of, func(t *testing.T, town *housetest.Town) {
				town.As(nil).Files()
				came := town.Clock.Now()
				h := holds(town.As(nil).Post("/cases", leak("138 0013 8000")))
				if h.Text("held.code_to") != "138****8000" {
					t.Errorf("told %s", h.Body)
				}
				town.Later(time.Minute)
				sent := town.As(nil).Post("/filing-codes", h.key()).Is(201)
				if sent.Text("sent_to") != "138****8000" || sent.Text("good_until") == "" {
					t.Errorf("told %s", sent.Body)
				}
				code := texts(town, h)
				refused(t, town.As(nil).Post("/filing-codes/confirm", h.with(other(code))), 422, "filing_code")
				refused(t, town.As(nil).Post("/filing-codes/confirm", h.with("")), 422, "filing_code")
				once := town.As(nil).With("Idempotency-Key", "typed")
				first := once.Post("/filing-codes/confirm", h.with(code)).Is(201)
				if first.Text("id") != h.id || first.Text("reference") != h.reference || first.Text("state") != "registered" {
					t.Errorf("made %s", first.Body)
				}
				if again := once.Post("/filing-codes/confirm", h.with(code)).Is(201); again.Text("id") != h.id {
					t.Errorf("sent again: %s", again.Body)
				}
				refused(t, town.As(nil).Post("/filing-codes/confirm", h.with(code)), 409, "filed_already")
				refused(t, town.As(nil).Post("/filing-codes", h.key()), 409, "filed_already")
				if left := town.Messages(&housetest.Case{ID: h.id}, "filing_code"); len(left) > 0 {
					t.Errorf("still to be sent: %v", left)
				}
				c := town.As(town.Su).Get("/cases/" + h.id).Is(200)
				if c.Text("registered_at") != came.UTC().Format(time.RFC3339Nano) {
					t.Errorf("registered at %s", c.Text("registered_at"))
				}
				town.As(nil).Post("/access", m{"reference": h.reference, "code": h.code}).Is(201)
				town.Later(time.Second)
				seen := town.As(town.Su).Get("/held-filings/" + h.id).Is(200)
				if seen.Text("state") != holding.Released || seen.Text("events.0.event") != "proven" || seen.Text("events.0.name") != "" {
					t.Errorf("noted %s", seen.Body)
				}
			})
		})
	}
}

// Without a gateway, a mobile telephone, or a filing that waits no code is offered or sent; whatever was filed waits as before.
func TestWithoutAWayNoCodeIsSent(t *testing.T) {
	texted(t, holding.Bounds{Phone: wide, Address: wide, Committee: 1}, func(t *testing.T, town *housetest.Town) {
		town.As(nil).Files()
		landline := holds(town.As(nil).Post("/cases", leak("0595-22281234")))
		dropped := holds(town.As(nil).Post("/cases", leak("13800138000")))
		town.App.Holding.Texts = false
		plain := holds(town.As(nil).Post("/cases", leak("13900139000")))
		refused(t, town.As(nil).Post("/filing-codes", plain.key()), 409, "no_code")
		town.App.Holding.Texts = true
		town.As(town.Su).Post("/held-filings/"+dropped.id+"/drop", m{"reason": "no_dispute"}).Is(200)
		for _, h := range []heldOf{landline, dropped} {
			refused(t, town.As(nil).Post("/filing-codes", h.key()), 409, "no_code")
		}
		for _, h := range []heldOf{landline, plain} {
			if h.Text("held.code_to") != "" {
				t.Errorf("offered: %s", h.Body)
			}
			town.As(nil).Post("/filing-codes/confirm", h.with("123456")).Is(422)
			refused(t, town.As(nil).Post("/access", m{"reference": h.reference, "code": h.code}), 409, "held")
		}
	})
}

// What is answered tells nothing of a telephone, a reference or a code: whether an account, a party or nobody has the number.
func TestT15_ACodeTellsNothingOfATelephone(t *testing.T) {
	texted(t, holding.Bounds{Phone: wide, Address: wide, Committee: 1}, func(t *testing.T, town *housetest.Town) {
		town.As(nil).Files() // by 13800138000, which is a party's from now on
		known, unknown := holds(town.As(nil).Post("/cases", leak("13800138000"))), holds(town.As(nil).Post("/cases", leak("13912348000")))
		masked := func(a housetest.Answer) string {
			return fmt.Sprint(a.Status, strings.NewReplacer("138****8000", "*", "139****8000", "*").Replace(string(a.Body)))
		}
		one, other := town.As(nil).Post("/filing-codes", known.key()), town.As(nil).Post("/filing-codes", unknown.key())
		if masked(one) != masked(other) {
			t.Errorf("known\n%s\nunknown\n%s", one.Body, other.Body)
		}
		wrongCode, wrongReference := known.key(), known.key()
		wrongCode["access_code"], wrongReference["reference"] = "AAAA-AAAA-AAAAA", "AAAA-AAAA"
		for _, path := range []string{"/filing-codes", "/filing-codes/confirm"} {
			if path == "/filing-codes/confirm" {
				wrongCode["code"], wrongReference["code"] = "123456", "123456"
			}
			a, b := town.As(nil).Post(path, wrongCode).Is(401), town.As(nil).Post(path, wrongReference).Is(401)
			if string(a.Body) != string(b.Body) {
				t.Errorf("%s: a wrong code %s, a wrong reference %s", path, a.Body, b.Body)
			}
		}
		if n := len(town.Messages(&housetest.Case{ID: known.id}, "filing_code")); n != 1 {
			t.Errorf("%d messages", n)
		}
	})
}

// Codes are sent so often and no more: for a filing, to a telephone, at the wish of an address; in the same words whichever it was.
func TestSoManyCodesAreSent(t *testing.T) {
	texted(t, holding.Bounds{Phone: wide, Address: wide, Committee: 1}, func(t *testing.T, town *housetest.Town) {
		town.As(nil).Files()
		files := func(phone, address string) (heldOf, housetest.Hand) {
			hand := town.As(nil).From(address)
			return holds(hand.Post("/cases", leak(phone))), hand
		}
		one, from := files("13900000001", "198.51.100.1")
		for range 3 {
			from.Post("/filing-codes", one.key()).Is(201)
		}
		bound := from.Post("/filing-codes", one.key()).Is(429)
		again, from2 := files("13900000001", "198.51.100.2") // the same telephone from elsewhere
		if a := from2.Post("/filing-codes", again.key()).Is(429); string(a.Body) != string(bound.Body) {
			t.Errorf("of a telephone %s, of a filing %s", a.Body, bound.Body)
		}
		later := func(d time.Duration) { // and the committee's bound is used up again
			town.Later(d)
			town.As(nil).Files()
		}
		later(time.Hour)
		from2.Post("/filing-codes", again.key()).Is(201)
		from.Post("/filing-codes", one.key()).Is(429) // for one filing never more than three
		for i := range 10 {
			h, from := files(fmt.Sprintf("1390000010%d", i), "198.51.100.9")
			from.Post("/filing-codes", h.key()).Is(201)
		}
		h, from9 := files("13900000200", "198.51.100.9")
		from9.Post("/filing-codes", h.key()).Is(429)
		town.As(nil).From("198.51.100.10").Post("/filing-codes", h.key()).Is(201)
		for i := range 2 {
			more, hand := files("13900000001", fmt.Sprintf("198.51.100.%d", 20+i))
			hand.Post("/filing-codes", more.key()).Is(201)
		}
		later(time.Hour)
		last, hand := files("13900000001", "198.51.100.30")
		hand.Post("/filing-codes", last.key()).Is(429) // six in a day
		town.Later(24 * time.Hour)
		hand.Post("/filing-codes", last.key()).Is(201)
	})
}

// A code can be tried five times and for ten minutes; a later one ends it, and it lets in no other filing.
func TestACodeIsGoodForLittle(t *testing.T) {
	texted(t, holding.Bounds{Phone: wide, Address: wide, Committee: 1}, func(t *testing.T, town *housetest.Town) {
		town.As(nil).Files()
		asks := func(h heldOf) string {
			town.As(nil).Post("/filing-codes", h.key()).Is(201)
			return texts(town, h)
		}
		guessed := holds(town.As(nil).Post("/cases", leak("13900000001")))
		code := asks(guessed)
		for range 5 {
			town.As(nil).Post("/filing-codes/confirm", guessed.with(other(code))).Is(422)
		}
		refused(t, town.As(nil).Post("/filing-codes/confirm", guessed.with(code)), 422, "filing_code")

		late := holds(town.As(nil).Post("/cases", leak("13900000002")))
		code = asks(late)
		town.Later(10 * time.Minute)
		refused(t, town.As(nil).Post("/filing-codes/confirm", late.with(code)), 422, "filing_code")

		one, another := holds(town.As(nil).Post("/cases", leak("13900000003"))), holds(town.As(nil).Post("/cases", leak("13900000004")))
		asks(another)
		if code = asks(one); code == texts(town, another) { // one in a million
			code = asks(one)
		}
		refused(t, town.As(nil).Post("/filing-codes/confirm", another.with(code)), 422, "filing_code")
		town.As(nil).Post("/filing-codes/confirm", one.with(code)).Is(201)
		for _, h := range []heldOf{guessed, late, another} {
			if got := town.As(town.Su).Get("/held-filings/" + h.id).Text("state"); got != holding.Waits {
				t.Errorf("is %s", got)
			}
		}
	})
}

// A telephone that was shown to be somebody's has a bound of its own, wider and not without end.
func TestAProvenTelephoneHasABoundToo(t *testing.T) {
	texted(t, holding.Bounds{Phone: 1, Address: wide, Committee: wide}, func(t *testing.T, town *housetest.Town) {
		town.As(nil).Files()
		for range 3 {
			h := holds(town.As(nil).Post("/cases", leak("13800138000")))
			town.As(nil).Post("/filing-codes", h.key()).Is(201)
			town.As(nil).Post("/filing-codes/confirm", h.with(texts(town, h))).Is(201)
		}
		town.Later(2 * time.Hour)
		h := holds(town.As(nil).Post("/cases", leak("13800138000")))
		refused(t, town.As(nil).Post("/filing-codes", h.key()), 429, "filing_codes_sent")
		town.As(nil).Post("/access", m{"reference": h.reference, "code": h.code}).Refuses("held")
		town.Later(22 * time.Hour)
		town.As(nil).Post("/filing-codes", h.key()).Is(201)
		town.As(nil).Post("/filing-codes/confirm", h.with(texts(town, h))).Is(201)
	})
}

// Two programs over one database, the filer at both and the committee besides, all at once: it is one case, and nobody meets a
// failure.
func TestARaceForAFilingMakesOneCase(t *testing.T) {
	texted(t, holding.Bounds{Phone: wide, Address: wide, Committee: 1}, func(t *testing.T, town *housetest.Town) {
		another, err := app.New(t.Context(), app.Options{Store: town.Store, Data: town.App.Data, Now: town.Clock.Now, SecondFactor: app.FactorOffered, PublicRate: 10000,
			SMSGateway: "https://sms.example", FilingBounds: town.App.Holding.Bounds, Version: "test"})
		if err != nil {
			t.Fatal(err)
		}
		there := town.Elsewhere(another, nil)
		town.As(nil).Files()
		for i, committee := range []bool{false, true, true} {
			h := holds(town.As(nil).Post("/cases", leak(fmt.Sprintf("1390000000%d", i))))
			town.As(nil).Post("/filing-codes", h.key()).Is(201)
			code := texts(town, h)
			var all sync.WaitGroup
			var mu sync.Mutex
			got := map[string]int{}
			add := func(who string, a housetest.Answer) {
				mu.Lock()
				defer mu.Unlock()
				got[fmt.Sprint(who, " ", a.Status, " ", a.Text("code"))]++
			}
			su := town.As(town.Su)
			for j := range 4 { // a code can be tried five times
				all.Go(func() {
					hand := town.As(nil)
					if j%2 == 0 {
						hand = there
					}
					add("filer", hand.Post("/filing-codes/confirm", h.with(code)))
				})
			}
			if committee {
				all.Go(func() { add("committee", su.Post("/held-filings/"+h.id+"/release", nil)) })
				all.Go(func() {
					_, err := town.App.Holding.Sweep(t.Context())
					if err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			made := got["filer 201 "] + got["committee 200 "]
			if made != 1 {
				t.Errorf("made %d times: %v", made, got)
			}
			for what := range got {
				switch what {
				case "filer 201 ", "committee 200 ", "filer 409 filed_already", "committee 409 held_settled", "filer 422 filing_code":
				default:
					t.Errorf("answered %s", what)
				}
			}
			if n := strings.Count(string(su.Get("/cases?limit=100").Is(200).Body), h.id); n != 1 {
				t.Errorf("%d cases of it are listed", n)
			}
		}
	})
}

// On the pages: asked after sending, sent, typed wrongly, typed rightly; the receipt is the case's then, and a reload does nothing
// twice. Whoever is afraid and wants no messages is offered none.
func TestAResidentTypesTheCode(t *testing.T) {
	texted(t, holding.Bounds{Phone: 1, Address: wide, Committee: wide}, func(t *testing.T, town *housetest.Town) {
		town.As(nil).Files()
		d := housetest.OnDoorstep(town)
		lin := d.Comes().Tells().Says().Is(200, "/file/done").Reads("已经收到，等调委会看", "想马上登记", "138****8000")
		reference, access := lin.Receipt()
		form := func(pairs ...string) map[string][]string {
			_, values := lin.Opens("/file/done/code").Form()
			for i := 0; i < len(pairs); i += 2 {
				values[pairs[i]] = []string{pairs[i+1]}
			}
			return values
		}
		lin.Opens("/file/done/code").Is(200, "/file/done/code").Reads("给我发验证码").ReadsNot("10 分钟内有效")
		send := form("do", "send")
		lin.Posts("/file/done/code", send).Is(200, "/file/done/code?done=code_sent").Reads("138****8000", "10 分钟内有效", "不填了，等调委会看")
		h := heldOf{id: town.As(town.Su).Get("/held-filings").Text("items.0.id"), reference: reference, code: access}
		lin.Posts("/file/done/code", send).Is(200, "/file/done/code?done=code_sent")
		if n := len(town.Messages(&housetest.Case{ID: h.id}, "filing_code")); n != 1 {
			t.Errorf("one form sent twice: %d messages", n)
		}
		code := texts(town, h)
		lin.Posts("/file/done/code", form("do", "use", "code", other(code))).Is(422, "/file/done/code").Reads("验证码不对或已过期")
		lin.Opens("/file/done").Reads("我已经收到验证码")
		use := form("do", "use", "code", code)
		lin.Posts("/file/done/code", use).Is(200, "/file/done?done=code_right").Reads("已经登记为案件", access).ReadsNot("等调委会看", "想马上登记")
		lin.Posts("/file/done/code", use).ReadsNot("等调委会看")
		lin.Opens("/file/done/copy").Reads(access).ReadsNot("调委会要先看一看")
		lin.Opens("/file/done/code").Is(200, "/file/done")
		lin.Opens("/file/done").Says().Is(200, "/mine/"+h.id)
		d.Comes().Opens("/file/done/code").Is(200, "/file/done").Reads("这一页已经不在了")

		chen := d.Comes().Tells()
		chen.Opens("/file/safe?to=check").Says("danger", "yes").Says("careful", "yes").Is(200, "/file/check")
		chen.Says().Is(200, "/file/done").Reads("已经收到，等调委会看").ReadsNot("想马上登记")
	})
}

// The receipt in the browser follows what the committee does.
func TestAReceiptFollowsItsFiling(t *testing.T) {
	texted(t, holding.Bounds{Phone: 1, Address: wide, Committee: wide}, func(t *testing.T, town *housetest.Town) {
		town.As(nil).Files()
		lin := housetest.OnDoorstep(town).Comes().Tells().Says().Is(200, "/file/done")
		id := town.As(town.Su).Get("/held-filings").Text("items.0.id")
		town.As(town.Su).Post("/held-filings/"+id+"/drop", m{"reason": "same_again"}).Is(200)
		lin.Opens("/file/done").Reads("没有登记为案件").ReadsNot("想马上登记")
		lin.Opens("/file/done/copy").Reads("没有登记为案件").ReadsNot("调委会要先看一看")
		town.As(town.Su).Post("/held-filings/"+id+"/release", nil).Is(200)
		lin.Opens("/file/done").ReadsNot("没有登记为案件", "等调委会看").Reads("受不受理")
	})
}
