package registry

import (
	"context"
	"slices"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// setting is a value that holds in an area and all below it from a day on, unless a narrower area has its own.
type setting struct {
	AreaCode  ident.Area   `gorm:"primaryKey"` // empty: everywhere
	Name      string       `gorm:"primaryKey"`
	ValidFrom calendar.Day `gorm:"primaryKey"`
	Value     string
	MadeAt    time.Time
	MadeBy    ident.ID
}

// Setting is the value that holds today in an area: its own, else that of the nearest area around it; "" when there is
// none and the product's default holds.
func Setting(tx *db.Tx, area ident.Area, name string) (string, error) {
	rows, err := settingsNamed(tx, name)
	if err != nil {
		return "", err
	}
	around := append(area.Wider(), "")
	var best setting
	for _, row := range rows {
		if !slices.Contains(around, row.AreaCode) {
			continue
		}
		narrower := len(row.AreaCode.Prefix()) - len(best.AreaCode.Prefix())
		if !row.ValidFrom.After(today(tx)) && (narrower > 0 || narrower == 0 && row.ValidFrom.After(best.ValidFrom)) {
			best = row
		}
	}
	return best.Value, nil
}

// Set gives an area a value from a day on; earlier cases keep what held then.
func (s *Service) Set(ctx context.Context, g authz.Grant, area ident.Area, name, value string, from calendar.Day) error {
	if g.Action() != Writing || !g.CoversArea(area) {
		return fault.NoSuch()
	}
	return s.Store.Do(ctx, g.By(), area.County(), func(tx *db.Tx) error {
		if from.IsZero() {
			from = today(tx)
		}
		return putSetting(tx, setting{AreaCode: area, Name: name, ValidFrom: from, Value: value, MadeAt: tx.Now, MadeBy: tx.By.Person})
	})
}
