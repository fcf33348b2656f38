package report_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// BenchmarkCity counts a city's year: 35,000 cases in twelve counties, led by 2,520 committees.
func BenchmarkCity(b *testing.B) {
	for _, d := range dbtest.Dialects() {
		b.Run(d, func(b *testing.B) {
			town := housetest.New(b, dbtest.New(b, d))
			crowd(b, town)
			analyse(b, town)
			hand := town.As(town.Bureau)
			for _, path := range []string{"case-table?", "case-table?group=area&", "briefing?", "trend?", "funnel?", "hot-spots?"} {
				b.Run(path, func(b *testing.B) {
					for b.Loop() {
						hand.Get("/reports/" + path + "area=3505&from=2025-01-01&to=2025-12-31").Is(200)
					}
				})
			}
		})
	}
}

// analyse gives the engine the statistics that a database in use has.
func analyse(b *testing.B, town *housetest.Town) {
	b.Helper()
	pool, err := town.Store.Pool()
	if err != nil {
		b.Fatal(err)
	}
	statement := map[string]string{"sqlite": "ANALYZE", "postgres": "VACUUM ANALYZE"}[town.Store.Dialect()]
	if _, err := pool.ExecContext(b.Context(), statement); err != nil {
		b.Fatal(err)
	}
}

const perCounty, casesPerCounty = 210, 2920

// crowd fills the city.
func crowd(b *testing.B, town *housetest.Town) {
	b.Helper()
	for _, area := range registry.Quanzhou() {
		if area.Level != ident.Of6 {
			continue
		}
		err := town.Store.Do(context.Background(), actor.System, area.Code.County(), func(tx *db.Tx) error { return fill(tx, area.Code) })
		if err != nil {
			b.Fatal(err)
		}
	}
}

func fill(tx *db.Tx, county ident.Area) error {
	village := county[:6] + "001001"
	committees := make([]registry.Committee, perCounty)
	for i := range committees {
		kind := registry.Types[i%2]
		if i%40 == 0 {
			kind = registry.OfSociety
		}
		committees[i] = registry.Committee{Type: kind, Name: fmt.Sprint("调委会", i), ShortName: fmt.Sprint("B", i), AreaCode: village,
			State: registry.Active, ActivatedOn: "2019-01-01"}
	}
	if err := registry.BulkCommittees(tx, committees); err != nil {
		return err
	}
	heads := make([]casework.Head, casesPerCounty)
	for i := range heads {
		heads[i] = oneOfMany(tx, i, committees[i%perCounty], village)
	}
	if err := tx.Rows().CreateInBatches(heads, 200).Error; err != nil {
		return err
	}
	parties := make([]casework.Party, 0, 2*len(heads))
	for i, h := range heads {
		for _, role := range []string{casework.Applicant, casework.Respondent} {
			p := casework.Party{Key: tx.NewKey(), CaseID: h.ID, Role: role, Kind: "person", Name: "某人", Consent: casework.Agreed}
			if i%3 == 0 {
				p.Consent, p.Refusal = casework.Refused, "D4"
			}
			parties = append(parties, p)
		}
	}
	return tx.Rows().CreateInBatches(parties, 200).Error
}

func oneOfMany(tx *db.Tx, i int, by registry.Committee, village ident.Area) casework.Head {
	accepted := calendar.Day("2025-01-01").Plus(i % 360)
	at := accepted.Start().Add(time.Hour)
	h := casework.Head{Key: tx.NewKey(), Version: 1, Reference: fmt.Sprint("R", i), IntakeNo: fmt.Sprint("I", i), CaseNo: fmt.Sprint("N", i),
		State: casework.Archived, Outcome: casework.WrittenAgreement, Source: codes.Sources[i%len(codes.Sources)].Code,
		Category: codes.Categories[i%len(codes.Categories)].Code, Difficulty: 1 + i%4, CommitteeID: by.ID, AreaCode: village,
		Title: "纠纷", Parties: 2, AmountFen: 180000, RegisteredAt: at, ConsentAskedAt: &at, AcceptedAt: &at, AcceptedDay: accepted,
		FirstClosedDay: accepted.Plus(5), LastEventAt: at}
	if i%50 == 0 {
		h.Outcome = casework.Failed
	}
	return h
}
