package casework

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
)

// MostWaiting is how many cases Waiting gives; whoever has more finds the rest in the list.
const MostWaiting = 200

// Waiting gives the cases within the grant that wait for somebody's work, what is due first first. With works the whole
// desk; without, for whoever looks over others' shoulders, what is late and what was just brought in.
func (s *Service) Waiting(ctx context.Context, g authz.Grant, works bool) ([]Line, error) {
	var out []Line
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		found, err := waiting(tx, g, works, MostWaiting)
		out = shown(found, dayOf(tx.Now))
		return err
	})
	return out, err
}
