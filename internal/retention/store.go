package retention

import (
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Rows are this room's models.
var Rows = []any{&Hold{}}

func insert(tx *db.Tx, h *Hold) error { return tx.Rows().Create(h).Error }

func lift(tx *db.Tx, h *Hold) error {
	w := tx.Rows().Model(&Hold{}).Where("county_code = ? AND id = ? AND version = ?", h.CountyCode, h.ID, h.Version-1).
		Select("version", "why_sealed", "lifted_by", "lifted_at").Updates(h)
	if w.Error == nil && w.RowsAffected != 1 {
		return errStale
	}
	return w.Error
}

func find(tx *db.Tx, id ident.ID) (h Hold, err error) {
	err = tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Take(&h).Error
	if db.IsNone(err) {
		return h, fault.NoSuch()
	}
	return h, err
}

func holdsOf(tx *db.Tx, caseID ident.ID) (out []Hold, err error) {
	err = tx.Rows().Where("county_code = ? AND case_id = ?", caseID.County(), caseID).Order("id DESC").Find(&out).Error
	return out, err
}

// held is that a hold stands on a dossier.
const held = "EXISTS (SELECT 1 FROM retention_holds h WHERE h.county_code = c.county_code AND h.case_id = c.id AND h.lifted_at IS NULL)"

// archived are the dossiers that a grant reaches.
func archived(tx *db.Tx, g authz.Grant) *gorm.DB {
	return tx.Rows().Table("dispute_cases AS c").Where("c.county_code <> '' AND c.retention <> ''"). // it gets its class when it is archived
														Scopes(db.Within(g, db.CaseColumns("c")))
}

const shown = "c.county_code, c.id, c.case_no, c.committee_id, c.category, c.area_code, c.archived_at, c.retention, c.retain_until, c.destroyed_at, c.destroyed_list, " + held + " AS held"

// within finds a dossier that a grant reaches; out of reach, or not archived, it is missing.
func within(tx *db.Tx, g authz.Grant, id ident.ID) (d Dossier, err error) {
	q := archived(tx, g).Select(shown).Where("c.county_code = ? AND c.id = ?", id.County(), id)
	if tx.Writes() { // a hold and a destruction wait for each other
		q = q.Clauses(clause.Locking{Strength: "UPDATE", Table: clause.Table{Name: "c"}})
	}
	err = q.Take(&d).Error
	if db.IsNone(err) {
		return d, fault.NoSuch()
	}
	return d, err
}

func dossiers(tx *db.Tx, g authz.Grant, ask Asked, today calendar.Day) (out []Dossier, err error) {
	q := archived(tx, g).Select(shown).Where("c.destroyed_at IS NULL")
	until := "c.retain_until"
	switch ask.State {
	case Over:
		q = q.Where("c.retain_until < ? AND NOT "+held, today)
	case Held:
		q, until = q.Where(held), "COALESCE(c.retain_until, '9999-12-31')" // one that is kept for ever may be held too
	default:
		q = q.Where("c.retain_until >= ?", today)
	}
	if !ask.After.ID.IsZero() {
		after := ask.After.Until
		if after == "" {
			after = "9999-12-31"
		}
		q = q.Where(until+" > ? OR "+until+" = ? AND c.id > ?", after, after, ask.After.ID)
	}
	err = q.Order(until + ", c.id").Limit(ask.Limit + 1).Find(&out).Error
	return out, err
}

// counts reads an index alone, for all dossiers, and the dossiers of the few that are held.
func counts(tx *db.Tx, g authz.Grant, today calendar.Day) (out []Count, err error) {
	const byClass = "c.retention, COUNT(*) AS n, SUM(CASE WHEN c.retain_until < ? THEN 1 ELSE 0 END) AS over_n"
	if err = archived(tx, g).Where("c.destroyed_at IS NULL").Select(byClass, today).Group("c.retention").Order("c.retention DESC").Find(&out).Error; err != nil {
		return nil, err
	}
	var onHold []Count
	err = archived(tx, g).Joins("JOIN retention_holds AS h ON h.county_code = c.county_code AND h.case_id = c.id AND h.lifted_at IS NULL").
		Select(byClass, today).Group("c.retention").Find(&onHold).Error
	for i := range out {
		for _, h := range onHold {
			if h.Retention == out[i].Retention {
				out[i].Held, out[i].Over = h.All, out[i].Over-h.Over
			}
		}
	}
	return out, err
}
