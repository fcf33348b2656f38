package casework

import (
	"context"
	"crypto/subtle"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// FiledUnder finds what was filed under a reference and the applicant's code: a filing that waits, or the case that it became. A
// wrong reference and a wrong code are answered alike and after the same time, and are counted, as at the door of a case.
func (s *Service) FiledUnder(ctx context.Context, k Key) (id ident.ID, err error) {
	r, err := ident.ParseReference(k.Reference)
	if err != nil {
		r = "" // counted and looked up all the same
	}
	if err := s.knock(ctx, string(r), k.Address); err != nil {
		return id, err
	}
	answer := time.NewTimer(answerTakes)
	defer answer.Stop()
	err = s.db.Read(ctx, actor.Actor{}, func(tx *db.Tx) (err error) {
		if id, err = tx.LookUp("reference", string(r)); fault.Is(err, fault.Missing) {
			return errNoAccess
		}
		if err != nil {
			return err
		}
		opens, err := s.opens(tx, id, k.Code)
		if err == nil && !opens {
			err = errNoAccess
		}
		return err
	})
	if fault.Is(err, fault.Unauthenticated) {
		select {
		case <-answer.C:
		case <-ctx.Done():
		}
	}
	if err != nil {
		return ident.ID{}, err
	}
	return id, s.let(ctx, string(r), k.Address)
}

// opens tells whether a code is the applicant's, of a filing that waits or of the case that it is by now.
func (s *Service) opens(tx *db.Tx, id ident.ID, code string) (bool, error) {
	same := func(hash string, owner ident.ID) bool {
		return subtle.ConstantTimeCompare([]byte(hash), []byte(s.hashCode("access_code", owner, code))) == 1
	}
	if s.queue.Find != nil {
		stand, found, err := s.queue.Find(tx, id)
		if err != nil || found {
			return found && same(stand.CodeHash, stand.Applicant), err
		}
	}
	rows, err := accessOf(tx, id)
	if err != nil {
		return false, err
	}
	for _, row := range rows {
		if row.HelperID.IsZero() && same(row.CodeHash, row.owner()) {
			return true, nil
		}
	}
	return false, nil
}

// FiledNow is what a filer is told of what they filed as it stands now, without the code that they have.
func (s *Service) FiledNow(ctx context.Context, id ident.ID) (Filed, error) {
	return s.filedBefore(ctx, actor.Actor{}, id)
}

// TextFiler sends a text message about a filing that waits, sealed, in the transaction that decides on it; it may be taken back
// with the filing.
func (s *Service) TextFiler(tx *db.Tx, held ident.ID, m Message) error {
	return s.post(tx, journal.Letter{Case: held, Subject: held}, m, tx.Now)
}

// NothingMore takes back the messages about a filing that wait to be sent.
func (s *Service) NothingMore(tx *db.Tx, held ident.ID) error {
	return journal.TakeBack(tx, held, held)
}
