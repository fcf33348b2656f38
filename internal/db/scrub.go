package db

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
)

// Scrub has the database let go of what it still keeps of rows that were removed or emptied in some tables. SQLite writes over it in its
// file at once (secure_delete), and here empties its log, unless somebody reads at that moment, whom it does not wait for; PostgreSQL lets go of dead rows, unless
// an older transaction may still look at them. While another program is at it nothing is done here: it is asked for again.
func (s *Store) Scrub(ctx context.Context, tables []string) error {
	if s.dialect == "sqlite" {
		return s.scrubSQLite(ctx)
	}
	err := s.write.WithContext(ctx).Connection(func(conn *gorm.DB) error { return scrubPostgres(ctx, conn, tables) })
	if err != nil {
		return fmt.Errorf("scrub: %w", err)
	}
	return nil
}

const scrubLock = 350501 // of a database, held by the program that scrubs it

// scrubPostgres leaves the tables to a program that is at them: PostgreSQL gives an end of a table back only while nobody waits for it, tries
// that for five seconds, and does so for each table.
func scrubPostgres(ctx context.Context, conn *gorm.DB, tables []string) (err error) {
	var mine bool
	if err := conn.Raw("SELECT pg_try_advisory_lock(?)", scrubLock).Scan(&mine).Error; err != nil || !mine {
		return err
	}
	defer func() {
		err = errors.Join(err, conn.WithContext(context.WithoutCancel(ctx)).Exec("SELECT pg_advisory_unlock(?)", scrubLock).Error)
	}()
	for _, table := range tables { // none in a transaction, so one by one
		if bad := conn.Exec("VACUUM " + table).Error; bad != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", table, bad))
		}
	}
	return err
}

// scrubSQLite empties the log without waiting for readers: whoever writes waits for this connection.
func (s *Store) scrubSQLite(ctx context.Context) error {
	err := s.write.WithContext(ctx).Connection(func(conn *gorm.DB) error {
		err := conn.Exec("PRAGMA busy_timeout(0)").Error
		if err == nil {
			err = conn.Exec("PRAGMA wal_checkpoint(TRUNCATE)").Error
		}
		return errors.Join(err, conn.WithContext(context.WithoutCancel(ctx)).Exec("PRAGMA busy_timeout(10000)").Error)
	})
	if err != nil {
		return fmt.Errorf("scrub: %w", err)
	}
	return nil
}
