package spot

import (
	"time"

	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Rows are this room's models.
var Rows = []any{&posterRow{}}

// posterRow is a place's poster: of a compound, or of a village itself.
type posterRow struct {
	ident.Key
	AreaCode   ident.Area `gorm:"column:area_code"`
	CompoundID ident.ID   `gorm:"column:compound_id"`
	Code       string     `gorm:"column:code"`
	MadeAt     time.Time  `gorm:"column:made_at"`
	MadeBy     ident.ID   `gorm:"column:made_by"`
}

func (posterRow) TableName() string { return "place_posters" }

func findPoster(tx *db.Tx, at Spot) (posterRow, bool, error) {
	q := tx.Rows().Where("county_code = ? AND area_code = ? AND compound_id IS NULL", at.Area.County(), at.Area)
	if !at.Compound.IsZero() {
		q = tx.Rows().Where("county_code = ? AND compound_id = ?", at.Area.County(), at.Compound)
	}
	var r posterRow
	err := q.Take(&r).Error
	if db.IsNone(err) {
		return r, false, nil
	}
	return r, err == nil, err
}

func posterByID(tx *db.Tx, id ident.ID) (posterRow, error) {
	var r posterRow
	err := tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Take(&r).Error
	if db.IsNone(err) {
		return r, fault.NoSuch()
	}
	return r, err
}

var errPosterMade = fault.New(fault.Stale, "", "刚刚有人给这张海报换了码，请刷新后再看。",
	"Somebody has just made a code for this poster; please reload.")

func insertPoster(tx *db.Tx, r posterRow) error {
	err := tx.Rows().Create(&r).Error
	if db.IsDuplicate(err) {
		return errPosterMade
	}
	return err
}

// savePoster writes the new code over the one that was seen.
func savePoster(tx *db.Tx, r posterRow, was string) error {
	done := tx.Rows().Model(&posterRow{}).Where("county_code = ? AND id = ? AND code = ?", r.CountyCode, r.ID, was).
		Select("code", "made_at", "made_by").Updates(&r)
	if done.Error == nil && done.RowsAffected == 0 {
		return errPosterMade
	}
	return done.Error
}
