package demo

import (
	"bytes"
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
	"fengqiao/internal/duty"
	"fengqiao/internal/fault"
	"fengqiao/internal/files"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
	"fengqiao/internal/vault"
	"fengqiao/policies"
)

// part loads two counties of the city and one case of forty into a fresh database.
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
	caucus, err := vault.NewCaucus(chance, bytes.Repeat([]byte{1}, vault.MasterSize))
	if err != nil {
		t.Fatal(err)
	}
	accounts := account.New(account.Options{Store: store, Vault: v, Random: chance, Log: slog.New(slog.DiscardHandler)})
	cases := casework.New(casework.Parts{DB: store, Policy: policy, Journal: journal.New(v, chance), Vault: v, Caucus: caucus, Files: files.New(t.TempDir(), v), PhoneIndex: accounts.PhoneIndex,
		Random: chance, EndVisits: accounts.EndPartySessions})
	l := &loader{only: []ident.County{"350503", "350505"}, share: 40, Options: Options{Store: store, Vault: v, Policy: policy, Clock: clock, Today: today, Password: "fengqiao-demo-2026", Seed: 7,
		Accounts: accounts, Cases: cases, Duty: duty.New(duty.Options{Cases: cases, Store: store, Policy: policy})}}
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
		rows, err := pool.QueryContext(t.Context(), "SELECT * FROM "+table+where(table)+" ORDER BY 1, 2, 3")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
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
	" signatures follow_ups conflict_checks presence_services" +
	" absences mediator_languages committee_seals opinion_answers opinion_marks equality_answers party_messages data_requests")

func all(string) string { return "" }

// A part of the city, loaded once for whatever looks at it.
func TestTheCity(t *testing.T) {
	for _, d := range dbtest.Dialects() {
		t.Run(d, func(t *testing.T) {
			t.Parallel()
			store := part(t, d, friday)
			for what, look := range map[string]func(t *testing.T, d string, store *db.Store){
				"the same seed and day give the same rows":    sameAgain,
				"its history is the same on every day":        sameHistory,
				"history is served by whom the register says": served,
				"parties have their say":                      haveTheirSay,
				"it is plausible":                             plausible,
				"its caucuses are sealed":                     sealed,
			} {
				t.Run(what, func(t *testing.T) { look(t, d, store) })
			}
		})
	}
}

func sameAgain(t *testing.T, d string, store *db.Store) {
	one, another := digest(t, store, all, everything...), digest(t, part(t, d, friday), all, everything...)
	if one != another {
		t.Error("two loads of the same seed and day differ")
	}
}

// What the city's reply tells of is the same whenever the demo opens.
func sameHistory(t *testing.T, d string, store *db.Store) {
	old := func(table string) string {
		return map[string]string{"dispute_cases": " WHERE registered_at < '2022-01-01'", "journal": " WHERE recorded_at < '2022-01-01'",
			"mediation_sessions": " WHERE starts_at < '2022-01-01'", "mediators": "", "compounds": "", "service_areas": ""}[table]
	}
	tables := []string{"dispute_cases", "journal", "mediation_sessions", "mediators", "compounds", "service_areas"}
	if digest(t, store, old, tables...) != digest(t, part(t, d, friday.AddDate(0, 2, 5)), old, tables...) {
		t.Error("the history depends on the day on which the demo opens")
	}
}

// While history is loaded the demo answers who serves a place; the register must say the same of the rows.
func served(t *testing.T, _ string, store *db.Store) {
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
	defer rows.Close()
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

// The pages of opinions, messages and questions about one's own data are not empty.
func haveTheirSay(t *testing.T, _ string, store *db.Store) {
	pool, err := store.Pool()
	if err != nil {
		t.Fatal(err)
	}
	for query, least := range map[string]int{
		"SELECT COUNT(*) FROM opinion_answers":                               10,
		"SELECT COUNT(DISTINCT quarter) FROM opinion_answers":                3,
		"SELECT COUNT(*) FROM opinion_answers WHERE side = 'respondent'":     3,
		"SELECT COUNT(*) FROM opinion_answers WHERE line_sealed IS NOT NULL": 1,
		"SELECT COUNT(*) FROM equality_answers":                              5,
		"SELECT COUNT(DISTINCT state) FROM data_requests":                    3,
		"SELECT COUNT(DISTINCT kind) FROM party_messages":                    3,
		"SELECT COUNT(*) FROM party_messages WHERE read_at IS NOT NULL":      1,
	} {
		var n int
		if err := pool.QueryRowContext(t.Context(), query).Scan(&n); err != nil || n < least {
			t.Errorf("%s: %d, at least %d, %v", query, n, least, err)
		}
	}
}

// What a reader of the demo's rows would not believe does not stand in them.
func plausible(t *testing.T, _ string, store *db.Store) {
	pool, err := store.Pool()
	if err != nil {
		t.Fatal(err)
	}
	for what, query := range map[string]string{
		"case numbers run against acceptance": `SELECT COUNT(*) FROM (SELECT accepted_at, LAG(accepted_at) OVER (PARTITION BY committee_id, substr(case_no, 1, 6) ORDER BY case_no) AS before
			FROM dispute_cases WHERE case_no <> '') x WHERE accepted_at < before`,
		"intake numbers run against filing": `SELECT COUNT(*) FROM (SELECT registered_at, LAG(registered_at) OVER (PARTITION BY committee_id, substr(intake_no, 1, 9) ORDER BY intake_no) AS before
			FROM dispute_cases) x WHERE registered_at < before`,
		"mediators left before they were engaged": "SELECT COUNT(*) FROM mediators WHERE left_on < engaged_on",
		"mediators were engaged under age":        "SELECT COUNT(*) FROM mediators WHERE substr(CAST(engaged_on AS text), 1, 4) < CAST(CAST(substr(CAST(born AS text), 1, 4) AS integer) + 18 AS text)",
		"sessions end on another day":             "SELECT COUNT(*) FROM mediation_sessions WHERE ends_at < starts_at OR substr(CAST(ends_at AS text), 1, 10) <> substr(CAST(starts_at AS text), 1, 10)",
		"parties bear the same name":              "SELECT COUNT(*) FROM dispute_cases WHERE applicant_names = respondent_names",
		"entries lie ahead of the demo's day":     "SELECT COUNT(*) FROM journal WHERE recorded_at > '2026-03-06 09:00:00'",
		"committees have no chair":                "SELECT COUNT(*) FROM committees c WHERE c.state = 'active' AND c.type <> 'desk' AND NOT EXISTS (SELECT 1 FROM committee_members m WHERE m.committee_id = c.id AND m.office = 'chair')",
		"archived dossiers of the home committee lack a proof of who the parties are": `SELECT COUNT(*) FROM dispute_cases d JOIN committees c ON c.county_code = d.county_code AND c.id = d.committee_id
			WHERE d.state = 'archived' AND c.area_code = '350503001001'
			AND (SELECT COUNT(*) FROM case_attachments a WHERE a.county_code = d.county_code AND a.case_id = d.id AND a.paper = 'identity') < 2`,
		"committees have no woman": "SELECT COUNT(*) FROM committees c WHERE c.state = 'active' AND c.type <> 'desk' AND NOT EXISTS (SELECT 1 FROM committee_members m WHERE m.committee_id = c.id AND m.sex = '2')",
	} {
		var n int
		if err := pool.QueryRowContext(t.Context(), query).Scan(&n); err != nil || n > 0 {
			t.Errorf("%s: %d, %v", what, n, err)
		}
	}
}
