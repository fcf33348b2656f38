package app_test

import (
	"database/sql"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm/schema"

	"fengqiao/internal/app"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
	"fengqiao/migrations"
)

type table struct {
	columns map[string]string // name → kind, "null" behind it where it may be NULL
	key     []string
	unique  [][]string
	foreign []foreign
}

type foreign struct {
	from  []string
	table string
	to    []string
}

func schemaOf(t *testing.T, s *db.Store) map[string]*table {
	t.Helper()
	pool, err := s.Pool()
	if err != nil {
		t.Fatal(err)
	}
	if s.Dialect() == "sqlite" {
		return sqliteSchema(t, pool)
	}
	return postgresSchema(t, pool)
}

func query(t *testing.T, pool *sql.DB, text string, args ...any) [][]string {
	t.Helper()
	rows, err := pool.QueryContext(ctx, text, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for rows.Next() {
		vals, into := make([]sql.NullString, len(names)), make([]any, len(names))
		for i := range vals {
			into[i] = &vals[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		line := make([]string, len(names))
		for i, v := range vals {
			line[i] = v.String
		}
		out = append(out, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func sqliteSchema(t *testing.T, pool *sql.DB) map[string]*table {
	out := map[string]*table{}
	for _, r := range query(t, pool, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose%'") {
		tb := &table{columns: map[string]string{}}
		out[r[0]] = tb
		keys := map[int]string{}
		for _, c := range query(t, pool, "SELECT name, type, \"notnull\", pk FROM pragma_table_info(?)", r[0]) {
			tb.columns[c[0]] = strings.ToLower(c[1]) + nullable(c[2] == "0" && c[3] == "0")
			if at, err := strconv.Atoi(c[3]); err == nil && at > 0 {
				keys[at] = c[0]
			}
		}
		for i := 1; i <= len(keys); i++ {
			tb.key = append(tb.key, keys[i])
		}
		for _, ix := range query(t, pool, "SELECT name FROM pragma_index_list(?) WHERE \"unique\" = 1 AND origin <> 'pk'", r[0]) {
			var cols []string
			for _, c := range query(t, pool, "SELECT name FROM pragma_index_info(?) ORDER BY seqno", ix[0]) {
				cols = append(cols, c[0])
			}
			tb.unique = append(tb.unique, cols)
		}
		byID := map[string]*foreign{}
		for _, f := range query(t, pool, "SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list(?) ORDER BY id, seq", r[0]) {
			if byID[f[0]] == nil {
				byID[f[0]] = &foreign{table: f[1]}
			}
			byID[f[0]].from, byID[f[0]].to = append(byID[f[0]].from, f[2]), append(byID[f[0]].to, f[3])
		}
		for _, f := range byID {
			tb.foreign = append(tb.foreign, *f)
		}
		tb.sort()
	}
	return out
}

func nullable(yes bool) string {
	if yes {
		return " null"
	}
	return ""
}

func postgresSchema(t *testing.T, pool *sql.DB) map[string]*table {
	out := map[string]*table{}
	for _, c := range query(t, pool, `SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
		WHERE table_schema = 'public' AND table_name NOT LIKE 'goose%'`) {
		if out[c[0]] == nil {
			out[c[0]] = &table{columns: map[string]string{}}
		}
		out[c[0]].columns[c[1]] = c[2] + nullable(c[3] == "YES")
	}
	for _, r := range query(t, pool, `SELECT c.relname, i.indisprimary, string_agg(a.attname, ',' ORDER BY k.n)
		FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace s ON s.oid = c.relnamespace
		CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(num, n) JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.num
		WHERE s.nspname = 'public' AND i.indisunique AND c.relname NOT LIKE 'goose%' GROUP BY c.relname, i.indexrelid, i.indisprimary`) {
		if cols := strings.Split(r[2], ","); r[1] == "true" {
			out[r[0]].key = cols
		} else {
			out[r[0]].unique = append(out[r[0]].unique, cols)
		}
	}
	for _, r := range query(t, pool, `SELECT c.conrelid::regclass::text, c.confrelid::regclass::text,
		(SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY k(num, n) JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.num),
		(SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(c.confkey) WITH ORDINALITY k(num, n) JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.num)
		FROM pg_constraint c WHERE c.contype = 'f'`) {
		out[r[0]].foreign = append(out[r[0]].foreign, foreign{from: strings.Split(r[2], ","), table: r[1], to: strings.Split(r[3], ",")})
	}
	for _, tb := range out {
		tb.sort()
	}
	return out
}

func (tb *table) sort() {
	slices.SortFunc(tb.unique, slices.Compare)
	slices.SortFunc(tb.foreign, func(a, b foreign) int { return slices.Compare(a.from, b.from) })
}

// Rules 1–3 of one schema from a village to the nation: the county leads every key, every foreign key and every unique
// key of what belongs to a county; the few tables without one point at nobody but each other.
func TestTheCountyLeadsEveryKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		for _, fault := range countyFaults(schemaOf(t, s)) {
			t.Error(fault)
		}
	})
}

// global: looked up everywhere, written in the act's transaction.
var global = []string{"directory", "idempotency_keys"}

func countyFaults(tables map[string]*table) (out []string) {
	local := func(name string) bool {
		return tables[name] != nil && tables[name].columns["county_code"] != "" && !slices.Contains(global, name)
	}
	for name, tb := range tables {
		if len(tb.key) == 0 {
			out = append(out, name+" has no primary key")
		}
		for _, f := range tb.foreign {
			if local(name) && (f.from[0] != "county_code" || f.to[0] != "county_code") || !local(name) && local(f.table) {
				out = append(out, fmt.Sprintf("%s: foreign key %v to %s does not start with the county", name, f.from, f.table))
			}
		}
		if !local(name) {
			continue
		}
		if tb.columns["county_code"] != "text" || tb.key[0] != "county_code" || tb.columns["id"] != "" && !slices.Equal(tb.key, []string{"county_code", "id"}) {
			out = append(out, fmt.Sprintf("%s: primary key %v", name, tb.key))
		}
		for _, u := range tb.unique {
			if u[0] != "county_code" {
				out = append(out, fmt.Sprintf("%s: unique key %v does not start with the county", name, u))
			}
		}
	}
	return out
}

func TestABadKeyIsSeen(t *testing.T) {
	good := func() map[string]*table {
		return map[string]*table{"a": {columns: map[string]string{"county_code": "text", "id": "text"}, key: []string{"county_code", "id"}}}
	}
	for name, spoil := range map[string]func(*table){
		"key":     func(tb *table) { tb.key = []string{"id", "county_code"} },
		"unique":  func(tb *table) { tb.unique = [][]string{{"id"}} },
		"foreign": func(tb *table) { tb.foreign = []foreign{{from: []string{"x_id"}, table: "a", to: []string{"id"}}} },
		"null":    func(tb *table) { tb.columns["county_code"] = "text null" },
	} {
		tables := good()
		if spoil(tables["a"]); len(countyFaults(tables)) == 0 {
			t.Errorf("%s is not seen", name)
		}
	}
}

// The models are what the migrated schema is, on both engines.
func TestModelsAreTheSchema(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		tables := schemaOf(t, s)
		var cache sync.Map
		for _, room := range app.Models() {
			for _, model := range room {
				parsed, err := schema.Parse(model, &cache, schema.NamingStrategy{})
				if err != nil {
					t.Fatal(err)
				}
				tb := tables[parsed.Table]
				if tb == nil {
					t.Errorf("%T: there is no table %s", model, parsed.Table)
					continue
				}
				for _, f := range parsed.Fields {
					if f.DBName == "" || f.IgnoreMigration {
						continue
					}
					if tb.columns[f.DBName] == "" {
						t.Errorf("%s: the table has no column %s", parsed.Table, f.DBName)
					}
					if want := kindOf(f.FieldType.String(), s.Dialect()); want != "" && strings.TrimSuffix(tb.columns[f.DBName], " null") != want {
						t.Errorf("%s.%s is %s, the model wants %s", parsed.Table, f.DBName, tb.columns[f.DBName], want)
					}
				}
				for name := range tb.columns {
					if parsed.LookUpField(name) == nil {
						t.Errorf("%s: no model has column %s", parsed.Table, name)
					}
				}
				delete(tables, parsed.Table)
			}
		}
		for name := range tables {
			t.Errorf("no model has table %s", name)
		}
	})
}

// kindOf is the column that a field's type is kept in; "" where several are right.
func kindOf(field, dialect string) string {
	kinds := map[string][2]string{"ident.ID": {"uuid", "text"}, "time.Time": {"timestamp with time zone", "datetime"}, "*time.Time": {"timestamp with time zone", "datetime"},
		"bool": {"boolean", "boolean"}, "[]uint8": {"bytea", "blob"}, "string": {"text", "text"}, "int64": {"bigint", "integer"}, "money.Fen": {"bigint", "integer"},
		"calendar.Day": {"date", ""}, "int": {"integer", "integer"}, "ident.County": {"text", "text"}, "ident.Area": {"text", "text"}}
	if dialect == "sqlite" {
		return kinds[field][1]
	}
	return kinds[field][0]
}

var numbered = regexp.MustCompile(`^(\d{5})_[a-z_]+\.sql$`)

func TestMigrationsAreNumberedAlike(t *testing.T) {
	names := map[string][]string{}
	for _, dialect := range []string{"sqlite", "postgres"} {
		files, err := fs.ReadDir(migrations.FS, dialect)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range files {
			m := numbered.FindStringSubmatch(f.Name())
			if m == nil || m[1] != fmt.Sprintf("%05d", i+1) {
				t.Errorf("%s/%s is out of number", dialect, f.Name())
			}
			names[dialect] = append(names[dialect], f.Name())
		}
	}
	if !slices.Equal(names["sqlite"], names["postgres"]) {
		t.Errorf("the two folders differ: %v %v", names["sqlite"], names["postgres"])
	}
}

// A city upgrades while it works: the program before this one goes on over the new schema until its turn has come. So a step of
// PostgreSQL adds, and takes nothing away that the program before still writes or reads. What nothing has used for a whole
// version may go, under a line that begins "-- Nothing reads this since".
func TestAStepKeepsThePreviousProgramRunning(t *testing.T) {
	steps, err := fs.ReadDir(migrations.FS, "postgres")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		if s.Name() < "00047" { // steps before any city ran
			continue
		}
		text, err := fs.ReadFile(migrations.FS, "postgres/"+s.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, what := range takesAway(string(text)) {
			t.Errorf("%s takes away what the program before may use: %s", s.Name(), what)
		}
	}
	for planted, bad := range map[string]bool{
		"ALTER TABLE posts DROP COLUMN until;":                        true,
		"alter table posts rename column until to till;":              true,
		"ALTER TABLE posts ALTER COLUMN until SET NOT NULL;":          true,
		"ALTER TABLE posts ADD COLUMN why text NOT NULL;":             true,
		"ALTER TABLE posts ALTER COLUMN until TYPE timestamptz;":      true,
		"ALTER TABLE posts ADD CONSTRAINT one CHECK (until > since);": true,
		"DROP TABLE posts;": true,
		"-- Nothing reads this since version 2.\nDROP TABLE posts;":                                        false,
		"ALTER TABLE posts ADD COLUMN why text NOT NULL DEFAULT '';":                                       false,
		"CREATE TABLE reasons (why text NOT NULL,\n CHECK (why <> ''));\nCREATE INDEX ON reasons (why);\n": false,
	} {
		if got := takesAway(planted); (len(got) > 0) != bad {
			t.Errorf("%q: %q", planted, got)
		}
	}
}

var (
	taking = regexp.MustCompile(`(?i)\bDROP\s+(TABLE|COLUMN)|\bRENAME\b|\bSET\s+NOT\s+NULL|\bALTER\s+COLUMN\s+\S+\s+(SET\s+DATA\s+)?TYPE|\bADD\s+CONSTRAINT`)
	adding = regexp.MustCompile(`(?i)\bADD\s+COLUMN\b`)
)

// takesAway names the statements of a step after which an older program could fail.
func takesAway(step string) (out []string) {
	for _, statement := range strings.Split(step, ";") {
		upper := strings.ToUpper(statement)
		bare := adding.MatchString(statement) && strings.Contains(upper, "NOT NULL") && !strings.Contains(upper, "DEFAULT")
		if (taking.MatchString(statement) || bare) && !strings.Contains(statement, "-- Nothing reads this since") {
			out = append(out, strings.TrimSpace(statement))
		}
	}
	return out
}

// The program goes on over the schema of a later one: it neither refuses it nor takes it back.
func TestALaterSchemaIsWorkedOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		town := housetest.New(t, s)
		pool, err := s.Pool()
		if err != nil {
			t.Fatal(err)
		}
		stamp := "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, " + map[string]string{"sqlite": "1", "postgres": "true"}[s.Dialect()] + ")"
		for _, statement := range []string{"ALTER TABLE dispute_cases ADD COLUMN later text NOT NULL DEFAULT ''", "CREATE TABLE later (id text)", stamp} {
			if _, err := pool.ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		a, err := app.New(t.Context(), app.Options{Store: s, Data: town.App.Data, Now: s.Now, SecondFactor: app.FactorOffered, PublicRate: 1000, Version: "test"})
		if err != nil {
			t.Fatal(err)
		}
		su := town.Elsewhere(a, town.Su)
		su.Files()
		if err := s.Ready(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
