// Package counter is where the parties of a case come to: plain pages on which they follow it, answer, sign and end it.
// Every act is the cases' own.
package counter

import (
	"context"

	"fengqiao/internal/casework"
	"fengqiao/internal/db"
)

// Service serves the parties' pages over the cases.
type Service struct {
	cases       *casework.Service
	store       *db.Store
	openSession func(ctx context.Context, v casework.Visitor) (token string, err error)
}

// Options are what a Service is made of.
type Options struct {
	Cases *casework.Service
	Store *db.Store

	// OpenSession gives a party who came by reference and code a session for its one case; the room of accounts keeps them.
	OpenSession func(ctx context.Context, v casework.Visitor) (token string, err error)
}

// New makes a Service.
func New(o Options) *Service {
	return &Service{cases: o.Cases, store: o.Store, openSession: o.OpenSession}
}
