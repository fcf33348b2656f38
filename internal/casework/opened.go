package casework

import (
	"context"
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/journal"
)

// Opened notes that a party reads its case, as it was just shown, on a page in a language: when it first came, and, where
// nobody has told yet, in which language it is to be written to; and that it could read its messages there. It is no act
// and makes no version, and the page is shown though it cannot be noted now.
func (s *Service) Opened(ctx context.Context, g authz.Grant, v View, messages []MessageView, lang string) error {
	i := slices.IndexFunc(v.Parties, func(p PartyView) bool { return p.ID == v.Me })
	if v.Me.IsZero() || i < 0 || v.Parties[i].Needs == nil {
		return nil
	}
	p := v.Parties[i]
	if p.Needs.Reads != "" || !v.MyHelper.IsZero() { // the language of who acts for it is not its own
		lang = ""
	}
	first := p.OpenedAt == nil || lang != ""
	unseen := slices.ContainsFunc(messages, func(m MessageView) bool { return m.SentAt != nil && m.OpenedAt == nil })
	if !first && !unseen {
		return nil
	}
	return s.db.Note(ctx, g.By(), v.ID.County(), func(tx *db.Tx) error {
		if first {
			if err := opened(tx, v.ID, v.Me, lang); err != nil {
				return err
			}
		}
		return journal.Seen(tx, v.ID, v.Me)
	})
}
