// Package enrolment takes the register of a county in and out as tables for spreadsheet programs: what is sent is tried row by row by
// the very acts that would enter it, and entered when somebody has seen what would happen.
package enrolment

import (
	"context"
	"errors"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/vault"
)

// Options are what a Service is made of.
type Options struct {
	Store    *db.Store
	Vault    *vault.Vault
	Registry *registry.Service
}

// Service takes tables in and gives them out, for whoever keeps the register.
type Service struct {
	Options
	reading chan struct{} // holds one while a table is read: one at a time
}

// New makes a Service.
func New(o Options) *Service { return &Service{o, make(chan struct{}, 1)} }

// act does one thing in a county and gives the import that it is about; sent again under its one-time key it gives the same.
func (s *Service) act(ctx context.Context, g authz.Grant, county ident.County, do func(*db.Tx) (ident.ID, error)) (ident.ID, error) {
	var id ident.ID
	err := s.Store.Do(ctx, g.By(), county, func(tx *db.Tx) (err error) {
		if id, err = do(tx); err == nil {
			tx.Made(id, 0, 200)
		}
		return err
	})
	var done *db.Done
	if errors.As(err, &done) {
		return done.ID, nil
	}
	return id, err
}
