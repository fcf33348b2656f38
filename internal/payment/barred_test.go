package payment_test

import (
	"testing"

	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
)

// approves lets a claim go through its three looks.
func approves(town *housetest.Town, c housetest.Answer) {
	passes(town.As(town.Station), "check", c).Is(200)
	passes(town.As(town.County), "examine", sees(town.As(town.County), c)).Is(200)
	passes(town.As(town.Bureau), "approve", sees(town.As(town.Bureau), c)).Is(200)
}

// Whoever comes to be barred after their claim was approved, for a day before the case was closed, is not paid: no batch is signed
// with it, and it goes back to be approved anew.
func TestR5_WhoeverIsBarredAfterwardsIsNotPaid(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su, county, bureau := town.As(town.Su), town.As(town.County), town.As(town.Bureau)
		county.Post("/subsidy/schemes", published()).Is(201)
		claim := func(c *housetest.Case) housetest.Answer { return su.Post("/cases/"+c.ID+"/subsidy-claim", m{}).Is(201) }
		shared, alone := claim(closed(town, town.Hong.Mediator)), claim(closed(town))
		approves(town, shared)
		approves(town, alone)
		bar := func(from string) housetest.Answer {
			return county.Post("/subsidy/barred", m{"mediator_id": town.Hong.Mediator, "from": from, "reason": "公务员，不得兼职取酬"})
		}
		period := m{"from": "2026-01-01", "to": "2026-12-31"}
		b := county.Post("/subsidy/batches", period).Is(201)
		path := "/subsidy/batches/" + b.Text("id")
		at(county, b).Post(path+"/sign", m{"sha256": b.Text("sha256")}).Is(200)
		bar("2026-01-01").Is(201)
		now := bureau.Get(path).Is(200)
		at(bureau, now).Post(path+"/sign", m{"sha256": now.Text("sha256")}).Refuses("held")
		at(county, now).Post(path+"/take-out", m{"claim_id": shared.Text("id"), "reason": "领取人不得取酬"}).Is(200)
		back := sees(bureau, shared)
		if back.Text("state") != "examined" || !back.Holds("subsidy_sent_back") {
			t.Errorf("taken out, and not sent back: %s", back.Body)
		}
		passes(bureau, "approve", back).Is(200)
		if now := sees(bureau, shared); now.Text("state") != "approved" || now.Text("shares.0.name") != "苏惠敏" || now.Text("shares.0.fen") != "10000" || now.Text("shares.1.name") != "" {
			t.Errorf("approved anew: %s", now.Body)
		}
		// In no batch: sent back at once. Nobody is left to be paid, and it is refused with the reason.
		county.Post("/subsidy/barred", m{"mediator_id": town.Su.Mediator, "from": "2026-01-01", "reason": "公务员，不得兼职取酬"}).Is(201)
		waits := sees(bureau, shared)
		if waits.Text("state") != "examined" {
			t.Errorf("nobody may be paid: %s", waits.Body)
		}
		if got := passes(bureau, "approve", waits); got.Text("code") != "claim_codes" {
			t.Errorf("nobody may be paid: %d %s", got.Status, got.Body)
		}
		at(bureau, waits).Post("/subsidy/claims/"+shared.Text("id")+"/refuse-at-approve", m{"code": "barred"}).Is(200)
		if got := sees(bureau, alone); got.Text("state") != "batched" || !got.Holds(`"code":"barred_since"`) {
			t.Errorf("in a batch that somebody has signed: %s", got.Body)
		}
		holds(t, town)
	})
}

// An allowance for a post is reckoned anew at each look as well: whoever is barred by then does not get it, and one that was
// refused and answered is paid in full when it passes.
func TestR5_AnAllowanceForAPostIsReckonedAnew(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		county, station := town.As(town.County), town.As(town.Station)
		county.Post("/subsidy/schemes", m{"area_code": housetest.Fengze, "kind": "post", "name": "岗位补贴办法", "valid_from": "2026-01-01", "valid_to": "2030-12-31", "basis": "丰司〔2026〕4号", "terms": m{"post_fen": 96000}}).Is(201)
		county.Post("/subsidy/posts", m{"year": 2026}).Is(200)
		mine := town.As(town.Hong).Get("/subsidy/mine").Is(200)
		hong := station.Get("/subsidy/claims/" + mine.Text("items.0.id")).Is(200)
		at(station, hong).Post("/subsidy/claims/"+hong.Text("id")+"/refuse-at-check", m{"code": "materials", "text": "缺少任职文件"}).Is(200)
		town.As(town.Hong).With("If-Match", `"2"`).Post("/subsidy/claims/"+hong.Text("id")+"/answer", m{"reply": "任职文件已经补交。"}).Is(200)
		passes(station, "check", sees(station, hong)).Is(200)
		if now := sees(station, hong); now.Text("fen") != "96000" || now.Text("shares.0.fen") != "96000" {
			t.Errorf("answered, and let pass: %s", now.Body)
		}
		county.Post("/subsidy/barred", m{"mediator_id": town.Hong.Mediator, "from": "2026-01-01", "reason": "公务员，不得兼职取酬"}).Is(201)
		if got := passes(town.As(town.Bureau), "examine", sees(station, hong)); got.Text("code") != "claim_codes" {
			t.Errorf("barred since: %d %s", got.Status, got.Body)
		}
	})
}

// A chair who shares in a claim is not told what holds it, nor who looked at it: that would warn whoever should be looked into.
func TestR5_AChairWhoSharesIsNotToldWhatHoldsIt(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su, county, chair := town.As(town.Su), town.As(town.County), town.As(town.Zheng)
		county.Post("/subsidy/schemes", published()).Is(201)
		shared := su.Post("/cases/"+closed(town, town.Zheng.Mediator).ID+"/subsidy-claim", m{}).Is(201)
		town.App.Subsidy.Held = func(_ *db.Tx, _ ident.County, cases []ident.ID) (map[ident.ID][]string, error) {
			return map[ident.ID][]string{cases[0]: {"same_phone"}}, nil
		}
		if seen := sees(chair, shared); seen.Holds("anomaly") || seen.Holds("steps") {
			t.Errorf("the chair shares in it, and reads %s", seen.Body)
		}
		if seen := sees(county, shared); !seen.Holds("anomaly") || !seen.Holds("steps") {
			t.Errorf("the bureau reads %s", seen.Body)
		}
	})
}

// Whoever stands in for the first signer is no second person.
func TestR5_WhoStandsInIsNoSecondPerson(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		county := town.As(town.County)
		county.Post("/subsidy/schemes", published()).Is(201)
		approves(town, town.As(town.Su).Post("/cases/"+closed(town).ID+"/subsidy-claim", m{}).Is(201))
		b := county.Post("/subsidy/batches", m{"from": "2026-01-01", "to": "2026-12-31"}).Is(201)
		path := "/subsidy/batches/" + b.Text("id")
		sign := func(h housetest.Hand) housetest.Answer {
			now := h.Get(path).Is(200)
			return at(h, now).Post(path+"/sign", m{"sha256": now.Text("sha256")})
		}
		sign(county).Is(200)
		own := county.Get("/posts").Is(200).Text("items.0.id")
		county.Post("/posts/"+own+"/deputies", m{"person_id": town.Station.ID, "until": town.Today().Plus(5)}).Is(201)
		if got := sign(town.Again(town.Station)); got.Is(403).Text("code") != "two_persons" {
			t.Errorf("%s", got.Body)
		}
		sign(town.As(town.Bureau)).Is(200)
	})
}
