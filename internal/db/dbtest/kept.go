package dbtest

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// A connection to PostgreSQL is a process of its own, which learns the schema and every statement anew. Of a database that is used again
// the connections are kept, for as long as this process has it.

// keeper is how the server tells the kept connections of this process from others.
var keeper = fmt.Sprint("fq_keeps_", os.Getpid())

// kept are the connections to a database: those that tests use, and one that empties it. The one must be another: it switches triggers
// off, and whoever does forgets every statement.
type kept struct {
	tests *pgxpool.Pool
	broom *sql.DB
}

var keeping = struct {
	sync.Mutex
	of map[string]*kept // by the database's name
}{of: map[string]*kept{}}

// reach connects a store of a test to a database that may be used again through what is kept, any other store as it would by itself.
func reach(config pgx.ConnConfig) driver.Connector {
	keeping.Lock()
	defer keeping.Unlock()
	k := keeping.of[config.Database]
	if k == nil {
		return stdlib.GetConnector(config)
	}
	if k.tests == nil {
		all, err := pgxpool.ParseConfig(config.ConnString())
		if err != nil {
			return stdlib.GetConnector(config) // which says what is wrong
		}
		config.RuntimeParams["application_name"] = keeper
		all.ConnConfig, all.MaxConns = &config, 100
		if k.tests, err = pgxpool.NewWithConfig(context.Background(), all); err != nil {
			return stdlib.GetConnector(config)
		}
	}
	return stdlib.GetPoolConnector(k.tests)
}

// keep has the connections to a database kept from now on.
func keep(name string) {
	keeping.Lock()
	defer keeping.Unlock()
	if keeping.of[name] == nil {
		keeping.of[name] = &kept{}
	}
}

// forget closes what is kept of a database.
func forget(name string) {
	keeping.Lock()
	k := keeping.of[name]
	delete(keeping.of, name)
	keeping.Unlock()
	if k == nil {
		return
	}
	if k.tests != nil {
		go k.tests.Close() // waits for what a test still holds; who removes the database ends that
	}
	if k.broom != nil {
		_ = k.broom.Close() // nothing is lost with it
	}
}

func keptOf(name string) *kept {
	keeping.Lock()
	defer keeping.Unlock()
	return keeping.of[name]
}

// refresh has every kept connection forget what a test told it; false where a test still holds one.
func refresh(ctx context.Context, name string) (bool, error) {
	k := keptOf(name)
	if k == nil || k.tests == nil {
		return true, nil
	}
	for range 500 {
		if k.tests.Stat().AcquiredConns() == 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if k.tests.Stat().AcquiredConns() != 0 {
		return false, nil
	}
	var errs []error
	for _, conn := range k.tests.AcquireAllIdle(ctx) {
		_, err := conn.Exec(ctx, "RESET ALL; SELECT pg_advisory_unlock_all(); UNLISTEN *; DISCARD TEMP; DISCARD SEQUENCES; CLOSE ALL")
		errs = append(errs, err)
		conn.Release()
	}
	return true, errors.Join(errs...)
}

// broom is the connection that empties a database.
func (s *server) broom(name string) (*sql.DB, error) {
	k := keptOf(name)
	if k != nil && k.broom != nil {
		return k.broom, nil
	}
	config, err := pgx.ParseConfig(s.of(name))
	if err != nil {
		return nil, err
	}
	config.RuntimeParams["application_name"] = keeper
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(1)
	if k != nil {
		k.broom = pool
	}
	return pool, nil
}
