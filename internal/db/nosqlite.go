//go:build nosqlite

package db

import "errors"

// openSQLite says that this program has no SQLite: it was built for PostgreSQL alone.
func (s *Store) openSQLite(string) error {
	return errors.New("this program was built without SQLite (tag nosqlite): the database URL must begin with postgres://")
}
