package workshop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

// The kinds of what is being written: one of each a case, whoever writes it.
const (
	agreements = "agreement" // written or oral: parties may still change their minds about the paper
	sessions   = "session"
)

const draftKept = 90 * 24 * time.Hour // after the last change; longer than a mediation may run, M6

// draftPlace is where a draft lies sealed.
func draftPlace(id ident.ID) vault.Place {
	return vault.Place{Table: draftRow{}.TableName(), Column: "body_sealed", Row: id}
}

var errMoved = fault.New(fault.Stale, "draft_moved", "刚刚有人也改过这份草稿。这里是您写的；再保存一次，就以您的为准。",
	"Somebody else has just changed this draft. What you wrote stands here; save once more, and yours replaces theirs.")

// kept is a draft as it was found: by whom, when, and which version. The zero value: there is none.
type kept struct {
	Version int64
	By      ident.ID // a person
	At      time.Time
}

// open reads a case's draft into body, if there is one.
func (s *Service) open(ctx context.Context, g authz.Grant, id ident.ID, kind string, body any) (kept, error) {
	var out kept
	err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		row, found, err := findDraft(tx, id, kind)
		if err != nil || !found {
			return err
		}
		text, err := s.Vault.Open(draftPlace(row.ID), row.BodySealed)
		if err != nil {
			return fmt.Errorf("draft: %w", err)
		}
		out = kept{row.Version, row.KeptBy, row.KeptAt}
		return json.Unmarshal([]byte(text), body)
	})
	return out, err
}

// keep writes a draft over the version that was seen, 0 for none. It is no act: nothing of the case changes, and the same
// form may be sent often.
//
// Faults: Stale where somebody else wrote meanwhile; the version that stands now is given all the same.
func (s *Service) keep(ctx context.Context, g authz.Grant, id ident.ID, kind string, seen int64, body any) (kept, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return kept{}, fmt.Errorf("draft: %w", err)
	}
	by := g.By()
	by.Once = actor.Once{}
	var out kept
	err = s.Store.Do(ctx, by, id.County(), func(tx *db.Tx) error {
		if err := dropOthers(tx, id); err != nil {
			return err
		}
		row, found, err := findDraft(tx, id, kind)
		if err != nil {
			return err
		}
		out = kept{row.Version, row.KeptBy, row.KeptAt}
		if row.Version != seen {
			return errMoved
		}
		if !found {
			row = draftRow{Key: tx.NewKey(), CaseID: id, Kind: kind}
			if row.CommitteeID, err = leadOf(tx, id); err != nil {
				return err
			}
		}
		row.Version, row.KeptBy, row.KeptAt = seen+1, tx.By.Person, tx.Now
		row.BodySealed = s.Vault.Seal(draftPlace(row.ID), string(text))
		out = kept{row.Version, row.KeptBy, row.KeptAt}
		if !found {
			return insertDraft(tx, row)
		}
		return saveDraft(tx, row, seen)
	})
	return out, err
}

// drop forgets a case's draft.
func (s *Service) drop(ctx context.Context, g authz.Grant, id ident.ID, kind string) error {
	by := g.By()
	by.Once = actor.Once{}
	return s.Store.Do(ctx, by, id.County(), func(tx *db.Tx) error { return dropDraft(tx, id, kind) })
}

// done forgets a draft in the transaction of the act that it was written for.
func done(id ident.ID, kind string) func(*db.Tx) error {
	return func(tx *db.Tx) error { return dropDraft(tx, id, kind) }
}

// ForgetDrafts removes the drafts that nobody touched for long, and those of cases that ended or that another committee
// leads by now; housekeeping.
func (s *Service) ForgetDrafts(ctx context.Context) (int64, error) {
	var counties []ident.County
	err := s.Store.Read(ctx, actor.System, func(tx *db.Tx) (err error) { counties, err = draftCounties(tx); return err })
	var all int64
	for _, county := range counties {
		err = errors.Join(err, s.Store.Do(ctx, actor.System, county, func(tx *db.Tx) error {
			n, err := dropOver(tx, tx.Now.Add(-draftKept))
			all += n
			return err
		}))
	}
	return all, err
}

// unsay forgets the draft of a session from which a caucus was written: what was typed before somebody said that it is a
// caucus was said there as well. The draft of another session, of which nothing stands in the caucus, stays.
func (s *Service) unsay(tx *db.Tx, id ident.ID, seen int64, a answers) (gone bool, err error) {
	row, found, err := findDraft(tx, id, sessions)
	if err != nil || !found || row.Version != seen {
		return false, err
	}
	text, err := s.Vault.Open(draftPlace(row.ID), row.BodySealed)
	if err != nil {
		return false, fmt.Errorf("draft: %w", err)
	}
	was := answers{}
	if err := json.Unmarshal([]byte(text), &was); err != nil || !was.sharesWords(a) {
		return false, err
	}
	return true, dropDraft(tx, id, sessions)
}
