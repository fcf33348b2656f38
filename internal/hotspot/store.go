package hotspot

import (
	"gorm.io/gorm"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/tally"
)

// compound is one on the register, with the firm that manages it.
type compound struct {
	ID         ident.ID
	CountyCode ident.County
	Name       string
	AreaCode   ident.Area
	Households int64
	Firm       *ident.ID // nil where none is on record
	FirmName   string
}

// compoundsIn are the compounds of whole counties that were on the register in some of a period. What is expected of one follows
// from all of its county, also where the reader's area is narrower.
func compoundsIn(tx *db.Tx, ask tally.Ask) (out []compound, err error) {
	err = tx.Rows().Table("compounds AS o").
		Joins("LEFT JOIN property_firms f ON f.county_code = o.county_code AND f.id = o.property_firm_id").
		Where("o.county_code IN ? AND (o.ended_on IS NULL OR o.ended_on > ?)", ask.Counties(), ask.From).
		Select("o.id, o.county_code, o.name, o.area_code, o.households, f.id AS firm, COALESCE(f.name, '') AS firm_name").
		Order("o.county_code, o.id").Scan(&out).Error
	return out, err
}

// disputed is how many property disputes of a kind a compound had.
type disputed struct {
	CompoundID ident.ID
	Category   string
	N          int64
}

// disputesOf counts the property disputes registered in a period by compound and kind.
func disputesOf(tx *db.Tx, ask tally.Ask) (out []disputed, err error) {
	err = registered(tx.Rows().Table("dispute_cases AS c").Where("c.county_code IN ?", ask.Counties()), ask.From, ask.To).
		Where(tally.Below("c.category", "13")).Where("c.compound_id IS NOT NULL AND c.state <> ?", casework.Draft).
		Select("c.compound_id, c.category, COUNT(*) AS n").Group("c.compound_id, c.category").Scan(&out).Error
	return out, err
}

func registered(q *gorm.DB, from, to calendar.Day) *gorm.DB {
	return q.Where("c.registered_at >= ? AND c.registered_at < ?", from.Start(), to.End())
}
