package rollup

import (
	"gorm.io/gorm/clause"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

func countiesWithCases(tx *db.Tx) (out []ident.County, err error) {
	err = db.Cross(tx.Rows()).Model(&casework.Head{}).Distinct("county_code").Order("county_code").Pluck("county_code", &out).Error
	return out, err
}

// countiesWithMonths have months that are added up, with cases or without.
func countiesWithMonths(tx *db.Tx) (out []ident.County, err error) {
	err = db.Cross(tx.Rows()).Model(&rolledMonth{}).Distinct("county_code").Order("county_code").Pluck("county_code", &out).Error
	return out, err
}

// firstMonth is the first month of which a county has anything; "" where it has nothing.
func firstMonth(tx *db.Tx, county ident.County) (calendar.Day, error) {
	var accepted, closed calendar.Day
	err := tx.Rows().Model(&casework.Head{}).Where("county_code = ?", county).Select("MIN(accepted_day), MIN(first_closed_day)").Row().Scan(&accepted, &closed)
	if err != nil || accepted == "" {
		return closed.FirstOfMonth(), err
	}
	if closed != "" && closed < accepted {
		accepted = closed
	}
	return accepted.FirstOfMonth().PlusMonths(-1), nil // parties are asked before
}

// rolledOf are the months of a county that are added up, and when that was.
func rolledOf(tx *db.Tx, county ident.County) (map[calendar.Day]calendar.Day, error) {
	var rows []rolledMonth
	err := tx.Rows().Where("county_code = ?", county).Find(&rows).Error
	out := make(map[calendar.Day]calendar.Day, len(rows))
	for _, r := range rows {
		out[r.Month] = r.RolledOn
	}
	return out, err
}

// rolledMonth is a month that is added up.
type rolledMonth struct {
	CountyCode ident.County `gorm:"column:county_code;primaryKey"`
	Month      calendar.Day `gorm:"column:month;primaryKey"`
	RolledOn   calendar.Day `gorm:"column:rolled_on"`
}

func (rolledMonth) TableName() string { return "rolled_months" }

// hold keeps other programs from adding a month up until the transaction ends, where it is added up already, and tells whether it is.
// It comes before anything else of the month is touched.
func hold(tx *db.Tx, county ident.County, month calendar.Day) (bool, error) {
	var row rolledMonth
	err := tx.Rows().Clauses(clause.Locking{Strength: "UPDATE"}).Where("county_code = ? AND month = ?", county, month).Take(&row).Error
	if db.IsNone(err) {
		return false, nil
	}
	return err == nil, err
}

func isMarked(tx *db.Tx, county ident.County, month calendar.Day) (bool, error) {
	marked, err := markedOf(tx, []ident.County{county}, month, month)
	return marked[place{county, month}], err
}

// markedOf are the months that changed since they were added up.
func markedOf(tx *db.Tx, counties []ident.County, from, to calendar.Day) (map[place]bool, error) {
	var rows []journal.Recount
	err := tx.Rows().Where("county_code IN ? AND month >= ? AND month <= ?", counties, from, to).Distinct("county_code", "month").Find(&rows).Error
	out := map[place]bool{}
	for _, r := range rows {
		out[place{r.CountyCode, r.Month}] = true
	}
	return out, err
}

// believedOf are the months that are added up and have not changed since.
func believedOf(tx *db.Tx, counties []ident.County, from, end calendar.Day) (map[place]bool, error) {
	var rows []rolledMonth
	if err := tx.Rows().Where("county_code IN ? AND month >= ? AND month < ?", counties, from, end).Find(&rows).Error; err != nil {
		return nil, err
	}
	marked, err := markedOf(tx, counties, from, end)
	out := make(map[place]bool, len(rows))
	for _, r := range rows {
		p := place{r.CountyCode, r.Month}
		out[p] = !marked[p]
	}
	return out, err
}
