package casework

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

const mostSame = 3 // cases named as possibly the same matter

// PossiblySame are cases under way in the same county whose parties have the telephone of a newly filed case's applicant:
// the same person may have brought the same matter twice. They are looked for within a grant to list cases, so that nobody
// learns of a case that is not theirs to read, and only until the case is accepted.
func (s *Service) PossiblySame(ctx context.Context, g authz.Grant, id ident.ID) ([]Line, error) {
	var out []Line
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		c, err := s.find(tx, g, id)
		if err != nil {
			return err
		}
		a := c.Side(Applicant)
		if len(a) == 0 || a[0].PhoneIndex == "" || c.viewOf(g) != authz.Full || c.State != Registered && c.State != AwaitingConsent {
			return nil
		}
		found, err := withPhone(tx, g, c, a[0].PhoneIndex, mostSame)
		for _, l := range shown(found, dayOf(tx.Now)) {
			if l.Seen == authz.Full && l.Reference != "" { // a restricted case is named to nobody in passing
				out = append(out, l)
			}
		}
		return err
	})
	return out, err
}

// Duplicates are other cases in hand of the same committee in which there is somebody for each party of this one: of the same
// identity number, or the same telephone, or else the same name where no number tells the two apart. Among them is the one in
// which the same dispute is in hand, if there is one. Within the grant of whoever decides on this case.
func (s *Service) Duplicates(ctx context.Context, g authz.Grant, id ident.ID) ([]Line, error) {
	var out []Line
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		c, err := s.find(tx, g, id)
		if err != nil || c.viewOf(g) != authz.Full {
			return err
		}
		found, err := withParties(tx, g, c, mostAlike)
		out = shown(found, dayOf(tx.Now))
		return err
	})
	return out, err
}

const mostAlike = 20
