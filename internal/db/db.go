// Package db opens the database, migrates it, and hands out transactions: a write needs an actor, a county and a
// moment, and a row is reached only within a grant.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib" // the PostgreSQL driver under gorm's
	"github.com/pressly/goose/v3"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	_ "modernc.org/sqlite" // the SQLite driver without C, under gorm's

	"fengqiao/internal/ident"
	"fengqiao/migrations"
)

// Options say which database to open and what to give its transactions.
type Options struct {
	URL string // "sqlite:PATH" or "postgres://…"
	Now func() time.Time
	IDs *ident.Maker
	Log *slog.Logger

	// Loading is for filling a new database in bulk: nothing waits for the disk, and a power cut may spoil the whole.
	// Settle afterwards, through a Store without it.
	Loading bool
}

// Store is an open database.
type Store struct {
	dialect string
	write   *gorm.DB
	read    *gorm.DB // a pool of its own: reading goes on while all who write wait for a lock
	now     func() time.Time
	ids     *ident.Maker
	log     *slog.Logger
	loading bool
	kept    kept
}

// The pragmas are set on every connection of a pool. synchronous=FULL: an acknowledged filing survives a power cut.
// secure_delete: what was erased is not left in free pages of the file.
// recursive_triggers: without it REPLACE removes a row past the triggers that guard the journal.
const sqlitePragmas = "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
	"&_pragma=foreign_keys(1)&_pragma=recursive_triggers(1)&_pragma=secure_delete(1)&_time_format=sqlite&_texttotime=1&_timezone=UTC"

// What is relaxed while a new database is filled; the large cache keeps the indexes at hand. The last of two pragmas of
// a name holds.
const sqliteLoading = "&_pragma=secure_delete(0)&_pragma=synchronous(OFF)&_pragma=cache_size(-262144)&_pragma=wal_autocheckpoint(20000)"

const poolSize = 8 // connections that write, and as many that read; a two-core server gains nothing from more

// Open opens a database without changing it, but for making the folder of a SQLite file.
func Open(o Options) (*Store, error) {
	s := &Store{now: o.Now, ids: o.IDs, log: o.Log, loading: o.Loading}
	scheme, rest, _ := strings.Cut(o.URL, ":")
	switch scheme {
	case "sqlite":
		return s, s.openSQLite(rest)
	case "postgres", "postgresql":
		return s, s.openPostgres(o.URL)
	}
	return nil, fmt.Errorf("database URL must begin with sqlite: or postgres://")
}

func (s *Store) openSQLite(path string) error {
	if path == "" {
		return errors.New("database URL sqlite: needs a path, such as sqlite:var/fengqiao.db")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("folder of the database: %w", err)
	}
	s.dialect = "sqlite"
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + sqlitePragmas
	if s.loading {
		dsn += sqliteLoading
	}
	var err error
	if s.write, err = s.gorm(sqlite.New(sqlite.Config{DriverName: "sqlite", DSN: dsn + "&_txlock=immediate"}), 1); err != nil {
		return err
	}
	s.read, err = s.gorm(sqlite.New(sqlite.Config{DriverName: "sqlite", DSN: dsn + "&_pragma=query_only(1)"}), poolSize)
	return err
}

func (s *Store) openPostgres(dsn string) error {
	s.dialect = "postgres"
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	if _, said := config.RuntimeParams["jit"]; !said { // compiling a list's statement takes longer than any of ours runs
		config.RuntimeParams["jit"] = "off"
	}
	if s.loading {
		config.RuntimeParams["synchronous_commit"] = "off"
	}
	if s.write, err = s.gorm(postgres.New(postgres.Config{Conn: stdlib.OpenDB(*config)}), poolSize); err != nil {
		return err
	}
	s.read, err = s.gorm(postgres.New(postgres.Config{Conn: stdlib.OpenDB(*config)}), poolSize)
	return err
}

func (s *Store) gorm(d gorm.Dialector, conns int) (*gorm.DB, error) {
	g, err := gorm.Open(d, &gorm.Config{
		SkipDefaultTransaction: true, // Do is the transaction
		DisableAutomaticPing:   true,
		NowFunc:                func() time.Time { return moment(s.now()) },
		Logger:                 quietLog{s.log},
	})
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	pool, err := g.DB()
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	return g, guardCounties(g)
}

// moment is an instant as the database keeps it: UTC, whole microseconds.
func moment(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Dialect is "sqlite" or "postgres".
func (s *Store) Dialect() string { return s.dialect }

// Now is the moment by the store's clock.
func (s *Store) Now() time.Time { return moment(s.now()) }

// Close closes all connections.
func (s *Store) Close() error {
	var errs []error
	for _, g := range []*gorm.DB{s.read, s.write} {
		if pool, err := g.DB(); err == nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}

// Settle makes what was loaded in bulk durable, and gives the planner its figures.
func (s *Store) Settle(ctx context.Context) error {
	if err := s.Measure(ctx); err != nil || s.dialect != "sqlite" {
		return err
	}
	if err := s.write.WithContext(ctx).Exec("PRAGMA wal_checkpoint(TRUNCATE)").Error; err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	return nil
}

// Measure gives the planner its figures of the tables as they are now.
func (s *Store) Measure(ctx context.Context) error {
	if err := s.write.WithContext(ctx).Exec("ANALYZE").Error; err != nil {
		return fmt.Errorf("measure: %w", err)
	}
	return nil
}

// Pool is the plain connection pool that writes, for tests and tools; the product itself goes through Do and Read.
func (s *Store) Pool() (*sql.DB, error) { return s.write.DB() }

// Parse makes gorm read the shape of every model once, at start: reading them first under load has crashed others.
func (s *Store) Parse(models ...any) error {
	for _, m := range models {
		for _, g := range []*gorm.DB{s.read, s.write} {
			stmt := &gorm.Statement{DB: g}
			if err := stmt.Parse(m); err != nil {
				return fmt.Errorf("model %T: %w", m, err)
			}
		}
	}
	return nil
}

// Migrate brings the schema up to this program's.
func (s *Store) Migrate(ctx context.Context) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	done, err := p.Up(ctx)
	for _, r := range done {
		s.log.InfoContext(ctx, "migrated", "step", filepath.Base(r.Source.Path))
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

const startLock = 350500 // of a database, held by the program that makes it ready

// Alone runs fn while no other program does so on the same database: where several begin at once, one migrates and fills it,
// and the others find it done. A SQLite file belongs to one program.
func (s *Store) Alone(ctx context.Context, fn func() error) (err error) {
	if s.dialect != "postgres" {
		return fn()
	}
	pool, err := s.read.DB()
	if err != nil {
		return err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", startLock); err != nil {
		return fmt.Errorf("wait for another program that begins: %w", err)
	}
	defer func() {
		_, free := conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", startLock)
		err = errors.Join(err, free)
	}()
	return fn()
}

// Ready tells whether the database answers and its schema is this program's.
func (s *Store) Ready(ctx context.Context) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	pending, err := p.HasPending(ctx)
	if err != nil {
		return fmt.Errorf("database does not answer: %w", err)
	}
	if pending {
		return errors.New("database is not migrated: run fengqiao migrate")
	}
	return nil
}

func (s *Store) provider() (*goose.Provider, error) {
	pool, err := s.write.DB()
	if err != nil {
		return nil, err
	}
	dialect := map[string]goose.Dialect{"sqlite": goose.DialectSQLite3, "postgres": goose.DialectPostgres}[s.dialect]
	steps, err := subFS(migrations.FS, s.dialect)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, pool, steps)
}
