package demo

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/vault"
	"fengqiao/policies"
)

// part loads two counties of the city and one case of twenty into a fresh database.
func part(t *testing.T, dialect string, today time.Time) *db.Store {
	t.Helper()
	chance, clock := Chance(7, "rows"), &Clock{}
	store, err := db.Open(db.Options{URL: dbtest.URL(t, dialect), Now: clock.Now, IDs: ident.NewMaker(chance), Log: slog.New(slog.DiscardHandler), Loading: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	policy, err := authz.Load(policies.Model, policies.Policy)
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.New(chance, make([]byte, vault.MasterSize))
	if err != nil {
		t.Fatal(err)
	}
	l := &loader{only: []ident.County{"350503", "350505"}, share: 20, Options: Options{Store: store, Vault: v, Policy: policy, Clock: clock, Today: today, Password: "fengqiao-demo-2026", Seed: 7,
		Accounts: account.New(account.Options{Store: store, Vault: v, Random: chance, Log: slog.New(slog.DiscardHandler)}),
		Cases:    casework.New(casework.Parts{DB: store, Policy: policy, Vault: v})}}
	if err := l.load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return store
}

var friday = time.Date(2026, 3, 6, 9, 0, 0, 0, time.UTC)

// digest is a digest of all rows of tables, in the order of their keys; where narrows them.
func digest(t *testing.T, s *db.Store, where func(table string) string, tables ...string) string {
	t.Helper()
	pool, err := s.Pool()
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	for _, table := range tables {
		rows, err := pool.QueryContext(t.Context(), "SELECT * FROM "+table+where(table)+" ORDER BY 1, 2, 3, 4")
		if err != nil {
			t.Fatal(err)
		}
		columns, _ := rows.Columns()
		n := 0
		for ; rows.Next(); n++ {
			values := make([]sql.NullString, len(columns))
			into := make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(h, table, values)
		}
		if err := rows.Err(); err != nil || n == 0 {
			t.Fatalf("%s: %d rows, %v", table, n, err)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

var everything = strings.Fields("directory journal persons accounts posts committees committee_terms committee_members mediators property_firms compounds" +
	" service_areas dispute_cases case_parties case_people case_counters mediation_sessions session_attendance agreements agreement_clauses obligations" +
	" signatures follow_ups conflict_checks presence_services")

func all(string) string { return "" }

func TestTheSameSeedAndDayGiveTheSameRows(t *testing.T) {
	for _, d := range dbtest.Dialects() {
		t.Run(d, func(t *testing.T) {
			t.Parallel()
			if digest(t, part(t, d, friday), all, everything...) != digest(t, part(t, d, friday), all, everything...) {
				t.Error("two loads of the same seed and day differ")
			}
		})
	}
}

// What the city's reply tells of is the same whenever the demo opens.
func TestTheHistoryIsTheSameOnEveryDay(t *testing.T) {
	for _, d := range dbtest.Dialects() {
		t.Run(d, func(t *testing.T) {
			t.Parallel()
			old := func(table string) string {
				return map[string]string{"dispute_cases": " WHERE registered_at < '2022-01-01'", "journal": " WHERE recorded_at < '2022-01-01'",
					"mediation_sessions": " WHERE starts_at < '2022-01-01'", "mediators": "", "compounds": "", "service_areas": ""}[table]
			}
			tables := []string{"dispute_cases", "journal", "mediation_sessions", "mediators", "compounds", "service_areas"}
			if digest(t, part(t, d, friday), old, tables...) != digest(t, part(t, d, friday.AddDate(0, 2, 5)), old, tables...) {
				t.Error("the history depends on the day on which the demo opens")
			}
		})
	}
}

// While history is loaded the demo answers who serves a place; the register must say the same of the rows.
func TestHistoryIsServedByWhomTheRegisterSays(t *testing.T) {
	for _, d := range dbtest.Dialects() {
		t.Run(d, func(t *testing.T) {
			t.Parallel()
			store := part(t, d, friday)
			pool, err := store.Pool()
			if err != nil {
				t.Fatal(err)
			}
			type filed struct {
				place registry.Place
				by    ident.ID
			}
			var all []filed
			rows, err := pool.QueryContext(t.Context(), "SELECT area_code, compound_id, category, committee_id FROM dispute_cases WHERE source = '13' ORDER BY county_code, id DESC LIMIT 400")
			if err != nil {
				t.Fatal(err)
			}
			for rows.Next() {
				var f filed
				if err := rows.Scan(&f.place.Area, &f.place.Compound, &f.place.Category, &f.by); err != nil {
					t.Fatal(err)
				}
				all = append(all, f)
			}
			if err := rows.Err(); err != nil || len(all) < 50 {
				t.Fatalf("%d filings, %v", len(all), err)
			}
			compounds := 0
			err = store.Read(context.Background(), actor.System, func(tx *db.Tx) error {
				tx.Now = friday
				for _, f := range all {
					c, err := registry.Serving(tx, f.place)
					if err != nil {
						return err
					}
					if c.ID != f.by {
						t.Errorf("%+v is served by %s, the case was led by %s", f.place, c.ID, f.by)
					}
					if !f.place.Compound.IsZero() {
						compounds++
					}
				}
				return nil
			})
			if err != nil || compounds == 0 {
				t.Errorf("%d in compounds, %v", compounds, err)
			}
		})
	}
}

// A demo whose loading was cut off says so, instead of serving half a city.
func TestAHalfLoadedDemoIsNotServed(t *testing.T) {
	for _, d := range dbtest.Dialects() {
		t.Run(d, func(t *testing.T) {
			t.Parallel()
			l := &loader{Options: Options{Store: dbtest.New(t, d)}}
			for _, step := range []struct {
				mark   string
				loaded bool
				fault  bool
			}{{"", false, false}, {begun, false, true}, {whole, true, false}} {
				if step.mark != "" {
					if err := l.sign(t.Context(), step.mark); err != nil {
						t.Fatal(err)
					}
				}
				loaded, err := IsDemo(t.Context(), l.Store)
				if loaded != step.loaded || fault.Is(err, fault.Conflict) != step.fault {
					t.Errorf("after %q: %v, %v", step.mark, loaded, err)
				}
			}
		})
	}
}
