package registry

import (
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// What whoever keeps the register reads beside what everybody may.

// TermsOf are all terms of a committee, the latest first.
func TermsOf(tx *db.Tx, committee ident.ID) ([]Term, error) {
	return all[Term](tx.Rows().Where("county_code = ? AND committee_id = ?", committee.County(), committee).Order("starts_on DESC"))
}

// ChangesOf are what changed in a committee, the latest first.
func ChangesOf(tx *db.Tx, committee ident.ID, p Page) ([]Change, bool, error) {
	return pageOf[Change](tx.Rows().Where("county_code = ? AND committee_id = ?", committee.County(), committee), p)
}

// Notices are those that a county gave its court, the latest first.
func Notices(tx *db.Tx, county ident.County, p Page) ([]Notice, bool, error) {
	return pageOf[Notice](tx.Rows().Where("county_code = ?", county), p)
}

// BodiesUnder are the station rooms, studios and groups of a committee that have not ended.
func BodiesUnder(tx *db.Tx, committee ident.ID) ([]Committee, error) {
	return all[Committee](tx.Rows().Where("county_code = ? AND parent_id = ? AND state <> ?", committee.County(), committee, Ended).Order("id"))
}

// FirmsNamed are the property firms of a county's register, of all names or of those that hold a text.
func FirmsNamed(tx *db.Tx, county ident.County, name string, p Page) ([]PropertyFirm, bool, error) {
	q := tx.Rows().Where("county_code = ?", county)
	if name != "" {
		q = q.Where(`name LIKE ? ESCAPE '\'`, "%"+escapeLike(name)+"%")
	}
	return pageOf[PropertyFirm](q, p)
}

// OwnersOf are the owners' committees of a compound, the latest first.
func OwnersOf(tx *db.Tx, compound ident.ID) ([]OwnersCommittee, error) {
	return all[OwnersCommittee](tx.Rows().Where("county_code = ? AND compound_id = ?", compound.County(), compound).Order("id DESC"))
}

// OwnersSeats are the owners' committees of some compounds of a county by compound: the latest of each.
func OwnersSeats(tx *db.Tx, county ident.County, compounds []ident.ID) (map[ident.ID]OwnersCommittee, error) {
	rows, err := all[OwnersCommittee](tx.Rows().Where("county_code = ? AND compound_id IN ?", county, compounds).Order("id"))
	out := make(map[ident.ID]OwnersCommittee, len(rows))
	for _, o := range rows {
		out[o.CompoundID] = o
	}
	return out, err
}

// CommitteeCalled is the committee of a county that has a short name, or that name as a whole; Missing when none or
// several have it. One that was closed down is found by its short name only, which stays its own.
func CommitteeCalled(tx *db.Tx, county ident.County, name string) (Committee, error) {
	rows, err := all[Committee](tx.Rows().Where("county_code = ? AND (short_name = ? OR name = ? AND state <> ?)", county, name, name, Ended).Limit(2))
	switch {
	case err != nil:
		return Committee{}, err
	case len(rows) == 2 && rows[1].ShortName == name:
		return rows[1], nil
	case len(rows) == 2 && rows[0].ShortName != name, len(rows) == 0:
		return Committee{}, fault.NoSuch()
	}
	return rows[0], nil
}

// CompoundCalled is the compound of a community by its name; Missing when there is none.
func CompoundCalled(tx *db.Tx, area ident.Area, name string) (Compound, error) {
	return only[Compound](tx, "county_code = ? AND area_code = ? AND name = ?", area.County(), area, name)
}

// FirmCalled is the first property firm of a county that has a name; Missing when there is none.
func FirmCalled(tx *db.Tx, county ident.County, name string) (PropertyFirm, error) {
	return only[PropertyFirm](tx, "county_code = ? AND name = ?", county, name)
}

func only[T any](tx *db.Tx, where string, args ...any) (row T, err error) {
	rows, err := all[T](tx.Rows().Where(where, args...).Order("id").Limit(1))
	if err == nil && len(rows) == 0 {
		err = fault.NoSuch()
	}
	if len(rows) > 0 {
		row = rows[0]
	}
	return row, err
}

// StandingIn are the committees of a county in some states, bodies under a committee among them and desks not, oldest first.
func StandingIn(tx *db.Tx, county ident.County, states ...State) ([]Committee, error) {
	return all[Committee](tx.Rows().Where("county_code = ? AND type IN ? AND state IN ?", county, Types, states).Order("id"))
}

// AreasNamed are places of a county by a part of their name, or the one that has the code, at most so many; the narrowest last.
func AreasNamed(tx *db.Tx, county ident.County, text string, most int) ([]Area, error) {
	low, high := county.Area().Range()
	return all[Area](tx.Rows().Where(`code >= ? AND code < ? AND (code = ? OR full_name LIKE ? ESCAPE '\')`, low, high, text, "%"+escapeLike(text)+"%").
		Order("code").Limit(most))
}
