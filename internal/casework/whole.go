package casework

import (
	"errors"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

var errNotSystem = errors.New("a case is read whole by the system only")

// Whole reads a case with everything that belongs to it but what was said in a caucus, for what the system itself looks at
// by night. Nobody is shown it: whoever reads a case brings a grant.
//
// Faults: Missing when there is no such case, or its dossier was destroyed.
func (s *Service) Whole(tx *db.Tx, id ident.ID) (Case, error) {
	var c Case
	if tx.By.SignedIn() || tx.By.Name != actor.System.Name {
		return c, errNotSystem
	}
	err := headOf(tx, id, &c.Head)
	switch {
	case db.IsNone(err):
		return c, fault.NoSuch()
	case err != nil:
		return c, err
	case c.DestroyedAt != nil:
		return c, fault.NoSuch()
	}
	return c, s.fill(tx, &c)
}

// Standing are the signatures under the agreement's present text that nobody took back.
func (a *Agreement) Standing() []Signature { return a.standing() }
