// Package referrer is where an organ that refers cases follows its own: where each stands and how it ended, found by the number
// on the organ's own letter. Nobody there reads a name, a fact or a word that was said in mediation.
package referrer

import (
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
)

// Service serves the pages of organs that refer cases.
type Service struct {
	cases *casework.Service
	store *db.Store
}

// New makes a Service.
func New(cases *casework.Service, store *db.Store) *Service { return &Service{cases, store} }
