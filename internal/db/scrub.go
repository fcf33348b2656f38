package db

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
)

// Scrub has the database let go of what it still keeps of rows that were removed or emptied in some tables. SQLite writes over it in its
// file at once (secure_delete), and here empties its log, unless somebody reads at that moment, whom it does not wait for; PostgreSQL lets go of dead rows, unless
// an older transaction may still look at them.
func (s *Store) Scrub(ctx context.Context, tables []string) (err error) {
	if s.dialect == "sqlite" {
		return s.scrubSQLite(ctx)
	}
	for _, table := range tables { // none in a transaction, so one by one
		if bad := s.write.WithContext(ctx).Exec("VACUUM " + table).Error; bad != nil {
			err = errors.Join(err, fmt.Errorf("scrub %s: %w", table, bad))
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
