package casework_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/search"
)

// TestAMillionCasesAreSearched measures the search over a million made-up cases of a whole city on PostgreSQL. It takes
// minutes and gigabytes, and runs only where FENGQIAO_MILLION says how many cases.
func TestAMillionCasesAreSearched(t *testing.T) {
	n := 0
	if _, err := fmt.Sscan(os.Getenv("FENGQIAO_MILLION"), &n); err != nil {
		t.Skip("FENGQIAO_MILLION does not say how many")
	}
	town := housetest.New(t, dbtest.Only(t, "postgres"))
	c := town.As(nil).Files()
	m := &million{t: t, town: town, random: rand.New(rand.NewPCG(1, 2))}
	m.fill(n, c.ID)
	m.measure()
}

// million fills a town's database with cases like one that was filed.
type million struct {
	t          *testing.T
	town       *housetest.Town
	random     *rand.Rand
	committees []registry.Committee
	names      []string
}

const surnameList, givenList = "林陈黄张吴王李郑蔡刘杨许庄苏谢洪曾郭叶朱施傅颜周柯邱潘赖", "秀英志强国荣惠敏永福景山文彬锦程清源俊杰月娥美玲水木阿金建华丽珍明辉雅芳德胜金钗火土天赐"

func (m *million) name() string {
	s, g := []rune(surnameList), []rune(givenList)
	pick := func(r []rune) rune { return r[int(float64(len(r))*m.random.Float64()*m.random.Float64())] } // some more often than others
	return string([]rune{pick(s), pick(g), pick(g)})
}

func (m *million) exec(sql string, args ...any) {
	m.t.Helper()
	pool, err := m.town.Store.Pool()
	if err == nil {
		_, err = pool.ExecContext(m.t.Context(), sql, args...)
	}
	if err != nil {
		m.t.Fatal(err, sql[:min(len(sql), 200)])
	}
}

func (m *million) do(county ident.County, fn func(tx *db.Tx) error) {
	m.t.Helper()
	if err := m.town.Store.Do(m.t.Context(), actor.System, county, fn); err != nil {
		m.t.Fatal(err)
	}
}

func (m *million) fill(n int, template string) {
	began := time.Now()
	for i, a := range registry.Quanzhou() {
		if a.Level != ident.Village {
			continue
		}
		m.do(a.Code.County(), func(tx *db.Tx) error {
			c := registry.Committee{Key: tx.NewKey(), Type: registry.OfResidents, Name: a.Name + "人民调解委员会", ShortName: fmt.Sprint("短", i), AreaCode: a.Code, State: registry.Active, ActivatedOn: "2020-01-01", Phone: "0595-00000000"}
			m.committees = append(m.committees, c)
			return registry.BulkCommittees(tx, []registry.Committee{c})
		})
	}
	m.exec("CREATE UNLOGGED TABLE m_names (name text, kind text, term text COLLATE \"C\"); CREATE UNLOGGED TABLE m_cases (county_code text, id uuid, committee_id uuid, area_code text, a text, b text, title text, place text, day int)")
	m.words()
	titles := []string{"楼上卫生间漏水", "物业费欠缴", "邻里噪音扰民", "宅基地边界争执", "拖欠工资", "停车位被占", "道路交通事故赔偿", "宠物咬伤", "借款不还", "赡养老人", "店面租赁合同", "电梯加装费用分摊"}
	for _, title := range titles {
		m.terms(title, "t", search.Words{Title: title})
	}
	maker := ident.NewMaker(randomBytes{m.random})
	for at := 0; at < n; at += 5000 {
		var b strings.Builder
		for i := range 5000 {
			c := m.committees[m.random.IntN(len(m.committees))]
			if m.random.IntN(20) == 0 { // a county's large committee
				c = m.committees[0]
			}
			when := time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(at+i) * 5 * time.Minute)
			fmt.Fprintf(&b, ",('%s','%s','%s','%s','%s','%s','%s','%s',%d)", c.CountyCode, maker.New(c.CountyCode, when), c.ID, c.AreaCode,
				m.names[m.random.IntN(len(m.names))], m.names[m.random.IntN(len(m.names))], titles[m.random.IntN(len(titles))], c.AreaCode, (at+i)/300)
		}
		m.exec("INSERT INTO m_cases VALUES " + b.String()[1:])
	}
	m.t.Log("cases drawn", time.Since(began))
	m.copies(template)
	m.t.Log("filled", time.Since(began))
}

// words are those of the names and places that the cases draw from.
func (m *million) words() {
	seen := map[string]bool{}
	for len(m.names) < 8000 {
		if name := m.name(); !seen[name] || len(m.names) > 4000 {
			if !seen[name] {
				m.terms(name, "n", search.Words{Names: []string{name}})
			}
			seen[name] = true
			m.names = append(m.names, name)
		}
	}
	for _, a := range registry.Quanzhou() {
		if a.Level == ident.Village {
			m.terms(string(a.Code), "p", search.Words{Places: []string{a.Name}})
		}
	}
}

func (m *million) terms(of, kind string, w search.Words) {
	for _, term := range w.Terms() {
		m.exec("INSERT INTO m_names VALUES ($1, $2, $3)", of, kind, term.Text)
	}
}

// copies makes the cases like the template, each with two parties and its words.
func (m *million) copies(template string) {
	m.exec("CREATE INDEX ON m_names (name)")
	for _, table := range []string{"dispute_cases", "case_parties", "case_terms"} { // what is made keeps to its keys
		m.exec("ALTER TABLE " + table + " DISABLE TRIGGER ALL")
	}
	m.exec("ANALYZE m_names")
	m.exec("ANALYZE m_cases")
	like := func(table, key string, set map[string]string) string {
		var cols []string
		pool, err := m.town.Store.Pool()
		if err != nil {
			m.t.Fatal(err)
		}
		rows, err := pool.QueryContext(m.t.Context(), "SELECT column_name FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position", table)
		if err != nil {
			m.t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var c string
			if err := rows.Scan(&c); err != nil {
				m.t.Fatal(err)
			}
			cols = append(cols, c)
		}
		if rows.Err() != nil {
			m.t.Fatal(rows.Err())
		}
		var from []string
		for _, c := range cols {
			if v, ok := set[c]; ok {
				from = append(from, v)
			} else {
				from = append(from, "o."+c)
			}
		}
		return "INSERT INTO " + table + " (" + strings.Join(cols, ",") + ") SELECT " + strings.Join(from, ",") + " FROM m_cases m JOIN " + table + " o ON o." + key
	}
	m.exec(like("dispute_cases", "id = '"+template+"'", map[string]string{"county_code": "m.county_code", "id": "m.id", "committee_id": "m.committee_id", "area_code": "m.area_code",
		"title": "m.title", "applicant_names": "m.a", "respondent_names": "m.b", "reference": "substr(m.id::text, 29, 8)", "intake_no": "'登' || m.day", "registered_at": "o.registered_at - m.day * interval '1 hour'"}))
	for side, name := range map[string]string{"applicant": "m.a", "respondent": "m.b"} {
		m.exec(like("case_parties", "case_id = '"+template+"' AND o.role = '"+side+"'", map[string]string{"county_code": "m.county_code", "id": "gen_random_uuid()", "case_id": "m.id", "name": name,
			"name_key": name, "phone_index": "md5(" + name + " || m.day)", "id_number_index": "md5(m.id::text || o.role)"}))
	}
	m.t.Log("cases and parties made")
	for _, of := range []string{"a", "b", "title", "place"} {
		m.exec("INSERT INTO case_terms SELECT m.county_code, m.id, n.kind, n.term FROM m_cases m JOIN m_names n ON n.name = m." + of + " ON CONFLICT DO NOTHING")
	}
	m.exec("VACUUM ANALYZE dispute_cases")
	m.exec("VACUUM ANALYZE case_parties")
	m.exec("VACUUM ANALYZE case_terms")
}

type randomBytes struct{ r *rand.Rand }

func (b randomBytes) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b.r.Uint32())
	}
	return len(p), nil
}

func (m *million) measure() {
	policy := m.town.App.Policy
	reader := func(p actor.Post) authz.Grant {
		g, err := policy.Allow(actor.Actor{Person: m.town.Su.ID, Posts: []actor.Post{p}}, "case.list")
		if err != nil {
			m.t.Fatal(err)
		}
		return g
	}
	small, large := m.committees[100], m.committees[0]
	name := func() string { return m.names[m.random.IntN(len(m.names))] }
	given := func() string { return string([]rune(name())[1:]) }
	spelled := func(i int) func() string {
		return func() string {
			for _, t := range (search.Words{Names: []string{name()}}).Terms() {
				if t.Text[0] < 128 {
					if i == 0 || len(t.Text) <= 3 {
						return t.Text
					}
				}
			}
			return "lxy"
		}
	}
	place := func() string { return strings.TrimSuffix(strings.TrimSuffix(m.areaName(), "居委会"), "村委会") }
	for _, who := range []struct {
		what string
		g    authz.Grant
		ask  map[string]func() string
	}{
		{"chair of 400 cases", reader(actor.Post{Role: actor.Chair, Committee: small.ID}), map[string]func() string{"name": name, "given name": given, "initials": spelled(1), "pinyin": spelled(0), "title": func() string { return "漏水" }, "nothing": func() string { return "不存在" }}},
		{"mediator of 400 cases", reader(actor.Post{Role: actor.Mediator, Committee: small.ID}), map[string]func() string{"name": name, "initials": spelled(1), "nothing": func() string { return "不存在" }}},
		{"chair of 50,000 cases", reader(actor.Post{Role: actor.Chair, Committee: large.ID}), map[string]func() string{"name": name, "given name": given, "initials": spelled(1), "surname": func() string { return "林" }, "title": func() string { return "漏水" }, "nothing": func() string { return "不存在" }}},
		{"station of a street", reader(actor.Post{Role: actor.StationOfficer, Area: large.AreaCode[:9] + "000"}), map[string]func() string{"name": name, "given name": given, "initials": spelled(1), "title": func() string { return "漏水" }, "place": place}},
		{"county", reader(actor.Post{Role: actor.BureauSupervisor, Area: large.AreaCode[:6] + "000000"}), map[string]func() string{"place": place, "a name": name}},
		{"city", reader(actor.Post{Role: actor.BureauSupervisor, Area: housetest.City}), map[string]func() string{"place": place, "a name": name}},
	} {
		for what, ask := range who.ask {
			m.time(who.what+", "+what, who.g, ask)
		}
	}
	m.time("chair of 50,000 cases, telephone", reader(actor.Post{Role: actor.Chair, Committee: large.ID}), nil)
}

func (m *million) areaName() string {
	c := m.committees[m.random.IntN(len(m.committees))]
	return strings.TrimSuffix(c.Name, "人民调解委员会")
}

func (m *million) time(what string, g authz.Grant, ask func() string) {
	var took []time.Duration
	found, slowest := 0, ""
	for range 100 {
		f := casework.Filter{Limit: 20}
		if ask == nil {
			m.town.Later(2 * time.Minute)
			f.Query = "13800138000"
		} else {
			f.Query = ask()
		}
		began := time.Now()
		lines, _, err := m.town.App.Cases.Search(context.Background(), g, f)
		d := time.Since(began)
		if err != nil && ask != nil && !strings.Contains(err.Error(), "cannot search by name") {
			m.t.Fatal(err)
		}
		if len(took) == 0 || d > slices.Max(took) {
			slowest = f.Query
		}
		took, found = append(took, d), found+len(lines)
	}
	slices.Sort(took)
	m.t.Logf("%-40s p50 %6.1f ms  p99 %6.1f ms (slowest %s), %d found", what, ms(took[50]), ms(took[98]), slowest, found)
	if p99 := took[98]; p99 > 100*time.Millisecond {
		m.t.Errorf("%s: p99 %s", what, p99)
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
