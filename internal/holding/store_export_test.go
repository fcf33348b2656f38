package holding

import (
	"context"
	"encoding/json"

	"fengqiao/internal/actor"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Spoil changes what lies sealed of a filing, as when a place or a kind has been taken from its list since it came; without a change
// it spoils the seal itself.
func (s *Service) Spoil(ctx context.Context, held string, change func(*casework.Filing)) error {
	id, err := ident.ParseID(held)
	if err != nil {
		return err
	}
	return s.Store.Do(ctx, actor.System, id.County(), func(tx *db.Tx) error {
		r, _, err := findHeld(tx, id)
		if err != nil {
			return err
		}
		sealed := append([]byte{}, r.FilingSealed...)
		sealed[len(sealed)-1] ^= 1
		if change != nil {
			t, err := s.open(r)
			if err != nil {
				return err
			}
			change(&t.Filing)
			text, err := json.Marshal(t)
			if err != nil {
				return err
			}
			sealed = s.Vault.Seal(placeOf(id), string(text))
		}
		return tx.Rows().Model(&heldRow{}).Where("county_code = ? AND id = ?", id.County(), id).Updates(map[string]any{"filing_sealed": sealed}).Error
	})
}

// Fears are filings in which somebody is afraid, as they came.
func (s *Service) Fears(ctx context.Context, n int) (out []heldRow, err error) {
	return out, s.Store.Read(ctx, actor.System, func(tx *db.Tx) error {
		return db.Cross(tx.Rows()).Where("urgent = ?", true).Order("came_at, id").Limit(n).Find(&out).Error
	})
}
