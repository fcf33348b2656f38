// Package db opens the database, migrates it, and hands out transactions: a write needs an actor, a county and a
// moment, and a row is reached only within a grant.
package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib" // the PostgreSQL driver under gorm's
	"github.com/pressly/goose/v3"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"fengqiao/internal/ident"
	"fengqiao/migrations"
)

// Options say which database to open and what to give its transactions.
type Options struct {
	URL string // "sqlite:PATH" or "postgres://…"
	Now func() time.Time
	IDs *ident.Maker
	Log *slog.Logger

	// Reach connects to PostgreSQL; nil is the driver's own way. A test keeps the connections of a database that others use after it.
	Reach func(pgx.ConnConfig) driver.Connector

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

const poolSize = 8 // connections that write, and as many that read; a two-core server gains nothing from more

// CheckURL tells what is wrong with an address of PostgreSQL, without its password.
func CheckURL(address string) error {
	if !strings.HasPrefix(address, "postgres") {
		return nil
	}
	_, err := pgx.ParseConfig(address)
	return err
}

// Open opens a database without changing it, but for making the folder of a SQLite file.
func Open(o Options) (*Store, error) {
	s := &Store{now: o.Now, ids: o.IDs, log: o.Log, loading: o.Loading}
	scheme, rest, _ := strings.Cut(o.URL, ":")
	var err error
	switch scheme {
	case "sqlite":
		err = s.openSQLite(rest)
	case "postgres", "postgresql":
		err = s.openPostgres(o.URL, o.Reach)
	default:
		err = errors.New("database URL must begin with sqlite: or postgres://")
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Store) openPostgres(dsn string, reach func(pgx.ConnConfig) driver.Connector) error {
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
	if reach == nil {
		reach = func(c pgx.ConnConfig) driver.Connector { return stdlib.GetConnector(c) }
	}
	if s.write, err = s.gorm(postgres.New(postgres.Config{Conn: sql.OpenDB(reach(*config))}), poolSize); err != nil {
		return err
	}
	s.read, err = s.gorm(postgres.New(postgres.Config{Conn: sql.OpenDB(reach(*config))}), poolSize)
	return err
}

// shapes holds what gorm knows of the models, read once for every pool of the process: gorm keeps it with a configuration, and whoever
// begins with another's shares it.
var shapes = sync.OnceValues(func() (*gorm.DB, error) { return gorm.Open(nil, &gorm.Config{DisableAutomaticPing: true}) })

func (s *Store) gorm(d gorm.Dialector, conns int) (*gorm.DB, error) {
	first, err := shapes()
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	config := *first.Config
	config.Plugins, config.ClauseBuilders = nil, nil
	config.SkipDefaultTransaction = true // Do is the transaction
	config.QueryFields = true            // a column that a later version adds changes no statement that is prepared already
	config.NowFunc = func() time.Time { return moment(s.now()) }
	config.Logger = quietLog{s.log}
	g, err := gorm.Open(d, &config)
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

// All names the columns of a model, each with its table's name in the statement before it: what a statement that joins more selects in
// place of "m.*", which PostgreSQL takes for another statement once a later version adds a column.
func All(name string, model any) string {
	first, err := shapes()
	if err != nil {
		return name + ".*"
	}
	s := &gorm.Statement{DB: first}
	if err := s.Parse(model); err != nil {
		return name + ".*"
	}
	out := make([]string, len(s.Schema.DBNames))
	for i, column := range s.Schema.DBNames {
		out[i] = name + "." + column
	}
	return strings.Join(out, ", ")
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
		stmt := &gorm.Statement{DB: s.write}
		if err := stmt.Parse(m); err != nil {
			return fmt.Errorf("model %T: %w", m, err)
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
