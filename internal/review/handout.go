package review

import (
	"context"
	"errors"
	"slices"
	"strings"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// handOut gives the items of a round that wait for a reviewer to one who may look at them, but for whoever has just given one
// back; it tells how many found one.
func (s *Service) handOut(tx *db.Tx, r Round, but ...ident.ID) (int, error) {
	items, err := itemsWaiting(tx, r.ID)
	if err != nil || len(items) == 0 {
		return 0, err
	}
	reviewers, err := s.withCommittees(tx, r.ID)
	if err != nil {
		return 0, err
	}
	reviewers = slices.DeleteFunc(reviewers, func(one Reviewer) bool { return slices.Contains(but, one.PersonID) })
	parts, err := partsIn(tx, items, reviewers)
	if err != nil {
		return 0, err
	}
	load, err := loadOf(tx, r.ID)
	if err != nil {
		return 0, err
	}
	before, err := firstReviewers(tx, items)
	if err != nil {
		return 0, err
	}
	assign(items, reviewers, parts, load, func(i Item) ident.ID { return before[i.ID] })
	n := 0
	for _, i := range items {
		if i.ReviewerID.IsZero() {
			continue
		}
		n++
		if err := s.give(tx, i); err != nil {
			return n, err
		}
	}
	return n, nil
}

// give lets a reviewer into the dossier of an item.
func (s *Service) give(tx *db.Tx, i Item) error {
	if i.State == Waiting {
		i.State = Assigned
	}
	if err := setReviewer(tx, i); err != nil {
		return err
	}
	return casework.Review(tx, i.CaseID, i.ReviewerID, i.ReviewerName)
}

// withCommittees are the reviewers of a round with the committees in which they serve, and those that their station looks after.
func (s *Service) withCommittees(tx *db.Tx, round ident.ID) ([]Reviewer, error) {
	all, err := reviewersOf(tx, round)
	if err != nil {
		return nil, err
	}
	today := calendar.DayOf(tx.Now)
	for i := range all {
		posts, err := s.Accounts.PostsOf(tx, all[i].PersonID)
		if err != nil {
			return nil, err
		}
		for _, p := range posts {
			switch {
			case !p.Holds(today):
			case !p.Committee.IsZero():
				all[i].Committees = append(all[i].Committees, p.Committee)
			case p.Role == actor.StationOfficer:
				all[i].Streets = append(all[i].Streets, p.Area)
			}
		}
		more, err := servesIn(tx, all[i].PersonID)
		if err != nil {
			return nil, err
		}
		all[i].Committees = append(all[i].Committees, more...)
	}
	return all, nil
}

// GiveBack takes a dossier from its reviewer, who knows somebody of the case or cannot do it, and gives it to another. The
// reviewer asks it, or the bureau does.
//
// Faults: Missing for whoever neither reviews it now nor made the round; Stale; Invalid without a reason.
func (s *Service) GiveBack(ctx context.Context, g authz.Grant, id ident.ID, expect int64, reason string) (Item, error) {
	var i Item
	reason = strings.TrimSpace(reason)
	err := s.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) (err error) {
		if i, err = givenOut(tx, g, id); err != nil {
			return err
		}
		switch n := len([]rune(reason)); {
		case expect != i.Version:
			return errStale
		case n == 0 || n > longestRemark:
			return fault.New(fault.Invalid, "", "请写明原因，最多 %d 个字。", "Please say why, in at most %d characters.", longestRemark).At("reason")
		}
		had := i.ReviewerID
		i.Version++
		i.ReviewerID, i.ReviewerName = ident.ID{}, ""
		if i.State == Assigned {
			i.State = Waiting
		}
		tx.Made(i.ID, i.Version, 200)
		if err := errors.Join(casework.EndReview(tx, i.CaseID, had), updateItem(tx, &i),
			s.record(tx, i.ID, i.Version, "review_given_back", i.AreaCode, journal.Fact{"reviewer": had.String()}, journal.Words{"reason": reason})); err != nil {
			return err
		}
		r, err := roundByID(tx, i.RoundID)
		if err != nil {
			return err
		}
		_, err = s.handOut(tx, r, had)
		return err
	})
	var done *db.Done
	if errors.As(err, &done) {
		err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
			i, err = itemByID(tx, done.ID)
			return err
		})
	}
	return i, err
}

// givenOut finds an item that is being reviewed: the reviewer's own, or one of a round within the grant.
func givenOut(tx *db.Tx, g authz.Grant, id ident.ID) (Item, error) {
	if g.Action() == Working {
		return toReview(tx, id, g.By().Person)
	}
	i, err := itemByID(tx, id)
	if err == nil {
		_, err = roundWithin(tx, g, i.RoundID)
	}
	if err == nil && i.ReviewerID.IsZero() || i.State == Submitted || i.State == Decided {
		err = fault.NoSuch()
	}
	return i, err
}
