// Package housing is what the housing bureau reads of property disputes: how many there were, of which kind and in which
// compound, and how many compounds a property committee serves. No number lets anybody be guessed, and none that is left out
// can be worked out from the others.
package housing

import "fengqiao/internal/db"

// Service answers the housing bureau.
type Service struct{ db *db.Store }

// New makes a Service.
func New(store *db.Store) *Service { return &Service{db: store} }
