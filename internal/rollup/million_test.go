package rollup_test

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// TestAMillionCasesAreReported measures a city's reports over a million made-up cases of five years on PostgreSQL. It takes
// minutes and gigabytes, and runs only where FENGQIAO_MILLION says how many cases.
func TestAMillionCasesAreReported(t *testing.T) {
	n := 0
	if _, err := fmt.Sscan(os.Getenv("FENGQIAO_MILLION"), &n); err != nil {
		t.Skip("FENGQIAO_MILLION does not say how many")
	}
	town := housetest.New(t, dbtest.Only(t, "postgres"))
	su := town.As(town.Su)
	c := su.Files()
	su.Performed(c, town.Su)
	su.Does(c, "close", nil).Is(200)
	began := time.Now()
	fill(t, town, n, c)
	t.Logf("%d cases filled in in %s", n, time.Since(began).Round(time.Second))
	began = time.Now()
	months := roll(t, town)
	t.Logf("%d months added up in %s, %s each", months, time.Since(began).Round(time.Second), time.Since(began)/time.Duration(max(1, months)))
	exec(t, town, "VACUUM ANALYZE")
	for _, path := range []string{"trend?", "case-table?", "case-table?group=area&", "case-table?basis=accepted&group=area&", "briefing?", "funnel?", "survival?", "yearly?year=2025&", "organisation-table?", "hot-spots?"} {
		for _, period := range []string{"from=2025-01-01&to=2025-12-31", "from=2021-03-01&to=2026-03-06", "from=2025-01-15&to=2025-11-20"} {
			if path == "yearly?year=2025&" {
				period = "x="
			}
			var took []time.Duration
			for range 9 {
				began := time.Now()
				town.As(town.Bureau).Get("/reports/" + path + "area=3505&" + map[bool]string{true: "", false: period}[period == "x="]).Is(200)
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			t.Logf("%-40s %-32s median %4d ms, most %4d ms", path, period, took[4].Milliseconds(), took[8].Milliseconds())
		}
	}
}

// fill makes cases of five years like one that was filed, settled, performed and closed.
func fill(t *testing.T, town *housetest.Town, n int, like *housetest.Case) {
	t.Helper()
	i := 0
	for _, a := range registry.Quanzhou() {
		if a.Level != ident.Village {
			continue
		}
		i++
		err := town.Store.Do(t.Context(), actor.System, a.Code.County(), func(tx *db.Tx) error {
			return registry.BulkCommittees(tx, []registry.Committee{{Key: tx.NewKey(), Type: registry.Types[i%2], Name: a.Name + "调委会", ShortName: fmt.Sprint("短", i), AreaCode: a.Code, State: registry.Active, ActivatedOn: "2020-01-01"}})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	pool, err := town.Store.Pool()
	if err != nil {
		t.Fatal(err)
	}
	one, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	do := func(sql string) {
		t.Helper()
		began := time.Now()
		if _, err := one.ExecContext(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
		t.Logf("%-40.40s %s", sql, time.Since(began).Round(time.Second))
	}
	do("SET session_replication_role = replica") // what points at what is right by the way it is made
	do(`CREATE FUNCTION m_id(county text) RETURNS uuid LANGUAGE sql VOLATILE AS $$ SELECT (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint), 12, '0') || '8' || lpad(to_hex((random() * 4095)::int), 3, '0')
		|| to_hex(x'8000000000000000'::bigint | (county::bigint << 42) | (random() * 4398046511103)::bigint))::uuid $$`)
	do(fmt.Sprintf(`CREATE UNLOGGED TABLE m AS SELECT m.*, m_id(m.county_code) AS id, m_id(m.county_code) AS a, m_id(m.county_code) AS p, m_id(m.county_code) AS q, m_id(m.county_code) AS o, k.i,
		date '2021-03-01' + (random() * 1800)::int AS accepted, (random() * 40)::int AS days, random() AS luck
		FROM generate_series(1, %d) AS k(i) JOIN (SELECT county_code, id AS committee_id, area_code, row_number() OVER () AS nth FROM committees WHERE short_name LIKE '短%%') m ON m.nth = 1 + k.i %% (SELECT count(*) FROM committees WHERE short_name LIKE '短%%')`, n))
	do(`INSERT INTO dispute_cases SELECT r.* FROM m, dispute_cases t, LATERAL jsonb_populate_record(t, jsonb_build_object('county_code', m.county_code, 'id', m.id, 'reference', 'M' || m.i, 'intake_no', 'I' || m.i, 'case_no', 'N' || m.i,
		'committee_id', m.committee_id, 'area_code', m.area_code, 'host_id', null, 'accepted_day', m.accepted, 'registered_at', m.accepted::timestamptz, 'consent_asked_at', m.accepted::timestamptz,
		'accepted_at', m.accepted::timestamptz, 'first_closed_day', m.accepted + m.days, 'mediated_day', m.accepted + m.days / 2, 'mediation_due_day', m.accepted + 30,
		'effective_at', CASE WHEN m.luck < 0.9 THEN (m.accepted + m.days / 2)::timestamptz END, 'ended_at', (m.accepted + m.days)::timestamptz,
		'outcome', CASE WHEN m.luck < 0.6 THEN 'written_agreement' WHEN m.luck < 0.9 THEN 'oral_agreement' ELSE 'failed' END, 'agreement_id', CASE WHEN m.luck < 0.9 THEN m.a END,
		'category', (ARRAY['01','02','03','04','06','11','12','1301','1306','1307','99'])[1 + m.i % 11], 'source', (ARRAY['11','12','13','21','31','33'])[1 + m.i % 6], 'difficulty', 1 + m.i % 4)) r
		WHERE t.id = '` + like.ID + `'`)
	do(`INSERT INTO case_parties SELECT r.* FROM m, case_parties t, LATERAL jsonb_populate_record(t, jsonb_build_object('county_code', m.county_code, 'id', CASE WHEN t.role = 'applicant' THEN m.p ELSE m.q END, 'case_id', m.id,
		'id_number_index', '', 'phone_index', md5(t.role || (m.i % 400000)), 'person_id', null, 'name_key', md5(t.role))) r
		WHERE t.case_id = '` + like.ID + `'`)
	do(`INSERT INTO agreements SELECT r.* FROM m, agreements t, LATERAL jsonb_populate_record(t, jsonb_build_object('county_code', m.county_code, 'id', m.a, 'case_id', m.id)) r
		WHERE t.case_id = '` + like.ID + `' AND m.luck < 0.9`)
	do(`ALTER TABLE obligations DROP CONSTRAINT IF EXISTS obligations_county_code_clause_id_fkey`)
	do(`INSERT INTO obligations SELECT r.* FROM m, obligations t, LATERAL jsonb_populate_record(t, jsonb_build_object('county_code', m.county_code, 'id', m.o, 'case_id', m.id, 'agreement_id', m.a, 'debtor_party_id', m.q, 'creditor_party_id', m.p,
		'due_on', m.accepted + m.days, 'state_on', m.accepted + m.days - 1 + (m.i % 3))) r
		WHERE t.case_id = '` + like.ID + `' AND m.luck < 0.9`)
	do("DROP TABLE m; DROP FUNCTION m_id")
	do("VACUUM ANALYZE")
}
