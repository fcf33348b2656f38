package returns

import (
	"gorm.io/gorm"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

func handedByID(tx *db.Tx, id ident.ID) (h HandedIn, err error) {
	err = tx.Rows().Where("county_code = ? AND id = ?", id.County(), id).Take(&h).Error
	if db.IsNone(err) {
		return h, fault.NoSuch()
	}
	return h, err
}

// alike are the versions of one table, newest first.
func alike(tx *db.Tx, h HandedIn) *gorm.DB {
	return tx.Rows().Where("county_code = ? AND report = ? AND area_code = ? AND from_on = ? AND to_on = ? AND basis = ?",
		h.AreaCode.County(), h.Report, h.AreaCode, h.From, h.To, h.Basis).Order("number DESC")
}

// lastVersion is the latest version of a table; the zero value while there is none.
func lastVersion(tx *db.Tx, h HandedIn) (out HandedIn, err error) {
	err = alike(tx, h).Take(&out).Error
	if db.IsNone(err) {
		return HandedIn{}, nil
	}
	return out, err
}

func versionsOf(tx *db.Tx, h HandedIn) (out []HandedIn, err error) {
	err = alike(tx, h).Find(&out).Error
	return out, err
}

// partsOf are the latest versions of a unit's own tables inside a period and shorter than it; those that end first come first.
func partsOf(tx *db.Tx, h HandedIn) (out []HandedIn, err error) {
	var all []HandedIn
	err = tx.Rows().Where("county_code = ? AND report = ? AND area_code = ? AND basis = ? AND from_on >= ? AND to_on <= ? AND NOT (from_on = ? AND to_on = ?)",
		h.AreaCode.County(), h.Report, h.AreaCode, h.Basis, h.From, h.To, h.From, h.To).Order("to_on, from_on, number DESC").Find(&all).Error
	return latestOf(all), err
}

// aroundOf are the latest versions of the tables of an area whose days hold those of one, its own among them.
func aroundOf(tx *db.Tx, h HandedIn) (out []HandedIn, err error) {
	var all []HandedIn
	err = tx.Rows().Where("county_code = ? AND report = ? AND area_code = ? AND basis = ? AND from_on <= ? AND to_on >= ?",
		h.AreaCode.County(), h.Report, h.AreaCode, h.Basis, h.From, h.To).Order("from_on DESC, to_on, number DESC").Find(&all).Error
	return latestOf(all), err
}

// latestOf are the first of each period.
func latestOf(all []HandedIn) (out []HandedIn) {
	for _, m := range all {
		if n := len(out); n == 0 || out[n-1].From != m.From || out[n-1].To != m.To {
			out = append(out, m)
		}
	}
	return out
}

// handedBelow are the latest versions of the tables that units one level below handed in for a period or parts of it, by their
// area; of each those that end first come first.
func handedBelow(tx *db.Tx, h HandedIn) (map[ident.Area][]HandedIn, error) {
	counties, err := registry.Counties(tx, h.AreaCode)
	if err != nil {
		return nil, err
	}
	low, high := h.AreaCode.Range()
	var all []HandedIn
	err = tx.Rows().Where("county_code IN ? AND report = ? AND basis = ? AND from_on >= ? AND to_on <= ? AND area_code >= ? AND area_code < ? AND area_code <> ?",
		counties, h.Report, h.Basis, h.From, h.To, low, high, h.AreaCode).Order("area_code, to_on, from_on, number DESC").Find(&all).Error
	out := map[ident.Area][]HandedIn{}
	for _, t := range all {
		if t.AreaCode.Parent() != h.AreaCode {
			continue
		}
		if of := out[t.AreaCode]; len(of) == 0 || of[len(of)-1].From != t.From || of[len(of)-1].To != t.To {
			out[t.AreaCode] = append(of, t)
		}
	}
	return out, err
}

func handedList(tx *db.Tx, g authz.Grant, in HandedAsked) (out []HandedIn, err error) {
	q := tx.Rows().Scopes(db.Within(g, db.Columns{County: "county_code", Area: "area_code"}))
	if low, high := in.Area.Range(); low != "" {
		q = q.Where("area_code >= ? AND area_code < ?", low, high)
	}
	if in.Report != "" {
		q = q.Where("report = ?", in.Report)
	}
	if !in.After.IsZero() {
		q = q.Where("id < ?", in.After)
	}
	err = q.Select("county_code, id, report, area_code, from_on, to_on, basis, number, reason, snapshot_at, content_hash, made_at, made_by, made_name").
		Order("id DESC").Limit(in.Limit + 1).Find(&out).Error
	return out, err
}
