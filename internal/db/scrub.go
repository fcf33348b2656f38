package db

import (
	"context"
	"errors"
	"fmt"
)

// Scrub has the database let go of what it still keeps of rows that were removed or emptied in some tables. SQLite writes over it in its
// file at once (secure_delete), and here empties its log, unless somebody reads at that moment; PostgreSQL lets go of dead rows, unless
// an older transaction may still look at them.
func (s *Store) Scrub(ctx context.Context, tables []string) (err error) {
	if s.dialect == "sqlite" {
		if err = s.write.WithContext(ctx).Exec("PRAGMA wal_checkpoint(TRUNCATE)").Error; err != nil {
			err = fmt.Errorf("scrub: %w", err)
		}
		return err
	}
	for _, table := range tables { // none in a transaction, so one by one
		if bad := s.write.WithContext(ctx).Exec("VACUUM " + table).Error; bad != nil {
			err = errors.Join(err, fmt.Errorf("scrub %s: %w", table, bad))
		}
	}
	return err
}
