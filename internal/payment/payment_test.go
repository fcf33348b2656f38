package payment_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/actor"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
)

type m = housetest.M

const yuan = 100

// terms of a scheme that pays a hundred yuan for an ordinary case, and more for others.
func terms(changes ...m) m {
	out := m{"performed": true, "rates": []m{{"class": "1", "fen": 100 * yuan}, {"class": "2", "fen": 100 * yuan}, {"class": "3", "fen": 200 * yuan}, {"class": "4", "fen": 300 * yuan}}}
	for _, c := range changes {
		for k, v := range c {
			out[k] = v
		}
	}
	return out
}

func published(changes ...m) m {
	out := m{"area_code": housetest.Fengze, "kind": "case", "name": "丰泽区人民调解以案定补办法", "valid_from": "2026-01-01", "valid_to": "2028-12-31", "basis": "丰司〔2026〕3号", "terms": terms()}
	for _, c := range changes {
		for k, v := range c {
			out[k] = v
		}
	}
	return out
}

// closed is a case that Su hosted with two others, that is performed and closed.
func closed(town *housetest.Town, co ...ident.ID) *housetest.Case {
	su := town.As(town.Su)
	c := su.Files(m{"difficulty": 2})
	su.Accepted(c)
	su.Does(c, "assign", m{"host_mediator_id": town.Su.Mediator, "co_mediator_ids": append([]ident.ID{}, co...), "chosen_by": "parties"}).Is(200)
	su.Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(200)
	su.Does(c, "open-session", c.Sitting()).Is(200)
	su.Does(c, "fix-agreement", c.Terms()).Is(200)
	hash := c.Last.Text("agreements.0.text_hash")
	for _, who := range []m{{"party_id": c.Applicant}, {"party_id": c.Respondent}, {"mediator_id": town.Su.Mediator}, {"seal": true}} {
		who["kind"], who["text_hash"] = "wet_ink", hash
		su.Does(c, "sign", who).Is(200)
	}
	su.Does(c, "record-performance", m{"obligation_id": c.Last.Text("obligations.0.id"), "state": "performed", "on": town.Today(), "evidence_ids": []string{}, "confirmed_by": "creditor"}).Is(200)
	su.Does(c, "close", nil).Is(200)
	return c
}

// at is a thing's version, for who changes it.
func at(h housetest.Hand, a housetest.Answer) housetest.Hand {
	return h.With("If-Match", `"`+a.Text("version")+`"`)
}

// passes lets a claim go on by a step; the cases of these tests have the same two sides, and are other disputes.
func passes(h housetest.Hand, step string, c housetest.Answer) housetest.Answer {
	version := c.Value("version")
	return h.Post("/subsidy/"+step, m{"claims": []m{{"id": c.Text("id"), "version": version, "another_dispute": true}}})
}

func sees(h housetest.Hand, c housetest.Answer) housetest.Answer {
	return h.Get("/subsidy/claims/" + c.Text("id")).Is(200)
}

// changes changes a row behind the product's back.
func changes(t *testing.T, town *housetest.Town, sql string, args ...any) {
	t.Helper()
	err := town.Store.Do(context.Background(), actor.System, town.Home.CountyCode, func(tx *db.Tx) error { return tx.Rows().Exec(sql, args...).Error })
	if err != nil {
		t.Fatal(err)
	}
}

// A case is claimed for once, is looked at by three persons, and is paid in a batch that two persons sign.
func TestR5_ACaseIsPaidForOnceThreePersonsHaveLookedAndTwoHaveSigned(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su, county, bureau, station := town.As(town.Su), town.As(town.County), town.As(town.Bureau), town.As(town.Station)
		c := closed(town, town.Hong.Mediator, town.Zheng.Mediator)
		claim := func(h housetest.Hand) housetest.Answer {
			return h.With("If-Match", `"1"`).Post("/cases/"+c.ID+"/subsidy-claim", m{})
		}
		claim(su).Refuses("not_yet") // no scheme holds
		scheme := county.Post("/subsidy/schemes", published()).Is(201)
		county.Post("/subsidy/schemes", published(m{"valid_from": "2027-01-01"})).Refuses("scheme_overlap")
		town.As(town.FarCounty).Post("/subsidy/schemes", published()).Is(404)
		claim(town.As(town.OtherMediator)).Is(404)
		claimed := claim(su).Is(201)
		if claimed.Text("fen") != "10000" || claimed.Text("state") != "claimed" || claimed.Text("scheme_sha256") != scheme.Text("sha256") || claimed.Text("against") != "[]" {
			t.Errorf("claimed: %s", claimed.Body)
		}
		shares(t, claimed, map[string]string{"苏惠敏": "", "洪国荣": "", "郑主任": ""})
		claim(su).Refuses("claimed")
		county.Post("/subsidy/schemes/"+scheme.Text("id")+"/withdraw", m{}).Refuses("scheme_used")

		passes(county, "examine", claimed).Refuses("claim_state") // nobody has checked it
		su.Post("/subsidy/check", m{"claims": []m{}}).Is(403)
		town.As(town.FarStation).Post("/subsidy/check", m{"claims": []m{{"id": claimed.Text("id"), "version": 1}}}).Is(404)
		if waiting := station.Get("/subsidy/claims?step=check").Is(200); !waiting.Holds(claimed.Text("id")) {
			t.Errorf("the station has nothing to do: %s", waiting.Body)
		}
		passes(station, "check", claimed).Is(200)
		passes(station, "check", claimed).Is(412)
		passes(county, "examine", sees(county, claimed)).Is(200)
		passes(county, "approve", sees(county, claimed)).Is(403)
		if waiting := county.Get("/subsidy/claims?step=approve").Is(200); waiting.Holds(claimed.Text("id")) {
			t.Errorf("who examined it is asked to approve it: %s", waiting.Body)
		}
		passes(bureau, "approve", sees(bureau, claimed)).Is(200)
		pays(t, town, claimed)
		holds(t, town)
	})
}

// holds makes sure that every act of the town stands in its chain, and none is missing.
func holds(t *testing.T, town *housetest.Town) {
	t.Helper()
	v, err := town.App.Verify(context.Background())
	if err != nil || len(v.Breaks) > 0 {
		t.Errorf("the record does not hold: %v %v", v.Breaks, err)
	}
}

func shares(t *testing.T, claim housetest.Answer, names map[string]string) {
	t.Helper()
	var sum int
	var fen []string
	for i := range len(names) {
		if _, ok := names[claim.Text(fmt.Sprintf("shares.%d.name", i))]; !ok {
			t.Errorf("somebody else shares: %s", claim.Body)
		}
		var n int
		_, _ = fmt.Sscan(claim.Text(fmt.Sprintf("shares.%d.fen", i)), &n)
		sum += n
		fen = append(fen, claim.Text(fmt.Sprintf("shares.%d.fen", i)))
	}
	slices.Sort(fen)
	if sum != 10000 || !slices.Equal(fen, []string{"3333", "3333", "3334"}) {
		t.Errorf("a hundred yuan by three: %v", fen)
	}
}

// pays pays a claim that was approved: with everything that voids a signature on the way.
func pays(t *testing.T, town *housetest.Town, claimed housetest.Answer) {
	t.Helper()
	county, bureau, su := town.As(town.County), town.As(town.Bureau), town.As(town.Su)
	period := m{"from": "2026-01-01", "to": "2026-12-31"}
	town.As(town.Station).Post("/subsidy/batches", period).Is(403)
	bureau.Post("/subsidy/batches", m{"from": "2026-01-01", "to": "2026-12-31"}).Refuses("nothing_to_pay") // of the city itself
	b := county.Post("/subsidy/batches", period).Is(201)
	if b.Text("fen") != "10000" || b.Text("capital") != "壹佰元整" || b.Text("claims") != "1" || b.Text("number") != "1" {
		t.Errorf("the batch: %s", b.Body)
	}
	path := "/subsidy/batches/" + b.Text("id")
	sign := func(h housetest.Hand) housetest.Answer {
		b := h.Get(path).Is(200)
		return at(h, b).Post(path+"/sign", m{"sha256": b.Text("sha256")})
	}
	at(county, b).Post(path+"/sign", m{"sha256": "x"}).Is(412)
	county.Post(path+"/payment-list", m{"format": "csv"}).Refuses("batch_state")
	sign(county).Is(200)
	sign(county).Is(403) // one person is not two
	changes(t, town, "UPDATE subsidy_lines SET fen = fen + 1 WHERE county_code = ? AND batch_id = ? AND name = ?", town.Home.CountyCode, b.Text("id"), "苏惠敏")
	sign(bureau).Refuses("batch_changed")
	if now := county.Get(path).Is(200); now.Text("state") != "open" || now.Text("first_signed_by") != "" {
		t.Errorf("a line was changed, and the signature stands: %s", now.Body)
	}
	changes(t, town, "UPDATE subsidy_lines SET fen = fen - 1 WHERE county_code = ? AND batch_id = ? AND name = ?", town.Home.CountyCode, b.Text("id"), "苏惠敏")
	sign(bureau).Refuses("batch_changed") // back again is a change as well
	sign(bureau).Is(200)
	at(county, county.Get(path)).Post(path+"/take-out", m{"claim_id": claimed.Text("id"), "reason": "再核对一次"}).Is(200)
	if out := county.Get(path).Is(200); out.Text("state") != "open" || out.Text("claims") != "0" || sees(county, claimed).Text("state") != "approved" {
		t.Errorf("taken out: %s", out.Body)
	}
	held := town.App.Subsidy.Held
	town.App.Subsidy.Held = func(_ *db.Tx, _ ident.County, cases []ident.ID) (map[ident.ID][]string, error) {
		return map[ident.ID][]string{cases[0]: {"same_phone"}}, nil
	}
	county.Post("/subsidy/batches", period).Refuses("nothing_to_pay")
	if seen := sees(county, claimed); !seen.Holds(`"code":"anomaly"`) {
		t.Errorf("nobody is told what holds it: %s", seen.Body)
	}
	if mine := su.Get("/subsidy/mine").Is(200); mine.Holds("anomaly") {
		t.Errorf("who mediated it is told: %s", mine.Body)
	}
	town.App.Subsidy.Held = held
	b = county.Post("/subsidy/batches", period).Is(201)
	path = "/subsidy/batches/" + b.Text("id")
	sign(bureau).Is(200)
	if both := sign(county).Is(200); both.Text("state") != "signed" || both.Text("first_signed_by") != "邱月娥" || both.Text("second_signed_by") != "何清源" {
		t.Errorf("signed: %s", both.Body)
	}
	at(county, county.Get(path)).Post(path+"/take-out", m{"claim_id": claimed.Text("id"), "reason": "再核对一次"}).Refuses("batch_signed")
	lists(t, town, path)
	at(county, county.Get(path)).Post(path+"/paid", m{"paid_on": string(town.Today().Plus(1))}).Is(422)
	at(county, county.Get(path)).Post(path+"/paid", m{"paid_on": string(town.Today())}).Is(200)
	if mine := su.Get("/subsidy/mine").Is(200); mine.Text("items.0.state") != "paid" {
		t.Errorf("paid: %s", mine.Body)
	}
	if done := sees(county, claimed); len(done.Value("steps").([]any)) != 8 || !done.Holds("subsidy_taken_out") || !done.Holds("戴明辉") {
		t.Errorf("the record: %s", done.Body)
	}
}

// lists takes the payment list: the one way in which an account leaves the system.
func lists(t *testing.T, town *housetest.Town, path string) {
	t.Helper()
	county, su := town.As(town.County), town.As(town.Su)
	const number = "6228480123456789012"
	for field, body := range map[string]m{"holder": {"holder": "", "bank": "农业银行丰泽支行", "number": number}, "bank": {"holder": "苏惠敏", "bank": "", "number": number}, "number": {"holder": "苏惠敏", "bank": "农业银行丰泽支行", "number": "12x45678"}} {
		if got := su.Send("PUT", "/subsidy/account", body).Is(422); !got.Holds(`"`+field+`"`) || got.Holds("12x45678") {
			t.Errorf("%s: %s", field, got.Body)
		}
	}
	mine := su.Send("PUT", "/subsidy/account", m{"holder": "苏惠敏", "bank": "农业银行丰泽支行", "number": "6228 4801 2345 6789 012"}).Is(200)
	if mine.Text("number") != "**** 9012" || mine.Holds(number) {
		t.Errorf("one's own account: %s", mine.Body)
	}
	su.Send("PUT", "/subsidy/account", m{"holder": "苏惠敏", "bank": "农业银行丰泽支行", "number": number}).Is(412)
	if got := county.Get("/subsidy/accounts/" + town.Su.Mediator.String()).Is(200); got.Text("number") != "**** 9012" || got.Holds(number) {
		t.Errorf("the bureau sees: %s", got.Body)
	}
	town.As(town.FarCounty).Get("/subsidy/accounts/" + town.Su.Mediator.String()).Is(404)
	county.Send("PUT", "/subsidy/accounts/"+town.Hong.Mediator.String(), m{"holder": "洪国荣", "bank": "邮储银行丰泽支行", "number": "62109876543210"}).Is(200)
	if b := county.Get(path).Is(200); b.Holds(number) || b.Text("no_account.0") != "郑主任" || b.Text("exports") != "" {
		t.Errorf("the batch tells an account, or not who has none: %s", b.Body)
	}
	su.Post(path+"/payment-list", m{"format": "csv"}).Is(403)
	town.As(town.FarCounty).Post(path+"/payment-list", m{"format": "csv"}).Is(404)
	list := county.Post(path+"/payment-list", m{"format": "csv"}).Is(200)
	for _, text := range []string{number, "62109876543210", "未登记账户", "壹佰元整", "100.00", "邱月娥、何清源"} {
		if !list.Holds(text) {
			t.Errorf("the list lacks %s: %s", text, list.Body)
		}
	}
	county.Post(path+"/payment-list", m{"format": "pdf"}).Is(422)
	if book := county.Post(path+"/payment-list", m{"format": "xlsx"}).Is(200); !strings.HasPrefix(string(book.Body), "PK") {
		t.Errorf("the book: %.20q", book.Body)
	}
	nowhere(t, town, number)
	if b := county.Get(path).Is(200); len(b.Value("exports").([]any)) != 2 || b.Text("exports.1.by") != "何清源" || !b.Holds(`"format":"csv","persons":3`) || !b.Holds(`"format":"xlsx","persons":3`) {
		t.Errorf("who took it: %s", b.Body)
	}
}

// nowhere makes sure that an account stands in the clear in no table that it might have come to, and in no log.
func nowhere(t *testing.T, town *housetest.Town, number string) {
	t.Helper()
	pool, err := town.Store.Pool()
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"subsidy_accounts", "subsidy_exports", "subsidy_lines", "subsidy_batches", "subsidy_claims", "subsidy_shares", "journal", "outbox", "idempotency_keys", "dispute_cases"} {
		rows, err := pool.QueryContext(t.Context(), "SELECT * FROM "+table)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			for i, v := range values {
				if b, ok := v.([]byte); ok {
					v = string(b)
				}
				if strings.Contains(fmt.Sprint(v), number) {
					t.Errorf("%s.%s holds an account", table, columns[i])
				}
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(town.Logged(), number) {
		t.Error("the log holds an account")
	}
}

// Gaotai 2018: 1,882 cases were claimed for, 1,727 paid: 1,631 at a hundred yuan, 87 at two hundred and nine at three hundred;
// 155 were refused, each with a reason.
func TestR5_GaotaiIn2018(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		county, bureau, zheng := town.As(town.County), town.As(town.Bureau), town.As(town.Zheng)
		county.Post("/subsidy/schemes", published(m{"valid_from": "2018-01-01", "valid_to": "2018-12-31", "name": "高台县 2018", "terms": terms(m{"performed": false})})).Is(201)
		county.Post("/subsidy/barred", m{"mediator_id": town.Hong.Mediator, "from": "2018-01-01", "reason": "公务员，不得兼职取酬"}).Is(201)
		gaotai(t, town)
		made := 0
		for more := true; more; {
			got := zheng.Post("/subsidy/claims/period", m{"from": "2018-01-01", "to": "2018-12-31"}).Is(200)
			var n int
			_, _ = fmt.Sscan(got.Text("made"), &n)
			made += n
			more = got.Text("more") == "true"
		}
		reasons := looks(t, town)
		if made != 1882 || reasons["no_agreement"] != 115 || reasons["barred"] != 40 || reasons[""] != 1727 {
			t.Errorf("claimed for %d: %v", made, reasons)
		}
		b := county.Post("/subsidy/batches", m{"from": "2018-01-01", "to": "2018-12-31"}).Is(201)
		if b.Text("claims") != "1727" || !b.Holds(`"fen":18320000`) || b.Text("capital") != "壹拾捌万叁仟贰佰元整" {
			t.Errorf("paid: %s claims, %s", b.Text("claims"), b.Text("capital"))
		}
		path := "/subsidy/batches/" + b.Text("id")
		for _, h := range []housetest.Hand{county, bureau} {
			b := h.Get(path).Is(200)
			at(h, b).Post(path+"/sign", m{"sha256": b.Text("sha256")}).Is(200)
		}
		if list := county.Post(path+"/payment-list", m{"format": "csv"}).Is(200); !list.Holds("183,200.00") || !list.Holds("壹拾捌万叁仟贰佰元整") || !list.Holds(",1727,") {
			t.Errorf("the list: %s", list.Body)
		}
		mine := town.As(town.Hong).Get("/subsidy/mine?limit=100").Is(200)
		if items, _ := mine.Value("items").([]any); len(items) != 40 || mine.Text("items.0.refusal.code") != "barred" {
			t.Errorf("whoever must not be paid reads why: %d, %s", len(items), mine.Text("items.0.refusal"))
		}
	})
}

// looks takes the three looks at all claims of the town, as the offices do: what nothing stands against passes, a hundred at a
// time; what the scheme does not pay for is refused at the first look with the reason that was found. It gives the claims by
// reason, those that passed under "".
func looks(t *testing.T, town *housetest.Town) map[string]int {
	t.Helper()
	out := map[string]int{}
	for _, look := range []struct {
		h    housetest.Hand
		step string
	}{{town.As(town.Station), "check"}, {town.As(town.County), "examine"}, {town.As(town.Bureau), "approve"}} {
		passed := 0
		for cursor := ""; ; {
			var page struct {
				Items []struct {
					ID      string
					Version int64
					Against []struct{ Code, Says string }
				}
				Next string `json:"next_cursor"`
			}
			answer := look.h.Get("/subsidy/claims?limit=100&step=" + look.step + cursor).Is(200)
			if err := json.Unmarshal(answer.Body, &page); err != nil {
				t.Fatal(err)
			}
			var good []m
			for _, c := range page.Items {
				if len(c.Against) == 0 {
					good = append(good, m{"id": c.ID, "version": c.Version})
					continue
				}
				why := c.Against[0]
				if why.Says == "" || why.Says == why.Code {
					t.Errorf("%q is no reason that anybody could read", why.Code)
				}
				no := look.h.With("If-Match", fmt.Sprintf("%q", fmt.Sprint(c.Version))).Post("/subsidy/claims/"+c.ID+"/refuse-at-"+look.step, m{"code": why.Code}).Is(200)
				if no.Text("state") != "refused" || no.Text("refusal.says") == "" {
					t.Errorf("refused: %s", no.Body)
				}
				out[why.Code]++
			}
			if len(good) > 0 {
				look.h.Post("/subsidy/"+look.step, m{"claims": good}).Is(200)
				passed += len(good)
			}
			if page.Next == "" {
				break
			}
			cursor = "&cursor=" + page.Next
		}
		out[""] = passed
	}
	return out
}

// gaotai makes the cases of the year: 1,767 settled, of which forty by one who must not be paid; 115 without agreement.
func gaotai(t *testing.T, town *housetest.Town) {
	t.Helper()
	err := town.Store.Do(context.Background(), actor.System, town.Home.CountyCode, func(tx *db.Tx) error {
		var heads []casework.Head
		var people []casework.Participant
		for i := range 1882 {
			h := casework.Head{Key: tx.NewKey(), Version: 1, Reference: fmt.Sprintf("G%07d", i), CaseNo: fmt.Sprintf("（2018）少林人调字第%04d号", i+1), State: casework.Archived, Outcome: casework.WrittenAgreement, Difficulty: 2, Parties: 2,
				CommitteeID: town.Home.ID, AreaCode: housetest.Shaolin, HostID: town.Su.Mediator, Category: "02", RegisteredAt: tx.Now, LastEventAt: tx.Now, FirstClosedDay: "2018-06-15"}
			host := town.Su
			switch {
			case i < 87:
				h.Difficulty = 3
			case i < 87+9:
				h.Difficulty = 4
			case i < 87+9+115:
				h.Outcome = casework.Failed
			case i < 87+9+115+40:
				host = town.Hong
			}
			h.HostID = host.Mediator
			heads = append(heads, h)
			people = append(people, casework.Participant{Key: tx.NewKey(), CaseID: h.ID, PersonID: host.ID, MediatorID: host.Mediator, Name: host.Name, Part: "host", BeganAt: tx.Now})
		}
		if err := db.Load(tx, heads); err != nil {
			return err
		}
		return db.Load(tx, people)
	})
	if err != nil {
		t.Fatal(err)
	}
}
