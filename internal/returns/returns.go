// Package returns makes the official tables that are handed in: the case table with its check sums, and what stands of
// committees, mediators and money. It reads rows within the reader's grant and writes no case.
package returns

import "fengqiao/internal/db"

// Service answers the tables.
type Service struct{ db *db.Store }

// New makes a Service.
func New(store *db.Store) *Service { return &Service{db: store} }
