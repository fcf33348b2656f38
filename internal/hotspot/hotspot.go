// Package hotspot finds compounds and property firms with more disputes than chance explains, and says how sure that is. It
// says where to look, and nothing about whose fault it is.
package hotspot

import "fengqiao/internal/db"

// Service answers where disputes gather.
type Service struct{ db *db.Store }

// New makes a Service.
func New(store *db.Store) *Service { return &Service{db: store} }
