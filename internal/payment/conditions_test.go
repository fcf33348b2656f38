package payment_test

import (
	"testing"

	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/subsidy"
)

// What a scheme asks for is read from the case: whether each party confirmed it, what its dossier's review gave, which grade
// the host held on the day of closing.
func TestR5_WhatASchemeAsksForIsReadFromTheCase(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su, county := town.As(town.Su), town.As(town.County)
		rates := []m{{"fen": 100 * yuan}, {"grade": "4", "fen": 150 * yuan}}
		county.Post("/subsidy/schemes", published(m{"terms": m{"confirmed": true, "review_least": 75, "trained": true, "rates": rates}})).Is(201)
		c := closed(town)
		claim := func() housetest.Answer { return su.Post("/cases/"+c.ID+"/subsidy-claim", m{}) }
		if got := claim(); got.Text("code") != "not_yet" || !got.Holds("confirmed it themselves") || !got.Holds("not reviewed yet") {
			t.Errorf("signed in ink, and not reviewed: %d %s", got.Status, got.Body)
		}
		su.Does(c, "follow-up", m{"visited_on": town.Today(), "visitor": "苏惠敏", "party_ids": []string{c.Applicant, c.Respondent}}).Is(200)
		su.Does(c, "follow-up", m{"visited_on": town.Today(), "visitor": "戴明辉", "party_ids": []string{c.Applicant}}).Is(200)
		reviewed(town, subsidy.Reviewed{Score: 80})
		if got := claim(); !got.Holds("confirmed it themselves") || !got.Holds("not reviewed yet") {
			t.Errorf("by the mediator herself, by another with one party only, in a review that is not over: %s", got.Body)
		}
		su.Does(c, "follow-up", m{"visited_on": town.Today(), "visitor": "戴明辉", "party_ids": []string{c.Respondent}}).Is(200)
		reviewed(town, subsidy.Reviewed{Score: 0, Final: true, Vetoed: true})
		vetoed := claim().Is(201)
		if vetoed.Text("against.0.code") != "vetoed" || vetoed.Text("against.1.code") != "untrained" || vetoed.Text("fen") != "0" {
			t.Errorf("vetoed, and without training: %s", vetoed.Body)
		}
		station := town.As(town.Station)
		if got := passes(station, "check", vetoed); got.Text("code") != "claim_codes" {
			t.Errorf("what was vetoed passes: %d %s", got.Status, got.Body)
		}
		graded(town)
		reviewed(town, subsidy.Reviewed{Score: 75, Final: true})
		passes(station, "check", vetoed).Is(200) // it is reckoned anew: the review was mended, the hours are there
		if now := sees(station, vetoed); now.Text("fen") != "15000" || now.Text("grade") != "4" || now.Text("shares.0.fen") != "15000" || now.Text("against") != "[]" {
			t.Errorf("reckoned anew: %s", now.Body)
		}
		held(t, town)
	})
}

func reviewed(town *housetest.Town, r subsidy.Reviewed) {
	town.App.Subsidy.Reviews = func(_ *db.Tx, _ ident.County, cases []ident.ID) (map[ident.ID]subsidy.Reviewed, error) {
		out := map[ident.ID]subsidy.Reviewed{}
		for _, id := range cases {
			out[id] = r
		}
		return out, nil
	}
}

// graded gives Su the hours of the year and the fourth grade, from the day of closing on.
func graded(town *housetest.Town) {
	county := town.As(town.County)
	course := county.Post("/training/courses", m{"title": "年度培训", "organiser": "丰泽区司法局", "kind": "annual", "from": "2026-02-02", "class_hours": 14, "form": "class"}).Is(201)
	county.With("If-Match", `"1"`).Post("/training/courses/"+course.Text("id")+"/attendances", m{"attendances": []m{{"mediator_id": town.Su.Mediator}}}).Is(200)
	county.Post("/training/mediators/"+town.Su.Mediator.String()+"/grades", m{"grade": "4", "granted_on": string(town.Today()), "panel": "评定小组", "document_no": "第一号", "no_crime": true, "exception": "试点"}).Is(201)
}

// held: of two approved claims the one about which somebody complains stays out of the batch and is named; what comes to be
// looked into after the first signature has to be taken out before the second.
func held(t *testing.T, town *housetest.Town) {
	t.Helper()
	county, bureau := town.As(town.County), town.As(town.Bureau)
	reviewed(town, subsidy.Reviewed{Score: 90, Final: true})
	cases := []*housetest.Case{closed(town), closed(town)}
	for _, c := range cases {
		town.As(town.Su).Does(c, "follow-up", m{"visited_on": town.Today(), "visitor": "戴明辉", "party_ids": []string{c.Applicant, c.Respondent}}).Is(200)
		claim := town.As(town.Su).Post("/cases/"+c.ID+"/subsidy-claim", m{}).Is(201)
		passes(town.As(town.Station), "check", claim).Is(200)
		passes(county, "examine", sees(county, claim)).Is(200)
		passes(bureau, "approve", sees(bureau, claim)).Is(200)
	}
	complain := func(c *housetest.Case) {
		town.As(town.Station).Post("/cases/"+c.ID+"/complaints", m{"mediator_id": town.Su.Mediator, "kind": "K1", "text": "偏袒对方", "party_id": c.Applicant}).Is(201)
	}
	complain(cases[0])
	b := county.Post("/subsidy/batches", m{"from": "2026-01-01", "to": "2026-12-31"}).Is(201)
	if b.Text("claims") != "1" || b.Text("held.0.why.0") != "complaint" || b.Text("held.0.called") == "" || b.Text("held.1.called") != "" {
		t.Errorf("a complaint is not decided: %s", b.Body)
	}
	path := "/subsidy/batches/" + b.Text("id")
	at(county, b).Post(path+"/sign", m{"sha256": b.Text("sha256")}).Is(200)
	complain(cases[1])
	now := bureau.Get(path).Is(200)
	at(bureau, now).Post(path+"/sign", m{"sha256": now.Text("sha256")}).Refuses("held")
}
