package returns

import (
	"gorm.io/gorm"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/tally"
)

// Rows are this room's models.
var Rows = []any{&Funding{}, &HandedIn{}}

func insertRow[T any](tx *db.Tx, row *T) error { return tx.Rows().Create(row).Error }

func fundingByID(tx *db.Tx, id ident.ID) (f Funding, err error) {
	err = tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Take(&f).Error
	return f, err
}

// nextFunding numbers a unit's entries of a year. Of two at once the second fails on the number and is told to try again.
func nextFunding(tx *db.Tx, f Funding) (n int, err error) {
	err = tx.Rows().Model(&Funding{}).Where("county_code = ? AND year = ? AND area_code = ?", f.AreaCode.County(), f.Year, f.AreaCode).
		Select("COALESCE(MAX(number), 0) + 1").Row().Scan(&n)
	return n, err
}

// latest are the entries m of a year that count: no later one was made for the area.
func latest(tx *db.Tx, ask tally.Ask, year int) *gorm.DB {
	return tally.In(tx.Rows().Table("funding_entries AS m"), "m", ask).Where("m.year = ? AND NOT EXISTS (SELECT 1 FROM funding_entries x"+
		" WHERE x.county_code = m.county_code AND x.area_code = m.area_code AND x.year = m.year AND x.number > m.number)", year)
}

func fundingsOf(tx *db.Tx, ask tally.Ask, year int) (out []Funding, err error) {
	err = latest(tx, ask, year).Order("m.area_code").Find(&out).Error
	return out, err
}

// fundingSums adds up the money of a year, in all or by the area one level below with the area's own apart.
func fundingSums(tx *db.Tx, ask tally.Ask, year int, byArea bool) ([]group, error) {
	amounts := []string{"guidance_budgeted", "guidance_spent", "subsidy_budgeted", "subsidy_spent", "allowance_budgeted", "allowance_spent", "own_budgeted", "own_spent"}
	sums, cols := "", []int{}
	for i, a := range amounts {
		sums, cols = sums+", "+tally.Total("t."+a), append(cols, funded+i)
	}
	q := latest(tx, ask, year).Select("m.*, "+place(ask)+" AS prefix, "+isOwn, ask.Area)
	return grouped(tx.Rows().Table("(?) AS t", q), sums, cols, byArea)
}
