package registry

import (
	"gorm.io/gorm"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Page is a part of a list, newest first: the rows after one, so many at most.
type Page struct {
	After ident.ID
	Limit int
}

// within narrows a statement to an area: the counties are named, and inside one county a range of codes.
func within(tx *db.Tx, q *gorm.DB, area ident.Area) (*gorm.DB, error) {
	counties, err := Counties(tx, area)
	if err != nil {
		return nil, err
	}
	q = q.Where("county_code IN ?", counties)
	if low, high := area.Range(); area.Level() == ident.Town || area.Level() == ident.Village {
		q = q.Where("area_code >= ? AND area_code < ?", low, high)
	}
	return q, nil
}

// pageOf reads one row more than asked for, to tell whether there is a next page.
func pageOf[T any](q *gorm.DB, p Page) (rows []T, more bool, err error) {
	if !p.After.IsZero() {
		q = q.Where("id < ?", p.After)
	}
	if rows, err = all[T](q.Order("id DESC").Limit(p.Limit + 1)); err != nil {
		return nil, false, err
	}
	if len(rows) > p.Limit {
		return rows[:p.Limit], true, nil
	}
	return rows, false, nil
}

// CommitteesIn lists the committees of an area that are in a state, of one type or of all six; desks only when asked for.
func CommitteesIn(tx *db.Tx, area ident.Area, state State, of Type, p Page) ([]Committee, bool, error) {
	q, err := within(tx, tx.Rows().Where("state = ?", state), area)
	if err != nil {
		return nil, false, err
	}
	types := Types
	if of != "" {
		types = []Type{of}
	}
	return pageOf[Committee](q.Where("type IN ?", types), p)
}

// MediatorsPage lists those who mediate for a committee now.
func MediatorsPage(tx *db.Tx, committee ident.ID, background string, p Page) ([]Mediator, bool, error) {
	q := tx.Rows().Where("county_code = ? AND committee_id = ? AND left_on IS NULL", committee.County(), committee)
	return pageOf[Mediator](withBackground(q, "mediators", background), p)
}

// CompoundsIn lists the compounds of an area.
func CompoundsIn(tx *db.Tx, area ident.Area, p Page) ([]Compound, bool, error) {
	q, err := within(tx, tx.Rows().Where("ended_on IS NULL"), area)
	if err != nil {
		return nil, false, err
	}
	return pageOf[Compound](q, p)
}

// CompoundsNamed finds compounds of an area by a part of their name; the shortest names first.
func CompoundsNamed(tx *db.Tx, area ident.Area, name string, most int) ([]Compound, error) {
	q, err := within(tx, tx.Rows().Where(`ended_on IS NULL AND name LIKE ? ESCAPE '\'`, "%"+escapeLike(name)+"%"), area)
	if err != nil {
		return nil, err
	}
	return all[Compound](q.Order("length(name), id").Limit(most))
}

// ServiceAreasOf are the places that a committee was given to serve and that still hold.
func ServiceAreasOf(tx *db.Tx, committee ident.ID) ([]ServiceArea, error) {
	day := today(tx)
	return all[ServiceArea](tx.Rows().Where("county_code = ? AND committee_id = ? AND valid_from <= ? AND (valid_to IS NULL OR valid_to >= ?)",
		committee.County(), committee, day, day).Order("id"))
}
