package dbtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/db/dbtest/cluster"
	"fengqiao/migrations"
)

// server is a PostgreSQL with a migrated template database.
type server struct {
	admin    *sql.DB
	address  string
	template string
	keeps    bool     // databases are used again
	filled   []string // tables that hold something in the template
	last     int64    // the transaction after which the template was as it is
	looks    string   // of the template
}

// postgres is the one server of a process: the one that FENGQIAO_TEST_DATABASE_URL names, else a throw-away one.
var postgres = sync.OnceValues(func() (*server, error) {
	ctx := context.Background()
	address := os.Getenv("FENGQIAO_TEST_DATABASE_URL")
	if address == "" {
		var err error
		if address, err = cluster.Start(ctx); err != nil {
			return nil, err
		}
	}
	admin, err := sql.Open("pgx", address)
	if err != nil {
		return nil, err
	}
	admin.SetMaxOpenConns(4)
	s := &server{admin: admin, address: address, keeps: thrownAway()}
	return s, s.makeTemplate(ctx)
})

func freshPostgres(t testing.TB) string {
	t.Helper()
	s, err := postgres()
	switch {
	case errors.Is(err, cluster.ErrNone) && os.Getenv("CI") != "true":
		t.Skipf("skipped on PostgreSQL: %v. Install it, or name one in FENGQIAO_TEST_DATABASE_URL.", err)
	case err != nil:
		t.Fatal(err)
	}
	name, used, err := s.borrow(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s.keeps {
		keep(name)
	}
	t.Cleanup(func() { // runs after the store was closed
		left, err := s.leftBehind(context.Background(), name)
		if left != "" {
			t.Errorf("this test leaves behind on PostgreSQL: %s", left)
		}
		if err = errors.Join(err, s.giveBack(context.Background(), name, used)); err != nil {
			t.Error(err)
		}
	})
	return s.of(name)
}

const busy = `SELECT coalesce(string_agg(DISTINCT what, '; '), '') FROM (
	SELECT 'the advisory lock ' || l.objid FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE d.datname = $1 AND l.locktype = 'advisory' AND l.granted
	UNION ALL SELECT 'somebody ' || state || ', last with ' || left(query, 200) FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend' AND state <> 'idle') q(what)`

// leftBehind is what a test still holds or does in its database though its stores are closed; who is about to end is waited for.
func (s *server) leftBehind(ctx context.Context, name string) (what string, err error) {
	for range 200 {
		if err = s.admin.QueryRowContext(ctx, busy, name).Scan(&what); err != nil || what == "" {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	return what, err
}

// makeTemplate makes the template unless it is there: its name is the hash of the migrations, and the test processes
// of all packages share it. Only one of them makes it; the others wait.
func (s *server) makeTemplate(ctx context.Context) error {
	hash, err := hashOfMigrations()
	if err != nil {
		return err
	}
	s.template = "fq_template_" + hash + furnishing.name
	conn, err := s.admin.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(350500)"); err != nil {
		return err
	}
	defer conn.ExecContext(ctx, "SELECT pg_advisory_unlock(350500)") //nolint:errcheck // closing frees it too
	if s.keeps {
		if err := s.exec(ctx, spares); err != nil {
			return err
		}
	}
	var n int
	if err := conn.QueryRowContext(ctx, "SELECT count(*) FROM pg_database WHERE datname = $1", s.template).Scan(&n); err != nil {
		return err
	}
	if n == 0 {
		if err := s.migrateTemplate(ctx); err != nil {
			return err
		}
	}
	if s.keeps {
		return s.recall(ctx)
	}
	return nil
}

// migrateTemplate migrates under another name first, so that a half-made template is never copied. C.UTF-8: under the
// plain C locale Chinese has no letters.
func (s *server) migrateTemplate(ctx context.Context) error {
	raw := s.template + "_raw"
	err := s.exec(ctx, `DROP DATABASE IF EXISTS "`+raw+`"`,
		`CREATE DATABASE "`+raw+`" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'`)
	if err != nil {
		return err
	}
	store, err := open(s.of(raw), NewClock())
	if err != nil {
		return err
	}
	if err := errors.Join(makeReady(ctx, store), store.Close()); err != nil {
		return err
	}
	if s.keeps {
		if err := s.describe(ctx, raw); err != nil {
			return err
		}
	}
	return s.exec(ctx, `ALTER DATABASE "`+raw+`" RENAME TO "`+s.template+`"`)
}

func (s *server) exec(ctx context.Context, statements ...string) error {
	for _, q := range statements {
		if _, err := s.admin.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	return nil
}

// of is the address of another database of the same server.
func (s *server) of(name string) string {
	u, err := url.Parse(s.address)
	if err != nil {
		panic(err) // sql.Open has read it before
	}
	u.Path = "/" + name
	return u.String()
}

func hashOfMigrations() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(migrations.FS, "postgres", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(migrations.FS, path)
		fmt.Fprintf(h, "%s %d\n%s", path, len(b), b)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)[:8]), err
}

func randomName() string { return strings.ToLower(rand.Text()[:16]) }
