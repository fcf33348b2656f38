//go:build !nosqlite

package db

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"

	"gorm.io/driver/sqlite"
	_ "modernc.org/sqlite" // the SQLite driver without C, under gorm's

	"fengqiao/internal/owner"
)

// The pragmas are set on every connection of a pool. synchronous=FULL: an acknowledged filing survives a power cut.
// secure_delete: what was erased is not left in free pages of the file.
// recursive_triggers: without it REPLACE removes a row past the triggers that guard the journal.
const sqlitePragmas = "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
	"&_pragma=foreign_keys(1)&_pragma=recursive_triggers(1)&_pragma=secure_delete(1)&_time_format=sqlite&_texttotime=1&_timezone=UTC"

// What is relaxed while a new database is filled; the large cache keeps the indexes at hand. The last of two pragmas of
// a name holds.
const sqliteLoading = "&_pragma=secure_delete(0)&_pragma=synchronous(OFF)&_pragma=cache_size(-262144)&_pragma=wal_autocheckpoint(20000)"

func (s *Store) openSQLite(path string) error {
	if path == "" {
		return errors.New("database URL sqlite: needs a path, such as sqlite:var/fengqiao.db")
	}
	if err := owner.Folder(filepath.Dir(path)); err != nil {
		return fmt.Errorf("folder of the database: %w", err)
	}
	if err := owner.Begin(path); err != nil { // an empty file is an empty database; what SQLite puts beside it belongs to whom it belongs
		return fmt.Errorf("file of the database: %w", err)
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
