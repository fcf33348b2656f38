package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/db/dbtest/cluster"
)

// A database that a test is done with is emptied and used again: to copy one costs the server two thousand files, more than most tests
// do with it. It is used again only where its schema and what it was filled with are untouched, and only on a server that is thrown
// away with all that lies on it.

// tries is how often one is used: what was removed stays in the tables' files until then.
const tries = 25

// catalogs say what a schema is. Whatever is made or altered in one leaves a younger row in these, and whatever is removed a row less.
var catalogs = []string{"pg_class", "pg_attribute", "pg_attrdef", "pg_index", "pg_constraint", "pg_trigger", "pg_proc", "pg_type", "pg_rewrite",
	"pg_policy", "pg_extension", "pg_enum", "pg_default_acl", "pg_event_trigger"}

// spares is the table of what may be used again, in the server's maintenance database; templates what was copied.
const spares = `CREATE TABLE IF NOT EXISTS fq_spares (name text PRIMARY KEY, template text NOT NULL, used integer NOT NULL, owner integer NOT NULL);
CREATE TABLE IF NOT EXISTS fq_templates (name text PRIMARY KEY, filled text NOT NULL, last bigint NOT NULL, looks text NOT NULL)`

// thrownAway tells whether nobody will look for what is left on the server.
func thrownAway() bool {
	return os.Getenv("FENGQIAO_TEST_DATABASE_URL") == "" || os.Getenv(cluster.ThrownAway) != ""
}

// borrow takes a spare database, one that this process has had before if it can, or makes a copy of the template; used is how often it
// was used before.
func (s *server) borrow(ctx context.Context) (name string, used int, err error) {
	if s.keeps {
		var owner int
		err = s.admin.QueryRowContext(ctx, `DELETE FROM fq_spares WHERE name = (SELECT name FROM fq_spares WHERE template = $1
			ORDER BY owner = $2 DESC LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING name, used, owner`, s.template, os.Getpid()).Scan(&name, &used, &owner)
		if err == nil && owner != os.Getpid() {
			forget(name)
			_, err = s.alone(ctx, name)
		}
		if err == nil || !errors.Is(err, sql.ErrNoRows) {
			return name, used, err
		}
	}
	name = "fq_test_" + randomName()
	return name, 0, s.exec(ctx, `CREATE DATABASE "`+name+`" TEMPLATE "`+s.template+`"`)
}

// giveBack empties a database for the next test, or removes it where it is no longer what the template is.
func (s *server) giveBack(ctx context.Context, name string, used int) error {
	if s.keeps && used+1 < tries {
		same, err := s.empty(ctx, name)
		if err != nil {
			return fmt.Errorf("empty %s: %w", name, err)
		}
		if same {
			_, err := s.admin.ExecContext(ctx, "INSERT INTO fq_spares (name, template, used, owner) VALUES ($1, $2, $3, $4)", name, s.template, used+1, os.Getpid())
			return err
		}
	}
	forget(name)
	return s.exec(ctx, `DROP DATABASE "`+name+`" WITH (FORCE)`)
}

// alone ends whatever is still connected to a database but for what this process keeps, and waits until it is gone.
func (s *server) alone(ctx context.Context, name string) (bool, error) {
	for range 500 {
		var n int
		err := s.admin.QueryRowContext(ctx, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = $1 AND application_name <> $2",
			name, keeper).Scan(&n)
		if err != nil || n == 0 {
			return err == nil, err
		}
		time.Sleep(10 * time.Millisecond)
	}
	return false, nil
}

// empty removes every row that the template does not have; false where that does not make it the same.
func (s *server) empty(ctx context.Context, name string) (same bool, err error) {
	if alone, err := s.alone(ctx, name); !alone {
		return false, err
	}
	if fresh, err := refresh(ctx, name); !fresh {
		return false, err
	}
	pool, err := s.broom(name)
	if err != nil {
		return false, err
	}
	if now, err := looks(ctx, pool, s.filled, s.last); err != nil || now != s.looks {
		return false, nil //nolint:nilerr // a schema that is gone altogether cannot be asked either
	}
	used, err := names(ctx, pool, "pg_relation_size(c.oid) > 0")
	if err != nil {
		return false, err
	}
	var all strings.Builder
	all.WriteString("SET session_replication_role = replica;") // no trigger, no foreign key
	for _, t := range used {
		fmt.Fprintf(&all, `DELETE FROM public."%s"`, t)
		if slices.Contains(s.filled, t) {
			fmt.Fprintf(&all, " WHERE xmin::text::bigint > %d", s.last)
		}
		all.WriteByte(';')
	}
	_, err = pool.ExecContext(ctx, all.String())
	return err == nil, err
}

// names are the tables of a database of which something is so.
func names(ctx context.Context, pool *sql.DB, is string) (out []string, err error) {
	rows, err := pool.QueryContext(ctx, "SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND "+is+" ORDER BY 1")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, rows.Err()
}

// looks is what a schema and the filled tables look like: how many rows each catalog has, and the youngest of them; and how many rows of
// a filled table were there when the last act upon the template was done.
func looks(ctx context.Context, pool *sql.DB, filled []string, last int64) (out string, err error) {
	var parts []string
	for _, t := range catalogs {
		parts = append(parts, "SELECT '"+t+"' AS t, count(*) AS n, max(xmin::text::bigint) AS x FROM "+t)
	}
	for _, t := range filled {
		parts = append(parts, fmt.Sprintf(`SELECT '%s', count(*), 0 FROM public."%s" WHERE xmin::text::bigint <= %d`, t, t, last))
	}
	parts = append(parts, "SELECT 'settings', count(*), 0 FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()",
		"SELECT 'schemas', count(*), max(xmin::text::bigint) FROM pg_namespace WHERE nspname NOT LIKE 'pg_%temp%'")
	err = pool.QueryRowContext(ctx, "SELECT string_agg(t || ' ' || n || ' ' || coalesce(x, 0), ',' ORDER BY t) FROM ("+strings.Join(parts, " UNION ALL ")+") q").Scan(&out)
	return out, err
}

// describe remembers what a template looks like, so that every process can tell whether a copy still does.
func (s *server) describe(ctx context.Context, raw string) error {
	pool, err := sql.Open("pgx", s.of(raw))
	if err != nil {
		return err
	}
	pool.SetMaxOpenConns(1)
	filled, err := names(ctx, pool, "pg_relation_size(c.oid) > 0")
	if err != nil {
		return errors.Join(err, pool.Close())
	}
	var last int64
	if err := pool.QueryRowContext(ctx, "SELECT pg_current_xact_id()::text::bigint").Scan(&last); err != nil {
		return errors.Join(err, pool.Close())
	}
	look, err := looks(ctx, pool, filled, last)
	if err = errors.Join(err, pool.Close()); err != nil {
		return err
	}
	_, err = s.admin.ExecContext(ctx, "INSERT INTO fq_templates (name, filled, last, looks) VALUES ($1, $2, $3, $4)", s.template, strings.Join(filled, ","), last, look)
	return err
}

// recall is what describe remembered.
func (s *server) recall(ctx context.Context) error {
	var filled string
	err := s.admin.QueryRowContext(ctx, "SELECT filled, last, looks FROM fq_templates WHERE name = $1", s.template).Scan(&filled, &s.last, &s.looks)
	s.filled = strings.Split(filled, ",")
	return err
}
