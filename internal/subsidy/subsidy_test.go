package subsidy_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
)

type m = housetest.M

// scheme is a county's: a hundred yuan for every agreement.
func scheme(from, to string, fen int, more m) m {
	terms := m{"rates": []m{{"fen": fen}}}
	for k, v := range more {
		terms[k] = v
	}
	return m{"area_code": housetest.Fengze, "kind": "case", "name": "以案定补办法", "valid_from": from, "valid_to": to, "basis": "丰司〔2026〕3号", "terms": terms}
}

// archived enters an archived case that Su hosted and that was closed on a day.
func archived(t *testing.T, town *housetest.Town, n int, on string, change func(*casework.Head)) ident.ID {
	t.Helper()
	h := casework.Head{Version: 1, Reference: fmt.Sprintf("S%07d", n), CaseNo: fmt.Sprintf("第%04d号", n), State: casework.Archived, Outcome: casework.WrittenAgreement, Difficulty: 2, Parties: 2,
		CommitteeID: town.Home.ID, AreaCode: housetest.Shaolin, HostID: town.Su.Mediator, Category: "02"}
	err := town.Store.Do(context.Background(), actor.System, town.Home.CountyCode, func(tx *db.Tx) error {
		h.Key, h.RegisteredAt, h.LastEventAt = tx.NewKey(), tx.Now, tx.Now
		if h.FirstClosedDay = town.Today(); on != "" {
			if err := h.FirstClosedDay.UnmarshalText([]byte(on)); err != nil {
				return err
			}
		}
		if change != nil {
			change(&h)
		}
		if err := db.Load(tx, []casework.Head{h}); err != nil {
			return err
		}
		return db.Load(tx, []casework.Participant{{Key: tx.NewKey(), CaseID: h.ID, PersonID: town.Su.ID, MediatorID: town.Su.Mediator, Name: town.Su.Name, Part: "host", BeganAt: tx.Now}})
	})
	if err != nil {
		t.Fatal(err)
	}
	return h.ID
}

func claims(h housetest.Hand, id ident.ID) housetest.Answer {
	return h.With("If-Match", `"1"`).Post("/cases/"+id.String()+"/subsidy-claim", m{})
}

func refuses(h housetest.Hand, step string, c housetest.Answer, body m) housetest.Answer {
	return h.With("If-Match", `"`+c.Text("version")+`"`).Post("/subsidy/claims/"+c.Text("id")+"/refuse-at-"+step, body)
}

// The scheme that held on the day of closing is applied: by one day it is another.
func TestR5_TheSchemeOfTheDayOfClosingIsApplied(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su, county, bureau := town.As(town.Su), town.As(town.County), town.As(town.Bureau)
		county.Post("/subsidy/schemes", scheme("2024-01-01", "2025-06-30", 10000, nil)).Is(201)
		county.Post("/subsidy/schemes", scheme("2025-07-01", "2030-06-30", 20000, nil)).Is(201)
		city := scheme("2020-01-01", "2024-12-31", 5000, nil)
		city["area_code"] = housetest.City
		bureau.Post("/subsidy/schemes", city).Is(201)
		if got := county.Post("/subsidy/schemes", scheme("2031-01-01", "2036-01-01", 1, nil)).Is(422); !got.Holds(`"valid_to"`) {
			t.Errorf("longer than five years: %s", got.Body)
		}
		for i, v := range []struct{ on, fen string }{{"2025-06-30", "10000"}, {"2025-07-01", "20000"}, {"2023-05-05", "5000"}, {"2024-05-05", "10000"}} {
			if c := claims(su, archived(t, town, i, v.on, nil)).Is(201); c.Text("fen") != v.fen {
				t.Errorf("closed on %s: %s", v.on, c.Body)
			}
		}
		claims(su, archived(t, town, 10, "2019-12-31", nil)).Refuses("not_yet")
		indexed(t, town)
	})
}

// indexed: the amounts of a year follow its factor, which is set once.
func indexed(t *testing.T, town *housetest.Town) {
	t.Helper()
	county, su := town.As(town.County), town.As(town.Su)
	sc := county.Post("/subsidy/schemes", scheme("2018-01-01", "2019-06-30", 20000, m{"indexed": true})).Is(201)
	late := archived(t, town, 20, "2019-03-01", nil)
	claims(su, late).Refuses("not_yet")
	factor := func(body m) housetest.Answer {
		return county.Post("/subsidy/schemes/"+sc.Text("id")+"/factors", body)
	}
	factor(m{"year": 2019, "per_ten_thousand": 100, "basis": "平均工资"}).Is(422)
	factor(m{"year": 2019, "per_ten_thousand": 10350, "basis": "全市在岗职工平均工资"}).Is(201)
	factor(m{"year": 2019, "per_ten_thousand": 10360, "basis": "全市在岗职工平均工资"}).Refuses("factor_set")
	if c := claims(su, late).Is(201); c.Text("fen") != "20700" {
		t.Errorf("by the factor: %s", c.Body)
	}
	if c := claims(su, archived(t, town, 21, "2018-03-01", nil)).Is(201); c.Text("fen") != "20000" {
		t.Errorf("in the first year: %s", c.Body)
	}
}

// Whoever stands in for one who took a look takes none of the others.
func TestR5_WhoStandsInTakesNoOtherLook(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		county := town.As(town.County)
		county.Post("/subsidy/schemes", scheme("2026-01-01", "2026-12-31", 10000, nil)).Is(201)
		c := claims(town.As(town.Su), archived(t, town, 1, "", nil)).Is(201)
		own := county.Get("/posts").Is(200).Text("items.0.id")
		county.Post("/posts/"+own+"/deputies", m{"person_id": town.Station.ID, "until": town.Today().Plus(5)}).Is(201)
		station := town.Again(town.Station)
		pass := func(h housetest.Hand, step string, version int) housetest.Answer {
			return h.Post("/subsidy/"+step, m{"claims": []m{{"id": c.Text("id"), "version": version}}})
		}
		pass(county, "check", 1).Is(200)
		if a := pass(station, "examine", 2); a.Status != 403 || a.Text("code") != "three_persons" {
			t.Errorf("whoever stands in for the first took the second look: %d %s", a.Status, a.Body)
		}
		pass(town.As(town.Bureau), "examine", 2).Is(200)
	})
}

// A refusal has a code that holds, and words; who shares in the claim answers once, and what is decided then stands.
func TestR5_ARefusalHasAReasonAndIsAnsweredOnce(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su, county, station := town.As(town.Su), town.As(town.County), town.As(town.Station)
		county.Post("/subsidy/schemes", scheme("2026-01-01", "2026-12-31", 10000, nil)).Is(201)
		failed := claims(su, archived(t, town, 1, "", func(h *casework.Head) { h.Outcome = casework.Failed })).Is(201)
		good := claims(su, archived(t, town, 2, "", nil)).Is(201)
		other := archived(t, town, 3, "", nil)
		if failed.Text("against.0.code") != "no_agreement" || failed.Text("fen") != "0" || failed.Text("against.0.says") == "" {
			t.Errorf("what stands against it: %s", failed.Body)
		}
		if got := station.Post("/subsidy/check", m{"claims": []m{{"id": failed.Text("id"), "version": 1}}}); got.Text("code") != "claim_codes" {
			t.Errorf("what the scheme does not pay for passes: %d %s", got.Status, got.Body)
		}
		for field, body := range map[string]m{"code": {"code": "no_agreement"}, "text": {"code": "materials", "text": " "}, "same_case_id": {"code": "duplicate", "text": "同一纠纷", "same_case_id": other.String()}} {
			if got := refuses(station, "check", good, body).Is(422); !got.Holds(`"` + field + `"`) {
				t.Errorf("%s: %s", field, got.Body)
			}
		}
		refuses(station, "check", failed, m{"code": "no_agreement"}).Is(200)
		no := refuses(station, "check", good, m{"code": "materials", "text": "缺少回访记录"}).Is(200)
		if no.Text("state") != "refused" || no.Text("refusal.code") != "materials" || no.Text("refused_at") != "check" || no.Text("may_answer") != "true" || no.Text("fen") != "0" || no.Text("shares.0.fen") != "0" {
			t.Errorf("refused: %s", no.Body)
		}
		answer := func(h housetest.Hand, version string) housetest.Answer {
			return h.With("If-Match", version).Post("/subsidy/claims/"+good.Text("id")+"/answer", m{"reply": "回访记录在第 12 页。"})
		}
		answer(town.As(town.Hong), `"2"`).Is(404)
		answered := answer(su, `"2"`).Is(200)
		answer(su, `"3"`).Refuses("claim_state")
		final := refuses(station, "check", answered, m{"code": "materials", "text": "第 12 页不是回访记录"}).Is(200)
		answer(su, `"4"`).Refuses("answered")
		if final.Text("may_answer") != "false" || final.Text("reply") != "回访记录在第 12 页。" {
			t.Errorf("final: %s", final.Body)
		}
		held(t, town)
		posts(t, town)
	})
}

// held: nobody looks at what they mediated or claimed for themselves, whichever post they hold besides.
func held(t *testing.T, town *housetest.Town) {
	t.Helper()
	c := claims(town.As(town.Zheng), archived(t, town, 5, "", nil)).Is(201) // the chair, for Su
	if got := town.As(town.Station).Get("/subsidy/claims/" + c.Text("id")).Is(200); got.Text("shares.0.name") != "苏惠敏" {
		t.Errorf("the chair's claim: %s", got.Body)
	}
	err := town.Store.Do(context.Background(), actor.System, town.Home.CountyCode, func(tx *db.Tx) error {
		id, err := ident.ParseID(c.Text("case_id"))
		if err != nil {
			return err
		}
		return db.Load(tx, []casework.Participant{{Key: tx.NewKey(), CaseID: id, PersonID: town.Station.ID, MediatorID: town.Hong.Mediator, Name: town.Station.Name, Part: "recorder", BeganAt: tx.Now}})
	})
	if err != nil {
		t.Fatal(err)
	}
	town.As(town.Station).Post("/subsidy/check", m{"claims": []m{{"id": c.Text("id"), "version": 1}}}).Is(403)
	town.As(town.County).Post("/subsidy/check", m{"claims": []m{{"id": c.Text("id"), "version": 1}}}).Is(200) // the bureau may, where the station must not
	if next := town.As(town.County).Get("/subsidy/claims?step=examine").Is(200); next.Holds(c.Text("id")) {
		t.Errorf("who checked it is asked to examine it: %s", next.Body)
	}
}

// posts: a yearly allowance for each member of a committee, each person once.
func posts(t *testing.T, town *housetest.Town) {
	t.Helper()
	county := town.As(town.County)
	county.Post("/subsidy/posts", m{"year": 2026}).Refuses("no_scheme")
	county.Post("/subsidy/schemes", m{"area_code": housetest.Fengze, "kind": "post", "name": "岗位补贴办法", "valid_from": "2026-01-01", "valid_to": "2030-12-31", "basis": "丰司〔2026〕4号", "terms": m{"post_fen": 96000}}).Is(201)
	if got := county.Post("/subsidy/posts", m{"year": 2026}).Is(200); got.Text("made") != "5" { // of the two committees of Fengze
		t.Errorf("posts: %s", got.Body)
	}
	if got := county.Post("/subsidy/posts", m{"year": 2026}).Is(200); got.Text("made") != "0" {
		t.Errorf("twice: %s", got.Body)
	}
	mine := town.As(town.Hong).Get("/subsidy/mine").Is(200)
	if mine.Text("items.0.kind") != "post" || mine.Text("items.0.fen") != "96000" || mine.Text("items.0.post_year") != "2026" {
		t.Errorf("one's own: %s", mine.Body)
	}
	town.As(town.Station).Post("/subsidy/posts", m{"year": 2026}).Is(403)
}

// between gives a case its two sides, as the register has them.
func between(t *testing.T, town *housetest.Town, id ident.ID, one, other casework.Party) {
	t.Helper()
	err := town.Store.Do(context.Background(), actor.System, town.Home.CountyCode, func(tx *db.Tx) error {
		for i, p := range []casework.Party{one, other} {
			p.Key, p.CaseID, p.Kind, p.Consent = tx.NewKey(), id, "person", "agreed"
			p.Role = []string{"applicant", "respondent"}[i]
			p.NameKey = p.Name
			if err := db.Load(tx, []casework.Party{p}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The same dispute under another number of the county: whoever looks is shown it and has to say that it is another one, at each
// of the looks, or refuses it. Other parties, another kind, and a number that tells two of one name apart, are no likeness.
func TestR5_TheSameDisputeUnderAnotherNumberIsFound(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su, county, station := town.As(town.Su), town.As(town.County), town.As(town.Station)
		county.Post("/subsidy/schemes", scheme("2024-01-01", "2026-12-31", 10000, nil)).Is(201)
		lin, chen := casework.Party{Name: "林秀英", PhoneIndex: "a"}, casework.Party{Name: "陈志强"}
		file := func(n int, on, kind string, committee ident.ID, one, other casework.Party) housetest.Answer {
			id := archived(t, town, n, on, func(h *casework.Head) { h.Category, h.CommitteeID = kind, committee })
			between(t, town, id, one, other)
			hand := su
			if committee != town.Home.ID {
				hand = town.As(town.OtherChair)
			}
			return claims(hand, id).Is(201)
		}
		first := file(1, "2025-03-01", "1306", town.Home.ID, lin, chen)
		again := file(2, "2025-09-01", "1301", town.Other.ID, casework.Party{Name: "陈志强"}, casework.Party{Name: "林秀英", PhoneIndex: "a"})
		alone := file(3, "2025-09-02", "02", town.Home.ID, lin, chen)
		file(4, "2024-02-01", "1306", town.Home.ID, lin, chen)
		file(5, "2025-09-03", "1306", town.Home.ID, casework.Party{Name: "林秀英", PhoneIndex: "b"}, chen)
		see := func(c housetest.Answer) housetest.Answer {
			return county.Get("/subsidy/claims/" + c.Text("id")).Is(200)
		}
		if got := see(again); got.Text("alike.0.claim_id") != first.Text("id") || got.Text("alike.1.claim_id") != "" {
			t.Errorf("under another number of another committee: %s", got.Body)
		}
		if got := see(alone); got.Holds("alike") {
			t.Errorf("another kind: %s", got.Body)
		}
		if mine := su.Get("/subsidy/mine").Is(200); mine.Holds("alike") {
			t.Errorf("who mediated it is told: %s", mine.Body)
		}
		look := func(h housetest.Hand, step string, c housetest.Answer, another bool) housetest.Answer {
			return h.Post("/subsidy/"+step, m{"claims": []m{{"id": c.Text("id"), "version": see(c).Value("version"), "another_dispute": another}}})
		}
		if got := look(station, "check", first, false); got.Text("code") != "alike" || !got.Holds("第0002号") {
			t.Errorf("it passes unseen: %d %s", got.Status, got.Body)
		}
		d := housetest.OnDoorstep(town)
		d.Enters(town.County).Opens("/subsidy/claims?step=check").Reads("可能与 第0002号 是同一纠纷")
		d.Enters(town.County).Opens("/subsidy/claims/"+first.Text("id")).Reads("可能是同一纠纷", "第0002号", "不是同一纠纷").ReadsNot("第0003号", "第0004号", "第0005号")
		look(station, "check", first, true).Is(200)
		look(county, "examine", first, false).Refuses("alike")
		other := town.As(town.County)
		refuses(other, "check", see(again), m{"code": "duplicate", "text": "与第0001号是同一纠纷", "same_case_id": first.Text("case_id")}).Is(200)
		look(county, "examine", first, false).Is(200) // what was refused is not claimed for
		look(station, "check", alone, false).Is(200)
	})
}

// Of a case that went on in another county one side is paid: the claim that was made first goes on, and the later one is
// against the scheme. Neither waits for the other.
func TestR5_OfACaseThatWentOnElsewhereTheFirstClaimGoesOn(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su, county := town.As(town.Su), town.As(town.County)
		county.Post("/subsidy/schemes", scheme("2024-01-01", "2026-12-31", 10000, nil)).Is(201)
		far := town.As(town.FarCounty)
		other := scheme("2024-01-01", "2026-12-31", 10000, nil)
		delete(other, "area_code")
		far.Post("/subsidy/schemes", other).Is(201)
		here := archived(t, town, 1, "2025-03-01", nil)
		var there ident.ID
		err := town.Store.Do(context.Background(), actor.System, town.Far.CountyCode, func(tx *db.Tx) error {
			h := casework.Head{Key: tx.NewKey(), Version: 1, Reference: "S0000099", CaseNo: "第0099号", State: casework.Archived, Outcome: casework.WrittenAgreement, Difficulty: 2, Parties: 2,
				CommitteeID: town.Far.ID, AreaCode: town.Far.AreaCode, HostID: town.FarMediator.Mediator, Category: "02", RegisteredAt: tx.Now, LastEventAt: tx.Now, FirstClosedDay: "2025-05-01", LinkedFrom: here}
			there = h.ID
			if err := db.Load(tx, []casework.Head{h}); err != nil {
				return err
			}
			return db.Load(tx, []casework.Participant{{Key: tx.NewKey(), CaseID: h.ID, PersonID: town.FarMediator.ID, MediatorID: town.FarMediator.Mediator, Name: town.FarMediator.Name, Part: "host", BeganAt: tx.Now}})
		})
		if err == nil {
			err = town.Store.Do(context.Background(), actor.System, town.Home.CountyCode, func(tx *db.Tx) error {
				return tx.Rows().Exec("UPDATE dispute_cases SET linked_to = ? WHERE county_code = ? AND id = ?", there, town.Home.CountyCode, here).Error
			})
		}
		if err != nil {
			t.Fatal(err)
		}
		first := claims(su, here).Is(201)
		town.Later(time.Minute)
		second := claims(town.As(town.FarMediator), there).Is(201)
		if first.Text("fen") != "10000" || second.Text("against.0.code") != "duplicate" || second.Text("fen") != "0" {
			t.Errorf("first %s\nsecond %s", first.Body, second.Body)
		}
		pass := func(h housetest.Hand, c housetest.Answer) housetest.Answer {
			return h.Post("/subsidy/check", m{"claims": []m{{"id": c.Text("id"), "version": 1}}})
		}
		pass(town.As(town.Station), first).Is(200)
		if got := pass(far, second); got.Text("code") != "claim_codes" {
			t.Errorf("the later one: %d %s", got.Status, got.Body)
		}
	})
}
