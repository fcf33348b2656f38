package filing

import (
	"context"

	"fengqiao/internal/actor"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// ForgetDrafts removes answers older than 30 days, receipts older than a day, and files of a draft that nobody touched for two days:
// whoever puts files aside need not say who they are. Housekeeping; it tells how many drafts went.
func (s *Service) ForgetDrafts(ctx context.Context) (int64, error) {
	county, err := s.draftCounty(ctx)
	if err != nil {
		return 0, err
	}
	n, err := s.forgetting(ctx, county, func(tx *db.Tx) ([]ident.ID, error) {
		return staleDrafts(tx, tx.Now.Add(-draftKept), forgottenAtOnce)
	}, s.forgetDraft)
	if err != nil {
		return n, err
	}
	_, err = s.forgetting(ctx, county, func(tx *db.Tx) ([]ident.ID, error) {
		return staleFiles(tx, tx.Now.Add(-filesKept), forgottenAtOnce)
	}, s.dropFiles)
	return n, err
}

// forgetting forgets what is found, some in each transaction.
func (s *Service) forgetting(ctx context.Context, county ident.County, find func(*db.Tx) ([]ident.ID, error), forget func(*db.Tx, ident.ID) error) (n int64, err error) {
	for more := true; more && err == nil; {
		err = s.store.Do(ctx, actor.System, county, func(tx *db.Tx) error {
			ids, err := find(tx)
			more = len(ids) == forgottenAtOnce
			for _, id := range ids {
				if err == nil {
					err = forget(tx, id)
				}
			}
			n += int64(len(ids))
			return err
		})
	}
	return n, err
}

const forgottenAtOnce = 200 // drafts in one transaction

// forgetDraft removes a draft with the files that were put aside with it.
func (s *Service) forgetDraft(tx *db.Tx, id ident.ID) error {
	if err := s.dropFiles(tx, id); err != nil {
		return err
	}
	if err := casework.ForgetDraft(tx, id); err != nil {
		return err
	}
	return dropDraft(tx, id)
}
