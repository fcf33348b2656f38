package casework

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
)

// MostWaiting is how many cases Waiting and Ageing give; whoever has more finds the rest in the list.
const MostWaiting = 200

// Waiting gives the cases within the grant that wait for somebody's work, what is due first first. With works the whole
// desk; without, for whoever looks over others' shoulders, what is late and what was just brought in.
func (s *Service) Waiting(ctx context.Context, g authz.Grant, works bool) ([]Line, error) {
	return s.lines(ctx, g, func(tx *db.Tx) ([]Line, error) { return waiting(tx, g, works, MostWaiting) })
}

// Ageing gives the cases within the grant that are not over, those registered first first.
func (s *Service) Ageing(ctx context.Context, g authz.Grant) ([]Line, error) {
	return s.lines(ctx, g, func(tx *db.Tx) ([]Line, error) { return ageing(tx, g, MostWaiting) })
}

// Unsealed gives the cases within the grant whose agreement all have signed and nobody sealed yet, G4.
func (s *Service) Unsealed(ctx context.Context, g authz.Grant) ([]Line, error) {
	return s.lines(ctx, g, func(tx *db.Tx) ([]Line, error) { return unsealed(tx, g, MostWaiting) })
}

func (s *Service) lines(ctx context.Context, g authz.Grant, find func(*db.Tx) ([]Line, error)) ([]Line, error) {
	var out []Line
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		found, err := find(tx)
		out = shown(found, dayOf(tx.Now))
		return err
	})
	return out, err
}
