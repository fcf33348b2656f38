// Package filing is how somebody with a dispute tells it and files it: plain pages, one question each. What they have told
// so far is kept sealed until they file it; the filing itself is the cases' own act.
package filing

import (
	"io"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/files"
	"fengqiao/internal/holding"
	"fengqiao/internal/ident"
	"fengqiao/internal/spot"
	"fengqiao/internal/vault"
)

// Service serves the filing pages over the cases and keeps drafts of filings.
type Service struct {
	cases   *casework.Service
	store   *db.Store
	policy  *authz.Policy
	vault   *vault.Vault
	files   *files.Files
	spots   *spot.Service
	random  io.Reader
	welcome Welcome
	phoneOf func(tx *db.Tx, person ident.ID) (string, error)
	holding *holding.Service
}

// Options are what a Service is made of.
type Options struct {
	Cases  *casework.Service
	Store  *db.Store
	Policy *authz.Policy
	Vault  *vault.Vault
	Files  *files.Files
	Spots  *spot.Service
	Random io.Reader // cryptographic chance, for the secret by which a browser finds its draft again

	// Welcome leads whoever has just filed to their case, by the reference and the code that they were given.
	Welcome Welcome

	// Phone is the telephone of a person's account, to fill it in for themselves; the room of accounts knows it.
	Phone func(tx *db.Tx, person ident.ID) (string, error)

	// Holding is where filings wait of which too many came.
	Holding *holding.Service
}

// New makes a Service.
func New(o Options) *Service {
	return &Service{cases: o.Cases, store: o.Store, policy: o.Policy, vault: o.Vault, files: o.Files, spots: o.Spots, random: o.Random, welcome: o.Welcome, phoneOf: o.Phone, holding: o.Holding}
}
