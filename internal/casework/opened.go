package casework

import (
	"context"
	"slices"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
)

// Opened notes that a party reads its case, as it was just shown, on a page in a language: when it first came, and, where
// nobody has told yet, in which language it is to be written to. It is no act and makes no version.
func (s *Service) Opened(ctx context.Context, g authz.Grant, v View, lang string) error {
	i := slices.IndexFunc(v.Parties, func(p PartyView) bool { return p.ID == v.Me })
	if v.Me.IsZero() || i < 0 || v.Parties[i].Needs == nil {
		return nil
	}
	p := v.Parties[i]
	if p.Needs.Reads != "" || !v.MyHelper.IsZero() { // the language of who acts for it is not its own
		lang = ""
	}
	if p.OpenedAt != nil && lang == "" {
		return nil
	}
	return s.db.Do(ctx, g.By(), v.ID.County(), func(tx *db.Tx) error { return opened(tx, v.ID, v.Me, lang) })
}
