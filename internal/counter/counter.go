// Package counter is where residents come to with a dispute: plain pages on which they file it, one question a page,
// follow it, answer and sign. What they have told so far is kept sealed until they file it; every act is the cases' own.
package counter

import (
	"context"
	"io"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/vault"
)

// Service serves the residents' pages over the cases and keeps drafts of filings.
type Service struct {
	cases       *casework.Service
	store       *db.Store
	policy      *authz.Policy
	vault       *vault.Vault
	random      io.Reader
	openSession func(ctx context.Context, v casework.Visitor) (token string, err error)
}

// Options are what a Service is made of.
type Options struct {
	Cases  *casework.Service
	Store  *db.Store
	Policy *authz.Policy
	Vault  *vault.Vault
	Random io.Reader // cryptographic chance, for the secret by which a browser finds its draft again

	// OpenSession gives a party who came by reference and code a session for its one case; the room of accounts keeps them.
	OpenSession func(ctx context.Context, v casework.Visitor) (token string, err error)
}

// New makes a Service.
func New(o Options) *Service {
	return &Service{cases: o.Cases, store: o.Store, policy: o.Policy, vault: o.Vault, random: o.Random, openSession: o.OpenSession}
}
