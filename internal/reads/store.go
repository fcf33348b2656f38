package reads

import (
	"gorm.io/gorm/clause"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Rows are this room's models.
var Rows = []any{&Look{}}

// insert keeps a look; one that stands there already, from this process or another, is left as it is.
func insert(tx *db.Tx, l Look) error {
	return tx.Rows().Clauses(clause.OnConflict{DoNothing: true}).Create(&l).Error
}

func hasList(tx *db.Tx, k known) (bool, error) {
	var n int64
	err := tx.Rows().Model(&Look{}).Where("county_code = ? AND person_id = ? AND kind = ? AND read_on = ? AND case_id IS NULL", tx.County, k.person, k.kind, k.on).Limit(1).Count(&n).Error
	return n > 0, err
}

// place is where a case lies.
type place struct {
	CommitteeID ident.ID   `gorm:"column:committee_id"`
	AreaCode    ident.Area `gorm:"column:area_code"`
	Own         bool       `gorm:"column:own"` // whoever asks is a party of it
}

func placeOf(tx *db.Tx, id, person ident.ID) (p place, err error) {
	err = tx.Rows().Table("dispute_cases AS c").
		Select("c.committee_id, c.area_code, EXISTS (SELECT 1 FROM case_people AS w WHERE w.county_code = c.county_code AND w.case_id = c.id AND w.person_id = ? AND w.party_id IS NOT NULL) AS own", person).
		Where("c.county_code = ? AND c.id = ?", id.County(), id).Take(&p).Error
	if db.IsNone(err) {
		err = fault.NoSuch()
	}
	return p, err
}

// looks are one more than the limit, so that it shows whether there are more.
func looks(tx *db.Tx, g authz.Grant, f Filter) (out []Look, err error) {
	q := db.Cross(tx.Rows()).Table("case_reads AS r").Where(db.Within(g, db.Columns{County: "r.county_code", Area: "r.area_code"})(tx.Rows()))
	if f.Name != "" {
		q = q.Where("r.person_id IN (SELECT id FROM persons WHERE name = ?)", f.Name)
	}
	if f.Reference != "" {
		q = q.Where("EXISTS (SELECT 1 FROM dispute_cases AS c WHERE c.county_code = r.county_code AND c.id = r.case_id AND c.reference = ?)", f.Reference)
	}
	if f.From != "" {
		q = q.Where("r.read_on >= ?", f.From)
	}
	if f.To != "" {
		q = q.Where("r.read_on <= ?", f.To)
	}
	if !f.After.IsZero() {
		q = q.Where("r.id < ?", f.After)
	}
	err = q.Order("r.id DESC").Limit(f.Limit + 1).Find(&out).Error
	return out, err
}

func ofCase(tx *db.Tx, id ident.ID, most int) (out []Look, err error) {
	err = tx.Rows().Where("county_code = ? AND case_id = ?", id.County(), id).Order("id DESC").Limit(most).Find(&out).Error
	return out, err
}

func referencesOf(tx *db.Tx, rows []Look) (map[ident.ID]string, error) {
	var ids []ident.ID
	for _, l := range rows {
		if !l.CaseID.IsZero() {
			ids = append(ids, l.CaseID)
		}
	}
	var found []struct {
		ID        ident.ID `gorm:"column:id"`
		Reference string   `gorm:"column:reference"`
	}
	out := map[ident.ID]string{}
	err := db.Cross(tx.Rows()).Table("dispute_cases").Select("id", "reference").Where("id IN ?", ids).Find(&found).Error
	for _, f := range found {
		out[f.ID] = f.Reference
	}
	return out, err
}
